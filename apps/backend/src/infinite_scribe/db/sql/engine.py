"""PostgreSQL: one engine per process, one role per process, one transaction per request or step."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Literal

from pydantic_core import from_json
from sqlalchemy import ColumnElement, func, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

Role = Literal["is_owner", "is_api", "is_llm", "is_agent"]

_SETTINGS = ("app.user_id", "app.novel_id", "app.auth", "app.sweep", "app.reaper")
_SET_SCOPE = text(
    "SELECT " + ", ".join(f"set_config('{name}', :v{n}, true)" for n, name in enumerate(_SETTINGS))
)

_SET_PAUSE = text("SELECT set_config('idle_in_transaction_session_timeout', :limit, true)")


@dataclass(frozen=True)
class RowScope:
    """Which rows a transaction may see. Nothing set: none of the rows that belong to somebody."""

    user_id: uuid.UUID | None = None
    novel_id: uuid.UUID | None = None
    auth: bool = False
    sweep: bool = False
    reaper: str | None = None

    def values(self) -> dict[str, str]:
        """Return the parameters of the statement that sets the scope."""
        shown = (
            str(self.user_id or ""),
            str(self.novel_id or ""),
            "on" if self.auth else "",
            "on" if self.sweep else "",
            self.reaper or "",
        )
        return {f"v{n}": value for n, value in enumerate(shown)}


class Database:
    """Connections of one process in one role.

    The role is taken with the connection, so that row-level security holds for every statement, in the embedded
    server too, where the login is a superuser.
    """

    def __init__(
        self,
        url: str,
        role: Role,
        *,
        pool_size: int = 5,
        statement_seconds: float = 5,
        lock_seconds: float = 3,
        companions: object | None = None,
    ) -> None:
        """Prepare the connections. `companions` are the process's other stores; sessions carry them along."""
        parameters = {
            "role": role,
            "application_name": f"infinite-scribe {role}",
            "statement_timeout": str(int(statement_seconds * 1000)),
            "lock_timeout": str(int(lock_seconds * 1000)),
            "idle_in_transaction_session_timeout": "10000",
            "timezone": "UTC",
            "jit": "off",  # compiling a question of a few milliseconds takes longer than asking it
        }
        self.role = role
        self.url = url
        self.engine: AsyncEngine = create_async_engine(
            driver_url(url),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=5,
            pool_pre_ping=False,
            pool_use_lifo=True,  # the connection used last knows its statements and their plans
            pool_recycle=1_800,
            connect_args={"server_settings": parameters, "timeout": 5},
            json_deserializer=from_json,  # a briefing reads thousands of values; the standard reader takes thrice as long
        )
        self._sessions = async_sessionmaker(
            self.engine, expire_on_commit=False, info={"stores": companions} if companions else None
        )

    @asynccontextmanager
    async def transaction(self, scope: RowScope | None = None) -> AsyncIterator[AsyncSession]:
        """Open a session in one transaction; commit at the end, roll back on any exception."""
        async with self._sessions() as session, session.begin():
            await apply_scope(session, scope or RowScope())
            yield session

    async def dispose(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


async def apply_scope(session: AsyncSession, scope: RowScope) -> None:
    """Set the scope of the current transaction; it ends with the transaction."""
    session.info["scope"] = scope
    await session.execute(_SET_SCOPE, scope.values())


async def set_scope(
    session: AsyncSession, *, user_id: uuid.UUID | None = None, novel_id: uuid.UUID | None = None
) -> None:
    """Add a user or a novel to the scope of the current transaction."""
    present: RowScope = session.info.get("scope", RowScope())
    await apply_scope(
        session,
        RowScope(
            user_id=user_id or present.user_id,
            novel_id=novel_id or present.novel_id,
            auth=present.auth,
            sweep=present.sweep,
            reaper=present.reaper,
        ),
    )


async def allow_pause(session: AsyncSession, seconds: int) -> None:
    """Let the current transaction wait so long between two statements, for work that happens outside the database.

    Without it the server ends a transaction that says nothing for ten seconds.
    """
    await session.execute(_SET_PAUSE, {"limit": f"{seconds}s"})


def novel_setting(novel_id: uuid.UUID) -> ColumnElement[str]:
    """Return a column that binds the transaction to the novel when its statement finds a row.

    It saves the proof of a right one way to the server and back; `note_novel` follows when the right was proven.
    """
    return func.set_config("app.novel_id", str(novel_id), True)


def note_novel(session: AsyncSession, novel_id: uuid.UUID) -> None:
    """Remember what `novel_setting` set, so that a later `set_scope` keeps it."""
    session.info["scope"] = replace(session.info.get("scope", RowScope()), novel_id=novel_id)


def driver_url(url: str) -> str:
    """Return `url` with the asyncpg driver, whatever dialect name it was typed with."""
    return make_url(url).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)


def plain_url(url: str) -> str:
    """Return `url` for libpq clients (psycopg and the queue)."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def psycopg_url(url: str) -> str:
    """Return `url` with SQLAlchemy's psycopg driver, for migrations."""
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
