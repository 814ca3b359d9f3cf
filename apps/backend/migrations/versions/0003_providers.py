"""Tables of `providers`: endpoints, sealed keys, roles, prices, budgets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from kit import ME, force_rls, grant, policy, protect_user_table
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _budgets()
    _data_keys()
    _endpoints()
    _model_profiles()
    _model_roles()
    _price_overrides()
    _provider_keys()
    _protect()


def downgrade() -> None:
    op.drop_table("provider_keys")
    op.drop_table("price_overrides")
    op.drop_table("model_roles")
    op.drop_table("model_profiles")
    op.drop_table("endpoints")
    op.drop_table("data_keys")
    op.drop_table("budgets")


def _budgets() -> None:
    op.create_table(
        "budgets",
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("scope_kind", sa.String(length=10), nullable=False),
        sa.Column("scope_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.String(length=5), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("cap_nanousd", sa.BigInteger(), nullable=True),
        sa.Column("cap_tokens", sa.BigInteger(), nullable=True),
        sa.Column("spent_nanousd", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("reserved_nanousd", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("spent_tokens", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("reserved_tokens", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "spent_nanousd >= 0 AND reserved_nanousd >= 0 AND spent_tokens >= 0 AND reserved_tokens >= 0",
            name=op.f("ck_budgets_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_budgets_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgets")),
        sa.UniqueConstraint("scope_kind", "scope_id", "period", "period_start", name="uq_budgets_scope"),
    )
    op.create_index(op.f("ix_budgets_user_id"), "budgets", ["user_id"], unique=False)


def _data_keys() -> None:
    op.create_table(
        "data_keys",
        sa.Column("kek_id", sa.String(length=32), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_data_keys_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_keys")),
    )
    op.create_index(op.f("ix_data_keys_user_id"), "data_keys", ["user_id"], unique=False)


def _endpoints() -> None:
    op.create_table(
        "endpoints",
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("base_url", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("local", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("models", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("profile", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("key_last4", sa.String(length=4), nullable=True),
        sa.Column("key_version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_endpoints_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endpoints")),
    )
    op.create_index(op.f("ix_endpoints_user_id"), "endpoints", ["user_id"], unique=False)


def _model_profiles() -> None:
    op.create_table(
        "model_profiles",
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("profile", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("probed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["endpoints.id"],
            name=op.f("fk_model_profiles_endpoint_id_endpoints"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_model_profiles_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_profiles")),
    )
    op.create_index(op.f("ix_model_profiles_user_id"), "model_profiles", ["user_id"], unique=False)
    op.create_index("uq_model_profiles_model", "model_profiles", ["endpoint_id", "model"], unique=True)


def _model_roles() -> None:
    op.create_table(
        "model_roles",
        sa.Column("novel_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["endpoints.id"],
            name=op.f("fk_model_roles_endpoint_id_endpoints"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_model_roles_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_roles")),
        sa.UniqueConstraint(
            "user_id",
            "novel_id",
            "role",
            "position",
            name="uq_model_roles_place",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_model_roles_novel_id"), "model_roles", ["novel_id"], unique=False)
    op.create_index(op.f("ix_model_roles_user_id"), "model_roles", ["user_id"], unique=False)


def _price_overrides() -> None:
    op.create_table(
        "price_overrides",
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("endpoint_id", sa.Uuid(), nullable=True),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("input_nanousd", sa.BigInteger(), nullable=False),
        sa.Column("output_nanousd", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "input_nanousd >= 0 AND output_nanousd >= 0", name=op.f("ck_price_overrides_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["endpoints.id"],
            name=op.f("fk_price_overrides_endpoint_id_endpoints"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_price_overrides_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_overrides")),
        sa.UniqueConstraint(
            "user_id",
            "endpoint_id",
            "model",
            name="uq_price_overrides_model",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_price_overrides_user_id"), "price_overrides", ["user_id"], unique=False)


def _provider_keys() -> None:
    op.create_table(
        "provider_keys",
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("dek_id", sa.Uuid(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("last4", sa.String(length=4), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dek_id"], ["data_keys.id"], name=op.f("fk_provider_keys_dek_id_data_keys"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["endpoints.id"],
            name=op.f("fk_provider_keys_endpoint_id_endpoints"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_provider_keys_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("endpoint_id", "version", name=op.f("pk_provider_keys")),
    )
    op.create_index(op.f("ix_provider_keys_user_id"), "provider_keys", ["user_id"], unique=False)


OWN_OR_OPERATOR = f"user_id = {ME} OR user_id IS NULL"
ALL = "is_api, is_llm, is_agent"
DEMO_ENDPOINT_ID = "00000000-0000-7000-8000-00000000d3e0"


def _protect() -> None:
    _shared_table("endpoints")
    policy(op, "endpoints", "endpoints_key", "is_llm", f"user_id = {ME}", command="UPDATE")
    grant(op, "endpoints", "is_llm", "UPDATE (key_last4, key_version, models, profile)")
    _shared_table("price_overrides")
    _shared_table("model_profiles")
    policy(op, "model_profiles", "model_profiles_probe", "is_llm", OWN_OR_OPERATOR)
    grant(op, "model_profiles", "is_llm", "INSERT, UPDATE, DELETE")
    # Sealed keys: the gateway hands a key through and can neither read it back nor open it.
    protect_user_table(op, "provider_keys", api="", llm="SELECT, INSERT, UPDATE, DELETE")
    protect_user_table(op, "data_keys", api="", llm="SELECT, INSERT, UPDATE, DELETE")
    protect_user_table(op, "model_roles", agent="SELECT", llm="SELECT")
    force_rls(op, "budgets")
    policy(op, "budgets", "budgets_own", "is_api, is_agent", f"user_id = {ME}")
    policy(op, "budgets", "budgets_llm", "is_llm", OWN_OR_OPERATOR)
    grant(op, "budgets", "is_api", "SELECT, INSERT, UPDATE, DELETE")
    grant(op, "budgets", "is_llm", "SELECT, INSERT, UPDATE")
    grant(op, "budgets", "is_agent", "SELECT")
    op.execute(
        "INSERT INTO endpoints (id, kind, label, base_url, local, models) VALUES "
        f"('{DEMO_ENDPOINT_ID}', 'demo', 'Demo storyteller', '', true, '[\"demo/storyteller\"]')"
    )


def _shared_table(table: str) -> None:
    """Own rows may be changed through the gateway; the operator's rows (no user) are read by all."""
    force_rls(op, table)
    policy(op, table, f"{table}_read", ALL, OWN_OR_OPERATOR, command="SELECT")
    policy(op, table, f"{table}_own", "is_api", f"user_id = {ME}")
    grant(op, table, "is_api")
    grant(op, table, "is_llm, is_agent", "SELECT")
