"""Reads what a briefing needs, through the ports, and puts it together."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.briefing.assemble import beats_briefing, cards_briefing, draft_briefing
from infinite_scribe.briefing.document import Briefing
from infinite_scribe.briefing.knowing import know
from infinite_scribe.briefing.knowledge import required_ids
from infinite_scribe.briefing.material import HIDDEN, ROSTER, Handles, Material, Part, SaidBefore
from infinite_scribe.briefing.plain import plain_briefing
from infinite_scribe.briefing.profiles import profile_briefing
from infinite_scribe.briefing.reading import RECENT, Asked, SceneReader, Stage, nearest
from infinite_scribe.briefing.recollection import questions_of, recollect, search
from infinite_scribe.briefing.rules import ROOM, Tier, tier_for
from infinite_scribe.briefing.text_slots import card_data
from infinite_scribe.canon.service import CanonService, World
from infinite_scribe.canon.story_graph import StoryGraph
from infinite_scribe.genesis.rules import said_wish
from infinite_scribe.genesis.service import GenesisService
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.service import get_novel
from infinite_scribe.plot.nearby import PlanNearby
from infinite_scribe.plot.schemas import CardRead
from infinite_scribe.plot.service import PlotService
from infinite_scribe.structure.schemas import ChapterNode
from infinite_scribe.structure.window import SceneWindow, Windows

MOST_PLANNED = 200
"""Facts that a planner of a chapter reads."""

NOTHING_MORE = Asked()

__all__ = ["Asked", "BriefingService"]


@dataclass(frozen=True)
class BriefingService:
    """Makes briefings for one novel. `room` is what the model leaves for input, in tokens."""

    session: AsyncSession
    scope: NovelScope
    fence_key: bytes
    graph: StoryGraph

    @classmethod
    def of(
        cls, session: AsyncSession, scope: NovelScope, fence_key: bytes, graph: StoryGraph | None = None
    ) -> BriefingService:
        """Return the briefings of the scope's novel. `fence_key` is a secret of this installation."""
        return cls(session, scope, fence_key, graph or CanonService.of(session, scope).graph())

    async def draft(
        self, scene_id: UUID, asked: Asked = NOTHING_MORE, *, room: int | None = None
    ) -> Briefing:
        """Return what the writer reads before it drafts a scene.

        Raises `SceneNotFoundError`, `BriefingTooLargeError`.
        """
        tier = tier_for(ROOM[Tier.FULL] if room is None else room)
        return draft_briefing(await self.scene_material(scene_id, asked), tier, room)

    async def questions(self, scene_id: UUID, asked: Asked = NOTHING_MORE) -> list[str]:
        """Return what a scene asks of earlier passages, so that the caller can fetch their vectors first.

        Raises `SceneNotFoundError`.
        """
        reader, material, window, before = await self._planned(scene_id, asked)
        stage = await reader.stage(window, material, before)
        on_stage = material.card.on_stage if material.card is not None else []
        world = World(tuple(await reader.canon.entities(on_stage)), (), ())
        return questions_of(replace(material, acts=stage.acts, world=world))

    async def cards(
        self,
        chapter_id: UUID,
        *,
        scenes: int,
        word_budget: int,
        asked: Asked = NOTHING_MORE,
        room: int | None = None,
    ) -> Briefing:
        """Return what the director reads before it plans a chapter's scenes. Raises `ChapterNotFoundError`."""
        _, chapter, before, following = await Windows.of(self.session, self.scope).around_chapter(chapter_id)
        reader = SceneReader(self.session, self.scope, self.graph)
        world = await self.world()
        near, missing = await reader.near(_shown(world), None, most=MOST_PLANNED)
        material = replace(
            await self._base(chapter, following, asked),
            world=world,
            roster=tuple(await reader.canon.roster(ROSTER)),
            previous=await self._summary_before(before),
            facts=await reader.facts(near),
            missing=tuple(missing),
        )
        return cards_briefing(material, scenes=scenes, word_budget=word_budget, tier=_tier(room), room=room)

    async def beats(
        self,
        scene_id: UUID,
        *,
        count: int,
        word_budget: int,
        asked: Asked = NOTHING_MORE,
        room: int | None = None,
    ) -> Briefing:
        """Return what the director reads before it breaks a scene into beats. Raises `SceneNotFoundError`."""
        material = replace(await self.scene_material(scene_id, asked), beats=())
        return beats_briefing(material, count=count, word_budget=word_budget, tier=_tier(room), room=room)

    async def genesis(self, data: Mapping[str, Any], *, room: int | None = None) -> Briefing:
        """Return what the worldsmith reads about a stage; the author's wishes for it are added to what it is asked."""
        language = (await get_novel(self.session, self.scope.novel_id)).language
        wishes = [
            said_wish(one.kind, one.text, language)
            for one in await GenesisService.of(self.session, self.scope).constraints()
            if one.scope in {"all", data.get("stage", "all")}
        ]
        asked = {**data, "constraints": [*data.get("constraints", []), *wishes]} if wishes else dict(data)
        return await self._plain("genesis", asked, room)

    async def rewrite(
        self,
        scene_id: UUID,
        *,
        text: str,
        before: str,
        after: str,
        instruction: str,
        preset: str | None = None,
        target_words: int | None = None,
        room: int | None = None,
    ) -> Briefing:
        """Return what the writer reads before it rewrites a span. Raises `SceneNotFoundError`."""
        material = await self.scene_material(scene_id)
        data = {
            "text": text,
            "before": before,
            "after": after,
            "instruction": instruction,
            "preset": preset,
            "target_words": target_words,
            "names": names_in(material.world, text),
        }
        return profile_briefing("rewrite", material, data, room)

    async def checker(self, scene_id: UUID, *, room: int | None = None) -> Briefing:
        """Return what the editor reads to see whether a scene realises its card. Raises `SceneNotFoundError`."""
        material = await self.scene_material(scene_id)
        handles = Handles.of(material)
        state = await ManuscriptService.of(self.session, self.scope).scene(scene_id)
        data = {
            "card": card_data(material, handles) if material.card is not None else {},
            "beats": [
                {"handle": handles.beats[beat.beat_id], "kind": beat.kind, "text": beat.text,
                 "actor": handles.of_entity(beat.actor_id)}
                for beat in material.beats
            ],
            "paragraphs": [{"pid": block.pid, "text": block.text} for block in state.blocks if block.text.strip()],
            "names": {handles.entities[entity.id]: entity.name for entity in material.on_stage()},
        }  # fmt: skip
        return profile_briefing("checker", material, data, room)

    async def node(
        self, node: str, sentences: Sequence[str], *, max_tokens: int, room: int | None = None
    ) -> Briefing:
        """Return what the librarian reads to sum up a node: its sentences, numbered."""
        world = await self.world()
        data = {
            "node": node,
            "max_tokens": max_tokens,
            "sentences": [
                {"handle": f"S{number}", "text": text} for number, text in enumerate(sentences, start=1)
            ],
            "names": names_in(world, " ".join(sentences)),
        }
        return await self._plain("node", data, room)

    async def _plain(self, profile: Any, data: Mapping[str, Any], room: int | None) -> Briefing:
        novel = await get_novel(self.session, self.scope.novel_id)
        return plain_briefing(
            profile,
            data,
            language=novel.language,
            revision=novel.revision,
            fence_key=self.fence_key,
            room=room,
        )

    async def scene_material(self, scene_id: UUID, asked: Asked = NOTHING_MORE) -> Material:
        """Return everything about one scene that a briefing may use. Raises `SceneNotFoundError`."""
        reader, material, window, before = await self._planned(scene_id, asked)
        card = material.card
        stage = await reader.stage(window, material, before)
        begun = await reader.begin_near(stage.ids, window.scene.t_from)
        try:
            previous, last = await reader.tails(window, card)
            roster = await reader.canon.roster(ROSTER)
            entries = await reader.canon.entities({*stage.ids, *roster})
            material = replace(
                material, roster=tuple(roster), previous=previous, last_of_pov=last, acts=stage.acts,
                due=stage.due, focus=stage.focus, so_far=await reader.so_far(window),
                disputed=await reader.canon.disputed(stage.ids), recent_from=await _recent(self, window),
                world=World(tuple(entries), (), ()),
            )  # fmt: skip
            answered = await search(reader, window, material, stage, asked)
        except BaseException:
            begun.cancel()
            await asyncio.gather(
                begun, return_exceptions=True
            )  # its transaction ends before that of the request
            raise
        near, missing = await reader.lain(begun, stage.ids, window.scene.t_from)
        near = nearest(near, stage, card, required_ids(material), material.recent_from)
        facts = await reader.facts(near)
        material = replace(material, world=await reader.world(entries, facts, stage.ids))
        shown = _shown(material.world)
        material = replace(
            material,
            facts=[fact for fact in facts if fact.subject_id is None or fact.subject_id in shown],
            ways=await reader.canon.ways(_places(material, stage, before)),
        )
        passages = await recollect(reader, window, material, stage, answered)
        material = replace(material, passages=passages, missing=(*missing, *answered.missing))
        return await self._with_knowledge(reader, window, material)

    async def _planned(
        self, scene_id: UUID, asked: Asked
    ) -> tuple[SceneReader, Material, SceneWindow, CardRead | None]:
        """Return what the plan says of a scene, and the card of the one before. Raises `SceneNotFoundError`."""
        reader = SceneReader(self.session, self.scope, self.graph)
        window = await Windows.of(self.session, self.scope).around(scene_id)
        before = window.order.before(scene_id)[-1:]
        cards = await reader.plan.cards([scene_id, *before])
        material = replace(
            await self._base(window.chapter, window.following, asked),
            scene=window.scene,
            index_in_chapter=[one.id for one in window.chapter.scenes].index(scene_id) + 1,
            card=cards.get(scene_id),
            beats=tuple(await PlotService.of(self.session, self.scope).beats(scene_id)),
        )
        return reader, material, window, cards.get(before[0]) if before else None

    async def _with_knowledge(self, reader: SceneReader, window: SceneWindow, material: Material) -> Material:
        """Add who knows what, over the facts and over all that the texts show."""
        said = [part for one in (*material.so_far, *_told(material)) for part in one.parts]
        quoted = {fact for part in said for fact in part.facts}
        quoted |= {fact for one in material.passages for fact in one.facts}
        wanted = {fact.id for fact in material.facts} | quoted
        knowledge, live = await know(reader, window, material, wanted)
        present = {
            one.hit.passage.scene_id: frozenset(map(UUID, one.hit.passage.on_stage))
            for one in material.passages
        }
        scenes = {scene for part in said for scene in part.scenes} - present.keys()
        present.update((await reader.plan.casting()).casts(scenes))
        return replace(material, knowledge=knowledge, live=live, present=present)

    async def world(self) -> World:
        """Return all entries, laws and rulings of the book."""
        return await CanonService.of(self.session, self.scope).world()

    async def chapter_base(self, chapter_id: UUID) -> tuple[Material, ChapterNode]:
        """Return the opening's material of a chapter and the chapter. Raises `ChapterNotFoundError`."""
        _, chapter, _, following = await Windows.of(self.session, self.scope).around_chapter(chapter_id)
        reader = SceneReader(self.session, self.scope, self.graph)
        roster = await reader.canon.roster(ROSTER)
        world = await reader.world(await reader.canon.entities(roster), (), ())
        base = await self._base(chapter, following, NOTHING_MORE)
        return replace(base, world=world, roster=tuple(roster)), chapter

    async def _base(self, chapter: ChapterNode, following: ChapterNode | None, asked: Asked) -> Material:
        plot = PlotService.of(self.session, self.scope)
        novel = await get_novel(self.session, self.scope.novel_id)
        return Material(
            language=novel.language,
            title=novel.title,
            revision=novel.revision,
            fence_key=self.fence_key,
            world=World((), (), ()),
            concept=await plot.concept(),
            style=await plot.style(),
            exemplars=tuple(await plot.exemplars()),
            arcs=tuple(await plot.arcs()),
            chapter=chapter,
            next_line=following.one_line if following is not None else "",
            voices={voice.entity_id: voice for voice in await plot.voices()},
            avoid=tuple(asked.avoid),
            used=asked.used,
            instruction=asked.instruction,
            steers=tuple(asked.steers),
        )

    async def _summary_before(self, previous: ChapterNode | None) -> SaidBefore | None:
        if previous is None:
            return None
        node = f"chapter:{previous.id}"
        found = await MemoryService.of(self.session, self.scope).newest_summaries([node])
        if node in found:
            sentences = found[node].sentences
            return SaidBefore(node, tuple(Part(str(sentence.get("text", ""))) for sentence in sentences))
        return SaidBefore(node, (Part(previous.one_line),)) if previous.one_line else None


