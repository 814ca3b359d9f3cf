"""Finds model servers that run on this machine, so that the first screen can offer them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import httpx2

from infinite_scribe.core import clock
from infinite_scribe.providers.schemas import DetectedServer

_SECONDS = 0.5
_REMEMBERED_SECONDS = 15.0


@dataclass
class LocalServers:
    """Asks the local endpoints of the settings, and only those, for Ollama's list of models; remembers 15 s."""

    origins: list[str]
    _found: list[DetectedServer] = field(default_factory=list)
    _asked_at: float = float("-inf")
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def detect(self) -> list[DetectedServer]:
        """Return the servers that answered within half a second; never raises."""
        async with self._lock:
            if clock.monotonic() - self._asked_at > _REMEMBERED_SECONDS:
                self._found = await detect_local_servers(self.origins)
                self._asked_at = clock.monotonic()
            return self._found


async def detect_local_servers(origins: list[str]) -> list[DetectedServer]:
    """Return every origin that answers as Ollama, with its models."""
    async with httpx2.AsyncClient(trust_env=False, follow_redirects=False, timeout=_SECONDS) as http:
        found = await asyncio.gather(*(_ask(http, origin.rstrip("/")) for origin in origins))
    return [server for server in found if server is not None]


async def _ask(http: httpx2.AsyncClient, origin: str) -> DetectedServer | None:
    try:
        answer = await http.get(f"{origin}/api/tags")
        if answer.status_code != httpx2.codes.OK:
            return None
        models = [str(model["name"]) for model in answer.json()["models"]]
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, KeyError, TypeError):
        return None
    return DetectedServer(base_url=origin, models=models)
