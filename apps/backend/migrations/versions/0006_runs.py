"""Tables of runs: runs, their steps, events and steers, what users are told, executors, manifests, prompts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from kit import DML, NOVEL, grant, policy, protect_novel_table, protect_user_table
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

REAPED = ("runs", "run_steps", "run_events")
TABLES = (
    "runs", "run_steps", "run_events", "run_steers", "user_events", "executors", "manifests", "manifest_items",
    "prompt_overrides",
)  # fmt: skip


def upgrade() -> None:
    _runs()
    _run_steps()
    _run_events()
    _run_steers()
    _user_events()
    _executors()
    _manifests()
    _manifest_items()
    _prompt_overrides()
    _protect()
    _terms()


def downgrade() -> None:
    op.execute("DROP FUNCTION run_terms(uuid, uuid)")
    for table in reversed(TABLES):
        op.drop_table(table)


def _protect() -> None:
    for table in (
        "runs",
        "run_steps",
        "run_events",
        "run_steers",
        "manifests",
        "manifest_items",
        "prompt_overrides",
    ):
        protect_novel_table(op, table)
    for table in REAPED:
        policy(
            op,
            table,
            f"{table}_reaper",
            "is_agent",
            "agent = (SELECT nullif(current_setting('app.reaper', true), ''))",
        )
    for table in ("manifests", "manifest_items"):
        grant(op, table, "is_llm", "INSERT")
    protect_user_table(op, "user_events", agent=DML, llm="SELECT, INSERT")
    grant(op, "executors", "is_agent, is_llm", DML)
    grant(op, "executors", "is_api", "SELECT")


def _terms() -> None:
    """What a start must know beyond its own scope: who pays, and how many roots of this user are at work."""
    op.execute(
        f"""
        CREATE FUNCTION run_terms(wanted_novel uuid, wanted_user uuid)
        RETURNS TABLE (payer_id uuid, language text, in_trash boolean, active_roots integer)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
            SELECT w.owner_id, n.language::text, n.deleted_at IS NOT NULL,
                (SELECT count(*)::integer FROM runs r
                 WHERE r.user_id = wanted_user AND r.parent_id IS NULL AND r.cause_run_id IS NULL
                   AND NOT r.interactive
                   AND (r.state IN ('queued', 'running', 'cancelling')
                        OR r.state = 'waiting' AND r.gate ->> 'name' = 'children'))
            FROM novels n JOIN workspaces w ON w.id = n.workspace_id
            WHERE n.id = wanted_novel AND n.id = {NOVEL}
        $$
        """
    )
    op.execute("REVOKE ALL ON FUNCTION run_terms(uuid, uuid) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION run_terms(uuid, uuid) TO is_agent, is_api")


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("payer_id", sa.Uuid(), nullable=False),
        sa.Column("actions", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("cause_run_id", sa.Uuid(), nullable=True),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("parent_step", sa.String(length=300), nullable=True),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("interactive", sa.Boolean(), nullable=False),
        sa.Column("agent", sa.String(length=40), nullable=False),
        sa.Column("task", sa.String(length=80), nullable=False),
        sa.Column("input", postgresql.JSONB(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("target_key", sa.String(length=200), nullable=True),
        sa.Column("idempotency_key", sa.String(length=64), nullable=False),
        sa.Column("request_sha256", sa.String(length=64), nullable=False),
        sa.Column("gates", postgresql.JSONB(), nullable=False),
        sa.Column("model_override", postgresql.JSONB(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("protocol", sa.Integer(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("executor_id", sa.Uuid(), nullable=True),
        sa.Column("takeovers", sa.Integer(), nullable=False),
        sa.Column("steps_at_takeover", sa.Integer(), nullable=False),
        sa.Column("progress_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cap_nanousd", sa.BigInteger(), nullable=True),
        sa.Column("cap_tokens", sa.BigInteger(), nullable=True),
        sa.Column("signal", sa.String(length=10), nullable=False),
        sa.Column("gate", postgresql.JSONB(), nullable=True),
        sa.Column("error", postgresql.JSONB(), nullable=True),
        sa.Column("result", postgresql.JSONB(), nullable=True),
        sa.Column("estimate", postgresql.JSONB(), nullable=True),
        sa.Column("trace_parent", sa.String(length=80), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_runs_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_runs_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        sa.UniqueConstraint("user_id", "idempotency_key", name="uq_runs_user_id_idempotency_key"),
    )
    op.create_index(
        "ix_runs_active",
        "runs",
        ["agent", "state"],
        unique=False,
        postgresql_where=sa.text("state IN ('queued', 'running', 'waiting', 'paused', 'cancelling')"),
    )
    op.create_index(op.f("ix_runs_novel_id"), "runs", ["novel_id"], unique=False)
    op.create_index("ix_runs_parent_id", "runs", ["parent_id"], unique=False)
    op.create_index("ix_runs_root_id", "runs", ["root_id"], unique=False)
    op.create_index(op.f("ix_runs_user_id"), "runs", ["user_id"], unique=False)
    op.create_index(
        "uq_runs_active_target",
        "runs",
        ["novel_id", "target_key"],
        unique=True,
        postgresql_where=sa.text("state IN ('queued', 'running', 'waiting', 'paused', 'cancelling')"),
    )


def _run_steps() -> None:
    op.create_table(
        "run_steps",
        sa.Column("agent", sa.String(length=40), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("try", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("request_sha256", sa.String(length=64), nullable=True),
        sa.Column("output", postgresql.JSONB(), nullable=False),
        sa.Column("replaced", sa.Boolean(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_run_steps_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_run_steps_run_id_runs"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_run_steps_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "path", "try", name="pk_run_steps"),
    )
    op.create_index(op.f("ix_run_steps_novel_id"), "run_steps", ["novel_id"], unique=False)
    op.create_index(op.f("ix_run_steps_user_id"), "run_steps", ["user_id"], unique=False)


def _run_events() -> None:
    op.create_table(
        "run_events",
        sa.Column("agent", sa.String(length=40), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_run_events_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_run_events_run_id_runs"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_run_events_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "epoch", "n", name="pk_run_events"),
    )
    op.create_index(op.f("ix_run_events_novel_id"), "run_events", ["novel_id"], unique=False)
    op.create_index(op.f("ix_run_events_user_id"), "run_events", ["user_id"], unique=False)


def _run_steers() -> None:
    op.create_table(
        "run_steers",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("when", sa.String(length=8), nullable=False),
        sa.Column("taken_by", sa.String(length=300), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_run_steers_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_run_steers_run_id_runs"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_run_steers_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_steers")),
    )
    op.create_index(op.f("ix_run_steers_novel_id"), "run_steers", ["novel_id"], unique=False)
    op.create_index(op.f("ix_run_steers_run_id"), "run_steers", ["run_id"], unique=False)
    op.create_index(op.f("ix_run_steers_user_id"), "run_steers", ["user_id"], unique=False)


def _user_events() -> None:
    op.create_table(
        "user_events",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=True),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_user_events_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_events_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_user_events")),
    )
    op.create_index(op.f("ix_user_events_user_id"), "user_events", ["user_id"], unique=False)
    op.create_index("ix_user_events_user_id_seq", "user_events", ["user_id", "seq"], unique=False)


def _executors() -> None:
    op.create_table(
        "executors",
        sa.Column("agent", sa.String(length=40), nullable=False),
        sa.Column("protocol", sa.Integer(), nullable=False),
        sa.Column("base_url", sa.String(length=300), nullable=False),
        sa.Column("worker_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("running", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_executors")),
    )
    op.create_index("ix_executors_agent_state", "executors", ["agent", "state"], unique=False)


def _manifests() -> None:
    op.create_table(
        "manifests",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("json", postgresql.JSONB(), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_manifests_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_manifests_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_manifests")),
    )
    op.create_index(op.f("ix_manifests_novel_id"), "manifests", ["novel_id"], unique=False)
    op.create_index(op.f("ix_manifests_user_id"), "manifests", ["user_id"], unique=False)


def _manifest_items() -> None:
    op.create_table(
        "manifest_items",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("item", sa.Uuid(), nullable=False),
        sa.Column("rev_from", sa.Integer(), nullable=True),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"],
            ["manifests.call_id"],
            name=op.f("fk_manifest_items_call_id_manifests"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_manifest_items_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manifest_items")),
    )
    op.create_index(op.f("ix_manifest_items_call_id"), "manifest_items", ["call_id"], unique=False)
    op.create_index(op.f("ix_manifest_items_item"), "manifest_items", ["item"], unique=False)
    op.create_index(op.f("ix_manifest_items_novel_id"), "manifest_items", ["novel_id"], unique=False)


def _prompt_overrides() -> None:
    op.create_table(
        "prompt_overrides",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("base_version", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_prompt_overrides_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_prompt_overrides_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt_overrides")),
    )
    op.create_index(op.f("ix_prompt_overrides_novel_id"), "prompt_overrides", ["novel_id"], unique=False)
    op.create_index(op.f("ix_prompt_overrides_user_id"), "prompt_overrides", ["user_id"], unique=False)
    op.create_index("uq_prompt_overrides_name", "prompt_overrides", ["novel_id", "name"], unique=True)
