"""Judging finished text by what code can count: the better of two drafts, and marks that say they are figures.

Nothing is praised: a mark is what is usual, less what was counted against the text. What no figure speaks of gets no mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydantic import Field

from infinite_scribe.core.language.figures import BANDS, figures, repeats, tokens
from infinite_scribe.llm.demo.close_reading import clashes_in
from infinite_scribe.llm.demo.schemas import Card, Twin
from infinite_scribe.llm.demo.teller import Teller

USUAL = 14
_ENDS = frozenset(".!?…。！？”’」』\"'—")
_SAID = {
    "en": {
        "choice": "Counted: fewer repeated words, more of what the card asks for, in its order and to its end.",
        "tie": "Counted: no difference that a figure shows.",
        "worn": "Counted: {value} % of the runs of four words are repeated, this one {count} times.",
        "clean": "Counted: hardly a run of four words is repeated ({value} %).",
        "even": "Counted: the sentences vary in length by {value}; .65 to 1.04 is usual. This is a typical one.",
        "speech": "Counted: {value} % of the chapter is speech; 7 to 70 is usual.",
        "broken": "Counted: the chapter breaks off inside this sentence.",
        "ended": "Counted: the chapter ends on a finished sentence.",
        "clash": "Counted: {count} places say of the same thing what cannot both be. It ends here.",
        "order": "Counted: “{name}” is spoken of here as known, and comes up for the first time further on.",
    },
    "zh": {
        "choice": "据统计：重复的词更少，卡片要求的内容更多，次序相合，收得完整。",
        "tie": "据统计：看不出差别。",
        "worn": "据统计：四词连用有{value}%是重复的，这一处出现了{count}次。",
        "clean": "据统计：几乎没有重复的四词连用（{value}%）。",
        "even": "据统计：句子长短的变化为{value}。这是有代表性的一句。",
        "speech": "据统计：对话占本章的{value}%。",
        "broken": "据统计：本章在这一句中间断了。",
        "ended": "据统计：本章收在一个完整的句子上。",
        "clash": "据统计：有{count}处说同一件事而不能都成立。本章收在这里。",
        "order": "据统计：“{name}”在这里已当作熟知，到后面才头一回出现。",
    },
}
_TIE = 0.5
_ECHO = 6
"""Runs of four words that may come back: one sentence that a scene takes up again is an echo, no wear."""
_ONE = {
    "en": re.compile(r"\ban? ((?:[a-z]+ )?[a-z]{3,})\b"),
    "zh": re.compile("一[条盏只本支块把张道座顶份根]([\\u4e00-\\u9fff]{2})"),
}
_FULL_NAME = re.compile(r"\b([A-Z][a-z]{2,}) [A-Z][a-z]{2,}\b")


class DraftsData(Twin):
    """The twin of `editor.choose`."""

    card: Card = Field(default_factory=Card)
    draft_a: str = ""
    draft_b: str = ""


class MarksData(Twin):
    """The twin of `editor.judge`."""

    paragraphs: list[str] = Field(default_factory=list)
    criteria: list[str] = Field(default_factory=list)


def choose(teller: Teller, data: DraftsData) -> dict[str, Any]:
    """Return the draft that figures favour; equal figures are a tie, in whatever order the drafts lie."""
    said = _SAID[teller.code]
    one, other = (_weight(teller, text, data.card) for text in (data.draft_a, data.draft_b))
    gap = abs(one - other)
    if gap < _TIE:
        return {"winner": "tie", "margin": 1, "why": said["tie"]}
    return {"winner": "a" if one > other else "b", "margin": min(5, 1 + int(gap)), "why": said["choice"]}


def _weight(teller: Teller, text: str, card: Card) -> float:
    found, words = figures(text, teller.code), set(teller.reader.keywords(text))
    parts = [one for one in text.split("\n\n") if one.strip()]
    late = set(teller.reader.keywords(" ".join(parts[-max(1, len(parts) // 3) :])))
    asked = [set(teller.reader.keywords(one)) for one in (*card.must_include, card.turn) if one]
    met = sum(len(one & words) / len(one) for one in asked if one)
    turn = set(teller.reader.keywords(card.turn))
    return (
        2 * met
        + (2 * len(turn & late) / len(turn) if turn else 0.0)
        - max(0.0, found.get("repeats", 0.0) - 100 * _ECHO / max(len(tokens(text, teller.code)), 1))
        - abs(found.get("variation", 0.8) - 0.8)
        - (0 if _is_finished(text) else 2)
        - 1.5 * clashes_in(teller, text)
        - 0.5 * len(introduced_late(text, teller.code))
    )


def introduced_late(text: str, code: str) -> list[str]:
    """Return what a text introduces (“a grey rag”, “Ida Marsh”) after it spoke of it as known (“the grey rag”, “Ida”)."""
    introduced = {hit.group(1): hit.start() for hit in reversed([*_ONE[code].finditer(text)])}
    known = "{}" if code == "zh" else r"\bthe {}\b"
    late = [
        name
        for name, at in introduced.items()
        if re.search(known.format(re.escape(name)), text[:at], re.IGNORECASE)
    ]
    for hit in _FULL_NAME.finditer(text):
        before = text[: hit.start()]
        if hit.group() not in before and re.search(rf"\b{hit.group(1)}\b", before):
            late.append(hit.group(1))
    return list(dict.fromkeys(late))


def _is_finished(text: str) -> bool:
    return text.rstrip()[-1:] in _ENDS


def judge(teller: Teller, data: MarksData) -> dict[str, Any]:
    """Return marks on what can be counted in a chapter, and none on the rest."""
    return {"marks": [one for one in _marks(teller, data) if one["criterion"] in data.criteria]}


def _marks(teller: Teller, data: MarksData) -> Iterator[dict[str, Any]]:
    text, code, said = "\n\n".join(data.paragraphs), teller.code, _SAID[teller.code]
    sentences = [one for paragraph in data.paragraphs for one in teller.reader.sentences(paragraph)]
    found = figures(text, code)
    if not sentences or not found:
        return
    yield _prose(said, text, code, sentences, found["repeats"])
    spread = found["variation"]
    typical = min(sentences, key=lambda one: abs(len(tokens(one, code)) - found["sentence"]))
    even = max(0.0, BANDS["variation"].low - spread) + max(0.0, spread - BANDS["variation"].high)
    yield _mark("pacing", USUAL - 20 * even, said["even"].format(value=spread), typical)
    if found["dialogue"]:
        spoken = max(sentences, key=lambda one: sum(one.count(mark) for mark in '“「"') * 1_000 + len(one))
        band, share = BANDS["dialogue"], found["dialogue"]
        far = max(0.0, band.low - share) + max(0.0, share - band.high)
        yield _mark("dialogue", USUAL - far / 4, said["speech"].format(value=share), spoken)
    yield _structure(teller, text, sentences)


def _prose(said: dict[str, str], text: str, code: str, sentences: list[str], share: float) -> dict[str, Any]:
    worst = next(iter(repeats(text, code, most=1)), None)
    over = max(0.0, share - BANDS["repeats"].middle)
    if worst is None:
        return _mark("prose", USUAL - over, said["clean"].format(value=share), sentences[0])
    quote = next((one for one in sentences if worst.text in one), worst.text)
    return _mark("prose", USUAL - over, said["worn"].format(value=share, count=worst.count), quote)


def _structure(teller: Teller, text: str, sentences: list[str]) -> dict[str, Any]:
    """Whether the chapter is finished, says what cannot both be, and speaks of things before they come up."""
    said, last = _SAID[teller.code], sentences[-1]
    if not _is_finished(text):
        return _mark("structure", USUAL - 8, said["broken"], last)
    clashes = clashes_in(teller, text)
    if clashes:
        return _mark("structure", USUAL - 3 * clashes, said["clash"].format(count=clashes), last)
    late = introduced_late(text, teller.code)
    if late:
        quote = next((one for one in sentences if late[0] in one), last)
        return _mark("structure", USUAL - 2 * len(late), said["order"].format(name=late[0]), quote)
    return _mark("structure", USUAL, said["ended"], last)


def _mark(criterion: str, score: float, why: str, quote: str) -> dict[str, Any]:
    return {"criterion": criterion, "score": min(20, max(0, round(score))), "why": why, "quote": quote}
