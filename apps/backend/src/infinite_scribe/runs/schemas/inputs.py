"""What each task is given. `novel`, `language` and `seed` stand in the run, not in its input."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Stage = Literal["seed", "theme", "world", "characters", "plot", "details"]


class TaskInput(BaseModel):
    """Base of all inputs. `instruction` is what the author wants besides."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    instruction: str | None = Field(None, max_length=4_000)


class SparksInput(TaskInput):
    genre: str | None = Field(None, max_length=80)
    count: int = Field(6, ge=1, le=12)


class RoundInput(TaskInput):
    """A message of the conversation about a stage; what it asks stands in its row."""

    stage: Stage = "seed"
    round: UUID | None = None


class OptionsInput(RoundInput):
    count: int = Field(3, ge=1, le=6)
    constraints: list[str] = Field([], max_length=20)
    idea: str | None = Field(None, max_length=100_000)
    length: str | None = None
    pov: str | None = None
    tone: str | None = None


class CompleteInput(RoundInput):
    missing: list[dict[str, str]] = Field([], max_length=40)
    level: Literal["minimum", "full"] = "minimum"
    known: dict[str, Any] | None = Field(
        None, description="what is decided so far; empty: the stages of the novel"
    )


class BeginBookInput(TaskInput):
    """What is left out is taken from the novel, where idea and choices were stored first."""

    idea: str | None = Field(None, max_length=100_000)
    length: Literal["novel", "novella", "short"] | None = None
    pov: Literal["first", "close_third", "omniscient"] | None = None
    tone: str | None = Field(None, max_length=200)


class ChapterInput(TaskInput):
    chapter: UUID


class WriteChapterInput(ChapterInput):
    """`alternatives`: of how many plans the best is taken; `drafts`: of how many drafts of each scene.

    `read`: a model reads the finished chapter for contradictions and marks it, which is paid for. `stands`: faults of the
    whole book that the author has let stand and is not asked about again.
    """

    alternatives: int = Field(1, ge=1, le=3)
    drafts: int | None = Field(None, ge=1, le=3)
    read: bool = False
    stands: list[str] = Field([], max_length=200)


class WriteBookInput(TaskInput):
    """So many chapters that are not written yet, or on to the end of the arc or of the book (the default)."""

    chapters: int | None = Field(None, ge=1, le=100)
    until: Literal["end", "arc"] | None = None
    alternatives: int = Field(1, ge=1, le=3)
    drafts: int | None = Field(None, ge=1, le=3)
    read: bool = False


class ReplanInput(TaskInput):
    after_chapter: UUID


class WhatIfInput(TaskInput):
    """From which card on the story goes another way, and which."""

    from_card: UUID
    premise: str = Field(min_length=3, max_length=1_000)


class FixInput(TaskInput):
    """`apply`: the patches go onto the page where it still holds only what agents wrote; else they are proposals."""

    finding_ids: list[UUID] = Field(min_length=1, max_length=20)
    apply: bool = False


class CardsInput(ChapterInput):
    scenes: int = Field(3, ge=1, le=8)
    alternatives: int = Field(1, ge=1, le=4)


class SceneInput(TaskInput):
    scene: UUID


class BeatsInput(SceneInput):
    count: int = Field(5, ge=3, le=8)


class DraftSceneInput(SceneInput):
    unit: Literal["scene", "beat"] = "scene"
    beat: str | None = None
    hold: bool = Field(
        False, description="leave the text on the page without a revision; the run above accepts it"
    )
    leave: bool = Field(
        False,
        description="where no model writes it, the author may leave the scene for themselves; the run above goes on",
    )


class Place(BaseModel):
    """A place in a scene: paragraph id and UTF-16 offset inside it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pid: str
    off: int = Field(ge=0)


class TextAnchor(BaseModel):
    """A stretch of a scene as the page marks it: places, the quoted text, and what stands around it."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    start: Place = Field(alias="from")
    end: Place = Field(alias="to")
    quote: str = Field(min_length=1, max_length=60_000)
    quote_hash: str = Field("", max_length=40)
    prefix: str = Field("", max_length=400)
    suffix: str = Field("", max_length=400)


class RewriteInput(SceneInput):
    anchor: TextAnchor
    preset: str | None = Field(None, max_length=80)
    target_words: int | None = Field(None, ge=5, le=5_000)
    variants: int = Field(1, ge=1, le=3)


class ReplayInput(TaskInput):
    """An earlier call, what is left out of it (places of parts in its receipt), and its wording where it is changed."""

    call: UUID
    without: list[int] = Field([], max_length=600)
    system: str | None = Field(None, min_length=1, max_length=20_000)
    task: str | None = Field(None, min_length=1, max_length=20_000)


Lens = Literal["structure", "character", "stakes", "pacing", "dialogue", "prose"]
"""What a reader of a chapter may look at."""

ColdLens = Literal["people", "details", "time", "world", "telling"]
"""What two places of a text may contradict one another in."""


class CheckInput(SceneInput):
    """The scene is checked as it is when the run begins."""


class JudgePairInput(SceneInput):
    """What the scene claims is held against what is known, as both are when the run begins."""


class ChooseInput(SceneInput):
    """Two versions of a scene; which came first, and who wrote it, is not told to whoever chooses."""

    first: UUID
    second: UUID


