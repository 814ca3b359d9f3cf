"""The conversation about a stage: what is answered, and that every message ends, whatever happens to its run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from factories.genesis import begin, quick_start
from factories.manuscript import Book
from factories.worldsmith import NearAgents, Storyteller, worldsmith
from infinite_scribe.llm.demo.storyteller import answer
from infinite_scribe.model_client.schemas import CallRequest
from infinite_scribe.runs.errors import AgentUnavailableError
from servers.databases import TestDatabase

from .conftest import OpenStudio, Studio
from .test_genesis_routes import SEED, Desk
from .test_genesis_walk import ended, said

pytestmark = pytest.mark.timeout(180)

REFUSED = {"code": "llm-refused", "kind": "UPSTREAM", "title": "The model refused", "retryable": False}
NOTES = {
    "en": (
        "Ines Carrow is a lamp lighter who owes for oil. Ines Carrow wants to buy back the north lamp. "
        "Harrow Street is a street where nobody sleeps. Years ago the river took nine houses. "
        "Nobody may light a lamp before the bell. In the end she leaves one lamp burning. My sister likes pears."
    ),
    "zh": "林阿秀是点灯的匠人。林阿秀一心想赎回北边那盏灯。半月巷在城北，是一条没人睡觉的街。"
    "当年河水冲走了九户人家。钟没敲，谁也不许点灯。最后她留了一盏灯没有吹。我妹妹爱吃梨。",
}  # fmt: skip


@pytest.fixture
async def studio(open_studio: OpenStudio, fresh_db: TestDatabase) -> AsyncIterator[Studio]:
    async with open_studio() as opened:
        opened.gateway.app.state.agents = NearAgents(fresh_db, opened.settings)
        yield opened


@pytest.fixture
async def desk(studio: Studio) -> Desk:
    owner = await studio.owner()
    novel = await owner.post(
        "/api/v1/novels", json={"idea": "A lighthouse keeper sells storms.", "language": "en"}
    )
    return Desk(owner, novel.json()["id"])


async def test_a_message_that_fails_says_why_and_the_waiting_one_gets_its_turn(
    desk: Desk, studio: Studio, fresh_db: TestDatabase
) -> None:
    models = Storyteller()
    models.hold = asyncio.Event()
    async with worldsmith(fresh_db, studio.settings, models):
        first = await desk.post("seed/ask", 202, message="Who pays?")
        assert first["run"]["task"] == "worldsmith.reply"
        assert first["round"]["run_id"] == first["run"]["id"]
        second = await desk.post("seed/generate", 202, count=3)
        assert (second["round"]["status"], second["run"]) == ("queued", None)
        models.instead = {"worldsmith.reply": REFUSED, "worldsmith.options": {"title": "No body"}}
        models.hold.set()
        failed = await ended(desk, "seed", first["round"]["id"])
        # An answer that is not of the asked form is asked again with what was wrong, and fails in the end.
        broken = await ended(desk, "seed", second["round"]["id"])
        models.instead = {}
        await desk.post(f"seed/rounds/{first['round']['id']}/retry")
        answered = await ended(desk, "seed", first["round"]["id"])
    assert (failed["status"], failed["problem"]["code"], failed["output"]) == ("failed", "llm-refused", None)
    assert failed["finished_at"] is not None
    assert (broken["status"], broken["problem"]["code"]) == ("failed", "llm-bad-structure")
    assert (answered["status"], answered["problem"]) == ("answered", None)
    assert answered["output"]["text"]


async def test_a_cancelled_message_ends_and_the_waiting_one_is_answered(
    desk: Desk, studio: Studio, fresh_db: TestDatabase
) -> None:
    models = Storyteller()
    models.hold = asyncio.Event()
    async with worldsmith(fresh_db, studio.settings, models):
        first = (await desk.post("seed/ask", 202, message="Who pays?"))["round"]
        second = (await desk.post("seed/ask", 202, message="And when?"))["round"]
        async with asyncio.timeout(60):
            while not models.requests:
                await asyncio.sleep(0.05)
        await desk.post(f"seed/rounds/{first['id']}/cancel")
        assert (await ended(desk, "seed", first["id"]))["status"] == "cancelled"
        models.hold.set()
        assert (await ended(desk, "seed", second["id"]))["status"] == "answered"


@pytest.mark.parametrize(
    ("state", "status"), [("failed", "failed"), ("cancelled", "cancelled"), ("completed", "answered")]
)
async def test_whoever_ends_a_run_ends_its_round_in_the_same_commit(
    desk: Desk, fresh_db: TestDatabase, state: str, status: str
) -> None:
    """No process of the worldsmith lives here: the row of the run is ended as a reaper or the author ends it."""
    first = await desk.post("seed/ask", 202, message="Who pays?")
    await desk.post("seed/ask", 202, message="And when?")
    async with fresh_db.owner.transaction() as session:
        await session.execute(
            text('UPDATE runs SET state = :state, error = \'{"code": "run-poisoned"}\' WHERE id = :run'),
            {"state": state, "run": UUID(first["run"]["id"])},
        )
    one, other = await desk.rounds()
    assert (one["status"], one["finished_at"] is not None) == (status, True)
    assert (other["status"], other["run_id"]) == ("answering", None)
    async with fresh_db.owner.transaction() as session:
        found = await session.scalars(text("SELECT type FROM user_events ORDER BY seq DESC LIMIT 1"))
        assert found.one() == "genesis.changed"
        await session.execute(
            text("UPDATE runs SET state = 'queued' WHERE id = :run"), {"run": UUID(first["run"]["id"])}
        )
    assert [one["status"] for one in await desk.rounds()] == [status, "answering"]


async def test_a_round_whose_request_died_is_begun_by_the_worldsmith(
    desk: Desk, studio: Studio, fresh_db: TestDatabase
) -> None:
    """The first word is lost between the commit of the round and the start of its run."""
    near = studio.gateway.app.state.agents

    class Away:
        async def send(self, call: Any) -> Any:
            raise AgentUnavailableError

    studio.gateway.app.state.agents = Away()
    taken = await desk.post("seed/ask", 202, message="Who pays?")
    assert (taken["round"]["status"], taken["run"]) == ("answering", None)
    studio.gateway.app.state.agents = near
    async with worldsmith(fresh_db, studio.settings):
        assert (await ended(desk, "seed", taken["round"]["id"]))["status"] == "answered"


async def test_options_that_say_the_same_are_replaced_once(
    desk: Desk, studio: Studio, fresh_db: TestDatabase
) -> None:
    def same(request: CallRequest) -> Any:
        made = answer(request.task, {**request.data, "number": 0}, request.output_schema, 7, "en").output
        if request.data["part"] == "ask":
            made = answer(
                request.task, {**request.data, "number": 0, "others": [], "seed_paths": []},
                request.output_schema, 7, "en",
            ).output  # fmt: skip
        return made

    models = Storyteller(instead={"worldsmith.options": same})
    async with worldsmith(fresh_db, studio.settings, models):
        found = await said(desk, "seed", "generate", count=3)
    assert found["status"] == "answered"
    assert [one.path for one in models.requests] == [
        "options/0/ask", "options/1/ask", "options/1/again", "options/2/ask", "options/2/again",
    ]  # fmt: skip


async def test_options_are_compared_merged_and_say_where_fields_came_from(
    desk: Desk, studio: Studio, fresh_db: TestDatabase
) -> None:
    async with worldsmith(fresh_db, studio.settings):
        await desk.post("seed/constrain", text="storms", kind="must")
        shown = (await said(desk, "seed", "generate", count=3))["output"]["options"]
        ids = [one["id"] for one in shown]
        assert sorted(one["handle"] for one in shown) == ["O1", "O2", "O3"]
        table = await said(desk, "seed", "compare", option_ids=ids[:2], criteria=["who pays", "how it ends"])
        comparison = table["output"]["comparison"]
        assert [row["criterion"] for row in comparison["rows"]] == ["who pays", "how it ends"]
        assert all(len(row["cells"]) == 2 for row in comparison["rows"])
        assert comparison["options"] == [one["handle"] for one in shown[:2]]
        merged = await said(
            desk, "seed", "merge", option_ids=ids[:2], instruction=f"keep {shown[1]['title']}"
        )
        one = merged["output"]["options"][0]
        assert (one["origin"], one["parents"], one["handle"]) == ("merged", ids[:2], "O4")
        assert {"path": "hook", "values": [shown[0]["body"]["hook"], shown[1]["body"]["hook"]]} in merged[
            "output"
        ]["conflicts"]
        stage = await desk.post("seed/pick", option_id=one["id"])
        origin = stage["fields"]["hook"]
        assert (origin["by"], origin["options"]) == ("merged", sorted(card["handle"] for card in shown[:2]))
        assert origin["run_id"] == merged["run_id"]
        edited = await desk.post("seed/edit_option", option_id=ids[2], path="hook", value="Mine.")
        assert (edited["origin"], edited["body"]["hook"], edited["picked"]) == ("edited", "Mine.", False)
        again = (await said(desk, "seed", "generate", count=3, keep=[ids[2]]))["output"]["options"]
        assert (len(again), again[0]["id"]) == (4, ids[2])


async def test_a_reply_proposes_and_changes_nothing(
    desk: Desk, studio: Studio, fresh_db: TestDatabase
) -> None:
    await desk.fill("seed", SEED)
    before = await desk.stage()
    async with worldsmith(fresh_db, studio.settings):
        found = (await said(desk, "seed", "ask", message="Can I have another hook?"))["output"]
    assert found["patch"][0]["path"] == "hook"
    assert found["patch"][0]["value"] not in {"", SEED["hook"]}
    assert (await desk.stage())["draft"] == before["draft"]


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_notes_go_where_they_belong_with_the_sentence_they_came_from(
    studio: Studio, fresh_db: TestDatabase, language: str
) -> None:
    owner = await studio.owner()
    novel = await owner.post("/api/v1/novels", json={"idea": "", "language": language})
    desk = Desk(owner, novel.json()["id"])
    async with worldsmith(fresh_db, studio.settings):
        found = await said(desk, "seed", "digest", text=NOTES[language])
    assert found["input"]["text"] == NOTES[language]
    placed = found["output"]["placed"]
    assert all(one["quote"] in NOTES[language] for one in placed)
    assert {(one["stage"], one["path"].split(".")[0]) for one in placed} >= {
        ("seed", "endings"), ("world", "places"), ("world", "rules"), ("world", "events"), ("characters", "cast"),
    }  # fmt: skip
    assert len(found["output"]["unplaced"]) == 1
    cast = (await desk.stage("characters"))["draft"]["cast"]
    assert len(cast) == 1
    assert cast[0]["want"]
    assert (await desk.stage("characters"))["fields"]["cast"]["by"] == "worldsmith"


async def test_a_stale_stage_is_fitted_by_proposals_and_loses_nothing(
    desk: Desk, studio: Studio, fresh_db: TestDatabase
) -> None:
    async with worldsmith(fresh_db, studio.settings):
        await desk.fill("seed", SEED)
        await said(desk, "theme", "complete")
        await desk.post("seed/lock")
        await desk.post("theme/lock")
        await desk.post("seed/unlock")
        stale = await desk.stage("theme")
        assert (stale["status"], stale["stale_because"]) == ("stale", "unlocked:seed")
        await desk.post("seed/edit", path="title", value="The River Clerk")
        refit = await said(desk, "theme", "refresh")
        assert refit["status"] == "answered"
        assert refit["output"]["patch"]
        assert (await desk.stage("theme"))["draft"] == stale["draft"]
        taken = refit["output"]["patch"][0]
        after = await desk.post("theme/edit", path=taken["path"], value=taken["value"])
        assert (after["status"], after["stale_because"]) == ("ready", None)
        others = {name: one for name, one in stale["draft"].items() if name != taken["path"].split(".")[0]}
        assert others.items() <= after["draft"].items()


async def test_what_the_author_wrote_meanwhile_is_not_touched(
    desk: Desk, studio: Studio, fresh_db: TestDatabase
) -> None:
    models = Storyteller()
    models.hold = asyncio.Event()
    await desk.fill(
        "seed", {name: SEED[name] for name in ("title", "logline", "genres", "protagonist", "hook")}
    )
    async with worldsmith(fresh_db, studio.settings, models):
        taken = (await desk.post("seed/complete", 202))["round"]
        async with asyncio.timeout(60):
            while not models.requests:
                await asyncio.sleep(0.05)
        await desk.post("seed/edit", path="selling_point", value="Mine.")
        models.hold.set()
        found = await ended(desk, "seed", taken["id"])
    assert "selling_point" not in found["output"]["filled"]
    assert "premise" in found["output"]["filled"]
    stage = await desk.stage()
    assert stage["draft"]["selling_point"] == "Mine."
    assert (stage["fields"]["selling_point"]["by"], stage["fields"]["premise"]["by"]) == (
        "author",
        "worldsmith",
    )


async def test_a_quick_started_book_is_completed_and_locked_without_writing_anything_twice(
    desk: Desk, studio: Studio, fresh_db: TestDatabase
) -> None:
    me = (await desk.http.get("/api/v1/me")).json()
    tree = (await desk.http.get(f"/api/v1/novels/{desk.novel}/tree")).json()
    chapter = tree["parts"][0]["chapters"][0]
    book = Book(
        UUID(desk.novel), UUID(me["id"]), UUID(tree["parts"][0]["id"]), UUID(chapter["id"]),
        UUID(chapter["scenes"][0]["id"]),
    )  # fmt: skip
    await begin(fresh_db, book, quick_start())
    assert {one["status"] for one in (await desk.get())["stages"]} == {"sketched"}
    assert (await desk.stage("world"))["fields"]["places"]["by"] == "quick_start"
    before = await _entries(desk)
    async with worldsmith(fresh_db, studio.settings):
        for stage in ("seed", "theme", "world", "characters"):
            completed = await said(desk, stage, "complete")
            assert completed["status"] == "answered", completed["problem"]
            if stage == "world":  # the book has a tower that lies within itself
                refused = await desk.post("world/lock", 409)
                assert (refused["code"], refused["params"]["issues"][0]["code"]) == (
                    "stage-audit",
                    "place-circle",
                )
                await desk.post("world/edit", path="places.2.part_of", value="The Harbour")
            locked = await desk.post(f"{stage}/lock")
            assert locked["kept"] == [], stage
    after = await _entries(desk)
    assert before.keys() <= after.keys()
    assert all(after[name] == before[name] for name in before)
    assert len(after) == len({name.casefold() for name in after})
    rules = (await desk.http.get(f"/api/v1/novels/{desk.novel}/rules")).json()["items"]
    assert len({one["statement"] for one in rules}) == len(rules)


async def _entries(desk: Desk) -> dict[str, str]:
    answer_ = await desk.http.get(f"/api/v1/novels/{desk.novel}/entries")
    return {one["name"]: one["id"] for one in answer_.json()["items"]}


async def test_a_pick_is_taken_back_with_what_it_replaced(
    desk: Desk, studio: Studio, fresh_db: TestDatabase
) -> None:
    async with worldsmith(fresh_db, studio.settings):
        shown = (await said(desk, "seed", "generate", count=3))["output"]["options"]
    first = await desk.post("seed/pick", option_id=shown[0]["id"])
    assert first["replaced"] is None
    await desk.post("seed/edit", path="hook", value="By hand.")
    await desk.post("theme/edit", path="statement", value="Debts are paid by others.")
    await desk.post("theme/edit", path="tension", value={"a": "debt", "b": "freedom"})
    before = (await desk.get())["stages"]
    assert before[1]["status"] == "sketched"
    second = await desk.post("seed/pick", option_id=shown[1]["id"])
    assert (await desk.stage("theme"))["status"] == "stale"
    restored = await desk.post("seed/restore", revision=second["replaced"])
    assert (restored["draft"]["hook"], restored) == ("By hand.", before[0])
    assert (await desk.get())["stages"] == before
    third = await desk.post("seed/pick", option_id=shown[1]["id"])
    await desk.post("seed/edit", path="hook", value="Typed after it.")
    refused = await desk.post("seed/restore", 409, revision=third["replaced"])
    assert refused["code"] == "draft-changed"
    assert (await desk.stage())["draft"]["hook"] == "Typed after it."
