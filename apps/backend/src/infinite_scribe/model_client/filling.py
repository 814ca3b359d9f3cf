"""Messages made from templates: `{{name}}` stands for a value, and the message remembers where its values stand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

from pydantic import PrivateAttr

from infinite_scribe.model_client.schemas import Message

VARIABLE = re.compile(r"\{\{\s*([^{}\n]*?)\s*\}\}")


@dataclass(frozen=True)
class Placed:
    """Where the value of a variable stands in the text of a message, in code points."""

    variable: str
    start: int
    end: int


class FilledMessage(Message):
    """A message made from a template. On the wire it is a plain message."""

    _places: tuple[Placed, ...] = PrivateAttr(default=())

    @classmethod
    def filled(
        cls, role: Literal["system", "user", "assistant"], template: str, values: Mapping[str, object]
    ) -> Self:
        """Return the message of a template without its outer blanks; what has no value stays as it is written."""
        pieces: list[str] = []
        places: list[Placed] = []
        length = last = 0
        template = template.strip()
        for found in VARIABLE.finditer(template):
            name = found.group(1)
            before, value = template[last : found.start()], str(values.get(name, found.group(0)))
            start = length + len(before)
            if name in values:
                places.append(Placed(name, start, start + len(value)))
            pieces += [before, value]
            length, last = start + len(value), found.end()
        made = cls(role=role, text="".join([*pieces, template[last:]]))
        made._places = tuple(places)
        return made

    @property
    def places(self) -> tuple[Placed, ...]:
        return self._places


def variables_of(*texts: str) -> frozenset[str]:
    """Return the names that stand between double braces."""
    return frozenset(name for text in texts for name in VARIABLE.findall(text))


def opening_of(messages: Sequence[Message], variable: str, chars: int) -> int:
    """Return how much of the first user message stays the same when the first `chars` of a variable do; 0 for none."""
    asked = next((one for one in messages if one.role == "user"), None)
    if chars <= 0 or not isinstance(asked, FilledMessage):
        return 0
    return next((one.start + chars for one in asked.places if one.variable == variable), 0)


def places_of(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Return where the values stand in messages, as the manifest of a call keeps it."""
    return [
        {"message": at, "variable": one.variable, "from": one.start, "to": one.end}
        for at, message in enumerate(messages)
        if isinstance(message, FilledMessage)
        for one in message.places
    ]
