"""What a change of the canon touches: passages that say it, passages written with it, and all that rests on it.

Code alone. A preview changes nothing; `commit` marks what was found as stale, and the marks end with a patch, a new
draft, or the author's word that it is still fine.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.dependants import Dependants, FactSaid, fits_any
from infinite_scribe.canon.moments import Moment
from infinite_scribe.canon.service import CanonService, World
from infinite_scribe.canon.wording import phrase
from infinite_scribe.continuity.linking import Linker
from infinite_scribe.continuity.passages import has_word, sentences
from infinite_scribe.continuity.reconciling import Wanted, says
from infinite_scribe.continuity.repository import ContinuityRepository
from infinite_scribe.continuity.ripple_schemas import (
    RippleClear,
    RippleCleared,
    RippledItem,
    RippledPassage,
    RippleRead,
)
from infinite_scribe.continuity.scene import Known, Name
from infinite_scribe.continuity.service import paragraphs_of
from infinite_scribe.continuity.words import Words
from infinite_scribe.continuity.words import words as words_of
from infinite_scribe.manuscript.document import origins
from infinite_scribe.manuscript.service import ManuscriptService, SceneState
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.service import get_novel
from infinite_scribe.plot.ledger import PromiseLedger
from infinite_scribe.plot.service import PlotService
from infinite_scribe.plot.staleness import MarkDraft, StaleMarks
from infinite_scribe.runs.manifests import calls_shown
from infinite_scribe.structure.service import StructureService

NEAR_WORDS = 12


@dataclass(frozen=True)
class Ripple:
    """The ripples of one novel's canon."""

    session: AsyncSession
    scope: NovelScope

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> Ripple:
        """Return the ripples of the scope's novel."""
        return cls(session, scope)

    async def preview(self, fact_id: UUID, *, before: int | None = None) -> RippleRead:
        """Return what a change of a fact touches; good before the edit and after it.

        `before` asks for what the fact said before that revision. Raises `EntryNotFoundError`.
        """
        dependants = Dependants.of(self.session, self.scope)
        fact = await dependants.fact(fact_id, before=before)
        world = await CanonService.of(self.session, self.scope).world()
        states = await ManuscriptService.of(self.session, self.scope).scenes()
        says = await self._that_say(fact, world, states)
        said = {one.scene_id for one in says}
        used = [one for one in await self._that_used(fact, states) if one.scene_id not in said]
        resting = await dependants.resting_on(fact)
        thought = await CanonService.of(self.session, self.scope).belief_lines(
            [one for one, _ in resting.beliefs]
        )
        moment = await CanonService.of(self.session, self.scope).moment()
        return RippleRead(
            fact_id=fact_id,
            passages=[*says, *used],
            cards=await self._cards(fact),
            promises=await self._promises(fact),
            beliefs=[RippledItem(id=str(one), text=thought[one]) for one, _ in resting.beliefs],
            disclosures=[
                RippledItem(id=str(one), text=_told(scene, moment), scene_id=scene)
                for one, scene in resting.disclosures
            ],
            summaries=await self._summaries(fact, world),
            findings=await self._findings(fact),
            rules=[RippledItem(id=str(one), text=text) for one, text in resting.rules],
            events=[RippledItem(id=str(one), text=text) for one, text in resting.events],
        )

    async def commit(self, fact_ids: Iterable[UUID], revision: int) -> int:
        """Mark all that rests on facts which a revision changed as stale; return how many marks are new."""
        made = 0
        for fact_id in fact_ids:
            found = await self.preview(fact_id, before=revision)
            made += await StaleMarks.of(self.session, self.scope).mark(fact_id, revision, _marks(found))
        return made

    async def commit_revision(self, revision: int) -> int:
        """Mark what rests on the facts that a revision took away or changed; return how many marks are new."""
        changed = await Dependants.of(self.session, self.scope).changed_in(revision)
        return await self.commit(changed, revision)

    async def clear(self, wanted: RippleClear) -> RippleCleared:
        """Take the author's word that something is still fine."""
        marks = StaleMarks.of(self.session, self.scope)
        return RippleCleared(cleared=await marks.clear(wanted.kind, wanted.id, how="fine"))

    async def _that_say(
        self, fact: FactSaid, world: World, states: Sequence[SceneState]
    ) -> list[RippledPassage]:
        """Return passages that state the fact: its evidence, and sentences that say the same in other words."""
        found: dict[tuple[UUID, str, str], RippledPassage] = {}
        by_id = {state.scene_id: state for state in states}
        for quote in await Dependants.of(self.session, self.scope).quotes(fact.id):
            state = by_id.get(quote.scene_id)
            block = (
                next((b for b in state.blocks if quote.text in b.text), None) if state is not None else None
            )
            if state is not None and block is not None:
                passage = RippledPassage(
                    scene_id=quote.scene_id,
                    pid=block.pid,
                    quote=quote.text,
                    grade="says",
                    version=state.version,
                )
                found[quote.scene_id, block.pid, quote.text] = passage
        reader = await self._reader(fact, world)
        for state in states if reader is not None else ():
            assert reader is not None
            for pid, quote_text in reader.passages(state):
                passage = RippledPassage(
                    scene_id=state.scene_id, pid=pid, quote=quote_text, grade="says", version=state.version
                )
                found.setdefault((state.scene_id, pid, quote_text), passage)
        return list(found.values())

    async def _reader(self, fact: FactSaid, world: World) -> FactReader | None:
        novel = await get_novel(self.session, self.scope.novel_id)
        words = words_of(novel.language)
        if words is None or fact.subject_id is None or fact.value.is_empty:
            return None
        return FactReader.of(fact, world, words)

    async def _that_used(self, fact: FactSaid, states: Sequence[SceneState]) -> list[RippledPassage]:
        """Return scenes whose present text came from a call that was shown the fact."""
        calls = {str(call) for call in await calls_shown(self.session, self.scope.novel_id, [fact.id])}
        found: list[RippledPassage] = []
        for state in states if calls else ():
            pids = [pid for call, blocks in origins(state.json).items() if call in calls for pid in blocks]
            if pids:
                passage = RippledPassage(
                    scene_id=state.scene_id, pid=pids[0], quote="", grade="used", version=state.version
                )
                found.append(passage)
        return found

    async def _cards(self, fact: FactSaid) -> list[RippledItem]:
        scenes = (await CanonService.of(self.session, self.scope).moment()).scenes
        return [
            RippledItem(id=str(card.id), text=scenes[scene_id].title, scene_id=scene_id)
            for scene_id, card in (await PlotService.of(self.session, self.scope).cards()).items()
            if scene_id in scenes
            and fits_any(fact, [*card.entry, *card.exit, *card.must_include, *card.must_not_reveal])
        ]

    async def _promises(self, fact: FactSaid) -> list[RippledItem]:
        ledger = await PromiseLedger.of(self.session, self.scope).read()
        return [
            RippledItem(id=str(promise.id), text=promise.statement)
            for promise in ledger.items
            if fits_any(fact, promise.trigger)
        ]

    async def _summaries(self, fact: FactSaid, world: World) -> list[RippledItem]:
        """Return nodes whose newest summary names the fact, or says it in words."""
        tree = await StructureService.of(self.session, self.scope).tree()
        nodes = ["book", *(f"chapter:{one.id}" for one in tree.chapters())]
        nodes += [f"scene:{one.id}" for one in tree.scenes()]
        reader = await self._reader(fact, world)
        held = await MemoryService.of(self.session, self.scope).newest_summaries(nodes)
        return [
            RippledItem(id=node, text=str(hit["text"]))
            for node, summary in sorted(held.items())
            if (
                hit := next(
                    (
                        one
                        for one in summary.sentences
                        if str(fact.id) in map(str, one.get("facts", []))
                        or (reader is not None and reader.says(str(one.get("text", ""))))
                    ),
                    None,
                )
            )
            is not None
        ]

    async def _findings(self, fact: FactSaid) -> list[RippledItem]:
        rows = await ContinuityRepository(self.session, self.scope.novel_id).findings("open", None)
        return [
            RippledItem(id=str(row.id), text=str(row.claim.get("quote", "")), scene_id=row.scene_id)
            for row in rows
            if str(fact.id) in map(str, row.against.values())
        ]


