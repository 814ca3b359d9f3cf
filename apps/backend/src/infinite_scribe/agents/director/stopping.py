"""Why continuous mode stops by itself, in words, and the question that it puts to the author then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.director.asking import option
from infinite_scribe.agents.director.spending import Purse, spent_by_family, spent_so_far
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.continuity.prose import ProseFigures
from infinite_scribe.plot.ledger import PromiseLedger
from infinite_scribe.plot.promise_book import WRITTEN
from infinite_scribe.plot.promises import OPEN
from infinite_scribe.plot.service import PlotService
from infinite_scribe.plot.staleness import StaleMarks
from infinite_scribe.runs.gates import Gate
from infinite_scribe.structure.service import StructureService

MOST_BY_OTHERS = 3
"""Scenes running that a model behind the first one may write before the author is asked."""
HEAVY = 4
"""Weight from which a promise that passes its window stops the book."""

MOST_LATE = 20

_WORDS: Mapping[str, tuple[str, str]] = {
    "plan": ("The plan of a chapter was not agreed.", "有一章的方案没有定下来。"),
    "accept": ("A scene was taken off the page.", "有一场从页面撤下了。"),
    "contradiction": ("A scene was left with a contradiction.", "有一场留着对不上的地方。"),
    "same-contradiction": (
        "The same contradiction stands in two scenes running, and two rounds of repair did not end it.",
        "同一处矛盾接连出现在两场里，修了两轮仍在。",
    ),
    "promise-late": (
        "A promise that weighs much has passed its window and is not kept: {statement}",
        "一个分量很重的伏笔过了期限还没有收：{statement}",
    ),
    "card-stale": (
        "What you changed made the plan of the next scene old: {title}",
        "你的改动使下一场的方案过时了：{title}",
    ),
    "worn": (
        "Two chapters running say too much again that earlier ones have said, in the same words.",
        "接连两章用同样的话重复前文，太多了。",
    ),
    "fallback": (
        "Three scenes running were written by a model behind the one you chose, since that one did not answer.",
        "接连三场都由后备模型写成，因为选定的模型没有给出回答。",
    ),
    "spend": ("This run has cost ${spent} so far.", "到目前为止已花费 {spent} 美元。"),
    "ask": ("Shall I go on? {why}", "要继续吗？{why}"),
}


@dataclass(frozen=True)
class Stop:
    """A reason to stop; `members` are what its sentence names. `final`: the author has just said so."""

    reason: str
    members: Mapping[str, str] = field(default_factory=dict)
    final: bool = False

    @property
    def key(self) -> str:
        """What this is about: the reason, and what its sentence names."""
        return ":".join([self.reason, *self.members.values()])

    @classmethod
    def of_chapter(cls, result: Mapping[str, Any]) -> Stop | None:
        """Return why a chapter ended early."""
        reason = result.get("stopped")
        return None if not reason else cls(str(reason), final=True)

    def words(self, language: str) -> str:
        """Return the reason as a sentence."""
        return _WORDS[self.reason][1 if language == "zh" else 0].format(**self.members)


async def ask_to_go_on(ctx: RunContext, stop: Stop) -> bool:
    """Ask the author whether to go on; what the author has just decided is not asked again."""
    if stop.final:
        return False
    why = stop.words(ctx.run.language)
    question = _WORDS["ask"][1 if ctx.run.language == "zh" else 0].format(why=why)
    options = [option(ctx, "go_on"), option(ctx, "stop")]
    name = Gate.SPEND.value if stop.reason == "spend" else "stopped"
    return await ctx.gate(name, question, options, "stop", ask=True) == "go_on"


async def may_cost_more(ctx: RunContext, purse: Purse, path: str) -> bool:
    """Ask between two scenes whether to go on, where the author wants a say in what a run costs.

    With `ask` a book is asked between its chapters, and only a chapter on its own between its scenes.
    """
    if purse.asking.over is None and (purse.asking.mode != "ask" or ctx.run.parent_id is not None):
        return True
    spent = await spent_so_far(ctx, path)
    return not purse.wants_word(spent) or await ask_to_go_on(ctx, Stop("spend", {"spent": f"{spent:.2f}"}))


async def reason_to_stop(
    ctx: RunContext,
    path: str,
    written: Sequence[Mapping[str, Any]],
    purse: Purse,
    allowed: set[str],
    *,
    last: bool,
) -> Stop | None:
    """Return why the book should not simply go on after a chapter. After the last one nothing is asked.

    `allowed` are keys of what the author let stand; what does not hold any more leaves it, and is asked anew when it
    comes again.
    """
    if last:
        return None
    lately = [UUID(one["chapter"]) for one in written[-2:]]
    found = await ctx.read(f"{path}/after", partial(_look, ctx=ctx, lately=lately))
    holding = reasons(written, found)
    allowed.intersection_update(one.key for one in holding)
    for one in holding:
        if one.key not in allowed:
            return one
    wants = purse.wants_word(found["spent"])
    return Stop("spend", {"spent": f"{found['spent']:.2f}"}) if wants else None


def reasons(written: Sequence[Mapping[str, Any]], found: Mapping[str, Any]) -> list[Stop]:
    """Return all that speaks against simply going on, the gravest first; `found` is how the book looks now."""
    repeated = same_contradiction(written)
    late = found.get("passed") or [one for one in [found["late"]] if one]
    every = [
        Stop("same-contradiction", {"fingerprint": repeated}) if repeated else None,
        Stop("fallback") if by_others(written) else None,
        *(Stop("promise-late", {"statement": one}) for one in late),
        Stop("card-stale", {"title": found["stale"]}) if found["stale"] is not None else None,
        Stop("worn") if found["worn"] else None,
    ]
    return [one for one in every if one is not None]


def same_contradiction(written: Sequence[Mapping[str, Any]]) -> str | None:
    """Return a contradiction that was kept in the two scenes written last."""
    scenes = [scene for chapter in written for scene in chapter.get("scenes") or []]
    if len(scenes) < 2:
        return None
    both = set(scenes[-1].get("kept", ())) & set(scenes[-2].get("kept", ()))
    return min(both, default=None)


def by_others(written: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether the three scenes written last each took a model behind the first one."""
    scenes = [scene for chapter in written for scene in chapter.get("scenes") or [] if not scene.get("left")]
    return len(scenes) >= MOST_BY_OTHERS and all(one.get("further") for one in scenes[-MOST_BY_OTHERS:])


