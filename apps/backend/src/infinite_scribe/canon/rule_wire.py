"""Wire types of laws of the world and of ways between places."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from infinite_scribe.canon.schemas import Category
from infinite_scribe.canon.story_wire import Mode, Pattern
from infinite_scribe.structure.anchors import Anchor
from infinite_scribe.web.schemas import WireInput, WireOutput

Example = Annotated[str, StringConstraints(max_length=600)]
Statement = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class RuleTest(WireInput):
    """The form in which code can check a law: when all of `when` hold, `forbid` must not, or `require` must."""

    when: list[Pattern] = Field(min_length=1, max_length=3)
    forbid: Pattern | None = None
    require: Pattern | None = None
    within: int | None = Field(None, ge=0, le=10_000_000)

    @model_validator(mode="after")
    def _one_of_two(self) -> RuleTest:
        if (self.forbid is None) == (self.require is None):
            raise ValueError("a test forbids or requires one thing")
        return self


class RuleException(WireInput):
    condition: str = Field(max_length=1000)
    scene: UUID | None = None
    ruling: UUID | None = None


class RuleWrite(WireInput):
    """A law of the world."""

    statement: Statement
    category: Category = "custom"
    scope_kind: Literal["world", "place", "faction", "item", "character"] = "world"
    scope_id: UUID | None = None
    hardness: Literal["hard", "soft"] = "hard"
    cost: str = Field("", max_length=2000)
    limits: str = Field("", max_length=2000)
    examples: list[Example] = Field(default_factory=list, max_length=5)
    exceptions: list[RuleException] = Field(default_factory=list, max_length=20)
    test: RuleTest | None = None


class RulePatch(WireInput):
    """Changes of a law; what is left out stays."""

    statement: Statement | None = None
    category: Category | None = None
    hardness: Literal["hard", "soft"] | None = None
    scope_kind: Literal["world", "place", "faction", "item", "character"] | None = None
    scope_id: UUID | None = None
    cost: str | None = Field(None, max_length=2000)
    limits: str | None = Field(None, max_length=2000)
    examples: list[Example] | None = Field(None, max_length=5)
    exceptions: list[RuleException] | None = Field(None, max_length=20)
    test: RuleTest | None = None
    locked: bool | None = None


class RuleView(WireOutput):
    id: UUID
    statement: str
    category: str
    hardness: str
    scope_kind: str
    scope_id: UUID | None
    cost: str
    limits: str
    examples: list[str]
    exceptions: list[dict[str, Any]]
    test: dict[str, Any] | None
    status: str
    locked: bool
    rev_from: int


class RuleList(WireOutput):
    items: list[RuleView]


class RuleWritten(WireOutput):
    rule: RuleView
    revision: int


class Need(WireInput):
    """What a traveller must have: an ability (`can_do`), or an item in hand."""

    kind: Literal["ability", "item"]
    text: str | None = Field(None, max_length=200)
    entity_id: UUID | None = None

    @model_validator(mode="after")
    def _says_what(self) -> Need:
        if not self.text and self.entity_id is None:
            raise ValueError("a need names an ability or an item")
        return self


class RouteWrite(WireInput):
    """A way between two places; `min_ticks` is the least time in minutes."""

    a: UUID
    b: UUID
    mode: Mode = "walk"
    min_ticks: int = Field(ge=0, le=100_000_000)
    both_ways: bool = True
    from_: Anchor = Field(Anchor(kind="always"), alias="from")
    until: Anchor | None = None
    needs: list[Need] = Field(default_factory=list, max_length=5)
    note: str = Field("", max_length=300)


class RoutePatch(WireInput):
    """Changes of a way; what is left out stays."""

    mode: Mode | None = None
    min_ticks: int | None = Field(None, ge=0, le=100_000_000)
    both_ways: bool | None = None
    from_: Anchor | None = Field(None, alias="from")
    until: Anchor | None = None
    needs: list[Need] | None = Field(None, max_length=5)
    note: str | None = Field(None, max_length=300)
    locked: bool | None = None


class RouteView(WireOutput):
    id: UUID
    a: UUID
    b: UUID
    mode: str
    min_ticks: int
    both_ways: bool
    needs: list[dict[str, Any]]
    note: str
    locked: bool
    rev_from: int


class RouteList(WireOutput):
    items: list[RouteView]


class RouteWritten(WireOutput):
    route: RouteView
    revision: int


class TravelRead(WireOutput):
    """The least time from one place to another; `reason` says why there is none."""

    min_ticks: int | None
    path: list[UUID]
    reason: str | None
