"""The whole front, through the gateway: hosts, origins, sizes, headers, proxies, limits."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .conftest import PASSWORD, OpenStudio, Studio

BOOTSTRAP = "/api/v1/system/bootstrap"
REMOTE = "203.0.113.9"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200), ("localhost:5173", 200), ("127.0.0.1:8000", 200), ("[::1]:8000", 200), ("192.168.1.20", 200),
        ("studio.example", 200), ("STUDIO.example", 200), ("evil.example", 421), ("localhost.evil.example", 421),
        ("127.0.0.1.nip.io", 421), ("2130706433", 421), ("studio.example.evil", 421), ("localhost.", 421),
    ],
)  # fmt: skip
async def test_only_our_own_names_are_served(open_studio: OpenStudio, host: str, status: int) -> None:
    async with open_studio(INFINITE_SCRIBE__HTTP__ALLOWED_HOSTS='["studio.example"]') as studio:
        async with studio.client() as client:
            answer = await client.get(BOOTSTRAP, headers={"host": host})
    assert answer.status_code == status
    if status == 421:
        assert answer.json()["code"] == "wrong-host"


async def test_every_answer_carries_the_headers(studio: Studio) -> None:
    async with studio.client() as client:
        answers = [
            await client.get(BOOTSTRAP),
            await client.get("/api/v1/nothing"),
            await client.get("/api/v1/me"),
            await client.get("/healthz"),
            await client.get("/", headers={"host": "evil.example"}),
        ]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-eval" not in policy
        assert "script-src 'self' 'unsafe-inline'" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-request-id"]
        assert "strict-transport-security" not in answer.headers
    assert answers[0].headers["cache-control"] == "no-store"
    assert answers[1].json()["code"] == "not-found"


async def test_another_site_changes_nothing_on_any_unsafe_route(studio: Studio) -> None:
    owner = await studio.owner()
    from infinite_scribe.api.openapi import contract_app, document

    tried = 0
    for path, operations in document(contract_app())["paths"].items():
        for method in operations:
            if method.upper() in {"GET", "HEAD"}:
                continue
            address = path.replace("{", "0").replace("}", "0")
            for headers in (
                {"sec-fetch-site": "cross-site"},
                {"sec-fetch-site": "", "origin": "http://evil.example"},
            ):
                answer = await owner.request(method.upper(), address, json={}, headers=headers)
                assert (answer.status_code, answer.json()["code"]) == (403, "cross-site-request"), path
            tried += 1
    assert tried > 30


async def test_plain_http_takes_the_exact_origin(studio: Studio) -> None:
    async with studio.client() as client:
        del client.headers["sec-fetch-site"]
        client.cookies.set("at", "x")
        body = {"login": "a", "password": "b"}
        for origin, status in (
            ("http://localhost", 401),
            ("http://localhost:81", 403),
            ("https://localhost", 403),
        ):
            answer = await client.post("/api/v1/auth/login", json=body, headers={"origin": origin})
            assert answer.status_code == status, origin
        assert (await client.post("/api/v1/auth/login", json=body)).status_code == 403


@pytest.mark.parametrize(
    ("headers", "content", "status"),
    [
        ({"content-type": "text/plain"}, b"{}", 415),
        ({"content-type": "application/x-www-form-urlencoded"}, b"a=b", 415),
        ({"content-type": "multipart/form-data; boundary=x"}, b"--x--", 415),
        ({"content-type": "application/json", "content-encoding": "gzip"}, b"{}", 415),
        ({"content-type": "application/json"}, b" " * 1_000_001, 413),
        ({"content-type": "application/json"}, b"[" * 65 + b"]" * 65, 400),
        ({"content-type": "application/json"}, b'{"login": ', 422),
        ({"content-type": "application/json"}, b'{"login":"a","password":"b","kind":"owner"}', 422),
    ],
)
async def test_bodies_that_are_not_taken(
    studio: Studio, headers: dict[str, str], content: bytes, status: int
) -> None:
    async with studio.client() as client:
        answer = await client.post("/api/v1/auth/login", content=content, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_body_without_declared_length_is_counted(studio: Studio) -> None:
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        for _ in range(200):
            sent += 65_536
            yield b" " * 65_536

    async with studio.client() as client:
        answer = await client.post(
            "/api/v1/auth/login", content=endless(), headers={"content-type": "application/json"}
        )
    assert answer.status_code == 413


async def test_forwarded_headers_count_from_trusted_proxies_only(open_studio: OpenStudio) -> None:
    shown = {
        "x-forwarded-for": "10.9.9.9, 127.0.0.1",
        "x-forwarded-proto": "https",
        "x-forwarded-host": "studio.example",
    }
    environ = {
        "INFINITE_SCRIBE__HTTP__TRUSTED_PROXIES": '["10.0.0.1", "127.0.0.1"]',
        "INFINITE_SCRIBE__HTTP__PUBLIC_URL": "https://studio.example",
    }
    async with open_studio(**environ) as studio:
        async with studio.client("10.0.0.1") as proxy:
            answer = await proxy.get(BOOTSTRAP, headers=shown)
            assert answer.status_code == 200
            assert answer.json()["needs_code"] is True
            assert answer.headers["strict-transport-security"]
            plain = await proxy.get(BOOTSTRAP)
            assert (plain.status_code, plain.json()["code"]) == (403, "https-required")
            made = await proxy.post("/api/v1/auth/login", json={"login": "a", "password": "b"}, headers=shown)
            assert made.status_code == 401
        async with studio.client(REMOTE) as stranger:
            assert (await stranger.get(BOOTSTRAP, headers=shown)).status_code == 403
            assert (await stranger.get("/healthz")).status_code == 200


async def test_https_cookies_have_the_host_prefix(open_studio: OpenStudio) -> None:
    shown = {"x-forwarded-proto": "https", "x-forwarded-for": "127.0.0.1"}
    async with open_studio(INFINITE_SCRIBE__HTTP__TRUSTED_PROXIES='["10.0.0.1"]') as studio:
        async with studio.client("10.0.0.1", **shown) as client:
            answer = await client.post("/api/v1/setup", json={"name": "Ada", "password": PASSWORD})
    assert answer.status_code == 201
    cookies = answer.headers.get_list("set-cookie")
    assert all(
        cookie.startswith("__Host-") and "Secure" in cookie and "Domain" not in cookie for cookie in cookies
    )


@pytest.mark.parametrize("redis", [True, False])
async def test_tries_at_a_secret_are_limited_by_network(open_studio: OpenStudio, redis: bool) -> None:
    environ = {"INFINITE_SCRIBE__RATE_LIMITS__AUTH_PER_MINUTE": "8"}
    async with open_studio(redis=redis, **environ) as studio:
        async with studio.client("198.51.100.77") as client:
            answers = [await client.post("/api/v1/auth/forgot", json={"login": "x"}) for _ in range(20)]
    limit = 8 if redis else 2
    refused = [answer for answer in answers if answer.status_code == 429]
    # A minute may turn over in the middle: then the limit holds once on each side.
    assert len(answers) - len(refused) in range(limit, 2 * limit + 1)
    assert [answer.status_code for answer in answers[:limit]] == [204] * limit
    assert int(refused[0].headers["retry-after"]) >= 1
    assert refused[0].json()["code"] == "rate-limited"


async def test_in_production_nothing_answers_without_the_guard(open_studio: OpenStudio) -> None:
    async with open_studio(INFINITE_SCRIBE__APP__ENV="production") as studio, studio.client() as client:
        assert (await client.get(BOOTSTRAP)).status_code == 500
        assert (await client.get("/healthz")).status_code == 200


async def test_an_unknown_failure_is_an_empty_problem_with_all_headers(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_self: object) -> bool:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(type(studio.kit.service), "needs_setup", broken)
    async with studio.client() as client:
        answer = await client.get(BOOTSTRAP)
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert json.loads(answer.text)["request_id"] == answer.headers["x-request-id"]
    assert "content-security-policy" in answer.headers


async def test_paths_never_leave_the_web_app(studio: Studio) -> None:
    async with studio.client() as client:
        for path in (
            "/../../etc/passwd",
            "/%2e%2e/%2e%2e/etc/passwd",
            "/assets/..%2f..%2fconfig.toml",
            "/x%00.js",
        ):
            answer = await client.get(path)
            assert answer.status_code in {200, 404}
            assert "root:" not in answer.text
            assert "[accounts]" not in answer.text
