"""Why continuous mode stops by itself: each reason once, with the book as it stands and the chapters as they were told."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest
from sqlalchemy import text

from factories.loop import Studio, make_studio
from factories.manuscript import open_text, owner_rows, page, run_rows, run_scope
from factories.questions import claimed
from infinite_scribe.agents.director.spending import Purse
from infinite_scribe.agents.director.stopping import Stop, reason_to_stop
from infinite_scribe.core.ids import new_id
from infinite_scribe.manuscript.saving import Save
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.plot.ledger import PromiseLedger
from infinite_scribe.plot.promise_schemas import PlannedScene, PromiseDraft, WindowPoint
from infinite_scribe.plot.schemas import CardUpdate
from infinite_scribe.plot.service import PlotService
from infinite_scribe.plot.staleness import MarkDraft, StaleMarks
from infinite_scribe.runs.gates import Asking, Gate
from infinite_scribe.structure.rules import Status
from infinite_scribe.structure.service import StructureService
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(120)
PLAIN = [
    "The jar broke at noon and nobody swept the kitchen floor.",
    "Rain had filled the boats by evening.\n\nThe harbour master counted them twice and wrote a letter.",
    "A gull sat on the roof of the customs house.\n\nIt left when the bell rang for the late ferry.",
]
WORN = "The harbour master counted every broken lantern along the flooded quay before breakfast. " * 12


async def why(studio: Studio, written: list[dict[str, Any]], *, spend: str = "auto") -> Stop | None:
    """Return what stops a book after chapters that were told so."""

    class Context(SimpleNamespace):
        async def read(self, _path: str, body: Any) -> Any:
            async with studio.db.agent.transaction(run_rows(studio.book)) as session:
                return await body(session)

    run = await known_run(studio)
    ctx = cast("Any", Context(run=claimed(studio.desk, "director.write_book", {}, run)))
    purse = Purse(Asking.of({"spend": spend}, Gate.SPEND))
    return await reason_to_stop(ctx, "chapter1", written, purse, set(), last=False)


async def known_run(studio: Studio) -> UUID:
    """Return a run of the book that nobody works at: what it cost is asked of the database."""
    key = f"stops-{studio.book.novel_id.hex}"
    return (await studio.desk.start("director.write_book", key=key, chapters=1)).id


async def chapters(studio: Studio, texts: list[str]) -> list[dict[str, Any]]:
    """Write the first chapters, one scene each, and return them as a book run tells them."""
    told = []
    for at, words in enumerate(texts):
        async with studio.db.agent.transaction(run_rows(studio.book)) as session:
            structure = StructureService.of(session, run_scope(studio.book))
            found = (await structure.tree()).chapters()[at]
            scene = found.scenes[0].id
            async with Revisions.of(session, run_scope(studio.book)).open(RevisionKind.EDIT) as revision:
                await structure.update_scene(revision, scene, status=Status.DRAFTED.value)
        async with studio.db.api.transaction(owner_rows(studio.book)) as session:
            service = await open_text(session, studio.book)
            version = (await service.scene(scene)).version
            await service.saving.save(Save(scene, version, page(scene, *words.split("\n\n"))))
        told.append(
            {"chapter": str(found.id), "scenes": [{"scene": str(scene), "kept": [], "further": False}]}
        )
    return told


def with_scenes(told: list[dict[str, Any]], **members: Any) -> list[dict[str, Any]]:
    return [{**one, "scenes": [{**scene, **members} for scene in one["scenes"]]} for one in told]


async def test_a_book_stops_for_what_its_chapters_told_and_goes_on_without_a_reason(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await make_studio(fresh_db, tmp_path, chapters=5)
    told = await chapters(studio, PLAIN)
    assert await why(studio, told) is None
    same = await why(studio, with_scenes(told, kept=["f1"]))
    assert (same and same.reason) == "same-contradiction"
    assert await why(studio, [*told[:1], *with_scenes(told[1:2], kept=["f1"]), *told[2:]]) is None
    others = await why(studio, with_scenes(told, further=True))
    assert (others and others.reason) == "fallback"
    assert await why(studio, [*told[:1], *with_scenes(told[1:], further=True)]) is None
    asked = await why(studio, told, spend="ask")
    assert (asked and asked.reason) == "spend"
    for stop in (same, others, asked):
        assert stop is not None
        assert stop.words("en") != stop.words("zh")


async def test_a_book_stops_where_a_promise_is_late_a_card_is_old_or_the_prose_wears_out(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await make_studio(fresh_db, tmp_path, chapters=5)
    told = await chapters(studio, [WORN] * 3)
    async with fresh_db.agent.transaction(run_rows(studio.book)) as session:
        scope = run_scope(studio.book)
        found = (await StructureService.of(session, scope).tree()).chapters()
        plot, ledger = PlotService.of(session, scope), PromiseLedger.of(session, scope)
        async with Revisions.of(session, scope).open(RevisionKind.EDIT) as revision:
            await plot.write_card(revision, found[3].scenes[0].id, CardUpdate(goal="Goal."))
            draft = PromiseDraft(
                kind="vow", statement="She will pay.", weight=4,
                scenes=[PlannedScene(scene_id=found[0].scenes[0].id, act="plant"),
                        PlannedScene(scene_id=found[1].scenes[0].id, act="pay")],
                earliest=WindowPoint(kind="chapter", id=found[0].id), latest=WindowPoint(kind="chapter", id=found[1].id),
            )  # fmt: skip
            await ledger.add(revision, draft, source="director")
        card = (await plot.cards())[found[3].scenes[0].id]
        mark = MarkDraft(kind="card", target=str(card.id), grade="rests", scene_id=card.scene_id)
        await StaleMarks.of(session, scope).mark(1, [(new_id(), mark)])
    async with fresh_db.owner.transaction() as session:
        await session.execute(text("UPDATE promises SET status = 'planted'"))
    late = await why(studio, told)
    assert late is not None
    assert (late.reason, "She will pay." in late.words("en")) == ("promise-late", True)
    async with fresh_db.owner.transaction() as session:
        await session.execute(text("UPDATE promises SET status = 'paid'"))
    old = await why(studio, told)
    assert old is not None
    assert (old.reason, found[3].scenes[0].title in old.words("zh")) == ("card-stale", True)
    async with fresh_db.agent.transaction(run_rows(studio.book)) as session:
        await StaleMarks.of(session, run_scope(studio.book)).clear("card", str(card.id))
    worn = await why(studio, told)
    assert (worn and worn.reason) == "worn"
    assert await why(studio, told[-1:]) is None
