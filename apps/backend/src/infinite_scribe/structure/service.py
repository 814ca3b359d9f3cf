"""Order and story time of a book: reading the tree, changing it, resolving times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.ids import new_id
from infinite_scribe.db.sql.base import Anchored, Base, Revisioned
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import OpenRevision, Revisions, alive
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.novels.schemas import Place
from infinite_scribe.novels.service import NovelService, get_novel
from infinite_scribe.structure.anchors import StoryInstant, Timeline, resolve_anchor, with_events
from infinite_scribe.structure.errors import ChapterNotFoundError, SceneNotFoundError, StructureChangedError
from infinite_scribe.structure.models import Calendar, Chapter, Part, Scene, SceneBlocks
from infinite_scribe.structure.operations import Operations
from infinite_scribe.structure.repository import StructureRows
from infinite_scribe.structure.resolver import SceneTime, resolve
from infinite_scribe.structure.rules import NodeKind, StoryMode, rank_between
from infinite_scribe.structure.schemas import (
    CalendarRead,
    CalendarUpdate,
    ChapterNode,
    PartNode,
    SceneNode,
    SceneTimeUpdate,
    StructureOp,
    StructureTree,
    TimelineRead,
    TimelineScene,
)


@dataclass(frozen=True)
class StructureService:
    """Parts, chapters and scenes of one novel."""

    session: AsyncSession
    scope: NovelScope
    rows: StructureRows

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> StructureService:
        """Return the structure of the scope's novel."""
        return cls(session, scope, StructureRows(session, scope.novel_id))

    async def tree(self, revision: int | None = None) -> StructureTree:
        """Return parts, chapters and scenes in reading order, now or as of a revision."""
        novel = await get_novel(self.session, self.scope.novel_id)
        parts = [PartNode.model_validate(row) for row in await self._rows("part", revision)]
        chapters = [ChapterNode.model_validate(row) for row in await self._rows("chapter", revision)]
        scenes = [SceneNode.model_validate(row) for row in await self._rows("scene", revision)]
        index = 0
        for part in parts:
            part.chapters = [chapter for chapter in chapters if chapter.part_id == part.id]
        scenes_of: dict[UUID, list[SceneNode]] = {}
        for scene in scenes:
            scenes_of.setdefault(scene.chapter_id, []).append(scene)
        in_order = (chapter for part in parts for chapter in part.chapters)
        for number, chapter in enumerate(in_order, start=1):
            chapter.number, chapter.scenes = number, scenes_of.get(chapter.id, [])
            for scene in chapter.scenes:
                index += 1
                scene.reading_index = index
        return StructureTree(
            structure_version=novel.structure_version, novel_revision=novel.revision, parts=parts
        )

    async def _rows(self, kind: Any, revision: int | None) -> Sequence[Any]:
        return await self.rows.all_live(kind, revision)

    async def scene(self, scene_id: UUID) -> SceneNode:
        """Return a live scene (its `reading_index` is 0; the tree knows it). Raises `SceneNotFoundError`."""
        return SceneNode.model_validate(await self._scene(scene_id))

    async def has_scene(self, scene_id: UUID) -> bool:
        """Say whether a scene stands in the book now (a deleted one does not)."""
        return await self.rows.live("scene", scene_id) is not None

    async def chapter(self, chapter_id: UUID) -> ChapterNode:
        """Return a live chapter with its scenes and number. Raises `ChapterNotFoundError`."""
        for chapter in (await self.tree()).chapters():
            if chapter.id == chapter_id:
                return chapter
        raise ChapterNotFoundError

    async def changed_at(self, kind: NodeKind) -> dict[UUID, int]:
        """Return by live node of a kind the revision that made it as it is now."""
        return {row.id: row.rev_from for row in await self.rows.all_live(kind)}

    async def start(self, revision: OpenRevision, *, chapter_title: str = "") -> tuple[UUID, UUID, UUID]:
        """Make the first part, chapter and scene of a new book; return their ids."""
        part_id = await self.add_part(revision, "")
        chapter_id = await self.add_chapter(revision, part_id, title=chapter_title)
        scene_id = await self.add_scene(revision, chapter_id)
        return part_id, chapter_id, scene_id

    async def last_part(self) -> UUID | None:
        """Return the last part of the book, if it has one."""
        parts = await self.rows.all_live("part")
        return parts[-1].id if parts else None

    async def add_part(self, revision: OpenRevision, title: str) -> UUID:
        """Append a part; return its id."""
        row = Part(id=new_id(), rank=await self._last_rank("part", None), title=title)
        await revision.insert(row)
        return row.id

    async def add_chapter(self, revision: OpenRevision, part_id: UUID | None = None, **fields: Any) -> UUID:
        """Append a chapter to a part (default: the last one) with fields of its plan; return its id.

        It has no scene yet: add one, or the author cannot write in it.
        """
        if part_id is None:
            part_id = (await self.rows.all_live("part"))[-1].id
        row = Chapter(id=new_id(), part_id=part_id, rank=await self._last_rank("chapter", part_id), **fields)
        await revision.insert(row)
        await self._bump(revision)
        return row.id

    async def add_scene(self, revision: OpenRevision, chapter_id: UUID, **fields: Any) -> UUID:
        """Append a scene to a chapter; return its id."""
        row = Scene(
            id=new_id(), chapter_id=chapter_id, rank=await self._last_rank("scene", chapter_id), **fields
        )
        await revision.insert(row)
        await self._bump(revision)
        return row.id

    async def update_chapter(self, revision: OpenRevision, chapter_id: UUID, **changes: Any) -> None:
        """Change fields of a chapter's plan, title or status. Raises `ChapterNotFoundError`."""
        row = await self.rows.live("chapter", chapter_id)
        if row is None:
            raise ChapterNotFoundError
        await revision.replace(row, **changes)

    async def update_scene(self, revision: OpenRevision, scene_id: UUID, **changes: Any) -> None:
        """Change title, status, flags or story time of a scene; a changed time resolves all times anew."""
        await revision.replace(await self._scene(scene_id), **changes)
        if changes.keys() & {"story_from", "story_to", "story_mode"}:
            await self.resolve_times()

    def operations(self, revision: OpenRevision) -> Operations:
        """Return what applies changes of the order within `revision`; `settle_order` follows them."""
        return Operations(self.rows, revision)

    async def apply(self, revision: OpenRevision, ops: Sequence[StructureOp]) -> list[StructureOp]:
        """Change the order and return the operations that undo it. Text is none of this service's business."""
        inverse = await self.operations(revision).apply(ops)
        await self.settle_order(revision)
        return inverse

    @staticmethod
    def check_version(revision: OpenRevision, base_version: int) -> None:
        """Raise `StructureChangedError` when the order changed since `base_version`."""
        if revision.novel.structure_version != base_version:
            raise StructureChangedError(current=revision.novel.structure_version)

    async def settle_order(self, revision: OpenRevision) -> None:
        """Count the change of order and resolve all story times; after any change of order."""
        await self._bump(revision)
        await self.resolve_times()

    async def _bump(self, revision: OpenRevision) -> None:
        revision.novel.structure_version += 1
        await self.session.flush()

    async def timeline(self) -> TimelineRead:
        """Return the story time of every scene, in reading order."""
        novel = await get_novel(self.session, self.scope.novel_id)
        scenes = [
            TimelineScene(
                scene_id=scene.id,
                chapter_id=scene.chapter_id,
                title=scene.title,
                story_from=scene.story_from,
                story_to=scene.story_to,
                story_mode=scene.story_mode,
                t_from=scene.t_from,
                t_to=scene.t_to,
                certainty=scene.time_certainty,
            )
            for scene in (await self.tree()).scenes()
        ]
        return TimelineRead(novel_revision=novel.revision, story_start=novel.story_start, scenes=scenes)

    async def date_scenes(self, changes: Sequence[SceneTimeUpdate]) -> TimelineRead:
        """Set the author's dates of scenes in one revision. Raises `SceneNotFoundError`."""
        async with Revisions.of(self.session, self.scope).open(RevisionKind.EDIT) as revision:
            for change in changes:
                given = change.model_dump(mode="json", exclude_unset=True, exclude={"scene_id"})
                if given.get("story_mode") is None:
                    given.pop("story_mode", None)
                await revision.replace(await self._scene(change.scene_id), **given)
            await self.resolve_times()
        return await self.timeline()

    async def remember_place(self, place: Place) -> None:
        """Remember where the user stands in the book. Raises `SceneNotFoundError`."""
        await self._scene(place.scene_id)
        await NovelService.of(self.session, self.scope).remember_place(place)

    async def calendar(self) -> CalendarRead:
        """Return the calendar; the plain one while the author has set none."""
        row = await self._calendar()
        return CalendarRead.model_validate(row) if row else CalendarRead(**CalendarUpdate().model_dump())

    async def set_calendar(self, wanted: CalendarUpdate) -> CalendarRead:
        """Set how ticks read as days, as one revision."""
        values = wanted.model_dump(mode="json")
        async with Revisions.of(self.session, self.scope).open(RevisionKind.EDIT) as revision:
            row = await self._calendar()
            if row is None:
                await revision.insert(Calendar(id=new_id(), **values))
            else:
                await revision.replace(row, **values)
            await self.resolve_times()
        return CalendarRead(**values)

    async def set_blocks(self, scene_id: UUID, pids: Sequence[str]) -> None:
        """Record the paragraphs of a scene's text; rows anchored to one of them move with it."""
        before = await self.session.scalar(select(SceneBlocks.pids).where(SceneBlocks.scene_id == scene_id))
        if before == list(pids):
            return
        values = {"scene_id": scene_id, "novel_id": self.scope.novel_id, "pids": list(pids)}
        await self.session.execute(
            insert(SceneBlocks)
            .values(**values)
            .on_conflict_do_update(index_elements=["scene_id"], set_={"pids": list(pids)})
        )
        if before and list(pids[: len(before)]) != before:
            await self._move_anchored(scene_id)

    async def _move_anchored(self, scene_id: UUID) -> None:
        """Resolve rows anew that are anchored to a scene whose paragraphs changed place."""
        ref = str(scene_id)
        for cls in _anchored_classes():
            start, end = cls.valid_from, cls.valid_to  # type: ignore[attr-defined]
            found = await self.session.scalar(
                select(cls.row_id)
                .where(cls.novel_id == self.scope.novel_id, alive(cls))
                .where(or_(start["ref"].astext == ref, end["ref"].astext == ref))
                .limit(1)
            )
            if found is not None:
                await self.resolve_times()
                return

    async def resolve_times(self) -> Timeline:
        """Resolve the times of all scenes and of every anchored row; derived columns are updated in place."""
        novel = await get_novel(self.session, self.scope.novel_id)
        tree = await self.tree()
        scenes = tree.scenes()
        times = resolve([_scene_time(scene) for scene in scenes], novel.story_start)
        changed = [
            {"b_id": scene.id, "b_from": time.t_from, "b_to": time.t_to, "b_certainty": time.certainty.value}
            for scene in scenes
            if (time := times[scene.id])
            and (scene.t_from, scene.t_to, scene.time_certainty) != (time.t_from, time.t_to, time.certainty)
        ]
        if changed:
            table = Scene.__table__
            await self.session.execute(
                update(table)  # type: ignore[arg-type]
                .where(
                    table.c.novel_id == self.scope.novel_id,
                    table.c.id == bindparam("b_id"),
                    table.c.rev_to.is_(None),
                )
                .values(
                    t_from=bindparam("b_from"),
                    t_to=bindparam("b_to"),
                    time_certainty=bindparam("b_certainty"),
                ),
                changed,
            )
            for row in list(self.session.sync_session.identity_map.values()):
                if isinstance(row, Scene):
                    self.session.expunge(row)
        timeline = Timeline(times, await self._blocks(), {})
        return await self._resolve_anchored(timeline)

    async def times(self, revision: int | None = None) -> Timeline:
        """Return the timeline as the book stands now or stood at a revision; nothing is written.

        Times of an old revision are resolved afresh. Paragraphs are those of the present text.
        """
        novel = await get_novel(self.session, self.scope.novel_id)
        scenes = (await self.tree(revision)).scenes()
        times = resolve([_scene_time(scene) for scene in scenes], novel.story_start)
        timeline = Timeline(times, await self._blocks(), {})
        for cls in _anchored_classes():
            if hasattr(cls, "__anchor_kind__"):
                timeline = with_events(timeline, await self._anchored_rows(cls, revision))
        return timeline

    async def _blocks(self) -> dict[UUID, Sequence[str]]:
        rows = await self.session.execute(
            select(SceneBlocks.scene_id, SceneBlocks.pids).where(SceneBlocks.novel_id == self.scope.novel_id)
        )
        return {row.scene_id: row.pids for row in rows}

    async def _anchored_rows(self, cls: type[Revisioned], revision: int | None = None) -> list[Any]:
        wanted = select(cls).where(cls.novel_id == self.scope.novel_id, alive(cls, revision))
        return list(await self.session.scalars(wanted.order_by(cls.id)))

    async def _resolve_anchored(self, timeline: Timeline) -> Timeline:
        """Update the derived columns of every live anchored row whose anchors mean another point now.

        Rows that others may be anchored to (events) come first; the returned timeline holds their times.
        """
        for cls in _anchored_classes():
            rows = await self._anchored_rows(cls)
            if hasattr(cls, "__anchor_kind__"):
                timeline = with_events(timeline, rows)
            for row in rows:
                for name, value in anchored_columns(row, timeline).items():
                    if getattr(row, name) != value:
                        setattr(row, name, value)
        await self.session.flush()
        return timeline

    async def _scene(self, scene_id: UUID) -> Scene:
        row = await self.rows.live("scene", scene_id)
        if row is None:
            raise SceneNotFoundError
        assert isinstance(row, Scene)
        return row

    async def _calendar(self) -> Calendar | None:
        found: Calendar | None = await self.session.scalar(
            select(Calendar).where(Calendar.novel_id == self.scope.novel_id, alive(Calendar))
        )
        return found

    async def _last_rank(self, kind: Any, parent: UUID | None) -> str:
        siblings = await self.rows.siblings(kind, parent)
        return rank_between(siblings[-1].rank if siblings else None, None)


def _anchored_classes() -> list[type[Revisioned]]:
    """Return the classes of anchored rows, those that others may be anchored to first."""
    found = [
        mapper.class_
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Anchored) and issubclass(mapper.class_, Revisioned)
    ]
    return sorted(found, key=lambda cls: (not hasattr(cls, "__anchor_kind__"), cls.__name__))


def anchored_columns(row: Any, timeline: Timeline) -> Mapping[str, Any]:
    """Return the derived columns of an anchored row whose anchors stand in `valid_from` and `valid_to`."""
    start = resolve_anchor(row.valid_from, timeline)
    end = resolve_anchor(row.valid_to, timeline, closing=True)
    return {
        "from_tick": start.tick,
        "from_block": start.block,
        "to_tick": end.tick,
        "to_block": end.block,
        "certainty_of_time": str(start.certainty),
    }


def _scene_time(scene: SceneNode) -> SceneTime:
    start = StoryInstant.model_validate(scene.story_from or {})
    end = StoryInstant.model_validate(scene.story_to or {})
    latest = end.latest if end.latest is not None else end.earliest
    return SceneTime(scene.id, StoryMode(scene.story_mode), start.earliest, latest, start.label)
