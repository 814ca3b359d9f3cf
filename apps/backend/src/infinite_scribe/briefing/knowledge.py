"""What the viewpoint character may be told: the filter that keeps secrets out of the prompt. Pure.

Facts and the book's own text pass through the same gate: a fact that the viewpoint does not know at the scene's start
is neither printed as a row nor quoted from a passage, a summary or the tail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from infinite_scribe.briefing.document import Withheld, labels
from infinite_scribe.briefing.material import HIDDEN, Material, Part
from infinite_scribe.canon.knowledge_rows import Known
from infinite_scribe.canon.registry import Publicity, Severity, find
from infinite_scribe.canon.rules import FactValue
from infinite_scribe.canon.story_graph import GraphFact

MOST_SPEAKER_LINES = 10


@dataclass(frozen=True)
class Line:
    """A line about knowledge. `must` stands whatever else has no room."""

    id: str
    text: str
    kind: str
    reason: str
    must: bool = False


@dataclass(frozen=True)
class Filtered:
    """Facts that may be told, what was left out, and the lines that speak of it without its value."""

    facts: tuple[GraphFact, ...]
    withheld: tuple[Withheld, ...]
    lines: tuple[Line, ...]
    closed: frozenset[UUID] = field(default_factory=frozenset)


@dataclass
class _Sieve:
    material: Material
    shown: Mapping[UUID, str]
    words: Mapping[str, str]
    kept: list[GraphFact] = field(default_factory=list)
    withheld: list[Withheld] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def hold_back(self, fact: GraphFact, reason: str, *, veiled: bool = False) -> None:
        self.withheld.append(Withheld(str(fact.id), reason, veiled))
        if veiled:
            self.lines.append(
                Line(str(fact.id), _veil(self.material, fact, self.shown, self.words), "veil", reason)
            )


def filtered(material: Material) -> Filtered:
    """Drop what agents may not see, what must not be revealed, what does not hold now, and what is not known."""
    sieve = _Sieve(
        material, {entity.id: entity.name for entity in material.visible()}, labels(material.language)
    )
    private = {entity.id for entity in material.world.entities if entity.agent_visibility in HIDDEN}
    secret = _ids(material, "must_not_reveal", writer_may_know=False)
    unsaid = _ids(material, "must_not_reveal", writer_may_know=True)
    required = required_ids(material)
    for fact in sorted(material.facts, key=lambda one: one.id):
        untimely = untimely_reason(material, fact)
        if private & {fact.subject_id, fact.object_id}:
            sieve.hold_back(fact, "private")
        elif fact.id in secret:
            sieve.hold_back(fact, "must_not_reveal")
        elif fact.id in unsaid:
            said = sieve.words["unsaid"].format(text=fact_text(fact, sieve.shown, material.language))
            sieve.lines.append(Line(str(fact.id), said, "unsaid", "must_include", must=True))
        elif untimely is not None:
            sieve.withheld.append(Withheld(str(fact.id), untimely, veil=False))
        elif not material.is_limited or fact.id in required:
            sieve.kept.append(fact)
        else:
            _by_knowledge(sieve, fact)
    _speakers(sieve)
    _undecided(sieve)
    return Filtered(
        tuple(sieve.kept), tuple(sieve.withheld), tuple(sieve.lines), closed_facts(material, secret | unsaid)
    )


def required_ids(material: Material) -> set[UUID]:
    """Return the facts that the card wants in the scene."""
    entry = material.card.entry if material.card else []
    return _ids(material, "must_include") | {UUID(one) for one in entry}


def untimely_reason(material: Material, fact: GraphFact) -> str | None:
    """Return why a fact does not hold when the scene begins; None when it does."""
    live = material.live.get(fact.id)
    if live is None or material.scene is None:
        return None
    if live.begins.order > material.at:
        return "not_yet_true"
    return "ended" if live.ends.order <= material.at else None


def _by_knowledge(sieve: _Sieve, fact: GraphFact) -> None:
    """Keep a fact the viewpoint knows; what it suspects or believes wrongly stands in its own words."""
    material = sieve.material
    known = _mind(material, fact.id)
    if known is None:
        sieve.hold_back(fact, "unknown_to_pov", veiled=_is_worth_a_veil(fact))
    elif known.stance == "knows":
        sieve.kept.append(fact)
    elif known.stance == "suspects":
        said = fact_text(fact, sieve.shown, material.language)
        _add_belief(sieve, known, "suspects", said)
    else:
        sieve.hold_back(fact, "unknown_to_pov")
        if known.believed is not None:
            said = _said(fact, _shown_value(known.believed, sieve.shown), sieve.shown, material.language)
            _add_belief(sieve, known, "believes", said)


def _add_belief(sieve: _Sieve, known: Known, label: str, said: str) -> None:
    pov = sieve.material.pov
    text = sieve.words[label].format(pov=pov.name if pov else "", text=said)
    row = str(known.belief_id or known.fact_id)
    sieve.lines.append(
        Line(row, text, "belief", "believes_wrongly" if label == "believes" else "pov", must=True)
    )


def _mind(material: Material, fact_id: UUID) -> Known | None:
    pov_id = None if material.card is None else material.card.pov_id
    held = material.knowledge.get(pov_id) if pov_id is not None else None
    known = None if held is None else held.facts.get(fact_id)
    fact = material.live.get(fact_id)
    if known is not None and known.belief_id is None and fact is not None:
        # what is hidden from oneself is not seen in the mirror either
        blind = fact.hidden_from_self and fact.subject_id == pov_id
        return None if blind else known
    return known


def closed_facts(material: Material, unsaid: set[UUID]) -> frozenset[UUID]:
    """Return the facts whose text may not be quoted: unknown to the viewpoint, not to be revealed, or private."""
    private = {entity.id for entity in material.world.entities if entity.agent_visibility in HIDDEN}
    found = set(unsaid)
    for fact in material.live.values():
        unknown = material.is_limited and not _is_known(material, fact.id)
        if unknown or private & {fact.subject_id, fact.value.object_id}:
            found.add(fact.id)
    return frozenset(found)


def _is_known(material: Material, fact_id: UUID) -> bool:
    known = _mind(material, fact_id)
    return known is not None and known.stance == "knows"


def may_read(material: Material, told: Filtered, part: Part) -> bool:
    """Whether a sentence, paragraph or passage may be quoted: no closed fact in it, and the viewpoint was there.

    Where the viewpoint was not there, it passes when it shows facts and all of them are known.
    """
    if part.facts & told.closed:
        return False
    pov_id = None if material.card is None else material.card.pov_id
    if not material.is_limited or pov_id is None:
        return True
    return any(pov_id in material.present.get(scene, ()) for scene in part.scenes) or bool(part.facts)


def _ids(material: Material, name: str, writer_may_know: bool | None = None) -> set[UUID]:
    """Return the facts a member of the card names; texts there are not facts."""
    rows = [] if material.card is None else getattr(material.card, name)
    return {
        UUID(str(row["fact"]))
        for row in rows
        if row.get("fact")
        and (writer_may_know is None or bool(row.get("writer_may_know")) is writer_may_know)
    }


def _is_worth_a_veil(fact: GraphFact) -> bool:
    """Feelings and aims of others get no line: nobody needs to be told that they are not known."""
    predicate = find(fact.predicate or "")
    return fact.veil != "silent" and predicate is not None and predicate.severity is not Severity.INFO


def _veil(material: Material, fact: GraphFact, shown: Mapping[UUID, str], words: Mapping[str, str]) -> str:
    """Return the line that says what is not known without saying it."""
    if fact.veil not in {"line", ""}:
        return fact.veil
    predicate = find(fact.predicate or "")
    pov = material.pov
    return words["not_known"].format(
        pov=pov.name if pov else "",
        subject=shown.get(fact.subject_id, "") if fact.subject_id else "",
        label=predicate.label(material.language) if predicate else "",
    )


def _speakers(sieve: _Sieve) -> None:
    """Say which of the others on stage do not know a secret that the viewpoint knows."""
    material = sieve.material
    if not material.is_limited:
        return
    names = {entity.id: entity.name for entity in material.on_stage() if entity.kind == "character"}
    pov_id = material.card.pov_id if material.card else None
    said = 0
    for fact in sieve.kept:
        for one, name in names.items():
            mind = material.knowledge.get(one)
            secret = fact.publicity == Publicity.SECRET and one not in {pov_id, fact.subject_id}
            if not secret or mind is None or mind.knows(fact.id) or said == MOST_SPEAKER_LINES:
                continue
            predicate = find(fact.predicate or "")
            text = sieve.words["not_known"].format(
                pov=name, subject=sieve.shown.get(fact.subject_id, "") if fact.subject_id else "",
                label=predicate.label(material.language) if predicate else "",
            )  # fmt: skip
            sieve.lines.append(Line(str(fact.id), text, "veil", "pov"))
            said += 1


def _undecided(sieve: _Sieve) -> None:
    """Two versions stand against each other: the writer keeps away from both."""
    told: set[str] = set()
    for fact in sieve.material.disputed:
        predicate = find(fact.predicate or "")
        text = sieve.words["undecided"].format(
            subject=sieve.shown.get(fact.subject_id, "") if fact.subject_id else "",
            label=predicate.label(sieve.material.language) if predicate else "",
        )
        if text not in told:
            told.add(text)
            sieve.lines.append(Line(str(fact.id), text, "undecided", "pov", must=True))


def _shown_value(value: FactValue, shown: Mapping[UUID, str]) -> str:
    if value.object_id is not None:
        return shown.get(value.object_id, "")
    if value.number is not None:
        plain = str(int(value.number)) if float(value.number).is_integer() else str(value.number)
        return f"{plain} {value.unit}" if value.unit else plain
    return value.text or ""


def fact_value(fact: GraphFact, shown: Mapping[UUID, str]) -> str:
    """Return what a fact says, in words."""
    return _shown_value(FactValue.of(fact.object_id, fact.value), shown)


def fact_text(fact: GraphFact, shown: Mapping[UUID, str], language: str) -> str:
    """Return a fact as a line: the author's wording, else subject, label and value."""
    line = _said(fact, fact_value(fact, shown), shown, language)
    return f"{line} – {fact.wording}" if fact.wording else line


def _said(fact: GraphFact, value: str, shown: Mapping[UUID, str], language: str) -> str:
    predicate = find(fact.predicate or "")
    label = predicate.label(language) if predicate else (fact.predicate or "")
    subject = shown.get(fact.subject_id, "") if fact.subject_id else ""
    extra = ", ".join(str(one) for _, one in sorted(fact.qualifier.items()) if one not in (None, ""))
    said = value if fact.polarity else f"≠ {value}"
    return f"{subject} · {label}: {said}" + (f" ({extra})" if extra else "")


Gate = Callable[[Part], bool]
