"""What the routes of the canon take and answer."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from infinite_scribe.canon.progressions import How
from infinite_scribe.canon.schemas import (
    AliasKind,
    Details,
    Document,
    EntityKind,
    FactInput,
    SheetDraft,
    SheetRead,
    ShortText,
    Visibility,
)
from infinite_scribe.structure.anchors import Anchor
from infinite_scribe.structure.resolver import MAX_TICK, MIN_TICK
from infinite_scribe.web.schemas import WireInput, WireOutput

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""A name as somebody writes it; blanks around it are not part of it."""
Finite = Annotated[float, Field(allow_inf_nan=False)]


class AnchorView(WireOutput):
    """From when or until when, with the author's words for it."""

    kind: str
    tick: int | None = None
    ref: UUID | None = None
    pid: str | None = None
    edge: str = "at"
    words: str


class SceneRef(WireOutput):
    """A scene by name."""

    id: UUID
    title: str


class EvidenceView(WireOutput):
    """A sentence a row rests on."""

    scene_id: UUID
    version: int
    pid: str
    from_: int = Field(serialization_alias="from")
    to: int
    quote: str


class ToldAt(WireOutput):
    """Where the reader is told first."""

    scene_id: UUID
    title: str


class SeenAt(ToldAt):
    """The last scene that names or shows an entry."""


class FactView(WireOutput):
    """A fact with its words, its time on three clocks and its evidence."""

    id: UUID
    subject_id: UUID | None
    subject: str
    predicate: str | None
    label: str
    text: str
    object_id: UUID | None
    value: dict[str, Any] | None
    value_text: str
    qualifier: dict[str, Any]
    polarity: bool
    valid_from: AnchorView
    valid_to: AnchorView | None
    from_scene: SceneRef | None
    until_scene: SceneRef | None
    told_at: ToldAt | None
    certainty: str
    publicity: str
    publicity_scope_id: UUID | None
    veil: str
    hidden_from_self: bool
    source: str
    status: str
    pinned: bool
    locked: bool
    because: str
    wording: str
    cause_event_id: UUID | None
    superseded_by: UUID | None
    disputed_with: UUID | None
    evidence: list[EvidenceView]
    rev_from: int


class FactValueInput(WireInput):
    """A value that is no entry: a text or choice, a figure with its unit, or a span of story time."""

    text: str | None = Field(None, max_length=2000)
    number: float | None = Field(None, allow_inf_nan=False)
    unit: str | None = Field(None, max_length=20)
    earliest: int | None = Field(None, ge=MIN_TICK, le=MAX_TICK)
    latest: int | None = Field(None, ge=MIN_TICK, le=MAX_TICK)

    @model_validator(mode="after")
    def _in_order(self) -> FactValueInput:
        if (self.earliest is None) != (self.latest is None):
            raise ValueError("a span of story time has an earliest and a latest minute")
        if self.earliest is not None and self.latest is not None and self.earliest > self.latest:
            raise ValueError("the earliest minute lies after the latest")
        return self


class FactWrite(WireInput):
    """A fact the author states. `how` says what becomes of a value that overlaps in the past."""

    subject_id: UUID | None = None
    predicate: str = Field(max_length=40)
    object_id: UUID | None = None
    value: FactValueInput | ShortText | Finite | None = None
    qualifier: Details = Field(default_factory=dict)
    polarity: bool = True
    valid_from: Anchor = Anchor(kind="always")
    valid_to: Anchor | None = None
    certainty: Literal["certain", "likely", "rumoured"] = "certain"
    publicity: Literal["public", "local", "private", "secret"] | None = None
    publicity_scope_id: UUID | None = None
    veil: str = Field("line", max_length=300)
    hidden_from_self: bool = False
    wording: str = Field("", max_length=2000)
    cause_event_id: UUID | None = None
    how: How = "progress"
    because: str = Field("", max_length=2000)

    def as_input(self) -> FactInput:
        """Return the draft the canon writes."""
        value = self.value
        if isinstance(value, str):
            value = FactValueInput(text=value)
        elif isinstance(value, int | float):
            value = FactValueInput(number=float(value))
        members = self.model_dump(mode="json", exclude={"value", "how", "valid_from", "valid_to"})
        return FactInput(
            **members,
            **({} if value is None else value.model_dump()),
            valid_from=self.valid_from.model_dump(mode="json", exclude_none=True),
            valid_to=None
            if self.valid_to is None
            else self.valid_to.model_dump(mode="json", exclude_none=True),
        )


class FactPatch(WireInput):
    """Changes of a fact. Another value is another fact: state it with `how`."""

    valid_from: Anchor | None = None
    valid_to: Anchor | None = None
    certainty: Literal["certain", "likely", "rumoured"] | None = None
    publicity: Literal["public", "local", "private", "secret"] | None = None
    publicity_scope_id: UUID | None = None
    veil: str | None = Field(None, max_length=300)
    hidden_from_self: bool | None = None
    wording: str | None = Field(None, max_length=2000)
    because: str | None = Field(None, max_length=2000)
    qualifier: Details | None = None
    pinned: bool | None = None
    locked: bool | None = None


