"""Continuous mode: chapter after chapter, until so many are written, the arc or the book ends, or something stops it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.director.errors import BookWrittenError
from infinite_scribe.agents.director.outline_reading import lacking_chapters
from infinite_scribe.agents.director.promising import promise_something
from infinite_scribe.agents.director.spending import Purse
from infinite_scribe.agents.director.stopping import Stop, ask_to_go_on, reason_to_stop
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.runs.schemas.inputs import TaskResult, WriteBookInput
from infinite_scribe.structure.service import StructureService

MOST_CHAPTERS = 100


@task("director.write_book")
async def write_book(ctx: RunContext, given: WriteBookInput) -> TaskResult:
    """Write the chapters that are not written, one after another in reading order; what no plan holds is planned first."""
    total = TaskResult()
    written: list[dict[str, Any]] = []
    arc: str | None = None
    purse = await Purse.open(ctx, "book")
    stands: list[str] = []
    allowed: set[str] = set()
    lacking = await ctx.read("outline/lacking", partial(lacking_chapters, ctx=ctx, given=given))
    if lacking:
        await ctx.child(
            "outline", "director.outline", {"chapters": lacking, "instruction": given.instruction}
        )
    await promise_something(ctx, "promises")
    for number in range(1, (given.chapters or MOST_CHAPTERS) + 1):
        path = f"chapter{number}"
        found = await ctx.read(f"{path}/next", partial(next_chapter, ctx=ctx, left=_left(written)))
        if found is None or (written and found["chapter"] == written[-1]["chapter"]):
            break
        if written and given.until == "arc" and found["arc"] != arc:
            break
        arc = found["arc"]
        wanted = {
            "chapter": found["chapter"], "alternatives": given.alternatives, "instruction": given.instruction,
            "drafts": given.drafts, "read": given.read, "stands": stands,
        }  # fmt: skip
        result = await ctx.child(path, "director.write_chapter", wanted)
        _add(total, result)
        written.append(
            {
                "chapter": found["chapter"],
                **{name: result.get(name) for name in ("words", "scenes", "stopped")},
                **{name: result[name] for name in ("read", "replanned") if result.get(name)},
            }
        )
        stands = result.get("stands") or stands
        purse.agreed = max(purse.agreed, result.get("agreed_usd") or 0.0)
        stop = Stop.of_chapter(result) or await reason_to_stop(
            ctx, path, written, purse, allowed, last=number == given.chapters
        )
        if stop is not None and not await ask_to_go_on(ctx, stop):
            return total.model_copy(update={"chapters": written, "stopped": stop.reason})
        allowed |= {stop.key} if stop is not None else set()
    if not written:
        raise BookWrittenError
    return total.model_copy(update={"chapters": written, "stopped": None})


def _add(total: TaskResult, result: dict[str, Any]) -> None:
    total.words += result["words"]
    total.versions += result["versions"]
    total.proposals += result["proposals"]
    total.items += result["items"]
    total.revision = result["revision"] if result["revision"] is not None else total.revision


def _left(written: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the scenes that this run left to the author."""
    return [
        one["scene"] for chapter in written for one in chapter["scenes"] or [] if one.get("left") is not None
    ]


async def next_chapter(
    session: AsyncSession, *, ctx: RunContext, left: Collection[str] = ()
) -> dict[str, Any] | None:
    """Return the chapter of the first scene behind the last one with prose; None at the end of the plan.

    A blank scene before that was left so by its author, and is no place to begin; so are those `left` in this run.
    """
    scope = scope_of(ctx.run)
    tree = await StructureService.of(session, scope).tree()
    scenes = tree.scenes()
    words = await ManuscriptService.of(session, scope).lengths([scene.id for scene in scenes])
    last = max(
        (at for at, scene in enumerate(scenes) if words.get(scene.id) or str(scene.id) in left), default=-1
    )
    if last + 1 == len(scenes):
        return None
    chapter = next(one for one in tree.chapters() if one.id == scenes[last + 1].chapter_id)
    return {"chapter": str(chapter.id), "number": chapter.number, "arc": str(chapter.arc_id or "")}
