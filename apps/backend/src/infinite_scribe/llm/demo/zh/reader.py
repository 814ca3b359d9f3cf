"""Reads back what the Chinese demo, or an author, wrote."""

import re
from collections.abc import Sequence
from functools import lru_cache

from infinite_scribe.core.language.zh import LANGUAGE
from infinite_scribe.llm.demo.teller import BeatReading
from infinite_scribe.llm.demo.zh import lexicon

_OPEN = re.compile(r"\{(\w+)(?:\.\w+)?\}")
#: Characters that carry little: particles, pronouns, measures, directions, light verbs.
EMPTY = frozenset(
    "的了着过是在有和与跟就也都又还很这那个只一不没把被给对从向到上下里中外来去说着他她它我你们自己么什吗呢吧啊之而且但却所以因为于其以及得地让使将会能要可已再才便并等些"
)
_HAN = re.compile(r"[\u4e00-\u9fff]|[A-Za-z0-9]+")


@lru_cache(maxsize=2)
def _patterns(kind: str) -> list[tuple[str, re.Pattern[str]]]:
    """Compiled plan sentences, those with most fixed characters first."""
    plans = lexicon.table("plans")
    rows: list[tuple[str, str]] = []
    if kind == "beats":
        rows = [(key, text) for key, texts in plans["beats"].items() for text in texts]
    else:
        for key, row in plans["shapes"].items():
            rows += [(key, text) for text in [*row["line"], row["goal"], row["conflict"], *row["title"]]]
        rows += [(key, text) for key, texts in lexicon.table("outline")["lines"].items() for text in texts]
    rows.sort(key=lambda row: -len(_OPEN.sub("", row[1])))
    return [(key, _compile(text)) for key, text in rows]


def _compile(text: str) -> re.Pattern[str]:
    parts: list[str] = []
    last = 0
    seen: set[str] = set()
    for match in _OPEN.finditer(text):
        parts.append(re.escape(text[last : match.start()]))
        name = match.group(1)
        group = (
            f"(?P<{name}>[^，。；]{{1,16}}?)"
            if name in {"P", "A", "B", "K"} and name not in seen
            else "[^，。；]{1,20}?"
        )
        seen.add(name)
        parts.append(group)
        last = match.end()
    return re.compile("".join(parts) + re.escape(text[last:]))


class ChineseReader:
    """The reader of the Chinese package."""

    def beat_of(self, text: str) -> BeatReading | None:
        """The beat a sentence means; None for an author's own sentence."""
        bare = text.strip().rstrip("。")
        for key, pattern in _patterns("beats"):
            match = pattern.fullmatch(bare)
            if match:
                found = match.groupdict()
                return BeatReading(key, found.get("P", "") or "", found.get("A", "") or "")
        return None

    def shape_of(self, texts: Sequence[str]) -> str | None:
        """The shape whose line, goal, conflict or title stands among the sentences."""
        for text in texts:
            for part in [text.strip().rstrip("。"), *re.split(r"。", text)]:
                for key, pattern in _patterns("shapes"):
                    if part.strip() and pattern.fullmatch(part.strip()):
                        return key
        return None

    def keywords(self, text: str) -> list[str]:
        """Characters that carry meaning; without a segmenter the character is the stem."""
        return [unit.lower() for unit in _HAN.findall(text) if unit not in EMPTY]

    def sentences(self, text: str) -> list[str]:
        """Sentences exactly as they stand."""
        return LANGUAGE.sentences(text)
