"""A scene and what lies around it, read without reading the whole book's rows.

The order of all scenes comes as one row of ids; rows are read of the neighbouring chapters alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.db.sql.arrays import one_of
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import alive
from infinite_scribe.structure.errors import ChapterNotFoundError, SceneNotFoundError
from infinite_scribe.structure.models import Chapter, Scene
from infinite_scribe.structure.per_revision import PerRevision
from infinite_scribe.structure.schemas import ChapterNode, SceneNode

_ORDER = text("""
    SELECT n.revision, scenes.ids AS scenes, scenes.chapters, every.ids AS every
    FROM novels n
    LEFT JOIN LATERAL (
        SELECT array_agg(s.id ORDER BY p.rank, p.id, c.rank, c.id, s.rank, s.id) AS ids,
               array_agg(c.id ORDER BY p.rank, p.id, c.rank, c.id, s.rank, s.id) AS chapters
        FROM scenes s
        JOIN chapters c ON c.id = s.chapter_id AND c.rev_to IS NULL AND c.novel_id = s.novel_id
        JOIN parts p ON p.id = c.part_id AND p.rev_to IS NULL AND p.novel_id = s.novel_id
        WHERE s.novel_id = n.id AND s.rev_to IS NULL
    ) scenes ON true
    LEFT JOIN LATERAL (
        SELECT array_agg(c.id ORDER BY p.rank, p.id, c.rank, c.id) AS ids FROM chapters c
        JOIN parts p ON p.id = c.part_id AND p.rev_to IS NULL AND p.novel_id = c.novel_id
        WHERE c.novel_id = n.id AND c.rev_to IS NULL
    ) every ON true
    WHERE n.id = :novel
""")


@dataclass(frozen=True)
class BookOrder:
    """Ids of all scenes in reading order with their chapters, and of all chapters."""

    scenes: tuple[UUID, ...]
    chapter_of: tuple[UUID, ...]
    chapters: tuple[UUID, ...]

    @cached_property
    def index(self) -> Mapping[UUID, int]:
        """Reading index of each scene, from 1."""
        return {scene: number for number, scene in enumerate(self.scenes, start=1)}

    @cached_property
    def spans(self) -> Mapping[UUID, tuple[int, int]]:
        """First and last reading index of each chapter that has scenes."""
        found: dict[UUID, tuple[int, int]] = {}
        for number, chapter in enumerate(self.chapter_of, start=1):
            found[chapter] = (found.get(chapter, (number, number))[0], number)
        return found

    def before(self, scene_id: UUID) -> Sequence[UUID]:
        """Return the scenes before one, in reading order."""
        return self.scenes[: self.index[scene_id] - 1]


_HELD: PerRevision[BookOrder] = PerRevision(64)


@dataclass(frozen=True)
class SceneWindow:
    """A scene in its chapter, with the chapters beside it (None at the ends of the book)."""

    order: BookOrder
    scene: SceneNode
    chapter: ChapterNode
    previous: ChapterNode | None
    following: ChapterNode | None


@dataclass(frozen=True)
class SceneSpan:
    """When a scene happens, in ticks."""

    id: UUID
    t_from: int
    t_to: int
    story_mode: str


@dataclass(frozen=True)
class Windows:
    """Reads of the neighbourhood of scenes and chapters of one novel."""

    session: AsyncSession
    scope: NovelScope

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> Windows:
        """Return the windows into the scope's novel."""
        return cls(session, scope)

    async def order(self) -> BookOrder:
        """Return the order of the book. It is the same as long as the book's revision is."""

        async def read() -> tuple[int, BookOrder]:
            row = (await self.session.execute(_ORDER, {"novel": self.scope.novel_id})).one()
            return row.revision, BookOrder(
                tuple(row.scenes or ()), tuple(row.chapters or ()), tuple(row.every or ())
            )

        return await _HELD.get(self.session, self.scope.novel_id, read) or BookOrder((), (), ())

    async def around(self, scene_id: UUID) -> SceneWindow:
        """Return a scene and what lies around it. Raises `SceneNotFoundError`."""
        order = await self.order()
        if scene_id not in order.index:
            raise SceneNotFoundError
        chapter_id = order.chapter_of[order.index[scene_id] - 1]
        chapter, previous, following = await self._chapters(order, chapter_id)
        scene = next(one for one in chapter.scenes if one.id == scene_id)
        return SceneWindow(order, scene, chapter, previous, following)

    async def around_chapter(
        self, chapter_id: UUID
    ) -> tuple[BookOrder, ChapterNode, ChapterNode | None, ChapterNode | None]:
        """Return a chapter with its scenes, and its neighbours without. Raises `ChapterNotFoundError`."""
        order = await self.order()
        if chapter_id not in order.chapters:
            raise ChapterNotFoundError
        return (order, *(await self._chapters(order, chapter_id)))

    async def scenes(self, ids: Collection[UUID], order: BookOrder) -> list[SceneNode]:
        """Return live scenes by id, in reading order."""
        rows = await self.session.scalars(
            select(Scene).where(Scene.novel_id == self.scope.novel_id, one_of(Scene.id, ids), alive(Scene))
        )
        nodes = [SceneNode.model_validate(row) for row in rows if row.id in order.index]
        for node in nodes:
            node.reading_index = order.index[node.id]
        return sorted(nodes, key=lambda one: one.reading_index)

    async def _chapters(
        self, order: BookOrder, chapter_id: UUID
    ) -> tuple[ChapterNode, ChapterNode | None, ChapterNode | None]:
        at = order.chapters.index(chapter_id)
        wanted = order.chapters[max(0, at - 1) : at + 2]
        rows = await self.session.scalars(
            select(Chapter).where(
                Chapter.novel_id == self.scope.novel_id, one_of(Chapter.id, wanted), alive(Chapter)
            )
        )
        found = {row.id: ChapterNode.model_validate(row) for row in rows}
        for one, node in found.items():
            node.number = order.chapters.index(one) + 1
        mine = [
            scene
            for scene, chapter in zip(order.scenes, order.chapter_of, strict=True)
            if chapter == chapter_id
        ]
        found[chapter_id].scenes = await self.scenes(mine, order)
        before = found.get(order.chapters[at - 1]) if at else None
        after = found.get(order.chapters[at + 1]) if at + 1 < len(order.chapters) else None
        return found[chapter_id], before, after
