"""The gateway's way to agents of this process: their real door, real service tokens, no sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2

from factories.loop import StoryModels, Studio
from infinite_scribe.agents.runtime.acceptance import Door, make_app
from infinite_scribe.agents.runtime.executor import Outfit
from infinite_scribe.agents.runtime.registry import REGISTRY
from infinite_scribe.core.ids import new_id
from infinite_scribe.runs.errors import ReportedError
from infinite_scribe.runs.gateway import AgentCall
from infinite_scribe.web.service_tokens import ServiceIdentity, ServiceVerifier


@dataclass(frozen=True)
class AgentDoors:
    """Sends commands through the door of the agent they are for."""

    studio: Studio
    models: StoryModels
    api: ServiceIdentity

    @classmethod
    async def of(cls, studio: Studio, models: StoryModels) -> AgentDoors:
        api = ServiceIdentity("api")
        await api.publish(studio.db.api)
        return cls(studio, models, api)

    async def send(self, call: AgentCall) -> dict[str, Any]:
        async with self._client(call.agent) as client:
            token = self.api.mint(
                call.agent, user_id=call.user_id, novel_id=call.novel_id, run_id=call.run_id,
                actions=list(call.actions), request_id=call.request_id,
            )  # fmt: skip
            answer = await client.request(
                call.method, call.path, json=call.body, headers={"authorization": f"Bearer {token}"}
            )
        body: dict[str, Any] = answer.json()
        if answer.status_code >= 400:
            raise ReportedError.of(body)
        return body

    @asynccontextmanager
    async def _client(self, agent: str) -> AsyncIterator[httpx2.AsyncClient]:
        studio = self.studio
        outfit = Outfit(
            studio.db.agent, studio.desk.live, self.models, self.models, REGISTRY.of_agent(agent), studio.desk.settings,
            executor_id=new_id(),
        )  # fmt: skip
        app = make_app()
        app.state.door = Door(agent, outfit, ServiceVerifier(studio.db.agent))
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://agent") as client:
            yield client
