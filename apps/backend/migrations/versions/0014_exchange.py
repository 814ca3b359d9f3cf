"""Tables of `exchange`: exports and imports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from kit import DML, ME, MEMBER, force_rls, grant, policy, protect_user_table
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exports",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column(
            "novel_id", sa.Uuid(), sa.ForeignKey("novels.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column(
            "user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("format", sa.String(12), nullable=False),
        sa.Column("options", JSONB(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("file_name", sa.String(120), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("problem", JSONB()),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
    )
    op.create_index("ix_exports_expires_at", "exports", ["expires_at"])
    force_rls(op, "exports")
    policy(op, "exports", "exports_api", "is_api", f"user_id = {ME} AND {MEMBER}")
    grant(op, "exports", "is_api", DML)
    op.create_table(
        "imports",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column(
            "user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("encoding", sa.String(20), nullable=False),
        sa.Column("markdown", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("preview", JSONB(), nullable=False),
        sa.Column("novel_id", sa.Uuid()),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
    )
    op.create_index("ix_imports_expires_at", "imports", ["expires_at"])
    protect_user_table(op, "imports")


def downgrade() -> None:
    op.drop_table("imports")
    op.drop_table("exports")
