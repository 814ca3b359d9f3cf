"""Comparing plans and looking at the plan again: by what code can count, never by taste."""

from collections import Counter
from typing import Any

from pydantic import Field

from infinite_scribe.llm.demo.schemas import Twin
from infinite_scribe.llm.demo.teller import Teller

_PROBLEMS = {
    "en": {
        "goal": "The goal is the one of an earlier card.",
        "opening": "Two scenes open in the same way.",
        "closing": "Two scenes close in the same way.",
        "easy": "Nobody pays for anything: the outcome is a plain yes.",
        "place": "Every scene is at the same place.",
    },
    "zh": {
        "goal": "目标和前面那张卡一样。",
        "opening": "两场开头的方式相同。",
        "closing": "两场收尾的方式相同。",
        "easy": "谁也没有付出代价，结局只是顺利。",
        "place": "每一场都在同一个地方。",
    },
}
_WHY = {
    "en": "It repeats itself least and its outcomes cost the most.",
    "zh": "重复最少，结局的代价最大。",
}
_CARRY = {"en": "Here what was missed comes in: {missed}", "zh": "此处补上前面漏掉的：{missed}"}
_SEVERITY = {"goal": 3, "easy": 2, "opening": 1, "closing": 1, "place": 1}
_FAULT = 20
"""What a fault that code is certain of weighs: more than all that is a matter of measure."""
MOST = 6


class PlanCard(Twin):
    """A card of a plan as the director compares it."""

    card: int = 1
    goal: str = ""
    outcome: str = ""
    opening_type: str = ""
    closing_type: str = ""
    place: str = ""


class Plan(Twin):
    """One of several plans of a chapter."""

    alt: int = 1
    lint: list[str] = Field(default_factory=list)
    cards: list[PlanCard] = Field(default_factory=list)


class PlansData(Twin):
    """The twin of `director.critique` and of `director.choose_plan`."""

    alternatives: list[Plan] = Field(default_factory=list)
    critiques: list[dict[str, Any]] = Field(default_factory=list)


class ComingCard(Twin):
    """A card that may still be changed."""

    handle: str = ""
    goal: str = ""
    turn: str = ""


class Coming(Twin):
    """A chapter that is not written."""

    handle: str = ""
    purpose: str = ""
    cards: list[ComingCard] = Field(default_factory=list)


class ReplanData(Twin):
    """The twin of `director.replan`."""

    written: list[str] = Field(default_factory=list)
    missed: list[str] = Field(default_factory=list)
    coming: list[Coming] = Field(default_factory=list)


class WhatIfData(Twin):
    """The twin of `director.what_if`."""

    premise: str = ""
    coming: list[Coming] = Field(default_factory=list)


_BRANCH = {
    "en": ("What was planned here no longer holds: {old}", "It has to be lived with: {premise}", "{old} It follows from: {premise}",
           "The story turns at this card instead of later; what came after it has to be earned anew."),
    "zh": ("原先的打算落空了：{old}", "要担起这件事：{premise}", "{old}起因是：{premise}",
           "故事在这张卡上就转了弯；后面的一切要重新挣来。"),
}  # fmt: skip


def what_if(teller: Teller, data: WhatIfData) -> dict[str, Any]:
    """Return what a premise changes: the turn of its card, the goal of the next one, and what later chapters rest on."""
    conflict, goal, purpose, why = _BRANCH[teller.code]
    end = "." if teller.code == "en" else "。"
    premise = data.premise.strip().rstrip(".。") + end
    cards = [card for chapter in data.coming for card in chapter.cards]
    ops = []
    if cards:
        ops.append({"target": cards[0].handle, "field": "turn", "value": premise})
        if cards[0].turn:
            ops.append(
                {"target": cards[0].handle, "field": "conflict", "value": conflict.format(old=cards[0].turn)}
            )
    if len(cards) > 1:
        ops.append({"target": cards[1].handle, "field": "goal", "value": goal.format(premise=premise)})
    later = data.coming[1:4] if cards else data.coming[:3]
    ops += [
        {
            "target": one.handle,
            "field": "purpose",
            "value": purpose.format(old=one.purpose, premise=premise).strip(),
        }
        for one in later
    ]
    return {"ops": [{"op": "update", **one, "value": one["value"][:480]} for one in ops][:8], "why": why}


def critique(teller: Teller, data: PlansData) -> dict[str, Any]:
    """Return the weaknesses of plans, the worst first."""
    words = _PROBLEMS[teller.code]
    found: list[dict[str, Any]] = [
        {"alt": plan.alt, "where": card, "problem": words[name], "severity": _SEVERITY[name]}
        for plan in data.alternatives
        for card, name in _weak(plan)
    ]
    found += [
        {"alt": plan.alt, "where": 1, "problem": said[:480], "severity": 3}
        for plan in data.alternatives
        for said in plan.lint
    ]
    return {"critiques": sorted(found, key=_worst_first)[:MOST]}


def _worst_first(one: dict[str, Any]) -> tuple[int, int, int]:
    return -one["severity"], one["alt"], one["where"]


def choose(teller: Teller, data: PlansData) -> dict[str, Any]:
    """Return the plan with the smallest sum of weaknesses; the first of equals."""
    plans = data.alternatives or [Plan()]
    lost = {
        plan.alt: sum(_SEVERITY[name] for _, name in _weak(plan)) + _FAULT * len(plan.lint) for plan in plans
    }
    return {"alt": min(lost, key=lambda alt: (lost[alt], alt)), "why": _WHY[teller.code], "edits": []}


def _weak(plan: Plan) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for name, values in (
        ("goal", [card.goal for card in plan.cards]),
        ("opening", [card.opening_type for card in plan.cards]),
        ("closing", [card.closing_type for card in plan.cards]),
    ):
        seen: Counter[str] = Counter()
        for card, value in zip(plan.cards, values, strict=True):
            if value and seen[value]:
                found.append((card.card, name))
            seen[value] += 1
    found += [(card.card, "easy") for card in plan.cards if card.outcome == "yes"]
    if len(plan.cards) > 1 and len({card.place for card in plan.cards}) == 1:
        found.append((1, "place"))
    return found


def replan(teller: Teller, data: ReplanData) -> dict[str, Any]:
    """Return the next place for what was missed; nothing missed, nothing changed."""
    if not data.missed or not data.coming:
        return {"ops": [], "why": ""}
    first, missed = data.coming[0], data.missed[0]
    if first.cards and len(missed) <= 200:
        change = {"op": "update", "target": first.cards[0].handle, "field": "must_include", "value": missed}
    else:
        carried = _CARRY[teller.code].format(missed=missed)
        value = f"{first.purpose} {carried}".strip() if teller.code == "en" else f"{first.purpose}{carried}"
        change = {"op": "update", "target": first.handle, "field": "purpose", "value": value[:480]}
    return {"ops": [change], "why": missed[:200]}
