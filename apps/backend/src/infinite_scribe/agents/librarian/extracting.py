"""Reading a scene with a model that does not know the plan: what it claims, and the words that say so.

Whatever has no words in the text, names nobody of the book, or takes a kind of value that its predicate does not have
is dropped by code and counted. What stands are claims of a text, not facts: they wait in the inbox, like those that
code read.
"""

from __future__ import annotations

from collections import Counter
from functools import cache, partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.librarian.answers import MOST_CLAIMS, ClaimDraft, ExtractAnswer
from infinite_scribe.agents.runtime.briefings import close_reading, frozen, parts_of
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.canon.registry import registry
from infinite_scribe.continuity.claim_sets import ClaimSets
from infinite_scribe.continuity.extracted import DraftedClaim, Window, gated
from infinite_scribe.continuity.scene import SceneToCheck
from infinite_scribe.continuity.service import ContinuityService, paragraphs_of
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.runs.errors import BadAnswerError
from infinite_scribe.runs.estimates import Estimates
from infinite_scribe.runs.schemas.inputs import ExtractInput, ExtractResult

TOKENS_PER_CLAIM = 70


@task("librarian.extract")
async def extract_claims(ctx: RunContext, given: ExtractInput) -> ExtractResult:
    """Read what a scene claims; a text that was read before is not read again."""
    return ExtractResult(**await extract(ctx, given.scene, prefix="extract"))


async def may_ask(ctx: RunContext, scene: UUID) -> bool:
    """Whether a scene that was learnt is read by a model as well.

    As a part of a run that the author started, yes. The author's own checkpoints buy nothing: there only a model that
    costs nothing is asked.
    """
    if ctx.run.parent_id is not None:
        return True

    async def is_free(session: AsyncSession) -> bool:
        estimates = Estimates(session, ctx.run.user_id)
        found = await estimates.estimate("librarian.extract", {"scene": str(scene)}, ctx.run.novel_id)
        return found.basis == "free"

    return bool(await ctx.read("learn/is_free", is_free))


async def extract(ctx: RunContext, scene: UUID, *, prefix: str) -> dict[str, Any]:
    """Read a scene in windows and keep its claims; return how many stand (`fresh`: and are new), how many fell, by reason."""
    async with ctx.step(prefix, title_key="runs.step.extract"):
        found = await ctx.material(f"{prefix}/windows", partial(_windows, ctx=ctx, scene=scene))
        if found["is_read"]:
            return {"claims": found["claims"], "dropped": {}, "fresh": 0}
        answers: list[list[dict[str, Any]]] = []
        failed: Counter[str] = Counter()
        for number, window in enumerate(found["windows"], start=1):
            try:
                answer = await ctx.call(f"{prefix}/ask{number}", _request(ctx, window))
                answers.append([one.model_dump() for one in answer.output.claims])
                failed["form"] += len(answer.dropped)
            except BadAnswerError:
                failed["bad_answer"] += 1
                answers.append([])
        kept: dict[str, Any] = await ctx.write(
            f"{prefix}/keep",
            partial(_keep, ctx=ctx, scene=scene, found=found, answers=answers, failed=failed),
        )
    return kept


def _request(ctx: RunContext, window: dict[str, Any]) -> ModelRequest:
    prompt = load_prompt("librarian", "extract", ctx.run.language)
    return ModelRequest(
        messages=prompt.messages({"briefing": window["text"], "predicates": predicate_lines()}),
        max_tokens=MOST_CLAIMS * TOKENS_PER_CLAIM + 200,
        data=window["data"],
        output=ExtractAnswer,
        optional=True,
        manifest=parts_of(window["manifest"]),
        receipt=window["manifest"],
        prompt_name=prompt.name,
        prompt_version=prompt.version,
        role="librarian",
    )


@cache
def predicate_lines() -> str:
    """Return what may be said of entries, by what it takes as its value."""
    by_range: dict[str, list[str]] = {}
    for one in registry().values():
        if (
            one.derived
            or "instant" in one.value_types
            or {"event", "world"} & (one.domain | one.object_kinds)
        ):
            continue
        if one.choices:
            by_range.setdefault("one of these words", []).append(f"{one.key} ({', '.join(one.choices)})")
            continue
        takes = " or ".join([*sorted(one.object_kinds - {"any"}), *sorted(one.value_types)])
        by_range.setdefault(takes or "any entry", []).append(one.key)
    return "\n".join(f"- {takes}: {'; '.join(keys)}" for takes, keys in by_range.items())


async def _scene(session: AsyncSession, ctx: RunContext, scene: UUID) -> tuple[SceneToCheck, str]:
    scope = scope_of(ctx.run)
    state = await ManuscriptService.of(session, scope).scene(scene)
    continuity = ContinuityService.of(session, scope)
    return await continuity.scene_to_check(scene, paragraphs_of(state), state.version), state.text_hash


async def _windows(session: AsyncSession, *, ctx: RunContext, scene: UUID) -> dict[str, Any]:
    """Return the text in windows to be read; nothing when a model has read these words already."""
    given, text_hash = await _scene(session, ctx, scene)
    held = await ClaimSets.of(session, scope_of(ctx.run)).extracted(given, text_hash)
    if held is not None:
        return {"is_read": True, "claims": len(held)}
    excerpts = await close_reading(session, ctx).scene(scene, room=ctx.limits.room)
    windows = [
        {**_frozen(one.briefing, ctx), "ids": {handle: str(found) for handle, found in one.ids.items()}}
        for one in excerpts
        if one.ids
    ]
    return {"is_read": False, "hash": text_hash, "windows": windows}


def _frozen(briefing: Any, ctx: RunContext) -> dict[str, Any]:
    kept = frozen(briefing, ctx)
    return {**kept, "data": {**kept["data"], "task": "librarian.extract"}}


async def _keep(
    session: AsyncSession,
    *,
    ctx: RunContext,
    scene: UUID,
    found: dict[str, Any],
    answers: list[list[dict[str, Any]]],
    failed: Counter[str],
) -> dict[str, Any]:
    """Keep what stands on the text as it was read; a text that changed meanwhile will be read by its own learning.

    Where the answer about a window could not be used nothing is kept: what is kept counts as read for ever.
    """
    if failed["bad_answer"]:
        return {"claims": 0, "dropped": dict(+failed), "fresh": 0}
    given, text_hash = await _scene(session, ctx, scene)
    if text_hash != found["hash"]:
        return {"claims": 0, "dropped": {"text_changed": 1}, "fresh": 0}
    windows = [
        Window([drafted(ClaimDraft(**one)) for one in claims], {k: UUID(v) for k, v in window["ids"].items()})
        for window, claims in zip(found["windows"], answers, strict=True)
    ]
    read = gated(windows, given)
    read.dropped.update(+failed)
    kept = await ClaimSets.of(session, scope_of(ctx.run)).keep_extracted(given, text_hash, read)
    return {"claims": kept, "dropped": dict(read.dropped), "fresh": kept}


def drafted(one: ClaimDraft) -> DraftedClaim:
    """Return a claim of an answer as code judges it."""
    return DraftedClaim(
        kind=one.kind, subject=one.subject, quote=one.quote, predicate=one.predicate or None, value=one.value or None,
        object=one.object or None, polarity=one.polarity, modality=one.modality, holder=one.holder or None,
    )  # fmt: skip
