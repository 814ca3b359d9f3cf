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

from infinite_scribe.agents.librarian.learning import has_taught
from infinite_scribe.agents.runtime.executor import Outfit
from infinite_scribe.agents.runtime.registry import background
from infinite_scribe.continuity.ripple import Ripple
from infinite_scribe.core.clock import monotonic
from infinite_scribe.core.errors import DomainError
from infinite_scribe.core.logging import get_logger
from infinite_scribe.db.breaker import StoreDownError
from infinite_scribe.db.sql.engine import Database, RowScope, set_scope
from infinite_scribe.db.stores import Stores
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.memory.projections import Projections, fed, prepare
from infinite_scribe.novels import outbox
from infinite_scribe.novels.access import NovelScope, scope_for_run
from infinite_scribe.novels.service import workspace_owner
from infinite_scribe.plot.service import PlotService
from infinite_scribe.plot.staleness import StaleMarks
from infinite_scribe.runs.follow_ups import ACTIONS, start_follow_up
from infinite_scribe.runs.queue import Queue
from infinite_scribe.structure.service import StructureService

log = get_logger(__name__)

CONSUMER = "librarian"
SECONDS = 1.0
SWEEP_SECONDS = 60.0
TIDY_SECONDS = 3_600.0
SILENT_SECONDS = 86_400.0
"""How long a worker of the queue is silent before its row goes; a machine may have slept over night."""
CHANGED_TOPICS = frozenset({"scene.saved"})
REVISED = "novel.revised"
_PASSING = (SQLAlchemyError, OSError, TimeoutError, DomainError, StoreDownError)


@background("librarian")
async def project(outfit: Outfit) -> None:
    """Apply changes until the process ends; a store that is away is tried again."""
    while True:
        try:
            await project_once(outfit.database)
        except _PASSING as error:
            log.warning("projector.retry", error=type(error).__name__)
        except Exception:
            log.exception("projector.failed")
        await asyncio.sleep(SECONDS)


@background("librarian")
async def feed(outfit: Outfit) -> None:
    """Keep graph and passages outside PostgreSQL up to date until the process ends; without any, do nothing."""
    if not fed(outfit.stores):
        return
    projections = Projections(outfit.database, outfit.stores)
    prepared, swept = False, float("-inf")
    while True:
        try:
            if not prepared:
                await prepare(outfit.stores)
                prepared = True
            await projections.advance()
            if monotonic() - swept > SWEEP_SECONDS:
                await projections.forget_erased()
                swept = monotonic()
        except _PASSING as error:
            log.warning("projector.retry", error=type(error).__name__)
        except Exception:
            log.exception("projector.failed")
        await asyncio.sleep(SECONDS)


@background("librarian")
async def tidy(outfit: Outfit) -> None:
    """Throw away every hour what nobody needs any more, until the process ends."""
    while True:
        try:
            await tidy_once(outfit.database, outfit.stores)
        except _PASSING as error:
            log.warning("tidying.retry", error=type(error).__name__)
        except Exception:
            log.exception("tidying.failed")
        await asyncio.sleep(TIDY_SECONDS)


async def tidy_once(database: Database, stores: Stores) -> int:
    """Drop workers that fell silent, and changes that every consumer of this installation took; return how many."""
    async with database.transaction() as session:
        await Queue(session).prune_workers(SILENT_SECONDS)
    async with database.transaction(RowScope(sweep=True)) as session:
        return await outbox.trim(session, [CONSUMER, *fed(stores)])


async def project_once(database: Database) -> int:
    """Apply what waits now; return how many changes were taken."""
    async with database.transaction(RowScope(sweep=True)) as session:
        waiting = await outbox.waiting_novels(session, CONSUMER, besides=CHANGED_TOPICS)
    taken = 0
    for novel_id in waiting:
        try:
            async with database.transaction(RowScope(novel_id=novel_id)) as session:
                taken += await _project_novel(session, novel_id)
        except Exception:
            log.exception("projector.failed", novel_id=str(novel_id))  # the other novels go on
    return taken


