"""Pages of the codex with what the text knows: where an entry is named, last seen, and doubted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.entries import Codex
from infinite_scribe.canon.moments import Clock, Moment
from infinite_scribe.canon.schemas import EntryRead
from infinite_scribe.canon.service import CanonService
from infinite_scribe.canon.wire import EntryDetail, SeenAt
from infinite_scribe.continuity.knowing import stages_of
from infinite_scribe.continuity.models import Finding
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.memory.mentions import Mentions, SceneMentions
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.web.schemas import WireOutput

MOST_SCENES = 200
AROUND = 60


class CodexEntry(EntryRead):
    """An entry of the list, with where it was seen last and how many remarks doubt it."""

    last_seen: SeenAt | None
    doubts: int


class CodexList(BaseModel):
    """The codex as of a moment."""

    items: list[CodexEntry]


class MentionView(WireOutput):
    """How often a scene speaks of an entry, and where first."""

    scene_id: UUID
    chapter_number: int
    scene_title: str
    count: int
    first: dict[str, Any]


class EntryPage(EntryDetail):
    """A page of the codex with the places in the text that name the entry."""

    mentions: list[MentionView]


async def entries(
    session: AsyncSession,
    scope: NovelScope,
    kind: str | None = None,
    query: str | None = None,
    as_of: str = "end",
    clock: Clock = "story",
) -> CodexList:
    """Return the codex, most important first. Raises `MomentInvalidError`.

    On the reading clock only entries that a scene read by then names are there.
    """
    canon = CanonService.of(session, scope)
    moment = await canon.moment(as_of, clock)
    seen = await _seen(session, scope, moment)
    doubts = await _doubts(session, scope)
    found = [
        CodexEntry(**entry.model_dump(), last_seen=seen.get(entry.id), doubts=doubts.get(entry.id, 0))
        for entry in await canon.entries(kind, query)
        if clock == "story" or entry.id in seen
    ]
    return CodexList(items=found)


async def _seen(session: AsyncSession, scope: NovelScope, moment: Moment) -> dict[UUID, SeenAt]:
    """Return the last scene by the moment that names or shows each entry."""
    merged = await CanonService.of(session, scope).merged()
    scenes: dict[UUID, set[UUID]] = {}
    for named, ids in (await Mentions(session, scope).scenes()).items():
        scenes.setdefault(merged.get(named, named), set()).update(ids)
    for scene_id, stage in (await stages_of(session, scope)).items():
        for entity_id in {*stage.on_stage, *([stage.place_id] if stage.place_id else [])}:
            scenes.setdefault(entity_id, set()).add(scene_id)
    limit = moment.point.reading_index
    found: dict[UUID, SeenAt] = {}
    for entity_id, ids in scenes.items():
        read = [
            moment.scenes[one]
            for one in ids
            if one in moment.scenes and (limit is None or moment.scenes[one].reading_index <= limit)
        ]
        last = max(read, key=lambda scene: scene.reading_index, default=None)
        if last is not None:
            found[entity_id] = SeenAt(scene_id=last.id, title=last.title)
    return found


async def _doubts(session: AsyncSession, scope: NovelScope) -> dict[UUID, int]:
    """Return how many open remarks are about each entry."""
    claims = await session.scalars(
        select(Finding.claim).where(Finding.novel_id == scope.novel_id, Finding.status == "open")
    )
    merged = await CanonService.of(session, scope).merged()
    found: dict[UUID, int] = {}
    for claim in claims:
        subject: Any = claim.get("subject_id") or claim.get("subject")
        try:
            entity_id = UUID(str(subject))
        except ValueError:
            continue
        entity_id = merged.get(entity_id, entity_id)
        found[entity_id] = found.get(entity_id, 0) + 1
    return found


async def page(
    session: AsyncSession,
    scope: NovelScope,
    entity_id: UUID,
    as_of: str = "end",
    clock: Clock = "story",
    revision: int | None = None,
) -> EntryPage:
    """Return the page of an entry. Raises `EntryNotFoundError`, `MomentInvalidError`."""
    detail = await Codex.of(session, scope).detail(entity_id, as_of, clock, revision)
    moment = await CanonService.of(session, scope).moment(as_of, clock, revision)
    return EntryPage(**dict(detail), mentions=await _mentions(session, scope, entity_id, moment))


async def _mentions(
    session: AsyncSession, scope: NovelScope, entity_id: UUID, moment: Moment
) -> list[MentionView]:
    limit = moment.point.reading_index
    found = [
        (moment.scenes[scene_id], SceneMentions(scene_id, tuple(places)))
        for scene_id, places in (await _places(session, scope, entity_id)).items()
        if scene_id in moment.scenes
    ]
    found = [pair for pair in found if limit is None or pair[0].reading_index <= limit]
    found.sort(key=lambda pair: pair[0].reading_index)
    shown = found[-MOST_SCENES:]
    states = await ManuscriptService.of(session, scope).scenes([scene.id for scene, _ in shown])
    texts = {(state.scene_id, block.pid): block.text for state in states for block in state.blocks}
    views = []
    for scene, named in shown:
        pid, start, end = min(named.places, key=lambda place: (_block(moment, scene.id, place[0]), place[1]))
        quote = _around(texts.get((scene.id, pid), ""), start, end)
        views.append(
            MentionView(
                scene_id=scene.id,
                chapter_number=scene.chapter_number,
                scene_title=scene.title,
                count=len(named.places),
                first={"pid": pid, "from": start, "to": end, "quote": quote},
            )
        )
    return views


async def _places(
    session: AsyncSession, scope: NovelScope, entity_id: UUID
) -> dict[UUID, list[tuple[str, int, int]]]:
    """Return the places that name an entry, or one that was merged into it, by scene."""
    merged = await CanonService.of(session, scope).merged()
    found: dict[UUID, list[tuple[str, int, int]]] = {}
    for one in (entity_id, *(old for old, new in merged.items() if new == entity_id)):
        for named in await Mentions(session, scope).of_entry(one):
            found.setdefault(named.scene_id, []).extend(named.places)
    return found


def _block(moment: Moment, scene_id: UUID, pid: str) -> int:
    pids = moment.timeline.blocks.get(scene_id, ())
    return pids.index(pid) if pid in pids else len(pids)


def _around(text: str, start: int, end: int) -> str:
    """Return the words around a span of UTF-16 code units."""
    units = text.encode("utf-16-le")
    left, right = max(0, start - AROUND), end + AROUND
    return units[2 * left : 2 * right].decode("utf-16-le", errors="ignore").strip()
