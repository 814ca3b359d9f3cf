"""What the author wants of a run that is being worked on, brought to the place where the work can stop.

Three channels say "look": the queue's abort, a NOTIFY, and a poll each five seconds. All of them only say that there
is something to look at; what it is stands in the run's row.
"""

from __future__ import annotations

import asyncio
from enum import StrEnum

from infinite_scribe.agents.runtime.requests import KeepPartial, PartialText
from infinite_scribe.runs.rules import PauseReason, RunState, Signal


class Intent(StrEnum):
    """Why the work stops."""

    NONE = "none"
    PAUSE = "pause"
    PAUSE_NOW = "pause_now"
    CANCEL = "cancel"
    START_OVER = "start_over"
    LEAVE = "leave"


class Control:
    """The reins of one run in this process."""

    def __init__(self) -> None:
        self.intent = Intent.NONE
        self.reason = PauseReason.AUTHOR
        self.partial: PartialText | None = None
        self.keep_partial: KeepPartial | None = None
        self._work: asyncio.Task[object] | None = None

    def holds(self, work: asyncio.Task[object]) -> None:
        """Name the task that does the work."""
        self._work = work
        if self._stops_at_once:
            work.cancel()

    @property
    def wants_pause(self) -> bool:
        """Whether to stop at the next good place."""
        return self.intent is Intent.PAUSE

    @property
    def is_set(self) -> bool:
        return self.intent is not Intent.NONE

    def see(self, state: RunState, signal: Signal, *, urgent_steer: bool) -> None:
        """Follow what the run's row says."""
        if state is RunState.CANCELLING or signal is Signal.CANCEL:
            self.want(Intent.CANCEL)
        elif signal is Signal.PAUSE_NOW:
            self.want(Intent.PAUSE_NOW)
        elif signal is Signal.PAUSE:
            self.want(Intent.PAUSE)
        elif urgent_steer:
            self.want(Intent.START_OVER)

    def want(self, intent: Intent) -> None:
        """Stop for this reason. A stronger wish replaces a weaker one; the same wish twice changes nothing."""
        if _STRENGTH[intent] <= _STRENGTH[self.intent]:
            return
        self.intent = intent
        if self._work is not None and self._stops_at_once:
            self._work.cancel()

    def reach_cap(self) -> None:
        """The answer was clipped by a cap: rest before the next step."""
        self.reason = PauseReason.BUDGET
        self.want(Intent.PAUSE)

    def keep(self, partial: PartialText, keep: KeepPartial | None) -> None:
        """Hold on to text of a call that was cut, for the run's last transaction."""
        self.partial, self.keep_partial = partial, keep

    @property
    def _stops_at_once(self) -> bool:
        return self.intent in {Intent.PAUSE_NOW, Intent.CANCEL, Intent.START_OVER, Intent.LEAVE}


_STRENGTH = {
    Intent.NONE: 0,
    Intent.START_OVER: 1,
    Intent.PAUSE: 2,
    Intent.PAUSE_NOW: 3,
    Intent.CANCEL: 4,
    Intent.LEAVE: 5,
}
