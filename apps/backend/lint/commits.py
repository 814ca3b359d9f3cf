"""Transactions open and close in `db/sql/engine.py`; a commit elsewhere would split a request or a step in two."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lint.rule import Breach, Source

ALLOWED = ("db.sql", "embedded")


def check(source: Source) -> Iterator[Breach]:
    if source.module.startswith(ALLOWED):
        return
    for node in ast.walk(source.tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "commit"
            and not node.args
        ):
            yield Breach(node.lineno, "commit outside db/sql")
