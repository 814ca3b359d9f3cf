"""What a request must show before a route sees it: origin, host, size, kind."""

from __future__ import annotations

import json
import tracemalloc
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.datastructures import Headers

from infinite_scribe.api.forwarding import ANSWER_HEADERS, REQUEST_HEADERS, answerable, forwardable
from infinite_scribe.api.instances import Breaker, Instances
from infinite_scribe.api.middleware.bodies import depth_of
from infinite_scribe.api.middleware.hosts import host_name, is_address
from infinite_scribe.api.middleware.origin import is_same_origin
from infinite_scribe.core import clock

SITES = (None, "same-origin", "same-site", "cross-site", "none", "")
ORIGINS = (
    None,
    "http://localhost:8000",
    "http://localhost",
    "https://localhost:8000",
    "http://evil.example",
    "null",
)


@pytest.mark.parametrize(
    ("site", "origin", "cookie", "method"),
    list(product(SITES, ORIGINS, (True, False), ("GET", "POST", "DELETE"))),
)
def test_only_the_app_itself_changes_anything(
    site: str | None, origin: str | None, cookie: bool, method: str
) -> None:
    headers = {"host": "localhost:8000", **({"cookie": "x=1; at=abc"} if cookie else {})}
    if site is not None:
        headers["sec-fetch-site"] = site
    if origin is not None:
        headers["origin"] = origin
    if method == "GET":
        wanted = True
    elif site is not None:
        wanted = site == "same-origin"
    elif origin is not None:
        wanted = origin == "http://localhost:8000"
    else:
        wanted = not cookie
    assert is_same_origin(method, Headers(headers), "http") is wanted


@pytest.mark.parametrize("cookie", ["rt=1", "__Host-at=1", "a=b;at=1", "dev=1"])
def test_any_of_our_cookies_asks_for_a_proof(cookie: str) -> None:
    assert not is_same_origin("POST", Headers({"host": "localhost", "cookie": cookie}), "http")


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("localhost:8000", "localhost"),
        ("[::1]:8000", "::1"),
        ("192.168.1.5", "192.168.1.5"),
        ("EXAMPLE.org", "example.org"),
    ],
)
def test_host_names(host: str, name: str) -> None:
    assert host_name(host) == name


def test_literals_are_addresses_and_names_are_not() -> None:
    assert is_address("127.0.0.1")
    assert is_address("::1")
    assert not any(is_address(name) for name in ("127.0.0.1.nip.io", "2130706433", "0x7f.1", "", "localhost"))


@pytest.mark.parametrize(
    ("body", "depth"),
    [
        (b"[[[]]]", 3),
        (b'{"a":"[[[["}', 1),
        (b'{"a":"\\"[[["}', 1),
        (b"", 0),
        (b"[" * 65 + b"]" * 65, 65),
        (b'["[', 1),
    ],
)
def test_depth_counts_brackets_outside_strings(body: bytes, depth: int) -> None:
    assert depth_of(body) == depth


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.recursive(
        st.text(alphabet='ab"\\[]{}', max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text('"\\[', max_size=3), inner, max_size=2)
        ),
        max_leaves=12,
    )
)
def test_depth_is_what_a_reader_of_json_would_count(value: object) -> None:
    def deep(found: object) -> int:
        if not isinstance(found, list | dict):
            return 0
        inside = found.values() if isinstance(found, dict) else found
        return 1 + max((deep(one) for one in inside), default=0)

    assert depth_of(json.dumps(value).encode()) == deep(value)


@pytest.mark.parametrize("text", [b"x" * 2_000_000, rb"\"" * 1_000_000, rb"\\" * 1_000_000])
def test_measuring_a_large_body_takes_no_more_room_than_the_body(text: bytes) -> None:
    body = b'{"a":"' + text + b'"}'
    tracemalloc.start()
    try:
        assert depth_of(body) == 1
        assert tracemalloc.get_traced_memory()[1] < 6 * len(body)
    finally:
        tracemalloc.stop()


@given(
    st.dictionaries(
        st.sampled_from(
            [*REQUEST_HEADERS, "cookie", "authorization", "x-forwarded-for", "forwarded", "x-user-id", "host", "te",
             "connection", "keep-alive", "transfer-encoding", "upgrade", "x-request-id", "origin", "content-length"]
        ),
        st.text(min_size=0, max_size=700),
    )
)  # fmt: skip
def test_only_listed_headers_reach_an_agent(headers: dict[str, str]) -> None:
    shown = {name.title(): value for name, value in headers.items()}
    found = forwardable(shown)
    assert set(found) <= REQUEST_HEADERS
    assert all(len(value) <= 512 and "\n" not in value and "\r" not in value for value in found.values())


def test_what_connection_names_is_dropped() -> None:
    assert forwardable({"Connection": "close, traceparent", "traceparent": "x", "accept": "a"}) == {
        "accept": "a"
    }


def test_an_answer_brings_four_headers_and_a_path() -> None:
    given_headers = {
        "Content-Type": "application/json", "Set-Cookie": "at=evil", "Location": "https://evil.example/a?b=c",
        "Access-Control-Allow-Origin": "*", "ETag": "1", "X-Powered-By": "x",
    }  # fmt: skip
    found = answerable(given_headers)
    assert set(found) <= ANSWER_HEADERS
    assert found["location"] == "/a?b=c"
    assert answerable({"location": "//evil.example/x"})["location"] == "/x"


def test_a_breaker_opens_probes_once_and_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    at = [0.0]
    monkeypatch.setattr("infinite_scribe.api.instances.monotonic", lambda: at[0])
    assert clock.monotonic() >= 0
    breaker = Breaker()
    for number in range(19):
        breaker.record(worked=number % 2 == 0)
    assert breaker.allows()
    breaker.record(worked=False)
    assert not breaker.allows()
    at[0] = 5.0
    assert breaker.allows()
    breaker.started()
    assert not breaker.allows()
    breaker.record(worked=False)
    at[0] = 14.9
    assert not breaker.allows()
    at[0] = 15.0
    breaker.started()
    breaker.record(worked=True)
    assert breaker.allows()
    assert breaker.pause_seconds == 5.0


def test_failures_of_long_ago_do_not_open_it(monkeypatch: pytest.MonkeyPatch) -> None:
    at = [0.0]
    monkeypatch.setattr("infinite_scribe.api.instances.monotonic", lambda: at[0])
    breaker = Breaker()
    for _ in range(30):
        breaker.record(worked=False)
        at[0] += 1.0
    assert breaker.allows()


def test_the_least_busy_instance_is_chosen_and_a_tried_one_last() -> None:
    instances = Instances()
    instances.begin("a")
    assert {instances.choose(["a", "b"]) for _ in range(20)} == {"b"}
    assert instances.choose(["a", "b"], tried=["b"]) == "a"
    assert instances.choose(["b"], tried=["b"]) == "b"
    assert instances.choose([]) is None


def test_retries_are_a_tenth_of_calls() -> None:
    instances = Instances(retry_tokens=0.0)
    for _ in range(100):
        instances.begin("a")
        instances.end("a", worked=True)
    taken = sum(instances.may_retry() for _ in range(100))
    assert taken in {9, 10}
