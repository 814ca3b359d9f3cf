"""Judging pairs: a sentence of the text and a fact that rules cannot compare. Both spans must be quoted.

A contradiction is asked for twice more, once with the sides changed; what does not hold in two of three is dropped.
Only what a model that was tried on known contradictions says three times of three blocks a draft; of any other the report
says that it was not tried.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.editor.answers import VERDICTS, PairsAnswer, PairVerdict
from infinite_scribe.agents.editor.asking import Judgement, ask_judge
from infinite_scribe.agents.editor.checking import shown
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.judges import trusted_judges
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.agents.runtime.requests import CallResult
from infinite_scribe.briefing.material import HIDDEN
from infinite_scribe.canon.service import CanonService
from infinite_scribe.continuity.claim_sets import ClaimSets
from infinite_scribe.continuity.doubts import PAIR, pair_clash, pairs
from infinite_scribe.continuity.quotes import QuoteFinder
from infinite_scribe.continuity.reconciling import Said
from infinite_scribe.continuity.scene import SceneToCheck
from infinite_scribe.continuity.service import ContinuityService, paragraphs_of
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.runs.schemas.inputs import CheckResult, JudgePairInput

PER_CALL = 6
SAMPLES = 3
LEAST_AGREED = 2
LONGEST_WHY = 300


@dataclass
class _Judged:
    """What was said of each pair: how often it contradicts, how often it changed without a cause, and why."""

    votes: dict[str, int] = field(default_factory=dict)
    uncaused: dict[str, str] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    models: set[str] = field(default_factory=set)
    dropped: int = 0

    def sure(self, trusted: Collection[str]) -> bool:
        """Whether nobody answered but models that were tried; whoever stepped in for one of them is not."""
        return bool(trusted) and self.models <= set(trusted)


@task("editor.judge_pair")
async def judge_pair(ctx: RunContext, given: JudgePairInput) -> CheckResult:
    """Hold what a scene claims against what is known, where rules cannot decide."""
    await ctx.child("claims", "librarian.extract", {"scene": str(given.scene)})
    async with ctx.step("judge_pair", title_key="runs.step.judge_pair"):
        kept = await ctx.material("judge_pair/pairs", partial(_pairs, ctx=ctx, scene=given.scene))
        rows: list[dict[str, Any]] = kept["pairs"]
        judged = _Judged()
        size = kept.get("at_once", PER_CALL)
        for start in range(0, len(rows), size):
            await _judge(ctx, rows[start : start + size], judged, f"judge_pair/batch{start // size + 1}")
        sure = judged.sure(kept.get("trusted") or ())
        found = await ctx.write(
            "judge_pair/keep",
            partial(_keep, ctx=ctx, scene=given.scene, judged=judged, rows=rows, sure=sure),
        )
        for number, finding in enumerate(found):
            await ctx.output("finding", number, finding)
    missed = [] if sure else [{"rule": PAIR, "reason": "uncalibrated", "count": 1}]
    return CheckResult(
        items=[one["id"] for one in found], evaluated=[PAIR], not_evaluated=missed, dropped=judged.dropped,
        pairs=len(rows),
    )  # fmt: skip


async def _judge(ctx: RunContext, rows: list[dict[str, Any]], judged: _Judged, path: str) -> None:
    """Ask about some pairs; those called contradictory twice more."""
    for verdict in proven_verdicts(await _asked(ctx, rows, path, judged), rows, judged):
        judged.why.setdefault(verdict.pair, verdict.why.strip()[:LONGEST_WHY])
        if verdict.verdict == "contradicts":
            judged.votes[verdict.pair] = 1
        elif verdict.verdict == "changed_with_cause" and not verdict.cause.strip():
            judged.uncaused[verdict.pair] = verdict.why
    doubted = [row for row in rows if judged.votes.get(row["pair"])]
    for sample in range(2, SAMPLES + 1) if doubted else ():
        swapped = sample == SAMPLES
        shown_rows = [{**row, "a": row["b"], "b": row["a"]} if swapped else row for row in doubted]
        said = await _asked(ctx, shown_rows, f"{path}/sample{sample}", judged)
        for verdict in proven_verdicts(said, shown_rows, judged):
            judged.votes[verdict.pair] += verdict.verdict == "contradicts"


async def _asked(
    ctx: RunContext, rows: Sequence[dict[str, Any]], path: str, judged: _Judged
) -> list[PairVerdict]:
    done = await ask_pairs(ctx, rows, path)
    judged.models.add(done.model)
    answer: PairsAnswer = done.output
    return answer.verdicts


async def ask_pairs(
    ctx: RunContext, rows: Sequence[dict[str, Any]], path: str, *, on_trial: bool = False
) -> CallResult:
    """Ask about pairs `{pair, a, b}`; the answer is a `PairsAnswer`. Raises like `ask_judge`."""
    asked = Judgement("clash", {"pairs": list(rows)}, PairsAnswer, 160 * len(rows) + 200)
    return await ask_judge(ctx, asked, path, on_trial=on_trial)


def proven_verdicts(
    said: Sequence[PairVerdict], rows: Sequence[dict[str, Any]], judged: _Judged
) -> list[PairVerdict]:
    """Return the verdicts on these pairs whose spans stand in both sides, one for each; the others are counted."""
    sides = {row["pair"]: row for row in rows}
    found: dict[str, PairVerdict] = {}
    for one in said:
        row = sides.get(one.pair)
        if row is None or one.verdict not in VERDICTS or one.pair in found:
            judged.dropped += 1
            continue
        spans = ((one.span_a, row["a"]), (one.span_b, row["b"]))
        if one.verdict != "neutral" and not all(_stands(span, text) for span, text in spans):
            judged.dropped += 1
            continue
        found[one.pair] = one
    return list(found.values())


def _stands(span: str, text: str) -> bool:
    """Whether a span is copied from a side; a side may be shorter than a quote of the text has to be."""
    return span.strip() == text.strip() or QuoteFinder([("", text)]).find(span) is not None


async def _given(session: AsyncSession, ctx: RunContext, scene: UUID) -> tuple[SceneToCheck, list[Any], str]:
    scope = scope_of(ctx.run)
    state = await ManuscriptService.of(session, scope).scene(scene)
    given = await ContinuityService.of(session, scope).scene_to_check(
        scene, paragraphs_of(state), state.version
    )
    sets = ClaimSets.of(session, scope)
    claims = await sets.read(given, state.text_hash)
    bare = [
        one
        for one in await sets.extracted(given, state.text_hash) or []
        if one.predicate is None or not one.holds
    ]
    return given, pairs(*await _shareable(session, scope, given, [*claims, *bare])), state.text_hash


async def _shareable(
    session: AsyncSession, scope: NovelScope, given: SceneToCheck, claims: Sequence[Said]
) -> tuple[SceneToCheck, list[Said]]:
    """Leave out what is said of an entry that no agent may see, or that names one; the canon was read whole."""
    entities = (await CanonService.of(session, scope).world()).entities
    private = [entity for entity in entities if entity.agent_visibility in HIDDEN]
    ids = {entity.id for entity in private}
    names = {name for entity in private for name in (entity.name, *(one.text for one in entity.aliases))}
    facts = [
        fact
        for fact in given.facts
        if not {fact.subject_id, fact.value.object_id} & ids and not any(name in fact.text for name in names)
    ]
    said = [
        one
        for one in claims
        if not {one.subject_id, one.holder_id, one.value.object_id if one.value else None} & ids
    ]
    return replace(given, facts=facts), said


async def _pairs(session: AsyncSession, *, ctx: RunContext, scene: UUID) -> dict[str, Any]:
    _, found, _ = await _given(session, ctx, scene)
    trusted = await trusted_judges(session, ctx, "clash")
    rows = [{"pair": one.handle, "a": one.said.quote, "b": one.fact_text} for one in found]
    return {"pairs": rows, "trusted": trusted, "at_once": ctx.limits.at_most(PER_CALL)}


async def _keep(
    session: AsyncSession,
    *,
    ctx: RunContext,
    scene: UUID,
    judged: _Judged,
    rows: list[dict[str, Any]],
    sure: bool,
) -> list[dict[str, Any]]:
    """Keep what was judged, as far as the text and the fact still say what they said."""
    given, now, _ = await _given(session, ctx, scene)
    language = "zh" if ctx.run.language == "zh" else "en"
    asked = {(row["a"], row["b"]): row["pair"] for row in rows}
    found = []
    for pair in now:
        handle = asked.get((pair.said.quote, pair.fact_text), "")
        votes = judged.votes.get(handle, 0)
        if votes >= LEAST_AGREED or handle in judged.uncaused:
            why, agreed = judged.why.get(handle) or pair.fact_text, max(votes, 1) / SAMPLES
            cause = votes < LEAST_AGREED
            made = pair_clash(given, pair, why, language, agreed=agreed, cause=cause)
            found.append(replace(made, certainty="likely") if sure and votes == SAMPLES else made)
    continuity = ContinuityService.of(session, scope_of(ctx.run))
    return [shown(one) for one in await continuity.keep_doubts([scene], found, PAIR, run_id=ctx.run.root_id)]
