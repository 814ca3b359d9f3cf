"""A scene that no model wrote and that its author keeps for themselves: a finding, until there is text. Pure."""

from __future__ import annotations

from uuid import UUID

from infinite_scribe.canon.registry import Severity
from infinite_scribe.continuity.findings import FoundClash, fingerprint

LEFT = "LEFT"
_WHY = {
    "en": "No model wrote this scene, and it was left for you: {why}.",
    "zh": "没有模型写成这一场，留给了你：{why}。",
}
_REASONS = {
    "refused": {"en": "the model refused", "zh": "模型拒绝了"},
    "prose": {"en": "no text came that could go on the page", "zh": "写出来的都没法用"},
    "unreachable": {"en": "the model could not be asked", "zh": "没法向模型提问"},
    "structure": {
        "en": "the model did not answer in the form that was needed",
        "zh": "模型没有按需要的格式回答",
    },
}
_OTHER = {"en": "nobody could write it", "zh": "没有谁能写"}


def left_clash(scene_id: UUID, version: int, why: str) -> FoundClash:
    """Return the finding of a scene that was left unwritten; `why` names the trouble, in no language."""
    reasons = _REASONS.get(why, _OTHER)
    return FoundClash(
        rule=LEFT, subtype="unwritten", severity=Severity.MINOR, certainty="likely",
        claim={"scene": str(scene_id), "version": version, "pid": "", "from": 0, "to": 0, "quote": ""},
        against={"kind": "card", "id": str(scene_id), "quote": ""},
        why={language: text.format(why=reasons[language]) for language, text in _WHY.items()},
        fingerprint=fingerprint(LEFT, scene_id, "", "", ""),
    )  # fmt: skip
