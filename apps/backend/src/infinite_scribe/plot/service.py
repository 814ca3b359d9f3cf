"""What an author and the agents do with the plan and the style of a novel."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.service import CanonService
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import OpenRevision
from infinite_scribe.plot.errors import CardNotFoundError, LockedPlanError
from infinite_scribe.plot.models import Arc, Beat, Card, Concept, StyleGuide, Thread, TurningPoint, VoiceCard
from infinite_scribe.plot.plan_wire import PlannedArc, TurnRead
from infinite_scribe.plot.repository import PlotRepository
from infinite_scribe.plot.schemas import (
    ArcDraft,
    ArcRead,
    BeatMirror,
    BeatRead,
    CardRead,
    CardUpdate,
    ConceptRead,
    ConceptUpdate,
    ExemplarRead,
    StyleRead,
    StyleUpdate,
    ThreadDraft,
    TurningPointDraft,
    VoiceRead,
)
from infinite_scribe.plot.staleness import StaleMarks

_CONCEPT: dict[str, Any] = {
    "title": "",
    "logline": "",
    "premise": "",
    "hook": "",
    "protagonist_line": "",
    "selling_point": "",
    "genres": [],
    "audience": "",
    "tone": "",
    "theme_statement": "",
    "theme_question": "",
    "value_tension": {},
    "emotions": [],
    "taboos": [],
    "genre_contract": [],
    "protagonist_id": None,
    "ending": {},
    "pov_policy": "close_third",
    "tense": "past",
    "target_words": None,
    "target_chapters": None,
    "seed_path": {},
}
_STYLE: dict[str, Any] = {
    "person": "third",
    "tense": "past",
    "pov_discipline": "strict",
    "distance": "close",
    "diction_do": [],
    "diction_dont": [],
    "banned": [],
    "dialogue": {},
    "chapter_conventions": "",
    "spelling_variant": "",
    "sentence_notes": "",
}
_CARD: dict[str, Any] = {
    "summary": "",
    "goal": "",
    "conflict": "",
    "outcome": None,
    "turn": "",
    "pov_id": None,
    "pov_distance": None,
    "place_id": None,
    "cast": [],
    "entry": [],
    "exit": [],
    "must_include": [],
    "must_not_reveal": [],
    "promises": [],
    "word_budget": None,
    "thread_ids": [],
    "tension": None,
    "opening_type": None,
    "closing_type": None,
    "notes": "",
    "flags": [],
    "locked_fields": [],
    "locked": False,
}

_SPARSE = frozenset({"exit", "must_include", "must_not_reveal"})


def _given(update: ConceptUpdate | StyleUpdate | CardUpdate) -> dict[str, Any]:
    """Return the members that were sent, as they are stored."""
    sent = update.model_dump(mode="json", include=update.model_fields_set)
    for name in sent.keys() & _SPARSE:
        sent[name] = sent[name] and [
            {key: one for key, one in row.items() if one is not None} for row in sent[name]
        ]
    empty = {**_CONCEPT, **_STYLE, **_CARD}
    sent = {name: value for name, value in sent.items() if value is not None or empty[name] is None}
    return {name: getattr(update, name) if name.endswith("_id") else value for name, value in sent.items()}


@dataclass(frozen=True)
class PlotService:
    """Reads and changes the plan of one novel. Writes take the open revision they belong to."""

    session: AsyncSession
    scope: NovelScope
    rows: PlotRepository

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> PlotService:
        """Return the plan of the scope's novel."""
        return cls(session, scope, PlotRepository(session, scope.novel_id))

    async def concept(self) -> ConceptRead | None:
        """Return the concept, or None before there is one."""
        row = await self.rows.concept()
        return None if row is None else ConceptRead.model_validate(row)

    async def update_concept(self, revision: OpenRevision, update: ConceptUpdate) -> None:
        """Write the members of the concept that were sent."""
        row = await self.rows.concept()
        if row is None:
            await revision.insert(Concept(**{**_CONCEPT, **_given(update)}))
        else:
            await revision.replace(row, **_given(update))

    async def style(self) -> StyleRead | None:
        """Return the style guide, or None before there is one."""
        row = await self.rows.style()
        return None if row is None else StyleRead.model_validate(row)

    async def update_style(self, revision: OpenRevision, update: StyleUpdate) -> None:
        """Write the members of the style guide that were sent."""
        row = await self.rows.style()
        if row is None:
            await revision.insert(StyleGuide(**{**_STYLE, **_given(update)}))
        else:
            await revision.replace(row, **_given(update))

    async def voices(self) -> list[VoiceRead]:
        """Return every voice card."""
        return [VoiceRead.model_validate(row) for row in await self.rows.voices()]

    async def write_voice(
        self, revision: OpenRevision, entity_id: UUID, register: str, **members: Any
    ) -> None:
        """Write or replace the voice card of a character."""
        held = next((row for row in await self.rows.voices() if row.entity_id == entity_id), None)
        if held is not None:
            await revision.replace(held, register=register, **members)
            return
        empty: dict[str, Any] = {"lexicon": [], "avoids": [], "rhythm": "", "tics": [], "sample_lines": []}
        await revision.insert(VoiceCard(entity_id=entity_id, register=register, **{**empty, **members}))

    async def exemplars(self) -> list[ExemplarRead]:
        """Return the author's exemplars."""
        return [ExemplarRead.model_validate(row) for row in await self.rows.exemplars()]

    async def arcs(self) -> list[ArcRead]:
        """Return the arcs in order."""
        return [ArcRead.model_validate(row) for row in await self.rows.arcs()]

    async def planned_arcs(self) -> list[PlannedArc]:
        """Return the arcs in order with their turning points."""
        points = await self.rows.turning_points()
        found = [PlannedArc.model_validate(row) for row in await self.rows.arcs()]
        for arc in found:
            arc.turning_points = [TurnRead.model_validate(one) for one in points if one.arc_id == arc.id]
        return found

    async def add_arc(self, revision: OpenRevision, draft: ArcDraft) -> UUID:
        """Write an arc with its turning points and return its id."""
        arc = Arc(locked=False, **draft.model_dump(exclude={"turning_points"}))
        await revision.insert(arc)
        points = [
            TurningPoint(arc_id=arc.id, locked=False, **point.model_dump()) for point in draft.turning_points
        ]
        if points:
            await revision.insert(*points)
        return arc.id

    async def turn(
        self, revision: OpenRevision, arc_id: UUID, point: TurningPointDraft, *, room: float = 0.0
    ) -> bool:
        """Let an arc turn in a chapter: a point of that kind near it that has none, or else a new point.

        Return False where the arc already has a point of that kind elsewhere. `room` widens what near means.
        """
        same = [
            row for row in await self.rows.turning_points() if row.arc_id == arc_id and row.kind == point.kind
        ]
        if not same:
            await revision.insert(TurningPoint(arc_id=arc_id, locked=False, **point.model_dump()))
            return True
        held = same[0]
        far = abs(held.position - point.position) > held.tolerance + room
        if held.chapter_id is not None or held.locked or far:
            return False
        await revision.replace(held, chapter_id=point.chapter_id)
        return True

    async def add_thread(self, revision: OpenRevision, draft: ThreadDraft) -> UUID:
        """Write a line of the story and return its id."""
        thread = Thread(locked=False, **draft.model_dump())
        await revision.insert(thread)
        return thread.id

    async def card(self, scene_id: UUID) -> CardRead | None:
        """Return the card of a scene."""
        row = await self.rows.card(scene_id)
        return None if row is None else CardRead.model_validate(row)

    async def cards(self) -> dict[UUID, CardRead]:
        """Return every card by scene."""
        return {row.scene_id: CardRead.model_validate(row) for row in await self.rows.cards()}

    async def write_card(
        self, revision: OpenRevision, scene_id: UUID, update: CardUpdate, *, by_agent: bool = False
    ) -> None:
        """Write the members of a card that were sent; a scene without a card gets one.

        Raises `LockedPlanError` when an agent would change what the author locked.
        """
        row = await self.rows.card(scene_id)
        changes = _given(update)
        if row is None:
            await revision.insert(Card(scene_id=scene_id, **{**_CARD, **changes}))
            return
        locked = sorted(set(changes) if row.locked else set(changes) & set(row.locked_fields))
        if by_agent and locked:
            raise LockedPlanError(scene_id=str(scene_id), fields=locked)
        await revision.replace(row, **changes)
        await StaleMarks.of(self.session, self.scope).clear("card", str(row.id), how="patched")

    async def scenes_of_cards(self, card_ids: Collection[UUID], povs: Collection[UUID]) -> set[UUID]:
        """Return the scenes of these cards, live or not, and those told from one of these viewpoints now."""
        found = await self.rows.scenes_of_cards(card_ids)
        return found | (await self.rows.scenes_told_by(povs) if povs else set())

    async def flag_card(self, revision: OpenRevision, scene_id: UUID, flag: str, *, on: bool) -> None:
        """Set or take away a mark of code on a card; a scene without a card has none."""
        row = await self.rows.card(scene_id)
        if row is not None and (flag in row.flags) != on:
            flags = [*row.flags, flag] if on else [one for one in row.flags if one != flag]
            await revision.replace(row, flags=flags)

    async def beats(self, scene_id: UUID) -> list[BeatRead]:
        """Return the beats of a scene as last saved; who acts is the entry that stands for them now."""
        found = [BeatRead.model_validate(row) for row in await self.rows.beats(scene_id)]
        if any(beat.actor_id is not None for beat in found):
            merged = await CanonService.of(self.session, self.scope).merged()
            for beat in found:
                beat.actor_id = merged.get(beat.actor_id, beat.actor_id) if beat.actor_id else None
        return found

    async def mirror_beats(self, scene_id: UUID, beats: Sequence[BeatMirror]) -> None:
        """Replace the mirror of a scene's beats; the scene document is their one home."""
        await self.rows.drop_beats(scene_id)
        self.session.add_all(
            Beat(novel_id=self.scope.novel_id, scene_id=scene_id, ordinal=ordinal, **beat.model_dump())
            for ordinal, beat in enumerate(beats, start=1)
        )
        await self.session.flush()

    async def required_card(self, scene_id: UUID) -> CardRead:
        """Return the card of a scene. Raises `CardNotFoundError`."""
        card = await self.card(scene_id)
        if card is None:
            raise CardNotFoundError(scene_id=str(scene_id))
        return card
