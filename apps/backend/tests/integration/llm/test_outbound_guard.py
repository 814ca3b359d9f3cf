"""SSRF: whatever the spelling, no packet reaches a private listener (reliability row B7)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx2
import pytest
from openai import APIConnectionError, AsyncOpenAI

from infinite_scribe.llm.adapters import transport
from infinite_scribe.llm.adapters.transport import DialRefusedError, assert_guard_works, guarded_client
from infinite_scribe.llm.errors import LoopbackGuardError
from infinite_scribe.providers.addresses import DialRules

SPELLINGS = [
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "127.0.0.1.", "localhost",
    "LOCALHOST", "localhost.", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]", "[::]", "0.0.0.0",
    "0", "127.127.127.127", "[::127.0.0.1]", "[fe80::1]", "①②⑦.⓪.⓪.①", "127。0。0。1", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
]  # fmt: skip


@dataclass
class Listener:
    port: int
    accepted: int = 0


@asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    found = Listener(0)

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found.accepted += 1
        writer.close()

    four = await asyncio.start_server(accept, "127.0.0.1", 0)
    found.port = four.sockets[0].getsockname()[1]
    six = await asyncio.start_server(accept, "::1", found.port)
    async with four, six:
        yield found


def open_rules(port: int) -> DialRules:
    """The port is allowed, so that only the check of the address stands between a caller and the listener."""
    return DialRules(ports=frozenset({443, port}))


@pytest.mark.parametrize("host", SPELLINGS)
async def test_no_spelling_of_loopback_is_dialled(host: str) -> None:
    async with listening() as listener, guarded_client(open_rules(listener.port)) as client:
        with pytest.raises((httpx2.HTTPError, httpx2.InvalidURL, UnicodeError)):
            await client.get(f"https://{host}:{listener.port}/v1/models", timeout=3)
        await asyncio.sleep(0.02)
        assert listener.accepted == 0


async def test_the_listener_would_hear_an_unguarded_client() -> None:
    async with listening() as listener, httpx2.AsyncClient(trust_env=False) as client:
        with pytest.raises(httpx2.HTTPError):
            await client.get(f"http://127.0.0.1:{listener.port}/")
        assert listener.accepted == 1


async def test_a_name_that_answers_once_public_and_once_private_is_refused() -> None:
    answers = iter([["93.184.216.34", "127.0.0.1"], ["127.0.0.1"]])

    async def rebinding(host: str, port: int) -> list[str]:
        return next(answers)

    async with listening() as listener:
        async with guarded_client(open_rules(listener.port), resolver=rebinding) as client:
            for _ in range(2):
                with pytest.raises(DialRefusedError):
                    await client.get(f"https://rebind.example:{listener.port}/")
        assert listener.accepted == 0


async def test_the_sdk_sends_no_key_to_a_private_address() -> None:
    async with listening() as listener, guarded_client(open_rules(listener.port)) as client:
        sdk = AsyncOpenAI(
            api_key="sk-canary",
            base_url=f"https://localhost:{listener.port}/v1",
            http_client=client,
            max_retries=0,
        )
        with pytest.raises(APIConnectionError) as caught:
            await sdk.models.list()
        assert isinstance(caught.value.__cause__, DialRefusedError)
        assert listener.accepted == 0


async def test_http_other_ports_and_user_names_are_refused_before_resolving() -> None:
    async def never(host: str, port: int) -> list[str]:
        raise AssertionError("resolved")

    async with guarded_client(DialRules(), resolver=never) as client:
        for url in ("http://example.com/", "https://example.com:22/", "https://a:b@example.com/"):
            with pytest.raises(DialRefusedError):
                await client.get(url)


async def test_an_allowed_local_server_is_dialled_and_its_redirect_is_not_followed() -> None:
    async def redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(redirect, "127.0.0.1", 0)
    async with server:
        origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with guarded_client(DialRules.of([origin], [])) as client:
            answer = await client.get(f"{origin}/v1/models")
            assert answer.status_code == 302


async def test_the_start_up_check_notices_a_missing_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    async with listening() as listener:
        await assert_guard_works(guarded_client, listener.port)
        assert listener.accepted == 0
        monkeypatch.setattr(transport, "is_public", lambda _address: True)
        with pytest.raises(LoopbackGuardError):
            await assert_guard_works(guarded_client, listener.port)
        assert listener.accepted > 0
