"""What a briefing reads stays small in a long book, and is none the worse for it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from factories.canon import make_entities, person
from factories.manuscript import Book, make_book, open_text, owner_rows
from infinite_scribe.briefing.reading import MOST_WEIGHED, Stage, nearest
from infinite_scribe.briefing.service import BriefingService
from infinite_scribe.canon.story_graph import Near
from infinite_scribe.novels.access import require
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import NovelPermission, RevisionKind
from infinite_scribe.plot.models import Promise, PromiseScene
from infinite_scribe.plot.nearby import MOST_DUE, PlanNearby
from infinite_scribe.plot.schemas import CardRead, CardUpdate, CastMember
from infinite_scribe.plot.service import PlotService
from infinite_scribe.structure.window import Windows
from servers.databases import TestDatabase


async def scenes_of(db: TestDatabase, book: Book, casts: list[list[UUID]]) -> list[UUID]:
    """Give the book one scene per cast, told by the first of it; return the scenes in order."""
    async with db.api.transaction(owner_rows(book)) as session:
        text = await open_text(session, book)
        async with Revisions.of(session, text.scope).open(RevisionKind.EDIT) as revision:
            for _ in casts[1:]:
                await text.add_scene(revision, book.chapter_id)
            made = [scene.id for scene in (await text.writing.structure.tree()).scenes()]
            plot = PlotService.of(session, text.scope)
            for scene, cast in zip(made, casts, strict=True):
                members = [CastMember(entity=one) for one in cast]
                await plot.write_card(
                    revision, scene, CardUpdate(summary="On.", pov_id=cast[0], cast=members)
                )
        await text.writing.structure.resolve_times()
    return made


async def test_of_many_promises_that_wait_a_scene_hears_of_a_few_and_of_those_on_stage_first(
    fresh_db: TestDatabase,
) -> None:
    book = await make_book(fresh_db)
    mara, tariq = await make_entities(fresh_db, book, person("Mara"), person("Tariq"))
    scenes = await scenes_of(fresh_db, book, [[mara]] * 4)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        async with Revisions.of(session, scope).open(RevisionKind.EDIT) as revision:
            for number in range(3 * MOST_DUE):
                about = mara if number == 2 * MOST_DUE else tariq
                latest = {"kind": "scene", "id": str(scenes[2])}
                one = Promise(id=uuid4(), kind="vow", statement=f"Vow {number}.", subjects=[str(about)],
                              latest=latest, weight=1 if about == mara else 5, status="planted")  # fmt: skip
                told = {"scene": str(scenes[0]), "version": 1, "pid": "p0", "quote": "So be it."}
                await revision.insert(
                    one,
                    PromiseScene(promise_id=one.id, scene_id=scenes[0], act="plant", realised_evidence=told),
                )
        made = await BriefingService.of(session, scope, b"key").draft(scenes[3])
    promises = [row for row in made.manifest["items"] if row["kind"] == "promise"]
    assert len(promises) == MOST_DUE
    assert f"Vow {2 * MOST_DUE}." in made.text


async def test_the_last_meetings_before_a_moment_are_found(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    mara, tariq, odile = await make_entities(fresh_db, book, person("Mara"), person("Tariq"), person("Odile"))
    casts = [[mara, tariq], [mara, odile], [mara, tariq], [tariq, odile], [mara, tariq], [mara]]
    scenes = await scenes_of(fresh_db, book, casts)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        casting = await PlanNearby.of(session, scope).casting()
        times = {one.id: one.t_from for one in casting.spans(scenes)}
        asked = [(tariq, times[scenes[5]]), (odile, times[scenes[5]])]
        assert casting.met(mara, asked, 1) == {scenes[4]: {tariq}, scenes[1]: {odile}}
        assert casting.met(mara, [(tariq, times[scenes[4]])], 4) == {scenes[0]: {tariq}, scenes[2]: {tariq}}
        assert await PlanNearby.of(session, scope).casting() is casting


async def test_the_order_is_read_once_a_revision_and_anew_by_whoever_changes_it(
    fresh_db: TestDatabase,
) -> None:
    book = await make_book(fresh_db)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        first = await Windows.of(session, scope).order()
        assert await Windows.of(session, scope).order() is first
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        text = await open_text(session, book)
        async with Revisions.of(session, text.scope).open(RevisionKind.EDIT) as revision:
            assert (await Windows.of(session, text.scope).order()).scenes == first.scenes
            added = await text.add_scene(revision, book.chapter_id)
            assert added in (await Windows.of(session, text.scope).order()).index
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        assert (await Windows.of(session, scope).order()).scenes == (*first.scenes, added)
    stranger = await make_book(fresh_db)
    async with fresh_db.api.transaction(owner_rows(stranger)) as session:
        assert (await Windows.of(session, scope).order()).scenes == ()


def test_facts_that_join_those_a_scene_is_about_outlive_newer_ones_of_nobody_else() -> None:
    mara, tariq, key, house = (UUID(int=number) for number in range(1, 5))

    def fact(number: int, subject: UUID, object_id: UUID | None, tick: int) -> Near:
        return Near(UUID(int=number), subject, "owes", object_id, tick, 0)

    alone = [fact(100 + number, tariq, None, 1_000 + number) for number in range(2 * MOST_WEIGHED)]
    joined, held, wanted = fact(10, mara, tariq, 1), fact(11, key, house, 2), fact(12, house, None, 3)
    stage = Stage(frozenset({mara, tariq, key}), frozenset({mara, key}), (), frozenset())
    members: dict[str, Any] = {"pov_id": mara, "cast": [CastMember(entity=tariq)], "place_id": None}
    card = CardRead.model_construct(**members)
    kept = nearest([*alone, joined, held, wanted], stage, card, {wanted.id}, None)
    assert all(one in kept for one in (joined, held, wanted))
    assert alone[-1] in kept
    assert alone[0] not in kept
    assert len(kept) <= MOST_WEIGHED + 1
