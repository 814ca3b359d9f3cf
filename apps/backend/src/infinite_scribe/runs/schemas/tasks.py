"""The table of tasks: who does what, with which input, at what usual cost. Gateway and director read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from infinite_scribe.runs.schemas import inputs, page_inputs, plan_inputs

Agent = Literal["worldsmith", "director", "writer", "editor", "librarian"]
ModelRole = Literal["worldsmith", "director", "writer", "editor", "librarian", "quick", "embedding"]

AGENTS: tuple[Agent, ...] = ("worldsmith", "director", "writer", "editor", "librarian")

PROTOCOLS: dict[Agent, int] = {"worldsmith": 2, "director": 3, "writer": 2, "editor": 4, "librarian": 2}
"""Raised only when step names or their order change in that agent."""


@dataclass(frozen=True)
class Share:
    """What a task usually asks of one role, per unit of work: tokens in and out."""

    role: ModelRole
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True)
class TaskSpec:
    """One task. `target` names what only one active run of a novel may work on; None: any number may.

    `budget` is its usual cost per unit of work, `wished` what its input adds to that.
    """

    name: str
    agent: Agent
    role: ModelRole | None
    input_model: type[inputs.TaskInput]
    result_model: type[BaseModel]
    goal_key: str
    budget: tuple[Share, ...]
    light: bool = False
    startable: bool = True
    interactive: bool = False
    needs_idea: bool = False
    words: int = 0
    target: Callable[[Any], str | None] = lambda _: None
    units: Callable[[Any], int] = lambda _: 1
    wished: Callable[[Any], tuple[Share, ...]] = lambda _: ()
    deadline_hours: float | None = None

    @property
    def action(self) -> str:
        """What a service token must allow for this task."""
        return f"light:{self.name}" if self.light else f"run.start:{self.name}"


def _scene(task_input: inputs.SceneInput) -> str:
    return f"scene:{task_input.scene}"


def _chapter(task_input: inputs.ChapterInput) -> str:
    return f"chapter:{task_input.chapter}"


_DRAFT = (Share("writer", 14_000, 1_900), Share("director", 5_000, 500), Share("editor", 6_000, 500))
_SCENE_WORDS = 1_250


def _wished(task_input: inputs.WriteChapterInput | inputs.WriteBookInput) -> tuple[Share, ...]:
    """Per scene, what further drafts and their comparison cost, and a third of reading its chapter over."""
    more = (task_input.drafts or 1) - 1
    drafts = (Share("writer", 14_000 * more, 1_900 * more), Share("editor", 16_000 * more, 400 * more))
    read = (Share("editor", 8_500, 600),)
    return (drafts if more else ()) + (read if task_input.read else ())


_ALL = (
    TaskSpec(
        "worldsmith.sparks", "worldsmith", "quick", inputs.SparksInput, inputs.OptionsResult,
        "runs.goal.sparks", (Share("quick", 600, 400),), light=True,
    ),
    TaskSpec(
        "worldsmith.options", "worldsmith", "worldsmith", inputs.OptionsInput, inputs.OptionsResult,
        "runs.goal.options", (Share("worldsmith", 2_000, 900),), interactive=True,
        target=lambda given: f"genesis:{given.stage}",
    ),
    TaskSpec(
        "worldsmith.complete", "worldsmith", "worldsmith", inputs.CompleteInput, inputs.StageResult,
        "runs.goal.complete", (Share("worldsmith", 2_500, 1_400),), interactive=True,
        target=lambda given: f"genesis:{given.stage}",
    ),
    *(
        TaskSpec(
            f"worldsmith.{name}", "worldsmith", "worldsmith", inputs.RoundInput, inputs.RoundResult,
            f"runs.goal.{name}", (Share("worldsmith", read, written),), interactive=True,
            target=lambda given: f"genesis:{given.stage}",
        )
        for name, read, written in (
            ("reply", 2_500, 300), ("merge", 2_500, 600), ("compare", 2_500, 400), ("digest", 9_000, 1_200),
            ("refresh", 3_500, 600),
        )
    ),
    TaskSpec(
        "director.begin_book", "director", None, inputs.BeginBookInput, inputs.TaskResult,
        "runs.goal.begin_book",
        (Share("worldsmith", 9_000, 900), Share("director", 3_000, 300), Share("writer", 8_000, 2_100),
         Share("editor", 5_000, 300)),
        words=1_400, needs_idea=True, target=lambda _: "book",
    ),
    TaskSpec(
        "director.outline", "director", "director", plan_inputs.OutlineInput, plan_inputs.OutlineResult,
        "runs.goal.outline", (Share("director", 7_000, 1_500),), target=lambda _: "outline",
        units=lambda given: -(-(given.chapters or 8) // 8),
    ),
    TaskSpec(
        "director.cards", "director", "director", inputs.CardsInput, inputs.TaskResult,
        "runs.goal.cards", (Share("director", 6_000, 900),), target=lambda given: f"cards:{given.chapter}",
    ),
    TaskSpec(
        "director.beats", "director", "director", inputs.BeatsInput, inputs.TaskResult,
        "runs.goal.beats", (Share("director", 5_000, 500),), target=lambda given: f"beats:{given.scene}",
    ),
    TaskSpec(
        "director.write_chapter", "director", None, inputs.WriteChapterInput, inputs.TaskResult,
        "runs.goal.write_chapter", _DRAFT, words=_SCENE_WORDS, target=_chapter, units=lambda _: 3, wished=_wished,
    ),
    TaskSpec(
        "director.write_book", "director", None, inputs.WriteBookInput, inputs.TaskResult,
        "runs.goal.write_book", _DRAFT, words=_SCENE_WORDS, target=lambda _: "book",
        units=lambda given: 3 * (given.chapters or 10), wished=_wished, deadline_hours=72,
    ),
    TaskSpec(
        "director.replan", "director", "director", inputs.ReplanInput, inputs.ReplanResult,
        "runs.goal.replan", (Share("director", 6_000, 400),),
        target=lambda given: f"replan:{given.after_chapter}",
    ),
    TaskSpec(
        "director.what_if", "director", "director", inputs.WhatIfInput, inputs.WhatIfResult,
        "runs.goal.what_if", (Share("director", 7_000, 900),), interactive=True,
        target=lambda given: f"what_if:{given.from_card}",
    ),
    TaskSpec(
        "writer.draft_scene", "writer", "writer", inputs.DraftSceneInput, inputs.TaskResult,
        "runs.goal.draft_scene", (Share("writer", 14_000, 1_900),), words=_SCENE_WORDS, target=_scene,
    ),
    TaskSpec(
        "writer.draft_chapter", "writer", None, inputs.ChapterInput, inputs.TaskResult,
        "runs.goal.draft_chapter", _DRAFT, words=_SCENE_WORDS, target=_chapter, units=lambda _: 3,
    ),
    TaskSpec(
        "writer.rewrite", "writer", "writer", inputs.RewriteInput, inputs.TaskResult,
        "runs.goal.rewrite", (Share("writer", 6_000, 500),), words=200, interactive=True,
        units=lambda given: given.variants,
    ),
    TaskSpec(
        "writer.continue", "writer", "writer", page_inputs.ContinueInput, inputs.TaskResult,
        "runs.goal.continue", (Share("writer", 9_000, 300),), words=150, interactive=True,
        units=lambda given: given.variants,
    ),
    TaskSpec(
        "writer.replay", "writer", "writer", inputs.ReplayInput, inputs.ReplayResult,
        "runs.goal.replay", (Share("writer", 8_000, 800),), interactive=True,
    ),
    TaskSpec(
        "writer.write_beats", "writer", "writer", page_inputs.WriteBeatsInput, inputs.TaskResult,
        "runs.goal.write_beats", (Share("writer", 9_000, 450),), words=250, target=_scene,
        units=lambda given: len(given.beats) or 5,
    ),
    TaskSpec(
        "writer.resize", "writer", "writer", page_inputs.ResizeInput, inputs.TaskResult,
        "runs.goal.resize", (Share("writer", 6_000, 400),), words=200, interactive=True,
        units=lambda given: given.variants,
    ),
    TaskSpec(
        "writer.dialogue", "writer", "writer", page_inputs.DialogueInput, inputs.TaskResult,
        "runs.goal.dialogue", (Share("writer", 6_000, 400),), words=200, interactive=True,
        units=lambda given: given.variants,
    ),
    TaskSpec(
        "writer.describe", "writer", "writer", page_inputs.DescribeInput, inputs.TaskResult,
        "runs.goal.describe", (Share("writer", 5_000, 250),), words=120, interactive=True,
    ),
    TaskSpec(
        "editor.check", "editor", None, inputs.CheckInput, inputs.CheckResult,
        "runs.goal.check", (), interactive=True, target=lambda given: f"check:{given.scene}",
    ),
    TaskSpec(
        "editor.realise", "editor", "editor", inputs.RealiseInput, inputs.CheckResult,
        "runs.goal.realise", (Share("editor", 5_000, 300),), target=lambda given: f"realise:{given.scene}",
    ),
    TaskSpec(
        "editor.judge_pair", "editor", "editor", inputs.JudgePairInput, inputs.CheckResult,
        "runs.goal.judge_pair", (Share("editor", 6_000, 900), Share("librarian", 3_500, 700)), interactive=True,
        target=lambda given: f"judge_pair:{given.scene}",
    ),
    TaskSpec(
        "editor.choose", "editor", "editor", inputs.ChooseInput, inputs.ChooseResult,
        "runs.goal.choose", (Share("editor", 8_000, 200),), interactive=True,
        target=lambda given: f"choose:{given.scene}",
    ),
    TaskSpec(
        "editor.feedback", "editor", "editor", inputs.FeedbackInput, inputs.FeedbackResult,
        "runs.goal.feedback", (Share("editor", 9_000, 900),), interactive=True,
        target=lambda given: f"feedback:{given.chapter}",
    ),
    TaskSpec(
        "editor.judge", "editor", "editor", inputs.JudgeInput, inputs.JudgeResult,
        "runs.goal.judge", (Share("editor", 9_000, 700),), interactive=True,
        target=lambda given: f"judge:{given.chapter}",
    ),
    TaskSpec(
        "editor.calibrate", "editor", "editor", inputs.CalibrateInput, inputs.CalibrateResult,
        "runs.goal.calibrate", (Share("editor", 60_000, 5_000),), target=lambda _: "calibrate",
    ),
    TaskSpec(
        "editor.cold_read", "editor", "editor", inputs.ColdReadInput, inputs.CheckResult,
        "runs.goal.cold_read", (Share("editor", 16_000, 1_100),), interactive=True,
        target=lambda given: f"cold_read:{given.chapter}",
    ),
    TaskSpec(
        "editor.fix", "editor", "writer", inputs.FixInput, inputs.FixResult,
        "runs.goal.fix", (Share("writer", 4_000, 300),), interactive=True,
        units=lambda given: len(given.finding_ids),
    ),
    TaskSpec(
        "librarian.learn", "librarian", "librarian", inputs.LearnInput, inputs.LearnResult,
        "runs.goal.learn", (Share("librarian", 7_500, 1_300),), startable=False, interactive=True,
        target=lambda given: f"learn:{given.scene}",
    ),
    TaskSpec(
        "librarian.extract", "librarian", "librarian", inputs.ExtractInput, inputs.ExtractResult,
        "runs.goal.extract", (Share("librarian", 3_500, 700),), startable=False, interactive=True,
        target=lambda given: f"extract:{given.scene}",
    ),
    TaskSpec(
        "librarian.index", "librarian", "embedding", inputs.SceneInput, inputs.LearnResult,
        "runs.goal.index", (), startable=False, interactive=True, target=lambda given: f"index:{given.scene}",
    ),
    TaskSpec(
        "librarian.summarise", "librarian", "librarian", inputs.SummariseInput, inputs.LearnResult,
        "runs.goal.summarise", (Share("librarian", 3_000, 300),), startable=False,
        target=lambda given: f"summary:{given.node}",
    ),
)  # fmt: skip

TASKS: dict[str, TaskSpec] = {spec.name: spec for spec in _ALL}
