"""What the editor's models answer."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class BeatVerdict(BaseModel):
    beat: str = Field(pattern=r"^B\d{1,3}$")
    verdict: Literal["met", "missing", "contradicted", "unverified"]
    quote: str = Field("", max_length=600)


class RealiseAnswer(BaseModel):
    verdicts: list[BeatVerdict] = Field(min_length=1, max_length=20)
