"""Texts of which the worse side is known: each is spoilt in four ways by code, always the same. Pure.

The texts and the sentences stand in `trials/`, written for this; nothing of an author's book is shown to a judge on trial.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from infinite_scribe.core.language import language as language_rules

_FOLDER = Path(__file__).parent / "trials"
_TIMES = 3


@dataclass(frozen=True)
class TrialText:
    """A short scene with what its card asks of it; `fact` is a sentence near its end and one that the text belies."""

    card: Mapping[str, Any]
    text: str
    fact: tuple[str, str]


@dataclass(frozen=True)
class Sentences:
    """Two sentences about the same; `clash`: both cannot be true."""

    a: str
    b: str
    clash: bool


@dataclass(frozen=True)
class Trials:
    """All that a judge of one language is tried on."""

    code: str
    texts: tuple[TrialText, ...]
    sentences: tuple[Sentences, ...]


def shuffled(one: TrialText, code: str) -> str:
    """Return the text with its end first and the rest out of order."""
    parts = language_rules(code).paragraphs(one.text)
    rest = parts[:-1]
    return "\n\n".join([parts[-1], *rest[1::2][::-1], *rest[::2]])


def repeated(one: TrialText, code: str) -> str:
    """Return the text with one of its sentences said again and again."""
    rules = language_rules(code)
    parts = rules.paragraphs(one.text)
    worn = max((sentence for part in parts[:2] for sentence in rules.sentences(part)), key=len)
    blank = "" if code == "zh" else " "
    at = {len(parts) * number // (_TIMES + 1) for number in range(1, _TIMES + 1)}
    return "\n\n".join(f"{part}{blank}{worn}" if number in at else part for number, part in enumerate(parts))


def cut(one: TrialText, code: str) -> str:
    """Return the text without its end, broken off inside a sentence."""
    parts = language_rules(code).paragraphs(one.text)
    kept = parts[: max(2, len(parts) * 3 // 5)]
    return "\n\n".join([*kept[:-1], kept[-1][: len(kept[-1]) * 2 // 3].rstrip(" ，。,.;；")])


def contradicted(one: TrialText, _code: str) -> str:
    """Return the text with a fact near its end that what was told before belies."""
    return one.text.replace(*one.fact)


SPOILT: Mapping[str, Callable[[TrialText, str], str]] = {
    "shuffled": shuffled,
    "repeated": repeated,
    "cut": cut,
    "contradicted": contradicted,
}
LOWERS: Mapping[str, str] = {"repeated": "prose", "cut": "structure", "shuffled": "structure"}
"""Which mark of a chapter a way of spoiling it has to lower."""


@cache
def trials_in(language: str) -> Trials:
    """Return what a judge is tried on in a language."""
    code = "zh" if language.startswith("zh") else "en"
    read = tomllib.loads((_FOLDER / f"{code}.toml").read_text("utf-8"))
    texts = tuple(
        TrialText(one["card"], one["text"].strip(), (one["fact"][0], one["fact"][1])) for one in read["texts"]
    )
    return Trials(code, texts, (*_sentences(read["clashing"], True), *_sentences(read["agreeing"], False)))


def _sentences(rows: Sequence[Sequence[str]], clash: bool) -> list[Sentences]:
    return [Sentences(a, b, clash) for a, b in rows]
