"""Parts of a draft as the values of rows: what is written, remembered and compared. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from infinite_scribe.canon.schemas import Category, Role

IMPORTANCE = {"protagonist": 5, "antagonist": 4, "deuteragonist": 4, "love_interest": 4}
SHEET = (
    "want", "need", "false_belief", "fear", "wound", "obstacle", "turning_point", "arc_from", "arc_to", "appearance",
    "personality", "background", "trade", "goals", "pronouns",
)  # fmt: skip


def category_of(name: object) -> str:
    """Return the category of a law; what the canon does not know is a custom."""
    return str(name) if name in get_args(Category) else "custom"


def role_of(name: object) -> str:
    """Return the role of a person; what the canon does not know is a minor one."""
    return str(name) if name in get_args(Role) else "minor"


def place_values(place: Mapping[str, Any]) -> dict[str, Any]:
    """Return a place as members of its entry."""
    details = list(place.get("details") or [])
    return {
        "name": place["name"], "summary": str(place.get("line") or "")[:300],
        "fields": {"details": details} if details else {},
    }  # fmt: skip


def rule_values(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Return a law as members of its row."""
    return {
        "statement": rule["statement"], "category": category_of(rule.get("category")),
        "hardness": "soft" if rule.get("hardness") == "soft" else "hard", "cost": rule.get("cost") or "",
        "limits": rule.get("limit") or "", "examples": [rule["example"]] if rule.get("example") else [],
    }  # fmt: skip


def cast_values(member: Mapping[str, Any]) -> dict[str, Any]:
    """Return a person as members of entry, sheet and voice."""
    role = role_of(member.get("role"))
    sheet = {name: member.get(name) or ([] if name == "goals" else "") for name in SHEET}
    return {
        "name": member["name"], "summary": str(member.get("line") or "")[:300],
        "importance": IMPORTANCE.get(role, 3), **sheet, "role": role,
        "voice": str(member.get("voice") or "")[:120], "samples": list(member.get("samples") or []),
    }  # fmt: skip
