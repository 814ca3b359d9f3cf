"""What a batch of changed facts is held against: everything that may rest on them, read once.

The text of a book is never read whole. Scenes that may say a fact come from the lexical index and from its evidence;
scenes written with it come from the read sets of the calls; scenes that the index does not know yet are read as well.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.dependants import Dependants, FactSaid, Resting, fits_any
from infinite_scribe.canon.learning import Quote
from infinite_scribe.canon.moments import Moment
from infinite_scribe.canon.service import CanonService
from infinite_scribe.canon.wording import phrase
from infinite_scribe.continuity.fact_reader import FactReader, NameBook
from infinite_scribe.continuity.models import Finding
from infinite_scribe.continuity.repository import ContinuityRepository
from infinite_scribe.continuity.ripple_schemas import RippledItem, RippledPassage, RippleRead
from infinite_scribe.continuity.service import paragraphs_of
from infinite_scribe.continuity.words import words as words_of
from infinite_scribe.manuscript.document import origins
from infinite_scribe.manuscript.origins import TextOrigins
from infinite_scribe.manuscript.service import ManuscriptService, SceneState
from infinite_scribe.memory.schemas import SummaryRead
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.memory.word_scenes import WordScenes
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.service import get_novel
from infinite_scribe.plot.ledger import PromiseLedger
from infinite_scribe.plot.schemas import CardRead
from infinite_scribe.plot.service import PlotService
from infinite_scribe.runs.manifests import calls_shown

MOST_SCENES = 200
"""Scenes whose text is held at a time; those that rest on evidence and on read sets come first."""


@dataclass(frozen=True)
class RippleReading:
    """A batch of facts with all that may rest on them; `rest` are the scenes that are still to be read."""

    facts: Sequence[FactSaid]
    readers: Mapping[UUID, FactReader]
    quotes: Mapping[UUID, Sequence[Quote]]
    calls: Mapping[UUID, Collection[UUID]]
    resting: Mapping[UUID, Resting]
    states: Mapping[UUID, SceneState]
    rest: Sequence[UUID]
    cards: Mapping[UUID, CardRead]
    promises: Sequence[tuple[UUID, str, list[dict[str, Any]]]]
    thoughts: Mapping[UUID, str]
    summaries: Mapping[str, SummaryRead]
    findings: Sequence[Finding]
    moment: Moment

    @classmethod
    async def of(cls, session: AsyncSession, scope: NovelScope, facts: Sequence[FactSaid]) -> RippleReading:
        """Read what these facts are held against, each kind in one statement, and the text of the first scenes."""
        canon, dependants = CanonService.of(session, scope), Dependants.of(session, scope)
        ids = [fact.id for fact in facts]
        moment = await canon.moment()
        words = words_of((await get_novel(session, scope.novel_id)).language)
        book = None if words is None else NameBook.of(await canon.world(), words)
        found = {} if book is None else {fact.id: FactReader.of(fact, book) for fact in facts}
        readers = {one: reader for one, reader in found.items() if reader is not None}
        quotes, calls = await dependants.quotes(ids), await calls_shown(session, scope.novel_id, ids)
        wanted = await _scenes(session, scope, quotes, calls, readers)
        standing = [one for one in wanted if one in moment.scenes]
        states = await _texts(session, scope, moment, standing[:MOST_SCENES])
        resting = await dependants.resting_on(facts)
        nodes = ["book", *(f"scene:{one}" for one in moment.scenes)]
        nodes += sorted({f"chapter:{one.chapter_id}" for one in moment.scenes.values()})
        return cls(
            facts=facts,
            readers=readers,
            quotes=quotes,
            calls=calls,
            resting=resting,
            states=states,
            rest=standing[MOST_SCENES:],
            cards=await PlotService.of(session, scope).cards(),
            promises=await PromiseLedger.of(session, scope).triggers(),
            thoughts=await canon.belief_lines({one for held in resting.values() for one, _ in held.beliefs}),
            summaries=await MemoryService.of(session, scope).newest_summaries(nodes),
            findings=await ContinuityRepository(session, scope.novel_id).findings("open", None),
            moment=moment,
        )

    async def onward(self, session: AsyncSession, scope: NovelScope) -> RippleReading | None:
        """Return the same batch with the scenes that come next instead of these; None when none are left."""
        if not self.rest:
            return None
        states = await _texts(session, scope, self.moment, self.rest[:MOST_SCENES])
        return replace(self, states=states, rest=self.rest[MOST_SCENES:])

    def touched(self, fact: FactSaid) -> RippleRead:
        """Return all that a change of one of the facts touches."""
        says = self._that_say(fact)
        said = {one.scene_id for one in says}
        resting, scenes = self.resting[fact.id], self.moment.scenes
        return RippleRead(
            fact_id=fact.id,
            passages=[*says, *(one for one in self._that_used(fact) if one.scene_id not in said)],
            unread=len(self.rest),
            cards=[
                RippledItem(id=str(card.id), text=scenes[scene_id].title, scene_id=scene_id)
                for scene_id, card in self.cards.items()
                if scene_id in scenes
                and fits_any(fact, [*card.entry, *card.exit, *card.must_include, *card.must_not_reveal])
            ],
            promises=[
                RippledItem(id=str(one), text=statement)
                for one, statement, trigger in self.promises
                if fits_any(fact, trigger)
            ],
            beliefs=[RippledItem(id=str(one), text=self.thoughts[one]) for one, _ in resting.beliefs],
            disclosures=[
                RippledItem(id=str(one), text=self._told(scene), scene_id=scene)
                for one, scene in resting.disclosures
            ],
            summaries=self._summaries(fact),
            findings=[
                RippledItem(id=str(row.id), text=str(row.claim.get("quote", "")), scene_id=row.scene_id)
                for row in self.findings
                if str(fact.id) in map(str, row.against.values())
            ],
            rules=[RippledItem(id=str(one), text=text) for one, text in resting.rules],
            events=[RippledItem(id=str(one), text=text) for one, text in resting.events],
        )

    def _that_say(self, fact: FactSaid) -> list[RippledPassage]:
        """Return passages that state the fact: its evidence, and sentences that say the same in other words."""
        found: dict[tuple[UUID, str, str], RippledPassage] = {}
        for quote in self.quotes[fact.id]:
            state = self.states.get(quote.scene_id)
            block = next((b for b in state.blocks if quote.text in b.text), None) if state else None
            if state is not None and block is not None:
                found[state.scene_id, block.pid, quote.text] = _passage(state, block.pid, quote.text, "says")
        reader = self.readers.get(fact.id)
        for state in self.states.values() if reader is not None else ():
            assert reader is not None
            for pid, sentence in reader.passages(state.text, paragraphs_of(state)):
                found.setdefault((state.scene_id, pid, sentence), _passage(state, pid, sentence, "says"))
        return list(found.values())

    def _that_used(self, fact: FactSaid) -> list[RippledPassage]:
        """Return scenes whose present text came from a call that was shown the fact."""
        calls = {str(call) for call in self.calls[fact.id]}
        found: list[RippledPassage] = []
        for state in self.states.values() if calls else ():
            pids = [pid for call, blocks in origins(state.json).items() if call in calls for pid in blocks]
            found += [_passage(state, pid, "", "used") for pid in pids[:1]]
        return found

    def _summaries(self, fact: FactSaid) -> list[RippledItem]:
        """Return nodes whose newest summary names the fact, or says it in words."""
        reader, found = self.readers.get(fact.id), []
        for node, summary in sorted(self.summaries.items()):
            for one in summary.sentences:
                text = str(one.get("text", ""))
                if str(fact.id) in map(str, one.get("facts", [])) or (reader and reader.says(text)):
                    found.append(RippledItem(id=node, text=text))
                    break
        return found

    def _told(self, scene_id: UUID) -> str:
        """Say in which scene the reader is told."""
        anchor = {"kind": "scene", "ref": str(scene_id)}
        return phrase(self.moment.language, "told", scene=self.moment.words(anchor, {}))


async def _texts(
    session: AsyncSession, scope: NovelScope, moment: Moment, wanted: Sequence[UUID]
) -> dict[UUID, SceneState]:
    """Return the text of some scenes, in reading order."""
    found = await ManuscriptService.of(session, scope).written(wanted)
    return {one: found[one] for one in moment.scenes if one in found}


async def _scenes(
    session: AsyncSession,
    scope: NovelScope,
    quotes: Mapping[UUID, Sequence[Quote]],
    calls: Mapping[UUID, Collection[UUID]],
    readers: Mapping[UUID, FactReader],
) -> list[UUID]:
    """Return the scenes to read: evidence, read sets, the index's answers, what the index does not hold.

    Scenes that took over text of others come last, for they may hold text of any call.
    """
    said = {quote.scene_id for held in quotes.values() for quote in held}
    texts = TextOrigins.of(session, scope)
    asked = set[UUID]().union(*calls.values())
    used = await texts.scenes_of(asked)
    carrying = await texts.carrying() if asked else set[UUID]()
    index, live = WordScenes.of(session, scope), await texts.versions()
    held = await index.versions()
    new = {one for one, version in live.items() if held.get(one) != version} if readers else set()
    words = await index.holding(
        {one for reader in readers.values() for one in (*reader.names, *reader.values)}
    )
    named: set[UUID] = set()
    for reader in readers.values():
        named |= _any(words, reader.names, held) & _any(words, reader.values, held)
    groups = (said, used, named, new, carrying)
    return list(dict.fromkeys(one for group in groups for one in sorted(group)))


def _any(
    words: Mapping[str, frozenset[UUID] | None], texts: Collection[str], every: Collection[UUID]
) -> set[UUID]:
    """Return the scenes that hold one of some texts; a text without words may stand anywhere."""
    found: set[UUID] = set()
    for one in texts:
        scenes = words[one]
        found |= set(every) if scenes is None else scenes
    return found


def _passage(state: SceneState, pid: str, quote: str, grade: Any) -> RippledPassage:
    return RippledPassage(scene_id=state.scene_id, pid=pid, quote=quote, grade=grade, version=state.version)
