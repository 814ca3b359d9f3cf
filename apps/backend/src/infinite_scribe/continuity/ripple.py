"""What a change of the canon touches: passages that say it, passages written with it, and all that rests on it.

Code alone. A preview changes nothing; `commit` marks what was found as stale, and the marks end with a patch, a new
draft, or the author's word that it is still fine.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.dependants import Dependants
from infinite_scribe.continuity.ripple_reading import RippleReading
from infinite_scribe.continuity.ripple_schemas import RippleClear, RippleCleared, RippledItem, RippleRead
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.plot.staleness import MarkDraft, StaleMarks

AT_ONCE = 50
"""Facts that are held against the book together."""


@dataclass(frozen=True)
class Ripple:
    """The ripples of one novel's canon."""

    session: AsyncSession
    scope: NovelScope

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> Ripple:
        """Return the ripples of the scope's novel."""
        return cls(session, scope)

    async def preview(self, fact_id: UUID) -> RippleRead:
        """Return what a change of a fact touches; good before the edit and after it. Raises `EntryNotFoundError`."""
        reading = await self._reading([fact_id])
        return reading.touched(reading.facts[0])

    async def commit(self, fact_ids: Sequence[UUID], revision: int) -> int:
        """Mark all that rests on facts which a revision changed as stale; return how many marks are new.

        However many scenes may rest on them, each is read, some at a time.
        """
        made, marks = 0, StaleMarks.of(self.session, self.scope)
        for start in range(0, len(fact_ids), AT_ONCE):
            some = fact_ids[start : start + AT_ONCE]
            reading: RippleReading | None = await self._reading(some, before=revision)
            while reading is not None:
                found = [reading.touched(fact) for fact in reading.facts]
                drafts = ((one.fact_id, mark) for one in found for mark in _marks(one))
                made += await marks.mark(revision, drafts)
                reading = await reading.onward(self.session, self.scope)
        return made

    async def commit_revision(self, revision: int) -> int:
        """Mark what rests on the facts that a revision took away or changed; return how many marks are new."""
        changed = await Dependants.of(self.session, self.scope).changed_in(revision)
        return await self.commit(changed, revision)

    async def clear(self, wanted: RippleClear) -> RippleCleared:
        """Take the author's word that something is still fine."""
        marks = StaleMarks.of(self.session, self.scope)
        return RippleCleared(cleared=await marks.clear(wanted.kind, wanted.id, how="fine"))

    async def _reading(self, fact_ids: Sequence[UUID], *, before: int | None = None) -> RippleReading:
        """Read what some facts are held against; `before` asks for what they said before that revision."""
        facts = await Dependants.of(self.session, self.scope).facts(fact_ids, before=before)
        return await RippleReading.of(self.session, self.scope, facts)


def _marks(found: RippleRead) -> Iterator[MarkDraft]:
    for one in found.passages:
        version = one.version if one.grade == "used" or not one.quote else None
        yield MarkDraft("scene", str(one.scene_id), one.grade, one.scene_id, one.pid, one.quote, version)
    kinds: list[tuple[str, Collection[RippledItem]]] = [
        ("card", found.cards), ("promise", found.promises), ("belief", found.beliefs),
        ("disclosure", found.disclosures), ("summary", found.summaries), ("finding", found.findings),
        ("rule", found.rules), ("event", found.events),
    ]  # fmt: skip
    for kind, items in kinds:
        for item in items:
            yield MarkDraft(kind, item.id, "rests", item.scene_id)  # type: ignore[arg-type]
