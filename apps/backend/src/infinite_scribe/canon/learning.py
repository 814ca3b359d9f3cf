"""What accepted text does to the canon: evidence that stays, moves or goes, plans that come true, what readers learn.

Everything here is code and belongs to one open revision. Who decides what matches is `agents.librarian`; this is how
it is written, so that taking the text away takes what it taught away.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import inspect as mapper_of
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.errors import FinalValueError, SingleValuedOverlapError
from infinite_scribe.canon.fact_writing import held
from infinite_scribe.canon.models import Assertion, Belief, Disclosure, Evidence, StoryEvent
from infinite_scribe.canon.progressions import plan_write, related
from infinite_scribe.canon.registry import find
from infinite_scribe.canon.rules import FactDraft, FactValue
from infinite_scribe.canon.schemas import FactRead
from infinite_scribe.canon.taking_back import reopen
from infinite_scribe.db.sql.base import Anchored, Revisioned
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import OpenRevision, Revisions, alive
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.structure.resolver import MAX_TICK, MIN_TICK
from infinite_scribe.structure.service import StructureService, anchored_columns

R = TypeVar("R", bound=Revisioned)
_OWNERS: dict[str, type[Revisioned]] = {
    "assertion": Assertion,
    "belief": Belief,
    "disclosure": Disclosure,
    "event": StoryEvent,
}


@dataclass(frozen=True)
class Quote:
    """A sentence of a scene; offsets are UTF-16 code units inside the paragraph."""

    scene_id: UUID
    version: int
    pid: str
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class HeldEvidence:
    """A live piece of evidence, and what it proves."""

    row_id: UUID
    owner_kind: str
    owner_id: UUID
    quote: Quote


@dataclass(frozen=True)
class CanonLearning:
    """Writes what accepted text taught, in the caller's open revision."""

    session: AsyncSession
    scope: NovelScope

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> CanonLearning:
        """Return the learning of the scope's novel."""
        return cls(session, scope)

    async def evidence(self, scene_id: UUID) -> list[HeldEvidence]:
        """Return the live evidence that stands in a scene, in a fixed order."""
        rows = await self._live(Evidence, Evidence.scene_id == scene_id)
        return [HeldEvidence(row.row_id, row.owner_kind, row.owner_id, _quote(row)) for row in rows]

    async def evidence_of(self, owner_ids: Collection[UUID]) -> dict[UUID, list[Quote]]:
        """Return the live evidence of facts and other rows."""
        found: dict[UUID, list[Quote]] = {}
        for row in await self._live(Evidence, Evidence.owner_id.in_(owner_ids)):
            found.setdefault(row.owner_id, []).append(_quote(row))
        return found

    async def add_evidence(
        self, revision: OpenRevision, owner_kind: str, owner_id: UUID, quote: Quote
    ) -> None:
        """Record the sentence that a row rests on; the same sentence is not recorded twice."""
        held = (await self.evidence_of([owner_id])).get(owner_id, [])
        if any((one.scene_id, one.text) == (quote.scene_id, quote.text) for one in held):
            return
        await revision.insert(
            Evidence(
                owner_kind=owner_kind, owner_id=owner_id, scene_id=quote.scene_id, version=quote.version,
                pid=quote.pid, from_offset=quote.start, to_offset=quote.end, quote=quote.text,
            )
        )  # fmt: skip

    async def move_evidence(self, revision: OpenRevision, row_id: UUID, quote: Quote) -> None:
        """Anchor a piece of evidence anew: its sentence moved, or says the same in other words."""
        for row in await self._live(Evidence, Evidence.row_id == row_id):
            await revision.replace(
                row, pid=quote.pid, from_offset=quote.start, to_offset=quote.end, quote=quote.text,
                version=quote.version,
            )  # fmt: skip

    async def drop_evidence(self, revision: OpenRevision, row_ids: Collection[UUID]) -> list[UUID]:
        """Retire evidence whose sentence is gone, and what rested on nothing else.

        A prose fact without evidence is closed unless the author pinned it; what it had closed opens again. A planned
        fact goes back to the plan. Return the ids of facts that are no longer canon.
        """
        rows = await self._live(Evidence, Evidence.row_id.in_(row_ids))
        for row in rows:
            await revision.retire(row)
        owners = {(row.owner_kind, row.owner_id) for row in rows}
        left = await self.evidence_of([owner for _, owner in owners])
        gone: list[UUID] = []
        for kind, owner_id in sorted(owners, key=str):
            if owner_id not in left and await self._give_up(revision, kind, owner_id):
                gone.append(owner_id)
        return gone

    async def _give_up(self, revision: OpenRevision, kind: str, owner_id: UUID) -> bool:
        """Take back what a row claimed when its last evidence went; say whether it was a fact that left the canon."""
        cls = _OWNERS.get(kind)
        found = await self._live(cls, cls.id == owner_id) if cls is not None else []
        if not found:
            return False
        row = found[0]
        if isinstance(row, Assertion):
            return await self._give_up_fact(revision, row)
        if isinstance(row, StoryEvent):
            if row.status == "realised":
                await revision.replace(row, status="planned")
        elif getattr(row, "source", None) == "prose":
            await revision.retire(row)
        return False

    async def _give_up_fact(self, revision: OpenRevision, row: Assertion) -> bool:
        if row.pinned or row.status != "canon" or row.source not in {"prose", "plan"}:
            return False
        await reopen(revision, row)
        if row.source == "plan":
            await revision.replace(row, status="planned")
        else:
            for told in await self._live(Disclosure, Disclosure.fact_id == row.id):
                await revision.retire(told)
            await revision.retire(row)
        return True

    async def planned(self, scene_id: UUID | None = None) -> list[FactRead]:
        """Return planned facts, of one scene or all: those anchored to it."""
        rows = await self._live(Assertion, Assertion.status == "planned")
        return [
            FactRead.model_validate(row)
            for row in rows
            if scene_id is None or row.valid_from.get("ref") == str(scene_id)
        ]

    async def realise(self, revision: OpenRevision, fact_id: UUID, quote: Quote) -> bool:
        """Make a planned fact canon on the evidence of a sentence; an earlier value ends where it begins.

        False when there is no such plan, or when the canon contradicts it: then it stays planned.
        """
        for row in await self._live(Assertion, Assertion.id == fact_id, Assertion.status == "planned"):
            if not await self._make_room(revision, row):
                return False
            await revision.replace(row, status="canon")
            await self.add_evidence(revision, "assertion", fact_id, quote)
            return True
        return False

    async def planned_events(self, scene_id: UUID) -> list[StoryEvent]:
        """Return the planned events of a scene."""
        return await self._live(StoryEvent, StoryEvent.scene_id == scene_id, StoryEvent.status == "planned")

    async def realise_event(self, revision: OpenRevision, event: StoryEvent, quote: Quote) -> None:
        """Make a planned event realised on the evidence of a sentence."""
        await revision.replace(event, status="realised")
        await self.add_evidence(revision, "event", event.id, quote)

    async def disclosed(self, scene_id: UUID) -> dict[UUID, UUID]:
        """Return what a scene tells the reader: fact to disclosure."""
        return {row.fact_id: row.id for row in await self._live(Disclosure, Disclosure.scene_id == scene_id)}

    async def disclose(self, revision: OpenRevision, fact_id: UUID, quote: Quote) -> UUID:
        """Record that a scene states a fact to the reader; one that is recorded stays. Return its id."""
        held = (await self.disclosed(quote.scene_id)).get(fact_id)
        if held is not None:
            return held
        row = Disclosure(
            scene_id=quote.scene_id, pid=quote.pid, fact_id=fact_id, mode="stated", source="prose", status="canon"
        )  # fmt: skip
        await revision.insert(row)
        await self.add_evidence(revision, "disclosure", row.id, quote)
        return row.id

    async def lost_evidence(self, scene_id: UUID) -> list[HeldEvidence]:
        """Return evidence of a scene that learning retired and that is not live in any form, newest last."""
        closed = list(
            await self.session.scalars(
                select(Evidence)
                .where(
                    Evidence.novel_id == self.scope.novel_id,
                    Evidence.scene_id == scene_id,
                    Evidence.rev_to.is_not(None),
                )
                .order_by(Evidence.rev_to, Evidence.id)
            )
        )
        ended = {row.rev_to for row in closed if row.rev_to is not None}
        learnt = await Revisions.of(self.session, self.scope).of_kind(RevisionKind.LEARN, ended)
        lost = [row for row in closed if row.rev_to in learnt]
        here = {row.id for row in await self._live(Evidence, Evidence.scene_id == scene_id)}
        return [
            HeldEvidence(row.row_id, row.owner_kind, row.owner_id, _quote(row))
            for row in lost
            if row.id not in here
        ]

    async def bring_back(self, revision: OpenRevision, row_id: UUID, quote: Quote) -> bool:
        """Make retired evidence live again, because its sentence is back, with what rested on it.

        Rows come back with their own ids. A row that changed since, or a fact that a later one contradicts, stays as
        it is, and then nothing comes back: say whether it did.
        """
        old = await self.session.scalar(
            select(Evidence).where(Evidence.novel_id == self.scope.novel_id, Evidence.row_id == row_id)
        )
        cls = _OWNERS.get(old.owner_kind) if old is not None else None
        if old is None or old.rev_to is None or cls is None:
            return False
        owner = await self.session.scalar(
            select(cls).where(
                cls.novel_id == self.scope.novel_id, cls.id == old.owner_id, cls.rev_to == old.rev_to
            )
        )
        live = await self._live(cls, cls.id == old.owner_id)
        if owner is None and not live:
            return False
        if owner is not None and live and live[0].rev_from != old.rev_to:
            return False
        if owner is not None:
            said = _members(owner)
            if isinstance(owner, Anchored):
                # A retired row is not resolved any more; its scene may have moved, gone and come back since.
                times = await StructureService.of(self.session, self.scope).times()
                said |= anchored_columns(owner, times)
            if isinstance(owner, Assertion) and not await self._make_room(revision, Assertion(**said)):
                return False
            if live:
                await revision.replace(live[0], **said)
            else:
                await revision.insert(type(owner)(**said))
        back = Evidence(**_members(old) | {
            "pid": quote.pid, "from_offset": quote.start, "to_offset": quote.end, "version": quote.version,
        })  # fmt: skip
        await revision.insert(back)
        return True

    async def _make_room(self, revision: OpenRevision, back: Assertion) -> bool:
        """End the value that holds where a returning fact begins; False when they cannot both stand."""
        closing = await self._earlier_values(back)
        if closing is None:
            return False
        for fact_id in closing:
            for row in await self._live(Assertion, Assertion.id == fact_id):
                await revision.replace(
                    row, valid_to=dict(back.valid_from), to_tick=back.from_tick, to_block=back.from_block,
                    superseded_by=back.id,
                )  # fmt: skip
        return True

    async def _earlier_values(self, back: Assertion) -> list[UUID] | None:
        """Return the facts that a fact follows and ends, or None when it contradicts one."""
        predicate = find(back.predicate or "")
        if predicate is None:
            return []
        standing = await self._live(
            Assertion, Assertion.predicate.in_(related(predicate)), Assertion.status == "canon"
        )
        draft = FactDraft(
            subject_id=back.subject_id, subject_kind="", predicate=predicate.key,
            value=FactValue.of(back.object_id, back.value), qualifier=back.qualifier, holds=back.polarity,
            from_tick=MIN_TICK if back.from_tick is None else back.from_tick, from_block=back.from_block or 0,
            to_tick=None if back.to_tick in {None, MAX_TICK} else back.to_tick, to_block=back.to_block or 0,
        )  # fmt: skip
        try:
            plan = plan_write(predicate, draft, [held(row) for row in standing if row.id != back.id])
        except (SingleValuedOverlapError, FinalValueError):
            return None
        return [fact.id for fact in plan.close]

    async def _live(self, cls: type[R], *which: Any) -> list[R]:
        query = select(cls).where(cls.novel_id == self.scope.novel_id, alive(cls), *which)
        return list(await self.session.scalars(query.order_by(cls.id)))


def _quote(row: Evidence) -> Quote:
    return Quote(row.scene_id, row.version, row.pid, row.from_offset, row.to_offset, row.quote)


def _members(row: Revisioned) -> dict[str, Any]:
    """Return what a row says, without its lifespan."""
    left_out = {"row_id", "rev_from", "rev_to", "created_at"}
    return {
        attr.key: getattr(row, attr.key)
        for attr in mapper_of(type(row)).column_attrs
        if attr.key not in left_out
    }
