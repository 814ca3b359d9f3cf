"""The conversation of a stage: one message is answered, one may wait, and every one of them ends.

A round is `answering` from the moment it is taken on, or `queued` behind the one that is. Its run is started by
whoever sees it first: the request that made it, or the worldsmith, who looks for rounds without a run. The database
ends a round in the commit that ends its run, and moves the waiting one up in the same commit, so that no process can
die between the two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core import clock
from infinite_scribe.core.ids import new_id
from infinite_scribe.genesis.errors import ConversationBusyError, RoundNotFoundError, RoundStateError
from infinite_scribe.genesis.models import GenesisOption, GenesisRound, GenesisStage
from infinite_scribe.genesis.rules import Stage
from infinite_scribe.genesis.wire import Action, OptionRead, RoundOutput, RoundRead
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import alive
from infinite_scribe.runs.errors import RunStateError
from infinite_scribe.runs.events import Spoken, tell_user
from infinite_scribe.runs.schemas.wire import RunStart
from infinite_scribe.runs.service import RunService

TASKS: dict[str, str] = {
    "generate": "worldsmith.options",
    "ask": "worldsmith.reply",
    "compare": "worldsmith.compare",
    "merge": "worldsmith.merge",
    "complete": "worldsmith.complete",
    "digest": "worldsmith.digest",
    "refresh": "worldsmith.refresh",
}
"""Which task answers which action."""
ACTIVE, WAITING = "answering", "queued"
MOST_ROUNDS = 200
CHANGED = "genesis.changed"
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:stage, 0))")


@dataclass(frozen=True)
class Conversation:
    """The rounds of one novel, in the caller's transaction."""

    session: AsyncSession
    scope: NovelScope

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> Conversation:
        """Return the conversation of the scope's novel."""
        return cls(session, scope)

    async def rounds(self, stage: Stage) -> list[RoundRead]:
        """Return what was said about a stage, oldest first."""
        found = await self.session.scalars(
            select(GenesisRound)
            .where(GenesisRound.novel_id == self.scope.novel_id, GenesisRound.stage == stage.value)
            .order_by(GenesisRound.seq.desc())
            .limit(MOST_ROUNDS)
        )
        rows = list(reversed(found.all()))
        options = await self._options(rows)
        return [_read(row, options) for row in rows]

    async def busy(self) -> dict[str, UUID]:
        """Return the round that is being answered, by stage."""
        found = await self.session.execute(
            select(GenesisRound.stage, GenesisRound.id).where(
                GenesisRound.novel_id == self.scope.novel_id, GenesisRound.status == ACTIVE
            )
        )
        return {row.stage: row.id for row in found}

    async def take_on(
        self, stage: Stage, action: Action, given: Mapping[str, Any], key: str | None
    ) -> RoundRead:
        """Take a message on; the same key gives the same round. Raises `ConversationBusyError` for a third one."""
        await self._alone(stage)
        known = await self._by_key(key)
        if known is not None:
            return await self._shown(known)
        last = await self.session.scalar(
            select(func.max(GenesisRound.seq)).where(
                GenesisRound.novel_id == self.scope.novel_id, GenesisRound.stage == stage.value
            )
        )
        row = GenesisRound(
            id=new_id(), novel_id=self.scope.novel_id, stage=stage.value, seq=(last or 0) + 1,
            kind="message" if action == "ask" else "action", action=action, user_id=self.scope.user_id,
            input=dict(given), status=await self._place(stage), output=None, run_id=None, problem=None,
            attempt=1, idempotency_key=key, finished_at=None, created_at=clock.now(),
        )  # fmt: skip
        self.session.add(row)
        await self._said(row)
        return await self._shown(row)

    async def cancel(self, stage: Stage, round_id: UUID) -> tuple[RoundRead, list[Spoken]]:
        """Stop a round; return it with events to publish. Raises `RoundNotFoundError`, `RoundStateError`."""
        await self._alone(stage)
        row = await self._row(stage, round_id)
        if row.run_id is None:
            # Whoever ends a run locks it before its round; a round with a run is therefore not locked here.
            await self.session.refresh(row, with_for_update=True)
        if row.status not in {ACTIVE, WAITING}:
            raise RoundStateError(status=row.status)
        if row.run_id is None:
            row.status, row.finished_at = "cancelled", clock.now()
            await self._said(row)
            return await self._shown(row), []
        runs = RunService.of(self.session, self.scope.user_id)
        try:
            await runs.cancel(row.run_id)
        except RunStateError as error:
            raise RoundStateError(status=row.status) from error
        await self.session.refresh(row)
        return await self._shown(row), list(runs.said)

    async def retry(self, stage: Stage, round_id: UUID) -> RoundRead:
        """Ask a failed or cancelled round again. Raises `RoundStateError`, `ConversationBusyError`."""
        await self._alone(stage)
        row = await self._row(stage, round_id)
        await self.session.refresh(row, with_for_update=True)
        if row.status not in {"failed", "cancelled"}:
            raise RoundStateError(status=row.status)
        row.status, row.attempt = await self._place(stage), row.attempt + 1
        row.run_id, row.output, row.problem, row.finished_at = None, None, None, None
        row.user_id = self.scope.user_id
        await self._said(row)
        return await self._shown(row)

    async def run_of(self, round_id: UUID | None) -> str | None:
        """Return the run that answered a round."""
        row = None if round_id is None else await self.session.get(GenesisRound, round_id)
        return str(row.run_id) if row is not None and row.run_id is not None else None

    # -- the side of the agent ------------------------------------------------------------------

    async def work(self, round_id: UUID, run_id: UUID) -> dict[str, Any]:
        """Return action and input of the round that a run answers.

        Raises `RoundNotFoundError` when the round is another run's, or was ended meanwhile.
        """
        row = await self.session.scalar(
            select(GenesisRound).where(
                GenesisRound.novel_id == self.scope.novel_id,
                GenesisRound.id == round_id,
                GenesisRound.run_id == run_id,
                GenesisRound.status == ACTIVE,
            )
        )
        if row is None:
            raise RoundNotFoundError(round=str(round_id))
        return {"stage": row.stage, "action": row.action, "input": row.input, "seq": row.seq}

    async def said_before(self, stage: Stage, seq: int, count: int = 6) -> list[dict[str, str]]:
        """Return the last messages before a round and what was answered, in words."""
        found = await self.session.scalars(
            select(GenesisRound)
            .where(
                GenesisRound.novel_id == self.scope.novel_id,
                GenesisRound.stage == stage.value,
                GenesisRound.seq < seq,
                GenesisRound.status == "answered",
            )
            .order_by(GenesisRound.seq.desc())
            .limit(count)
        )
        lines: list[dict[str, str]] = []
        for row in reversed(found.all()):
            asked = str(row.input.get("message") or row.input.get("instruction") or row.action)
            answered = str((row.output or {}).get("text") or "")
            lines.append({"author": asked[:600], "worldsmith": answered[:600]})
        return lines

    async def answer(self, round_id: UUID, output: Mapping[str, Any]) -> None:
        """Keep the answer of a round; it counts as answered when its run has completed."""
        row = await self.session.scalar(
            select(GenesisRound).where(
                GenesisRound.novel_id == self.scope.novel_id, GenesisRound.id == round_id
            )
        )
        if row is None:
            raise RoundNotFoundError(round=str(round_id))
        row.output = dict(output)
        await self.session.flush()

    async def give_up(self, round_id: UUID, problem: Mapping[str, Any]) -> None:
        """End a round whose run could not be started."""
        row = await self.session.scalar(
            select(GenesisRound).where(
                GenesisRound.novel_id == self.scope.novel_id,
                GenesisRound.id == round_id,
                GenesisRound.status == ACTIVE,
                GenesisRound.run_id.is_(None),
            )
        )
        if row is not None:
            row.status, row.problem, row.finished_at = "failed", dict(problem), clock.now()
            await self._said(row)

    async def command(self, round_id: UUID) -> RunStart | None:
        """Return the command that answers a round; None when it has a run, waits, or has ended."""
        row = await self.session.get(GenesisRound, round_id)
        if row is None or row.status != ACTIVE or row.run_id is not None:
            return None
        return RunStart(
            task=TASKS[row.action],
            input={"stage": row.stage, "round": str(row.id)},
            idempotency_key=f"{row.id.hex}-{row.attempt}",
        )

    # -- within --------------------------------------------------------------------------------

    async def _alone(self, stage: Stage) -> None:
        await self.session.execute(_ONE_AT_A_TIME, {"stage": f"genesis:{self.scope.novel_id}:{stage.value}"})

    async def _place(self, stage: Stage) -> str:
        """Return the status of a new round. Raises `ConversationBusyError`.

        What is being answered is locked: it cannot end, and look for who waits, before the new one is seen.
        """
        found = set(
            await self.session.scalars(
                select(GenesisRound.status)
                .where(
                    GenesisRound.novel_id == self.scope.novel_id,
                    GenesisRound.stage == stage.value,
                    GenesisRound.status.in_([ACTIVE, WAITING]),
                )
                .order_by(GenesisRound.status)
                .with_for_update()
            )
        )
        if WAITING in found:
            raise ConversationBusyError(stage=stage.value)
        return WAITING if ACTIVE in found else ACTIVE

    async def _by_key(self, key: str | None) -> GenesisRound | None:
        if key is None:
            return None
        found: GenesisRound | None = await self.session.scalar(
            select(GenesisRound).where(
                GenesisRound.novel_id == self.scope.novel_id,
                GenesisRound.user_id == self.scope.user_id,
                GenesisRound.idempotency_key == key,
            )
        )
        return found

    async def _row(self, stage: Stage, round_id: UUID) -> GenesisRound:
        row: GenesisRound | None = await self.session.scalar(
            select(GenesisRound).where(
                GenesisRound.novel_id == self.scope.novel_id,
                GenesisRound.stage == stage.value,
                GenesisRound.id == round_id,
            )
        )
        if row is None:
            raise RoundNotFoundError
        return row

    async def _said(self, row: GenesisRound) -> None:
        await self.session.flush()
        await tell_user(
            self.session, self.scope.user_id, CHANGED, {"stage": row.stage}, novel_id=self.scope.novel_id
        )

    async def _shown(self, row: GenesisRound) -> RoundRead:
        return _read(row, await self._options([row]))

    async def _options(self, rows: Sequence[GenesisRound]) -> dict[str, OptionRead]:
        wanted = {one for row in rows for one in (row.output or {}).get("option_ids", [])}
        return {str(one.id): one for one in await read_options(self.session, self.scope.novel_id, wanted)}


