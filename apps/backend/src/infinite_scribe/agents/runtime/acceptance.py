"""The agent's door: commands of the gateway, each with a service token that names exactly what it allows."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any, Protocol
from uuid import UUID

from fastapi import Depends, FastAPI, Request
from fastapi.responses import StreamingResponse
from pydantic import ValidationError
from sqlalchemy import text

from infinite_scribe.agents.runtime.executor import Outfit
from infinite_scribe.agents.runtime.light import LightContext, LightEvent
from infinite_scribe.agents.runtime.prompts import Prompt, speak_with
from infinite_scribe.agents.runtime.rehearsal import Rehearsed, rehearse
from infinite_scribe.core.errors import BugError, DomainError, ForbiddenError, UnauthenticatedError
from infinite_scribe.core.logging import get_logger
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.model_client.filling import places_of
from infinite_scribe.prompts.catalogue import shipped_prompt
from infinite_scribe.prompts.schemas import RehearsalAsk, RehearsalRead, SaidMessage
from infinite_scribe.prompts.service import PromptService
from infinite_scribe.runs.admission import Admission, validated
from infinite_scribe.runs.errors import RunNotFoundError, UnknownTaskError
from infinite_scribe.runs.schemas.tasks import TASKS
from infinite_scribe.runs.schemas.wire import AnswerAsk, LightAsk, RetryAsk, RunRead, RunStart
from infinite_scribe.runs.service import RunService
from infinite_scribe.web import problems

log = get_logger(__name__)


class Claims(Protocol):
    """What a verified service token says."""

    issuer: str
    user_id: UUID
    novel_id: UUID | None
    run_id: UUID | None
    actions: Any


class Verifier(Protocol):
    """Checks a service token (`web.service_tokens.ServiceVerifier`)."""

    async def verify(self, token: str, aud: str) -> Any:
        """Return the claims. Raises for anything that does not fit."""
        ...


@dataclass(frozen=True)
class Door:
    """What the routes need; made in the process's composition root."""

    agent: str
    outfit: Outfit
    verifier: Verifier


def door_of(request: Request) -> Door:
    found: Door = request.app.state.door
    return found


async def claims_of(request: Request, door: Annotated[Door, Depends(door_of)]) -> Claims:
    """Return the verified claims. Raises `UnauthenticatedError`; only the gateway may knock here."""
    header = request.headers.get("authorization", "")
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise UnauthenticatedError("A service token is needed")
    claims: Claims = await door.verifier.verify(token.strip(), door.agent)
    if claims.issuer != "api":
        raise ForbiddenError("Only the gateway may command an agent")
    return claims


Asked = Annotated[Claims, Depends(claims_of)]
Open = Annotated[Door, Depends(door_of)]


def make_app(lifespan: Any = None) -> FastAPI:
    """Return the agent's application; its lifespan puts the `Door` into `app.state.door`."""
    app = FastAPI(
        title="InfiniteScribe agent", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None
    )
    problems.install(app)
    _health(app)
    _runs(app)
    app.post("/v1/light/{task}", operation_id="answer_light")(answer_light)
    app.post("/v1/rehearsals", operation_id="rehearse_task")(rehearse_task)
    return app


def _health(app: FastAPI) -> None:
    @app.get("/healthz", operation_id="health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", operation_id="ready")
    async def ready(door: Open) -> dict[str, str]:
        async with door.outfit.database.transaction() as session:
            await session.execute(text("SELECT 1"))
        return {"status": "ok"}


def _runs(app: FastAPI) -> None:
    @app.post("/v1/runs", operation_id="accept_run", status_code=202)
    async def accept_run(body: RunStart, claims: Asked, door: Open, request: Request) -> RunRead:
        _must(claims, f"run.start:{body.task}")
        if claims.novel_id is None or body.task not in door.outfit.registry.tasks:
            raise UnknownTaskError(task=body.task)
        novel_id, trace = claims.novel_id, request.headers.get("traceparent")

        async def start(runs: RunService) -> RunRead:
            return (await runs.start(novel_id, body, door.outfit.settings, trace_parent=trace))[0]

        return await _command(door, claims, start)

    @app.post("/v1/runs/{run_id}/resume", operation_id="resume_run")
    async def resume_run(run_id: UUID, claims: Asked, door: Open) -> RunRead:
        _must(claims, "run.resume", run_id)
        return await _command(door, claims, lambda runs: runs.resume(run_id))

    @app.post("/v1/runs/{run_id}/answer", operation_id="answer_run")
    async def answer_run(run_id: UUID, body: AnswerAsk, claims: Asked, door: Open) -> RunRead:
        _must(claims, "run.answer", run_id)
        return await _command(door, claims, lambda runs: runs.answer(run_id, body))

    @app.post("/v1/runs/{run_id}/retry", operation_id="retry_run")
    async def retry_run(run_id: UUID, body: RetryAsk, claims: Asked, door: Open) -> RunRead:
        _must(claims, "run.retry", run_id)
        return await _command(door, claims, lambda runs: runs.retry(run_id, body))


