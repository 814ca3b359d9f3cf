"""What a preview takes and gives: the prompt a task would read, with a reason for every part."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field

from infinite_scribe.web.schemas import WireInput, WireOutput

PreviewTask = Literal["writer.draft_scene", "director.beats", "editor.realise"]


class PreviewInput(WireInput):
    """Which task would be given to which scene. `tier` asks for a smaller prompt than the model needs."""

    task: PreviewTask = "writer.draft_scene"
    scene_id: UUID
    instruction: str | None = Field(None, max_length=4_000)
    tier: Literal["full", "compact", "tiny"] = "full"


class PreviewPart(WireOutput):
    """One part: where it stands or would stand, what it is, and why it was chosen or left out."""

    slot: str
    item: str
    kind: str
    id: str | None
    tokens: int
    reason: str
    kept: bool


class PreviewWithheld(WireOutput):
    """Something kept out on purpose; `veil`: the prompt says that it is not known, without saying what it is."""

    id: str
    reason: str
    veil: bool


class PreviewPrice(WireOutput):
    """What the input would cost with the model of the task's role; `usd` is None when no list has a price.

    `private`: private mode keeps this model from being asked.
    """

    model: str
    usd: float | None
    basis: Literal["free", "price_table", "unknown", "private"]


class Preview(WireOutput):
    """The whole briefing without a call. `missing` names what could not be asked."""

    profile: str
    tier: str
    prompt: str
    parts: list[PreviewPart]
    withheld: list[PreviewWithheld]
    missing: list[str]
    tokens_by_slot: dict[str, int]
    tokens: int
    price: PreviewPrice
