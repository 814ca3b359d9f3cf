"""A user whose endpoint is a server that we did not write, and the real `llm` in between."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from factories.calls import a_request, make_user
from factories.providers import choose_model, make_endpoint
from factories.questions import Question
from infinite_scribe.model_client.client import ModelClient
from integration.llm.conftest import LLM, Heard
from servers.databases import TestDatabase
from servers.llm_process import llm_here, settings_for

TEXT = "The lamp burned low. Mara counted the ropes again, and the gulls argued over the roof."
ENCODER = "encoder"
"""The model that this user's vectors come from."""
VECTOR = [0.25, -0.5, 0.125, 0.75]
ANSWERS: dict[str, str | list[float]] = {
    "prose": TEXT,
    "form": '{"colour": "grey", "number": 4}',
    "busy": "litellm.RateLimitError",
    ENCODER: VECTOR,
}
"""What LiteLLM's models say, by their names; those that answer a task come besides."""
HEARD_CHARS = 600
"""How much of a text LiteLLM is given to say: its mock sends three characters a frame."""


@dataclass(frozen=True)
class Asked:
    """One question of a task under the name of the model that answers it."""

    model: str
    question: Question

    @property
    def words(self) -> str:
        """What LiteLLM says: a form whole, a text as far as it is listened to."""
        return self.question.words if self.question.form is not None else self.question.words[:HEARD_CHARS]


@dataclass(frozen=True)
class ForeignHouse:
    """A user with one endpoint, and the real `llm`."""

    user: UUID
    endpoint: UUID
    client: ModelClient

    async def ask(self, model: str, **values: Any) -> Heard:
        """Ask a model of the endpoint and listen to the end."""
        heard = Heard()
        wanted = {"endpoint_id": self.endpoint, "model": model, **values}
        async for event in self.client.stream(a_request(self.user, **wanted)):
            heard.take(event)
        return heard


@asynccontextmanager
async def foreign_house(db: TestDatabase, folder: Path, origin: str) -> AsyncIterator[ForeignHouse]:
    """Give a new user an endpoint at `origin`, with a key, and serve `llm`."""
    user = await make_user(db.owner)
    endpoint = await make_endpoint(db.owner, user, f"{origin}/v1", kind="openai_compatible")
    await choose_model(db.owner, user, "embedding", endpoint, ENCODER)
    settings = settings_for(folder, llm={**LLM, "local_endpoints": [origin]})
    async with llm_here(db.url, settings) as client:
        await client.put_key(endpoint, "sk-1234", user_id=user)
        yield ForeignHouse(user, endpoint, client)
