"""The real platform: `infinite-scribe up` as a process of its own, on free ports and a data folder of its own.

PostgreSQL is the test run's server (a clone of its migrated template, without fsync); Redis and every service are the
supervisor's. Nothing inside is replaced: what a test sees is what an author gets.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import psutil
import psycopg

from infinite_scribe.db.sql.engine import plain_url

AGENTS = ("worldsmith", "director", "writer", "editor", "librarian")
SERVICES = ("llm", *AGENTS, "api")
TERMINAL = {"run.completed", "run.failed", "run.cancelled"}
PASSWORD = "a heron stands in cold water 7"
START_SECONDS = 90
Found = TypeVar("Found")


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on; all are held until all are known, so that none comes twice."""
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()


def environment(folder: Path, ports: Mapping[str, int], values: Mapping[str, Any]) -> dict[str, str]:
    """Return the environment of a platform; nothing of the developer's own settings reaches it."""
    found = {name: value for name, value in os.environ.items() if not name.startswith("INFINITE_SCRIBE__")}
    chosen: dict[str, Any] = {
        "app__data_dir": str(folder),
        "http__port": ports["api"],
        **{f"services__{name}_port": ports[name] for name in SERVICES if name != "api"},
        **values,
    }
    for name, value in chosen.items():
        text = value if isinstance(value, str) else json.dumps(value)
        found[f"INFINITE_SCRIBE__{name.upper()}"] = text
    return found


def data_folder() -> Path:
    """Return a new folder that PostgreSQL's own user can reach as well."""
    folder = Path(tempfile.mkdtemp(prefix="is-e2e-"))
    folder.chmod(0o711)
    return folder


@dataclass(frozen=True)
class Event:
    """One frame of a run's stream."""

    id: str
    type: str
    data: dict[str, Any]


