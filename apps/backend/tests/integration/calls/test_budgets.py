"""Money spent plus money held never exceeds a cap (J7), and the ledger equals what was spent (J8)."""

import asyncio
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import text

from factories.calls import make_user
from factories.providers import make_cap
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.providers import budgets
from infinite_scribe.providers.budgets import BudgetService, caps_of
from servers.databases import TestDatabase


async def spent_and_held(db: TestDatabase, budget_id: UUID) -> tuple[int, int]:
    async with db.owner.transaction() as session:
        row = (
            await session.execute(
                text("SELECT spent_nanousd, reserved_nanousd FROM budgets WHERE id = :id"), {"id": budget_id}
            )
        ).one()
    return int(row[0]), int(row[1])


async def storm(db: TestDatabase, user: UUID, attempts: int) -> int:
    """Hold 7 of a cap of 100 from many connections; settle half of them at 5."""
    taken = 0
    connections = asyncio.Semaphore(20)  # as many as the pool has: nobody waits for one in vain

    async def one(number: int) -> None:
        nonlocal taken
        async with connections, db.llm.transaction(RowScope(user_id=user)) as session:
            service = BudgetService.of(session)
            ids = await service.ensure(caps_of(user, novel_id=None, run_id=None))
            if await service.hold(ids, 7, 7):
                taken += 1
                if number % 2:
                    await service.settle(ids, held=(7, 7), spent=(5, 5))

    await asyncio.gather(*(one(number) for number in range(attempts)))
    return taken


async def test_many_connections_never_overshoot_nested_caps(fresh_db: TestDatabase) -> None:
    for _ in range(3):
        user = await make_user(fresh_db.owner)
        day = await make_cap(fresh_db.owner, user, cap_nanousd=100)
        month = await make_cap(fresh_db.owner, user, period="month", cap_nanousd=160)
        taken = await storm(fresh_db, user, 120)
        for budget_id, cap in ((day, 100), (month, 160)):
            spent, held = await spent_and_held(fresh_db, budget_id)
            assert spent + held <= cap
        assert taken >= 14


async def test_without_the_condition_the_storm_overshoots(
    fresh_db: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordered = "WITH b AS (SELECT id FROM budgets WHERE id = ANY(:ids) ORDER BY id FOR UPDATE) "
    loose = text(
        f"{ordered} UPDATE budgets t SET reserved_nanousd = reserved_nanousd + :nanousd, "
        "reserved_tokens = reserved_tokens + :tokens FROM b WHERE t.id = b.id RETURNING t.id"
    )
    monkeypatch.setattr(budgets, "_RESERVE", loose)
    user = await make_user(fresh_db.owner)
    day = await make_cap(fresh_db.owner, user, cap_nanousd=100)
    await storm(fresh_db, user, 40)
    assert sum(await spent_and_held(fresh_db, day)) > 100


async def test_a_refused_hold_leaves_no_trace_in_any_cap(fresh_db: TestDatabase) -> None:
    user = await make_user(fresh_db.owner)
    day = await make_cap(fresh_db.owner, user, cap_nanousd=1000)
    month = await make_cap(fresh_db.owner, user, period="month", cap_nanousd=10)
    async with fresh_db.llm.transaction(RowScope(user_id=user)) as session:
        assert not await BudgetService.of(session).hold([day, month], 50, 1)
    assert await spent_and_held(fresh_db, day) == (0, 0)
    assert await spent_and_held(fresh_db, month) == (0, 0)


async def test_a_new_period_takes_over_the_last_cap(fresh_db: TestDatabase) -> None:
    user = await make_user(fresh_db.owner)
    await make_cap(fresh_db.owner, user, cap_nanousd=77, period_start=date(2020, 1, 1))
    async with fresh_db.llm.transaction(RowScope(user_id=user)) as session:
        service = BudgetService.of(session)
        ids = await service.ensure(caps_of(user, novel_id=None, run_id=None))
        rooms = await service.room(ids)
    assert [room.nanousd for room in rooms if (room.scope_kind, room.period) == ("user", "day")] == [77]
