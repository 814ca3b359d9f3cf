"""A small book on which every task of the table has something to do, and all of them done once."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from factories.calls import a_request, make_call
from factories.canon import make_entities, make_facts, place
from factories.loop import Studio, make_studio
from factories.manuscript import make_book, open_text, owner_rows, page
from factories.providers import make_endpoint
from factories.questions import Notes, Question, Walker, Walks
from factories.runs import Desk
from infinite_scribe.agents.runtime.registry import REGISTRY, load_agent
from infinite_scribe.canon.schemas import FactInput
from infinite_scribe.continuity.models import Finding
from infinite_scribe.core.ids import new_id
from infinite_scribe.genesis.conversation import Conversation
from infinite_scribe.genesis.rules import Stage
from infinite_scribe.genesis.service import GenesisService
from infinite_scribe.llm.requests import journalled
from infinite_scribe.manuscript.document import beat_node
from infinite_scribe.manuscript.models import SceneVersion
from infinite_scribe.manuscript.saving import Save
from infinite_scribe.novels.access import require, scope_for_run
from infinite_scribe.novels.rules import NovelPermission
from infinite_scribe.runs.service import RUN_ACTIONS
from servers.databases import TestDatabase

LEAD, OTHER = "Ines Carrow", "Tomas Hale"
TEXTS = (
    f"{LEAD} locked the shop and put the key where her father had kept it.",
    "“Well, I don’t know what you want from me, Ines, and I’ve come a long way,” Tomas exclaimed.",
    f"{LEAD}’s eyes were brown.",
    f"{OTHER} lived in the Salt Office.",
    "She looked at the jar and",
)
SEED = {
    "logline": "A lamp lighter sells a storm.",
    "genres": ["mystery"],
    "protagonist": "Ines, who owes for oil.",
}
NOTES = "Ines Carrow is a lamp lighter who owes for oil. Harrow Street is a street where nobody sleeps."


async def every_question(db: TestDatabase, tmp: Path) -> dict[tuple[str, str, str], Question]:
    """Do every task once; return what was asked, by task, prompt and form."""
    studio = await every_task_studio(db, tmp)
    walker = Walker(studio.desk, Notes())
    await do_every_task(studio, walker)
    return walker.notes.found


async def every_task_studio(db: TestDatabase, tmp: Path) -> Studio:
    """Return the book over which every task is done, with all agents known."""
    load_agent("worldsmith")
    return await make_studio(db, tmp, chapters=5)


async def do_every_task(studio: Studio, walker: Walks) -> None:
    """Do every task of the table once, each with something to do."""
    await _begin(walker)
    await _page(studio)
    await _plan(studio, walker)
    await _read(studio, walker)
    await _write(studio, walker)
    await _talk(studio, walker)
    await walker.light("worldsmith.sparks", count=3)


async def _begin(walker: Walks) -> None:
    """A book from nothing but its idea."""
    desk = walker.desk
    book = await make_book(desk.db, user_id=desk.user_id)
    blank = Desk(desk.db, book.user_id, book.novel_id, REGISTRY, desk.settings)
    await walker.at(blank).walk("director.begin_book")


async def _page(studio: Studio) -> None:
    """Two versions of the first scene, with what clashes with the world and what code cannot judge."""
    cast = studio.start.cast_ids
    house, _ = await make_entities(studio.db, studio.book, place("Bell House"), place("Salt Office"))
    await make_facts(
        studio.db, studio.book,
        FactInput(subject_id=cast[LEAD], predicate="eye_colour", text="grey"),
        FactInput(subject_id=cast[OTHER], predicate="resides_at", object_id=house),
    )  # fmt: skip
    scene = studio.book.scene_id
    for texts in (TEXTS[:-1], TEXTS):
        document = page(scene, *texts)
        beats = [beat_node("Ines finds the jar open.", "b1", ["p0"]), beat_node("Tomas asks about it.", "b2")]
        content = [beats[0], *document["content"], beats[1]]
        async with studio.db.api.transaction(owner_rows(studio.book)) as session:
            service = await open_text(session, studio.book)
            version = (await service.scene(scene)).version
            await service.saving.save(Save(scene, version, {**document, "content": content}, leaving=True))


async def _read(studio: Studio, walker: Walks) -> None:
    """What librarian and editor do with a text."""
    book = studio.book
    scene, chapter = str(book.scene_id), str(book.chapter_id)
    await walker.walk("librarian.summarise", node=f"scene:{scene}")
    for task in ("librarian.extract", "librarian.learn", "librarian.index"):
        await walker.walk(task, scene=scene)
    for task in ("editor.check", "editor.realise", "editor.judge_pair"):
        await walker.walk(task, scene=scene)
    for task in ("editor.feedback", "editor.cold_read", "editor.judge"):
        await walker.walk(task, chapter=chapter)
    mine = await make_endpoint(studio.db.owner, book.user_id, "http://127.0.0.1:9/v1")
    await walker.walk("editor.calibrate", override={"endpoint_id": str(mine), "model": "judge"})
    async with studio.db.owner.transaction() as session:
        versions = select(SceneVersion.id).where(SceneVersion.scene_id == book.scene_id)
        first, second = list(await session.scalars(versions.order_by(SceneVersion.number)))[-2:]
        finding = await session.scalar(select(Finding.id).where(Finding.rule == "T0-ATTR"))
    await walker.walk("editor.choose", scene=scene, first=str(first), second=str(second))
    await walker.walk("editor.fix", finding_ids=[str(finding)])


async def _write(studio: Studio, walker: Walks) -> None:
    """The tools of the page, and a call that is sent again."""
    scene = str(studio.book.scene_id)
    last = {"pid": "p4", "off": len(TEXTS[4])}
    caret = {"from": last, "to": last, "quote": "", "prefix": TEXTS[4][-32:], "suffix": ""}
    said = _quote("p1", TEXTS[1])
    await walker.walk("writer.continue", scene=scene, anchor=caret)
    await walker.walk("writer.rewrite", scene=scene, anchor=said, instruction="Make it rain.")
    await walker.walk("writer.resize", scene=scene, anchor=said, words=30)
    await walker.walk("writer.dialogue", scene=scene, anchor=said)
    await walker.walk("writer.describe", scene=scene, anchor=_quote("p0", LEAD), senses=["sight", "sound"])
    await walker.walk("writer.write_beats", scene=scene, beats=["b2"])
    await walker.walk("writer.draft_scene", scene=scene, unit="beat", beat="b2")
    first = next(one for one in walker.notes.found.values() if one.key[:2] == ("writer.rewrite",) * 2)
    request = a_request(studio.book.user_id, messages=list(first.messages), data=dict(first.data))
    call = await make_call(
        studio.db.owner, studio.book.user_id, novel_id=studio.book.novel_id, task=first.task,
        prompt_name=f"{first.prompt}.en", request=journalled(request),
    )  # fmt: skip
    await walker.walk("writer.replay", call=str(call))


async def _plan(studio: Studio, walker: Walks) -> None:
    """Planning and writing what comes."""
    async with studio.db.owner.transaction() as session:
        rows = await session.execute(
            text('SELECT id FROM chapters WHERE novel_id = :n AND rev_to IS NULL ORDER BY rank COLLATE "C"'),
            {"n": studio.book.novel_id},
        )
        first, _, third, fourth, fifth = [str(one) for one in rows.scalars()]
    await walker.walk("director.replan", after_chapter=first)
    await walker.walk("director.outline", chapters=1)
    await walker.walk("director.write_book", chapters=1)
    cards = await walker.walk("director.cards", chapter=third, scenes=2, alternatives=2)
    premise = "The bell was never hers"
    await walker.walk("director.what_if", from_card=cards["items"][0], premise=premise)
    await walker.walk("director.beats", scene=cards["items"][0], count=4)
    await walker.walk("director.write_chapter", chapter=fourth, alternatives=2, drafts=2)
    await walker.walk("writer.draft_chapter", chapter=fifth)


async def _talk(studio: Studio, walker: Walks) -> None:
    """The conversation about the stages of a book."""
    book = studio.book
    async with studio.db.agent.transaction(studio.desk.scope) as session:
        stages = GenesisService.of(session, scope_for_run(book.user_id, book.novel_id, RUN_ACTIONS))
        made = [{"title": f"Way {n}", "body": {**SEED, "hook": f"Somebody came {n}."}} for n in (1, 2)]
        options = [str(one) for one in await stages.record_options(Stage.SEED, made)]
    await _round(studio, walker, "worldsmith.options", "seed", "generate", count=1)
    await _round(studio, walker, "worldsmith.reply", "seed", "ask", message="Who pays?")
    await _round(studio, walker, "worldsmith.compare", "seed", "compare", option_ids=options)
    await _round(studio, walker, "worldsmith.merge", "seed", "merge", option_ids=options)
    await _round(studio, walker, "worldsmith.complete", "theme", "complete", fields=[])
    await _round(studio, walker, "worldsmith.digest", "seed", "digest", text=NOTES)
    await _round(studio, walker, "worldsmith.refresh", "theme", "refresh")


async def _round(studio: Studio, walker: Walks, task: str, stage: str, action: Any, **given: Any) -> None:
    """Say something about a stage and have it answered; the next one may speak afterwards."""
    book, run = studio.book, new_id()
    async with studio.db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        taken = await Conversation.of(session, scope).take_on(Stage(stage), action, given, None)
    await _set(studio, taken.id, "answering", run)
    await walker.walk(task, run=run, stage=stage, round=str(taken.id))
    await _set(studio, taken.id, "answered", run)


async def _set(studio: Studio, round_id: UUID, status: str, run: UUID) -> None:
    async with studio.db.owner.transaction() as session:
        await session.execute(
            text("UPDATE genesis_rounds SET status = :status, run_id = :run WHERE id = :id"),
            {"status": status, "run": run, "id": round_id},
        )


def _quote(pid: str, words: str) -> dict[str, Any]:
    return {"from": {"pid": pid, "off": 0}, "to": {"pid": pid, "off": len(words)}, "quote": words}