@dataclass(frozen=True)
class FactReader:
    """Finds sentences that state one fact."""

    wanted: Wanted
    linker: Linker
    words: Words
    names: tuple[str, ...]
    value: str

    @classmethod
    def of(cls, fact: FactSaid, world: World, words: Words) -> FactReader:
        """Return the reader of a fact with its subject's and its value's names."""
        known = [
            Known(one.id, one.kind, one.name, tuple(Name(a.text, a.kind, a.ambiguous) for a in one.aliases))
            for one in world.entities
        ]
        names = tuple(name.text for one in known if one.id == fact.subject_id for name in one.names)
        value = fact.value.text or (f"{fact.value.number:g}" if fact.value.number is not None else "")
        return cls(
            Wanted(fact.subject_id, fact.predicate, fact.value),
            Linker.of(known, words.language),
            words,
            names,
            value,
        )

    def passages(self, state: SceneState) -> list[tuple[str, str]]:
        """Return `(pid, sentence)` of a scene that state the fact; scenes that name no subject are passed over."""
        if not any(name in state.text for name in self.names):
            return []
        return [
            (one.pid, one.text.strip())
            for one in sentences(paragraphs_of(state), self.words)
            if self.says(one.text)
        ]

    def says(self, sentence: str) -> bool:
        """Say whether a sentence names the subject and has the value within 12 words of it."""
        if self.wanted.value.object_id is not None:
            return says(self.wanted, sentence, self.linker, self.words)
        if not self.value or not has_word(sentence, (self.value.casefold(),), self.words.language):
            return False
        return any(near(sentence, name, self.value, self.words.language) for name in self.names)


