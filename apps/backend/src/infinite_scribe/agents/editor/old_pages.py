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
from infinite_scribe.briefing.service import names_in
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.memory.recall import Question, Recall
from infinite_scribe.structure.service import StructureService

MOST_PASSAGES = 12
_NUMBER = re.compile(r"\d|[一二三四五六七八九十百千两]")
_LONGEST = 400


async def old_pages(
    session: AsyncSession, ctx: RunContext, chapter: UUID, paragraphs: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return paragraphs of earlier chapters that speak of what this one speaks of, in reading order.

    Asked for by the paragraphs that name most, those with numbers before others: places, times and amounts are what a
    later chapter gets wrong.
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
    pids = {(hit.passage.scene_id, pid) for hit in hits[:MOST_PASSAGES] for pid in hit.passage.pids}
    wanted = [scene for scene in earlier if any(scene == one for one, _ in pids)]
    return [
        {"scene": str(state.scene_id), "version": state.version, "pid": block.pid, "text": block.text}
        for state in await ManuscriptService.of(session, scope).scenes(wanted)
        for block in state.blocks
        if block.text.strip() and (state.scene_id, block.pid) in pids
    ]
