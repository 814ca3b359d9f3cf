"""Caps: money spent plus money held never exceeds one, under any concurrency (reliability §10.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.clock import now
from infinite_scribe.core.ids import new_id
from infinite_scribe.providers.errors import CapInvalidError
from infinite_scribe.providers.rules import NANO, Period, ScopeKind, dollars, period_start
from infinite_scribe.providers.schemas import BudgetRead, CapWrite

OPERATOR_SCOPE = UUID(int=0)

# One statement over all caps, rows locked in id order: callers never wait for each other in a circle.
_RESERVE = text("""
WITH b AS (SELECT id FROM budgets WHERE id = ANY(:ids) ORDER BY id FOR UPDATE),
     u AS (UPDATE budgets t SET reserved_nanousd = reserved_nanousd + :nanousd, reserved_tokens = reserved_tokens + :tokens
             FROM b
            WHERE t.id = b.id
              AND (t.cap_nanousd IS NULL OR t.spent_nanousd + t.reserved_nanousd + :nanousd <= t.cap_nanousd)
              AND (t.cap_tokens IS NULL OR t.spent_tokens + t.reserved_tokens + :tokens <= t.cap_tokens)
        RETURNING t.id)
SELECT id FROM u
""")
_LOCKED = text("""
SELECT id, scope_kind, scope_id, period, cap_nanousd, cap_tokens, spent_nanousd, reserved_nanousd, spent_tokens, reserved_tokens
  FROM budgets WHERE id = ANY(:ids) ORDER BY id FOR UPDATE
""")
_SETTLE = text("""
WITH b AS (SELECT id FROM budgets WHERE id = ANY(:ids) ORDER BY id FOR UPDATE)
UPDATE budgets t
   SET reserved_nanousd = t.reserved_nanousd - :held_nanousd, reserved_tokens = t.reserved_tokens - :held_tokens,
       spent_nanousd = t.spent_nanousd + :spent_nanousd, spent_tokens = t.spent_tokens + :spent_tokens
  FROM b WHERE t.id = b.id
""")
_ENSURE = text("""
INSERT INTO budgets (id, user_id, scope_kind, scope_id, period, period_start, cap_nanousd, cap_tokens)
SELECT :id, :user_id, :kind, :scope_id, :period, :start,
       CASE WHEN l.id IS NULL THEN CAST(:cap_nanousd AS bigint) ELSE l.cap_nanousd END,
       CASE WHEN l.id IS NULL THEN CAST(:cap_tokens AS bigint) ELSE l.cap_tokens END
  FROM (SELECT 1) one LEFT JOIN LATERAL (
       SELECT id, cap_nanousd, cap_tokens FROM budgets
        WHERE scope_kind = :kind AND scope_id = :scope_id AND period = :period
        ORDER BY period_start DESC LIMIT 1) l ON true
ON CONFLICT (scope_kind, scope_id, period, period_start) DO NOTHING
""")
# A run's cap lives in the run; raising it there raises it here.
_FOLLOW = text("""
UPDATE budgets SET cap_nanousd = CAST(:usd AS bigint), cap_tokens = CAST(:tokens AS bigint)
 WHERE id = :id AND (cap_nanousd IS DISTINCT FROM CAST(:usd AS bigint) OR cap_tokens IS DISTINCT FROM CAST(:tokens AS bigint))
""")
_FIND = text("""
SELECT id FROM budgets WHERE scope_kind = :kind AND scope_id = :scope_id AND period = :period AND period_start = :start
""")
_WARN = text("""
UPDATE budgets SET warned_at = now()
 WHERE id = ANY(:ids) AND warned_at IS NULL
   AND ((cap_nanousd > 0 AND spent_nanousd >= cap_nanousd * CAST(:ratio AS double precision))
     OR (cap_tokens > 0 AND spent_tokens >= cap_tokens * CAST(:ratio AS double precision)))
RETURNING scope_kind, scope_id, period
""")
_LIST = text("""
SELECT DISTINCT ON (scope_kind, scope_id, period) scope_kind, scope_id, period, period_start, cap_nanousd, cap_tokens,
       spent_nanousd, spent_tokens, reserved_nanousd
  FROM budgets WHERE scope_kind IN ('user', 'novel') ORDER BY scope_kind, scope_id, period, period_start DESC
