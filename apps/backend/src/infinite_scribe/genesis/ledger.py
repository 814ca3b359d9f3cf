"""What locking wrote, so that locking again writes only differences. Pure.

Each thing of a draft has a key (`place:The Tower`), the row that stands for it, and the values that were written last.
A value that the draft did not change since is left alone, whatever became of the row; a value that somebody else has
changed in the row meanwhile is theirs and stays, and so does what was filled by hand before anything was written, a row
that is locked, and the absence of one that was taken out. Nothing empty is written over something filled.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from infinite_scribe.genesis.rules import is_filled


def entry(row_id: UUID, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return how a written thing is remembered."""
    return {"id": str(row_id), "values": dict(values)}


@dataclass
class Ledger:
    """The written things of one stage, with the count of what a lock writes.

    `elsewhere` are the values that the other stages wrote, by row: they are not made by hand.
    """

    written: dict[str, dict[str, Any]]
    elsewhere: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    will_write: dict[str, int] = field(default_factory=dict)
    kept: list[dict[str, Any]] = field(default_factory=list)

    def row_id(self, key: str) -> UUID | None:
        """Return the row that stands for a thing."""
        held = self.written.get(key)
        return UUID(held["id"]) if held else None

    def adopt(self, key: str, row_id: UUID, values: Mapping[str, Any]) -> None:
        """Let a row that is there already stand for a thing.

        What another stage wrote there counts as written and may be changed; what else is filled was made by hand.
        """
        if key not in self.written:
            known = self.elsewhere.get(str(row_id), ())
            written = {
                name: value
                for name, value in values.items()
                if any(name in one and one[name] == value for one in known)
            }
            self.written[key] = entry(row_id, written)

    def is_gone(
        self, kind: str, key: str, standing: Collection[UUID], known: UUID | None, title: str
    ) -> bool:
        """Tell whether the row of a thing was taken out since: it is not written again, and that is told.

        `known` is another row that goes by the same name; it stands for the thing from now on.
        """
        row_id = self.row_id(key)
        if row_id is None or row_id in standing:
            return False
        if known is not None:
            self.written.pop(key)
            return False
        self._keep(kind, key, title)
        return True

    def _keep(self, kind: str, key: str, title: str) -> None:
        self.kept.append({"kind": kind, "id": self.written[key]["id"], "title": title})

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

        `present` are the values of the row now, with `locked` where it has that. What was made or changed there by hand
        stays and is told in `kept`, and so does a locked row.
        """
        held = self.written[key]
        last: dict[str, Any] = held["values"]
        differing = {name: value for name, value in wanted.items() if value != last.get(name)}
        found = {
            name: value
            for name, value in differing.items()
            if present.get(name) == value
            or (not present.get("locked") and _may_be_written(name, value, last, present))
        }
        if differing.keys() - found.keys():
            self._keep(kind, key, title)
        held["values"] = {**last, **found}
        fresh = {name: value for name, value in found.items() if present.get(name) != value}
        if fresh:
            self.count(kind)
        return fresh


def _may_be_written(name: str, value: Any, last: Mapping[str, Any], present: Mapping[str, Any]) -> bool:
    """Return whether a member of a row is what the ledger wrote there, or empty before anything was written."""
    now = present.get(name)
    if not is_filled(now):
        return not is_filled(last.get(name))
    return is_filled(value) and name in last and now == last[name]


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
