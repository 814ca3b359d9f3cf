"""Tier 0: the rules of code, walked over a scene's claims in text order. Pure."""

from __future__ import annotations

import re
from collections import Counter
from uuid import UUID

from infinite_scribe.canon.registry import Severity, registry
from infinite_scribe.canon.rules import FactValue, Verdict, compare
from infinite_scribe.continuity.claims import FRAMES, SurfaceClaim, surface_claims
from infinite_scribe.continuity.findings import (
    FoundClash,
    Report,
    against_fact,
    claim_side,
    fingerprint,
    merged,
    span_side,
    why,
)
from infinite_scribe.continuity.names import near_names, shared_names
from infinite_scribe.continuity.passages import Modality, sentences
from infinite_scribe.continuity.scene import Held, SceneToCheck
from infinite_scribe.continuity.words import Words, words

RULES = ("T0-NAME", "T0-LIFE", "T0-ATTR", "T0-POV")

_ON_THE_LINE = frozenset({"linear", "parallel", "flashforward"})
_SURE = frozenset({"exact", "alias"})


def check(scene: SceneToCheck) -> Report:
    """Check a scene by every rule. A rule that lacks data says so and is never counted as clean."""
    report = Report()
    spoken = words(scene.language)
    if spoken is None:
        for rule in RULES:
            report.skip(rule, "language")
        return report
    claims = surface_claims(scene, spoken)
    _life(scene, claims, report)
    _attributes(scene, claims, report)
    _viewpoint(scene, claims, spoken, report)
    _names(scene, spoken, report)
    report.found = merged(report.found)
    return report


def _certainty(claim: SurfaceClaim, fact: Held | None) -> str:
    sure = claim.grade in _SURE and (fact is None or (fact.certainty == "certain" and fact.order_known))
    return "likely" if sure else "possible"


def _life(scene: SceneToCheck, claims: list[SurfaceClaim], report: Report) -> None:
    """T0-LIFE: somebody dead or unborn acts, speaks or is present."""
    if scene.mode not in _ON_THE_LINE:
        report.skip("T0-LIFE", f"mode_{scene.mode}")
        return
    if not scene.order_known:
        report.skip("T0-LIFE", "order_unknown")
        return
    report.evaluated.append("T0-LIFE")
    died: dict[UUID, SurfaceClaim] = {}
    for claim in claims:
        if not claim.is_narrated:
            continue
        if claim.kind == "change" and claim.predicate == "life_state":
            died.setdefault(claim.subject_id, claim)
            continue
        if claim.kind not in {"action", "speech"}:
            continue
        entity = scene.entity(claim.subject_id)
        name = entity.name if entity is not None else ""
        states = [one for one in scene.facts_of(claim.subject_id, "life_state") if one.polarity]
        gone = next((one for one in states if one.value.text in {"dead", "unborn"}), None)
        if gone is not None and all(one.value.text in {"dead", "unborn"} for one in states):
            report.found.append(
                FoundClash(
                    "T0-LIFE", "life", Severity.BLOCKER, _certainty(claim, gone), claim_side(scene, claim),
                    dict(against_fact(gone.id, gone.text, scene.tick)), why("T0-LIFE", name=name),
                    fingerprint("T0-LIFE", claim.subject_id, "life_state", gone.value.text, "acts"), scene.tick,
                    ({"kind": "patch_text"}, {"kind": "progression"}),
                )
            )  # fmt: skip
        elif claim.subject_id in died and not claim.after_break:
            side = claim_side(scene, died[claim.subject_id])
            report.found.append(
                FoundClash(
                    "T0-LIFE", "life", Severity.BLOCKER, "possible", claim_side(scene, claim), {"kind": "text", **side},
                    why("T0-LIFE", name=name), fingerprint("T0-LIFE", claim.subject_id, "life_state", "died here", "acts"),
                    scene.tick,
                )
            )  # fmt: skip


