"""Tables of the call journal: calls, chunks, reservations, ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from kit import ME, MEMBER, NOVEL, force_rls, grant, policy
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _ledger()
    _llm_calls()
    _reservations()
    _llm_chunks()
    _protect()


def downgrade() -> None:
    op.drop_constraint("fk_model_roles_novel_id_novels", "model_roles", type_="foreignkey")
    op.drop_table("llm_chunks")
    op.drop_table("reservations")
    op.drop_table("llm_calls")
    op.drop_table("ledger")


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("novel_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("usage", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("nanousd", sa.BigInteger(), nullable=False),
        sa.Column("price_version", sa.String(length=80), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('call', 'wasted', 'correction')", name=op.f("ck_ledger_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
    )
    op.create_index(op.f("ix_ledger_at"), "ledger", ["at"], unique=False)
    op.create_index(op.f("ix_ledger_call_id"), "ledger", ["call_id"], unique=False)
    op.create_index(op.f("ix_ledger_novel_id"), "ledger", ["novel_id"], unique=False)
    op.create_index(op.f("ix_ledger_run_id"), "ledger", ["run_id"], unique=False)
    op.create_index(op.f("ix_ledger_user_id"), "ledger", ["user_id"], unique=False)


def _llm_calls() -> None:
    op.create_table(
        "llm_calls",
        sa.Column("call_key", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=True),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("try", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(length=80), nullable=False),
        sa.Column("agent", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("request_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("request", postgresql.JSONB(), nullable=True),
        sa.Column("prompt_name", sa.String(length=120), nullable=False),
        sa.Column("prompt_version", sa.String(length=80), nullable=False),
        sa.Column("manifest", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("owner", sa.Uuid(), nullable=True),
        sa.Column("dial_no", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("continuations", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("max_tokens", sa.Integer(), nullable=False),
        sa.Column("clipped", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("input_tokens_counted", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reservation_id", sa.Uuid(), nullable=True),
        sa.Column("usage", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("usage_source", sa.String(length=10), nullable=True),
        sa.Column("cost_nanousd", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("price_version", sa.String(length=80), nullable=True),
        sa.Column("finish_reason", sa.String(length=20), nullable=True),
        sa.Column("provider_response_id", sa.String(length=200), nullable=True),
        sa.Column("seams", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("response", postgresql.JSONB(), nullable=True),
        sa.Column("error", postgresql.JSONB(), nullable=True),
        sa.Column("dialled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_token_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_append_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state IN ('intended', 'dialled', 'streaming', 'cut', 'done', 'failed', 'cancelled')",
            name=op.f("ck_llm_calls_state"),
        ),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_llm_calls_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_llm_calls_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_llm_calls")),
        sa.UniqueConstraint("call_key", name=op.f("uq_llm_calls_call_key")),
    )
    op.create_index(op.f("ix_llm_calls_novel_id"), "llm_calls", ["novel_id"], unique=False)
    op.create_index(
        "ix_llm_calls_open",
        "llm_calls",
        ["owner"],
        unique=False,
        postgresql_where=sa.text("state IN ('intended', 'dialled', 'streaming', 'cut')"),
    )
    op.create_index(op.f("ix_llm_calls_run_id"), "llm_calls", ["run_id"], unique=False)
    op.create_index("ix_llm_calls_user", "llm_calls", ["user_id", "created_at"], unique=False)


def _reservations() -> None:
    op.create_table(
        "reservations",
        sa.Column("novel_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("dial_no", sa.Integer(), nullable=False),
        sa.Column("budget_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("nanousd", sa.BigInteger(), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state IN ('held', 'settled', 'released', 'estimated')", name=op.f("ck_reservations_state")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_reservations_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservations")),
    )
    op.create_index(
        "ix_reservations_held",
        "reservations",
        ["call_id"],
        unique=False,
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_index(op.f("ix_reservations_novel_id"), "reservations", ["novel_id"], unique=False)
    op.create_index(op.f("ix_reservations_user_id"), "reservations", ["user_id"], unique=False)


def _llm_chunks() -> None:
    op.create_table(
        "llm_chunks",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("dial_no", sa.Integer(), nullable=False),
        sa.Column("offset", sa.Integer(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["llm_calls.id"], name=op.f("fk_llm_chunks_call_id_llm_calls"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_llm_chunks_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_llm_chunks_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", "seq", name=op.f("pk_llm_chunks")),
    )
    op.create_index(op.f("ix_llm_chunks_novel_id"), "llm_chunks", ["novel_id"], unique=False)
    op.create_index(op.f("ix_llm_chunks_user_id"), "llm_chunks", ["user_id"], unique=False)


# A call without a novel (sparks before the first book) belongs to its user alone.
IN_SCOPE = f"novel_id = {NOVEL} OR (novel_id IS NULL AND user_id = {ME})"
SHARED = f"{MEMBER} OR (novel_id IS NULL AND user_id = {ME})"
SWEEP = "current_setting('app.sweep', true) = 'on'"


def _protect() -> None:
    for table in ("llm_calls", "llm_chunks", "reservations"):
        force_rls(op, table)
        policy(op, table, f"{table}_api", "is_api", SHARED, command="SELECT")
        policy(op, table, f"{table}_agent", "is_agent", IN_SCOPE, command="SELECT")
        policy(op, table, f"{table}_llm", "is_llm", f"{IN_SCOPE} OR {SWEEP}")
        grant(op, table, "is_api, is_agent", "SELECT")
        grant(op, table, "is_llm")
    # Append-only for everybody: no role is granted UPDATE or DELETE.
    force_rls(op, "ledger")
    policy(op, "ledger", "ledger_read", "is_api, is_agent, is_llm", f"user_id = {ME}", command="SELECT")
    policy(op, "ledger", "ledger_add", "is_llm", f"user_id = {ME}", command="INSERT")
    grant(op, "ledger", "is_api, is_agent", "SELECT")
    grant(op, "ledger", "is_llm", "SELECT, INSERT")
    op.create_foreign_key(
        "fk_model_roles_novel_id_novels", "model_roles", "novels", ["novel_id"], ["id"], ondelete="CASCADE"
    )
