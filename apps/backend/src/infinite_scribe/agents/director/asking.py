"""The questions of the chapter loop to the author, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from infinite_scribe.agents.director.spending import spent_so_far
from infinite_scribe.agents.runtime.context import Decision, RunContext
from infinite_scribe.runs.gates import Asking, Gate

_SAID: Mapping[str, tuple[str, str]] = {
    "plan": (
        "The plan of this chapter is ready. Shall it be written like this?",
        "本章的方案好了，就照这样写吗？",
    ),
    "plan.faults": (
        "The plan of this chapter still has {count} fault(s) that could not be repaired: {first} What shall be done?",
        "本章的方案还有 {count} 处没能改好：{first} 怎么办？",
    ),
    "contradiction": (
        "The scene still says something that does not fit: {first} What shall be done?",
        "这一场仍有对不上的地方：{first} 怎么办？",
    ),
    "accept": ("The scene is written. Do you take it?", "这一场写好了，收下吗？"),
    "replan": (
        "After this chapter, {count} change(s) of the plan are proposed. Shall they be made?",
        "写完本章，建议改动后面的方案 {count} 处。照改吗？",
    ),
    "spend": ("This book has cost ${spent} so far. Shall it go on?", "到目前为止花费 {spent} 美元，继续吗？"),
    "accept_plan": ("Write it", "就这样写"),
    "accept_faulty": ("Write it all the same", "仍旧照写"),
    "revise": ("Plan it again, with my words", "按我的话重排"),
    "stop": ("Stop here", "到此为止"),
    "fix_again": ("Try to repair it again", "再修一次"),
    "keep": ("Keep it, and keep the finding", "保留原文，意见也留着"),
    "take": ("Take it", "收下"),
    "reject": ("Take it off the page", "从页面撤下"),
    "redo": ("Write it again, with my words", "按我的话重写"),
    "adopt": ("Make the changes", "照改"),
    "skip": ("Leave the plan as it is", "方案不动"),
    "go_on": ("Go on", "继续"),
}


def said(ctx: RunContext, key: str, **members: object) -> str:
    """Return a sentence in the language of the book."""
    return _SAID[key][1 if ctx.run.language == "zh" else 0].format(**members)


def option(ctx: RunContext, name: str, key: str | None = None, *, text: bool = False) -> dict[str, Any]:
    """Return an option of a gate; `text` says that the author may add words."""
    return {"id": name, "label": said(ctx, key or name), "text": text}


def first_why(ctx: RunContext, faults: Sequence[Mapping[str, Any]]) -> str:
    """Return the first reason of some faults, in the language of the book."""
    return str(faults[0]["why"]["zh" if ctx.run.language == "zh" else "en"]) if faults else ""


async def asks_now(
    ctx: RunContext, gate: Gate, path: str, *, default: str = "auto", contradiction: bool = False
) -> bool:
    """Say whether a gate asks now; what the run's family has cost is read, once per path, where a mode names a price."""
    asking = Asking.of(ctx.run.gates, gate, default)
    spent = await spent_so_far(ctx, path) if asking.over is not None else 0.0
    return asking.asks(contradiction=contradiction, spent=spent)


async def ask_plan(
    ctx: RunContext, faults: Sequence[Mapping[str, Any]], path: str, *, fresh: bool, revise: bool
) -> Decision:
    """Have a plan agreed; faults that nobody could repair are always the author's to decide.

    With `revise` it may be sent back.
    """
    if not faults and not fresh:
        return Decision("accept")
    options = [
        option(ctx, "accept", "accept_faulty" if faults else "accept_plan"),
        *([option(ctx, "revise", text=True)] if revise else []),
        option(ctx, "stop"),
    ]
    question = (
        said(ctx, "plan.faults", count=len(faults), first=first_why(ctx, faults))
        if faults
        else said(ctx, "plan")
    )
    ask = bool(faults) or await asks_now(ctx, Gate.PLAN, path)
    return await ctx.decide(Gate.PLAN.value, question, options, "accept", ask=ask)


async def ask_contradiction(ctx: RunContext, faults: Sequence[Mapping[str, Any]]) -> Decision:
    """Bring to the author what two rounds could not repair; `auto` and `keep` keep it with its finding."""
    asking = Asking.of(ctx.run.gates, Gate.CONTRADICTION, default="ask")
    options = [option(ctx, "fix_again"), option(ctx, "keep"), option(ctx, "stop")]
    question = said(ctx, "contradiction", first=first_why(ctx, faults))
    return await ctx.decide(
        Gate.CONTRADICTION.value, question, options, "keep", ask=asking.asks(contradiction=True)
    )


async def ask_accept(ctx: RunContext, path: str, *, contradiction: bool, redo: bool) -> Decision:
    """Have a scene taken, by the author or by the run's own rule; with `redo` it may be sent back."""
    again = [option(ctx, "redo", text=True)] if redo else []
    options = [option(ctx, "accept", "take"), *again, option(ctx, "reject")]
    ask = await asks_now(ctx, Gate.ACCEPT, path, contradiction=contradiction)
    return await ctx.decide(Gate.ACCEPT.value, said(ctx, "accept"), options, "accept", ask=ask)


async def ask_replan(ctx: RunContext, changes: Sequence[Mapping[str, Any]], path: str) -> Decision:
    """Have changes of the plan agreed; the author sees what stands there now and what would."""
    options = [option(ctx, "adopt"), option(ctx, "skip")]
    question = said(ctx, "replan", count=len(changes))
    ask = await asks_now(ctx, Gate.REPLAN, path)
    return await ctx.decide(
        Gate.REPLAN.value,
        question,
        options,
        "adopt",
        ask=ask,
        shown={"changes": [dict(one) for one in changes]},
    )
