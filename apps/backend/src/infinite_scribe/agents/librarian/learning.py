"""What an accepted scene teaches: evidence kept up to date, plans that came true, promises, what the reader was told.

All truth that changes is one revision of kind `learn`, folded under the revision whose text taught it. Nothing here
asks a model, and the same text taught twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.librarian.promises_told import sentence_of_promise
from infinite_scribe.canon.learning import CanonLearning, HeldEvidence, Quote
from infinite_scribe.canon.registry import find
from infinite_scribe.canon.rules import FactValue, Verdict, compare
from infinite_scribe.canon.schemas import EvidenceDraft, FactInput
from infinite_scribe.canon.service import CanonService
from infinite_scribe.continuity.claim_sets import ClaimSets
from infinite_scribe.continuity.linking import Linker
from infinite_scribe.continuity.passages import Modality, Paragraph, Sentence, sentences, utf16_offset
from infinite_scribe.continuity.reconciling import Said, Wanted, locate, still_says, told
from infinite_scribe.continuity.scene import SceneToCheck
from infinite_scribe.continuity.service import ContinuityService, paragraphs_of
from infinite_scribe.continuity.words import Words
from infinite_scribe.continuity.words import words as words_of
from infinite_scribe.core.errors import DomainError
from infinite_scribe.manuscript.document import origins
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import OpenRevision, Revisions, lock_novel
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.plot.ledger import PromiseLedger
from infinite_scribe.plot.promise_schemas import Realised
from infinite_scribe.plot.schemas import CardRead
from infinite_scribe.plot.service import PlotService
from infinite_scribe.plot.staleness import StaleMarks
from infinite_scribe.runs.manifests import calls_shown
from infinite_scribe.structure.service import StructureService

DRIFT = "drift"


@dataclass
class Learnt:
    """What one reading changed: ids of facts, disclosures and promises, and what the plan still waits for."""

    retired: list[UUID] = field(default_factory=list)
    restored: list[UUID] = field(default_factory=list)
    moved: int = 0
    realised: list[UUID] = field(default_factory=list)
    disclosed: list[UUID] = field(default_factory=list)
    promises: list[UUID] = field(default_factory=list)
    missed: int = 0
    cleared: int = 0
    claims: list[Said] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Return how much of each there was, for the run's result."""
        return {
            name: len(value) if isinstance(value, list) else value
            for name, value in vars(self).items()
            if name != "claims"
        }


@dataclass(frozen=True)
class _Text:
    """A scene's text, prepared for matching. Without words (another language) only exact quotes are found."""

    scene: SceneToCheck
    version: int
    words: Words | None
    sentences: Sequence[Sentence]
    linker: Linker

    @classmethod
    def of(cls, scene: SceneToCheck, version: int) -> _Text:
        words = words_of(scene.language)
        parts = sentences(list(scene.paragraphs), words) if words is not None else []
        return cls(scene, version, words, parts, Linker.of(scene.entities, scene.language))

    @property
    def paragraphs(self) -> list[tuple[str, str]]:
        return [(one.pid, one.text) for one in self.scene.paragraphs if not one.is_break]

    def quote(self, pid: str, start: int, end: int, quote: str) -> Quote:
        """Return a place given in characters as evidence, in UTF-16 code units."""
        text = dict(self.paragraphs)[pid]
        return Quote(
            self.scene.scene_id, self.version, pid, utf16_offset(text, start), utf16_offset(text, end), quote
        )

    def quote_of(self, said: Said) -> Quote:
        """Return the sentence of a claim (its offsets are on the wire's unit already) or of a found sentence."""
        if said.grade == "sentence":
            return self.quote(said.pid, said.start, said.end, said.quote)
        return Quote(self.scene.scene_id, self.version, said.pid, said.start, said.end, said.quote)