async def _recent(service: BriefingService, window: SceneWindow) -> int | None:
    """Return the tick at which the last scenes began: what changed since then is fresh."""
    last = window.order.before(window.scene.id)[-RECENT:]
    spans = (await PlanNearby.of(service.session, service.scope).casting()).spans(last)
    ticks = [one.t_from for one in spans if one.story_mode == "linear"]
    return min(ticks, default=None)


def _places(material: Material, stage: Stage, before: CardRead | None) -> set[UUID]:
    """Return the places between which one may travel here: this one, the last one, and those that are named."""
    named = {one.id for one in material.visible() if one.kind == "place" and one.id in stage.focus}
    here = material.card.place_id if material.card is not None else None
    last = before.place_id if before is not None else None
    return named | {one for one in (here, last) if one is not None}


def _told(material: Material) -> list[SaidBefore]:
    return [one for one in (material.previous, material.last_of_pov) if one is not None]


def _tier(room: int | None) -> Tier:
    return tier_for(ROOM[Tier.FULL] if room is None else room)


def _shown(world: World) -> set[UUID]:
    return {entity.id for entity in world.entities if entity.agent_visibility not in HIDDEN}


def names_in(world: World, text: str) -> list[str]:
    """Return the names of visible entries that stand in a text."""
    names = {
        alias.text
        for entity in world.entities
        if entity.agent_visibility not in HIDDEN
        for alias in entity.aliases
    }
    return sorted(name for name in names if name in text)
