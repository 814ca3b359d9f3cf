"""A quick start fills canon and plan in one revision, and one revert takes it back."""

from __future__ import annotations

import pytest

from factories.genesis import begin, quick_start
from factories.manuscript import make_book, owner_rows
from infinite_scribe.canon.service import CanonService
from infinite_scribe.genesis.errors import QuickStartDoneError
from infinite_scribe.genesis.service import GenesisService
from infinite_scribe.novels.access import require
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import NovelPermission
from infinite_scribe.plot.lint_reading import PlanLinter
from infinite_scribe.plot.planning import Planning
from infinite_scribe.plot.service import PlotService
from servers.databases import TestDatabase


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_everything_stands_in_canon_and_plan_after_one_revision(
    fresh_db: TestDatabase, language: str
) -> None:
    book = await make_book(fresh_db, language)
    content = quick_start(language)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.READ)
        before = (await Revisions.of(session, scope).history())[0].revision
    result = await begin(fresh_db, book, content)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.READ)
        latest = (await Revisions.of(session, scope).history())[0]
        world = await CanonService.of(session, scope).world()
        plan = await Planning.of(session, scope).read()
        facts = await CanonService.of(session, scope).facts()
        stages = await GenesisService.of(session, scope).stages()
        lint = await PlanLinter.of(session, scope).report([book.scene_id])
    assert (latest.revision, latest.kind) == (before + 1, "genesis")
    first = next(entity.name for entity in world.entities if entity.kind == "character")
    assert first == content.characters.cast[0].name
    assert {entity.name for entity in world.entities if entity.kind == "place"} == set(result.place_ids)
    assert [rule.statement for rule in world.rules] == [rule.statement for rule in content.world.rules]
    assert {rule.category for rule in world.rules} == {"custom"}
    assert {fact.predicate: fact.qualifier.get("strength") for fact in facts} == {
        "part_of": None,
        "attitude_to": -10,
    }
    assert [chapter.one_line for chapter in plan.chapters] == [line.one_line for line in content.plot.lines]
    card = plan.cards[0].card
    assert card is not None
    assert (card.pov_id, card.place_id) == (
        result.protagonist_id,
        result.place_ids[content.world.places[0].name],
    )
    assert card.goal == content.characters.cast[0].want
    assert len(card.cast) == 3
    assert plan.style is not None
    assert plan.style.person == "third"
    assert plan.concept is not None
    assert plan.concept.logline == content.seed.logline
    assert {stage.status for stage in stages} == {"sketched"}
    assert lint.issues == ()
    assert result.missing == {}


async def test_names_are_short_too_and_a_shared_family_name_belongs_to_nobody_twice(
    fresh_db: TestDatabase,
) -> None:
    book = await make_book(fresh_db)
    await begin(fresh_db, book, quick_start())
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.READ)
        world = await CanonService.of(session, scope).world()
    names = {entity.name: {alias.text for alias in entity.aliases} for entity in world.entities}
    assert names["Ines Carrow"] == {"Ines Carrow", "Ines", "Carrow"}
    assert names["Odile Carrow"] == {"Odile Carrow", "Odile"}


async def test_an_all_knowing_book_has_no_viewpoint_and_a_first_person_one_says_i(
    fresh_db: TestDatabase,
) -> None:
    book, other = await make_book(fresh_db), await make_book(fresh_db)
    assert (await begin(fresh_db, book, quick_start(pov="omniscient"))).pov_id is None
    await begin(fresh_db, other, quick_start(pov="first"))
    async with fresh_db.api.transaction(owner_rows(other)) as session:
        scope = await require(session, other.user_id, other.novel_id, NovelPermission.READ)
        style = await PlotService.of(session, scope).style()
    assert style is not None
    assert style.person == "first"


async def test_a_second_quick_start_is_refused_and_one_rollback_takes_the_first_back(
    fresh_db: TestDatabase,
) -> None:
    book = await make_book(fresh_db)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.MANAGE)
        before = (await Revisions.of(session, scope).history())[0].revision
    await begin(fresh_db, book, quick_start())
    with pytest.raises(QuickStartDoneError):
        await begin(fresh_db, book, quick_start())
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.MANAGE)
        await Revisions.of(session, scope).rollback(before)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.READ)
        assert (await CanonService.of(session, scope).world()).entities == ()
        plan = await Planning.of(session, scope).read()
    assert plan.concept is None
    assert len(plan.chapters) == 1
    assert plan.cards[0].card is None
