"""From a sentence to six locked stages, over HTTP, with a worldsmith whose model is the storyteller."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from factories.worldsmith import NearAgents, worldsmith
from servers.databases import TestDatabase

from .conftest import OpenStudio
from .test_genesis_routes import Desk

pytestmark = pytest.mark.timeout(240)

STAGES = ("seed", "theme", "world", "characters", "plot", "details")
IDEAS = {
    "en": "A lighthouse keeper sells storms to the town below.",
    "zh": "一个灯塔看守人把风暴卖给山下的镇子。",
}
WRITES = {
    "seed": {"concept"}, "theme": {"concept"}, "world": {"places", "facts", "rules", "events"},
    "characters": {"characters", "relations"}, "plot": {"arcs", "chapters", "promises", "concept", "cards"},
    "details": {"style", "names", "terms"},
}  # fmt: skip


async def said(desk: Desk, stage: str, action: str, **given: Any) -> Any:
    """Send a message and return its round when it has ended."""
    taken = (await desk.post(f"{stage}/{action}", 202, **given))["round"]
    return await ended(desk, stage, taken["id"])


async def ended(desk: Desk, stage: str, round_id: str) -> Any:
    async with asyncio.timeout(90):
        while True:
            found = next(one for one in await desk.rounds(stage) if one["id"] == round_id)
            if found["status"] not in {"queued", "answering"}:
                return found
            await asyncio.sleep(0.15)


async def fill(desk: Desk, stage: str) -> None:
    """Take the first of three options and complete the rest."""
    options = await said(desk, stage, "generate", count=3)
    assert options["status"] == "answered", options["problem"]
    shown = options["output"]["options"]
    assert len(shown) == 3
    assert {one["basis"] for option in shown for one in option["scores"]} == {"code"}
    assert (
        min(one["value"] for option in shown for one in option["scores"] if one["name"] == "distinctness")
        >= 3.5
    )
    picked = await desk.post(f"{stage}/pick", option_id=shown[0]["id"])
    assert picked["status"] in {"sketched", "ready"}, picked["missing_minimum"]
    assert {one["by"] for one in picked["fields"].values()} == {"worldsmith"}
    rest = await said(desk, stage, "complete")
    assert rest["status"] == "answered", rest["problem"]
    assert rest["output"]["filled"] or picked["status"] == "ready"
    assert (await desk.stage(stage))["missing_full"] == []


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_sentence_becomes_six_locked_stages(
    fresh_db: TestDatabase, open_studio: OpenStudio, tmp_path: Path, language: str
) -> None:
    async with open_studio() as studio, worldsmith(fresh_db, studio.settings):
        studio.gateway.app.state.agents = NearAgents(fresh_db, studio.settings)
        owner = await studio.owner()
        novel = await owner.post("/api/v1/novels", json={"idea": IDEAS[language], "language": language})
        desk = Desk(owner, novel.json()["id"])
        for stage in STAGES:
            await fill(desk, stage)
            shown = await desk.post(f"{stage}/lock", preview=True)
            locked = await desk.post(f"{stage}/lock")
            assert (locked["missing"], locked["issues"], locked["kept"]) == ([], [], [])
            assert shown["will_write"] == locked["will_write"]
            assert set(locked["will_write"]) == WRITES[stage]
        assert {one["status"] for one in (await desk.get())["stages"]} == {"locked"}
        for stage in STAGES:
            shown = await desk.post(f"{stage}/unlock", preview=True)
            assert (shown["dependants"] == []) is (stage == "details")
            uses_rows = any(one["kind"] == "card" for one in shown["dependants"])
            assert uses_rows is (stage in {"world", "characters"})
        opened = await desk.post("seed/unlock")
        assert {one["kind"] for one in opened["dependants"]} >= {"stage", "place", "cast", "rule", "arc"}
        assert [one["status"] for one in (await desk.get())["stages"]] == ["ready", *["stale"] * 5]
        assert (await desk.stage("plot"))["stale_because"] == "unlocked:seed"
        for stage in STAGES:
            again = await desk.post(f"{stage}/lock")
            assert (again["will_write"], again["kept"]) == ({}, []), stage
        assert {one["status"] for one in (await desk.get())["stages"]} == {"locked"}
