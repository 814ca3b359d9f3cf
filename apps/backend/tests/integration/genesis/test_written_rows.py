"""What a stage writes into rows that the author made, locked or took out."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from factories.manuscript import make_book, owner_rows
from infinite_scribe.canon.models import WorldRule
from infinite_scribe.canon.repository import CanonRepository
from infinite_scribe.genesis.fields import whole
from infinite_scribe.genesis.ledger import Ledger
from infinite_scribe.genesis.rules import Stage
from infinite_scribe.genesis.writers import writer_of
from infinite_scribe.novels.access import NovelScope, require
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import NovelPermission, RevisionKind
from infinite_scribe.structure.models import Chapter
from infinite_scribe.structure.service import StructureService
from servers.databases import TestDatabase


async def _write(session: AsyncSession, scope: NovelScope, stage: Stage, draft: Any, written: Any) -> Ledger:
    ledger = Ledger(written)
    async with Revisions.of(session, scope).open(RevisionKind.GENESIS) as revision:
        await writer_of(session, scope, revision, stage, ledger).write(whole(stage, draft))
    return ledger


def _rules(cost: str) -> dict[str, Any]:
    names = ("Storms are sold.", "Calm is dear.", "Rain is free.")
    return {"rules": [{"statement": name, "category": "trade", "cost": cost} for name in names]}


async def test_a_law_that_is_locked_stays_and_one_that_was_dropped_does_not_come_back(
    fresh_db: TestDatabase,
) -> None:
    book = await make_book(fresh_db)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        first = await _write(session, scope, Stage.WORLD, _rules("a day"), {})
        rows = {row.statement: row for row in await CanonRepository(session, scope.novel_id).every(WorldRule)}
        async with Revisions.of(session, scope).open(RevisionKind.GENESIS) as revision:
            await revision.replace(rows["Storms are sold."], locked=True)
            await revision.retire(rows["Calm is dear."])
        again = await _write(session, scope, Stage.WORLD, _rules("a year"), first.written)
        held = {
            row.statement: row.cost for row in await CanonRepository(session, scope.novel_id).every(WorldRule)
        }
    assert held == {"Storms are sold.": "a day", "Rain is free.": "a year"}
    assert [one["title"] for one in again.kept] == ["Storms are sold.", "Calm is dear."]
    assert again.will_write == {"rules": 1}


async def test_chapters_made_locked_or_taken_out_by_hand_stay_as_they_are(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    lines = [{"title": f"Chapter of {number}", "one_line": f"{number} happens"} for number in range(4)]
    changed = [{**line, "one_line": line["one_line"] + " again"} for line in lines]
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        structure = StructureService.of(session, scope)
        async with Revisions.of(session, scope).open(RevisionKind.GENESIS) as revision:
            await structure.update_chapter(revision, book.chapter_id, title="Mine", one_line="")
        first = await _write(session, scope, Stage.PLOT, {"lines": lines}, {})
        assert [one["title"] for one in first.kept] == ["Chapter of 0"]
        rows = {
            row.title: row for row in await session.scalars(select(Chapter).where(Chapter.rev_to.is_(None)))
        }
        async with Revisions.of(session, scope).open(RevisionKind.GENESIS) as revision:
            await revision.replace(rows["Chapter of 1"], locked=True)
            await revision.retire(rows["Chapter of 2"])
        again = await _write(session, scope, Stage.PLOT, {"lines": changed}, first.written)
        held = [(one.title, one.one_line) for one in (await structure.tree()).chapters()]
    assert held == [
        ("Mine", "0 happens again"), ("Chapter of 1", "1 happens"), ("Chapter of 3", "3 happens again"),
    ]  # fmt: skip
    assert [one["title"] for one in again.kept] == ["Chapter of 0", "Chapter of 1", "Chapter of 2"]
