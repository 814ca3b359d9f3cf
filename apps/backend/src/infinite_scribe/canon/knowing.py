"""Loads the rows of the closure of knowledge: facts, scenes with their stage, beliefs, disclosures, events."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.knowledge_rows import (
    READER,
    BeliefRow,
    DisclosureRow,
    EventRow,
    Hides,
    KnowledgeFact,
    KnowledgeScene,
    KnowledgeWorld,
    Sighting,
    SpokenClaim,
    Stance,
    StoryPoint,
    Via,
)
from infinite_scribe.canon.models import (
    Assertion,
    Belief,
    Disclosure,
    Entity,
    EventParticipant,
    Evidence,
    StoryEvent,
)
from infinite_scribe.canon.moments import Moment
from infinite_scribe.canon.repository import CanonRepository
from infinite_scribe.canon.rules import FactValue
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.structure.resolver import MAX_TICK, MIN_TICK

HAPPENED = frozenset({"backstory", "realised"})


@dataclass(frozen=True)
class Stage:
    """Who is on stage in a scene, and where. Cards and mentions know it; the canon is told."""

    on_stage: frozenset[UUID] = field(default_factory=frozenset)
    place_id: UUID | None = None


@dataclass(frozen=True)
class KnowledgeRows:
    """Reads what `known_at` works on."""

    session: AsyncSession
    scope: NovelScope

    async def world(
        self,
        moment: Moment,
        stages: Mapping[UUID, Stage],
        claims: Sequence[SpokenClaim] = (),
    ) -> KnowledgeWorld:
        """Return all rows of the novel at the moment's revision; ticks are those of the moment's timeline."""
        rows = CanonRepository(self.session, self.scope.novel_id)
        revision = moment.revision
        facts = await rows.facts(revision=revision)
        kinds = {entity.id: entity.kind for entity in await rows.every(Entity, revision)}
        shown = _sightings(await rows.evidence(revision=revision), moment)
        disclosures = [row for row in await rows.every(Disclosure, revision) if row.status == "canon"]
        for row in disclosures:
            shown.setdefault(row.fact_id, set()).add(
                Sighting(row.scene_id, _block(row.scene_id, row.pid, moment))
            )
        return KnowledgeWorld(
            facts=[_fact(row, moment, shown.get(row.id, set()), kinds) for row in facts],
            scenes=_scenes(moment, stages),
            beliefs=[
                _belief(row, moment) for row in await rows.every(Belief, revision) if row.status == "canon"
            ],
            disclosures=[
                DisclosureRow(
                    row.fact_id,
                    row.scene_id,
                    moment.scenes[row.scene_id].reading_index,
                    cast("Any", row.mode),
                    _block(row.scene_id, row.pid, moment),
                )
                for row in disclosures
                if row.scene_id in moment.scenes
            ],
            claims=claims,
            events=_events(
                await rows.every(StoryEvent, revision), await rows.every(EventParticipant, revision), moment
            ),
        )


def _block(scene_id: UUID, pid: str | None, moment: Moment) -> int:
    pids = moment.timeline.blocks.get(scene_id, ())
    return pids.index(pid) + 1 if pid in pids else 0


def _sightings(evidence: Collection[Evidence], moment: Moment) -> dict[UUID, set[Sighting]]:
    found: dict[UUID, set[Sighting]] = {}
    for row in evidence:
        if row.scene_id in moment.scenes:
            sighting = Sighting(row.scene_id, _block(row.scene_id, row.pid, moment))
            found.setdefault(row.owner_id, set()).add(sighting)
    return found


def span_of(row: Assertion | Belief, moment: Moment) -> tuple[StoryPoint, StoryPoint]:
    """Return from when to when a row holds.

    Live rows carry their resolved ticks; those of an old revision are resolved afresh.
    """
    scene, last = moment.scene_of(row.valid_from), moment.scene_of(row.valid_to)
    if moment.revision is not None:
        return moment.at(row.valid_from), moment.at(row.valid_to, closing=True)
    return (
        StoryPoint(
            MIN_TICK if row.from_tick is None else row.from_tick,
            row.from_block or 0,
            scene.reading_index if scene else None,
            scene.id if scene else None,
        ),
        StoryPoint(
            MAX_TICK if row.to_tick is None else row.to_tick,
            row.to_block or 0,
            last.reading_index if last else None,
            last.id if last else None,
        ),
    )


def _fact(row: Assertion, moment: Moment, shown: set[Sighting], kinds: Mapping[UUID, str]) -> KnowledgeFact:
    begins, ends = span_of(row, moment)
    if begins.scene_id is not None:
        shown = {*shown, Sighting(begins.scene_id, begins.block)}
    return KnowledgeFact(
        row.id,
        row.subject_id,
        row.predicate,
        FactValue.of(row.object_id, row.value),
        begins,
        ends,
        row.polarity,
        row.publicity,
        row.publicity_scope_id,
        row.hidden_from_self,
        tuple(sorted(shown, key=lambda one: (str(one.scene_id), one.block))),
        row.cause_event_id,
        None if row.subject_id is None else kinds.get(row.subject_id),
    )


def _scenes(moment: Moment, stages: Mapping[UUID, Stage]) -> list[KnowledgeScene]:
    nobody = Stage()
    return [
        KnowledgeScene(
            scene.id,
            scene.reading_index,
            moment.timeline.scenes[scene.id].t_from,
            moment.timeline.scenes[scene.id].t_to,
            stages.get(scene.id, nobody).on_stage,
            stages.get(scene.id, nobody).place_id,
            scene.mode == "dream",
        )
        for scene in sorted(moment.scenes.values(), key=lambda one: one.reading_index)
    ]


def _belief(row: Belief, moment: Moment) -> BeliefRow:
    begins, ends = span_of(row, moment)
    believed = None
    if row.believed_object_id is not None or row.believed_value is not None:
        believed = FactValue.of(row.believed_object_id, row.believed_value)
    return BeliefRow(
        row.id,
        READER if row.knower_id is None else row.knower_id,
        cast("Stance", row.stance),
        row.fact_id,
        row.pattern,
        believed,
        cast("Hides", row.hides),
        frozenset(UUID(one) for one in row.hides_from),
        begins,
        ends,
        cast("Via", row.via),
        row.source_entity_id,
    )


def _events(
    events: Collection[StoryEvent], parts: Collection[EventParticipant], moment: Moment
) -> list[EventRow]:
    who: dict[UUID, set[UUID]] = {}
    for part in parts:
        if part.role != "instrument":
            who.setdefault(part.event_id, set()).add(part.entity_id)
    return [
        EventRow(
            row.id, frozenset(who[row.id]), moment.at({"kind": "event", "ref": str(row.id), "edge": "at"})
        )
        for row in events
        if row.status in HAPPENED and row.id in who
    ]
