"""Who thinks what, and where the reader is told: the author's rows, and the matrix of who knows which secret."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.errors import (
    DomainMismatchError,
    EntryNotFoundError,
    IntervalEmptyError,
    RangeMismatchError,
)
from infinite_scribe.canon.fact_writing import FactWriter
from infinite_scribe.canon.knowing import KnowledgeRows, Stage, span_of
from infinite_scribe.canon.knowledge import known_at
from infinite_scribe.canon.knowledge_rows import READER, Knower, Known, SpokenClaim
from infinite_scribe.canon.models import Assertion, Belief, Disclosure, Entity
from infinite_scribe.canon.moments import Moment, Moments, check_anchors
from infinite_scribe.canon.references import References, listed
from infinite_scribe.canon.refusals import moment_invalid, named_nothing
from infinite_scribe.canon.registry import find
from infinite_scribe.canon.repository import CanonRepository
from infinite_scribe.canon.rules import FactValue, check_value
from infinite_scribe.canon.schemas import EvidenceDraft
from infinite_scribe.canon.story_wire import (
    BeliefWrite,
    BeliefWritten,
    CellView,
    DisclosureView,
    DisclosureWrite,
    DisclosureWritten,
    KnowerView,
    MatrixFact,
    MatrixRead,
    NotEvaluated,
)
from infinite_scribe.canon.views import CanonViews
from infinite_scribe.canon.wire import FactValueInput
from infinite_scribe.canon.wording import phrase
from infinite_scribe.core.ids import new_id
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import OpenRevision, Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.novels.service import get_novel
from infinite_scribe.structure.anchors import Anchor, resolve_anchor
from infinite_scribe.structure.service import StructureService

MATRIX_PUBLICITY = frozenset({"private", "secret"})
LEAST_IMPORTANCE = 3
MOST_CELLS = 20_000
THINKERS = frozenset({"character", "creature"})


@dataclass(frozen=True)
class BeliefBook:
    """Beliefs and disclosures of one novel."""

    session: AsyncSession
    scope: NovelScope
    rows: CanonRepository

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> BeliefBook:
        """Return the beliefs of the scope's novel."""
        return cls(session, scope, CanonRepository(session, scope.novel_id))

    async def state(self, wanted: BeliefWrite) -> BeliefWritten:
        """Write the author's word about what somebody thinks of a fact, as one revision.

        A row of the same knower about the same fact that begins at the same moment is replaced, an earlier one ends
        where this begins. Raises `EntryNotFoundError`, `DomainMismatchError`,
        `RangeMismatchError`, `IntervalEmptyError`, `MomentInvalidError`.
        """
        async with Revisions.of(self.session, self.scope).open(RevisionKind.EDIT) as revision:
            belief_id = await self.write(revision, wanted)
        return await self._written(belief_id, revision.number)

    async def write(
        self, revision: OpenRevision, wanted: BeliefWrite, source: str = "author",
        evidence: Sequence[EvidenceDraft] = (),
    ) -> UUID | None:  # fmt: skip
        """Write a belief into an open revision; return its id, or None when rows were only taken away."""
        await self._check(wanted)
        knower = None if wanted.knower == READER else wanted.knower
        timeline = await StructureService.of(self.session, self.scope).times()
        check_anchors(timeline, wanted.from_, wanted.until)
        start = _plain(wanted.from_)
        begin = resolve_anchor(start, timeline)
        end = resolve_anchor(_plain(wanted.until), timeline, closing=True)
        if (end.tick, end.block) <= (begin.tick, begin.block):
            raise IntervalEmptyError(
                "This would end before it begins. Choose a later end or an earlier beginning.",
                fact_id=str(wanted.fact_id),
            )
        for row in await self.rows.every(Belief):
            if row.knower_id != knower or row.fact_id != wanted.fact_id or row.status != "canon":
                continue
            if (row.from_tick or 0, row.from_block or 0) >= (begin.tick, begin.block):
                if wanted.stance == "unknown" or row.valid_from == start:
                    await revision.retire(row)
            elif (row.to_tick or 0, row.to_block or 0) > (begin.tick, begin.block):
                await revision.replace(row, valid_to=start, to_tick=begin.tick, to_block=begin.block)
        if wanted.stance == "unknown":
            return None
        object_id, value = _believed(wanted.believed_value)
        hides, ids = _hides(wanted.hides_from)
        belief = Belief(
            id=new_id(), knower_id=knower, fact_id=wanted.fact_id, pattern=None, stance=wanted.stance,
            believed_object_id=object_id, believed_value=value, hides=hides, hides_from=ids, valid_from=start,
            valid_to=_plain(wanted.until), via=wanted.via, source_entity_id=wanted.source_entity_id, source=source,
            status="canon", from_tick=begin.tick, from_block=begin.block, to_tick=end.tick, to_block=end.block,
            certainty_of_time=str(begin.certainty),
        )  # fmt: skip
        await revision.insert(belief)
        await FactWriter(self.session, self.scope, self.rows, revision).keep_evidence(
            "belief", belief.id, evidence
        )
        return belief.id

    async def _check(self, wanted: BeliefWrite) -> None:
        fact = await self.rows.fact(wanted.fact_id)
        if fact is None or fact.status not in {"canon", "planned"}:
            raise named_nothing({"/fact_id": str(wanted.fact_id)})
        hidden = wanted.hides_from if isinstance(wanted.hides_from, list) else []
        named = {
            "/knower": wanted.knower, "/source_entity_id": wanted.source_entity_id,
            "/believed_value": wanted.believed_value, **listed("/hides_from", hidden),
        }  # fmt: skip
        people = {pointer: one for pointer, one in named.items() if isinstance(one, UUID)}
        await References.of(self.session, self.scope).entries(people)
        known = {entity.id: entity for entity in await self.rows.entities(set(people.values()))}
        if isinstance(wanted.knower, UUID) and known[wanted.knower].kind not in THINKERS:
            raise DomainMismatchError(
                "Only people and creatures can know something. Choose one of them, or the reader.",
                kind=known[wanted.knower].kind,
                expected=sorted(THINKERS),
            )
        if wanted.stance == "believes_wrongly" and wanted.believed_value is None:
            raise RangeMismatchError("Say what is believed instead.", stance=wanted.stance)
        object_id, value = _believed(wanted.believed_value)
        predicate = find(fact.predicate or "")
        if predicate is not None and wanted.believed_value is not None:
            kind = known[object_id].kind if object_id is not None else None
            check_value(predicate, FactValue.of(object_id, value), kind)

    async def disclose(self, wanted: DisclosureWrite) -> DisclosureWritten:
        """Record that a scene tells the reader of a fact, as one revision.

        Raises `EntryNotFoundError`, `MomentInvalidError` for a scene that is not there.
        """
        async with Revisions.of(self.session, self.scope).open(RevisionKind.EDIT) as revision:
            disclosure_id = await self.write_disclosure(revision, wanted)
        row = await self.rows.live(Disclosure, disclosure_id)
        assert row is not None
        moment = await Moments(self.session, self.scope).find()
        return DisclosureWritten(disclosure=disclosure_view(row, moment), revision=revision.number)

    async def write_disclosure(
        self, revision: OpenRevision, wanted: DisclosureWrite, source: str = "author",
        evidence: Sequence[EvidenceDraft] = (),
    ) -> UUID:  # fmt: skip
        """Write a disclosure into an open revision; the same one is not written twice."""
        await References.of(self.session, self.scope).facts({"/fact_id": wanted.fact_id})
        if not await StructureService.of(self.session, self.scope).has_scene(wanted.scene_id):
            raise moment_invalid(f"scene:{wanted.scene_id}")
        for row in await self.rows.every(Disclosure):
            if (row.scene_id, row.fact_id, row.mode) == (wanted.scene_id, wanted.fact_id, wanted.mode):
                return row.id
        told = Disclosure(id=new_id(), source=source, status="canon", **wanted.model_dump())
        await revision.insert(told)
        await FactWriter(self.session, self.scope, self.rows, revision).keep_evidence(
            "disclosure", told.id, evidence
        )
        return told.id

    async def withdraw(self, disclosure_id: UUID) -> int:
        """Take a disclosure back; return the revision. Raises `EntryNotFoundError`."""
        async with Revisions.of(self.session, self.scope).open(RevisionKind.EDIT) as revision:
            row = await self.rows.live(Disclosure, disclosure_id)
            if row is None:
                raise EntryNotFoundError(id=str(disclosure_id))
            await revision.retire(row)
        return int(revision.number)

    async def disclosures(self, fact_id: UUID | None = None) -> list[DisclosureView]:
        """Return where the reader is told, in reading order."""
        moment = await Moments(self.session, self.scope).find()
        found = [
            disclosure_view(row, moment)
            for row in await self.rows.every(Disclosure)
            if row.status == "canon" and (fact_id is None or row.fact_id == fact_id)
        ]
        return sorted(found, key=lambda one: (one.reading_index is None, one.reading_index or 0, str(one.id)))

    async def matrix(
        self, moment: Moment, stages: Mapping[UUID, Stage], claims: Sequence[SpokenClaim] = ()
    ) -> MatrixRead:
        """Return who knows which private or secret fact at a moment; a pair without a cell is unknown.

        Knowers are characters of importance 3 and more and the reader. Facts that begin later are left out.
        """
        world = await KnowledgeRows(self.session, self.scope).world(moment, stages, claims)
        views = await CanonViews.of(self.rows, moment)
        rows = {
            row.id: row
            for row in await self.rows.facts(revision=moment.revision)
            if row.publicity in MATRIX_PUBLICITY and span_of(row, moment)[0].order <= moment.point.order
        }
        people = [
            entity
            for entity in await self.rows.every(Entity, moment.revision)
            if entity.kind == "character"
            and entity.status == "canon"
            and entity.importance >= LEAST_IMPORTANCE
        ]
        people.sort(key=lambda entity: (-entity.importance, entity.ordinal, entity.id))
        knowers: list[Knower] = [*(entity.id for entity in people), READER]
        cells: list[CellView] = []
        for knower in knowers:
            held = known_at(world, knower, moment.point).facts
            cells += [
                self._cell(known, knower, rows[fact_id], views, moment)
                for fact_id, known in held.items()
                if fact_id in rows
            ]
        novel = await get_novel(self.session, self.scope.novel_id)
        return MatrixRead(
            facts=[MatrixFact(id=row.id, text=_matrix_text(row, views, moment)) for row in rows.values()],
            knowers=[
                *(KnowerView(id=entity.id, name=entity.name) for entity in people),
                KnowerView(id=READER, name=phrase(moment.language, "reader")),
            ],
            cells=cells[:MOST_CELLS],
            not_evaluated=_not_evaluated(moment, stages, rows.values(), claims),
            revision=novel.revision if moment.revision is None else moment.revision,
        )

    def _cell(
        self, known: Known, knower: Knower, row: Assertion, views: CanonViews, moment: Moment
    ) -> CellView:
        believed = None
        if known.believed is not None:
            believed = views.value_text(row.predicate, known.believed.object_id, known.believed.to_json())
        scene = moment.scenes.get(known.scene_id) if known.scene_id else None
        anchor: dict[str, Any] | None = {"kind": "scene", "ref": str(scene.id)} if scene else None
        owner = known.belief_id or known.fact_id
        return CellView(
            fact_id=known.fact_id,
            knower=knower,
            state=known.state,
            believed=believed,
            via=known.via,
            since=None if anchor is None else moment.words(anchor, {}),
            scene_id=known.scene_id,
            belief_id=known.belief_id,
            evidence=[] if not views.evidence.get(owner) else views.fact(row).evidence,
        )

    async def _written(self, belief_id: UUID | None, revision: int) -> BeliefWritten:
        if belief_id is None:
            return BeliefWritten(belief=None, revision=revision)
        row = await self.rows.live(Belief, belief_id)
        assert row is not None
        moment = await Moments(self.session, self.scope).find()
        facts = {one.id: one for one in await self.rows.facts(statuses=("canon", "planned"))}
        views = await CanonViews.of(self.rows, moment)
        return BeliefWritten(belief=views.belief(row, facts), revision=revision)


