"""Whether a sentence tells a text: its words in their order within one clause, or only the same words near. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from infinite_scribe.continuity.inflection import alike
from infinite_scribe.memory.terms import terms

SURE = 0.8
"""Share of a text's own words from which they stand near each other."""
SPREAD = 2
"""Over how many times its own length the words of a text may be spread where they only stand near."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*['’]?|\d+|[,;:—–()]|[\ue000]+")
_BREAK = re.compile(r"[,;:—–()\ue000]")
_BE = frozenset(("is", "was", "were", "are", "am", "be", "been"))
_ARTICLES = frozenset(("a", "an", "the", "this", "that", "these", "those"))
_OWNERS = frozenset(("my", "your", "his", "her", "its", "our", "their"))
_LIGHT = _ARTICLES | frozenset(
    ("who", "which", "has", "have", "had", "being", "then", "now", "also", "even", "indeed", "really", "once", "already",
     "himself", "herself", "itself", "themselves")
)  # fmt: skip
"""Words that may stand between those asked for, and change nothing of who does what."""
_DOUBTS = frozenset(("nearly", "hardly", "scarcely", "barely", "supposedly", "allegedly", "only"))
_BEFORE = _BE | frozenset(
    ("that", "and", "but", "so", "for", "because", "since", "when", "how", "then", "who", "though", "although", "while",
     "yes", "oh", "now", "why")
)  # fmt: skip
"""Words after which a clause may begin."""
_AFTER = frozenset(
    ("in", "on", "at", "by", "for", "with", "from", "as", "to", "into", "and", "but", "or", "so", "when", "while",
     "before", "after", "because", "since", "until", "there", "here", "then", "once", "again", "himself", "herself",
     "that", "all", "too", "now", "long", "years", "yesterday", "last", "one", "where", "who", "though")
)  # fmt: skip
"""Words that may follow without making other things of those asked for, as “letter opener” or “king of thieves” would."""

_ZH_BREAK = re.compile(r"[，。；：！？、—…“”「」『』《》（）\s\ue000]+")
_ZH_LIGHT = frozenset("了着过的地得那这场个只条封把件艘座位名次就才又也都还竟便已曾经正亲自")
_ZH_AFTER = frozenset("了着过的啊呢吧呀嘛啦")
_ZH_BEFORE = ("的", "地", "得")
_ZH_OWN = frozenset("了着过")
_ZH_MOST = 4
"""Characters of no weight that may stand between two that were asked for."""


@dataclass(frozen=True)
class _Token:
    text: str
    owns: bool = False


def tells(sentence: str, asked: str, language: str) -> bool:
    """Say whether a clause of a sentence says a text: every word of it in its order, with nothing of weight between."""
    if language == "zh":
        return any(_runs(clause, _asked_zh(asked)) for clause in _ZH_BREAK.split(_plain(sentence)))
    wanted = [one for one in _tokens(asked) if one.text not in _LIGHT]
    while wanted and wanted[-1].text == ",":
        wanted.pop()
    row = _tokens(sentence)
    return bool(wanted) and any(_follows(row, at, wanted) for at in range(len(row)))


def comes_near(sentence: str, asked: str, language: str) -> bool:
    """Say whether nearly all words of a text stand close together in a sentence, in whatever order."""
    row, wanted = weighed(sentence, language), list(dict.fromkeys(weighed(asked, language)))
    most, least = SPREAD * len(weighed(asked, language)), SURE * len(wanted)
    # Which of the wanted words each word of the row is.
    held = [next((n for n, want in enumerate(wanted) if alike(one, want)), None) for one in row]
    return any(
        held[at] is not None and len({one for one in held[at : at + most] if one is not None}) >= least
        for at in range(len(held))
    )


def weighed(text: str, language: str) -> list[str]:
    """Return the words of a text in order; of Chinese the pairs of characters."""
    return [one for one in terms(text) if language != "zh" or len(one) == 2]


def _tokens(text: str) -> list[_Token]:
    found = []
    for hit in _WORD.finditer(unicodedata.normalize("NFKC", text).replace("’", "'").casefold()):
        word = hit.group()
        if _BREAK.match(word):
            found.append(_Token(","))
            continue
        owns = word.endswith(("'s", "s'"))
        bare = word[:-2] if word.endswith("'s") else word.rstrip("'")
        found.append(_Token("be" if bare in _BE else bare, owns))
    return found


def _follows(row: Sequence[_Token], start: int, wanted: Sequence[_Token]) -> bool:
    """Say whether the wanted words stand in a row from `start` on, as a clause of their own."""
    before = row[start - 1].text if start else ","
    if not _is(row[start], wanted[0]) or (
        before not in {",", "be"} and before not in _BEFORE and before not in _ARTICLES
    ):
        return False
    at = start + 1
    for want in wanted[1:]:
        found = _next(row, at, want)
        if found is None:
            return False
        at = found + 1
    after = row[at].text if at < len(row) else ","
    return after == "," or after in _AFTER or _is_manner(after)


def _next(row: Sequence[_Token], at: int, want: _Token) -> int | None:
    """Return where a wanted word stands behind words of no weight; one word may stand between it and its article."""
    is_named = False
    while at < len(row):
        if _is(row[at], want):
            return at
        if row[at].text in _LIGHT or _is_manner(row[at].text):
            is_named = row[at].text in _ARTICLES
        elif is_named and not row[at].owns and row[at].text not in _OWNERS | {",", "be"}:
            is_named = False
            return at + 1 if at + 1 < len(row) and _is(row[at + 1], want) else None
        else:
            return None
        at += 1
    return None


def _is(one: _Token, want: _Token) -> bool:
    return one.owns == want.owns and alike(one.text, want.text)


def _is_manner(word: str) -> bool:
    return word.endswith("ly") and len(word) > 4 and word not in _DOUBTS


def _plain(text: str) -> str:
    return (
        unicodedata.normalize("NFKC", text)
        .replace(",", "，")
        .replace(":", "：")
        .replace(";", "；")
        .casefold()
    )


def _asked_zh(asked: str) -> str:
    return "".join(one for one in _ZH_BREAK.sub("", _plain(asked)) if one not in _ZH_OWN)


def _runs(clause: str, wanted: str) -> bool:
    """Say whether characters stand in a Chinese clause in their order to its end, with nothing of weight between."""
    at = clause.find(wanted[0]) if wanted else -1
    while at >= 0:
        if _runs_from(clause, at, wanted):
            return True
        at = clause.find(wanted[0], at + 1)
    return False


def _runs_from(clause: str, start: int, wanted: str) -> bool:
    if clause[:start].endswith(_ZH_BEFORE):
        return False
    at = start + 1
    for want in wanted[1:]:
        passed = 0
        while at < len(clause) and clause[at] != want:
            passed += 1
            if clause[at] not in _ZH_LIGHT or passed > _ZH_MOST:
                return False
            at += 1
        if at >= len(clause):
            return False
        at += 1
    return all(one in _ZH_AFTER for one in clause[at:])
