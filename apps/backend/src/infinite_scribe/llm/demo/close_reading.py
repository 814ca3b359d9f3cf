"""Reading finished text for what code can see: figures of the prose, words that clash.

Nothing is praised that cannot be counted; each remark says that it is a figure.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import Field

from infinite_scribe.core.language.figures import BANDS, figures, levels, repeats, tokens
from infinite_scribe.llm.demo.schemas import Twin
from infinite_scribe.llm.demo.teller import Teller

_SAID = {
    "en": {
        "repeats": "Counted: “{words}” stands {count} times in the chapter.",
        "long": "Counted: this sentence has {count} words; the sentences of the chapter have {mean} on average.",
        "even": "Counted: the sentences vary little in length ({value}; usual is .65 to 1.04). This is a typical one.",
        "speech": "Counted: {value} % of the chapter is speech. Here is the longest stretch without any.",
        "opening": "Counted: {count} paragraphs in a row begin with the same word.",
        "question": "What does the reader know at this point that the one who speaks does not?",
        "closing": "The chapter ends on this sentence. Does it leave something open?",
        "clash": "“{a}” here, “{b}” there.",
        "pair": "“{a}” and “{b}” cannot both hold.",
        "same": "Both say the same.",
    },
    "zh": {
        "repeats": "据统计：“{words}”在本章出现了{count}次。",
        "long": "据统计：这一句有{count}字，本章平均每句{mean}字。",
        "even": "据统计：句子长短变化很小（{value}）。这是有代表性的一句。",
        "speech": "据统计：对话占本章的{value}%。这里是最长的一段没有对话的文字。",
        "opening": "据统计：连着{count}段以同一个词开头。",
        "question": "到这里，读者知道而说话的人还不知道的是什么？",
        "closing": "本章收在这一句上。它留下悬念了吗？",
        "clash": "这里说“{a}”，那里说“{b}”。",
        "pair": "“{a}”与“{b}”不能都成立。",
        "same": "两句说的是一回事。",
    },
}
#: Words of which a thing is only one at a time, by what they say of it. “One” is mostly no number (“one of them”).
_OPPOSITES: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "en": (
        ("life", ("alive", "dead")),
        ("appearance", ("brown", "grey", "gray", "green", "blue", "black", "white", "red", "fair")),
        ("appearance", ("left", "right")),
        ("custody", ("locked", "open", "closed")),
        ("quantity", ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve", "twenty")),
        ("absolute_time", ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")),
        ("absolute_time", ("spring", "summer", "autumn", "winter")),
    ),
    "zh": (
        ("life", ("活着", "死了")),
        ("appearance", ("褐色", "灰色", "绿色", "蓝色", "黑色", "白色", "红色")),
        ("appearance", ("左", "右")),
        ("custody", ("锁着", "开着", "关着")),
        ("absolute_time", ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")),
        ("absolute_time", ("春天", "夏天", "秋天", "冬天")),
    ),
}  # fmt: skip
_LEAST_SHARED = 2
MOST_NOTES, MOST_DOUBTS = 8, 6
_ASKS = re.compile("[?？]")


class ChapterData(Twin):
    """The twin of `editor.feedback` and of `editor.cold_read`."""

    paragraphs: list[str] = Field(default_factory=list)
    lenses: list[str] = Field(default_factory=list)
    names: list[str] = Field(default_factory=list)
    question: str = ""
    old_passages: list[str] = Field(default_factory=list)


class Pair(Twin):
    """Two sentences to be held against one another."""

    pair: str = ""
    a: str = ""
    b: str = ""


class PairsData(Twin):
    """The twin of `editor.judge_pair`."""

    pairs: list[Pair] = Field(default_factory=list)


def feedback(teller: Teller, data: ChapterData) -> dict[str, Any]:
    """Return what can be counted in a chapter, as notes that say so."""
    wanted = set(data.lenses)
    notes = [note for note in _notes(teller, data) if not wanted or note["lens"] in wanted]
    return {"notes": notes[:MOST_NOTES] or [_last(teller, data, next(iter(data.lenses), "structure"))]}


def _notes(teller: Teller, data: ChapterData) -> Iterator[dict[str, Any]]:
    said, code = _SAID[teller.code], teller.code
    text = "\n\n".join(data.paragraphs)
    found, reader = figures(text, code), teller.reader
    sentences = [one for paragraph in data.paragraphs for one in reader.sentences(paragraph)]
    asked = next((one for one in sentences if data.question and _shares(teller, one, data.question)), None)
    if asked is not None:
        yield {
            "kind": "question",
            "lens": (data.lenses or ["structure"])[0],
            "text": said["question"],
            "quote": asked,
        }
    for one in repeats(text, code, most=3):
        yield {"kind": "weak", "lens": "prose", "text": said["repeats"].format(count=one.count, words=one.text),
               "quote": _around(sentences, one.text)}  # fmt: skip
    longest = max(sentences, key=lambda one: len(tokens(one, code)), default="")
    count = len(tokens(longest, code))
    if count > 3 * found.get("sentence", count):
        yield {"kind": "weak", "lens": "pacing", "text": said["long"].format(count=count, mean=round(found["sentence"])),
               "quote": longest}  # fmt: skip
    if levels(found, code).get("variation") in {"note", "fail"}:
        typical = min(sentences, key=lambda one: abs(len(tokens(one, code)) - found["sentence"]))
        yield {
            "kind": "weak",
            "lens": "prose",
            "text": said["even"].format(value=found["variation"]),
            "quote": typical,
        }
    if not BANDS["dialogue"].low <= found.get("dialogue", 0) <= BANDS["dialogue"].high:
        silent = max(data.paragraphs, key=lambda one: 0 if re.search('[“「"]', one) else len(one), default="")
        yield {"kind": "weak", "lens": "dialogue", "text": said["speech"].format(value=found.get("dialogue", 0)),
               "quote": next(iter(reader.sentences(silent)), silent)}  # fmt: skip
    spoken = next(
        (one for one in sentences if _ASKS.search(one) and any(name in one for name in data.names)), None
    )
    if spoken is not None:
        yield {"kind": "question", "lens": "character", "text": said["question"], "quote": spoken}
    yield _last(teller, data, "structure")


def _last(teller: Teller, data: ChapterData, lens: str) -> dict[str, Any]:
    ends = teller.reader.sentences(data.paragraphs[-1]) if data.paragraphs else []
    quote = next(
        (one for one in reversed(ends) if len(one) > 10), data.paragraphs[-1] if data.paragraphs else ""
    )
    return {"kind": "question", "lens": lens, "text": _SAID[teller.code]["closing"], "quote": quote}


def _around(sentences: list[str], words: str) -> str:
    """The sentence that holds repeated words, since few words alone are found anywhere."""
    return next((one for one in sentences if words in one), words)


def _shares(teller: Teller, one: str, other: str) -> bool:
    return len(set(teller.reader.keywords(one)) & set(teller.reader.keywords(other))) >= 1


def cold_read(teller: Teller, data: ChapterData) -> dict[str, Any]:
    """Return pairs of sentences about the same that give it two values of which it has one.

    Where older pages lie beside the chapter, one of each pair is from them.
    """
    said = _SAID[teller.code]
    found: list[dict[str, Any]] = []
    old, rows = (_rows(teller, texts) for texts in (data.old_passages, data.paragraphs))
    beside = [(one, other) for one in old for other in rows]
    within = [(one, other) for number, one in enumerate(rows) for other in rows[number + 1 :]]
    for one, other in beside if old else within:
        alike = any(name and name in one.text and name in other.text for name in data.names)
        clash = _clash(teller, one, other) if alike else None
        if clash is not None and len(found) < MOST_DOUBTS:
            subtype, a, b = clash
            found.append({"subtype": subtype, "quote_a": one.text, "quote_b": other.text,
                          "why": said["clash"].format(a=a, b=b)})  # fmt: skip
    return {"suspicions": found}


@dataclass(frozen=True)
class _Row:
    """A sentence, what it speaks of, and which words it holds of each row of opposites."""

    text: str
    words: frozenset[str]
    held: tuple[frozenset[str], ...]


def _rows(teller: Teller, texts: list[str]) -> list[_Row]:
    """What every sentence says that asks nothing."""
    sentences = [one for text in texts for one in teller.reader.sentences(text) if not _ASKS.search(one)]
    return [_Row(one, frozenset(teller.reader.keywords(one)), _held(one, teller.code)) for one in sentences]


def clashes_in(teller: Teller, text: str) -> int:
    """Return how often a text says of the same thing what cannot both be, by the same table."""
    rows = [row for row in _rows(teller, [text]) if any(row.held)]
    return sum(
        _clash(teller, one, other) is not None
        for number, one in enumerate(rows)
        for other in rows[number + 1 :]
    )


def _clash(teller: Teller, one: _Row, other: _Row) -> tuple[str, str, str] | None:
    """Two values in two sentences that otherwise share what they speak of."""
    for (subtype, values), mine, theirs in zip(_OPPOSITES[teller.code], one.held, other.held, strict=True):
        if len(mine) == 1 and len(theirs) == 1 and mine != theirs:
            apart = {stem for value in values for stem in teller.reader.keywords(value)}
            if len((one.words & other.words) - apart) > _LEAST_SHARED:
                return subtype, next(iter(mine)), next(iter(theirs))
    return None


@cache
def _patterns(code: str) -> tuple[re.Pattern[str], ...]:
    rows = ("|".join(values) for _, values in _OPPOSITES[code])
    return tuple(
        re.compile(one if code == "zh" else rf"(?<![\w-])(?:{one})(?![\w-])", re.IGNORECASE) for one in rows
    )


def _held(text: str, code: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(hit.lower() for hit in pattern.findall(text)) for pattern in _patterns(code))


def judge_pairs(teller: Teller, data: PairsData) -> dict[str, Any]:
    """Return whether two sentences clash, by the same table; equal ones say the same, all others are left open."""
    return {"verdicts": [_verdict(teller, one) for one in data.pairs]}


def _verdict(teller: Teller, one: Pair) -> dict[str, Any]:
    said = _SAID[teller.code]
    told = {"pair": one.pair, "verdict": "neutral", "span_a": one.a, "span_b": one.b, "cause": "", "why": ""}
    for mine, theirs in zip(_held(one.a, teller.code), _held(one.b, teller.code), strict=True):
        if len(mine) == 1 and len(theirs) == 1 and mine != theirs:
            why = said["pair"].format(a=next(iter(mine)), b=next(iter(theirs)))
            return {**told, "verdict": "contradicts", "why": why}
    mine_, theirs_ = set(teller.reader.keywords(one.a)), set(teller.reader.keywords(one.b))
    if theirs_ and theirs_ <= mine_:
        return {**told, "verdict": "entails", "why": said["same"]}
    return told
