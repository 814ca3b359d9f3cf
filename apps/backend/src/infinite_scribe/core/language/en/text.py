"""English text: sentences, words, names. Rules, not a model; the same text gives the same answer."""

import re
from dataclasses import dataclass

#: Full stops that end an abbreviation rather than a sentence.
_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "st",
        "mt",
        "no",
        "vol",
        "pp",
        "p",
        "jr",
        "sr",
        "prof",
        "rev",
        "capt",
        "col",
        "gen",
        "lt",
        "sgt",
        "hon",
        "vs",
        "etc",
        "fig",
        "inc",
        "ltd",
        "co",
        "dept",
        "approx",
        "e.g",
        "i.e",
        "a.m",
        "p.m",
        "cf",
    ]
)
_END = re.compile(r"([.!?…]+)([\"'”’)\]]*)(\s+|$)")
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*|\d+(?:[.,:]\d+)*", re.UNICODE)
_BLANK = re.compile(r"\n\s*\n")
_CAPITAL = re.compile(r"\b[A-Z][\w’'\-]*[a-z][\w’'\-]*\b|\b[A-Z]\b")
_OPENERS = frozenset(
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
        "this",
        "that",
        "these",
        "those",
        "his",
        "her",
        "its",
        "our",
        "their",
        "my",
        "your",
        "there",
        "here",
        "and",
        "but",
        "or",
        "so",
        "if",
        "when",
        "while",
        "then",
        "what",
        "who",
        "why",
        "how",
        "where",
        "no",
        "not",
        "yes",
        "at",
        "in",
        "on",
        "by",
        "for",
        "from",
        "of",
        "to",
        "with",
        "after",
        "before",
        "once",
        "as",
        "nobody",
        "nothing",
        "somebody",
    ]
)


@dataclass(frozen=True, slots=True)
class English:
    """The English implementation of `Language`."""

    code: str = "en"

    def paragraphs(self, text: str) -> list[str]:
        """Paragraphs between blank lines, without outer blanks."""
        return [part.strip() for part in _BLANK.split(text) if part.strip()]

    def sentences(self, text: str) -> list[str]:
        """Sentences exactly as they stand; closing quotes stay with the sentence they close.

        A sentence never runs across a blank line. A mark inside quotes that is followed by a
        lower-case word ("Run!" he said.) does not end the sentence.
        """
        return [sentence for paragraph in self.paragraphs(text) for sentence in self._split(paragraph)]

    def _split(self, text: str) -> list[str]:
        found: list[str] = []
        start = 0
        for match in _END.finditer(text):
            rest = text[match.end() :]
            if rest and not self._ends_here(text[start : match.start()], match, rest):
                continue
            sentence = text[start : match.end()].strip()
            if sentence:
                found.append(sentence)
            start = match.end()
        tail = text[start:].strip()
        return [*found, tail] if tail else found

    @staticmethod
    def _ends_here(before: str, match: re.Match[str], rest: str) -> bool:
        head = rest.lstrip("\"'“‘([—– ")[:1]
        if head.islower():
            return False
        if match.group(1) != "." or match.group(2):
            return True
        word = before.rsplit(maxsplit=1)[-1].lstrip("(“\"'") if before.split() else ""
        return word.lower() not in _ABBREVIATIONS and not (len(word) == 1 and word.isupper() and word != "I")

    def count(self, text: str) -> int:
        """Words; a hyphenated or apostrophed form is one word."""
        return sum(1 for _ in _WORD.finditer(text))

    def words(self, text: str) -> list[str]:
        """The words as they stand."""
        return _WORD.findall(text)

    def names(self, text: str) -> list[str]:
        """Capitalised words and runs of them that do not merely open a sentence.

        A word that opens a sentence counts only when it also stands capitalised inside one.
        """
        inside: dict[str, None] = {}
        opening: dict[str, None] = {}
        for sentence in self.sentences(text):
            bare = sentence.lstrip("\"'“‘([—– ")
            offset = len(sentence) - len(bare)
            for run in re.finditer(rf"(?:{_CAPITAL.pattern})(?:\s+(?:{_CAPITAL.pattern}))*", sentence):
                name = run.group().removesuffix("’s").removesuffix("'s")
                if run.start() <= offset:
                    head, _, tail = name.partition(" ")
                    if head.lower() in _OPENERS:
                        name = tail
                    if not name or " " not in name:
                        opening.setdefault(name, None)
                        continue
                if name and name != "I" and name.lower() not in _OPENERS:
                    inside.setdefault(name, None)
        parts = {part for name in inside for part in name.split()}
        return [*inside, *(name for name in opening if name in parts and name not in inside)]
