"""Several drafts of one scene: one after the other on the page, compared two by two, the better one stays.

A judge that was not tried on known differences may only advise, so that for one no second draft is paid for.
Every draft stays in the scene's history, where the author may take another one back with one click.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.judges import trusted_judges
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.manuscript.service import ManuscriptService, Worked


async def best_of(
    ctx: RunContext, scene: UUID, first: dict[str, Any], given: dict[str, Any], drafts: int, *, path: str
) -> tuple[str, int, list[dict[str, Any]]]:
    """Return the version that stands on the page in the end, its words, and how each comparison went.

    A page on which the author writes meanwhile is theirs: what stands there then stays.
    """
    held, words = str(first["versions"][0]), int(first["words"])
    picks: list[dict[str, Any]] = []
    judge = await ctx.read(f"{path}/judge", partial(_judge, ctx=ctx))
    if not judge["decides"]:
        return held, words, [{**_UNDECIDED, "first": held}]
    for number in range(2, drafts + 1):
        here = f"{path}/other{number}"
        if not await ctx.write(
            f"{here}/off", partial(_off, ctx=ctx, scene=scene, version=UUID(held), path=f"{here}/off")
        ):
            break
        draft = await ctx.child(f"{here}/draft", "writer.draft_scene", given)
        if not draft["versions"]:
            break
        other = str(draft["versions"][0])
        asked = {"scene": str(scene), "first": held, "second": other}
        pick = await ctx.child(f"{here}/choose", "editor.choose", asked)
        picks.append({"first": held, "second": other, **{key: pick[key] for key in _TOLD}})
        if pick["winner"] == other:
            held, words = other, int(draft["words"])
            continue
        back = await ctx.write(
            f"{here}/back",
            partial(_back, ctx=ctx, scene=scene, page=UUID(other), wanted=UUID(held), path=f"{here}/back"),
        )
        if back is None:
            held, words = other, int(draft["words"])
            break
        held = back
    return held, words, picks


_TOLD = ("winner", "advice", "margin", "why", "orders", "not_evaluated")
_UNDECIDED: dict[str, Any] = {
    "first": None,
    "second": None,
    "winner": None,
    "advice": None,
    "margin": 0,
    "why": "",
    "orders": [],
    "not_evaluated": [{"rule": "choose", "reason": "uncalibrated", "count": 1}],
}


async def _judge(session: AsyncSession, *, ctx: RunContext) -> dict[str, Any]:
    """Return whether the editor's models may decide: all of them told the worse of two texts apart, when tried."""
    return {"decides": bool(await trusted_judges(session, ctx, "choice"))}


async def _off(session: AsyncSession, *, ctx: RunContext, scene: UUID, version: UUID, path: str) -> bool:
    texts = ManuscriptService.of(session, scope_of(ctx.run)).agent_text
    return await texts.take_off(scene, version, Worked(ctx.run.id, ctx.run.root_id, path, ctx.run.attempt))


async def _back(
    session: AsyncSession, *, ctx: RunContext, scene: UUID, page: UUID, wanted: UUID, path: str
) -> str | None:
    texts = ManuscriptService.of(session, scope_of(ctx.run)).agent_text
    worked = Worked(ctx.run.id, ctx.run.root_id, path, ctx.run.attempt)
    made = await texts.put_back(scene, page, wanted, worked)
    return str(made.id) if made is not None else None