@dataclass
class Platform:
    """One running platform. `command` is what starts it, for tests that start it differently."""

    database_url: str | None
    settings: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = (sys.executable, "-m", "infinite_scribe.cli", "up")
    folder: Path = field(default_factory=data_folder)
    ports: dict[str, int] = field(
        default_factory=lambda: dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))
    )
    supervisor: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.ports['api']}"

    @property
    def env(self) -> dict[str, str]:
        stores = {"database__url": self.database_url} if self.database_url else {}
        return {**environment(self.folder, self.ports, {**stores, **self.settings}), **self.variables}

    def start(self) -> None:
        """Start and wait until the gateway can serve."""
        with (self.folder / "up.log").open("ab") as log:
            self.supervisor = subprocess.Popen(
                self.command, cwd=self.folder, env=self.env, stdout=log, stderr=log, start_new_session=True
            )
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            assert self.supervisor.poll() is None, f"the platform ended:\n{self.said()}"
            if b"Ready in" in (self.folder / "up.log").read_bytes():
                return
            time.sleep(0.1)
        raise AssertionError(f"the platform was not ready:\n{self.said()}")

    def stop(self) -> None:
        """Stop it as Ctrl-C does, and remove its data."""
        if self.supervisor is not None and self.supervisor.poll() is None:
            self.supervisor.send_signal(signal.SIGINT)
            try:
                self.supervisor.wait(30)
            except subprocess.TimeoutExpired:
                self.supervisor.kill()
                self.supervisor.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def said(self) -> str:
        """Return what the supervisor printed and the last lines of each service's log."""
        parts = [(self.folder / "up.log").read_text(errors="replace")]
        parts += [
            f"== {path.name}\n" + "\n".join(path.read_text(errors="replace").splitlines()[-15:])
            for path in sorted((self.folder / "logs").glob("*.log"))
        ]
        return "\n".join(parts)

    def log_of(self, service: str) -> str:
        return (self.folder / "logs" / f"{service}.log").read_text(errors="replace")

    def process(self, service: str) -> psutil.Process:
        """Return the process that listens on a service's port."""
        assert self.supervisor is not None
        for child in psutil.Process(self.supervisor.pid).children():
            try:
                found = child.net_connections(kind="tcp")
            except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
                continue
            if any(
                one.status == psutil.CONN_LISTEN and one.laddr.port == self.ports[service] for one in found
            ):
                return child
        raise AssertionError(f"{service} does not run")

    def kill(self, service: str) -> None:
        """Kill -9 the process of a service; the supervisor will start another."""
        victim = self.process(service)
        victim.kill()
        wait_until(
            lambda: not victim.is_running() or victim.status() == psutil.STATUS_ZOMBIE,
            f"{service} did not die",
        )

    def rows(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        """Return rows of the database, read as its owner."""
        url = self.database_url or json.loads((self.folder / "run" / "stores.json").read_text())["database"]
        with psycopg.connect(
            plain_url(url), autocommit=True, row_factory=psycopg.rows.dict_row
        ) as connection:
            return connection.execute(statement.encode(), values).fetchall()

    def author(self) -> Author:
        return Author(self)


@contextmanager
def running(database_url: str | None, **options: Any) -> Iterator[Platform]:
    """Run a platform for the length of a block."""
    platform = Platform(database_url, **options)
    try:
        platform.start()
        yield platform
    finally:
        platform.stop()


def wait_until(
    ask: Callable[[], Found], complaint: str, *, seconds: float = 30, pause: float = 0.05
) -> Found:
    """Ask until the answer is true and return it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := ask():
            return found
        time.sleep(pause)
    raise AssertionError(complaint)


class Author:
    """A person at the gateway: cookies, same origin, and the wishes of the first day."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        headers = {"origin": platform.origin, "sec-fetch-site": "same-origin"}
        self.http = httpx2.Client(
            base_url=f"{platform.origin}/api/v1", headers=headers, timeout=30, trust_env=False
        )

    def ask(
        self, method: str, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None
    ) -> httpx2.Response:
        """Send one command under a fresh idempotency key; waits while the gateway is being started again."""
        key = {"idempotency-key": uuid.uuid4().hex, **(headers or {})}
        end = time.monotonic() + 30
        while True:
            try:
                answer = self.http.request(method, path, json=body, headers=key)
                if answer.status_code == 401 and self.http.cookies and not path.startswith("/auth/"):
                    good(
                        self.ask("POST", "/auth/refresh", {})
                    )  # as the web app does when ten minutes are over
                    continue
                if answer.status_code == 503 and time.monotonic() < end:
                    time.sleep(0.5)  # busy or just starting: the web app asks again under the same key, too
                    continue
                if answer.status_code >= 500:
                    print(self.platform.log_of("api")[-4000:])
                return answer  # noqa: TRY300 - the loop ends here
            except httpx2.TransportError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)

    def get(self, path: str) -> Any:
        return good(self.ask("GET", path))

    def post(self, path: str, body: Any = None) -> Any:
        return good(self.ask("POST", path, {} if body is None else body))

    def put(self, path: str, body: Any, **headers: str) -> Any:
        return good(
            self.ask(
                "PUT", path, body, headers={name.replace("_", "-"): one for name, one in headers.items()}
            )
        )

    def enter(self) -> None:
        """Set the studio up, or sign in where that is done."""
        if self.get("/system/bootstrap")["needs_setup"]:
            self.post("/setup", {"name": "Ann", "password": PASSWORD, "email": "ann@example.org"})
        else:
            self.post("/auth/login", {"login": "Ann", "password": PASSWORD})

    def new_book(
        self, idea: str = "a lighthouse keeper who sells storms", language: str = "en"
    ) -> dict[str, Any]:
        given = {"idea": idea, "language": language, "length": "short", "pov": "close_third"}
        found: dict[str, Any] = self.post("/novels", given)
        return found

    def start(self, novel_id: str, task: str, **given: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.post(f"/novels/{novel_id}/runs", {"task": task, "input": given})
        return found

    def chapters(self, novel_id: str) -> list[dict[str, Any]]:
        return [one for part in self.get(f"/novels/{novel_id}/tree")["parts"] for one in part["chapters"]]

    def scene(self, novel_id: str, chapter: int = 1, number: int = 1) -> dict[str, Any]:
        """Return a scene of a chapter as its content stands."""
        chapter_id = self.chapters(novel_id)[chapter - 1]["id"]
        found: dict[str, Any] = self.get(f"/chapters/{chapter_id}/content")["scenes"][number - 1]
        return found

    def watch(self, run_id: str, last: str | None = None) -> Iterator[Event]:
        """Yield the frames of one connection, to the end of the run or of the connection."""
        headers = {"last-event-id": last} if last else {}
        timeout = httpx2.Timeout(30, read=60)
        with self.http.stream("GET", f"/runs/{run_id}/events", headers=headers, timeout=timeout) as answer:
            if answer.status_code != 200:
                answer.read()
                good(answer)
            kind = found = ""
            for line in answer.iter_lines():
                name, _, value = line.partition(": ")
                if name == "id":
                    found = value
                elif name == "event":
                    kind = value
                elif name == "data":
                    event = Event(found, kind, json.loads(value))
                    yield event
                    if kind in TERMINAL and event.data["run"] == run_id:
                        return

    def follow_live(self, run_id: str) -> Iterator[Event]:
        """Yield every frame to the end of the run, across lost connections."""
        last: str | None = None
        for _ in range(100):
            try:
                for event in self.watch(run_id, last):
                    last = event.id
                    yield event
                    if event.type in TERMINAL and event.data["run"] == run_id:
                        return
            except httpx2.TransportError:
                time.sleep(0.2)
        raise AssertionError(f"the run did not end: {self.get(f'/runs/{run_id}')['state']}")

    def follow(self, run_id: str) -> list[Event]:
        """Return every frame to the end of the run, across lost connections."""
        return list(self.follow_live(run_id))

    def until_done(self, run_id: str, *, seconds: float = 120) -> dict[str, Any]:
        """Wait for the end of a run; it must have completed."""

        def ended() -> dict[str, Any] | None:
            found: dict[str, Any] = self.get(f"/runs/{run_id}")
            return found if found["state"] in {"completed", "failed", "cancelled"} else None

        found = wait_until(
            ended, f"run {run_id} did not end\n{self.platform.said()}", seconds=seconds, pause=0.3
        )
        assert found is not None
        assert found["state"] == "completed", f"{found}\n{self.platform.said()}"
        return found

    def until_family_done(self, run_id: str, *, seconds: float = 60) -> list[dict[str, Any]]:
        """Wait until no run of this book is at work, follow-ups included; return them all."""
        novel_id = self.get(f"/runs/{run_id}")["novel_id"]
        statement = "SELECT id, task, agent, state, cause_run_id, takeovers FROM runs WHERE novel_id = %s ORDER BY created_at"

        def idle() -> list[dict[str, Any]] | None:
            found = self.platform.rows(statement, novel_id)
            learnt = any(one["task"] == "librarian.learn" for one in found)
            return found if learnt and all(one["state"] == "completed" for one in found) else None

        found = wait_until(
            idle,
            f"not all runs completed\n{self.platform.rows(statement, novel_id)}",
            seconds=seconds,
            pause=0.3,
        )
        return found or []


def good(answer: httpx2.Response) -> Any:
    """Return the JSON of a good answer; a problem is shown as it came."""
    assert answer.is_success, (
        f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}"
    )
    return answer.json() if answer.content else None


