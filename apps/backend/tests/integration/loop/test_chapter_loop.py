"""The chapter loop over a real database and real queues: what is wrong is found, repaired, or asked about."""

from __future__ import annotations

import copy
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from factories.canon import make_entities, make_facts, thing
from factories.loop import StoryModels, Studio, make_studio
from infinite_scribe.canon.schemas import FactInput
from infinite_scribe.continuity.models import Finding
from infinite_scribe.core.language import language
from infinite_scribe.runs.schemas.wire import AnswerAsk
from infinite_scribe.runs.service import RunService
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(480)
AUTO = {"plan": "auto", "accept": "auto", "replan": "auto", "contradiction": "keep"}
LEAD, OTHER, HOLDER, DEAD = "Ines Carrow", "Tomas Hale", "Marek Dunn", "Odile Carrow"
ITEM, KEPT = "The ledger of storms", "who sank the ferry"
SAYS = {
    "T0-ATTR": f"{LEAD}’s eyes were brown.",
    "T0-LIFE": f"{DEAD} laughed and shut the door.",
    "T0-POV": f"{OTHER} wondered whether anyone had seen him.",
}


async def chapter(studio: Studio, number: int = 2) -> UUID:
    async with studio.db.owner.transaction() as session:
        rows = await session.execute(
            text('SELECT id FROM chapters WHERE novel_id = :n AND rev_to IS NULL ORDER BY rank COLLATE "C"'),
            {"n": studio.book.novel_id},
        )
        return UUID(str(list(rows.scalars())[number - 1]))


def answering(run: UUID, ask: AnswerAsk) -> Callable[[RunService], Awaitable[object]]:
    return lambda runs: runs.answer(run, ask)


async def findings(studio: Studio, rule: str) -> list[Finding]:
    async with studio.db.owner.transaction() as session:
        return list(await session.scalars(select(Finding).where(Finding.rule == rule)))


async def prose(studio: Studio) -> str:
    async with studio.db.owner.transaction() as session:
        rows = await session.execute(
            text(
                "SELECT v.text FROM scene_live l JOIN scene_versions v ON v.id = l.version_id WHERE l.novel_id = :n"
            ),
            {"n": studio.book.novel_id},
        )
        return "\n".join(rows.scalars())


async def world(studio: Studio) -> None:
    """The lead has grey eyes, somebody is dead, and somebody else holds a thing."""
    cast = studio.start.cast_ids
    (ledger,) = await make_entities(studio.db, studio.book, thing(ITEM))
    await make_facts(
        studio.db, studio.book,
        FactInput(subject_id=cast[LEAD], predicate="eye_colour", text="grey"),
        FactInput(subject_id=cast[DEAD], predicate="life_state", text="dead"),
        FactInput(subject_id=ledger, predicate="held_by", object_id=cast[HOLDER]),
    )  # fmt: skip


def faulty(plan: dict[str, Any], data: dict[str, Any], code: str) -> dict[str, Any]:
    """Return a plan with one fault in its card."""
    handle = {one["name"]: one["handle"] for one in data["cast"]}
    found = copy.deepcopy(plan)
    card = found["cards"][0]
    if code == "P-DEAD":
        card["cast"] = [*card["cast"], handle[DEAD]]
    elif code == "P-ITEM":
        card["cast"], card["pov"], card["must_include"] = [handle[LEAD], handle[OTHER]], handle[LEAD], [ITEM]
    else:
        card["must_include"], card["must_not_reveal"] = [KEPT], [KEPT]
    return found


def with_sentence(draft: str, sentence: str) -> str:
    """Return a draft with a sentence in front of its last paragraph, where no resizing takes it away."""
    head, gap, last = draft.rpartition("\n\n")
    return f"{head}{gap}{sentence}{gap}{last}"


