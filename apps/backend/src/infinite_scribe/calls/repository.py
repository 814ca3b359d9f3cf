"""SQL of the journal. Every late write names owner and dial, so that a frozen process changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.calls.models import LedgerEntry, LlmCall, LlmChunk, Reservation

_MANIFEST = text("SELECT json FROM manifests WHERE call_id = :call").columns(json=JSONB)
# One statement: the call's own row is the fence, and a call that moved on takes no more text.
_APPEND = text("""
WITH mine AS (
  UPDATE llm_calls SET state = 'streaming', first_token_at = coalesce(first_token_at, now()), last_append_at = now()
   WHERE id = :call AND owner = :owner AND dial_no = :dial AND state IN ('dialled', 'streaming')
  RETURNING id, novel_id, user_id)
INSERT INTO llm_chunks (call_id, seq, novel_id, user_id, dial_no, "offset", payload)
SELECT id, :seq, novel_id, user_id, :dial, :offset, :payload FROM mine
RETURNING call_id
""")
_CLAIM = text("""
UPDATE llm_calls SET state = 'dialled', owner = :owner, dial_no = dial_no + 1, dialled_at = now(), error = NULL,
       continuations = continuations + :continued
 WHERE id = :call AND state = :seen_state AND dial_no = :seen_dial RETURNING dial_no
""")
_TRIM = text("""
UPDATE llm_chunks SET payload = left(payload, :to - "offset")
 WHERE call_id = :call AND "offset" < :to AND "offset" + length(payload) > :to
""")
_LIVE_OWNERS = text("""
SELECT id FROM executors WHERE agent = 'llm' AND state <> 'dead' AND beat_at > now() - make_interval(secs => :seconds)
""")
_ABANDONED = text("""
SELECT id, user_id, novel_id FROM llm_calls
 WHERE state IN ('intended', 'dialled', 'streaming', 'cut') AND reservation_id IS NOT NULL
   AND coalesce(last_append_at, dialled_at, created_at) < now() - make_interval(secs => :seconds)
   AND NOT (owner = ANY(:living)) LIMIT 100
""")
_ADD_USAGE = text("""
UPDATE llm_calls
   SET cost_nanousd = cost_nanousd + :nanousd, price_version = :version, usage_source = :source, reservation_id = NULL,
       usage = jsonb_build_object(
         'input_tokens', coalesce((usage->>'input_tokens')::bigint, 0) + :input,
         'output_tokens', coalesce((usage->>'output_tokens')::bigint, 0) + :output,
         'cached_tokens', coalesce((usage->>'cached_tokens')::bigint, 0) + :cached)
 WHERE id = :call
""")
_USAGE_OF_RUNS = text("""
SELECT run_id, sum(coalesce((usage->>'input_tokens')::bigint, 0)) AS input_tokens,
       sum(coalesce((usage->>'output_tokens')::bigint, 0)) AS output_tokens, sum(cost_nanousd) AS nanousd,
       bool_and(provider = 'demo') AS demo
  FROM llm_calls WHERE run_id = ANY(:runs) GROUP BY run_id
""")
_GAP = text("""
SELECT (SELECT coalesce(sum(nanousd), 0) FROM ledger WHERE user_id = :user)
     - (SELECT coalesce(sum(spent_nanousd), 0) FROM budgets WHERE scope_kind = 'user' AND scope_id = :user AND period = 'day')
""")
_SHORTEN = text("""
UPDATE llm_calls SET request = NULL, response = NULL, manifest = '[]'::jsonb
 WHERE state IN ('done', 'failed', 'cancelled') AND request IS NOT NULL
   AND created_at < now() - make_interval(days => :days)