def prose(scene: Mapping[str, Any]) -> str:
    """Return the paragraphs of a scene's document, with a blank line between them."""

    def words(node: Mapping[str, Any]) -> str:
        return str(node.get("text", "")) + "".join(words(one) for one in node.get("content", []))

    return "\n\n".join(words(one) for one in scene["json"].get("content", []) if one["type"] != "beat")


class Page:
    """What a reader's page shows of streamed text, by target: it must never have a gap or a repeated word."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def take(self, event: Event) -> None:
        """Apply one frame as the web app does. A delta may overlap what is there; it may never leave a hole."""
        data = event.data
        target = str(data.get("scene") or data.get("proposal"))
        held = self.texts.get(target, "")
        if event.type == "text.delta":
            assert data["offset"] <= len(held), f"a gap of {data['offset'] - len(held)} characters"
            overlap = held[data["offset"] : data["offset"] + len(data["text"])]
            assert data["text"].startswith(overlap), f"{overlap!r} became {data['text']!r}"
            self.texts[target] = (
                held[: data["offset"]] + data["text"] + held[data["offset"] + len(data["text"]) :]
            )
        elif event.type == "text.rewind":
            self.texts[target] = held[: data["to_offset"]]
        elif event.type == "text.snapshot":
            self.texts[target] = data["text"]
