"""A plan of a chapter as the director answered it: what it would make of the cards, and what the linter says of that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.director.answers import CardsAnswer
from infinite_scribe.agents.director.due import Act, acts_of
from infinite_scribe.agents.director.timing import When, read_when
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.core.ids import child_id
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.novels.revisions import PART, Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.plot.lint_facts import PlanIssue
from infinite_scribe.plot.lint_reading import PlanLinter, ProposedScene
from infinite_scribe.plot.schemas import CardRead, CardUpdate
from infinite_scribe.plot.service import PlotService
from infinite_scribe.structure.rules import Status
from infinite_scribe.structure.schemas import SceneNode
from infinite_scribe.structure.service import StructureService

LEAST_SHARE, MOST_SHARE = 0.5, 2.0
"""Of the words that a scene has, what a card may ask for; beyond that it is a slip."""


@dataclass(frozen=True)
class Proposal:
    """A plan with what its handles stand for. `how` are the sentences that an earlier answer told of what is due.

    With `keep`, what a card holds already stays.
    """

    chapter: UUID
    plan: CardsAnswer
    kept: Mapping[str, Any]
    handles: Mapping[str, UUID]
    how: Mapping[str, str]
    keep: bool = True

    @property
    def unwritten(self) -> list[UUID]:
        """Scenes of the chapter that are there and not written."""
        return [UUID(one) for one in self.kept["unwritten"]]

    def scenes(self) -> list[UUID]:
        """Return the scenes that the cards are for; those that are not there yet by the ids they have meanwhile."""
        held = self.unwritten
        return [
            held[n] if n < len(held) else child_id(self.chapter, f"card{n}")
            for n in range(len(self.plan.cards))
        ]

    def acts(self) -> list[list[Act]]:
        """Return by card what it does for promises."""
        return acts_of(self.kept, self.plan.promises, self.scenes(), self.how)

    def when(self, at: int) -> When | None:
        """Return when a card is."""
        return read_when(self.plan.cards[at].when, self.kept["day_ticks"])

    def update(self, at: int, acts: Sequence[Act]) -> CardUpdate:
        """Return a card as the plan stores it."""
        card, number = self.plan.cards[at], at + 1
        asked = [{"text": one["how"], "promise": one["promise"]} for one in acts]
        exits = [
            {
                "s": str(self.handles[one.subject]),
                "p": one.predicate,
                "o": str(self.handles.get(one.value, one.value)),
            }
            for one in self.plan.exits
            if one.card == number
        ]
        return CardUpdate.model_validate(
            {
                **card.model_dump(
                    include={"summary", "goal", "conflict", "outcome", "turn", "opening_type", "closing_type"}
                ),
                "pov_id": self.handles[card.pov],
                "place_id": self.handles[card.place],
                "cast": [{"entity": self.handles[one]} for one in dict.fromkeys(card.cast)],
                "entry": [self.handles[one.fact] for one in self.plan.entries if one.card == number],
                "exit": exits,
                "must_include": [*asked, *({"text": text} for text in card.must_include)],
                "must_not_reveal": [{"text": text} for text in card.must_not_reveal],
                "promises": [{"promise": one["promise"], "act": one["act"]} for one in acts],
                "word_budget": self._words(card.word_budget),
            }
        )

    def _words(self, asked: int | None) -> int:
        each: int = self.kept["words"]
        return asked if asked is not None and each * LEAST_SHARE <= asked <= each * MOST_SHARE else each


def as_fault(one: PlanIssue) -> dict[str, Any]:
    """Return an issue as findings are shown; `scope` says whether it stands at a card or in the book."""
    here = one.where.kind == "card"
    return {
        "rule": one.code,
        "severity": one.level.value,
        "where": one.where.title,
        "why": dict(one.why),
        "scope": "card" if here else "book",
        "key": f"{one.code}:{one.where.id}",
    }


async def lint_proposal(
    session: AsyncSession, *, ctx: RunContext, proposal: Proposal
) -> list[dict[str, Any]]:
    """Return what a plan would bring as the unwritten scenes of its chapter: errors of these, and whatever else is new."""
    scope = scope_of(ctx.run)
    nodes = {
        one.id: one for one in (await StructureService.of(session, scope).chapter(proposal.chapter)).scenes
    }
    every = await PlotService.of(session, scope).cards()
    ids, acts = proposal.scenes(), proposal.acts()
    fresh: dict[UUID, ProposedScene] = {}
    for at, scene in enumerate(ids):
        node, begun = nodes.get(scene), every.get(scene)
        if _is_locked(node, begun):
            continue
        update = proposal.update(at, acts[at])
        title = (node.title if node is not None and proposal.keep else None) or proposal.plan.cards[at].title
        when = None if node is not None and node.story_from else proposal.when(at)
        span = (None, None) if when is None else (when.start, when.end)
        fresh[scene] = ProposedScene(title, _merged(update, begun, keep=proposal.keep), *span)
    unwritten = set(proposal.unwritten)
    order = list(dict.fromkeys([*(one for one in nodes if one in ids or one not in unwritten), *ids]))
    found = await PlanLinter.of(session, scope).proposed(proposal.chapter, order, fresh)
    return [as_fault(one) for one in found]


async def write_proposal(
    session: AsyncSession, *, ctx: RunContext, proposal: Proposal, pick: dict[str, Any] | None
) -> dict[str, Any]:
    """Write cards and what each does for the promises of the book: for the scenes there are, then for new ones.

    A scene that was written or locked since, and what the author locked or dated, are left as they are.
    """
    scope, held, acts = scope_of(ctx.run), proposal.unwritten, proposal.acts()
    manuscript, plot = ManuscriptService.of(session, scope), PlotService.of(session, scope)
    structure = StructureService.of(session, scope)
    async with Revisions.of(session, scope).open(
        RevisionKind.EDIT, run_id=ctx.run.root_id, label="cards"
    ) as revision:
        while len(held) < len(proposal.plan.cards):
            held.append(await manuscript.add_scene(revision, proposal.chapter))
        nodes = {scene.id: scene for scene in (await structure.chapter(proposal.chapter)).scenes}
        written = await manuscript.written(held)
        for at, (scene_id, card) in enumerate(zip(held, proposal.plan.cards, strict=False)):
            node, begun = nodes.get(scene_id), await plot.card(scene_id)
            if node is None or _is_locked(node, begun) or scene_id in written:
                continue
            title = (node.title if proposal.keep else None) or card.title
            when = None if node.story_from else proposal.when(at)
            await structure.update_scene(
                revision, scene_id, title=title, status=Status.CARDED.value, **(when.fields() if when else {})
            )
            update = proposal.update(at, acts[at])
            if begun is not None:
                update = _allowed(update, begun, keep=proposal.keep)
            await plot.write_card(revision, scene_id, update, by_agent=True)
        await structure.resolve_times()
        revision.summary[PART] = str(ctx.run.id)
        number = revision.number
    scenes = [str(scene) for scene in held[: len(proposal.plan.cards)]]
    return {"scenes": scenes, "revision": number, **({"pick": pick} if pick is not None else {})}


def _is_locked(node: SceneNode | None, begun: CardRead | None) -> bool:
    return (node is not None and node.locked) or (begun is not None and begun.locked)


def _allowed(update: CardUpdate, begun: CardRead, *, keep: bool) -> CardUpdate:
    """Return of a card what the author did not lock; with `keep`, only what the one that was begun does not hold yet."""
    names = update.model_fields_set - set(begun.locked_fields)
    if keep:
        names = {one for one in names if getattr(update, one) is not None and not getattr(begun, one, None)}
    return CardUpdate(**{one: getattr(update, one) for one in names})


def _merged(update: CardUpdate, begun: CardRead | None, *, keep: bool) -> dict[str, Any]:
    """Return the members of the card that a scene would have."""
    if begun is None:
        return update.model_dump(mode="python")
    allowed = _allowed(update, begun, keep=keep)
    return {
        **begun.model_dump(mode="python"),
        **allowed.model_dump(mode="python", include=allowed.model_fields_set),
    }