def _attributes(scene: SceneToCheck, claims: list[SurfaceClaim], report: Report) -> None:
    """T0-ATTR: a told attribute differs from the canon's value at that time."""
    if scene.mode in FRAMES:
        report.skip("T0-ATTR", f"mode_{scene.mode}")
        return
    if not any(one.predicate in _ATTRIBUTES for one in scene.facts):
        report.skip("T0-ATTR", "no_facts")
        return
    report.evaluated.append("T0-ATTR")
    changed: dict[tuple[UUID, str], FactValue] = {}
    for claim in claims:
        if not claim.is_narrated or claim.predicate not in _ATTRIBUTES or claim.value is None:
            continue
        if claim.kind == "change":
            changed[claim.subject_id, claim.predicate] = claim.value
            continue
        if any(one.polarity for one in scene.facts_of(claim.subject_id, "disguised_as")):
            report.skip("T0-ATTR", "disguised")
            continue
        now = changed.get((claim.subject_id, claim.predicate))
        if now is not None:
            continue
        _compare_attribute(scene, claim, report)


_ATTRIBUTES = frozenset({"eye_colour", "hair_colour", "height_cm", "handedness", "mark"})


def _compare_attribute(scene: SceneToCheck, claim: SurfaceClaim, report: Report) -> None:
    assert claim.predicate is not None
    assert claim.value is not None
    predicate = registry()[claim.predicate]
    held = [one for one in scene.facts_of(claim.subject_id, claim.predicate) if one.polarity]
    if claim.predicate == "mark":
        held = [one for one in held if one.qualifier.get("part") == claim.qualifier.get("part")]
        verdicts = [
            Verdict.AGREE if one.qualifier.get("side") in {None, claim.qualifier["side"]} else Verdict.CLASH
            for one in held
        ]
    else:
        verdicts = [compare(predicate, one.value, claim.value) for one in held]
    if Verdict.AGREE in verdicts or Verdict.CLASH not in verdicts:
        if Verdict.UNDECIDED in verdicts and Verdict.AGREE not in verdicts:
            report.skip("T0-ATTR", "undecided")
        return
    fact = held[verdicts.index(Verdict.CLASH)]
    entity = scene.entity(claim.subject_id)
    canon, said = _shown(fact.value, fact.qualifier), _shown(claim.value, claim.qualifier)
    sentence = {
        language: why(
            "T0-ATTR",
            name=entity.name if entity else "",
            label=predicate.label(language),
            canon=canon,
            claim=said,
        )[language]
        for language in ("en", "zh")
    }
    report.found.append(
        FoundClash(
            "T0-ATTR", "appearance", predicate.severity, _certainty(claim, fact), claim_side(scene, claim),
            dict(against_fact(fact.id, fact.text, scene.tick)), sentence,
            fingerprint("T0-ATTR", claim.subject_id, claim.predicate, canon, said), scene.tick,
            ({"kind": "patch_text"}, *(() if predicate.is_fixed else ({"kind": "progression"},)), {"kind": "amend_canon"}),
        )
    )  # fmt: skip


def _shown(value: FactValue, qualifier: object) -> str:
    side = qualifier.get("side") if isinstance(qualifier, dict) else None
    text = value.text if value.text is not None else f"{value.number:g}" if value.number is not None else ""
    return f"{side} · {text}" if side else text


def _viewpoint(scene: SceneToCheck, claims: list[SurfaceClaim], spoken: Words, report: Report) -> None:
    """T0-POV: the inner life of somebody who is not the viewpoint, or a change of person."""
    if scene.pov_policy is None or (scene.pov_id is None and scene.pov_policy != "omniscient"):
        report.skip("T0-POV", "no_pov")
        return
    if scene.pov_policy == "omniscient":
        report.skip("T0-POV", "omniscient")
        return
    report.evaluated.append("T0-POV")
    pov = scene.entity(scene.pov_id) if scene.pov_id is not None else None
    severity = Severity.MAJOR if scene.pov_discipline == "strict" else Severity.INFO
    for claim in claims:
        if (
            claim.kind != "interior"
            or not claim.is_narrated
            or claim.after_break
            or claim.subject_id == scene.pov_id
        ):
            continue
        entity = scene.entity(claim.subject_id)
        report.found.append(
            FoundClash(
                "T0-POV", "viewpoint", severity, _certainty(claim, None), claim_side(scene, claim),
                {"kind": "card", "id": str(scene.scene_id), "quote": pov.name if pov else "", "as_of": scene.tick},
                why("T0-POV", name=entity.name if entity else "", canon=pov.name if pov else ""),
                fingerprint("T0-POV", claim.subject_id, "interior", scene.pov_id, claim.quote), scene.tick,
                ({"kind": "patch_text"},),
            )
        )  # fmt: skip
    _person(scene, claims, spoken, severity, report)


