"""Only aware instants in UTC: `core.clock.now()` instead of naive constructors."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lint.rule import Breach, Source


def check(source: Source) -> Iterator[Breach]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in {"utcnow", "utcfromtimestamp"}:
            yield Breach(node.lineno, f"{node.attr} makes a naive instant")
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "now"
            and not node.args
            and not node.keywords
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "datetime"
        ):
            yield Breach(node.lineno, "datetime.now() without a time zone")
