"""The agent's door: real service tokens, real commands."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from uuid import UUID

import httpx2
import pytest

from factories.runs import AnyInput, Desk, ScriptedModels, make_desk, registry_of, test_spec
from infinite_scribe.agents.runtime.acceptance import Door, make_app
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.executor import Outfit
from infinite_scribe.agents.runtime.light import LightContext, LightEvent
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.core.ids import new_id
from infinite_scribe.model_client.schemas import Message
from infinite_scribe.runs.schemas.inputs import TaskResult
from infinite_scribe.runs.stream import LiveStream
from infinite_scribe.web.service_tokens import ServiceIdentity, ServiceVerifier
from servers.databases import TestDatabase


async def nothing(ctx: RunContext, given: AnyInput) -> TaskResult:
    return TaskResult(items=[1])


async def ideas(ctx: LightContext, given: AnyInput) -> AsyncIterator[LightEvent]:
    async for event in ctx.ask(ModelRequest(messages=[Message(role="user", text="Go.")], max_tokens=50)):
        yield event


Opened = tuple[Desk, httpx2.AsyncClient, ServiceIdentity]


@pytest.fixture
async def door(fresh_db: TestDatabase) -> AsyncIterator[Opened]:
    registry = registry_of(thing=nothing)
    registry.light("writer.ideas", test_spec("writer.ideas", light=True))(ideas)
    desk = await make_desk(fresh_db, registry)
    models = ScriptedModels()
    outfit = Outfit(fresh_db.agent, LiveStream(None), models, models, registry, desk.settings, new_id())
    app = make_app()
    app.state.door = Door("writer", outfit, ServiceVerifier(fresh_db.agent))
    api = ServiceIdentity("api")
    await api.publish(fresh_db.api)
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://agent") as client:
        yield desk, client, api


def token(
    desk: Desk, api: ServiceIdentity, *actions: str, run_id: UUID | None = None, aud: str = "writer"
) -> dict[str, str]:
    made = api.mint(
        aud,
        user_id=desk.user_id,
        novel_id=desk.novel_id,
        run_id=run_id,
        actions=list(actions),
        request_id="r",
    )
    return {"authorization": f"Bearer {made}"}


async def test_a_command_starts_one_run_and_a_replay_the_same(door: Opened) -> None:
    desk, client, api = door
    body = {"task": "writer.thing", "input": {}, "idempotency_key": "k" * 16}
    headers = token(desk, api, "run.start:writer.thing")
    answers = [await client.post("/v1/runs", json=body, headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 202]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert answers[0].json()["place_in_queue"] == 1
    assert (await desk.run(answers[0].json()["id"])).actions == ["read", "comment", "write", "run"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (lambda desk, api: {}, 401),
        (lambda desk, api: {"authorization": "Bearer nonsense"}, 401),
        (lambda desk, api: token(desk, api, "run.start:writer.thing", aud="editor"), 401),
        (lambda desk, api: token(desk, api, "run.start:writer.other"), 403),
        (lambda desk, api: token(desk, ServiceIdentity("api"), "run.start:writer.thing"), 401),
    ],
)
async def test_anything_else_starts_nothing(
    door: Opened, headers: Callable[[Desk, ServiceIdentity], dict[str, str]], status: int
) -> None:
    desk, client, api = door
    body = {"task": "writer.thing", "input": {}, "idempotency_key": "k" * 16}
    answer = await client.post("/v1/runs", json=body, headers=headers(desk, api))
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")


async def test_a_token_for_one_run_does_not_wake_another(door: Opened) -> None:
    desk, client, api = door
    read = await desk.start("writer.thing")
    await desk.command(lambda runs: runs.pause(read.id))
    wrong = await client.post(
        f"/v1/runs/{read.id}/resume", headers=token(desk, api, "run.resume", run_id=new_id())
    )
    assert wrong.status_code == 403
    right = await client.post(
        f"/v1/runs/{read.id}/resume", headers=token(desk, api, "run.resume", run_id=read.id)
    )
    assert (right.status_code, right.json()["state"]) == (200, "queued")


async def test_a_light_task_streams_its_answer(door: Opened) -> None:
    desk, client, api = door
    body = {"input": {}, "idempotency_key": "k" * 16}
    answer = await client.post(
        "/v1/light/writer.ideas", json=body, headers=token(desk, api, "light:writer.ideas")
    )
    assert answer.status_code == 200
    events = [line[7:] for line in answer.text.splitlines() if line.startswith("event: ")]
    assert events == ["text.delta"] * 4 + ["done"]
