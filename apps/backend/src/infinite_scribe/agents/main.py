"""One agent process: `python -m infinite_scribe.agents.main --agent-type writer --port 8003`.

`SERVICE_TYPE=agent-writer python -m infinite_scribe.agents.writer.main` starts the same. Importing this module makes no engine, no event
loop and no secret, so that it can be imported before a fork.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI

from infinite_scribe.agents.runtime.acceptance import Door, make_app
from infinite_scribe.agents.runtime.executor import Outfit
from infinite_scribe.agents.runtime.journal import JournalOfCalls
from infinite_scribe.agents.runtime.process import HOST, ROLE, Working, serve
from infinite_scribe.agents.runtime.registry import Registry, load_agent
from infinite_scribe.core import tasks
from infinite_scribe.core.ids import new_id
from infinite_scribe.core.logging import configure
from infinite_scribe.core.settings import Settings, load_settings
from infinite_scribe.db.redis.client import connect_redis
from infinite_scribe.db.sql.engine import Database
from infinite_scribe.db.stores import Stores
from infinite_scribe.model_client.client import ModelClient
from infinite_scribe.runs.schemas.tasks import AGENTS, PROTOCOLS, Agent
from infinite_scribe.runs.stream import LiveStream
from infinite_scribe.web.service_tokens import ServiceIdentity, ServiceVerifier


def run(agent_type: str, port: int | None = None) -> None:
    """Serve as an agent until told to stop. Raises `SystemExit` for an unknown type."""
    agent = _known(agent_type)
    settings = load_settings()
    configure(agent, settings.app.log_level)
    chosen = port or int(getattr(settings.services, f"{agent}_port"))
    serve(make_process(agent, chosen, settings, load_agent(agent)), chosen)


def make_process(agent: Agent, port: int, settings: Settings, registry: Registry) -> FastAPI:
    """Put the process together; nothing is dialled before its lifespan begins."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        closing = contextlib.AsyncExitStack()
        stores = await Stores.open(settings, closing)
        database = Database(
            settings.database_url, ROLE, pool_size=settings.database.pool_size, companions=stores
        )
        identity = ServiceIdentity(agent, token_seconds=settings.services.token_seconds)
        await identity.publish(database)
        publishing = asyncio.create_task(_renew(identity, database, settings))
        redis = connect_redis(settings.redis_url)
        async with ModelClient(_llm_urls(settings), identity) as models:
            outfit = Outfit(
                database,
                LiveStream(redis),
                models,
                JournalOfCalls(),
                registry,
                settings,
                executor_id=new_id(),
                stores=stores,
            )
            app.state.door = Door(agent, outfit, ServiceVerifier(database))
            working = Working(agent, PROTOCOLS[agent], outfit, base_url=f"http://{HOST}:{port}")
            await working.start()
            others = [asyncio.ensure_future(body(outfit)) for body in registry.backgrounds.get(agent, [])]
            yield
            await tasks.end(publishing, *others)
            with contextlib.suppress(Exception):
                await asyncio.wait_for(working.stop(), 6)
        if redis is not None:
            await redis.aclose()
        await database.dispose()
        await closing.aclose()

    return make_app(lifespan)


async def _renew(identity: ServiceIdentity, database: Database, settings: Settings) -> None:
    """Wait for half the first key's life, then keep a fresh one published."""
    await asyncio.sleep(settings.services.key_hours * 1_800)
    await identity.keep_published(database)


def _llm_urls(settings: Settings) -> list[str]:
    return settings.services.urls.get("llm") or [f"http://{HOST}:{settings.services.llm_port}"]


def _known(agent_type: str) -> Agent:
    name = agent_type.removeprefix("agent-")
    if name not in AGENTS:
        raise SystemExit(f"Unknown agent type {agent_type!r}: one of {', '.join(AGENTS)}")
    return name


def main(default: str | None = None) -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="infinite_scribe.agents.main", description="Serve as one agent.")
    parser.add_argument("--agent-type", default=default, required=default is None, help=", ".join(AGENTS))
    parser.add_argument("--port", type=int, default=None, help="default: the port in the settings")
    given = parser.parse_args()
    run(given.agent_type, given.port)


if __name__ == "__main__":
    main()
