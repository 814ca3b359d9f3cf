"""The figures of a whole book: from the runs' results, the plan, the promises, the stored calls and the text itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt
from statistics import median
from typing import Any

from evals.report import Figure
from infinite_scribe.continuity.realised import holds_asked
from infinite_scribe.core.language.figures import figures as figures_of
from infinite_scribe.core.language.figures import levels

OPENING = ("1", "2", "3", "4")
REPEATED = 0.1
"""What an input token of an opening costs that was sent before, against a fresh one."""
TOLERANCE = 0.1
RUNGS = ("native", "json", "fenced", "errors", "lite", "next_model", "code", "author")
PROSE = (
    "reuse", "repeats", "variety", "variation", "sentence", "short_paragraphs", "dialogue", "not_but",
    "machine_words", "machine_phrases",
)  # fmt: skip


@dataclass
class Book:
    """What was measured of one book."""

    language: str
    model: str = "storyteller"
    seconds: float = 0
    chapters: int = 0
    failed: list[str] = field(default_factory=list)
    question: str = ""
    asked: Counter[str] = field(default_factory=Counter)
    scenes: list[dict[str, Any]] = field(default_factory=list)
    explained: set[tuple[str, str]] = field(default_factory=set)
    verdicts: list[list[dict[str, Any]]] = field(default_factory=list)
    promises: list[dict[str, Any]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    accepted_tokens: int = 0
    blocking: int = 0
    texts: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        """How the book is called on the card."""
        return self.language if self.model == "storyteller" else f"{self.language}, {self.model} model"


def inputs(calls: Sequence[dict[str, Any]]) -> tuple[int, float]:
    """Return the input tokens of calls, gross and with openings that were sent before at a tenth."""
    gross, saved = 0, 0.0
    seen: set[str] = set()
    for call in calls:
        gross += _input(call)
        manifest = call["manifest"] or {}
        prefix = str(manifest.get("prefix_hash") or "")
        opening = sum(int(manifest.get("tokens_by_slot", {}).get(slot, 0)) for slot in OPENING)
        if prefix and opening and prefix in seen:
            saved += opening * (1 - REPEATED)
        seen.add(prefix)
    return gross, gross - saved


def _input(call: dict[str, Any]) -> int:
    return int((call["usage"] or {}).get("input_tokens") or 0)


def slope(values: Sequence[float]) -> float:
    """Return how much a row of values grows from one to the next, as a share of their mean."""
    count = len(values)
    if count < 3:
        return 0.0
    middle, mean = (count - 1) / 2, sum(values) / count
    over = sum((at - middle) * (value - mean) for at, value in enumerate(values))
    return over / sum((at - middle) ** 2 for at in range(count)) / mean


def doubt(values: Sequence[float]) -> float:
    """Return the standard error of `slope`: what single chapters with a repair or a retry more make of it by chance."""
    count = len(values)
    if count < 4:
        return 0.0
    middle, mean, growth = (count - 1) / 2, sum(values) / count, slope(values)
    left = sum((value - mean * (1 + growth * (at - middle))) ** 2 for at, value in enumerate(values))
    return sqrt(left / (count - 2) / sum((at - middle) ** 2 for at in range(count))) / mean


def pooled(rows: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Return the mean `slope` of the rows of several books, and its standard error."""
    return (
        sum(map(slope, rows)) / len(rows),
        sqrt(sum(doubt(row) ** 2 for row in rows)) / len(rows),
    )


def is_realised(scene: dict[str, Any]) -> bool:
    """Say whether every beat of a scene's card stands in its text as it was accepted, and everything the card asks for."""
    return bool(scene["beats"]) and not scene["unproven"] and not scene["missed"]


def is_explained(scene: dict[str, Any], book: Book) -> bool:
    """Say whether the author is told of each thing that is not realised: a finding names it, or a repair took its words."""
    taken = set(scene["taken"]) if scene["fixed"] else set()
    return bool(scene["beats"]) and all(
        (scene["scene"], one) in book.explained or one in taken
        for one in (*scene["unproven"], *scene["missed"])
    )


