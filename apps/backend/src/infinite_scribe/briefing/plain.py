"""Briefings whose text is their machine twin, printed: genesis, node. Pure.

What is printed is made from the data itself, so the data can hold nothing that the text lacks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from infinite_scribe.briefing.document import Briefing, fence, joined, labels, located
from infinite_scribe.briefing.errors import BriefingTooLargeError
from infinite_scribe.canon.registry import REGISTRY_VERSION
from infinite_scribe.core.tokens import TABLE_VERSION, count_tokens

PlainProfile = Literal["genesis", "node"]

CAPS: dict[PlainProfile, int] = {"genesis": 6_000, "node": 5_000}

MATERIAL: dict[PlainProfile, frozenset[str]] = {
    "genesis": frozenset({"idea"}),
    "node": frozenset({"sentences"}),
}
"""Members that come from the author's text and stand between fences."""


def plain_briefing(
    profile: PlainProfile,
    data: Mapping[str, Any],
    *,
    language: str,
    revision: int,
    fence_key: bytes,
    opening: str = "",
    room: int | None = None,
) -> Briefing:
    """Return a briefing that says exactly what `data` holds, in the order of its members.

    Raises `BriefingTooLargeError` when it does not fit the profile's cap or the model's room.
    """
    words = labels(language)
    parts: dict[str, str] = {}
    for name, value in data.items():
        if value in (None, "", [], {}):
            continue
        printed = printed_value(value)
        if name in MATERIAL[profile]:
            printed = fence(fence_key, words["material"], printed)
        parts[name] = f"## {words.get(name, name)}\n{printed}"
    rest = "\n".join(parts.values())
    tokens = count_tokens(rest)
    limit = CAPS[profile] if room is None else min(room, CAPS[profile])
    if tokens > limit:
        raise BriefingTooLargeError(
            room=limit, slots={name: count_tokens(printed_value(data[name])) for name in data}
        )
    receipt: dict[str, Any] = {
        "profile": profile,
        "tier": "full",
        "revision": revision,
        "as_of": None,
        "registry": REGISTRY_VERSION,
        "token_table": TABLE_VERSION,
        "items": [
            {"slot": 12, "handle": None, "kind": name, "id": None, "rev_from": None,
             "tokens": count_tokens(printed_value(data[name])), "score": None, "reason": "must_include", "kept": True,
             "at": at}
            for name, at in zip(parts, located(joined(opening, rest), list(parts.values())), strict=True)
        ],
        "dropped": [],
        "withheld": [],
        "missing": [],
        "tokens_by_slot": {"12": tokens},
        "prefix_hash": "",
    }  # fmt: skip
    return Briefing(opening, rest, dict(data), receipt)


def printed_value(value: Any, depth: int = 0) -> str:
    """Print a JSON value as nested lines."""
    indent = "  " * depth
    if isinstance(value, Mapping):
        rows = []
        for name, one in value.items():
            if one in (None, "", [], {}):
                continue
            nested = isinstance(one, Mapping | list)
            rows.append(
                f"{indent}- {name}:" + (f"\n{printed_value(one, depth + 1)}" if nested else f" {one}")
            )
        return "\n".join(rows)
    if isinstance(value, list):
        return "\n".join(
            printed_value(one, depth) if isinstance(one, Mapping | list) else f"{indent}- {one}"
            for one in value
        )
    return f"{indent}{value}"
