"""A change of the plan as its author reads it: where it is made, what stands there now, and what would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.director.answers import PlanOp
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.plot.service import PlotService
from infinite_scribe.structure.service import StructureService


async def differences(
    session: AsyncSession, *, ctx: RunContext, ops: Sequence[PlanOp], ids: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return for each change the chapter or scene it is made to, by name, with the text `before` and `after` it.

    What is only added to a list has no `before`.
    """
    scope = scope_of(ctx.run)
    chapters = (await StructureService.of(session, scope).tree()).chapters()
    cards = await PlotService.of(session, scope).cards()
    named: dict[str, dict[str, Any]] = {}
    held: dict[str, Any] = {}
    for chapter in chapters:
        named[str(chapter.id)] = {"kind": "chapter", "number": chapter.number, "title": chapter.title}
        held[str(chapter.id)] = chapter
        for scene in chapter.scenes:
            named[str(scene.id)] = {"kind": "scene", "number": chapter.number, "title": scene.title}
            held[str(scene.id)] = cards.get(scene.id)
    found = []
    for one in ops:
        where = named.get(ids[one.target], {"kind": "gone", "number": None, "title": ""})
        before = (
            where["title"] if one.field == "title" else getattr(held.get(ids[one.target]), one.field, None)
        )
        found.append(
            {**where, "id": ids[one.target], "target": one.target, "field": one.field, "after": one.value,
             "before": before if isinstance(before, str) else None}
        )  # fmt: skip
    return found


def told_of(changes: Sequence[Mapping[str, Any]], changed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what became of changes, each with the names and texts that its author reads."""
    known = {(one["target"], one["field"], one["after"]): dict(one) for one in changes}

    def named(op: Mapping[str, Any]) -> dict[str, Any]:
        return known.get((op["target"], op["field"], op["value"]), {})

    return {
        **changed,
        "applied": [{**one, **named(one)} for one in changed["applied"]],
        "refused": [{**one, "change": named(one["op"])} for one in changed["refused"]],
    }
