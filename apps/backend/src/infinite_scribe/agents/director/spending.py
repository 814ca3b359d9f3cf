"""What a run's whole family has cost, and what its author has let it cost so far."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.calls.service import usage_of_runs
from infinite_scribe.runs.gates import Asking, Gate
from infinite_scribe.runs.service import RunService


async def spent_so_far(ctx: RunContext, path: str) -> float:
    """Return what the family has cost in US dollars, as it was when a path first asked."""
    return float(await ctx.read(f"{path}/spent", partial(spent_by_family, ctx=ctx)))


async def spent_by_family(session: AsyncSession, *, ctx: RunContext) -> float:
    """Return what the run, those above it and those below it have cost, in US dollars."""
    family = await RunService.of(session, ctx.run.user_id).family_ids(ctx.run.id)
    usage = await usage_of_runs(session, family)
    return sum(one.cost_usd for one in usage.values())


@dataclass
class Purse:
    """What the author has let a run cost. With a price set, it asks each time the run has cost that much again."""

    asking: Asking
    agreed: float = 0.0

    @classmethod
    async def open(cls, ctx: RunContext, path: str) -> Purse:
        """Return the purse of a run; what its family had cost before it began was agreed above."""
        asking = Asking.of(ctx.run.gates, Gate.SPEND)
        begun_below = asking.over is not None and ctx.run.parent_id is not None
        return cls(asking, await spent_so_far(ctx, path) if begun_below else 0.0)

    def wants_word(self, spent: float) -> bool:
        """Say whether the author is to be asked now; what is asked about once counts as agreed."""
        if self.asking.over is None:
            return self.asking.mode == "ask"
        asks = self.asking.passed(self.agreed, spent)
        self.agreed = max(self.agreed, spent)
        return asks
