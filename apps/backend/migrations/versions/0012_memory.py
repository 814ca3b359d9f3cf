"""Tables of `memory`."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from kit import has_extension_vector, protect_novel_table
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = (
    "passages",
    "passage_terms",
    "vectors",
    "summaries",
    "mentions",
)


def upgrade() -> None:
    _passages()
    _passage_terms()
    _vectors()
    _summaries()
    _mentions()
    _passage_vectors()


def downgrade() -> None:
    op.execute("DROP TABLE IF EXISTS passage_vectors")
    for table in reversed(TABLES):
        op.drop_table(table)


def _passages() -> None:
    op.create_table(
        "passages",
        sa.Column("scene_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("pids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("entity_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("pov_id", sa.Uuid(), nullable=True),
        sa.Column("on_stage", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("terms", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("term_counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_passages_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passages")),
    )
    op.create_index(op.f("ix_passages_novel_id"), "passages", ["novel_id"], unique=False)
    op.create_index("ix_passages_terms", "passages", ["terms"], unique=False, postgresql_using="gin")
    op.create_index("uq_passages_scene_ordinal", "passages", ["novel_id", "scene_id", "ordinal"], unique=True)
    protect_novel_table(op, "passages")


def _passage_terms() -> None:
    op.create_table(
        "passage_terms",
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("passages", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("novel_id", "term", name=op.f("pk_passage_terms")),
    )
    protect_novel_table(op, "passage_terms")


def _vectors() -> None:
    op.create_table(
        "vectors",
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("dimensions", sa.Integer(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_vectors_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vectors")),
    )
    op.create_index(op.f("ix_vectors_novel_id"), "vectors", ["novel_id"], unique=False)
    op.create_index("uq_vectors_text_model", "vectors", ["novel_id", "text_hash", "model"], unique=True)
    protect_novel_table(op, "vectors")


def _summaries() -> None:
    op.create_table(
        "summaries",
        sa.Column("node", sa.String(length=60), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("input_hash", sa.String(length=64), nullable=False),
        sa.Column("sentences", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.Column("gate", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_summaries_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summaries")),
    )
    op.create_index(op.f("ix_summaries_novel_id"), "summaries", ["novel_id"], unique=False)
    op.create_index("uq_summaries_node_input", "summaries", ["novel_id", "node", "input_hash"], unique=True)
    protect_novel_table(op, "summaries")


def _mentions() -> None:
    op.create_table(
        "mentions",
        sa.Column("scene_id", sa.Uuid(), nullable=False),
        sa.Column("pid", sa.String(length=20), nullable=False),
        sa.Column("from_offset", sa.Integer(), nullable=False),
        sa.Column("to_offset", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("grade", sa.String(length=10), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_mentions_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentions")),
    )
    op.create_index("ix_mentions_entity", "mentions", ["novel_id", "entity_id"], unique=False)
    op.create_index(op.f("ix_mentions_novel_id"), "mentions", ["novel_id"], unique=False)
    op.create_index("ix_mentions_scene", "mentions", ["novel_id", "scene_id"], unique=False)
    protect_novel_table(op, "mentions")


def _passage_vectors() -> None:
    """Vectors beside their passages, where the server has pgvector; a projection, made again by reindex."""
    if not has_extension_vector(op):
        return
    op.execute(
        "CREATE TABLE passage_vectors ("
        "passage_id uuid NOT NULL REFERENCES passages(id) ON DELETE CASCADE, "
        "novel_id uuid NOT NULL REFERENCES novels(id) ON DELETE CASCADE, "
        "model text NOT NULL, dimensions integer NOT NULL, embedding vector NOT NULL, "
        "PRIMARY KEY (passage_id, model))"
    )
    op.execute("CREATE INDEX ix_passage_vectors_novel_model ON passage_vectors (novel_id, model)")
    protect_novel_table(op, "passage_vectors")
