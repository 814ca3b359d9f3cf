"""What the viewpoint character may be told: the filter that keeps secrets out of the prompt. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from infinite_scribe.briefing.document import Withheld, labels
from infinite_scribe.briefing.material import HIDDEN, Material
from infinite_scribe.canon.registry import Severity, find
from infinite_scribe.canon.story_graph import GraphFact


@dataclass(frozen=True)
class Filtered:
    """Facts that may be told, what was left out, and the lines that speak of it without its value."""

    facts: tuple[GraphFact, ...]
    withheld: tuple[Withheld, ...]
    veils: tuple[tuple[str, str], ...]


def filtered(material: Material) -> Filtered:
    """Drop what agents may not see, what must not be revealed, and what the viewpoint cannot know."""
    words = labels(material.language)
    shown = {entity.id: entity.name for entity in material.visible()}
    all_ids = {entity.id: entity.agent_visibility for entity in material.world.entities}
    secret_ids = _ids(material, "must_not_reveal", writer_may_know=False)
    unsaid_ids = _ids(material, "must_not_reveal", writer_may_know=True)
    required = _ids(material, "must_include") | {
        UUID(one) for one in (material.card.entry if material.card else [])
    }
    kept: list[GraphFact] = []
    withheld: list[Withheld] = []
    veils: list[tuple[str, str]] = []
    for fact in sorted(material.facts, key=lambda one: one.id):
        touched = [one for one in (fact.subject_id, fact.object_id) if one is not None]
        reason = None
        if any(all_ids.get(one) in HIDDEN for one in touched):
            reason, veiled = "private", False
        elif fact.id in secret_ids:
            reason, veiled = "must_not_reveal", False
        elif fact.id in unsaid_ids:
            veils.append(
                (str(fact.id), words["unsaid"].format(text=fact_text(fact, shown, material.language)))
            )
            continue
        elif material.is_limited and fact.id not in required and not pov_knows(material, fact):
            reason, veiled = "unknown_to_pov", _is_worth_a_veil(fact)
        if reason is None:
            kept.append(fact)
            continue
        withheld.append(Withheld(str(fact.id), reason, veiled))
        if veiled:
            veils.append((str(fact.id), _veil(material, fact, shown, words)))
    return Filtered(tuple(kept), tuple(withheld), tuple(veils))


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


def pov_knows(material: Material, fact: GraphFact) -> bool:
    """Whether publicity, the own sheet or the eyes give a fact to the viewpoint character."""
    pov_id = None if material.card is None else material.card.pov_id
    if pov_id is None or fact.publicity == "public":
        return True
    if fact.subject_id == pov_id:
        return not fact.hidden_from_self
    if fact.publicity == "local":
        return fact.publicity_scope_id is None or fact.publicity_scope_id in _homes(material.facts, pov_id)
    predicate = find(fact.predicate or "")
    if fact.publicity == "secret" or predicate is None:
        return False
    if predicate.key == "held_by" and fact.object_id == pov_id:
        return True
    return predicate.visible and _is_present(material, fact)


def _homes(facts: Sequence[GraphFact], pov_id: UUID) -> set[UUID]:
    """Return places lived in and factions joined."""
    return {
        fact.object_id
        for fact in facts
        if fact.subject_id == pov_id
        and fact.object_id is not None
        and fact.predicate in {"resides_at", "member_of", "located_at", "origin"}
    }


def _is_present(material: Material, fact: GraphFact) -> bool:
    """Whether the subject of a fact stands before the viewpoint's eyes."""
    card = material.card
    stage: Collection[UUID] = (
        () if card is None else {*card.on_stage, *([card.place_id] if card.place_id else [])}
    )
    return fact.subject_id in stage or fact.object_id in stage


def fact_value(fact: GraphFact, shown: Mapping[UUID, str]) -> str:
    """Return what a fact says, in words."""
    if fact.object_id is not None:
        return shown.get(fact.object_id, "")
    value = fact.value or {}
    if value.get("text") is not None:
        return str(value["text"])
    if value.get("number") is not None:
        number = float(value["number"])
        plain = str(int(number)) if number.is_integer() else str(number)
        return f"{plain} {value['unit']}" if value.get("unit") else plain
    return ""


def fact_text(fact: GraphFact, shown: Mapping[UUID, str], language: str) -> str:
    """Return a fact as a line: the author's wording, else subject, label and value."""
    value = fact_value(fact, shown)
    predicate = find(fact.predicate or "")
    label = predicate.label(language) if predicate else (fact.predicate or "")
    subject = shown.get(fact.subject_id, "") if fact.subject_id else ""
    extra = ", ".join(str(one) for _, one in sorted(fact.qualifier.items()) if one not in (None, ""))
    said = value if fact.polarity else f"≠ {value}"
    line = f"{subject} · {label}: {said}" + (f" ({extra})" if extra else "")
    return f"{line} – {fact.wording}" if fact.wording else line
