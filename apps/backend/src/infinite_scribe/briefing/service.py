"""Reads what a briefing needs, through the ports, and puts it together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.briefing.assemble import beats_briefing, cards_briefing, draft_briefing
from infinite_scribe.briefing.document import Briefing
from infinite_scribe.briefing.material import HIDDEN, Handles, Material, SaidBefore, Used
from infinite_scribe.briefing.plain import plain_briefing
from infinite_scribe.briefing.rules import ROOM, Tier, tier_for
from infinite_scribe.briefing.scene_slots import cast_member
from infinite_scribe.briefing.text_slots import card_data
from infinite_scribe.canon.service import CanonService, World
from infinite_scribe.canon.story_graph import StoryGraph
from infinite_scribe.genesis.service import GenesisService
from infinite_scribe.manuscript.service import ManuscriptService, SceneState
from infinite_scribe.memory.schemas import PassageHit
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.service import get_novel
from infinite_scribe.plot.schemas import CardRead
from infinite_scribe.plot.service import PlotService
from infinite_scribe.structure.errors import ChapterNotFoundError, SceneNotFoundError
from infinite_scribe.structure.schemas import ChapterNode, SceneNode, StructureTree
from infinite_scribe.structure.service import StructureService

PASSAGES = 8
NEAR = 5


@dataclass(frozen=True)
class Asked:
    """What the author asks for beyond the plan, and what the last scenes used."""

    instruction: str | None = None
    steers: Sequence[str] = ()
    avoid: Sequence[str] = ()
    used: Used = field(default_factory=Used)


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

    async def draft(self, scene_id: UUID, asked: Asked = Asked(), *, room: int | None = None) -> Briefing:
        """Return what the writer reads before it drafts a scene.

        Raises `SceneNotFoundError`, `BriefingTooLargeError`.
        """
        tier = tier_for(ROOM[Tier.FULL] if room is None else room)
        return draft_briefing(await self.scene_material(scene_id, asked), tier, room)

    async def cards(
        self,
        chapter_id: UUID,
        *,
        scenes: int,
        word_budget: int,
        asked: Asked = Asked(),
        room: int | None = None,
    ) -> Briefing:
        """Return what the director reads before it plans a chapter's scenes. Raises `ChapterNotFoundError`."""
        tree, world = await self._tree(), await self._world()
        chapter = next((one for one in tree.chapters() if one.id == chapter_id), None)
        if chapter is None:
            raise ChapterNotFoundError
        material = replace(
            await self._base(tree, world, chapter, asked),
            previous=await self._summary_before(tree, chapter),
            facts=await self.graph.neighbours(sorted(_shown(world)), as_of=None, hops=1),
        )
        return cards_briefing(material, scenes=scenes, word_budget=word_budget, tier=_tier(room), room=room)

    async def beats(
        self,
        scene_id: UUID,
        *,
        count: int,
        word_budget: int,
        asked: Asked = Asked(),
        room: int | None = None,
    ) -> Briefing:
        """Return what the director reads before it breaks a scene into beats. Raises `SceneNotFoundError`."""
        material = replace(await self.scene_material(scene_id, asked), beats=())
        return beats_briefing(material, count=count, word_budget=word_budget, tier=_tier(room), room=room)

    async def genesis(self, data: Mapping[str, Any], *, room: int | None = None) -> Briefing:
        """Return what the worldsmith reads about a stage; the author's wishes are added to what it is asked."""
        wishes = [one.text for one in await GenesisService.of(self.session, self.scope).constraints()]
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
        handles = Handles.of(material)
        stage = material.on_stage()
        data = {
            "text": text,
            "before": before,
            "after": after,
            "instruction": instruction,
            "preset": preset,
            "target_words": target_words,
            "names": _names_in(material.world, text),
            "style": (material.style.model_dump(include={"person", "tense", "pov_discipline", "distance", "banned"})
                      if material.style else {}),
            "cast": [cast_member(material, handles, entity) for entity in stage],
            "places": [
                {"handle": handles.entities[entity.id], "name": entity.name, "line": entity.summary}
                for entity in material.visible()
                if material.card is not None and entity.id == material.card.place_id
            ],
        }  # fmt: skip
        return await self._plain("rewrite", data, room)

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
        return await self._plain("checker", data, room)

    async def node(
        self, node: str, sentences: Sequence[str], *, max_tokens: int, room: int | None = None
    ) -> Briefing:
        """Return what the librarian reads to sum up a node: its sentences, numbered."""
        world = await self._world()
        data = {
            "node": node,
            "max_tokens": max_tokens,
            "sentences": [
                {"handle": f"S{number}", "text": text} for number, text in enumerate(sentences, start=1)
            ],
            "names": _names_in(world, " ".join(sentences)),
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

    async def scene_material(self, scene_id: UUID, asked: Asked = Asked()) -> Material:
        """Return everything about one scene that a briefing may use. Raises `SceneNotFoundError`."""
        tree, world = await self._tree(), await self._world()
        chapter = next(
            (one for one in tree.chapters() if any(scene.id == scene_id for scene in one.scenes)), None
        )
        if chapter is None:
            raise SceneNotFoundError
        scene = next(one for one in chapter.scenes if one.id == scene_id)
        plot = PlotService.of(self.session, self.scope)
        card, cards = await plot.card(scene_id), await plot.cards()
        base = await self._base(tree, world, chapter, asked)
        material = replace(
            base,
            scene=scene,
            index_in_chapter=[one.id for one in chapter.scenes].index(scene_id) + 1,
            card=card,
            beats=tuple(await plot.beats(scene_id)),
        )
        earlier = [one for one in tree.scenes() if one.reading_index < scene.reading_index]
        near = [one.id for one in _near(earlier, cards, card)]
        states = await ManuscriptService.of(self.session, self.scope).written(near)
        previous, last = _tails(earlier, states, cards, card)
        return replace(
            material,
            facts=await self._facts(material),
            previous=previous,
            last_of_pov=last,
            so_far=await self._so_far(tree, chapter, earlier, cards),
            passages=await self._passages(material, earlier),
        )

    async def _tree(self) -> StructureTree:
        return await StructureService.of(self.session, self.scope).tree()

    async def _world(self) -> World:
        return await CanonService.of(self.session, self.scope).world()

    async def _base(self, tree: StructureTree, world: World, chapter: ChapterNode, asked: Asked) -> Material:
        plot = PlotService.of(self.session, self.scope)
        novel = await get_novel(self.session, self.scope.novel_id)
        later = [one for one in tree.chapters() if one.number == chapter.number + 1]
        return Material(
            language=novel.language,
            title=novel.title,
            revision=novel.revision,
            fence_key=self.fence_key,
            world=world,
            concept=await plot.concept(),
            style=await plot.style(),
            exemplars=tuple(await plot.exemplars()),
            arcs=tuple(await plot.arcs()),
            chapter=chapter,
            next_line=later[0].one_line if later else "",
            voices={voice.entity_id: voice for voice in await plot.voices()},
            avoid=tuple(asked.avoid),
            used=asked.used,
            instruction=asked.instruction,
            steers=tuple(asked.steers),
        )

    async def _facts(self, material: Material) -> Sequence[Any]:
        """Return the facts about everybody and everything the scene names, at its time."""
        card, shown = material.card, _shown(material.world)
        texts = " ".join([
            *((card.summary, card.goal, card.conflict, card.turn) if card else ()),
            *(beat.text for beat in material.beats), material.instruction or "",
        ])  # fmt: skip
        wanted = {entity.id for entity in material.on_stage()}
        if card is not None and card.place_id is not None:
            wanted.add(card.place_id)
        for entity in material.visible():
            named = any(alias.text in texts for alias in entity.aliases)
            if entity.agent_visibility == "always" or (named and entity.agent_visibility == "when_mentioned"):
                wanted.add(entity.id)
        tick = material.scene.t_from if material.scene is not None else None
        return await self.graph.neighbours(sorted(wanted & shown), as_of=tick, hops=2)

    async def _so_far(
        self,
        tree: StructureTree,
        chapter: ChapterNode,
        earlier: Sequence[SceneNode],
        cards: Mapping[UUID, CardRead],
    ) -> tuple[SaidBefore, ...]:
        """Return the summaries of the book, of the chapter before and of this chapter's scenes so far."""
        before = [one for one in tree.chapters() if one.number == chapter.number - 1]
        scenes = [one for one in earlier if one.chapter_id == chapter.id]
        nodes = ["book", *(f"chapter:{one.id}" for one in before), *(f"scene:{one.id}" for one in scenes)]
        found = await MemoryService.of(self.session, self.scope).newest_summaries(nodes)
        said = []
        for node in nodes:
            summary = found.get(node)
            if summary is None:
                continue
            scene_id = UUID(node.partition(":")[2]) if node.startswith("scene:") else None
            card = cards.get(scene_id) if scene_id is not None else None
            text = " ".join(str(sentence.get("text", "")) for sentence in summary.sentences)
            said.append(
                SaidBefore(text, node, on_stage=frozenset(card.on_stage) if card is not None else None)
            )
        return tuple(said)

    async def _summary_before(self, tree: StructureTree, chapter: ChapterNode) -> SaidBefore | None:
        for one in tree.chapters():
            if one.number == chapter.number - 1:
                node = f"chapter:{one.id}"
                found = await MemoryService.of(self.session, self.scope).newest_summaries([node])
                if node in found:
                    text = " ".join(str(sentence.get("text", "")) for sentence in found[node].sentences)
                    return SaidBefore(text, node)
                return SaidBefore(one.one_line, node) if one.one_line else None
        return None

    async def _passages(self, material: Material, earlier: Sequence[SceneNode]) -> tuple[PassageHit, ...]:
        """Return earlier passages that fit the card and its beats, in reading order; the last scene is slot 10's."""
        order = {scene.id: scene.reading_index for scene in earlier[:-1]}
        if not order or material.card is None:
            return ()
        memory = MemoryService.of(self.session, self.scope)
        queries = [material.card.summary, *(beat.text for beat in material.beats)]
        names = [entity.name for entity in material.on_stage()]
        best: dict[UUID, PassageHit] = {}
        for query in queries:
            for hit in await memory.search(
                query, language=material.language, scenes=sorted(order), names=names
            ):
                held = best.get(hit.passage.id)
                if held is None or hit.score > held.score:
                    best[hit.passage.id] = hit
        ranked = sorted(best.values(), key=lambda hit: (-hit.score, hit.passage.id))[:PASSAGES]
        return tuple(sorted(ranked, key=lambda hit: (order[hit.passage.scene_id], hit.passage.ordinal)))


def _near(
    earlier: Sequence[SceneNode], cards: Mapping[UUID, CardRead], card: CardRead | None
) -> list[SceneNode]:
    """Return the scenes whose end may be quoted: the last few, and the last few of this viewpoint."""
    pov_id = card.pov_id if card is not None else None
    same = [
        one for one in earlier if pov_id is not None and one.id in cards and cards[one.id].pov_id == pov_id
    ]
    wanted = {one.id for one in (*earlier[-NEAR:], *same[-NEAR:])}
    return [one for one in earlier if one.id in wanted]


def _tier(room: int | None) -> Tier:
    return tier_for(ROOM[Tier.FULL] if room is None else room)


def _shown(world: World) -> set[UUID]:
    return {entity.id for entity in world.entities if entity.agent_visibility not in HIDDEN}


def _names_in(world: World, text: str) -> list[str]:
    """Return the names of visible entries that stand in a text."""
    names = {
        alias.text
        for entity in world.entities
        if entity.agent_visibility not in HIDDEN
        for alias in entity.aliases
    }
    return sorted(name for name in names if name in text)


def _tails(
    earlier: Sequence[SceneNode],
    states: Mapping[UUID, SceneState],
    cards: Mapping[UUID, CardRead],
    card: CardRead | None,
) -> tuple[SaidBefore | None, SaidBefore | None]:
    """Return the last written scene before this one, and the last one of the same viewpoint."""
    written = [scene for scene in earlier if scene.id in states]

    def said(scene: SceneNode) -> SaidBefore:
        planned = cards.get(scene.id)
        stage = frozenset(planned.on_stage) if planned is not None else None
        return SaidBefore(states[scene.id].text, f"scene:{scene.id}", (scene.id,), stage)

    previous = said(written[-1]) if written else None
    pov_id = card.pov_id if card is not None else None
    same = [scene for scene in written if scene.id in cards and cards[scene.id].pov_id == pov_id]
    return previous, said(same[-1]) if same and pov_id is not None else None
