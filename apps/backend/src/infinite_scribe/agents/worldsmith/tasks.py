"""The worldsmith's tasks: from an idea to six stages, and a conversation about each."""

from __future__ import annotations

from collections.abc import AsyncIterator

from infinite_scribe.agents.runtime.light import LightContext, LightEvent
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.registry import light
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.agents.worldsmith import completing, digesting, options, rounds, talking
from infinite_scribe.agents.worldsmith.answers import SparksAnswer
from infinite_scribe.runs.schemas.inputs import SparksInput

__all__ = ["completing", "digesting", "options", "rounds", "sparks", "talking"]

ANY_TONE = {"en": "open", "zh": "不限"}


@light("worldsmith.sparks")
async def sparks(ctx: LightContext, given: SparksInput) -> AsyncIterator[LightEvent]:
    """Answer with a handful of seeds that have nothing in common."""
    prompt = load_prompt("worldsmith", "sparks", ctx.language)
    request = ModelRequest(
        messages=prompt.messages({"genre": given.genre or ANY_TONE[ctx.language], "count": given.count}),
        max_tokens=120 * given.count,
        data={
            "task": "worldsmith.sparks",
            "language": ctx.language,
            "seed": ctx.seed,
            "genre": given.genre,
            "count": given.count,
        },
        output=SparksAnswer,
        prompt_name=prompt.name,
        prompt_version=prompt.version,
    )
    async for event in ctx.ask(request):
        yield event
