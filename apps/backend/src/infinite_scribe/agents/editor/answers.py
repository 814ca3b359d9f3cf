"""What the editor's models answer."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, Field

from infinite_scribe.runs.schemas.inputs import Lens

NOTES = ("strong", "weak", "question")
LENSES = get_args(Lens)
VERDICTS = ("contradicts", "entails", "neutral", "changed_with_cause")
SUBTYPES = (
    "absolute_time", "duration", "simultaneity", "effect_without_cause", "broken_causality", "dropped_element",
    "memory", "knowledge", "ability_shift", "ability_forgotten", "world_rule", "social_norm", "geography",
    "appearance", "naming", "quantity", "viewpoint", "tone", "style_shift", "life", "custody",
)  # fmt: skip
MOST_NOTES = 12
HIGHEST_MARK = 20
MOST_SUSPICIONS = 12


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


def _text(value: Any) -> Any:
    return "" if value is None else str(value) if isinstance(value, int | float) else value


def _at_most(count: int) -> BeforeValidator:
    """Leave out what is too much instead of refusing all of it."""
    return BeforeValidator(lambda value: value[:count] if isinstance(value, list) else value)


Text = Annotated[str, BeforeValidator(_text)]


class Note(BaseModel):
    """A remark on a chapter, or a question to the author, with words of the text that show it."""

    kind: Text = Field("", json_schema_extra={"enum": list(NOTES)})
    lens: Text = Field("", json_schema_extra={"enum": list(LENSES)})
    text: Text = ""
    quote: Text = Field("", description="words copied from the text")


class FeedbackAnswer(BaseModel):
    notes: Annotated[list[Note], _at_most(MOST_NOTES)] = Field(max_length=MOST_NOTES)


class Mark(BaseModel):
    """How far a chapter does what one criterion asks of it, from 0 to 20, with words of the chapter that show it."""

    criterion: Text = Field("", json_schema_extra={"enum": list(LENSES)})
    score: int = Field(ge=0, le=HIGHEST_MARK)
    why: Text = ""
    quote: Text = Field("", description="words copied from the text")


class JudgeAnswer(BaseModel):
    marks: Annotated[list[Mark], _at_most(len(LENSES))] = Field(max_length=len(LENSES))


class Suspicion(BaseModel):
    """Two places of a text that cannot both be as they stand."""

    subtype: Text = Field("", json_schema_extra={"enum": list(SUBTYPES)})
    quote_a: Text = ""
    quote_b: Text = ""
    why: Text = ""


class ColdReadAnswer(BaseModel):
    suspicions: Annotated[list[Suspicion], _at_most(MOST_SUSPICIONS)] = Field(max_length=MOST_SUSPICIONS)


class PairVerdict(BaseModel):
    """Whether two sentences can both be true; `cause` names what happened between them where they differ by it."""

    pair: Text = Field("", pattern=r"^Q\d{1,2}$")
    verdict: Text = Field("", json_schema_extra={"enum": list(VERDICTS)})
    span_a: Text = ""
    span_b: Text = ""
    cause: Text = ""
    why: Text = ""


class PairsAnswer(BaseModel):
    verdicts: Annotated[list[PairVerdict], _at_most(12)] = Field(min_length=1, max_length=12)


class Pick(BaseModel):
    """Which of two drafts does its scene better. `margin`: by how much, 1 to 5."""

    winner: Literal["a", "b", "tie"]
    margin: int = Field(1, ge=1, le=5)
    why: Text = ""
