"""Rounds that no model won: kept when the author is asked, so that a later walk goes on behind them.

Which models a role has, and how often one is asked, may change while a run waits. A round that is over is therefore
not asked again: what it left behind is read back.
"""

from __future__ import annotations

from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel

from infinite_scribe.agents.runtime.outcomes import Spending
from infinite_scribe.agents.runtime.questions import Trouble
from infinite_scribe.agents.runtime.speaker import Turn
from infinite_scribe.agents.runtime.storage import RunStorage
from infinite_scribe.model_client.schemas import CallDone
from infinite_scribe.runs.errors import RunIncompatibleError
from infinite_scribe.runs.execution import ClaimedRun, Execution, StepEntry, StepRecord
from infinite_scribe.runs.materials import keep_material, read_material
from infinite_scribe.runs.rules import StepKind


class LostRound(BaseModel):
    """What a round left: the number of the last call, its best answer so far, what it cost, and why it was lost."""

    no: int
    trouble: Trouble
    spent: Spending
    faults: list[str] = []
    rungs: dict[str, int] = {}
    held: dict[str, Any] | None = None
    last: CallDone | None = None
    stripped: int = 0

    @classmethod
    def read(cls, kept: Any) -> Self:
        """Return a round from what was kept of it."""
        return cls.model_validate(kept)

    def kept(self) -> Any:
        """Return the round as JSON that the store takes: models answer with characters that it does not."""
        return _storable(self.model_dump(mode="json"))


class Rounds:
    """The lost rounds of one claimed run, and the facts that a climb was begun with."""

    def __init__(self, run: ClaimedRun, storage: RunStorage) -> None:
        self._run, self._storage = run, storage

    async def known(self, path: str, number: int) -> LostRound | None:
        """Return a round that an earlier walk of this attempt lost; None when it has to be asked."""
        recorded = self._run.steps.get(f"{path}/lost:{number}")
        if recorded is None or recorded.try_ != self._run.attempt:
            return None
        material = UUID(recorded.output["material"])
        try:
            return LostRound.read(await self._storage.look(lambda session: read_material(session, material)))
        except RunIncompatibleError:
            return None  # retention took it

    async def keep(self, path: str, number: int, lost: LostRound) -> None:
        """Keep a lost round before the author is asked."""
        where, kept = f"{path}/lost:{number}", lost.kept()

        async def work(execution: Execution, _: Turn) -> StepRecord:
            again = await execution.recorded(self._run, where)
            if again is not None:
                return again
            material = await keep_material(execution.session, self._run, where, kept)
            entry = StepEntry(where, StepKind.READ, "lost", {"material": str(material)})
            return await execution.record(self._run, entry)

        self._run.steps[where] = await self._storage.commit(work)

    async def calls(self, path: str, now: int) -> int:
        """Return how often one model is asked for this answer: what held when its first answer failed."""
        where = f"{path}/calls"
        recorded = self._run.steps.get(where)
        if recorded is None or recorded.try_ != self._run.attempt:

            async def work(execution: Execution, _: Turn) -> StepRecord:
                again = await execution.recorded(self._run, where)
                return again or await execution.record(
                    self._run, StepEntry(where, StepKind.READ, "calls", {"calls": now})
                )

            recorded = self._run.steps[where] = await self._storage.commit(work)
        return int(recorded.output["calls"])


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return [_storable(item) for item in value] if isinstance(value, list) else value
