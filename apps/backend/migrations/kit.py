"""What migrations share: the four roles, grants, and row-level security by one pattern."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

ROLES = ("is_owner", "is_api", "is_llm", "is_agent")
ME = "(SELECT nullif(current_setting('app.user_id', true), ''))::uuid"
NOVEL = "(SELECT nullif(current_setting('app.novel_id', true), ''))::uuid"
MEMBER = f"novel_id IN (SELECT novel_id FROM novel_members WHERE user_id = {ME})"
DML = "SELECT, INSERT, UPDATE, DELETE"


def ensure_roles(connection: Connection) -> None:
    """Make the four roles where they are missing and let the login take them. Safe to repeat."""
    connection.execute(text("SELECT pg_advisory_xact_lock(7238001)"))
    for role in ROLES:
        wanted = "NOLOGIN NOSUPERUSER " + ("BYPASSRLS" if role == "is_owner" else "NOBYPASSRLS")
        connection.execute(
            text(
                f"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{role}') "
                f"THEN CREATE ROLE {role} {wanted}; END IF; END $$"
            )
        )
        connection.execute(text(f"GRANT {role} TO CURRENT_USER"))
    connection.execute(text("GRANT CREATE, USAGE ON SCHEMA public TO is_owner"))
    connection.execute(text("GRANT USAGE ON SCHEMA public TO is_api, is_llm, is_agent"))
    database = connection.execute(text("SELECT quote_ident(current_database())")).scalar_one()
    connection.execute(text(f"GRANT CREATE ON DATABASE {database} TO is_owner"))


def force_rls(op: Any, table: str) -> None:
    """Switch row-level security on for everybody, the table's owner included."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def policy(op: Any, table: str, name: str, roles: str, rule: str, *, command: str = "ALL") -> None:
    """Add one policy; `rule` holds for reading and writing."""
    check = "" if command in {"SELECT", "DELETE"} else f" WITH CHECK ({rule})"
    using = "" if command == "INSERT" else f" USING ({rule})"
    op.execute(f"CREATE POLICY {name} ON {table} FOR {command} TO {roles}{using}{check}")


def grant(op: Any, table: str, roles: str, privileges: str = DML) -> None:
    op.execute(f"GRANT {privileges} ON {table} TO {roles}")


def protect_novel_table(
    op: Any, table: str, *, api: str = DML, agent: str = DML, llm: str = "SELECT"
) -> None:
    """Protect a table with `novel_id`: members through the gateway, the run's novel for agents and `llm`."""
    force_rls(op, table)
    policy(op, table, f"{table}_api", "is_api", MEMBER)
    policy(op, table, f"{table}_agent", "is_agent, is_llm", f"novel_id = {NOVEL}")
    for role, privileges in (("is_api", api), ("is_agent", agent), ("is_llm", llm)):
        if privileges:
            grant(op, table, role, privileges)


def protect_user_table(op: Any, table: str, *, api: str = DML, agent: str = "", llm: str = "") -> None:
    """Protect a table with `user_id`: only the user's own rows, for every role."""
    force_rls(op, table)
    policy(op, table, f"{table}_own", "is_api, is_agent, is_llm", f"user_id = {ME}")
    for role, privileges in (("is_api", api), ("is_agent", agent), ("is_llm", llm)):
        if privileges:
            grant(op, table, role, privileges)


def ensure_extension_vector(connection: Connection) -> None:
    """Add pgvector where the server has it and the login may; nothing depends on it elsewhere."""
    connection.execute(
        text(
            "DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'vector') "
            "THEN CREATE EXTENSION IF NOT EXISTS vector; END IF; "
            "EXCEPTION WHEN insufficient_privilege THEN RAISE NOTICE 'pgvector is not installed'; END $$"
        )
    )


def has_extension_vector(op: Any) -> bool:
    """Return whether this database has pgvector."""
    found = op.get_bind().execute(text("SELECT 1 FROM pg_extension WHERE extname = 'vector'")).scalar()
    return found is not None
