"""The first run on a hosted model: a wire-level OpenAI server, no demo code in any process, and a bill that agrees."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from servers import databases
from servers.fake_provider import FakeProvider
from servers.platform import PASSWORD, Author, Platform, prose, running
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


def test_the_first_run_on_a_hosted_model_costs_what_its_bill_says(
    postgres_server: str, tmp_path: Path
) -> None:
    trace = tmp_path / "demo-was-wanted"
    (tmp_path / "sitecustomize.py").write_text(REFUSAL.replace("{trace!r}", repr(str(trace))))
    with hosted() as provider:
        settings = {"demo__enabled": False, "llm__local_endpoints": [provider.origin]}
        variables = {"PYTHONPATH": str(tmp_path)}
        with running(databases.clone(postgres_server), settings=settings, variables=variables) as platform:
            author = platform.author()
            author.enter()
            assert author.get("/system/bootstrap")["demo_ready"] is False
            connect(author, provider)
            novel = author.new_book()["id"]
            run = author.start(novel, "director.begin_book")
            done = author.until_done(run["id"], seconds=150)
            author.until_family_done(run["id"])
            assert done["demo"] is False
            assert len(prose(author.scene(novel)).split()) >= 1_000
            assert_bill_agrees(platform, provider)
    # the search for local model servers asks for a list without a key; every bought answer carried it
    assert set(provider.bill.keys) <= {"", f"Bearer {KEY}"}
    assert provider.bill.keys.count(f"Bearer {KEY}") == provider.bill.requests
    assert not trace.exists(), f"somebody imported the storyteller: {trace.read_text()}"


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
