"""Whatever was done to a book, going back to a revision makes its rows of truth what they were."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from factories.novels import make_novel, make_user
from infinite_scribe.core.ids import new_id
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.novels import outbox
from infinite_scribe.novels.access import NovelScope, require
from infinite_scribe.novels.errors import NovelInTrashError, UnknownRevisionError
from infinite_scribe.novels.models import NovelRevision
from infinite_scribe.novels.reverts import Reverts
from infinite_scribe.novels.revision_state import alive, state_hashes
from infinite_scribe.novels.revisions import Revisions, lock_novel
from infinite_scribe.novels.rules import NovelPermission, RevisionKind
from infinite_scribe.structure.models import Chapter, Part, Scene
from infinite_scribe.structure.rules import ranks
from servers.databases import TestDatabase

CLASSES = (Part, Chapter, Scene)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["insert", "change", "change", "retire", "rollback", "revert"]),
        st.integers(0, 2),
        st.integers(0, 1_000),
        st.booleans(),
    ),
    min_size=3,
    max_size=14,
)


def fresh(which: int, number: int) -> Any:
    rank = ranks(1)[0]
    title = f"title {number}"
    if which == 0:
        return Part(id=new_id(), rank=rank, title=title)
    if which == 1:
        return Chapter(id=new_id(), part_id=new_id(), rank=rank, title=title, window={"a": number, "b": None})
    return Scene(id=new_id(), chapter_id=new_id(), rank=rank, title=title, story_from={"earliest": number})


async def live_rows(session: AsyncSession, scope: NovelScope, which: int) -> list[Any]:
    cls = CLASSES[which]
    return list(
        await session.scalars(select(cls).where(cls.novel_id == scope.novel_id, alive(cls)).order_by(cls.id))
    )


async def step(session: AsyncSession, scope: NovelScope, done: tuple[str, int, int, bool], run: UUID) -> None:
    what, which, number, by_run = done
    revisions = Revisions.of(session, scope)
    if what == "rollback":
        now = (await lock_novel(session, scope.novel_id)).revision
        if now > 1:
            await revisions.rollback(1 + number % (now - 1))
        return
    if what == "revert":
        await Reverts.of(session, scope).revert([run])
        return
    async with revisions.open(RevisionKind.EDIT, run_id=run if by_run else None) as revision:
        rows = await live_rows(session, scope, which)
        if what == "insert" or not rows:
            await revision.insert(fresh(which, number), fresh(2, number))
            return
        row = rows[number % len(rows)]
        if what == "retire":
            await revision.retire(row)
        else:
            row = await revision.replace(row, title=f"changed {number}")
            if number % 3 == 0:
                await revision.replace(row, title=f"changed twice {number}")


async def stored_hashes(session: AsyncSession, novel_id: UUID) -> dict[int, dict[str, str]]:
    rows = await session.execute(
        select(NovelRevision.revision, NovelRevision.hashes).where(NovelRevision.novel_id == novel_id)
    )
    return {row.revision: row.hashes for row in rows}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=STEPS, back=st.integers(0, 1_000))
@pytest.mark.timeout(120)
async def test_rollback_equals_the_state_it_returns_to(
    fresh_db: TestDatabase, history: list[tuple[str, int, int, bool]], back: int
) -> None:
    ada = await make_user(fresh_db.owner)
    novel_id = await make_novel(fresh_db.api, ada)
    run = new_id()
    for done in history:
        async with fresh_db.api.transaction(RowScope(user_id=ada)) as session:
            scope = await require(session, ada, novel_id, NovelPermission.WRITE)
            await step(session, scope, done, run)
    async with fresh_db.api.transaction(RowScope(user_id=ada)) as session:
        scope = await require(session, ada, novel_id, NovelPermission.MANAGE)
        stored = await stored_hashes(session, novel_id)
        # The running sums are those of the rows, at every revision and not only now.
        for revision, hashes in stored.items():
            assert await state_hashes(session, novel_id, revision) == hashes
        now = (await lock_novel(session, novel_id)).revision
        assert sorted(stored) == list(range(1, now + 1))
        if now > 1:
            to = 1 + back % (now - 1)
            number = await Revisions.of(session, scope).rollback(to)
            assert await state_hashes(session, novel_id) == stored[to]
            assert (await stored_hashes(session, novel_id))[number] == stored[to]
            twice = await session.execute(
                text("SELECT id FROM scenes WHERE rev_to IS NULL GROUP BY id HAVING count(*) > 1")
            )
            assert twice.all() == []


async def open_revision(
    db: TestDatabase, user: UUID, novel: UUID, change: Any, run: UUID | None = None
) -> Any:
    async with db.api.transaction(RowScope(user_id=user)) as session:
        scope = await require(session, user, novel, NovelPermission.WRITE)
        async with Revisions.of(session, scope).open(RevisionKind.EDIT, run_id=run) as revision:
            return await change(session, scope, revision)


async def test_a_revert_keeps_what_the_author_changed_since(fresh_db: TestDatabase) -> None:
    ada = await make_user(fresh_db.owner)
    novel_id, run = await make_novel(fresh_db.api, ada), new_id()
    parts = [fresh(0, 1), fresh(0, 2)]

    async def begin(_s: Any, _c: Any, revision: Any) -> None:
        await revision.insert(*parts)

    async def run_changes(session: Any, scope: Any, revision: Any) -> None:
        for row in await live_rows(session, scope, 0):
            await revision.replace(row, title="by the run")
        await revision.insert(fresh(2, 9))

    async def author_changes(session: Any, scope: Any, revision: Any) -> None:
        rows = await live_rows(session, scope, 0)
        await revision.replace(next(row for row in rows if row.id == parts[0].id), title="by the author")

    await open_revision(fresh_db, ada, novel_id, begin)
    await open_revision(fresh_db, ada, novel_id, run_changes, run)
    await open_revision(fresh_db, ada, novel_id, author_changes)
    async with fresh_db.api.transaction(RowScope(user_id=ada)) as session:
        scope = await require(session, ada, novel_id, NovelPermission.WRITE)
        number, plan = await Reverts.of(session, scope).revert([run])
        titles = {row.id: row.title for row in await live_rows(session, scope, 0)}
        scenes = await live_rows(session, scope, 2)
    assert number == 4
    assert plan.conflicts == {"parts": [parts[0].id]}
    assert titles == {parts[0].id: "by the author", parts[1].id: "title 2"}
    assert scenes == []


async def test_a_block_without_change_makes_no_revision(fresh_db: TestDatabase) -> None:
    ada = await make_user(fresh_db.owner)
    novel_id = await make_novel(fresh_db.api, ada)

    async def nothing(_s: Any, _c: Any, _r: Any) -> None:
        return None

    await open_revision(fresh_db, ada, novel_id, nothing)
    async with fresh_db.api.transaction(RowScope(user_id=ada)) as session:
        assert (await lock_novel(session, novel_id)).revision == 0
        assert await stored_hashes(session, novel_id) == {}


async def test_unknown_revisions_and_trash_are_refused(fresh_db: TestDatabase) -> None:
    ada = await make_user(fresh_db.owner)
    novel_id = await make_novel(fresh_db.api, ada)
    async with fresh_db.api.transaction(RowScope(user_id=ada)) as session:
        scope = await require(session, ada, novel_id, NovelPermission.WRITE)
        for to in (0, 1, -3):
            with pytest.raises(UnknownRevisionError):
                await Revisions.of(session, scope).rollback(to)
        await session.execute(text("UPDATE novels SET deleted_at = now()"))
        with pytest.raises(NovelInTrashError):
            async with Revisions.of(session, scope).open(RevisionKind.EDIT):
                pass


async def test_the_outbox_carries_the_difference_once_to_each_consumer(fresh_db: TestDatabase) -> None:
    ada = await make_user(fresh_db.owner)
    novel_id = await make_novel(fresh_db.api, ada)
    part = fresh(0, 1)

    async def begin(_s: Any, _c: Any, revision: Any) -> None:
        await revision.insert(part)

    await open_revision(fresh_db, ada, novel_id, begin)
    async with fresh_db.agent.transaction(RowScope(sweep=True)) as session:
        assert await outbox.waiting_novels(session, "graph") == [novel_id]
        assert await outbox.lag(session, "graph") == 1
    async with fresh_db.agent.transaction(RowScope(novel_id=novel_id)) as session:
        [message] = await outbox.take(session, "graph", novel_id)
        assert message.topic == "novel.revised"
        assert message.payload["tables"] == {"parts": {"opened": [str(part.id)], "closed": []}}
        async with fresh_db.agent.transaction(RowScope(novel_id=novel_id)) as other:
            assert await outbox.take(other, "graph", novel_id) == []  # the first one holds the cursor
        await outbox.advance(session, "graph", novel_id, message.seq)
    async with fresh_db.agent.transaction(RowScope(sweep=True)) as session:
        assert await outbox.waiting_novels(session, "graph") == []
        assert await outbox.waiting_novels(session, "passages") == [novel_id]
        assert await outbox.trim(session, ["graph", "passages"]) == 0
        assert await outbox.trim(session, ["graph"]) == 0  # the newest stays: a later consumer finds it
    async with fresh_db.agent.transaction(RowScope(novel_id=novel_id)) as session:
        await outbox.publish(session, novel_id, 2, "novel.revised", {})
    async with fresh_db.agent.transaction(RowScope(sweep=True)) as session:
        assert await outbox.trim(session, ["graph", "passages"]) == 0
        assert await outbox.trim(session, ["graph"]) == 1
        assert await outbox.lag(session, "graph") == 1
