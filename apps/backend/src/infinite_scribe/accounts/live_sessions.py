"""Is this session still good? Asked on every request, so it is answered from Redis; the truth is in PostgreSQL.

Who may be believed: the list of revocations that PostgreSQL announced (always), Redis and the cache of this process
(only while those announcements are heard), PostgreSQL (always). Nothing that happens to Redis revives a session or
ends one: a miss is answered by PostgreSQL, and a fill never overwrites the word ``dead``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from infinite_scribe.accounts.errors import SessionExpiredError
from infinite_scribe.accounts.repository import AccountsRepository
from infinite_scribe.accounts.tokens import AccessClaims
from infinite_scribe.core.clock import monotonic, now
from infinite_scribe.core.errors import StoreUnavailableError
from infinite_scribe.core.logging import get_logger
from infinite_scribe.db.sql.engine import Database

log = get_logger(__name__)

DEAD = "dead"
HOT_SECONDS = 60
DEAD_SECONDS = 900
LOCAL_SECONDS = 5
LONGEST_LOCAL = 10_000
STREAM_CHECK_SECONDS = 30.0


@dataclass
class RedisBreaker:
    """Three failures in a row, and Redis is left alone for two seconds."""

    redis: Redis | None
    failures_allowed: int = 3
    pause_seconds: float = 2
    _failures: int = 0
    _open_until: float = float("-inf")

    @property
    def is_usable(self) -> bool:
        """Whether a call may be tried now."""
        return self.redis is not None and monotonic() >= self._open_until

    async def call(self, work: Callable[[Redis], Awaitable[Any]]) -> tuple[bool, Any]:
        """Whether the call went through, and its answer. Never raises for what Redis does."""
        if self.redis is None or not self.is_usable:
            return False, None
        try:
            answer = await work(self.redis)
        except (RedisError, OSError, TimeoutError):
            self._failures += 1
            if self._failures >= self.failures_allowed:
                self._open_until, self._failures = monotonic() + self.pause_seconds, 0
                log.warning("redis.left_alone", seconds=self.pause_seconds)
            return False, None
        self._failures = 0
        return True, answer


@dataclass(frozen=True, slots=True)
class Alive:
    """What is remembered of a living session: user, token epoch, end (Unix seconds)."""

    user_id: UUID
    token_epoch: int
    ends_at: float

    def fits(self, claims: AccessClaims) -> bool:
        """Whether the token speaks of this session as it is now."""
        return (
            self.user_id == claims.user_id
            and self.token_epoch == claims.token_epoch
            and now().timestamp() < self.ends_at
        )

    def to_json(self) -> str:
        return json.dumps({"u": str(self.user_id), "tep": self.token_epoch, "x": self.ends_at})

    @classmethod
    def from_json(cls, text: str) -> Alive | None:
        """The remembered session, ``None`` when somebody wrote something else there."""
        try:
            found = json.loads(text)
            return cls(UUID(found["u"]), int(found["tep"]), float(found["x"]))
        except (ValueError, TypeError, KeyError, AttributeError):
            return None


@dataclass
class LiveSessions:
    """The check of one gateway process."""

    database: Database
    redis: RedisBreaker
    hears_revocations: bool = False
    checks: dict[str, int] = field(default_factory=lambda: {"local": 0, "redis": 0, "postgres": 0})
    _revoked: dict[UUID, float] = field(default_factory=dict)
    _local: dict[UUID, tuple[float, Alive]] = field(default_factory=dict)
    _watched: dict[UUID, set[asyncio.Event]] = field(default_factory=dict)

    async def check(self, claims: AccessClaims) -> None:
        """Raise `SessionExpiredError` unless the session lives; `StoreUnavailableError` when nobody can tell."""
        sid = claims.session_id
        if self._is_revoked(sid):
            self.checks["local"] += 1
            raise SessionExpiredError
        alive = await self._remembered(sid) or await self._ask_postgres(sid)
        if not alive.fits(claims):
            raise SessionExpiredError

    async def _remembered(self, sid: UUID) -> Alive | None:
        """What Redis, or this process while Redis is away, knows; ``None`` sends the question to PostgreSQL."""
        if not self.hears_revocations:
            return None
        reached, text = await self.redis.call(lambda redis: redis.get(_key(sid)))
        if reached:
            if text == DEAD:
                self.checks["redis"] += 1
                raise SessionExpiredError
            alive = Alive.from_json(text) if isinstance(text, str) else None
            self.checks["redis"] += alive is not None
            return alive
        kept = self._local.get(sid)
        if kept is None or monotonic() >= kept[0]:
            return None
        self.checks["local"] += 1
        return kept[1]

    async def _ask_postgres(self, sid: UUID) -> Alive:
        self.checks["postgres"] += 1
        try:
            async with AccountsRepository.open(self.database) as accounts:
                row = await accounts.is_live(sid)
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            raise StoreUnavailableError(retry_after=2) from error
        if row is None:
            await self.redis.call(lambda redis: redis.set(_key(sid), DEAD, ex=DEAD_SECONDS))
            raise SessionExpiredError
        if self._is_revoked(sid):  # announced while the row was being read
            raise SessionExpiredError
        alive = Alive(row[0], row[1], row[2].timestamp())
        reached, _ = await self.redis.call(
            lambda redis: redis.set(_key(sid), alive.to_json(), ex=HOT_SECONDS, nx=True)
        )
        if not reached:
            self._remember(sid, alive)
        return alive

    async def bury(self, sids: Iterable[UUID]) -> None:
        """After the commit of a revocation: refuse these here, and leave the word for the other gateways."""
        for sid in sids:
            self.heard(sid)
            await self.redis.call(lambda redis, sid=sid: redis.set(_key(sid), DEAD, ex=DEAD_SECONDS))  # type: ignore[misc]

    def heard(self, sid: UUID) -> None:
        """PostgreSQL announced that this session ended: refuse it, and close its streams."""
        if len(self._revoked) > LONGEST_LOCAL:
            at = monotonic()
            self._revoked = {key: until for key, until in self._revoked.items() if until > at}
        self._revoked[sid] = monotonic() + DEAD_SECONDS
        self._local.pop(sid, None)
        for event in self._watched.get(sid, ()):
            event.set()

    def stopped_hearing(self) -> None:
        """The announcements are lost: nothing remembered is believed until they are back."""
        self.hears_revocations = False
        self._local.clear()

    async def ended(self, claims: AccessClaims) -> None:
        """Return when the session behind an open stream is over; it is checked again every 30 seconds."""
        event = asyncio.Event()
        self._watched.setdefault(claims.session_id, set()).add(event)
        try:
            while True:
                try:
                    await asyncio.wait_for(event.wait(), STREAM_CHECK_SECONDS)
                except TimeoutError:
                    try:
                        await self.check(claims)
                    except StoreUnavailableError:
                        continue
                    except SessionExpiredError:
                        return
                else:
                    return
        finally:
            self._watched[claims.session_id].discard(event)
            if not self._watched[claims.session_id]:
                del self._watched[claims.session_id]

    def _is_revoked(self, sid: UUID) -> bool:
        until = self._revoked.get(sid)
        return until is not None and monotonic() < until

    def _remember(self, sid: UUID, alive: Alive) -> None:
        if len(self._local) > LONGEST_LOCAL:
            self._local.clear()
        self._local[sid] = (monotonic() + LOCAL_SECONDS, alive)


def _key(sid: UUID) -> str:
    return f"is:sess:{sid}"
