"""Reads what a scene's briefing is made from, by id and within limits, through the services and ports.

Nothing here grows with the book but one row of ids: the order of its scenes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.briefing.material import Material, Part, SaidBefore, Used
from infinite_scribe.canon.nearby import CanonNearby, FactRow
from infinite_scribe.canon.registry import find
from infinite_scribe.canon.schemas import EntityRead
from infinite_scribe.canon.service import World
from infinite_scribe.canon.story_graph import GraphFact, GraphUnavailableError, Near, StoryGraph
from infinite_scribe.manuscript.service import ManuscriptService, SceneState
from infinite_scribe.memory.schemas import SummaryRead
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.plot.nearby import PlanNearby, SceneAct
from infinite_scribe.plot.promises import Act
from infinite_scribe.plot.schemas import CardRead
from infinite_scribe.structure.resolver import MIN_TICK
from infinite_scribe.structure.window import SceneWindow

MOST_FACTS = 600
"""Facts that are looked at for a scene."""
MOST_WEIGHED = 96
"""Facts of these that are weighed against what is known; about half of them finds room."""
NEAR = 6
RECENT = 10
SUMMED_SCENES = 12


@dataclass(frozen=True)
class Asked:
    """What the author asks for beyond the plan, what the last scenes used, and the questions as vectors.

    `vectors` holds vectors of the encoder `model` by the text of a question (see `questions_of`).
    """

    instruction: str | None = None
    steers: Sequence[str] = ()
    avoid: Sequence[str] = ()
    used: Used = field(default_factory=Used)
    model: str | None = None
    vectors: Mapping[str, Sequence[float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Stage:
    """Who and what a scene is about."""

    ids: frozenset[UUID]
    focus: frozenset[UUID]
    acts: tuple[SceneAct, ...]
    due: frozenset[UUID]


def nearest(
    facts: Sequence[Near],
    stage: Stage,
    card: CardRead | None,
    required: Collection[UUID],
    recent_from: int | None,
) -> list[Near]:
    """Return the facts that may matter for a scene, in their order, so that a long book weighs no more of them.

    They are ranked as the briefing ranks them in the end (`SceneSlots`), as far as it can be told before their entries
    are read: what the card wants, then by how they join what the scene is about, the nearest and latest first.
    """
    if len(facts) <= MOST_WEIGHED:
        return list(facts)
    on_stage = frozenset(card.on_stage if card is not None else ())
    place = card.place_id if card is not None else None
    about = {*on_stage, *stage.focus, *([place] if place else [])}
    things = stage.focus - on_stage

    def tier(fact: Near) -> int:
        ends = {fact.subject_id, fact.object_id} - {None}
        within = ends <= about
        if within and ends & stage.focus:
            return 1
        if fact.hops > 0 or fact.subject_id == place or fact.subject_id in things:
            return 2
        if within:
            predicate = find(fact.predicate or "")
            return 2 if predicate is not None and predicate.always_in_briefing else 3
        if fact.predicate == "held_by" or fact.object_id in things:
            return 3
        if ends & stage.due:
            return 4
        if ends & stage.focus:
            return 5
        fresh = recent_from is not None and (fact.from_tick or MIN_TICK) >= recent_from
        return 6 if fresh else 7

    ranked = sorted(facts, key=lambda one: (tier(one), one.hops, -(one.from_tick or MIN_TICK), one.id))
    kept = {*required, *(one.id for one in ranked[:MOST_WEIGHED])}
    return [fact for fact in facts if fact.id in kept]


@dataclass(frozen=True)
class SceneReader:
    """Bounded reads for one scene."""

    session: AsyncSession
    scope: NovelScope
    graph: StoryGraph
    _rows: dict[UUID, FactRow] = field(default_factory=dict)

    @property
    def canon(self) -> CanonNearby:
        return CanonNearby.of(self.session, self.scope)

    @property
    def plan(self) -> PlanNearby:
        return PlanNearby.of(self.session, self.scope)

    async def stage(self, window: SceneWindow, material: Material, before: CardRead | None) -> Stage:
        """Return what the scene names: viewpoint, cast, places, what stands in card, beats, wish and due promises."""
        card = material.card
        acts = tuple(await self.plan.acts(window.order, window.scene, card))
        due = {one for act in acts if act.act.act is not Act.HOLD for one in act.subjects}
        said = "\n".join([
            *((card.summary, card.goal, card.conflict, card.turn) if card else ()),
            *(str(row.get("text") or "") for row in (card.must_include if card else [])),
            *(f"{beat.text} {beat.change} {beat.subtext}" for beat in material.beats),
            material.instruction or "", *material.steers,
        ])  # fmt: skip
        focus = await self.canon.named_in(said)
        focus |= {beat.actor_id for beat in material.beats if beat.actor_id is not None}
        ids = {*focus, *(card.on_stage if card else ()), *(await self.canon.always()), *due}
        ids |= {one for one in (card.place_id if card else None, before.place_id if before else None) if one}
        return Stage(frozenset(ids), frozenset(focus), acts, frozenset(due))

    async def near(
        self, ids: Collection[UUID], tick: int | None, most: int = MOST_FACTS
    ) -> tuple[list[Near], list[str]]:
        """Return where the facts about some entries lie at a time, and what could not be asked for them."""
        return await self.lain(await self.begin_near(ids, tick, most), ids, tick, most)

    async def begin_near(
        self, ids: Collection[UUID], tick: int | None, most: int = MOST_FACTS
    ) -> asyncio.Future[list[Near]]:
        """Begin to ask where they lie, so that a graph outside PostgreSQL is asked while the rest is read."""
        return await self.graph.begin_near(sorted(ids), as_of=tick, hops=2, limit=most)

    async def lain(
        self,
        begun: asyncio.Future[list[Near]],
        ids: Collection[UUID],
        tick: int | None,
        most: int = MOST_FACTS,
    ) -> tuple[list[Near], list[str]]:
        """Return the answer to what was begun, from the canon's own rows where the graph went away."""
        try:
            found = await begun
        except GraphUnavailableError:
            from infinite_scribe.canon.postgres_graph import PostgresStoryGraph

            rows = PostgresStoryGraph(self.session, self.scope)
            return await rows.near(sorted(ids), as_of=tick, hops=2, limit=most), ["graph"]
        return found, ["graph"] if self.graph.fell_back else []

    async def facts(self, near: Sequence[Near]) -> list[GraphFact]:
        """Return facts in the order in which the graph gave them; one that is canon no more is left out."""
        rows = await self.rows({one.id for one in near})
        return [
            row.graph_fact(one.hops)
            for one in near
            if (row := rows.get(one.id)) is not None and row.status == "canon"
        ]

    async def rows(self, ids: Collection[UUID]) -> dict[UUID, FactRow]:
        """Return facts by id; each is read once for a scene."""
        self._rows.update(await self.canon.facts([one for one in ids if one not in self._rows]))
        return {one: self._rows[one] for one in sorted(ids) if one in self._rows}

    async def world(
        self, entries: Sequence[EntityRead], facts: Sequence[GraphFact], scopes: Collection[UUID]
    ) -> World:
        """Return some entries, those that facts speak of besides, and the laws that hold here."""
        spoken = {one for fact in facts for one in (fact.subject_id, fact.object_id) if one is not None}
        others = await self.canon.entities(spoken - {one.id for one in entries}, ())
        every = sorted([*entries, *others], key=lambda one: (-one.importance, one.ordinal, one.id))
        laws = await self.canon.laws(scopes)
        return World(tuple(every), tuple(laws), tuple(await self.canon.rulings()))

    async def tails(
        self, window: SceneWindow, card: CardRead | None
    ) -> tuple[SaidBefore | None, SaidBefore | None]:
        """Return the last written scene before this one, and the last one of the same viewpoint."""
        earlier = window.order.before(window.scene.id)
        same: Sequence[UUID] = ()
        if card is not None and card.pov_id is not None:
            mine = (await self.plan.casting()).told_by(card.pov_id)
            same = [one for one in earlier if one in mine][-NEAR:]
        near = list(dict.fromkeys((*earlier[-NEAR:], *same)))
        manuscript = ManuscriptService.of(self.session, self.scope)
        lengths = await manuscript.lengths(near)
        written = [one for one in near if lengths.get(one)]
        previous = next((one for one in reversed(earlier[-NEAR:]) if one in written), None)
        last = next((one for one in reversed(same) if one in written), None)
        wanted = [one for one in dict.fromkeys((previous, last)) if one is not None]
        states = await manuscript.written(wanted)
        cards = await self.plan.cards(wanted)
        shown = await self._shown(wanted)
        texts = {one: _text(states[one], cards.get(one), shown) for one in wanted if one in states}
        return (
            texts.get(previous) if previous else None,
            texts.get(last) if last else None,
        )

    async def _shown(self, scenes: Collection[UUID]) -> dict[tuple[UUID, str], set[UUID]]:
        found: dict[tuple[UUID, str], set[UUID]] = {}
        for seen in await self.canon.shown_in(scenes):
            found.setdefault((seen.scene_id, seen.pid), set()).add(seen.fact_id)
        return found

    async def so_far(self, window: SceneWindow) -> tuple[SaidBefore, ...]:
        """Return the summaries of the book, of the chapter before and of this chapter's scenes so far."""
        index = window.scene.reading_index
        scenes = [one for one in window.chapter.scenes if one.reading_index < index][-SUMMED_SCENES:]
        nodes = [
            "book",
            *([f"arc:{window.chapter.arc_id}"] if window.chapter.arc_id else []),
            *([f"chapter:{window.previous.id}"] if window.previous else []),
            *(f"scene:{one.id}" for one in scenes),
        ]
        found = await MemoryService.of(self.session, self.scope).newest_summaries(nodes)
        before = set(window.order.before(window.scene.id))
        return tuple(_summary(node, found[node], before) for node in nodes if node in found)


def _text(
    state: SceneState, card: CardRead | None, shown: Mapping[tuple[UUID, str], set[UUID]]
) -> SaidBefore:
    parts = tuple(
        Part(block.text, (state.scene_id,), frozenset(shown.get((state.scene_id, block.pid), ())))
        for block in state.blocks
        if block.text.strip()
    )
    return SaidBefore(f"text:{state.scene_id}", parts, frozenset(card.on_stage) if card is not None else None)


def _summary(node: str, summary: SummaryRead, before: set[UUID]) -> SaidBefore:
    """Return a summary by its sentences; one that tells of scenes still to come is left out."""
    parts = []
    own = (UUID(node.partition(":")[2]),) if node.startswith("scene:") else ()
    for sentence in summary.sentences:
        scenes = tuple(UUID(str(one)) for one in sentence.get("scenes") or ()) or own
        if all(one in before for one in scenes):
            facts = frozenset(UUID(str(one)) for one in sentence.get("facts") or ())
            parts.append(Part(str(sentence.get("text", "")), scenes, facts))
    return SaidBefore(node, tuple(parts))
