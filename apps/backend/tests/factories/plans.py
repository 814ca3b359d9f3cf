"""Plans with a fault in them: what the author wrote before, and what a careless director makes of it. One row a code."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from factories.canon import make_entities, make_facts, thing
from factories.loop import Studio
from factories.manuscript import owner_rows
from infinite_scribe.canon.rule_wire import RouteWrite
from infinite_scribe.canon.rulebook import RuleBook
from infinite_scribe.canon.schemas import FactInput
from infinite_scribe.novels.access import NovelScope, require
from infinite_scribe.novels.revisions import OpenRevision, Revisions
from infinite_scribe.novels.rules import NovelPermission, RevisionKind
from infinite_scribe.plot.ledger import PromiseLedger
from infinite_scribe.plot.lint_facts import PlanReport
from infinite_scribe.plot.lint_reading import PlanLinter
from infinite_scribe.plot.promise_schemas import PlannedScene, PromiseDraft, WindowPoint
from infinite_scribe.plot.schemas import ArcDraft, CardUpdate, ConceptUpdate, TurningPointDraft
from infinite_scribe.plot.service import PlotService
from infinite_scribe.structure.service import StructureService

THING = {"en": "The ledger of storms", "zh": "风暴账册"}
KEPT = {"en": "who sank the ferry", "zh": "是谁凿沉了渡船"}
ENDING = {"en": "Ines burns the ledger before the whole harbour", "zh": "林若溪当着全码头烧掉账册"}
VOW = {"en": "The ferry will come back.", "zh": "渡船会回来。"}
Plan = dict[str, Any]


@dataclass
class Sketch:
    """A book with a quick start; people, places, chapters and scenes in their order."""

    studio: Studio
    language: str
    people: list[tuple[str, UUID]]
    places: list[tuple[str, UUID]]
    chapters: list[UUID]
    scenes: list[UUID]

    @classmethod
    async def of(cls, studio: Studio, language: str) -> Sketch:
        start = studio.start
        async with studio.db.owner.transaction(owner_rows(studio.book)) as session:
            scope = await _scope(session, studio)
            tree = await StructureService.of(session, scope).tree()
        return cls(
            studio, language, [*start.cast_ids.items()], [*start.place_ids.items()],
            [one.id for one in tree.chapters()], [one.id for one in tree.scenes()],
        )  # fmt: skip

    @asynccontextmanager
    async def editing(self) -> AsyncIterator[tuple[AsyncSession, NovelScope, OpenRevision]]:
        """Let the author change the book in one revision."""
        async with self.studio.db.api.transaction(owner_rows(self.studio.book)) as session:
            scope = await _scope(session, self.studio)
            async with Revisions.of(session, scope).open(RevisionKind.EDIT) as revision:
                yield session, scope, revision

    async def facts(self, *facts: FactInput) -> list[UUID]:
        return await make_facts(self.studio.db, self.studio.book, *facts)

    async def thing(self, holder: int = 2) -> UUID:
        """Put the thing into somebody's hands."""
        (ledger,) = await make_entities(self.studio.db, self.studio.book, thing(THING[self.language]))
        await self.facts(FactInput(subject_id=ledger, predicate="held_by", object_id=self.people[holder][1]))
        return ledger

    async def card(self, number: int, **members: Any) -> None:
        """Let the author write members of a card, by the number of its scene."""
        async with self.editing() as (session, scope, revision):
            update = CardUpdate.model_validate(members)
            await PlotService.of(session, scope).write_card(revision, self.scenes[number - 1], update)

    async def promise(self, window: tuple[int, int] | None = None, **acts: int) -> None:
        """Let the author plan a promise: acts by the number of the scene."""
        ends = [WindowPoint(kind="chapter", id=self.chapters[one - 1]) for one in window or ()]
        draft = PromiseDraft(
            kind="vow", statement=VOW[self.language],
            scenes=[PlannedScene.model_validate({"scene_id": self.scenes[at - 1], "act": act}) for act, at in acts.items()],
            earliest=ends[0] if ends else None, latest=ends[1] if ends else None, weight=4,
        )  # fmt: skip
        async with self.editing() as (session, scope, revision):
            await PromiseLedger.of(session, scope).add(revision, draft)

    async def day_one(self) -> None:
        """Let the author date the first scene: day 1, from 10 to 11, at the first place."""
        async with self.editing() as (session, scope, revision):
            await StructureService.of(session, scope).update_scene(
                revision, self.scenes[0],
                story_from={"earliest": 600, "latest": 600, "precision": "minute"},
                story_to={"earliest": 660, "latest": 660, "precision": "minute"},
            )  # fmt: skip
        await self.card(
            1, place_id=self.places[0][1], cast=[{"entity": self.people[0][1]}], pov_id=self.people[0][1]
        )

    async def report(self) -> PlanReport:
        """Return what the linter says of the plan as it stands."""
        async with self.studio.db.api.transaction(owner_rows(self.studio.book)) as session:
            return await PlanLinter.of(session, await _scope(session, self.studio)).report()


