"""In which words the editor's models are asked to judge: what one showed counts for these words, not for others."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.prompts.catalogue import LANGUAGES, shipped_prompt
from infinite_scribe.prompts.rules import Prompt, source_of
from infinite_scribe.prompts.service import PromptService
from infinite_scribe.providers.judges import JudgeService
from infinite_scribe.providers.judging import Trial, Wording
from infinite_scribe.providers.schemas import JudgesRead

ASKED: Mapping[Trial, str] = {"choice": "choose", "clash": "judge_pair", "marks": "judge"}
"""The editor's prompt of each kind of trial, in the trial and in the real work alike."""


def wording_of(prompt: Prompt) -> Wording:
    """Return what tells the words of a prompt from others. Whose they are does not count: equal words are equal."""
    source, fingerprint = source_of(prompt.version)
    return Wording(fingerprint, own=source != "shipped")


async def judge_wordings(
    session: AsyncSession, user_id: UUID, novel_id: UUID
) -> dict[str, dict[Trial, Wording]]:
    """Return in which words judges are asked for a user in a novel, by language and kind of trial."""
    own = await PromptService.of(session, user_id, novel_id).in_force("editor")
    names = {code: {kind: f"editor.{name}.{code}" for kind, name in ASKED.items()} for code in LANGUAGES}
    return {
        code: {kind: wording_of(own.get(name) or shipped_prompt(name)) for kind, name in rows.items()}
        for code, rows in names.items()
    }


async def read_judges(session: AsyncSession, user_id: UUID, novel_id: UUID) -> JudgesRead:
    """Return the editor's models for a novel, and how each did. Raises `UnknownNovelError`."""
    wordings = await judge_wordings(session, user_id, novel_id)
    return await JudgeService.of(session, user_id).read(novel_id, wordings)
