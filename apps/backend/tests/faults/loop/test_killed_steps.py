"""The agents are killed inside each step of the chapter loop: the book is the one it would have been, paid for once."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from factories.canon import make_facts
from factories.loop import Studio, make_studio
from factories.manuscript import open_text, owner_rows, page
from faults.runtime.test_takeover import settled
from infinite_scribe.canon.schemas import FactInput
from infinite_scribe.core import tasks
from infinite_scribe.core.ids import new_id
from infinite_scribe.core.language import language
from infinite_scribe.llm.demo import storyteller
from infinite_scribe.llm.demo.schemas import DemoAnswer
from infinite_scribe.manuscript.saving import Save
from servers.databases import TestDatabase
from servers.forking import Family, children
from servers.llm_process import llm_here, settings_for

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]

AUTO = {"plan": "auto", "accept": "auto", "replan": "auto", "contradiction": "keep"}
LEAD = "Ines Carrow"
SEED, SECONDS = 41, 3_600
POINTS = (
    "before director.write_book promises/write",
    "asking director.write_chapter cards/ask",
    "before director.write_chapter cards/choose",
    "after director.write_chapter cards/write",
    "before director.write_chapter scene1/beats/ask",
    "asking writer.draft_scene draft/text",
    "before writer.draft_scene resize/piece0/text",
    "before writer.draft_scene draft/place",
    "after writer.draft_scene end",
    "after editor.realise realise/ask",
    "before editor.fix round1/apply",
    "before director.write_chapter scene1/accept",
    "after director.write_chapter scene1/accept",
    "asking librarian.learn extract/ask",
    "before librarian.learn extract/keep",
    "before librarian.learn end",
    "asking director.write_chapter replan/ask",
    "before director.write_chapter replan/apply",
    "after director.write_chapter end",
)
TOLD_AGAIN = {"run_events", "user_events"}
"""What screens are told, by each life anew; everything else a novel has is there as often as in an undisturbed book."""


@pytest.fixture
def careless(monkeypatch: pytest.MonkeyPatch) -> None:
    """A storyteller who gives every step something to do.

    Drafts are too short and contradict the world; the plan is changed after the chapter.
    """
    whole = storyteller.answer

    def answer(task: str, data: dict[str, Any], *rest: Any) -> DemoAnswer:
        told = whole(task, data, *rest)
        if task == "director.replan":
            chapter = data["coming"][0]["handle"]
            op = {"op": "update", "target": chapter, "field": "purpose", "value": "Find who moved the lamp."}
            return told.model_copy(update={"output": {"ops": [op], "why": ""}})
        if task == "writer.draft_scene" and told.text is not None:
            rules, parts = language("en"), told.text.split("\n\n")
            short = [
                " ".join((found := rules.sentences(one))[: max(1, len(found) * 2 // 3)]) for one in parts[:-1]
            ]
            return told.model_copy(
                update={"text": "\n\n".join([*short, f"{LEAD}’s eyes were brown.", parts[-1]])}
            )
        return told

    monkeypatch.setattr(storyteller, "answer", answer)


@dataclass(frozen=True)
class House:
    """Where the agents of the loop live, one life after another."""

    family: Family
    url: str
    llm: str
    folder: Path

    async def live(self, points: Iterable[str], deaths: list[str]) -> None:
        """Let the agents work until each point killed them in turn, and then one life more."""
        name = str(new_id())
        for life, point in enumerate(chain(points, [""])):
            child = await self.family.start(
                "live",
                url=self.url,
                llm=self.llm,
                folder=str(self.folder),
                family=name,
                life=life,
                point=point,
            )
            try:
                assert await child.wait() == -signal.SIGKILL
            finally:
                child.kill()
            deaths.append(point)


async def book(db: TestDatabase, tmp: Path) -> Studio:
    """Make a book whose author has written the first chapter."""
    studio = await make_studio(db, tmp, chapters=4)
    fact = FactInput(subject_id=studio.start.cast_ids[LEAD], predicate="eye_colour", text="grey")
    await make_facts(db, studio.book, fact)
    async with db.api.transaction(owner_rows(studio.book)) as session:
        service = await open_text(session, studio.book)
        state = await service.scene(studio.book.scene_id)
        mine = page(studio.book.scene_id, f"{LEAD} locked the shop and went down to the water.")
        await service.saving.save(Save(studio.book.scene_id, state.version, mine, leaving=True))
    return studio


async def written(studio: Studio, house: House, points: Iterable[str], **wanted: Any) -> list[str]:
    """Let a chapter be written from a seed that is known, by agents that are killed; return what they died of."""
    read = await studio.desk.start("director.write_book", chapters=1, gates=AUTO, **wanted)
    async with studio.db.owner.transaction() as session:
        await session.execute(
            text("UPDATE runs SET seed = :seed WHERE id = :run"), {"seed": SEED, "run": read.id}
        )
    deaths: list[str] = []
    lives = asyncio.create_task(house.live(points, deaths))
    async with asyncio.timeout(SECONDS):
        while (row := await studio.desk.run(UUID(str(read.id)))).state not in {"completed", "failed"}:
            assert not lives.done(), lives
            await asyncio.sleep(0.2)
    await tasks.end(lives)
    assert (row.state, row.error) == ("completed", None)
    return deaths


CAPS = (
    "SELECT scope_kind, reserved_tokens + reserved_nanousd AS reserved, spent_tokens AS spent, "
    "(SELECT sum((usage->>'input_tokens')::int + (usage->>'output_tokens')::int) FROM llm_calls c "
    "WHERE c.user_id = b.user_id) AS bought FROM budgets b WHERE user_id = :user"
)
PAGES = (
    "SELECT v.text FROM scene_live l JOIN scene_versions v ON v.id = l.version_id WHERE l.novel_id = :novel"
)
REVISIONS = "SELECT kind FROM novel_revisions WHERE novel_id = :novel ORDER BY revision"
TABLES = (
    "SELECT table_name FROM information_schema.columns WHERE column_name = 'novel_id' AND table_schema = 'public' "
    "ORDER BY table_name"
)


@dataclass
class Left:
    """What a book has in the end."""

    bill: list[str] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    revisions: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)


async def left(studio: Studio) -> Left:
    """Read what a book has, and demand that each call was dialled and booked once and nothing is held any more."""
    found = Left()
    async with studio.db.owner.transaction() as session:

        async def rows(query: str) -> list[Any]:
            one = {"novel": studio.book.novel_id, "user": studio.book.user_id}
            used = {name: value for name, value in one.items() if f":{name}" in query}
            return list((await session.execute(text(query), used)).all())

        calls = await rows(
            "SELECT id, run_id, path, no, try, task, dial_no, state FROM llm_calls WHERE novel_id = :novel"
        )
        booked = await rows("SELECT call_id, kind FROM ledger WHERE novel_id = :novel")
        held = await rows("SELECT state FROM reservations WHERE novel_id = :novel")
        caps = await rows(CAPS)
        found.pages = sorted(one.text for one in await rows(PAGES))
        found.revisions = [one.kind for one in await rows(REVISIONS)]
        for (table,) in await rows(TABLES):
            if table not in TOLD_AGAIN:
                ((found.rows[table],),) = await rows(
                    f'SELECT count(*) FROM "{table}" WHERE novel_id = :novel'
                )
    assert len({one[1:5] for one in calls}) == len(calls) > 0
    assert {(one.dial_no, one.state) for one in calls} == {(1, "done")}
    assert sorted((one.id, "call") for one in calls) == sorted(tuple(one) for one in booked)
    assert {one.state for one in held} == {"settled"}
    assert [one for one in caps if one.reserved or one.spent != one.bought] == []
    found.bill = sorted(f"{one.task} {one.path} {one.no}" for one in calls)
    return found


def same(broken: Left, whole: Left) -> None:
    """Demand that a book has what an undisturbed one has, nothing missing and nothing twice."""
    other = {
        table: (count, whole.rows[table])
        for table, count in broken.rows.items()
        if count != whole.rows[table]
    }
    assert other == {}
    assert broken == whole


@pytest.fixture(scope="module")
def family() -> Iterator[Family]:
    with children("faults.loop.story_process") as found:
        yield found


@pytest.fixture
async def house(
    fresh_db: TestDatabase, tmp_path: Path, careless: None, family: Family
) -> AsyncIterator[House]:
    await settled(fresh_db)
    settings = settings_for(tmp_path, demo={"tokens_per_second": 20_000})
    async with llm_here(fresh_db.url, settings) as client:
        yield House(family, fresh_db.url, next(client._urls), tmp_path)


async def test_killed_inside_each_step_the_book_is_the_same_and_paid_once(
    fresh_db: TestDatabase, tmp_path: Path, house: House
) -> None:
    whole, broken = await book(fresh_db, tmp_path), await book(fresh_db, tmp_path)
    assert await written(whole, house, [], alternatives=2) == []
    deaths = await written(broken, house, POINTS, alternatives=2)
    assert deaths == list(POINTS), "the agents were not killed in each step"
    same(await left(broken), await left(whole))
