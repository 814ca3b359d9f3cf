"""Worlds of a novel, written through the services as an author's edit."""

from __future__ import annotations

from uuid import UUID

from factories.manuscript import Book, owner_rows
from infinite_scribe.canon.schemas import EntityDraft, FactInput, RuleDraft
from infinite_scribe.canon.service import CanonService
from infinite_scribe.novels.access import require
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import NovelPermission, RevisionKind
from servers.databases import TestDatabase


async def make_entities(db: TestDatabase, book: Book, *drafts: EntityDraft) -> list[UUID]:
    """Write entries in one revision; return their ids."""
    async with db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        canon = CanonService.of(session, scope)
        async with Revisions.of(session, scope).open(RevisionKind.EDIT) as revision:
            return [await canon.add_entity(revision, draft) for draft in drafts]


async def make_facts(db: TestDatabase, book: Book, *facts: FactInput) -> list[UUID]:
    """Write facts in one revision; return their ids."""
    async with db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        canon = CanonService.of(session, scope)
        async with Revisions.of(session, scope).open(RevisionKind.EDIT) as revision:
            return [await canon.state_fact(revision, fact) for fact in facts]


async def make_rule(db: TestDatabase, book: Book, statement: str) -> UUID:
    """Write a law of the world; return its id."""
    async with db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        async with Revisions.of(session, scope).open(RevisionKind.EDIT) as revision:
            return await CanonService.of(session, scope).add_rule(revision, RuleDraft(statement=statement))


def person(name: str, importance: int = 3, **members: object) -> EntityDraft:
    """Return the draft of a character."""
    return EntityDraft(kind="character", name=name, importance=importance, **members)


def place(name: str, **members: object) -> EntityDraft:
    """Return the draft of a place."""
    return EntityDraft(kind="place", name=name, **members)


def thing(name: str) -> EntityDraft:
    """Return the draft of an item."""
    return EntityDraft(kind="item", name=name)