class FeedbackInput(ChapterInput):
    """The chapter is read as it is when the run begins; no lens means all. `instruction` is the author's question."""

    lenses: list[Lens] = Field([], max_length=6)


class JudgeInput(ChapterInput):
    """The chapter is marked as it is when the run begins; no criterion means all."""

    criteria: list[Lens] = Field([], max_length=6)


class CalibrateInput(TaskInput):
    """A judge is tried on texts of which the worse one is known; the run's `model_override` names the model."""


class ColdReadInput(ChapterInput):
    """The chapter is read as it is when the run begins, by a reader who knows nothing of plan and world."""

    lenses: list[ColdLens] = Field([], max_length=5)


class RealiseInput(SceneInput):
    """The scene is compared with its card as it is when the run begins."""


class LearnInput(SceneInput):
    """The scene is read as it is when the run begins."""


class ExtractInput(SceneInput):
    """The scene is read as it is when the run begins; the plan is not shown."""


class SummariseInput(TaskInput):
    node: str = Field(max_length=120)
    children: list[str] = []


class TaskResult(BaseModel):
    """Base of all results: what a run has made. A run that made nothing has failed."""

    model_config = ConfigDict(extra="allow")

    words: int = 0
    proposals: list[str] = []
    versions: list[str] = []
    revision: int | None = None
    items: list[Any] = []

    def has_product(self) -> bool:
        """Whether anything came out that the author, or the run above, can use."""
        return bool(self.proposals or self.versions or self.items or self.revision is not None)


class OptionsResult(TaskResult):
    """`items` are the options, best first."""


class StageResult(TaskResult):
    """`stage` and its `content`, in the form that the stage asks for."""

    stage: str
    content: dict[str, Any] = {}

    def has_product(self) -> bool:
        return bool(self.content) or super().has_product()


class RoundResult(TaskResult):
    """An answer in a conversation; it stands in the round."""

    round: str

    def has_product(self) -> bool:
        return True


class LearnResult(TaskResult):
    """What a scene taught. A scene that teaches nothing new is a good answer too: `looked` says it was read."""

    looked: bool = False

    def has_product(self) -> bool:
        return self.looked or super().has_product()


class ExtractResult(TaskResult):
    """How many claims of a text stand, and how many fell for which reason."""

    claims: int = 0
    dropped: dict[str, int] = {}

    def has_product(self) -> bool:
        return True


class FixResult(TaskResult):
    """Findings that are gone, findings that are left, and how many patches were thrown away and why."""

    fixed: list[str] = []
    left: list[str] = []
    thrown_away: list[dict[str, Any]] = []

    def has_product(self) -> bool:
        return True


class ReplayResult(TaskResult):
    """The new call beside the one it repeats; `proposals` holds its prose where the first answer had a place."""

    call: str
    of: str

    def has_product(self) -> bool:
        return True


class WhatIfResult(TaskResult):
    """The branch that came of a premise; `changes` is how many places of the plan it touches."""

    branch: str
    changes: int = 0

    def has_product(self) -> bool:
        return self.changes > 0


class ReplanResult(TaskResult):
    """What was changed in the plan of later chapters; no change is a good answer too."""

    applied: list[dict[str, Any]] = []
    refused: list[dict[str, Any]] = []

    def has_product(self) -> bool:
        return True


class ChooseResult(TaskResult):
    """`winner` is a version, None for a tie; `orders` what was said in each order of the two.

    `advice`: the version that the judge prefers, also where it may not decide.
    """

    winner: str | None = None
    advice: str | None = None
    margin: int = 0
    why: str = ""
    orders: list[str] = []
    not_evaluated: list[dict[str, Any]] = []

    def has_product(self) -> bool:
        return True


class FeedbackResult(TaskResult):
    """Notes on a chapter, each with the place of its quote, and how many were dropped since theirs stands nowhere."""

    chapter: str = ""
    notes: list[dict[str, Any]] = []
    dropped: int = 0

    def has_product(self) -> bool:
        return bool(self.notes)


class JudgeResult(TaskResult):
    """Marks from 0 to 20, each with reasons that quote the chapter; `unmarked`: criteria without a proven one."""

    chapter: str = ""
    marks: list[dict[str, Any]] = []
    unmarked: list[str] = []
    dropped: int = 0
    not_evaluated: list[dict[str, Any]] = []

    def has_product(self) -> bool:
        return bool(self.marks or self.unmarked)


class CalibrateResult(TaskResult):
    """How a judge did: `figures` by kind of trial, `trusted` the kinds in which it may decide from now on.

    `too_small`: the kinds whose questions are longer than the model reads, with what it `reads` (None: its provider
    gave no number) and what the trial `needs`, in tokens.
    """

    model: str
    language: str
    figures: dict[str, dict[str, int]] = {}
    too_small: dict[str, dict[str, int | None]] = {}
    trusted: list[str] = []

    def has_product(self) -> bool:
        return bool(self.figures)


class CheckResult(TaskResult):
    """Findings by id, what was and was not evaluated, and a verdict per beat. Finding nothing is a good answer."""

    evaluated: list[str] = []
    not_evaluated: list[dict[str, Any]] = []
    verdicts: list[dict[str, Any]] = []
    dropped: int = 0

    def has_product(self) -> bool:
        return True
