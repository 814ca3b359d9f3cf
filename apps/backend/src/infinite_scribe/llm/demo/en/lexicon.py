"""The English lexicon: data files that ship with the package, read once."""

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any


@lru_cache(maxsize=64)
def table(name: str) -> dict[str, Any]:
    """A data file as a dictionary. Raises `FileNotFoundError` for an unknown name."""
    text = files("infinite_scribe.llm.demo.en").joinpath("data", f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=1)
def trade_nouns() -> dict[str, str]:
    """Trade noun → class, longest nouns first."""
    pairs = [(noun, kind) for kind, row in table("trades").items() for noun in row["nouns"].split("|")]
    return dict(sorted(pairs, key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=1)
def ware_words() -> dict[str, str]:
    """Noun → class of ware; the first class that lists it wins."""
    found: dict[str, str] = {}
    for kind, row in table("wares").items():
        for word in row["words"].split("|"):
            found.setdefault(word, kind)
    return found


@lru_cache(maxsize=1)
def place_words() -> dict[str, str]:
    """Place noun → kind of place, longest first."""
    pairs = [
        (word, kind) for kind, row in table("places").items() for word in row["words"].split("|") if word
    ]
    return dict(sorted(pairs, key=lambda pair: -len(pair[0])))


def genre_of(text: str, given: list[str]) -> str:
    """The genre that the author named, or the one whose words the text holds most of."""
    genres = table("premise")["genres"]
    for name in given:
        if name.lower() in genres:
            return name.lower()
    words = set(text.lower().replace("-", " ").replace(",", " ").replace(".", " ").split())
    words |= {word.rstrip("s") for word in words}
    scored = {name: len(words & set(row["words"].split())) for name, row in genres.items()}
    best = max(scored, key=lambda name: scored[name])
    return best if scored[best] else "literary"
