"""Large inputs of steps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from kit import NOVEL, force_rls, grant, policy
from sqlalchemy.dialects.postgresql import JSONB

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "run_materials",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column(
            "run_id", sa.Uuid(), sa.ForeignKey("runs.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column(
            "novel_id", sa.Uuid(), sa.ForeignKey("novels.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column(
            "user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("path", sa.String(300), nullable=False),
        sa.Column("json", JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
    )
    force_rls(op, "run_materials")
    policy(op, "run_materials", "run_materials_agent", "is_agent", f"novel_id = {NOVEL}")
    grant(op, "run_materials", "is_agent", "SELECT, INSERT")


def downgrade() -> None:
    op.drop_table("run_materials")
