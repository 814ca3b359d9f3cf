"""Briefings of the roles that check, repair, propose and answer: patch, resize, critic, chapter, world, chat, extract, ghost, onward."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.briefing.close_reading import CloseReading
from infinite_scribe.briefing.document import Briefing
from infinite_scribe.briefing.material import HIDDEN, Handles, Material, Part, Recalled, SaidBefore
from infinite_scribe.briefing.profiles import profile_briefing
from infinite_scribe.briefing.reading import SceneReader
from infinite_scribe.briefing.service import Asked, BriefingService, names_in
from infinite_scribe.canon.service import World
from infinite_scribe.canon.story_graph import StoryGraph
from infinite_scribe.memory.recall import Question, Recall
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.service import get_novel
from infinite_scribe.plot.schemas import VoiceRead
from infinite_scribe.structure.window import Windows

MOST_RECALLED = 16
ENOUGH_BEFORE = 1_500
"""Characters of the scene itself from which the end of the scene before is not needed to go on."""
AROUND = 200
"""Words on each side of a span that a repair sees."""


@dataclass(frozen=True)
class ProfileBriefings:
    """The other briefings of one novel."""

    briefings: BriefingService

    @classmethod
    def of(
        cls, session: AsyncSession, scope: NovelScope, fence_key: bytes, graph: StoryGraph | None = None
    ) -> ProfileBriefings:
        """Return the briefings of the scope's novel. `fence_key` is a secret of this installation."""
        return cls(BriefingService.of(session, scope, fence_key, graph))

    async def patch(
        self,
        scene_id: UUID,
        *,
        text: str,
        before: str,
        after: str,
        finding: Mapping[str, Any],
        room: int | None = None,
    ) -> Briefing:
        """Return what the writer reads before it repairs one span for one finding. Raises `SceneNotFoundError`."""
        material = await self.briefings.scene_material(scene_id)
        data = {
            "text": text, "before": _last_words(before), "after": _first_words(after), "finding": dict(finding),
            "names": names_in(material.world, text),
        }  # fmt: skip
        return profile_briefing("patch", material, data, room)

    async def resize(
        self,
        scene_id: UUID,
        *,
        text: str,
        before: str,
        after: str,
        target_words: int,
        room: int | None = None,
    ) -> Briefing:
        """Return what the writer reads before it brings a span to a length: no facts, for none may change.

        Raises `SceneNotFoundError`.
        """
        material = await self.briefings.scene_material(scene_id)
        data = {
            "text": text, "before": before, "after": after, "target_words": target_words,
            "names": names_in(material.world, text),
        }  # fmt: skip
        return profile_briefing("resize", material, data, room)

    async def onward(
        self,
        scene_id: UUID,
        *,
        before: str,
        after: str,
        target_words: int,
        length: str,
        beat: str | None,
        asked: Asked,
        room: int | None = None,
    ) -> Briefing:
        """Return what the writer reads before it goes on inside a scene: a draft's slots, and the text around.

        `before` and `after` come as long as they are to be read. Raises `SceneNotFoundError`.
        """
        material = await self.briefings.scene_material(scene_id, asked)
        if len(before) > ENOUGH_BEFORE:
            material = replace(material, previous=None, last_of_pov=None)
        data = {
            "before": before, "after": after, "target_words": target_words, "span_length": length,
            "beat_here": Handles.of(material).beats.get(beat or "", ""),
            "names": names_in(material.world, f"{before}\n{after}"),
        }  # fmt: skip
        return profile_briefing("onward", material, data, room)

    async def dialogue(
        self,
        scene_id: UUID,
        *,
        text: str,
        before: str,
        after: str,
        instruction: str,
        cast: Collection[UUID] = (),
        room: int | None = None,
    ) -> Briefing:
        """Return what the writer reads before it works over speech: how each who is on stage, or asked for, talks.

        Raises `SceneNotFoundError`.
        """
        material = await self.briefings.scene_material(scene_id)
        handles = Handles.of(material)
        people = [one for one in material.on_stage() if not cast or one.id in cast]
        data = {
            "text": text, "before": _last_words(before), "after": _first_words(after), "instruction": instruction,
            "names": names_in(material.world, text),
            "voices": [
                {"handle": handles.entities[one.id], "name": one.name, **_talks(material.voices.get(one.id))}
                for one in people
            ],
        }  # fmt: skip
        return profile_briefing("rewrite", material, data, room)

    async def describe(
        self,
        scene_id: UUID,
        *,
        text: str,
        before: str,
        after: str,
        senses: Sequence[str],
        instruction: str,
        room: int | None = None,
    ) -> Briefing:
        """Return what the writer reads before it describes something in the text. Raises `SceneNotFoundError`."""
        material = await self.briefings.scene_material(scene_id)
        data = {
            "text": text, "before": _last_words(before), "after": _first_words(after), "senses": list(senses),
            "instruction": instruction, "names": names_in(material.world, text),
        }  # fmt: skip
        return profile_briefing("rewrite", material, data, room)

    async def ghost(self, scene_id: UUID, *, before: str, after: str, room: int | None = None) -> Briefing:
        """Return what the quick model reads before it goes on for a few words. Raises `SceneNotFoundError`."""
        material = await self.briefings.scene_material(scene_id)
        style = material.style.model_dump(include={"person", "tense", "distance"}) if material.style else {}
        near = f"{before}\n{after}"
        data = {
            "before": _last_words(before), "after": _first_words(after), "style": style,
            "names": names_in(material.world, near),
        }  # fmt: skip
        return profile_briefing("ghost", material, data, room)

    async def critic(
        self,
        chapter_id: UUID,
        *,
        alternatives: Sequence[Mapping[str, Any]],
        lint: Sequence[str] = (),
        room: int | None = None,
    ) -> Briefing:
        """Return what the director reads before it criticises plans of a chapter. Raises `ChapterNotFoundError`."""
        data = {"alternatives": [dict(one) for one in alternatives], "lint": list(lint)}
        return await self.planner(chapter_id, data, room=room)

    async def planner(
        self, chapter_id: UUID, data: Mapping[str, Any], *, room: int | None = None
    ) -> Briefing:
        """Return what the director reads before it judges or changes a plan: the story so far, and what it is asked.

        Raises `ChapterNotFoundError`.
        """
        material, chapter = await self.briefings.chapter_base(chapter_id)
        reader = self._reader()
        if chapter.scenes:
            window = await Windows.of(reader.session, reader.scope).around(chapter.scenes[0].id)
            material = replace(material, so_far=await reader.so_far(window))
        return profile_briefing("critic", material, data, room)

    async def chapter(self, chapter_id: UUID, *, room: int | None = None) -> list[Briefing]:
        """Return what the editor reads of a whole chapter, in as many parts as its length needs.

        Raises `ChapterNotFoundError`.
        """
        return await CloseReading(self.briefings).chapter("chapter", chapter_id, {}, room=room)

    async def extract(self, scene_id: UUID, *, room: int | None = None) -> list[Briefing]:
        """Return what the librarian reads of a scene: its words and the names in it, nothing of the plan.

        Raises `SceneNotFoundError`.
        """
        return [one.briefing for one in await CloseReading(self.briefings).scene(scene_id, room=room)]

    async def world(
        self,
        about: Collection[UUID],
        *,
        kinds: Sequence[str],
        instruction: str | None = None,
        room: int | None = None,
    ) -> Briefing:
        """Return what the worldsmith reads before it proposes: the entries asked about and what is known of them."""
        material = await self._about(await self._bare(), about)
        data = {"kinds": list(kinds), "instruction": instruction}
        return profile_briefing("world", material, data, room)

    async def chat(
        self,
        question: str,
        *,
        model: str | None = None,
        vector: Sequence[float] | None = None,
        room: int | None = None,
    ) -> Briefing:
        """Return what the librarian reads before it answers the author: summaries, passages and facts of the whole book."""
        reader = self._reader()
        named = await reader.canon.named_in(question)
        material = await self._about(await self._bare(), named)
        order = await Windows.of(reader.session, reader.scope).order()
        names = tuple(sorted(material.by_id[one].name for one in named if one in material.by_id))
        asked = [Question(question, names, model, vector)]
        found = await Recall.of(reader.session, reader.scope).ask(
            asked, language=material.language, scenes=list(order.index), k=MOST_RECALLED
        )
        hits = [hit for hit in found.answers[0] if hit.passage.scene_id in order.index]
        hidden = await self._hidden_names()
        passages = [
            Recalled(hit, frozenset(), hit.score, hit.reason, order.index[hit.passage.scene_id])
            for hit in hits
            if not any(name in hit.passage.text for name in hidden)
        ]
        summaries = await MemoryService.of(reader.session, reader.scope).newest_summaries(["book"])
        said = [
            SaidBefore(node, tuple(Part(str(one.get("text", ""))) for one in read.sentences))
            for node, read in summaries.items()
        ]
        missing = (*material.missing, *found.missing)
        material = replace(material, passages=passages, so_far=said, missing=missing)
        return profile_briefing("chat", material, {"question": question}, room)

    def _reader(self) -> SceneReader:
        made = self.briefings
        return SceneReader(made.session, made.scope, made.graph)

    async def _bare(self) -> Material:
        """Return a material that knows of no plan."""
        made = self.briefings
        novel = await get_novel(made.session, made.scope.novel_id)
        return Material(novel.language, novel.title, novel.revision, made.fence_key, World((), (), ()))

    async def _about(self, material: Material, ids: Collection[UUID]) -> Material:
        reader = self._reader()
        near, missing = await reader.near(ids, None)
        facts = await reader.facts(near)
        world = await reader.world(await reader.canon.entities(ids), facts, ids)
        return replace(material, world=world, facts=facts, missing=tuple(missing), focus=frozenset(ids))

    async def _hidden_names(self) -> set[str]:
        """Return the names of entries that no agent may see."""
        entries = (await self.briefings.world()).entities
        return {
            alias.text for entity in entries if entity.agent_visibility in HIDDEN for alias in entity.aliases
        }


def _talks(voice: VoiceRead | None) -> dict[str, Any]:
    """Return how somebody talks; nothing where no card says it."""
    if voice is None:
        return {}
    said = {
        "register": voice.speech_register, "rhythm": voice.rhythm, "lexicon": voice.lexicon, "avoids": voice.avoids,
        "tics": voice.tics, "lines": voice.sample_lines,
    }  # fmt: skip
    return {name: value for name, value in said.items() if value}


def _last_words(text: str) -> str:
    """Return the end of a text: as many words as a repair sees, and for Chinese as many characters."""
    kept = " ".join(text.split()[-AROUND:])
    return kept[-AROUND * 6 :]


def _first_words(text: str) -> str:
    return " ".join(text.split()[:AROUND])[: AROUND * 6]
