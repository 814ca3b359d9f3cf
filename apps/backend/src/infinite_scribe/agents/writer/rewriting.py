"""Rewriting a passage: the answer is a proposal beside the text, never a change of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.briefings import briefings, frozen, parts_of
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.prose import clean, without_marks
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.agents.runtime.requests import CallResult, ModelRequest, TextTarget
from infinite_scribe.agents.writer.errors import NoProseError, TextChangedError
from infinite_scribe.agents.writer.resizing import TOKENS_PER_WORD, unusable
from infinite_scribe.core.ids import child_id
from infinite_scribe.core.language import language as language_rules
from infinite_scribe.manuscript.placing import LostPlaceError, find_span
from infinite_scribe.manuscript.service import ManuscriptService, Origin, ProposalDraft, blocks_from_text
from infinite_scribe.runs.schemas.inputs import RewriteInput, TaskResult

AROUND = 600
"""Characters of text before and after the passage that the writer reads."""


@task("writer.rewrite")
async def rewrite(ctx: RunContext, given: RewriteInput) -> TaskResult:
    """Rewrite a passage as the author asks; one proposal with the asked number of variants."""
    proposal = child_id(ctx.run.id, "rewrite")
    async with ctx.step("rewrite", title_key="runs.step.rewrite"):
        kept = await ctx.material("rewrite/briefing", lambda session: _brief(session, ctx, given))
        asked = [await _ask(ctx, given, kept, proposal, variant) for variant in range(given.variants)]
        answers = _different(asked)
        written = await ctx.write(
            "rewrite/keep", lambda session: _keep(session, ctx, given, kept, proposal, answers)
        )
    return TaskResult(words=written["words"], proposals=[str(proposal)])


def _different(answers: list[tuple[CallResult, str]]) -> list[tuple[CallResult, str]]:
    """Drop an answer that says the same as an earlier one: fewer variants are offered then."""
    kept: dict[str, tuple[CallResult, str]] = {}
    for answer, text in answers:
        kept.setdefault(" ".join(text.split()), (answer, text))
    return list(kept.values())


async def _brief(session: AsyncSession, ctx: RunContext, given: RewriteInput) -> dict[str, Any]:
    service = ManuscriptService.of(session, scope_of(ctx.run))
    state = await service.scene(given.scene)
    anchor = given.anchor.model_dump(by_alias=True)
    try:
        find_span(state.json, anchor)
    except LostPlaceError as error:
        raise TextChangedError from error
    whole = state.text
    at = whole.find(given.anchor.quote.replace("\n", "\n\n"))
    before, after = (
        ("", "")
        if at < 0
        else (whole[max(0, at - AROUND) : at], whole[at + len(given.anchor.quote) :][:AROUND])
    )
    made = await briefings(session, ctx).rewrite(
        given.scene,
        text=given.anchor.quote,
        before=before,
        after=after,
        instruction=given.instruction or "",
        preset=given.preset,
        target_words=given.target_words,
    )
    return {**frozen(made, ctx), "version": state.version}


async def _ask(
    ctx: RunContext, given: RewriteInput, kept: dict[str, Any], proposal: UUID, variant: int
) -> tuple[CallResult, str]:
    prompt = load_prompt("writer", "rewrite", ctx.run.language)
    words = given.target_words or language_rules(ctx.run.language).count(given.anchor.quote)
    request = ModelRequest(
        messages=prompt.messages({"briefing": kept["text"]}),
        max_tokens=int(words * TOKENS_PER_WORD[ctx.run.language] * 2.5) + 200,
        data={**kept["data"], "variant": variant},
        manifest=parts_of(kept["manifest"]),
        receipt=kept["manifest"],
        prompt_name=prompt.name,
        prompt_version=prompt.version,
    )
    answer = await ctx.call(
        f"rewrite/text{variant}", request, TextTarget(proposal_id=proposal, variant=variant)
    )
    text = without_marks(clean(answer.text, stopped_by_length=answer.finish_reason != "stop").text)
    faults = unusable(text, ctx.run.language)
    if faults:
        raise NoProseError(faults=faults)
    return answer, text


async def _keep(
    session: AsyncSession,
    ctx: RunContext,
    given: RewriteInput,
    kept: dict[str, Any],
    proposal: UUID,
    answers: list[tuple[CallResult, str]],
) -> dict[str, Any]:
    count = language_rules(ctx.run.language).count
    variants = [
        {
            "id": str(number),
            "blocks": [
                block.node
                for block in blocks_from_text(
                    text, Origin(run=str(ctx.run.id), call=str(answer.call_id), demo=answer.demo)
                )
            ],
            "words": count(text),
            "complete": True,
        }
        for number, (answer, text) in enumerate(answers, start=1)
    ]
    first = answers[0][0]
    await ManuscriptService.of(session, scope_of(ctx.run)).proposals.store(
        ProposalDraft(
            id=proposal,
            scene_id=given.scene,
            kind="replace",
            variants=variants,
            anchor=given.anchor.model_dump(by_alias=True),
            base_version=kept["version"],
            instruction=given.instruction or given.preset,
            model=first.model,
            demo=first.demo,
            run_id=ctx.run.id,
            calls=[str(answer.call_id) for answer, _ in answers],
            usage={
                "input_tokens": sum(answer.usage.input_tokens for answer, _ in answers),
                "output_tokens": sum(answer.usage.output_tokens for answer, _ in answers),
            },
        )
    )
    return {"words": variants[0]["words"]}