def without(draft: str, asks: list[str]) -> str:
    """Return a draft without the paragraphs that hold what the card asks for."""
    words = {word.casefold() for ask in asks for word in ask.split() if len(word) > 3}
    return "\n\n".join(
        one for one in draft.split("\n\n") if not any(word in one.casefold() for word in words)
    )


class Careless:
    """Plants one fault of the plan and one of the text in each chapter, and puts right what it is told."""

    plans = ("P-DEAD", "P-ITEM", "P-REVEAL", "")
    texts = ("T0-ATTR", "T0-LIFE", "T0-POV", "T0-PLAN")

    def __init__(self) -> None:
        self.planned = self.drafted = 0
        self.refused: list[str] = []

    def __call__(self, task: str, answer: Any, data: dict[str, Any]) -> Any:
        if task == "director.cards" and not data.get("faults"):
            self.planned += 1
            code = self.plans[self.planned - 1]
            return faulty(answer, data, code) if code else answer
        if task == "writer.draft_scene":
            self.drafted += 1
            rule = self.texts[self.drafted - 1]
            return (
                with_sentence(answer, SAYS[rule])
                if rule in SAYS
                else without(answer, data["card"]["must_include"])
            )
        if task == "editor.fix":
            self.refused.append(data["refused"])
            if len(self.refused) == 1:  # a first patch that mends one thing by breaking another
                return {"patches": [{**answer["patches"][0], "new": SAYS["T0-LIFE"]}]}
        return answer


async def test_each_planted_fault_is_found_repaired_and_shown(fresh_db: TestDatabase, tmp_path: Path) -> None:
    studio = await make_studio(fresh_db, tmp_path, chapters=5)
    await world(studio)
    careless = Careless()
    models = StoryModels(careless)
    async with studio.working(models):
        read = await studio.desk.start("director.write_book", chapters=4, gates=AUTO)
        row = await studio.desk.until(read.id, "completed", "failed", seconds=420)
    assert row.error is None
    assert row.result is not None
    assert row.result["stopped"] is None
    family = await studio.family(row.id)
    assert {one.state for one in family} == {"completed"}
    shown = [
        event.payload["value"]["rule"]
        for one in family
        if one.task == "director.write_chapter"
        for event in await studio.desk.events(one.id)
        if event.payload.get("kind") == "finding"
    ]
    assert sorted(shown) == ["P-DEAD", "P-ITEM", "P-REVEAL"]
    repairs = [one for one in models.requests if "/repair" in one.path]
    assert [code in one.messages[-1].text for code, one in zip(Careless.plans, repairs, strict=False)] == [
        True
    ] * 3
    for rule in Careless.texts:
        found = await findings(studio, rule)
        assert found, rule
        # A beat that nothing proves for certain is told, and nothing more.
        assert {one.status for one in found if one.severity != "minor"} == {"fixed"}, rule
    scenes = [scene for one in row.result["chapters"] for scene in one["scenes"]]
    assert [scene["kept"] for scene in scenes] == [[], [], [], []]
    assert sum(scene["thrown_away"] for scene in scenes) == 1
    assert "dead" in careless.refused[1]
    assert not [sentence for sentence in SAYS.values() if sentence in await prose(studio)]
    promises = [one for one in models.requests if one.data.get("task") == "director.promises"]
    assert len(promises) == 1


