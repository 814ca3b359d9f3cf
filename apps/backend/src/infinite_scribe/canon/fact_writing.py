"""Writing facts within an open revision: check, plan, close or dispute what stands, keep the sentence it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import inspect as mapper_of

from infinite_scribe.canon.errors import (
    EntryNotFoundError,
    IntervalEmptyError,
    LockedElementError,
)
from infinite_scribe.canon.fact_checking import FactChecker, held, nowhere, payload_of
from infinite_scribe.canon.models import Assertion, CanonItem, Evidence
from infinite_scribe.canon.progressions import How, WritePlan, plan_write, related
from infinite_scribe.canon.registry import REGISTRY_VERSION, Predicate
from infinite_scribe.canon.rules import FactDraft
from infinite_scribe.canon.schemas import EvidenceDraft, FactInput
from infinite_scribe.core.ids import new_id
from infinite_scribe.novels.revisions import OpenRevision
from infinite_scribe.structure.anchors import Point, Timeline, resolve_anchor

UNDOES_FINAL = {"life_state": {"revival"}, "existence": {"creation"}, "item_state": {"creation"}}
"""Kinds of events after which a value may follow a final one."""
_MADE_ANEW = frozenset({"row_id", "id", "rev_from", "rev_to", "created_at", "novel_id"})


__all__ = ["FactWriter", "held"]


@dataclass(frozen=True)
class FactWriter(FactChecker):
    """Writes facts of one novel into one open revision."""

    revision: OpenRevision

    async def state(
        self,
        draft: FactInput,
        timeline: Timeline | None = None,
        *,
        how: How = "progress",
        by_agent: bool = False,
        evidence: Sequence[EvidenceDraft] = (),
        status: Literal["canon", "planned"] = "canon",
    ) -> UUID:
        """Write a fact and return its id. A planned fact closes nothing until it is realised.

        Raises:
            UnknownPredicateError, DomainMismatchError, RangeMismatchError, IntervalEmptyError,
            SingleValuedOverlapError, FinalValueError, CanonCycleError, EntryNotFoundError, LockedElementError
        """
        timeline = await self.timeline_for(timeline, draft.valid_from, draft.valid_to)
        predicate, fact, begin, end = await self.checked(draft, timeline)
        row = _assertion(draft, predicate, fact, begin, end)
        row.id, row.status = new_id(), status
        if status == "canon":
            await self._settle(row, predicate, fact, draft, how=how, by_agent=by_agent, timeline=timeline)
        await self.revision.insert(row)
        await self.keep_evidence("assertion", row.id, evidence)
        return row.id

    async def _settle(
        self, row: Assertion, predicate: Predicate, fact: FactDraft, draft: FactInput, *,
        how: How, by_agent: bool, timeline: Timeline,
    ) -> None:  # fmt: skip
        """Make room for a new canon fact among those that stand."""
        if by_agent and fact.subject_id is not None:
            subject = await self.rows.entity(fact.subject_id)
            if subject is not None and subject.locked:
                raise LockedElementError(entity_id=str(fact.subject_id))
        standing = {one.id: one for one in await self.rows.facts(predicates=related(predicate))}
        plan = plan_write(
            predicate,
            fact,
            [held(one) for one in standing.values()],
            how,
            revives=await self._revives(predicate, draft.cause_event_id),
            contains=await self.containment() if predicate.comparator == "place" else nowhere,
        )
        if fact.subject_id is not None and fact.value.object_id is not None and fact.holds:
            gone = {one.id for one in plan.retcon}
            edges = [
                (one.subject_id, one.object_id)
                for one in standing.values()
                if one.subject_id and one.object_id and one.id not in gone and one.predicate == predicate.key
            ]
            await self.check_circle(predicate.key, edges, (fact.subject_id, fact.value.object_id))
        await self._apply(row, plan, standing, by_agent=by_agent, timeline=timeline)

    async def _revives(self, predicate: Predicate, event_id: UUID | None) -> bool:
        if event_id is None:
            return False
        event = await self.rows.event(event_id)
        if event is None:
            raise EntryNotFoundError(id=str(event_id))
        return event.kind in UNDOES_FINAL.get(predicate.key, set())

    async def _apply(
        self, row: Assertion, plan: WritePlan, standing: Mapping[UUID, Assertion], *, by_agent: bool,
        timeline: Timeline,
    ) -> None:  # fmt: skip
        touched = (*plan.close, *plan.retcon, *plan.dispute)
        for fact in touched:
            if standing[fact.id].locked and by_agent:
                raise LockedElementError(fact_id=str(fact.id))
        if plan.until is not None:
            later = standing[plan.until.id]
            row.valid_to = dict(later.valid_from)
            row.to_tick, row.to_block = later.from_tick, later.from_block
            row.superseded_by = later.id
        for fact in plan.reopen:
            await self._reopen(standing[fact.id], row, timeline)
        for fact in plan.close:
            await self._end(standing[fact.id], row)
        for fact in plan.retcon:
            await self.revision.replace(standing[fact.id], status="retconned", superseded_by=row.id)
        for fact in plan.dispute:
            await self.revision.replace(standing[fact.id], status="disputed", disputed_with=row.id)
            row.status, row.disputed_with = "disputed", fact.id
        if plan.dispute:
            self.ask(row, [fact.id for fact in plan.dispute])

    async def _end(self, row: Assertion, successor: Assertion) -> None:
        """End a fact where its successor begins; one that would hold at no time waits behind it."""
        if (row.from_tick, row.from_block) == (successor.from_tick, successor.from_block):
            await self.revision.replace(row, status="superseded", superseded_by=successor.id)
            return
        await self.revision.replace(
            row,
            valid_to=dict(successor.valid_from),
            to_tick=successor.from_tick,
            to_block=successor.from_block,
            superseded_by=successor.id,
        )

    async def _reopen(self, row: Assertion, between: Assertion, timeline: Timeline) -> None:
        """Let a fact that was cut in two go on after the new one."""
        assert between.valid_to is not None
        point = resolve_anchor(between.valid_to, timeline)
        kept = {attr.key: getattr(row, attr.key) for attr in mapper_of(Assertion).column_attrs}
        again = Assertion(**{name: kept[name] for name in kept.keys() - _MADE_ANEW})
        again.id, again.valid_from = new_id(), dict(between.valid_to)
        again.from_tick, again.from_block = point.tick, point.block
        again.certainty_of_time = str(point.certainty)
        await self.revision.insert(again)

    def ask(self, row: Assertion, against: Sequence[UUID]) -> None:
        """Put a disputed pair into the inbox: accepting it makes the new fact stand, rejecting it the old one."""
        self.session.add(
            CanonItem(
                novel_id=self.scope.novel_id,
                kind="fact",
                payload=payload_of(row),
                clash=[{"fact_id": str(one)} for one in against],
                evidence=[],
                result_id=row.id,
            )
        )

    async def keep_evidence(self, kind: str, owner_id: UUID, evidence: Sequence[EvidenceDraft]) -> None:
        """Keep the sentences a row rests on."""
        for one in evidence:
            await self.revision.insert(
                Evidence(
                    id=new_id(),
                    owner_kind=kind,
                    owner_id=owner_id,
                    scene_id=one.scene,
                    version=one.version,
                    pid=one.pid,
                    from_offset=one.from_,
                    to_offset=one.to,
                    quote=one.quote,
                )
            )


def _assertion(
    draft: FactInput, predicate: Predicate, fact: FactDraft, begin: Point, end: Point
) -> Assertion:
    """Return the row of a fact."""
    if draft.valid_to is not None and end.tick <= begin.tick and end.block <= begin.block:
        raise IntervalEmptyError(predicate=predicate.key)
    return Assertion(
        subject_id=fact.subject_id,
        predicate=predicate.key,
        registry_version=REGISTRY_VERSION,
        object_id=fact.value.object_id,
        value=fact.value.to_json(),
        from_tick=begin.tick,
        from_block=begin.block,
        to_tick=end.tick,
        to_block=end.block,
        certainty_of_time=str(begin.certainty),
        publicity=draft.publicity or predicate.publicity.value,
        layer="world",
        status="canon",
        pinned=False,
        locked=False,
        superseded_by=None,
        disputed_with=None,
        because=draft.because or None,
        **draft.model_dump(
            include={
                "qualifier",
                "polarity",
                "valid_from",
                "valid_to",
                "certainty",
                "veil",
                "hidden_from_self",
                "source",
                "wording",
                "publicity_scope_id",
                "cause_event_id",
            }
        ),
    )
