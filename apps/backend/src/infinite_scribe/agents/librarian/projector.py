"""The projector: takes changes from the outbox, novel by novel and in order, and starts what follows from them.

The cursor moves in the transaction of the effect, so a change is neither lost nor applied twice. Any number of
librarians may run: one of them holds a novel's cursor at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.executor import Outfit
from infinite_scribe.agents.runtime.registry import background
from infinite_scribe.core.errors import DomainError
from infinite_scribe.core.logging import get_logger
from infinite_scribe.db.sql.engine import Database, RowScope, set_scope
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.novels import outbox
from infinite_scribe.novels.access import scope_for_run
from infinite_scribe.novels.service import workspace_owner
from infinite_scribe.runs.follow_ups import ACTIONS, start_follow_up

log = get_logger(__name__)

CONSUMER = "librarian"
SECONDS = 1.0
CHANGED_TOPICS = frozenset({"scene.saved"})
REVISED = "novel.revised"


@background("librarian")
async def project(outfit: Outfit) -> None:
    """Apply changes until the process ends; a store that is away is tried again."""
    while True:
        try:
            await project_once(outfit.database)
        except (SQLAlchemyError, OSError, TimeoutError, DomainError) as error:
            log.warning("projector.retry", error=type(error).__name__)
        await asyncio.sleep(SECONDS)


async def project_once(database: Database) -> int:
    """Apply what waits now; return how many changes were taken."""
    async with database.transaction(RowScope(sweep=True)) as session:
        waiting = await outbox.waiting_novels(session, CONSUMER)
    taken = 0
    for novel_id in waiting:
        async with database.transaction(RowScope(novel_id=novel_id)) as session:
            taken += await _project_novel(session, novel_id)
    return taken


async def _project_novel(session: AsyncSession, novel_id: UUID) -> int:
    """Take the next changes of a novel. Scenes wait for the revision that makes their text part of the book."""
    messages = await outbox.take(session, CONSUMER, novel_id)
    if not messages:
        return 0
    last = max((m.seq for m in messages if m.topic == REVISED), default=0)
    done = [m for m in messages if m.seq <= last or m.topic not in CHANGED_TOPICS]
    reached = _contiguous(messages, done)
    changed = {UUID(m.payload["scene_id"]) for m in reached if m.topic in CHANGED_TOPICS}
    whole = any(m.topic == REVISED and m.payload.get("kind") in {"rollback", "revert"} for m in reached)
    await _start_learning(session, novel_id, changed, whole=whole)
    if reached:
        await outbox.advance(session, CONSUMER, novel_id, reached[-1].seq)
    return len(reached)


def _contiguous(
    messages: Sequence[outbox.OutboxMessage], done: Sequence[outbox.OutboxMessage]
) -> list[outbox.OutboxMessage]:
    """Return the messages up to the first one that still waits."""
    ready = {message.seq for message in done}
    found: list[outbox.OutboxMessage] = []
    for message in messages:
        if message.seq not in ready:
            break
        found.append(message)
    return found


async def _start_learning(session: AsyncSession, novel_id: UUID, changed: set[UUID], *, whole: bool) -> None:
    """Start `librarian.learn` for scenes whose text changed: once per scene and text."""
    if not changed and not whole:
        return
    owner = await workspace_owner(session, novel_id)
    await set_scope(session, user_id=owner)
    scope = scope_for_run(owner, novel_id, ACTIONS)
    states = await ManuscriptService.of(session, scope).scenes()
    for state in states:
        if (whole or state.scene_id in changed) and not state.is_empty:
            key = f"learn-{state.scene_id.hex[-12:]}-{state.text_hash[:24]}"
            given = {"scene": str(state.scene_id)}
            await start_follow_up(session, novel_id, owner, "librarian.learn", given, key=key)
