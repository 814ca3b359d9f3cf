"""Promises: windows, acts of a scene, status, health."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from infinite_scribe.plot.promises import (
    Act,
    HeldValue,
    PromiseFacts,
    PromiseStatus,
    SceneActs,
    Shelf,
    acts_for,
    health,
    holds,
    is_empty_window,
    resolve_point,
    status_of,
)

MARA = uuid4()


def promise(**members: object) -> PromiseFacts:
    given: dict[str, object] = {
        "id": uuid4(),
        "statement": "The locked room will be opened.",
        "kind": "mystery",
        "weight": 3,
        "status": "planted",
        "setups": (2,),
    }
    return PromiseFacts(**(given | members))  # type: ignore[arg-type]


def act(at: int, one: PromiseFacts, *stage: UUID, card: dict[UUID, Act] | None = None) -> Act | None:
    scene = SceneActs(uuid4(), at, frozenset(stage), card or {})
    found = acts_for(scene, [one])
    return found[0].act if found else None


@pytest.mark.parametrize(
    ("at", "expected"),
    [(9, None), (10, None), (15, None), (16, Act.DUE), (19, Act.DUE), (25, Act.DUE)],
)
def test_the_last_third_of_the_window_is_due(at: int, expected: Act | None) -> None:
    assert act(at, promise(earliest=10, latest=19, setups=(8,))) is expected


def test_what_is_behind_its_window_says_how_far() -> None:
    found = acts_for(SceneActs(uuid4(), 25), [promise(earliest=10, latest=19)])
    assert (found[0].act, found[0].overdue, found[0].early) == (Act.DUE, 6, False)


def test_a_trigger_makes_due_inside_the_window_and_not_before() -> None:
    one = promise(earliest=10, latest=40, triggered=True)
    assert act(11, one) is Act.DUE
    assert act(9, one, MARA) is None
    assert (
        act(9, promise(earliest=10, latest=40, triggered=True, subjects=frozenset({MARA})), MARA) is Act.HOLD
    )


@pytest.mark.parametrize(("at", "expected"), [(10, None), (11, Act.REMIND), (30, Act.REMIND)])
def test_eight_scenes_without_a_word_ask_for_a_reminder(at: int, expected: Act | None) -> None:
    assert act(at, promise(setups=(2,))) is expected


def test_a_wide_window_lets_the_reader_wait_longer_and_a_reminder_starts_anew() -> None:
    wide = promise(setups=(2,), earliest=2, latest=62)
    assert act(22, wide) is None
    assert act(23, wide) is Act.REMIND
    assert act(23, promise(setups=(2,), reminders=(15,), earliest=2, latest=62)) is None


def test_before_the_window_only_a_subject_on_stage_holds() -> None:
    one = promise(earliest=10, latest=30, subjects=frozenset({MARA}))
    assert act(5, one, MARA) is Act.HOLD
    assert act(5, one) is None


def test_the_card_decides_and_a_reminder_before_the_window_says_so() -> None:
    one = promise(earliest=10, latest=30)
    assert act(5, one, card={one.id: Act.PAY}) is Act.PAY
    planned = promise(status="planned", setups=())
    assert act(1, planned, card={planned.id: Act.PLANT}) is Act.PLANT
    early = acts_for(SceneActs(uuid4(), 12), [promise(earliest=20, latest=30)])
    assert (early[0].act, early[0].early) == (Act.REMIND, True)


@pytest.mark.parametrize("status", ["planned", "paid", "subverted", "abandoned"])
def test_what_is_not_open_is_not_named(status: str) -> None:
    assert act(29, promise(status=status, earliest=10, latest=30)) is None


def test_an_abandoned_promise_is_silent_even_on_a_card() -> None:
    one = promise(status="abandoned")
    assert act(5, one, card={one.id: Act.PAY}) is None


def test_a_scene_before_the_setup_has_nothing_to_do_with_it() -> None:
    assert act(2, promise(setups=(4,), earliest=1, latest=3)) is None


def test_the_most_overdue_and_heaviest_come_first() -> None:
    light, heavy = promise(weight=1, earliest=1, latest=9), promise(weight=5, earliest=1, latest=9)
    late = promise(weight=1, earliest=1, latest=4)
    found = acts_for(SceneActs(uuid4(), 9), [light, heavy, late])
    assert [one.promise_id for one in found] == [late.id, heavy.id, light.id]


@pytest.mark.parametrize(
    ("realised", "triggered", "abandoned", "expected"),
    [
        ((), False, False, PromiseStatus.PLANNED),
        ((), True, False, PromiseStatus.PLANNED),
        (("plant",), False, False, PromiseStatus.PLANTED),
        (("plant",), True, False, PromiseStatus.ARMED),
        (("plant", "arm"), False, False, PromiseStatus.ARMED),
        (("plant", "pay"), True, False, PromiseStatus.PAID),
        (("plant", "subvert"), False, False, PromiseStatus.SUBVERTED),
        (("plant", "pay"), False, True, PromiseStatus.ABANDONED),
    ],
)
def test_the_status_follows_from_what_was_realised(
    realised: tuple[str, ...], triggered: bool, abandoned: bool, expected: PromiseStatus
) -> None:
    assert status_of(realised, triggered=triggered, abandoned=abandoned) is expected


def test_an_end_of_a_window_is_a_scene_a_chapter_or_a_share_of_the_book() -> None:
    scene, chapter = uuid4(), uuid4()
    shelf = Shelf({scene: 4}, {chapter: (3, 6)}, 20)
    assert resolve_point({"kind": "scene", "id": str(scene)}, shelf) == 4
    assert resolve_point({"kind": "chapter", "id": str(chapter)}, shelf) == 3
    assert resolve_point({"kind": "chapter", "id": str(chapter)}, shelf, closing=True) == 6
    assert resolve_point({"kind": "position", "at": 0.75}, shelf) == 15
    assert resolve_point({"kind": "position", "at": 0.0}, shelf) == 1
    assert resolve_point({"kind": "position", "at": 0.75}, Shelf({}, {})) is None
    assert resolve_point({"kind": "scene", "id": str(uuid4())}, shelf) is None


def test_a_window_without_room_is_empty() -> None:
    scene, chapter = uuid4(), uuid4()
    shelf = Shelf({scene: 6}, {chapter: (3, 6)}, None)
    late, early = {"kind": "position", "at": 0.6}, {"kind": "position", "at": 0.5}
    assert is_empty_window(late, early, shelf)
    assert is_empty_window(early, early, shelf)
    assert not is_empty_window(early, late, shelf)
    here, there = {"kind": "scene", "id": str(scene)}, {"kind": "chapter", "id": str(chapter)}
    assert is_empty_window(here, there, shelf)
    assert not is_empty_window(there, here, shelf)
    assert not is_empty_window(here, late, shelf)
    assert not is_empty_window(None, late, shelf)


def test_a_pattern_holds_when_a_fact_says_it() -> None:
    facts = [HeldValue(MARA, "life_state", "dead"), HeldValue(MARA, "hair_colour", "red", holds=False)]
    assert holds({"s": str(MARA), "p": "life_state", "o": "dead"}, facts)
    assert holds({"s": "?x", "p": "life_state"}, facts)
    assert not holds({"s": str(MARA), "p": "life_state", "o": "alive"}, facts)
    assert not holds({"s": str(uuid4()), "p": "life_state"}, facts)
    assert not holds({"s": str(MARA), "p": "hair_colour", "o": "red"}, facts)


def test_health_counts_distances_ages_and_orphans() -> None:
    paid, waiting = promise(status="paid", setups=(2,)), promise(setups=(3,))
    orphan = promise(status="paid", setups=())
    found = health([paid, waiting, orphan], {paid.id: 9, orphan.id: 4}, now_at=12)
    assert found.distances == {7: 1}
    assert found.open == [(waiting.id, 9)]
    assert found.orphans == [orphan.id]
    assert not found.at_once
    assert health([promise(status="paid", setups=(2,))], {}, 3).at_once is False
    quick = promise(status="paid", setups=(2,))
    assert health([quick], {quick.id: 3}, 9).at_once
