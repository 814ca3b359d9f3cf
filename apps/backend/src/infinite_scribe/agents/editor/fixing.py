"""Repairing named findings by patches: each is checked by code before it may stand, and there are two rounds at most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.editor.answers import FixAnswer, Patch
from infinite_scribe.agents.editor.checking import surface_check
from infinite_scribe.agents.runtime.briefings import parts_of, profile_briefings
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.agents.runtime.requests import CallResult, ModelRequest
from infinite_scribe.continuity.passages import Paragraph
from infinite_scribe.continuity.realised import PLAN
from infinite_scribe.continuity.schemas import FindingRead
from infinite_scribe.continuity.service import ContinuityService, paragraphs_of
from infinite_scribe.core.ids import child_id
from infinite_scribe.core.language import language as language_rules
from infinite_scribe.manuscript.offsets import to_utf16
from infinite_scribe.manuscript.placing import LostPlaceError
from infinite_scribe.manuscript.service import (
    ManuscriptService,
    Origin,
    ProposalDraft,
    SceneState,
    TextPatch,
    Worked,
    blocks_from_text,
)
from infinite_scribe.runs.schemas.events import TextSnapshot
from infinite_scribe.runs.schemas.inputs import FixInput, FixResult

ROUNDS = 2


@task("editor.fix")
async def fix(ctx: RunContext, given: FixInput) -> FixResult:
    """Repair findings one after another; what two rounds cannot repair is left to the author."""
    result = FixResult()
    scenes: set[UUID] = set()
    for number, finding in enumerate(given.finding_ids, start=1):
        await _fix_one(ctx, finding, f"finding{number}", result, scenes, apply=given.apply)
    if given.apply:
        for number, scene in enumerate(sorted(scenes), start=1):
            await surface_check(ctx, scene, prefix=f"check{number}")
    return result


async def _fix_one(
    ctx: RunContext, finding: UUID, path: str, result: FixResult, scenes: set[UUID], *, apply: bool
) -> None:
    async with ctx.step(path, title_key="runs.step.fix"):
        refused = ""
        for attempt in range(1, ROUNDS + 1):
            here = f"{path}/round{attempt}"
            kept = await ctx.material(f"{here}/briefing", lambda session: _brief(session, ctx, finding))
            if kept["gone"]:
                return
            scenes.add(UUID(kept["scene"]))
            answer = await _ask(ctx, kept, here, refused)
            trial = _Trial(finding, answer, here, apply)
            tried = await ctx.write(f"{here}/apply", partial(_try, ctx=ctx, trial=trial))
            if tried["fault"] is None:
                result.fixed.append(str(finding))
                if tried["version"]:
                    result.versions.append(tried["version"])
                    await _show(ctx, UUID(kept["scene"]), here)
                result.proposals += tried["proposals"]
                return
            refused = tried["fault"]
            result.thrown_away.append({"finding": str(finding), "round": attempt, "why": refused})
        result.left.append(str(finding))


async def _show(ctx: RunContext, scene: UUID, path: str) -> None:
    """Let whoever saw the draft arrive see the page as it is with its patch."""

    async def page(session: AsyncSession) -> dict[str, str]:
        return {"text": (await ManuscriptService.of(session, scope_of(ctx.run)).scene(scene)).text}

    kept = await ctx.material(f"{path}/page", page)
    await ctx.say(TextSnapshot(scene=scene, text=kept["text"]))


async def _brief(session: AsyncSession, ctx: RunContext, finding_id: UUID) -> dict[str, Any]:
    """Return the passage with the finding; nothing when the finding is no longer open or its place is gone."""
    scope = scope_of(ctx.run)
    finding = await ContinuityService.of(session, scope).finding(finding_id)
    if finding.status != "open" or finding.scene_id is None:
        return {"gone": True}
    state = await ManuscriptService.of(session, scope).scene(finding.scene_id)
    texts = [(block.pid, block.text) for block in state.blocks if block.text.strip()]
    at = next((n for n, (pid, _) in enumerate(texts) if pid == finding.claim.get("pid")), None)
    if at is None:
        return {"gone": True}
    language = "zh" if ctx.run.language.startswith("zh") else "en"
    told = {
        "rule": finding.rule,
        "quote": str(finding.claim.get("quote", "")),
        "against": str(finding.against.get("quote", "")),
        "why": finding.why.get(language, ""),
    }
    made = await profile_briefings(session, ctx).patch(
        finding.scene_id,
        text=texts[at][1],
        before="\n\n".join(text for _, text in texts[:at]),
        after="\n\n".join(text for _, text in texts[at + 1 :]),
        finding=told,
        room=ctx.limits.room,
    )
    data = {"language": ctx.run.language, "seed": ctx.run.seed, **made.data, "task": "editor.fix"}
    return {
        "gone": False, "scene": str(finding.scene_id), "pid": texts[at][0], "passage": texts[at][1],
        "text": made.text, "data": data, "manifest": made.manifest,
    }  # fmt: skip


async def _ask(ctx: RunContext, kept: dict[str, Any], path: str, refused: str) -> CallResult:
    prompt = load_prompt("editor", "fix", ctx.run.language)
    said = {"en": f" Your last patch was thrown away: {refused}", "zh": f"上一次的修改没有采用：{refused}"}
    note = said["zh" if ctx.run.language == "zh" else "en"] if refused else ""
    request = ModelRequest(
        messages=prompt.messages({"briefing": kept["text"], "refused": note}),
        max_tokens=900,
        data={**kept["data"], "refused": refused},
        output=FixAnswer,
        check=lambda answer: check_patches(answer, kept["passage"]),
        manifest=parts_of(kept["manifest"]),
        receipt=kept["manifest"],
        prompt_name=prompt.name,
        prompt_version=prompt.version,
        role="writer",
    )
    return await ctx.call(f"{path}/ask", request)


def check_patches(answer: FixAnswer, passage: str) -> list[str]:
    """Return what is wrong with patches: a stretch that does not stand in the passage, or one that changes nothing."""
    wrong = [
        f"“{one.old[:60]}” does not stand in the passage" for one in answer.patches if one.old not in passage
    ]
    return wrong + [f"“{one.old[:60]}” is not changed" for one in answer.patches if one.old == one.new]


@dataclass(frozen=True)
class _Trial:
    """Patches for one finding. `apply`: onto the page, where no hand of the author's is on it."""

    finding: UUID
    answer: CallResult
    path: str
    apply: bool


