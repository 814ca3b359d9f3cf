"""What the canon takes and gives: drafts, reads and wire types."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, AliasChoices, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import to_json

from infinite_scribe.canon.rules import FactValue
from infinite_scribe.web.schemas import WireOutput

EntityKind = Literal["character", "place", "faction", "item", "creature", "concept"]
Visibility = Literal["always", "when_mentioned", "never", "private_note"]
Source = Literal["author", "bible", "plan", "prose", "import", "ruling"]
Category = Literal["magic", "physics", "technology", "law", "custom", "religion", "economy"]
Role = Literal[
    "protagonist",
    "antagonist",
    "deuteragonist",
    "mentor",
    "ally",
    "foil",
    "love_interest",
    "narrator",
    "minor",
]
AliasKind = Literal[
    "name", "given_name", "family_name", "title", "nickname", "epithet", "code_name", "disguise"
]
MOST_BYTES = 20_000


def _is_small(given: dict[str, Any]) -> dict[str, Any]:
    if len(to_json(given)) > MOST_BYTES:
        raise ValueError(f"at most {MOST_BYTES} bytes")
    return given


Document = Annotated[dict[str, Any], Field(max_length=60), AfterValidator(_is_small)]
"""Members of the author's own making, of a bounded size."""
Details = Annotated[dict[str, Any], Field(max_length=6), AfterValidator(_is_small)]
"""What belongs to the value of a fact."""
Words = Annotated[str, StringConstraints(max_length=8000)]
ShortText = Annotated[str, StringConstraints(max_length=2000)]
ALWAYS: dict[str, Any] = {"kind": "always"}


class Draft(BaseModel):
    """A part of the world about to be written."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class EntityDraft(Draft):
    """An entry. The first alias is its name."""

    kind: EntityKind
    name: str = Field(min_length=1, max_length=200)
    summary: str = Field("", max_length=300)
    description: str = Field("", max_length=4000)
    aliases: list[str] = Field(default_factory=list, max_length=40)
    importance: int = Field(2, ge=1, le=5)
    agent_visibility: Visibility = "when_mentioned"
    type_label: str | None = Field(None, max_length=60)
    fields: dict[str, Any] = Field(default_factory=dict)
    source: Source = "author"
    ordinal: int = 0


class SheetDraft(Draft):
    """What drives a character."""

    role: Role = "minor"
    want: Words = ""
    need: Words = ""
    false_belief: Words = ""
    fear: Words = ""
    wound: Words = ""
    obstacle: Words = ""
    turning_point: Words = ""
    arc_from: Words = ""
    arc_to: Words = ""
    appearance: Words = ""
    personality: Words = ""
    background: Words = ""
    motivation: Words = ""
    trade: str = Field("", max_length=120)
    goals: list[Words] = Field(default_factory=list, max_length=40)
    pronouns: str = Field("", max_length=40)


class FactInput(Draft):
    """A fact. Exactly one of `object_id`, `text`, `number` or `earliest`/`latest` says its value."""

    subject_id: UUID | None
    predicate: str
    object_id: UUID | None = None
    text: str | None = Field(None, max_length=2000)
    number: float | None = None
    unit: str | None = None
    earliest: int | None = None
    latest: int | None = None
    qualifier: dict[str, Any] = Field(default_factory=dict)
    polarity: bool = True
    valid_from: dict[str, Any] = Field(default_factory=lambda: dict(ALWAYS))
    valid_to: dict[str, Any] | None = None
    certainty: Literal["certain", "likely", "rumoured"] = "certain"
    publicity: Literal["public", "local", "private", "secret"] | None = None
    veil: str = Field("line", max_length=300)
    hidden_from_self: bool = False
    publicity_scope_id: UUID | None = None
    cause_event_id: UUID | None = None
    because: str = Field("", max_length=2000)
    source: Source = "author"
    wording: str = Field("", max_length=2000)

    def value(self) -> FactValue:
        """Return what the fact says."""
        instant = None
        if self.earliest is not None and self.latest is not None:
            instant = (self.earliest, self.latest)
        return FactValue(self.object_id, self.text, self.number, self.unit, instant)


class EvidenceDraft(BaseModel):
    """The sentence a row rests on; offsets are UTF-16 code units inside the paragraph."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    scene: UUID = Field(validation_alias=AliasChoices("scene", "scene_id"))
    version: int = 0
    pid: str = Field(max_length=20)
    from_: int = Field(0, ge=0, validation_alias=AliasChoices("from", "from_"))
    to: int = Field(0, ge=0)
    quote: str = Field(max_length=4000)


