"""Alembic's environment: migrations run as `is_owner`, one transaction each, behind an advisory lock."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from alembic import context
from sqlalchemy import create_engine, pool, text

sys.path.insert(0, str(Path(__file__).parent))

from kit import ensure_extension_vector, ensure_roles

from infinite_scribe.db.sql.base import Base
from infinite_scribe.db.sql.engine import psycopg_url

FEATURES = (
    "web", "accounts", "providers", "novels", "calls", "runs", "prompts", "structure", "canon", "plot", "genesis",
    "manuscript", "memory", "continuity", "exchange",
)  # fmt: skip


def load_models() -> None:
    """Import every feature's tables, so that metadata is complete."""
    for feature in FEATURES:
        name = f"infinite_scribe.{feature}.models"
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name not in {name, f"infinite_scribe.{feature}"}:
                raise


def keep(name: str | None, kind: str, _parents: object) -> bool:
    """Leave the queue's own tables and the one that only pgvector can hold out of autogeneration."""
    return not (kind == "table" and (name or "").startswith(("procrastinate_", "passage_vectors")))


def run() -> None:
    load_models()
    url = psycopg_url(context.config.get_main_option("sqlalchemy.url") or context.config.attributes["url"])
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text("SET lock_timeout = '2s'"))
        connection.execute(text("SELECT pg_advisory_lock(7238002)"))
        ensure_roles(connection)
        ensure_extension_vector(connection)
        connection.commit()
        connection.execute(text("SET ROLE is_owner"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            transaction_per_migration=True,
            include_name=keep,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
