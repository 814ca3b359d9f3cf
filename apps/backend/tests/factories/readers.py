"""Agents that read finished text, at work on a small book whose pages a test writes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from factories.loop import StoryModels
from factories.manuscript import Book, make_book, open_text, owner_rows, page
from factories.runs import Desk, settings_for
from infinite_scribe.agents.runtime.registry import REGISTRY, load_agent
from infinite_scribe.canon.inbox import CanonInbox
from infinite_scribe.canon.schemas import CanonItemRead
from infinite_scribe.manuscript.saving import Save
from infinite_scribe.novels.access import require
from infinite_scribe.novels.rules import NovelPermission
from infinite_scribe.runs.follow_ups import start_follow_up
from infinite_scribe.runs.models import Run
from infinite_scribe.runs.schemas.tasks import PROTOCOLS, Agent
from servers.databases import TestDatabase

READERS: tuple[Agent, ...] = ("editor", "librarian")


@dataclass(frozen=True)
class ReadingRoom:
    """A book, and the desk at which it is read."""

    db: TestDatabase
    book: Book
    desk: Desk

    async def write(self, *paragraphs: str, scene: UUID | None = None) -> None:
        """Save a scene as its author does on leaving it."""
        target = scene or self.book.scene_id
        async with self.db.api.transaction(owner_rows(self.book)) as session:
            text = await open_text(session, self.book)
            version = (await text.scene(target)).version
            await text.saving.save(Save(target, version, page(target, *paragraphs), leaving=True))

    @asynccontextmanager
    async def open(self, models: StoryModels, agents: Sequence[Agent] = READERS) -> AsyncIterator[None]:
        """Let the readers work."""
        async with AsyncExitStack() as stack:
            for agent in agents:
                await stack.enter_async_context(self.desk.working(models, agent, PROTOCOLS[agent]))
            yield

    async def done(self, run: UUID) -> Run:
        """Wait until a run has ended, and demand that it ended well."""
        row = await self.desk.until(run, "completed", "failed", "paused", seconds=25)
        assert row.state == "completed", row.error
        return row

    async def learn(self, key: str = "one") -> Run:
        """Let the librarian read the scene as after its acceptance."""
        book = self.book
        async with self.db.agent.transaction(self.desk.scope) as session:
            given = {"scene": str(book.scene_id)}
            run = await start_follow_up(
                session, book.novel_id, book.user_id, "librarian.learn", given, key=key
            )
        assert run is not None
        return await self.done(run)

    async def ask(self, task: str, **given: Any) -> Run:
        """Start a task as its author does, and wait for its end."""
        return await self.done((await self.desk.start(task, **given)).id)

    async def inbox(self) -> list[CanonItemRead]:
        """Return what waits to be decided."""
        async with self.db.api.transaction(owner_rows(self.book)) as session:
            scope = await require(session, self.book.user_id, self.book.novel_id, NovelPermission.READ)
            return await CanonInbox.of(session, scope).items()


async def make_room(db: TestDatabase, tmp: Path, language: str = "en") -> ReadingRoom:
    """Make an empty book with its readers."""
    for agent in READERS:
        load_agent(agent)
    book = await make_book(db, language)
    (tmp / "secrets").mkdir(exist_ok=True)
    settings = settings_for().model_copy(update={"data_dir": tmp})
    return ReadingRoom(db, book, Desk(db, book.user_id, book.novel_id, REGISTRY, settings))