class RuleDraft(Draft):
    """A law of the world."""

    statement: str = Field(min_length=1, max_length=2000)
    category: Category = "custom"
    hardness: Literal["hard", "soft"] = "hard"
    scope_kind: Literal["world", "place", "faction", "item", "character"] = "world"
    scope_id: UUID | None = None
    cost: str = ""
    limits: str = ""
    examples: list[str] = Field(default_factory=list, max_length=5)
    source: Source = "author"
    ordinal: int = 0


class RulingDraft(Draft):
    """A decision of the author about a finding."""

    fingerprint: str = Field(max_length=64)
    kind: Literal[
        "lie", "unreliable_narrator", "mistake", "dream_or_vision", "magic", "retcon", "false_alarm"
    ]
    scope: Literal["pair", "scene", "character", "book"] = "pair"
    scope_id: UUID | None = None
    note: str = ""
    subject: str = ""


class AliasRead(WireOutput):
    """A name of an entry."""

    text: str
    kind: str
    lang: str
    case_sensitive: bool
    ambiguous: bool


class SheetRead(WireOutput):
    """The sheet of a character."""

    role: str
    want: str
    need: str
    false_belief: str
    fear: str
    wound: str
    obstacle: str
    turning_point: str
    arc_from: str
    arc_to: str
    appearance: str
    personality: str
    background: str
    motivation: str
    trade: str
    goals: list[str]
    pronouns: str


class EntityRead(WireOutput):
    """An entry with its names and, for a character, its sheet."""

    id: UUID
    kind: str
    type_label: str | None
    name: str
    summary: str
    description: str
    importance: int
    agent_visibility: str
    status: str
    fields: dict[str, Any]
    ordinal: int
    locked: bool
    rev_from: int
    aliases: list[AliasRead]
    sheet: SheetRead | None = None


class FactRead(WireOutput):
    """A live fact with its resolved time (ticks of one minute; None: for ever)."""

    id: UUID
    subject_id: UUID | None
    predicate: str | None
    object_id: UUID | None
    value: dict[str, Any] | None
    qualifier: dict[str, Any]
    polarity: bool
    from_tick: int | None
    from_block: int | None
    to_tick: int | None
    certainty: str
    certainty_of_time: str | None
    publicity: str
    publicity_scope_id: UUID | None
    veil: str
    hidden_from_self: bool
    source: str
    status: str
    wording: str
    valid_from: dict[str, Any]
    rev_from: int

    def fact_value(self) -> FactValue:
        """Return what the fact says."""
        return FactValue.of(self.object_id, self.value)


class RuleRead(WireOutput):
    """A law of the world."""

    id: UUID
    statement: str
    category: str
    hardness: str
    scope_kind: str
    scope_id: UUID | None
    cost: str
    limits: str
    ordinal: int
    rev_from: int


class RulingRead(WireOutput):
    """A ruling that still holds."""

    id: UUID
    fingerprint: str
    kind: str
    scope: str
    scope_id: UUID | None
    note: str
    subject: str


class CanonItemRead(WireOutput):
    """A suggestion for the world."""

    id: UUID
    kind: str
    payload: dict[str, Any]
    evidence: list[dict[str, Any]]
    clash: list[dict[str, Any]]
    status: str
    decided_by: str | None
    decided_at: datetime | None
    undone_by: int | None
    scene_id: UUID | None
    run_id: UUID | None
    result_id: UUID | None
    created_at: datetime

    @property
    def is_dispute(self) -> bool:
        """Whether the fact stands in the canon already, undecided between two."""
        return self.kind == "fact" and self.status == "open" and self.result_id is not None


class EntryRead(BaseModel):
    """An entry of the codex, as the web app lists it."""

    id: UUID
    kind: str
    name: str
    aliases: list[str]
    summary: str
    importance: int
    fields: dict[str, Any]
