"""Further arcs and chapters for a book: proposed in front of its planned ending, linted, agreed, written as one revision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from infinite_scribe.agents.director.asking import asks_now
from infinite_scribe.agents.director.errors import PlanCompleteError
from infinite_scribe.agents.director.outline_answers import (
    AT_ONCE,
    ChapterWanted,
    OutlineAnswer,
    check_outline,
)
from infinite_scribe.agents.director.outline_layout import Layout, Slot
from infinite_scribe.agents.director.outline_reading import Question, brief, read_layout
from infinite_scribe.agents.director.outline_writing import Proposed, faults_of, write_outline
from infinite_scribe.agents.director.rows import ROOM_FOR_REST, within
from infinite_scribe.agents.runtime.briefings import parts_of
from infinite_scribe.agents.runtime.context import Decision, RunContext
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.agents.runtime.repair import repair
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.model_client.schemas import Message
from infinite_scribe.runs.gates import Gate
from infinite_scribe.runs.schemas.plan_inputs import OutlineInput, OutlineResult

REPAIRS = 2
"""Rounds in which the linter's faults are named back to the director."""
_SAID = {
    "en": {
        "ask": "{count} chapter(s) are proposed, up to “{last}”. Shall they go into the plan?",
        "faults": "{count} chapter(s) are proposed, and the plan would have a fault that could not be repaired: {first} "
        "Shall they go into the plan?",
        "accept": "Take them into the plan", "revise": "Plan them again, with my words", "skip": "Leave the plan as it is",
    },
    "zh": {
        "ask": "拟了 {count} 章，写到“{last}”。收进规划吗？",
        "faults": "拟了 {count} 章，但规划里有一处没能改好：{first} 仍收进规划吗？",
        "accept": "收进规划", "revise": "按我的话重拟", "skip": "规划不动",
    },
}  # fmt: skip


@task("director.outline")
async def outline(ctx: RunContext, given: OutlineInput) -> OutlineResult:
    """Plan further chapters, as often as the author sends them back, and write those that are agreed."""
    asked = [given.instruction] if given.instruction else []
    number = 0
    while True:
        number += 1
        path = f"outline{number}"
        async with ctx.step(path, title_key="runs.step.outline"):
            asked += await ctx.steers()
            made = await _propose(ctx, given, asked, path)
        decision = await _agreed(ctx, made, path)
        if decision.id == "revise":
            asked = [*asked, decision.text or ""]
            continue
        if decision.id != "accept":
            refused = [
                {"chapter": one.title, "why": "author", "change": _change(slot.number, one)}
                for slot, one in zip(made.proposed.layout.slots, made.proposed.chapters, strict=False)
            ]
            return OutlineResult(
                refused=within(refused, ROOM_FOR_REST), faults=within(made.faults, ROOM_FOR_REST)
            )
        done: dict[str, Any] = await ctx.write(
            "write", partial(write_outline, ctx=ctx, proposed=made.proposed)
        )
        return OutlineResult(
            items=[one["id"] for one in done["applied"]], revision=done["revision"], chapters=done["chapters"],
            applied=done["applied"], refused=done["refused"], faults=within(made.faults, ROOM_FOR_REST),
        )  # fmt: skip


def _change(number: int, one: ChapterWanted) -> dict[str, Any]:
    """Return a proposed chapter as the author reads changes of the plan."""
    return {
        "kind": "chapter",
        "number": number,
        "title": one.title,
        "field": "one_line",
        "after": one.one_line,
    }


@dataclass(frozen=True)
class _Made:
    proposed: Proposed
    faults: list[dict[str, Any]]


async def _propose(ctx: RunContext, given: OutlineInput, asked: Sequence[str], path: str) -> _Made:
    """Ask for the chapters, a few with each question; name faults back to those that hold them, two rounds at most."""
    kept = await ctx.read(f"{path}/layout", partial(read_layout, ctx=ctx, given=given))
    layout = Layout.of(kept)
    if not layout.slots:
        raise PlanCompleteError
    parts = [layout.slots[at : at + AT_ONCE] for at in range(0, len(layout.slots), AT_ONCE)]
    faults: list[dict[str, Any]] = []
    answers: list[OutlineAnswer] = []
    for attempt in range(REPAIRS + 1):
        before, answers = answers, []
        for number, slots in enumerate(parts):
            told = faults_at(faults, slots)
            if before and not told:
                answers.append(before[number])
                continue
            question = Question(layout, slots, tuple(answers), kept, tuple(asked))
            said = before[number : number + 1]
            answers.append(await _ask(ctx, question, f"{path}/part{number + 1}", attempt, told, said))
        proposed = _proposed(given, layout, kept, answers)
        faults = await ctx.read(f"{path}/lint{attempt + 1}", partial(faults_of, ctx=ctx, proposed=proposed))
        if not faults or attempt == REPAIRS:
            break
    for number, fault in enumerate(faults):
        await ctx.output("finding", number, fault)
    for slot, one in zip(layout.slots, proposed.chapters, strict=False):
        line = {"number": slot.number, "title": one.title, "one_line": one.one_line}
        await ctx.output("outline_line", slot.number - 1, line)
    return _Made(proposed, faults)


