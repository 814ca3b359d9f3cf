"""The profiles beside a draft: what each holds, what it may not hold, and how long it may be."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from factories.canon import make_entities, make_facts, person
from factories.genesis import begin, quick_start
from factories.manuscript import Book, make_book, open_text, owner_rows, page
from infinite_scribe.briefing.close_reading import CloseReading
from infinite_scribe.briefing.document import Briefing
from infinite_scribe.briefing.errors import BriefingTooLargeError
from infinite_scribe.briefing.profile_service import ProfileBriefings
from infinite_scribe.briefing.profiles import PROFILES, windows
from infinite_scribe.briefing.service import Asked
from infinite_scribe.canon.schemas import FactInput
from infinite_scribe.core.tokens import count_tokens
from infinite_scribe.genesis.schemas import QuickStartResult
from infinite_scribe.manuscript.saving import Save
from infinite_scribe.memory.chunks import TextBlock
from infinite_scribe.memory.schemas import SceneToIndex
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.novels.access import require
from infinite_scribe.novels.rules import NovelPermission
from servers.databases import TestDatabase

KEY = b"a secret of this installation"
TEXT = "Ines locked the shop. Tomas waited by the wet rope."


def leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one)
    elif isinstance(value, str) and value:
        yield value


@asynccontextmanager
async def briefings(db: TestDatabase, book: Book) -> AsyncIterator[ProfileBriefings]:
    async with db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        yield ProfileBriefings.of(session, scope, KEY)


async def written(db: TestDatabase, *texts: str) -> tuple[Book, QuickStartResult]:
    """Return a begun book whose first scene has text, with a secret that the viewpoint does not know."""
    book = await make_book(db, "en")
    result = await begin(db, book, quick_start("en"))
    await make_facts(
        db,
        book,
        FactInput(subject_id=result.cast_ids["Tomas Hale"], predicate="real_name", text="Anselm Grey"),
    )
    async with db.api.transaction(owner_rows(book)) as session:
        text = await open_text(session, book)
        version = (await text.scene(book.scene_id)).version
        await text.saving.save(Save(book.scene_id, version, page(book.scene_id, *(texts or (TEXT,)))))
        blocks = [TextBlock(f"p{n}", one) for n, one in enumerate(texts or (TEXT,))]
        await MemoryService.of(session, text.scope).index_scene(SceneToIndex(book.scene_id, 2, "en", blocks))
    return book, result


async def every(made: ProfileBriefings, book: Book, result: QuickStartResult) -> dict[str, Briefing]:
    span: dict[str, Any] = {"text": "Ines locked the shop.", "before": "Rain.", "after": "Tomas waited."}
    return {
        "rewrite": await made.briefings.rewrite(book.scene_id, instruction="Slower.", **span),
        "checker": await made.briefings.checker(book.scene_id),
        "resize": await made.resize(book.scene_id, **span, target_words=80),
        "patch": await made.patch(book.scene_id, **span, finding={"rule": "T0-DEAD", "why": "He is dead."}),
        "onward": await made.onward(
            book.scene_id,
            before="Ines locked the shop.",
            after="Dark.",
            target_words=80,
            length="page",
            beat=None,
            asked=Asked(instruction="Slower."),
        ),
        "ghost": await made.ghost(book.scene_id, before="Ines locked the shop.", after="Dark."),
        "critic": await made.critic(
            book.chapter_id, alternatives=[{"title": "A"}, {"title": "B"}], lint=["two places"]
        ),
        "chapter": (await made.chapter(book.chapter_id))[0],
        "extract": (await made.extract(book.scene_id))[0],
        "reading": (
            await CloseReading(made.briefings).chapter("reading", book.chapter_id, {"lenses": ["time"]})
        )[0],
        "pairs": await CloseReading(made.briefings).plain(
            "pairs", {"pairs": [{"pair": "Q1", "a": "It rained.", "b": "Dry."}]}
        ),
        "drafts": await CloseReading(made.briefings).plain(
            "drafts", {"draft_a": "It rained.", "draft_b": "Rain."}
        ),
        "world": await made.world([result.cast_ids["Tomas Hale"]], kinds=["item"], instruction="A knife."),
        "chat": await made.chat("Where did Tomas Hale wait?"),
    }


async def test_each_profile_says_what_its_twin_holds_within_its_cap_and_always_in_the_same_bytes(
    fresh_db: TestDatabase,
) -> None:
    book, result = await written(fresh_db)
    async with briefings(fresh_db, book) as made:
        found, again = await every(made, book, result), await every(made, book, result)
        draft = await made.briefings.draft(book.scene_id)
    assert set(found) == set(PROFILES)
    assert "facts" in found["rewrite"].data
    assert "facts" not in found["resize"].data  # a length changes none
    for name, one in found.items():
        assert [leaf for leaf in leaves(one.data) if leaf not in one.text] == [], name
        assert count_tokens(one.rest) <= PROFILES[name].cap, name  # type: ignore[index]
        assert one.manifest["profile"] == name
        assert (one.text, one.data, one.manifest) == (
            again[name].text,
            again[name].data,
            again[name].manifest,
        )
        assert one.opening == (draft.opening if PROFILES[name].opening else ""), name  # type: ignore[index]
        assert str(book.scene_id) not in one.text


async def test_profiles_of_the_writer_know_what_the_viewpoint_knows_and_the_others_everything(
    fresh_db: TestDatabase,
) -> None:
    book, result = await written(fresh_db)
    async with briefings(fresh_db, book) as made:
        found = await every(made, book, result)
    shown = {name for name, one in found.items() if "Anselm Grey" in one.text}
    assert shown == {"world", "chat"}
    assert "does not know: Tomas Hale – real name" in found["patch"].text
    assert {row["reason"] for row in found["patch"].manifest["withheld"]} >= {"unknown_to_pov"}
    ids = {row["id"] for row in found["world"].manifest["items"] if row["kind"] == "fact"}
    assert ids  # what was used is known, so that a change of it can be followed


async def test_extraction_is_blind_to_the_plan(fresh_db: TestDatabase) -> None:
    book, _ = await written(fresh_db)
    async with briefings(fresh_db, book) as made:
        (one,) = await made.extract(book.scene_id)
        draft = await made.briefings.draft(book.scene_id)
    assert TEXT in one.text
    card, novel = draft.data["card"], draft.data["novel"]
    assert card["summary"]
    assert novel["logline"]
    assert card["summary"] not in one.text
    assert novel["logline"] not in one.text
    assert {"handle": "C1", "kind": "character"}.items() <= one.data["entries"][0].items()
    assert any("Ines" in (entry["name"], *entry["also"]) for entry in one.data["entries"])


async def test_a_long_chapter_comes_in_parts_that_hold_every_paragraph_once(fresh_db: TestDatabase) -> None:
    paragraphs = [f"Paragraph {number}. " + "The rope was wet and nobody came. " * 60 for number in range(60)]
    book, _ = await written(fresh_db, *paragraphs)
    async with briefings(fresh_db, book) as made:
        parts = await made.chapter(book.chapter_id)
    assert len(parts) > 1
    told = [text for part in parts for text in part.data["paragraphs"]]
    assert len(told) == len(set(told)) == 60
    assert all(count_tokens(part.rest) <= PROFILES["chapter"].cap for part in parts)
    assert {part.opening for part in parts} == {parts[0].opening}


@pytest.mark.parametrize("visibility", ["never", "private_note"])
async def test_private_entries_stand_in_no_profile(fresh_db: TestDatabase, visibility: str) -> None:
    book, result = await written(fresh_db, "Hollow Jack waited by the wet rope.", "It rained.")
    (ghost,) = await make_entities(fresh_db, book, person("Hollow Jack", 5, agent_visibility=visibility))
    await make_facts(
        fresh_db,
        book,
        FactInput(subject_id=result.cast_ids["Tomas Hale"], predicate="knows_person", object_id=ghost),
    )
    async with briefings(fresh_db, book) as made:
        asked = [await made.chat("Where did Hollow Jack wait?"), await made.world([ghost], kinds=["item"])]
    assert "wet rope" not in asked[0].text
    for one in asked:
        assert "Hollow Jack" not in one.text.replace("Where did Hollow Jack wait?", "")


async def test_what_is_its_own_and_too_large_is_refused(fresh_db: TestDatabase) -> None:
    book, _ = await written(fresh_db)
    async with briefings(fresh_db, book) as made:
        with pytest.raises(BriefingTooLargeError):
            await made.patch(book.scene_id, text="rain " * 5_000, before="", after="", finding={})


def test_windows_keep_the_order_and_a_long_paragraph_stands_alone() -> None:
    found = windows([("p1", "a b c"), ("p2", "word " * 100), ("p3", "d e")], 30)
    assert [[pid for pid, _ in part] for part in found] == [["p1"], ["p2"], ["p3"]]
