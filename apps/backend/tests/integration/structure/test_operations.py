"""Changes of the order, and the operations that undo them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from factories.manuscript import Book, make_book, open_text, owner_rows
from infinite_scribe.core.ids import new_id
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.novels.revision_state import state_hashes
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.structure.errors import (
    IdTakenError,
    LockedElementError,
    StructureChangedError,
    StructureOperationError,
)
from infinite_scribe.structure.schemas import CalendarUpdate, SceneTimeUpdate, StructureOp
from servers.databases import TestDatabase

PROGRAM = st.lists(
    st.tuples(
        st.sampled_from(["insert", "move", "rename", "delete", "split", "merge"]),
        st.sampled_from(["part", "chapter", "scene"]),
        st.integers(0, 99),
        st.integers(0, 99),
    ),
    min_size=1,
    max_size=9,
)


async def shape(manuscript: ManuscriptService) -> Any:
    tree = await manuscript.tree()
    return [
        (
            part.id,
            part.title,
            [(c.id, c.title, c.number, [(s.id, s.title) for s in c.scenes]) for c in part.chapters],
        )
        for part in tree.parts
    ]


def pick(items: list[Any], number: int) -> Any:
    return items[number % len(items)]


async def make_op(manuscript: ManuscriptService, step: tuple[str, Any, int, int]) -> StructureOp | None:
    """Return an operation that fits the present tree, or None where there is none of the kind."""
    what, kind, one, two = step
    tree = await manuscript.tree()
    chapters = [chapter for part in tree.parts for chapter in part.chapters]
    scenes = [scene for chapter in chapters for scene in chapter.scenes]
    kinds: dict[str, list[Any]] = {"part": tree.parts, "chapter": chapters, "scene": scenes}
    nodes = kinds[kind]
    above: dict[str, list[Any]] = {"part": [None], "chapter": list(tree.parts), "scene": chapters}
    parents = above[kind]
    if not parents:
        return None
    parent = pick(parents, two)
    siblings = {
        "part": tree.parts,
        "chapter": getattr(parent, "chapters", []),
        "scene": getattr(parent, "scenes", []),
    }[kind]
    if what == "insert":
        after = pick([None, *siblings], one)
        return StructureOp(
            op="insert",
            kind=kind,
            parent_id=getattr(parent, "id", None),
            after_id=after and after.id,
            title=f"t{one}",
        )
    if not nodes:
        return None
    node = pick(nodes, one)
    if what == "move":
        after = pick([None, *[sibling for sibling in siblings if sibling.id != node.id]], one + two)
        return StructureOp(
            op="move",
            kind=kind,
            id=node.id,
            parent_id=getattr(parent, "id", None),
            after_id=after and after.id,
        )
    if what == "rename":
        return StructureOp(op="rename", kind=kind, id=node.id, title=f"n{two}")
    if what == "split" and kind == "chapter" and node.scenes:
        return StructureOp(op="split", kind=kind, id=node.id, at=str(pick(node.scenes, two).id))
    if what == "merge" and kind != "part":
        return StructureOp(op="merge", kind=kind, id=node.id, into=pick(nodes, two).id)
    return StructureOp(op="delete", kind=kind, id=node.id)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(program=PROGRAM)
@pytest.mark.timeout(120)
async def test_any_change_is_undone_by_its_inverse(
    fresh_db: TestDatabase, program: list[tuple[str, Any, int, int]]
) -> None:
    book = await make_book(fresh_db)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        manuscript = await open_text(session, book)
        for step in program:
            op = await make_op(manuscript, step)
            if op is None:
                continue
            before = await shape(manuscript)
            version = (await manuscript.tree()).structure_version
            try:
                # A refusal leaves the request; the savepoint stands for it.
                async with session.begin_nested():
                    changed = await manuscript.reordering.change(version, [op])
            except StructureOperationError:
                session.expire_all()
                manuscript = await open_text(session, book)
                assert await shape(manuscript) == before
                continue
            after = await shape(manuscript)
            undone = await manuscript.reordering.change(changed.structure_version, changed.inverse)
            assert await shape(manuscript) == before, (op, changed.inverse)
            await manuscript.reordering.change(undone.structure_version, undone.inverse)
            assert await shape(manuscript) == after, (op, undone.inverse)
            assert any(scenes for part in after for *_rest, scenes in part[2]) or op.kind != "scene"
        await open_text(session, book)


async def structure_of(session: AsyncSession, book: Book) -> ManuscriptService:
    return await open_text(session, book)


async def test_a_stale_structure_version_is_refused(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        manuscript = await structure_of(session, book)
        version = (await manuscript.tree()).structure_version
        rename = [StructureOp(op="rename", kind="scene", id=book.scene_id, title="x")]
        await manuscript.reordering.change(version, rename)
        with pytest.raises(StructureChangedError) as caught:
            await manuscript.reordering.change(version, rename)
        assert caught.value.params["current"] == version + 1


async def test_a_deleted_chapter_comes_back_with_its_scenes_and_rows(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        manuscript = await structure_of(session, book)
        version = (await manuscript.tree()).structure_version
        add = StructureOp(op="insert", kind="chapter", parent_id=book.part_id, after_id=book.chapter_id)
        await manuscript.reordering.change(version, [add])
        before = await state_hashes(session, book.novel_id)
        changed = await manuscript.reordering.change(
            version + 1, [StructureOp(op="delete", kind="chapter", id=book.chapter_id)]
        )
        gone = await state_hashes(session, book.novel_id)
        assert gone["scene_heads"] != before["scene_heads"]
        await manuscript.reordering.change(changed.structure_version, changed.inverse)
        assert await state_hashes(session, book.novel_id) == before


@pytest.mark.parametrize(
    ("op", "error"),
    [
        (StructureOp(op="delete", kind="scene", id=new_id()), StructureOperationError),
        (StructureOp(op="insert", kind="scene", parent_id=new_id()), StructureOperationError),
        (StructureOp(op="rename", kind="scene", title="x"), StructureOperationError),
        (StructureOp(op="restore", kind="scene", id=new_id()), StructureOperationError),
    ],
)
async def test_what_is_not_there_cannot_change(
    fresh_db: TestDatabase, op: StructureOp, error: type[Exception]
) -> None:
    book = await make_book(fresh_db)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        manuscript = await structure_of(session, book)
        version = (await manuscript.tree()).structure_version
        with pytest.raises(error):
            await manuscript.reordering.change(version, [op])


async def test_locked_and_last_elements_and_taken_ids_are_refused(fresh_db: TestDatabase) -> None:
    book, other = await make_book(fresh_db), await make_book(fresh_db)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        manuscript = await structure_of(session, book)
        version = (await manuscript.tree()).structure_version
        for last in (("scene", book.scene_id), ("chapter", book.chapter_id), ("part", book.part_id)):
            with pytest.raises(StructureOperationError):
                await manuscript.reordering.change(
                    version, [StructureOp(op="delete", kind=last[0], id=last[1])]
                )
        for taken in (book.scene_id, other.scene_id):
            insert = StructureOp(op="insert", kind="scene", id=taken, parent_id=book.chapter_id)
            with pytest.raises(IdTakenError):
                async with session.begin_nested():
                    await manuscript.reordering.change(version, [insert])
        async with Revisions.of(session, manuscript.scope).open(RevisionKind.EDIT) as revision:
            await manuscript.writing.structure.update_scene(revision, book.scene_id, locked=True)
        rename = StructureOp(op="rename", kind="scene", id=book.scene_id, title="x")
        with pytest.raises(LockedElementError) as caught:
            await manuscript.reordering.change(version, [rename])
        assert caught.value.params["op"] == 0


async def test_dates_are_resolved_in_the_same_transaction_and_make_no_other_hash(
    fresh_db: TestDatabase,
) -> None:
    book = await make_book(fresh_db)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        manuscript = await structure_of(session, book)
        structure = manuscript.writing.structure
        async with Revisions.of(session, manuscript.scope).open(RevisionKind.EDIT) as revision:
            second = await manuscript.add_scene(
                revision, book.chapter_id, story_from={"label": "the next morning"}
            )
        moment = {"earliest": 20 * 60, "latest": 20 * 60, "precision": "minute", "label": None}
        read = await structure.date_scenes([SceneTimeUpdate(scene_id=book.scene_id, story_from=moment)])
        assert [(scene.t_from, scene.certainty) for scene in read.scenes] == [
            (1_200, "dated"),
            (1_920, "ordered"),
        ]
        assert [scene.scene_id for scene in read.scenes] == [book.scene_id, second]
        stored = await state_hashes(session, book.novel_id, read.novel_revision)
        assert stored == await state_hashes(session, book.novel_id)
        calendar = await structure.set_calendar(CalendarUpdate(week_length=10))
        assert (await structure.calendar()) == calendar