async def _scope(session: AsyncSession, studio: Studio) -> NovelScope:
    return await require(session, studio.book.user_id, studio.book.novel_id, NovelPermission.WRITE)


async def nothing(_: Sketch) -> None:
    """Leave the book as it is."""


@dataclass(frozen=True)
class Planted:
    """A fault: what the author wrote (`seed`), and how the director's answer to `task` is spoilt; None: only the author causes it.

    `chapter`: which one is planned then.
    """

    seed: Callable[[Sketch], Awaitable[None]] = nothing
    plant: Callable[[Plan, Mapping[str, Any], Sketch], None] | None = None
    task: str = "director.cards"
    chapter: int = 2
    level: str = "error"
    extra: dict[str, Any] = field(default_factory=dict)

    def spoilt(self, answer: Plan, data: Mapping[str, Any], sketch: Sketch) -> Plan:
        found = copy.deepcopy(answer)
        assert self.plant is not None
        self.plant(found, data, sketch)
        return found


def who(data: Mapping[str, Any], sketch: Sketch, number: int) -> str:
    """Return the handle of somebody by their number."""
    return next(str(one["handle"]) for one in data["cast"] if one["name"] == sketch.people[number][0])


def where(data: Mapping[str, Any], sketch: Sketch, number: int) -> str:
    return next(str(one["handle"]) for one in data["places"] if one["name"] == sketch.places[number][0])


