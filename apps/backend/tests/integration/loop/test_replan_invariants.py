"""Whatever a director wants changed after a chapter: what is written or locked stays, and no promise is lost or turned round."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest
from sqlalchemy import text

from factories.loop import StoryModels, Studio, make_studio
from factories.manuscript import open_text, owner_rows, page, run_rows, run_scope
from factories.questions import claimed
from infinite_scribe.agents.director import replanning
from infinite_scribe.agents.director.answers import PlanOp
from infinite_scribe.manuscript.saving import Save
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.plot.ledger import PromiseLedger
from infinite_scribe.plot.promise_schemas import PlannedScene, PromiseDraft, PromiseRead, WindowPoint
from infinite_scribe.plot.promises import OPEN
from infinite_scribe.plot.schemas import CardRead, CardUpdate
from infinite_scribe.plot.service import PlotService
from infinite_scribe.structure.schemas import ChapterNode
from infinite_scribe.structure.service import StructureService
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(120)
OF_CHAPTER, OF_CARD = (
    ("one_line", "purpose", "title"),
    ("title", "summary", "goal", "conflict", "turn", "must_include"),
)
DRAWS = 40


class TakenBackError(Exception):
    """Nothing of a draw is kept."""


@dataclass(frozen=True)
class Plan:
    """A plan as it stands."""

    chapters: list[ChapterNode]
    cards: dict[UUID, CardRead]
    promises: list[PromiseRead]


async def read(session: Any, studio: Studio) -> Plan:
    scope = run_scope(studio.book)
    chapters = (await StructureService.of(session, scope).tree()).chapters()
    promises = (await PromiseLedger.of(session, scope).read()).items
    return Plan(list(chapters), await PlotService.of(session, scope).cards(), list(promises))


async def prepared(db: TestDatabase, tmp: Path) -> Studio:
    """Six chapters: one written, one locked, a locked card, a locked field, a full card, a free one; two promises."""
    studio = await make_studio(db, tmp, chapters=6)
    book = studio.book
    async with db.api.transaction(owner_rows(book)) as session:
        service = await open_text(session, book)
        version = (await service.scene(book.scene_id)).version
        await service.saving.save(Save(book.scene_id, version, page(book.scene_id, "The jar broke at noon.")))
    async with db.agent.transaction(run_rows(book)) as session:
        scope = run_scope(book)
        chapters = (await StructureService.of(session, scope).tree()).chapters()
        scenes = [one.scenes[0].id for one in chapters]
        plot, ledger = PlotService.of(session, scope), PromiseLedger.of(session, scope)
        asks = [{"text": f"thing {n}"} for n in range(40)]
        async with Revisions.of(session, scope).open(RevisionKind.EDIT) as revision:
            for scene in scenes:
                await plot.write_card(revision, scene, CardUpdate(goal="Goal.", conflict="No.", turn="Then."))
            await plot.write_card(revision, scenes[3], CardUpdate(locked_fields=["goal", "must_include"]))
            await plot.write_card(revision, scenes[4], CardUpdate.model_validate({"must_include": asks}))
            for plant, pay in ((0, 3), (1, 5)):
                draft = PromiseDraft(
                    kind="vow", statement=f"Paid in {pay}.",
                    scenes=[PlannedScene(scene_id=scenes[plant], act="plant"), PlannedScene(scene_id=scenes[pay], act="pay")],
                    earliest=WindowPoint(kind="chapter", id=chapters[plant].id),
                    latest=WindowPoint(kind="chapter", id=chapters[pay].id), weight=4,
                )  # fmt: skip
                await ledger.add(revision, draft, source="director")
    async with db.owner.transaction() as session:
        await session.execute(
            text("UPDATE chapters SET locked = true WHERE id = :id"), {"id": chapters[1].id}
        )
        await session.execute(text("UPDATE cards SET locked = true WHERE scene_id = :id"), {"id": scenes[2]})
    return studio


def drawn(chance: random.Random, plan: Plan) -> tuple[list[PlanOp], dict[str, str]]:
    """Return up to eight changes of anything, also of what was never offered, with the ids of their handles."""
    ids = {f"H{n}": str(one.id) for n, one in enumerate(plan.chapters, start=1)}
    ids |= {f"K{n}": str(one.scenes[0].id) for n, one in enumerate(plan.chapters, start=1)}
    ops = []
    for _ in range(chance.randint(1, 8)):
        target = chance.choice(sorted(ids))
        field = chance.choice(OF_CHAPTER if target.startswith("H") else OF_CARD)
        ops.append(
            PlanOp.model_validate({"target": target, "field": field, "value": f"New {chance.random()}."})
        )
    return ops, ids


def fixed(plan: Plan) -> dict[str, Any]:
    """Return what no new plan may change."""
    written, locked = plan.chapters[0], plan.chapters[1]
    cards = [plan.cards[one.scenes[0].id] for one in plan.chapters]
    return {
        "written": (written, cards[0]),
        "locked": (locked, cards[1]),
        "locked card": cards[2],
        "locked fields": (cards[3].goal, cards[3].must_include),
        "full card": len(cards[4].must_include),
        "order": [(one.id, [scene.id for scene in one.scenes]) for one in plan.chapters],
        "promises": [
            (
                one.id,
                one.status,
                one.earliest,
                one.latest,
                one.weight,
                [(at.scene_id, at.act) for at in one.scenes],
            )
            for one in plan.promises
        ],
    }


def paid_after_planted(plan: Plan) -> bool:
    """Say whether each open promise still has a payoff, and behind what sets it up."""
    order = [scene.id for one in plan.chapters for scene in one.scenes]
    for one in plan.promises:
        acts = {at.act: order.index(at.scene_id) for at in one.scenes}
        if one.status in {"planned", *OPEN} and not acts.get("plant", len(order)) < acts.get("pay", -1):
            return False
    return True


async def test_no_change_of_the_plan_touches_what_is_written_locked_or_promised(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await prepared(fresh_db, tmp_path)
    chance, applied, refused = random.Random(5), 0, set[str]()
    ctx = cast("Any", SimpleNamespace(run=claimed(studio.desk, "director.replan", {})))
    for _ in range(DRAWS):
        with pytest.raises(TakenBackError):
            async with fresh_db.agent.transaction(run_rows(studio.book)) as session:
                before = await read(session, studio)
                ops, ids = drawn(chance, before)
                changed = await replanning._apply(session, ctx=ctx, ops=ops, ids=ids, base=None)
                session.expire_all()
                after = await read(session, studio)
                for name, was in fixed(before).items():
                    assert fixed(after)[name] == was, (name, changed)
                assert paid_after_planted(after)
                assert len(changed["applied"]) + len(changed["refused"]) == len(ops)
                applied += len(changed["applied"])
                refused |= {one["why"] for one in changed["refused"]}
                raise TakenBackError
    assert applied > DRAWS / 2
    assert refused == {"written", "locked", "full"}


async def test_a_director_who_wants_all_of_it_changed_gets_what_may_be_changed(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await prepared(fresh_db, tmp_path)

    def greedy(task: str, answer: Any, data: dict[str, Any]) -> Any:
        if task != "director.replan":
            return answer
        ops = [
            {"target": card["handle"], "field": "goal", "value": "Mine now."}
            for one in data["coming"]
            for card in one["cards"]
        ]
        return {"ops": ops[:8]}

    async with fresh_db.agent.transaction(run_rows(studio.book)) as session:
        before = await read(session, studio)
    async with studio.working(StoryModels(greedy), ["director"]):
        run = await studio.desk.start("director.replan", after_chapter=str(before.chapters[0].id))
        row = await studio.desk.until(run.id, "completed", "failed", seconds=60)
    assert row.state == "completed", row.error
    async with fresh_db.agent.transaction(run_rows(studio.book)) as session:
        after = await read(session, studio)
    assert fixed(after) == fixed(before)
    assert paid_after_planted(after)
    assert (row.result or {})["applied"]
    assert {one["why"] for one in (row.result or {})["refused"]} == {"locked"}
