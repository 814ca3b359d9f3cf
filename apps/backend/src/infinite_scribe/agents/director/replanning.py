"""Looking at the plan of what comes after a chapter was really written. Code holds the invariants."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.director.answers import PlanDiffAnswer, PlanOp, check_diff
from infinite_scribe.agents.director.asking import ask_replan
from infinite_scribe.agents.director.differences import differences, told_of
from infinite_scribe.agents.director.scenes import SceneDone
from infinite_scribe.agents.director.weighing import Scales, refused
from infinite_scribe.agents.runtime.briefings import frozen, parts_of, profile_briefings
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import PART, Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.novels.service import get_novel
from infinite_scribe.plot.ledger import PromiseLedger
from infinite_scribe.plot.promise_book import WRITTEN
from infinite_scribe.plot.promises import OPEN
from infinite_scribe.plot.rules import Level
from infinite_scribe.plot.schemas import CardRead, CardUpdate
from infinite_scribe.plot.service import PlotService
from infinite_scribe.runs.gates import Asking, Gate
from infinite_scribe.runs.schemas.inputs import ReplanInput, ReplanResult
from infinite_scribe.structure.schemas import ChapterNode
from infinite_scribe.structure.service import StructureService

COMING = 6
"""Chapters that come next and may be changed; the rest is too far away to be judged by one chapter."""
MOST_ASKS = 12
"""What a card may be asked to hold; a scene that must include more tells nothing else."""


@task("director.replan")
async def replan(ctx: RunContext, given: ReplanInput) -> ReplanResult:
    """Look at the plan of what comes after a chapter."""
    changed = await replan_after(ctx, given.after_chapter, [], prefix="replan")
    return ReplanResult(
        items=changed["applied"], revision=changed.get("revision"), applied=changed["applied"],
        refused=changed["refused"],
    )  # fmt: skip


async def replan_after(
    ctx: RunContext, chapter: UUID, done: Sequence[SceneDone], *, prefix: str
) -> dict[str, Any]:
    """Ask what no longer fits, drop what code refuses, and change the plan when it is agreed."""
    nothing: dict[str, Any] = {"applied": [], "refused": [], "revision": None}
    if Asking.of(ctx.run.gates, Gate.REPLAN).mode == "off":
        return nothing
    async with ctx.step(prefix, title_key="runs.step.replan"):
        missed = [text for one in done for text in one.missed]
        kept = await ctx.material(
            f"{prefix}/briefing", partial(_brief, ctx=ctx, chapter_id=chapter, missed=missed)
        )
        if not kept["coming"]:
            return nothing
        prompt = load_prompt("director", "replan", ctx.run.language)
        request = ModelRequest(
            messages=prompt.messages({"briefing": kept["text"]}),
            max_tokens=900,
            data=kept["data"],
            output=PlanDiffAnswer,
            check=lambda answer: check_diff(answer, set(kept["chapters"]), set(kept["cards"])),
            manifest=parts_of(kept["manifest"]),
            receipt=kept["manifest"],
            prompt_name=prompt.name,
            prompt_version=prompt.version,
            role="director",
        )
        answer: PlanDiffAnswer = (await ctx.call(f"{prefix}/ask", request)).output
        if not answer.ops:
            return nothing
        ids = {**kept["chapters"], **kept["cards"]}
        changes = await ctx.read(f"{prefix}/changes", partial(differences, ctx=ctx, ops=answer.ops, ids=ids))
        if (await ask_replan(ctx, changes, prefix)).id != "adopt":
            left = [{"op": one.model_dump(), "why": "author"} for one in answer.ops]
            return told_of(changes, {**nothing, "refused": left})
        changed: dict[str, Any] = await ctx.write(
            f"{prefix}/apply",
            partial(
                _apply,
                ctx=ctx,
                ops=answer.ops,
                ids=ids,
                base=kept.get("base"),
            ),
        )
        for number, one in enumerate(row for row in changed["refused"] if row.get("code")):
            await ctx.output("finding", number, _as_finding(one))
    return told_of(changes, changed)


def _as_finding(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "rule": one["code"],
        "severity": Level.ERROR.value,
        "where": one["where"],
        "why": one["reason"],
        "scope": "replan",
    }


async def _brief(
    session: AsyncSession, *, ctx: RunContext, chapter_id: UUID, missed: Sequence[str]
) -> dict[str, Any]:
    """Return what really stands in the chapter, the open promises, and the chapters that come, by handles."""
    scope = scope_of(ctx.run)
    base = (await get_novel(session, scope.novel_id)).revision
    chapters = (await StructureService.of(session, scope).tree()).chapters()
    at = next((n for n, one in enumerate(chapters) if one.id == chapter_id), len(chapters))
    cards = await PlotService.of(session, scope).cards()
    ahead = chapters[at + 1 : at + 1 + COMING]
    coming, by_chapter, by_card = coming_chapters(ahead, cards, await written_scenes(session, scope, ahead))
    if not coming:
        return {"coming": False}
    node = f"chapter:{chapter_id}"
    summaries = await MemoryService.of(session, scope).newest_summaries([node])
    written = [str(one.get("text", "")) for one in summaries[node].sentences] if node in summaries else []
    promises = (await PromiseLedger.of(session, scope).read()).items
    data = {
        "written": written,
        "missed": list(missed),
        "promises": [
            {"handle": f"O{n}", "statement": one.statement, "status": one.status, "weight": one.weight}
            for n, one in enumerate((one for one in promises if one.status in {"planned", *OPEN}), start=1)
        ],
        "coming": coming,
    }
    made = await profile_briefings(session, ctx).planner(chapter_id, data, room=ctx.limits.room)
    kept = frozen(made, ctx)
    return {
        **kept,
        "data": {**kept["data"], "task": "director.replan"},
        "coming": True,
        "chapters": by_chapter,
        "cards": by_card,
        "base": base,
    }


async def written_scenes(
    session: AsyncSession, scope: NovelScope, chapters: Sequence[ChapterNode]
) -> set[UUID]:
    """Return the scenes that hold prose, whoever wrote it, accepted or not."""
    scenes = [scene for one in chapters for scene in one.scenes]
    lengths = await ManuscriptService.of(session, scope).lengths([scene.id for scene in scenes])
    return {scene.id for scene in scenes if scene.status in WRITTEN or lengths.get(scene.id)}


def coming_chapters(
    chapters: Sequence[ChapterNode], cards: dict[UUID, CardRead], written: Collection[UUID]
) -> tuple[list[dict[str, Any]], dict[str, str], dict[str, str]]:
    """Return chapters that are not written, with the handles of those and of their cards."""
    rows: list[dict[str, Any]] = []
    by_chapter: dict[str, str] = {}
    by_card: dict[str, str] = {}
    for chapter in chapters:
        if chapter.locked or any(scene.id in written for scene in chapter.scenes):
            continue
        handle = f"H{chapter.number}"
        by_chapter[handle] = str(chapter.id)
        held = []
        for scene in chapter.scenes:
            card = cards.get(scene.id)
            if card is None or card.locked:
                continue
            by_card[f"K{len(by_card) + 1}"] = str(scene.id)
            held.append(
                {"handle": f"K{len(by_card)}", "title": scene.title, "goal": card.goal, "turn": card.turn}
            )
        rows.append({"handle": handle, "title": chapter.title, "one_line": chapter.one_line,
                     "purpose": chapter.purpose, "cards": held})  # fmt: skip
    return rows, by_chapter, by_card


async def _apply(
    session: AsyncSession,
    *,
    ctx: RunContext,
    ops: Sequence[PlanOp],
    ids: dict[str, str],
    base: int | None,
) -> dict[str, Any]:
    """Make the changes that code allows as one revision; say of the others why not.

    `base` is the revision that the director read; what was changed since is left to whoever changed it. A change that
    would add an error, or would take the ending, a turning point or a promise from its place, is refused by the linter.
    """
    scope = scope_of(ctx.run)
    structure, plot = StructureService.of(session, scope), PlotService.of(session, scope)
    applied: list[dict[str, Any]] = []
    left: list[dict[str, Any]] = []
    number = None
    async with Revisions.of(session, scope).open(
        RevisionKind.EDIT, run_id=ctx.run.root_id, label="replan"
    ) as revision:
        chapters = {str(one.id): one for one in (await structure.tree()).chapters()}
        cards = await plot.cards()
        written = await written_scenes(session, scope, list(chapters.values()))
        seen = {**await structure.changed_at("chapter"), **await structure.changed_at("scene")}
        scales = await Scales.of(session, scope)
        for one in ops:
            identity = ids[one.target]
            why = _refusal(one, identity, chapters, cards, written) or _news(
                one, UUID(identity), cards, seen, base
            )
            issue = scales.locked(UUID(identity), one.field) if why == "locked" else None
            if why is None and (issue := scales.take(UUID(identity), one)) is not None:
                why = "lint"
            if why is not None:
                left.append(refused(one, why, issue))
                continue
            if identity in chapters:
                await structure.update_chapter(revision, UUID(identity), **{one.field: one.value})
            else:
                await _change_card(plot, structure, revision, UUID(identity), one)
            applied.append({**one.model_dump(), "id": identity})
        revision.summary[PART] = str(ctx.run.id)
        number = revision.number
    return {"applied": applied, "refused": left, "revision": number if applied else None}


def _refusal(
    one: PlanOp,
    identity: str,
    chapters: dict[str, ChapterNode],
    cards: dict[UUID, CardRead],
    written: Collection[UUID],
) -> str | None:
    """Return why a change may not be made: locked, written by now, or no room for it; a chapter holds its scenes."""
    held = chapters.get(identity) or next(
        (c for c in chapters.values() if any(str(s.id) == identity for s in c.scenes)), None
    )
    if held is None:
        return "gone"
    if held.locked:
        return "locked"
    if any(scene.id in written for scene in held.scenes):
        return "written"
    if identity in chapters:
        return None
    card = cards.get(UUID(identity))
    node = next(scene for scene in held.scenes if str(scene.id) == identity)
    if card is None:
        return "gone"
    if card.locked or one.field in card.locked_fields or node.locked:
        return "locked"
    return "full" if one.field == "must_include" and len(card.must_include) >= MOST_ASKS else None


def _news(
    one: PlanOp, target: UUID, cards: dict[UUID, CardRead], changed_at: dict[UUID, int], base: int | None
) -> str | None:
    """Return "changed" when a target is no longer what the director read; the title of a card is its scene's."""
    card = cards.get(target)
    at = card.rev_from if card is not None and one.field != "title" else changed_at[target]
    return "changed" if base is not None and at > base else None


async def _change_card(
    plot: PlotService, structure: StructureService, revision: Any, scene: UUID, one: PlanOp
) -> None:
    if one.field == "title":
        await structure.update_scene(revision, scene, title=one.value)
    elif one.field == "must_include":
        card = await plot.required_card(scene)
        asks = [*card.must_include, {"text": one.value}]
        await plot.write_card(
            revision, scene, CardUpdate.model_validate({"must_include": asks}), by_agent=True
        )
    else:
        await plot.write_card(
            revision, scene, CardUpdate.model_validate({one.field: one.value}), by_agent=True
        )
