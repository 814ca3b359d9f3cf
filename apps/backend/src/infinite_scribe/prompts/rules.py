"""What a prompt is: two texts with declared variables, and a version that changes with every letter. Pure.

`{{name}}` stands for a value. An author's own wording holds the same variables as the shipped one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from infinite_scribe.model_client.filling import VARIABLE, FilledMessage, variables_of
from infinite_scribe.model_client.schemas import Message
from infinite_scribe.prompts.errors import PromptFileError

Source = Literal["shipped", "mine", "novel"]

_FILE = re.compile(
    r"\A---\n(?P<head>.*?)\n---\n+# System\n(?P<system>.*?)\n# Task\n(?P<task>.*)\Z", re.DOTALL
)
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]")
_OWN_LINE = re.compile(r"[-*#|>]|\d+[.、)]|[A-Z_]+:")
WRAPPED_AT = 90
"""Columns from which on a line of a prompt file counts as wrapped."""
SHORT = 12
"""Letters of a hash that name a version."""


@dataclass(frozen=True)
class Prompt:
    """One prompt in one language. The version of an own wording begins with whose it is: `mine:…`, `novel:…`."""

    name: str
    version: str
    system: str
    task: str
    variables: frozenset[str]

    def messages(self, values: Mapping[str, object]) -> list[Message]:
        """Return the system and the user message. Raises `PromptFileError` when values and variables differ."""
        if set(values) != self.variables:
            raise PromptFileError(f"{self.name} needs {sorted(self.variables)}, got {sorted(values)}")
        return [
            FilledMessage.filled("system", self.system, values),
            FilledMessage.filled("user", self.task, values),
        ]


@dataclass(frozen=True)
class Misfit:
    """Which variables of a wording mean nothing, and which it lacks."""

    unknown: tuple[str, ...]
    missing: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.unknown or self.missing)


def misfit(wanted: frozenset[str], *texts: str) -> Misfit:
    """Return how the variables of a wording differ from those it must hold."""
    used = variables_of(*texts)
    return Misfit(tuple(sorted(used - wanted)), tuple(sorted(wanted - used)))


def version_of(system: str, task: str) -> str:
    """Return the short hash of a wording: of the texts as they are sent."""
    return hashlib.sha256(f"{system}\0{task}".encode()).hexdigest()[:SHORT]


def source_of(version: str) -> tuple[Source, str]:
    """Return whose wording a stored version names, and its hash."""
    whose, _, rest = version.partition(":")
    if rest and whose == "mine":
        return "mine", rest
    return ("novel", rest) if rest and whose == "novel" else ("shipped", version)


def tidy(text: str) -> str:
    """Return a wording as it is kept: Unix line ends, no outer blanks, variables without inner ones."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return VARIABLE.sub(lambda found: f"{{{{{found.group(1)}}}}}", plain)


def parse_prompt(name: str, text: str) -> Prompt:
    """Read a prompt file; every declared variable must be used and every used one declared."""
    found = _FILE.match(text)
    if found is None:
        raise PromptFileError(f"{name} is not of the form head, # System, # Task")
    declared = frozenset(
        part.strip()
        for line in found["head"].splitlines()
        if line.startswith("variables:")
        for part in line.removeprefix("variables:").split(",")
        if part.strip()
    )
    used = variables_of(found["system"], found["task"])
    if declared != used:
        raise PromptFileError(f"{name} declares {sorted(declared)} and uses {sorted(used)}")
    system, task = unwrapped(found["system"]), unwrapped(found["task"])
    return Prompt(name, version_of(system, task), system, task, declared)


def unwrapped(text: str) -> str:
    """Return a text without the line ends that only keep its file narrow; short lines and lists end where they end."""
    made: list[str] = []
    goes_on = False
    for line in text.strip().split("\n"):
        if goes_on and line and not _OWN_LINE.match(line):
            joint = "" if _WIDE.match(made[-1][-1]) or _WIDE.match(line) else " "
            made[-1] += joint + line
        else:
            made.append(line)
        goes_on = sum(2 if _WIDE.match(sign) else 1 for sign in line) >= WRAPPED_AT
    return "\n".join(made)
