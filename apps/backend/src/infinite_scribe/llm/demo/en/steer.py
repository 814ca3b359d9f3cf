"""Wishes of the author in plain words: what each asks of the scene. Nothing is ignored.

A wish is read for weather, pace, share of speech, ending and things to bring in. One that
names none of these gets the nearest: its last noun enters as an object, and a wish without
any noun slows the scene down to look once more.
"""

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infinite_scribe.llm.demo.acts import Role
from infinite_scribe.llm.demo.en import lexicon
from infinite_scribe.llm.demo.shapes import Ending

if TYPE_CHECKING:
    from infinite_scribe.llm.demo.schemas import Briefing

_WEATHER = {
    "rain": ("rain", "wet", "drizzle", "downpour"), "snow": ("snow", "blizzard", "snowing"), "fog": ("fog", "mist", "foggy"),
    "storm": ("storm", "thunder", "gale", "lightning"), "wind": ("wind", "windy"), "heat": ("heat", "hot", "sun", "sunny", "summer"), "frost": ("frost", "cold", "ice", "freezing"),
}  # fmt: skip
_ANIMALS = frozenset(
    [
        "dog",
        "cat",
        "horse",
        "bird",
        "crow",
        "raven",
        "rat",
        "mouse",
        "fox",
        "goat",
        "parrot",
        "donkey",
        "owl",
        "hen",
        "pig",
        "monkey",
        "gull",
    ]
)
_PEOPLE = frozenset(
    [
        "child",
        "boy",
        "girl",
        "stranger",
        "priest",
        "soldier",
        "beggar",
        "woman",
        "man",
        "nurse",
        "neighbour",
        "neighbor",
        "policeman",
        "messenger",
        "widow",
    ]
)
_EMPTY = frozenset(
    [
        "a",
        "an",
        "the",
        "it",
        "this",
        "that",
        "make",
        "let",
        "have",
        "put",
        "add",
        "bring",
        "introduce",
        "include",
        "use",
        "give",
        "with",
        "and",
        "or",
        "more",
        "less",
        "some",
        "into",
        "in",
        "to",
        "of",
        "on",
        "scene",
        "chapter",
        "please",
        "be",
        "is",
        "should",
        "could",
        "there",
        "they",
        "them",
        "him",
        "her",
        "his",
        "their",
        "he",
        "she",
        "i",
        "me",
        "my",
        "we",
        "you",
        "at",
        "by",
        "for",
        "from",
        "as",
        "so",
        "very",
        "bit",
        "little",
        "much",
        "mention",
        "show",
        "write",
        "end",
        "ending",
        "start",
        "begin",
        "something",
        "someone",
        "somebody",
        "appear",
        "enter",
        "appears",
        "enters",
        "comes",
        "come",
        "want",
        "would",
        "like",
        "new",
        "another",
        "also",
        "one",
        "about",
        "here",
        "then",
        "story",
        "text",
        "prose",
    ]
)
_VAGUE = frozenset(
    [
        "tension",
        "tense",
        "dark",
        "darker",
        "light",
        "lighter",
        "funny",
        "funnier",
        "emotion",
        "emotional",
        "mood",
        "better",
        "good",
        "nice",
        "vivid",
        "style",
        "short",
        "long",
        "quick",
        "quickly",
        "slow",
        "slowly",
        "faster",
        "slower",
    ]
)


@dataclass
class Wishes:
    """What the author asked for."""

    weather: str = ""
    nouns: list[tuple[str, str]] = field(default_factory=list)  # (kind, noun)
    talk: int = 0
    pace: int = 0
    question: bool = False
    ending: Ending | None = None
    tense: bool = False


def read(briefing: "Briefing") -> Wishes:
    """The wishes of instruction and steers; a later one wins."""
    wishes = Wishes()
    for text in [briefing.instruction, *briefing.steers]:
        if text.strip():
            _read_one(text.lower(), wishes)
    return wishes


def _read_one(text: str, wishes: Wishes) -> None:
    words = re.findall(r"[a-z’'-]+", text)
    found = False
    for kind, names in _WEATHER.items():
        if any(word.removesuffix("ing").removesuffix("s") in names or word in names for word in words):
            wishes.weather, found = kind, True
    found = _manner(text, wishes) or found
    ends = re.search(r"\bends?\b|\bending\b|\blast (?:line|sentence)\b|\bclose\b", text)
    if ends:
        wishes.question = wishes.question or "question" in text
        wishes.ending = _ending(text) or wishes.ending
        return
    noun = "" if found else _noun(words)
    if noun:
        kind = "animal" if noun in _ANIMALS else "person" if noun in _PEOPLE else "thing"
        wishes.nouns.append((kind, noun))
    elif not found:
        wishes.pace = -1


def _manner(text: str, wishes: Wishes) -> bool:
    less = re.search(
        r"\b(less|fewer|no|without|reduce)\b[^.]*\b(dialogue|dialog|talk|speech|talking)\b", text
    )
    more = re.search(r"\b(dialogue|dialog|talk|speech|conversation)\b", text)
    wishes.talk = -1 if less else 1 if more else wishes.talk
    slow = re.search(r"\b(slow|slower|slowly|linger|longer|calm|calmer|gentle|quieter)\b", text)
    fast = re.search(
        r"\b(fast|faster|quick|quicker|speed|brisk|pace up|shorter|terse|tighter|action)\b", text
    )
    wishes.pace = -1 if slow else 1 if fast else wishes.pace
    tense = re.search(r"\b(tense|tension|darker|dark|suspense|danger|scary|threat|menac\w+|stakes)\b", text)
    wishes.tense = wishes.tense or bool(tense)
    return bool(less or more or slow or fast or tense)


def _ending(text: str) -> Ending | None:
    table = {
        "cliff": Ending.SOUND, "twist": Ending.REVERSAL, "reveal": Ending.REVERSAL, "sound": Ending.SOUND, "image": Ending.IMAGE, "quiet": Ending.OBJECT,
        "decision": Ending.DECISION, "leave": Ending.DEPARTURE, "depart": Ending.DEPARTURE, "line": Ending.LINE, "object": Ending.OBJECT, "lie": Ending.WRONG_ANSWER,
    }  # fmt: skip
    return next((ending for word, ending in table.items() if word in text), None)


def _noun(words: list[str]) -> str:
    """The word that the wish is most likely about: after an article, else the last that carries meaning."""
    for article, noun in itertools.pairwise(words):
        if article in {"a", "an", "some", "another"} and noun not in _EMPTY | _VAGUE:
            return noun
    rest = [word for word in words if word not in _EMPTY | _VAGUE and not word.endswith("ly")]
    return rest[-1] if rest else ""


def paragraphs(wishes: Wishes, present: set[Role]) -> list[tuple[float, str]]:
    """What the wishes add: where in the scene (0 to 1), and a paragraph with open places."""
    table = lexicon.table("steers")
    made: list[tuple[float, str]] = []
    if wishes.weather:
        made += list(zip((0.0, 0.45, 0.8), table["weather"][wishes.weather], strict=False))
    for kind, noun in wishes.nouns[:3]:
        rows = table["thing" if kind == "thing" else kind]
        made += [(at, row.replace("{x}", noun)) for at, row in zip((0.2, 0.7), rows, strict=False)]
    if wishes.tense:
        made += list(zip((0.3, 0.6), table["tense"], strict=False))
    if wishes.pace < 0:
        made += list(zip((0.1, 0.4, 0.75), table["slow"], strict=False))
    if wishes.talk > 0 and Role.OTHER in present:
        made += list(zip((0.4, 0.55, 0.65, 0.8), table["talk"], strict=False))
    return made
