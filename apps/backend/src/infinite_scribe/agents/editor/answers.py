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


class Patch(BaseModel):
    """One repair: `old` is copied from the passage word for word."""

    old: str = Field(min_length=1, max_length=1_500)
    new: str = Field(min_length=1, max_length=3_000)
    why: str = Field("", max_length=300)


class FixAnswer(BaseModel):
    patches: list[Patch] = Field(min_length=1, max_length=3)