@dataclass(frozen=True)
class Learning:
    """Learns from accepted scenes of one novel."""

    session: AsyncSession
    scope: NovelScope
    run_id: UUID | None = None

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope, run_id: UUID | None = None) -> Learning:
        """Return the learning of the scope's novel; `run_id` is the root run that History names."""
        return cls(session, scope, run_id)

    async def learn(self, scene_id: UUID) -> Learnt:
        """Bring canon, plan and promises up to date with a scene as it is now.

        A scene that no longer stands in the book teaches nothing: all that rested on it retires.
        """
        await lock_novel(self.session, self.scope.novel_id)
        text, text_hash = await self._read(scene_id)
        learnt = Learnt()
        if text is not None:
            learnt.claims = await ClaimSets.of(self.session, self.scope).read(text.scene, text_hash)
        revisions = Revisions.of(self.session, self.scope)
        async with revisions.open(RevisionKind.LEARN, run_id=self.run_id) as revision:
            revision.summary["scene"] = str(scene_id)
            await self._keep_evidence(revision, scene_id, text, learnt)
            if text is not None:
                await self._bring_back(revision, text, learnt)
                card = await PlotService.of(self.session, self.scope).card(scene_id)
                await self._realise_plan(revision, text, card, learnt)
                await self._disclose(revision, text, learnt)
            await self._promises(revision, scene_id, text, learnt)
        if text is not None:
            learnt.cleared = await self._clear_marks(text)
        return learnt

    async def _read(self, scene_id: UUID) -> tuple[_Text | None, str]:
        if not await StructureService.of(self.session, self.scope).has_scene(scene_id):
            return None, ""
        state = await ManuscriptService.of(self.session, self.scope).scene(scene_id)
        continuity = ContinuityService.of(self.session, self.scope)
        paragraphs: list[Paragraph] = paragraphs_of(state)
        scene = await continuity.scene_to_check(scene_id, paragraphs, state.version)
        return _Text.of(scene, state.version), state.text_hash

    async def _keep_evidence(
        self, revision: OpenRevision, scene_id: UUID, text: _Text | None, learnt: Learnt
    ) -> None:
        """Anchor sentences that moved anew, retire those that are gone with what rested on nothing else."""
        canon = CanonLearning.of(self.session, self.scope)
        held = await canon.evidence(scene_id)
        values = await self._values(held)
        gone: list[UUID] = []
        for one in held:
            place = self._found(one, text, values.get(one.owner_id))
            if place is None:
                gone.append(one.row_id)
            elif (place.pid, place.start, place.text) != (one.quote.pid, one.quote.start, one.quote.text):
                await canon.move_evidence(revision, one.row_id, place)
                learnt.moved += 1
        if gone:
            learnt.retired = await canon.drop_evidence(revision, gone)

    async def _values(self, held: Sequence[HeldEvidence]) -> dict[UUID, FactValue]:
        owners = {one.owner_id for one in held if one.owner_kind == "assertion"}
        facts = await CanonService.of(self.session, self.scope).facts() if owners else []
        return {fact.id: fact.fact_value() for fact in facts if fact.id in owners}

    @staticmethod
    def _found(one: HeldEvidence, text: _Text | None, value: FactValue | None) -> Quote | None:
        if text is None:
            return None
        place = locate(one.quote.text, one.quote.pid, text.paragraphs, text.sentences, text.scene.language)
        if place is None:
            return None
        if place.grade == "changed":
            names = text.linker.bearers
            if not still_says(one.quote.text, place.quote, value or FactValue(), names):
                return None
        return text.quote(place.pid, place.start, place.end, place.quote)

    async def _bring_back(self, revision: OpenRevision, text: _Text, learnt: Learnt) -> None:
        """A sentence that learning had lost and that stands here again brings its rows back, with their own ids."""
        canon = CanonLearning.of(self.session, self.scope)
        lost = {(one.owner_id, one.quote.text): one for one in await canon.lost_evidence(text.scene.scene_id)}
        for one in lost.values():
            place = locate(one.quote.text, one.quote.pid, text.paragraphs, (), text.scene.language)
            if place is None:
                continue
            quote = text.quote(place.pid, place.start, place.end, place.quote)
            if await canon.bring_back(revision, one.row_id, quote):
                learnt.restored.append(one.owner_id)

    async def _realise_plan(
        self, revision: OpenRevision, text: _Text, card: CardRead | None, learnt: Learnt
    ) -> None:
        """Planned exits and effects that the narration carries out become canon; the rest marks the card."""
        if text.words is None:
            return
        canon = CanonLearning.of(self.session, self.scope)
        missed = 0
        for fact in await canon.planned(text.scene.scene_id):
            wanted = Wanted(fact.subject_id, fact.predicate or "", fact.fact_value(), fact.polarity)
            said = told(wanted, learnt.claims, text.sentences, text.linker, text.words)
            if said is not None and await canon.realise(revision, fact.id, text.quote_of(said)):
                learnt.realised.append(fact.id)
            else:
                missed += 1
        missed += await self._patterns(revision, text, card.exit if card is not None else [], learnt)
        for event in await canon.planned_events(text.scene.scene_id):
            effects = [effect["open"] for effect in event.effects if isinstance(effect.get("open"), dict)]
            missing = await self._patterns(revision, text, effects, learnt, event_id=event.id)
            if effects and not missing:
                first = told(_wanted(effects[0]), learnt.claims, text.sentences, text.linker, text.words)
                if first is not None:
                    await canon.realise_event(revision, event, text.quote_of(first))
            missed += missing
        learnt.missed = missed
        await self._flag(revision, text, card, missed)

    async def _patterns(
        self,
        revision: OpenRevision,
        text: _Text,
        patterns: Sequence[Mapping[str, Any]],
        learnt: Learnt,
        *,
        event_id: UUID | None = None,
    ) -> int:
        """Write the facts of exit patterns that the text carries out; return how many it does not."""
        missed = 0
        service = CanonService.of(self.session, self.scope)
        for pattern in patterns:
            wanted = _wanted(pattern)
            if wanted.subject_id is None or wanted.value.is_empty:
                continue
            assert text.words is not None
            said = told(wanted, learnt.claims, text.sentences, text.linker, text.words)
            if said is None:
                missed += 1
                continue
            known = await service.facts(about=[wanted.subject_id], as_of=text.scene.tick)
            if any(_says(fact.predicate, fact.fact_value(), wanted) for fact in known):
                continue
            quote = text.quote_of(said)
            draft = FactInput(
                subject_id=wanted.subject_id, predicate=wanted.predicate, object_id=wanted.value.object_id,
                text=wanted.value.text, number=wanted.value.number, source="plan", wording=quote.text[:2000],
                valid_from={
                    "kind": "scene", "ref": str(text.scene.scene_id), "pid": quote.pid, "edge": "at",
                },
                **({"cause_event_id": event_id} if event_id is not None else {}),
            )  # fmt: skip
            evidence = EvidenceDraft(
                scene=quote.scene_id, version=quote.version, pid=quote.pid, from_=quote.start, to=quote.end,
                quote=quote.text,
            )  # fmt: skip
            try:
                async with self.session.begin_nested():
                    fact_id = await service.state_fact(revision, draft, evidence=[evidence], by_agent=True)
            except DomainError:
                missed += 1
                continue
            learnt.realised.append(fact_id)
        return missed

    async def _flag(self, revision: OpenRevision, text: _Text, card: CardRead | None, missed: int) -> None:
        """Mark the card of a written scene whose plan was not carried out; take the mark away when it was."""
        if card is None or not any(one.strip() for _, one in text.paragraphs):
            return
        await PlotService.of(self.session, self.scope).flag_card(
            revision, text.scene.scene_id, DRIFT, on=missed > 0
        )

    async def _disclose(self, revision: OpenRevision, text: _Text, learnt: Learnt) -> None:
        """The reader is told every canon fact that has its evidence here, or that the narration states again."""
        canon = CanonLearning.of(self.session, self.scope)
        service = CanonService.of(self.session, self.scope)
        facts = {fact.id: fact for fact in await service.facts()}
        told_here = await canon.disclosed(text.scene.scene_id)
        quotes = {
            one.owner_id: one.quote
            for one in await canon.evidence(text.scene.scene_id)
            if one.owner_kind == "assertion" and one.owner_id in facts
        }
        for fact in facts.values():
            if fact.id in quotes or fact.subject_id is None or not fact.polarity:
                continue
            wanted = Wanted(fact.subject_id, fact.predicate or "", fact.fact_value())
            said = next((one for one in learnt.claims if _claims(one, wanted)), None)
            if said is not None:
                quotes[fact.id] = text.quote_of(said)
        for fact_id, quote in sorted(quotes.items()):
            if fact_id not in told_here:
                learnt.disclosed.append(await canon.disclose(revision, fact_id, quote))

    async def _promises(
        self, revision: OpenRevision, scene_id: UUID, text: _Text | None, learnt: Learnt
    ) -> None:
        """Record which acts of the plan the text does; without them every status goes back."""
        ledger = PromiseLedger.of(self.session, self.scope)
        done: list[Realised] = []
        if text is not None:
            card = await PlotService.of(self.session, self.scope).card(scene_id)
            for planned in await ledger.planned_acts(scene_id):
                needed = _must_have(card, planned.promise_id) or [planned.statement]
                found = sentence_of_promise(needed, planned.subjects, text.sentences, text.linker)
                if found is not None:
                    quote = text.quote(found.pid, found.start, found.end, found.text)
                    done.append(
                        Realised(promise_id=planned.promise_id, act=planned.act, evidence=_evidence(quote))
                    )
        learnt.promises = sorted(await ledger.realise(revision, scene_id, done))

    async def _clear_marks(self, text: _Text) -> int:
        """Marks end when their sentence is gone, or when the words that a model wrote with the fact are."""
        marks = StaleMarks.of(self.session, self.scope)
        target = str(text.scene.scene_id)
        patched = {
            mark.id
            for mark in await marks.open("scene", text.scene.scene_id)
            if mark.quote and all(mark.quote not in one for _, one in text.paragraphs)
        }
        cleared = await marks.clear("scene", target, how="patched", ids=patched) if patched else 0
        manuscript = ManuscriptService.of(self.session, self.scope)
        drafted = await manuscript.drafted_at(text.scene.scene_id)
        there = set(origins((await manuscript.scene(text.scene.scene_id)).json))
        used = [
            mark
            for mark in await marks.open("scene", text.scene.scene_id)
            if mark.grade == "used" and mark.version is not None
        ]
        shown = await calls_shown(self.session, self.scope.novel_id, {mark.because for mark in used})
        old = {
            mark.id
            for mark in used
            if drafted > (mark.version or 0) or not there & {str(call) for call in shown[mark.because]}
        }
        return cleared + (await marks.clear("scene", target, how="redrafted", ids=old) if old else 0)


