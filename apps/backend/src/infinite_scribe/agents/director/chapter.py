"""Writing a chapter: plan it and have the plan agreed, write scene by scene, then look at the plan of what comes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.director.asking import ask_plan
from infinite_scribe.agents.director.errors import ChapterWrittenError
from infinite_scribe.agents.director.expanding import expand
from infinite_scribe.agents.director.planning import CardsWanted, plan_cards
from infinite_scribe.agents.director.reading_over import read_over
from infinite_scribe.agents.director.replanning import replan_after
from infinite_scribe.agents.director.scenes import SceneDone, write_scene
from infinite_scribe.agents.director.spending import Purse
from infinite_scribe.agents.director.standing import empty_scenes, standing
from infinite_scribe.agents.director.stopping import may_cost_more
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.plot.rules import CARD_FIELDS
from infinite_scribe.plot.service import PlotService
from infinite_scribe.runs.schemas.inputs import TaskResult, WriteChapterInput
from infinite_scribe.structure.service import StructureService

MOST_REVISIONS = 5
"""How often the author may send a plan back within one run; then it is theirs to edit."""


@task("director.write_chapter")
async def write_chapter(ctx: RunContext, given: WriteChapterInput) -> TaskResult:
    """Plan what is not planned and write what is not written, in reading order."""
    purse = await Purse.open(ctx, "chapter")
    agreed = await agreed_plan(ctx, given)
    if isinstance(agreed, TaskResult):
        return agreed
    empty = await ctx.read("chapter/scenes", lambda session: empty_scenes(session, ctx, given.chapter))
    if not empty:
        raise ChapterWrittenError
    done: list[SceneDone] = []
    for number, found in enumerate(empty, start=1):
        if number > 1 and not await may_cost_more(ctx, purse, f"scene{number}"):
            return _result(done, purse, agreed, stopped="spend")
        if not await expand(ctx, empty, number - 1):
            planned = _result(done, purse, agreed, stopped="plan")
            return planned.model_copy(update={"items": planned.items or [found["scene"]]})
        scene = await write_scene(
            ctx,
            UUID(found["scene"]),
            prefix=f"scene{number}",
            instruction=given.instruction,
            drafts=given.drafts or ctx.settings.loop.drafts_per_scene,
        )
        done.append(scene)
        if scene.stopped:
            return _result(done, purse, agreed, stopped=scene.stopped)
    readable = given.read and any(scene.version for scene in done)
    read = await read_over(ctx, given.chapter, prefix="read") if readable else None
    changed = await replan_after(ctx, given.chapter, done, prefix="replan")
    return _result(done, purse, agreed, replanned=changed, read=read)


async def agreed_plan(ctx: RunContext, given: WriteChapterInput) -> TaskResult | list[str]:
    """See to it that the chapter has cards that may be drafted; a result when the author stops here.

    Otherwise the keys of those faults of the whole book that the author has let stand.
    """
    planned: dict[str, Any] = {"faults": []}
    state = await ctx.read("chapter/state", lambda session: planned_so_far(session, ctx, given.chapter))
    fresh, scenes = state["fresh"], state["scenes"] or ctx.settings.loop.scenes_per_chapter
    instruction = "\n".join(said for said in (given.instruction, state["sketch"]) if said) or None
    attempt = 0
    while True:
        attempt += 1
        if fresh:
            keep = attempt == 1
            wanted = CardsWanted(given.chapter, scenes, given.alternatives, instruction, keep=keep)
            planned = await plan_cards(ctx, wanted, prefix="cards" if attempt == 1 else f"cards{attempt}")
        path = f"chapter/lint{attempt}"
        faults, stands = await standing(ctx, given.chapter, path, given.stands, show=attempt == 1)
        revise = attempt <= MOST_REVISIONS
        decision = await ask_plan(ctx, faults, path, fresh=fresh, revise=revise)
        if decision.id == "accept":
            return stands
        if decision.id == "stop" or not revise:
            return TaskResult(items=planned.get("scenes", []), revision=planned.get("revision"), stopped="plan",
                              scenes=[], faults=faults)  # fmt: skip
        fresh, instruction = True, decision.text or given.instruction


def _result(
    done: list[SceneDone],
    purse: Purse,
    stands: list[str],
    *,
    stopped: str | None = None,
    replanned: dict[str, Any] | None = None,
    read: dict[str, Any] | None = None,
) -> TaskResult:
    return TaskResult(
        words=sum(one.words for one in done),
        versions=[one.version for one in done if one.version],
        proposals=[one.proposal for one in done if one.proposal],
        items=[] if any(one.version or one.proposal for one in done) else [one.scene for one in done],
        revision=next((one.revision for one in reversed(done) if one.revision is not None), None),
        scenes=[one.as_json() for one in done],
        stopped=stopped,
        replanned=replanned,
        agreed_usd=purse.agreed,
        stands=stands,
        **({"read": read} if read is not None else {}),
    )


async def planned_so_far(session: AsyncSession, ctx: RunContext, chapter_id: UUID) -> dict[str, Any]:
    """Return whether the chapter still has to be planned (`fresh`), and what is sketched of it.

    It has to be while nothing is written and no card is whole, unless the author locked them all. Cards that are begun, by the author or with the concept,
    are completed: what they hold is said to the director as `sketch` and stays. `scenes` is how many there must be, 0
    where the director decides.
    """
    scope = scope_of(ctx.run)
    chapter = await StructureService.of(session, scope).chapter(chapter_id)
    ids = [scene.id for scene in chapter.scenes]
    every = await PlotService.of(session, scope).cards()
    cards = [every[one] for one in ids if one in every]
    states = await ManuscriptService.of(session, scope).scenes(ids)
    empty = all(state.is_empty for state in states)
    open_cards = [card for card in cards if not card.locked]
    begun = all(any(not getattr(card, name) for name in CARD_FIELDS) for card in open_cards)
    locked = not open_cards and len(cards) == len(ids) > 0
    sketch = [
        said
        for card in cards
        for said in (card.summary, card.goal, card.conflict, card.turn, card.notes)
        if said
    ]
    return {
        "fresh": begun and empty and not locked,
        "sketch": "\n".join(dict.fromkeys(sketch)) or None,
        "scenes": len(ids) if len(cards) > 1 or not empty else 0,
    }