def fact(data: Mapping[str, Any], predicate: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(one for one in data["facts"] if one["predicate"] == predicate)
    return found


def lead_alone(plan: Plan, data: Mapping[str, Any], sketch: Sketch) -> Plan:
    """Put the lead and the second person on stage, at the third place; return the card."""
    card: Plan = plan["cards"][0]
    lead = who(data, sketch, 0)
    card.update(pov=lead, cast=[lead, who(data, sketch, 1)], place=where(data, sketch, 2))
    return card


def _kept(plan: Plan, handle: str, act: str, language: str) -> None:
    plan["promises"] = [{"promise": handle, "how": VOW[language], "card": 1, "act": act}]


def _pays(plan: Plan, data: Mapping[str, Any], sketch: Sketch) -> None:
    _kept(plan, data["open_promises"][0]["handle"], "pay", sketch.language)


async def _dead(sketch: Sketch) -> None:
    await sketch.facts(FactInput(subject_id=sketch.people[3][1], predicate="life_state", text="dead"))


async def _held(sketch: Sketch) -> None:
    await sketch.thing()


async def _later(sketch: Sketch) -> None:
    begins = {"kind": "scene", "ref": str(sketch.scenes[3]), "edge": "start"}
    await sketch.facts(
        FactInput(subject_id=sketch.people[0][1], predicate="eye_colour", text="grey", valid_from=begins)
    )


async def _given(sketch: Sketch) -> None:
    ledger = await sketch.thing()
    await sketch.card(1, exit=[{"s": str(ledger), "p": "held_by", "o": str(sketch.people[1][1])}])


async def _way(sketch: Sketch) -> None:
    await sketch.day_one()
    async with sketch.studio.db.api.transaction(owner_rows(sketch.studio.book)) as session:
        ways = RuleBook.of(session, await _scope(session, sketch.studio))
        await ways.add_way(RouteWrite(a=sketch.places[0][1], b=sketch.places[2][1], min_ticks=240))


async def _secret(sketch: Sketch) -> None:
    await sketch.facts(
        FactInput(subject_id=sketch.people[1][1], predicate="eye_colour", text="violet", publicity="secret")
    )


async def _weathers(sketch: Sketch) -> None:
    for number in (1, 2):
        await sketch.card(number, opening_type="weather")


async def _short(sketch: Sketch) -> None:
    async with sketch.editing() as (session, scope, revision):
        await StructureService.of(session, scope).update_chapter(
            revision, sketch.chapters[1], word_budget=300
        )


async def _no_logline(sketch: Sketch) -> None:
    async with sketch.editing() as (session, scope, revision):
        await PlotService.of(session, scope).update_concept(revision, ConceptUpdate(logline=""))


async def _early_climax(sketch: Sketch) -> None:
    async with sketch.editing() as (session, scope, revision):
        climax = TurningPointDraft(kind="climax", position=0.9, chapter_id=sketch.chapters[0])
        await PlotService.of(session, scope).add_arc(
            revision, ArcDraft(title="Storm", span_to=0.9, turning_points=[climax])
        )


async def fixed_ending(sketch: Sketch) -> None:
    """Fix an ending, and plan the last movement to its resolution."""
    async with sketch.editing() as (session, scope, revision):
        plot = PlotService.of(session, scope)
        ending = {"kind": "fixed", "items": [ENDING[sketch.language]]}
        await plot.update_concept(revision, ConceptUpdate(ending=ending))
        last = TurningPointDraft(kind="resolution", position=1.0, chapter_id=sketch.chapters[-1])
        await plot.add_arc(revision, ArcDraft(title="Storm", turning_points=[last]))


def _p_dead(plan: Plan, data: Mapping[str, Any], sketch: Sketch) -> None:
    plan["cards"][0]["cast"] = [*plan["cards"][0]["cast"], who(data, sketch, 3)]


def _p_item(plan: Plan, data: Mapping[str, Any], sketch: Sketch) -> None:
    lead_alone(plan, data, sketch)["must_include"] = [THING[sketch.language]]


def _p_reveal(plan: Plan, _: Mapping[str, Any], sketch: Sketch) -> None:
    kept = [KEPT[sketch.language]]
    plan["cards"][0].update(must_include=kept, must_not_reveal=kept)


def _entry(predicate: str) -> Callable[[Plan, Mapping[str, Any], Sketch], None]:
    def plant(plan: Plan, data: Mapping[str, Any], sketch: Sketch) -> None:
        lead_alone(plan, data, sketch)
        plan["entries"] = [{"card": 1, "fact": fact(data, predicate)["handle"]}]

    return plant


def _p_cycle(plan: Plan, data: Mapping[str, Any], sketch: Sketch) -> None:
    whole, part = where(data, sketch, 1), where(data, sketch, 0)
    plan["exits"] = [{"card": 1, "subject": whole, "predicate": "part_of", "value": part}]


def _when(en: str, zh: str) -> Callable[[Plan, Mapping[str, Any], Sketch], None]:
    def plant(plan: Plan, data: Mapping[str, Any], sketch: Sketch) -> None:
        lead_alone(plan, data, sketch)["when"] = zh if sketch.language == "zh" else en

    return plant


def _p_same(plan: Plan, _: Mapping[str, Any], __: Sketch) -> None:
    plan["cards"][0]["opening_type"] = "weather"


def _p_budget(plan: Plan, _: Mapping[str, Any], __: Sketch) -> None:
    plan["cards"][0]["word_budget"] = 500


async def _withheld(sketch: Sketch) -> None:
    await sketch.card(2, must_not_reveal=[{"text": KEPT[sketch.language]}])


def said(kind: str, text: str, actor: int | None = None) -> Callable[[Plan, Mapping[str, Any], Sketch], None]:
    """Return what lets somebody say or show something in the second beat."""

    def plant(plan: Plan, data: Mapping[str, Any], sketch: Sketch) -> None:
        words = text.format(
            thing=THING[sketch.language], kept=KEPT[sketch.language], second=sketch.people[1][0]
        )
        handle = {} if actor is None else {"actor": who(data, sketch, actor)}
        plan["beats"][1].update(kind=kind, text=words, **handle)

    return plant


PLANTED: dict[str, Planted] = {
    "P-DEAD": Planted(_dead, _p_dead),
    "P-ITEM": Planted(_held, _p_item),
    "P-REVEAL": Planted(nothing, _p_reveal),
    "P-REACH": Planted(_later, _entry("eye_colour")),
    "P-EXIT": Planted(_given, _entry("held_by")),
    "P-CYCLE": Planted(nothing, _p_cycle),
    "P-TWO": Planted(_way, _when("day 1, 10:30–10:50", "第1天 10:30–10:50")),
    "P-TRAVEL": Planted(_way, _when("day 1, 11:05–11:30", "第1天 11:05至11:30")),
    "P-DATE": Planted(nothing, _when("day 2, 15:00–14:00", "第2天 15:00–14:00")),
    "P-KNOW": Planted(_secret, _entry("eye_colour")),
    "P-PAY": Planted(lambda sketch: sketch.promise(plant=3), _pays),
    "P-PLANT": Planted(lambda sketch: sketch.promise(), _pays),
    "P-WINDOW": Planted(lambda sketch: sketch.promise((3, 4), plant=1), _pays),
    "P-SAME": Planted(_weathers, _p_same, chapter=3, level="warning"),
    "P-BUDGET": Planted(_short, _p_budget, level="warning"),
    # The form of an answer lets nobody into a beat who is nowhere in the book; who is not in this scene gets by.
    "P-CAST": Planted(nothing, said("action", "{thing}.", 3), task="director.beats"),
    # A card without a goal is no answer at all; what the concept lacks is the author's, and is asked at gate `plan`.
    "P-EMPTY": Planted(_no_logline),
    # Turning points and the ending are set by the author: told at the run, or asked at gate `plan`.
    "P-TURN": Planted(_early_climax, level="warning"),
    "P-END": Planted(fixed_ending),
    # Cards keep what is locked by themselves; a director may only want it changed when the plan is looked at again.
    "P-LOCK": Planted(nothing, None, task="director.replan"),
}
"""Every code of the linter, with the way in which it comes about in the loop."""