def near(text: str, name: str, value: str, language: str) -> bool:
    """Say whether a value stands within 12 words (in Chinese 24 characters) of a name."""
    if name not in text:
        return False
    folded = text.casefold()
    places = [hit.start() for hit in re.finditer(re.escape(name.casefold()), folded)]
    hits = [hit.start() for hit in re.finditer(re.escape(value.casefold()), folded)]
    for one in places:
        for other in hits:
            between = folded[min(one, other) : max(one, other)]
            gap = len(between) / 2 if language == "zh" else len(between.split())
            if gap <= NEAR_WORDS:
                return True
    return False


def _told(scene_id: UUID, moment: Moment) -> str:
    """Say in which scene the reader is told."""
    anchor = {"kind": "scene", "ref": str(scene_id)}
    return phrase(moment.language, "told", scene=moment.words(anchor, {}))


def _marks(found: RippleRead) -> list[MarkDraft]:
    marks = [
        MarkDraft(
            "scene", str(one.scene_id), one.grade, one.scene_id, one.pid, one.quote,
            one.version if one.grade == "used" or not one.quote else None,
        )
        for one in found.passages
    ]  # fmt: skip
    kinds: list[tuple[str, Collection[RippledItem]]] = [
        ("card", found.cards), ("promise", found.promises), ("belief", found.beliefs),
        ("disclosure", found.disclosures), ("summary", found.summaries), ("finding", found.findings),
        ("rule", found.rules), ("event", found.events),
    ]  # fmt: skip
    for kind, items in kinds:
        marks += [MarkDraft(kind, one.id, "rests", one.scene_id) for one in items]  # type: ignore[arg-type]
    return marks
