"""How a request gets the run of its path with the right to do something with it."""
# Annotations are evaluated here at once: those of closures name the permission of the closure.

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from infinite_scribe.accounts.dependencies import CurrentUser
from infinite_scribe.core.settings import Settings
from infinite_scribe.db.redis.client import connect_redis
from infinite_scribe.novels.access import NovelScope, require
from infinite_scribe.novels.dependencies import NovelPermissionCheck
from infinite_scribe.novels.rules import NovelPermission
from infinite_scribe.runs.errors import RunNotFoundError
from infinite_scribe.runs.gateway import AgentGateway
from infinite_scribe.runs.open_streams import OpenStreams
from infinite_scribe.runs.service import RunService
from infinite_scribe.runs.stream import LiveStream
from infinite_scribe.runs.tail import LIVE_WAIT_SECONDS
from infinite_scribe.web.session import Transaction


@dataclass(frozen=True)
class RunScope:
    """A run with the scope of its novel."""

    run_id: UUID
    root_id: UUID
    agent: str
    novel: NovelScope


class HasRunPermission(NovelPermissionCheck):
    """`Depends(HasRunPermission(RUN))`: the run `run_id` of the path; 404 when it is missing or foreign."""

    async def __call__(self, run_id: UUID, user: CurrentUser, session: Transaction) -> RunScope:
        found = await RunService.of(session, user.user_id).place(run_id)
        if found is None:
            raise RunNotFoundError
        novel = await require(session, user.user_id, found.novel_id, self.permission)
        return RunScope(run_id, found.root_id, found.agent, novel)


def agents(request: Request) -> AgentGateway:
    """Return the way to the agents; the process's `main.py` made it."""
    gateway: AgentGateway = request.app.state.agents
    return gateway


def live(request: Request) -> LiveStream:
    """Return the live stream for publishing: it fails fast."""
    return LiveStream(request.app.state.redis)


def live_reader(request: Request) -> LiveStream:
    """Return the live stream for readers, whose reads may block; one client per process, made at first use."""
    state = request.app.state
    if not hasattr(state, "live_reader"):
        settings: Settings = state.settings
        state.live_reader = LiveStream(connect_redis(settings.redis_url, call_seconds=LIVE_WAIT_SECONDS + 2))
    found: LiveStream = state.live_reader
    return found


def open_streams(request: Request) -> OpenStreams:
    """Return the count of open streams; one per process, made at first use."""
    state = request.app.state
    if not hasattr(state, "open_streams"):
        settings: Settings = state.settings
        state.open_streams = OpenStreams(settings.rate_limits.streams_open)
    found: OpenStreams = state.open_streams
    return found


def free_stream(user: CurrentUser, streams: Annotated[OpenStreams, Depends(open_streams)]) -> OpenStreams:
    """Return the count of open streams where the user may open one more. Raises `TooManyStreamsError`."""
    streams.check(user.user_id)
    return streams


Agents = Annotated[AgentGateway, Depends(agents)]
Live = Annotated[LiveStream, Depends(live)]
FreeStream = Annotated[OpenStreams, Depends(free_stream)]
LiveReader = Annotated[LiveStream, Depends(live_reader)]
ReadableRun = Annotated[RunScope, Depends(HasRunPermission(NovelPermission.READ))]
CommandedRun = Annotated[RunScope, Depends(HasRunPermission(NovelPermission.RUN))]
