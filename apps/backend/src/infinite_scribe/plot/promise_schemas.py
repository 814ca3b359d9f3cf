"""What the ledger of promises takes and gives."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from infinite_scribe.plot.promises import Act
from infinite_scribe.web.schemas import WireInput, WireOutput

PromiseKind = Literal["gun", "mystery", "vow", "threat", "prophecy", "romance", "secret", "deadline", "theme"]
ActName = Literal["plant", "remind", "arm", "pay", "subvert"]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Weight = Annotated[int, Field(ge=1, le=5)]


class WindowPoint(WireInput):
    """An end of a window: a scene, a chapter, or a position in the book between 0 and 1."""

    kind: Literal["scene", "chapter", "position"]
    id: UUID | None = None
    at: float | None = Field(None, ge=0, le=1)

    @model_validator(mode="after")
    def _is_one(self) -> WindowPoint:
        if (self.kind == "position") != (self.at is not None) or (self.kind == "position") == (
            self.id is not None
        ):
            raise ValueError("a position has `at`, a scene or a chapter has `id`")
        return self

    def stored(self) -> dict[str, Any]:
        """Return the point as its column holds it."""
        return self.model_dump(mode="json", exclude_none=True)


class TriggerPattern(WireInput):
    """A fact that must hold. `s` and `o` are an entry's id, a value, or `?name` for anything."""

    s: str = Field(min_length=1, max_length=60)
    p: str = Field(min_length=1, max_length=40)
    o: str | None = Field(None, max_length=200)


class PlannedScene(WireInput):
    """What a scene is to do for the promise."""

    scene_id: UUID
    act: ActName


class PromiseDraft(WireInput):
    """A new promise."""

    kind: PromiseKind
    statement: Words
    subjects: list[UUID] = Field(default_factory=list, max_length=20)
    scenes: list[PlannedScene] = Field(default_factory=list, max_length=200)
    trigger: list[TriggerPattern] = Field(default_factory=list, max_length=3)
    earliest: WindowPoint | None = None
    latest: WindowPoint | None = None
    weight: Weight = 3
    thread_id: UUID | None = None


class PromiseUpdate(WireInput):
    """Members of a promise to change. `abandon` gives it up for the reason given; `resume` takes that back."""

    kind: PromiseKind | None = None
    statement: Words | None = None
    subjects: list[UUID] | None = Field(None, max_length=20)
    scenes: list[PlannedScene] | None = Field(None, max_length=200)
    trigger: list[TriggerPattern] | None = Field(None, max_length=3)
    earliest: WindowPoint | None = None
    latest: WindowPoint | None = None
    weight: Weight | None = None
    thread_id: UUID | None = None
    locked: bool | None = None
    abandon: Words | None = None
    resume: bool = False


class PromiseSceneRead(WireOutput):
    """A scene of a promise; `evidence` is the sentence of the accepted text that does it."""

    scene_id: UUID
    act: str
    evidence: dict[str, Any] | None


class PromiseRead(WireOutput):
    """A promise with its scenes. `earliest_at` and `latest_at` are reading indexes, null while unresolved."""

    id: UUID
    kind: str
    statement: str
    subjects: list[UUID]
    scenes: list[PromiseSceneRead]
    trigger: list[dict[str, Any]]
    earliest: dict[str, Any] | None
    latest: dict[str, Any] | None
    earliest_at: int | None
    latest_at: int | None
    weight: int
    thread_id: UUID | None
    status: str
    abandoned_because: str | None
    locked: bool
    flags: list[str]
    rev_from: int


class OpenPromise(BaseModel):
    """An open promise and how many scenes ago it was planted."""

    id: UUID
    age: int


class HealthRead(BaseModel):
    """How the promises of the book stand; `distances` counts plant to payoff in scenes."""

    distances: dict[int, int]
    at_once: bool
    open: list[OpenPromise]
    orphans: list[UUID]


class PromiseList(BaseModel):
    """The ledger."""

    items: list[PromiseRead]
    health: HealthRead


class ActRead(WireOutput):
    """What the scene has to do with one promise, and why."""

    promise_id: UUID
    act: Act
    reason: str
    statement: str
    kind: str
    weight: int
    early: bool
    overdue: int


class ActsRead(BaseModel):
    """What a scene has to do with the promises of the book."""

    scene_id: UUID
    acts: list[ActRead]


class Realised(BaseModel):
    """An act that accepted text does, with its sentence."""

    model_config = ConfigDict(frozen=True)

    promise_id: UUID
    act: ActName
    evidence: dict[str, Any]


class PlannedAct(BaseModel):
    """What the plan asks a scene to do for a promise."""

    model_config = ConfigDict(frozen=True)

    promise_id: UUID
    act: ActName
    statement: str
    subjects: list[UUID]