async def answer_light(task: str, body: LightAsk, claims: Asked, door: Open) -> StreamingResponse:
    """Answer a light task as a stream; what can be refused is refused before the first byte."""
    _must(claims, f"light:{task}")
    found = door.outfit.registry.lights.get(task)
    if found is None:
        raise UnknownTaskError(task=task)
    given = found.spec.input_model.model_validate(validated(found.spec, body.input))
    context = LightContext(
        spec=found.spec,
        key=body.idempotency_key,
        user_id=claims.user_id,
        novel_id=claims.novel_id,
        language=await _language(door, claims, body),
        models=door.outfit.models,
        database=door.outfit.database,
        settings=door.outfit.settings,
    )
    own = await _wordings(door, claims)
    answer = _speak(context, found.body(context, given), own)
    return StreamingResponse(answer, media_type="text/event-stream")


async def rehearse_task(body: RehearsalAsk, claims: Asked, door: Open) -> RehearsalRead:
    """Say what a task would ask with one prompt, without asking or changing anything."""
    _must(claims, f"rehearse:{body.prompt}")
    found = door.outfit.registry.tasks.get(body.task)
    if found is None or claims.novel_id is None:
        raise UnknownTaskError(task=body.task)
    wording = None
    if body.wording is not None:
        shipped = shipped_prompt(body.prompt)
        wording = Prompt(body.prompt, "draft", body.wording.system, body.wording.task, shipped.variables)
    wanted = Rehearsed(
        claims.user_id, claims.novel_id, body.prompt.rpartition(".")[2], body.prompt, wording,
        validated(found.spec, body.input),
    )  # fmt: skip
    request = await rehearse(door.outfit, found, wanted)
    schema = request.output.model_json_schema() if request.output is not None else None
    return RehearsalRead(
        messages=[SaidMessage(role=one.role, text=one.text) for one in request.messages],
        places=places_of(request.messages),
        manifest=dict(request.receipt or {}),
        role=request.role or found.spec.role or "quick",
        form=schema,
        version=request.prompt_version,
        max_tokens=request.max_tokens,
    )


async def _wordings(door: Door, claims: Claims) -> dict[str, Prompt]:
    scope = RowScope(user_id=claims.user_id, novel_id=claims.novel_id)
    async with door.outfit.database.transaction(scope) as session:
        return await PromptService.of(session, claims.user_id, claims.novel_id).in_force(door.agent)


async def _language(door: Door, claims: Claims, body: LightAsk) -> str:
    if claims.novel_id is None:
        return body.language
    scope = RowScope(user_id=claims.user_id, novel_id=claims.novel_id)
    async with door.outfit.database.transaction(scope) as session:
        terms = await Admission(session).terms(claims.novel_id, claims.user_id)
    if terms is None:
        raise RunNotFoundError
    return terms.language


async def _speak(
    context: LightContext, events: AsyncIterator[LightEvent], own: dict[str, Prompt]
) -> AsyncIterator[bytes]:
    try:
        speak_with(own)
        async for event in events:
            yield _frame(event.type, event.data)
    except DomainError as error:
        yield _frame("failed", {"problem": error.to_problem()})
    except (ValidationError, ValueError, KeyError) as error:
        log.exception("light.crashed", task=context.spec.name, exc_info=error)
        yield _frame("failed", {"problem": BugError().to_problem()})
    finally:
        with suppress(DomainError):
            await context.leave()


def _frame(event: str, data: dict[str, Any]) -> bytes:
    return f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


async def _command(door: Door, claims: Claims, work: Callable[[RunService], Awaitable[RunRead]]) -> RunRead:
    """Do one command in one transaction; what it says is published after the commit."""
    scope = RowScope(user_id=claims.user_id, novel_id=claims.novel_id)
    async with door.outfit.database.transaction(scope) as session:
        specs = {name: item.spec for name, item in door.outfit.registry.tasks.items()}
        runs = RunService.of(session, claims.user_id, {**TASKS, **specs})
        answer = await work(runs)
    await door.outfit.live.publish(runs.said)
    return answer


def _must(claims: Claims, action: str, run_id: UUID | None = None) -> None:
    if action not in claims.actions or (run_id is not None and claims.run_id != run_id):
        raise ForbiddenError("The service token does not cover this command", action=action)