async def has_taught(session: AsyncSession, scope: NovelScope, scene_id: UUID) -> bool:
    """Say whether anything in the book rests on a scene's text: evidence, or a promise that it realised."""
    if await CanonLearning.of(session, scope).evidence(scene_id):
        return True
    return await PromiseLedger.of(session, scope).has_realised(scene_id)


def _wanted(pattern: Mapping[str, Any]) -> Wanted:
    """Return what a pattern `{s, p, o}` of the plan says, as far as it names one thing and one value."""
    subject, value = _id(pattern.get("s")), pattern.get("o")
    object_id = _id(value)
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
    text = str(value) if value is not None and object_id is None and number is None else None
    if text is not None and text.startswith("?"):
        text = None
    return Wanted(subject, str(pattern.get("p", "")), FactValue(object_id, text, number))


def _id(value: Any) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None


def _says(predicate: str | None, value: FactValue, wanted: Wanted) -> bool:
    row = find(wanted.predicate)
    return (
        predicate == wanted.predicate
        and row is not None
        and compare(row, value, wanted.value) is Verdict.AGREE
    )


def _claims(said: Said, wanted: Wanted) -> bool:
    return (
        (said.modality, said.grade != "model") == (Modality.NARRATED, True)
        and said.subject_id == wanted.subject_id
        and said.value is not None
        and _says(said.predicate, said.value, wanted)
    )


def _must_have(card: CardRead | None, promise_id: UUID) -> list[str]:
    """Return the words that the card asks for in the name of a promise."""
    asked = card.must_include if card is not None else []
    return [
        str(one["text"]) for one in asked if str(one.get("promise")) == str(promise_id) and one.get("text")
    ]


def _evidence(quote: Quote) -> dict[str, Any]:
    return {
        "version": quote.version, "pid": quote.pid, "from": quote.start, "to": quote.end, "quote": quote.text
    }  # fmt: skip
