"""Wire types of providers, models, roles and caps."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, JsonValue, SecretStr, StringConstraints

from infinite_scribe.model_client.schemas import ProbeCheck
from infinite_scribe.providers.judging import Trial
from infinite_scribe.providers.rules import Kind, Period, Role, ScopeKind
from infinite_scribe.web.schemas import WireInput, WireOutput

Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
ModelName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Url = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]


class ProviderCreate(WireInput):
    """A new provider. Hosted kinds have their own address, but may be reached through a gateway that speaks like them.

    `base_url` keeps its path exactly as typed.
    """

    kind: Kind
    label: Label | None = None
    base_url: Url | None = None
    models: list[ModelName] = Field(default=[], max_length=500)


class ProviderUpdate(WireInput):
    label: Label | None = None
    enabled: bool | None = None
    models: list[ModelName] | None = Field(default=None, max_length=500)


class ProviderRead(WireOutput):
    id: UUID
    kind: Kind
    label: str
    base_url: str
    local: bool
    enabled: bool
    has_key: bool
    key_last4: str | None
    models: list[str]


class ProviderList(WireOutput):
    items: list[ProviderRead]


class KeyWrite(WireInput):
    key: SecretStr = Field(min_length=1, max_length=4096)


class ProviderTest(WireInput):
    model: ModelName | None = None


class TestLine(WireOutput):
    """One line of a test: `said` with `values` names the sentence, `detail` is it in English.

    `raw` holds the provider's own words where it failed.
    """

    check: ProbeCheck
    ok: bool
    detail: str
    said: str
    values: dict[str, str | int | float] = Field(default_factory=dict)
    raw: str | None = None


class ProviderTestRead(WireOutput):
    lines: list[TestLine]
    models: list[str]


class ModelFigure(WireOutput):
    """One thing that is known about a model, and since when."""

    name: str
    value: JsonValue
    at: datetime


class ModelProfileRead(WireOutput):
    model: str
    figures: list[ModelFigure]


class ModelProfileList(WireOutput):
    items: list[ModelProfileRead]


class TooSmallRead(WireOutput):
    """A model that could not be tried: `reads` tokens is less than a trial `needs`; None: its provider only refused."""

    reads: int | None
    needs: int


class TrialRead(WireOutput):
    """Of so many pairs with a known worse side, how many were told right in both orders, and how often the order told.

    `too_small`: the model reads too little for this kind of trial, so that it was shown no pair, or not all.
    """

    pairs: int
    right: int
    flips: int
    too_small: TooSmallRead | None = None
    at: datetime | None = None


class JudgeModelRead(WireOutput):
    """A model of the editor's, how it did on pairs with a known worse side, and in which of these it may decide.

    `own`: the user may have it tried. Where it stands is told only of what is the user's own or built in.
    `at` is empty for the built-in storyteller, which is tried with each release.
    """

    endpoint_id: UUID | None
    provider_label: str | None
    model: str
    demo: bool
    own: bool
    trials: dict[Trial, TrialRead]
    trusted: list[Trial]
    at: datetime | None


class JudgesRead(WireOutput):
    """Whether the editor picks between drafts of a novel by itself. `mine`: the models of the user who asks are paid.

    `reworded`: in which kinds of trial the judge is asked in the author's own words. What it showed in other words does
    not count, and is not told.
    """

    language: str
    decides: bool
    mine: bool
    reworded: list[Trial]
    models: list[JudgeModelRead]


class PrivateModeWrite(WireInput):
    on: bool


class PrivateModeRead(WireOutput):
    """Whether models elsewhere are refused: for all books of the user, for this book, and who may switch the latter."""

    everywhere: bool
    here: bool
    may_switch_here: bool


class ModelRead(WireOutput):
    """A model that can be chosen; prices in dollars per million tokens, absent when unknown."""

    endpoint_id: UUID
    provider: Kind
    provider_label: str
    model: str
    local: bool
    demo: bool
    input_usd: float | None = None
    output_usd: float | None = None


class ModelList(WireOutput):
    items: list[ModelRead]


class RoleChoice(WireInput):
    endpoint_id: UUID
    model: ModelName


class RolesWrite(WireInput):
    """Roles that are named are replaced; an empty list gives a role back to the default."""

    roles: dict[Role, list[RoleChoice]]


class RoleChoiceRead(WireOutput):
    endpoint_id: UUID
    model: str


class RolesRead(WireOutput):
    """Every role with its models in the order they are tried.

    `chosen` names the roles the author set, `here` those set at the very place that was asked for: for this book, or
    for all of them.
    """

    roles: dict[Role, list[RoleChoiceRead]]
    chosen: list[Role]
    here: list[Role]


class BudgetRead(WireOutput):
    scope_kind: ScopeKind
    scope_id: UUID
    period: Period
    period_start: date
    cap_usd: float | None
    cap_tokens: int | None
    spent_usd: float
    spent_tokens: int
    reserved_usd: float


class BudgetList(WireOutput):
    items: list[BudgetRead]


class CapWrite(WireInput):
    """A cap of the user (day or month) or of one book (its whole life); null takes it away."""

    scope_kind: Literal["novel", "user"]
    scope_id: UUID | None = None
    period: Period
    cap_usd: float | None = Field(default=None, ge=0, le=1_000_000)
    cap_tokens: int | None = Field(default=None, ge=0, le=10**15)


class DetectedServer(WireOutput):
    """A local model server that answers on this machine."""

    provider: Literal["ollama"] = "ollama"
    base_url: str
    models: list[str]
