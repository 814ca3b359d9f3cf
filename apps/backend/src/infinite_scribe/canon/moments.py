"""As of when a question is asked: a place in the story or in the reading, at the present or an old revision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.knowledge_rows import LAST, LAST_BLOCK, StoryPoint
from infinite_scribe.canon.refusals import moment_invalid
from infinite_scribe.canon.wording import moment_words, phrase, scene_title
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.service import get_novel
from infinite_scribe.structure.anchors import Anchor, Point, Timeline, resolve_anchor
from infinite_scribe.structure.calendar import Reckoning
from infinite_scribe.structure.resolver import MAX_TICK, MIN_TICK
from infinite_scribe.structure.service import StructureService

Clock = Literal["story", "reading"]


@dataclass(frozen=True)
class ScenePlace:
    """A scene in its place; an untitled one is called by its number."""

    id: UUID
    title: str
    chapter_id: UUID
    chapter_number: int
    reading_index: int
    mode: str


@dataclass(frozen=True)
class Moment:
    """A moment of one book: the point, the clock that counts, and the order and times it was read from."""

    point: StoryPoint
    clock: Clock
    revision: int | None
    language: str
    timeline: Timeline
    scenes: Mapping[UUID, ScenePlace]
    reckoning: Reckoning

    def holds(self, begins: tuple[int, int], ends: tuple[int, int]) -> bool:
        """Whether a span of story time covers the moment."""
        return begins <= self.point.order < ends

    def is_told(self, reading_index: int | None) -> bool:
        """Whether a disclosure in a scene was read by then."""
        if reading_index is None:
            return False
        return self.point.reading_index is None or reading_index <= self.point.reading_index

    def scene_of(self, anchor: Mapping[str, Any] | None) -> ScenePlace | None:
        """Return the scene an anchor refers to."""
        if not anchor or anchor.get("kind") != "scene" or not anchor.get("ref"):
            return None
        return self.scenes.get(UUID(str(anchor["ref"])))

    def words(self, anchor: Mapping[str, Any] | None, events: Mapping[UUID, str]) -> str:
        """Say an anchor in the author's language."""
        kind = (anchor or {}).get("kind", "always")
        if kind == "tick" and anchor is not None:
            return self.day(int(anchor["tick"]))
        if kind == "scene":
            scene = self.scene_of(anchor)
            if scene is None:
                return phrase(self.language, "gone")
            return phrase(self.language, "scene", chapter=scene.chapter_number, title=scene.title)
        if kind == "event" and anchor is not None and anchor.get("ref"):
            return events.get(UUID(str(anchor["ref"])), phrase(self.language, "event"))
        return phrase(self.language, "always" if kind == "always" else "unknown")

    def day(self, tick: int) -> str:
        """Say a tick as day and time of the story."""
        return moment_words(tick, self.reckoning, self.language)

    def at(self, anchor: Mapping[str, Any] | None, *, closing: bool = False) -> StoryPoint:
        """Return the point an anchor means now, with the reading index of its scene."""
        found = resolve_anchor(anchor, self.timeline, closing=closing)
        scene = self.scene_of(anchor)
        return story_point(found, scene)


def story_point(found: Point, scene: ScenePlace | None) -> StoryPoint:
    """Return a resolved point with the scene it lies in."""
    return StoryPoint(
        found.tick, found.block, scene.reading_index if scene else None, scene.id if scene else None
    )


def check_anchors(timeline: Timeline, *anchors: Anchor | None) -> None:
    """Refuse anchors to scenes and events that are not in the book, and minutes outside of the story.

    Raises `MomentInvalidError`.
    """
    for anchor in anchors:
        if anchor is None or anchor.kind in {"always", "unknown"}:
            continue
        if anchor.kind == "tick":
            if anchor.tick is None or not MIN_TICK <= anchor.tick <= MAX_TICK:
                raise moment_invalid(f"t:{anchor.tick}")
        elif anchor.ref not in (timeline.scenes if anchor.kind == "scene" else timeline.events):
            raise moment_invalid(f"{anchor.kind}:{anchor.ref}")


@dataclass(frozen=True)
class Moments:
    """Reads moments of one novel."""

    session: AsyncSession
    scope: NovelScope

    async def find(self, as_of: str = "end", clock: Clock = "story", revision: int | None = None) -> Moment:
        """Return the moment that `as_of` names: `end`, `t:<tick>`, `scene:<id>` or `scene:<id>:<pid>`.

        A scene means its end: all of its paragraphs have been told, and nothing of the next. Raises
        `MomentInvalidError`.
        """
        structure = StructureService.of(self.session, self.scope)
        tree = await structure.tree(revision)
        novel = await get_novel(self.session, self.scope.novel_id)
        scenes = {
            scene.id: ScenePlace(
                scene.id,
                scene_title(novel.language, scene.title, scene.reading_index),
                chapter.id,
                chapter.number,
                scene.reading_index,
                scene.story_mode,
            )
            for chapter in tree.chapters()
            for scene in chapter.scenes
        }
        timeline = await structure.times(revision)
        reckoning = Reckoning.of(await structure.calendar())
        point = _point(as_of, timeline, scenes)
        return Moment(point, clock, revision, novel.language, timeline, scenes, reckoning)


def _point(as_of: str, timeline: Timeline, scenes: Mapping[UUID, ScenePlace]) -> StoryPoint:
    kind, _, rest = as_of.partition(":")
    if kind == "end" and not rest:
        return LAST
    if kind == "t":
        try:
            tick = int(rest)
        except ValueError as error:
            raise moment_invalid(as_of) from error
        if not MIN_TICK <= tick <= MAX_TICK:
            raise moment_invalid(as_of)
        return StoryPoint(tick, LAST_BLOCK)
    scene_text, _, pid = rest.partition(":")
    try:
        scene = scenes.get(UUID(scene_text)) if kind == "scene" else None
    except ValueError:
        scene = None
    if scene is None:
        raise moment_invalid(as_of)
    return _in_scene(scene, pid, timeline, as_of)


def _in_scene(scene: ScenePlace, pid: str, timeline: Timeline, as_of: str) -> StoryPoint:
    time = timeline.scenes[scene.id]
    if not pid:
        last = max(time.t_from, time.t_to - 1)
        return StoryPoint(last, LAST_BLOCK, scene.reading_index, scene.id)
    pids = timeline.blocks.get(scene.id, ())
    if pid not in pids:
        raise moment_invalid(as_of)
    return StoryPoint(time.t_from, pids.index(pid) + 1, scene.reading_index, scene.id)
