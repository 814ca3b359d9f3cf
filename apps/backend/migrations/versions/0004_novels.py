"""Workspaces, novels and their members, revisions, outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from kit import ME, MEMBER, NOVEL, force_rls, grant, policy, protect_novel_table
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MANAGERS = "('owner', 'manager')"
FUNCTIONS = {
    "in_workspace": "SELECT EXISTS (SELECT 1 FROM workspace_members WHERE workspace_id = wanted AND user_id = who)",
    "manages_workspace": (
        "SELECT EXISTS (SELECT 1 FROM workspaces WHERE id = wanted AND owner_id = who) OR EXISTS "
        f"(SELECT 1 FROM workspace_members WHERE workspace_id = wanted AND user_id = who AND role IN {MANAGERS})"
    ),
    "manages_novel": (
        f"SELECT EXISTS (SELECT 1 FROM novel_members WHERE novel_id = wanted AND user_id = who AND role IN {MANAGERS})"
    ),
    "lacks_members": (
        "SELECT NOT EXISTS (SELECT 1 FROM novel_members WHERE novel_id = wanted) "
        "AND NOT EXISTS (SELECT 1 FROM novels WHERE id = wanted)"
    ),
}


def upgrade() -> None:
    _workspaces()
    _novels()
    _workspace_members()
    _novel_members()
    _novel_places()
    _novel_revisions()
    _outbox()
    _outbox_cursors()
    _protect()


def _workspaces() -> None:
    op.create_table(
        "workspaces",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("personal", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_workspaces_owner_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspaces")),
    )
    op.create_index(op.f("ix_workspaces_owner_id"), "workspaces", ["owner_id"], unique=False)
    op.create_index(
        "uq_workspaces_personal",
        "workspaces",
        ["owner_id"],
        unique=True,
        postgresql_where=sa.text("personal"),
    )


def _novels() -> None:
    op.create_table(
        "novels",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("idea", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("length", sa.String(length=10), nullable=False),
        sa.Column("pov", sa.String(length=20), nullable=False),
        sa.Column("tone", sa.String(length=200), nullable=True),
        sa.Column("status", sa.String(length=20), server_default="writing", nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("structure_version", sa.Integer(), nullable=False),
        sa.Column("story_start", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("editors_may_run", sa.Boolean(), nullable=False),
        sa.Column("settings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_novels_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_novels")),
    )
    op.create_index(op.f("ix_novels_workspace_id"), "novels", ["workspace_id"], unique=False)


def _workspace_members() -> None:
    op.create_table(
        "workspace_members",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_workspace_members_user_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_workspace_members_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "user_id", name=op.f("pk_workspace_members")),
    )
    op.create_index(op.f("ix_workspace_members_user_id"), "workspace_members", ["user_id"], unique=False)


def _novel_members() -> None:
    op.create_table(
        "novel_members",
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("own_role", sa.String(length=10), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"],
            ["novels.id"],
            name=op.f("fk_novel_members_novel_id_novels"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_novel_members_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("novel_id", "user_id", name=op.f("pk_novel_members")),
    )
    op.create_index(op.f("ix_novel_members_user_id"), "novel_members", ["user_id"], unique=False)


def _novel_places() -> None:
    op.create_table(
        "novel_places",
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("scene_id", sa.Uuid(), nullable=False),
        sa.Column("pid", sa.String(length=20), nullable=False),
        sa.Column("off", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_novel_places_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_novel_places_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("novel_id", "user_id", name=op.f("pk_novel_places")),
    )
    op.create_index(op.f("ix_novel_places_user_id"), "novel_places", ["user_id"], unique=False)


def _novel_revisions() -> None:
    op.create_table(
        "novel_revisions",
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("parent", sa.Integer(), nullable=False),
        sa.Column("rolled_back_to", sa.Integer(), nullable=True),
        sa.Column("actor", sa.Uuid(), nullable=True),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("summary", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("hashes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor"], ["users.id"], name=op.f("fk_novel_revisions_actor_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_novel_revisions_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_novel_revisions")),
        sa.UniqueConstraint("novel_id", "revision", name=op.f("uq_novel_revisions_novel_id_revision")),
    )
    op.create_index(op.f("ix_novel_revisions_novel_id"), "novel_revisions", ["novel_id"], unique=False)
    op.create_index(
        "ix_novel_revisions_run",
        "novel_revisions",
        ["run_id"],
        unique=False,
        postgresql_where=sa.text("run_id IS NOT NULL"),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_outbox_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_novel_id"), "outbox", ["novel_id"], unique=False)
    op.create_index("ix_outbox_waiting", "outbox", ["novel_id", "seq"], unique=False)


def _outbox_cursors() -> None:
    op.create_table(
        "outbox_cursors",
        sa.Column("consumer", sa.String(length=60), nullable=False),
        sa.Column("novel_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["novel_id"], ["novels.id"], name=op.f("fk_outbox_cursors_novel_id_novels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("consumer", "novel_id", name=op.f("pk_outbox_cursors")),
    )
    op.create_index(op.f("ix_outbox_cursors_novel_id"), "outbox_cursors", ["novel_id"], unique=False)


def _protect() -> None:
    for name, body in FUNCTIONS.items():
        # The owner of the tables reads past row-level security: a policy cannot look into its own table.
        op.execute(
            f"CREATE FUNCTION {name}(wanted uuid, who uuid) RETURNS boolean LANGUAGE sql STABLE "
            f"SECURITY DEFINER SET search_path = public AS $$ {body} $$"
        )
        op.execute(f"REVOKE ALL ON FUNCTION {name}(uuid, uuid) FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {name}(uuid, uuid) TO is_api, is_agent, is_llm")
    _protect_workspaces()
    _protect_novels()
    protect_novel_table(op, "novel_revisions", api="SELECT, INSERT", agent="SELECT, INSERT")
    force_rls(op, "novel_places")
    policy(op, "novel_places", "novel_places_own", "is_api", f"user_id = {ME} AND {MEMBER}")
    grant(op, "novel_places", "is_api")
    for table in ("outbox", "outbox_cursors"):
        protect_novel_table(op, table, api="SELECT, INSERT" if table == "outbox" else "SELECT")
        policy(
            op,
            table,
            f"{table}_sweep",
            "is_api, is_agent, is_llm",
            "current_setting('app.sweep', true) = 'on'",
        )


def _protect_workspaces() -> None:
    force_rls(op, "workspaces")
    policy(op, "workspaces", "workspaces_api", "is_api", f"owner_id = {ME} OR in_workspace(id, {ME})")
    force_rls(op, "workspace_members")
    policy(
        op,
        "workspace_members",
        "workspace_members_read",
        "is_api",
        f"user_id = {ME} OR in_workspace(workspace_id, {ME})",
        command="SELECT",
    )
    manages = f"manages_workspace(workspace_id, {ME})"
    for command in ("INSERT", "UPDATE", "DELETE"):
        policy(
            op,
            "workspace_members",
            f"workspace_members_{command.lower()}",
            "is_api",
            manages,
            command=command,
        )
    of_the_novel = f"SELECT workspace_id FROM novels WHERE id = {NOVEL}"
    for table, column in (("workspaces", "id"), ("workspace_members", "workspace_id")):
        policy(
            op, table, f"{table}_agent", "is_agent, is_llm", f"{column} IN ({of_the_novel})", command="SELECT"
        )
        grant(op, table, "is_api")
        grant(op, table, "is_agent, is_llm", "SELECT")


def _protect_novels() -> None:
    force_rls(op, "novels")
    policy(
        op,
        "novels",
        "novels_api",
        "is_api",
        f"id IN (SELECT novel_id FROM novel_members WHERE user_id = {ME})",
    )
    policy(op, "novels", "novels_agent", "is_agent, is_llm", f"id = {NOVEL}")
    grant(op, "novels", "is_api")
    grant(op, "novels", "is_agent", "SELECT, UPDATE")
    grant(op, "novels", "is_llm", "SELECT")
    force_rls(op, "novel_members")
    seen = f"user_id = {ME} OR novel_id = {NOVEL}"
    policy(op, "novel_members", "novel_members_read", "is_api", seen, command="SELECT")
    manages = f"manages_novel(novel_id, {ME})"
    first = f"user_id = {ME} AND lacks_members(novel_id, {ME})"
    policy(op, "novel_members", "novel_members_insert", "is_api", f"{manages} OR ({first})", command="INSERT")
    for command in ("UPDATE", "DELETE"):
        policy(op, "novel_members", f"novel_members_{command.lower()}", "is_api", manages, command=command)
    policy(
        op,
        "novel_members",
        "novel_members_agent",
        "is_agent, is_llm",
        f"novel_id = {NOVEL}",
        command="SELECT",
    )
    grant(op, "novel_members", "is_api")
    grant(op, "novel_members", "is_agent, is_llm", "SELECT")


def downgrade() -> None:
    # Policies look into other tables, so they go before the tables that they look into.
    op.execute(
        "DO $$ DECLARE p record; BEGIN FOR p IN SELECT policyname, tablename FROM pg_policies "
        "WHERE schemaname = 'public' AND tablename IN ('workspaces', 'workspace_members', 'novels', 'novel_members', "
        "'novel_places', 'novel_revisions', 'outbox', 'outbox_cursors') LOOP "
        "EXECUTE format('DROP POLICY %I ON %I', p.policyname, p.tablename); END LOOP; END $$"
    )
    op.drop_table("outbox_cursors")
    op.drop_table("outbox")
    op.drop_table("novel_revisions")
    op.drop_table("novel_places")
    op.drop_table("novel_members")
    op.drop_table("workspace_members")
    op.drop_table("novels")
    op.drop_table("workspaces")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}(uuid, uuid)")