async def _project_novel(session: AsyncSession, novel_id: UUID) -> int:
    """Take the next changes of a novel. Scenes wait for the revision that makes their text part of the book."""
    reached = await outbox.take_settled(session, CONSUMER, novel_id, waits=CHANGED_TOPICS, settles=REVISED)
    await _follow(session, novel_id, reached)
    if reached:
        await outbox.advance(session, CONSUMER, novel_id, reached[-1].seq)
    return len(reached)


async def _follow(session: AsyncSession, novel_id: UUID, reached: Sequence[outbox.OutboxMessage]) -> None:
    """Mark what rests on changed facts, then start learning from scenes whose text or place in the book changed."""
    revised = [message for message in reached if message.topic == REVISED]
    if not revised:
        return
    owner = await workspace_owner(session, novel_id)
    await set_scope(session, user_id=owner)
    scope = scope_for_run(owner, novel_id, ACTIONS)
    learn = {UUID(m.payload["scene_id"]) for m in reached if m.topic in CHANGED_TOPICS}
    index: set[UUID] = set()
    for message in revised:
        await _mark(session, scope, message)
        came, changed = await touched_scenes(session, scope, message)
        learn, index = learn | came, index | changed
    await _start(session, scope, learn, index - learn, revised[-1].revision)


async def _mark(session: AsyncSession, scope: NovelScope, message: outbox.OutboxMessage) -> None:
    """Mark what a revision made stale; going back in history takes the later marks away."""
    back_to = message.payload.get("rolled_back_to")
    if back_to is not None:
        await StaleMarks.of(session, scope).roll_back(int(back_to))
    elif message.payload.get("tables", {}).get("assertions", {}).get("closed"):
        await Ripple.of(session, scope).commit_revision(message.revision)


async def touched_scenes(
    session: AsyncSession, scope: NovelScope, message: outbox.OutboxMessage
) -> tuple[set[UUID], set[UUID]]:
    """Return the scenes whose text came, went or went back in a revision, and those whose heading may differ.

    The heading of a passage holds the scene's title and its viewpoint, so the search is as old as they are.
    """
    tables = message.payload.get("tables", {})

    def ids(table: str, *sides: str) -> set[UUID]:
        held = tables.get(table, {})
        return {UUID(one) for side in sides or ("opened", "closed") for one in held.get(side, [])}

    came = ids("scenes", "opened") ^ ids("scenes", "closed")
    if message.payload.get("kind") in {"rollback", "revert"}:
        came |= ids("scene_heads")
    headed = await PlotService.of(session, scope).scenes_of_cards(ids("cards"), ids("entities"))
    return came, ids("scenes") | headed


async def _start(
    session: AsyncSession, scope: NovelScope, learn: set[UUID], index: set[UUID], revision: int
) -> None:
    """Start one run for each scene and revision; a page that is empty and taught nothing is left alone.

    A scene that left the book is read as well: search, summaries and mentions forget it.
    """
    if not learn and not index:
        return
    written = await ManuscriptService.of(session, scope).written(sorted(learn | index))
    standing = {one.id for one in (await StructureService.of(session, scope).tree()).scenes()}
    for scene_id in sorted(learn):
        if scene_id in written or await has_taught(session, scope, scene_id):
            await _start_run(session, scope, "librarian.learn", scene_id, revision)
    for scene_id in sorted(index & written.keys() & standing):
        await _start_run(session, scope, "librarian.index", scene_id, revision)


async def _start_run(
    session: AsyncSession, scope: NovelScope, task: str, scene_id: UUID, revision: int
) -> None:
    key = f"{task.partition('.')[2]}-{scene_id.hex[-12:]}-{revision}"
    given = {"scene": str(scene_id)}
    await start_follow_up(session, scope.novel_id, scope.user_id, task, given, key=key)
