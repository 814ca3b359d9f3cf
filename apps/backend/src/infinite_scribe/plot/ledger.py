"""The ledger of promises: what was planned, what accepted text did, and what is due where."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.service import CanonService
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import OpenRevision, Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.plot.errors import EmptyWindowError, LockedPlanError, PromiseNotFoundError
from infinite_scribe.plot.models import Promise, PromiseScene
from infinite_scribe.plot.promise_book import WRITTEN, PromiseBook, facts_of, read_promise
from infinite_scribe.plot.promise_schemas import (
    ActRead,
    ActsRead,
    HealthRead,
    OpenPromise,
    PlannedAct,
    PromiseDraft,
    PromiseList,
    PromiseRead,
    PromiseUpdate,
    Realised,
    WindowPoint,
)
from infinite_scribe.plot.promises import (
    Act,
    PromiseAct,
    PromiseStatus,
    SceneActs,
    Shelf,
    acts_for,
    health,
    is_empty_window,
    status_of,
)
from infinite_scribe.plot.references import PlanReferences
from infinite_scribe.plot.repository import PlotRepository
from infinite_scribe.plot.staleness import StaleMarks
from infinite_scribe.structure.errors import ChapterNotFoundError, SceneNotFoundError
from infinite_scribe.structure.service import StructureService


@dataclass(frozen=True)
class PromiseLedger:
    """Promises of one novel. Each edit of the author is one revision; agents hand in theirs."""

    session: AsyncSession
    scope: NovelScope
    rows: PlotRepository

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> PromiseLedger:
        """Return the ledger of the scope's novel."""
        return cls(session, scope, PlotRepository(session, scope.novel_id))

    async def read(self) -> PromiseList:
        """Return every promise with its scenes, and how the ledger stands."""
        book, scenes = await self._book(), await self._scenes()
        promises = await self.rows.promises()
        marks = await StaleMarks.of(self.session, self.scope).flags("promise")
        facts = [facts_of(row, scenes.get(row.id, []), book, None) for row in promises]
        payoffs = {
            promise: min(book.shelf.scenes[row.scene_id] for row in paid)
            for promise, rows in scenes.items()
            if (paid := [row for row in rows if row.act == Act.PAY and row.scene_id in book.shelf.scenes])
        }
        written = [n.reading_index for n in book.tree.scenes() if n.status in WRITTEN]
        found = health(facts, payoffs, max(written, default=0))
        return PromiseList(
            items=[
                read_promise(row, scenes.get(row.id, []), book, stale=str(row.id) in marks)
                for row in promises
            ],
            health=HealthRead(
                distances=found.distances,
                at_once=found.at_once,
                open=[OpenPromise(id=one, age=age) for one, age in found.open],
                orphans=found.orphans,
            ),
        )

    async def promise(self, promise_id: UUID) -> PromiseRead:
        """Return one promise. Raises `PromiseNotFoundError`."""
        row = await self._row(promise_id)
        marks = await StaleMarks.of(self.session, self.scope).flags("promise")
        rows = (await self._scenes()).get(row.id, [])
        return read_promise(row, rows, await self._book(), stale=str(row.id) in marks)

    async def acts(self, scene_id: UUID) -> list[PromiseAct]:
        """Return what a scene has to do with the promises of the book (`plot.promises.acts_for`).

        Triggers are read at the scene's start. Raises `SceneNotFoundError`.
        """
        book = await self._book()
        scene = book.scene(scene_id)
        scenes = await self._scenes()
        facts = [
            facts_of(row, scenes.get(row.id, []), book, scene.t_from) for row in await self.rows.promises()
        ]
        card = await self.rows.card(scene_id)
        asked = {UUID(str(one["promise"])): Act(one["act"]) for one in (card.promises if card else [])}
        planned = {row.promise_id: Act(row.act) for rows in scenes.values() for row in rows
                   if row.scene_id == scene_id}  # fmt: skip
        stage = {UUID(str(one["entity"])) for one in card.cast} if card else set()
        stage |= {card.pov_id} if card and card.pov_id else set()
        here = SceneActs(scene_id, scene.reading_index, frozenset(stage), {**planned, **asked})
        return acts_for(here, facts)

    async def acts_read(self, scene_id: UUID) -> ActsRead:
        """Return the acts of a scene for the wire. Raises `SceneNotFoundError`."""
        return ActsRead(
            scene_id=scene_id, acts=[ActRead.model_validate(one) for one in await self.acts(scene_id)]
        )

    async def triggers(self) -> list[tuple[UUID, str, list[dict[str, Any]]]]:
        """Return the promises that wait for facts: id, statement and the patterns of the facts."""
        return [(row.id, row.statement, row.trigger) for row in await self.rows.promises() if row.trigger]

    async def planned_acts(self, scene_id: UUID) -> list[PlannedAct]:
        """Return what the plan asks a scene to do for promises that are not given up, in a fixed order."""
        card = await self.rows.card(scene_id)
        wanted = {(UUID(str(one["promise"])), str(one["act"])) for one in (card.promises if card else [])}
        for rows in (await self._scenes()).values():
            wanted |= {(row.promise_id, row.act) for row in rows if row.scene_id == scene_id}
        promises = {row.id: row for row in await self.rows.promises()}
        return [
            PlannedAct(
                promise_id=promise_id,
                act=act,
                statement=promises[promise_id].statement,
                subjects=[UUID(one) for one in promises[promise_id].subjects],
            )
            for promise_id, act in sorted(wanted, key=str)
            if promise_id in promises and promises[promise_id].abandoned_because is None
        ]

    async def has_realised(self, scene_id: UUID) -> bool:
        """Say whether the text of a scene did anything for a promise."""
        rows = await self.rows.promise_scenes()
        return any(row.scene_id == scene_id and row.realised_evidence is not None for row in rows)

    async def create(self, draft: PromiseDraft) -> PromiseRead:
        """Write a promise as one revision. Raises what `add` raises."""
        async with Revisions.of(self.session, self.scope).open(RevisionKind.EDIT) as revision:
            promise_id = await self.add(revision, draft)
        return await self.promise(promise_id)

    async def add(self, revision: OpenRevision, draft: PromiseDraft, *, source: str = "author") -> UUID:
        """Write a promise in an open revision and return its id.

        Raises `EmptyWindowError`, `SceneNotFoundError`, `ChapterNotFoundError`, `EntryNotFoundError`,
        `UnknownPredicateError`.
        """
        await PlanReferences.of(self.session, self.scope).promise(draft)
        book = await self._book()
        _check_window(draft.earliest, draft.latest, book)
        for planned in draft.scenes:
            book.scene(planned.scene_id)
        row = Promise(
            kind=draft.kind,
            statement=draft.statement,
            subjects=[str(one) for one in draft.subjects],
            trigger=[one.model_dump(exclude_none=True) for one in draft.trigger],
            earliest=draft.earliest.stored() if draft.earliest else None,
            latest=draft.latest.stored() if draft.latest else None,
            weight=draft.weight,
            thread_id=draft.thread_id,
            status=PromiseStatus.PLANNED.value,
            source=source,
            locked=False,
        )
        await revision.insert(row)
        wanted = {(one.scene_id, one.act) for one in draft.scenes}
        await self._plan_scenes(revision, row.id, wanted)
        return row.id

    async def update(self, promise_id: UUID, wanted: PromiseUpdate) -> PromiseRead:
        """Change a promise as one revision. Raises `PromiseNotFoundError` and what `add` raises."""
        async with Revisions.of(self.session, self.scope).open(RevisionKind.EDIT) as revision:
            await self.change(revision, promise_id, wanted)
            await self.settle(revision)
        await StaleMarks.of(self.session, self.scope).clear("promise", str(promise_id), how="patched")
        return await self.promise(promise_id)

    async def change(
        self, revision: OpenRevision, promise_id: UUID, wanted: PromiseUpdate, *, by_agent: bool = False
    ) -> None:
        """Change the members that were sent, in an open revision.

        Raises `PromiseNotFoundError`, `LockedPlanError` (agents), and what `add` raises.
        """
        row = await self._row(promise_id)
        if by_agent and row.locked:
            raise LockedPlanError(promise_id=str(promise_id))
        await PlanReferences.of(self.session, self.scope).promise(wanted)
        book = await self._book()
        sent = wanted.model_fields_set
        for planned in wanted.scenes or []:
            book.scene(planned.scene_id)
        changes: dict[str, Any] = {
            name: getattr(wanted, name)
            for name in sent & {"kind", "statement", "weight", "thread_id", "locked"}
            if getattr(wanted, name) is not None or name == "thread_id"
        }
        if wanted.subjects is not None:
            changes["subjects"] = [str(one) for one in wanted.subjects]
        if wanted.trigger is not None:
            changes["trigger"] = [one.model_dump(exclude_none=True) for one in wanted.trigger]
        for name in sent & {"earliest", "latest"}:
            point: WindowPoint | None = getattr(wanted, name)
            changes[name] = point.stored() if point else None
        if sent & {"earliest", "latest"}:
            ends = [changes.get(name, getattr(row, name)) for name in ("earliest", "latest")]
            first, last = (WindowPoint.model_validate(end) if end else None for end in ends)
            _check_window(first, last, book)
        if wanted.abandon is not None or wanted.resume:
            changes["abandoned_because"] = wanted.abandon
        await revision.replace(row, **changes)
        if wanted.scenes is not None:
            await self._plan_scenes(revision, promise_id, {(one.scene_id, one.act) for one in wanted.scenes})

    async def remove(self, promise_id: UUID) -> None:
        """Take a promise out of the plan; it stays in history. Raises `PromiseNotFoundError`."""
        async with Revisions.of(self.session, self.scope).open(RevisionKind.EDIT) as revision:
            row = await self._row(promise_id)
            for scene in (await self._scenes()).get(promise_id, []):
                await revision.retire(scene)
            await revision.retire(row)

    async def realise(
        self, revision: OpenRevision, scene_id: UUID, realised: Sequence[Realised]
    ) -> set[UUID]:
        """Record what the accepted text of a scene does for promises, and let every status follow from it.

        Acts of the scene that are not among `realised` lose their evidence; planned ones stay planned. With nothing
        realised this takes back all that the scene did. Return the promises whose status changed.
        """
        held = {
            (row.promise_id, row.act): row
            for rows in (await self._scenes()).values()
            for row in rows
            if row.scene_id == scene_id
        }
        known = {row.id for row in await self.rows.promises()}
        for one in realised:
            if one.promise_id not in known:
                continue
            row = held.pop((one.promise_id, one.act), None)
            if row is None:
                await revision.insert(
                    PromiseScene(
                        promise_id=one.promise_id,
                        scene_id=scene_id,
                        act=one.act,
                        realised_evidence=one.evidence,
                    )
                )
            else:
                await revision.replace(row, realised_evidence=one.evidence)
        for row in held.values():
            await revision.replace(row, realised_evidence=None)
        return await self.settle(revision)

    async def settle(self, revision: OpenRevision) -> set[UUID]:
        """Bring every status up to date with the text and the canon; return the promises that changed."""
        book, scenes = await self._book(), await self._scenes()
        changed: set[UUID] = set()
        for row in await self.rows.promises():
            realised = {
                one.act
                for one in scenes.get(row.id, [])
                if one.realised_evidence is not None and one.scene_id in book.shelf.scenes
            }
            status = status_of(
                realised,
                triggered=book.ever_triggered(row.trigger),
                abandoned=row.abandoned_because is not None,
            )
            if status != row.status:
                changed.add(row.id)
                await revision.replace(row, status=status.value)
        return changed

    async def _plan_scenes(
        self, revision: OpenRevision, promise_id: UUID, wanted: Collection[tuple[UUID, str]]
    ) -> None:
        """Make `wanted` the planned scenes; what text has realised is never taken away by a plan."""
        held = (await self._scenes()).get(promise_id, [])
        for row in held:
            if (row.scene_id, row.act) not in wanted and row.realised_evidence is None:
                await revision.retire(row)
        there = {(row.scene_id, row.act) for row in held}
        for scene_id, act in sorted(set(wanted) - there, key=str):
            await revision.insert(
                PromiseScene(promise_id=promise_id, scene_id=scene_id, act=act, realised_evidence=None)
            )

    async def _row(self, promise_id: UUID) -> Promise:
        row = await self.rows.promise(promise_id)
        if row is None:
            raise PromiseNotFoundError(id=str(promise_id))
        return row

    async def _scenes(self) -> dict[UUID, list[PromiseScene]]:
        found: dict[UUID, list[PromiseScene]] = {}
        for row in await self.rows.promise_scenes():
            found.setdefault(row.promise_id, []).append(row)
        return found

    async def _book(self) -> PromiseBook:
        tree = await StructureService.of(self.session, self.scope).tree()
        concept = await self.rows.concept()
        chapters = {
            chapter.id: (chapter.scenes[0].reading_index, chapter.scenes[-1].reading_index)
            for chapter in tree.chapters()
            if chapter.scenes
        }
        scenes = {scene.id: scene.reading_index for scene in tree.scenes()}
        length = None
        if await self.rows.has_cards():
            planned = (concept.target_chapters or 0) if concept else 0
            per_chapter = max(len(scenes) / max(len(chapters), 1), 1)
            length = max(len(scenes), round(planned * per_chapter))
        facts = await CanonService.of(self.session, self.scope).facts() if await self.rows.triggers() else []
        return PromiseBook(tree, Shelf(scenes, chapters, length), facts)


def _check_window(earliest: WindowPoint | None, latest: WindowPoint | None, book: PromiseBook) -> None:
    for point in (earliest, latest):
        if point is not None and point.kind == "scene" and point.id not in book.shelf.scenes:
            raise SceneNotFoundError(scene_id=str(point.id))
        if (
            point is not None
            and point.kind == "chapter"
            and all(one.id != point.id for one in book.tree.chapters())
        ):
            raise ChapterNotFoundError(chapter_id=str(point.id))
    ends = [point.stored() if point else None for point in (earliest, latest)]
    if is_empty_window(ends[0], ends[1], book.shelf):
        raise EmptyWindowError(
            "The promise would have to be kept before it may be. Let its window open earlier or close later."
        )
