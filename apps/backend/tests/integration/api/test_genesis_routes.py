"""The six stages through the gateway: what the author decides, and a conversation whose worldsmith is away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from infinite_scribe.core.ids import new_id
from servers.databases import TestDatabase

from .conftest import OpenStudio, Studio

pytestmark = pytest.mark.timeout(120)

SEED: dict[str, Any] = {
    "title": "The Last Lamp", "logline": "A lamp lighter must choose which street stays dark.", "genres": ["mystery"],
    "protagonist": "Ines Carrow, who lights lamps and owes for oil.", "hook": "Somebody has counted the lamps.",
    "premise": "word " * 60, "selling_point": "A city told by its lamps.", "endings": ["She leaves one lit.", "All go out."],
    "path": dict.fromkeys(("theme", "background", "persona", "event", "ending", "twist"), "a debt"),
}  # fmt: skip


@dataclass
class Desk:
    """A signed-in owner with a book."""

    http: httpx2.AsyncClient
    novel: str

    async def get(self) -> Any:
        answer = await self.http.get(f"/api/v1/novels/{self.novel}/genesis")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def stage(self, name: str = "seed") -> Any:
        return next(one for one in (await self.get())["stages"] if one["stage"] == name)

    async def post(self, at: str, status: int = 200, key: str | None = None, **body: Any) -> Any:
        headers = {"idempotency-key": key} if key else {}
        answer = await self.http.post(f"/api/v1/novels/{self.novel}/genesis/{at}", json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def fill(self, stage: str, values: dict[str, Any]) -> None:
        for path, value in values.items():
            await self.post(f"{stage}/edit", path=path, value=value)

    async def rounds(self, stage: str = "seed") -> list[Any]:
        answer = await self.http.get(f"/api/v1/novels/{self.novel}/genesis/{stage}/rounds")
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])


@pytest.fixture
async def desk(fresh_db: TestDatabase, open_studio: OpenStudio) -> AsyncIterator[Desk]:
    async with open_studio() as studio:
        studio_: Studio = studio
        owner = await studio_.owner()
        novel = (await owner.post("/api/v1/novels", json={"idea": "A well.", "language": "en"})).json()["id"]
        yield Desk(owner, novel)


async def test_a_stage_fills_by_hand_and_locks_only_when_nothing_is_missing(desk: Desk) -> None:
    whole = await desk.get()
    assert [one["stage"] for one in whole["stages"]] == [
        "seed", "theme", "world", "characters", "plot", "details",
    ]  # fmt: skip
    assert {one["status"] for one in whole["stages"]} == {"empty"}
    assert len(whole["methods"]) == 8
    assert (await desk.stage("theme"))["blocked_by"] == ["seed"]
    refused = await desk.post("seed/lock", 409)
    assert refused["code"] == "stage-incomplete"
    assert {one["field"] for one in refused["params"]["missing"]} >= {"logline", "premise", "path.twist"}
    for at, (path, value) in enumerate(SEED.items()):
        if at == len(SEED) - 1:  # one field is empty, and none can be skipped
            thin = await desk.post("seed/lock", 409)
            assert {one["field"].split(".")[0] for one in thin["params"]["missing"]} == {path}
            assert (await desk.post("seed/lock", preview=True))["will_write"] == {}
        stage = await desk.post("seed/edit", path=path, value=value)
        assert stage["fields"][path] == {"by": "author", "run_id": None, "call_id": None, "options": None}
        assert (stage["status"] == "ready") is (at == len(SEED) - 1)
    await desk.post("seed/edit", path="path.twist", value="the victim arranged it")
    shown = await desk.post("seed/lock", preview=True)
    assert shown["will_write"] == {"concept": 1}
    assert shown["stage"]["status"] == "ready"
    locked = await desk.post("seed/lock")
    assert (locked["will_write"], locked["stage"]["status"]) == ({"concept": 1}, "locked")
    plan = (await desk.http.get(f"/api/v1/novels/{desk.novel}/plan")).json()
    assert plan["concept"]["logline"] == SEED["logline"]
    assert plan["concept"]["seed_path"]["twist"] == "the victim arranged it"
    for refusal in (
        await desk.post("seed/edit", 409, path="hook", value="Another."),
        await desk.post("seed/complete", 409),
    ):
        assert refusal["code"] == "stage-locked"
    assert (await desk.post("seed/lock", 409))["code"] == "stage-state"


async def test_locking_again_writes_only_what_differs_and_leaves_what_was_edited_by_hand(desk: Desk) -> None:
    await desk.fill("seed", SEED)
    await desk.post("seed/lock")
    await desk.post("seed/unlock")
    revision = (await desk.http.get(f"/api/v1/novels/{desk.novel}")).json()["revision"]
    again = await desk.post("seed/lock")
    assert again["will_write"] == {}
    assert (await desk.http.get(f"/api/v1/novels/{desk.novel}")).json()["revision"] == revision + 1
    await desk.post("seed/unlock")
    await desk.http.patch(f"/api/v1/novels/{desk.novel}/plan", json={"concept": {"hook": "By hand."}})
    await desk.post("seed/edit", path="hook", value="From the stage.")
    await desk.post("seed/edit", path="selling_point", value="A city told by its oil.")
    last = await desk.post("seed/lock")
    assert last["will_write"] == {"concept": 1}
    assert [one["kind"] for one in last["kept"]] == ["concept"]
    concept = (await desk.http.get(f"/api/v1/novels/{desk.novel}/plan")).json()["concept"]
    assert (concept["hook"], concept["selling_point"]) == ("By hand.", "A city told by its oil.")


async def test_what_the_plan_holds_by_hand_before_the_first_lock_stays_and_is_told(desk: Desk) -> None:
    by_hand = {"hook": "By hand.", "taboos": ["war"]}
    await desk.http.patch(f"/api/v1/novels/{desk.novel}/plan", json={"concept": by_hand})
    await desk.fill("seed", SEED)
    locked = await desk.post("seed/lock")
    assert (locked["will_write"], [one["kind"] for one in locked["kept"]]) == ({"concept": 1}, ["concept"])
    concept = (await desk.http.get(f"/api/v1/novels/{desk.novel}/plan")).json()["concept"]
    assert (concept["hook"], concept["premise"]) == ("By hand.", SEED["premise"])


async def test_what_is_no_field_and_what_does_not_fit_is_refused(desk: Desk) -> None:
    for path in ("nothing", "path.theme.deeper", "genres.4", "logline.0"):
        assert (await desk.post("seed/edit", 422, path=path, value="x"))["code"] == "unknown-field"
    assert (await desk.post("seed/edit", 422, path="genres", value="mystery"))["code"] == "invalid"
    await desk.post("seed/edit", path="genres.0", value="mystery")
    assert (await desk.stage())["draft"] == {"genres": ["mystery"]}


async def test_an_edit_of_what_has_changed_meanwhile_is_refused(desk: Desk) -> None:
    await desk.post("seed/edit", path="genres", value=["mystery"])
    await desk.post("seed/edit", path="genres.1", value="fable", base=None)
    for path, base in (("genres.1", None), ("genres", ["mystery"]), ("logline", "Not there.")):
        refused = await desk.post("seed/edit", 409, path=path, value="farce", base=base)
        assert (refused["code"], refused["params"]) == ("draft-changed", {"path": path})
    assert (await desk.stage())["draft"] == {"genres": ["mystery", "fable"]}
    await desk.post("seed/edit", path="logline", value="A lamp.", base="")
    last = await desk.post("seed/edit", path="genres", value=["fable"], base=["mystery", "fable"])
    assert last["draft"] == {"genres": ["fable"], "logline": "A lamp."}


async def test_wishes_are_kept_and_taken_back(desk: Desk) -> None:
    await desk.post("seed/constrain", text="no magic", kind="must_not", scope="world")
    kept = (await desk.get())["constraints"]
    assert [(one["text"], one["kind"], one["scope"]) for one in kept] == [("no magic", "must_not", "world")]
    await desk.post("seed/unconstrain", id=kept[0]["id"])
    assert (await desk.get())["constraints"] == []
    assert (await desk.post("seed/unconstrain", 404, id=kept[0]["id"]))["code"] == "constraint-not-found"


async def test_two_messages_are_taken_on_and_a_third_is_refused_also_without_a_worldsmith(desk: Desk) -> None:
    key = new_id().hex
    first = await desk.post("seed/ask", 202, key=key, message="Who pays?")
    again = await desk.post("seed/ask", 202, key=key, message="Who pays?")
    assert (first["round"]["status"], first["run"]) == ("answering", None)
    assert again["round"]["id"] == first["round"]["id"]
    second = await desk.post("seed/generate", 202, count=3)
    assert second["round"]["status"] == "queued"
    assert (await desk.post("seed/ask", 409, message="And now?"))["code"] == "conversation-busy"
    assert [one["status"] for one in await desk.rounds()] == ["answering", "queued"]
    assert (await desk.stage())["busy"] == {"round_id": first["round"]["id"]}
    ended = await desk.post(f"seed/rounds/{first['round']['id']}/cancel")
    assert ended["status"] == "cancelled"
    assert [one["status"] for one in await desk.rounds()] == ["cancelled", "answering"]
    retried = await desk.post(f"seed/rounds/{first['round']['id']}/retry")
    assert retried["status"] == "queued"
    assert (await desk.post(f"seed/rounds/{first['round']['id']}/retry", 409))["code"] == "round-state"


async def test_a_later_stage_waits_for_the_earlier_ones(desk: Desk) -> None:
    refused = await desk.post("world/generate", 409)
    assert (refused["code"], refused["params"]["blocked_by"]) == ("stage-not-ready", ["seed", "theme"])
    assert (await desk.post("seed/refresh", 409))["code"] == "stage-state"
    missing = str(new_id())
    assert (await desk.post("seed/pick", 404, option_id=missing))["code"] == "option-not-found"
    assert (await desk.post("seed/merge", 404, option_ids=[missing, missing]))["code"] == "option-not-found"
