"""Prompts on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from infinite_scribe.calls.schemas import ReceiptPart, ReceiptWithheld
from infinite_scribe.prompts.rules import Source
from infinite_scribe.web.schemas import WireInput, WireOutput

LONGEST = 20_000
"""Characters of one of the two texts of a prompt."""

Language = Literal["en", "zh"]
PlaceKind = Literal["scene", "chapter", "book"]
"""What a prompt can be shown for without an earlier call; `book`: nothing has to be picked."""


class PromptText(WireOutput):
    """A wording: who the agent is (`system`) and what it is asked (`task`)."""

    version: str
    system: str
    task: str


class PromptBrief(WireOutput):
    """One prompt in the list. `source` says whose wording agents are given; `number` rises with each saved wording.

    `has_moved`: the shipped wording changed since the own one was written. `is_unusable`: its variables did too, so
    that agents are given the shipped one until the own one is written anew.
    """

    name: str
    agent: str
    key: str
    language: Language
    variables: list[str]
    source: Source
    version: str
    has_moved: bool
    is_unusable: bool
    changed_at: datetime | None
    place: PlaceKind | None


class PromptOverrideRead(PromptText):
    """An own wording in force, and the shipped one it was written over."""

    number: int
    base: PromptText
    has_moved: bool
    is_unusable: bool
    at: datetime


class PromptRead(PromptBrief):
    """A prompt with every wording of it that counts: the novel's before the user's before the shipped one."""

    shipped: PromptText
    mine: PromptOverrideRead | None
    novel: PromptOverrideRead | None


class FixedTextRead(WireOutput):
    """A text that is sent besides the prompts and cannot be worded anew, since code reads the answers by it."""

    name: str
    language: Language
    text: str


class PromptList(WireOutput):
    items: list[PromptBrief]
    fixed: list[FixedTextRead]


class PromptVersion(PromptText):
    """One saved wording of the history; `is_live`: it is in force."""

    number: int
    is_live: bool
    at: datetime


class PromptVersionList(WireOutput):
    items: list[PromptVersion]


class PromptWrite(WireInput):
    """A wording to be put in force. `replaces` is the version it was written over; null: there was none."""

    system: str = Field(min_length=1, max_length=LONGEST)
    task: str = Field(min_length=1, max_length=LONGEST)
    replaces: str | None = Field(None, max_length=40)


class WordingDraft(WireInput):
    """A wording that was not saved."""

    system: str = Field(min_length=1, max_length=LONGEST)
    task: str = Field(min_length=1, max_length=LONGEST)


class PromptPreviewAsk(WireInput):
    """Where the values come from: a scene, a chapter, the book (none of them), or an earlier call of this prompt.

    `draft` is shown instead of the wording in force.
    """

    scene_id: UUID | None = None
    chapter_id: UUID | None = None
    call_id: UUID | None = None
    draft: WordingDraft | None = None


class SaidMessage(WireOutput):
    role: str
    text: str


class PromptPrice(WireOutput):
    """What the input would cost with the model of the prompt's role; `usd` is None when no list has a price.

    `private`: private mode keeps this model from being asked.
    """

    model: str
    usd: float | None
    basis: Literal["free", "price_table", "unknown", "private"]


class PromptPreview(WireOutput):
    """Exactly what would be sent. `tokens` counts the messages and the form of a typed answer."""

    messages: list[SaidMessage]
    parts: list[ReceiptPart]
    withheld: list[ReceiptWithheld]
    missing: list[str]
    tokens: int
    price: PromptPrice


class PromptCall(WireOutput):
    """An earlier call of this prompt in this novel."""

    call_id: UUID
    task: str
    model: str
    at: datetime


class PromptCallList(WireOutput):
    items: list[PromptCall]


class RehearsalAsk(WireInput):
    """What the gateway asks an agent to rehearse: a task up to its first question, which must be this prompt's."""

    prompt: str = Field(max_length=120)
    task: str = Field(max_length=80)
    input: dict[str, Any] = Field(default_factory=dict)
    wording: WordingDraft | None = None


class RehearsalRead(WireOutput):
    """The question a task would ask, and the manifest of its briefing."""

    messages: list[SaidMessage]
    places: list[dict[str, Any]]
    manifest: dict[str, Any]
    role: str
    form: dict[str, Any] | None
    version: str
    max_tokens: int
