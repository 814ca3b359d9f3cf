"""What a call was sent, taken apart into wording, values and parts, and put together again with changes. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from infinite_scribe.calls.errors import ReplayVariablesError
from infinite_scribe.model_client.filling import FilledMessage, variables_of
from infinite_scribe.model_client.schemas import Message

BRIEFING = "briefing"
"""The variable whose value is the document that the parts are parts of."""
REMOVED = "removed"
"""The reason of a part that the author took out."""

_EMPTY_HEADING = re.compile(r"^## [^\n]*\n(?=## |\Z)", re.MULTILINE)


@dataclass(frozen=True)
class SentPart:
    """One part of the briefing; `at` is where it stands in it, None where nobody noted it."""

    row: Mapping[str, Any]
    at: tuple[int, int] | None

    @property
    def removable(self) -> bool:
        return self.at is not None and bool(self.row.get("kept"))


@dataclass(frozen=True)
class Change:
    """What is to be different: parts left out by their place in the receipt, and the wording. None: as it was."""

    without: Collection[int] = ()
    system: str | None = None
    task: str | None = None

    @property
    def is_none(self) -> bool:
        return not self.without and self.system is None and self.task is None


Row = dict[str, Any]


@dataclass(frozen=True)
class Again:
    """A call as it will be sent: wording and values, what followed them, the twin, and the rows of its receipt."""

    roles: tuple[str, ...]
    wording: tuple[str, ...]
    values: Mapping[str, str]
    later: tuple[Mapping[str, Any], ...]
    data: dict[str, Any]
    items: list[Row]
    dropped: list[Row]

    def messages(self) -> list[Message]:
        """Return the messages; those of the prompt remember where their values stand."""
        return filled(list(zip(self.roles, self.wording, strict=True)), self.values, self.later)


def filled(
    wording: Sequence[Sequence[str]], values: Mapping[str, str], later: Sequence[Mapping[str, Any]]
) -> list[Message]:
    """Return messages of `(role, template)` pairs with their values, and what followed them."""
    made: list[Message] = [
        FilledMessage.filled("system" if role == "system" else "user", text, values) for role, text in wording
    ]
    return [*made, *(Message.model_validate({"role": one["role"], "text": one["text"]}) for one in later)]


@dataclass(frozen=True)
class Sent:
    """The words of a call. `wording` are the first two messages with their values taken out."""

    wording: tuple[str, ...]
    roles: tuple[str, ...]
    values: Mapping[str, str]
    later: tuple[Mapping[str, Any], ...]
    parts: tuple[SentPart, ...]
    data: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, request: Mapping[str, Any], manifest: Mapping[str, Any]) -> Sent:
        """Take a stored request apart; without notes of places the whole text counts as wording."""
        messages = list(request.get("messages") or [])
        places = (manifest.get("prompt") or {}).get("places") or []
        values: dict[str, str] = {}
        wording = []
        for number, message in enumerate(messages[:2]):
            text = str(message["text"])
            mine = sorted(
                (one for one in places if one["message"] == number), key=lambda one: one["from"], reverse=True
            )
            for one in mine:
                values[one["variable"]] = text[one["from"] : one["to"]]
            for one in mine:
                text = f"{text[: one['from']]}{{{{{one['variable']}}}}}{text[one['to'] :]}"
            wording.append(text)
        rows = [*(manifest.get("items") or []), *(manifest.get("dropped") or [])]
        parts = tuple(SentPart(row, tuple(row["at"]) if row.get("at") else None) for row in rows)
        return cls(
            tuple(wording), tuple(str(one["role"]) for one in messages[:2]), values, tuple(messages[2:]),
            parts if BRIEFING in values else tuple(SentPart(row, None) for row in rows), dict(request.get("data") or {}),
        )  # fmt: skip

    def text_of(self, part: SentPart) -> str | None:
        """Return the words of a part; None where they are not kept."""
        return None if part.at is None else self.values[BRIEFING][part.at[0] : part.at[1]]

    def again(self, change: Change) -> Again:
        """Return the call with the changes. Raises `ReplayVariablesError` for a variable that has no value."""
        out = set(change.without)
        removed = [one for number, one in enumerate(self.parts) if number in out and one.removable]
        values = dict(self.values)
        if removed:
            values[BRIEFING] = _cut(values[BRIEFING], [one.at for one in removed if one.at is not None])
        edited = [text for text in (change.system, change.task) if text is not None]
        unknown = sorted(variables_of(*edited) - values.keys())
        if unknown:
            raise ReplayVariablesError(unknown=unknown, known=sorted(values))
        wording = tuple(
            ((change.system if role == "system" else change.task) or was)
            for role, was in zip(self.roles, self.wording, strict=True)
        )
        kept, dropped = self._rows(out, values.get(BRIEFING, ""))
        return Again(self.roles, wording, values, self.later, _without(self.data, removed), kept, dropped)

    def _rows(self, out: set[int], briefing: str) -> tuple[list[Row], list[Row]]:
        """Return the rows of what is sent, with their places in the new document, and of what is not."""
        kept: list[Row] = []
        dropped: list[Row] = []
        at = 0
        for number, part in enumerate(self.parts):
            text = self.text_of(part)
            if number in out and part.removable:
                dropped.append({**part.row, "kept": False, "reason": REMOVED, "at": None})
            elif not part.row.get("kept"):
                dropped.append(dict(part.row))
            else:
                start = -1 if text is None else briefing.find(text, at)
                place = None if start < 0 or text is None else [start, start + len(text)]
                at = place[1] if place else at
                kept.append({**part.row, "at": place})
        return kept, dropped


def _cut(text: str, places: Sequence[tuple[int, int]]) -> str:
    """Return a text without these stretches, their line ends, and the headings that have nothing under them then."""
    for start, end in sorted(places, reverse=True):
        after = end + 1 if text[end : end + 1] == "\n" else end
        text = text[:start] + text[after:]
    return _EMPTY_HEADING.sub("", text).strip("\n")


def _without(data: Mapping[str, Any], removed: Sequence[SentPart]) -> dict[str, Any]:
    """Return the twin without what the removed parts say: members by handle, plain parts by their name."""
    handles = {str(one.row["handle"]) for one in removed if one.row.get("handle")}
    names = {str(one.row["kind"]) for one in removed if not one.row.get("handle")}

    def thinned(value: Any) -> Any:
        if isinstance(value, list):
            return [
                thinned(one) for one in value if not (isinstance(one, dict) and one.get("handle") in handles)
            ]
        return {name: thinned(one) for name, one in value.items()} if isinstance(value, dict) else value

    return {name: thinned(value) for name, value in data.items() if name not in names}
