"""Providers, roles, caps and receipts: what their owner may do, and what a stranger, a guest and nobody may not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi.routing import APIRoute
from sqlalchemy import update

from factories.calls import make_call
from infinite_scribe.accounts.models import Session
from infinite_scribe.accounts.repository import AccountsRepository
from infinite_scribe.calls.router import router as calls_router
from infinite_scribe.core.clock import now
from infinite_scribe.core.ids import new_id
from infinite_scribe.providers.router import router as providers_router
from infinite_scribe.providers.rules import DEMO_ENDPOINT_ID, DEMO_MODEL
from integration.api.conftest import PASSWORD, OpenStudio, Studio
from servers.databases import TestDatabase

OLLAMA = "http://127.0.0.1:11434"
HOSTED = {
    "kind": "openai_compatible",
    "label": "Mine",
    "base_url": "https://models.example.com/some/prefix/v1",
}
P = "/api/v1/providers/{provider}"
BESIDE = "get_judges"
"""Stands with the prompts, by whose words judges are tried, and belongs to the models all the same."""
BOOK = {"idea": "A lamp", "language": "en", "length": "short", "pov": "close_third"}

# operation → method, path, body, what a stranger is told (None: the route shows only one's own)
ROUTES: dict[str, tuple[str, str, Any, int | None]] = {
    "list_providers": ("GET", "/api/v1/providers", None, None),
    "create_provider": ("POST", "/api/v1/providers", HOSTED, None),
    "update_provider": ("PATCH", P, {"label": "Taken over"}, 404),
    "put_provider_key": ("PUT", f"{P}/key", {"key": "sk-stolen-0000"}, 404),
    "test_provider": ("POST", f"{P}/test", {}, 404),
    "list_model_profiles": ("GET", f"{P}/profiles", None, 404),
    "list_models": ("GET", "/api/v1/models", None, None),
    "get_roles": ("GET", "/api/v1/roles", None, None),
    "put_roles": ("PUT", "/api/v1/roles", {"roles": {"writer": [{"endpoint_id": "{provider}", "model": "x"}]}}, 422),
    "get_judges": ("GET", "/api/v1/judges?novel_id={novel}", None, 404),
    "get_private_mode": ("GET", "/api/v1/private-mode", None, None),
    "put_private_mode": ("PUT", "/api/v1/private-mode", {"on": True}, None),
    "list_budgets": ("GET", "/api/v1/budgets", None, None),
    "put_budget": ("PUT", "/api/v1/budgets", {"scope_kind": "user", "period": "day", "cap_usd": 1}, None),
    "get_call": ("GET", "/api/v1/calls/{call}", None, 404),
    "preview_replay": ("POST", "/api/v1/calls/{call}/replay/preview", {}, 404),
    "delete_provider": ("DELETE", P, None, 404),
}  # fmt: skip


async def _member(studio: Studio, name: str) -> httpx2.AsyncClient:
    """A second account; registration is open in the studio of these tests."""
    client = studio.client()
    answer = await client.post("/api/v1/auth/register", json={"name": name, "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    return client


async def _age_proof(studio: Studio, client: httpx2.AsyncClient) -> None:
    """Let every password have been given long ago; the next access token says so."""
    async with AccountsRepository.open(studio.kit.database) as accounts:
        await accounts.session.execute(update(Session).values(auth_at=now() - timedelta(hours=1)))
    assert (await client.post("/api/v1/auth/refresh", json={})).status_code == 204


async def _add(client: httpx2.AsyncClient, body: dict[str, Any] = HOSTED) -> dict[str, Any]:
    answer = await client.post("/api/v1/providers", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def _filled(body: Any, ids: dict[str, str]) -> Any:
    if isinstance(body, dict):
        return {key: _filled(value, ids) for key, value in body.items()}
    if isinstance(body, list):
        return [_filled(value, ids) for value in body]
    return body.format(**ids) if isinstance(body, str) and body.startswith("{") else body


def test_every_route_is_in_the_table() -> None:
    found = {
        route.operation_id
        for router in (providers_router, calls_router)
        for route in router.routes
        if isinstance(route, APIRoute)
    }
    assert found | {BESIDE} == ROUTES.keys()


async def test_a_stranger_and_nobody_reach_nothing_of_the_owner(
    open_studio: OpenStudio, fresh_db: TestDatabase
) -> None:
    async with open_studio(INFINITE_SCRIBE__ACCOUNTS__REGISTRATION="open") as studio:
        owner = await studio.owner()
        mine = await _add(owner)
        stranger = await _member(studio, "Bob")
        me = UUID((await owner.get("/api/v1/me")).json()["id"])
        book = (await owner.post("/api/v1/novels", json=BOOK)).json()["id"]
        ids = {"provider": mine["id"], "call": str(await make_call(fresh_db.owner, me)), "novel": book}
        for name, (method, path, body, refusal) in ROUTES.items():
            given = {"json": _filled(body, ids)} if body is not None else {}
            foreign = await stranger.request(method, path.format(**ids), **given)
            if refusal is None:
                assert foreign.status_code < 300, (name, foreign.text)
                assert ids["provider"] not in foreign.text, name
            else:
                assert foreign.status_code == refusal, (name, foreign.text)
                missing = {key: str(new_id()) for key in ids}
                absent = await stranger.request(
                    method,
                    path.format(**missing),
                    **({"json": _filled(body, missing)} if body is not None else {}),
                )
                told = [{k: v for k, v in a.json().items() if k != "request_id"} for a in (foreign, absent)]
                assert told[0] == told[1], name
            async with studio.client() as nobody:
                answer = await nobody.request(method, path.format(**ids), **given)
                assert (answer.status_code, answer.json()["code"]) == (401, "session-expired"), name
        assert (await owner.get("/api/v1/providers")).json()["items"][-1] == mine
        receipt = (await owner.get(f"/api/v1/calls/{ids['call']}")).json()
        assert (receipt["reply"], receipt["demo"]) == ("It rained.", True)
        assert "Go on." in receipt["prompt"]


async def test_a_local_server_is_connected_by_the_operator_alone(open_studio: OpenStudio) -> None:
    local = {"kind": "ollama", "base_url": OLLAMA}
    async with open_studio(INFINITE_SCRIBE__ACCOUNTS__REGISTRATION="open") as studio:
        owner = await studio.owner()
        made = await _add(owner, local)
        assert (made["local"], made["base_url"]) == (True, OLLAMA)
        for other in (await _member(studio, "Bob"), await studio.guest()):
            refused = await other.post("/api/v1/providers", json=local)
            assert (refused.status_code, refused.json()["code"]) == (403, "endpoint-operator-only")
            typed = {**HOSTED, "base_url": f"{OLLAMA}/v1"}
            assert (await other.post("/api/v1/providers", json=typed)).status_code == 403
            assert (await _add(other))["local"] is False


async def test_keys_and_endpoints_ask_for_the_password_again(studio: Studio) -> None:
    owner = await studio.owner()
    mine = await _add(owner)
    await _age_proof(studio, owner)
    for method, path, body in (
        ("POST", "/api/v1/providers", HOSTED),
        ("POST", "/api/v1/providers", {"kind": "ollama", "base_url": OLLAMA}),
        ("PUT", f"/api/v1/providers/{mine['id']}/key", {"key": "sk-0000"}),
        ("PUT", "/api/v1/budgets", {"scope_kind": "user", "period": "day", "cap_usd": 5}),
    ):
        answer = await owner.request(method, path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (401, "step-up-required"), path
    assert (await owner.post("/api/v1/auth/step-up", json={"password": PASSWORD})).status_code == 200
    assert (await _add(owner))["id"] != mine["id"]


@pytest.mark.parametrize(
    "address",
    [
        "http://models.example.com/v1",
        "https://models.example.com:8443/v1",
        "https://127.0.0.1/v1",
        "https://169.254.169.254/latest",
        "http://127.0.0.1:8000/api/v1",
        "ftp://models.example.com",
        "",
    ],
)
async def test_an_address_that_may_not_be_dialled_is_not_stored(studio: Studio, address: str) -> None:
    owner = await studio.owner()
    before = (await owner.get("/api/v1/providers")).json()
    answer = await owner.post("/api/v1/providers", json={**HOSTED, "base_url": address})
    assert answer.status_code == 422, answer.text
    assert (await owner.get("/api/v1/providers")).json() == before


async def test_the_prefix_of_an_address_stays_as_typed(studio: Studio) -> None:
    owner = await studio.owner()
    assert (await _add(owner))["base_url"] == HOSTED["base_url"]


async def test_a_provider_that_goes_takes_its_roles_along(studio: Studio) -> None:
    owner = await studio.owner()
    mine = await _add(owner, {**HOSTED, "models": ["large"]})
    wanted = {"roles": {"writer": [{"endpoint_id": mine["id"], "model": "large"}]}}
    chosen = (await owner.put("/api/v1/roles", json=wanted)).json()
    assert (chosen["chosen"], chosen["roles"]["writer"]) == (["writer"], wanted["roles"]["writer"])
    assert (await owner.delete(f"/api/v1/providers/{mine['id']}")).status_code == 204
    left = (await owner.get("/api/v1/roles")).json()
    assert left["chosen"] == []
    assert left["roles"]["writer"] == [{"endpoint_id": str(DEMO_ENDPOINT_ID), "model": DEMO_MODEL}]


async def test_models_stand_in_the_order_they_are_tried_for_all_books_and_for_one(studio: Studio) -> None:
    owner = await studio.owner()
    mine = await _add(owner, {**HOSTED, "models": ["large", "small"]})
    book = (await owner.post("/api/v1/novels", json=BOOK)).json()["id"]
    large, small = ({"endpoint_id": mine["id"], "model": name} for name in ("large", "small"))
    await owner.put("/api/v1/roles", json={"roles": {"writer": [large]}})
    ours = f"/api/v1/roles?novel_id={book}"
    chosen = (await owner.put(ours, json={"roles": {"writer": [small, large]}})).json()
    assert (chosen["roles"]["writer"], chosen["here"]) == ([small, large], ["writer"])
    elsewhere = (await owner.get("/api/v1/roles")).json()
    assert (elsewhere["roles"]["writer"], elsewhere["here"]) == ([large], ["writer"])
    back = (await owner.put(ours, json={"roles": {"writer": []}})).json()
    assert (back["roles"]["writer"], back["here"]) == ([large], [])


async def test_a_hosted_kind_is_reached_through_a_gateway_that_speaks_like_it(studio: Studio) -> None:
    owner = await studio.owner()
    typed = {"kind": "anthropic", "base_url": "https://gateway.example.com/gw/x"}
    assert (await _add(owner, typed))["base_url"] == typed["base_url"]
    assert (await _add(owner, {"kind": "google"}))["base_url"] == "https://generativelanguage.googleapis.com"


async def test_what_belongs_to_the_installation_is_nobodys_to_change(studio: Studio) -> None:
    owner = await studio.owner()
    demo = f"/api/v1/providers/{DEMO_ENDPOINT_ID}"
    for method, path, body in (
        ("PATCH", demo, {"enabled": False}),
        ("DELETE", demo, None),
        ("PUT", f"{demo}/key", {"key": "sk-0000"}),
    ):
        answer = await owner.request(method, path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "provider-built-in"), path


async def test_own_addresses_can_be_switched_off(open_studio: OpenStudio) -> None:
    async with open_studio(INFINITE_SCRIBE__LLM__USER_ENDPOINTS="false") as studio:
        owner = await studio.owner()
        answer = await owner.post("/api/v1/providers", json=HOSTED)
        assert (answer.status_code, answer.json()["code"]) == (403, "endpoints-off")
        assert (await _add(owner, {"kind": "openai", "label": "OpenAI"}))["local"] is False