""")


@dataclass(frozen=True)
class CallsRepository:
    session: AsyncSession

    async def insert_call(self, values: Mapping[str, Any]) -> bool:
        """Insert a call unless its slot is taken; say whether it was inserted."""
        statement = insert(LlmCall).values(**values).on_conflict_do_nothing(index_elements=["call_key"])
        return (await self.session.execute(statement.returning(LlmCall.id))).first() is not None

    async def by_key(self, call_key: bytes) -> LlmCall | None:
        query = select(LlmCall).where(LlmCall.call_key == call_key).execution_options(populate_existing=True)
        return (await self.session.scalars(query)).first()

    async def manifest(self, call_id: UUID) -> Mapping[str, Any]:
        """Return what the run kept about the briefing of a call; empty when it kept nothing."""
        found = (await self.session.execute(_MANIFEST, {"call": call_id})).scalar_one_or_none()
        return found or {}

    async def of_prompt(self, novel_id: UUID, name: str, limit: int) -> Sequence[LlmCall]:
        """Return the newest calls of a prompt in a novel whose request is kept."""
        query = select(LlmCall).where(
            LlmCall.novel_id == novel_id, LlmCall.prompt_name == name, LlmCall.request.is_not(None)
        )
        return (await self.session.scalars(query.order_by(LlmCall.id.desc()).limit(limit))).all()

    async def tries(self, row: LlmCall) -> Sequence[LlmCall]:
        """Return the calls of the same step, in their order; a light call is alone."""
        if row.run_id is None:
            return [row]
        query = select(LlmCall).where(LlmCall.run_id == row.run_id, LlmCall.path == row.path)
        return (await self.session.scalars(query.order_by(LlmCall.try_, LlmCall.no))).all()

    async def by_id(self, call_id: UUID, *, lock: bool = False) -> LlmCall | None:
        query = select(LlmCall).where(LlmCall.id == call_id).execution_options(populate_existing=True)
        return (await self.session.scalars(query.with_for_update() if lock else query)).first()

    async def claim(
        self, call_id: UUID, owner: UUID, seen_state: str, seen_dial: int, *, continued: bool
    ) -> int | None:
        values = {"call": call_id, "owner": owner, "seen_state": seen_state, "seen_dial": seen_dial}
        found = await self.session.scalar(_CLAIM, {**values, "continued": int(continued)})
        return None if found is None else int(found)

    async def append(
        self, call_id: UUID, owner: UUID, dial_no: int, seq: int, offset: int, payload: str
    ) -> bool:
        values = {
            "call": call_id,
            "owner": owner,
            "dial": dial_no,
            "seq": seq,
            "offset": offset,
            "payload": payload,
        }
        return (await self.session.execute(_APPEND, values)).first() is not None

    async def chunks(self, call_id: UUID, after_seq: int = 0) -> Sequence[LlmChunk]:
        query = (
            select(LlmChunk)
            .where(LlmChunk.call_id == call_id, LlmChunk.seq > after_seq)
            .order_by(LlmChunk.seq)
        )
        return (await self.session.scalars(query)).all()

    async def drop_chunks(self, call_id: UUID) -> None:
        await self.session.execute(delete(LlmChunk).where(LlmChunk.call_id == call_id))

    async def trim_chunks(self, call_id: UUID, to_offset: int) -> None:
        """Forget stored text behind `to_offset`."""
        await self.session.execute(
            delete(LlmChunk).where(LlmChunk.call_id == call_id, LlmChunk.offset >= to_offset)
        )
        await self.session.execute(_TRIM, {"call": call_id, "to": to_offset})

    async def move(
        self, call_id: UUID, owner: UUID | None, dial_no: int | None, values: Mapping[str, Any]
    ) -> bool:
        """Change an open call, fenced by owner and dial where they are given."""
        statement = update(LlmCall).where(
            LlmCall.id == call_id, LlmCall.state.in_(("intended", "dialled", "streaming", "cut"))
        )
        if owner is not None:
            statement = statement.where(LlmCall.owner == owner)
        if dial_no is not None:
            statement = statement.where(LlmCall.dial_no == dial_no)
        return (
            await self.session.execute(statement.values(**values).returning(LlmCall.id))
        ).first() is not None

    async def add_usage(
        self, call_id: UUID, usage: tuple[int, int, int], nanousd: int, version: str, source: str
    ) -> None:
        told = {"input": usage[0], "output": usage[1], "cached": usage[2]}
        values = {"call": call_id, "nanousd": nanousd, **told}
        await self.session.execute(_ADD_USAGE, {**values, "version": version, "source": source})

    async def hold(self, reservation: Reservation) -> None:
        self.session.add(reservation)
        await self.session.flush()
        await self.session.execute(
            update(LlmCall).where(LlmCall.id == reservation.call_id).values(reservation_id=reservation.id)
        )

    async def held(self, call_id: UUID) -> Reservation | None:
        query = (
            select(Reservation)
            .where(Reservation.call_id == call_id, Reservation.state == "held")
            .with_for_update()
        )
        return (await self.session.scalars(query)).first()

    async def close_reservation(self, reservation_id: UUID, state: str) -> bool:
        """Close a reservation once; a second close finds none."""
        statement = (
            update(Reservation)
            .where(Reservation.id == reservation_id, Reservation.state == "held")
            .values(state=state, settled_at=func.now())
            .returning(Reservation.id)
        )
        return (await self.session.execute(statement)).first() is not None

    def book(self, entry: LedgerEntry) -> None:
        self.session.add(entry)

    async def live_owners(self, seconds: float) -> set[UUID]:
        return set((await self.session.scalars(_LIVE_OWNERS, {"seconds": seconds})).all())

    async def abandoned(self, living: Sequence[UUID], seconds: float) -> Sequence[Row[Any]]:
        return (await self.session.execute(_ABANDONED, {"living": list(living), "seconds": seconds})).all()

    async def mark_cut(self, living: Sequence[UUID]) -> int:
        """Turn streams whose owner is dead into cut ones."""
        statement = text(
            "UPDATE llm_calls SET state = 'cut' WHERE state = 'streaming' AND NOT (owner = ANY(:living)) RETURNING id"
        )
        return len((await self.session.execute(statement, {"living": list(living)})).all())

    async def usage_of_runs(self, run_ids: Sequence[UUID]) -> Sequence[Row[Any]]:
        return (await self.session.execute(_USAGE_OF_RUNS, {"runs": list(run_ids)})).all()

    async def ledger_gap(self, user_id: UUID) -> int:
        return int(await self.session.scalar(_GAP, {"user": user_id}) or 0)

    async def shorten(self, days: int) -> None:
        await self.session.execute(_SHORTEN, {"days": days})
