"""Prompts as the author sees them, and as agents are given them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Self, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.errors import FieldError
from infinite_scribe.prompts.catalogue import fixed_texts, shipped_prompt, shipped_prompts
from infinite_scribe.prompts.errors import PromptChangedError, PromptVariablesError
from infinite_scribe.prompts.models import PromptOverride
from infinite_scribe.prompts.places import place_of
from infinite_scribe.prompts.repository import PromptsRepository
from infinite_scribe.prompts.rules import Prompt, Source, misfit, tidy, version_of
from infinite_scribe.prompts.schemas import (
    FixedTextRead,
    Language,
    PromptBrief,
    PromptList,
    PromptOverrideRead,
    PromptRead,
    PromptText,
    PromptVersion,
    PromptWrite,
)


@dataclass(frozen=True)
class PromptService:
    """Prompts of one user, or of one novel as this user sees it; rights were checked by who made it."""

    repository: PromptsRepository

    @classmethod
    def of(cls, session: AsyncSession, user_id: UUID, novel_id: UUID | None = None) -> Self:
        return cls(PromptsRepository(session, user_id, novel_id))

    async def list_prompts(self, language: Language | None = None) -> PromptList:
        """Return all prompts, by agent and name, with whose wording is in force, and the texts that are fixed."""
        own = await self._own()
        items = [
            _brief(prompt, own.get(name, {}))
            for name, prompt in shipped_prompts().items()
            if language is None or name.endswith(f".{language}")
        ]
        fixed = [
            FixedTextRead(name=name, language=code, text=text)
            for (name, code), text in fixed_texts().items()
            if language in {None, code}
        ]
        return PromptList(items=items, fixed=fixed)

    async def read(self, name: str) -> PromptRead:
        """Return a prompt. Raises `PromptNotFoundError`."""
        prompt = shipped_prompt(name)
        own = (await self._own(name)).get(name, {})
        return PromptRead(
            **_brief(prompt, own).model_dump(),
            shipped=PromptText(version=prompt.version, system=prompt.system, task=prompt.task),
            mine=_override(prompt, own.get("mine")),
            novel=_override(prompt, own.get("novel")),
        )

    async def save(self, name: str, wanted: PromptWrite) -> PromptRead:
        """Put a wording in force in this scope; the one before it becomes history.

        Raises `PromptNotFoundError`, `PromptVariablesError` and `PromptChangedError` (another one is in force than
        the one that was read).
        """
        prompt = shipped_prompt(name)
        system, task = tidy(wanted.system), tidy(wanted.task)
        check_wording(prompt, system, task)
        held = await self._held(name, wanted.replaces)
        version = version_of(system, task)
        base = {"base_version": prompt.version, "base_system": prompt.system, "base_task": prompt.task}
        if held is not None and held.version == version:
            await self.repository.rebase(held, base)
            return await self.read(name)
        if held is not None:
            await self.repository.end(held)
        if not await self.repository.add(name, {"version": version, "system": system, "task": task, **base}):
            raise PromptChangedError(version=None)
        return await self.read(name)

    async def reset(self, name: str, replaces: str | None) -> PromptRead:
        """Take the wording of this scope out of force; it stays in the history. Raises like `save`."""
        shipped_prompt(name)
        held = await self._held(name, replaces)
        if held is not None:
            await self.repository.end(held)
        return await self.read(name)

    async def history(self, name: str) -> list[PromptVersion]:
        """Return the saved wordings of this scope, newest first. Raises `PromptNotFoundError`."""
        shipped_prompt(name)
        return [
            PromptVersion(
                version=row.version, system=row.system, task=row.task, number=row.number, is_live=row.is_live,
                at=row.created_at,
            )
            for row in await self.repository.history(name)
        ]  # fmt: skip

    async def in_force(self, agent: str) -> dict[str, Prompt]:
        """Return the own wordings that an agent is given here, by name; those whose variables fit no more are not."""
        found: dict[str, Prompt] = {}
        for name, own in (await self._own(f"{agent}.")).items():
            prompt = shipped_prompts().get(name)
            chosen = _chosen(prompt, own) if prompt is not None else None
            if prompt is not None and chosen is not None:
                source, row = chosen
                found[name] = Prompt(name, f"{source}:{row.version}", row.system, row.task, prompt.variables)
        return found

    async def worded(self, name: str) -> Prompt:
        """Return the prompt as agents are given it here. Raises `PromptNotFoundError`."""
        shipped = shipped_prompt(name)
        return (await self.in_force(name.partition(".")[0])).get(name, shipped)

    async def _held(self, name: str, replaces: str | None) -> PromptOverride | None:
        held = await self.repository.live_here(name)
        if (held.version if held else None) != replaces:
            raise PromptChangedError(version=held.version if held else None)
        return held

    async def _own(self, prefix: str = "") -> Mapping[str, Mapping[Source, PromptOverride]]:
        found: dict[str, dict[Source, PromptOverride]] = {}
        for row in await self.repository.live(prefix):
            found.setdefault(row.name, {})["mine" if row.novel_id is None else "novel"] = row
        return found


def check_wording(prompt: Prompt, system: str, task: str) -> None:
    """Raise `PromptVariablesError` with the names when a wording cannot stand for a shipped prompt."""
    found = misfit(prompt.variables, system, task)
    blank = [at for at, text in (("system", system), ("task", task)) if not text]
    if found or blank:
        raise PromptVariablesError(
            errors=[FieldError(f"/{at}", "missing") for at in blank],
            unknown=list(found.unknown),
            missing=list(found.missing),
        )


def _fits(prompt: Prompt, row: PromptOverride) -> bool:
    return not misfit(prompt.variables, row.system, row.task)


def _chosen(
    prompt: Prompt, own: Mapping[Source, PromptOverride]
) -> tuple[Literal["novel", "mine"], PromptOverride] | None:
    """Return the wording that counts: the novel's before the user's, where its variables fit."""
    for source in ("novel", "mine"):
        row = own.get(source)
        if row is not None and _fits(prompt, row):
            return source, row
    return None


def _brief(prompt: Prompt, own: Mapping[Source, PromptOverride]) -> PromptBrief:
    agent, key, language = prompt.name.split(".")
    chosen = _chosen(prompt, own)
    nearest = own.get("novel") or own.get("mine")
    place = place_of(prompt.name)
    return PromptBrief(
        name=prompt.name, agent=agent, key=key, language=cast("Literal['en', 'zh']", language),
        variables=sorted(prompt.variables), source=chosen[0] if chosen else "shipped",
        version=chosen[1].version if chosen else prompt.version,
        has_moved=nearest is not None and nearest.base_version != prompt.version,
        is_unusable=nearest is not None and not _fits(prompt, nearest),
        changed_at=nearest.created_at if nearest else None, place=place.kind if place else None,
    )  # fmt: skip


def _override(prompt: Prompt, row: PromptOverride | None) -> PromptOverrideRead | None:
    if row is None:
        return None
    base = PromptText(version=row.base_version, system=row.base_system, task=row.base_task)
    return PromptOverrideRead(
        version=row.version, system=row.system, task=row.task, number=row.number, base=base,
        has_moved=row.base_version != prompt.version, is_unusable=not _fits(prompt, row), at=row.created_at,
    )  # fmt: skip
