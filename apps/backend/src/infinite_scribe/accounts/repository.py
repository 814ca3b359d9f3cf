"""SQL of accounts. The only place that sets ``app.auth``, which opens account rows before anybody is known."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from sqlalchemy import delete, exists, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.accounts.models import (
    AuditEvent,
    EmailToken,
    GuessCounter,
    KnownDevice,
    Session,
    SigningKey,
    User,
)
from infinite_scribe.accounts.rules import (
    LONGEST_WAIT_SECONDS,
    WINDOW_SECONDS,
    GuessBudget,
    RevokeReason,
    UserKind,
)
from infinite_scribe.db.sql.engine import Database, RowScope

SETUP_LOCK = 7238101
KEYS_LOCK = 7238102
CHANNEL = "session_revoked"
_CLOCK = func.clock_timestamp()

_RESERVE = text(
    """
    INSERT INTO guess_counters AS g (kind, subject, window_start, count, next_allowed_at)
    VALUES (:kind, :subject, clock_timestamp(), 1, clock_timestamp() + make_interval(secs => :first_wait))
    ON CONFLICT (kind, subject) DO UPDATE SET
      window_start = CASE WHEN g.window_start <= clock_timestamp() - make_interval(secs => :window)
                     THEN clock_timestamp() ELSE g.window_start END,
      count = CASE WHEN g.window_start <= clock_timestamp() - make_interval(secs => :window)
              THEN 1 ELSE g.count + 1 END,
      next_allowed_at = clock_timestamp() + make_interval(secs =>
        CASE WHEN g.window_start <= clock_timestamp() - make_interval(secs => :window) THEN :first_wait
             WHEN CAST(:free AS int) IS NULL OR g.count + 1 < CAST(:free AS int) THEN 0
             ELSE least(power(2, least(g.count + 1 - CAST(:free AS int), 20)), :longest) END)
    WHERE g.next_allowed_at <= clock_timestamp()
      AND (g.window_start <= clock_timestamp() - make_interval(secs => :window)
           OR CAST(:per_hour AS int) IS NULL OR g.count < CAST(:per_hour AS int))
    RETURNING count
    """
)


@dataclass(frozen=True, slots=True)
class AccountsRepository:
    """Queries on account rows, over a session whose scope decides what they see."""

    session: AsyncSession

    @classmethod
    @asynccontextmanager
    async def open(cls, database: Database) -> AsyncIterator[Self]:
        """A transaction that sees every account: sign-in, refresh, reset, re-reads of revocations."""
        async with database.transaction(RowScope(auth=True)) as session:
            yield cls(session)

    # --- users

    async def lock_setup(self) -> None:
        """Let one set-up or registration run at a time, until the end of the transaction."""
        await self.session.execute(select(func.pg_advisory_xact_lock(SETUP_LOCK)))

    async def has_account(self) -> bool:
        """Whether anybody but guests has an account here."""
        return bool(await self.session.scalar(select(exists().where(User.kind != UserKind.GUEST))))

    async def owner(self) -> User | None:
        """The first owner."""
        found = select(User).where(User.kind == UserKind.OWNER).order_by(User.created_at).limit(1)
        return (await self.session.scalars(found)).first()

    async def user(self, user_id: UUID) -> User | None:
        return await self.session.get(User, user_id)

    async def user_by_login(self, name_norm: str, email_norm: str | None) -> User | None:
        """The account of a name, else of an address."""
        match = User.name_norm == name_norm
        if email_norm is not None:
            match = or_(match, User.email_norm == email_norm)
        return (await self.session.scalars(select(User).where(match).limit(1))).first()

    async def is_taken(self, name_norm: str, email_norm: str | None, *, but: UUID | None = None) -> bool:
        """Whether another account has the name or the address."""
        match = User.name_norm == name_norm
        if email_norm is not None:
            match = or_(match, User.email_norm == email_norm)
        return bool(
            await self.session.scalar(select(exists().where(match, User.id != but if but else text("true"))))
        )

    async def add(self, row: User | Session | EmailToken | KnownDevice | AuditEvent) -> None:
        self.session.add(row)
        await self.session.flush()

    # --- sessions

    async def session_with_user(self, sid: UUID) -> tuple[Session, User] | None:
        found = select(Session, User).join(User, User.id == Session.user_id).where(Session.sid == sid)
        row = (await self.session.execute(found.execution_options(populate_existing=True))).first()
        return None if row is None else (row[0], row[1])

    async def is_live(self, sid: UUID) -> tuple[UUID, int, datetime] | None:
        """User, token epoch and end of a session that may be used now, else ``None``."""
        found = (
            select(
                User.id, User.token_epoch, func.least(Session.idle_expires_at, Session.absolute_expires_at)
            )
            .join(User, User.id == Session.user_id)
            .where(Session.sid == sid, User.status == "active", *_live())
        )
        row = (await self.session.execute(found)).first()
        return None if row is None else (row[0], row[1], row[2])

    async def rotate(self, sid: UUID, counter: int, idle_seconds: float) -> int | None:
        """The next counter when exactly ``counter`` was current and the session lives, else ``None``."""
        idle = _CLOCK + text("make_interval(secs => :idle)").bindparams(idle=idle_seconds)
        statement = (
            update(Session)
            .where(Session.sid == sid, Session.counter == counter, *_live())
            .values(
                counter=Session.counter + 1,
                rotated_at=_CLOCK,
                last_seen_at=_CLOCK,
                idle_expires_at=func.least(idle, Session.absolute_expires_at),
            )
            .returning(Session.counter)
            .execution_options(synchronize_session=False)
        )
        return (await self.session.execute(statement)).scalar_one_or_none()

    async def rotated_within(self, sid: UUID, seconds: float) -> bool:
        """Whether the last rotation lies at most so long back, by the database's clock."""
        limit = text("make_interval(secs => :seconds)").bindparams(seconds=seconds)
        found = select(exists().where(Session.sid == sid, _CLOCK - Session.rotated_at <= limit, *_live()))
        return bool(await self.session.scalar(found))

    async def live_sessions(self, user_id: UUID) -> Sequence[Session]:
        """Living sessions of a user, last used first."""
        found = (
            select(Session).where(Session.user_id == user_id, *_live()).order_by(Session.last_seen_at.desc())
        )
        return (await self.session.scalars(found)).all()

    async def revoke(
        self, reason: RevokeReason, *, user_id: UUID, sids: Iterable[UUID] | None = None
    ) -> list[UUID]:
        """End sessions of a user (all of them without ``sids``), tell every gateway, return what was ended."""
        match = [Session.user_id == user_id, Session.revoked_at.is_(None)]
        if sids is not None:
            match.append(Session.sid.in_(list(sids)))
        statement = (
            update(Session)
            .where(*match)
            .values(revoked_at=_CLOCK, revoke_reason=reason.value)
            .returning(Session.sid)
            .execution_options(synchronize_session=False)
        )
        ended = list((await self.session.scalars(statement)).all())
        for sid in ended:
            await self.session.execute(select(func.pg_notify(CHANNEL, str(sid))))
        return ended

    async def revoked_lately(self, seconds: float) -> Sequence[UUID]:
        """Sessions that were ended within so many seconds."""
        limit = text("make_interval(secs => :seconds)").bindparams(seconds=seconds)
        return (
            await self.session.scalars(select(Session.sid).where(Session.revoked_at > _CLOCK - limit))
        ).all()

    # --- guessing, devices, mailed secrets

    async def reserve_guess(self, budget: GuessBudget, subject: str) -> float | None:
        """Count one try before it is made. Returns seconds to wait when it is not allowed, ``None`` when it is."""
        first_wait = 1.0 if budget.free == 1 else 0.0
        parameters: dict[str, Any] = {
            "kind": budget.kind,
            "subject": subject,
            "first_wait": first_wait,
            "window": WINDOW_SECONDS,
            "free": budget.free,
            "per_hour": budget.per_hour,
            "longest": LONGEST_WAIT_SECONDS,
        }
        if (await self.session.execute(_RESERVE, parameters)).first() is not None:
            return None
        row = await self.session.get_one(GuessCounter, (budget.kind, subject), populate_existing=True)
        at: datetime = (await self.session.scalar(select(_CLOCK))) or row.next_allowed_at
        if at < row.next_allowed_at:
            return (row.next_allowed_at - at).total_seconds()
        return max(WINDOW_SECONDS - (at - row.window_start).total_seconds(), 1.0)

    async def forget_guesses(self, subjects: Iterable[tuple[str, str]]) -> None:
        """A success clears what was counted against these (kind, subject)."""
        for kind, subject in subjects:
            await self.session.execute(
                delete(GuessCounter).where(GuessCounter.kind == kind, GuessCounter.subject == subject)
            )

    async def known_device(self, user_id: UUID, secret_sha256: bytes) -> KnownDevice | None:
        found = select(KnownDevice).where(
            KnownDevice.user_id == user_id,
            KnownDevice.secret_sha256 == secret_sha256,
            KnownDevice.expires_at > _CLOCK,
        )
        return (await self.session.scalars(found)).first()

    async def email_token(self, kind: str, sha256: bytes) -> EmailToken | None:
        """A secret that could be spent now."""
        found = select(EmailToken).where(*_spendable(kind, sha256))
        return (await self.session.scalars(found)).first()

    async def spend(self, kind: str, sha256: bytes) -> UUID | None:
        """Spend a mailed secret; its user, or ``None`` when somebody was faster or it has run out."""
        statement = (
            update(EmailToken)
            .where(*_spendable(kind, sha256))
            .values(used_at=_CLOCK)
            .returning(EmailToken.user_id)
            .execution_options(synchronize_session=False)
        )
        return (await self.session.execute(statement)).scalar_one_or_none()

    # --- signing keys

    async def lock_signing_keys(self) -> None:
        await self.session.execute(select(func.pg_advisory_xact_lock(KEYS_LOCK)))

    async def signing_keys(self) -> list[SigningKey]:
        found = select(SigningKey).where(SigningKey.verify_until > _CLOCK).order_by(SigningKey.not_before)
        return list((await self.session.scalars(found)).all())

    def add_signing_key(self, row: SigningKey) -> None:
        self.session.add(row)


def _live() -> list[Any]:
    return [
        Session.revoked_at.is_(None),
        Session.idle_expires_at > _CLOCK,
        Session.absolute_expires_at > _CLOCK,
    ]


def _spendable(kind: str, sha256: bytes) -> list[Any]:
    return [
        EmailToken.kind == kind,
        EmailToken.token_sha256 == sha256,
        EmailToken.used_at.is_(None),
        EmailToken.expires_at > _CLOCK,
    ]
