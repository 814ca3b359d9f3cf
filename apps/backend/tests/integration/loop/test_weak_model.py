"""The scripted weak model: every task comes to its end with it, by every rung of the ladder; a chapter in Chinese too."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from factories.every_task import do_every_task, every_task_studio
from factories.loop import make_studio
from factories.weak import RunWalker, Weak
from infinite_scribe.agents.runtime.climbing import RUNGS
from infinite_scribe.llm.adapters import scenarios
from infinite_scribe.llm.demo.weak import WAYS, broken
from infinite_scribe.runs.schemas.tasks import AGENTS, TASKS
from integration.loop.test_chapter_loop import chapter
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(900)
ASKED = {"editor.feedback": 1, "director.beats": 2, "director.what_if": 2}
"""Of how many models of a task's role nothing is of use: a further one answers, the author writes, the storyteller does."""
FEWEST_WAYS = 12


async def answers(db: TestDatabase) -> list[dict[str, Any]]:
    async with db.owner.transaction() as session:
        rows = await session.execute(text("SELECT output FROM run_steps WHERE kind = 'call'"))
        return list(rows.scalars())


async def test_every_task_ends_with_the_weak_model_and_every_rung_is_counted(
    fresh_db: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways: Counter[str] = Counter()

    def noted(*given: Any) -> tuple[str, str]:
        name, said = broken(*given)
        ways[name] += 1
        return name, said

    monkeypatch.setattr(scenarios, "broken", noted)
    monkeypatch.setattr(scenarios, "SHARE", 0.6)  # twice as often as it does: there are few answers here
    studio = await every_task_studio(fresh_db, tmp_path)
    models = Weak(stubborn=ASKED)
    walker = RunWalker(
        studio.desk, models, by_hand=frozenset({"director.beats"}), without=frozenset({"director.what_if"})
    )
    async with studio.working(models, AGENTS):
        await do_every_task(studio, walker)
    assert walker.ended.keys() == TASKS.keys(), "a task that was never done"
    assert set(ways) <= WAYS.keys()
    assert len(ways) >= FEWEST_WAYS, ways
    outputs = await answers(fresh_db)
    rungs: Counter[str] = sum((Counter(one["rungs"]) for one in outputs), Counter())
    assert set(rungs) == set(RUNGS), rungs
    assert all(why.partition(": ")[2] for one in outputs for why in one["dropped"])
    assert walker.asked["director.beats"], "the author was asked about nothing"


async def test_a_chinese_chapter_is_written_by_the_weak_model(fresh_db: TestDatabase, tmp_path: Path) -> None:
    studio = await make_studio(fresh_db, tmp_path, "zh")
    models = Weak()
    walker = RunWalker(studio.desk, models)
    second: UUID = await chapter(studio)
    async with studio.working(models), asyncio.timeout(400):
        result = await walker.walk("director.write_chapter", chapter=str(second))
    assert result["words"]
    assert [one for one in models.requests if one.no > 1 and one.output_schema], "nothing was broken"
    rungs: Counter[str] = sum((Counter(one["rungs"]) for one in await answers(fresh_db)), Counter())
    assert sum(rungs.values()) > rungs["native"]
