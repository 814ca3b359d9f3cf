"""The typed answers of the writer."""

from __future__ import annotations

from pydantic import BaseModel, Field

from infinite_scribe.runs.schemas.page_inputs import Sense


class SenseCard(BaseModel):
    """A few sentences by one sense."""

    sense: Sense
    text: str = Field(min_length=1, max_length=600)


class SenseCards(BaseModel):
    """One card for each asked sense."""

    cards: list[SenseCard] = Field(max_length=7)
