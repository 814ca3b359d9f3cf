"""What a rule is."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Source:
    """One parsed module, with its path below the package."""

    path: Path
    module: str
    text: str
    tree: ast.Module


@dataclass(frozen=True)
class Breach:
    line: int
    sentence: str


Rule = Callable[[Source], Iterator[Breach]]
