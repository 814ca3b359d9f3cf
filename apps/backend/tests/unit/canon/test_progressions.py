"""What a write does to facts that stand: progressions, the ways out, final values, parents; travel; effects; names."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infinite_scribe.canon.effects import Outcome, outcomes, stated
from infinite_scribe.canon.errors import FinalValueError, SingleValuedOverlapError
from infinite_scribe.canon.names import initials_of, pinyin_of
from infinite_scribe.canon.progressions import How, WritePlan, plan_write, related
from infinite_scribe.canon.registry import find
from infinite_scribe.canon.rules import FactDraft, FactValue, HeldFact
from infinite_scribe.canon.travel import Way, travel_minimum
from infinite_scribe.structure.resolver import MIN_TICK

INES, MARA, TOM, SHOP, TOWER, MILL = (UUID(int=number) for number in range(1, 7))


def draft(
    predicate: str, value: object, start: int = MIN_TICK, end: int | None = None, **more: object
) -> FactDraft:
    meant = FactValue(object_id=value) if isinstance(value, UUID) else FactValue(text=str(value))
    given_members: dict[str, object] = {"subject_id": INES, "subject_kind": "character", **more}
    return FactDraft(predicate=predicate, value=meant, from_tick=start, to_tick=end, **given_members)  # type: ignore[arg-type]


def standing(
    number: int, predicate: str, value: object, start: int = MIN_TICK, end: int | None = None, **more: object
) -> HeldFact:
    made = draft(predicate, value, start, end, **more)
    return HeldFact(
        UUID(int=100 + number), made.value, made.qualifier, made.holds, start, end, made.subject_id, predicate,
        made.from_block, made.to_block,
    )  # fmt: skip


def plan(wanted: FactDraft, *held: HeldFact, how: How = "progress", revives: bool = False) -> WritePlan:
    predicate = find(wanted.predicate)
    assert predicate is not None
    return plan_write(predicate, wanted, held, how, revives=revives)


def test_a_later_value_closes_the_earlier_even_within_a_scene() -> None:
    held = standing(1, "located_at", SHOP, 60, from_block=3)
    assert plan(draft("located_at", TOWER, 60, from_block=7), held).close == (held,)
    with pytest.raises(SingleValuedOverlapError):
        plan(draft("located_at", TOWER, 60, from_block=2), held)


def test_what_never_changes_cannot_progress() -> None:
    with pytest.raises(SingleValuedOverlapError) as refused:
        plan(draft("eye_colour", "brown", 10), standing(1, "eye_colour", "green"))
    assert refused.value.params["ways"] == ["replace", "split", "dispute"]
    assert plan(draft("eye_colour", "emerald", 10), standing(1, "eye_colour", "green")) == WritePlan()


def test_the_ways_out_touch_only_what_clashes() -> None:
    green, tall = standing(1, "eye_colour", "green"), standing(2, "eye_colour", "green", subject_id=MARA)
    wanted = draft("eye_colour", "brown")
    assert plan(wanted, green, tall, how="replace").retcon == (green,)
    assert plan(wanted, green, tall, how="dispute").dispute == (green,)


def test_splitting_cuts_the_old_value_around_the_new_or_ends_the_new_where_the_next_begins() -> None:
    home = standing(1, "resides_at", SHOP, 0)
    away = plan(draft("resides_at", TOWER, 10, 20), home, how="split")
    assert (away.close, away.reopen, away.until) == ((home,), (home,), None)
    later = standing(2, "resides_at", MILL, 50)
    before = plan(draft("resides_at", TOWER, 10), standing(1, "resides_at", SHOP, 0, 50), later, how="split")
    assert before.until == later
    with pytest.raises(SingleValuedOverlapError):
        plan(draft("resides_at", TOWER, 0), home, how="split")


def test_relations_exclude_each_other_and_end_by_their_opposite() -> None:
    can = standing(1, "can_do", "swim", 0)
    assert plan(draft("cannot_do", "swim", 10), can).close == (can,)
    assert related(find("can_do")) == {"can_do", "cannot_do"}  # type: ignore[arg-type]
    held = standing(1, "member_of", SHOP, 0)
    assert plan(draft("member_of", SHOP, 10, holds=False), held).close == (held,)
    with pytest.raises(SingleValuedOverlapError):
        plan(draft("cannot_do", "swim", 0), can)


def test_a_couple_is_a_couple_from_both_sides_and_a_realm_has_one_leader() -> None:
    wed = standing(1, "spouse_of", MARA, 0)
    assert plan(draft("spouse_of", INES, 5, subject_id=TOM), wed).close == (wed,)
    assert plan(draft("spouse_of", INES, 5, subject_id=MARA), wed) == WritePlan()
    leads = standing(1, "leads", SHOP, 0)
    assert plan(draft("leads", SHOP, 9, subject_id=TOM), leads).close == (leads,)
    assert plan(draft("leads", TOWER, 9), leads) == WritePlan()


def test_a_feeling_towards_one_does_not_end_that_towards_another() -> None:
    fond = standing(1, "attitude_to", MARA, 0, qualifier={"strength": 6})
    cool = draft("attitude_to", MARA, 9, qualifier={"strength": -2})
    assert plan(cool, fond).close == (fond,)
    assert plan(draft("attitude_to", TOM, 9, qualifier={"strength": -2}), fond) == WritePlan()


def test_after_a_final_value_nothing_follows_but_by_an_event() -> None:
    dead = standing(1, "life_state", "dead", 10)
    wanted = draft("life_state", "alive", 20)
    with pytest.raises(FinalValueError):
        plan(wanted, dead)
    assert plan(wanted, dead, revives=True).close == (dead,)
    assert plan(wanted, dead, how="replace").retcon == (dead,)


def test_a_child_has_two_parents_by_blood() -> None:
    parents = [
        standing(number, "parent_of", TOM, subject_id=one, qualifier={"kind": "blood"})
        for number, one in enumerate((INES, MARA))
    ]
    third = draft("parent_of", TOM, subject_id=UUID(int=9), qualifier={"kind": "blood"})
    with pytest.raises(SingleValuedOverlapError):
        plan(third, *parents)
    assert (
        plan(draft("parent_of", TOM, subject_id=UUID(int=9), qualifier={"kind": "step"}), *parents)
        == WritePlan()
    )


@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from([SHOP, TOWER, MILL])), min_size=1, max_size=12))
def test_any_history_of_progressions_has_one_value_at_every_moment(moves: list[tuple[int, UUID]]) -> None:
    held: list[HeldFact] = []
    for number, (start, where) in enumerate(moves):
        wanted = draft("located_at", where, start)
        try:
            done = plan(wanted, *held)
        except SingleValuedOverlapError as refused:
            # Refused only where a different value begins later or at the same moment.
            named = next(one for one in held if str(one.id) == refused.params["fact_id"])
            assert named.begins >= wanted.begins
            continue
        closed = {one.id for one in done.close}
        held = [
            standing(one.id.int - 100, "located_at", one.value.object_id, one.from_tick, start)
            if one.id in closed
            else one
            for one in held
        ]
        held.append(standing(number, "located_at", where, start))
    for tick in range(-1, 42):
        there = {one.value.object_id for one in held if one.begins <= (tick, 0) < one.ends}
        assert len(there) <= 1, (tick, held)


def test_travel_takes_the_quickest_open_way() -> None:
    walk, boat = Way(SHOP, TOWER, 100), Way(SHOP, TOWER, 20, needs=("row",))
    assert travel_minimum(SHOP, TOWER, [walk, boat], {}).min_ticks == 100
    assert travel_minimum(SHOP, TOWER, [walk, boat], {}, frozenset({"row"})).min_ticks == 20
    assert travel_minimum(TOWER, SHOP, [Way(SHOP, TOWER, 5, both_ways=False)], {}).min_ticks is None
    inside = travel_minimum(SHOP, MILL, [Way(TOWER, MILL, 7)], {SHOP: TOWER})
    assert (inside.min_ticks, inside.path) == (7, (SHOP, TOWER, MILL))
    assert travel_minimum(SHOP, TOWER, [walk], {SHOP: TOWER}).min_ticks == 100
    assert travel_minimum(SHOP, SHOP, [], {}).min_ticks == 0


KINDS = {INES: "character", MARA: "character", SHOP: "place", TOWER: "item"}


@pytest.mark.parametrize(
    ("kind", "parts", "place", "expected"),
    [
        ("death", [(INES, "patient"), (MARA, "agent")], None, [Outcome(INES, "life_state", text="dead")]),
        ("revival", [(INES, "patient")], None, [Outcome(INES, "life_state", text="alive")]),
        ("arrival", [(INES, "agent")], SHOP, [Outcome(INES, "located_at", SHOP)]),
        ("arrival", [(INES, "agent")], None, []),
        ("capture", [(INES, "patient"), (MARA, "agent")], SHOP, [Outcome(INES, "confined_at", SHOP)]),
        ("transfer", [(TOWER, "patient"), (MARA, "beneficiary")], None, [Outcome(TOWER, "held_by", MARA)]),
        ("destruction", [(TOWER, "patient")], None, [Outcome(TOWER, "item_state", text="destroyed")]),
        ("destruction", [(SHOP, "patient")], None, [Outcome(SHOP, "existence", text="destroyed")]),
        ("injury", [(INES, "patient")], None, [Outcome(INES, "health", text="injured")]),
        ("accession", [(MARA, "agent"), (SHOP, "patient")], None, [Outcome(SHOP, "ruled_by", MARA)]),
        ("oath", [(INES, "agent"), (MARA, "beneficiary")], None, [Outcome(INES, "bound_by", MARA)]),
        ("meeting", [(INES, "agent"), (MARA, "agent")], SHOP, []),
    ],
)
def test_events_make_what_their_kind_says(
    kind: str, parts: list[tuple[UUID, str]], place: UUID | None, expected: list[Outcome]
) -> None:
    assert outcomes(kind, parts, place, KINDS) == expected


def test_an_effect_of_the_author_is_a_fact_when_it_names_an_entry() -> None:
    opened = {"open": {"s": str(INES), "p": "goal", "o": "leave"}}
    assert stated(opened, KINDS) == Outcome(INES, "goal", text="leave")
    assert stated({"close": {"s": str(TOWER), "p": "held_by", "o": str(INES)}}, KINDS) == Outcome(
        TOWER, "held_by", INES, opens=False
    )
    assert stated({"open": {"s": "?x", "p": "goal", "o": "leave"}}, KINDS) is None


def test_names_are_found_by_pinyin_and_initials() -> None:
    assert (pinyin_of("诸葛亮"), initials_of("诸葛亮")) == ("zhugeliang", "zgl")
    assert (pinyin_of("Ines Vale"), initials_of("Ines Vale"), initials_of("Ines")) == (None, "iv", None)
