"""Judges on trial, by the code of the real trial: how often they are right, and what sways them.

Beside the storyteller two judges are scripted who go by something else than the text. The trial has to find them out, and
no verdict of theirs may hang on the order in which two drafts lie, nor on who wrote them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from typing_extensions import override

from evals.loading import Loaded
from evals.statistics import Share
from infinite_scribe.agents.editor.calibrating import try_judge
from infinite_scribe.agents.editor.choosing import ORDERS, ask_both_orders, choose, orders_of, verdict
from infinite_scribe.agents.editor.spoiling import SPOILT, trials_in
from infinite_scribe.agents.runtime.rehearsal import Rehearsal
from infinite_scribe.agents.runtime.requests import CallResult, KeepPartial, ModelRequest, TextTarget
from infinite_scribe.core.ids import new_id
from infinite_scribe.core.settings import load_settings
from infinite_scribe.llm.demo.storyteller import answer as told
from infinite_scribe.manuscript.models import SceneVersion
from infinite_scribe.model_client.schemas import TokenUsage
from infinite_scribe.providers.judging import KINDS, VERSION, Trial, trusted
from infinite_scribe.runs.events import RunIdentity
from infinite_scribe.runs.execution import ClaimedRun
from infinite_scribe.runs.rules import Signal
from infinite_scribe.runs.schemas.inputs import ChooseInput, ChooseResult
from infinite_scribe.runs.service import RUN_ACTIONS

SEED = 7
Judge = Callable[[str, Mapping[str, Any]], dict[str, Any]]
"""From what is asked, as a task and its data, to the answer."""
LONGER_IS_BETTER, SHORTER_IS_BETTER = "cut", "repeated"
"""The way of spoiling a text after which the whole one is the longer one, and the shorter one."""


def storyteller(task: str, data: Mapping[str, Any]) -> dict[str, Any]:
    return told(task, dict(data), None, SEED, str(data["language"])).output or {}


def first_named(task: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Name whatever comes first, find every pair at odds, and give every text the same mark."""
    if task == "editor.choose":
        return {"winner": "a", "margin": 5, "why": "It comes first."}
    if task == "editor.judge_pair":
        return {
            "verdicts": [
                {"pair": one["pair"], "verdict": "contradicts", "span_a": one["a"], "span_b": one["b"], "why": "Yes."}
                for one in data["pairs"]
            ]
        }  # fmt: skip
    quote = data["paragraphs"][0]
    return {
        "marks": [{"criterion": one, "score": 15, "why": "So.", "quote": quote} for one in data["criteria"]]
    }


