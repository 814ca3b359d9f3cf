"""What the app learns before anybody signs in."""

from __future__ import annotations

from infinite_scribe.db.sql.engine import Database

from .conftest import Studio


async def test_first_start_needs_a_setup_and_no_code_on_this_machine(studio: Studio) -> None:
    async with studio.client() as client:
        found = (await client.get("/api/v1/system/bootstrap")).json()
    assert found["needs_setup"] is True
    assert found["needs_code"] is False
    assert found["guest_allowed"] is True
    assert "accounts" in found["features"]


async def test_after_the_setup_nothing_is_needed(studio: Studio) -> None:
    client = await studio.owner()
    found = (await client.get("/api/v1/system/bootstrap")).json()
    assert found["needs_setup"] is False


async def test_from_another_machine_a_code_is_needed_and_guests_stay_out(studio: Studio) -> None:
    async with studio.client("203.0.113.9") as client:
        found = (await client.get("/api/v1/system/bootstrap")).json()
    assert (found["needs_code"], found["guest_allowed"], found["detected"]) == (True, False, [])


async def test_probes_and_health_answer_without_agents(studio: Studio) -> None:
    async with studio.client() as client:
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/readyz")).status_code == 200
        await studio.gateway.app.state.health.watch.look()
        health = (await client.get("/api/v1/system/health")).json()
    assert health["status"] == "degraded"
    assert {row["name"] for row in health["services"]} >= {"llm", "writer", "redis"}
    assert next(row for row in health["services"] if row["name"] == "writer")["effect"] == "no new prose"


async def test_ready_says_no_without_the_truth(studio: Studio) -> None:
    nowhere = Database("postgresql://nobody@127.0.0.1:1/nothing", "is_api")
    studio.gateway.app.state.health.watch.database = nowhere
    async with studio.client() as client:
        assert (await client.get("/readyz")).status_code == 503
        assert (await client.get("/healthz")).status_code == 200
    await nowhere.dispose()
