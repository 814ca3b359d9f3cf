"""A model is tried as a judge: what it shows is kept, and by that it decides or only advises."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from typing_extensions import override

from factories.judges import hosted_judge, shown_in_shipped_words
from factories.loop import StoryModels
from factories.readers import ReadingRoom, make_room
from infinite_scribe.agents.editor import calibrating
from infinite_scribe.agents.editor.spoiling import LOWERS, SPOILT, trials_in
from infinite_scribe.llm.errors import ContextTooLongError
from infinite_scribe.manuscript.models import SceneVersion
from infinite_scribe.model_client.schemas import CallEvent, CallFailed, CallRequest
from infinite_scribe.prompts.judges import ASKED, read_judges
from infinite_scribe.prompts.schemas import PromptWrite
from infinite_scribe.prompts.service import PromptService
from infinite_scribe.providers.judging import Trial
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


@dataclass
class Narrow(StoryModels):
    """A model whose provider takes no question of some tasks, since they are longer than it reads."""

    refused: frozenset[str] = frozenset()

    @override
    async def stream(self, request: CallRequest) -> AsyncIterator[CallEvent]:
        if request.data.get("task") in self.refused:
            yield CallFailed(problem=ContextTooLongError().to_problem())
            return
        async for event in super().stream(request):
            yield event


async def try_out(
    room: ReadingRoom, endpoint: UUID, judge: Judge, refused: frozenset[str] = frozenset()
) -> tuple[Any, StoryModels]:
    models = Narrow(judge, model=MODEL, refused=refused)
    async with room.open(models, ("editor",)):
        named = {"endpoint_id": str(endpoint), "model": MODEL}
        started = await room.desk.start("editor.calibrate", model_override=named)
        row = await room.desk.until(started.id, "completed", "failed", "waiting", "paused", seconds=80)
    return row, models


async def judges_of(room: ReadingRoom) -> JudgesRead:
    async with room.db.api.transaction(room.desk.scope) as session:
        return await read_judges(session, room.book.user_id, room.book.novel_id)


async def hosted(room: ReadingRoom, **profile: Any) -> UUID:
    return await hosted_judge(room.db.owner, room.book.user_id, MODEL, **profile)


async def word(room: ReadingRoom, name: str) -> None:
    """Word a prompt of the editor's anew for the book."""
    async with room.db.api.transaction(room.desk.scope) as session:
        prompts = PromptService.of(session, room.book.user_id, room.book.novel_id)
        await prompts.save(name, PromptWrite(system="Prefer the shorter one.", task="{{briefing}}"))


async def two_drafts(room: ReadingRoom) -> tuple[UUID, UUID]:
    await room.write("The whole draft stands here.")
    await room.write("The other draft stands here.")
    async with room.db.owner.transaction() as session:
        rows = await session.scalars(
            select(SceneVersion.id)
            .where(SceneVersion.scene_id == room.book.scene_id)
            .order_by(SceneVersion.number)
        )
        first, second = list(rows)[-2:]
    return first, second


async def pick(room: ReadingRoom, first: UUID, second: UUID) -> dict[str, Any]:
    """Let a judge choose who favours the other draft."""
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
    return run.result or {}


async def test_a_judge_decides_when_it_told_the_worse_text_apart_in_the_very_words_it_is_asked_in(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    room = await make_room(fresh_db, tmp_path)
    endpoint = await hosted(room, **shown_in_shipped_words("choice", 20, 20))
    first, second = await two_drafts(room)
    assert (await judges_of(room)).decides
    await word(room, "editor.choose.en")
    reworded = await judges_of(room)
    assert (reworded.decides, reworded.mine, reworded.reworded) == (False, True, ["choice"])
    assert (reworded.models[0].own, reworded.models[0].trials, reworded.models[0].at) == (True, {}, None)
    picked = await pick(room, first, second)
    assert (picked["winner"], picked["advice"]) == (None, str(second))
    assert [one["reason"] for one in picked["not_evaluated"]] == ["uncalibrated"]
    row, models = await try_out(room, endpoint, Judge())
    assert row.state == "completed", row.error
    asked = {one.messages[0].text for one in models.requests if one.data.get("task") == "editor.choose"}
    assert asked == {"Prefer the shorter one."}
    pairs = len(trials_in("en").texts) * len(SPOILT)
    assert row.result["figures"]["choice"] == {"pairs": pairs, "right": pairs, "flips": 0}
    assert row.result["trusted"] == ["choice", "clash", "marks"]
    assert models.bill["editor.choose"] == 2 * pairs
    assert models.bill["editor.judge"] == len(trials_in("en").texts) * (1 + len(LOWERS))
    after = await judges_of(room)
    assert (after.decides, after.models[0].trusted) == (True, ["choice", "clash", "marks"])
    assert after.models[0].at is not None
    picked = await pick(room, first, second)
    assert (picked["winner"], picked["not_evaluated"]) == (str(second), [])


@pytest.mark.parametrize(
    ("reads", "refused", "fits"),
    [(1_500, frozenset(), "choice"), (None, frozenset({"editor.choose", "editor.judge"}), "clash")],
    ids=["by its profile", "by its provider"],
)
async def test_a_model_that_is_too_small_for_some_trials_is_told_so_and_tried_in_what_fits(
    fresh_db: TestDatabase, tmp_path: Path, reads: int | None, refused: frozenset[str], fits: Trial
) -> None:
    room = await make_room(fresh_db, tmp_path)
    endpoint = await hosted(room, **({"context_tokens": reads} if reads else {}))
    row, models = await try_out(room, endpoint, Judge(), refused)
    assert row.state == "completed", row.error
    too_small = row.result["too_small"]
    assert set(too_small) == {"choice", "clash", "marks"} - {fits}
    assert row.result["trusted"] == [fits]
    (shown,) = (await judges_of(room)).models
    for kind, size in too_small.items():
        assert (size["reads"], size["needs"] > (reads or 1_000)) == (reads, True)
        assert row.result["figures"][kind] == {"pairs": 0, "right": 0, "flips": 0}
        assert models.bill[f"editor.{ASKED[kind]}"] == 0
        told = shown.trials[kind].too_small
        assert told is not None
        assert told.model_dump() == size


@pytest.mark.parametrize("judge", [Judge(goes_by="a"), Judge(silent=True)], ids=["by place", "unreadable"])
async def test_a_judge_that_goes_by_the_place_or_cannot_be_read_only_advises(
    fresh_db: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, judge: Judge
) -> None:
    whole = trials_in("en")
    few = replace(whole, texts=whole.texts[:1], sentences=whole.sentences[6:10])
    monkeypatch.setattr(calibrating, "trials_in", lambda _: few)
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
