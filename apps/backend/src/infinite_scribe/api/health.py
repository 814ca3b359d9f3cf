"""Is this process alive, can it serve, and how are the others? Degraded is not dead."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from typing import Annotated, Any, Literal

import httpx2
from fastapi import APIRouter, Depends, Request, Response
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from infinite_scribe.accounts.dependencies import Kit, Public
from infinite_scribe.accounts.rules import is_loopback
from infinite_scribe.core.clock import monotonic, now
from infinite_scribe.core.settings import Settings
from infinite_scribe.db.breaker import StoreDownError
from infinite_scribe.db.sql.engine import Database
from infinite_scribe.providers.schemas import DetectedServer
from infinite_scribe.web.schemas import WireOutput

State = Literal["ready", "starting", "down"]

AGENTS = ("worldsmith", "director", "writer", "editor", "librarian")
PROBE_SECONDS = 5.0
STARTING_SECONDS = 60.0
DETECT_SECONDS = 20.0
LAGGING_SECONDS = 60.0
"""A projection is late when a change has waited so long."""
EFFECTS = {
    "llm": "no new text",
    "worldsmith": "no new ideas, places or people",
    "director": "no new plans",
    "writer": "no new prose",
    "editor": "no checks",
    "librarian": "the memory of the book waits",
    "redis": "narrower limits, live text in half-second steps",
    "postgres": "nothing can be saved here",
    "neo4j": "relations are read from PostgreSQL; the graph catches up by itself",
    "qdrant": "search by words only; the index catches up by itself",
}


class ServiceRead(WireOutput):
    """One process of the platform."""

    name: str
    state: State
    since: datetime
    effect: str | None = None


class BootstrapService(WireOutput):
    """One process, as far as a visitor may know."""

    name: str
    state: State


class ProjectionRead(WireOutput):
    """How far a derived store has followed the truth: last change taken, changes that wait, since how long."""

    name: str
    revision: int
    lag: int
    seconds: float


class Bootstrap(WireOutput):
    """What the app must know before anybody signs in."""

    needs_setup: bool
    needs_code: bool
    guest_allowed: bool
    demo_ready: bool
    detected: list[DetectedServer]
    services: list[BootstrapService]
    locale: str
    version: str
    features: list[str]


class SystemHealth(WireOutput):
    """How everything is."""

    status: Literal["ok", "degraded"]
    services: list[ServiceRead]
    projections: list[ProjectionRead]


@dataclass
class ServiceWatch:
    """Probes every other process all five seconds and remembers since when it is as it is."""

    http: httpx2.AsyncClient
    urls_of: Callable[[str], Awaitable[list[str]]]
    database: Database
    redis: Any | None
    names: tuple[str, ...] = ("llm", *AGENTS)
    pings: Mapping[str, Callable[[], Awaitable[None]]] = field(default_factory=dict)
    states: dict[str, tuple[State, datetime]] = field(default_factory=dict)
    _started: float = field(default_factory=monotonic)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(PROBE_SECONDS)

    async def look(self) -> None:
        """Probe everything once, at the same time."""
        good = await asyncio.gather(
            *(self._answers(name) for name in self.names),
            self._redis_answers(),
            *(self._store_answers(ping) for ping in self.pings.values()),
        )
        for name, works in zip((*self.names, "redis", *self.pings), good, strict=True):
            self._note(name, works=works)

    def read(self) -> list[ServiceRead]:
        """Every process and store as it was last seen."""
        found = []
        for name, (state, since) in self.states.items():
            if name == "redis" and self.redis is None and state == "ready":
                continue
            effect = None if state == "ready" else EFFECTS[name]
            found.append(ServiceRead(name=name, state=state, since=since, effect=effect))
        return found

    def is_ready(self, name: str) -> bool:
        return self.states.get(name, ("starting", now()))[0] == "ready"

    def _note(self, name: str, *, works: bool) -> None:
        before = self.states.get(name)
        state: State = "ready" if works else "down"
        if (
            not works
            and (before is None or before[0] == "starting")
            and monotonic() - self._started < STARTING_SECONDS
        ):
            state = "starting"
        if before is None or before[0] != state:
            self.states[name] = (state, now())

    async def _answers(self, name: str) -> bool:
        try:
            for url in await self.urls_of(name):
                answer = await self.http.get(f"{url.rstrip('/')}/healthz", timeout=2.0)
                if answer.status_code == 200:
                    return True
        except (httpx2.HTTPError, SQLAlchemyError, OSError):
            return False
        return False

    async def _redis_answers(self) -> bool:
        if self.redis is None:
            return False
        try:
            await self.redis.ping()
        except (RedisError, OSError, TimeoutError):
            return False
        return True

    async def _store_answers(self, ping: Callable[[], Awaitable[None]]) -> bool:
        try:
            await ping()
        except StoreDownError:
            return False
        return True

    async def postgres_answers(self) -> bool:
        """Whether the truth can be reached within a second."""
        try:
            async with asyncio.timeout(1), self.database.transaction() as session:
                await session.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError, TimeoutError):
            return False
        return True


@dataclass
class LocalModels:
    """Model servers that answer on this machine; only loopback addresses are ever asked."""

    http: httpx2.AsyncClient
    settings: Settings
    _found: list[DetectedServer] = field(default_factory=list)
    _at: float = float("-inf")

    async def detect(self) -> list[DetectedServer]:
        """What answers, remembered for 20 seconds."""
        if monotonic() - self._at >= DETECT_SECONDS:
            found = await asyncio.gather(*(self._ask(url) for url in self.settings.llm.local_endpoints))
            self._found, self._at = [server for server in found if server is not None], monotonic()
        return self._found

    async def _ask(self, url: str) -> DetectedServer | None:
        host = httpx2.URL(url).host
        if host != "localhost" and not is_loopback(host):
            return None
        try:
            answer = await self.http.get(f"{url.rstrip('/')}/api/tags", timeout=0.5)
            models = [str(model["name"]) for model in answer.json()["models"]][:100]
        except (httpx2.HTTPError, OSError, ValueError, KeyError, TypeError):
            return None
        return DetectedServer(base_url=url, models=models)


@dataclass(frozen=True)
class Health:
    """What the health routes need; lives at ``app.state.health``."""

    settings: Settings
    watch: ServiceWatch
    local_models: LocalModels
    features: tuple[str, ...]


def health_of(request: Request) -> Health:
    found: Health = request.app.state.health
    return found


HealthNow = Annotated[Health, Depends(health_of)]
router = APIRouter(tags=["system"])
probes = APIRouter(include_in_schema=False)
_PROBE = [Depends(Public(reason="a probe of the operator's own tools", bucket=None))]
_OPEN = [Depends(Public(reason="the app asks before anybody is signed in"))]


@probes.get("/healthz", dependencies=_PROBE)
async def healthz() -> dict[str, str]:
    """This process is alive."""
    return {"status": "ok"}


@probes.get("/readyz", dependencies=_PROBE)
async def readyz(health: HealthNow, response: Response) -> dict[str, Any]:
    """This process can serve: the truth is reachable. What else is missing is told, and is no reason to fail."""
    ready = await health.watch.postgres_answers()
    response.status_code = 200 if ready else 503
    degraded = [read.model_dump(mode="json") for read in health.watch.read() if read.state != "ready"]
    return {"status": "ready" if ready else "down", "degraded": degraded}


@router.get("/system/bootstrap", operation_id="get_bootstrap", dependencies=_OPEN)
async def get_bootstrap(request: Request, health: HealthNow, kit: Kit) -> Bootstrap:
    needs_setup = await kit.service.needs_setup()
    is_local = is_loopback(request.client.host if request.client else "")
    wanted = request.headers.get("accept-language", "").lower()
    return Bootstrap(
        needs_setup=needs_setup,
        needs_code=needs_setup and not is_local,
        guest_allowed=is_local or health.settings.accounts.guests,
        demo_ready=health.settings.demo.enabled and health.watch.is_ready("llm"),
        detected=await health.local_models.detect() if is_local else [],
        services=[BootstrapService(name=read.name, state=read.state) for read in health.watch.read()],
        locale="zh-CN" if wanted.startswith("zh") else "en",
        version=version("infinite-scribe"),
        features=[*health.features, *_ways_in(health.settings)],
    )


def _ways_in(settings: Settings) -> list[str]:
    """Ways into an account that stand open here besides the password: `register` and `mailed-reset`."""
    accounts = settings.accounts
    open_ways = {"register": accounts.registration == "open", "mailed-reset": accounts.smtp_url is not None}
    return [way for way, is_open in open_ways.items() if is_open]


@router.get("/system/health", operation_id="get_health", dependencies=_OPEN)
async def get_health(request: Request, health: HealthNow) -> SystemHealth:
    services = health.watch.read()
    reader = getattr(request.app.state, "projections", None)
    projections = [ProjectionRead.model_validate(row) for row in (await reader() if reader else [])]
    is_ok = all(read.state == "ready" for read in services) and all(
        row.seconds < LAGGING_SECONDS for row in projections
    )
    return SystemHealth(status="ok" if is_ok else "degraded", services=services, projections=projections)