""")


@dataclass(frozen=True)
class Cap:
    """A cap that a call falls under."""

    kind: ScopeKind
    scope_id: UUID
    period: Period
    user_id: UUID | None
    default_nanousd: int | None = None
    default_tokens: int | None = None


@dataclass(frozen=True)
class Room:
    """What is left under one cap; None means no limit."""

    budget_id: UUID
    scope_kind: str
    period: str
    nanousd: int | None
    tokens: int | None


@dataclass(frozen=True)
class BudgetService:
    """Holds, settles and shows what is spent. Every method works inside the caller's transaction."""

    session: AsyncSession

    @classmethod
    def of(cls, session: AsyncSession) -> Self:
        return cls(session)

    async def ensure(self, caps: Sequence[Cap], at: datetime | None = None) -> list[UUID]:
        """Return the budget rows of the present periods, made where missing with the last period's cap."""
        ids = []
        for cap in caps:
            values: dict[str, Any] = {"kind": cap.kind, "scope_id": cap.scope_id, "period": cap.period}
            values["start"] = period_start(cap.period, at or now())
            found = await self.session.scalar(_FIND, values)
            if found is None:
                fresh = {**values, "id": new_id(), "user_id": cap.user_id}
                fresh |= {"cap_nanousd": cap.default_nanousd, "cap_tokens": cap.default_tokens}
                await self.session.execute(_ENSURE, fresh)
                found = await self.session.scalar(_FIND, values)
            elif cap.kind == "run":
                follow = {"id": found, "usd": cap.default_nanousd, "tokens": cap.default_tokens}
                await self.session.execute(_FOLLOW, follow)
            if found is not None:
                ids.append(found)
        return ids

    async def hold(self, ids: Sequence[UUID], nanousd: int, tokens: int) -> bool:
        """Hold the worst case under all caps, or under none of them.

        Refusals leave the transaction as it was: the partial hold is rolled back to a savepoint.
        """
        async with self.session.begin_nested() as savepoint:
            taken = await self.session.execute(
                _RESERVE, {"ids": list(ids), "nanousd": nanousd, "tokens": tokens}
            )
            complete = len(taken.all()) == len(set(ids))
            if not complete:
                await savepoint.rollback()
        return complete

    async def room(self, ids: Sequence[UUID]) -> list[Room]:
        """Return what is left under each cap; the rows stay locked until the transaction ends."""
        rows = (await self.session.execute(_LOCKED, {"ids": list(ids)})).all()
        return [
            Room(
                row.id,
                row.scope_kind,
                row.period,
                None
                if row.cap_nanousd is None
                else row.cap_nanousd - row.spent_nanousd - row.reserved_nanousd,
                None if row.cap_tokens is None else row.cap_tokens - row.spent_tokens - row.reserved_tokens,
            )
            for row in rows
        ]

    async def settle(self, ids: Sequence[UUID], *, held: tuple[int, int], spent: tuple[int, int]) -> None:
        """Give back what was held and book what was spent; both are (nano-dollars, tokens)."""
        await self.session.execute(
            _SETTLE,
            {
                "ids": list(ids),
                "held_nanousd": held[0],
                "held_tokens": held[1],
                "spent_nanousd": spent[0],
                "spent_tokens": spent[1],
            },
        )

    async def newly_near(self, ids: Sequence[UUID], ratio: float) -> list[str]:
        """Mark and return caps that have just passed the warning ratio."""
        rows = (await self.session.execute(_WARN, {"ids": list(ids), "ratio": ratio})).all()
        return [f"{row.scope_kind}/{row.period}" for row in rows]

    async def list_budgets(self) -> list[BudgetRead]:
        """Return the newest period of every cap of the user and of the user's books."""
        return [_read(row) for row in (await self.session.execute(_LIST)).all()]

    async def set_cap(self, wanted: CapWrite, user_id: UUID) -> list[BudgetRead]:
        """Set or take away a cap. Raises `CapInvalidError` for a period that the scope does not have."""
        periods = ("total", "day", "month") if wanted.scope_kind == "novel" else ("day", "month")
        if wanted.period not in periods or (wanted.scope_kind == "novel") != (wanted.scope_id is not None):
            raise CapInvalidError(scope_kind=wanted.scope_kind, period=wanted.period)
        cap = Cap(wanted.scope_kind, wanted.scope_id or user_id, wanted.period, user_id)
        ids = await self.ensure([cap])
        await self.session.execute(
            text(
                "UPDATE budgets SET cap_nanousd = :usd, cap_tokens = :tokens, warned_at = NULL WHERE id = ANY(:ids)"
            ),
            {
                "ids": ids,
                "usd": None if wanted.cap_usd is None else round(wanted.cap_usd * NANO),
                "tokens": wanted.cap_tokens,
            },
        )
        return await self.list_budgets()


def caps_of(
    user_id: UUID,
    *,
    novel_id: UUID | None,
    run_id: UUID | None,
    run_cap: tuple[int | None, int | None] = (None, None),
    user_day_nanousd: int | None = None,
) -> list[Cap]:
    """Return every cap a call falls under: its root run, its book, its user's day and month, the operator's day."""
    caps = [
        Cap("user", user_id, "day", user_id, user_day_nanousd),
        Cap("user", user_id, "month", user_id),
        Cap("operator", OPERATOR_SCOPE, "day", None),
    ]
    if novel_id is not None:
        caps.append(Cap("novel", novel_id, "total", user_id))
    if run_id is not None:
        caps.append(Cap("run", run_id, "total", user_id, *run_cap))
    return caps


def _read(row: Any) -> BudgetRead:
    start: date = row.period_start
    return BudgetRead(
        scope_kind=row.scope_kind,
        scope_id=row.scope_id,
        period=row.period,
        period_start=start,
        cap_usd=None if row.cap_nanousd is None else dollars(row.cap_nanousd),
        cap_tokens=row.cap_tokens,
        spent_usd=dollars(row.spent_nanousd),
        spent_tokens=row.spent_tokens,
        reserved_usd=dollars(row.reserved_nanousd),
    )
