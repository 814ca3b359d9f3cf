"""What earlier chapters say about the same: the pages that a chapter is held against after it was read for itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.briefings import close_reading
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.briefing.close_reading import room_beside
from infinite_scribe.briefing.service import names_in
from infinite_scribe.core.tokens import count_tokens
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.memory.recall import Question, Recall
from infinite_scribe.structure.service import StructureService

MOST_PASSAGES = 12
PER_PASSAGE = 6
"""Tokens that a passage costs in a prompt beside its text."""
_NUMBER = re.compile(r"\d|[一二三四五六七八九十百千两]")
_LONGEST = 400


async def old_pages(
    session: AsyncSession, ctx: RunContext, chapter: UUID, paragraphs: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return paragraphs of earlier chapters that speak of what this one speaks of, in reading order.

    Asked for by the paragraphs that name most, those with numbers before others: places, times and amounts are what a
    later chapter gets wrong. Of a model that reads little they take a third of the room at most, the nearest first.
    """
    scope = scope_of(ctx.run)
    order = [scene.id for scene in (await StructureService.of(session, scope).tree()).scenes()]
    here = {scene.id for scene in (await StructureService.of(session, scope).chapter(chapter)).scenes}
    earlier = order[: next((at for at, one in enumerate(order) if one in here), 0)]
    world = await close_reading(session, ctx).briefings.world()
    asked = [(str(one["text"]), names_in(world, str(one["text"]))) for one in paragraphs]
    telling = sorted(
        (pair for pair in asked if pair[1]), key=lambda pair: (not _NUMBER.search(pair[0]), -len(pair[1]))
    )
    questions = [Question(text[:_LONGEST], tuple(names)) for text, names in telling[:MOST_PASSAGES]]
    found = await Recall.of(session, scope).ask(questions, language=ctx.run.language, scenes=earlier, k=2)
    hits = sorted((hit for some in found.answers for hit in some), key=lambda hit: -hit.score)
    pids = [(str(hit.passage.scene_id), pid) for hit in hits[:MOST_PASSAGES] for pid in hit.passage.pids]
    near = {place: rank for rank, place in reversed(list(enumerate(pids)))}
    wanted = [scene for scene in earlier if any(str(scene) == one for one, _ in near)]
    pages = [
        {"scene": str(state.scene_id), "version": state.version, "pid": block.pid, "text": block.text}
        for state in await ManuscriptService.of(session, scope).scenes(wanted)
        for block in state.blocks
        if block.text.strip() and (str(state.scene_id), block.pid) in near
    ]
    return within(pages, near, room_beside("reading", ctx.limits.room))


def within(
    pages: Sequence[dict[str, Any]], near: Mapping[tuple[str, str], int], most: int
) -> list[dict[str, Any]]:
    """Return the pages that `most` tokens hold, the nearest first chosen, in the order they came in."""
    kept, left = set[tuple[str, str]](), most
    for place, text in sorted(
        (((one["scene"], one["pid"]), one["text"]) for one in pages), key=lambda pair: near[pair[0]]
    ):
        cost = count_tokens(text) + PER_PASSAGE
        if cost <= left:
            kept.add(place)
            left -= cost
    return [one for one in pages if (one["scene"], one["pid"]) in kept]
