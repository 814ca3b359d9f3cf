"""Chapters read by a model: what it cannot quote is dropped and counted, what it doubts has both sides and blocks nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from factories.canon import make_entities, make_facts, person, place
from factories.judges import hosted_judge, shown_in_shipped_words
from factories.loop import StoryModels
from factories.readers import ReadingRoom, make_room
from infinite_scribe.canon.schemas import FactInput
from infinite_scribe.continuity.models import Finding
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(60)
PAGES = {
    "en": ("Mara Venn’s eyes were green in the light of the lamp on the table.", "“Who is there?” said Mara Venn.",
           "The rain came over the roofs of the harbour and the rain came over the roofs of the town.",
           "Mara Venn’s eyes were brown in the light of the lamp on the table."),
    "zh": ("灯光照着，沈秋的眼睛是绿色的，又亮又静。", "“谁在那里？”沈秋问。", "雨落在码头的屋顶上，雨落在码头的船篷上。",
           "灯光照着，沈秋的眼睛是褐色的，又亮又静。"),
}  # fmt: skip
HERO = {"en": "Mara Venn", "zh": "沈秋"}


async def room_with(db: TestDatabase, tmp: Path, language: str) -> ReadingRoom:
    room = await make_room(db, tmp, language)
    await make_entities(db, room.book, person(HERO[language]))
    await room.write(*PAGES[language])
    return room


async def findings(room: ReadingRoom, rule: str) -> list[Finding]:
    async with room.db.owner.transaction() as session:
        return list(await session.scalars(select(Finding).where(Finding.rule == rule)))


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_feedback_of_the_storyteller_quotes_the_chapter(
    fresh_db: TestDatabase, tmp_path: Path, language: str
) -> None:
    room = await room_with(fresh_db, tmp_path, language)
    async with room.open(StoryModels()):
        run = await room.ask("editor.feedback", chapter=str(room.book.chapter_id))
        prose = await room.ask("editor.feedback", chapter=str(room.book.chapter_id), lenses=["prose"])
    assert run.result is not None
    notes = run.result["notes"]
    assert notes
    assert run.result["chapter"] == str(room.book.chapter_id)
    pages = {f"p{n}": text for n, text in enumerate(PAGES[language])}
    for note in notes:
        units = pages[note["pid"]].encode("utf-16-le")
        assert units[2 * note["from"] : 2 * note["to"]].decode("utf-16-le").strip() == note["quote"]
        assert note["scene"] == str(room.book.scene_id)
    assert prose.result is not None
    assert {note["lens"] for note in prose.result["notes"]} == {"prose"}


async def test_a_note_without_words_of_the_text_is_dropped_and_counted(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    room = await room_with(fresh_db, tmp_path, "en")
    note = {"kind": "strong", "lens": "prose", "text": "Clear."}
    said = [
        {**note, "quote": "eyes were green in the light"}, {**note, "quote": "a masterpiece from start to end"},
        {**note, "quote": "eyes were green in the light"}, {**note, "lens": "fame", "quote": "eyes were green in the light"},
    ]  # fmt: skip
    models = StoryModels(lambda task, answer, _: {"notes": said} if task == "editor.feedback" else answer)
    async with room.open(models):
        run = await room.ask("editor.feedback", chapter=str(room.book.chapter_id))
    assert run.result is not None
    assert ([one["quote"] for one in run.result["notes"]], run.result["dropped"]) == (
        ["eyes were green in the light"],
        3,
    )


async def test_a_reader_who_can_quote_nothing_is_asked_again_and_then_refused(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    room = await room_with(fresh_db, tmp_path, "en")
    made_up = {
        "notes": [
            {"kind": "weak", "lens": "prose", "text": "Bad.", "quote": "words that stand nowhere at all"}
        ]
    }
    models = StoryModels(lambda task, answer, _: made_up if task == "editor.feedback" else answer)
    async with room.open(models):
        started = await room.desk.start("editor.feedback", chapter=str(room.book.chapter_id))
        row = await room.desk.until(started.id, "completed", "failed", "waiting", "paused")
    assert row.state != "completed"
    assert len(models.requests) > 1
    assert "does not stand in the text" in models.requests[1].messages[-1].text


async def test_an_empty_chapter_is_said_to_be_empty(fresh_db: TestDatabase, tmp_path: Path) -> None:
    room = await make_room(fresh_db, tmp_path)
    async with room.open(StoryModels()):
        started = await room.desk.start("editor.feedback", chapter=str(room.book.chapter_id))
        row = await room.desk.until(started.id, "completed", "failed")
    assert row.error is not None
    assert row.error["code"] == "nothing-to-read"


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_cold_reader_finds_two_places_that_cannot_both_be(
    fresh_db: TestDatabase, tmp_path: Path, language: str
) -> None:
    room = await room_with(fresh_db, tmp_path, language)
    async with room.open(StoryModels()):
        await room.ask("editor.cold_read", chapter=str(room.book.chapter_id))
        (found,) = await findings(room, "T2-READ")
        assert (found.tier, found.certainty, found.subtype, found.status) == (
            2,
            "possible",
            "appearance",
            "open",
        )
        assert found.against["quote"] == PAGES[language][0]
        assert found.claim["quote"] == PAGES[language][3]
        await room.write(*PAGES[language][:3])
        await room.ask("editor.cold_read", chapter=str(room.book.chapter_id))
    (found,) = await findings(room, "T2-READ")
    assert found.status == "fixed"


async def test_a_suspicion_with_one_true_quote_or_twice_the_same_is_dropped(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    room = await room_with(fresh_db, tmp_path, "en")
    first, other = "eyes were green in the light", "eyes were brown in the light"
    doubt = {"subtype": "appearance", "quote_a": first, "quote_b": other, "why": "Green and brown."}
    said = [
        {**doubt, "quote_b": "eyes were violet in the light"}, {**doubt, "quote_b": "green in the light of the lamp"},
        {**doubt, "subtype": "taste"}, {**doubt, "why": " "}, {**doubt, "quote_a": other, "quote_b": first}, doubt,
    ]  # fmt: skip
    models = StoryModels(
        lambda task, answer, _: {"suspicions": said} if task == "editor.cold_read" else answer
    )
    async with room.open(models):
        run = await room.ask("editor.cold_read", chapter=str(room.book.chapter_id))
    (found,) = await findings(room, "T2-READ")
    assert (found.against["quote"], found.claim["quote"]) == (first, other)
    assert run.result is not None
    assert run.result["dropped"] == 5


class Judge:
    """Calls every pair contradictory, or only while the text comes first."""

    def __init__(self, *, swaps: bool, span: str | None = None) -> None:
        self.swaps, self.span, self.seen = swaps, span, 0

    def __call__(self, task: str, answer: Any, data: dict[str, Any]) -> Any:
        if task != "editor.judge_pair":
            return answer
        self.seen += 1
        verdicts = []
        for one in data["pairs"]:
            text_first = "lived in" in one["a"]
            verdict = "contradicts" if text_first or not self.swaps else "neutral"
            verdicts.append({"pair": one["pair"], "verdict": verdict, "span_a": self.span or one["a"],
                             "span_b": one["b"], "why": "Two homes."})  # fmt: skip
        return {"verdicts": verdicts}


async def pair_room(db: TestDatabase, tmp: Path) -> ReadingRoom:
    room = await make_room(db, tmp)
    mara, house, _ = await make_entities(
        db, room.book, person("Mara Venn"), place("Bell House"), place("Salt Office")
    )
    await make_facts(db, room.book, FactInput(subject_id=mara, predicate="resides_at", object_id=house))
    await room.write("Mara Venn lived in the Salt Office.", "Rain fell.")
    return room


async def test_a_contradiction_of_a_judge_is_asked_three_times_and_is_advice(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    room = await pair_room(fresh_db, tmp_path)
    judge = Judge(swaps=False)
    async with room.open(StoryModels(judge)):
        run = await room.ask("editor.judge_pair", scene=str(room.book.scene_id))
    (found,) = await findings(room, "T1-PAIR")
    assert judge.seen == 3
    assert (found.tier, found.certainty, found.confidence) == (1, "possible", 1.0)
    assert found.claim["quote"] == "Mara Venn lived in the Salt Office."
    assert "Bell House" in found.against["quote"] or found.against["id"]
    assert run.result is not None
    assert run.result["not_evaluated"] == [{"rule": "T1-PAIR", "reason": "uncalibrated", "count": 1}]


@pytest.mark.parametrize("answers", ["tried", "demo/storyteller"])
async def test_only_what_a_model_that_was_tried_says_itself_blocks(
    fresh_db: TestDatabase, tmp_path: Path, answers: str
) -> None:
    room = await pair_room(fresh_db, tmp_path)
    shown = shown_in_shipped_words("clash", 16, 16)
    await hosted_judge(fresh_db.owner, room.book.user_id, "tried", **shown)
    async with room.open(StoryModels(Judge(swaps=False), model=answers)):
        run = await room.ask("editor.judge_pair", scene=str(room.book.scene_id))
    (found,) = await findings(room, "T1-PAIR")
    own = answers == "tried"
    assert found.certainty == ("likely" if own else "possible")
    assert [one["reason"] for one in (run.result or {})["not_evaluated"]] == ([] if own else ["uncalibrated"])


async def test_a_judge_who_goes_by_the_order_is_heard_with_two_of_three(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    room = await pair_room(fresh_db, tmp_path)
    async with room.open(StoryModels(Judge(swaps=True))):
        await room.ask("editor.judge_pair", scene=str(room.book.scene_id))
    (found,) = await findings(room, "T1-PAIR")
    assert found.confidence == pytest.approx(0.67)


async def test_a_verdict_whose_span_stands_in_no_side_is_dropped(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    room = await pair_room(fresh_db, tmp_path)
    async with room.open(StoryModels(Judge(swaps=False, span="Mara Venn never had a home"))):
        run = await room.ask("editor.judge_pair", scene=str(room.book.scene_id))
    assert await findings(room, "T1-PAIR") == []
    assert run.result is not None
    assert run.result["dropped"] == 1


async def test_a_private_note_is_never_given_to_a_judge(fresh_db: TestDatabase, tmp_path: Path) -> None:
    room = await make_room(fresh_db, tmp_path)
    mara, joss, nameless, house, _, vault = await make_entities(
        fresh_db, room.book, person("Mara Venn"), person("Joss Adair"),
        person("Pell Orrin", agent_visibility="private_note"), place("Bell House"), place("Salt Office"),
        place("Drowned Vault", agent_visibility="never"),
    )  # fmt: skip
    await make_facts(
        fresh_db, room.book, FactInput(subject_id=mara, predicate="resides_at", object_id=vault),
        FactInput(subject_id=nameless, predicate="resides_at", object_id=house),
        FactInput(subject_id=joss, predicate="resides_at", object_id=house),
    )  # fmt: skip
    await room.write(
        *[f"{name} lived in the Salt Office." for name in ("Mara Venn", "Pell Orrin", "Joss Adair")]
    )
    models = StoryModels(Judge(swaps=False))
    async with room.open(models):
        run = await room.ask("editor.judge_pair", scene=str(room.book.scene_id))
    assert run.result is not None
    assert run.result["pairs"] == 1
    asked = "".join(
        one.model_dump_json() for one in models.requests if one.data.get("task") == "editor.judge_pair"
    )
    assert "Joss Adair" in asked
    assert "Pell Orrin" not in asked
    assert "Drowned Vault" not in asked
