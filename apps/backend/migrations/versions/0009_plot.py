"""Tables of `plot`."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from kit import protect_novel_table
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = (
    "concepts",
    "threads",
    "arcs",
    "turning_points",
    "cards",
    "beats",
    "plan_items",
    "style_guides",
    "exemplars",
    "voice_cards",
)


def upgrade() -> None:
    _concepts()
    _threads()
    _arcs()
    _turning_points()
    _cards()
    _beats()
    _plan_items()
    _style_guides()
    _exemplars()
    _voice_cards()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _concepts() -> None:
    op.create_table(
        "concepts",
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("logline", sa.Text(), nullable=False),
        sa.Column("premise", sa.Text(), nullable=False),
        sa.Column("hook", sa.Text(), nullable=False),
        sa.Column("protagonist_line", sa.Text(), nullable=False),
        sa.Column("selling_point", sa.Text(), nullable=False),
        sa.Column("genres", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("audience", sa.String(length=200), nullable=False),
        sa.Column("tone", sa.String(length=200), nullable=False),
        sa.Column("theme_statement", sa.Text(), nullable=False),
        sa.Column("theme_question", sa.Text(), nullable=False),
        sa.Column("value_tension", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("emotions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("taboos", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("genre_contract", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("protagonist_id", sa.Uuid(), nullable=True),
        sa.Column("ending", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("pov_policy", sa.String(length=12), nullable=False),
        sa.Column("tense", sa.String(length=8), nullable=False),
        sa.Column("target_words", sa.Integer(), nullable=True),
        sa.Column("target_chapters", sa.Integer(), nullable=True),
        sa.Column("seed_path", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rev_from", sa.Integer(), nullable=False),
        sa.Column("rev_to", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_concepts_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_concepts")),
    )
    op.create_index("ix_concepts_lifespan", "concepts", ["novel_id", "rev_from", "rev_to"], unique=False)
    op.create_index(op.f("ix_concepts_novel_id"), "concepts", ["novel_id"], unique=False)
    op.create_index(
        "uq_concepts_live", "concepts", ["id"], unique=True, postgresql_where=sa.text("rev_to IS NULL")
    )
    op.create_index(
        "uq_concepts_novel_live",
        "concepts",
        ["novel_id"],
        unique=True,
        postgresql_where=sa.text("rev_to IS NULL"),
    )
    protect_novel_table(op, "concepts")


def _threads() -> None:
    op.create_table(
        "threads",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("entity_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rev_from", sa.Integer(), nullable=False),
        sa.Column("rev_to", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_threads_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_threads")),
    )
    op.create_index("ix_threads_lifespan", "threads", ["novel_id", "rev_from", "rev_to"], unique=False)
    op.create_index(op.f("ix_threads_novel_id"), "threads", ["novel_id"], unique=False)
    op.create_index(
        "uq_threads_live", "threads", ["id"], unique=True, postgresql_where=sa.text("rev_to IS NULL")
    )
    protect_novel_table(op, "threads")


def _arcs() -> None:
    op.create_table(
        "arcs",
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("opens_question", sa.Text(), nullable=False),
        sa.Column("closes_question", sa.Text(), nullable=False),
        sa.Column("value_from", sa.String(length=120), nullable=False),
        sa.Column("value_to", sa.String(length=120), nullable=False),
        sa.Column("span_from", sa.Float(), nullable=False),
        sa.Column("span_to", sa.Float(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rev_from", sa.Integer(), nullable=False),
        sa.Column("rev_to", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_arcs_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_arcs")),
    )
    op.create_index("ix_arcs_lifespan", "arcs", ["novel_id", "rev_from", "rev_to"], unique=False)
    op.create_index(op.f("ix_arcs_novel_id"), "arcs", ["novel_id"], unique=False)
    op.create_index("uq_arcs_live", "arcs", ["id"], unique=True, postgresql_where=sa.text("rev_to IS NULL"))
    protect_novel_table(op, "arcs")


def _turning_points() -> None:
    op.create_table(
        "turning_points",
        sa.Column("arc_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Float(), nullable=False),
        sa.Column("tolerance", sa.Float(), nullable=False),
        sa.Column("chapter_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rev_from", sa.Integer(), nullable=False),
        sa.Column("rev_to", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_turning_points_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_turning_points")),
    )
    op.create_index(
        "ix_turning_points_lifespan", "turning_points", ["novel_id", "rev_from", "rev_to"], unique=False
    )
    op.create_index(op.f("ix_turning_points_novel_id"), "turning_points", ["novel_id"], unique=False)
    op.create_index(
        "uq_turning_points_live",
        "turning_points",
        ["id"],
        unique=True,
        postgresql_where=sa.text("rev_to IS NULL"),
    )
    protect_novel_table(op, "turning_points")


def _cards() -> None:
    op.create_table(
        "cards",
        sa.Column("scene_id", sa.Uuid(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("conflict", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=True),
        sa.Column("turn", sa.Text(), nullable=False),
        sa.Column("pov_id", sa.Uuid(), nullable=True),
        sa.Column("pov_distance", sa.String(length=12), nullable=True),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column("cast", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("entry", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("exit", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("must_include", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("must_not_reveal", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("promises", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("word_budget", sa.Integer(), nullable=True),
        sa.Column("thread_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("tension", sa.Integer(), nullable=True),
        sa.Column("opening_type", sa.String(length=12), nullable=True),
        sa.Column("closing_type", sa.String(length=12), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("flags", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("locked_fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rev_from", sa.Integer(), nullable=False),
        sa.Column("rev_to", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_cards_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_cards")),
    )
    op.create_index("ix_cards_lifespan", "cards", ["novel_id", "rev_from", "rev_to"], unique=False)
    op.create_index(op.f("ix_cards_novel_id"), "cards", ["novel_id"], unique=False)
    op.create_index("uq_cards_live", "cards", ["id"], unique=True, postgresql_where=sa.text("rev_to IS NULL"))
    op.create_index(
        "uq_cards_scene_live",
        "cards",
        ["novel_id", "scene_id"],
        unique=True,
        postgresql_where=sa.text("rev_to IS NULL"),
    )
    protect_novel_table(op, "cards")


def _beats() -> None:
    op.create_table(
        "beats",
        sa.Column("scene_id", sa.Uuid(), nullable=False),
        sa.Column("beat_id", sa.String(length=40), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("subtext", sa.Text(), nullable=False),
        sa.Column("word_budget", sa.Integer(), nullable=True),
        sa.Column("covers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_beats_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_beats")),
    )
    op.create_index(op.f("ix_beats_novel_id"), "beats", ["novel_id"], unique=False)
    op.create_index("ix_beats_scene", "beats", ["novel_id", "scene_id", "ordinal"], unique=False)
    protect_novel_table(op, "beats")


def _plan_items() -> None:
    op.create_table(
        "plan_items",
        sa.Column("operations", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("lint", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("base_revision", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("decided_by", sa.String(length=8), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_revision", sa.Integer(), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_plan_items_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_items")),
    )
    op.create_index(op.f("ix_plan_items_novel_id"), "plan_items", ["novel_id"], unique=False)
    op.create_index(
        "ix_plan_items_novel_status", "plan_items", ["novel_id", "status", "created_at"], unique=False
    )
    protect_novel_table(op, "plan_items")


def _style_guides() -> None:
    op.create_table(
        "style_guides",
        sa.Column("person", sa.String(length=8), nullable=False),
        sa.Column("tense", sa.String(length=8), nullable=False),
        sa.Column("pov_discipline", sa.String(length=8), nullable=False),
        sa.Column("distance", sa.String(length=12), nullable=False),
        sa.Column("diction_do", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("diction_dont", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("banned", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("dialogue", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("chapter_conventions", sa.Text(), nullable=False),
        sa.Column("spelling_variant", sa.String(length=12), nullable=False),
        sa.Column("sentence_notes", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rev_from", sa.Integer(), nullable=False),
        sa.Column("rev_to", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_style_guides_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_style_guides")),
    )
    op.create_index(
        "ix_style_guides_lifespan", "style_guides", ["novel_id", "rev_from", "rev_to"], unique=False
    )
    op.create_index(op.f("ix_style_guides_novel_id"), "style_guides", ["novel_id"], unique=False)
    op.create_index(
        "uq_style_guides_live",
        "style_guides",
        ["id"],
        unique=True,
        postgresql_where=sa.text("rev_to IS NULL"),
    )
    op.create_index(
        "uq_style_guides_novel_live",
        "style_guides",
        ["novel_id"],
        unique=True,
        postgresql_where=sa.text("rev_to IS NULL"),
    )
    protect_novel_table(op, "style_guides")


def _exemplars() -> None:
    op.create_table(
        "exemplars",
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rev_from", sa.Integer(), nullable=False),
        sa.Column("rev_to", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_exemplars_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_exemplars")),
    )
    op.create_index("ix_exemplars_lifespan", "exemplars", ["novel_id", "rev_from", "rev_to"], unique=False)
    op.create_index(op.f("ix_exemplars_novel_id"), "exemplars", ["novel_id"], unique=False)
    op.create_index(
        "uq_exemplars_live", "exemplars", ["id"], unique=True, postgresql_where=sa.text("rev_to IS NULL")
    )
    protect_novel_table(op, "exemplars")


def _voice_cards() -> None:
    op.create_table(
        "voice_cards",
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("lexicon", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("avoids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rhythm", sa.Text(), nullable=False),
        sa.Column("tics", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("register", sa.String(length=120), nullable=False),
        sa.Column("sample_lines", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rev_from", sa.Integer(), nullable=False),
        sa.Column("rev_to", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_voice_cards_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_voice_cards")),
    )
    op.create_index(
        "ix_voice_cards_lifespan", "voice_cards", ["novel_id", "rev_from", "rev_to"], unique=False
    )
    op.create_index(op.f("ix_voice_cards_novel_id"), "voice_cards", ["novel_id"], unique=False)
    op.create_index(
        "uq_voice_cards_live", "voice_cards", ["id"], unique=True, postgresql_where=sa.text("rev_to IS NULL")
    )
    protect_novel_table(op, "voice_cards")