async def read_options(session: AsyncSession, novel_id: UUID, wanted: set[str]) -> list[OptionRead]:
    """Return options by id, each with whether it is the one its stage was filled from."""
    if not wanted:
        return []
    found = await session.scalars(
        select(GenesisOption).where(
            GenesisOption.novel_id == novel_id, GenesisOption.id.in_([UUID(one) for one in wanted])
        )
    )
    picked = set(
        await session.scalars(
            select(GenesisStage.option_id).where(GenesisStage.novel_id == novel_id, alive(GenesisStage))
        )
    )
    return [option_read(row, picked=row.id in picked) for row in found]


def option_read(row: GenesisOption, *, picked: bool) -> OptionRead:
    """Return an option for the wire."""
    return OptionRead(
        id=row.id, handle=row.handle, title=row.title, body=row.body, gains=row.gains, costs=row.costs,
        scores=row.scores, origin=row.origin, parents=row.parents, picked=picked,
    )  # fmt: skip


def _read(row: GenesisRound, options: Mapping[str, OptionRead]) -> RoundRead:
    output = None
    if row.output is not None and row.status == "answered":
        members = {name: value for name, value in row.output.items() if name != "option_ids"}
        ids = row.output.get("option_ids")
        if ids is not None:
            members["options"] = [options[one] for one in ids if one in options]
        output = RoundOutput.model_validate(members)
    return RoundRead(
        id=row.id, seq=row.seq, kind=row.kind, action=row.action, input=row.input, status=row.status,
        output=output, problem=row.problem, run_id=row.run_id, created_at=row.created_at,
        finished_at=row.finished_at,
    )  # fmt: skip


@dataclass(frozen=True)
class Unbegun:
    """A round whose turn it is and that has no run yet."""

    round_id: UUID
    novel_id: UUID
    user_id: UUID


async def unbegun(session: AsyncSession, limit: int = 50) -> list[Unbegun]:
    """Return rounds without a run, the oldest first; needs a transaction with `sweep`."""
    found = await session.execute(
        select(GenesisRound.id, GenesisRound.novel_id, GenesisRound.user_id)
        .where(
            GenesisRound.status == ACTIVE, GenesisRound.run_id.is_(None), GenesisRound.user_id.is_not(None)
        )
        .order_by(GenesisRound.created_at)
        .limit(limit)
    )
    return [Unbegun(row.id, row.novel_id, row.user_id) for row in found]
