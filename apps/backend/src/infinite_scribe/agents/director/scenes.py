"""One scene of the loop: beats, draft, checks, repairs, the author's word where it is wanted, and learning from it."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.director.asking import ask_accept, ask_contradiction
from infinite_scribe.agents.director.candidates import best_of
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.continuity.service import ContinuityService, is_blocking
from infinite_scribe.continuity.unwritten import LEFT, left_clash
from infinite_scribe.manuscript.service import ManuscriptService, Worked
from infinite_scribe.runs.errors import RunAlreadyActiveError
from infinite_scribe.runs.schemas.inputs import TaskResult

MOST_FIXES = 4
"""Repairs that the author may ask for in one scene; then it is kept with its findings, or the run stops."""
MOST_DRAFTS = 4
"""Drafts of one scene within one run; the last one may be taken or taken off, not sent back again."""
LEARN_TRIES, LEARN_PAUSE = 240, 0.5
"""How often, and after how many seconds, the librarian is asked again while it reads this scene for somebody else."""


@dataclass
class SceneDone:
    """What became of a scene. `left` says why nobody wrote it and its author keeps it, `further` that it took a model behind the first one. `kept` are fingerprints of contradictions that were kept, `missed` what the plan misses."""

    scene: str
    words: int = 0
    budget: int | None = None
    version: str | None = None
    proposal: str | None = None
    revision: int | None = None
    beats: int = 0
    met: int = 0
    fixed: int = 0
    thrown_away: int = 0
    picks: list[dict[str, Any]] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    rejected: bool = False
    left: str | None = None
    further: bool = False
    stopped: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the scene for the run's result."""
        return asdict(self)


async def write_scene(
    ctx: RunContext, scene: UUID, *, prefix: str, instruction: str | None, drafts: int = 1
) -> SceneDone:
    """Write one scene and have it accepted. A scene on which the author wrote meanwhile gets a proposal and no more."""
    done = SceneDone(str(scene))
    for attempt in range(1, MOST_DRAFTS + 1):
        path = prefix if attempt == 1 else f"{prefix}/draft{attempt}"
        await _draft(ctx, scene, done, path, instruction, drafts)
        if done.proposal is not None or done.stopped or done.left is not None:
            return done
        last = attempt == MOST_DRAFTS
        decision = await ask_accept(ctx, f"{path}/accept", contradiction=bool(done.kept), redo=not last)
        if decision.id == "accept":
            break
        await ctx.write(f"{path}/off", partial(_take_off, ctx=ctx, scene=scene, path=f"{path}/off"))
        if decision.id == "reject" or last:
            done.rejected, done.version, done.words, done.stopped = True, None, 0, "accept"
            return done
        instruction = decision.text or instruction
    done.revision = await ctx.write(
        f"{prefix}/accept", partial(_accept, ctx=ctx, scene=scene, path=f"{prefix}/accept")
    )
    await _learn(ctx, scene, f"{prefix}/learn")
    return done


async def _draft(
    ctx: RunContext, scene: UUID, done: SceneDone, path: str, instruction: str | None, drafts: int
) -> None:
    """Draft, once or several times over, check, and repair what may not stand."""
    given = {"scene": str(scene), "hold": True, "leave": True, "instruction": instruction}
    draft = await ctx.child(f"{path}/draft", "writer.draft_scene", given)
    done.words, done.budget, done.left = draft["words"], draft.get("budget"), draft.get("left")
    done.further = bool(draft.get("further"))
    if done.left is not None:
        await ctx.write(f"{path}/left", partial(_leave, ctx=ctx, scene=scene, why=done.left))
        return
    if draft["proposals"]:
        done.proposal, done.revision = draft["proposals"][0], draft["revision"]
        return
    done.version = draft["versions"][0]
    if drafts > 1:
        done.version, done.words, picks = await best_of(
            ctx, scene, draft, {**given, "leave": False}, drafts, path=path
        )
        done.picks += picks
    checked = await ctx.child(f"{path}/realise", "editor.realise", {"scene": str(scene)})
    done.beats = len(checked["verdicts"])
    done.met = sum(one["verdict"] == "met" for one in checked["verdicts"])
    await _repair(ctx, scene, done, path)


