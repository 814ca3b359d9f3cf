"""POST /search: words, meaning and names, up to a moment of reading, and for nobody else."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI

from factories.canon import make_entities, person
from factories.manuscript import Book, make_book, open_text, owner_rows, page, run_rows, run_scope
from factories.novels import make_user
from factories.structure import client_of, make_app
from infinite_scribe.canon.merging import Merging
from infinite_scribe.core.tasks import end
from infinite_scribe.db.sql.engine import Database
from infinite_scribe.manuscript.saving import Save
from infinite_scribe.memory.chunks import TextBlock
from infinite_scribe.memory.passage_index import CLEAR, LEAST
from infinite_scribe.memory.router import router
from infinite_scribe.memory.schemas import MentionDraft, SceneToIndex
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.model_client.errors import ModelsUnavailableError
from infinite_scribe.model_client.schemas import Embeddings
from infinite_scribe.novels.access import require
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import NovelPermission, RevisionKind
from servers.databases import TestDatabase

MODEL = "pair"


class Weather:
    """An encoder with two meanings: weather, and everything else."""

    async def embed(self, texts: Sequence[str], *, user_id: UUID, novel_id: UUID | None = None) -> Embeddings:
        return Embeddings(model=MODEL, dimensions=2, vectors=[vector(text) for text in texts])


class Slow:
    """An encoder that answers when it is let."""

    def __init__(self) -> None:
        self.asked, self.may_answer = asyncio.Event(), asyncio.Event()

    async def embed(self, texts: Sequence[str], *, user_id: UUID, novel_id: UUID | None = None) -> Embeddings:
        self.asked.set()
        await self.may_answer.wait()
        return Embeddings(model=MODEL, dimensions=2, vectors=[vector(text) for text in texts])


class Away:
    async def embed(self, texts: Sequence[str], *, user_id: UUID, novel_id: UUID | None = None) -> Embeddings:
        raise ModelsUnavailableError(service="llm")


def vector(text: str) -> list[float]:
    return [0.1, 1.0] if any(word in text.lower() for word in ("rain", "storm", "weather")) else [1.0, 0.1]


async def write(db: TestDatabase, book: Book, scene_id: UUID, *texts: str) -> None:
    """Save a scene and let the memory read it, as the librarian does."""
    async with db.api.transaction(owner_rows(book)) as session:
        text = await open_text(session, book)
        base = (await text.scene(scene_id)).version
        await text.saving.save(Save(scene_id, base, page(scene_id, *texts)))
    async with db.agent.transaction(run_rows(book)) as session:
        memory = MemoryService.of(session, run_scope(book))
        blocks = [TextBlock(f"p{n}", body) for n, body in enumerate(texts)]
        rows = await memory.index_scene(SceneToIndex(scene_id, 1, "en", blocks))
        await memory.keep_vectors(scene_id, f"{MODEL}:2", {row.text_hash: vector(row.text) for row in rows})


async def two_scenes(db: TestDatabase, book: Book) -> tuple[UUID, UUID]:
    async with db.api.transaction(owner_rows(book)) as session:
        text = await open_text(session, book)
        async with Revisions.of(session, text.scope).open(RevisionKind.EDIT) as revision:
            second = await text.add_scene(revision, book.chapter_id, title="Night")
    await write(db, book, book.scene_id, "A quiet morning.", "The brass key hung by the door.")
    await write(db, book, second, "Rain drowned the pier, and Mara ran.")
    return book.scene_id, second


def app_of(db: TestDatabase, encoder: object | None = None) -> FastAPI:
    app = make_app(db, router)
    app.state.models = encoder
    return app


async def ask(app: FastAPI, user: UUID | None, novel: UUID, query: str, **members: Any) -> Any:
    async with client_of(app, user) as client:
        answer = await client.post(f"/novels/{novel}/search", json={"query": query, **members})
    return answer.json() if answer.is_success else answer.status_code


async def test_words_meaning_and_names_find_their_places(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    morning, night = await two_scenes(fresh_db, book)
    (mara, _) = await make_entities(fresh_db, book, person("Mara"), person("Ines"))
    async with fresh_db.agent.transaction(run_rows(book)) as session:
        found = MentionDraft(pid="p0", from_offset=27, to_offset=31, entity_id=mara, grade="name")
        await MemoryService.of(session, run_scope(book)).keep_mentions(night, [found])
    app = app_of(fresh_db, Weather())
    words = await ask(app, book.user_id, book.novel_id, "brass key", kinds=["text"])
    (hit,) = words["hits"]
    assert (hit["kind"], hit["scene_id"], hit["pid"], hit["from"], hit["to"]) == (
        "text",
        str(morning),
        "p1",
        4,
        13,
    )
    assert "brass key" in hit["snippet"]
    inflected = await ask(app, book.user_id, book.novel_id, "keys hanging", kinds=["text"])
    assert [(one["kind"], one["pid"], one["from"]) for one in inflected["hits"]] == [("text", "p1", 10)]
    assert (await ask(app, book.user_id, book.novel_id, "?!"))["hits"] == []
    meant = await ask(app, book.user_id, book.novel_id, "bad weather", kinds=["meaning"])
    assert (meant["hits"][0]["kind"], meant["hits"][0]["scene_id"]) == ("meaning", str(night))
    assert meant["not_evaluated"] == []
    named = await ask(app, book.user_id, book.novel_id, "Mraa", kinds=["names"])
    (name,) = named["hits"]
    assert (name["kind"], name["entry_id"], name["scene_id"], name["from"]) == (
        "name",
        str(mara),
        str(night),
        27,
    )
    unseen = await ask(app, book.user_id, book.novel_id, "Ines", kinds=["names"])
    assert [(one["snippet"], one["scene_id"]) for one in unseen["hits"]] == [("Ines", None)]


async def test_what_names_a_merged_entry_is_found_before_the_scene_is_read_again(
    fresh_db: TestDatabase,
) -> None:
    book = await make_book(fresh_db)
    morning, night = await two_scenes(fresh_db, book)
    (mara, keeper) = await make_entities(fresh_db, book, person("Mara"), person("The keeper"))
    async with fresh_db.agent.transaction(run_rows(book)) as session:
        memory = MemoryService.of(session, run_scope(book))
        await memory.keep_mentions(morning, [MentionDraft("p0", 2, 7, keeper, "name")])
        await memory.keep_mentions(night, [MentionDraft("p0", 27, 31, mara, "name")])
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        await Merging.of(session, scope).merge(keeper, mara)
    (name,) = (await ask(app_of(fresh_db), book.user_id, book.novel_id, "Mara", kinds=["names"]))["hits"]
    assert (name["entry_id"], name["scene_id"], name["from"]) == (str(mara), str(morning), 2)


async def test_nothing_after_the_moment_is_found(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    morning, night = await two_scenes(fresh_db, book)
    app = app_of(fresh_db, Weather())
    early = await ask(app, book.user_id, book.novel_id, "rain on the pier", as_of=f"scene:{morning}")
    late = await ask(app, book.user_id, book.novel_id, "rain on the pier", as_of=f"scene:{night}")
    assert str(night) not in {one["scene_id"] for one in early["hits"]}
    assert late["hits"][0]["scene_id"] == str(night)
    assert await ask(app, book.user_id, book.novel_id, "rain", as_of="scene:nowhere") == 422


@pytest.mark.parametrize("encoder", [Away(), None])
async def test_without_an_encoder_words_go_on_and_the_answer_says_so(
    fresh_db: TestDatabase, encoder: object | None
) -> None:
    book = await make_book(fresh_db)
    morning, _ = await two_scenes(fresh_db, book)
    found = await ask(app_of(fresh_db, encoder), book.user_id, book.novel_id, "brass key")
    assert found["hits"][0]["scene_id"] == str(morning)
    assert found["not_evaluated"] == [{"check": "meaning", "reason": "encoder-away"}]


async def test_a_stranger_finds_no_book_and_an_owner_only_the_own(fresh_db: TestDatabase) -> None:
    book, other = await make_book(fresh_db), await make_book(fresh_db)
    await two_scenes(fresh_db, book)
    app = app_of(fresh_db, Weather())
    assert await ask(app, await make_user(fresh_db.owner, "eve"), book.novel_id, "brass") == 404
    assert await ask(app, None, book.novel_id, "brass") == 401
    assert (await ask(app, other.user_id, other.novel_id, "brass key"))["hits"] == []


async def test_a_slow_encoder_holds_no_connection(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    morning, night = await two_scenes(fresh_db, book)
    only = Database(fresh_db.url, "is_api", pool_size=1)
    slow = Slow()
    app = app_of(fresh_db, slow)
    app.state.database = only
    first = asyncio.create_task(ask(app, book.user_id, book.novel_id, "bad weather", kinds=["meaning"]))
    try:
        async with asyncio.timeout(20):
            await slow.asked.wait()
            words = await ask(app, book.user_id, book.novel_id, "brass key", kinds=["text"])
            slow.may_answer.set()
            meant = await first
    finally:
        await end(first)
        await only.dispose()
    assert words["hits"][0]["scene_id"] == str(morning)
    assert meant["hits"][0]["scene_id"] == str(night)


class Sure:
    """The name of the built-in encoder, with similarities made up: the question is so near to every passage."""

    def __init__(self, near: float) -> None:
        self.near = near

    def vector(self) -> list[float]:
        return [self.near, math.sqrt(1 - self.near**2), *[0.0] * 510]

    async def embed(self, texts: Sequence[str], *, user_id: UUID, novel_id: UUID | None = None) -> Embeddings:
        return Embeddings(model="built-in", dimensions=512, vectors=[self.vector() for _ in texts])


async def test_a_slip_of_the_keyboard_finds_nothing_unless_something_is_clearly_near(
    fresh_db: TestDatabase,
) -> None:
    book = await make_book(fresh_db)
    morning, _ = await two_scenes(fresh_db, book)
    async with fresh_db.agent.transaction(run_rows(book)) as session:
        memory = MemoryService.of(session, run_scope(book))
        rows = await memory.missing_vectors(morning, "built-in:512")
        along = {row.text_hash: [1.0, *[0.0] * 511] for row in rows}
        await memory.keep_vectors(morning, "built-in:512", along)

    async def found(query: str, near: float, *kinds: str) -> list[str]:
        answer = await ask(app_of(fresh_db, Sure(near)), book.user_id, book.novel_id, query, kinds=kinds)
        return [hit["kind"] for hit in answer["hits"]]

    least, clear = LEAST["built-in:512"], CLEAR["built-in:512"]
    assert await found("asdf qwer", clear - 0.01, "meaning") == []
    assert await found("asdf qwer", clear - 0.01, "text", "meaning") == []
    assert await found("asdf qwer", clear + 0.01, "meaning") == ["meaning"]
    assert await found("a brass asdf", clear - 0.01, "meaning") == ["meaning"]
    assert await found("a brass asdf", least - 0.01, "meaning") == []


@pytest.mark.parametrize(
    "asked",
    [
        {"query": "x" * 501},
        {"query": "rain", "k": 51},
        {"query": "rain", "k": 0},
        {"query": "rain", "kinds": ["text"] * 4},
        {"query": "rain", "kinds": ["smell"]},
        {"query": "rain", "as_of": "t" * 121},
    ],
)
async def test_a_question_has_bounds(fresh_db: TestDatabase, asked: dict[str, Any]) -> None:
    book = await make_book(fresh_db)
    async with client_of(app_of(fresh_db), book.user_id) as client:
        answer = await client.post(f"/novels/{book.novel_id}/search", json=asked)
    assert answer.status_code == 422
