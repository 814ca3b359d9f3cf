"""Changes of the plan as operations: each is done or refused by itself, and the linter reads the result."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from pydantic import Field, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.errors import DomainError
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import OpenRevision, Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.novels.service import get_novel
from infinite_scribe.plot.errors import (
    LockedPlanError,
    PlanOperationInvalidError,
    PlanStaleError,
    PlanTargetNotFoundError,
)
from infinite_scribe.plot.ledger import PromiseLedger
from infinite_scribe.plot.lint_reading import PlanLinter
from infinite_scribe.plot.plan_wire import PlanIssueRead, UnjudgedCode
from infinite_scribe.plot.planning import chapter_changes, read_report
from infinite_scribe.plot.promise_schemas import ActName, PromiseDraft, PromiseUpdate
from infinite_scribe.plot.references import PlanReferences
from infinite_scribe.plot.repository import PlotRepository
from infinite_scribe.plot.schemas import (
    ArcDraft,
    CardUpdate,
    ChapterPlanUpdate,
    PlanUpdate,
    ThreadDraft,
)
from infinite_scribe.plot.service import PlotService
from infinite_scribe.structure.schemas import StructureOp
from infinite_scribe.structure.service import StructureService
from infinite_scribe.web.schemas import WireInput, WireOutput

OpName = Literal["add", "update", "move", "remove", "link", "unlink"]
KindName = Literal["arc", "chapter", "card", "promise", "thread"]


class PlanOperation(WireInput):
    """One change. A card is named by its scene.

    `add` (kind arc, thread, promise; fields) · `update` (chapter, card, promise; id, fields) · `move` (card: to = its
    new chapter, after = the scene before it; promise: from, to = scenes, act) · `remove` (arc, card, promise, thread) ·
    `link`, `unlink` (promise; to = scene, act).
    """

    op: OpName
    kind: KindName
    id: UUID | None = None
    fields: dict[str, Any] = Field(default_factory=dict, max_length=40)
    from_: UUID | None = Field(None, alias="from")
    to: UUID | None = None
    after: UUID | None = None
    act: ActName | None = None
    label: str | None = Field(None, max_length=60)


class PlanOperations(WireInput):
    """Operations on the plan as it was at `base_revision`; `preview` changes nothing and shows what would be."""

    base_revision: int
    ops: list[PlanOperation] = Field(min_length=1, max_length=200)
    preview: bool = False


class RefusedOperation(WireOutput):
    """An operation that was not done, by its place in the list."""

    index: int
    problem: dict[str, Any]


class PlanChanged(WireOutput):
    """`revision` is None for a preview, and where nothing was done."""

    revision: int | None
    lint: list[PlanIssueRead]
    not_evaluated: list[UnjudgedCode]
    refused: list[RefusedOperation]


class _OnlyAPreviewError(Exception):
    """Takes a preview back."""


@dataclass(frozen=True)
class PlanEditing:
    """Changes the plan of one novel by operations."""

    session: AsyncSession
    scope: NovelScope
    rows: PlotRepository

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> PlanEditing:
        """Return the editing of the scope's novel."""
        return cls(session, scope, PlotRepository(session, scope.novel_id))

    async def change(self, wanted: PlanOperations) -> PlanChanged:
        """Do what can be done as one revision; the rest is refused with its reason."""
        answer: list[PlanChanged] = []
        try:
            async with self.session.begin_nested():
                answer.append(await self._change(wanted))
                if wanted.preview:
                    raise _OnlyAPreviewError  # noqa: TRY301 - takes the savepoint back
        except _OnlyAPreviewError:
            self.session.expire_all()
            return answer[0].model_copy(update={"revision": None})
        return answer[0]

    async def _change(self, wanted: PlanOperations) -> PlanChanged:
        before = (await get_novel(self.session, self.scope.novel_id)).revision
        refused: list[RefusedOperation] = []
        async with Revisions.of(self.session, self.scope).open(RevisionKind.EDIT, label="plan") as revision:
            for index, operation in enumerate(wanted.ops):
                try:
                    async with self.session.begin_nested():
                        await self._do(revision, operation, wanted.base_revision)
                except DomainError as error:
                    refused.append(RefusedOperation(index=index, problem=error.to_problem()))
                except ValidationError as error:
                    problem = PlanOperationInvalidError(str(error.errors()[0]["msg"])).to_problem()
                    refused.append(RefusedOperation(index=index, problem=problem))
        after = (await get_novel(self.session, self.scope.novel_id)).revision
        report = await PlanLinter.of(self.session, self.scope).report()
        return PlanChanged(
            revision=after if after != before else None, refused=refused, **read_report(report)
        )

    async def _do(self, revision: OpenRevision, one: PlanOperation, base: int) -> None:
        done = _HANDLERS.get((one.op, one.kind))
        if done is None:
            raise PlanOperationInvalidError(f"{one.op} does not go with {one.kind}.")
        await done(self, revision, one, base)

    async def add_arc(self, revision: OpenRevision, one: PlanOperation, _base: int) -> None:
        await PlotService.of(self.session, self.scope).add_arc(revision, ArcDraft.model_validate(one.fields))

    async def add_thread(self, revision: OpenRevision, one: PlanOperation, _base: int) -> None:
        await PlotService.of(self.session, self.scope).add_thread(
            revision, ThreadDraft.model_validate(one.fields)
        )

    async def add_promise(self, revision: OpenRevision, one: PlanOperation, _base: int) -> None:
        await PromiseLedger.of(self.session, self.scope).add(
            revision, PromiseDraft.model_validate(one.fields)
        )

    async def update_chapter(self, revision: OpenRevision, one: PlanOperation, base: int) -> None:
        structure = StructureService.of(self.session, self.scope)
        chapter = await structure.chapter(_needed(one.id))
        _unchanged(chapter.id, await structure.changed_at("chapter"), base, revision)
        if chapter.locked:
            raise LockedPlanError(kind="chapter", id=str(chapter.id))
        wanted = ChapterPlanUpdate.model_validate({**one.fields, "chapter_id": chapter.id})
        await PlanReferences.of(self.session, self.scope).plan(PlanUpdate(chapters=[wanted]))
        await structure.update_chapter(revision, chapter.id, **chapter_changes(wanted))

    async def update_card(self, revision: OpenRevision, one: PlanOperation, base: int) -> None:
        scene = await StructureService.of(self.session, self.scope).scene(_needed(one.id))
        card = await self.rows.card(scene.id)
        _fresh(card, base, revision)
        wanted = CardUpdate.model_validate(one.fields)
        await PlanReferences.of(self.session, self.scope).card(wanted)
        await PlotService.of(self.session, self.scope).write_card(revision, scene.id, wanted, by_agent=True)

    async def update_promise(self, revision: OpenRevision, one: PlanOperation, base: int) -> None:
        ledger = PromiseLedger.of(self.session, self.scope)
        _fresh(await self._promise(_needed(one.id)), base, revision)
        await ledger.change(
            revision, _needed(one.id), PromiseUpdate.model_validate(one.fields), by_agent=True
        )
        await ledger.settle(revision)

    async def move_card(self, revision: OpenRevision, one: PlanOperation, base: int) -> None:
        structure = StructureService.of(self.session, self.scope)
        scene = await structure.scene(_needed(one.id))
        _unchanged(scene.id, await structure.changed_at("scene"), base, revision)
        card = await self.rows.card(scene.id)
        _fresh(card, base, revision)
        if scene.locked or (card is not None and card.locked):
            raise LockedPlanError(kind="card", id=str(scene.id))
        move = StructureOp(
            op="move", kind="scene", id=scene.id, parent_id=one.to or scene.chapter_id, after_id=one.after
        )
        await structure.apply(revision, [move])

    async def remove_card(self, revision: OpenRevision, one: PlanOperation, base: int) -> None:
        card = await self.rows.card(_needed(one.id))
        await self._retire(revision, card, base)

    async def remove_arc(self, revision: OpenRevision, one: PlanOperation, base: int) -> None:
        arc = next((row for row in await self.rows.arcs() if row.id == one.id), None)
        points = [row for row in await self.rows.turning_points() if row.arc_id == one.id]
        await self._retire(revision, arc, base)
        for point in points:
            await revision.retire(point)

    async def remove_thread(self, revision: OpenRevision, one: PlanOperation, base: int) -> None:
        await self._retire(
            revision, next((row for row in await self.rows.threads() if row.id == one.id), None), base
        )

    async def remove_promise(self, revision: OpenRevision, one: PlanOperation, base: int) -> None:
        promise = await self._promise(_needed(one.id))
        planned = [row for row in await self.rows.promise_scenes() if row.promise_id == promise.id]
        await self._retire(revision, promise, base)
        for row in planned:
            await revision.retire(row)

    async def link_promise(self, revision: OpenRevision, one: PlanOperation, base: int) -> None:
        await self._acts(revision, _needed(one.to), _needed(one.id), base, add=one.act or "plant")

    async def unlink_promise(self, revision: OpenRevision, one: PlanOperation, base: int) -> None:
        await self._acts(revision, _needed(one.to), _needed(one.id), base, drop=one.act)

    async def move_promise(self, revision: OpenRevision, one: PlanOperation, base: int) -> None:
        act = one.act or "pay"
        await self._acts(revision, _needed(one.from_), _needed(one.id), base, drop=act)
        await self._acts(revision, _needed(one.to), _needed(one.id), base, add=act)

    async def _acts(
        self,
        revision: OpenRevision,
        scene: UUID,
        promise: UUID,
        base: int,
        *,
        add: str | None = None,
        drop: str | None = None,
    ) -> None:
        """Give a card another act for a promise, or take one from it, wherever the plan keeps it."""
        if (await self._promise(promise)).locked:
            raise LockedPlanError(kind="promise", id=str(promise))
        card = await self.rows.card(scene)
        if card is None:
            raise PlanTargetNotFoundError(kind="card", id=str(scene))
        _fresh(card, base, revision)
        acts = [
            row
            for row in card.promises
            if not (row["promise"] == str(promise) and (drop is None or row["act"] == drop))
        ]
        acts = acts if add is None else [*card.promises, {"promise": str(promise), "act": add}]
        wanted = CardUpdate.model_validate({"promises": acts})
        await PlotService.of(self.session, self.scope).write_card(revision, scene, wanted, by_agent=True)
        for row in await self.rows.promise_scenes() if add is None else []:
            same = row.promise_id == promise and row.scene_id == scene and (drop is None or row.act == drop)
            if same and row.realised_evidence is None:
                await revision.retire(row)

    async def _promise(self, promise_id: UUID) -> Any:
        found = next((row for row in await self.rows.promises() if row.id == promise_id), None)
        if found is None:
            raise PlanTargetNotFoundError(kind="promise", id=str(promise_id))
        return found

    async def _retire(self, revision: OpenRevision, row: Any, base: int) -> None:
        if row is None:
            raise PlanTargetNotFoundError
        if row.locked:
            raise LockedPlanError(id=str(row.id))
        _fresh(row, base, revision)
        await revision.retire(row)


