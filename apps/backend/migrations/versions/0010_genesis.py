"""Tables of `genesis`."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from kit import protect_novel_table
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = (
    "genesis_stages",
    "genesis_options",
    "genesis_constraints",
    "genesis_rounds",
)


def upgrade() -> None:
    _genesis_stages()
    _genesis_options()
    _genesis_constraints()
    _genesis_rounds()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _genesis_stages() -> None:
    op.create_table(
        "genesis_stages",
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("draft", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("stale_because", sa.String(length=200), nullable=True),
        sa.Column("picked_by", sa.String(length=8), nullable=True),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rev_from", sa.Integer(), nullable=False),
        sa.Column("rev_to", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_genesis_stages_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_genesis_stages")),
    )
    op.create_index(
        "ix_genesis_stages_lifespan", "genesis_stages", ["novel_id", "rev_from", "rev_to"], unique=False
    )
    op.create_index(op.f("ix_genesis_stages_novel_id"), "genesis_stages", ["novel_id"], unique=False)
    op.create_index(
        "uq_genesis_stages_live",
        "genesis_stages",
        ["id"],
        unique=True,
        postgresql_where=sa.text("rev_to IS NULL"),
    )
    op.create_index(
        "uq_genesis_stages_stage_live",
        "genesis_stages",
        ["novel_id", "stage"],
        unique=True,
        postgresql_where=sa.text("rev_to IS NULL"),
    )
    protect_novel_table(op, "genesis_stages")


def _genesis_options() -> None:
    op.create_table(
        "genesis_options",
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=True),
        sa.Column("handle", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("gains", sa.Text(), nullable=False),
        sa.Column("costs", sa.Text(), nullable=False),
        sa.Column("scores", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("parents", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("seed_path", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_genesis_options_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_genesis_options")),
    )
    op.create_index(op.f("ix_genesis_options_novel_id"), "genesis_options", ["novel_id"], unique=False)
    op.create_index(
        "ix_genesis_options_stage", "genesis_options", ["novel_id", "stage", "created_at"], unique=False
    )
    protect_novel_table(op, "genesis_options")


def _genesis_constraints() -> None:
    op.create_table(
        "genesis_constraints",
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("scope", sa.String(length=12), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rev_from", sa.Integer(), nullable=False),
        sa.Column("rev_to", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"],
            ["novels.id"],
            name=op.f("fk_genesis_constraints_novel_id_novels"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_genesis_constraints")),
    )
    op.create_index(
        "ix_genesis_constraints_lifespan",
        "genesis_constraints",
        ["novel_id", "rev_from", "rev_to"],
        unique=False,
    )
    op.create_index(
        op.f("ix_genesis_constraints_novel_id"), "genesis_constraints", ["novel_id"], unique=False
    )
    op.create_index(
        "uq_genesis_constraints_live",
        "genesis_constraints",
        ["id"],
        unique=True,
        postgresql_where=sa.text("rev_to IS NULL"),
    )
    protect_novel_table(op, "genesis_constraints")


def _genesis_rounds() -> None:
    op.create_table(
        "genesis_rounds",
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("input", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("output", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_genesis_rounds_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_genesis_rounds")),
    )
    op.create_index(op.f("ix_genesis_rounds_novel_id"), "genesis_rounds", ["novel_id"], unique=False)
    op.create_index(
        "uq_genesis_rounds_active",
        "genesis_rounds",
        ["novel_id", "stage"],
        unique=True,
        postgresql_where=sa.text("status = 'answering'"),
    )
    op.create_index("uq_genesis_rounds_seq", "genesis_rounds", ["novel_id", "stage", "seq"], unique=True)
    protect_novel_table(op, "genesis_rounds")
