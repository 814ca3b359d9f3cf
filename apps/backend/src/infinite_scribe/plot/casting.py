"""Who is on stage in which scene of a book, and when: held per revision, since every briefing asks it many times."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.novels.access import NovelScope
from infinite_scribe.structure.per_revision import PerRevision
from infinite_scribe.structure.window import SceneSpan

_CASTS = text("""
    SELECT n.revision, s.id, s.t_from, coalesce(s.t_to, s.t_from) AS t_to, s.story_mode, c.pov_id, ARRAY(
        SELECT m.entity FROM jsonb_to_recordset(c."cast") AS m(entity uuid)
    ) AS present
    FROM novels n
    JOIN scenes s ON s.novel_id = n.id AND s.rev_to IS NULL
    LEFT JOIN cards c ON c.scene_id = s.id AND c.novel_id = n.id AND c.rev_to IS NULL
    WHERE n.id = :novel
""")


@dataclass(frozen=True)
class Appearance:
    """A scene as its card plans it. `span` is None where its time is not known."""

    scene_id: UUID
    present: frozenset[UUID]
    pov_id: UUID | None
    span: SceneSpan | None


@dataclass(frozen=True)
class Casting:
    """The scenes of one book with those on stage."""

    scenes: Mapping[UUID, Appearance]

    @cached_property
    def _awake(self) -> Mapping[UUID, Mapping[UUID, int]]:
        """When each one is on stage, by scene; dreams and scenes without a time do not count."""
        found: dict[UUID, dict[UUID, int]] = {}
        for one in self.scenes.values():
            if one.span is not None and one.span.story_mode != "dream":
                for entity in one.present:
                    found.setdefault(entity, {})[one.scene_id] = one.span.t_from
        return found

    def met(self, one: UUID, others: Collection[tuple[UUID, int]], most: int) -> dict[UUID, set[UUID]]:
        """Return whom `one` meets in which scenes: the last `most` shared with somebody before a tick.

        `others` are pairs of somebody and a tick. Dreams do not count.
        """
        mine = self._awake.get(one, {})
        found: dict[UUID, set[UUID]] = {}
        for other, before in sorted(set(others)):
            theirs = self._awake.get(other, {})
            shared = [(-mine[scene], scene) for scene in mine.keys() & theirs.keys() if mine[scene] < before]
            for _, scene in sorted(shared)[:most]:
                found.setdefault(scene, set()).add(other)
        return found

    def attended(self, one: UUID, scenes: Collection[UUID]) -> set[UUID]:
        """Return those of some scenes in which somebody is on stage."""
        return {scene for scene, present in self.casts(scenes).items() if one in present}

    def casts(self, scenes: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
        """Return who is on stage in some scenes."""
        return {one: self.scenes[one].present for one in scenes if one in self.scenes}

    def spans(self, scenes: Collection[UUID]) -> list[SceneSpan]:
        """Return where some scenes lie on the axis of the story, by id."""
        known = (self.scenes[one].span for one in sorted(scenes) if one in self.scenes)
        return [span for span in known if span is not None]

    def told_by(self, pov_id: UUID) -> set[UUID]:
        """Return the scenes told from inside one head."""
        return {one.scene_id for one in self.scenes.values() if one.pov_id == pov_id}


_HELD: PerRevision[Casting] = PerRevision(16)


async def casting_of(session: AsyncSession, scope: NovelScope) -> Casting:
    """Return who is on stage in the scenes of the scope's novel."""

    async def read() -> tuple[int, Casting] | None:
        rows = (await session.execute(_CASTS, {"novel": scope.novel_id})).all()
        every: dict[UUID, UUID] = {}
        scenes = {
            row.id: Appearance(
                row.id,
                frozenset(every.setdefault(one, one) for one in (*row.present, row.pov_id) if one),
                row.pov_id,
                None if row.t_from is None else SceneSpan(row.id, row.t_from, row.t_to, row.story_mode),
            )
            for row in rows
        }
        return (rows[0].revision, Casting(scenes)) if rows else None

    return await _HELD.get(session, scope.novel_id, read) or Casting({})
