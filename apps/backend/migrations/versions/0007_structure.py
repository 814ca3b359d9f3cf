"""Parts, chapters, scenes, the calendar, and the paragraphs of scenes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from kit import protect_novel_table
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _calendars()
    _chapters()
    _parts()
    _scene_blocks()
    _scenes()
    _protect()


def _calendars() -> None:
    op.create_table(
        "calendars",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("zero_instant", sa.String(length=40), nullable=True),
        sa.Column("day_ticks", sa.Integer(), nullable=False),
        sa.Column("week_length", sa.Integer(), nullable=False),
        sa.Column("year_days", sa.Integer(), nullable=False),
        sa.Column("season_table", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("moon", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rev_from", sa.Integer(), nullable=False),
        sa.Column("rev_to", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_calendars_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_calendars")),
    )
    op.create_index("ix_calendars_lifespan", "calendars", ["novel_id", "rev_from", "rev_to"], unique=False)
    op.create_index(op.f("ix_calendars_novel_id"), "calendars", ["novel_id"], unique=False)
    op.create_index(
        "uq_calendars_live", "calendars", ["id"], unique=True, postgresql_where=sa.text("rev_to IS NULL")
    )


def _chapters() -> None:
    op.create_table(
        "chapters",
        sa.Column("part_id", sa.Uuid(), nullable=False),
        sa.Column("rank", sa.String(length=2000, collation="C"), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("one_line", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("pov_id", sa.Uuid(), nullable=True),
        sa.Column("window", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("places", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("tension", sa.Integer(), nullable=True),
        sa.Column("opening_type", sa.String(length=12), nullable=True),
        sa.Column("closing_type", sa.String(length=12), nullable=True),
        sa.Column("word_budget", sa.Integer(), nullable=True),
        sa.Column("arc_id", sa.Uuid(), nullable=True),
        sa.Column("threads", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rev_from", sa.Integer(), nullable=False),
        sa.Column("rev_to", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_chapters_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_chapters")),
    )
    op.create_index("ix_chapters_lifespan", "chapters", ["novel_id", "rev_from", "rev_to"], unique=False)
    op.create_index(op.f("ix_chapters_novel_id"), "chapters", ["novel_id"], unique=False)
    op.create_index(
        "ix_chapters_order",
        "chapters",
        ["novel_id", "part_id", "rank"],
        unique=False,
        postgresql_where=sa.text("rev_to IS NULL"),
    )
    op.create_index(
        "uq_chapters_live", "chapters", ["id"], unique=True, postgresql_where=sa.text("rev_to IS NULL")
    )


def _parts() -> None:
    op.create_table(
        "parts",
        sa.Column("rank", sa.String(length=2000, collation="C"), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rev_from", sa.Integer(), nullable=False),
        sa.Column("rev_to", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_parts_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_parts")),
    )
    op.create_index("ix_parts_lifespan", "parts", ["novel_id", "rev_from", "rev_to"], unique=False)
    op.create_index(op.f("ix_parts_novel_id"), "parts", ["novel_id"], unique=False)
    op.create_index("uq_parts_live", "parts", ["id"], unique=True, postgresql_where=sa.text("rev_to IS NULL"))


def _scene_blocks() -> None:
    op.create_table(
        "scene_blocks",
        sa.Column("scene_id", sa.Uuid(), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.Column("pids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_scene_blocks_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("scene_id", name=op.f("pk_scene_blocks")),
    )
    op.create_index(op.f("ix_scene_blocks_novel_id"), "scene_blocks", ["novel_id"], unique=False)


def _scenes() -> None:
    op.create_table(
        "scenes",
        sa.Column("chapter_id", sa.Uuid(), nullable=False),
        sa.Column("rank", sa.String(length=2000, collation="C"), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("story_from", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("story_to", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("story_mode", sa.String(length=12), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("t_from", sa.BigInteger(), nullable=True),
        sa.Column("t_to", sa.BigInteger(), nullable=True),
        sa.Column("time_certainty", sa.String(length=10), nullable=True),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rev_from", sa.Integer(), nullable=False),
        sa.Column("rev_to", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_scenes_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_scenes")),
    )
    op.create_index("ix_scenes_lifespan", "scenes", ["novel_id", "rev_from", "rev_to"], unique=False)
    op.create_index(op.f("ix_scenes_novel_id"), "scenes", ["novel_id"], unique=False)
    op.create_index(
        "ix_scenes_order",
        "scenes",
        ["novel_id", "chapter_id", "rank"],
        unique=False,
        postgresql_where=sa.text("rev_to IS NULL"),
    )
    op.create_index(
        "uq_scenes_live", "scenes", ["id"], unique=True, postgresql_where=sa.text("rev_to IS NULL")
    )


def _protect() -> None:
    for table in ("parts", "chapters", "scenes", "calendars", "scene_blocks"):
        protect_novel_table(op, table)


def downgrade() -> None:
    op.drop_table("scenes")
    op.drop_table("scene_blocks")
    op.drop_table("parts")
    op.drop_table("chapters")
    op.drop_table("calendars")
