"""Asking for a judgement: the same question in the real work and on trial, so that the one tells of the other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.briefings import close_reading, frozen, parts_of
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.judges import judge_prompt
from infinite_scribe.agents.runtime.requests import CallResult, ModelRequest
from infinite_scribe.briefing.profiles import ProfileName
from infinite_scribe.core.tokens import count_tokens
from infinite_scribe.prompts.judges import ASKED
from infinite_scribe.providers.judging import Trial
from infinite_scribe.runs.errors import CallFailedError

PROFILES: Mapping[Trial, ProfileName] = {"choice": "drafts", "clash": "pairs", "marks": "reading"}
CONTEXT_TOO_LONG = "llm-context-too-long"


class TooSmallError(Exception):
    """The model on trial cannot read a question of it. `reads`: None where its provider refused without a number."""

    def __init__(self, reads: int | None, needs: int) -> None:
        super().__init__(f"reads {reads}, needs {needs}")
        self.reads, self.needs = reads, needs


@dataclass(frozen=True)
class Judgement:
    """What is asked of a judge: about what, in which form, and how long the answer may be."""

    kind: Trial
    data: Mapping[str, Any]
    form: type[BaseModel]
    max_tokens: int
    seed: int | None = None


async def ask_judge(ctx: RunContext, asked: Judgement, path: str, *, on_trial: bool = False) -> CallResult:
    """Ask for a judgement that needs nothing but what it holds itself.

    On trial nobody is asked for help: `BadAnswerError` when nothing comes that can be read, `TooSmallError` when
    the question is longer than the model reads.
    """

    async def brief(session: AsyncSession) -> dict[str, Any]:
        plain = close_reading(session, ctx).plain(PROFILES[asked.kind], asked.data, room=ctx.limits.room)
        kept = frozen(await plain, ctx)
        return {**kept, "data": {**kept["data"], "task": f"editor.{ASKED[asked.kind]}"}}

    kept = await ctx.material(f"{path}/briefing", brief)
    prompt = judge_prompt(asked.kind, ctx.run.language)
    request = ModelRequest(
        messages=prompt.messages({"briefing": kept["text"]}),
        max_tokens=asked.max_tokens,
        data=kept["data"],
        output=asked.form,
        manifest=parts_of(kept["manifest"]),
        receipt=kept["manifest"],
        prompt_name=prompt.name,
        prompt_version=prompt.version,
        role="editor",
        optional=on_trial,
        seed=asked.seed,
    )
    return await (_tried(ctx, request, path) if on_trial else ctx.call(f"{path}/ask", request))


async def _tried(ctx: RunContext, request: ModelRequest, path: str) -> CallResult:
    needs, reads = _size(request), ctx.limits.context
    if reads is not None and reads < needs:
        raise TooSmallError(reads, needs)
    try:
        return await ctx.call(f"{path}/ask", request)
    except CallFailedError as error:
        if error.code != CONTEXT_TOO_LONG:
            raise
        raise TooSmallError(reads, needs) from error


def _size(request: ModelRequest) -> int:
    """Return the tokens of a question with its form and its answer."""
    form = json.dumps(request.output.model_json_schema()) if request.output is not None else ""
    said = sum(count_tokens(one.text) for one in request.messages)
    return said + count_tokens(form) + request.max_tokens
