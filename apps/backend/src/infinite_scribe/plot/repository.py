"""SQL of the plan and the style: live rows of one novel."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.db.sql.arrays import one_of
from infinite_scribe.db.sql.base import Revisioned
from infinite_scribe.novels.revisions import alive
from infinite_scribe.plot.models import (
    Arc,
    Beat,
    Card,
    Concept,
    Exemplar,
    PlanItem,
    Promise,
    PromiseScene,
    StyleGuide,
    Thread,
    TurningPoint,
    VoiceCard,
)
from infinite_scribe.plot.promises import OPEN

R = TypeVar("R", bound=Revisioned)


class OpenPromise(NamedTuple):
    """A promise as a scene asks for it; see `models.Promise`."""

    id: UUID
    kind: str
    statement: str
    subjects: list[str]
    trigger: list[dict[str, Any]]
    earliest: dict[str, Any] | None
    latest: dict[str, Any] | None
    weight: int
    status: str
    rev_from: int


class PlannedAct(NamedTuple):
    """What a scene does for a promise, and whether the accepted text really does it."""

    promise_id: UUID
    scene_id: UUID
    act: str
    is_realised: bool


@dataclass(frozen=True)
class PlotRepository:
    """Reads live rows; writes go through an open revision."""

    session: AsyncSession
    novel_id: UUID

    async def concept(self) -> Concept | None:
        """Return the concept."""
        return await self._only(Concept)

    async def style(self) -> StyleGuide | None:
        """Return the style guide."""
        return await self._only(StyleGuide)

    async def _only(self, cls: type[R]) -> R | None:
        return (
            await self.session.scalars(select(cls).where(cls.novel_id == self.novel_id, alive(cls)))
        ).one_or_none()

    async def _all(self, cls: type[R]) -> list[R]:
        return list(
            (
                await self.session.scalars(
                    select(cls).where(cls.novel_id == self.novel_id, alive(cls)).order_by(cls.id)
                )
            ).all()
        )

    async def cards(self) -> list[Card]:
        """Return every card."""
        return await self._all(Card)

    async def card(self, scene_id: UUID) -> Card | None:
        """Return the card of a scene."""
        return (
            await self.session.scalars(
                select(Card).where(Card.novel_id == self.novel_id, Card.scene_id == scene_id, alive(Card))
            )
        ).one_or_none()

    async def scenes_of_cards(self, ids: Collection[UUID]) -> set[UUID]:
        """Return the scenes that these cards are or were of."""
        query = select(Card.scene_id).where(Card.novel_id == self.novel_id, one_of(Card.id, ids)).distinct()
        return set(await self.session.scalars(query))

    async def scenes_told_by(self, povs: Collection[UUID]) -> set[UUID]:
        """Return the scenes whose card names one of these as its viewpoint."""
        query = select(Card.scene_id).where(
            Card.novel_id == self.novel_id, one_of(Card.pov_id, povs), alive(Card)
        )
        return set(await self.session.scalars(query))

    async def voices(self) -> list[VoiceCard]:
        """Return every voice card."""
        return await self._all(VoiceCard)

    async def exemplars(self) -> list[Exemplar]:
        """Return the author's exemplars in order."""
        return sorted(await self._all(Exemplar), key=lambda row: (row.ordinal, row.id))

    async def arcs(self) -> list[Arc]:
        """Return the arcs in order."""
        return sorted(await self._all(Arc), key=lambda row: (row.ordinal, row.id))

    async def turning_points(self) -> list[TurningPoint]:
        """Return the turning points by position."""
        return sorted(await self._all(TurningPoint), key=lambda row: (row.position, row.id))

    async def threads(self) -> list[Thread]:
        """Return the threads in order."""
        return sorted(await self._all(Thread), key=lambda row: (row.ordinal, row.id))

    async def beats(self, scene_id: UUID) -> list[Beat]:
        """Return the mirrored beats of a scene in order."""
        return list(
            (
                await self.session.scalars(
                    select(Beat)
                    .where(Beat.novel_id == self.novel_id, Beat.scene_id == scene_id)
                    .order_by(Beat.ordinal, Beat.id)
                )
            ).all()
        )

    async def beats_of(self, scenes: Collection[UUID]) -> dict[UUID, list[Beat]]:
        """Return the mirrored beats of some scenes, of each in order."""
        query = select(Beat).where(Beat.novel_id == self.novel_id, one_of(Beat.scene_id, scenes))
        found: dict[UUID, list[Beat]] = {}
        for row in await self.session.scalars(query.order_by(Beat.ordinal, Beat.id)):
            found.setdefault(row.scene_id, []).append(row)
        return found

    async def drop_beats(self, scene_id: UUID) -> None:
        """Forget the mirrored beats of a scene."""
        await self.session.execute(
            delete(Beat)
            .where(Beat.novel_id == self.novel_id, Beat.scene_id == scene_id)
            .execution_options(synchronize_session="fetch")
        )

    async def promises(self) -> list[Promise]:
        """Return the promises, heaviest first."""
        return sorted(await self._all(Promise), key=lambda row: (-row.weight, str(row.id)))

    async def promise(self, promise_id: UUID) -> Promise | None:
        """Return one promise."""
        query = select(Promise).where(
            Promise.novel_id == self.novel_id, Promise.id == promise_id, alive(Promise)
        )
        return (await self.session.scalars(query)).one_or_none()

    async def open_promises(self, scene_id: UUID, named: Collection[UUID]) -> list[OpenPromise]:
        """Return the promises that wait, those that are named, and those a scene has an act for; heaviest first."""
        acts = select(PromiseScene.promise_id).where(
            PromiseScene.novel_id == self.novel_id, PromiseScene.scene_id == scene_id, alive(PromiseScene)
        )
        query = select(*(getattr(Promise, name) for name in OpenPromise._fields)).where(
            Promise.novel_id == self.novel_id, alive(Promise),
            or_(Promise.status.in_(OPEN), one_of(Promise.id, named), Promise.id.in_(acts)),
        )  # fmt: skip
        found = map(OpenPromise._make, await self.session.execute(query))
        return sorted(found, key=lambda row: (-row.weight, str(row.id)))

    async def acts_for(self, promises: Collection[UUID]) -> list[PlannedAct]:
        """Return what every scene does for some promises."""
        query = select(
            PromiseScene.promise_id, PromiseScene.scene_id, PromiseScene.act, PromiseScene.realised_evidence.is_not(None)
        ).where(
            PromiseScene.novel_id == self.novel_id, alive(PromiseScene), one_of(PromiseScene.promise_id, promises)
        )  # fmt: skip
        return list(map(PlannedAct._make, await self.session.execute(query.order_by(PromiseScene.id))))

    async def promise_scenes(self) -> list[PromiseScene]:
        """Return what every scene does for all promises."""
        query = select(PromiseScene).where(PromiseScene.novel_id == self.novel_id, alive(PromiseScene))
        return list((await self.session.scalars(query.order_by(PromiseScene.id))).all())

    async def has_cards(self) -> bool:
        """Say whether any scene is carded."""
        query = select(Card.id).where(Card.novel_id == self.novel_id, alive(Card)).limit(1)
        return await self.session.scalar(query) is not None

    async def triggers(self) -> bool:
        """Say whether any promise waits for facts."""
        query = select(Promise.id).where(
            Promise.novel_id == self.novel_id, alive(Promise), func.jsonb_array_length(Promise.trigger) > 0
        )
        return await self.session.scalar(query.limit(1)) is not None

    async def items(self, status: str | None, ids: Collection[UUID] | None = None) -> list[PlanItem]:
        """Return suggestions, oldest first; with `ids` they are held until the transaction ends."""
        query = select(PlanItem).where(PlanItem.novel_id == self.novel_id)
        if status is not None:
            query = query.where(PlanItem.status == status)
        if ids is not None:
            query = query.where(PlanItem.id.in_(ids)).with_for_update()
        return list((await self.session.scalars(query.order_by(PlanItem.created_at, PlanItem.id))).all())
