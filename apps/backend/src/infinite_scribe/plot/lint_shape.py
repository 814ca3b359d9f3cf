"""Rules of the plan linter about the shape of a book: promises, turns, lengths, sameness, the ending. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from infinite_scribe.plot.lint_facts import Asked, PlanFacts, PromisePlan, ScenePlan, Where
from infinite_scribe.plot.lint_found import Findings

OPEN = frozenset({"planned", "planted", "armed"})
KEEPS = frozenset({"pay", "subvert"})
LATEST_CLIMAX = 0.7
SETBACK_BY = 0.6
BUDGET_TOLERANCE = 0.10
ROW = 3
"""How many times running something is the same before it is said."""


def payoffs(found: Findings, facts: PlanFacts) -> None:
    """P-PAY, P-PLANT: kept before it was given, or without ever being given."""
    for promise in facts.promises:
        plants = [index for index, act in promise.acts if act == "plant"]
        pays = [index for index, act in promise.acts if act in KEEPS]
        for at in pays:
            scene = _at(facts, at)
            if scene is None:
                continue
            if not plants:
                found.error(
                    "P-PLANT", scene.where(), f"This scene keeps what was never promised: {promise.statement}",
                    f"本场要收的伏笔从未埋下：{promise.statement}", fields=("promises",), fixes=_plant(facts, promise, at),
                )  # fmt: skip
            elif min(plants) >= at:
                found.error(
                    "P-PAY", scene.where(), f"This scene keeps a promise before it is made: {promise.statement}",
                    f"本场收伏笔早于埋下：{promise.statement}", fields=("promises",), fixes=_plant(facts, promise, at),
                )  # fmt: skip


def _plant(facts: PlanFacts, promise: PromisePlan, before: int) -> tuple[dict[str, object], ...]:
    """Return the operation that plants a promise in the latest unwritten scene before another, where there is one."""
    scene = next((one for one in reversed(facts.cards()) if one.index < before and not one.written), None)
    if scene is None:
        return ()
    return (
        {"op": "link", "kind": "promise", "id": str(promise.promise_id), "to": str(scene.scene_id), "act": "plant",
         "label": "add_plant"},
    )  # fmt: skip


def windows(found: Findings, facts: PlanFacts) -> None:
    """P-WINDOW: kept outside its window, or open without a place to be kept after its latest."""
    now = max((one.index for one in facts.scenes if one.written), default=0)
    for promise in facts.promises:
        pays = [index for index, act in promise.acts if act in KEEPS]
        for at in pays:
            scene = _at(facts, at)
            early = promise.earliest is not None and at < promise.earliest
            late = promise.latest is not None and at > promise.latest
            if scene is None or scene.written or not (early or late):
                continue
            say = found.warn if promise.locked else found.error
            say(
                "P-WINDOW", scene.where(), f"This scene keeps a promise outside its window: {promise.statement}",
                f"本场收伏笔不在期限之内：{promise.statement}", fields=("promises",), fixes=_moved(facts, promise, at),
            )  # fmt: skip
        open_late = promise.latest is not None and promise.latest < now and promise.status in OPEN
        if open_late and not any(at > now for at in pays):
            found.warn(
                "P-WINDOW", promise.where(), f"The window has passed and nothing keeps it: {promise.statement}",
                f"期限已过，仍无处收：{promise.statement}",
            )  # fmt: skip
        elif promise.latest is None and promise.earliest is None and promise.status in OPEN:
            found.skip("P-WINDOW", "window-not-resolved")


def _moved(facts: PlanFacts, promise: PromisePlan, at: int) -> tuple[dict[str, object], ...]:
    """Return the operation that lets another scene inside the window keep the promise."""
    first, last = promise.earliest or 1, promise.latest or len(facts.scenes)
    inside = [one for one in facts.cards() if first <= one.index <= last and not one.written]
    old = _at(facts, at)
    if not inside or old is None:
        return ()
    return (
        {"op": "move", "kind": "promise", "id": str(promise.promise_id), "from": str(old.scene_id),
         "to": str(inside[-1].scene_id), "act": "pay", "label": "move_payoff"},
    )  # fmt: skip


def reveals(found: Findings, facts: PlanFacts) -> None:
    """P-REVEAL: what must not be told is asked for, is the exit, or is revealed by a beat."""
    for scene in facts.cards():
        if scene.written:
            continue
        for kept in scene.must_not_reveal:
            asked = any(_same(kept, one) for one in scene.must_include)
            told = kept.text and any(
                beat.kind == "reveal" and kept.text.casefold() in beat.text.casefold() for beat in scene.beats
            )
            ended = kept.text and any(
                str(one.get("o") or "").casefold() == kept.text.casefold() for one in scene.exits
            )
            if asked or told or ended:
                found.error(
                    "P-REVEAL", scene.where(), f"The scene must not tell what it also has to tell: {kept.text or kept.fact}",
                    f"本场既不许说又要说：{kept.text or kept.fact}", fields=("must_not_reveal",),
                )  # fmt: skip


def _same(one: Asked, other: Asked) -> bool:
    if one.fact is not None or other.fact is not None:
        return one.fact == other.fact
    return bool(one.text) and one.text.casefold() == other.text.casefold()


def turns(found: Findings, facts: PlanFacts) -> None:
    """P-TURN: a turning point away from its place; a climax too early."""
    count = max(facts.planned_chapters or 0, len(facts.chapters))
    for arc in facts.arcs:
        for turn in arc.turns:
            if turn.chapter_id is None:
                found.skip("P-TURN", "turning-point-has-no-chapter")
                continue
            chapter = facts.chapter(turn.chapter_id)
            if chapter is None or not count:
                continue
            low, high = (chapter.number - 1) / count, chapter.number / count
            climax_early = turn.kind == "climax" and high < LATEST_CLIMAX
            off = turn.position + turn.tolerance < low or turn.position - turn.tolerance > high
            if off or climax_early:
                found.warn(
                    "P-TURN", chapter.where(), f"The {turn.kind} of “{arc.title}” stands at the wrong place of the book.",
                    f"《{arc.title}》的转折（{turn.kind}）在全书中的位置不对。",
                )  # fmt: skip


def budgets(found: Findings, facts: PlanFacts) -> None:
    """P-BUDGET: the scenes of a chapter do not share its words; the chapters do not come to the book's."""
    for chapter in facts.chapters:
        cards = [one for one in facts.cards() if one.chapter_id == chapter.chapter_id]
        if not chapter.word_budget or not cards or any(one.word_budget is None for one in cards):
            continue
        total = sum(one.word_budget or 0 for one in cards)
        if abs(total - chapter.word_budget) > chapter.word_budget * BUDGET_TOLERANCE:
            found.warn(
                "P-BUDGET", chapter.where(), f"The scenes share {total} words; the chapter has {chapter.word_budget}.",
                f"各场合计 {total} 字，本章预算 {chapter.word_budget} 字。",
            )  # fmt: skip
    planned = [one.word_budget for one in facts.chapters]
    if facts.target_words and planned and all(planned):
        total = sum(one or 0 for one in planned)
        if abs(total - facts.target_words) > facts.target_words * BUDGET_TOLERANCE:
            found.warn(
                "P-BUDGET", Where("concept", "concept"), f"The chapters share {total} words; the book has {facts.target_words}.",
                f"各章合计 {total} 字，全书目标 {facts.target_words} 字。",
            )  # fmt: skip


