"""A small client of the public API for the command line: bearer token, problems as sentences, run events."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx2

TERMINAL = {"run.completed", "run.failed", "run.cancelled"}
RECONNECTS = 60


class ApiError(Exception):
    """The platform refused or failed; the message is its own sentence."""


@dataclass(frozen=True)
class RunEvent:
    """One event of a run's stream."""

    id: str
    type: str
    data: dict[str, Any]


class ApiClient:
    """Speaks to the gateway as one user."""

    def __init__(self, address: str, token: str) -> None:
        self._http = httpx2.Client(
            base_url=f"{address}/api/v1",
            headers={"authorization": f"Bearer {token}"},
            timeout=httpx2.Timeout(30, read=60),
            trust_env=False,
        )

    def close(self) -> None:
        self._http.close()

    def get(self, path: str, **params: str) -> Any:
        """Return the JSON at `path`. Raises `ApiError`."""
        return self._send("GET", path, params=params)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """Post `body` under a fresh idempotency key. Raises `ApiError`."""
        key = uuid.uuid4().hex
        return self._send("POST", path, json=body, headers={"idempotency-key": key})

    def download(self, path: str) -> bytes:
        """Return the bytes at `path`. Raises `ApiError`."""
        response = self._http.get(path)
        self._check(response)
        return response.content

    def events(self, run_id: str) -> Iterator[RunEvent]:
        """Yield the run's events to its end, across lost connections, each once."""
        last: str | None = None
        for _attempt in range(RECONNECTS):
            try:
                for event in self._stream(run_id, last):
                    last = event.id or last
                    yield event
                    if event.type in TERMINAL and event.data.get("run") == run_id:
                        return
            except httpx2.TransportError:
                pass
            time.sleep(0.5)
        raise ApiError("The connection to the platform was lost. The run goes on; open the book to see it.")

    def _stream(self, run_id: str, last: str | None) -> Iterator[RunEvent]:
        headers = {"accept": "text/event-stream", **({"last-event-id": last} if last else {})}
        with self._http.stream("GET", f"/runs/{run_id}/events", headers=headers) as response:
            if response.status_code != 200:
                response.read()
                self._check(response)
            name, found, data = "", "", []
            for line in response.iter_lines():
                if line.startswith("event:"):
                    name = line[6:].strip()
                elif line.startswith("id:"):
                    found = line[3:].strip()
                elif line.startswith("data:"):
                    data.append(line[5:].strip())
                elif not line and data:
                    yield RunEvent(found, name, json.loads("\n".join(data)))
                    name, found, data = "", "", []

    def _send(self, method: str, path: str, **options: Any) -> Any:
        try:
            response = self._http.request(method, path, **options)
        except httpx2.TransportError as error:
            raise ApiError(f"The platform does not answer ({type(error).__name__}).") from error
        self._check(response)
        return response.json() if response.content else None

    @staticmethod
    def _check(response: httpx2.Response) -> None:
        if response.is_success:
            return
        try:
            problem = response.json()
        except ValueError:
            raise ApiError(f"The platform answered with status {response.status_code}.") from None
        said = str(problem.get("detail") or problem.get("title"))
        wrong = [
            f"{one['pointer'].strip('/')}: {one['detail']}"
            for one in problem.get("errors") or []
            if one.get("detail")
        ]
        raise ApiError(f"{said} {'; '.join(wrong)}.".strip() if wrong else said)
