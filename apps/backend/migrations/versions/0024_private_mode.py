"""Private mode: a person's books, or one book, may be shown to models on one's own computers only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from kit import ME, MEMBER, NOVEL, force_rls, grant, policy

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TABLE = "private_modes"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("novel_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(user_id IS NULL) <> (novel_id IS NULL)", name=op.f("ck_private_modes_of_one")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_private_modes_user_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_private_modes_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_private_modes")),
        sa.UniqueConstraint(
            "user_id", "novel_id", name="uq_private_modes_place", postgresql_nulls_not_distinct=True
        ),
    )
    op.create_index(op.f("ix_private_modes_user_id"), TABLE, ["user_id"], unique=False)
    op.create_index(op.f("ix_private_modes_novel_id"), TABLE, ["novel_id"], unique=False)
    force_rls(op, TABLE)
    policy(op, TABLE, f"{TABLE}_read", "is_api", f"user_id = {ME} OR {MEMBER}", command="SELECT")
    policy(op, TABLE, f"{TABLE}_read_agent", "is_agent, is_llm", f"user_id = {ME} OR novel_id = {NOVEL}",
           command="SELECT")  # fmt: skip
    # A whole book is shut and opened by those who look after it.
    mine = f"user_id = {ME} OR manages_novel(novel_id, {ME})"
    for command in ("INSERT", "DELETE"):
        policy(op, TABLE, f"{TABLE}_{command.lower()}", "is_api", mine, command=command)
    grant(op, TABLE, "is_api", "SELECT, INSERT, DELETE")
    grant(op, TABLE, "is_agent, is_llm", "SELECT")


def downgrade() -> None:
    op.drop_table(TABLE)
