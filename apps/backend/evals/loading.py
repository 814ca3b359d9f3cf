"""Puts a synthetic novel into a real database: rows through the product's models, derived data through its services."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from evals.novels import templates_en, templates_zh
from evals.novels.spec import Fact, Novel, Scene
from infinite_scribe.canon.models import (
    Alias,
    Assertion,
    Belief,
    CharacterSheet,
    Disclosure,
    Entity,
    Evidence,
    Route,
    WorldRule,
)
from infinite_scribe.canon.registry import REGISTRY_VERSION
from infinite_scribe.canon.rules import normalise
from infinite_scribe.canon.schemas import SheetDraft
from infinite_scribe.core.ids import child_id, new_id
from infinite_scribe.db.sql.base import Base, Revisioned
from infinite_scribe.db.sql.engine import Database, RowScope
from infinite_scribe.db.stores import Stores
from infinite_scribe.manuscript import document as doc
from infinite_scribe.manuscript.models import SceneHead, SceneLive, SceneVersion
from infinite_scribe.manuscript.service import Books
from infinite_scribe.memory.chunks import TextBlock
from infinite_scribe.memory.models import Summary
from infinite_scribe.memory.schemas import SceneToIndex
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.novels.access import NovelScope, require
from infinite_scribe.novels.revisions import OpenRevision, Revisions
from infinite_scribe.novels.rules import NovelPermission, RevisionKind
from infinite_scribe.novels.schemas import NovelCreate
from infinite_scribe.novels.service import Shelf
from infinite_scribe.plot.models import Beat, Card, Exemplar, Promise, PromiseScene
from infinite_scribe.plot.schemas import ArcDraft, ConceptUpdate, StyleUpdate
from infinite_scribe.plot.service import _CARD, PlotService
from infinite_scribe.structure.models import Chapter, SceneBlocks
from infinite_scribe.structure.models import Scene as SceneRow
from infinite_scribe.structure.rules import ranks
from infinite_scribe.structure.service import StructureService

WEIGHT = 3
BLOCK = 500


@dataclass(frozen=True)
class Loaded:
    """A synthetic novel in the database."""

    novel: Novel
    novel_id: UUID
    user_id: UUID
    database: Database
    stores: Stores = field(default_factory=Stores)
    foreign: frozenset[str] = frozenset()
    """Ids of the rows of another book of the same author, none of which may come into a briefing."""

    @property
    def rows(self) -> RowScope:
        """The rows that the owner's request sees."""
        return RowScope(user_id=self.user_id)

    async def scope(self, session: AsyncSession) -> NovelScope:
        """Return the owner's scope in an open transaction."""
        return await require(session, self.user_id, self.novel_id, NovelPermission.WRITE)


async def load(database: Database, user_id: UUID, novel: Novel) -> Loaded:
    """Write the whole novel in one revision and return where it is."""
    rows = RowScope(user_id=user_id)
    async with database.transaction(rows) as session:
        wanted = NovelCreate(idea=novel.title, language=novel.spec.language, title=novel.title)
        scope = await Books.of(session, Shelf(session, user_id)).create(wanted)
    async with database.transaction(rows) as session:
        scope = await require(session, user_id, scope.novel_id, NovelPermission.WRITE)
        async with Revisions.of(session, scope).open(RevisionKind.EDIT) as revision:
            await _structure(session, scope, revision, novel)
            await _canon(revision, novel)
            await _plan(session, scope, revision, novel)
        await StructureService.of(session, scope).resolve_times()
        await _memory(session, scope, novel)
    return Loaded(novel, scope.novel_id, user_id, database)


async def _insert(revision: OpenRevision, rows: Iterable[Any]) -> None:
    batch = list(rows)
    for start in range(0, len(batch), BLOCK):
        await revision.insert(*batch[start : start + BLOCK])


async def _structure(session: AsyncSession, scope: NovelScope, revision: OpenRevision, novel: Novel) -> None:
    first = (await StructureService.of(session, scope).tree()).parts[0]
    last = max(scene.chapter for scene in novel.scenes)
    chapter_ids = {number: child_id(scope.novel_id, f"chapter:{number}") for number in range(1, last + 1)}
    empty: tuple[type[Revisioned], ...] = (SceneRow, Chapter, SceneHead)
    for table in empty:
        rows = await session.scalars(select(table).where(table.novel_id == scope.novel_id))
        for row in rows.all():
            await revision.retire(row)
    await session.execute(delete(SceneLive).where(SceneLive.novel_id == scope.novel_id))
    await _insert(
        revision,
        (
            Chapter(id=chapter_ids[number], part_id=first.id, rank=rank, title=f"{number}", status="drafted")
            for number, rank in enumerate(ranks(last), start=1)
        ),
    )
    in_chapter = ranks(novel.spec.chapter_scenes)
    await _insert(
        revision,
        (
            SceneRow(
                id=scene.id, chapter_id=chapter_ids[scene.chapter],
                rank=in_chapter[(scene.index - 1) % novel.spec.chapter_scenes], title="", status="drafted",
                story_mode=scene.mode,
                story_from={"earliest": scene.tick, "latest": scene.tick, "precision": "minute", "label": None}
                if scene.is_dated else None,
            )
            for scene in novel.scenes
        ),
    )  # fmt: skip
    pointers = [_text(session, scope, scene, novel.spec.language) for scene in novel.scenes]
    await session.flush()
    session.add_all(live for live, _ in pointers)
    await _insert(revision, (head for _, head in pointers))


