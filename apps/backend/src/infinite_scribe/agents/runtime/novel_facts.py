"""What every task needs to know of its novel before anything else."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.novels.access import NovelScope, scope_for_run
from infinite_scribe.novels.service import get_novel
from infinite_scribe.runs.execution import ClaimedRun


def scope_of(run: ClaimedRun) -> NovelScope:
    """Return what a run may do with its novel, by its own row."""
    return scope_for_run(run.user_id, run.novel_id, run.actions)


async def novel_facts(session: AsyncSession, run: ClaimedRun) -> dict[str, Any]:
    """Return title, idea, language and the author's choices of the run's novel."""
    novel = await get_novel(session, run.novel_id)
    return {
        "title": novel.title,
        "idea": novel.idea,
        "language": "zh" if novel.language.startswith("zh") else "en",
        "length": novel.length,
        "pov": novel.pov,
        "tone": novel.tone or "",
        "revision": novel.revision,
    }
