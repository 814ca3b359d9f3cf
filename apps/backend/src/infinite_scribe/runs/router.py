"""Routes of runs. What starts or wakes work is forwarded to the agent; pause, cancel and steer only write."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Body, Depends, Header, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import Field

from infinite_scribe.accounts.dependencies import CurrentUser, HasSystemPermission, SystemPermission
from infinite_scribe.core.errors import InvalidError
from infinite_scribe.core.ids import new_id
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.novels.access import NovelScope, require
from infinite_scribe.novels.dependencies import HasNovelPermission
from infinite_scribe.novels.errors import NotAllowedError, NovelNotFoundError
from infinite_scribe.novels.rules import NovelPermission
from infinite_scribe.providers.errors import EndpointNotFoundError
from infinite_scribe.runs.dependencies import (
    Agents,
    CommandedRun,
    FreeStream,
    Live,
    LiveReader,
    ReadableRun,
    RunScope,
)
from infinite_scribe.runs.errors import (
    AgentUnavailableError,
    IdempotencyMismatchError,
    InvalidInputError,
    RunAlreadyActiveError,
    RunEffectStandsError,
    RunNotFoundError,
    RunStateError,
    TooManyRunsError,
    TooManyStreamsError,
    UnknownGateError,
    UnknownTaskError,
)
from infinite_scribe.runs.estimates import Estimates
from infinite_scribe.runs.gateway import AgentCall
from infinite_scribe.runs.rules import Cursor, RunState
from infinite_scribe.runs.schemas.events import RunEventUnion
from infinite_scribe.runs.schemas.tasks import TASKS, TaskSpec
from infinite_scribe.runs.schemas.wire import (
    AnswerAsk,
    EstimateAsk,
    EstimateRead,
    LightAsk,
    PauseAsk,
    RetryAsk,
    RunCreate,
    RunRead,
    RunStart,
    SteerAsk,
    StepList,
)
from infinite_scribe.runs.service import RunService
from infinite_scribe.runs.tail import Tail, UserTail, parse_places
from infinite_scribe.web.idempotency import check_key
from infinite_scribe.web.problems import problem_responses
from infinite_scribe.web.schemas import Page, WireInput
from infinite_scribe.web.session import Transaction, database_of
from infinite_scribe.web.sse import event_response

router = APIRouter(tags=["runs"])

MOST_STREAMED_RUNS = 6
_SELF = [Depends(HasSystemPermission(SystemPermission.SELF))]
_READ = problem_responses(RunNotFoundError)
_COMMAND = problem_responses(RunNotFoundError, NotAllowedError, RunStateError)
_FORWARD = problem_responses(RunNotFoundError, NotAllowedError, RunStateError, AgentUnavailableError)
_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {"description": "Server-sent events; the data of each frame is one of these", "model": RunEventUnion}
}

Runner = Annotated[NovelScope, Depends(HasNovelPermission(NovelPermission.RUN))]
Key = Annotated[str | None, Header(alias="Idempotency-Key")]
LastEventId = Annotated[str | None, Header(alias="Last-Event-ID")]


class EventStream(StreamingResponse):
    media_type = "text/event-stream"


class LightCreate(WireInput):
    """The input of a light task; `language` counts only where no novel says it."""

    input: dict[str, Any] = Field(default_factory=dict)
    language: str = "en"


@router.post(
    "/runs/estimate",
    operation_id="estimate_run",
    dependencies=_SELF,
    responses=problem_responses(UnknownTaskError, NovelNotFoundError, EndpointNotFoundError),
)
async def estimate_run(
    ask: EstimateAsk, user: CurrentUser, session: Transaction, request: Request
) -> EstimateRead:
    """What a run would use. Works without a novel."""
    if ask.novel_id is not None:
        await require(session, user.user_id, ask.novel_id, NovelPermission.READ)
    usual = request.app.state.settings.loop.drafts_per_scene
    estimates = Estimates(session, user.user_id, usual)
    return await estimates.estimate(ask.task, ask.input, ask.novel_id, ask.model_override)


@router.post(
    "/novels/{novel_id}/runs",
    operation_id="start_run",
    status_code=202,
    response_model=RunRead,
    responses=problem_responses(
        NovelNotFoundError, NotAllowedError, UnknownTaskError, InvalidInputError, RunAlreadyActiveError,
        TooManyRunsError, IdempotencyMismatchError, AgentUnavailableError,
    ),
)  # fmt: skip
async def start_run(ask: RunCreate, novel: Runner, agents: Agents, request: Request, key: Key = None) -> Any:
    """Hand a command to its agent. The same key starts the same run, however often it comes."""
    spec = _task(ask.task, light=False)
    chosen = check_key(key) if key is not None else new_id().hex
    body = RunStart(**ask.model_dump(), idempotency_key=chosen).model_dump(mode="json")
    return await agents.send(_call(request, spec.agent, "/v1/runs", novel, (spec.action,), body, key=chosen))


@router.post(
    "/novels/{novel_id}/light/{task}",
    operation_id="ask_light",
    response_class=EventStream,
    responses=problem_responses(NovelNotFoundError, NotAllowedError, UnknownTaskError, AgentUnavailableError),
)
async def ask_light(
    task: str, ask: LightCreate, novel: Runner, agents: Agents, request: Request, key: Key = None
) -> StreamingResponse:
    """Answer a light task as a stream of `text.delta`, `item` and `done`."""
    return await _light(request, agents, task, ask, novel, key)


@router.get("/runs", operation_id="list_runs", dependencies=_SELF)
async def list_runs(
    user: CurrentUser,
    session: Transaction,
    novel_id: UUID | None = None,
    state: Annotated[list[RunState] | None, Query()] = None,
    cursor: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Page[RunRead]:
    """Root runs, newest first."""
    runs = RunService.of(session, user.user_id)
    items = await runs.list_runs(novel_id=novel_id, states=state or (), before=cursor, limit=limit)
    return Page(items=items, next=str(items[-1].id) if len(items) == limit else None)


@router.get("/runs/{run_id}", operation_id="get_run", responses=_READ)
async def get_run(run: ReadableRun, session: Transaction) -> RunRead:
    return await RunService.of(session, run.novel.user_id).read(run.run_id)


@router.get("/runs/{run_id}/steps", operation_id="list_run_steps", responses=_READ)
async def list_run_steps(run: ReadableRun, session: Transaction) -> StepList:
    return StepList(items=await RunService.of(session, run.novel.user_id).steps(run.run_id))


@router.post("/runs/{run_id}/pause", operation_id="pause_run", responses=_COMMAND)
async def pause_run(
    run: CommandedRun,
    session: Transaction,
    live: Live,
    after: BackgroundTasks,
    ask: Annotated[PauseAsk | None, Body()] = None,
) -> RunRead:
    """Rest at the end of the sentence, or now. All runs of the family rest."""
    runs = RunService.of(session, run.novel.user_id)
    after.add_task(live.publish, runs.said)
    return await runs.pause(run.run_id, now=ask is not None and ask.now)


@router.post("/runs/{run_id}/cancel", operation_id="cancel_run", responses=_COMMAND)
async def cancel_run(run: CommandedRun, session: Transaction, live: Live, after: BackgroundTasks) -> RunRead:
    """Stop for good. Text that has arrived is kept."""
    runs = RunService.of(session, run.novel.user_id)
    after.add_task(live.publish, runs.said)
    return await runs.cancel(run.run_id)


@router.post("/runs/{run_id}/steer", operation_id="steer_run", responses=_COMMAND)
async def steer_run(
    ask: SteerAsk, run: CommandedRun, session: Transaction, live: Live, after: BackgroundTasks
) -> RunRead:
    """Give the run a sentence for its next step, or for the current one."""
    runs = RunService.of(session, run.novel.user_id)
    after.add_task(live.publish, runs.said)
    return await runs.steer(run.run_id, ask)


@router.post("/runs/{run_id}/resume", operation_id="resume_run", response_model=RunRead, responses=_FORWARD)
async def resume_run(run: CommandedRun, agents: Agents, request: Request) -> Any:
    """Go on after a pause."""
    return await agents.send(_wake(request, run, "resume", {}))


@router.post(
    "/runs/{run_id}/answer",
    operation_id="answer_run",
    response_model=RunRead,
    responses=problem_responses(
        RunNotFoundError, NotAllowedError, RunStateError, UnknownGateError, AgentUnavailableError
    ),
)
async def answer_run(ask: AnswerAsk, run: CommandedRun, agents: Agents, request: Request) -> Any:
    """Answer the question a run waits for."""
    return await agents.send(_wake(request, run, "answer", ask.model_dump(mode="json")))


@router.post(
    "/runs/{run_id}/retry",
    operation_id="retry_run",
    response_model=RunRead,
    responses=problem_responses(
        RunNotFoundError,
        NotAllowedError,
        RunStateError,
        RunAlreadyActiveError,
        RunEffectStandsError,
        AgentUnavailableError,
    ),
)
async def retry_run(ask: RetryAsk, run: CommandedRun, agents: Agents, request: Request) -> Any:
    """Try again from a step, if wanted with another model."""
    return await agents.send(_wake(request, run, "retry", ask.model_dump(mode="json")))


@router.get(
    "/runs/{run_id}/events",
    operation_id="stream_run",
    response_class=EventStream,
    responses={**_EVENTS, **problem_responses(RunNotFoundError, TooManyStreamsError)},
)
async def stream_run(
    run: ReadableRun, request: Request, live: LiveReader, streams: FreeStream, last: LastEventId = None
) -> StreamingResponse:
    """Everything the run and its family say, from `Last-Event-ID` on, ending with the end of the run."""
    tail = Tail(
        database_of(request),
        live,
        RowScope(user_id=run.novel.user_id),
        [run.root_id],
        _places([last] if last else []),
    )
    return event_response(streams.counted(run.novel.user_id, tail.frames()), request=request)


@router.get(
    "/streams/runs", operation_id="stream_runs", dependencies=_SELF, response_class=EventStream,
    responses={**_EVENTS, **problem_responses(RunNotFoundError, InvalidError, TooManyStreamsError)},
)  # fmt: skip
async def stream_runs(
    user: CurrentUser,
    session: Transaction,
    request: Request,
    live: LiveReader,
    streams: FreeStream,
    cursor: Annotated[list[str], Query(min_length=1, max_length=64)],
) -> StreamingResponse:
    """Several runs in one stream, each from its own cursor `<run>:<seq>`."""
    places = _places(cursor)
    runs = RunService.of(session, user.user_id)
    found = [await runs.place(run_id) for run_id in places]
    if any(place is None for place in found):
        raise RunNotFoundError
    roots = list({place.root_id for place in found if place is not None})
    if len(roots) > MOST_STREAMED_RUNS:
        raise InvalidError(f"At most {MOST_STREAMED_RUNS} runs in one stream.")
    tail = Tail(database_of(request), live, RowScope(user_id=user.user_id), roots, places)
    return event_response(streams.counted(user.user_id, tail.frames()), request=request)


@router.get(
    "/streams/user", operation_id="stream_user", dependencies=_SELF, response_class=EventStream,
    responses=problem_responses(TooManyStreamsError),
)  # fmt: skip
async def stream_user(
    user: CurrentUser, request: Request, live: LiveReader, streams: FreeStream, last: LastEventId = None
) -> StreamingResponse:
    """What concerns the signed-in user across all books; replays the last 48 hours."""
    after = int(last) if last is not None and last.isdigit() else None
    tail = UserTail(database_of(request), live, user.user_id, after)
    return event_response(streams.counted(user.user_id, tail.frames()), request=request)


def _task(name: str, *, light: bool) -> TaskSpec:
    spec = TASKS.get(name)
    if spec is None or spec.light is not light or not (light or spec.startable):
        raise UnknownTaskError(task=name)
    return spec


def _places(given: list[str]) -> dict[UUID, Cursor]:
    try:
        return parse_places(given)
    except ValueError as error:
        raise InvalidError("A cursor has the form <run>:<seq>.") from error


def _call(
    request: Request,
    agent: str,
    path: str,
    novel: NovelScope,
    actions: tuple[str, ...],
    body: dict[str, Any],
    *,
    run_id: UUID | None = None,
    key: str | None = None,
) -> AgentCall:
    request_id = getattr(request.state, "request_id", None) or new_id().hex
    return AgentCall(
        agent=agent, method="POST", path=path, user_id=novel.user_id, actions=actions, request_id=str(request_id),
        novel_id=novel.novel_id, run_id=run_id, idempotency_key=key, body=body,
    )  # fmt: skip


def _wake(request: Request, run: RunScope, verb: str, body: dict[str, Any]) -> AgentCall:
    path = f"/v1/runs/{run.run_id}/{verb}"
    return _call(request, run.agent, path, run.novel, (f"run.{verb}",), body, run_id=run.run_id)


async def _light(
    request: Request, agents: Agents, task: str, ask: LightCreate, novel: NovelScope, key: str | None
) -> StreamingResponse:
    """Open the agent's stream first: what it refuses is a real error, not a broken stream."""
    spec = _task(task, light=True)
    chosen = check_key(key) if key is not None else new_id().hex
    language = "zh" if ask.language.startswith("zh") else "en"
    body = LightAsk(input=ask.input, language=language, idempotency_key=chosen).model_dump(mode="json")
    stack = AsyncExitStack()
    opened = _call(request, spec.agent, f"/v1/light/{task}", novel, (spec.action,), body, key=chosen)
    chunks = await stack.enter_async_context(agents.stream(opened))

    async def relay() -> AsyncIterator[bytes]:
        async with stack:
            async for chunk in chunks:
                yield chunk

    return EventStream(relay(), headers={"cache-control": "no-store", "x-accel-buffering": "no"})