async def _worn(session: AsyncSession, ctx: RunContext, chapters: Sequence[UUID]) -> bool:
    """Say whether two chapters both say more again of what stands before than any may; in a language with bands."""
    if len(chapters) < 2:
        return False
    prose = ProseFigures.of(session, scope_of(ctx.run))
    read = [await prose.chapter(one) for one in chapters]
    return all(any(one.name == "reuse" and one.level == "fail" for one in each.figures) for each in read)


async def _look(session: AsyncSession, *, ctx: RunContext, lately: Sequence[UUID]) -> dict[str, Any]:
    scope = scope_of(ctx.run)
    scenes = (await StructureService.of(session, scope).tree()).scenes()
    now_at = max((one.reading_index for one in scenes if one.status in WRITTEN), default=0)
    promises = (await PromiseLedger.of(session, scope).read()).items
    late = [
        one.statement
        for one in promises
        if one.weight >= HEAVY
        and one.status in OPEN
        and one.latest_at is not None
        and one.latest_at <= now_at
    ]
    stale = await StaleMarks.of(session, scope).flags("card")
    cards = await PlotService.of(session, scope).cards()
    following = next((one for one in scenes if one.reading_index > now_at and one.id in cards), None)
    is_stale = following is not None and str(cards[following.id].id) in stale
    return {
        "late": late[0] if late else "",
        "passed": late[:MOST_LATE],
        "stale": following.title if following is not None and is_stale else None,
        "worn": await _worn(session, ctx, lately),
        "spent": await spent_by_family(session, ctx=ctx),
    }
