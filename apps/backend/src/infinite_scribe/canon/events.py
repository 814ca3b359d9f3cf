"""What the author does with events: each edit is one revision, and the facts an event makes follow it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.effects import Outcome, outcomes, stated
from infinite_scribe.canon.errors import CanonCycleError, EntryNotFoundError, IntervalEmptyError
from infinite_scribe.canon.fact_writing import FactWriter
from infinite_scribe.canon.models import Entity, EventLink, EventParticipant, StoryEvent
from infinite_scribe.canon.moments import Clock, Moments, check_anchors
from infinite_scribe.canon.progressions import How
from infinite_scribe.canon.references import References, said
from infinite_scribe.canon.refusals import cycle_named, moment_invalid, named_nothing
from infinite_scribe.canon.registry import Mutability, find
from infinite_scribe.canon.repository import CanonRepository
from infinite_scribe.canon.rules import check_acyclic
from infinite_scribe.canon.schemas import FactInput, Source
from infinite_scribe.canon.story_wire import EventPatch, EventWrite, EventWritten
from infinite_scribe.canon.taking_back import take_back
from infinite_scribe.canon.views import CanonViews
from infinite_scribe.canon.wire import EventList
from infinite_scribe.core.ids import new_id
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import OpenRevision, Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.structure.anchors import Anchor, resolve_anchor
from infinite_scribe.structure.service import StructureService

_HAPPENED = frozenset({"backstory", "realised"})
_RENAMED = {"from_": "valid_from", "until": "valid_to"}
_APART = frozenset({"participants", "caused_by", "how"})


@dataclass(frozen=True)
class EventBook:
    """The events of one novel."""

    session: AsyncSession
    scope: NovelScope
    rows: CanonRepository

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> EventBook:
        """Return the events of the scope's novel."""
        return cls(session, scope, CanonRepository(session, scope.novel_id))

    async def list(
        self, as_of: str = "end", clock: Clock = "story", revision: int | None = None
    ) -> EventList:
        """Return events that began by a moment, earliest first; on the reading clock those of scenes read."""
        moment = await Moments(self.session, self.scope).find(as_of, clock, revision)
        views = await CanonViews.of(self.rows, moment)
        parts = await self.rows.every(EventParticipant, revision)
        links = await self.rows.every(EventLink, revision)
        facts = await self.rows.facts(revision=revision)
        dated = []
        for event in await self.rows.every(StoryEvent, revision):
            point = moment.at(event.valid_from)
            scene = moment.scenes.get(event.scene_id) if event.scene_id else None
            is_read = clock == "story" or (scene is not None and moment.is_told(scene.reading_index))
            if event.status != "cancelled" and point.order <= moment.point.order and is_read:
                dated.append((point.order, event))
        dated.sort(key=lambda pair: (pair[0], pair[1].id))
        return EventList(items=[views.event(event, parts, links, facts) for _, event in dated])

    async def create(self, wanted: EventWrite) -> EventWritten:
        """Write an event with its parts, causes and effects as one revision.

        Raises `EntryNotFoundError`, `CanonCycleError`, and what writing its facts raises.
        """
        async with self._open() as revision:
            event_id = await self.add(revision, wanted)
        return await self._written(event_id, revision.number)

    async def add(self, revision: OpenRevision, wanted: EventWrite, source: Source = "author") -> UUID:
        """Write an event into an open revision and return its id."""
        await self._check_refs(wanted)
        await self._check_anchors(wanted.from_, wanted.until)
        given = _columns(wanted.model_dump(mode="json", by_alias=False, exclude=set(_APART)))
        event = StoryEvent(id=new_id(), source=source, locked=False, **given)
        await self._resolve(event)
        await revision.insert(event)
        await self._take_parts(revision, event.id, [(one.entity_id, one.role) for one in wanted.participants])
        await self._link(revision, event.id, wanted.caused_by)
        await self._follow(revision, event, wanted.how)
        return event.id

    async def change(self, event_id: UUID, wanted: EventPatch) -> EventWritten:
        """Change an event as one revision; the facts it made are taken back and made anew.

        Raises `EntryNotFoundError`, `CanonCycleError`, and what writing its facts raises.
        """
        given = wanted.model_dump(mode="json", by_alias=False, exclude_unset=True)
        optional = {"until", "place_id", "scene_id"}
        given = {name: one for name, one in given.items() if one is not None or name in optional}
        how = given.pop("how", None)
        async with self._open() as revision:
            event = await self._event(event_id)
            parts = (
                None if wanted.participants is None else [(p.entity_id, p.role) for p in wanted.participants]
            )
            await self._check_refs(wanted)
            await self._check_anchors(wanted.from_, wanted.until)
            columns = _columns({name: one for name, one in given.items() if name not in _APART})
            event = await revision.replace(event, **columns)
            await self._resolve(event)
            if parts is not None:
                await self._take_parts(revision, event_id, parts)
            if wanted.caused_by is not None:
                await self._link(revision, event_id, wanted.caused_by)
            if how or set(given) - {"locked", "title", "summary", "caused_by"}:
                await self._unmake(revision, event_id)
                await self._follow(revision, event, how)
                await StructureService.of(self.session, self.scope).resolve_times()
        return await self._written(event_id, revision.number)

    async def cancel(self, event_id: UUID) -> int:
        """Take an event back: it never happened, nor did what it made. Return the revision."""
        async with self._open() as revision:
            event = await self._event(event_id)
            await revision.replace(event, status="cancelled")
            await self._unmake(revision, event_id)
        return int(revision.number)

    def _open(self) -> AbstractAsyncContextManager[OpenRevision]:
        return Revisions.of(self.session, self.scope).open(RevisionKind.EDIT)

    async def _event(self, event_id: UUID) -> StoryEvent:
        event = await self.rows.event(event_id)
        if event is None:
            raise EntryNotFoundError(id=str(event_id))
        return event

    async def _check_refs(self, wanted: EventWrite | EventPatch) -> None:
        """Refuse what names something that is not in the novel."""
        references = References.of(self.session, self.scope)
        parts = {
            f"/participants/{at}/entity_id": one.entity_id for at, one in enumerate(wanted.participants or ())
        }
        await references.entries({"/place_id": wanted.place_id, **parts})
        await references.patterns(
            {**said("/preconditions", wanted.preconditions or ()), **said("/effects", wanted.effects or ())}
        )
        scene = wanted.scene_id
        if scene is not None and not await StructureService.of(self.session, self.scope).has_scene(scene):
            raise moment_invalid(f"scene:{scene}")

    async def _check_anchors(self, *anchors: Anchor | None) -> None:
        timeline = await StructureService.of(self.session, self.scope).times()
        check_anchors(timeline, *anchors)

    async def _resolve(self, event: StoryEvent) -> None:
        """Set the derived time of an event; one that stands in a scene takes the scene's time."""
        if event.valid_from.get("kind") == "unknown" and event.scene_id is not None:
            event.valid_from = {"kind": "scene", "ref": str(event.scene_id), "edge": "at"}
        timeline = await StructureService.of(self.session, self.scope).times()
        begin = resolve_anchor(event.valid_from, timeline)
        end = resolve_anchor(event.valid_to, timeline, closing=True)
        if event.valid_to is not None and (end.tick, end.block) < (begin.tick, begin.block):
            raise IntervalEmptyError(
                "The event would end before it begins. Choose a later end or an earlier beginning.",
                event_id=str(event.id),
            )
        event.from_tick, event.from_block, event.certainty_of_time = (
            begin.tick,
            begin.block,
            str(begin.certainty),
        )
        event.to_tick, event.to_block = end.tick, end.block

    async def _take_parts(
        self, revision: OpenRevision, event_id: UUID, parts: Iterable[tuple[UUID, str]]
    ) -> None:
        wanted = dict.fromkeys(parts)
        for row in await self.rows.every(EventParticipant):
            if row.event_id == event_id and (row.entity_id, row.role) not in wanted:
                await revision.retire(row)
            elif row.event_id == event_id:
                wanted.pop((row.entity_id, row.role))
        for entity_id, role in wanted:
            await revision.insert(
                EventParticipant(id=new_id(), event_id=event_id, entity_id=entity_id, role=role)
            )

    async def _link(self, revision: OpenRevision, event_id: UUID, causes: Iterable[UUID]) -> None:
        """Say what caused an event; causes never lead back to their effect."""
        wanted = list(dict.fromkeys(causes))
        links = await self.rows.every(EventLink)
        edges = [(row.event_id, row.cause_id) for row in links if row.event_id != event_id]
        for row in links:
            if row.event_id == event_id:
                if row.cause_id in wanted:
                    wanted.remove(row.cause_id)
                    edges.append((event_id, row.cause_id))
                else:
                    await revision.retire(row)
        for cause in wanted:
            if await self.rows.event(cause) is None:
                raise named_nothing({"/caused_by": str(cause)})
            try:
                check_acyclic("caused_by", edges, (event_id, cause))
            except CanonCycleError as error:
                titles = {str(row.id): row.title for row in await self.rows.every(StoryEvent)}
                raise cycle_named(error, titles) from None
            edges.append((event_id, cause))
            await revision.insert(EventLink(id=new_id(), event_id=event_id, cause_id=cause))

    async def _unmake(self, revision: OpenRevision, event_id: UUID) -> None:
        """Take back what an event made; values it had ended go on."""
        made = await self.rows.facts(statuses=("canon", "planned", "superseded", "disputed"))
        for one in [one.id for one in made if one.cause_event_id == event_id]:
            row = await self.rows.fact(one)
            assert row is not None
            await take_back(revision, row)

    async def _follow(self, revision: OpenRevision, event: StoryEvent, how: How | None) -> None:
        """Write the facts an event makes: planned ones for a planned event.

        Without `how`, what it brought about holds until what is known of later; what never changes is refused.
        """
        if event.status == "cancelled":
            return
        parts = [
            (row.entity_id, row.role)
            for row in await self.rows.every(EventParticipant)
            if row.event_id == event.id
        ]
        kinds = {entity.id: entity.kind for entity in await self.rows.every(Entity)}
        made = outcomes(event.kind, parts, event.place_id, kinds)
        written = [one for effect in event.effects if (one := stated(effect, kinds)) is not None]
        said = {(one.subject_id, one.predicate) for one in written}
        writer = FactWriter(self.session, self.scope, self.rows, revision)
        for outcome in (*written, *(one for one in made if (one.subject_id, one.predicate) not in said)):
            await self._write(writer, event, outcome, how)

    async def _write(self, writer: FactWriter, event: StoryEvent, outcome: Outcome, how: How | None) -> None:
        draft = FactInput(
            subject_id=outcome.subject_id,
            predicate=outcome.predicate,
            object_id=outcome.object_id,
            text=outcome.text,
            polarity=outcome.opens,
            valid_from={"kind": "event", "ref": str(event.id), "edge": "at"},
            cause_event_id=event.id,
            source=cast("Source", event.source),
        )
        timeline = await StructureService.of(self.session, self.scope).times()
        status: Any = "canon" if event.status in _HAPPENED else "planned"
        predicate = find(outcome.predicate)
        changes = predicate is not None and predicate.mutability is Mutability.MUTABLE
        await writer.state(draft, timeline, how=how or ("split" if changes else "progress"), status=status)

    async def _written(self, event_id: UUID, revision: int) -> EventWritten:
        moment = await Moments(self.session, self.scope).find()
        views = await CanonViews.of(self.rows, moment)
        event = await self.rows.live(StoryEvent, event_id)
        assert event is not None
        parts, links = await self.rows.every(EventParticipant), await self.rows.every(EventLink)
        facts = await self.rows.facts(statuses=("canon", "planned"))
        return EventWritten(event=views.event(event, parts, links, facts), revision=revision)


def _columns(given: dict[str, Any]) -> dict[str, Any]:
    """Return wire members as the columns of an event."""
    columns = {_RENAMED.get(name, name): one for name, one in given.items()}
    for name in ("valid_from", "valid_to"):
        if columns.get(name):
            columns[name] = {key: one for key, one in columns[name].items() if one is not None}
    for name in ("place_id", "scene_id"):
        if columns.get(name):
            columns[name] = UUID(columns[name])
    for name in ("preconditions", "effects"):
        if columns.get(name):
            columns[name] = [_without_nulls(one) for one in columns[name]]
    return columns


def _without_nulls(one: Any) -> Any:
    if isinstance(one, dict):
        return {key: _without_nulls(value) for key, value in one.items() if value is not None}
    return one
