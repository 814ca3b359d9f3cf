"""The conversation of a stage: who asked, what became of it, and that it ends with its run whatever process dies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from kit import policy, protect_novel_table
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

LISTS = ("name_lists", "glossary_terms")
FUNCTIONS = ("genesis_round_begins()", "genesis_round_ends()", "genesis_next_round()")
_IS_ROUND = "NEW.agent = 'worldsmith' AND NEW.input ? 'round'"


def upgrade() -> None:
    document = postgresql.JSONB(astext_type=sa.Text())
    empty = sa.text("'{}'::jsonb")
    for name in ("provenance", "written"):
        op.add_column("genesis_stages", sa.Column(name, document, nullable=False, server_default=empty))
        op.alter_column("genesis_stages", name, server_default=None)
    op.add_column("genesis_stages", sa.Column("option_id", sa.Uuid(), nullable=True))
    for column in (
        sa.Column("action", sa.String(length=12), nullable=False, server_default="generate"),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("problem", document, nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("idempotency_key", sa.String(length=64), nullable=True),
    ):
        op.add_column("genesis_rounds", column)
    for name in ("action", "attempt"):
        op.alter_column("genesis_rounds", name, server_default=None)
    _indexes()
    policy(
        op, "genesis_rounds", "genesis_rounds_sweep", "is_agent",
        "current_setting('app.sweep', true) = 'on'", command="SELECT",
    )  # fmt: skip
    _name_lists()
    _glossary_terms()
    _functions()


def downgrade() -> None:
    op.execute("DROP TRIGGER genesis_round_begins ON runs")
    op.execute("DROP TRIGGER genesis_round_ends ON runs")
    op.execute("DROP TRIGGER genesis_next_round ON genesis_rounds")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
    for table in reversed(LISTS):
        op.drop_table(table)
    op.execute("DROP POLICY genesis_rounds_sweep ON genesis_rounds")
    for index in ("waiting", "unstarted", "run", "key"):
        name = f"uq_genesis_rounds_{index}" if index in {"waiting", "key"} else f"ix_genesis_rounds_{index}"
        op.drop_index(name, table_name="genesis_rounds")
    for name in ("idempotency_key", "attempt", "finished_at", "problem", "user_id", "action"):
        op.drop_column("genesis_rounds", name)
    for name in ("option_id", "written", "provenance"):
        op.drop_column("genesis_stages", name)


def _indexes() -> None:
    table = "genesis_rounds"
    waiting, unstarted = sa.text("status = 'queued'"), sa.text("status = 'answering' AND run_id IS NULL")
    op.create_index(
        "uq_genesis_rounds_waiting", table, ["novel_id", "stage"], unique=True, postgresql_where=waiting
    )
    op.create_index("ix_genesis_rounds_unstarted", table, ["novel_id"], postgresql_where=unstarted)
    op.create_index("ix_genesis_rounds_run", table, ["run_id"])
    op.create_index("uq_genesis_rounds_key", table, ["novel_id", "user_id", "idempotency_key"], unique=True)


def _revisioned(table: str, *columns: sa.Column[object]) -> None:
    op.create_table(
        table,
        *columns,
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rev_from", sa.Integer(), nullable=False),
        sa.Column("rev_to", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f(f"fk_{table}_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_lifespan", table, ["novel_id", "rev_from", "rev_to"])
    op.create_index(op.f(f"ix_{table}_novel_id"), table, ["novel_id"])
    live = sa.text("rev_to IS NULL")
    op.create_index(f"uq_{table}_live", table, ["id"], unique=True, postgresql_where=live)
    protect_novel_table(op, table)


def _name_lists() -> None:
    _revisioned(
        "name_lists",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    )
    op.create_index(
        "uq_name_lists_kind_live", "name_lists", ["novel_id", "kind"], unique=True,
        postgresql_where=sa.text("rev_to IS NULL"),
    )  # fmt: skip


def _glossary_terms() -> None:
    _revisioned(
        "glossary_terms",
        sa.Column("term", sa.String(length=120), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
    )


def _function(name: str, body: str) -> None:
    """Add a function that works with its owner's rights: a round ends also where no scope of its novel is open."""
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
        f"SET search_path = pg_catalog, public AS $$ BEGIN {body} RETURN NULL; END $$"
    )
    op.execute(f"REVOKE ALL ON FUNCTION {name}() FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {name}() TO is_agent, is_api")


def _functions() -> None:
    tell = (
        "PERFORM pg_advisory_xact_lock(hashtextextended('user_events:' || NEW.user_id, 0)); "
        "INSERT INTO user_events (user_id, novel_id, run_id, type, payload) VALUES (NEW.user_id, NEW.novel_id, "
        "NEW.id, 'genesis.changed', jsonb_build_object('stage', NEW.input ->> 'stage'));"
    )
    _function(
        "genesis_round_begins",
        "UPDATE genesis_rounds SET run_id = NEW.id WHERE novel_id = NEW.novel_id "
        "AND id = (NEW.input ->> 'round')::uuid AND status = 'answering' AND run_id IS NULL; " + tell,
    )
    _function(
        "genesis_round_ends",
        "IF NEW.state IN ('completed', 'failed', 'cancelled') THEN "
        "UPDATE genesis_rounds SET finished_at = now(), problem = NEW.error, status = CASE NEW.state "
        "WHEN 'completed' THEN 'answered' WHEN 'failed' THEN 'failed' ELSE 'cancelled' END "
        "WHERE novel_id = NEW.novel_id AND run_id = NEW.id AND status = 'answering'; "
        "ELSIF OLD.state IN ('completed', 'failed', 'cancelled') THEN "
        "UPDATE genesis_rounds r SET finished_at = NULL, problem = NULL, status = 'answering' "
        "WHERE r.novel_id = NEW.novel_id AND r.run_id = NEW.id AND NOT EXISTS (SELECT 1 FROM genesis_rounds o "
        "WHERE o.novel_id = r.novel_id AND o.stage = r.stage AND o.status = 'answering'); "
        "ELSIF NEW.state = 'paused' OR OLD.state = 'paused' THEN UPDATE genesis_rounds SET problem = NEW.error "
        "WHERE novel_id = NEW.novel_id AND run_id = NEW.id AND status = 'answering'; "
        "ELSE RETURN NULL; END IF; " + tell,
    )
    _function(
        "genesis_next_round",
        "UPDATE genesis_rounds SET status = 'answering' WHERE novel_id = NEW.novel_id AND stage = NEW.stage "
        "AND status = 'queued';",
    )
    op.execute(
        f"CREATE TRIGGER genesis_round_begins AFTER INSERT ON runs FOR EACH ROW WHEN ({_IS_ROUND}) "
        "EXECUTE FUNCTION genesis_round_begins()"
    )
    op.execute(
        "CREATE TRIGGER genesis_round_ends AFTER UPDATE OF state ON runs FOR EACH ROW "
        f"WHEN (OLD.state <> NEW.state AND {_IS_ROUND}) EXECUTE FUNCTION genesis_round_ends()"
    )
    op.execute(
        "CREATE TRIGGER genesis_next_round AFTER UPDATE OF status ON genesis_rounds FOR EACH ROW "
        "WHEN (OLD.status = 'answering' AND NEW.status <> 'answering') EXECUTE FUNCTION genesis_next_round()"
    )
