"""The prompts that are shipped: Markdown files beside their agent, read as data.

No agent is imported for it: gateway and agents read the same files of the one package.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal

from infinite_scribe.prompts.errors import PromptNotFoundError
from infinite_scribe.prompts.rules import Prompt, parse_prompt

LANGUAGES: tuple[Literal["en", "zh"], ...] = ("en", "zh")
FIXED = {
    "house_rules": "briefing",
    "repair": "agents/runtime",
    "repair_items": "agents/runtime",
    "lite": "agents/runtime",
    "correct": "agents/runtime",
}
"""Texts that are sent besides the prompts, by the folder of their files: rules above all prose, and the words in which an
answer that cannot be read is asked for again. Code reads what comes back by them, so nobody words them anew.
"""


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


@cache
def fixed_texts() -> Mapping[tuple[str, Literal["en", "zh"]], str]:
    """Return the texts that cannot be worded anew, by name and language."""
    root = resources.files("infinite_scribe")
    return {
        (name, code): (root / folder / f"{name}.{code}.md").read_text(encoding="utf-8").strip()
        for name, folder in FIXED.items()
        for code in LANGUAGES
    }
