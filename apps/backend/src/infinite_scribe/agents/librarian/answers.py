"""What the librarian's models answer."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from infinite_scribe.continuity.extracted import KINDS, MODALITIES

MOST_CLAIMS = 20


class SummarySentence(BaseModel):
    """One sentence of a summary and the handles of the sentences it rests on."""

    model_config = ConfigDict(populate_by_name=True)

    text: str = Field(min_length=1, max_length=600)
    sources: list[str] = Field([], alias="from", max_length=20)


class SummaryAnswer(BaseModel):
    sentences: list[SummarySentence] = Field(min_length=1, max_length=30)


def _word(value: Any) -> Any:
    return "" if value is None else str(value) if isinstance(value, int | float) else value


def _holds(value: Any) -> Any:
    """Read a polarity however it is worded; what is not denied is said."""
    if value is None:
        return True
    denied = {"false", "no", "negative", "neg", "-", "否", "不", "没有"}
    return value.strip().casefold() not in denied if isinstance(value, str) else value


def _first(value: Any) -> Any:
    return value[:MOST_CLAIMS] if isinstance(value, list) else value


Word = Annotated[str, BeforeValidator(_word)]


class ClaimDraft(BaseModel):
    """One thing the text says; a claim that does not fit is dropped by itself and takes no other with it."""

    kind: Word = Field("state", json_schema_extra={"enum": list(KINDS)})
    subject: Word = Field("", description="a handle")
    predicate: Word = Field("", description="a predicate of the list, or empty")
    value: Word = Field("", description="the value, when it is no entry")
    object: Word = Field("", description="a handle, when the value is an entry")
    polarity: Annotated[bool, BeforeValidator(_holds)] = True
    modality: Word = Field("narrated", json_schema_extra={"enum": list(MODALITIES)})
    holder: Word = Field("", description="the handle of whoever says, thinks, wrote or remembers it")
    quote: Word = Field("", description="words copied from the text")


class ExtractAnswer(BaseModel):
    claims: Annotated[list[ClaimDraft], BeforeValidator(_first)] = Field(max_length=MOST_CLAIMS)
