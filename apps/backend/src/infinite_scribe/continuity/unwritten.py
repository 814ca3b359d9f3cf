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


def left_clash(scene_id: UUID, version: int, why: str) -> FoundClash:
    """Return the finding of a scene that was left unwritten."""
    return FoundClash(
        rule=LEFT, subtype="unwritten", severity=Severity.MINOR, certainty="likely",
        claim={"scene": str(scene_id), "version": version, "pid": "", "from": 0, "to": 0, "quote": ""},
        against={"kind": "card", "id": str(scene_id), "quote": ""},
        why={language: text.format(why=why) for language, text in _WHY.items()},
        fingerprint=fingerprint(LEFT, scene_id, "", "", ""),
    )  # fmt: skip
