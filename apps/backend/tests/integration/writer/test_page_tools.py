"""The writer's tools over a real database and a real queue: what is asked, what is refused by code, what is offered."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from factories.canon import make_facts
from factories.loop import StoryModels, Studio, make_studio
from factories.manuscript import open_text, owner_rows, page
from infinite_scribe.canon.schemas import FactInput
from infinite_scribe.core.language import language
from infinite_scribe.manuscript.document import beat_node
from infinite_scribe.manuscript.models import Proposal
from infinite_scribe.manuscript.saving import Save
from infinite_scribe.novels.access import require
from infinite_scribe.novels.rules import NovelPermission
from infinite_scribe.plot.voice import AuthorVoice, SampleAdd
from infinite_scribe.runs.models import Run
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(120)

TEXTS = {
    "en": (
        "Ines locked the shop and put the key where her father had kept it.",
        "“You’re late,” Tomas said. He had the wet rope over one shoulder, and he did not put it down.",
        "She looked at the jar and",
    ),
    "zh": (
        "林若溪锁上店门，把钥匙放回爹放钥匙的地方。",
        "“你来晚了。”陈望说。他肩上搭着湿绳子，没有放下来。",
        "她看着那只坛子，",
    ),
}


async def studio_with(db: TestDatabase, tmp: Path, code: str = "en", *texts: str) -> Studio:
    """A begun book whose first scene holds a few paragraphs."""
    studio = await make_studio(db, tmp, code)
    await save(studio, page(studio.book.scene_id, *(texts or TEXTS[code])))
    return studio


async def save(studio: Studio, document: dict[str, Any]) -> None:
    async with studio.db.api.transaction(owner_rows(studio.book)) as session:
        text = await open_text(session, studio.book)
        version = (await text.scene(studio.book.scene_id)).version
        await text.saving.save(Save(studio.book.scene_id, version, document))


def caret(pid: str, text: str, off: int | None = None) -> dict[str, Any]:
    at = len(text) if off is None else off
    place = {"pid": pid, "off": at}
    return {"from": place, "to": place, "quote": "", "prefix": text[:at][-32:], "suffix": ""}


def quote(pid: str, text: str) -> dict[str, Any]:
    return {"from": {"pid": pid, "off": 0}, "to": {"pid": pid, "off": len(text)}, "quote": text}


async def done(studio: Studio, models: StoryModels, task: str, **given: Any) -> Run:
    async with studio.working(models, ["writer"]):
        read = await studio.desk.start(task, scene=str(studio.book.scene_id), **given)
        return await studio.desk.until(read.id, "completed", "failed", "waiting", seconds=60)


async def proposals(studio: Studio) -> list[Proposal]:
    async with studio.db.owner.transaction() as session:
        return list(await session.scalars(select(Proposal).order_by(Proposal.created_at, Proposal.id)))


async def accept(studio: Studio, proposal: UUID) -> str:
    async with studio.db.api.transaction(owner_rows(studio.book)) as session:
        text = await open_text(session, studio.book)
        await text.proposals.decide(proposal, "accept")
        return (await text.scene(studio.book.scene_id)).text


def words(blocks: list[dict[str, Any]]) -> str:
    return "\n\n".join("".join(one["text"] for one in block["content"]) for block in blocks)


@pytest.mark.parametrize("code", ["en", "zh"])
async def test_the_text_goes_on_from_the_caret_in_its_own_sentence(
    fresh_db: TestDatabase, tmp_path: Path, code: str
) -> None:
    studio = await studio_with(fresh_db, tmp_path, code)
    last = TEXTS[code][-1]
    row = await done(
        studio, StoryModels(), "writer.continue", anchor=caret("p2", last), length="paragraph", variants=3
    )
    assert row.error is None
    (offer,) = await proposals(studio)
    assert (offer.kind, offer.status, len(offer.variants)) == ("insert", "open", 3)
    assert len({words(one["blocks"]) for one in offer.variants}) == 3
    assert all(one["joins"] for one in offer.variants)
    text = await accept(studio, offer.id)
    paragraphs = text.split("\n\n")
    assert paragraphs[2].startswith(last)
    assert len(paragraphs[2]) > len(last) + 5
    assert text.startswith("\n\n".join(TEXTS[code][:2]))


async def test_what_the_viewpoint_does_not_know_is_not_asked_for(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    said = TEXTS["en"][1].replace("said", "exclaimed")
    studio = await studio_with(fresh_db, tmp_path, "en", TEXTS["en"][0], said, TEXTS["en"][2])
    secret = FactInput(
        subject_id=studio.start.cast_ids["Tomas Hale"], predicate="real_name", text="Anselm Grey"
    )
    await make_facts(studio.db, studio.book, secret)
    models = StoryModels()
    asked: dict[str, dict[str, Any]] = {
        "writer.continue": {"anchor": caret("p2", TEXTS["en"][2]), "length": "page"},
        "writer.describe": {"anchor": quote("p0", "Ines"), "senses": ["sight"]},
        "writer.dialogue": {"anchor": quote("p1", said)},
    }
    for task, given in asked.items():
        row = await done(studio, models, task, **given)
        assert row.error is None, task
    assert len(models.requests) >= 3
    for request in models.requests:
        sent = "\n".join(one.text for one in request.messages)
        assert "Tomas Hale" in sent
        assert "Anselm Grey" not in sent
        assert "Anselm Grey" not in str(request.data)


async def test_words_that_stand_there_already_are_asked_for_again(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await studio_with(fresh_db, tmp_path)
    parrot = "He had the wet rope over one shoulder, and he did not put it down."

    def repeat_once(task: str, answer: Any, data: dict[str, Any]) -> Any:
        return answer if data.get("attempt") else f"{parrot} {answer}"

    models = StoryModels(repeat_once)
    row = await done(
        studio, models, "writer.continue", anchor=caret("p1", TEXTS["en"][1]), length="paragraph"
    )
    assert row.error is None
    assert models.bill["writer.continue"] == 2
    assert "repeats" in models.requests[-1].messages[-1].text
    (offer,) = await proposals(studio)
    assert parrot not in words(offer.variants[0]["blocks"])


async def test_a_model_that_only_repeats_makes_nothing(fresh_db: TestDatabase, tmp_path: Path) -> None:
    studio = await studio_with(fresh_db, tmp_path)
    models = StoryModels(lambda *_: f"{TEXTS['en'][1]} " * 2)
    row = await done(
        studio, models, "writer.continue", anchor=caret("p1", TEXTS["en"][1]), length="paragraph"
    )
    assert row.state == "failed"
    assert row.error is not None
    assert row.error["code"] == "no-output"
    assert await proposals(studio) == []


@pytest.mark.parametrize(("code", "wanted"), [("en", 30), ("zh", 110)])
async def test_a_passage_is_brought_to_its_words_and_keeps_its_names(
    fresh_db: TestDatabase, tmp_path: Path, code: str, wanted: int
) -> None:
    passage = {
        "en": (
            "Ines Carrow counted the 14 jars very slowly, which nobody had asked her to do, and then she counted them again. "
            "Tomas Hale watched her from the door. He had not been asked in. The rope on his shoulder was wet, and it dripped. "
            "Somewhere behind the straw a lid ticked."
        ),
        "zh": "林若溪慢慢地数了14只坛子，没有人叫她数，数完又数了一遍。陈望站在门口看着她。没有人请他进来。他肩上的绳子是湿的，一直在滴水。稻草后头，有个盖子轻轻地响。",
    }[code]
    studio = await studio_with(fresh_db, tmp_path, code, passage)
    row = await done(studio, StoryModels(), "writer.resize", anchor=quote("p0", passage), words=wanted)
    assert row.error is None, row.error
    (offer,) = await proposals(studio)
    made = words(offer.variants[0]["blocks"])
    assert abs(language(code).count(made) - wanted) <= max(2, wanted * 0.1)
    assert "asked_words" not in offer.variants[0]
    if wanted > language(code).count(passage) / 2:
        names = {"en": ("Ines Carrow", "Tomas Hale"), "zh": ("林若溪", "陈望")}[code]
        assert all(name in made for name in (*names, "14"))


async def test_a_length_that_nobody_keeps_is_offered_as_what_it_is(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    text = "Ines counted the jars. " * 10
    studio = await studio_with(fresh_db, tmp_path, "en", text.strip())
    things = "jars ropes lids nets lamps oars keys maps bells coins boots salt wicks tar"
    said = [f"Ines counted {one} there." for one in things.split()]
    lengths = iter((14, 7, 12))
    models = StoryModels(lambda *_: " ".join(said[: next(lengths)]))
    row = await done(studio, models, "writer.resize", anchor=quote("p0", text.strip()), words=20)
    assert row.error is None
    assert models.bill["writer.resize"] == 3
    (offer,) = await proposals(studio)
    assert (offer.variants[0]["words"], offer.variants[0]["asked_words"]) == (28, 20)


@pytest.mark.parametrize("code", ["en", "zh"])
async def test_cards_by_sense_can_be_put_in(fresh_db: TestDatabase, tmp_path: Path, code: str) -> None:
    thing = {"en": "the jar", "zh": "那只坛子"}[code]
    studio = await studio_with(fresh_db, tmp_path, code)
    last = TEXTS[code][-1]
    at = last.index(thing)
    anchor = {
        "from": {"pid": "p2", "off": at}, "to": {"pid": "p2", "off": at + len(thing)}, "quote": thing,
    }  # fmt: skip
    models = StoryModels()
    row = await done(studio, models, "writer.describe", anchor=anchor, senses=["smell", "sound", "touch"])
    assert row.error is None
    assert models.requests[0].output_schema is not None
    (offer,) = await proposals(studio)
    assert [one["sense"] for one in offer.variants] == ["smell", "sound", "touch"]
    card = words(offer.variants[0]["blocks"]).strip()
    text = await accept(studio, offer.id)
    assert f"{thing}{card}" in text.replace(" ", "") or f"{thing} {card}" in text


async def test_dialogue_is_worked_over_by_the_voices_of_those_who_talk(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    passage = "“Well, I don’t know what you want from me, Ines, and I’ve come a long way,” Tomas exclaimed."
    studio = await studio_with(fresh_db, tmp_path, "en", passage)
    models = StoryModels()
    row = await done(studio, models, "writer.dialogue", anchor=quote("p0", passage))
    assert row.error is None
    asked = models.requests[0].messages[-1].text
    assert "How they talk" in asked
    assert "register: dry" in asked
    (offer,) = await proposals(studio)
    made = words(offer.variants[0]["blocks"])
    assert made != passage
    assert "exclaimed" not in made
    assert "Ines" in made


async def with_beats(studio: Studio, *texts: str) -> list[str]:
    """Give the scene beats and, between them, what was written."""
    beats = [beat_node(text, f"b{number}") for number, text in enumerate(texts)]
    document = page(studio.book.scene_id, "")
    await save(studio, {**document, "content": [*beats, *document["content"]]})
    return [one["attrs"]["beatId"] for one in beats]


@pytest.mark.parametrize("code", ["en", "zh"])
async def test_beats_of_an_empty_scene_become_its_text(
    fresh_db: TestDatabase, tmp_path: Path, code: str
) -> None:
    studio = await make_studio(fresh_db, tmp_path, code)
    texts = {
        "en": ("Ines finds the jar open.", "Tomas asks what was in it.", "Ines lies to him."),
        "zh": ("林若溪发现坛子开了。", "陈望问里头是什么。", "林若溪对他说了谎。"),
    }[code]
    await with_beats(studio, *texts)
    models = StoryModels()
    row = await done(studio, models, "writer.write_beats")
    assert row.error is None, row.error
    asked = [one for one in models.requests if one.task == "writer.write_beats" and "/resize" not in one.path]
    assert len(asked) >= 3
    assert row.result is not None
    usual = {"en": 250, "zh": 400}[code]
    assert abs(row.result["words"] - 3 * usual) <= 3 * usual * 0.1
    async with studio.db.api.transaction(owner_rows(studio.book)) as session:
        state = await (await open_text(session, studio.book)).scene(studio.book.scene_id)
    assert [bool(one.covers) for one in state.beats] == [True, True, True]
    assert await proposals(studio) == []
    again = await done(studio, StoryModels(), "writer.write_beats")
    assert again.error is not None
    assert again.error["code"] == "nothing-to-write"


async def test_one_beat_of_a_written_scene_is_offered_beside_it(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await make_studio(fresh_db, tmp_path)
    document = page(studio.book.scene_id, "Rain came over the harbour.")
    beats = [beat_node("Ines finds the jar open.", "b1", ["p0"]), beat_node("Tomas asks about it.", "b2")]
    content = [beats[0], *document["content"], beats[1]]
    await save(studio, {**document, "content": content})
    row = await done(studio, StoryModels(), "writer.write_beats", beats=["b2"])
    assert row.error is None
    (offer,) = await proposals(studio)
    assert offer.kind == "beat"
    text = await accept(studio, offer.id)
    assert text.startswith("Rain came over the harbour.\n\n")
    async with studio.db.api.transaction(owner_rows(studio.book)) as session:
        state = await (await open_text(session, studio.book)).scene(studio.book.scene_id)
    assert [bool(one.covers) for one in state.beats] == [True, True]


async def test_a_beat_that_leaps_or_floods_is_asked_for_again(fresh_db: TestDatabase, tmp_path: Path) -> None:
    studio = await make_studio(fresh_db, tmp_path)
    document = page(studio.book.scene_id, "Rain came over the harbour.")
    beats = [beat_node("Ines finds the jar open.", "b1", ["p0"]), beat_node("Tomas asks about it.", "b2")]
    await save(studio, {**document, "content": [beats[0], *document["content"], beats[1]]})

    planted: list[str] = []

    def leap(task: str, answer: Any, _: dict[str, Any]) -> Any:
        if planted:
            return answer
        planted.append(task)
        return f"The next morning it was over. {answer}"

    models = StoryModels(leap)
    row = await done(studio, models, "writer.write_beats", beats=["b2"])
    assert row.error is None
    told = next(one for one in models.requests if one.data.get("attempt"))
    assert "leaps in time" in told.messages[-1].text
    (offer,) = await proposals(studio)
    assert not words(offer.variants[0]["blocks"]).startswith("The next morning")


async def test_samples_of_a_hand_are_measured_kept_and_asked_with(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await studio_with(fresh_db, tmp_path)
    hand = (
        "Rain. She ran. The door stuck. She kicked the lantern. It didn’t open. She swore at the lantern. "
        * 12
    )
    async with studio.db.api.transaction(owner_rows(studio.book)) as session:
        scope = await require(session, studio.book.user_id, studio.book.novel_id, NovelPermission.WRITE)
        voice = await AuthorVoice.of(session, scope).add(SampleAdd(text=hand))
        again = await AuthorVoice.of(session, scope).add(SampleAdd(text=hand))
    assert len(voice.samples) == len(again.samples) >= 2
    assert voice.manner is not None
    assert voice.manner.sentence < 5
    assert "lantern" in voice.manner.favourites
    models = StoryModels()
    row = await done(studio, models, "writer.rewrite", anchor=quote("p1", TEXTS["en"][1]), preset="voice")
    assert row.error is None
    asked = models.requests[0].messages[-1].text
    assert "The author's hand" in asked
    assert "lantern" in asked
    style: Any = models.requests[0].data["style"]
    assert style["manner"]["sentence"] == voice.manner.sentence
    async with studio.db.api.transaction(owner_rows(studio.book)) as session:
        scope = await require(session, studio.book.user_id, studio.book.novel_id, NovelPermission.WRITE)
        for sample in voice.samples:
            await AuthorVoice.of(session, scope).remove(sample.id)
        left = await AuthorVoice.of(session, scope).read()
    assert (left.samples, left.manner) == ([], None)