def disclosure_view(row: Disclosure, moment: Moment) -> DisclosureView:
    """Return a disclosure with its place in the reading."""
    scene = moment.scenes.get(row.scene_id)
    return DisclosureView(
        id=row.id,
        scene_id=row.scene_id,
        pid=row.pid,
        fact_id=row.fact_id,
        mode=row.mode,
        reading_index=scene.reading_index if scene else None,
    )


def _not_evaluated(
    moment: Moment, stages: Mapping[UUID, Stage], facts: Collection[Assertion], claims: Sequence[SpokenClaim]
) -> list[NotEvaluated]:
    """Say what the matrix could not take into account."""
    missing = {
        "witnessed": any(scene not in stages or not stages[scene].on_stage for scene in moment.scenes),
        "order": any(row.certainty_of_time == "unknown" for row in facts),
        "spoken": not claims,
    }
    return [
        NotEvaluated(check="told" if name == "spoken" else name, reason=phrase(moment.language, name))
        for name, is_missing in missing.items()
        if is_missing
    ]


def _matrix_text(row: Assertion, views: CanonViews, moment: Moment) -> str:
    """Say a fact, and until when where it holds no more at the moment."""
    text = views.say(row)
    if row.valid_to is None or span_of(row, moment)[1].order > moment.point.order:
        return text
    return phrase(moment.language, "until", line=text, until=moment.words(row.valid_to, views.event_titles))


def _plain(anchor: Anchor | None) -> Any:
    return None if anchor is None else anchor.model_dump(mode="json", exclude_none=True)


def _believed(value: FactValueInput | UUID | str | None) -> tuple[UUID | None, dict[str, Any] | None]:
    if value is None:
        return None, None
    if isinstance(value, UUID):
        return value, None
    if isinstance(value, str):
        return None, {"text": value}
    return None, value.model_dump(exclude_none=True)


def _hides(given: Any) -> tuple[str, list[str]]:
    if isinstance(given, list):
        return ("some", [str(one) for one in given]) if given else ("nobody", [])
    return str(given), []
