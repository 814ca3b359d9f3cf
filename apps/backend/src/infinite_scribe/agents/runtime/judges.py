"""Which models may decide in the run under way: those that were tried in the very words it asks in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.prompts.judges import ASKED, judge_wordings, wording_of
from infinite_scribe.prompts.rules import Prompt
from infinite_scribe.providers.judges import JudgeService
from infinite_scribe.providers.judging import Trial

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from infinite_scribe.agents.runtime.context import RunContext


def judge_prompt(kind: Trial, language: str) -> Prompt:
    """Return the prompt in which the editor asks for a judgement, as it is in force in the run under way."""
    return load_prompt("editor", ASKED[kind], language)


async def trusted_judges(session: AsyncSession, ctx: RunContext, kind: Trial) -> list[str]:
    """Return the models that may decide in a kind of trial; none unless all that may be asked are among them.

    The editor's own runs ask in the words that were frozen when they began, those of others in what is in force now.
    """
    run = ctx.run
    if run.agent == "editor":
        words = wording_of(judge_prompt(kind, run.language))
    else:
        words = (await judge_wordings(session, run.user_id, run.novel_id))[run.language][kind]
    judges = JudgeService.of(session, run.user_id)
    return await judges.trusted_models(
        kind, words.fingerprint, run.language, run.novel_id, run.model_override
    )
