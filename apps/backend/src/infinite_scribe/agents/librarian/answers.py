"""What the librarian's models answer."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class SummarySentence(BaseModel):
    """One sentence of a summary and the handles of the sentences it rests on."""

    model_config = ConfigDict(populate_by_name=True)

    text: str = Field(min_length=1, max_length=600)
    sources: list[str] = Field([], alias="from", max_length=20)


class SummaryAnswer(BaseModel):
    sentences: list[SummarySentence] = Field(min_length=1, max_length=30)
