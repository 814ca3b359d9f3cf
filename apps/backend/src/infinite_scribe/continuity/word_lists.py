"""What a language must offer so that surface claims can be read out of a scene."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Word lists of one language. Verbs stand in every form in which narration uses them."""

    language: str
    speech_verbs: frozenset[str]
    action_verbs: frozenset[str]
    not_actions: frozenset[str]
    interior_verbs: frozenset[str]
    inference_markers: tuple[str, ...]
    hypothetical: tuple[str, ...]
    figurative: tuple[str, ...]
    remembered: tuple[str, ...]
    dreamed: tuple[str, ...]
    records: tuple[str, ...]
    lights: tuple[str, ...]
    disguises: tuple[str, ...]
    ordinary_capitals: frozenset[str]
