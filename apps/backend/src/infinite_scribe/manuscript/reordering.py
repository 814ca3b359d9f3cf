"""Changes of the order that touch text: new scenes get a page, deleted ones close, split and merge move prose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.errors import DomainError
from infinite_scribe.core.ids import new_id
from infinite_scribe.manuscript import document as doc
from infinite_scribe.manuscript.drafts import fresh_pids
from infinite_scribe.manuscript.models import SceneLive
from infinite_scribe.manuscript.saving import check_document
from infinite_scribe.manuscript.writing import Source, Writing
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import Revisions, lock_novel
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.structure.errors import StructureOperationError
from infinite_scribe.structure.operations import Operations
from infinite_scribe.structure.schemas import StructureChanged, StructureOp


@dataclass(frozen=True)
class Reordering:
    """Changes the order of one novel."""

    session: AsyncSession
    scope: NovelScope
    writing: Writing

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> Reordering:
        """Return the reordering of the scope's novel."""
        return cls(session, scope, Writing.of(session, scope))

    async def change(self, base_version: int, ops: Sequence[StructureOp]) -> StructureChanged:
        """Apply operations as one revision; return those that undo them.

        Raises `StructureChangedError`, `StructureOperationError`, `LockedElementError`, `IdTakenError`.
        """
        await lock_novel(self.session, self.scope.novel_id)
        structure = self.writing.structure
        async with Revisions.of(self.session, self.scope).open(
            RevisionKind.EDIT, label="structure"
        ) as revision:
            structure.check_version(revision, base_version)
            operations = structure.operations(revision)
            inverse: list[StructureOp] = []
            for position, op in enumerate(ops):
                inverse[:0] = await self._apply(operations, position, op)
            await structure.settle_order(revision)
            await self.writing.start_scenes()
            await self.writing.align_heads(revision)
            await self.writing.count_words()
        novel = revision.novel
        return StructureChanged(
            structure_version=novel.structure_version, novel_revision=novel.revision, inverse=inverse
        )

    async def _apply(self, operations: Operations, position: int, op: StructureOp) -> list[StructureOp]:
        try:
            if op.kind == "scene" and op.op == "split":
                return await self._split(operations, op)
            if op.kind == "scene" and op.op == "merge":
                return await self._merge(operations, op)
            return await operations.apply([op])
        except DomainError as error:
            error.params["op"] = position
            raise

    async def _split(self, operations: Operations, op: StructureOp) -> list[StructureOp]:
        """Move the blocks from pid `at` on into a new scene behind this one."""
        live = await self._text_of(op.id)
        before = await self.writing.rows.version(live.version_id)
        assert before is not None
        content = before.json["content"]
        cut = next((n for n, node in enumerate(content) if node["attrs"]["pid"] == op.at), None)
        if cut is None:
            raise StructureOperationError("The scene has no such paragraph.", at=op.at)
        new = op.new_id or new_id()
        inverse = await operations.apply([op.model_copy(update={"new_id": new})])
        source = Source("you", "split")
        tail = doc.scene_document(new, content[cut:])
        held = await self.writing.rows.live(new, lock=True)
        if held is None:
            await self.writing.start_scenes({new: tail}, source)
        else:
            await self.writing.write(held, tail, source)
        await self.writing.write(live, {**before.json, "content": content[:cut] or [doc.paragraph()]}, source)
        return inverse

    async def _merge(self, operations: Operations, op: StructureOp) -> list[StructureOp]:
        """Append the text of this scene to `into` and close it; undone by a split at its first block."""
        live, target = await self._text_of(op.id), await self._text_of(op.into)
        mine = await self.writing.rows.version(live.version_id)
        theirs = await self.writing.rows.version(target.version_id)
        assert mine is not None
        assert theirs is not None
        place = (await operations.apply([op]))[-1]
        kept = theirs.json["content"]
        moved = fresh_pids(mine.json["content"], {node["attrs"]["pid"] for node in kept})
        joined = {**theirs.json, "content": [*kept, *moved]}
        check_document(joined, target.scene_id)
        await self.writing.write(target, joined, Source("merge", "merge"))
        at = moved[0]["attrs"]["pid"]
        return [StructureOp(op="split", kind="scene", id=op.into, at=at, new_id=op.id), place]

    async def _text_of(self, scene_id: UUID | None) -> SceneLive:
        live = await self.writing.rows.live(scene_id, lock=True) if scene_id is not None else None
        if live is None:
            raise StructureOperationError("There is no such scene.", id=str(scene_id))
        return live
