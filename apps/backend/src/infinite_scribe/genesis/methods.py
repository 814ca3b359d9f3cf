"""Ways to find an idea, offered as help: written in each language for itself."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from infinite_scribe.genesis.wire import MethodRead


@cache
def _all(language: str) -> tuple[MethodRead, ...]:
    text = (resources.files("infinite_scribe.genesis") / f"methods.{language}.toml").read_text(
        encoding="utf-8"
    )
    rows = tomllib.loads(text)["method"]
    return tuple(MethodRead(**row) for row in rows)


def methods(language: str) -> list[MethodRead]:
    """Return the methods in a language of books."""
    return list(_all("zh" if language.startswith("zh") else "en"))
