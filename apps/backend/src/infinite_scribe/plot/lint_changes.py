"""A plan as it would be after a change, and what the linter says of it that it did not say before. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from infinite_scribe.plot.lint_facts import (
    Asked,
    PlanFacts,
    PlanIssue,
    PlanReport,
    PromisePlan,
    ScenePlan,
    Where,
)
from infinite_scribe.plot.rules import BeatFacts, Level

INVARIANTS = frozenset({"P-END", "P-TURN", "P-PAY", "P-PLANT", "P-WINDOW"})
"""Codes that no change made after a chapter may add, at whatever level: the ending, the turns, and where promises are kept."""


def with_scenes(
    facts: PlanFacts, chapter_id: UUID, order: Sequence[UUID], fresh: Mapping[UUID, ScenePlan]
) -> PlanFacts:
    """Return the plan with a chapter's scenes in this order, those in `fresh` as they would be; the others as they are.

    Windows of promises move with the scenes they stand at; beats that a scene has stay.
    """
    held = {one.scene_id: one for one in facts.scenes}
    cards = [
        replace(fresh[one], beats=held[one].beats if one in held else ()) if one in fresh else held[one]
        for one in order
        if one in fresh or one in held
    ]
    numbers = {one.chapter_id: one.number for one in facts.chapters}
    here = numbers.get(chapter_id, 0)
    others = [one for one in facts.scenes if one.chapter_id != chapter_id]
    before = [one for one in others if numbers.get(one.chapter_id, 0) <= here]
    after = [one for one in others if numbers.get(one.chapter_id, 0) > here]
    near = [one for one in facts.scenes if one.chapter_id == chapter_id] + _in_order(before)[::-1]
    cards = _timed(cards, held, near)
    scenes = tuple(
        replace(one, index=at)
        for at, one in enumerate([*_in_order(before), *cards, *_in_order(after)], start=1)
    )
    return replace(facts, scenes=scenes, promises=_with_windows(facts, scenes))


def _in_order(scenes: Sequence[ScenePlan]) -> list[ScenePlan]:
    return sorted(scenes, key=lambda one: one.index)


def _with_windows(facts: PlanFacts, scenes: Sequence[ScenePlan]) -> tuple[PromisePlan, ...]:
    """Return the promises with windows in the new reading indexes; one that closed with a chapter still does."""
    old = {one.index: one for one in facts.scenes}
    now = {one.scene_id: one.index for one in scenes}
    ends = {one.chapter_id: one.index for one in scenes}
    closing = {one.chapter_id: one.index for one in _in_order(facts.scenes)}

    def moved(index: int | None, *, last: bool = False) -> int | None:
        scene = old.get(index) if index is not None else None
        if scene is None:
            return index
        if last and closing[scene.chapter_id] == index:
            return ends.get(scene.chapter_id, index)
        return now.get(scene.scene_id, index)

    return tuple(
        replace(one, earliest=moved(one.earliest), latest=moved(one.latest, last=True))
        for one in facts.promises
    )


def _timed(
    cards: Sequence[ScenePlan], held: Mapping[UUID, ScenePlan], near: Sequence[ScenePlan]
) -> list[ScenePlan]:
    """Return new cards with the times of the scenes they are for; further ones follow the last of these in order.

    What a card dates itself stays.
    """
    last = next((one for one in near if one.t_from is not None), None)
    found = []
    for card in cards:
        known = held.get(card.scene_id)
        if card.dated:
            last = card
            found.append(card)
        elif known is not None and known.t_from is not None:
            last = known
            found.append(
                replace(
                    card, t_from=known.t_from, t_to=known.t_to, certainty=known.certainty, mode=known.mode
                )
            )
        elif last is not None and last.t_from is not None:
            end = last.t_to if last.t_to is not None else last.t_from
            found.append(replace(card, t_from=end, t_to=end, certainty="ordered"))
        else:
            found.append(card)
    return found


def with_beats(facts: PlanFacts, scene_id: UUID, beats: Sequence[BeatFacts]) -> PlanFacts:
    """Return the plan with other beats in a scene."""
    scenes = tuple(
        replace(one, beats=tuple(beats)) if one.scene_id == scene_id else one for one in facts.scenes
    )
    return replace(facts, scenes=scenes)


def with_field(facts: PlanFacts, target: UUID, name: str, value: str) -> PlanFacts:
    """Return the plan with another text in one field of a chapter or a card; `must_include` is added to."""
    if any(one.chapter_id == target for one in facts.chapters):
        chapters = tuple(
            replace(one, **{name: value}) if one.chapter_id == target and hasattr(one, name) else one  # type: ignore[arg-type]
            for one in facts.chapters
        )
        return replace(facts, chapters=chapters)

    def changed(one: ScenePlan) -> ScenePlan:
        if name == "must_include":
            return replace(one, must_include=(*one.must_include, Asked(value)))
        return replace(one, **{name: value})  # type: ignore[arg-type]

    scenes = tuple(changed(one) if one.scene_id == target else one for one in facts.scenes)
    return replace(facts, scenes=scenes)


def fresh_issues(before: PlanReport, after: PlanReport, scenes: Collection[UUID]) -> list[PlanIssue]:
    """Return what a change brings: every error of these scenes, and elsewhere what was not said of the same place before."""
    ids = {str(one) for one in scenes}
    held = {(one.code, one.where.id) for one in before.issues}
    return [
        one
        for one in after.issues
        if (one.level is Level.ERROR and one.where.id in ids) or (one.code, one.where.id) not in held
    ]


def added(before: PlanReport, after: PlanReport) -> list[PlanIssue]:
    """Return the errors, and the faults of what no later change may touch, of which there are more than before.

    They are counted by code and place: a fault of which only the words change, or a part is mended, is not a new one.
    """
    room = Counter((one.code, one.where.id) for one in before.issues)
    held = {_said(one) for one in before.issues}
    found = []
    for one in sorted(after.issues, key=lambda issue: _said(issue) not in held):
        room[one.code, one.where.id] -= 1
        counts = one.level is Level.ERROR or one.code in INVARIANTS
        if counts and room[one.code, one.where.id] < 0:
            found.append(one)
    return found


def _said(one: PlanIssue) -> tuple[str, str, str]:
    return one.code, one.where.id, one.why["en"]


def locked(where: Where, fields: Collection[str] = ()) -> PlanIssue:
    """Return P-LOCK: an operation on what the author locked."""
    named = ", ".join(fields)
    return PlanIssue(
        "P-LOCK",
        Level.ERROR,
        where,
        {
            "en": f"The author locked this{f' ({named})' if named else ''}; it stays as it is.",
            "zh": f"作者已锁定此处{f'（{named}）' if named else ''}，保持不变。",
        },
        tuple(fields),
    )
