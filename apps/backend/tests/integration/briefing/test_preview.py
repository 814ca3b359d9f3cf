"""The preview: the same document as the run's, with a reason for every part, and for members only."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from factories.genesis import begin, quick_start
from factories.manuscript import make_book
from factories.novels import make_user, share
from factories.providers import choose_model, make_endpoint
from factories.structure import client_of, make_app
from infinite_scribe.briefing.router import router
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.novels.rules import Role
from infinite_scribe.providers.privacy import PrivateModeService
from infinite_scribe.runs.router import router as runs
from servers.databases import TestDatabase


async def test_a_preview_shows_the_prompt_with_reasons_and_only_to_those_who_may_run(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    book = await make_book(fresh_db)
    await begin(fresh_db, book, quick_start("en"))
    stranger = await make_user(fresh_db.owner, "stranger")
    app = make_app(fresh_db, router)
    app.state.settings = SimpleNamespace(secrets_dir=tmp_path, loop=SimpleNamespace(drafts_per_scene=1))
    path = f"/novels/{book.novel_id}/context/preview"
    wanted = {"scene_id": str(book.scene_id), "instruction": "Make it rain."}
    async with client_of(app, book.user_id) as author:
        first, again = await author.post(path, json=wanted), await author.post(path, json=wanted)
        beats = await author.post(path, json={**wanted, "task": "director.beats"})
        nowhere = await author.post(path, json={**wanted, "scene_id": str(book.novel_id)})
    async with client_of(app, stranger) as other:
        foreign = await other.post(path, json=wanted)
    assert first.status_code == 200
    assert first.json() == again.json()
    body = first.json()
    assert "Make it rain." in body["prompt"]
    assert {part["reason"] for part in body["parts"]} >= {"style", "pov", "author_chip"}
    assert sum(part["tokens"] for part in body["parts"] if part["kept"]) == sum(
        body["tokens_by_slot"].values()
    )
    assert body["missing"] == ["meaning"]
    assert body["price"] == {"model": body["price"]["model"], "usd": 0.0, "basis": "free"}
    assert beats.json()["profile"] == "director"
    assert nowhere.status_code == 404
    assert foreign.status_code == 404


async def test_the_price_goes_by_who_pays_and_private_mode_is_told(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    book = await make_book(fresh_db)
    await begin(fresh_db, book, quick_start("en"))
    helper = await make_user(fresh_db.owner, "helper")
    await share(fresh_db.api, book.user_id, book.novel_id, helper, Role.MANAGER)
    far = await make_endpoint(fresh_db.owner, book.user_id, "https://models.example/v1", local=False)
    for role in ("writer", "director", "editor"):
        await choose_model(fresh_db.owner, book.user_id, role, far, "far-large")
    app = make_app(fresh_db, router, runs)
    app.state.settings = SimpleNamespace(secrets_dir=tmp_path, loop=SimpleNamespace(drafts_per_scene=1))
    wanted = {"scene_id": str(book.scene_id)}
    estimate = {
        "task": "writer.draft_scene", "input": {"scene": str(book.scene_id)}, "novel_id": str(book.novel_id),
    }  # fmt: skip
    async with client_of(app, helper) as member:
        path = f"/novels/{book.novel_id}/context/preview"
        before = [(await member.post(path, json=wanted)).json()["price"]]
        before.append((await member.post("/runs/estimate", json=estimate)).json()["basis"])
        async with fresh_db.api.transaction(RowScope(book.user_id)) as session:
            await PrivateModeService.of(session, book.user_id).switch(True)
        shown = await member.post(path, json=wanted)
        counted = await member.post("/runs/estimate", json=estimate)
    assert before == [{"model": "far-large", "usd": None, "basis": "unknown"}, "unknown"]
    assert shown.status_code == 200, shown.text
    assert shown.json()["price"] == {"model": "far-large", "usd": None, "basis": "private"}
    assert counted.status_code == 200, counted.text
    assert (counted.json()["basis"], counted.json()["high"]) == ("private", 0)
    assert counted.json()["tokens_in"] > 0
