"""The last look at a scene: one long paragraph, one of a single sentence."""

from infinite_scribe.core.language.en import LANGUAGE
from infinite_scribe.llm.demo.en.steer import Wishes

#: Words from which a paragraph counts as long.
LONG = 90


def shaped(parts: list[list[str]]) -> list[list[str]]:
    """The paragraphs of all beats; nothing is added or lost, only breaks move."""
    return _with_single(_with_long(parts))


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


def _with_long(parts: list[list[str]]) -> list[list[str]]:
    if any(LANGUAGE.count(text) >= LONG for part in parts for text in part):
        return parts
    best: tuple[int, int, int, int] | None = None
    for at, part in enumerate(parts):
        for start in range(len(part)):
            end = start
            while end < len(part) and _narrated(part[end]):
                end += 1
                words = LANGUAGE.count(" ".join(part[start:end]))
                if words >= LONG and (best is None or words < best[0]):
                    best = (words, at, start, end)
    if best is None:
        return parts
    _, at, start, end = best
    made = [list(part) for part in parts]
    made[at][start:end] = [" ".join(made[at][start:end])]
    return made


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
