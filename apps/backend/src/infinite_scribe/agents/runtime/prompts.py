"""The wording that an agent gives a model: the author's own where there is one, else the shipped one.

Which own wordings a run is given is frozen when an attempt at it begins, so that a run that goes on after a death or a
pause asks with the same words; a retry, a child run and a light task take what is in force at their own beginning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.prompts.catalogue import shipped_prompt
from infinite_scribe.prompts.errors import PromptFileError
from infinite_scribe.prompts.rules import Prompt, misfit, parse_prompt
from infinite_scribe.prompts.service import PromptService
from infinite_scribe.runs.execution import ClaimedRun
from infinite_scribe.runs.materials import keep_material, read_material

__all__ = [
    "Prompt",
    "PromptFileError",
    "keep_wordings",
    "load_prompt",
    "parse_prompt",
    "speak_with",
    "speaking",
]

WORDINGS = "prompts"
"""The path of the material that holds a run's own wordings."""

_own: ContextVar[Mapping[str, Prompt]] = ContextVar("own_wordings", default=MappingProxyType({}))


def load_prompt(agent: str, name: str, language: str) -> Prompt:
    """Return the prompt that is in force for the work under way. Raises `PromptNotFoundError`, `PromptFileError`."""
    shipped = shipped_prompt(f"{agent}.{name}.{language}")
    own = _own.get().get(shipped.name)
    # A wording that was frozen before the shipped variables changed cannot be filled any more.
    return shipped if own is None or misfit(shipped.variables, own.system, own.task) else own


@contextmanager
def speaking(own: Mapping[str, Prompt]) -> Iterator[None]:
    """Let own wordings be in force inside."""
    token = _own.set(own)
    try:
        yield
    finally:
        _own.reset(token)


def speak_with(own: Mapping[str, Prompt]) -> None:
    """Let own wordings be in force in the rest of this task, which ends with its one answer."""
    _own.set(own)


async def keep_wordings(session: AsyncSession, run: ClaimedRun) -> dict[str, Prompt]:
    """Return the own wordings of this attempt of a run; the first life of the attempt freezes them."""
    prompts = PromptService.of(session, run.user_id, run.novel_id)
    own = {name: _kept(one) for name, one in (await prompts.in_force(run.agent)).items()}
    kept = await read_material(session, await keep_material(session, run, WORDINGS, own))
    return {name: _prompt(name, one) for name, one in kept.items()}


def _kept(prompt: Prompt) -> dict[str, Any]:
    return {
        "version": prompt.version, "system": prompt.system, "task": prompt.task, "variables": sorted(prompt.variables),
    }  # fmt: skip


def _prompt(name: str, kept: Mapping[str, Any]) -> Prompt:
    return Prompt(name, kept["version"], kept["system"], kept["task"], frozenset(kept["variables"]))
