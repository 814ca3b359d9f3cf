"""What happens to the facts that stand when a new one is written: a progression, or one of the ways out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from infinite_scribe.canon.comparing import Contains, Said, compare_facts
from infinite_scribe.canon.errors import FinalValueError, SingleValuedOverlapError
from infinite_scribe.canon.registry import Cardinality, Mutability, Predicate
from infinite_scribe.canon.rules import EXCLUSIVE, FactDraft, HeldFact, Verdict, overlaps, same_value

How = Literal["progress", "replace", "split", "dispute"]
WAYS_OUT: tuple[How, ...] = ("replace", "split", "dispute")
MOST_BLOOD_PARENTS = 2


@dataclass(frozen=True)
class WritePlan:
    """What a write does to facts that stand.

    `close` end where the new one begins (progressions); `reopen` of these go on where the new one ends; `retcon` were
    never true; `dispute` are kept beside the new one, undecided. `until` is the fact whose beginning ends the new one.
    """

    close: tuple[HeldFact, ...] = ()
    reopen: tuple[HeldFact, ...] = ()
    retcon: tuple[HeldFact, ...] = ()
    dispute: tuple[HeldFact, ...] = ()
    until: HeldFact | None = None


def _no_place(*_places: object) -> bool:
    return False


def related(predicate: Predicate) -> frozenset[str]:
    """Return the predicates whose facts a new fact of this one may close."""
    return frozenset({predicate.key, EXCLUSIVE.get(predicate.key, predicate.key)})


def plan_write(
    predicate: Predicate,
    draft: FactDraft,
    held: Sequence[HeldFact],
    how: How = "progress",
    *,
    revives: bool = False,
    contains: Contains = _no_place,
) -> WritePlan:
    """Say what a new fact does to those that stand; `held` are canon facts of the related predicates.

    `progress` closes an earlier value where the new one begins and is refused where a value overlaps in the past.
    `revives` tells that an event (a revival, a creation) allows a value after a final one.

    Raises `SingleValuedOverlapError`, `FinalValueError`.
    """
    rivals = [fact for fact in held if overlaps(fact, draft) and _is_rival(predicate, draft, fact, contains)]
    _check_final(predicate, draft, held, how, revives=revives)
    _check_parents(predicate, draft, held, how)
    if how == "replace":
        return WritePlan(retcon=tuple(fact for fact in rivals if not _agrees(draft, fact, contains)))
    if how == "dispute":
        return WritePlan(dispute=tuple(fact for fact in rivals if not _agrees(draft, fact, contains)))
    if how == "split":
        return _split(draft, rivals)
    closing: list[HeldFact] = []
    for fact in rivals:
        changes = predicate.mutability is Mutability.MUTABLE
        if fact.begins < draft.begins and changes:
            closing.append(fact)
        elif not _agrees(draft, fact, contains):
            raise SingleValuedOverlapError(
                "Another value holds at that time. Replace it, split the time, or keep both as disputed.",
                predicate=predicate.key,
                fact_id=str(fact.id),
                ways=["progress", *WAYS_OUT] if changes and fact.begins < draft.begins else list(WAYS_OUT),
            )
    return WritePlan(close=tuple(closing))


def _split(draft: FactDraft, rivals: Sequence[HeldFact]) -> WritePlan:
    """Cut the standing values around the new one; the new one ends where a later value begins."""
    earlier = tuple(fact for fact in rivals if fact.begins < draft.begins)
    later = sorted((fact for fact in rivals if fact.begins > draft.begins), key=lambda fact: fact.begins)
    until = later[0] if later and draft.ends > later[0].begins else None
    same_start = tuple(fact for fact in rivals if fact.begins == draft.begins)
    if same_start and draft.to_tick is None:
        raise SingleValuedOverlapError(
            "Both values begin at the same moment, so the time cannot be split. Say until when the new one holds.",
            predicate=draft.predicate,
            fact_id=str(same_start[0].id),
            ways=["replace", "dispute"],
        )
    going_on = tuple(
        fact for fact in (*earlier, *same_start) if draft.to_tick is not None and fact.ends > draft.ends
    )
    return WritePlan(close=(*earlier, *same_start), reopen=going_on, until=until)


def _said(fact: FactDraft | HeldFact, predicate: str) -> Said:
    return Said(fact.subject_id, predicate, fact.value, fact.qualifier, fact.holds)


def _agrees(draft: FactDraft, fact: HeldFact, contains: Contains) -> bool:
    other = _said(fact, fact.predicate or draft.predicate)
    return compare_facts(_said(draft, draft.predicate), other, contains) is Verdict.AGREE


def _is_rival(predicate: Predicate, draft: FactDraft, fact: HeldFact, contains: Contains) -> bool:
    """Whether a standing fact cannot simply hold beside the new one."""
    mine, theirs = _said(draft, draft.predicate), _said(fact, fact.predicate or predicate.key)
    verdict = compare_facts(mine, theirs, contains)
    if verdict is Verdict.CLASH:
        return True
    if mine.predicate != theirs.predicate or not (draft.holds and fact.holds):
        return False
    if (
        predicate.symmetric
        and mine.subject_id != theirs.subject_id
        and mine.subject_id == theirs.value.object_id
    ):
        theirs = theirs.turned()
    if mine.subject_id != theirs.subject_id:
        return _shares_an_end(predicate, mine, theirs)
    if predicate.cardinality is Cardinality.ONE_PER_PAIR:
        return mine.value.object_id == theirs.value.object_id and dict(mine.qualifier) != dict(
            theirs.qualifier
        )
    if predicate.is_single_valued:
        sides = mine.qualifier.get("side"), theirs.qualifier.get("side")
        apart = None not in sides and sides[0] != sides[1]
        return not apart and not same_value(mine.value, theirs.value) and mine.value != theirs.value
    return False


def _shares_an_end(predicate: Predicate, mine: Said, theirs: Said) -> bool:
    """Whether somebody would have two partners in a relation that allows one."""
    if not (predicate.symmetric and predicate.is_single_valued):
        return False
    return mine.value.object_id in {theirs.subject_id, theirs.value.object_id}


def _check_final(
    predicate: Predicate, draft: FactDraft, held: Sequence[HeldFact], how: How, *, revives: bool
) -> None:
    """After a final value (dead, destroyed) nothing follows without a revival or a creation."""
    if not predicate.terminal or how in {"replace", "dispute"} or revives or not draft.holds:
        return
    for fact in held:
        final = fact.value.text in predicate.terminal and fact.holds and fact.subject_id == draft.subject_id
        if final and draft.value.text != fact.value.text and draft.begins > fact.begins:
            raise FinalValueError(
                "This value is final. Name the event that undoes it, or replace the value.",
                predicate=predicate.key,
                fact_id=str(fact.id),
                value=fact.value.text,
                ways=["cause_event", "replace", "dispute"],
            )


def _check_parents(predicate: Predicate, draft: FactDraft, held: Sequence[HeldFact], how: How) -> None:
    """A child has at most two parents by blood."""
    if predicate.key != "parent_of" or draft.qualifier.get("kind", "blood") != "blood" or how != "progress":
        return
    parents = {
        fact.subject_id
        for fact in held
        if fact.holds
        and fact.value.object_id == draft.value.object_id
        and fact.qualifier.get("kind", "blood") == "blood"
    }
    if len(parents - {draft.subject_id}) >= MOST_BLOOD_PARENTS and draft.holds:
        raise SingleValuedOverlapError(
            "This child has two parents by blood already. Say adoptive or step, or replace one of them.",
            predicate=predicate.key,
            fact_id=str(next(fact.id for fact in held if fact.value.object_id == draft.value.object_id)),
            ways=["replace", "dispute"],
            limit=MOST_BLOOD_PARENTS,
        )