async def _repair(ctx: RunContext, scene: UUID, done: SceneDone, path: str) -> None:
    for attempt in range(1, MOST_FIXES + 1):
        faults = await ctx.read(f"{path}/faults{attempt}", partial(_faults, ctx=ctx, scene=scene))
        if faults and attempt == 1:
            faults = await _fix(ctx, scene, faults, done, f"{path}/fix{attempt}")
        # A slight one that a patch did not end is told, and asks nobody.
        faults = [one for one in faults if one.get("blocks", True)]
        if not faults:
            break
        decision = await ask_contradiction(ctx, faults)
        if decision.id == "fix_again" and attempt < MOST_FIXES:
            faults = await _fix(ctx, scene, faults, done, f"{path}/fix{attempt + 1}")
            faults = [one for one in faults if one.get("blocks", True)]
            if not faults:
                break
            continue
        if decision.id == "stop":
            done.stopped = "contradiction"
        break
    done.kept = [one["fingerprint"] for one in faults]
    done.missed = [one["asked"] for one in faults if one["asked"]]


async def _fix(
    ctx: RunContext, scene: UUID, faults: list[dict[str, Any]], done: SceneDone, path: str
) -> list[dict[str, Any]]:
    """Let the editor repair, and return what is left."""
    given = {"finding_ids": [one["id"] for one in faults][:20], "apply": True}
    result = await ctx.child(path, "editor.fix", given)
    done.fixed += len(result["fixed"])
    done.thrown_away += len(result["thrown_away"])
    done.version = result["versions"][-1] if result["versions"] else done.version
    state = await ctx.read(f"{path}/left", partial(_left, ctx=ctx, scene=scene))
    done.words = state["words"]
    left: list[dict[str, Any]] = state["faults"]
    return left


async def _faults(session: AsyncSession, *, ctx: RunContext, scene: UUID) -> list[dict[str, Any]]:
    """Return the open findings of a scene that are repaired, with whether it may be accepted unasked with them."""
    found = await ContinuityService.of(session, scope_of(ctx.run)).mendable(scene)
    return [
        {
            "id": str(one.id),
            "rule": one.rule,
            "fingerprint": one.fingerprint,
            "why": one.why,
            "asked": str(one.against.get("quote", "")) if one.against.get("asked") else "",
            "blocks": is_blocking(one),
        }
        for one in found[:20]
    ]


async def _left(session: AsyncSession, *, ctx: RunContext, scene: UUID) -> dict[str, Any]:
    state = await ManuscriptService.of(session, scope_of(ctx.run)).scene(scene)
    return {"faults": await _faults(session, ctx=ctx, scene=scene), "words": state.words}


async def _accept(session: AsyncSession, *, ctx: RunContext, scene: UUID, path: str) -> int:
    worked = Worked(ctx.run.id, ctx.run.root_id, path, ctx.run.attempt)
    return await ManuscriptService.of(session, scope_of(ctx.run)).agent_text.accept(scene, worked)


async def _leave(session: AsyncSession, *, ctx: RunContext, scene: UUID, why: str) -> int:
    """Keep in mind that a scene is still to be written; its card stays."""
    state = await ManuscriptService.of(session, scope_of(ctx.run)).scene(scene)
    found = left_clash(scene, state.version, why)
    kept = await ContinuityService.of(session, scope_of(ctx.run)).keep_owed(
        scene, [found], {LEFT}, run_id=ctx.run.root_id
    )
    return len(kept)


async def _take_off(session: AsyncSession, *, ctx: RunContext, scene: UUID, path: str) -> bool:
    texts = ManuscriptService.of(session, scope_of(ctx.run)).agent_text
    untouched = await texts.untouched(scene)
    worked = Worked(ctx.run.id, ctx.run.root_id, path, ctx.run.attempt)
    return untouched is not None and await texts.take_off(scene, untouched, worked)


async def _learn(ctx: RunContext, scene: UUID, path: str) -> None:
    """Wait until the librarian has read the scene, so that the next briefing knows it.

    The outbox may have asked the librarian already; then that reading is waited for, and this one finds little to do.
    """
    for _ in range(LEARN_TRIES):
        try:
            await ctx.child(path, "librarian.learn", {"scene": str(scene)})
        except RunAlreadyActiveError:
            await asyncio.sleep(LEARN_PAUSE)
        else:
            return


async def draft_and_check(
    ctx: RunContext, chapter_id: UUID, scenes: list[UUID], *, prefix: str
) -> TaskResult:
    """Let the writer draft a first chapter and the editor compare it with the plan."""
    if len(scenes) == 1:
        draft = await ctx.child(f"{prefix}/draft", "writer.draft_scene", {"scene": str(scenes[0])})
    else:
        draft = await ctx.child(f"{prefix}/draft", "writer.draft_chapter", {"chapter": str(chapter_id)})
    for number, scene in enumerate(scenes, start=1):
        await ctx.child(f"{prefix}/realise{number}", "editor.realise", {"scene": str(scene)})
    return TaskResult(
        words=draft["words"],
        versions=draft["versions"],
        proposals=draft["proposals"],
        revision=draft["revision"],
    )
