"""An author who uses nothing but the public API."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Self

import httpx2

NAME, PASSWORD = "Measurer", "seventeen slow herons over a frozen weir"
IDEAS = (
    "a lighthouse keeper who sells storms",
    "a bridge inspector who finds a door in the third pier",
    "two sisters inherit a theatre that only plays at night",
    "a translator is hired by a town that has stopped speaking",
    "the last mapmaker of a river that moves",
)
RETRY_SECONDS = (2, 4)
"""A platform that says it is busy is asked again under the same key, as the web app does."""
_ENDS = {"run.completed", "run.failed", "run.cancelled"}


class RunFailedError(Exception):
    """A run did not end well; the message holds its problem."""


@dataclass(frozen=True)
class Ended:
    """What a reader saw of one run: when its first words and its last event came, and how many words it made."""

    run: str
    asked_at: float
    first_text_at: float | None
    text_ended_at: float | None
    ended_at: float
    words: int


class Author:
    """One signed-in person with a browser's cookies."""

    def __init__(self, address: str) -> None:
        self.http = httpx2.AsyncClient(
            base_url=f"{address}/api/v1",
            headers={"origin": address, "sec-fetch-site": "same-origin"},
            timeout=httpx2.Timeout(60, read=180),
            limits=httpx2.Limits(max_connections=64, max_keepalive_connections=64),
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        bootstrap = await self.get("/system/bootstrap")
        if bootstrap["needs_setup"]:
            await self.send("POST", "/setup", {"name": NAME, "password": PASSWORD})
        else:
            await self.send("POST", "/auth/login", {"login": NAME, "password": PASSWORD})
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    @property
    def cookies(self) -> str:
        """The value of the `Cookie` header."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies.jar)

    async def get(self, path: str) -> Any:
        return _checked(await self.http.get(path)).json()

    async def send(self, method: str, path: str, body: Any, **headers: str) -> Any:
        keyed = {"idempotency-key": uuid.uuid4().hex, **headers}
        for pause in (*RETRY_SECONDS, None):
            answer = await self.http.request(method, path, json=body, headers=keyed)
            if answer.status_code != 503 or pause is None:
                break
            await asyncio.sleep(pause)
        _checked(answer)
        return answer.json() if answer.content else None

    async def begin(self, idea: str) -> tuple[str, Ended]:
        """Write the first chapter of a new book; return the novel's id and what was seen."""
        asked_at = time.monotonic()
        wanted = {"idea": idea, "language": "en", "length": "novel", "pov": "close_third"}
        novel = str((await self.send("POST", "/novels", wanted))["id"])
        return novel, await self.run(novel, "director.begin_book", {}, asked_at=asked_at)

    async def run(
        self, novel: str, task: str, given: dict[str, Any], *, asked_at: float | None = None
    ) -> Ended:
        """Start a run and read along to its end. Raises `RunFailedError`."""
        asked_at = asked_at or time.monotonic()
        started = await self.send("POST", f"/novels/{novel}/runs", {"task": task, "input": given})
        run = str(started["id"])
        first = last = None
        async for kind, data in self.events(run):
            if kind == "text.delta":
                last = time.monotonic()
                first = first or last
            elif kind in _ENDS and data["run"] == run:
                if kind != "run.completed":
                    raise RunFailedError(f"{task}: {json.dumps(data.get('problem', kind))[:300]}")
                return Ended(run, asked_at, first, last, time.monotonic(), int(data.get("words") or 0))
        raise RunFailedError(f"{task}: the stream ended early")

    async def first_words(self, novel: str, task: str, given: dict[str, Any]) -> tuple[str, float]:
        """Start a run, wait for its first words, cancel it; return its id and the seconds until they came."""
        asked_at = time.monotonic()
        started = await self.send("POST", f"/novels/{novel}/runs", {"task": task, "input": given})
        run, seconds = str(started["id"]), None
        async for kind, data in self.events(run):
            if kind == "text.delta" and seconds is None:
                seconds = time.monotonic() - asked_at
                await self.send("POST", f"/runs/{run}/cancel", {})
            if kind in _ENDS and data["run"] == run:
                break
        if seconds is None:
            raise RunFailedError(f"{task}: no word came")
        return run, seconds

    async def events(self, run: str) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """Yield type and data of every event of a run."""
        async with self.http.stream("GET", f"/runs/{run}/events") as answer:
            if answer.status_code != 200:
                await answer.aread()
                _checked(answer)
            kind = ""
            async for line in answer.aiter_lines():
                if line.startswith("event:"):
                    kind = line[6:].strip()
                elif line.startswith("data:"):
                    yield kind, json.loads(line[5:])

    async def first_scene(self, novel: str) -> tuple[str, str]:
        """Return the ids of the first chapter and its first scene."""
        tree = await self.get(f"/novels/{novel}/tree")
        chapter = tree["parts"][0]["chapters"][0]
        return str(chapter["id"]), str(chapter["scenes"][0]["id"])


async def together(*work: Any) -> list[Any]:
    """Await everything at once; the first failure ends the others."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one) for one in work]
    return [task.result() for task in tasks]


def _checked(answer: httpx2.Response) -> httpx2.Response:
    if not answer.is_success:
        raise RunFailedError(
            f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[:300]}"
        )
    return answer
