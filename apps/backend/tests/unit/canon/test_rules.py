"""The registry and the pure rules of the canon."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infinite_scribe.canon.errors import (
    CanonCycleError,
    IntervalEmptyError,
    RangeMismatchError,
    UnknownPredicateError,
)
from infinite_scribe.canon.registry import Cardinality, explain, find, registry
from infinite_scribe.canon.rules import (
    FactDraft,
    FactValue,
    Verdict,
    check_acyclic,
    checked,
    compare,
    normalise,
)

ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))


def draft(predicate: str, value: FactValue, **members: object) -> FactDraft:
    return FactDraft(ONE, "character", predicate, value, **members)  # type: ignore[arg-type]


def test_every_predicate_has_labels_in_both_languages_and_something_to_hold() -> None:
    assert len(registry()) == 66
    for predicate in registry().values():
        assert predicate.label_en
        assert predicate.label_zh
        assert predicate.object_kinds or predicate.value_types, predicate.key
        assert "any" not in predicate.domain


def test_the_registry_says_what_the_design_says() -> None:
    life = registry()["life_state"]
    assert (life.terminal, life.always_in_briefing, life.severity) == (("dead",), True, "blocker")
    assert registry()["attitude_to"].cardinality is Cardinality.ONE_PER_PAIR
    assert registry()["item_state"].terminal == ("destroyed", "consumed")
    assert registry()["disguised_as"].publicity == "secret"
    assert explain("eye_colour", "en") == "eye colour: can have only one at a time, and it never changes"
    assert "同一时间只能有一个" in explain("eye_colour", "zh")


def test_an_unknown_predicate_names_the_nearest() -> None:
    with pytest.raises(UnknownPredicateError) as refused:
        checked(draft("eye_color", FactValue(text="green")))
    assert refused.value.params["nearest"][0] == "eye_colour"


@pytest.mark.parametrize(
    ("predicate", "value", "kind"),
    [
        ("life_state", FactValue(text="asleep"), None),
        ("height_cm", FactValue(text="tall"), None),
        ("located_at", FactValue(object_id=TWO), "item"),
        ("eye_colour", FactValue(), None),
        ("eye_colour", FactValue(text="  "), None),
    ],
)
def test_a_value_that_does_not_fit_is_refused(predicate: str, value: FactValue, kind: str | None) -> None:
    with pytest.raises(RangeMismatchError):
        checked(draft(predicate, value, object_kind=kind))


def test_a_fact_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(IntervalEmptyError):
        checked(draft("gender", FactValue(text="female"), from_tick=5, to_tick=5))


@pytest.mark.parametrize(
    ("predicate", "left", "right", "verdict"),
    [
        ("eye_colour", "green", "emerald", Verdict.AGREE),
        ("eye_colour", "green", "绿色", Verdict.AGREE),
        ("eye_colour", "green", "brown", Verdict.CLASH),
        ("eye_colour", "hazel", "brown", Verdict.UNDECIDED),
        ("eye_colour", "green", "octarine", Verdict.UNDECIDED),
        ("eye_colour", "green", "green and gold", Verdict.UNDECIDED),
        ("life_state", "dead", "alive", Verdict.CLASH),
        ("life_state", "dead", "unknown", Verdict.UNDECIDED),
        ("handedness", "left", "LEFT", Verdict.AGREE),
        ("feels", "sad", "glad", Verdict.UNDECIDED),
        ("weather", "rain", "clear", Verdict.CLASH),
        ("weather", "rain", "wind", Verdict.UNDECIDED),
    ],
)
def test_comparisons_have_three_answers(predicate: str, left: str, right: str, verdict: Verdict) -> None:
    row = registry()[predicate]
    assert compare(row, FactValue(text=left), FactValue(text=right)) is verdict
    assert compare(row, FactValue(text=right), FactValue(text=left)) is verdict


def test_numbers_have_room_and_places_contain_one_another() -> None:
    height, located = registry()["height_cm"], registry()["located_at"]
    assert compare(height, FactValue(number=180), FactValue(number=180.3)) is Verdict.AGREE
    assert compare(height, FactValue(number=180), FactValue(number=165)) is Verdict.CLASH
    places = FactValue(object_id=ONE), FactValue(object_id=TWO)
    assert compare(located, *places) is Verdict.CLASH
    assert (
        compare(located, *places, contains=lambda outer, inner: (outer, inner) == (TWO, ONE)) is Verdict.AGREE
    )


def test_a_circle_names_its_path() -> None:
    edges = [(ONE, TWO), (TWO, THREE)]
    with pytest.raises(CanonCycleError) as refused:
        check_acyclic("part_of", edges, (THREE, ONE))
    assert refused.value.params["path"] == [str(one) for one in (THREE, ONE, TWO, THREE)]
    check_acyclic("knows_person", edges, (THREE, ONE))
    check_acyclic("part_of", edges, (ONE, THREE))


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text) or normalise(text) != text.casefold()


@given(st.sampled_from(sorted(registry())), st.text(max_size=12), st.text(max_size=12))
def test_comparing_never_fails_and_is_symmetric(key: str, left: str, right: str) -> None:
    predicate = find(key)
    assert predicate is not None
    one, other = FactValue(text=left), FactValue(text=right)
    assert compare(predicate, one, other) is compare(predicate, other, one)