class FactWritten(WireOutput):
    """A written fact, what it closed or replaced, and the revision that holds it."""

    fact: FactView
    changed: list[FactView]
    revision: int


class FactList(WireOutput):
    items: list[FactView]


class ChoiceView(WireOutput):
    value: str
    label: str


class PredicateView(WireOutput):
    """A row of the registry in the author's language."""

    key: str
    label: str
    domain: list[str]
    object_kinds: list[str]
    value_types: list[str]
    choices: list[ChoiceView]
    qualifiers: list[str]
    cardinality: str
    mutability: str
    severity: str
    publicity: str
    always_in_briefing: bool
    visible: bool
    symmetric: bool
    derived: bool
    terminal: list[str]
    inverses: list[str]
    hints: list[str]
    explain: str


class PredicateList(WireOutput):
    version: int
    items: list[PredicateView]


class EntryWrite(WireInput):
    """A new entry."""

    kind: EntityKind
    name: Name
    aliases: list[Name] = Field(default_factory=list, max_length=40)
    type_label: str | None = Field(None, max_length=60)
    summary: str = Field("", max_length=300)
    description: str = Field("", max_length=4000)
    importance: int = Field(2, ge=1, le=5)
    agent_visibility: Visibility = "when_mentioned"
    fields: Document = Field(default_factory=dict)
    sheet: SheetDraft | None = None


class EntryPatch(WireInput):
    """Changes of an entry; what is left out stays."""

    name: Name | None = None
    type_label: str | None = Field(None, max_length=60)
    summary: str | None = Field(None, max_length=300)
    description: str | None = Field(None, max_length=4000)
    importance: int | None = Field(None, ge=1, le=5)
    agent_visibility: Visibility | None = None
    fields: Document | None = None
    sheet: SheetDraft | None = None
    locked: bool | None = None


class AliasWrite(WireInput):
    """Another name of an entry. `ambiguous` lets two entries bear it."""

    text: Name
    kind: AliasKind = "name"
    case_sensitive: bool = True
    ambiguous: bool = False
    from_: Anchor = Field(Anchor(kind="always"), alias="from")


class AliasView(WireOutput):
    id: UUID
    text: str
    kind: str
    lang: str
    case_sensitive: bool
    ambiguous: bool
    pinyin: str | None
    initials: str | None


class Revised(WireOutput):
    """The revision that holds a change."""

    revision: int


class MergeWrite(WireInput):
    into: UUID
    preview: bool = False


class Clash(WireOutput):
    """Two facts that cannot both hold of one entry."""

    fact: FactView
    against: FactView


class Moved(WireOutput):
    facts: int
    aliases: int
    mentions: int


class MergeRead(WireOutput):
    """What merging does, or did. Clashing facts are kept as disputed."""

    preview: bool
    clashes: list[Clash]
    moved: Moved
    revision: int


class EntrySheet(WireOutput):
    id: UUID
    kind: str
    type_label: str | None
    name: str
    aliases: list[AliasView]
    summary: str
    description: str
    importance: int
    agent_visibility: str
    status: str
    fields: dict[str, Any]
    locked: bool
    merged_into: UUID | None
    rev_from: int


class BeliefView(WireOutput):
    """A row about what somebody thinks."""

    id: UUID
    knower: UUID | Literal["READER"]
    knower_name: str
    fact_id: UUID | None
    fact_text: str | None
    pattern: dict[str, Any] | None
    stance: str
    believed_text: str | None
    hides_from: Literal["nobody", "everyone"] | list[UUID]
    from_: AnchorView = Field(serialization_alias="from")
    until: AnchorView | None
    via: str
    source_entity_id: UUID | None
    evidence: list[EvidenceView]


class PartView(WireOutput):
    entity_id: UUID
    name: str
    role: str


class EventView(WireOutput):
    """An event with who took part, what caused it and what it makes."""

    id: UUID
    kind: str
    title: str
    summary: str
    from_: AnchorView = Field(serialization_alias="from")
    until: AnchorView | None
    tick: int | None
    place_id: UUID | None
    scene_id: UUID | None
    participants: list[PartView]
    caused_by: list[UUID]
    preconditions: list[dict[str, Any]]
    effects: list[dict[str, Any]]
    facts: list[UUID]
    status: str
    source: str
    locked: bool
    rev_from: int


class EventList(WireOutput):
    items: list[EventView]


class EntryDetail(WireOutput):
    """A page of the codex as of a moment."""

    entry: EntrySheet
    sheet: SheetRead | None
    facts: list[FactView]
    relations: list[FactView]
    events: list[EventView]
    beliefs: list[BeliefView]
    superseded: list[FactView]
    what_ai_sees: str
    revision: int