async def test_who_ignores_every_correction_ends_at_a_question(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await make_studio(fresh_db, tmp_path)
    await world(studio)

    def stubborn(task: str, answer: Any, data: dict[str, Any]) -> Any:
        if task == "director.cards":
            return faulty(answer, data, "P-REVEAL")
        if task == "writer.draft_scene":
            return with_sentence(answer, SAYS["T0-ATTR"])
        if task == "editor.fix":
            patch = answer["patches"][0]
            return {"patches": [{**patch, "new": f"{patch['old']} "}]}
        return answer

    models = StoryModels(stubborn)

    async def say(read: Any, gate: str, decision: str, words: str | None = None) -> None:
        asking = await studio.asking(read.id)
        assert asking.gate is not None
        assert asking.gate["name"] == gate
        ask = AnswerAsk(gate=gate, decision=decision, text=words)
        await studio.desk.command(lambda runs: runs.answer(read.id, ask))

    async with studio.working(models):
        gates = {**AUTO, "accept": "ask", "contradiction": "ask"}
        read = await studio.desk.start(
            "director.write_chapter", chapter=str(await chapter(studio)), gates=gates
        )
        await say(read, "plan", "accept")
        assert models.bill["director.cards"] == 3
        await say(read, "contradiction", "keep")
        assert models.bill["editor.fix"] == 2
        await say(read, "accept", "redo", "shorter sentences")
        await say(read, "contradiction", "keep")
        assert models.bill["editor.fix"] == 4
        await say(read, "accept", "accept")
        row = await studio.desk.until(read.id, "completed", "failed", seconds=180)
    assert row.result is not None
    assert len(row.result["scenes"][0]["kept"]) == 1
    assert models.bill["writer.draft_scene"] == 2
    assert [one for one in models.requests if one.data.get("instruction") == "shorter sentences"]
    assert {one.status for one in await findings(studio, "T0-ATTR")} == {"open"}


async def test_a_short_draft_is_brought_to_its_words_in_chinese(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await make_studio(fresh_db, tmp_path, "zh")

    def short(task: str, answer: Any, _data: dict[str, Any]) -> Any:
        if task != "writer.draft_scene":
            return answer
        rules = language("zh")
        parts = answer.split("\n\n")
        halves = [
            "".join((found := rules.sentences(one))[: max(1, len(found) * 2 // 3)]) for one in parts[:-1]
        ]
        return "\n\n".join([*halves, parts[-1]])

    models = StoryModels(short)
    async with studio.working(models):
        read = await studio.desk.start(
            "director.write_chapter", chapter=str(await chapter(studio)), gates=AUTO
        )
        row = await studio.desk.until(read.id, "completed", "failed", seconds=240)
    assert row.result is not None
    (scene,) = row.result["scenes"]
    assert models.bill["writer.resize"] >= 1
    kept = abs(scene["words"] - scene["budget"]) <= scene["budget"] * 0.1
    assert kept or await findings(studio, "LENGTH")
    assert {"librarian.learn", "editor.realise"} <= {one.task for one in await studio.family(row.id)}
    assert models.bill["director.replan"] == 1


async def test_a_loop_that_is_stopped_at_every_question_ends_once(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await make_studio(fresh_db, tmp_path)
    await world(studio)
    asked: list[str] = []

    async def stop_here(request: Any) -> None:
        slot = f"{request.run_id}/{request.path}/{request.no}"
        if slot not in asked:
            asked.append(slot)
            models.stopped.set()
            await models.never.wait()

    models = StoryModels(
        lambda task, answer, _: (
            with_sentence(answer, SAYS["T0-ATTR"]) if task == "writer.draft_scene" else answer
        ),
        stop_here,
    )
    read = await studio.desk.start("director.write_chapter", chapter=str(await chapter(studio)), gates=AUTO)
    for _ in range(20):
        models.stopped.clear()
        async with studio.working(models):
            state = await studio.until_stopped_or(read.id, models)
        if state in {"completed", "failed"}:
            break
    row = await studio.desk.run(read.id)
    assert row.state == "completed", row.error
    assert len(asked) >= 6, "the run was stopped at each of its questions"
    slots = [f"{one.run_id}/{one.path}/{one.try_}/{one.no}" for one in models.requests]
    assert len(models.answers) == len(set(slots))
    async with fresh_db.owner.transaction() as session:
        accepted = await session.scalar(
            text("SELECT count(*) FROM novel_revisions WHERE run_id = :r AND kind = 'accept'"), {"r": read.id}
        )
    assert accepted == 1
