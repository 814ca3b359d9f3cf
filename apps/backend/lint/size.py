"""No module over 400 lines, no function over 50: what is longer has more than one reason to change."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lint.rule import Breach, Source

MODULE_LINES = 400
FUNCTION_LINES = 50


def check(source: Source) -> Iterator[Breach]:
    lines = source.text.count("\n")
    if lines > MODULE_LINES:
        yield Breach(1, f"module has {lines} lines; {MODULE_LINES} is the most")
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield Breach(node.lineno, f"{node.name} has {length} lines; {FUNCTION_LINES} is the most")
