"""What a chapter has to do for the promises of the book: timing is the plan's, the words are the director's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.director.answers import PromiseTold
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.plot.ledger import PromiseLedger
from infinite_scribe.structure.service import StructureService

_ASKS = {
    "en": ("Due in this chapter, each told by one sentence (`promises`: the handle and how it happens):", "plant: give it",
           "remind: bring it back", "arm: make it ready", "pay: keep it", "subvert: keep it in another way"),
    "zh": ("本章到时候的伏笔，各用一句话写明怎样发生（promises：代号与 how）：", "plant：埋下", "remind：提一下", "arm：备好", "pay：收",
           "subvert：换个法子收"),
}  # fmt: skip


async def due_promises(session: AsyncSession, scope: NovelScope, chapter_id: UUID) -> list[dict[str, Any]]:
    """Return what the plan asks the scenes of a chapter to do for promises, by handles."""
    ledger = PromiseLedger.of(session, scope)
    chapter = await StructureService.of(session, scope).chapter(chapter_id)
    found: list[dict[str, Any]] = []
    for scene in chapter.scenes:
        for act in await ledger.planned_acts(scene.id):
            found.append(
                {"handle": f"O{len(found) + 1}", "promise": str(act.promise_id), "act": act.act,
                 "statement": act.statement, "scene": str(scene.id)}
            )  # fmt: skip
    return found


def said_due(due: Sequence[dict[str, Any]], language: str) -> str:
    """Return what is due as the prompt says it; nothing where nothing is."""
    if not due:
        return ""
    asks = _ASKS["zh" if language == "zh" else "en"]
    words = {one.replace("：", ":").partition(":")[0]: one for one in asks[1:]}
    rows = [f"- {one['handle']} {one['statement']} ({words.get(one['act'], one['act'])})" for one in due]
    return "\n".join(["", asks[0], *rows])


def due_acts(due: Sequence[dict[str, Any]], told: Sequence[PromiseTold]) -> dict[str, list[dict[str, str]]]:
    """Return by scene what its card does for promises, and by which sentence."""
    how = {one.promise: one.how for one in told}
    found: dict[str, list[dict[str, str]]] = {}
    for one in due:
        act = {"promise": one["promise"], "act": one["act"], "how": how.get(one["handle"], one["statement"])}
        found.setdefault(one["scene"], []).append(act)
    return found
