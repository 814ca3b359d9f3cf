"""Wire types of events, beliefs, disclosures and the matrix of knowledge."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from infinite_scribe.canon.knowledge_rows import CellState, Stance, Via
from infinite_scribe.canon.progressions import How
from infinite_scribe.canon.schemas import ShortText
from infinite_scribe.canon.wire import BeliefView, EventView, EvidenceView, FactValueInput
from infinite_scribe.structure.anchors import Anchor
from infinite_scribe.web.schemas import WireInput, WireOutput

EventKind = Literal[
    "arrival", "departure", "journey", "birth", "death", "revival", "injury", "healing", "meeting", "parting",
    "transfer", "loss", "discovery", "revelation", "deceit", "decision", "oath", "fight", "capture", "escape",
    "marriage", "transformation", "creation", "destruction", "accession", "other",
]  # fmt: skip
PartRole = Literal["agent", "patient", "witness", "instrument", "beneficiary"]
EventStatus = Literal["backstory", "planned", "realised", "cancelled"]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Mode = Literal["walk", "horse", "cart", "boat", "ship", "rail", "car", "air", "portal", "other"]


class Part(WireInput):
    entity_id: UUID
    role: PartRole = "agent"


class Pattern(WireInput):
    """Subject, predicate and object of a fact: ids, `?x`, kinds, or a value with its comparison."""

    s: str | None = Field(None, max_length=60)
    p: str = Field(max_length=60)
    o: (
        Annotated[str, StringConstraints(max_length=200)]
        | Annotated[float, Field(allow_inf_nan=False)]
        | None
    ) = None
    cmp: Literal["<", "<=", "=", "!=", ">=", ">"] | None = None
    at: Literal["scene", "before", "after"] | None = None


class Effect(WireInput):
    """A fact that the event opens or closes."""

    open: Pattern | None = None
    close: Pattern | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Effect:
        if (self.open is None) == (self.close is None):
            raise ValueError("an effect opens or closes a fact")
        return self


class EventWrite(WireInput):
    """An event. Effects that its kind has by itself are added from who took part.

    `how` says what becomes of values that overlap with what it makes; without it they are split where they may be.
    """

    kind: EventKind = "other"
    title: Title
    summary: str = Field("", max_length=4000)
    from_: Anchor = Field(Anchor(kind="unknown"), alias="from")
    until: Anchor | None = None
    place_id: UUID | None = None
    scene_id: UUID | None = None
    participants: list[Part] = Field(default_factory=list, max_length=100)
    caused_by: list[UUID] = Field(default_factory=list, max_length=20)
    preconditions: list[Pattern] = Field(default_factory=list, max_length=10)
    effects: list[Effect] = Field(default_factory=list, max_length=20)
    status: EventStatus = "backstory"
    how: How | None = None


class EventPatch(WireInput):
    """Changes of an event; what is left out stays."""

    kind: EventKind | None = None
    title: Title | None = None
    summary: str | None = Field(None, max_length=4000)
    from_: Anchor | None = Field(None, alias="from")
    until: Anchor | None = None
    place_id: UUID | None = None
    scene_id: UUID | None = None
    participants: list[Part] | None = Field(None, max_length=100)
    caused_by: list[UUID] | None = Field(None, max_length=20)
    preconditions: list[Pattern] | None = Field(None, max_length=10)
    effects: list[Effect] | None = Field(None, max_length=20)
    status: EventStatus | None = None
    how: How | None = None
    locked: bool | None = None


class EventWritten(WireOutput):
    event: EventView
    revision: int


class BeliefWrite(WireInput):
    """The author's word about who knows a fact. `stance=unknown` takes explicit rows away."""

    knower: UUID | Literal["READER"]
    fact_id: UUID
    stance: Stance | Literal["unknown"]
    believed_value: FactValueInput | UUID | ShortText | None = Field(None, union_mode="left_to_right")
    hides_from: Literal["nobody", "everyone"] | Annotated[list[UUID], Field(max_length=200)] = "nobody"
    from_: Anchor = Field(Anchor(kind="always"), alias="from")
    until: Anchor | None = None
    via: Via = "author"
    source_entity_id: UUID | None = None


class BeliefWritten(WireOutput):
    belief: BeliefView | None
    revision: int


class DisclosureWrite(WireInput):
    """A scene tells the reader of a fact."""

    scene_id: UUID
    fact_id: UUID
    pid: str | None = Field(None, max_length=20)
    mode: Literal["stated", "implied", "hinted", "misled"] = "stated"


class DisclosureView(WireOutput):
    id: UUID
    scene_id: UUID
    pid: str | None
    fact_id: UUID
    mode: str
    reading_index: int | None


class DisclosureWritten(WireOutput):
    disclosure: DisclosureView
    revision: int


class KnowerView(WireOutput):
    id: UUID | Literal["READER"]
    name: str


class MatrixFact(WireOutput):
    id: UUID
    text: str


class CellView(WireOutput):
    """What one knower holds about one fact. A pair without a cell is unknown."""

    fact_id: UUID
    knower: UUID | Literal["READER"]
    state: CellState
    believed: str | None
    via: str | None
    since: str | None
    scene_id: UUID | None
    belief_id: UUID | None
    evidence: list[EvidenceView]


class NotEvaluated(WireOutput):
    """A question that code could not answer, and why."""

    check: str
    reason: str


class MatrixRead(WireOutput):
    """Who knows which secret as of a moment."""

    facts: list[MatrixFact]
    knowers: list[KnowerView]
    cells: list[CellView]
    not_evaluated: list[NotEvaluated]
    revision: int


class DisclosureList(WireOutput):
    items: list[DisclosureView]
