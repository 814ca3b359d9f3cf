"""What promises are read against: the order of the scenes and the canon, loaded once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from infinite_scribe.canon.schemas import FactRead
from infinite_scribe.plot.models import Promise, PromiseScene
from infinite_scribe.plot.promise_schemas import PromiseRead, PromiseSceneRead
from infinite_scribe.plot.promises import Act, HeldValue, PromiseFacts, Shelf, holds, resolve_point
from infinite_scribe.structure.errors import SceneNotFoundError
from infinite_scribe.structure.rules import Status
from infinite_scribe.structure.schemas import SceneNode, StructureTree

WRITTEN = (Status.DRAFTING, Status.DRAFTED, Status.IN_REVIEW, Status.ACCEPTED)


@dataclass(frozen=True)
class PromiseBook:
    """What the windows and triggers of a book are read against, loaded once."""

    tree: StructureTree
    shelf: Shelf
    facts: Sequence[FactRead]

    def scene(self, scene_id: UUID) -> SceneNode:
        for scene in self.tree.scenes():
            if scene.id == scene_id:
                return scene
        raise SceneNotFoundError(scene_id=str(scene_id))

    def triggered(self, patterns: Sequence[Mapping[str, Any]], tick: int | None) -> bool:
        """Say whether every pattern holds at a tick; without patterns nothing is triggered."""
        then = [
            HeldValue(fact.subject_id, fact.predicate, shown(fact), fact.polarity)
            for fact in self.facts
            if tick is None
            or ((fact.from_tick is None or fact.from_tick <= tick)
                and (fact.to_tick is None or fact.to_tick > tick))
        ]  # fmt: skip
        return bool(patterns) and all(holds(pattern, then) for pattern in patterns)

    def ever_triggered(self, patterns: Sequence[Mapping[str, Any]]) -> bool:
        """Say whether every pattern holds at the end of some written scene."""
        written = [scene for scene in self.tree.scenes() if scene.status in WRITTEN]
        return bool(patterns) and any(self.triggered(patterns, scene.t_to) for scene in written)


def facts_of(
    row: Promise, scenes: Sequence[PromiseScene], book: PromiseBook, tick: int | None
) -> PromiseFacts:
    """Return what the rules of promises judge by, with triggers read at a tick."""

    def done(*acts: Act) -> tuple[int, ...]:
        return tuple(
            sorted(
                book.shelf.scenes[one.scene_id]
                for one in scenes
                if one.act in acts and one.realised_evidence is not None and one.scene_id in book.shelf.scenes
            )
        )

    return PromiseFacts(
        id=row.id,
        statement=row.statement,
        kind=row.kind,
        weight=row.weight,
        status=row.status,
        subjects=frozenset(UUID(one) for one in row.subjects),
        earliest=resolve_point(row.earliest, book.shelf),
        latest=resolve_point(row.latest, book.shelf, closing=True),
        setups=done(Act.PLANT),
        reminders=done(Act.REMIND, Act.ARM),
        triggered=tick is not None and book.triggered(row.trigger, tick),
    )


def shown(fact: FactRead) -> str:
    """Return the value of a fact as patterns name it."""
    value = fact.fact_value()
    if value.object_id is not None:
        return str(value.object_id)
    if value.text is not None:
        return value.text
    return "" if value.number is None else f"{value.number:g}"


def read_promise(
    row: Promise, scenes: Sequence[PromiseScene], book: PromiseBook, *, stale: bool
) -> PromiseRead:
    """Return a promise for the wire."""
    same = {
        name: getattr(row, name)
        for name in PromiseRead.model_fields
        if name not in {"scenes", "earliest_at", "latest_at", "flags"}
    }
    placed = sorted(scenes, key=lambda one: (book.shelf.scenes.get(one.scene_id, 0), one.act))
    return PromiseRead(
        **same,
        scenes=[
            PromiseSceneRead(scene_id=one.scene_id, act=one.act, evidence=one.realised_evidence)
            for one in placed
        ],
        earliest_at=resolve_point(row.earliest, book.shelf),
        latest_at=resolve_point(row.latest, book.shelf, closing=True),
        flags=["stale"] if stale else [],
    )
