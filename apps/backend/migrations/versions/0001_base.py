"""Queue, remembered answers, service keys.

The four roles are made by the environment before the first revision, since a role belongs to the server and not to
a database.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from kit import DML, ME, force_rls, grant, policy
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

AGENTS = "('worldsmith', 'director', 'writer', 'editor', 'librarian')"


def upgrade() -> None:
    _queue()
    op.create_table(
        "idempotency_keys",
        sa.Column("user_id", sa.Uuid(), primary_key=True),
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("method", sa.String(8), nullable=False),
        sa.Column("path", sa.String(512), nullable=False),
        sa.Column("body_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False, server_default="running"),
        sa.Column("status", sa.Integer()),
        sa.Column("body", sa.dialects.postgresql.JSONB()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
        sa.Column(
            "expires_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("now() + interval '24 hours'"),
        ),
    )
    op.create_index("ix_idempotency_keys_expires_at", "idempotency_keys", ["expires_at"])
    force_rls(op, "idempotency_keys")
    policy(op, "idempotency_keys", "idempotency_keys_own", "is_api, is_agent", f"user_id = {ME}")
    grant(op, "idempotency_keys", "is_api, is_agent", DML)
    op.create_table(
        "service_keys",
        sa.Column("kid", sa.String(64), primary_key=True),
        sa.Column("service", sa.String(32), nullable=False, index=True),
        sa.Column("instance", sa.String(64), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
    )
    _service_key_policies()


def _queue() -> None:
    connection = op.get_bind()
    connection.exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
    for table in ("procrastinate_jobs", "procrastinate_workers", "procrastinate_periodic_defers"):
        grant(op, table, "is_api, is_agent", DML)
    grant(op, "procrastinate_events", "is_api, is_agent", "SELECT, INSERT")
    op.execute(
        "DO $$ DECLARE s record; BEGIN FOR s IN SELECT sequencename FROM pg_sequences "
        "WHERE schemaname = 'public' AND sequencename LIKE 'procrastinate%' LOOP "
        "EXECUTE format('GRANT USAGE, SELECT ON SEQUENCE %I TO is_api, is_agent', s.sequencename); "
        "END LOOP; END $$"
    )


def _service_key_policies() -> None:
    """Everybody verifies; each kind of process publishes keys for itself only."""
    force_rls(op, "service_keys")
    everybody = "is_api, is_agent, is_llm"
    policy(op, "service_keys", "service_keys_read", everybody, "true", command="SELECT")
    for role, rule in (
        ("is_api", "service = 'api'"),
        ("is_llm", "service = 'llm'"),
        ("is_agent", f"service IN {AGENTS}"),
    ):
        for command in ("INSERT", "UPDATE"):
            policy(op, "service_keys", f"service_keys_{role}_{command.lower()}", role, rule, command=command)
    grant(op, "service_keys", everybody, "SELECT, INSERT, UPDATE")


def downgrade() -> None:
    op.drop_table("service_keys")
    op.drop_table("idempotency_keys")
    op.execute(
        "DO $$ DECLARE r record; BEGIN "
        "FOR r IN SELECT p.oid::regprocedure AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE n.nspname = 'public' AND p.proname LIKE 'procrastinate%' LOOP "
        "EXECUTE 'DROP FUNCTION IF EXISTS ' || r.name || ' CASCADE'; END LOOP; "
        "FOR r IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' "
        "AND tablename LIKE 'procrastinate%' LOOP "
        "EXECUTE format('DROP TABLE IF EXISTS %I CASCADE', r.name); END LOOP; "
        "FOR r IN SELECT t.typname AS name FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace "
        "WHERE n.nspname = 'public' AND t.typname LIKE 'procrastinate%' AND t.typtype IN ('e', 'c') LOOP "
        "EXECUTE format('DROP TYPE IF EXISTS %I CASCADE', r.name); END LOOP; END $$"
    )
