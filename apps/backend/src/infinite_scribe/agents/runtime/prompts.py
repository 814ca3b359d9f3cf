"""Prompts: Markdown files beside their agent, with declared variables and a version that is stored with each call.

A file has a head between two `---` lines (`variables: a, b`), a part under `# System` and a part under `# Task`.
`{{name}}` stands for a value. The version is a hash of the whole file, so that an edit can never hide.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from infinite_scribe.core.errors import BugError
from infinite_scribe.model_client.schemas import Message

_FILE = re.compile(
    r"\A---\n(?P<head>.*?)\n---\n+# System\n(?P<system>.*?)\n# Task\n(?P<task>.*)\Z", re.DOTALL
)
_VARIABLE = re.compile(r"\{\{(\w+)\}\}")


class PromptFileError(BugError):
    code = "prompt-broken"
    title = "A prompt file cannot be used"


@dataclass(frozen=True)
class Prompt:
    """One prompt in one language."""

    name: str
    version: str
    system: str
    task: str
    variables: frozenset[str]

    def messages(self, values: Mapping[str, object]) -> list[Message]:
        """Return the system and the user message. Raises `PromptFileError` when values and variables differ."""
        if set(values) != self.variables:
            raise PromptFileError(f"{self.name} needs {sorted(self.variables)}, got {sorted(values)}")

        def fill(text: str) -> str:
            return _VARIABLE.sub(lambda found: str(values[found.group(1)]), text).strip()

        return [Message(role="system", text=fill(self.system)), Message(role="user", text=fill(self.task))]


@cache
def load_prompt(agent: str, name: str, language: str) -> Prompt:
    """Return `agents/<agent>/prompts/<name>.<language>.md`. Raises `PromptFileError` for a broken file."""
    file = resources.files(f"infinite_scribe.agents.{agent}") / "prompts" / f"{name}.{language}.md"
    return parse_prompt(f"{agent}.{name}.{language}", file.read_text(encoding="utf-8"))


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
    used = frozenset(_VARIABLE.findall(found["system"] + found["task"]))
    if declared != used:
        raise PromptFileError(f"{name} declares {sorted(declared)} and uses {sorted(used)}")
    version = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Prompt(name, version, found["system"].strip(), found["task"].strip(), declared)
