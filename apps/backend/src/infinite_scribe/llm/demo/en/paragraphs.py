"""The last look at a scene: sentences of many lengths, one paragraph of a single one."""

import statistics
from collections.abc import Callable
from itertools import pairwise

from infinite_scribe.core.language.en import LANGUAGE
from infinite_scribe.llm.demo.en.steer import Wishes

#: Words from which a paragraph counts as long, and the longest sentence that is made by joining.
LONG, MOST = 90, 84


#: Spread of sentence length (deviation by mean) that a scene reaches at least.
SPREAD = 0.665
_JOINABLE = (
    "He ",
    "She ",
    "It ",
    "The ",
    "A ",
    "There ",
    "They ",
    "One ",
    "In ",
    "Each ",
    "Everything ",
    "Somebody ",
    "But ",
    "Nobody ",
    "Only ",
    "Now ",
    "Under ",
    "Then ",
)


def shaped(parts: list[list[str]], own: Callable[[str], bool]) -> list[list[str]]:
    """The paragraphs of all beats; nothing is added or lost, only breaks and stops move.

    `own` says whether a sentence is this book's own or too short to be known again.
    """
    return _with_single(_spread_out(parts, own))


def _spread(parts: list[list[str]]) -> float:
    sizes = [LANGUAGE.count(item) for part in parts for text in part for item in LANGUAGE.sentences(text)]
    return statistics.pstdev(sizes) / statistics.mean(sizes) if sizes else 1.0


def _spread_out(parts: list[list[str]], own: Callable[[str], bool]) -> list[list[str]]:
    """Join neighbouring sentences of narration, the longest first, until the spread is enough."""
    made = [list(part) for part in parts]
    tried: set[str] = set()
    for _ in range(24):
        if _spread(made) >= SPREAD:
            break
        pairs = [
            (LANGUAGE.count(one) + LANGUAGE.count(two), one, two)
            for part in made
            for text in part
            if _narrated(text)
            for one, two in pairwise(LANGUAGE.sentences(text))
            if one.endswith(".")
            and ";" not in one + two
            and ":" not in one + two
            and two.startswith(_JOINABLE)
            and one not in tried
        ]
        good = [
            item for item in sorted(pairs, reverse=True) if item[0] <= MOST and own(_joined(item[1], item[2]))
        ]
        if not good:
            break
        _, one, two = good[0]
        tried.add(one)
        made = [[text.replace(f"{one} {two}", _joined(one, two)) for text in part] for part in made]
    return made


def _joined(one: str, two: str) -> str:
    return f"{one[:-1]}; {two[:1].lower()}{two[1:]}"


def trimmed(part: list[str], wishes: Wishes) -> list[str]:
    """Less speech: short exchanges go; more speech or more pace: long reflections are cut to their start."""
    if wishes.talk < 0:
        spoken = [
            index for index, text in enumerate(part) if text.startswith("“") and LANGUAGE.count(text) < 14
        ]
        gone = set(spoken[len(spoken) // 3 :])
        return [text for index, text in enumerate(part) if index not in gone] or part
    made: list[str] = []
    for text in part:
        sentences = LANGUAGE.sentences(text)
        long = _narrated(text) and len(sentences) > 3 and LANGUAGE.count(text) < LONG
        made.append(" ".join(sentences[:2]) if long else text)
    return made


def _narrated(text: str) -> bool:
    return "“" not in text


def _with_single(parts: list[list[str]]) -> list[list[str]]:
    """Let the last sentence of a narrated paragraph stand alone, where none does yet."""
    inner = [
        (at, index) for at, part in enumerate(parts) for index in range(len(part)) if _narrated(part[index])
    ]
    if any(len(LANGUAGE.sentences(parts[at][index])) == 1 for at, index in inner):
        return parts
    made = [list(part) for part in parts]
    for at, index in inner[1:-1][::-1]:
        sentences = LANGUAGE.sentences(made[at][index])
        rest = " ".join(sentences[:-1])
        if len(sentences) > 2 and (LANGUAGE.count(made[at][index]) < LONG or LANGUAGE.count(rest) >= LONG):
            made[at][index : index + 1] = [rest, sentences[-1]]
            return made
    return made