def longer(task: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Name the longer draft, and the first of two that are as long."""
    if task != "editor.choose":
        return first_named(task, data)
    winner = "b" if len(data["draft_b"]) > len(data["draft_a"]) else "a"
    return {"winner": winner, "margin": 5, "why": "There is more of it."}


JUDGES: Mapping[str, Judge] = {
    "the storyteller": storyteller,
    "one who names the first": first_named,
    "one who prefers the longer": longer,
}


@dataclass
class JudgeFigures:
    """How a judge did. `steady`: the verdict was the same, or a tie, with the drafts in the other order; `blind`: the
    question was the same to the letter, and the verdict, with the drafts' authors changed.
    """

    right: dict[Trial, Share] = field(default_factory=dict)
    swayed: Share = field(default_factory=Share)
    by_way: dict[str, Share] = field(default_factory=dict)
    steady: Share = field(default_factory=Share)
    blind: Share = field(default_factory=Share)
    trusted: tuple[Trial, ...] = ()

    @property
    def by_length(self) -> float:
        """How much more often it is right where the better text is the longer one than where it is the shorter one."""
        long, short = (self.by_way[way].value or 0.0 for way in (LONGER_IS_BETTER, SHORTER_IS_BETTER))
        return round(long - short, 4)


class _OnTrial(Rehearsal):
    """A context in which a judge answers at once; what it was asked, and said, is kept by path."""

    def __init__(self, run: ClaimedRun, session: AsyncSession, folder: Path, judge: Judge) -> None:
        self.run, self.settings, self._session, self._judge = run, load_settings(folder), session, judge
        self.asked: dict[str, str] = {}
        self.said: dict[str, Any] = {}

    @override
    async def call(
        self,
        path: str,
        request: ModelRequest,
        target: TextTarget | None = None,
        *,
        keep_partial: KeepPartial | None = None,
    ) -> CallResult:
        assert request.output is not None
        output = request.output.model_validate(self._judge(str(request.data["task"]), request.data))
        whole = {"messages": [one.text for one in request.messages], "data": request.data}
        self.asked[path], self.said[path] = json.dumps(whole, sort_keys=True), output
        return CallResult(
            call_id=new_id(), text="", output=output, usage=TokenUsage(), cost_nanousd=0, model="a judge", demo=True,
            finish_reason="stop",
        )  # fmt: skip


async def measure_judge(loaded: Loaded, judge: Judge, folder: Path) -> JudgeFigures:
    """Try a judge in the language of a novel; `folder` holds the key of the evaluation."""
    made = JudgeFigures()
    run = _run(loaded)
    async with loaded.database.transaction(loaded.rows) as session:
        trials = trials_in(loaded.novel.spec.language)
        ctx = _OnTrial(run, session, folder, judge)
        shown = {kind: await try_judge(ctx, trials, kind) for kind in KINDS}
        made.right = {kind: Share(one.right, one.pairs) for kind, one in shown.items()}
        made.swayed = Share(shown["choice"].flips, shown["choice"].pairs)
        made.trusted = trusted(
            {"version": VERSION, **{str(kind): one.figures for kind, one in shown.items()}}
        )
        for number, one in enumerate(trials.texts, start=1):
            for way, spoil in SPOILT.items():
                path = f"choice/{number}/{way}"
                said = orders_of([ctx.said[f"{path}/order{at}/ask"] for at in (1, 2)])
                made.by_way.setdefault(way, Share()).add(said == ["first", "first"])
                texts = {"card": dict(one.card), "first": spoil(one, trials.code), "second": one.text}
                again = [answer.output for answer in await ask_both_orders(ctx, texts, f"{path}/again")]
                before = [ctx.said[f"{path}/order{at}/ask"] for at in (1, 2)]
                winners = (verdict(said, before)[0], _other(verdict(orders_of(again), again)[0]))
                made.steady.add(winners[0] == winners[1] or None in winners)
        await _blindness(loaded, ctx, session, made)
    return made


def _other(side: str | None) -> str | None:
    return None if side is None else next(one for one in ORDERS[0] if one != side)


async def _blindness(loaded: Loaded, ctx: _OnTrial, session: AsyncSession, made: JudgeFigures) -> None:
    """Write pairs of drafts with their authors one way and the other, and choose between them as the loop does."""
    trials = trials_in(loaded.novel.spec.language)
    scene = loaded.novel.scenes[0].id
    for one in trials.texts:
        found = []
        for authors in (("you", "agent"), ("agent", "you")):
            nested = await session.begin_nested()
            drafts = [
                _draft(loaded, scene, number, text, author)
                for number, (text, author) in enumerate(
                    zip((one.text, SPOILT["repeated"](one, trials.code)), authors, strict=True), start=9_001
                )
            ]
            session.add_all(drafts)
            await session.flush()
            ctx.asked.clear()
            asked = ChooseInput(scene=scene, first=drafts[0].id, second=drafts[1].id)
            answer = ChooseResult.model_validate(await choose(ctx, asked))
            advised = {drafts[0].id: 0, drafts[1].id: 1}.get(UUID(answer.advice)) if answer.advice else None
            found.append((advised, dict(ctx.asked)))
            await nested.rollback()
        made.blind.add(found[0] == found[1])


def _draft(loaded: Loaded, scene: UUID, number: int, text: str, author: str) -> SceneVersion:
    mine = author == "you"
    return SceneVersion(
        id=new_id(), novel_id=loaded.novel_id, scene_id=scene, number=number, json={}, text=text, text_hash=str(number),
        words=1, characters=len(text), author=author, kind="edit" if mine else "draft",
        author_id=loaded.user_id if mine else None, run_id=None if mine else new_id(), demo=not mine,
    )  # fmt: skip


def _run(loaded: Loaded) -> ClaimedRun:
    run = new_id()
    return ClaimedRun(
        identity=RunIdentity(run, loaded.novel_id, loaded.user_id, run, "editor"), payer_id=loaded.user_id,
        actions=RUN_ACTIONS, parent_id=None, depth=0, task="editor.calibrate", input={},
        language=loaded.novel.spec.language, seed=SEED, gates={}, model_override=None, cap_nanousd=None, estimate=None,
        epoch=1, attempt=1, signal=Signal.NONE, deadline_at=None, trace_parent=None,
    )  # fmt: skip
