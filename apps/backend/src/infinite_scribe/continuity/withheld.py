"""What a scene must not tell: what its briefing kept from the writer, by the same filter, and what its card keeps back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.briefing.knowledge import filtered, required_ids
from infinite_scribe.briefing.material import Material
from infinite_scribe.briefing.service import BriefingService
from infinite_scribe.canon.knowledge_rows import KnowledgeFact
from infinite_scribe.canon.registry import Publicity, Severity, find
from infinite_scribe.canon.schemas import FactRead
from infinite_scribe.canon.service import CanonService
from infinite_scribe.continuity.findings import Report
from infinite_scribe.continuity.linking import Linker
from infinite_scribe.continuity.reconciling import Wanted, says
from infinite_scribe.continuity.rules import check
from infinite_scribe.continuity.scene import SceneToCheck
from infinite_scribe.continuity.secrets import KNOW, Secret, told_secrets
from infinite_scribe.continuity.words import words
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.plot.promise_book import shown
from infinite_scribe.plot.schemas import CardRead

_UNKNOWN = "unknown_to_pov"


@dataclass(frozen=True)
class Withheld:
    """The secrets of a scene, and why the viewpoint's own are not known where they are not."""

    secrets: tuple[Secret, ...]
    unjudged: str | None = None


async def withheld_from(session: AsyncSession, scope: NovelScope, scene: SceneToCheck) -> Withheld:
    """Return what a scene must not tell. Raises `SceneNotFoundError`."""
    material = await BriefingService.of(session, scope, b"").scene_material(scene.scene_id)
    card, spoken = material.card, words(scene.language)
    if card is None or spoken is None:
        return Withheld((), "no_card" if card is None else "language")
    facts = {fact.id: fact for fact in await CanonService.of(session, scope).facts()}
    kept = [UUID(str(row["fact"])) for row in card.must_not_reveal if row.get("fact")]
    secrets = [
        Secret(str(scene.scene_id), str(row["text"]), is_kept=True)
        for row in card.must_not_reveal
        if row.get("text") and not row.get("fact")
    ]
    secrets += [_secret(facts[one], scene, is_kept=True) for one in kept if one in facts]
    if not material.is_limited:
        return Withheld(tuple(secrets), "omniscient" if card.pov_id is not None else "no_pov")
    linker, wanted = Linker.of(scene.entities, spoken.language), _planned(card, material)
    for fact_id in _unknown(material):
        fact = facts.get(fact_id)
        if fact is None or fact_id in kept or _is_shown(material.live.get(fact_id), scene.scene_id):
            continue
        secret = _secret(fact, scene)
        if secret.fact is None or any(says(secret.fact, text, linker, spoken) for text in wanted):
            continue
        if not any(_fits(pattern, fact) for pattern in card.exit):
            secrets.append(secret)
    return Withheld(tuple(secrets))


def check_draft(scene: SceneToCheck, withheld: Withheld) -> Report:
    """Check a draft by every rule, and for what it must not tell."""
    report, told = check(scene), told_secrets(scene, withheld.secrets)
    if withheld.unjudged is not None and KNOW in told.evaluated:
        told.evaluated.remove(KNOW)
        report.skip(KNOW, withheld.unjudged)
    report.found += told.found
    report.evaluated += told.evaluated
    report.not_evaluated += told.not_evaluated
    return report


def _unknown(material: Material) -> Iterator[UUID]:
    """Yield the facts that the briefing kept from the writer since the viewpoint does not know them."""
    required = required_ids(material)
    for one in filtered(material).withheld:
        if one.reason == _UNKNOWN and UUID(one.id) not in required:
            yield UUID(one.id)


def _planned(card: CardRead, material: Material) -> Sequence[str]:
    """Return what the plan has the scene tell: whoever is there learns it so."""
    asked = [str(row["text"]) for row in card.must_include if row.get("text")]
    return [
        *asked,
        *(beat.text for beat in material.beats),
        *(one for one in (card.turn, card.outcome) if one),
    ]


def _is_shown(fact: KnowledgeFact | None, scene_id: UUID) -> bool:
    """Say whether a fact can be seen by whoever is there, or was learnt from this very scene."""
    if fact is None:
        return False
    predicate = find(fact.predicate or "")
    idle = predicate is None or predicate.severity is Severity.INFO
    return idle or fact.is_visible or any(sighting.scene_id == scene_id for sighting in fact.shown)


def _fits(pattern: dict[str, object], fact: FactRead) -> bool:
    """Say whether what a scene ends in is a fact; its object is an entry's id or the value itself."""
    said = (("s", fact.subject_id), ("p", fact.predicate), ("o", shown(fact)))
    return all(pattern.get(name) in (None, "") or str(pattern[name]) == str(value) for name, value in said)


def _secret(fact: FactRead, scene: SceneToCheck, *, is_kept: bool = False) -> Secret:
    """Return a fact as a secret; `fact` stays None where code cannot read it in a sentence."""
    value, predicate = fact.fact_value(), find(fact.predicate or "")
    wanted = None
    if predicate is not None and fact.subject_id is not None and not value.is_empty:
        wanted = Wanted(fact.subject_id, predicate.key, value, fact.polarity)
    language = "zh" if scene.language.startswith("zh") else "en"
    label = predicate.label(language) if predicate is not None else ""
    ends = [scene.entity(one) for one in (fact.subject_id, fact.object_id) if one is not None]
    named = [one.name for one in ends if one is not None]
    said = " · ".join([*named[:1], label, *named[1:], *([value.text] if value.text else [])])
    return Secret(
        str(fact.id),
        fact.wording or said,
        wanted,
        is_kept=is_kept,
        is_grave=fact.publicity == Publicity.SECRET,
    )
