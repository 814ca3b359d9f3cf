"""Rules of the plan linter about the world: who lives, where people are, what they hold and know, causes and dates. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any
from uuid import UUID

from infinite_scribe.canon.registry import find
from infinite_scribe.plot.lint_facts import CanonFact, CauseLink, PlanFacts, ScenePlan, Where
from infinite_scribe.plot.lint_found import Findings

_ON_THE_LINE = frozenset({"linear", "parallel", "flashforward"})
_GONE = {"life_state": frozenset({"dead", "unborn"})}
_EXISTING = "exists"
_LEAST_VALUE = 3
"""Letters of a value below which finding it in a beat proves nothing."""
_TIMELESS = frozenset({"part_of", "parent_of"})
_VERBS = {"caused_by": "was caused by", "part_of": "is part of", "parent_of": "is a parent of"}


def cycles(found: Findings, facts: PlanFacts) -> None:
    """P-CYCLE: causes, parts or kinship that come back to where they began."""
    every = (*facts.links, *_planned_links(facts))
    for kind in sorted({link.kind for link in every}):
        links = [link for link in every if link.kind == kind]
        ring = _ring(links)
        if ring:
            path = " → ".join(ring)
            where = Where(
                "event" if kind == "caused_by" else "entry", str(_first_of(links, ring[0])), ring[0]
            )
            found.error(
                "P-CYCLE", where, f"{_VERBS.get(kind, kind)}: a circle: {path}.", f"首尾相接成了圈：{path}。"
            )


def _planned_links(facts: PlanFacts) -> list[CauseLink]:
    """Return parts and kinship that unwritten scenes are to bring about; who holds what may turn round in time."""
    entries = {str(one): one for one in facts.entries}
    return [
        CauseLink(str(one["p"]), start, end, facts.name(start), facts.name(end))
        for scene in _unwritten(facts)
        for one in scene.exits
        if one.get("p") in _TIMELESS
        and (start := entries.get(str(one.get("s")))) is not None
        and (end := entries.get(str(one.get("o")))) is not None
    ]


def _first_of(links: Iterable[CauseLink], name: str) -> UUID:
    return next(link.source for link in links if link.source_name == name)


def _ring(links: list[CauseLink]) -> list[str]:
    """Return the names of one circle, the first again at its end; nothing where there is none."""
    onward: dict[UUID, list[UUID]] = {}
    names: dict[UUID, str] = {}
    for link in links:
        onward.setdefault(link.source, []).append(link.target)
        names |= {link.source: link.source_name, link.target: link.target_name}
    done: set[UUID] = set()
    for start in onward:
        path: list[UUID] = []
        stack: list[tuple[UUID, int]] = [(start, 0)]
        while stack:
            node, at = stack.pop()
            if at == 0:
                if node in done:
                    continue
                path.append(node)
            following = onward.get(node, [])
            if at < len(following):
                stack.append((node, at + 1))
                if following[at] in path:
                    ring = [*path[path.index(following[at]) :], following[at]]
                    return [names[one] for one in ring]
                stack.append((following[at], 0))
            else:
                done.add(node)
                path.remove(node)
    return []


def _held(facts: PlanFacts, subject: UUID, predicate: str) -> list[CanonFact]:
    return [one for one in facts.facts if one.subject_id == subject and one.predicate == predicate]


def dead(found: Findings, facts: PlanFacts) -> None:
    """P-DEAD: somebody in the cast is dead or unborn then, or the place or faction does not exist."""
    for scene in _unwritten(facts):
        if scene.mode not in _ON_THE_LINE:
            continue
        for one in scene.on_stage:
            _lives(found, facts, scene, one)
        if scene.place_id is not None:
            _exists(found, facts, scene, scene.place_id)


def _lives(found: Findings, facts: PlanFacts, scene: ScenePlan, one: UUID) -> None:
    rows = [row for row in _held(facts, one, "life_state") if row.holds]
    if not rows:
        return
    gone = [row for row in rows if row.value in _GONE["life_state"]]
    tick = scene.t_from if scene.ordered else None
    holding = [(row, row.at(tick)) for row in rows]
    if gone and any(held is None for _, held in holding):
        found.skip("P-DEAD", "scene-has-no-time")
    elif any(held and row in gone for row, held in holding) and not any(
        held and row not in gone for row, held in holding
    ):
        name = facts.name(one)
        found.error(
            "P-DEAD", scene.where(), f"{name} is not alive at this point and is to take part.",
            f"{name}此时并不在世，却要出场。", fields=("cast",),
        )  # fmt: skip


def _exists(found: Findings, facts: PlanFacts, scene: ScenePlan, place: UUID) -> None:
    rows = [row for row in _held(facts, place, "existence") if row.holds and row.value != _EXISTING]
    tick = scene.t_from if scene.ordered else None
    if any(row.at(tick) for row in rows):
        name = facts.name(place)
        found.error(
            "P-DEAD", scene.where(), f"{name} does not exist at this point.", f"{name}此时并不存在。",
            fields=("place_id",),
        )  # fmt: skip


def places(found: Findings, facts: PlanFacts) -> None:
    """P-TWO, P-TRAVEL: one character in two places at once, or there sooner than the way allows."""
    dated = [one for one in facts.cards() if one.dated and one.mode in _ON_THE_LINE and one.place_id]
    if len(dated) < len(facts.cards()):
        found.skip("P-TWO", "scene-has-no-date")
        found.skip("P-TRAVEL", "scene-has-no-date")
    by_person: dict[UUID, list[ScenePlan]] = {}
    for scene in dated:
        for one in scene.on_stage:
            by_person.setdefault(one, []).append(scene)
    for one, scenes in by_person.items():
        ordered = sorted(scenes, key=lambda row: (row.t_from or 0, row.index))
        for first, second in pairwise(ordered):
            if not second.written:
                _apart(found, facts, one, first, second)


def _apart(found: Findings, facts: PlanFacts, who: UUID, first: ScenePlan, second: ScenePlan) -> None:
    assert first.place_id is not None
    assert second.place_id is not None
    if first.place_id == second.place_id or first.t_to is None or second.t_from is None:
        return
    least = facts.travel(first.place_id, second.place_id) if facts.travel is not None else None
    name, here, there = facts.name(who), facts.name(first.place_id), facts.name(second.place_id)
    if second.t_from < first.t_to:
        if least != 0:
            found.error(
                "P-TWO", second.where(), f"{name} is at {here} and at {there} at the same time.",
                f"{name}同一时间既在{here}又在{there}。", fields=("cast",),
            )  # fmt: skip
    elif least is None:
        found.skip("P-TRAVEL", "no-path")
    elif second.t_from - first.t_to < least:
        found.error(
            "P-TRAVEL", second.where(),
            f"{name} has {second.t_from - first.t_to} minutes from {here} to {there}, and it takes {least}.",
            f"{name}从{here}到{there}只有{second.t_from - first.t_to}分钟，至少要{least}分钟。",
            fields=("story_from",),
        )  # fmt: skip


def reach(found: Findings, facts: PlanFacts) -> None:
    """P-REACH: an entry fact that does not hold when the scene begins, and that no earlier exit makes."""
    by_id = {one.fact_id: one for one in facts.facts}
    for scene in _unwritten(facts):
        for entry in scene.entry:
            fact = by_id.get(entry)
            if fact is None:
                _unreached(found, scene, "a fact that is no longer there", "一条已不存在的事实")
                continue
            held = fact.at(scene.t_from if scene.ordered else None)
            if held is None:
                found.skip("P-REACH", "scene-has-no-time")
            elif not held and not any(_makes(one, fact) for one in _exits_before(facts, scene)):
                _unreached(found, scene, _said(fact, facts, "en"), _said(fact, facts, "zh"))


def _unreached(found: Findings, scene: ScenePlan, what: str, chinese: str) -> None:
    found.error(
        "P-REACH", scene.where(), f"Nothing before this scene brings about: {what}.", f"在此之前没有什么能带来：{chinese}。",
        fields=("entry",),
    )  # fmt: skip


def _exits_before(facts: PlanFacts, scene: ScenePlan) -> list[Mapping[str, Any]]:
    return [one for other in facts.cards() if other.index < scene.index for one in other.exits]


def _makes(pattern: Mapping[str, Any], fact: CanonFact) -> bool:
    return (
        pattern.get("p") == fact.predicate
        and str(pattern.get("s")) == str(fact.subject_id)
        and str(pattern.get("o")) == fact.value
    )


def exits(found: Findings, facts: PlanFacts) -> None:
    """P-EXIT: what one scene ends in clashes with what a later one begins with, and nothing between changes it."""
    by_id = {one.fact_id: one for one in facts.facts}
    made: dict[tuple[str, str], tuple[str, ScenePlan]] = {}
    for scene in facts.cards():
        for entry in scene.entry if not scene.written else ():
            fact = by_id.get(entry)
            if fact is None or not fact.single:
                continue
            last = made.get((str(fact.subject_id), fact.predicate))
            if last is not None and last[0] != fact.value:
                found.error(
                    "P-EXIT", scene.where(),
                    f"“{last[1].title}” does not end with what this scene begins with: {_said(fact, facts, 'en')}.",
                    f"《{last[1].title}》结束时的情形与本场开头的不符：{_said(fact, facts, 'zh')}。",
                    fields=("entry",),
                )  # fmt: skip
        for one in scene.exits:
            if one.get("o") is not None and one.get("p") in facts.single:
                made[str(one.get("s")), str(one.get("p"))] = (str(one["o"]), scene)


def items(found: Findings, facts: PlanFacts) -> None:
    """P-ITEM: a card or a beat uses a thing that somebody who is not there holds, or that is destroyed."""
    things = [
        one for one in facts.entries.values() if one.kind == "item" and len(one.name) >= _LEAST_VALUE - 1
    ]
    for scene in _unwritten(facts):
        words = [*(one.text for one in scene.must_include), *(beat.text for beat in scene.beats)]
        used = [thing for thing in things if any(thing.name.casefold() in text.casefold() for text in words)]
        for thing in used:
            tick = scene.t_from if scene.ordered else None
            _holder(found, facts, scene, thing.entry_id, tick)


def _holder(found: Findings, facts: PlanFacts, scene: ScenePlan, thing: UUID, tick: int | None) -> None:
    ended = [row for row in _held(facts, thing, "existence") if row.holds and row.value != _EXISTING]
    name = facts.name(thing)
    if any(row.at(tick) for row in ended):
        found.error(
            "P-ITEM",
            scene.where(),
            f"{name} no longer exists here.",
            f"{name}此时已不存在。",
            fields=("beats",),
        )
        return
    holders = [(row, row.at(tick)) for row in _held(facts, thing, "held_by") if row.holds]
    if any(held is None for _, held in holders):
        found.skip("P-ITEM", "scene-has-no-time")
        return
    now = [row.value for row, held in holders if held]
    given = [str(one.get("o")) for one in _exits_before(facts, scene)
             if one.get("p") == "held_by" and str(one.get("s")) == str(thing)]  # fmt: skip
    holder = (given or now)[-1:] or [""]
    if holder[0] and holder[0] not in {str(one) for one in scene.on_stage}:
        who = facts.entry_names.get(holder[0])
        found.error(
            "P-ITEM", scene.where(), f"{name} is with {who or 'somebody'}, who is not in this scene.",
            f"{name}在{who or '别人'}手里，而此人不在本场。", fields=("beats",),
        )  # fmt: skip


def knows(found: Findings, facts: PlanFacts) -> None:
    """P-KNOW: somebody uses a private or secret fact before they can know it."""
    hidden = [one for one in facts.facts if one.publicity in {"private", "secret"} and one.holds]
    by_id = {one.fact_id: one for one in hidden}
    if facts.knowable is None:
        if hidden:
            found.skip("P-KNOW", "knowledge-not-read")
        return
    for scene in _unwritten(facts):
        uses = [(scene.pov_id, by_id[one]) for one in scene.entry if scene.pov_id and one in by_id]
        for beat in scene.beats:
            if beat.actor_id is not None and beat.kind in {"dialogue", "reveal", "decision"}:
                uses += [(beat.actor_id, one) for one in hidden if _told_in(beat.text, one, facts)]
        learnt = {one.fact for one in scene.must_include if one.fact is not None}
        for who, fact in uses:
            if who is None or fact.fact_id in learnt or fact.subject_id == who:
                continue
            _knowable(found, facts, scene, who, fact)


def _told_in(text: str, fact: CanonFact, facts: PlanFacts) -> bool:
    """Say whether a sentence names what a fact is about and what it says.

    Of two entries that only stand beside each other nothing is told: then the words of the fact have to be there.
    """
    value, about, plain = fact.value, facts.name(fact.subject_id), text.casefold()
    if _is_entry(value, facts):
        return bool(fact.text) and fact.text.casefold() in plain
    return len(value) >= _LEAST_VALUE - 1 and value.casefold() in plain and about.casefold() in plain


def _is_entry(value: str, facts: PlanFacts) -> bool:
    return value in facts.entry_names


def _label(predicate: str, language: str) -> str:
    """Return a predicate in words; one that the registry does not know says nothing to an author."""
    row = find(predicate)
    return row.label(language) if row is not None else ""


def _said(fact: CanonFact, facts: PlanFacts, language: str) -> str:
    """Return a fact in words: its own, or what it is about, what is said of it, and the value, by name."""
    if fact.text:
        return fact.text
    value = facts.entry_names.get(fact.value, fact.value)
    return " · ".join(
        one for one in (facts.name(fact.subject_id), _label(fact.predicate, language), value) if one
    )


def _knowable(found: Findings, facts: PlanFacts, scene: ScenePlan, who: UUID, fact: CanonFact) -> None:
    assert facts.knowable is not None
    tick = facts.knowable(who, fact.fact_id)
    if tick is None and fact.fact_id in facts.told:
        found.skip("P-KNOW", "may-have-been-told")
        return
    until = scene.t_to if scene.t_to is not None else scene.t_from
    if tick is not None and (until is None or not scene.ordered):
        found.skip("P-KNOW", "scene-has-no-time")
    elif tick is None or (until is not None and tick > until):
        name = facts.name(who)
        found.error(
            "P-KNOW", scene.where(), f"{name} cannot know yet: {_said(fact, facts, 'en')}.",
            f"{name}此时还不可能知道：{_said(fact, facts, 'zh')}。", fields=("entry",),
        )  # fmt: skip


def dates(found: Findings, facts: PlanFacts) -> None:
    """P-DATE: a scene ends before it begins, or an event happens before its cause."""
    for scene in facts.scenes:
        if scene.dated and scene.t_from is not None and scene.t_to is not None and scene.t_to < scene.t_from:
            found.error(
                "P-DATE", scene.where(), "The scene ends before it begins.", "本场结束在开始之前。", fields=("story_to",)
            )  # fmt: skip
    for link in facts.links:
        if link.kind != "caused_by":
            continue
        if link.source_tick is None or link.target_tick is None:
            found.skip("P-DATE", "event-has-no-time")
        elif link.source_tick < link.target_tick:
            found.error(
                "P-DATE", Where("event", str(link.source), link.source_name),
                f"“{link.source_name}” happens before its cause, “{link.target_name}”.",
                f"《{link.source_name}》发生在起因《{link.target_name}》之前。",
            )  # fmt: skip


def _unwritten(facts: PlanFacts) -> list[ScenePlan]:
    return [one for one in facts.cards() if not one.written]
