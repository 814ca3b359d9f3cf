"""往一个人的笔法上靠：句长、断句、分号。引号里的话不动。"""

import re

from infinite_scribe.core.language.manner import Manner
from infinite_scribe.core.language.zh import LANGUAGE

LONGER, SHORTER = 1.15, 0.87
#: A clause with fewer characters does not stand alone.
LEAST = 5


def in_manner(text: str, manner: Manner) -> str:
    """句子的长短照样稿来，能断的断，能连的连。"""
    return "\n\n".join(_paragraph(one, manner) for one in LANGUAGE.paragraphs(text))


def _paragraph(text: str, manner: Manner) -> str:
    if "“" in text or "「" in text:
        return text
    sentences = LANGUAGE.sentences(text)
    for _ in range(2):
        if _mean(sentences) > manner.sentence * LONGER:
            sentences = [piece for one in sentences for piece in _parted(one, manner)]
    if _mean(sentences) < manner.sentence * SHORTER:
        sentences = _joined(sentences, manner)
    return "".join(sentences)


def _mean(sentences: list[str]) -> float:
    counts = [LANGUAGE.count(one) for one in sentences]
    return sum(counts) / len(counts) if counts else 0.0


def _parted(sentence: str, manner: Manner) -> list[str]:
    if LANGUAGE.count(sentence) <= max(manner.sentence, manner.short):
        return [sentence]
    stops = [
        match.start()
        for match in re.finditer("[，；]", sentence)
        if LANGUAGE.count(sentence[: match.start()]) >= LEAST
        and LANGUAGE.count(sentence[match.start() :]) >= LEAST
    ]
    if not stops:
        return [sentence]
    at = min(stops, key=lambda one: abs(one - len(sentence) // 2))
    return [f"{sentence[:at]}。", sentence[at + 1 :]]


def _joined(sentences: list[str], manner: Manner) -> list[str]:
    link = "；" if manner.semicolons > 3 else "，"
    made: list[str] = []
    for one in sentences:
        last = made[-1] if made else ""
        both = LANGUAGE.count(last) + LANGUAGE.count(one)
        if last.endswith("。") and both <= max(manner.long, manner.sentence * 1.4) and last.count("，") < 4:
            made[-1] = f"{last[:-1]}{link}{one}"
        else:
            made.append(one)
    return made
