"""The director's loop over real queues, with a writer, an editor and a librarian who take no time to think."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from factories.calls import make_call
from factories.loop import Studio, make_studio
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.registry import REGISTRY, Registered, Registry
from infinite_scribe.canon.registry import Severity
from infinite_scribe.continuity.findings import FoundClash
from infinite_scribe.continuity.service import ContinuityService
from infinite_scribe.manuscript.service import ManuscriptService, Origin, blocks_from_text
from infinite_scribe.runs.schemas.inputs import LearnResult, TaskResult
from infinite_scribe.runs.schemas.tasks import TASKS
from infinite_scribe.runs.schemas.wire import AnswerAsk
from infinite_scribe.runs.service import RunService
from servers.databases import TestDatabase

RULE = "T0-PLAN"
Body = Callable[[RunContext, Any], Awaitable[BaseModel]]


@dataclass
class Hands:
    """What the others do: `drafted` are the runs that wrote, each priced; `broken` numbers of drafts contradict."""

    price_nanousd: int = 0
    broken: Sequence[int] = ()
    fallback: bool = False
    drafted: list[UUID] = field(default_factory=list)
    studio: Studio | None = None

    async def draft(self, ctx: RunContext, given: Any) -> TaskResult:
        if ctx.run.id not in self.drafted:
            self.drafted.append(ctx.run.id)
            await self._pay(ctx, given.scene)
        number = self.drafted.index(ctx.run.id) + 1
        words = f"Ines counted the lamps along the quay for the {number}th time.\n\nNobody came."
        made = await ctx.write("draft/place", partial(_place, ctx=ctx, scene=given.scene, words=words))
        wrong = number in self.broken
        await ctx.write("draft/find", partial(_find, ctx=ctx, scene=given.scene, wrong=wrong))
        return TaskResult(
            words=12, versions=[made["version_id"]] if made["version_id"] else [],
            proposals=[made["proposal_id"]] if made["proposal_id"] else [], revision=made["novel_revision"],
        )  # fmt: skip

    async def _pay(self, ctx: RunContext, scene: UUID) -> None:
        assert self.studio is not None
        await make_call(
            self.studio.db.owner, ctx.run.user_id, run_id=ctx.run.id, novel_id=ctx.run.novel_id, path="draft/text1",
            task="writer.draft_scene", cost_nanousd=self.price_nanousd,
            request={"fallback": 1 if self.fallback else None, "scene": str(scene)},
        )  # fmt: skip

    async def realise(self, _ctx: RunContext, _given: Any) -> TaskResult:
        return TaskResult(items=[1], verdicts=[])

    async def fix(self, _ctx: RunContext, _given: Any) -> TaskResult:
        return TaskResult(items=[1], fixed=[], thrown_away=[])

    async def learn(self, _ctx: RunContext, _given: Any) -> LearnResult:
        return LearnResult(looked=True)

    def registry(self, real: Sequence[str] = ()) -> Registry:
        """Return every task of the agents, these four by quick hands, and nothing in the background."""
        mine: dict[str, Body] = {
            "writer.draft_scene": self.draft, "editor.realise": self.realise, "editor.fix": self.fix,
            "librarian.learn": self.learn,
        }  # fmt: skip
        quick = {name: Registered(TASKS[name], body) for name, body in mine.items() if name not in real}
        return Registry({**REGISTRY.tasks, **quick}, dict(REGISTRY.lights), {})


async def quick_studio(
    db: TestDatabase, tmp: Path, hands: Hands, *, chapters: int = 4, scenes: int = 1, real: Sequence[str] = ()
) -> Studio:
    """Make a book like `make_studio`, worked on by quick hands; chapters get so many scenes."""
    studio = await make_studio(db, tmp, chapters=chapters)
    settings = studio.desk.settings
    loop = settings.loop.model_copy(update={"scenes_per_chapter": scenes})
    desk = replace(
        studio.desk, registry=hands.registry(real), settings=settings.model_copy(update={"loop": loop})
    )
    hands.studio = replace(studio, desk=desk)
    return hands.studio


async def answered(studio: Studio, root: UUID, decision: str, text: str | None = None) -> dict[str, Any]:
    """Wait for a question, answer it, and return it."""
    row = await studio.asking(root)
    gate = dict(row.gate or {})
    ask = AnswerAsk(gate=gate["name"], decision=decision, text=text)

    async def say(runs: RunService) -> object:
        return await runs.answer(root, ask)

    await studio.desk.command(say)
    return gate


async def _place(session: AsyncSession, *, ctx: RunContext, scene: UUID, words: str) -> dict[str, Any]:
    blocks = blocks_from_text(words, Origin(run=str(ctx.run.id), call=None, demo=True))
    placed = await ManuscriptService.of(session, scope_of(ctx.run)).proposals.place_draft(
        scene, blocks, run_id=ctx.run.id, path="draft", try_=ctx.run.attempt, root_run_id=ctx.run.root_id, hold=True
    )  # fmt: skip
    return placed.as_json()


async def _find(session: AsyncSession, *, ctx: RunContext, scene: UUID, wrong: bool) -> int:
    """Keep a contradiction of the scene that nobody repairs; the same one in each."""
    why = {"en": "The lamps were never lit.", "zh": "灯从来没有点过。"}
    found = FoundClash(
        RULE, "must_include", Severity.MAJOR, "likely", {"scene": str(scene)}, {"asked": True, "quote": "lamps"},
        why, "same",
    )  # fmt: skip
    service = ContinuityService.of(session, scope_of(ctx.run))
    return len(await service.keep_owed(scene, [found] if wrong else [], {RULE}))
