"""Versions of scenes, live and head versions, proposals, decisions, word runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from kit import protect_novel_table
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _ngram_index()
    _proposals()
    _scene_versions()
    _decisions()
    _scene_heads()
    _scene_live()
    _snapshots()
    _protect()


def _ngram_index() -> None:
    op.create_table(
        "ngram_index",
        sa.Column("scene_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("hash", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_ngram_index_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("scene_id", "n", "hash", name=op.f("pk_ngram_index")),
    )
    op.create_index("ix_ngram_index_hash", "ngram_index", ["novel_id", "n", "hash"], unique=False)
    op.create_index(op.f("ix_ngram_index_novel_id"), "ngram_index", ["novel_id"], unique=False)


def _proposals() -> None:
    op.create_table(
        "proposals",
        sa.Column("scene_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("agent", sa.String(length=12), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("anchor", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("instruction", sa.Text(), nullable=True),
        sa.Column("variants", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("usage", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("calls", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("open_hunks", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_revision", sa.Integer(), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["users.id"], name=op.f("fk_proposals_decided_by_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_proposals_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    op.create_index(op.f("ix_proposals_novel_id"), "proposals", ["novel_id"], unique=False)
    op.create_index("ix_proposals_open", "proposals", ["novel_id", "scene_id", "status"], unique=False)
    op.create_index(op.f("ix_proposals_run_id"), "proposals", ["run_id"], unique=False)


def _scene_versions() -> None:
    op.create_table(
        "scene_versions",
        sa.Column("scene_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("json", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(length=32), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("characters", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_scene_versions_author_id_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_scene_versions_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scene_versions")),
        sa.UniqueConstraint("scene_id", "number", name=op.f("uq_scene_versions_scene_id_number")),
    )
    op.create_index(
        "ix_scene_versions_call",
        "scene_versions",
        ["call_id"],
        unique=False,
        postgresql_where=sa.text("call_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_scene_versions_novel_id"), "scene_versions", ["novel_id"], unique=False)
    op.create_index("ix_scene_versions_text", "scene_versions", ["scene_id", "text_hash"], unique=False)


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("scene_id", sa.Uuid(), nullable=False),
        sa.Column("variant", sa.String(length=40), nullable=True),
        sa.Column("hunks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("action", sa.String(length=8), nullable=False),
        sa.Column("open_hunks", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_decisions_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposals.id"],
            name=op.f("fk_decisions_proposal_id_proposals"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_decisions_user_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index(op.f("ix_decisions_novel_id"), "decisions", ["novel_id"], unique=False)
    op.create_index(op.f("ix_decisions_proposal_id"), "decisions", ["proposal_id"], unique=False)


def _scene_heads() -> None:
    op.create_table(
        "scene_heads",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rev_from", sa.Integer(), nullable=False),
        sa.Column("rev_to", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_scene_heads_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["scene_versions.id"],
            name=op.f("fk_scene_heads_version_id_scene_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_scene_heads")),
    )
    op.create_index(
        "ix_scene_heads_lifespan", "scene_heads", ["novel_id", "rev_from", "rev_to"], unique=False
    )
    op.create_index(op.f("ix_scene_heads_novel_id"), "scene_heads", ["novel_id"], unique=False)
    op.create_index(
        "uq_scene_heads_live", "scene_heads", ["id"], unique=True, postgresql_where=sa.text("rev_to IS NULL")
    )


def _scene_live() -> None:
    op.create_table(
        "scene_live",
        sa.Column("scene_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("changed_words", sa.Integer(), nullable=False),
        sa.Column("dirty_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_scene_live_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["scene_versions.id"],
            name=op.f("fk_scene_live_version_id_scene_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("scene_id", name=op.f("pk_scene_live")),
    )
    op.create_index(op.f("ix_scene_live_novel_id"), "scene_live", ["novel_id"], unique=False)


def _snapshots() -> None:
    op.create_table(
        "snapshots",
        sa.Column("scene_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_snapshots_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["scene_versions.id"],
            name=op.f("fk_snapshots_version_id_scene_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshots")),
    )
    op.create_index(op.f("ix_snapshots_novel_id"), "snapshots", ["novel_id"], unique=False)
    op.create_index(op.f("ix_snapshots_scene_id"), "snapshots", ["scene_id"], unique=False)
    op.create_index(op.f("ix_snapshots_version_id"), "snapshots", ["version_id"], unique=False)


def _protect() -> None:
    protect_novel_table(op, "scene_versions", api="SELECT, INSERT", agent="SELECT, INSERT")
    protect_novel_table(op, "decisions", api="SELECT, INSERT", agent="SELECT, INSERT")
    for table in ("scene_live", "scene_heads", "snapshots", "proposals", "ngram_index"):
        protect_novel_table(op, table)


def downgrade() -> None:
    op.drop_table("snapshots")
    op.drop_table("scene_live")
    op.drop_table("scene_heads")
    op.drop_table("decisions")
    op.drop_table("scene_versions")
    op.drop_table("proposals")
    op.drop_table("ngram_index")
