"""What locking wrote, so that locking again writes only differences. Pure.

Each thing of a draft has a key (`place:The Tower`), the row that stands for it, and the values that were written last.
A value that the draft did not change since is left alone, whatever became of the row; a value that somebody else has
changed in the row meanwhile is theirs and stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


def entry(row_id: UUID, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return how a written thing is remembered."""
    return {"id": str(row_id), "values": dict(values)}


@dataclass
class Ledger:
    """The written things of one stage, with the count of what a lock writes."""

    written: dict[str, dict[str, Any]]
    will_write: dict[str, int] = field(default_factory=dict)
    kept: list[dict[str, Any]] = field(default_factory=list)

    def row_id(self, key: str) -> UUID | None:
        """Return the row that stands for a thing."""
        held = self.written.get(key)
        return UUID(held["id"]) if held else None

    def adopt(self, key: str, row_id: UUID, values: Mapping[str, Any]) -> None:
        """Let a row that is there already stand for a thing: it has the values it has."""
        if key not in self.written:
            self.written[key] = entry(row_id, values)

    def record(self, kind: str, key: str, row_id: UUID, values: Mapping[str, Any]) -> None:
        """Remember a new row."""
        self.written[key] = entry(row_id, values)
        self.count(kind)

    def count(self, kind: str) -> None:
        self.will_write[kind] = self.will_write.get(kind, 0) + 1

    def changes(
        self, kind: str, key: str, wanted: Mapping[str, Any], present: Mapping[str, Any], title: str
    ) -> dict[str, Any]:
        """Return the values of a written thing that are to be changed, and remember them.

        `present` are the values of the row now. What somebody changed there by hand since stays and is told in `kept`.
        """
        held = self.written[key]
        last: dict[str, Any] = held["values"]
        differing = {name: value for name, value in wanted.items() if value != last.get(name)}
        found = {
            name: value
            for name, value in differing.items()
            if present.get(name) == last.get(name) or present.get(name) == value or name not in last
        }
        if differing.keys() - found.keys():
            self.kept.append({"kind": kind, "id": held["id"], "title": title})
        held["values"] = {**last, **found}
        fresh = {name: value for name, value in found.items() if present.get(name) != value}
        if fresh:
            self.count(kind)
        return fresh


_NAMED = {
    "places": ("place", "name"),
    "cast": ("cast", "name"),
    "rules": ("rule", "statement"),
    "events": ("event", "title"),
    "arcs": ("arc", "title"),
    "promises": ("promise", "statement"),
    "glossary": ("term", "term"),
}


def renamed(
    written: Mapping[str, Any], path: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what was written, with a thing that was given another name under that name, so that it stays one row."""
    names = path.split(".")
    kind, member = _NAMED.get(names[0], ("", ""))
    found = dict(written)
    if len(names) == 3 and names[2] == member and names[1].isdigit():
        at = int(names[1])
        old, new = (draft.get(names[0], [])[at : at + 1] for draft in (before, after))
        key = f"{kind}:{old[0].get(member)}" if old else ""
        if new and key in found:
            found[f"{kind}:{new[0].get(member)}"] = found.pop(key)
    return found
