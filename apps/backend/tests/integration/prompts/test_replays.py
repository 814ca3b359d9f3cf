"""Sending a call again with changes: a run like any other, whose prose is a proposal and never text of the book."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from factories.calls import make_call
from factories.loop import StoryModels, Studio, make_studio
from factories.manuscript import make_book
from factories.providers import choose_model, make_endpoint
from factories.runs import Desk
from factories.structure import client_of, make_app
from infinite_scribe.agents.runtime.registry import REGISTRY
from infinite_scribe.calls.router import router
from infinite_scribe.core.ids import new_id
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.llm.requests import journalled
from infinite_scribe.manuscript.models import Proposal, SceneVersion
from infinite_scribe.manuscript.router import router as texts
from infinite_scribe.model_client.schemas import CallRequest
from infinite_scribe.providers.privacy import PrivateModeService
from infinite_scribe.runs.models import Run
from infinite_scribe.runs.schemas.wire import RunStart
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(180)


async def drafted(studio: Studio, models: StoryModels) -> tuple[UUID, CallRequest]:
    """Let the writer draft a scene, and put its call into the journal as `llm` does."""
    run = await studio.desk.start("writer.draft_scene", scene=str(studio.book.scene_id))
    await studio.desk.until(run.id, "completed", seconds=60)
    request = next(one for one in models.requests if one.path == "draft/text1")
    step = next(one for one in await studio.desk.steps(run.id) if one.path == "draft/text1")
    call = await make_call(
        studio.db.owner, studio.book.user_id, id=UUID(step.output["call"]), novel_id=studio.book.novel_id,
        run_id=run.id, path=request.path, task=request.task, prompt_name=request.prompt_name,
        prompt_version=request.prompt_version, request=journalled(request),
        manifest=[one.model_dump(mode="json") for one in request.manifest],
        response={"text": "As it was.", "output": None, "rung": ""},
    )  # fmt: skip
    return call, request


async def proposals(db: TestDatabase) -> list[Proposal]:
    async with db.owner.transaction() as session:
        return list(await session.scalars(select(Proposal)))


async def versions(db: TestDatabase) -> list[UUID]:
    async with db.owner.transaction() as session:
        return list(await session.scalars(select(SceneVersion.id).order_by(SceneVersion.id)))


def members(request: CallRequest, name: str) -> list[dict[str, Any]]:
    found: Any = request.data[name]
    return list(found)


async def replayed(studio: Studio, key: str | None = None, **given: Any) -> Run:
    ask = RunStart(task="writer.replay", input=given, idempotency_key=key or new_id().hex)
    novel, settings = studio.desk.novel_id, studio.desk.settings
    run = await studio.desk.command(lambda runs: runs.start(novel, ask, settings), first=True)
    return await studio.desk.until(run.id, "completed", "failed", seconds=60)


async def test_prose_sent_again_without_a_part_is_a_proposal_and_not_text(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio, models = await make_studio(fresh_db, tmp_path), StoryModels()
    async with studio.working(models):
        call, sent = await drafted(studio, models)
        async with client_of(make_app(fresh_db, router, texts), studio.book.user_id) as author:
            receipt = (await author.get(f"/calls/{call}")).json()
            at, part = next(
                (at, one)
                for at, one in enumerate(receipt["parts"])
                if one["removable"] and one["kind"] == "rule"
            )
            wording = {"task": receipt["wording"]["task"] + " Begin with rain."}
            preview = await author.post(f"/calls/{call}/replay/preview", json={"without": [at], **wording})
            place = await author.get(f"/novels/{studio.book.novel_id}/calls/{call}/place")
        before, asked = await versions(fresh_db), len(models.requests)
        one = await replayed(studio, "k" * 16, call=str(call), without=[at], **wording)
        again = await replayed(studio, "k" * 16, call=str(call), without=[at], **wording)
    assert (receipt["prompt_name"], receipt["prompt_source"]) == ("writer.draft_scene.en", "shipped")
    assert receipt["wording"]["variables"] == ["briefing", "word_budget"]
    assert receipt["prompt"].count(part["text"]) >= 1
    assert (one.state, one.error) == ("completed", None)
    assert again.id == one.id
    [request] = models.requests[asked:]
    assert part["text"] not in request.messages[1].text
    assert request.messages[1].text.endswith(" Begin with rain.")
    assert [one.text for one in request.messages] == [one["text"] for one in preview.json()["messages"]]
    assert preview.json()["basis"] == "free"
    assert place.json() == {"scene_id": str(studio.book.scene_id)}
    assert request.seed == sent.seed
    assert members(request, "rules") == [
        rule for rule in members(sent, "rules") if rule["handle"] != part["item"]
    ]
    assert request.prompt_version.startswith("edited:")
    assert next(row.reason for row in request.manifest if row.item == part["item"]) == "removed"
    assert await versions(fresh_db) == before
    [proposal] = await proposals(fresh_db)
    assert (str(proposal.id), proposal.kind, proposal.status) == (
        (one.result or {})["proposals"][0],
        "insert",
        "open",
    )


async def test_a_typed_answer_is_only_shown(fresh_db: TestDatabase, tmp_path: Path) -> None:
    studio, models = await make_studio(fresh_db, tmp_path), StoryModels()
    async with studio.working(models):
        run = await studio.desk.start("director.beats", scene=str(studio.book.scene_id), count=4)
        await studio.desk.until(run.id, "completed", seconds=60)
        request = next(one for one in models.requests if one.output_schema is not None)
        call = await make_call(
            fresh_db.owner, studio.book.user_id, novel_id=studio.book.novel_id, role="director",
            task=request.task, request=journalled(request), prompt_name=request.prompt_name,
        )  # fmt: skip
        before, asked = await versions(fresh_db), len(models.requests)
        done = await replayed(studio, call=str(call))
    assert (done.state, done.error) == ("completed", None)
    [wire] = models.requests[asked:]
    assert (wire.output_schema, wire.role) == (request.output_schema, "director")
    assert [one.text for one in wire.messages] == [one.text for one in request.messages]
    assert await versions(fresh_db) == before
    assert await proposals(fresh_db) == []


async def test_nobody_replays_another_books_call(fresh_db: TestDatabase, tmp_path: Path) -> None:
    studio = await make_studio(fresh_db, tmp_path)
    bob = await make_book(fresh_db)
    other = await make_book(fresh_db, user_id=studio.book.user_id)
    call = await make_call(fresh_db.owner, studio.book.user_id, novel_id=studio.book.novel_id)
    models = StoryModels()
    async with studio.working(models):
        for book in (bob, other):
            desk = Desk(fresh_db, book.user_id, book.novel_id, REGISTRY, studio.desk.settings)
            run = await desk.start("writer.replay", call=str(call))
            ended = await desk.until(run.id, "completed", "failed")
            assert (ended.error or {})["code"] == "not-found"
    assert models.requests == []
    async with client_of(make_app(fresh_db, router), bob.user_id) as stranger:
        assert (await stranger.post(f"/calls/{call}/replay/preview", json={})).status_code == 404


async def test_words_that_were_let_go_cannot_be_sent_again(fresh_db: TestDatabase, tmp_path: Path) -> None:
    studio = await make_studio(fresh_db, tmp_path)
    call = await make_call(
        fresh_db.owner, studio.book.user_id, novel_id=studio.book.novel_id, request=None, response=None
    )
    async with client_of(make_app(fresh_db, router), studio.book.user_id) as author:
        receipt = (await author.get(f"/calls/{call}")).json()
        answer = await author.post(f"/calls/{call}/replay/preview", json={})
    assert (receipt["is_replayable"], receipt["wording"], receipt["prompt"]) == (False, None, "")
    assert (answer.status_code, answer.json()["code"]) == (409, "call-forgotten")


async def test_a_model_that_private_mode_refuses_is_named_and_costs_nothing(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    book = await make_book(fresh_db)
    far = await make_endpoint(
        fresh_db.owner, book.user_id, "https://models.example/v1", local=False, label="Far"
    )
    await choose_model(fresh_db.owner, book.user_id, "writer", far, "far-large")
    async with fresh_db.api.transaction(RowScope(book.user_id)) as session:
        await PrivateModeService.of(session, book.user_id).switch(True)
    async with client_of(make_app(fresh_db, router), book.user_id) as author:
        for novel in (book.novel_id, None):
            call = await make_call(fresh_db.owner, book.user_id, novel_id=novel)
            answer = await author.post(f"/calls/{call}/replay/preview", json={})
            assert answer.status_code == 200, answer.text
            shown = answer.json()
            assert (shown["basis"], shown["model"], shown["provider"]) == ("private", "far-large", "Far")
            assert (shown["low"], shown["high"]) == (0, 0)
            assert shown["messages"]


async def test_a_call_whose_prose_has_no_place_says_so_before_it_is_paid_for(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    book = await make_book(fresh_db)
    call = await make_call(fresh_db.owner, book.user_id, novel_id=book.novel_id)
    other = await make_book(fresh_db)
    async with client_of(make_app(fresh_db, texts), book.user_id) as author:
        nowhere = await author.get(f"/novels/{book.novel_id}/calls/{call}/place")
        unknown = await author.get(f"/novels/{book.novel_id}/calls/{new_id()}/place")
    async with client_of(make_app(fresh_db, texts), other.user_id) as stranger:
        foreign = await stranger.get(f"/novels/{other.novel_id}/calls/{call}/place")
    assert (nowhere.status_code, nowhere.json()) == (200, {"scene_id": None})
    assert (unknown.status_code, foreign.status_code) == (404, 404)
