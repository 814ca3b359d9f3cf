"""The prompts that are shipped: Markdown files beside their agent, read as data.

No agent is imported for it: gateway and agents read the same files of the one package.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

from infinite_scribe.prompts.errors import PromptNotFoundError
from infinite_scribe.prompts.rules import Prompt, parse_prompt

LANGUAGES = ("en", "zh")


@cache
def shipped_prompts() -> Mapping[str, Prompt]:
    """Return every shipped prompt by its name, `<agent>.<prompt>.<language>`. Raises `PromptFileError`."""
    found: dict[str, Prompt] = {}
    for agent in sorted((resources.files("infinite_scribe") / "agents").iterdir(), key=lambda one: one.name):
        folder = agent / "prompts"
        if not folder.is_dir():
            continue
        for file in sorted(folder.iterdir(), key=lambda one: one.name):
            if file.name.endswith(".md"):
                name = f"{agent.name}.{file.name.removesuffix('.md')}"
                found[name] = parse_prompt(name, file.read_text(encoding="utf-8"))
    return found


def shipped_prompt(name: str) -> Prompt:
    """Return a shipped prompt. Raises `PromptNotFoundError`."""
    found = shipped_prompts().get(name)
    if found is None:
        raise PromptNotFoundError(name=name)
    return found