def faults_at(faults: Sequence[dict[str, Any]], slots: Sequence[Slot]) -> list[dict[str, Any]]:
    """Return the faults that an answer is asked to put right: those at its chapters, with those of the whole plan.

    Where none stands at a chapter that is proposed, every answer is told all.
    """
    if all(one["chapter"] is None for one in faults):
        return list(faults)
    numbers = {one.number for one in slots}
    if not any(one["chapter"] in numbers for one in faults):
        return []
    return [one for one in faults if one["chapter"] is None or one["chapter"] in numbers]


def _proposed(
    given: OutlineInput, layout: Layout, kept: dict[str, Any], answers: Sequence[OutlineAnswer]
) -> Proposed:
    return Proposed(
        given=given,
        layout=layout,
        new_arcs=[arc for one in answers for arc in one.arcs],
        chapters=[chapter for one in answers for chapter in one.chapters],
        arcs=kept["arcs"],
        promises=kept["promises"],
    )


async def _ask(
    ctx: RunContext,
    question: Question,
    path: str,
    attempt: int,
    faults: Sequence[dict[str, Any]],
    before: Sequence[OutlineAnswer],
) -> OutlineAnswer:
    """Ask for some chapters; with `faults`, for `before` with these put right."""
    kept = await ctx.material(f"{path}/briefing{attempt + 1}", partial(brief, ctx=ctx, question=question))
    language = "zh" if ctx.run.language == "zh" else "en"
    count, new_arcs = len(question.slots), question.new_arcs
    prompt = load_prompt("director", "outline", ctx.run.language)
    numbers = ", ".join(str(one.number) for one in question.slots)
    messages = prompt.messages(
        {"briefing": kept["text"], "count": count, "numbers": numbers, "arcs": new_arcs}
    )
    data = kept["data"]
    if faults and before:
        named = [f"{one['rule']} ({one['where']}): {one['why'][language]}" for one in faults]
        said = before[0].model_dump_json(exclude_none=True)
        messages += [Message(role="assistant", text=said), repair(ctx.run.language, named)]
        data = {**data, "faults": named, "before": before[0].model_dump(mode="json")}
    request = ModelRequest(
        messages=messages,
        max_tokens=180 * count + 160 * new_arcs + 200,
        data=data,
        output=OutlineAnswer,
        check=lambda answer: check_outline(
            answer, count, question.arcs, question.kept["promises"], kept["told"], new_arcs=new_arcs
        ),
        manifest=parts_of(kept["manifest"]),
        receipt=kept["manifest"],
        prompt_name=prompt.name,
        prompt_version=prompt.version,
        role="director",
    )
    answer: OutlineAnswer = (await ctx.call(f"{path}/ask{attempt + 1}", request)).output
    return answer.model_copy(
        update={"chapters": answer.chapters[:count], "arcs": answer.arcs if new_arcs else []}
    )


async def _agreed(ctx: RunContext, made: _Made, path: str) -> Decision:
    """Have the chapters agreed; faults that nobody could repair are always the author's to decide."""
    words = _SAID["zh" if ctx.run.language == "zh" else "en"]
    chapters = made.proposed.chapters
    first = made.faults[0]["why"]["zh" if ctx.run.language == "zh" else "en"] if made.faults else ""
    question = words["faults" if made.faults else "ask"].format(
        count=len(chapters), last=chapters[-1].title, first=first
    )
    options = [
        {"id": name, "label": words[name], "text": name == "revise"} for name in ("accept", "revise", "skip")
    ]
    ask = bool(made.faults) or await asks_now(ctx, Gate.PLAN, path)
    return await ctx.decide(Gate.PLAN.value, question, options, "accept", ask=ask)
