"""The environment is read in `core/settings` only; everything else takes its values as arguments."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lint.rule import Breach, Source


def check(source: Source) -> Iterator[Breach]:
    if source.module.startswith("core.settings"):
        return
    for node in ast.walk(source.tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in {"environ", "getenv"}
            and isinstance(node.value, ast.Name)
            and node.value.id == "os"
        ):
            yield Breach(node.lineno, "os.environ outside core/settings")
