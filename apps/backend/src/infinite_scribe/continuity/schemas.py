"""Wire types of findings and of the inbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from infinite_scribe.web.schemas import WireInput, WireOutput

Intent = Literal["lie", "unreliable_narrator", "mistake", "dream_or_vision", "magic", "retcon"]


class FindingRead(WireOutput):
    """A contradiction with both sides; offsets are UTF-16 code units inside the paragraph."""

    id: UUID
    scene_id: UUID | None
    rule: str
    subtype: str
    tier: int
    severity: str
    certainty: str
    claim: dict[str, Any]
    against: dict[str, Any]
    why: dict[str, str]
    fixes: list[dict[str, Any]]
    status: str
    fingerprint: str
    created_at: datetime


class UnjudgedRule(BaseModel):
    """A rule that could not judge, and why."""

    rule: str
    reason: str
    count: int = 1


class CheckRead(BaseModel):
    """What one check found and what it could not judge. `read` says against which state."""

    scene_id: UUID
    version: int
    findings: list[FindingRead]
    evaluated: list[str]
    not_evaluated: list[UnjudgedRule]
    read: dict[str, int]


class FindingList(BaseModel):
    """Findings of a novel with what the last checks could not judge."""

    items: list[FindingRead]
    not_evaluated: list[UnjudgedRule]


class FindingResolve(WireInput):
    """Exactly one: it is meant (with the intent), it is no contradiction, or the rule is to be silent."""

    intent: Intent | None = None
    dismiss: bool = False
    mute_rule: bool = False
    note: str = Field("", max_length=1000)

    @model_validator(mode="after")
    def _one(self) -> FindingResolve:
        if sum((self.intent is not None, self.dismiss, self.mute_rule)) != 1:
            msg = "say exactly one of intent, dismiss, mute_rule"
            raise ValueError(msg)
        return self
