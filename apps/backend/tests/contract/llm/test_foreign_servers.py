"""The `llm` process against servers that we did not write: LiteLLM's proxy, and llama.cpp with a random model.

They are large and live in an environment of their own; `make test-protocols` installs them and runs this. Without them
the tests are skipped, loudly.
"""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest

from factories.calls import a_request, make_user
from factories.providers import make_endpoint
from infinite_scribe.model_client.client import ModelClient
from integration.llm.conftest import LLM, Heard
from servers.databases import TestDatabase
from servers.llm_process import llm_here, settings_for

ROOT = Path(__file__).parents[5]
ENVIRONMENT = ROOT / ".make" / "protocols"
WHERE = Path(__file__).parents[2] / "servers" / "foreign"
TEXT = "The lamp burned low. Mara counted the ropes again, and the gulls argued over the roof."
FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "colour": {"type": "string", "enum": ["grey", "green", "black"]},
        "number": {"type": "integer", "minimum": 1, "maximum": 9},
    },
    "required": ["colour", "number"],
    "additionalProperties": False,
}

pytestmark = [pytest.mark.timeout(180), pytest.mark.protocols]


def _program(name: str) -> str:
    found = ENVIRONMENT / "bin" / name
    if not found.exists():
        pytest.skip(f"{name} is not installed; `make test-protocols` installs it")
    return str(found)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def _running(command: list[str], health: str, log: Path) -> Iterator[None]:
    with log.open("wb") as told:
        process = subprocess.Popen(command, stdout=told, stderr=subprocess.STDOUT, cwd=log.parent)
        try:
            _wait(process, health, log)
            yield
        finally:
            process.terminate()
            process.wait(20)


def _wait(process: subprocess.Popen[bytes], health: str, log: Path) -> None:
    with httpx2.Client(trust_env=False, timeout=2) as http:
        for _ in range(600):
            assert process.poll() is None, log.read_text(errors="replace")[-3000:]
            try:
                if http.get(health).status_code == 200:
                    return
            except httpx2.HTTPError:
                pass
            time.sleep(0.2)
    raise AssertionError(f"{health} did not answer: {log.read_text(errors='replace')[-3000:]}")


@pytest.fixture(scope="module")
def litellm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """LiteLLM's proxy with answers that need no provider; yields its address."""
    program, port, folder = _program("litellm"), _free_port(), tmp_path_factory.mktemp("litellm")
    command = [
        program, "--config", str(WHERE / "litellm.yaml"), "--host", "127.0.0.1", "--port", str(port), "--telemetry", "False",
    ]  # fmt: skip
    with _running(command, f"http://127.0.0.1:{port}/health/liveliness", folder / "log"):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def llamacpp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """llama.cpp's server with a model of random weights; yields its address."""
    program, port, folder = _program("llama-server"), _free_port(), tmp_path_factory.mktemp("llama")
    model = folder / "random.gguf"
    subprocess.run(
        [str(ENVIRONMENT / "bin" / "python"), str(WHERE / "random_model.py"), str(model)],
        check=True,
        timeout=120,
    )
    command = [
        program, "-m", str(model), "--host", "127.0.0.1", "--port", str(port), "-c", "4096", "--parallel", "1",
        "--threads", "1", "--no-webui", "--alias", "random", "--chat-template", "chatml",
    ]  # fmt: skip
    with _running(command, f"http://127.0.0.1:{port}/health", folder / "log"):
        yield f"http://127.0.0.1:{port}"


class House:
    """A user with one endpoint, and the real `llm`."""

    def __init__(self, user: UUID, endpoint: UUID, client: ModelClient) -> None:
        self.user, self.endpoint, self.client = user, endpoint, client

    async def ask(self, model: str, **values: Any) -> Heard:
        heard = Heard()
        wanted = {"endpoint_id": self.endpoint, "model": model, **values}
        async for event in self.client.stream(a_request(self.user, **wanted)):
            heard.take(event)
        return heard


async def _house(db: TestDatabase, folder: Path, origin: str, kind: str, base: str) -> AsyncIterator[House]:
    user = await make_user(db.owner)
    endpoint = await make_endpoint(db.owner, user, f"{origin}{base}", kind=kind)
    settings = settings_for(folder, llm={**LLM, "local_endpoints": [origin]})
    async with llm_here(db.url, settings) as client:
        await client.put_key(endpoint, "sk-1234", user_id=user)
        yield House(user, endpoint, client)


@pytest.fixture
async def through_litellm(fresh_db: TestDatabase, tmp_path: Path, litellm: str) -> AsyncIterator[House]:
    async for house in _house(fresh_db, tmp_path, litellm, "openai_compatible", "/v1"):
        yield house


@pytest.fixture
async def through_llamacpp(fresh_db: TestDatabase, tmp_path: Path, llamacpp: str) -> AsyncIterator[House]:
    async for house in _house(fresh_db, tmp_path, llamacpp, "openai_compatible", "/v1"):
        yield house


async def test_litellm_streams_text_with_usage(through_litellm: House) -> None:
    heard = await through_litellm.ask("prose")
    assert heard.done is not None, heard.failed
    assert heard.text == TEXT
    assert heard.done.usage.output_tokens > 0


async def test_litellm_gives_a_typed_answer(through_litellm: House) -> None:
    heard = await through_litellm.ask("form", output_schema=FORM)
    assert heard.done is not None, heard.failed
    assert heard.done.output == {"colour": "grey", "number": 4}


async def test_litellm_refuses_in_our_words(through_litellm: House) -> None:
    unknown = await through_litellm.ask("no-such-model")
    assert unknown.failed is not None
    assert unknown.failed.code == "llm-model-unknown", unknown.failed.problem
    busy = await through_litellm.ask("busy")
    assert busy.failed is not None
    assert busy.failed.code in {"llm-rate-limited", "llm-cut"}, busy.failed.problem


async def test_litellm_is_tested_line_by_line(through_litellm: House) -> None:
    report = await through_litellm.client.probe(
        through_litellm.endpoint, user_id=through_litellm.user, model="prose"
    )
    lines = {line.check: line.ok for line in report.lines}
    assert (lines["reach"], lines["list"], lines["stream"]) == (True, True, True), report.lines
    assert "prose" in report.models


async def test_llamacpp_streams_text_and_counts_it(through_llamacpp: House) -> None:
    heard = await through_llamacpp.ask("random", max_tokens=24, temperature=1.0)
    assert heard.done is not None, heard.failed
    assert heard.text
    assert 0 < heard.done.usage.output_tokens <= 24


async def test_llamacpp_keeps_a_form_by_grammar_whatever_its_weights_say(through_llamacpp: House) -> None:
    for seed in range(3):
        heard = await through_llamacpp.ask("random", output_schema=FORM, max_tokens=200, seed=seed)
        assert heard.done is not None, heard.failed
        answer = json.loads(heard.text)
        assert answer == heard.done.output
        assert answer["colour"] in FORM["properties"]["colour"]["enum"]
        assert heard.done.rung == "native"


async def test_llamacpp_is_tested_line_by_line(through_llamacpp: House) -> None:
    report = await through_llamacpp.client.probe(through_llamacpp.endpoint, user_id=through_llamacpp.user)
    said = {line.check: line.said for line in report.lines}
    assert (said["reach"], said["list"], said["stream"]) == ("reached", "listed", "streams"), report.lines
