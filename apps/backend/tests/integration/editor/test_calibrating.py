"""A model is tried as a judge: what it shows is kept, and by that it decides or only advises."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from factories.loop import StoryModels
from factories.providers import choose_model, make_endpoint
from factories.readers import ReadingRoom, make_room
from infinite_scribe.agents.editor.spoiling import LOWERS, SPOILT, trials_in
from infinite_scribe.manuscript.models import SceneVersion
from infinite_scribe.providers.judges import JudgeService
from infinite_scribe.providers.rules import DEMO_ENDPOINT_ID, DEMO_MODEL
from infinite_scribe.providers.schemas import JudgesRead
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(90)
MODEL = "some-model"
WHOLE = {one.text for one in trials_in("en").texts}
CLASHING = {frozenset((one.a, one.b)) for one in trials_in("en").sentences if one.clash}


class Judge:
    """Knows the whole texts by heart; `goes_by`: always names that place. `silent`: says nothing that can be read."""

    def __init__(self, *, goes_by: str | None = None, silent: bool = False) -> None:
        self.goes_by, self.silent = goes_by, silent

    def __call__(self, task: str, answer: Any, data: dict[str, Any]) -> Any:
        if self.silent:
            return "I would rather not say."
        if task == "editor.choose":
            winner = self.goes_by or ("a" if data["draft_a"] in WHOLE else "b")
            return {"winner": winner, "margin": 3, "why": "It is whole."}
        if task == "editor.judge_pair":
            return {"verdicts": [self._verdict(one) for one in data["pairs"]]}
        score = 15 if "\n\n".join(data["paragraphs"]) in WHOLE else 9
        quote = data["paragraphs"][0][:40]
        return {
            "marks": [
                {"criterion": one, "score": score, "why": "So.", "quote": quote} for one in data["criteria"]
            ]
        }

    def _verdict(self, one: dict[str, Any]) -> dict[str, Any]:
        clash = frozenset((one["a"], one["b"])) in CLASHING
        verdict = "contradicts" if clash or self.goes_by else "neutral"
        return {
            "pair": one["pair"],
            "verdict": verdict,
            "span_a": one["a"],
            "span_b": one["b"],
            "why": "Both.",
        }


async def try_out(room: ReadingRoom, endpoint: UUID, judge: Judge) -> tuple[Any, StoryModels]:
    models = StoryModels(judge, model=MODEL)
    async with room.open(models, ("editor",)):
        named = {"endpoint_id": str(endpoint), "model": MODEL}
        started = await room.desk.start("editor.calibrate", model_override=named)
        row = await room.desk.until(started.id, "completed", "failed", "waiting", "paused", seconds=80)
    return row, models


async def judges_of(room: ReadingRoom) -> JudgesRead:
    async with room.db.api.transaction(room.desk.scope) as session:
        return await JudgeService.of(session, room.book.user_id).read(room.book.novel_id)


async def hosted(room: ReadingRoom) -> UUID:
    endpoint = await make_endpoint(room.db.owner, room.book.user_id, "http://127.0.0.1:9/v1")
    await choose_model(room.db.owner, room.book.user_id, "editor", endpoint, MODEL)
    return endpoint


async def test_a_judge_that_tells_the_worse_text_apart_decides_from_then_on(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    room = await make_room(fresh_db, tmp_path)
    endpoint = await hosted(room)
    before = await judges_of(room)
    assert (before.decides, before.mine, before.models[0].own, before.models[0].at) == (
        False,
        True,
        True,
        None,
    )
    row, models = await try_out(room, endpoint, Judge())
    assert row.state == "completed", row.error
    pairs = len(trials_in("en").texts) * len(SPOILT)
    assert row.result["figures"]["choice"] == {"pairs": pairs, "right": pairs, "flips": 0}
    assert row.result["trusted"] == ["choice", "clash", "marks"]
    assert models.bill["editor.choose"] == 2 * pairs
    assert models.bill["editor.judge"] == len(trials_in("en").texts) * (1 + len(LOWERS))
    after = await judges_of(room)
    assert (after.decides, after.models[0].trusted) == (True, ["choice", "clash", "marks"])
    assert after.models[0].at is not None
    await room.write("The whole draft stands here.")
    await room.write("The other draft stands here.")
    async with fresh_db.owner.transaction() as session:
        rows = await session.scalars(
            select(SceneVersion.id)
            .where(SceneVersion.scene_id == room.book.scene_id)
            .order_by(SceneVersion.number)
        )
        first, second = list(rows)[-2:]
    picked = StoryModels(
        lambda _, __, data: {
            "winner": "a" if "other" in data["draft_a"] else "b", "margin": 2, "why": "Better."
        },
        model=MODEL,
    )  # fmt: skip
    async with room.open(picked, ("editor",)):
        run = await room.ask(
            "editor.choose", scene=str(room.book.scene_id), first=str(first), second=str(second)
        )
    assert run.result is not None
    assert (run.result["winner"], run.result["not_evaluated"]) == (str(second), [])


@pytest.mark.parametrize("judge", [Judge(goes_by="a"), Judge(silent=True)], ids=["by place", "unreadable"])
async def test_a_judge_that_goes_by_the_place_or_cannot_be_read_only_advises(
    fresh_db: TestDatabase, tmp_path: Path, judge: Judge
) -> None:
    room = await make_room(fresh_db, tmp_path)
    row, _ = await try_out(room, await hosted(room), judge)
    assert row.state == "completed", row.error
    shown = row.result["figures"]["choice"]
    assert (shown["right"], shown["flips"]) == (0, 0 if judge.silent else shown["pairs"])
    assert "choice" not in row.result["trusted"]
    assert "clash" not in row.result["trusted"]
    assert not (await judges_of(room)).decides


@pytest.mark.parametrize(
    ("override", "code"),
    [
        (None, "judge-not-named"),
        ({"endpoint_id": str(DEMO_ENDPOINT_ID), "model": DEMO_MODEL}, "judge-not-yours"),
    ],
)
async def test_only_a_named_model_of_ones_own_is_tried(
    fresh_db: TestDatabase, tmp_path: Path, override: dict[str, str] | None, code: str
) -> None:
    room = await make_room(fresh_db, tmp_path)
    models = StoryModels()
    async with room.open(models, ("editor",)):
        started = await room.desk.start("editor.calibrate", model_override=override)
        row = await room.desk.until(started.id, "completed", "failed", seconds=20)
    assert row.error is not None
    assert row.error["code"] == code
    assert models.requests == []