def unproven(
    text: str, beats: Sequence[str], verdicts: Sequence[dict[str, Any]]
) -> tuple[list[str], list[str]]:
    """Return the beats that a text does not prove, and those of them that it did prove before a repair.

    A proof is words that the editor quoted, as long as they stand there, or the beat's own (`holds_asked`).
    """
    plain = " ".join(text.split())
    quoted = {
        str(one["beat"]): str(one["quote"]) for one in verdicts if one["verdict"] == "met" and one["quote"]
    }
    left = {
        f"B{at}": beat
        for at, beat in enumerate(beats, start=1)
        if " ".join(quoted.get(f"B{at}", "\0").split()) not in plain and not holds_asked(text, beat)
    }
    return list(left.values()), [beat for handle, beat in left.items() if handle in quoted]


def is_kept(scene: dict[str, Any]) -> bool:
    """Say whether a scene keeps its word budget."""
    return bool(scene["budget"]) and abs(scene["words"] - scene["budget"]) <= scene["budget"] * TOLERANCE


def figures(books: Sequence[Book]) -> list[Figure]:
    """Return the lines of the card for the books that one model wrote in one language."""
    card = _Card(books[0].label)
    scenes = [one for book in books for one in book.scenes]
    promises = [one for book in books for one in book.promises]
    failed = [one for book in books for one in book.failed]
    questions = [book.question for book in books if book.question]
    told = [one for book in books for one in book.scenes if is_realised(one) or is_explained(one, book)]
    taken = sum(bool(one["taken"]) for one in scenes)
    proofs = sum(one["beats"] - len(one["unproven"]) for one in scenes)
    thrown = sum(one["thrown_away"] for one in scenes)
    return [
        card.most("failed runs", len(failed), 0, "; ".join(failed)[:200]),
        card.most("questions that stopped a book", len(questions), 0, "; ".join(questions)[:200]),
        card.told(
            "chapters written",
            sum(book.chapters for book in books),
            f"{len(books)} books, {sum(book.seconds for book in books):.0f} s",
        ),
        card.share(
            "scene cards realised or explained",
            len(told),
            len(scenes),
            f"{sum(map(is_realised, scenes))} realised, {taken} with words that a repair took away",
        ),
        card.told("beats proven by the accepted text", proofs, f"of {sum(one['beats'] for one in scenes)}"),
        card.share("word budgets within ±10 %", sum(map(is_kept, scenes)), len(scenes), _missed(scenes)),
        card.share("promises paid in their window", sum(map(_in_window, promises)), len(promises)),
        card.most("blocking findings left", sum(book.blocking for book in books), 0),
        card.told("findings repaired", sum(one["fixed"] for one in scenes), f"{thrown} patches thrown away"),
        *_input_figures(card, books),
        *_answers(card, books),
        *_prose(card, books),
    ]


def _input_figures(card: _Card, books: Sequence[Book]) -> list[Figure]:
    thousands = max(sum(book.accepted_tokens for book in books), 1) / 1_000
    gross, cheap = (sum(both) for both in zip(*(inputs(book.calls) for book in books), strict=True))
    grown = [per_scene(book)[2:] for book in books]
    growth, error = pooled(grown)
    single = ", ".join(f"{slope(row):+.2%}" for row in grown)
    return [
        card.most(
            "slope of input tokens per scene, per chapter",
            growth,
            0.002,
            f"± {error:.2%} (standard error), from the third chapter on; the books: {single}",
        ),
        card.most("gross input per 1,000 accepted tokens", round(gross / thousands), 27_000, "aim 18,000"),
        card.most("input with repeated openings at a tenth", round(cheap / thousands), 20_000, "aim 8,000"),
    ]


