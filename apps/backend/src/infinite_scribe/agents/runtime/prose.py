"""Plain prose from a model: what is stripped, and what makes it unusable. Pure, and the same for every model."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CHATTER = re.compile(
    r"\A\s*(?:(?:sure|certainly|of course|okay|here is|here's|below is|好的|当然|以下是|下面是)[^\n]{0,160}[:：.。!！]\s*\n+)+",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"^\s{0,3}(?:#{1,6}\s.*|\*\*(?:scene|chapter|场景|第.{1,6}章)[^*\n]*\*\*)\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_FENCE = re.compile(r"^\s*```[a-z]*\s*$", re.MULTILINE)
_MARK = re.compile(r"^\s*\[\[B\d+\]\]\s*$", re.MULTILINE)
_INLINE_MARK = re.compile(r"\s*\[\[(B\d+)\]\]\s*")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’」』)]*(?=\s|$)|[。！？…][”’」』]*")
LOOP_WORDS = 12
LOOP_TIMES = 3
LEAST_WORDS, SMALL_SHARE = 80, 0.12
"""From how many words on, and below which share of small words, Latin letters are not English."""
_SMALL_WORDS = frozenset(
    [
        "the",
        "a",
        "an",
        "and",
        "or",
        "but",
        "of",
        "to",
        "in",
        "on",
        "at",
        "by",
        "for",
        "from",
        "with",
        "as",
        "is",
        "was",
        "were",
        "be",
        "been",
        "are",
        "it",
        "its",
        "he",
        "she",
        "they",
        "him",
        "her",
        "his",
        "their",
        "them",
        "i",
        "you",
        "we",
        "me",
        "my",
        "your",
        "that",
        "this",
        "these",
        "those",
        "not",
        "no",
        "had",
        "have",
        "has",
        "did",
        "do",
        "would",
        "could",
        "what",
        "who",
        "which",
        "when",
        "then",
        "there",
        "if",
        "so",
        "all",
        "one",
        "out",
        "up",
        "into",
        "over",
    ]
)


@dataclass(frozen=True)
class CleanProse:
    """Prose ready for the page, with its beat marks, and how many pieces were stripped."""

    text: str
    stripped: int


def clean(answer: str, *, prompt: str = "", stopped_by_length: bool = False) -> CleanProse:
    """Strip headings, chatter, fences and repeated prompt text; cut at the last full sentence after a length stop."""
    text, stripped = answer.replace("\r\n", "\n"), 0
    for pattern in (_CHATTER, _FENCE, _HEADING):
        text, times = pattern.subn("", text)
        stripped += times
    text = _INLINE_MARK.sub(r"\n\n[[\1]]\n\n", text)
    kept = []
    for paragraph in re.split(r"\n\s*\n", text):
        if paragraph.strip() and leaks(paragraph, prompt):
            stripped += 1
        elif paragraph.strip():
            kept.append(paragraph.strip())
    text = "\n\n".join(kept)
    if stopped_by_length:
        text = cut_at_sentence(text)
    return CleanProse(text, stripped)


def leaks(paragraph: str, prompt: str) -> bool:
    """Return whether a paragraph repeats twelve or more words of the instructions in a row."""
    words = paragraph.split()
    if len(words) < LOOP_WORDS or not prompt:
        return False
    plain = " ".join(prompt.split())
    return any(" ".join(words[n : n + LOOP_WORDS]) in plain for n in range(0, len(words) - LOOP_WORDS + 1, 4))


def cut_at_sentence(text: str) -> str:
    """Return `text` up to its last full sentence (all of it when it has none)."""
    ends = [found.end() for found in _SENTENCE_END.finditer(text)]
    return text[: ends[-1]] if ends else text


def without_marks(text: str) -> str:
    """Return prose without its beat marks."""
    return re.sub(r"\n{3,}", "\n\n", _MARK.sub("", text)).strip()


def loops(text: str, *, times: int = LOOP_TIMES) -> bool:
    """Return whether a run of twelve words (or characters of Chinese) stands in the text so many times."""
    pieces = re.findall(r"[A-Za-z']+|[\u4e00-\u9fff]", without_marks(text).lower())
    seen: dict[tuple[str, ...], int] = {}
    for n in range(len(pieces) - LOOP_WORDS + 1):
        key = tuple(pieces[n : n + LOOP_WORDS])
        seen[key] = seen.get(key, 0) + 1
        if seen[key] >= times:
            return True
    return False


def wrong_language(text: str, language: str) -> bool:
    """Return whether prose is in another script than the book's, or its small words in another tongue."""
    return wrong_script(text, language) or (language == "en" and _is_not_english(text))


def wrong_script(text: str, language: str, *, share: float = 0.3) -> bool:
    """Return whether more than `share` of the letters belong to another script than the book's."""
    han = len(re.findall(r"[\u3400-\u9fff]", text))
    latin = len(re.findall(r"[A-Za-z\u00c0-\u024f]", text))
    other = len(re.findall(r"[\u0370-\u1fff\u3040-\u30ff\uac00-\ud7af]", text))
    if 2 * han + latin + other < 40:
        return False
    foreign = (han if language == "en" else latin) + other
    return foreign / (han + latin + other) > share


def _is_not_english(text: str) -> bool:
    """Return whether a long stretch in Latin letters hardly holds a word that all English is made of."""
    words = [word.casefold() for word in re.findall(r"[A-Za-z\u00c0-\u024f]+", text)]
    if len(words) < LEAST_WORDS:
        return False
    return sum(word in _SMALL_WORDS for word in words) / len(words) < SMALL_SHARE


def faults_of(text: str, language: str, *, cut: bool = False) -> list[str]:
    """Return why prose cannot go on the page, in the language of the book; nothing when it can.

    `cut`: it was stopped from outside while it arrived; then a repetition is what it was stopped for.
    """
    chinese = language.startswith("zh")
    plain = without_marks(text)
    if not plain:
        return ["没有正文" if chinese else "the answer held no prose"]
    if wrong_language(plain, "zh" if chinese else "en"):
        return ["请用中文写" if chinese else "write in English"]
    if loops(plain, times=LOOP_TIMES - 1 if cut else LOOP_TIMES):
        return ["同样的话一再重复" if chinese else "the same words came again and again"]
    return []


def repeats_tail(text: str, tail: str, *, words: int = 8) -> bool:
    """Return whether the first sentence repeats eight or more consecutive words of what comes before it."""
    first = _SENTENCE_END.split(without_marks(text), maxsplit=1)[0]
    pieces = re.findall(r"[A-Za-z']+|[\u4e00-\u9fff]", first.lower())
    before = " ".join(re.findall(r"[A-Za-z']+|[\u4e00-\u9fff]", tail.lower()))
    return (
        any(" ".join(pieces[n : n + words]) in before for n in range(len(pieces) - words + 1))
        if before
        else False
    )
