"""Runs through the gateway: lists, estimates, streams, and taking back what a run changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import update

from factories.manuscript import page
from infinite_scribe.core.ids import new_id
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.manuscript.service import ManuscriptService, Origin, blocks_from_text
from infinite_scribe.novels.access import scope_for_run
from infinite_scribe.runs.models import Run
from infinite_scribe.runs.open_streams import OpenStreams
from infinite_scribe.runs.schemas.wire import RunStart
from infinite_scribe.runs.service import RUN_ACTIONS, RunService
from infinite_scribe.web.sse import SseEvent
from servers.databases import TestDatabase

from .conftest import OpenStudio, Studio


@dataclass
class Desk:
    """A signed-in owner with a book, and a way to start runs without an agent."""

    db: TestDatabase
    studio: Studio
    http: httpx2.AsyncClient
    user_id: UUID
    novel_id: UUID
    scene_id: UUID

    @property
    def rows(self) -> RowScope:
        return RowScope(user_id=self.user_id, novel_id=self.novel_id)

    async def start(self, task: str = "director.begin_book", **given: Any) -> UUID:
        ask = RunStart(task=task, input=given, idempotency_key=new_id().hex)
        async with self.db.agent.transaction(self.rows) as session:
            runs = RunService.of(session, self.user_id)
            read, _ = await runs.start(self.novel_id, ask, self.studio.settings)
        return read.id

    async def end(self, run_id: UUID) -> None:
        async with self.db.agent.transaction(self.rows) as session:
            await RunService.of(session, self.user_id).cancel(run_id)

    async def get(self, path: str) -> Any:
        answer = await self.http.get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
async def desk(fresh_db: TestDatabase, open_studio: OpenStudio) -> AsyncIterator[Desk]:
    usual = {"RATE_LIMITS__STREAMS_OPEN": "2", "LOOP__DRAFTS_PER_SCENE": "2"}
    async with open_studio(**{f"INFINITE_SCRIBE__{name}": value for name, value in usual.items()}) as studio:
        owner = await studio.owner()
        me = (await owner.get("/api/v1/me")).json()
        novel = (await owner.post("/api/v1/novels", json={"idea": "A well.", "language": "en"})).json()["id"]
        tree = (await owner.get(f"/api/v1/novels/{novel}/tree")).json()
        scene = tree["parts"][0]["chapters"][0]["scenes"][0]["id"]
        yield Desk(fresh_db, studio, owner, UUID(me["id"]), UUID(novel), UUID(scene))


def frames_of(body: str) -> list[str]:
    return [line.removeprefix("event: ") for line in body.splitlines() if line.startswith("event: ")]


async def test_runs_are_listed_newest_first_and_filtered(desk: Desk) -> None:
    older = await desk.start()
    await desk.end(older)
    newer = await desk.start()
    assert [one["id"] for one in (await desk.get("/runs"))["items"]] == [str(newer), str(older)]
    assert [one["id"] for one in (await desk.get("/runs?state=cancelled"))["items"]] == [str(older)]
    assert (await desk.get(f"/runs?novel_id={new_id()}"))["items"] == []
    first = await desk.get(f"/runs?novel_id={desk.novel_id}&limit=1")
    assert [one["id"] for one in first["items"]] == [str(newer)]
    following = await desk.get(f"/runs?limit=1&cursor={first['next']}")
    assert [one["id"] for one in following["items"]] == [str(older)]
    guest = await desk.studio.guest()
    assert (await guest.get("/api/v1/runs")).json()["items"] == []


async def test_an_estimate_needs_no_book_and_says_what_it_rests_on(desk: Desk) -> None:
    ask = {"task": "director.begin_book", "input": {}}
    for body in (ask, {**ask, "novel_id": str(desk.novel_id)}):
        answer = await desk.http.post("/api/v1/runs/estimate", json=body)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert found["basis"] == "free"
        assert found["tokens_in"] > 0
        assert found["tokens_out"] > 0
        assert found["low"] == found["high"] == 0
    assert (
        await desk.http.post("/api/v1/runs/estimate", json={**ask, "task": "writer.fly"})
    ).status_code == 422
    guest = await desk.studio.guest()
    foreign = await guest.post("/api/v1/runs/estimate", json={**ask, "novel_id": str(desk.novel_id)})
    assert foreign.status_code == 404


async def test_an_estimate_counts_the_drafts_that_are_usual_here(desk: Desk) -> None:
    found = []
    for wished in ({}, {"drafts": 2}, {"drafts": 1}):
        ask = {"task": "director.write_book", "input": {"chapters": 1, **wished}}
        found.append((await desk.http.post("/api/v1/runs/estimate", json=ask)).json()["tokens_in"])
    assert found[0] == found[1] > found[2]


async def test_the_streams_of_ended_runs_end(desk: Desk) -> None:
    run = await desk.start()
    await desk.end(run)
    one = await desk.http.get(f"/api/v1/runs/{run}/events")
    assert frames_of(one.text) == ["run.queued", "run.cancelled"]
    several = await desk.http.get(f"/api/v1/streams/runs?cursor={run}:0")
    assert frames_of(several.text) == ["run.queued", "run.cancelled"]
    assert (await desk.http.get(f"/api/v1/streams/runs?cursor={new_id()}:0")).status_code == 404
    assert (await desk.http.get("/api/v1/streams/runs?cursor=nonsense")).status_code == 422
    guest = await desk.studio.guest()
    for path in (
        f"/runs/{run}/events",
        f"/runs/{run}",
        f"/runs/{run}/steps",
        f"/streams/runs?cursor={run}:0",
    ):
        assert (await guest.get(f"/api/v1{path}")).status_code == 404


async def silence() -> AsyncIterator[SseEvent]:
    yield SseEvent("step.progress", {})
    await asyncio.sleep(3600)


async def test_a_user_holds_so_many_streams_open_and_no_more(desk: Desk) -> None:
    run = await desk.start()
    await desk.end(run)
    await desk.get(f"/runs/{run}")
    assert (await desk.http.get(f"/api/v1/runs/{run}/events")).status_code == 200
    streams: OpenStreams = desk.studio.gateway.app.state.open_streams
    assert streams.of(desk.user_id) == 0, "a stream that ended does not count"
    held = [streams.counted(desk.user_id, silence()) for _ in range(2)]
    for one in held:
        await anext(one)
    for path in (f"/runs/{run}/events", f"/streams/runs?cursor={run}:0", "/streams/user"):
        refused = await desk.http.get(f"/api/v1{path}")
        assert (refused.status_code, refused.json()["code"]) == (429, "too-many-streams")
        assert int(refused.headers["retry-after"]) >= 1
    guest = await desk.studio.guest()
    assert (await guest.get(f"/api/v1/runs/{run}/events")).status_code == 404, "one's own streams only"
    await held[0].aclose()  # type: ignore[attr-defined]
    assert (await desk.http.get(f"/api/v1/runs/{run}/events")).status_code == 200
    await held[1].aclose()  # type: ignore[attr-defined]
    assert streams.of(desk.user_id) == 0


async def draft(desk: Desk, run_id: UUID, prose: str) -> None:
    """Put a draft into the empty scene as a run does."""
    async with desk.db.agent.transaction(desk.rows) as session:
        scope = scope_for_run(desk.user_id, desk.novel_id, RUN_ACTIONS)
        blocks = blocks_from_text(prose, Origin(run=str(run_id), call=None, demo=True))
        await ManuscriptService.of(session, scope).proposals.place_draft(
            desk.scene_id, blocks, run_id=run_id, path="draft", demo=True
        )


async def prose_of(desk: Desk) -> str:
    chapter = (await desk.get(f"/novels/{desk.novel_id}/tree"))["parts"][0]["chapters"][0]["id"]
    content = await desk.get(f"/chapters/{chapter}/content")
    blocks = content["scenes"][0]["json"]["content"]
    return "\n".join("".join(one["text"] for one in block.get("content", [])) for block in blocks)


async def test_a_run_is_taken_back_after_a_look(desk: Desk) -> None:
    run = await desk.start()
    await draft(desk, run, "She opens the door.\n\nHe waits.")
    path = f"/api/v1/runs/{run}/revert"
    at_work = await desk.http.post(path)
    assert (at_work.status_code, at_work.json()["code"]) == (409, "run-state")
    await desk.end(run)
    looked = (await desk.http.post(f"{path}?preview=true")).json()
    assert looked["revision"] is None
    assert looked["returns"] == {"scenes": [str(desk.scene_id)]}
    assert await prose_of(desk) == "She opens the door.\nHe waits.", "a look changes nothing"
    guest = await desk.studio.guest()
    assert (await guest.post(path)).status_code == 404
    done = (await desk.http.post(path)).json()
    assert (done["returns"], done["conflicts"]) == (looked["returns"], {})
    assert await prose_of(desk) == ""
    assert done["revision"] == (await desk.get(f"/novels/{desk.novel_id}"))["revision"]
    assert (await desk.http.post(path)).json()["revision"] is None, "there is nothing left to take back"
    assert (await desk.http.post(f"/api/v1/runs/{new_id()}/revert")).status_code == 404


async def test_what_the_author_changed_since_is_left(desk: Desk) -> None:
    run = await desk.start()
    await draft(desk, run, "She opens the door.")
    await desk.end(run)
    saved = await desk.http.put(
        f"/api/v1/scenes/{desk.scene_id}/content",
        json={"json": page(desk.scene_id, "My own words stand here now."), "decisions": [], "leaving": True},
        headers={"if-match": '"2"', "idempotency-key": new_id().hex},
    )
    assert saved.status_code == 200, saved.text
    done = (await desk.http.post(f"/api/v1/runs/{run}/revert")).json()
    assert done["conflicts"]["scenes"] == [str(desk.scene_id)]
    assert await prose_of(desk) == "My own words stand here now."


async def _child(desk: Desk, root: UUID) -> UUID:
    """Return a run below another one."""
    run = await desk.start()
    async with desk.db.owner.transaction(desk.rows) as session:
        changes = {"root_id": root, "parent_id": root}
        await session.execute(update(Run).where(Run.id == run).values(changes))
    return run


async def _draft_below(desk: Desk, root: UUID, child: UUID, scene: UUID, prose: str) -> None:
    """Put a draft into a scene as a run below another one does."""
    async with desk.db.agent.transaction(desk.rows) as session:
        scope = scope_for_run(desk.user_id, desk.novel_id, RUN_ACTIONS)
        blocks = blocks_from_text(prose, Origin(run=str(child), call=None, demo=True))
        await ManuscriptService.of(session, scope).proposals.place_draft(
            scene, blocks, run_id=child, root_run_id=root, path="draft", demo=True
        )


async def _second_scene(desk: Desk) -> UUID:
    tree = await desk.get(f"/novels/{desk.novel_id}/tree")
    chapter = tree["parts"][0]["chapters"][0]["id"]
    scene = new_id()
    insert = {
        "op": "insert",
        "kind": "scene",
        "id": str(scene),
        "parent_id": chapter,
        "after_id": str(desk.scene_id),
    }
    asked = {"base_version": tree["structure_version"], "ops": [insert]}
    made = await desk.http.post(f"/api/v1/novels/{desk.novel_id}/structure", json=asked)
    assert made.status_code == 200, made.text
    return scene


async def test_a_part_of_a_run_is_taken_back_alone_and_the_rest_after_it(desk: Desk) -> None:
    root = await desk.start()
    await desk.end(root)
    child = await _child(desk, root)
    await desk.end(child)
    second = await _second_scene(desk)
    await _draft_below(desk, root, root, desk.scene_id, "She opens the door.")
    await _draft_below(desk, root, child, second, "He waits.")
    part = (await desk.http.post(f"/api/v1/runs/{child}/revert")).json()
    assert part["returns"] == {"scenes": [str(second)]}
    assert await prose_of(desk) == "She opens the door."
    rest = (await desk.http.post(f"/api/v1/runs/{root}/revert")).json()
    assert (rest["returns"], rest["conflicts"]) == ({"scenes": [str(desk.scene_id)]}, {})
    assert await prose_of(desk) == ""
    for run in (root, child):
        assert (await desk.http.post(f"/api/v1/runs/{run}/revert")).json()["revision"] is None


async def test_a_look_says_that_text_which_is_being_written_stays(desk: Desk) -> None:
    run = await desk.start()
    await draft(desk, run, "She opens the door.")
    await desk.end(run)
    saved = await desk.http.put(
        f"/api/v1/scenes/{desk.scene_id}/content",
        json={"json": page(desk.scene_id, "My own words."), "decisions": []},
        headers={"if-match": '"2"', "idempotency-key": new_id().hex},
    )
    assert saved.status_code == 200, saved.text
    looked = (await desk.http.post(f"/api/v1/runs/{run}/revert?preview=true")).json()
    done = (await desk.http.post(f"/api/v1/runs/{run}/revert")).json()
    assert looked["conflicts"]["scenes"] == done["conflicts"]["scenes"] == [str(desk.scene_id)]
    assert looked["returns"] == done["returns"]


async def test_history_tells_a_checkpoint_of_agents_from_the_authors(desk: Desk) -> None:
    second, third = await _second_scene(desk), await _second_scene(desk)
    to = (await desk.get(f"/novels/{desk.novel_id}"))["revision"]
    run = await desk.start()
    async with desk.db.agent.transaction(desk.rows) as session:
        scope = scope_for_run(desk.user_id, desk.novel_id, RUN_ACTIONS)
        await ManuscriptService.of(session, scope).write_beats(second, ["She looks up."], run_id=run)
    await draft(desk, run, "She opens the door.")
    history = (await desk.get(f"/novels/{desk.novel_id}/revisions"))["items"]
    told = [(one["kind"], one["label"], one["actor"]) for one in history if one["revision"] > to]
    assert told == [("accept", "agent-draft", "agent"), ("checkpoint", "before-ai", "agent")]
    look = await desk.http.post(
        f"/api/v1/novels/{desk.novel_id}/rollback", json={"revision": to, "preview": True}
    )
    assert look.json()["hides"] == []
    typed = {"json": page(second, "My own words."), "decisions": []}
    headers = {"if-match": '"2"', "idempotency-key": new_id().hex}
    saved = await desk.http.put(f"/api/v1/scenes/{second}/content", json=typed, headers=headers)
    assert saved.status_code == 200, saved.text
    await _draft_below(desk, run, new_id(), third, "It rains.")
    look = await desk.http.post(
        f"/api/v1/novels/{desk.novel_id}/rollback", json={"revision": to, "preview": True}
    )
    hidden = {(one["kind"], one["actor"]) for one in look.json()["hides"]}
    assert hidden == {("checkpoint", "you")}, "the author's own words are told"
