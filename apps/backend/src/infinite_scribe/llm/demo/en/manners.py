"""Nearer to a hand, in English: sentences of its length, its joins, its contractions. Speech is left as it was said."""

import re

from infinite_scribe.core.language.en import LANGUAGE
from infinite_scribe.core.language.manner import Manner

#: How far the mean may be from the hand's before something is done.
LONGER, SHORTER = 1.15, 0.87
#: Shares of contractions from which narration has them, and below which it has none.
LOOSE, STIFF = 50, 12
_SPLIT = re.compile(r"(?:, (?:and|but|so) |; )(?=(?:he|she|I|they|it|we|the|there|nobody|[A-Z]\w+) \w+)")
_PARTICIPLE = re.compile(r", (?:and )?then (?=\w)")
_SUBJECT = re.compile(r"^(?:He|She|They|It|The|There|Nobody|Somebody|A|An|His|Her|Their)\b")
_SHORT_FORMS = (
    (r"\b(did|does|do|is|was|were|are|has|have|had|would|could|should) not\b", r"\1n’t"),
    (r"\bcannot\b|\bcan not\b", "can’t"),
    (r"\bwill not\b", "won’t"),
    (r"\b(I|you|we|they) have (?=\w+ed\b|been\b)", r"\1’ve "),
    (r"\bI am\b", "I’m"),
    (r"\b([Ii])t is\b", r"\1t’s"),
)
_LONG_FORMS = (
    (r"\bcan[’']t\b", "cannot"),
    (r"\bwon[’']t\b", "will not"),
    (r"\b(\w+)n[’']t\b", r"\1 not"),
    (r"\bI[’']m\b", "I am"),
    (r"\b([Ii])t[’']s (?=(?:a|an|the|not|too|in|on|no)\b)", r"\1t is "),
    (r"\b(I|you|we|they)[’']ve\b", r"\1 have"),
)


def in_manner(text: str, manner: Manner) -> str:
    """The text with sentences as long as the hand's, as far as rules can join and part them."""
    return "\n\n".join(_paragraph(one, manner) for one in LANGUAGE.paragraphs(text))


def _paragraph(text: str, manner: Manner) -> str:
    if "“" in text or '"' in text:
        return _forms(text, manner)
    sentences = LANGUAGE.sentences(text)
    for _ in range(2):
        if _mean(sentences) > manner.sentence * LONGER:
            sentences = _parted(sentences, manner)
    if _mean(sentences) < manner.sentence * SHORTER:
        sentences = _joined(sentences, manner)
    return _forms(" ".join(sentences), manner)


def _mean(sentences: list[str]) -> float:
    counts = [LANGUAGE.count(one) for one in sentences]
    return sum(counts) / len(counts) if counts else 0.0


def _parted(sentences: list[str], manner: Manner) -> list[str]:
    """Long sentences part where they join, the longest pieces first, until the mean is the hand's."""
    made: list[str] = []
    for one in sentences:
        if LANGUAGE.count(one) <= max(manner.sentence, manner.short):
            made.append(one)
            continue
        pieces = _SPLIT.split(_PARTICIPLE.sub("; then ", one) if not _SPLIT.search(one) else one, maxsplit=1)
        tidy = [piece.strip().rstrip(",;") for piece in pieces if piece.strip()]
        made += [_whole(piece) for piece in tidy]
    return made


def _whole(piece: str) -> str:
    capital = piece[:1].upper() + piece[1:]
    return capital if capital[-1:] in ".!?…”" else f"{capital}."


def _joined(sentences: list[str], manner: Manner) -> list[str]:
    """Short neighbours join, by the mark that the hand likes, while the mean is below the hand's."""
    link = "; " if manner.semicolons > 3 else ", and "
    made: list[str] = []
    for one in sentences:
        last = made[-1] if made else ""
        both = LANGUAGE.count(last) + LANGUAGE.count(one)
        fits = last.endswith(".") and _SUBJECT.match(one) and both <= max(manner.long, manner.sentence * 1.4)
        if fits and ", and " not in last:
            made[-1] = f"{last[:-1]}{link}{one[:1].lower()}{one[1:]}"
        else:
            made.append(one)
    return made


def _forms(text: str, manner: Manner) -> str:
    rows = (
        _SHORT_FORMS if manner.contractions >= LOOSE else _LONG_FORMS if manner.contractions <= STIFF else ()
    )
    parts = re.split(r"(“[^”]*”|\"[^\"]*\")", text)
    for index in range(0, len(parts), 2):
        for pattern, swap in rows:
            parts[index] = re.sub(pattern, swap, parts[index])
    return "".join(parts)
