"""What models doubt: pairs of sentences picked by code for a judge, and two places of a text that a reader stumbled on.

Pure. A model is a noisy instrument: what it says is `possible`, and more only where it was tried on known contradictions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infinite_scribe.canon.predicate import Mutability, Severity
from infinite_scribe.canon.registry import find
from infinite_scribe.canon.rules import Verdict, compare
from infinite_scribe.continuity.findings import FoundClash, against_fact, fingerprint
from infinite_scribe.continuity.passages import Modality
from infinite_scribe.continuity.quotes import folded
from infinite_scribe.continuity.reconciling import Said
from infinite_scribe.continuity.scene import Held, SceneToCheck

PAIR, READ = "T1-PAIR", "T2-READ"
MOST_PAIRS, MOST_OF_ONE = 24, 3
ATTRIBUTES = frozenset({"eye_colour", "hair_colour", "height_cm", "handedness", "mark"})
"""What rules compare by themselves as far as it can be compared."""
_SUBTYPES = {
    "life_state": "life", "held_by": "custody", "located_at": "geography", "resides_at": "geography",
    "origin": "geography", "age_years": "absolute_time", "can_do": "ability_shift", "cannot_do": "ability_shift",
    "quantity": "quantity", "real_name": "naming",
}  # fmt: skip
GRAVE = frozenset(
    {
        "life",
        "custody",
        "world_rule",
        "absolute_time",
        "memory",
        "knowledge",
        "effect_without_cause",
        "simultaneity",
    }
)


@dataclass(frozen=True)
class Pair:
    """A sentence of the text and a fact that may not both be true."""

    handle: str
    said: Said
    fact: Held
    fact_text: str


def pairs(scene: SceneToCheck, claims: Sequence[Said]) -> list[Pair]:
    """Return what code cannot decide of a scene's claims, gravest first: `Q1`, `Q2` and so on."""
    found: list[tuple[int, int, Said, Held]] = []
    order = list(Severity)
    for number, said in enumerate(claims):
        if said.modality != Modality.NARRATED:
            continue
        for held in _held(scene, said):
            predicate = find(held.predicate)
            assert predicate is not None
            found.append((order.index(predicate.severity), number, said, held))
    found.sort(key=lambda one: (one[0], one[1], str(one[3].id)))
    made: list[Pair] = []
    seen: set[tuple[str, Any]] = set()
    for _, _, said, held in found:
        if (said.quote, held.id) not in seen and len(made) < MOST_PAIRS:
            seen.add((said.quote, held.id))
            entity = scene.entity(held.subject_id)
            named = entity is not None and entity.name not in held.text
            text = f"{entity.name}: {held.text}" if entity is not None and named else held.text
            made.append(Pair(f"Q{len(made) + 1}", said, held, text))
    return made


def _held(scene: SceneToCheck, said: Said) -> Iterable[Held]:
    """The facts that a claim may contradict and that no rule compares with it."""
    if said.predicate is None:
        words = {one for one in said.quote.casefold().split() if len(one) > 3}
        near = [
            (len(words & set(one.text.casefold().split())) or _shared_signs(said.quote, one.text), one)
            for one in scene.facts
            if one.subject_id == said.subject_id
        ]
        ranked = sorted((pair for pair in near if pair[0]), key=lambda pair: (-pair[0], str(pair[1].id)))
        return [one for _, one in ranked[:MOST_OF_ONE]]
    predicate = find(said.predicate)
    if predicate is None or said.value is None:
        return []
    changes = said.kind in {"change", "event"} and predicate.mutability is Mutability.MUTABLE
    if changes and not predicate.terminal:
        return []
    held = [one for one in scene.facts_of(said.subject_id, said.predicate) if one.polarity]
    verdicts = [compare(predicate, one.value, said.value) for one in held]
    if not said.holds:
        return [one for one, verdict in zip(held, verdicts, strict=True) if verdict is Verdict.AGREE][
            :MOST_OF_ONE
        ]
    if Verdict.AGREE in verdicts:
        return []
    doubtful = {Verdict.UNDECIDED} if predicate.key in ATTRIBUTES else {Verdict.UNDECIDED, Verdict.CLASH}
    if not predicate.is_single_valued and not predicate.is_fixed:
        doubtful = {Verdict.UNDECIDED}
    return [one for one, verdict in zip(held, verdicts, strict=True) if verdict in doubtful][:MOST_OF_ONE]


def _shared_signs(one: str, other: str) -> int:
    """How many pairs of Chinese signs two texts share."""
    signs = {one[at : at + 2] for at in range(len(one) - 1) if "\u3400" <= one[at] <= "\u9fff"}
    return sum(other[at : at + 2] in signs for at in range(len(other) - 1)) // 2


def pair_clash(
    scene: SceneToCheck, pair: Pair, why: str, language: str, *, agreed: float, cause: bool
) -> FoundClash:
    """Return the finding of a pair that a judge calls contradictory, or changed without anything that changed it."""
    predicate = find(pair.fact.predicate)
    severity = (
        Severity.MINOR
        if cause or predicate is None
        else min(predicate.severity, Severity.MAJOR, key=_lighter)
    )
    said = pair.said
    claim = {
        "scene": str(scene.scene_id), "version": scene.version, "pid": said.pid, "from": said.start, "to": said.end,
        "quote": said.quote, "subject": str(said.subject_id),
    }  # fmt: skip
    subtype = "broken_causality" if cause else _SUBTYPES.get(pair.fact.predicate, "memory")
    fix = "add_transition" if cause else "patch_text"
    return FoundClash(
        PAIR, subtype, severity, "possible", claim, dict(against_fact(pair.fact.id, pair.fact_text, scene.tick)),
        {language: why}, fingerprint(PAIR, said.subject_id, pair.fact.predicate, pair.fact_text, folded(said.quote)[0]),
        scene.tick, ({"kind": fix},), tier=1, confidence=round(agreed, 2),
    )  # fmt: skip


def _lighter(one: Severity) -> int:
    return -list(Severity).index(one)


def read_clash(
    first: Mapping[str, Any], second: Mapping[str, Any], subtype: str, why: str, language: str
) -> FoundClash:
    """Return the finding of two places of a text that a reader finds at odds; `second` stands later."""
    severity = Severity.MAJOR if subtype in GRAVE else Severity.MINOR
    mark = fingerprint(READ, subtype, "", folded(str(first["quote"]))[0], folded(str(second["quote"]))[0])
    return FoundClash(
        READ, subtype, severity, "possible", dict(second), {"kind": "text", **first}, {language: why}, mark,
        fixes=({"kind": "patch_text"},), tier=2,
    )  # fmt: skip
