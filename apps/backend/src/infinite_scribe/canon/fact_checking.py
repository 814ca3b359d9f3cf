"""Checking facts against the registry and against what stands; nothing is written here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.errors import CanonCycleError, SingleValuedOverlapError
from infinite_scribe.canon.models import Assertion
from infinite_scribe.canon.progressions import plan_write, related
from infinite_scribe.canon.references import References
from infinite_scribe.canon.refusals import cycle_named, named_nothing, two_values
from infinite_scribe.canon.registry import Predicate, find
from infinite_scribe.canon.repository import CanonRepository
from infinite_scribe.canon.rules import FactDraft, FactValue, HeldFact, check_acyclic, checked
from infinite_scribe.canon.schemas import FactInput
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.structure.anchors import Anchor, Point, Timeline, resolve_anchor
from infinite_scribe.structure.resolver import MAX_TICK, MIN_TICK
from infinite_scribe.structure.service import StructureService

NO_TIMELINE = Timeline(scenes={}, blocks={}, events={})


@dataclass(frozen=True)
class FactChecker:
    """Checks facts of one novel."""

    session: AsyncSession
    scope: NovelScope
    rows: CanonRepository

    async def timeline_for(self, timeline: Timeline | None, *anchors: Mapping[str, Any] | None) -> Timeline:
        """Return the timeline; it is read only where an anchor refers to a scene or an event."""
        if timeline is not None:
            return timeline
        if any(anchor and anchor.get("kind") in {"scene", "event"} for anchor in anchors):
            return await StructureService.of(self.session, self.scope).times()
        return NO_TIMELINE

    async def checked(
        self, draft: FactInput, timeline: Timeline
    ) -> tuple[Predicate, FactDraft, Point, Point]:
        """Return the predicate of a draft, the fact in its normal form, and where it begins and ends."""
        begin = resolve_anchor(Anchor.model_validate(draft.valid_from), timeline)
        end = resolve_anchor(draft.valid_to, timeline, closing=True)
        ends = end.tick != MAX_TICK
        if draft.object_id is not None and not draft.value()._replace(object_id=None).is_empty:
            raise two_values(draft.predicate)
        await self.check_around(draft.publicity_scope_id, draft.cause_event_id)
        subject, thing = draft.subject_id, draft.object_id
        predicate, fact = checked(
            FactDraft(
                subject_id=subject,
                subject_kind="world" if subject is None else await self.kind_of(subject, "/subject_id"),
                predicate=draft.predicate,
                value=draft.value(),
                object_kind=None if thing is None else await self.kind_of(thing, "/object_id"),
                qualifier=draft.qualifier,
                holds=draft.polarity,
                from_tick=begin.tick,
                from_block=begin.block,
                to_tick=end.tick if ends else None,
                to_block=end.block if ends else 0,
            )
        )
        return predicate, fact, begin, end

    async def check_around(self, scope_id: UUID | None, event_id: UUID | None = None) -> None:
        """Refuse a place or faction that knows, and an event that was the cause, which are not in the novel."""
        references = References.of(self.session, self.scope)
        await references.entries({"/publicity_scope_id": scope_id})
        await references.events({"/cause_event_id": event_id})

    async def kind_of(self, entity_id: UUID, pointer: str) -> str:
        """Return the kind of an entry, or `event`. Raises `EntryNotFoundError` with the member that named it."""
        entity = await self.rows.entity(entity_id)
        if entity is not None and entity.status == "canon":
            return entity.kind
        if await self.rows.event(entity_id) is not None:
            return "event"
        raise named_nothing({pointer: str(entity_id)})

    async def check_span(
        self, row: Assertion, start: Mapping[str, Any], end: Mapping[str, Any] | None, timeline: Timeline
    ) -> None:
        """Refuse a new span of a canon fact that would meet a value it cannot hold beside."""
        predicate = find(row.predicate or "")
        if predicate is None or row.status != "canon":
            return
        draft = FactInput.model_validate({**payload_of(row), "valid_from": start, "valid_to": end})
        _, fact, _, _ = await self.checked(draft, timeline)
        others = [one for one in await self.rows.facts(predicates=related(predicate)) if one.id != row.id]
        plan = plan_write(
            predicate,
            fact,
            [held(one) for one in others],
            "dispute",
            contains=await self.containment() if predicate.comparator == "place" else nowhere,
        )
        if plan.dispute:
            raise SingleValuedOverlapError(
                "Another value holds at that time. Choose another time, or state the value and say what becomes of "
                "the other.",
                predicate=predicate.key,
                fact_id=str(plan.dispute[0].id),
                ways=["replace", "split", "dispute"],
            )

    async def check_circle(
        self, key: str, edges: Sequence[tuple[UUID, UUID]], new: tuple[UUID, UUID]
    ) -> None:
        """Refuse a circle with the names of the entries along it."""
        try:
            check_acyclic(key, edges, new)
        except CanonCycleError as error:
            path = [UUID(one) for one in error.params["path"]]
            names = {str(one.id): one.name for one in await self.rows.entities(path)}
            raise cycle_named(error, names) from None

    async def containment(self) -> Any:
        """Return the function that says whether one place lies in another."""
        wider = {
            row.subject_id: row.object_id
            for row in await self.rows.facts(predicates=("part_of", "contained_in"))
            if row.subject_id and row.object_id and row.polarity
        }

        def contains(outer: UUID, inner: UUID) -> bool:
            seen: set[UUID] = set()
            step: UUID | None = wider.get(inner)
            while step is not None and step not in seen:
                if step == outer:
                    return True
                seen.add(step)
                step = wider.get(step)
            return False

        return contains

    async def clashes(self, draft: FactInput, timeline: Timeline | None = None) -> list[UUID]:
        """Return canon facts that a draft contradicts at its time; nothing is written."""
        timeline = await self.timeline_for(timeline, draft.valid_from, draft.valid_to)
        predicate, fact, _, _ = await self.checked(draft, timeline)
        standing = await self.rows.facts(predicates=related(predicate))
        plan = plan_write(
            predicate, fact, [held(one) for one in standing], "dispute", contains=await self.containment()
        )
        return [one.id for one in plan.dispute if one.begins >= fact.begins or predicate.is_fixed]


def nowhere(_outer: UUID, _inner: UUID) -> bool:
    return False


def held(row: Assertion) -> HeldFact:
    """Return a row as the rules see it."""
    return HeldFact(
        row.id,
        FactValue.of(row.object_id, row.value),
        row.qualifier,
        row.polarity,
        MIN_TICK if row.from_tick is None else row.from_tick,
        None if row.to_tick == MAX_TICK else row.to_tick,
        row.subject_id,
        row.predicate,
        row.from_block or 0,
        row.to_block or 0,
    )


def payload_of(row: Assertion) -> dict[str, Any]:
    """Return a row as the payload of an inbox item, which reads as a `FactInput`."""
    names: Collection[str] = (
        "predicate", "qualifier", "polarity", "valid_from", "valid_to", "certainty", "publicity", "veil",
        "hidden_from_self", "source", "wording",
    )  # fmt: skip
    value = row.value or {}
    return {
        **{name: getattr(row, name) for name in names},
        "subject_id": str(row.subject_id) if row.subject_id else None,
        "object_id": str(row.object_id) if row.object_id else None,
        **{name: value[name] for name in ("text", "number", "unit", "earliest", "latest") if name in value},
    }
