"""Log events are constant dotted names; values travel as fields, so that redaction sees them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lint.rule import Breach, Source

METHODS = {"debug", "info", "warning", "error", "exception", "critical"}


def check(source: Source) -> Iterator[Breach]:
    for node in ast.walk(source.tree):
        if not (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in METHODS
        ):
            continue
        owner = node.func.value
        if (
            isinstance(owner, ast.Name)
            and owner.id in {"log", "logger"}
            and node.args
            and not isinstance(node.args[0], ast.Constant)
        ):
            yield Breach(node.lineno, "a log event must be a constant name")