def _text(
    session: AsyncSession, scope: NovelScope, scene: Scene, language: str
) -> tuple[SceneLive, SceneHead]:
    """Write the text of a scene as its first version; return the rows that point to it."""
    document = doc.scene_document(scene.id, [doc.paragraph(text, pid) for pid, text in scene.paragraphs])
    prose = doc.prose(document)
    counts = doc.count(prose, language)
    version_id = new_id()
    session.add_all(
        [
            SceneVersion(
                id=version_id, novel_id=scope.novel_id, scene_id=scene.id, number=1, json=document, text=prose,
                text_hash=doc.text_hash(prose), words=counts.words, characters=counts.characters, author="import",
                kind="import", author_id=None,
            ),
            SceneBlocks(scene_id=scene.id, novel_id=scope.novel_id, pids=[pid for pid, _ in scene.paragraphs]),
        ]
    )  # fmt: skip
    live = SceneLive(
        scene_id=scene.id, novel_id=scope.novel_id, version=1, version_id=version_id, words=counts.words
    )
    return live, SceneHead(id=scene.id, version=1, version_id=version_id)


async def _canon(revision: OpenRevision, novel: Novel) -> None:
    language = novel.spec.language
    lines = templates_zh.FILLER if language == "zh" else templates_en.FILLER
    await _insert(
        revision,
        (
            Entity(
                id=one.id,
                kind=one.kind,
                name=one.name,
                importance=one.importance,
                ordinal=number,
                fields={},
                summary=lines[number % len(lines)],
            )
            for number, one in enumerate(novel.things.values())
        ),
    )
    await _insert(
        revision,
        (
            Alias(entity_id=one.id, text=text, norm=normalise(text), kind="name", lang=language)
            for one in novel.things.values()
            for text in (one.name, *one.aliases)
        ),
    )
    sheet = SheetDraft(role="ally").model_dump()
    await _insert(revision, (CharacterSheet(entity_id=one.id, **sheet) for one in novel.of_kind("character")))
    await _insert(revision, (_fact_row(novel, fact) for fact in novel.facts.values()))
    await _insert(revision, (row for fact in novel.facts.values() for row in _evidence(novel, fact)))
    await _insert(revision, _beliefs(novel))
    await _insert(
        revision,
        (Route(id=way.id, a_id=way.a, b_id=way.b, mode="walk", min_ticks=way.minutes) for way in novel.ways),
    )
    await _insert(
        revision,
        (WorldRule(id=one, statement=text, ordinal=number) for number, (one, text) in enumerate(novel.laws)),
    )


def anchor(
    novel: Novel, scene: int | None, pid: str | None, *, closing: bool = False
) -> dict[str, Any] | None:
    """Return the anchor of something that begins (or ends) in a scene."""
    if scene is None:
        return None if closing else {"kind": "always"}
    made = {"kind": "scene", "ref": str(novel.scenes[scene - 1].id), "edge": "at"}
    return {**made, "pid": pid} if pid else made


def _fact_row(novel: Novel, fact: Fact) -> Assertion:
    value: dict[str, Any] | None = None
    if fact.object is None or fact.number is not None:
        value = {"text": fact.text} if fact.text is not None else {"number": fact.number, "unit": None}
    first = fact.told[0] if fact.told and fact.from_scene is not None else None
    return Assertion(
        id=fact.id, subject_id=fact.subject, predicate=fact.predicate, registry_version=REGISTRY_VERSION,
        object_id=fact.object, value=None if fact.object is not None else value, qualifier=dict(fact.qualifier),
        valid_from=anchor(novel, fact.from_scene, first.pid if first else None),
        valid_to=anchor(novel, fact.to_scene, None, closing=True),
        publicity=fact.publicity, source="prose" if first is not None else "bible", status="canon",
    )  # fmt: skip


def _evidence(novel: Novel, fact: Fact) -> Iterable[Any]:
    for told in fact.told:
        yield Evidence(
            owner_kind="assertion", owner_id=fact.id, scene_id=novel.scenes[told.scene - 1].id, version=1,
            pid=told.pid, from_offset=told.start, to_offset=told.start + len(told.quote), quote=told.quote,
        )  # fmt: skip
        if told.modality in {"narrated", "spoken", "written", "thought"}:
            yield Disclosure(
                scene_id=novel.scenes[told.scene - 1].id,
                pid=told.pid,
                fact_id=fact.id,
                mode="stated",
                source="prose",
            )


def _beliefs(novel: Novel) -> Iterable[Belief]:
    """Rows of what was told or set; witnesses come from the closure and are not stored."""
    for one in novel.knows:
        if one.via == "witnessed":
            continue
        yield Belief(
            id=one.id, knower_id=one.knower, fact_id=one.fact, stance=one.stance,
            believed_value={"text": one.believed} if one.believed is not None else None,
            valid_from=anchor(novel, one.scene, one.pid), valid_to=anchor(novel, one.until, None, closing=True),
            via=one.via, source_entity_id=one.source, source="prose" if one.scene else "author",
        )  # fmt: skip


