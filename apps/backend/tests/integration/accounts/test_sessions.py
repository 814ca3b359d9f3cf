"""Sessions: one rotation, no revival, nothing a thief can keep."""

from __future__ import annotations

import asyncio

import httpx2
import pytest
from redis.asyncio import Redis
from sqlalchemy import select, text, update

from infinite_scribe.accounts.models import AuditEvent, Session
from infinite_scribe.accounts.repository import AccountsRepository
from integration.api.conftest import PASSWORD, OpenStudio, Studio
from servers import databases, stores
from servers.databases import TestDatabase


async def _until_heard(studio: Studio) -> None:
    while not studio.kit.live.hears_revocations:
        await asyncio.sleep(0.02)


async def _sessions(studio: Studio) -> list[Session]:
    async with AccountsRepository.open(studio.kit.database) as accounts:
        return list((await accounts.session.scalars(select(Session))).all())


async def _age(studio: Studio, seconds: int) -> None:
    async with AccountsRepository.open(studio.kit.database) as accounts:
        moved = Session.rotated_at - text(f"interval '{seconds} seconds'")
        await accounts.session.execute(update(Session).values(rotated_at=moved))


def _same_browser(studio: Studio, client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    other = studio.client()
    other.cookies.update(client.cookies)
    return other


async def _refresh(client: httpx2.AsyncClient) -> int:
    return (await client.post("/api/v1/auth/refresh")).status_code


@pytest.mark.parametrize("round_number", range(3))
async def test_fifty_tabs_refresh_at_once_and_all_stay_in(studio: Studio, round_number: int) -> None:
    owner = await studio.owner()
    tabs = [_same_browser(studio, owner) for _ in range(50)]
    assert await asyncio.gather(*(_refresh(tab) for tab in tabs)) == [204] * 50
    assert [row.counter for row in await _sessions(studio)] == [1]
    assert len({tab.cookies["rt"] for tab in tabs}) == 1
    assert (await tabs[7].get("/api/v1/me")).status_code == 200


async def test_a_token_used_again_after_the_grace_ends_the_session_for_everybody(studio: Studio) -> None:
    owner = await studio.owner()
    thief = _same_browser(studio, owner)
    assert await _refresh(owner) == 204
    await _age(studio, 31)
    assert await _refresh(thief) == 401
    assert (await owner.get("/api/v1/me")).status_code == 401
    assert await _refresh(owner) == 401
    row = (await _sessions(studio))[0]
    assert row.revoke_reason == "refresh_reuse"
    async with AccountsRepository.open(studio.kit.database) as accounts:
        actions = (await accounts.session.scalars(select(AuditEvent.action))).all()
    assert "refresh_reuse" in actions


async def test_two_rotations_back_is_reuse_even_within_the_grace(studio: Studio) -> None:
    owner = await studio.owner()
    thief = _same_browser(studio, owner)
    assert [await _refresh(owner), await _refresh(owner)] == [204, 204]
    assert await _refresh(thief) == 401
    assert await _refresh(owner) == 401


@pytest.mark.parametrize("spoil", ["x", "counter", "other-sid", "empty", "long"])
async def test_a_made_up_refresh_token_does_nothing(studio: Studio, spoil: str) -> None:
    owner = await studio.owner()
    sid, counter, proof = owner.cookies["rt"].split(".")
    spoilt = {
        "x": f"{sid}.{counter}.{proof[:-2]}AA",
        "counter": f"{sid}.{int(counter) + 1}.{proof}",
        "other-sid": f"{'A' * 22}.{counter}.{proof}",
        "empty": "..",
        "long": "a" * 5000,
    }[spoil]
    async with studio.client() as client:
        client.cookies.set("rt", spoilt)
        assert await _refresh(client) == 401
    assert [(row.counter, row.revoked_at) for row in await _sessions(studio)] == [(0, None)]
    assert await _refresh(owner) == 204


async def test_a_new_session_id_at_sign_in_and_at_step_up(studio: Studio) -> None:
    owner = await studio.owner()
    first = owner.cookies["rt"].split(".")[0]
    old_access = owner.cookies["at"]
    assert (await owner.post("/api/v1/auth/step-up", json={"password": PASSWORD})).status_code == 200
    assert owner.cookies["rt"].split(".")[0] != first
    async with studio.client() as client:
        client.cookies.set("at", old_access)
        assert (await client.get("/api/v1/me")).status_code == 401
    wrong = await owner.post("/api/v1/auth/step-up", json={"password": "not the password"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "bad-credentials")


async def test_a_new_password_needs_a_fresh_proof(studio: Studio) -> None:
    owner = await studio.owner()
    new = {"password": "another long walk by the sea"}
    async with AccountsRepository.open(studio.kit.database) as accounts:
        old = Session.auth_at - text("interval '6 minutes'")
        await accounts.session.execute(update(Session).values(auth_at=old))
    assert await _refresh(owner) == 204
    refused = await owner.put("/api/v1/me/password", json=new)
    assert (refused.status_code, refused.json()["code"]) == (401, "step-up-required")
    await owner.post("/api/v1/auth/step-up", json={"password": PASSWORD})
    assert (await owner.put("/api/v1/me/password", json=new)).status_code == 200


async def test_the_oldest_of_too_many_sessions_ends(open_studio: OpenStudio) -> None:
    async with open_studio(INFINITE_SCRIBE__SESSIONS__PER_USER="3") as studio:
        first = await studio.owner()
        for _ in range(3):
            async with studio.client() as client:
                client.cookies.update({"dev": first.cookies["dev"]})
                await client.post("/api/v1/auth/login", json={"login": "ada", "password": PASSWORD})
        rows = await _sessions(studio)
        assert (await first.get("/api/v1/me")).status_code == 401
    assert sorted(row.revoke_reason or "" for row in rows) == ["", "", "", "over_limit"]


async def test_signing_out_ends_it_for_copies_too_and_everywhere_for_all(studio: Studio) -> None:
    owner = await studio.owner()
    copy = _same_browser(studio, owner)
    async with studio.client() as client:
        await client.post("/api/v1/auth/login", json={"login": "ada", "password": PASSWORD})
        assert (await owner.post("/api/v1/auth/logout")).status_code == 204
        assert (await copy.get("/api/v1/me")).status_code == 401
        assert (await client.get("/api/v1/me")).status_code == 200
        third = _same_browser(studio, client)
        assert (await client.post("/api/v1/auth/logout-all")).status_code == 204
        assert (await third.get("/api/v1/me")).status_code == 401


@pytest.mark.parametrize("redis", [True, False])
async def test_a_second_gateway_refuses_within_a_second(open_studio: OpenStudio, redis: bool) -> None:
    async with open_studio(redis=redis) as here, open_studio(redis=redis) as there:
        await _until_heard(there)
        owner = await here.owner()
        away = _same_browser(there, owner)
        assert (await away.get("/api/v1/me")).status_code == 200
        await owner.post("/api/v1/auth/logout")
        await asyncio.sleep(0.5)
        assert (await away.get("/api/v1/me")).status_code == 401


async def test_nothing_that_happens_to_redis_revives_or_ends_a_session(
    studio: Studio, redis_server: str
) -> None:
    await _until_heard(studio)
    owner = await studio.owner()
    gone = _same_browser(studio, owner)
    await owner.post("/api/v1/auth/logout")
    await owner.post("/api/v1/auth/login", json={"login": "ada", "password": PASSWORD})
    assert (await owner.get("/api/v1/me")).status_code == 200
    async with Redis.from_url(redis_server) as redis:
        assert await redis.keys("is:sess:*")
        await redis.flushall()
    studio.kit.live._revoked.clear()  # as a gateway that was started after the revocation
    assert (await owner.get("/api/v1/me")).status_code == 200
    assert (await gone.get("/api/v1/me")).status_code == 401


async def test_a_fill_never_overwrites_the_word_dead(studio: Studio, redis_server: str) -> None:
    await _until_heard(studio)
    owner = await studio.owner()
    sid = (await _sessions(studio))[0].sid
    async with Redis.from_url(redis_server) as redis:
        await redis.set(f"is:sess:{sid}", "dead", ex=60)
        assert (await owner.get("/api/v1/me")).status_code == 401
        studio.kit.live.hears_revocations = False  # ask PostgreSQL, which says that it lives
        assert (await owner.get("/api/v1/me")).status_code == 200
        assert await redis.get(f"is:sess:{sid}") == b"dead"


async def test_redis_dies_and_everybody_stays_in(open_studio: OpenStudio) -> None:
    store = stores.redis()
    try:
        async with open_studio(redis=store.url) as studio:
            await _until_heard(studio)
            owner = await studio.owner()
            assert (await owner.get("/api/v1/me")).status_code == 200
            store.stop()
            for _ in range(5):
                assert (await owner.get("/api/v1/me")).status_code == 200
            assert await _refresh(owner) == 204
            async with studio.client() as client:
                assert (
                    await client.post("/api/v1/auth/login", json={"login": "ada", "password": PASSWORD})
                ).status_code == 200
            copy = _same_browser(studio, owner)
            assert (await owner.post("/api/v1/auth/logout")).status_code == 204
            assert (await copy.get("/api/v1/me")).status_code == 401
    finally:
        store.stop()


async def test_without_announcements_nothing_remembered_is_believed(
    studio: Studio, fresh_db: TestDatabase
) -> None:
    await _until_heard(studio)
    owner = await studio.owner()
    assert (await owner.get("/api/v1/me")).status_code == 200
    async with AccountsRepository.open(studio.kit.database) as accounts:
        await accounts.session.execute(update(Session).values(revoked_at=text("now()")))
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'infinite-scribe revocations'"
    await asyncio.to_thread(databases.execute, fresh_db.url, f"{cut} AND datname = current_database()")
    for _ in range(100):
        if (await owner.get("/api/v1/me")).status_code == 401:
            break
        await asyncio.sleep(0.05)
    assert (await owner.get("/api/v1/me")).status_code == 401


async def test_devices_are_ones_own(studio: Studio) -> None:
    owner, guest = await studio.owner(), await studio.guest()
    mine = (await owner.get("/api/v1/me/sessions")).json()["items"]
    assert [item["current"] for item in mine] == [True]
    foreign = mine[0]["id"]
    refused = await guest.delete(f"/api/v1/me/sessions/{foreign}")
    missing = await guest.delete("/api/v1/me/sessions/01890000-0000-7000-8000-000000000000")
    assert (refused.status_code, missing.status_code) == (404, 404)
    assert {**refused.json(), "request_id": ""} == {**missing.json(), "request_id": ""}
    assert (await owner.get("/api/v1/me")).status_code == 200
    assert (await owner.delete(f"/api/v1/me/sessions/{foreign}")).status_code == 204
    assert (await owner.get("/api/v1/me")).status_code == 401


async def test_profile_and_preferences_are_ones_own(studio: Studio) -> None:
    owner, guest = await studio.owner(), await studio.guest()
    await owner.put("/api/v1/me/preferences", json={"theme": "night"})
    assert (await guest.get("/api/v1/me/preferences")).json() == {}
    assert (await owner.get("/api/v1/me/preferences")).json() == {"theme": "night"}
    large = await owner.put("/api/v1/me/preferences", json={"x": "a" * 17_000})
    assert large.json()["code"] == "preferences-too-large"
    assert (await owner.patch("/api/v1/me", json={"name": "Ada Lovelace", "locale": "zh-CN"})).json()[
        "locale"
    ] == "zh-CN"
    assert (await owner.patch("/api/v1/me", json={"kind": "owner"})).status_code == 422


async def test_cookie_and_header_together_are_refused(studio: Studio) -> None:
    owner = await studio.owner()
    answer = await owner.get("/api/v1/me", headers={"authorization": f"Bearer {owner.cookies['at']}"})
    assert (answer.status_code, answer.json()["code"]) == (400, "ambiguous-credentials")


async def test_cookies_are_closed_to_scripts_and_to_other_sites(studio: Studio) -> None:
    async with studio.client() as client:
        answer = await client.post("/api/v1/setup", json={"name": "Ada", "password": PASSWORD})
    cookies = answer.headers.get_list("set-cookie")
    assert len(cookies) == 3
    for cookie in cookies:
        low = cookie.lower()
        assert "httponly" in low
        assert "samesite=strict" in low
        assert "path=/" in low
        assert "secure" not in low.replace("securely", "")
