"""Checks over real rows, the author's word about findings, and the routes."""

from __future__ import annotations

from factories.canon import make_entities, make_facts, person
from factories.genesis import begin, quick_start
from factories.manuscript import Book, make_book, owner_rows, page
from factories.novels import make_user
from factories.structure import client_of, make_app
from infinite_scribe.canon.inbox import CanonInbox
from infinite_scribe.canon.registry import registry
from infinite_scribe.canon.router import router as canon_router
from infinite_scribe.canon.schemas import FactInput
from infinite_scribe.canon.service import CanonService
from infinite_scribe.continuity.router import router as review_router
from infinite_scribe.continuity.schemas import CheckRead, FindingResolve
from infinite_scribe.continuity.service import ContinuityService
from infinite_scribe.manuscript.service import ManuscriptService, Save
from infinite_scribe.novels.access import require
from infinite_scribe.novels.rules import NovelPermission
from infinite_scribe.plot.router import router as plot_router
from servers.databases import TestDatabase

DEAD = "Marek opened the door. Rain fell."


async def written(db: TestDatabase, text: str) -> Book:
    book = await make_book(db)
    result = await begin(db, book, quick_start())
    await make_facts(
        db,
        book,
        FactInput(
            subject_id=result.cast_ids["Marek Dunn"],
            predicate="life_state",
            text="dead",
            wording="Marek drowned",
        ),
    )
    await write(db, book, text)
    return book


async def write(db: TestDatabase, book: Book, text: str) -> None:
    async with db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        manuscript = ManuscriptService.of(session, scope)
        state = await manuscript.scene(book.scene_id)
        await manuscript.saving.save(
            Save(book.scene_id, state.version, page(book.scene_id, *text.split("\n")))
        )


async def check(db: TestDatabase, book: Book) -> CheckRead:
    async with db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        return await ContinuityService.of(session, scope).check_scene(book.scene_id)


async def resolve(db: TestDatabase, book: Book, finding: object, wanted: FindingResolve) -> None:
    async with db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        await ContinuityService.of(session, scope).resolve(finding, wanted)  # type: ignore[arg-type]


async def test_a_finding_shows_both_sides_and_goes_when_the_text_is_mended(fresh_db: TestDatabase) -> None:
    book = await written(fresh_db, DEAD)
    report = await check(fresh_db, book)
    (found,) = report.findings
    assert (found.rule, found.claim["quote"], found.against["quote"]) == (
        "T0-LIFE",
        "Marek opened",
        "Marek drowned",
    )
    assert "T0-LIFE" in report.evaluated
    assert [(one.rule, one.reason) for one in report.not_evaluated] == [("T0-ATTR", "no_facts")]
    assert (await check(fresh_db, book)).findings[0].id == found.id
    await write(fresh_db, book, "Tomas opened the door.")
    assert (await check(fresh_db, book)).findings == []


async def test_what_the_author_means_is_not_raised_again_and_reaches_the_canon(
    fresh_db: TestDatabase,
) -> None:
    book = await written(fresh_db, DEAD)
    (found,) = (await check(fresh_db, book)).findings
    await resolve(fresh_db, book, found.id, FindingResolve(intent="dream_or_vision", note="a dream"))
    await write(fresh_db, book, "Earlier. " + DEAD)
    assert (await check(fresh_db, book)).findings == []
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.READ)
        (ruling,) = (await CanonService.of(session, scope).world()).rulings
    assert (ruling.kind, ruling.note, ruling.fingerprint) == ("dream_or_vision", "a dream", found.fingerprint)


async def test_a_muted_rule_is_silent(fresh_db: TestDatabase) -> None:
    book = await written(fresh_db, DEAD)
    (found,) = (await check(fresh_db, book)).findings
    await resolve(fresh_db, book, found.id, FindingResolve(mute_rule=True))
    await write(fresh_db, book, "Marek laughed.")
    assert (await check(fresh_db, book)).findings == []


async def test_routes_serve_the_owner_and_nobody_else(fresh_db: TestDatabase) -> None:
    book = await written(fresh_db, DEAD)
    (found,) = (await check(fresh_db, book)).findings
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        item = await CanonInbox.of(session, scope).propose("entity", {"kind": "place", "name": "Moor"})
    app, stranger = (
        make_app(fresh_db, canon_router, plot_router, review_router),
        await make_user(fresh_db.owner, "eve"),
    )
    base = f"/novels/{book.novel_id}"
    async with client_of(app, stranger) as client:
        for path in (f"{base}/entries", f"{base}/plan", f"{base}/findings", f"{base}/inbox"):
            assert (await client.get(path)).status_code == 404
        assert (await client.post(f"/findings/{found.id}/resolve", json={"dismiss": True})).status_code == 404
        assert (await client.patch(f"/scenes/{book.scene_id}/card", json={"goal": "x"})).status_code == 404
    async with client_of(app, book.user_id) as client:
        entries = (await client.get(f"{base}/entries")).json()["items"]
        assert entries[0]["name"] == "Ines Carrow"
        assert entries[0]["fields"]["want"] == "want of Ines Carrow"
        listed = (await client.get(f"{base}/findings")).json()
        assert [one["id"] for one in listed["items"]] == [str(found.id)]
        assert listed["not_evaluated"] == [{"rule": "T0-ATTR", "reason": "no_facts", "count": 1}]
        assert (await client.post(f"/findings/{found.id}/resolve", json={})).status_code == 422
        assert (await client.post(f"/findings/{found.id}/resolve", json={"dismiss": True})).json()[
            "status"
        ] == "dismissed"
        assert (await client.post(f"/findings/{found.id}/resolve", json={"dismiss": True})).status_code == 409
        waiting = (await client.get(f"{base}/inbox")).json()["items"]
        assert [one["id"] for one in waiting] == [str(item)]
        decided = await client.post(f"{base}/inbox/decide", json={"ids": [str(item)], "action": "accept"})
        assert decided.json()["items"][0]["status"] == "accepted"
        plan = (await client.get(f"{base}/plan")).json()
        assert [chapter["number"] for chapter in plan["chapters"]] == [1, 2, 3]
        changed = await client.patch(
            f"{base}/plan",
            json={
                "concept": {"logline": "new"},
                "chapters": [{"chapter_id": str(book.chapter_id), "one_line": "first"}],
            },
        )
        assert changed.json()["concept"]["logline"] == "new"
        assert changed.json()["chapters"][0]["one_line"] == "first"
        assert changed.json()["novel_revision"] == plan["novel_revision"] + 1
        card = await client.patch(f"/scenes/{book.scene_id}/card", json={"goal": "open the jar"})
        assert (card.json()["goal"], card.json()["outcome"]) == ("open the jar", "yes_but")
        assert (await client.patch(f"{base}/plan", json={"concept": {"owner": "x"}})).status_code == 422


async def test_a_finding_in_a_chinese_book_quotes_the_world_in_chinese(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db, "zh")
    (one,) = await make_entities(fresh_db, book, person("许采薇"))
    await make_facts(fresh_db, book, FactInput(subject_id=one, predicate="eye_colour", text="棕色"))
    await write(fresh_db, book, "许采薇的眼睛是蓝色的。")
    (found,) = [row for row in (await check(fresh_db, book)).findings if row.rule == "T0-ATTR"]
    label = registry()["eye_colour"].label("zh")
    assert found.against["quote"] == f"{label}：棕色"