async def _plan(session: AsyncSession, scope: NovelScope, revision: OpenRevision, novel: Novel) -> None:
    plot = PlotService.of(session, scope)
    filler = templates_zh.FILLER if novel.spec.language == "zh" else templates_en.FILLER
    await plot.update_concept(
        revision,
        ConceptUpdate(
            logline=filler[0], premise=" ".join(filler[:8]), genres=["mystery"], tone="dry", pov_policy="close_third",
            theme_statement=filler[9], genre_contract=list(filler[10:13]),
        ),
    )  # fmt: skip
    notes = " ".join(filler[13:16])
    await plot.update_style(
        revision,
        StyleUpdate(person="third", tense="past", sentence_notes=notes, banned=["suddenly", "delve"]),
    )
    await _insert(revision, (Exemplar(text=" ".join(filler[n : n + 9]), ordinal=n) for n in (0, 10)))
    for number in range(3):
        await plot.add_arc(
            revision, ArcDraft(title=f"{number + 1}", opens_question=filler[20 + number], ordinal=number)
        )
    rows: list[Base] = []
    for scene in novel.scenes:
        rows += [
            Beat(
                novel_id=scope.novel_id,
                scene_id=scene.id,
                beat_id=f"b{n}",
                ordinal=n,
                kind="action",
                text=text,
            )
            for n, text in enumerate(scene.beats, start=1)
        ]
    session.add_all(rows)
    await _insert(revision, (Card(scene_id=scene.id, **{**_CARD, **_card(scene)}) for scene in novel.scenes))
    await _insert(revision, _promises(novel))


def _card(scene: Scene) -> dict[str, Any]:
    return {
        "summary": scene.summary, "goal": scene.goal, "conflict": scene.conflict, "turn": scene.turn,
        "outcome": "yes_but", "pov_id": scene.pov, "place_id": scene.place, "promises": list(scene.acts),
        "cast": [{"entity": str(one), "enters": None, "leaves": None} for one in scene.cast],
        "must_not_reveal": [{"fact": str(one)} for one in scene.unsaid], "word_budget": 1250,
    }  # fmt: skip


def _promises(novel: Novel) -> Iterable[Any]:
    for vow in novel.vows:
        told = vow.told
        yield Promise(
            id=vow.id, kind="vow", statement=vow.statement, subjects=[str(one) for one in vow.subjects],
            earliest={"kind": "scene", "id": str(novel.scenes[vow.earliest - 1].id)},
            latest={"kind": "scene", "id": str(novel.scenes[vow.latest - 1].id)}, weight=WEIGHT,
            status="planned" if told is None else "paid" if vow.is_paid else "planted",
        )  # fmt: skip
        if told is None:
            continue
        for act, index in (("plant", told.scene), *((("pay", vow.payoff),) if vow.is_paid else ())):
            scene = novel.scenes[index - 1].id
            evidence = {"scene": str(scene), "version": 1, "pid": told.pid, "quote": told.quote}
            yield PromiseScene(promise_id=vow.id, scene_id=scene, act=act, realised_evidence=evidence)


async def _memory(session: AsyncSession, scope: NovelScope, novel: Novel) -> None:
    memory = MemoryService.of(session, scope)
    told: dict[int, list[dict[str, Any]]] = {}
    for fact in novel.facts.values():
        for one in fact.told:
            if one.modality != "dreamed":
                where = str(novel.scenes[one.scene - 1].id)
                told.setdefault(one.scene, []).append(
                    {"text": one.quote, "scenes": [where], "facts": [str(fact.id)]}
                )
    chapters: dict[int, list[dict[str, Any]]] = {}
    for scene in novel.scenes:
        pov = novel.things[scene.pov].name
        await memory.index_scene(
            SceneToIndex(
                scene.id, 1, novel.spec.language, [TextBlock(pid, text) for pid, text in scene.paragraphs],
                head=pov, pov_id=scene.pov, on_stage=scene.cast, entity_ids=scene.cast,
            )
        )  # fmt: skip
        opening = {"text": scene.summary, "scenes": [str(scene.id)], "facts": []}
        sentences = [opening, *told.get(scene.index, [])[:3]]
        chapters.setdefault(scene.chapter, []).extend(sentences[:2])
        _summary(session, scope, f"scene:{scene.id}", "scene", sentences)
    for number, sentences in chapters.items():
        _summary(
            session, scope, f"chapter:{child_id(scope.novel_id, f'chapter:{number}')}", "chapter", sentences
        )
    await session.flush()


def _summary(
    session: AsyncSession, scope: NovelScope, node: str, level: str, said: list[dict[str, Any]]
) -> None:
    session.add(
        Summary(
            novel_id=scope.novel_id,
            node=node,
            level=level,
            input_hash=node[-64:],
            sentences=said,
            tokens=0,
            gate={},
        )
    )
