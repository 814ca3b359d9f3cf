"""Ids that an edit of the plan names: each must be of something in this novel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.references import References, listed, said
from infinite_scribe.canon.refusals import named_nothing
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.plot.errors import PromiseNotFoundError
from infinite_scribe.plot.promise_schemas import PromiseDraft, PromiseUpdate
from infinite_scribe.plot.repository import PlotRepository
from infinite_scribe.plot.schemas import CardAsk, CardUpdate, ChapterPlanUpdate, PlanUpdate

Named = dict[str, UUID | None]


@dataclass(frozen=True)
class PlanReferences:
    """Looks up what edits of one novel's plan name; all of it raises `EntryNotFoundError`."""

    world: References
    rows: PlotRepository

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> PlanReferences:
        """Return the references of the scope's novel."""
        return cls(References.of(session, scope), PlotRepository(session, scope.novel_id))

    async def card(self, wanted: CardUpdate) -> None:
        """Refuse a card that names what is not there. Raises `PromiseNotFoundError`, `UnknownPredicateError` too."""
        cast = {f"/cast/{at}/entity": one.entity for at, one in enumerate(wanted.cast or ())}
        await self.world.entries({"/pov_id": wanted.pov_id, "/place_id": wanted.place_id, **cast})
        await self.world.patterns(said("/exit", wanted.exit or ()))
        asks = {
            **_asks("/must_include", wanted.must_include),
            **_asks("/must_not_reveal", wanted.must_not_reveal),
        }
        facts: Named = {f"{pointer}/fact": one.fact for pointer, one in asks.items()}
        await self.world.facts({**listed("/entry", wanted.entry or ()), **facts})
        promises: Named = {f"{pointer}/promise": one.promise for pointer, one in asks.items()}
        acts = {f"/promises/{at}/promise": one.promise for at, one in enumerate(wanted.promises or ())}
        await self._promises({**promises, **acts})
        await self._threads(listed("/thread_ids", wanted.thread_ids or ()))

    async def plan(self, wanted: PlanUpdate) -> None:
        """Refuse an edit of concept and chapters that names what is not there."""
        if wanted.concept is not None:
            await self.world.entries({"/concept/protagonist_id": wanted.concept.protagonist_id})
        for at, chapter in enumerate(wanted.chapters):
            await self._chapter(f"/chapters/{at}", chapter)

    async def _chapter(self, pointer: str, chapter: ChapterPlanUpdate) -> None:
        places = listed(f"{pointer}/places", chapter.places or ())
        await self.world.entries({f"{pointer}/pov_id": chapter.pov_id, **places})
        await self._threads(listed(f"{pointer}/threads", chapter.threads or ()))
        arcs = {row.id for row in await self.rows.arcs()} if chapter.arc_id else set()
        _refuse({f"{pointer}/arc_id": chapter.arc_id}, arcs)

    async def promise(self, wanted: PromiseDraft | PromiseUpdate) -> None:
        """Refuse a promise that names what is not there. Raises `UnknownPredicateError` too."""
        await self.world.entries(listed("/subjects", wanted.subjects or ()))
        await self.world.patterns(said("/trigger", wanted.trigger or ()))
        await self._threads({"/thread_id": wanted.thread_id})

    async def _threads(self, named: Mapping[str, UUID | None]) -> None:
        wanted = any(one is not None for one in named.values())
        _refuse(named, {row.id for row in await self.rows.threads()} if wanted else set())

    async def _promises(self, named: Mapping[str, UUID | None]) -> None:
        if not any(one is not None for one in named.values()):
            return
        known = {row.id for row in await self.rows.promises()}
        for pointer, one in named.items():
            if one is not None and one not in known:
                raise PromiseNotFoundError(id=str(one), field=pointer.strip("/").replace("/", "."))


def _asks(pointer: str, asks: Sequence[CardAsk] | None) -> dict[str, CardAsk]:
    return {f"{pointer}/{at}": one for at, one in enumerate(asks or ())}


def _refuse(named: Mapping[str, UUID | None], known: set[UUID]) -> None:
    missing = {pointer: str(one) for pointer, one in named.items() if one is not None and one not in known}
    if missing:
        raise named_nothing(missing)
