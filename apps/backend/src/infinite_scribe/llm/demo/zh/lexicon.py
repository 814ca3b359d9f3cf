"""The Chinese lexicon: data files that ship with the package, read once."""

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any


@lru_cache(maxsize=24)
def table(name: str) -> dict[str, Any]:
    """A data file as a dictionary. Raises `FileNotFoundError` for an unknown name."""
    text = files("infinite_scribe.llm.demo.zh").joinpath("data", f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=8)
def words(name: str) -> dict[str, str]:
    """Word → row of a data file whose rows list `words`; longest words first, first row wins."""
    found: dict[str, str] = {}
    for key, row in table(name).items():
        for word in row.get("words", "").split():
            found.setdefault(word, key)
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


def row_of(name: str, text: str, fallback: str) -> str:
    """The row whose word stands in the text; of several the longest word."""
    return next((key for word, key in words(name).items() if word in text), fallback)


def culture_of(text: str, labels: list[str], fallback: str) -> str:
    """The culture named by a label of the genre line, or known by the words of a text."""
    rows = table("cultures")
    for key, row in rows.items():
        if any(row["label"] == label for label in labels):
            return key
    return row_of("cultures", text, fallback)


def genre_of(text: str, given: list[str]) -> str:
    """The genre the author named, or the one whose words the text holds most of."""
    rows: dict[str, dict[str, str]] = table("premise")["genres"]
    for name in given:
        if name in rows:
            return name
    scored = {name: sum(word in text for word in row["words"].split()) for name, row in rows.items()}
    best = max(scored, key=lambda name: scored[name])
    return best if scored[best] else "现实"
