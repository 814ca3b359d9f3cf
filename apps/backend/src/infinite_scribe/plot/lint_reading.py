"""Reads the plan and what it stands on, and lints it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.registry import registry
from infinite_scribe.canon.service import CanonService
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.plot.ledger import PromiseLedger
from infinite_scribe.plot.lint_canon import CanonForLint, canon_fact
from infinite_scribe.plot.lint_changes import added, fresh_issues, with_beats, with_scenes
from infinite_scribe.plot.lint_facts import (
    ArcPlan,
    Asked,
    ChapterPlan,
    EntryPlan,
    PlanFacts,
    PlanIssue,
    PlanReport,
    PromisePlan,
    ScenePlan,
    Turn,
)
from infinite_scribe.plot.linter import lint_plan
from infinite_scribe.plot.promise_book import WRITTEN
from infinite_scribe.plot.repository import PlotRepository
from infinite_scribe.plot.rules import BeatFacts, ConceptFacts
from infinite_scribe.plot.schemas import CardRead
from infinite_scribe.structure.schemas import SceneNode, StructureTree
from infinite_scribe.structure.service import StructureService

_HIDDEN = frozenset({"private", "secret"})


@dataclass(frozen=True)
class ProposedScene:
    """A scene as somebody wants it planned: its title, the members of its card, and its date in ticks where it has one."""

    title: str
    card: Mapping[str, Any]
    t_from: int | None = None
    t_to: int | None = None


@dataclass(frozen=True)
class PlanLinter:
    """Lints the plan of one novel, as it is or as it would be."""

    session: AsyncSession
    scope: NovelScope
    rows: PlotRepository

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> PlanLinter:
        """Return the linter of the scope's novel."""
        return cls(session, scope, PlotRepository(session, scope.novel_id))

    async def report(self, scenes: Collection[UUID] | None = None) -> PlanReport:
        """Return what is wrong with the plan; with `scenes`, only what concerns the drafting of these."""
        return lint_plan(await self.facts(), scenes)

    async def proposed(
        self, chapter_id: UUID, order: Sequence[UUID], fresh: Mapping[UUID, ProposedScene]
    ) -> list[PlanIssue]:
        """Return what would be wrong with a chapter whose scenes stand in this order, those in `fresh` planned anew.

        That is every error of these, and what the plan as it is has nowhere yet, warnings too.
        """
        facts = await self.facts()
        plans = {one: _proposed(one, chapter_id, scene) for one, scene in fresh.items()}
        after = lint_plan(with_scenes(facts, chapter_id, order, plans))
        return fresh_issues(lint_plan(facts), after, list(fresh))

    async def with_beats(
        self, scene_id: UUID, beats: Sequence[BeatFacts], *, agreed: bool
    ) -> list[PlanIssue]:
        """Return the errors that a scene would have with these beats; `agreed`: only those that the beats bring."""
        facts = await self.facts()
        bare = lint_plan(with_beats(facts, scene_id, ()), [scene_id])
        report = lint_plan(with_beats(facts, scene_id, beats), [scene_id])
        return added(bare, report) if agreed else report.errors()

    async def facts(self) -> PlanFacts:
        """Return the plan with what it stands on."""
        tree = await StructureService.of(self.session, self.scope).tree()
        canon = CanonService.of(self.session, self.scope)
        world, concept = await canon.world(), await self.rows.concept()
        cards = {row.scene_id: CardRead.model_validate(row) for row in await self.rows.cards()}
        entries = {one.id: EntryPlan(one.id, one.name, one.kind) for one in world.entities}
        held = [one for one in await canon.facts() if one.predicate is not None]
        canon_lint = CanonForLint.of(self.session, self.scope)
        knowing = await canon_lint.knowing(cards) if any(one.publicity in _HIDDEN for one in held) else None
        return PlanFacts(
            concept=None
            if concept is None
            else ConceptFacts(concept.logline, concept.genres, concept.theme_statement, concept.pov_policy),
            ending={} if concept is None else concept.ending,
            target_words=None if concept is None else concept.target_words,
            chapters=_chapters(tree),
            scenes=await self._scenes(tree, cards),
            arcs=await self._arcs(),
            entries=entries,
            facts=tuple(canon_fact(one) for one in held),
            links=await canon_lint.links(entries, held),
            promises=await self._promises(),
            knowable=None if knowing is None else knowing.knowable,
            told=frozenset() if knowing is None else knowing.told,
            travel=await canon_lint.travel(held),
            single=frozenset(key for key, one in registry().items() if one.is_single_valued),
            planned_chapters=None if concept is None else concept.target_chapters,
        )

    async def _arcs(self) -> tuple[ArcPlan, ...]:
        points = await self.rows.turning_points()
        return tuple(
            ArcPlan(
                one.id, one.title, one.span_from, one.span_to,
                tuple(Turn(row.kind, row.position, row.tolerance, row.chapter_id) for row in points if row.arc_id == one.id),
                one.closes_question,
            )
            for one in await self.rows.arcs()
        )  # fmt: skip

    async def _promises(self) -> tuple[PromisePlan, ...]:
        return tuple(
            PromisePlan(
                one.id, one.statement, one.weight, one.status, one.earliest_at, one.latest_at,
                planned=tuple((row.scene_id, row.act) for row in one.scenes), locked=one.locked,
            )
            for one in (await PromiseLedger.of(self.session, self.scope).read()).items
        )  # fmt: skip

    async def _scenes(self, tree: StructureTree, cards: Mapping[UUID, CardRead]) -> tuple[ScenePlan, ...]:
        """Return every scene with its card; beats only where there is still something to write."""
        unwritten = {one.id for one in tree.scenes() if one.id in cards and one.status not in WRITTEN}
        beats = await self.rows.beats_of(unwritten)
        return tuple(
            scene_plan(
                one.id,
                one.chapter_id,
                one.title,
                None if (card := cards.get(one.id)) is None else card.model_dump(mode="python"),
                node=one,
                beats=tuple(
                    BeatFacts(row.beat_id, row.kind, row.text, row.actor_id) for row in beats.get(one.id, ())
                ),
            )
            for one in tree.scenes()
        )


