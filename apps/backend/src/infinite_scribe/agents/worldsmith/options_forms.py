"""The form of one option per stage, with the scores that the agent may give as its opinion."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field, create_model

from infinite_scribe.agents.worldsmith.answers import (
    Line,
    PlaceLine,
    PlotLine,
    RuleLine,
    SeedContent,
    Tension,
    Word,
)
from infinite_scribe.agents.worldsmith.parts import CastShort, StyleLines, Term


class Opinion(BaseModel):
    name: Word
    value: float = Field(ge=0, le=10)


class ThemeBody(BaseModel):
    statement: Line
    question: Line
    emotions: list[Word] = Field(min_length=2, max_length=5)
    tension: Tension


class WorldBody(BaseModel):
    places: list[PlaceLine] = Field(min_length=3, max_length=6)
    rules: list[RuleLine] = Field(min_length=3, max_length=6)


class CharactersBody(BaseModel):
    cast: list[CastShort] = Field(min_length=4, max_length=6)


class PlotBody(BaseModel):
    template: Word
    ending: Line
    lines: list[PlotLine] = Field(min_length=3, max_length=40)
    beats: list[Line] = Field([], max_length=8)


class DetailsBody(BaseModel):
    style: StyleLines
    glossary: list[Term] = Field([], max_length=12)


BODIES: dict[str, type[BaseModel]] = {
    "seed": SeedContent,
    "theme": ThemeBody,
    "world": WorldBody,
    "characters": CharactersBody,
    "plot": PlotBody,
    "details": DetailsBody,
}
OPINIONS: dict[str, tuple[str, ...]] = {
    "seed": ("novelty", "extensibility"),
    "theme": ("depth", "tension"),
    "world": ("coherence", "freshness", "story_use"),
    "characters": ("depth", "contrast", "conflict"),
    "plot": ("causality", "escalation", "surprise"),
    "details": ("sound",),
}
"""What the agent may give from 0 to 10; fit and distinctness are found by code."""
TOKENS = {"seed": 300, "theme": 300, "world": 900, "characters": 900, "plot": 1_300, "details": 700}


def _option(stage: str, body: type[BaseModel]) -> type[BaseModel]:
    members: dict[str, Any] = {
        "title": (Word, ...),
        "body": (body, ...),
        "gains": (Line, ...),
        "costs": (Line, ...),
        "scores": (list[Opinion], Field([], max_length=4)),
    }
    return create_model(f"{stage.title()}Option", **members)


OPTION: dict[str, type[BaseModel]] = {stage: _option(stage, body) for stage, body in BODIES.items()}


def opinions(stage: str, given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the agent's scores that the stage asks for; others are left out."""
    return [
        {"name": one["name"], "value": round(float(one["value"]), 1), "basis": "model"}
        for one in given
        if one["name"] in OPINIONS[stage]
    ]
