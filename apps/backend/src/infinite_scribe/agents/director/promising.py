"""Promises of a book that has none: what the reader is led to expect, given and kept in chapters that are not written."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.director.answers import PromisesAnswer, PromiseWanted, check_promises
from infinite_scribe.agents.runtime.briefings import frozen, parts_of, profile_briefings
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.canon.service import CanonService
from infinite_scribe.novels.revisions import PART, Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.plot.ledger import PromiseLedger
from infinite_scribe.plot.promise_book import WRITTEN
from infinite_scribe.plot.promise_schemas import PlannedScene, PromiseDraft, WindowPoint
from infinite_scribe.structure.schemas import ChapterNode
from infinite_scribe.structure.service import StructureService

COUNT = 3
LEAST_CHAPTERS = 3
"""A shorter rest of a book has no room for a promise to be kept late."""
MOST_PEOPLE = 8


async def promise_something(ctx: RunContext, prefix: str) -> None:
    """Plan promises for the chapters that come, where the book has none yet."""
    kept = await ctx.material(f"{prefix}/briefing", partial(_brief, ctx=ctx))
    if not kept["needed"]:
        return
    async with ctx.step(prefix, title_key="runs.step.promises"):
        prompt = load_prompt("director", "promises", ctx.run.language)
        request = ModelRequest(
            messages=prompt.messages({"briefing": kept["text"], "count": COUNT}),
            max_tokens=900,
            data=kept["data"],
            output=PromisesAnswer,
            check=lambda answer: check_promises(answer, list(kept["chapters"]), set(kept["people"])),
            manifest=parts_of(kept["manifest"]),
            receipt=kept["manifest"],
            prompt_name=prompt.name,
            prompt_version=prompt.version,
            role="director",
        )
        answer: PromisesAnswer = (await ctx.call(f"{prefix}/ask", request)).output
        await ctx.write(f"{prefix}/write", partial(_write, ctx=ctx, promises=answer.promises, kept=kept))


async def _brief(session: AsyncSession, *, ctx: RunContext) -> dict[str, Any]:
    scope = scope_of(ctx.run)
    chapters = [
        one
        for one in (await StructureService.of(session, scope).tree()).chapters()
        if one.scenes and not any(scene.status in WRITTEN for scene in one.scenes)
    ]
    if len(chapters) < LEAST_CHAPTERS or (await PromiseLedger.of(session, scope).read()).items:
        return {"needed": False}
    people = [
        one for one in (await CanonService.of(session, scope).world()).entities if one.kind == "character"
    ]
    people = sorted(people, key=lambda one: (-one.importance, one.ordinal, str(one.id)))[:MOST_PEOPLE]
    data = {
        "chapters": [
            {"handle": f"H{one.number}", "number": one.number, "title": one.title, "one_line": one.one_line}
            for one in chapters
        ],
        "cast": [
            {"handle": f"C{number}", "name": one.name, "role": one.sheet.role if one.sheet else ""}
            for number, one in enumerate(people, start=1)
        ],
        "count": COUNT,
    }
    kept = frozen(
        await profile_briefings(session, ctx).planner(chapters[0].id, data, room=ctx.limits.room), ctx
    )
    return {
        **kept,
        "data": {**kept["data"], **data, "task": "director.promises"},
        "needed": True,
        "chapters": {f"H{one.number}": str(one.id) for one in chapters},
        "people": {f"C{number}": str(one.id) for number, one in enumerate(people, start=1)},
    }


async def _write(
    session: AsyncSession, *, ctx: RunContext, promises: Sequence[PromiseWanted], kept: dict[str, Any]
) -> dict[str, Any]:
    """Write promises with their windows, given and kept in the first scenes of their chapters."""
    scope = scope_of(ctx.run)
    ledger = PromiseLedger.of(session, scope)
    chapters = {str(one.id): one for one in (await StructureService.of(session, scope).tree()).chapters()}

    def chapter(handle: str) -> ChapterNode:
        return chapters[kept["chapters"][handle]]

    async with Revisions.of(session, scope).open(
        RevisionKind.EDIT, run_id=ctx.run.root_id, label="promises"
    ) as revision:
        for one in promises:
            draft = PromiseDraft(
                kind=one.kind,
                statement=one.statement,
                subjects=[UUID(kept["people"][handle]) for handle in one.subjects],
                scenes=[
                    PlannedScene(scene_id=chapter(one.plant).scenes[0].id, act="plant"),
                    PlannedScene(scene_id=chapter(one.pay).scenes[0].id, act="pay"),
                ],
                earliest=WindowPoint(kind="chapter", id=chapter(one.earliest).id),
                latest=WindowPoint(kind="chapter", id=chapter(one.latest).id),
                weight=one.weight,
            )
            await ledger.add(revision, draft, source="director")
        revision.summary[PART] = str(ctx.run.id)
        number = revision.number
    return {"revision": number}
