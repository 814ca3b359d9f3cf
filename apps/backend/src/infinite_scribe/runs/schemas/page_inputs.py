"""What the writer's tools of the page are given: a caret, a passage, beats, and what is wanted there."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from infinite_scribe.runs.schemas.inputs import Place, SceneInput, TextAnchor


class CaretAnchor(BaseModel):
    """A place between two characters of a scene, with what stands around it."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    start: Place = Field(alias="from")
    end: Place = Field(alias="to")
    quote: Literal[""] = ""
    quote_hash: str = Field("", max_length=40)
    prefix: str = Field("", max_length=400)
    suffix: str = Field("", max_length=400)


Length = Literal["sentence", "paragraph", "page", "beat"]
"""How far a continuation goes; `page` is about 300 words, `beat` to the end of the beat at the caret."""


class ContinueInput(SceneInput):
    """`anchor` is the caret."""

    anchor: CaretAnchor
    length: Length = "paragraph"
    variants: int = Field(1, ge=1, le=3)


class ResizeInput(SceneInput):
    """A passage at `words` words (字 in Chinese), with what it says kept."""

    anchor: TextAnchor
    words: int = Field(ge=5, le=5_000)
    variants: int = Field(1, ge=1, le=3)


Sense = Literal["sight", "sound", "smell", "touch", "taste", "metaphor", "inner"]


class DescribeInput(SceneInput):
    """Something in the text, and by which senses it is to be described."""

    anchor: TextAnchor
    senses: list[Sense] = Field(min_length=1, max_length=7)


class DialogueInput(SceneInput):
    """A passage whose speech is to be worked over; `cast`: whose, all who speak in it when empty."""

    anchor: TextAnchor
    cast: list[UUID] = Field([], max_length=8)
    variants: int = Field(1, ge=1, le=3)


class WriteBeatsInput(SceneInput):
    """Beats of a scene to be written, by id; all that tell nothing yet when empty."""

    beats: list[str] = Field([], max_length=12)
