"""What no form of the app sends: characters without a text, cursors out of time. Refused, never a failure of ours."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from integration.api.conftest import Studio

NOVEL = {"language": "en", "length": "novel", "pov": "omniscient"}
EARLY = base64.urlsafe_b64encode(b"0001-01-01T00:00:00+23:59|019aa000-0000-7000-8000-000000000000").decode()


async def test_characters_that_cannot_be_stored_are_refused(studio: Studio) -> None:
    owner = await studio.owner()
    tries: list[tuple[str, str, Any]] = [
        ("POST", "/auth/login", {"login": "a\x00b", "password": "x" * 20}),
        ("POST", "/auth/forgot", {"login": "a\x00b"}),
        ("PUT", "/me/preferences", {"a": "b\x00"}),
        ("POST", "/novels", {"idea": "a\x00", **NOVEL}),
        ("POST", "/providers", {"kind": "openai", "label": "a\x00", "models": ["a"]}),
    ]
    for method, path, body in tries:
        answer = await owner.request(method, f"/api/v1{path}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid-text"), path
    half, kind = b'{"a":"\\ud800"}', {"content-type": "application/json"}
    answer = await owner.put("/api/v1/me/preferences", content=half, headers=kind)
    assert answer.json()["code"] == "invalid-text"
    taken = await owner.post("/api/v1/imports", json={"text": "A\x00line.", "name": "b\x00k"})
    assert taken.status_code == 201, taken.text


@pytest.mark.parametrize("path", ["novels", "novels/trash"])
async def test_a_cursor_before_all_time_is_not_one_of_ours(studio: Studio, path: str) -> None:
    owner = await studio.owner()
    answer = await owner.get(f"/api/v1/{path}", params={"cursor": EARLY})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
