"""Checks of English prose that the tests of the storyteller share."""

import re

from infinite_scribe.core.language.en import LANGUAGE
from infinite_scribe.llm.demo.en.morphology import article

_SMALL = frozenset(
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
        "our",
        "their",
        "them",
        "us",
        "me",
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
        "does",
        "did",
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
        "said",
        "asked",
    ]
)


def prose_of(text: str) -> str:
    """The text without beat markers."""
    return re.sub(r"\[\[\w+\]\]\s*", "", text)


def content_key(sentence: str) -> tuple[str, ...]:
    """The words of a sentence that carry meaning, in order."""
    return tuple(word.lower() for word in LANGUAGE.words(sentence) if word.lower() not in _SMALL)


def defects(text: str) -> list[str]:
    """Errors of article, doubling, quotation, spacing, capitals and open places."""
    found: list[str] = []
    for paragraph in LANGUAGE.paragraphs(text):
        if paragraph.count("“") != paragraph.count("”"):
            found.append(f"quotes: {paragraph}")
        if re.search(r"(?<!\bSt)\. [a-z]", paragraph):
            found.append(f"capital: {paragraph}")
        if (
            "  " in paragraph
            or re.search(r"\s[,.;:?!]", paragraph)
            or re.search(r"[,;]\.|\.\.(?!\.)|,,", paragraph)
        ):
            found.append(f"spacing: {paragraph}")
        if re.search(r"[\[\]<>{}|*_]", paragraph):
            found.append(f"open place: {paragraph}")
        found += [
            f"article: {match.group()}"
            for match in re.finditer(r"\b([Aa]n?) ([\w-]+)", paragraph)
            if match.group(1).lower() != article(match.group(2))
        ]
        found += [
            f"doubled: {match.group()}"
            for match in re.finditer(r"\b(\w+) \1\b", paragraph)
            if match.group(1).lower() not in {"had", "that"}
        ]
        for sentence in LANGUAGE.sentences(paragraph):
            bare = sentence.lstrip("“‘(")
            if bare[:1].islower():
                found.append(f"capital: {sentence}")
        if re.search(r"\b\w*(?:oulded)\b|\bsomebody’s’s\b", paragraph):
            found.append(f"form: {paragraph}")
        if (
            re.search(
                r"\b(?:he|she|it|nobody|somebody|who) (?:were|have|are|do)\b(?! not been)",
                prose_outside(paragraph),
            )
            and "as if" not in paragraph
        ):
            found.append(f"agreement: {paragraph}")
        if re.search(r"\bI (?:is|has|does|were)\b|\bthey (?:was|has|is)\b", prose_outside(paragraph)):
            found.append(f"agreement: {paragraph}")
    return found


def prose_outside(paragraph: str) -> str:
    """The paragraph without what is spoken."""
    return re.sub(r"“[^”]*”", "“”", paragraph)
