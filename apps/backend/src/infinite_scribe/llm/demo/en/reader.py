"""Reads back English plans: beats and shapes by this package's own sentences, else by words."""

import re
from collections.abc import Sequence
from functools import lru_cache

from infinite_scribe.core.language.en import LANGUAGE
from infinite_scribe.llm.demo.en import lexicon, morphology
from infinite_scribe.llm.demo.teller import BeatReading

_SLOT = re.compile(r"\{([A-Za-z.]+)\}")
EMPTY = frozenset(
    [
        "a",
        "an",
        "the",
        "i",
        "he",
        "she",
        "it",
        "we",
        "they",
        "you",
        "him",
        "her",
        "his",
        "its",
        "my",
        "me",
        "our",
        "their",
        "them",
        "us",
        "this",
        "that",
        "these",
        "those",
        "and",
        "or",
        "but",
        "if",
        "so",
        "as",
        "at",
        "by",
        "for",
        "from",
        "in",
        "into",
        "of",
        "off",
        "on",
        "out",
        "over",
        "to",
        "up",
        "with",
        "is",
        "was",
        "are",
        "were",
        "be",
        "been",
        "am",
        "has",
        "had",
        "have",
        "do",
        "did",
        "does",
        "not",
        "no",
        "nor",
        "who",
        "which",
        "what",
        "when",
        "where",
        "while",
        "before",
        "after",
        "about",
        "there",
        "here",
        "then",
        "than",
        "too",
        "very",
        "can",
        "could",
        "will",
        "would",
        "must",
        "may",
        "might",
        "one",
        "two",
        "all",
        "any",
        "some",
        "each",
        "own",
        "just",
        "only",
        "again",
        "down",
        "back",
        "under",
    ]
)


@lru_cache(maxsize=1)
def _beat_patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [
        (beat, _pattern(text)) for beat, texts in lexicon.table("plans")["beats"].items() for text in texts
    ]


@lru_cache(maxsize=1)
def _shape_patterns() -> list[tuple[str, re.Pattern[str]]]:
    found: list[tuple[str, re.Pattern[str]]] = []
    for shape, row in lexicon.table("plans")["shapes"].items():
        found += [(shape, _pattern(text)) for text in (*row["line"], row["goal"], row["conflict"])]
        found += [(shape, re.compile(re.escape(title) + "$")) for title in row["title"]]
    later = lexicon.table("outline")["lines"]
    return found + [(shape, _pattern(text)) for shape, texts in later.items() for text in texts]


def _pattern(text: str) -> re.Pattern[str]:
    """A sentence of the plan as a pattern; each open place matches any words."""
    parts: list[str] = []
    last = 0
    seen: set[str] = set()
    for match in _SLOT.finditer(text):
        parts.append(re.escape(text[last : match.start()]))
        name = match.group(1)
        parts.append(f"(?P<{name}>.+?)" if name in {"P", "A", "B", "K"} and name not in seen else ".+?")
        seen.add(name)
        last = match.end()
    return re.compile("".join(parts) + re.escape(text[last:]) + "$")


class EnglishReader:
    """The reader of the English package."""

    def beat_of(self, text: str) -> BeatReading | None:
        """The beat whose sentence this is."""
        plain = text.strip().replace("'", "’")
        for beat, pattern in _beat_patterns():
            match = pattern.match(plain)
            if match:
                named = match.groupdict()
                return BeatReading(beat, named.get("P", ""), named.get("A", ""))
        return None

    def shape_of(self, texts: Sequence[str]) -> str | None:
        """The first shape whose sentence stands among the texts."""
        for text in texts:
            for part in [text, *LANGUAGE.sentences(text)]:
                plain = part.strip().replace("'", "’")
                for shape, pattern in _shape_patterns():
                    if plain and pattern.match(plain):
                        return shape
        return None

    def keywords(self, text: str) -> list[str]:
        """Stems of the words that carry meaning."""
        return [
            morphology.stem(word)
            for word in LANGUAGE.words(text)
            if word.lower().removesuffix("’s").removesuffix("'s") not in EMPTY
        ]

    def sentences(self, text: str) -> list[str]:
        """Sentences as they stand."""
        return LANGUAGE.sentences(text)
