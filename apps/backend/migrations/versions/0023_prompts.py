"""Own wordings of prompts: of a user or of one novel, with their history and the shipped one they were written over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from kit import DML, ME, MEMBER, NOVEL, force_rls, grant, policy, protect_novel_table

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLE = "prompt_overrides"
MINE = f"novel_id IS NULL AND user_id = {ME}"


def upgrade() -> None:
    op.drop_table(TABLE)  # nothing has ever written to it
    _table(
        sa.Column("novel_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("base_version", sa.String(length=40), nullable=False),
        sa.Column("base_system", sa.Text(), nullable=False),
        sa.Column("base_task", sa.Text(), nullable=False),
    )
    for index, key, where in (
        ("uq_prompt_overrides_mine", "user_id", "is_live AND novel_id IS NULL"),
        ("uq_prompt_overrides_novel", "novel_id", "is_live AND novel_id IS NOT NULL"),
    ):
        op.create_index(index, TABLE, [key, "name"], unique=True, postgresql_where=sa.text(where))
    force_rls(op, TABLE)
    policy(op, TABLE, f"{TABLE}_api", "is_api", f"({MINE}) OR {MEMBER}")
    policy(op, TABLE, f"{TABLE}_agent", "is_agent, is_llm", f"({MINE}) OR novel_id = {NOVEL}")
    grant(op, TABLE, "is_api", DML)
    grant(op, TABLE, "is_agent, is_llm", "SELECT")


def downgrade() -> None:
    op.drop_table(TABLE)
    _table(
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.Column("base_version", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )
    op.create_index("uq_prompt_overrides_name", TABLE, ["novel_id", "name"], unique=True)
    protect_novel_table(op, TABLE)


def _table(*columns: sa.Column[object]) -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        *columns,
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_prompt_overrides_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_prompt_overrides_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt_overrides")),
    )
    for name in ("novel_id", "user_id"):
        op.create_index(op.f(f"ix_prompt_overrides_{name}"), TABLE, [name], unique=False)
