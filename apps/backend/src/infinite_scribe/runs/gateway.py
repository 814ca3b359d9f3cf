"""The port through which commands that start or wake work travel from the gateway to an agent.

`api/forwarding.py` implements it over HTTP with service tokens.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID


@dataclass(frozen=True)
class AgentCall:
    """One command for an agent. `path` is the agent's own (`/v1/runs`); `actions` is what the token allows."""

    agent: str
    method: str
    path: str
    user_id: UUID
    actions: tuple[str, ...]
    request_id: str
    novel_id: UUID | None = None
    run_id: UUID | None = None
    idempotency_key: str | None = None
    body: dict[str, Any] = field(default_factory=dict)


class AgentGateway(Protocol):
    """Reaches a live process of an agent."""

    async def send(self, call: AgentCall) -> dict[str, Any]:
        """Return the agent's JSON answer.

        Raises `AgentUnavailableError` when no process of the agent answers, and the agent's own refusal as a
        `ReportedError` that keeps code, kind and members.
        """
        ...

    def stream(self, call: AgentCall) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Open a streamed answer (light tasks); refusals are raised before the first byte."""
        ...