def _needed(value: UUID | None) -> UUID:
    if value is None:
        raise PlanOperationInvalidError("The operation does not say what it is about.")
    return value


def _fresh(row: Any, base: int, revision: OpenRevision) -> None:
    """Refuse to change what was changed after the author looked; this revision's own changes are no news."""
    if row is not None:
        _unchanged(row.id, {row.id: row.rev_from}, base, revision)


def _unchanged(row: UUID, changed_at: Mapping[UUID, int], base: int, revision: OpenRevision) -> None:
    if base < changed_at[row] < revision.number:
        raise PlanStaleError(id=str(row), revision=changed_at[row])


_Handler = Callable[[PlanEditing, OpenRevision, PlanOperation, int], Awaitable[None]]
_HANDLERS: Mapping[tuple[str, str], _Handler] = {
    ("add", "arc"): PlanEditing.add_arc,
    ("add", "thread"): PlanEditing.add_thread,
    ("add", "promise"): PlanEditing.add_promise,
    ("update", "chapter"): PlanEditing.update_chapter,
    ("update", "card"): PlanEditing.update_card,
    ("update", "promise"): PlanEditing.update_promise,
    ("move", "card"): PlanEditing.move_card,
    ("move", "promise"): PlanEditing.move_promise,
    ("remove", "card"): PlanEditing.remove_card,
    ("remove", "arc"): PlanEditing.remove_arc,
    ("remove", "thread"): PlanEditing.remove_thread,
    ("remove", "promise"): PlanEditing.remove_promise,
    ("link", "promise"): PlanEditing.link_promise,
    ("unlink", "promise"): PlanEditing.unlink_promise,
}
