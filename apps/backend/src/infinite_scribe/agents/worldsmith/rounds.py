"""Beginning the rounds that nobody has begun: those that waited their turn, and those whose first word was lost."""

from __future__ import annotations

import asyncio

from sqlalchemy.exc import SQLAlchemyError

from infinite_scribe.agents.runtime.executor import Outfit
from infinite_scribe.agents.runtime.registry import background
from infinite_scribe.core.errors import DomainError
from infinite_scribe.core.logging import get_logger
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.genesis.conversation import Conversation, Unbegun, unbegun
from infinite_scribe.novels.access import scope_for_run
from infinite_scribe.runs.errors import RunAlreadyActiveError
from infinite_scribe.runs.service import RUN_ACTIONS, RunService

log = get_logger(__name__)

SECONDS = 1.0


@background("worldsmith")
async def begin_rounds(outfit: Outfit) -> None:
    """Look for rounds without a run until the process ends; a store that is away is tried again."""
    while True:
        try:
            await begin_once(outfit)
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            log.warning("rounds.retry", error=type(error).__name__)
        except Exception:
            log.exception("rounds.failed")
        await asyncio.sleep(SECONDS)


async def begin_once(outfit: Outfit) -> int:
    """Begin every round that has no run; return how many were begun or given up."""
    async with outfit.database.transaction(RowScope(sweep=True)) as session:
        waiting = await unbegun(session)
    return sum([await _begin(outfit, one) for one in waiting])


async def _begin(outfit: Outfit, waiting: Unbegun) -> bool:
    """Start the run of one round. A stage at which something else works is tried again later."""
    rows = RowScope(user_id=waiting.user_id, novel_id=waiting.novel_id)
    scope = scope_for_run(waiting.user_id, waiting.novel_id, RUN_ACTIONS)
    try:
        async with outfit.database.transaction(rows) as session:
            command = await Conversation.of(session, scope).command(waiting.round_id)
            if command is None:
                return False
            runs = RunService.of(session, waiting.user_id)
            await runs.start(waiting.novel_id, command, outfit.settings)
    except RunAlreadyActiveError:
        return False
    except DomainError as error:
        await _give_up(outfit, waiting, error)
        return True
    await outfit.live.publish(runs.said)
    return True


async def _give_up(outfit: Outfit, waiting: Unbegun, error: DomainError) -> None:
    log.info("round.given_up", round_id=str(waiting.round_id), code=error.code)
    scope = scope_for_run(waiting.user_id, waiting.novel_id, RUN_ACTIONS)
    rows = RowScope(user_id=waiting.user_id, novel_id=waiting.novel_id)
    async with outfit.database.transaction(rows) as session:
        await Conversation.of(session, scope).give_up(waiting.round_id, error.to_problem())