async def _try(session: AsyncSession, *, ctx: RunContext, trial: _Trial) -> dict[str, Any]:
    """Check patches against the text as it is now; put them on the page or store them as proposals."""
    scope = scope_of(ctx.run)
    continuity, manuscript = ContinuityService.of(session, scope), ManuscriptService.of(session, scope)
    finding = await continuity.finding(trial.finding)
    answer, path = trial.answer, trial.path
    assert finding.scene_id is not None
    state = await manuscript.scene(finding.scene_id)
    patches: list[Patch] = answer.output.patches
    pid = str(finding.claim["pid"])
    fault = await _fault(continuity, finding, state, pid, patches)
    if fault is not None:
        return {"fault": fault, "version": None, "proposals": []}
    worked = Worked(
        ctx.run.id, ctx.run.root_id, path, ctx.run.attempt, call_id=answer.call_id, demo=answer.demo
    )
    wanted = [TextPatch(pid, one.old, one.new) for one in patches]
    if trial.apply and (untouched := await manuscript.agent_text.untouched(finding.scene_id)) is not None:
        try:
            version = await manuscript.agent_text.patch(finding.scene_id, untouched, wanted, worked)
        except LostPlaceError:
            # A patch that parts the paragraph has taken the place of a later one away.
            return {
                "fault": "one of the patches takes the place of another away",
                "version": None,
                "proposals": [],
            }
        if version is not None:
            return {"fault": None, "version": str(version), "proposals": []}
    stored = [
        await _propose(session, ctx, finding, state, one, answer, child_id(ctx.run.id, f"{path}:{number}"))
        for number, one in enumerate(wanted, start=1)
    ]
    return {"fault": None, "version": None, "proposals": stored}


async def _fault(
    continuity: ContinuityService, finding: FindingRead, state: SceneState, pid: str, patches: Sequence[Patch]
) -> str | None:
    """Return why patches may not stand: out of place, without effect, or with a new contradiction of their own."""
    before = paragraphs_of(state)
    after = []
    for one in before:
        text = one.text
        if one.pid == pid:
            for patch in patches:
                if patch.old not in text:
                    return "the passage has changed meanwhile"
                text = text.replace(patch.old, patch.new, 1)
        after.append(Paragraph(one.pid, text, one.is_break))
    assert finding.scene_id is not None
    if finding.rule == PLAN and await continuity.still_owes(finding.against, state, after):
        return "what was missing is still missing"
    held, now = await continuity.check_drafts(finding.scene_id, before, after)
    if any(one.fingerprint == finding.fingerprint for one in now.found):
        return "the contradiction is still there"
    known = {one.fingerprint for one in held.found}
    fresh = [one for one in now.found if one.blocks and one.fingerprint not in known]
    return fresh[0].why["en"] if fresh else None


async def _propose(
    session: AsyncSession,
    ctx: RunContext,
    finding: FindingRead,
    state: SceneState,
    patch: TextPatch,
    answer: CallResult,
    proposal: UUID,
) -> str:
    assert finding.scene_id is not None
    text = next(block.text for block in state.blocks if block.pid == patch.pid)
    start = text.find(patch.old)
    anchor = {
        "from": {"pid": patch.pid, "off": to_utf16(text, start)},
        "to": {"pid": patch.pid, "off": to_utf16(text, start + len(patch.old))},
        "quote": patch.old,
    }
    blocks = blocks_from_text(
        patch.new, Origin(run=str(ctx.run.id), call=str(answer.call_id), demo=answer.demo)
    )
    words = language_rules(ctx.run.language).count(patch.new)
    await ManuscriptService.of(session, scope_of(ctx.run)).proposals.store(
        ProposalDraft(
            id=proposal,
            scene_id=finding.scene_id,
            kind="replace",
            variants=[{"id": "1", "blocks": [one.node for one in blocks], "words": words, "complete": True}],
            anchor=anchor,
            base_version=state.version,
            instruction=finding.why.get("zh" if ctx.run.language == "zh" else "en"),
            agent="editor",
            model=answer.model,
            demo=answer.demo,
            run_id=ctx.run.id,
            calls=[str(answer.call_id)],
        )
    )
    return str(proposal)
