"""What an event makes true by its kind: the registry of effects. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Outcome:
    """A fact that an event opens (or, with `opens` false, closes)."""

    subject_id: UUID
    predicate: str
    object_id: UUID | None = None
    text: str | None = None
    opens: bool = True


def outcomes(
    kind: str,
    participants: Sequence[tuple[UUID, str]],
    place_id: UUID | None,
    kinds: Mapping[UUID, str],
) -> list[Outcome]:
    """Return what an event of a kind makes true of those who took part; parts that it lacks make nothing.

    Patients are whom it happens to; without one, the agents are.
    """
    by_role: dict[str, list[UUID]] = {}
    for entity_id, role in participants:
        by_role.setdefault(role, []).append(entity_id)
    agents, instruments = by_role.get("agent", []), by_role.get("instrument", [])
    receivers = by_role.get("beneficiary", [])
    touched = by_role.get("patient", []) or agents
    living = [one for one in touched if kinds.get(one) in {"character", "creature"}]
    if kind in _STATES:
        predicate, value = _STATES[kind]
        return [Outcome(one, predicate, text=value) for one in living]
    if kind == "injury":
        return [Outcome(one, "health", text="injured") for one in living]
    if kind == "arrival" and place_id is not None:
        return [Outcome(one, "located_at", place_id) for one in living]
    if kind == "capture" and place_id is not None:
        return [Outcome(one, "confined_at", place_id) for one in living]
    if kind == "transfer" and receivers:
        things = [one for one in (*touched, *instruments) if kinds.get(one) == "item"]
        return [Outcome(one, "held_by", receivers[0]) for one in things]
    if kind in {"destruction", "loss", "creation"}:
        return _of_things(kind, [*touched, *instruments], kinds)
    if kind == "accession":
        realms = [
            one for one in (*by_role.get("patient", []), *receivers) if kinds.get(one) in {"place", "faction"}
        ]
        return [Outcome(realm, "ruled_by", ruler) for realm in realms for ruler in agents[:1]]
    if kind == "oath":
        bound = [*receivers, *by_role.get("patient", [])]
        return [Outcome(one, "bound_by", to) for one in agents for to in bound[:1]]
    if kind == "marriage" and len(agents) > 1:
        return [Outcome(agents[0], "spouse_of", agents[1])]
    return []


_STATES = {
    "birth": ("life_state", "alive"),
    "death": ("life_state", "dead"),
    "revival": ("life_state", "alive"),
    "healing": ("health", "recovering"),
}


def _of_things(kind: str, touched: Sequence[UUID], kinds: Mapping[UUID, str]) -> list[Outcome]:
    item_state = {"destruction": "destroyed", "loss": "lost", "creation": "intact"}[kind]
    existence = {"destruction": "destroyed", "creation": "exists"}.get(kind)
    found = []
    for one in touched:
        if kinds.get(one) == "item":
            found.append(Outcome(one, "item_state", text=item_state))
        elif kinds.get(one) in {"place", "faction", "concept"} and existence is not None:
            found.append(Outcome(one, "existence", text=existence))
    return found


def stated(effect: Mapping[str, Any], kinds: Mapping[UUID, str]) -> Outcome | None:
    """Return an effect the author wrote as a fact; None for a pattern that names no entry."""
    opens = effect.get("open") is not None
    pattern = effect.get("open") or effect.get("close") or {}
    subject = _id(pattern.get("s"))
    if subject is None or subject not in kinds:
        return None
    object_id = _id(pattern.get("o"))
    text = None if object_id is not None or pattern.get("o") is None else str(pattern["o"])
    return Outcome(subject, str(pattern["p"]), object_id, text, opens)


def _id(value: object) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None
