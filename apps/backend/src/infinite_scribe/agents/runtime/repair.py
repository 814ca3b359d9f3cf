"""Telling a model what was wrong with its answer."""

from __future__ import annotations

from functools import cache
from importlib import resources

from infinite_scribe.model_client.schemas import Message

FAULTS_SHOWN = 8


@cache
def _wording(language: str) -> str:
    folder = resources.files("infinite_scribe.agents.runtime")
    return (folder / f"repair.{'zh' if language.startswith('zh') else 'en'}.md").read_text(encoding="utf-8")


def repair(language: str, faults: list[str]) -> Message:
    """Return the message that asks for the answer again, naming each fault."""
    listed = "\n".join(f"- {fault}" for fault in faults[:FAULTS_SHOWN])
    return Message(role="user", text=_wording(language).replace("{{faults}}", listed).strip())
