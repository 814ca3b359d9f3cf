"""Comparisons of facts: qualifiers, polarity, pairs, directions, units, the calendar."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infinite_scribe.canon.comparing import DIRECTIONS, Said, compare_facts
from infinite_scribe.canon.errors import RangeMismatchError
from infinite_scribe.canon.registry import INVERSES, Comparator, find, registry
from infinite_scribe.canon.rules import FactDraft, FactValue, Verdict, checked, compare
from infinite_scribe.canon.units import in_base
from infinite_scribe.structure.calendar import Reckoning
from infinite_scribe.structure.schemas import CalendarRead

INES, MARA, SHOP, TOWER, HARBOUR = (UUID(int=number) for number in range(1, 6))
AGREE, CLASH, UNDECIDED = Verdict.AGREE, Verdict.CLASH, Verdict.UNDECIDED


def said(predicate: str, value: object, subject: UUID = INES, *, holds: bool = True, **detail: Any) -> Said:
    meant = FactValue(object_id=value) if isinstance(value, UUID) else FactValue(text=str(value))
    return Said(subject, predicate, meant, detail, holds)


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        (said("eye_colour", "green", side="left"), said("eye_colour", "brown", side="right"), UNDECIDED),
        (said("eye_colour", "green"), said("eye_colour", "brown", side="right"), CLASH),
        (
            said("mark", "scar", part="cheek", side="left"),
            said("mark", "scar", part="cheek", side="right"),
            CLASH,
        ),
        (
            said("mark", "scar", part="cheek", side="left"),
            said("mark", "scar", part="hand", side="right"),
            UNDECIDED,
        ),
        (said("mark", "scar"), said("mark", "tattoo"), UNDECIDED),
        (said("can_do", "swim"), said("cannot_do", "swim"), CLASH),
        (said("can_do", "swim"), said("cannot_do", "sing"), UNDECIDED),
        (said("can_do", "swim"), said("can_do", "swim", holds=False), CLASH),
        (said("eye_colour", "green"), said("eye_colour", "brown", holds=False), AGREE),
        (said("allied_with", SHOP, TOWER), said("at_war_with", TOWER, SHOP), CLASH),
        (said("spouse_of", MARA), said("spouse_of", INES, MARA), AGREE),
        (said("spouse_of", MARA), said("spouse_of", HARBOUR), CLASH),
        (said("leads", SHOP), said("leads", SHOP, MARA), CLASH),
        (said("leads", SHOP), said("leads", TOWER, MARA), UNDECIDED),
        (said("parent_of", MARA, kind="blood"), said("parent_of", MARA, kind="step"), CLASH),
        (said("distance_to", TOWER, SHOP, km=100), said("distance_to", SHOP, TOWER, km=110), AGREE),
        (said("distance_to", TOWER, SHOP, km=100), said("distance_to", TOWER, SHOP, km=150), CLASH),
        (said("distance_to", TOWER, SHOP, km=100), said("distance_to", HARBOUR, SHOP, km=9), UNDECIDED),
        (said("attitude_to", MARA, strength=5), said("attitude_to", MARA, strength=2), AGREE),
        (said("attitude_to", MARA, strength=5), said("attitude_to", MARA, strength=-5), CLASH),
        (said("lies_to", TOWER, SHOP, dir="N"), said("lies_to", TOWER, SHOP, dir="NE"), AGREE),
        (said("lies_to", TOWER, SHOP, dir="N"), said("lies_to", TOWER, SHOP, dir="E"), CLASH),
        (said("lies_to", TOWER, SHOP, dir="N"), said("lies_to", SHOP, TOWER, dir="S"), AGREE),
        (said("lies_to", TOWER, SHOP, dir="N"), said("lies_to", SHOP, TOWER, dir="N"), CLASH),
        (said("lies_to", TOWER, SHOP), said("lies_to", TOWER, SHOP, dir="N"), UNDECIDED),
        (said("weather", "rain", SHOP), said("weather", "clear", SHOP), CLASH),
        (said("has_feature", "window", SHOP, count=2), said("has_feature", "window", SHOP, count=3), CLASH),
        (said("occupation", "doctor"), said("occupation", "physician"), AGREE),
        (said("occupation", "doctor"), said("occupation", "thief"), UNDECIDED),
        (said("eye_colour", "green"), said("eye_colour", "brown", MARA), UNDECIDED),
        (said("feels", "joy"), said("feels", "grief"), UNDECIDED),
    ],
)
def test_facts_are_compared_with_their_details(one: Said, other: Said, verdict: Verdict) -> None:
    assert compare_facts(one, other) is verdict
    assert compare_facts(other, one) is verdict


def test_a_place_inside_another_agrees() -> None:
    one, other = said("located_at", SHOP), said("located_at", HARBOUR)
    assert compare_facts(one, other) is CLASH
    assert compare_facts(one, other, lambda outer, inner: (outer, inner) == (HARBOUR, SHOP)) is AGREE


@pytest.mark.parametrize(
    ("number", "unit", "other", "other_unit", "verdict"),
    [
        (180, "cm", 1.8, "m", AGREE),
        (180, None, 5.9, "feet", AGREE),
        (180, None, 5, "feet", CLASH),
        (180, "cm", 5.4, "尺", AGREE),
        (180, "cm", 3, "hands", UNDECIDED),
    ],
)
def test_figures_are_compared_in_one_unit(
    number: float, unit: str | None, other: float, other_unit: str | None, verdict: Verdict
) -> None:
    height = registry()["height_cm"]
    one, second = FactValue(number=number, unit=unit), FactValue(number=other, unit=other_unit)
    assert compare(height, one, second) is verdict


@given(st.floats(0.01, 1e6), st.sampled_from(["cm", "feet", "里", "kg", "斤", "pint", "hours", "dozen"]))
def test_a_figure_agrees_with_itself_in_its_base_unit(number: float, unit: str) -> None:
    dimension, base = in_base(number, unit)
    assert not dimension.startswith("unit:")
    assert in_base(number * 2, unit)[1] == pytest.approx(base * 2)


values = st.one_of(
    st.sampled_from([SHOP, TOWER, HARBOUR, INES, MARA]),
    st.sampled_from(["green", "brown", "left", "rain", "clear", "swim", "dead", "alive", ""]),
)
details = st.dictionaries(
    st.sampled_from(["side", "part", "kind", "count", "km", "strength", "dir"]),
    st.sampled_from(["left", "right", "N", "SW", 3, 40, -2]),
    max_size=3,
)


@given(st.sampled_from(sorted(registry())), values, values, details, details, st.booleans(), st.booleans())
def test_comparing_facts_never_fails_and_is_symmetric(
    key: str, left: object, right: object, one: dict[str, Any], other: dict[str, Any], yes: bool, again: bool
) -> None:
    first = said(key, left, holds=yes, **one)
    second = said(key, right, holds=again, **other)
    assert compare_facts(first, second) is compare_facts(second, first)
    assert compare_facts(first, first) is not CLASH


@given(st.sampled_from(DIRECTIONS), st.sampled_from(DIRECTIONS))
def test_swapping_the_ends_turns_the_compass_around(one: str, other: str) -> None:
    around = DIRECTIONS[(DIRECTIONS.index(other) + 4) % 8]
    straight = compare_facts(said("lies_to", TOWER, SHOP, dir=one), said("lies_to", TOWER, SHOP, dir=other))
    swapped = compare_facts(said("lies_to", TOWER, SHOP, dir=one), said("lies_to", SHOP, TOWER, dir=around))
    assert straight is swapped


def calendar(**members: object) -> Reckoning:
    given_by_author: dict[str, Any] = {
        "kind": "plain", "zero_instant": None, "day_ticks": 1_440, "week_length": 7, "year_days": 365,
        "season_table": [], "moon": None, **members,
    }  # fmt: skip
    return Reckoning.of(CalendarRead(**given_by_author))


def test_the_calendar_says_the_days_the_author_gave_it() -> None:
    dated = calendar(kind="gregorian", zero_instant="2024-03-25T08:00:00+00:00")
    assert dated.weekday(0) == "monday"
    seasons = [{"name": "Spring", "from_day_of_year": 60}, {"name": "Winter", "from_day_of_year": 330}]
    year = calendar(season_table=seasons)
    assert [year.season(day * 1_440) for day in (0, 59, 329)] == ["winter", "spring", "winter"]
    moon = calendar(moon={"period_days": 28, "full_at_tick": 0})
    assert [moon.moon_phase(day * 1_440) for day in (0, 7, 14, 21, 28)] == [
        "full",
        "waning",
        "new",
        "waxing",
        "full",
    ]


def test_every_row_is_complete() -> None:
    for key, row in registry().items():
        assert row.hints_en, key
        assert row.hints_zh, key
        assert row.comparator in Comparator
    assert all(find(target) for target in INVERSES.values())
    assert not INVERSES.keys() & registry().keys()


@pytest.mark.parametrize(
    ("predicate", "detail"),
    [("attitude_to", {"strength": 11}), ("lies_to", {"dir": "UP"}), ("injured_at", {"grade": 4})],
)
def test_a_detail_that_does_not_fit_is_refused(predicate: str, detail: dict[str, Any]) -> None:
    kind = "place" if predicate == "lies_to" else "character"
    value = FactValue(text="arm") if predicate == "injured_at" else FactValue(object_id=MARA)
    with pytest.raises(RangeMismatchError) as refused:
        checked(FactDraft(INES, kind, predicate, value, kind, detail))
    assert refused.value.params["qualifier"] in detail
