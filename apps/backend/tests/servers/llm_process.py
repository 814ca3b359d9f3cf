"""The real `llm` application for tests: in this process, or as a child that can be killed.

Only the check of service tokens is replaced: the tests' tokens say in plain JSON what they allow.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx2
import uvicorn

from infinite_scribe.core.errors import UnauthenticatedError
from infinite_scribe.core.settings import Settings, load_settings
from infinite_scribe.db.sql.engine import Database
from infinite_scribe.llm.main import bind, make_app
from infinite_scribe.model_client.client import ModelClient


class PlainTokens:
    """Mints and checks unsigned tokens."""

    def mint(
        self,
        aud: str,
        *,
        user_id: UUID,
        novel_id: UUID | None,
        run_id: UUID | None,
        actions: Sequence[str],
        request_id: str,
    ) -> str:
        claims = {
            "aud": aud,
            "user": str(user_id),
            "novel": novel_id and str(novel_id),
            "run": run_id and str(run_id),
        }
        return json.dumps({**claims, "actions": list(actions)}).encode().hex()

    async def verify(self, token: str, aud: str) -> SimpleNamespace:
        try:
            claims = json.loads(bytes.fromhex(token))
        except ValueError as error:
            raise UnauthenticatedError from error
        if claims["aud"] != aud:
            raise UnauthenticatedError
        ids = {name: UUID(claims[name]) if claims[name] else None for name in ("user", "novel", "run")}
        return SimpleNamespace(
            issuer="writer",
            user_id=ids["user"],
            novel_id=ids["novel"],
            run_id=ids["run"],
            actions=claims["actions"],
        )


def settings_for(folder: Path, **sections: dict[str, Any]) -> Settings:
    """Return default settings with some sections changed."""
    environ = {
        f"INFINITE_SCRIBE__{section}__{key}".upper(): json.dumps(value)
        for section, values in sections.items()
        for key, value in values.items()
    }
    return load_settings(folder, root=folder, environ=environ)


@asynccontextmanager
async def llm_here(url: str, settings: Settings) -> AsyncIterator[ModelClient]:
    """Serve `llm` in this process; yields a client of it."""
    database = Database(url, "is_llm", pool_size=9)
    with bind(0) as taken:
        port = taken.getsockname()[1]
        app = make_app(settings, database, port=port, verifier=PlainTokens())
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1))
        task = asyncio.create_task(server.serve(sockets=[taken]))
        while not server.started:
            await asyncio.sleep(0.01)
            if task.done():
                task.result()
        async with ModelClient([f"http://127.0.0.1:{port}"], PlainTokens(), patience_seconds=20) as client:
            client.app = app  # type: ignore[attr-defined]
            yield client
        server.should_exit = True
        await task
    await database.dispose()


class LlmChild:
    """`llm` as a child process on a fixed port; kill it and start it again."""

    def __init__(self, url: str, folder: Path, sections: dict[str, dict[str, Any]]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._words = json.dumps({"url": url, "folder": str(folder), "port": self.port, "sections": sections})
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        paths = os.pathsep.join(path for path in sys.path if path)
        self._process = subprocess.Popen(  # noqa: ASYNC220 - returns at once
            [sys.executable, "-m", "servers.llm_process", self._words],
            env={**os.environ, "PYTHONPATH": paths},
        )
        async with httpx2.AsyncClient(trust_env=False) as http:
            for _ in range(400):
                try:
                    await http.get(f"{self.base_url}/healthz", timeout=1)
                except httpx2.HTTPError:
                    await asyncio.sleep(0.05)
                else:
                    return
        raise AssertionError("llm did not start")

    def kill(self) -> None:
        """Kill -9, without a goodbye."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


def serve(words: dict[str, Any]) -> None:
    settings = settings_for(Path(words["folder"]), **words["sections"])
    database = Database(words["url"], "is_llm", pool_size=9)
    with bind(words["port"]) as taken:
        app = make_app(settings, database, port=words["port"], verifier=PlainTokens())
        uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1)).run(sockets=[taken])


if __name__ == "__main__":
    serve(json.loads(sys.argv[1]))