def sameness(found: Findings, facts: PlanFacts) -> None:
    """P-SAME: the same goal, opening or closing three times running; a movement without a setback."""
    cards = facts.cards()
    for name, label in (("goal", "目标"), ("opening_type", "开头"), ("closing_type", "收尾")):
        for at in range(ROW - 1, len(cards)):
            row = [str(getattr(one, name) or "").strip().casefold() for one in cards[at - ROW + 1 : at + 1]]
            if row[0] and len(set(row)) == 1 and not cards[at].written:
                found.warn(
                    "P-SAME", cards[at].where(), f"The same {name.removesuffix('_type')} three times running.",
                    f"{label}接连三次相同。", fields=(name,),
                )  # fmt: skip
    for arc in facts.arcs:
        _setback(found, facts, arc.title, arc.where(), _scenes_of(facts, arc.span_from, arc.span_to))


def _scenes_of(facts: PlanFacts, start: float, end: float) -> list[ScenePlan]:
    length = max(facts.length or 0, len(facts.scenes), 1)
    return [one for one in facts.cards() if start < one.index / length <= end + 1e-9]


def _setback(found: Findings, facts: PlanFacts, title: str, where: Where, cards: Sequence[ScenePlan]) -> None:
    length = max(facts.length or 0, len(facts.scenes), 1)
    if not cards or cards[-1].index / length < SETBACK_BY:
        return
    early = [one for one in cards if one.index / length <= SETBACK_BY and one.outcome]
    if len(early) >= ROW and not any(one.outcome in {"no", "no_and", "yes_but"} for one in early):
        found.warn("P-SAME", where, f"“{title}” knows no setback.", f"《{title}》里没有一次挫折。")


def ending(found: Findings, facts: PlanFacts) -> None:
    """P-END: the ending that the author fixed is not what the last movement comes to."""
    items = [str(one) for one in facts.ending.get("items") or []]
    if facts.ending.get("kind") != "fixed" or not items:
        return
    if not facts.arcs:
        found.skip("P-END", "no-arcs")
        return
    last = max(facts.arcs, key=lambda one: one.span_to)
    chapters = sorted(facts.chapters, key=lambda one: one.number)[-2:]
    texts = [last.closes_question, *(one.one_line for one in chapters)]
    texts += [
        card.summary + card.turn
        for card in facts.cards()
        if chapters and card.chapter_id == chapters[-1].chapter_id
    ]
    if any(_touches(item, text) for item in items for text in texts if text):
        return
    planned = last.span_to >= 1 and any(turn.kind == "resolution" for turn in last.turns)
    say = found.error if planned else found.warn
    say(
        "P-END", last.where(), f"Nothing in the last movement comes to the ending that is fixed: {items[0]}",
        f"最后一段没有走向定下的结局：{items[0]}",
    )  # fmt: skip


def _touches(item: str, text: str) -> bool:
    """Say whether a text speaks of an ending: half of its longer words, or pairs of Chinese characters, stand in it."""
    plain = text.casefold()
    if any(ord(sign) > 0x2E7F for sign in item):
        signs = [sign for sign in item if ord(sign) > 0x2E7F and sign.isalnum()]
        pairs = {one + other for one, other in pairwise(signs)}
        return not pairs or sum(pair in plain for pair in pairs) * 2 >= len(pairs)
    words = {word.strip(".,;:!?’'“”").casefold() for word in item.split()}
    words = {word for word in words if len(word) > 3}
    return not words or sum(word in plain for word in words) * 2 >= len(words)


def _at(facts: PlanFacts, index: int) -> ScenePlan | None:
    return next((one for one in facts.scenes if one.index == index), None)
