"""What a chapter has to do for the promises of the book: timing is the plan's, the words are the director's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.director.answers import PromiseTold
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.plot.ledger import PromiseLedger
from infinite_scribe.plot.promises import OPEN
from infinite_scribe.structure.service import StructureService

MOST_OPEN = 8
"""Open promises that the director may do something for, those of most weight."""
_ASKS = {
    "en": ("Due in this chapter, each told by one sentence (`promises`: the handle and how it happens):", "plant: give it",
           "remind: bring it back", "arm: make it ready", "pay: keep it", "subvert: keep it in another way"),
    "zh": ("本章到时候的伏笔，各用一句话写明怎样发生（promises：代号与 how）：", "plant：埋下", "remind：提一下", "arm：备好", "pay：收",
           "subvert：换个法子收"),
}  # fmt: skip
_OPEN = {
    "en": "Open in the book and not due; only where a card really does something for one, say so in `promises` with card and act:",
    "zh": "书里还开着、本章不必处理的伏笔；只有某张卡确实处理了，才写进 promises，并注明 card 与 act：",
}

Act = dict[str, str]


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


async def open_promises(
    session: AsyncSession, scope: NovelScope, due: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return the promises of the book that are open and not due, by handles behind those of `due`."""
    taken = {one["promise"] for one in due}
    rows = [
        one
        for one in (await PromiseLedger.of(session, scope).read()).items
        if one.status in {"planned", *OPEN} and str(one.id) not in taken
    ]
    rows = sorted(rows, key=lambda one: (-one.weight, one.statement, str(one.id)))[:MOST_OPEN]
    return [
        {"handle": f"O{number}", "promise": str(one.id), "statement": one.statement}
        for number, one in enumerate(rows, start=len(due) + 1)
    ]


def said_due(due: Sequence[dict[str, Any]], open_: Sequence[dict[str, Any]], language: str) -> str:
    """Return what is due, and what is open besides, as the prompt says it; nothing where nothing is."""
    name = "zh" if language == "zh" else "en"
    asks = _ASKS[name]
    words = {one.replace("：", ":").partition(":")[0]: one for one in asks[1:]}
    rows = [f"- {one['handle']} {one['statement']} ({words.get(one['act'], one['act'])})" for one in due]
    said = ["", asks[0], *rows] if due else []
    if open_:
        said += ["", _OPEN[name], *(f"- {one['handle']} {one['statement']}" for one in open_)]
    return "\n".join(said)


def acts_of(
    kept: Mapping[str, Any], told: Sequence[PromiseTold], scenes: Sequence[UUID], how: Mapping[str, str]
) -> list[list[Act]]:
    """Return by card what it does for promises, and by which sentence: what is due in its scene, and what it adds.

    `how` holds the sentences of an earlier answer, for what the last one did not tell again.
    """
    how = {**how, **{one.promise: one.how for one in told}}
    found: list[list[Act]] = [[] for _ in scenes]
    for number, scene in enumerate(scenes):
        for one in kept["due"]:
            if one["scene"] == str(scene):
                said = how.get(one["handle"], one["statement"])
                found[number].append({"promise": one["promise"], "act": one["act"], "how": said})
    promises = {one["handle"]: one["promise"] for one in (*kept["due"], *kept["open"])}
    asked = {(one["handle"], one["act"]) for one in kept["due"]}
    for row in told:
        if row.act is None or (row.promise, row.act) in asked or row.promise not in promises:
            continue
        at = (row.card or 1) - 1
        if at < len(found):
            found[at].append({"promise": promises[row.promise], "act": row.act, "how": row.how})
    return found