_I = {"en": re.compile(r"(?<![\w’'])I(?![\w])"), "zh": re.compile(r"(?<!自)我(?!们)")}


def _person(
    scene: SceneToCheck, claims: list[SurfaceClaim], spoken: Words, severity: Severity, report: Report
) -> None:
    """The narration says I where the book is told of her, or names the narrator where it is told by her."""
    against: dict[str, object] = {
        "kind": "card",
        "id": str(scene.scene_id),
        "quote": scene.person,
        "as_of": scene.tick,
    }
    if scene.person == "first":
        for claim in claims:
            if (
                claim.subject_id == scene.pov_id
                and claim.kind in {"action", "speech"}
                and claim.is_narrated
                and not claim.after_break
            ):
                report.found.append(_slip(scene, claim_side(scene, claim), against, severity, "likely"))
        return
    hits = [
        (sentence, hit)
        for sentence in sentences(list(scene.paragraphs), spoken)
        if sentence.modality is Modality.NARRATED
        and (hit := _I[spoken.language].search(sentence.covered))
        and not any(verb in sentence.covered for verb in ("thought", "心想", "想道", "心道", "暗想"))
    ]
    if len(hits) >= 3:
        sentence, hit = hits[0]
        side = span_side(scene, sentence.pid, sentence.start + hit.start(), sentence.start + hit.end())
        report.found.append(_slip(scene, side, against, severity, "likely"))


def _slip(
    scene: SceneToCheck,
    side: dict[str, object],
    against: dict[str, object],
    severity: Severity,
    certainty: str,
) -> FoundClash:
    return FoundClash(
        "T0-POV", "viewpoint", severity, certainty, side, against, why("T0-POV/person"),
        fingerprint("T0-POV", scene.pov_id, "person", scene.person, "other person"), scene.tick, ({"kind": "patch_text"},),
    )  # fmt: skip


def _names(scene: SceneToCheck, spoken: Words, report: Report) -> None:
    """T0-NAME: an unknown name that looks like a known one; one name with two bearers."""
    report.evaluated.append("T0-NAME")
    counts = Counter(near.text for near in near_names(scene, spoken))
    for near in near_names(scene, spoken):
        if counts[near.text] >= 3:
            continue
        entity = scene.entity(near.entity_id)
        report.found.append(
            FoundClash(
                "T0-NAME", "naming", Severity.MINOR, "likely", span_side(scene, near.pid, near.start, near.end),
                {"kind": "entry", "id": str(near.entity_id), "quote": near.like, "as_of": None},
                why("T0-NAME", name=entity.name if entity else near.like, claim=near.text),
                fingerprint("T0-NAME", near.entity_id, "name", near.like, near.text), scene.tick,
                ({"kind": "patch_text"},),
            )
        )  # fmt: skip
    for text, one, other, side in shared_names(scene, spoken):
        report.found.append(
            FoundClash(
                "T0-NAME", "naming", Severity.MINOR, "likely", side,
                {"kind": "entry", "id": str(other.id), "quote": other.name, "as_of": None},
                why("T0-NAME/shared", name=one.name, canon=other.name, claim=text),
                fingerprint("T0-NAME", one.id, "name", other.id, text), scene.tick, ({"kind": "amend_canon"},),
            )
        )  # fmt: skip