def _chapters(tree: StructureTree) -> tuple[ChapterPlan, ...]:
    return tuple(
        ChapterPlan(one.id, one.number, one.title, one.one_line, one.opening_type, one.closing_type,
                    one.word_budget, one.arc_id, one.locked)
        for one in tree.chapters()
    )  # fmt: skip


def scene_plan(
    scene_id: UUID,
    chapter_id: UUID,
    title: str,
    card: Mapping[str, Any] | None,
    *,
    node: SceneNode | None = None,
    beats: tuple[BeatFacts, ...] = (),
) -> ScenePlan:
    """Return a scene as the linter looks at it; `card` holds the members of its card."""
    held: Mapping[str, Any] = {} if card is None else card

    def asks(name: str) -> tuple[Asked, ...]:
        rows = held.get(name) or ()
        return tuple(Asked(one.get("text") or "", _id(one.get("fact"))) for one in rows)

    return ScenePlan(
        scene_id=scene_id,
        chapter_id=chapter_id,
        index=node.reading_index if node is not None else 0,
        title=title,
        status=node.status if node is not None else "carded",
        written=node is not None and node.status in WRITTEN,
        t_from=node.t_from if node is not None else None,
        t_to=_end_of(node) if node is not None else None,
        certainty=node.time_certainty if node is not None else None,
        mode=node.story_mode if node is not None else "linear",
        carded=card is not None,
        summary=held.get("summary") or "",
        goal=held.get("goal") or "",
        conflict=held.get("conflict") or "",
        turn=held.get("turn") or "",
        outcome=held.get("outcome"),
        pov_id=held.get("pov_id"),
        place_id=held.get("place_id"),
        word_budget=held.get("word_budget"),
        opening_type=held.get("opening_type"),
        closing_type=held.get("closing_type"),
        cast=tuple(one["entity"] for one in held.get("cast") or ()),
        entry=tuple(UUID(str(one)) for one in held.get("entry") or ()),
        exits=tuple(held.get("exit") or ()),
        must_include=asks("must_include"),
        must_not_reveal=asks("must_not_reveal"),
        promises=tuple((UUID(str(one["promise"])), str(one["act"])) for one in held.get("promises") or ()),
        beats=beats,
        locked=bool(held.get("locked")) or (node is not None and node.locked),
        locked_fields=frozenset(held.get("locked_fields") or ()),
    )


def _end_of(node: SceneNode) -> int | None:
    """Return when a scene ends as the author wrote it, even where that is before it begins."""
    end = node.story_to or {}
    said = end.get("latest") if end.get("latest") is not None else end.get("earliest")
    if node.time_certainty != "dated" or said is None or node.t_from is None:
        return node.t_to
    return int(said) if said < node.t_from else node.t_to


def _proposed(scene_id: UUID, chapter_id: UUID, scene: ProposedScene) -> ScenePlan:
    plan = scene_plan(scene_id, chapter_id, scene.title, scene.card)
    if scene.t_from is None:
        return plan
    return replace(plan, t_from=scene.t_from, t_to=scene.t_to, certainty="dated")


def _id(value: Any) -> UUID | None:
    return None if value is None else UUID(str(value))