@dataclass(frozen=True)
class _Card:
    label: str

    def share(self, metric: str, part: int, of: int, note: str = "") -> Figure:
        ok = part == of and of > 0
        return Figure(metric, self.label, part / of if of else None, f"{part}/{of}", "all", ok, note)

    def most(self, metric: str, value: float, limit: float, note: str = "") -> Figure:
        return Figure(metric, self.label, value, f"{value:,.4g}", f"≤ {limit:g}", value <= limit, note)

    def told(self, metric: str, value: float, note: str = "") -> Figure:
        return Figure(metric, self.label, value, f"{value:g}", note=note)


def _missed(scenes: Sequence[dict[str, Any]]) -> str:
    return ", ".join(f"{one['words']} of {one['budget']}" for one in scenes if not is_kept(one))


def _answers(card: _Card, books: Sequence[Book]) -> list[Figure]:
    """How typed answers were come by: which rungs, what was left out and why, and who was asked in the end."""
    rungs: Counter[str] = Counter()
    dropped: list[str] = []
    for one in (answer for book in books for answer in book.answers):
        rungs.update(one.get("rungs") or {})
        dropped += one.get("dropped") or []
    asked = sum((book.asked for book in books), Counter())
    total = sum(count for name, count in rungs.items() if name in RUNGS)
    repaired = total - rungs["native"]
    shown = ", ".join(f"{name} {rungs[name]}" for name in RUNGS if rungs[name])
    without = [one for one in dropped if not one.partition(": ")[2].strip()]
    return [
        card.told("calls for typed answers", total, shown),
        card.told("of them below the first rung", repaired),
        card.most("items left out without a reason", len(without), 0, f"{len(dropped)} left out with one"),
        card.told("questions about an answer's form", sum(asked.values()), ", ".join(map(str, asked))),
    ]


def prose_of(book: Book) -> list[dict[str, float]]:
    """Return the figures of the prose of each chapter, in reading order. Information, never a target."""
    return [figures_of(text, book.language, book.texts[:at]) for at, text in enumerate(book.texts)]


def _prose(card: _Card, books: Sequence[Book]) -> list[Figure]:
    language = books[0].language
    chapters = [one for book in books for one in prose_of(book) if one]
    lines = []
    for name in PROSE:
        values = [one[name] for one in chapters if name in one]
        if not values:
            continue
        fails = sum(levels(one, language).get(name) == "fail" for one in chapters)
        note = f"{min(values):g} to {max(values):g}" + (f"; {fails} beyond the fail band" if fails else "")
        lines.append(card.told(f"prose: {name}, median of chapters", round(median(values), 3), note))
    return lines


def _in_window(one: dict[str, Any]) -> bool:
    paid, first, last = one["paid_at"], one["earliest_at"], one["latest_at"]
    return paid is not None and (first is None or paid >= first) and (last is None or paid <= last)


def spent_on(book: Book) -> dict[str, dict[str, list[int]]]:
    """Return where the input of each chapter went: calls and tokens of each task, and tokens of each slot of the briefings."""
    chapters = list(dict.fromkeys(str(call["chapter"]) for call in book.calls if call["chapter"]))
    found: dict[str, dict[str, list[int]]] = {"calls": {}, "tokens": {}, "slots": {}}
    for call in book.calls:
        if not call["chapter"]:
            continue
        at, task = chapters.index(str(call["chapter"])), str(call["task"])
        slots = (call["manifest"] or {}).get("tokens_by_slot", {})
        for kind, name, count in (
            ("calls", task, 1), ("tokens", task, _input(call)), *(("slots", f"{task}/{one}", int(n)) for one, n in slots.items()),
        ):  # fmt: skip
            found[kind].setdefault(name, [0] * len(chapters))[at] += count
    return found


def per_scene(book: Book) -> list[float]:
    """Return the input tokens per scene of each chapter, in the order in which the chapters were written."""
    spent: dict[str, int] = {}
    drafts: dict[str, set[str]] = {}
    for call in book.calls:
        chapter = str(call["chapter"])
        spent[chapter] = spent.get(chapter, 0) + _input(call)
        if call["task"] == "writer.draft_scene":
            drafts.setdefault(chapter, set()).add(str(call["run_id"]))
    return [spent[one] / len(drafts[one]) for one in spent if drafts.get(one)]
