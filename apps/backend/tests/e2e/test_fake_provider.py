"""The first run on a hosted model: a wire-level OpenAI server, no demo code in any process, and a bill that agrees."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from servers import databases
from servers.fake_provider import FakeProvider, Habit
from servers.platform import PASSWORD, Author, Platform, free_ports, prose, running, wait_until
from servers.plausible import Author as Hosted

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

ROLES = ("worldsmith", "director", "writer", "editor", "librarian", "quick")
MODEL = "fake-large"
KEY = "sk-of-a-test-0123456789"
REFUSAL = '''
import sys


class NoDemo:
    """Refuses the storyteller in whichever process asks for it, and leaves a trace of who did."""

    def find_spec(self, name, path=None, target=None):
        if name == "infinite_scribe.llm.demo" or name.startswith("infinite_scribe.llm.demo."):
            open({trace!r}, "a").write(name + "\\n")
            raise ImportError("the demo storyteller is not available here")


sys.meta_path.insert(0, NoDemo())
'''


@contextmanager
def hosted() -> Iterator[FakeProvider]:
    """Serve the fake provider from a thread of its own."""
    provider, loop = FakeProvider(), asyncio.new_event_loop()
    provider.compose = Hosted().answer
    server = loop.run_until_complete(asyncio.start_server(provider.serve, "127.0.0.1", 0))
    provider.origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield provider

    async def close() -> None:
        server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    asyncio.run_coroutine_threadsafe(close(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


def connect(author: Author, provider: FakeProvider) -> str:
    """Add the endpoint, its key and the roles, as the models page does."""
    author.post("/auth/step-up", {"password": PASSWORD})
    given = {"kind": "openai_compatible", "label": "Ours", "base_url": provider.base_url, "models": [MODEL]}
    endpoint: str = author.post("/providers", given)["id"]
    author.put(f"/providers/{endpoint}/key", {"key": KEY})
    author.put("/roles", {"roles": {role: [{"endpoint_id": endpoint, "model": MODEL}] for role in ROLES}})
    return endpoint


@dataclass(frozen=True)
class House:
    """A platform without the storyteller, its author, and the provider that answers instead."""

    platform: Platform
    author: Author
    provider: FakeProvider
    endpoint: str
    dead_port: int
    trace: Path


@pytest.fixture(scope="module")
def house(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("no-demo")
    trace, [dead_port] = folder / "demo-was-wanted", free_ports(1)
    (folder / "sitecustomize.py").write_text(REFUSAL.replace("{trace!r}", repr(str(trace))))
    with hosted() as provider:
        local = [provider.origin, f"http://127.0.0.1:{dead_port}"]
        settings = {"demo__enabled": False, "llm__local_endpoints": local}
        variables = {"PYTHONPATH": str(folder)}
        with running(databases.clone(postgres_server), settings=settings, variables=variables) as platform:
            author = platform.author()
            author.enter()
            assert author.get("/system/bootstrap")["demo_ready"] is False
            endpoint = connect(author, provider)
            yield House(platform, author, provider, endpoint, dead_port, trace)
    assert not trace.exists(), f"somebody imported the storyteller: {trace.read_text()}"


def test_the_first_run_on_a_hosted_model_costs_what_its_bill_says(house: House) -> None:
    author, provider = house.author, house.provider
    novel = author.new_book()["id"]
    run = author.start(novel, "director.begin_book")
    done = author.until_done(run["id"], seconds=150)
    family = author.until_family_done(run["id"])
    assert done["demo"] is False
    assert len(prose(author.scene(novel)).split()) >= 1_000
    assert_bill_agrees(house.platform, provider)
    # the search for local model servers asks for a list without a key; every bought answer carried it
    assert set(provider.bill.keys) <= {"", f"Bearer {KEY}"}
    assert provider.bill.keys.count(f"Bearer {KEY}") == provider.bill.requests
    assert not house.trace.exists(), f"somebody imported the storyteller: {house.trace.read_text()}"
    steps = [step for one in family for step in author.get(f"/runs/{one['id']}/steps")["items"]]
    shown = {step["call_id"] for step in steps if step["call_id"]}
    bought = house.platform.rows("SELECT id, task, path FROM llm_calls WHERE novel_id = %s", novel)
    assert [one for one in bought if str(one["id"]) not in shown] == []


def failed_run(house: House, novel: str) -> dict[str, Any]:
    """Start the first run and return it when it has failed; the book is as empty as before."""
    author = house.author
    run = author.start(novel, "director.begin_book")["id"]

    def over() -> dict[str, Any] | None:
        found: dict[str, Any] = author.get(f"/runs/{run}")
        return found if found["state"] not in {"queued", "running", "waiting"} else None

    found = wait_until(over, "the run went on for ever", seconds=90, pause=0.2)
    assert found is not None
    assert found["state"] == "failed"
    assert prose(author.scene(novel)) == ""
    assert author.get(f"/novels/{novel}/entries")["items"] == []
    held = house.platform.rows("SELECT count(*) AS n FROM reservations WHERE state = 'held'")
    assert held[0]["n"] == 0, "money is still held"
    return found


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_the_provider_refuses_ends_the_run_with_a_way_out(house: House, status: int) -> None:
    before = house.provider.bill.requests
    house.provider.habits.extend([Habit(status=status)] * 3)
    novel = house.author.new_book()["id"]
    found = failed_run(house, novel)
    assert (found["error"]["code"], found["error"]["action"]) == ("llm-auth", "open-models")
    assert house.provider.bill.requests == before + 1, "a refused key is not tried again"
    house.provider.habits.clear()
    report = house.author.post(f"/providers/{house.endpoint}/test", {})
    assert all(line["ok"] for line in report["lines"] if line["check"] in {"reach", "list"})


def test_a_provider_that_is_not_there_ends_the_run_in_words(house: House) -> None:
    author = house.author
    author.post("/auth/step-up", {"password": PASSWORD})
    base = f"http://127.0.0.1:{house.dead_port}/v1"
    given = {"kind": "openai_compatible", "label": "Away", "base_url": base, "models": [MODEL]}
    away = author.post("/providers", given)["id"]
    roles = {role: [{"endpoint_id": away, "model": MODEL}] for role in ROLES}
    author.put("/roles", {"roles": roles})
    try:
        found = failed_run(house, author.new_book()["id"])
    finally:
        here = {role: [{"endpoint_id": house.endpoint, "model": MODEL}] for role in ROLES}
        author.put("/roles", {"roles": here})
    assert found["error"]["code"] == "llm-cut"
    assert found["error"]["title"]


def assert_bill_agrees(platform: Platform, provider: FakeProvider) -> None:
    calls = platform.rows(
        "SELECT count(*) AS requests, sum(dial_no) AS dials, sum((usage->>'input_tokens')::int) AS input, "
        "sum((usage->>'output_tokens')::int) AS output, bool_and(usage_source = 'provider') AS told FROM llm_calls"
    )[0]
    bill = provider.bill
    assert calls["told"] is True
    assert calls["requests"] == calls["dials"] == bill.requests >= 9
    assert (calls["input"], calls["output"]) == (bill.input_tokens, bill.output_tokens)
    booked = platform.rows(
        "SELECT sum((usage->>'input_tokens')::int) AS input, sum((usage->>'output_tokens')::int) AS output FROM ledger"
    )[0]
    assert (booked["input"], booked["output"]) == (bill.input_tokens, bill.output_tokens)
