"""SQL of the structure: live rows in order, rows that were."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.novels.revisions import alive
from infinite_scribe.structure.models import Chapter, Part, Scene
from infinite_scribe.structure.rules import NodeKind

Node = Part | Chapter | Scene
CLASSES: dict[NodeKind, type[Part | Chapter | Scene]] = {
    "part": Part,
    "chapter": Chapter,
    "scene": Scene,
}


def parent_of(node: Node) -> UUID | None:
    """Return the id a node hangs under (None: the book)."""
    if isinstance(node, Chapter):
        return node.part_id
    return node.chapter_id if isinstance(node, Scene) else None


def parent_name(kind: NodeKind) -> str | None:
    """Return the attribute that holds the parent of a kind."""
    return {"part": None, "chapter": "part_id", "scene": "chapter_id"}[kind]


@dataclass(frozen=True)
class StructureRows:
    """Rows of one novel."""

    session: AsyncSession
    novel_id: UUID

    async def live(self, kind: NodeKind, node_id: UUID) -> Node | None:
        """Return the live row of a node."""
        cls = CLASSES[kind]
        found: Node | None = await self.session.scalar(
            select(cls).where(cls.novel_id == self.novel_id, cls.id == node_id, alive(cls))
        )
        return found

    async def last(self, kind: NodeKind, node_id: UUID) -> Node | None:
        """Return the newest row of a node, live or closed."""
        cls = CLASSES[kind]
        found: Node | None = await self.session.scalar(
            select(cls)
            .where(cls.novel_id == self.novel_id, cls.id == node_id)
            .order_by(cls.rev_from.desc())
            .limit(1)
        )
        return found

    async def siblings(self, kind: NodeKind, parent_id: UUID | None) -> list[Node]:
        """Return the live nodes under one parent, in order."""
        cls = CLASSES[kind]
        wanted = select(cls).where(cls.novel_id == self.novel_id, alive(cls))
        name = parent_name(kind)
        if name is not None:
            wanted = wanted.where(getattr(cls, name) == parent_id)
        return list(await self.session.scalars(wanted.order_by(cls.rank, cls.id)))

    async def all_live(self, kind: NodeKind, revision: int | None = None) -> list[Node]:
        """Return all nodes of a kind, live now or at `revision`, by rank."""
        cls = CLASSES[kind]
        return list(
            await self.session.scalars(
                select(cls)
                .where(cls.novel_id == self.novel_id, alive(cls, revision))
                .order_by(cls.rank, cls.id)
            )
        )

    async def closed_with(self, chapter_id: UUID, revision: int) -> list[Scene]:
        """Return the scenes of a chapter that were closed by the revision that closed it, and did not come back."""
        rows = list(
            await self.session.scalars(
                select(Scene).where(
                    Scene.novel_id == self.novel_id, Scene.chapter_id == chapter_id, Scene.rev_to == revision
                )
            )
        )
        return [row for row in rows if await self.live("scene", row.id) is None]

    async def closed_chapters(self, part_id: UUID, revision: int) -> list[Chapter]:
        """Return the chapters of a part that were closed by the revision that closed it, and did not come back."""
        rows = list(
            await self.session.scalars(
                select(Chapter).where(
                    Chapter.novel_id == self.novel_id, Chapter.part_id == part_id, Chapter.rev_to == revision
                )
            )
        )
        return [row for row in rows if await self.live("chapter", row.id) is None]
