"""A form as it goes over a wire: in words that servers without a regular expression engine know too."""

from __future__ import annotations

import re
from typing import Any

_PIECES = re.compile(r"\[(?:\\.|[^\]\\])*\]|\\.")


def on_the_wire(schema: Any) -> Any:
    r"""Return a JSON schema whose patterns name digits by their range.

    llama.cpp makes a grammar of a pattern, but knows no `\d` and then lets any text pass in silence.
    """
    if isinstance(schema, dict):
        return {
            name: _plain(value) if name == "pattern" and isinstance(value, str) else on_the_wire(value)
            for name, value in schema.items()
        }
    return [on_the_wire(one) for one in schema] if isinstance(schema, list) else schema


def _plain(pattern: str) -> str:
    return _PIECES.sub(_digits, pattern)


def _digits(found: re.Match[str]) -> str:
    piece = found[0]
    if piece.startswith("["):
        return re.sub(r"\\.", lambda one: "0-9" if one[0] == r"\d" else one[0], piece)
    return "[0-9]" if piece == r"\d" else piece
