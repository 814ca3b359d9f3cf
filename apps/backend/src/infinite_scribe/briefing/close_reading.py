"""Briefings of those who read finished text closely: what it says, what in it cannot both be, which draft is better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.briefing.document import Briefing
from infinite_scribe.briefing.material import HIDDEN, Handles, Material
from infinite_scribe.briefing.profiles import PROFILES, ProfileName, profile_briefing, windows
from infinite_scribe.briefing.rules import CAPS, OPENING, ROOM, Tier, tier_for
from infinite_scribe.briefing.service import BriefingService, names_in
from infinite_scribe.canon.schemas import EntityRead
from infinite_scribe.canon.service import World
from infinite_scribe.core.language import language as language_rules
from infinite_scribe.manuscript.service import ManuscriptService, SceneState
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.service import get_novel
from infinite_scribe.plot.service import PlotService
from infinite_scribe.structure.service import StructureService

WINDOW = {"en": 1_200, "zh": 2_000}
"""Words (Chinese: 字) of a text that one extraction reads."""
SMALL_WINDOW = {"en": 400, "zh": 650}
"""The same for a model that reads little."""
ROOM_FOR_HEADINGS = 1_200
MOST_NAMES = 60


@dataclass(frozen=True)
class Excerpt:
    """A stretch of text to be read, and whom its short names stand for."""

    briefing: Briefing
    ids: Mapping[str, UUID]


@dataclass(frozen=True)
class CloseReading:
    """Texts of one novel, to be read closely."""

    briefings: BriefingService

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope, fence_key: bytes) -> CloseReading:
        """Return the texts of the scope's novel. `fence_key` is a secret of this installation."""
        return cls(BriefingService.of(session, scope, fence_key))

    async def scene(self, scene_id: UUID, *, room: int | None = None) -> list[Excerpt]:
        """Return a scene in windows, each with the entries that it names; nothing of the plan.

        In a book told by an I the entry that says it comes first, as `narrator`. Raises `SceneNotFoundError`.
        """
        made = self.briefings
        state = await ManuscriptService.of(made.session, made.scope).scene(scene_id)
        material = await self._bare()
        code = "zh" if material.language == "zh" else "en"
        most = (SMALL_WINDOW if room is not None and room < ROOM[Tier.FULL] else WINDOW)[code]
        parts = word_windows(_texts([state]), most, material.language)
        world = await made.world()
        narrator = await self._narrator(scene_id)
        return [
            self._excerpt(
                material, world, [text for _, text in part], f"{number}/{len(parts)}", narrator, room
            )
            for number, part in enumerate(parts, start=1)
        ]

    async def chapter(
        self,
        profile: ProfileName,
        chapter_id: UUID,
        data: Mapping[str, Any],
        *,
        room: int | None = None,
        beside: int = 0,
    ) -> list[Briefing]:
        """Return a whole chapter in as many parts as its length needs, with what is asked about it.

        `beside`: how many tokens of `data` each part has to leave room for.

        Raises `ChapterNotFoundError`.
        """
        made = self.briefings
        if PROFILES[profile].opening:
            material, chapter = await made.chapter_base(chapter_id)
        else:
            material = await self._bare()
            chapter = await StructureService.of(made.session, made.scope).chapter(chapter_id)
        states = await ManuscriptService.of(made.session, made.scope).scenes(
            [one.id for one in chapter.scenes]
        )
        parts = windows(_texts(states), _room_for_text(profile, room) - ROOM_FOR_HEADINGS - beside)
        entries = await made.world()
        return [
            profile_briefing(
                profile, material,
                {
                    **data, "window": f"{number}/{len(parts)}",
                    "names": names_in(entries, " ".join(text for _, text in part))[:MOST_NAMES],
                    "paragraphs": [text for _, text in part],
                },
                room,
            )
            for number, part in enumerate(parts, start=1)
        ]  # fmt: skip

    async def plain(
        self, profile: ProfileName, data: Mapping[str, Any], *, room: int | None = None
    ) -> Briefing:
        """Return a question that needs nothing but what it holds itself."""
        return profile_briefing(profile, await self._bare(), data, room)

    async def _bare(self) -> Material:
        made = self.briefings
        novel = await get_novel(made.session, made.scope.novel_id)
        return Material(novel.language, novel.title, novel.revision, made.fence_key, World((), (), ()))

    async def _narrator(self, scene_id: UUID) -> UUID | None:
        plot = PlotService.of(self.briefings.session, self.briefings.scope)
        style, card = await plot.style(), await plot.card(scene_id)
        return card.pov_id if card is not None and style is not None and style.person == "first" else None

    @staticmethod
    def _excerpt(
        material: Material,
        world: World,
        texts: Sequence[str],
        window: str,
        narrator: UUID | None,
        room: int | None,
    ) -> Excerpt:
        whole = "\n".join(texts)
        named = [
            entity
            for entity in world.entities
            if entity.agent_visibility not in HIDDEN
            and (entity.id == narrator or any(alias.text in whole for alias in entity.aliases))
        ][:MOST_NAMES]
        handles = Handles.of(replace(material, world=World(tuple(named), (), ()))).entities
        data = {
            "window": window,
            "narrator": handles.get(narrator) if narrator is not None else None,
            "entries": [_entry(entity, handles[entity.id], whole) for entity in named],
            "paragraphs": list(texts),
        }
        briefing = profile_briefing("extract", material, data, room)
        return Excerpt(briefing, {handle: one for one, handle in handles.items()})


def _entry(entity: EntityRead, handle: str, text: str) -> dict[str, Any]:
    also = [one.text for one in entity.aliases if one.text != entity.name and one.text in text]
    return {"handle": handle, "name": entity.name, "kind": entity.kind, "also": also}


def _room_for_text(profile: ProfileName, room: int | None) -> int:
    """Return the tokens that a profile has for its own, beside the opening that it may take."""
    cap = PROFILES[profile].cap
    if room is None:
        return cap
    opening = sum(CAPS[tier_for(room)][slot] for slot in OPENING) if PROFILES[profile].opening else 0
    return min(room - opening, cap)


def room_beside(profile: ProfileName, room: int | None) -> int:
    """Return the tokens that may stand next to each part of a chapter: a third of what its text has."""
    return max(0, _room_for_text(profile, room) - ROOM_FOR_HEADINGS) // 3


def _texts(states: Sequence[SceneState]) -> list[tuple[str, str]]:
    return [(block.pid, block.text) for state in states for block in state.blocks if block.text.strip()]


def word_windows(texts: Sequence[tuple[str, str]], most: int, language: str) -> list[list[tuple[str, str]]]:
    """Split paragraphs into windows of at most `most` words; a longer paragraph is split between its sentences."""
    rules = language_rules(language)
    pieces: list[tuple[str, str]] = []
    for pid, text in texts:
        long = rules.count(text) > most
        pieces += [(pid, one) for one in (rules.sentences(text) if long else [text])]
    found: list[list[tuple[str, str]]] = []
    spent = 0
    for pid, text in pieces:
        words = rules.count(text)
        if not found or spent + words > most:
            found.append([])
            spent = 0
        found[-1].append((pid, text))
        spent += words
    return found
