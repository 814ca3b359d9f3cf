"""Tables of `canon`."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from kit import protect_novel_table
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = (
    "entities",
    "aliases",
    "character_sheets",
    "assertions",
    "evidence",
    "rules",
    "rulings",
    "canon_items",
)


def upgrade() -> None:
    _entities()
    _aliases()
    _character_sheets()
    _assertions()
    _evidence()
    _rules()
    _rulings()
    _canon_items()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _entities() -> None:
    op.create_table(
        "entities",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("type_label", sa.String(length=60), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(length=300), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("importance", sa.Integer(), nullable=False),
        sa.Column("agent_visibility", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rev_from", sa.Integer(), nullable=False),
        sa.Column("rev_to", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_entities_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_entities")),
    )
    op.create_index("ix_entities_lifespan", "entities", ["novel_id", "rev_from", "rev_to"], unique=False)
    op.create_index(op.f("ix_entities_novel_id"), "entities", ["novel_id"], unique=False)
    op.create_index(
        "uq_entities_live", "entities", ["id"], unique=True, postgresql_where=sa.text("rev_to IS NULL")
    )
    protect_novel_table(op, "entities")


def _aliases() -> None:
    op.create_table(
        "aliases",
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("norm", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("lang", sa.String(length=8), nullable=False),
        sa.Column("case_sensitive", sa.Boolean(), nullable=False),
        sa.Column("ambiguous", sa.Boolean(), nullable=False),
        sa.Column("pinyin", sa.String(length=200), nullable=True),
        sa.Column("from_anchor", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rev_from", sa.Integer(), nullable=False),
        sa.Column("rev_to", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_aliases_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_aliases")),
    )
    op.create_index("ix_aliases_lifespan", "aliases", ["novel_id", "rev_from", "rev_to"], unique=False)
    op.create_index(
        "ix_aliases_norm_live",
        "aliases",
        ["novel_id", "norm"],
        unique=False,
        postgresql_where=sa.text("rev_to IS NULL"),
    )
    op.create_index(op.f("ix_aliases_novel_id"), "aliases", ["novel_id"], unique=False)
    op.create_index(
        "uq_aliases_live", "aliases", ["id"], unique=True, postgresql_where=sa.text("rev_to IS NULL")
    )
    protect_novel_table(op, "aliases")


def _character_sheets() -> None:
    op.create_table(
        "character_sheets",
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("want", sa.Text(), nullable=False),
        sa.Column("need", sa.Text(), nullable=False),
        sa.Column("false_belief", sa.Text(), nullable=False),
        sa.Column("fear", sa.Text(), nullable=False),
        sa.Column("wound", sa.Text(), nullable=False),
        sa.Column("obstacle", sa.Text(), nullable=False),
        sa.Column("turning_point", sa.Text(), nullable=False),
        sa.Column("arc_from", sa.Text(), nullable=False),
        sa.Column("arc_to", sa.Text(), nullable=False),
        sa.Column("appearance", sa.Text(), nullable=False),
        sa.Column("personality", sa.Text(), nullable=False),
        sa.Column("background", sa.Text(), nullable=False),
        sa.Column("motivation", sa.Text(), nullable=False),
        sa.Column("trade", sa.String(length=120), nullable=False),
        sa.Column("goals", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("pronouns", sa.String(length=40), nullable=False),
        sa.Column("voice_card_id", sa.Uuid(), nullable=True),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rev_from", sa.Integer(), nullable=False),
        sa.Column("rev_to", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_character_sheets_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_character_sheets")),
    )
    op.create_index(
        "ix_character_sheets_lifespan", "character_sheets", ["novel_id", "rev_from", "rev_to"], unique=False
    )
    op.create_index(op.f("ix_character_sheets_novel_id"), "character_sheets", ["novel_id"], unique=False)
    op.create_index(
        "uq_character_sheets_live",
        "character_sheets",
        ["id"],
        unique=True,
        postgresql_where=sa.text("rev_to IS NULL"),
    )
    protect_novel_table(op, "character_sheets")


def _assertions() -> None:
    op.create_table(
        "assertions",
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("predicate", sa.String(length=40), nullable=True),
        sa.Column("registry_version", sa.Integer(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("qualifier", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("polarity", sa.Boolean(), nullable=False),
        sa.Column("valid_from", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("valid_to", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("layer", sa.String(length=8), nullable=False),
        sa.Column("certainty", sa.String(length=10), nullable=False),
        sa.Column("publicity", sa.String(length=8), nullable=False),
        sa.Column("publicity_scope_id", sa.Uuid(), nullable=True),
        sa.Column("veil", sa.String(length=300), nullable=False),
        sa.Column("hidden_from_self", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("cause_event_id", sa.Uuid(), nullable=True),
        sa.Column("superseded_by", sa.Uuid(), nullable=True),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rev_from", sa.Integer(), nullable=False),
        sa.Column("rev_to", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.Column("from_tick", sa.BigInteger(), nullable=True),
        sa.Column("from_block", sa.Integer(), nullable=True),
        sa.Column("to_tick", sa.BigInteger(), nullable=True),
        sa.Column("to_block", sa.Integer(), nullable=True),
        sa.Column("certainty_of_time", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_assertions_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_assertions")),
    )
    op.create_index("ix_assertions_lifespan", "assertions", ["novel_id", "rev_from", "rev_to"], unique=False)
    op.create_index(op.f("ix_assertions_novel_id"), "assertions", ["novel_id"], unique=False)
    op.create_index(
        "ix_assertions_object_live",
        "assertions",
        ["novel_id", "object_id"],
        unique=False,
        postgresql_where=sa.text("rev_to IS NULL"),
    )
    op.create_index(
        "ix_assertions_subject_live",
        "assertions",
        ["novel_id", "subject_id", "predicate", "from_tick"],
        unique=False,
        postgresql_where=sa.text("rev_to IS NULL"),
    )
    op.create_index(
        "uq_assertions_live", "assertions", ["id"], unique=True, postgresql_where=sa.text("rev_to IS NULL")
    )
    protect_novel_table(op, "assertions")


def _evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("owner_kind", sa.String(length=12), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("scene_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("pid", sa.String(length=20), nullable=False),
        sa.Column("from_offset", sa.Integer(), nullable=False),
        sa.Column("to_offset", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rev_from", sa.Integer(), nullable=False),
        sa.Column("rev_to", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_evidence_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_evidence")),
    )
    op.create_index("ix_evidence_lifespan", "evidence", ["novel_id", "rev_from", "rev_to"], unique=False)
    op.create_index(op.f("ix_evidence_novel_id"), "evidence", ["novel_id"], unique=False)
    op.create_index(
        "ix_evidence_owner_live",
        "evidence",
        ["novel_id", "owner_id"],
        unique=False,
        postgresql_where=sa.text("rev_to IS NULL"),
    )
    op.create_index(
        "ix_evidence_quote",
        "evidence",
        [sa.literal_column("to_tsvector('simple', quote)")],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        "ix_evidence_scene_live",
        "evidence",
        ["novel_id", "scene_id"],
        unique=False,
        postgresql_where=sa.text("rev_to IS NULL"),
    )
    op.create_index(
        "uq_evidence_live", "evidence", ["id"], unique=True, postgresql_where=sa.text("rev_to IS NULL")
    )
    protect_novel_table(op, "evidence")


def _rules() -> None:
    op.create_table(
        "rules",
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=12), nullable=False),
        sa.Column("scope_kind", sa.String(length=12), nullable=False),
        sa.Column("scope_id", sa.Uuid(), nullable=True),
        sa.Column("hardness", sa.String(length=4), nullable=False),
        sa.Column("cost", sa.Text(), nullable=False),
        sa.Column("limits", sa.Text(), nullable=False),
        sa.Column("examples", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("exceptions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("test", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rev_from", sa.Integer(), nullable=False),
        sa.Column("rev_to", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_rules_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_rules")),
    )
    op.create_index("ix_rules_lifespan", "rules", ["novel_id", "rev_from", "rev_to"], unique=False)
    op.create_index(op.f("ix_rules_novel_id"), "rules", ["novel_id"], unique=False)
    op.create_index("uq_rules_live", "rules", ["id"], unique=True, postgresql_where=sa.text("rev_to IS NULL"))
    protect_novel_table(op, "rules")


def _rulings() -> None:
    op.create_table(
        "rulings",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("scope", sa.String(length=12), nullable=False),
        sa.Column("scope_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("ruled_by", sa.Uuid(), nullable=True),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rev_from", sa.Integer(), nullable=False),
        sa.Column("rev_to", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_rulings_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_rulings")),
    )
    op.create_index(
        "ix_rulings_fingerprint_live",
        "rulings",
        ["novel_id", "fingerprint"],
        unique=False,
        postgresql_where=sa.text("rev_to IS NULL"),
    )
    op.create_index("ix_rulings_lifespan", "rulings", ["novel_id", "rev_from", "rev_to"], unique=False)
    op.create_index(op.f("ix_rulings_novel_id"), "rulings", ["novel_id"], unique=False)
    op.create_index(
        "uq_rulings_live", "rulings", ["id"], unique=True, postgresql_where=sa.text("rev_to IS NULL")
    )
    protect_novel_table(op, "rulings")


def _canon_items() -> None:
    op.create_table(
        "canon_items",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("clash", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("decided_by", sa.String(length=8), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_revision", sa.Integer(), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.Column("result_id", sa.Uuid(), nullable=True),
        sa.Column("scene_id", sa.Uuid(), nullable=True),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_canon_items_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canon_items")),
    )
    op.create_index(op.f("ix_canon_items_novel_id"), "canon_items", ["novel_id"], unique=False)
    op.create_index(
        "ix_canon_items_novel_status", "canon_items", ["novel_id", "status", "created_at"], unique=False
    )
    protect_novel_table(op, "canon_items")
