"""The part of the plan that one scene touches: cards by id, and the promises it has to do with."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.service import CanonService
from infinite_scribe.db.sql.arrays import one_of
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import alive
from infinite_scribe.plot.casting import Casting, casting_of
from infinite_scribe.plot.models import Card
from infinite_scribe.plot.promises import (
    Act,
    HeldValue,
    PromiseAct,
    PromiseFacts,
    SceneActs,
    Shelf,
    acts_for,
    holds,
    resolve_point,
)
from infinite_scribe.plot.repository import OpenPromise, PlannedAct, PlotRepository
from infinite_scribe.plot.schemas import CardRead
from infinite_scribe.structure.schemas import SceneNode
from infinite_scribe.structure.window import BookOrder

MOST_DUE, MOST_HELD = 8, 4
"""Promises that a scene is told of beyond those its card names: a scene can move few of them, however many wait."""

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True)
class SceneAct:
    """What a scene does for a promise, whom the promise is about, and the scenes that set it up."""

    act: PromiseAct
    subjects: frozenset[UUID]
    setups: tuple[UUID, ...]
    rev_from: int


@dataclass(frozen=True)
class PlanNearby:
    """Bounded reads of the cards of one novel."""

    session: AsyncSession
    scope: NovelScope

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> PlanNearby:
        """Return the cards of the scope's novel."""
        return cls(session, scope)

    async def cards(self, scene_ids: Collection[UUID]) -> dict[UUID, CardRead]:
        """Return the cards of some scenes."""
        if not scene_ids:
            return {}
        rows = await self.session.scalars(
            select(Card).where(
                Card.novel_id == self.scope.novel_id, one_of(Card.scene_id, scene_ids), alive(Card)
            )
        )
        return {row.scene_id: CardRead.model_validate(row) for row in rows}

    async def casting(self) -> Casting:
        """Return who is on stage in the scenes of the book."""
        return await casting_of(self.session, self.scope)

    async def acts(self, order: BookOrder, scene: SceneNode, card: CardRead | None) -> list[SceneAct]:
        """Return what a scene has to do with the promises of the book, most urgent first; see `acts_for`.

        Beyond what the card asks for these are a few: those about somebody on stage first, then the most urgent.
        """
        rows = PlotRepository(self.session, self.scope.novel_id)
        named = {UUID(str(one["promise"])) for one in (card.promises if card else [])}
        promises = await rows.open_promises(scene.id, named)
        if not promises:
            return []
        by_promise: dict[UUID, list[PlannedAct]] = {}
        for one in await rows.acts_for([row.id for row in promises]):
            by_promise.setdefault(one.promise_id, []).append(one)
        shelf = await self._shelf(rows, order, promises)
        held = await self._held(promises, scene.t_from)
        facts = [_facts(row, by_promise.get(row.id, []), shelf, held) for row in promises]
        asked = {UUID(str(one["promise"])): Act(one["act"]) for one in (card.promises if card else [])}
        planned = {
            row.promise_id: Act(row.act)
            for some in by_promise.values() for row in some if row.scene_id == scene.id
        }  # fmt: skip
        stage = frozenset(card.on_stage) if card is not None else frozenset()
        found = acts_for(SceneActs(scene.id, order.index[scene.id], stage, {**planned, **asked}), facts)
        about = {row.id: row for row in promises}
        found = _few(found, {one.id for one in facts if one.subjects & stage})
        return [
            SceneAct(
                act,
                frozenset(UUID(one) for one in about[act.promise_id].subjects),
                tuple(
                    row.scene_id
                    for row in by_promise.get(act.promise_id, [])
                    if row.act == Act.PLANT and row.is_realised
                ),
                about[act.promise_id].rev_from,
            )
            for act in found
        ]

    async def _shelf(self, rows: PlotRepository, order: BookOrder, promises: Sequence[OpenPromise]) -> Shelf:
        """Return the order as the windows of some promises need it."""
        length = None
        ends = (end for row in promises for end in (row.earliest, row.latest) if end is not None)
        if any(end["kind"] == "position" for end in ends) and await rows.has_cards():
            concept = await rows.concept()
            planned = (concept.target_chapters or 0) if concept else 0
            length = max(
                len(order.scenes), round(planned * max(len(order.scenes) / max(len(order.spans), 1), 1))
            )
        return Shelf(order.index, order.spans, length)

    async def _held(self, promises: Sequence[OpenPromise], tick: int | None) -> list[HeldValue]:
        """Return the facts at a tick about whomever a trigger names."""
        subjects = {str(pattern.get("s")) for row in promises for pattern in row.trigger}
        about = {UUID(one) for one in subjects if _UUID.fullmatch(one)}
        anybody = any(not _UUID.fullmatch(one) for one in subjects)
        if not subjects:
            return []
        facts = await CanonService.of(self.session, self.scope).facts(None if anybody else about, tick)
        return [
            HeldValue(fact.subject_id, fact.predicate, _shown(fact.object_id, fact.value), fact.polarity)
            for fact in facts
        ]


def _few(acts: Sequence[PromiseAct], on_stage: Collection[UUID]) -> list[PromiseAct]:
    """Return the acts of the card and of the others as many as a scene can bear, in the order they came in."""
    near = sorted(acts, key=lambda one: one.promise_id not in on_stage)
    kept = {one.promise_id for one in acts if one.reason == "card"}
    for is_held, most in ((False, MOST_DUE), (True, MOST_HELD)):
        some = [one for one in near if one.reason != "card" and (one.act is Act.HOLD) is is_held]
        kept.update(one.promise_id for one in some[:most])
    return [one for one in acts if one.promise_id in kept]


def _shown(object_id: UUID | None, value: Mapping[str, Any] | None) -> str:
    if object_id is not None:
        return str(object_id)
    said = value or {}
    return str(said.get("text", said.get("number", "")))


def _facts(
    row: OpenPromise, scenes: Sequence[PlannedAct], shelf: Shelf, held: Sequence[HeldValue]
) -> PromiseFacts:
    def done(*acts: Act) -> tuple[int, ...]:
        return tuple(
            sorted(
                shelf.scenes[one.scene_id]
                for one in scenes
                if one.act in acts and one.is_realised and one.scene_id in shelf.scenes
            )
        )

    return PromiseFacts(
        row.id, row.statement, row.kind, row.weight, row.status, frozenset(UUID(one) for one in row.subjects),
        resolve_point(row.earliest, shelf), resolve_point(row.latest, shelf, closing=True), done(Act.PLANT),
        done(Act.REMIND, Act.ARM), bool(row.trigger) and all(holds(pattern, held) for pattern in row.trigger),
    )  # fmt: skip
