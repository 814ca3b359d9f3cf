"""A finding: two sentences that cannot both hold, and why. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from infinite_scribe.canon.registry import Severity
from infinite_scribe.continuity.claims import SurfaceClaim
from infinite_scribe.continuity.passages import utf16_offset
from infinite_scribe.continuity.scene import SceneToCheck

RULES_VERSION = 1

WHY: dict[str, dict[str, str]] = {
    "T0-ATTR": {
        "en": "{name}: {label} is {canon} in the canon and {claim} here.",
        "zh": "{name}的{label}在设定中是{canon}，此处却是{claim}。",
    },
    "T0-LIFE": {
        "en": "{name} is dead at this point and yet acts or speaks here.",
        "zh": "{name}此时已死，此处却在行动或说话。",
    },
    "T0-NAME": {
        "en": "“{claim}” is not a known name and looks like {name}.",
        "zh": "“{claim}”不是已知的名字，很像{name}。",
    },
    "T0-NAME/shared": {
        "en": "{name} and {canon} both bear the name “{claim}”.",
        "zh": "{name}与{canon}都叫“{claim}”。",
    },
    "T0-KNOW": {
        "en": "{name} cannot know this at this point: {canon}",
        "zh": "{name}此时不可能知道这件事：{canon}",
    },
    "T0-REVEAL": {
        "en": "The card keeps this back, and the scene tells it: {canon}",
        "zh": "场景卡要求此处不说破，本场却写了出来：{canon}",
    },
    "T0-POV": {
        "en": "The scene is told from {canon}, and yet tells what {name} thinks or feels.",
        "zh": "本场是{canon}的视角，却写了{name}的内心。",
    },
    "T0-POV/person": {
        "en": "The narration changes its person here.",
        "zh": "叙述的人称在此处变了。",
    },
}


@dataclass(frozen=True)
class FoundClash:
    """A finding before it is stored. `claim` and `against` hold both sides with their quotes."""

    rule: str
    subtype: str
    severity: Severity
    certainty: str
    claim: dict[str, Any]
    against: dict[str, Any]
    why: dict[str, str]
    fingerprint: str
    story_time: int | None = None
    fixes: tuple[dict[str, Any], ...] = ()
    tier: int = 0
    confidence: float | None = None

    @property
    def blocks(self) -> bool:
        """Whether an agent's draft with this may not be offered."""
        return self.certainty == "likely" and self.severity in {Severity.BLOCKER, Severity.MAJOR}


@dataclass
class Report:
    """What a check found, what it looked at, and what it could not judge."""

    found: list[FoundClash] = field(default_factory=list)
    evaluated: list[str] = field(default_factory=list)
    not_evaluated: list[dict[str, Any]] = field(default_factory=list)

    def skip(self, rule: str, reason: str, count: int = 1) -> None:
        """Say that a rule had too little to judge by."""
        self.not_evaluated.append({"rule": rule, "reason": reason, "count": count})


def fingerprint(
    rule: str, subject: object, predicate: str, canon: object, claim: object, holder: object = ""
) -> str:
    """Return the name of a clash; no offsets in it, so that a ruling outlives edits nearby."""
    parts = [str(one) for one in (rule, subject, predicate, canon, claim, holder)]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:32]


def claim_side(scene: SceneToCheck, claim: SurfaceClaim) -> dict[str, Any]:
    """Return the claim's side of a finding, with offsets in UTF-16 code units."""
    return span_side(scene, claim.pid, claim.start, claim.end)


def span_side(scene: SceneToCheck, pid: str, start: int, end: int) -> dict[str, Any]:
    """Return a span of the scene as a side of a finding."""
    text = next(one.text for one in scene.paragraphs if one.pid == pid)
    return {
        "scene": str(scene.scene_id),
        "version": scene.version,
        "pid": pid,
        "from": utf16_offset(text, start),
        "to": utf16_offset(text, end),
        "quote": text[start:end],
    }


def why(rule: str, **members: str) -> dict[str, str]:
    """Return the sentence that says why both cannot hold, in both languages."""
    return {language: template.format(**members) for language, template in WHY[rule].items()}


def merged(found: list[FoundClash]) -> list[FoundClash]:
    """Return one finding per fingerprint, the strongest; likely ones and worse ones first."""
    best: dict[str, FoundClash] = {}
    for one in found:
        held = best.get(one.fingerprint)
        if held is None or (held.certainty == "possible" and one.certainty == "likely"):
            best[one.fingerprint] = one
    order = list(Severity)
    return sorted(best.values(), key=lambda one: (one.certainty != "likely", order.index(one.severity)))


def against_fact(fact_id: UUID, text: str, tick: int | None) -> Mapping[str, Any]:
    """Return the canon's side of a finding."""
    return {"kind": "assertion", "id": str(fact_id), "quote": text, "as_of": tick}
