"""Changes of the order, each with the operations that undo it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from infinite_scribe.core.ids import new_id
from infinite_scribe.novels.revisions import OpenRevision
from infinite_scribe.structure.errors import IdTakenError, LockedElementError, StructureOperationError
from infinite_scribe.structure.models import Chapter, Part, Scene
from infinite_scribe.structure.repository import Node, StructureRows, parent_name, parent_of
from infinite_scribe.structure.rules import NodeKind, rank_between
from infinite_scribe.structure.schemas import StructureOp

_PARENT_KIND: dict[NodeKind, NodeKind] = {"chapter": "part", "scene": "chapter"}
_CHILD_KIND: dict[NodeKind, NodeKind] = {"part": "chapter", "chapter": "scene"}


@dataclass(frozen=True)
class Operations:
    """Applies operations within one open revision."""

    rows: StructureRows
    revision: OpenRevision

    async def apply(self, ops: Sequence[StructureOp]) -> list[StructureOp]:
        """Apply `ops` in order and return those that undo them, in the order to send them.

        Raises `StructureOperationError`, `LockedElementError`, `IdTakenError`; `params.op` is the position.
        """
        inverse: list[StructureOp] = []
        for position, op in enumerate(ops):
            try:
                inverse[:0] = await self._apply_one(op)
            except (StructureOperationError, LockedElementError, IdTakenError) as error:
                error.params["op"] = position
                raise
        return inverse

    async def _apply_one(self, op: StructureOp) -> list[StructureOp]:
        steps = {
            "insert": self.insert,
            "move": self.move,
            "rename": self.rename,
            "delete": self.delete,
            "restore": self.restore,
            "split": self.split,
            "merge": self.merge,
        }
        return await steps[op.op](op)

    async def insert(self, op: StructureOp) -> list[StructureOp]:
        """Add a part, chapter or scene; a chapter gets a first scene, so that it can be written in."""
        parent = await self._parent(op.kind, op.parent_id)
        rank = await self._rank(op.kind, parent, op.after_id, moving=None)
        node_id = op.id or new_id()
        await self._unused(op.kind, node_id)
        await self._add(self._fresh(op.kind, node_id, parent, rank, op.title or ""))
        if op.kind == "chapter":
            scene_id = op.scene_id or new_id()
            await self._unused("scene", scene_id)
            await self._add(self._fresh("scene", scene_id, node_id, rank_between(None, None), ""))
        return [StructureOp(op="delete", kind=op.kind, id=node_id)]

    async def move(self, op: StructureOp) -> list[StructureOp]:
        """Put a node behind `after_id` (None: first) under `parent_id` (None: where it is)."""
        node = await self._live(op.kind, op.id)
        before = await self._place(op.kind, node)
        parent = await self._parent(op.kind, op.parent_id) if op.parent_id else parent_of(node)
        rank = await self._rank(op.kind, parent, op.after_id, moving=node.id)
        name = parent_name(op.kind)
        where = {name: parent} if name is not None else {}
        await self.revision.replace(node, rank=rank, **where)
        return [before]

    async def rename(self, op: StructureOp) -> list[StructureOp]:
        """Give a node another title."""
        node = await self._live(op.kind, op.id)
        if op.title is None:
            raise StructureOperationError("A new title is missing.")
        before = StructureOp(op="rename", kind=op.kind, id=node.id, title=node.title)
        await self.revision.replace(node, title=op.title)
        return [before]

    async def delete(self, op: StructureOp) -> list[StructureOp]:
        """Close a node and what hangs under it; a book keeps its last part, chapter and scene."""
        node = await self._live(op.kind, op.id)
        everything = await self.rows.all_live("scene")
        doomed = {scene.id for scene in await self._scenes_under(op.kind, node.id)}
        if op.kind == "part" and len(await self.rows.all_live("part")) == 1:
            raise StructureOperationError("A book keeps at least one part.")
        if everything and {scene.id for scene in everything} <= doomed:
            raise StructureOperationError("A book keeps at least one scene.")
        await self._close(op.kind, node)
        return [StructureOp(op="restore", kind=op.kind, id=node.id)]

    async def restore(self, op: StructureOp) -> list[StructureOp]:
        """Bring back a deleted node where it stood, with what went in the same deletion."""
        if op.id is None:
            raise StructureOperationError("The id is missing.")
        last = await self.rows.last(op.kind, op.id)
        if last is None or last.rev_to is None:
            raise StructureOperationError("There is nothing to restore.")
        await self._reopen(op.kind, last)
        return [StructureOp(op="delete", kind=op.kind, id=op.id)]

    async def split(self, op: StructureOp) -> list[StructureOp]:
        """Open a new chapter before scene `at`, or a new scene behind this one (its text is moved by the caller)."""
        node = await self._live(op.kind, op.id)
        if op.kind == "part" or op.at is None:
            raise StructureOperationError("Only chapters and scenes can be split, at a given place.")
        new = op.new_id or new_id()
        rank = await self._rank(op.kind, parent_of(node), node.id, moving=None)
        was = await self.rows.last(op.kind, new)
        if was is not None and was.rev_to is not None:
            await self._add(self._copy(was, parent=parent_of(node), rank=rank))
        else:
            await self._unused(op.kind, new)
            await self._add(self._fresh(op.kind, new, parent_of(node), rank, op.title or ""))
        if op.kind == "chapter":
            await self._move_tail(node.id, op.at, new)
        return [StructureOp(op="merge", kind=op.kind, id=new, into=node.id)]

    async def merge(self, op: StructureOp) -> list[StructureOp]:
        """Append a chapter's scenes (or a scene; its text is moved by the caller) to `into` and close it."""
        node = await self._live(op.kind, op.id)
        target = await self._live(op.kind, op.into)
        if op.kind == "part" or node.id == target.id:
            raise StructureOperationError("Only two different chapters or scenes can be merged.")
        place = await self._place(op.kind, node)
        if op.kind == "scene":
            await self._close("scene", node)
            return [StructureOp(op="restore", kind="scene", id=node.id), place]
        scenes = await self.rows.siblings("scene", node.id)
        last = await self.rows.siblings("scene", target.id)
        rank = last[-1].rank if last else None
        for scene in scenes:
            rank = rank_between(rank, None)
            await self.revision.replace(scene, chapter_id=target.id, rank=rank)
        await self._close("chapter", node)
        if scenes:
            at = str(scenes[0].id)
            return [StructureOp(op="split", kind="chapter", id=target.id, at=at, new_id=node.id), place]
        return [StructureOp(op="restore", kind="chapter", id=node.id), place]

    async def _move_tail(self, chapter_id: UUID, at: str, new_chapter: UUID) -> None:
        scenes = await self.rows.siblings("scene", chapter_id)
        position = next((n for n, scene in enumerate(scenes) if str(scene.id) == at), None)
        if position is None:
            raise StructureOperationError("The chapter has no such scene.")
        for scene in scenes[position:]:
            await self.revision.replace(scene, chapter_id=new_chapter)

    async def _close(self, kind: NodeKind, node: Node) -> None:
        child = _CHILD_KIND.get(kind)
        if child is not None:
            for below in await self.rows.siblings(child, node.id):
                await self._close(child, below)
        if node.locked:
            raise LockedElementError(id=str(node.id))
        await self.revision.retire(node)

    async def _reopen(self, kind: NodeKind, last: Node) -> None:
        """Insert a copy of a closed node; what went with it follows, a missing parent comes first."""
        parent, parent_kind = parent_of(last), _PARENT_KIND.get(kind)
        if (
            parent is not None
            and parent_kind is not None
            and await self.rows.live(parent_kind, parent) is None
        ):
            above = await self.rows.last(parent_kind, parent)
            if above is None:
                raise StructureOperationError("The place it stood in is gone.")
            await self._add(self._copy(above))
        await self._add(self._copy(last))
        assert last.rev_to is not None
        if kind == "chapter":
            for scene in await self.rows.closed_with(last.id, last.rev_to):
                await self._add(self._copy(scene))
        if kind == "part":
            for chapter in await self.rows.closed_chapters(last.id, last.rev_to):
                await self._reopen("chapter", chapter)

    async def _scenes_under(self, kind: NodeKind, node_id: UUID) -> list[Node]:
        if kind == "scene":
            found = await self.rows.live("scene", node_id)
            return [found] if found else []
        if kind == "chapter":
            return await self.rows.siblings("scene", node_id)
        chapters = await self.rows.siblings("chapter", node_id)
        return [scene for chapter in chapters for scene in await self.rows.siblings("scene", chapter.id)]

    async def _live(self, kind: NodeKind, node_id: UUID | None) -> Node:
        node = await self.rows.live(kind, node_id) if node_id is not None else None
        if node is None:
            raise StructureOperationError(f"There is no such {kind}.", kind=kind, id=str(node_id))
        if node.locked:
            raise LockedElementError(id=str(node_id))
        return node

    async def _parent(self, kind: NodeKind, parent_id: UUID | None) -> UUID | None:
        parent_kind = _PARENT_KIND.get(kind)
        if parent_kind is None:
            return None
        return (await self._live(parent_kind, parent_id)).id

    async def _place(self, kind: NodeKind, node: Node) -> StructureOp:
        """Return the move that puts `node` back where it stands now."""
        ids = [sibling.id for sibling in await self.rows.siblings(kind, parent_of(node))]
        position = ids.index(node.id)
        after = ids[position - 1] if position else None
        return StructureOp(op="move", kind=kind, id=node.id, parent_id=parent_of(node), after_id=after)

    async def _rank(
        self, kind: NodeKind, parent: UUID | None, after: UUID | None, *, moving: UUID | None
    ) -> str:
        others = [node for node in await self.rows.siblings(kind, parent) if node.id != moving]
        if after is None:
            return rank_between(None, others[0].rank if others else None)
        position = next((n for n, node in enumerate(others) if node.id == after), None)
        if position is None:
            raise StructureOperationError("The neighbour stands elsewhere.", after_id=str(after))
        following = others[position + 1].rank if position + 1 < len(others) else None
        return rank_between(others[position].rank, following)

    async def _unused(self, kind: NodeKind, node_id: UUID) -> None:
        if await self.rows.last(kind, node_id) is not None:
            raise IdTakenError(id=str(node_id))

    async def _add(self, node: Node) -> None:
        try:
            await self.revision.insert(node)
        except IntegrityError as error:
            raise IdTakenError(id=str(node.id)) from error

    @staticmethod
    def _fresh(kind: NodeKind, node_id: UUID, parent: UUID | None, rank: str, title: str) -> Node:
        if kind == "part":
            return Part(id=node_id, rank=rank, title=title)
        if kind == "chapter":
            return Chapter(id=node_id, part_id=parent, rank=rank, title=title)
        return Scene(id=node_id, chapter_id=parent, rank=rank, title=title)

    @staticmethod
    def _copy(node: Node, *, parent: UUID | None = None, rank: str | None = None) -> Node:
        skipped = {"row_id", "rev_from", "rev_to", "created_at"}
        values = {
            attr.key: getattr(node, attr.key)
            for attr in node.__mapper__.column_attrs
            if attr.key not in skipped
        }
        if rank is not None:
            values["rank"] = rank
            name = {Chapter: "part_id", Scene: "chapter_id"}.get(type(node))
            if name is not None:
                values[name] = parent
        return type(node)(**values)
