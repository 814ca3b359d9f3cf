"""When a judge may decide, and what of a model's profile stands in the way of asking for more."""

from __future__ import annotations

from typing import Any

import pytest

from infinite_scribe.briefing.rules import ROOM, Tier, room_left, tier_for
from infinite_scribe.core.clock import now
from infinite_scribe.providers.capabilities import at_once, context_of, items_of
from infinite_scribe.providers.judging import (
    MOST_WORDINGS,
    STORYTELLER,
    VERSION,
    figure_of,
    in_words,
    trusted,
    with_shown,
)


@pytest.mark.parametrize(
    ("shown", "passes"),
    [
        ({"pairs": 20, "right": 17, "flips": 2}, True),
        ({"pairs": 20, "right": 16, "flips": 2}, False),
        ({"pairs": 20, "right": 20, "flips": 3}, False),
        ({"pairs": 6, "right": 6, "flips": 0}, False),
    ],
)
def test_a_judge_has_to_be_right_often_and_swayed_rarely(shown: dict[str, int], passes: bool) -> None:
    assert trusted({"version": VERSION, "choice": shown}) == (("choice",) if passes else ())


def test_what_was_shown_on_other_trials_counts_no_more() -> None:
    shown = {"choice": {"pairs": 20, "right": 20, "flips": 0}}
    assert trusted({"version": VERSION - 1, **shown}) == ()
    assert trusted(None) == trusted({}) == ()


def test_what_was_shown_counts_for_the_words_it_was_asked_in() -> None:
    """Each wording keeps its own; the oldest are forgotten, and so is what was shown on other trials."""
    good, bad = ({"pairs": 20, "right": right, "flips": 0} for right in (20, 5))
    found = with_shown(
        {"version": VERSION - 1, "choice": {"old": good}}, {"choice": good}, {"choice": "a"}, now()
    )
    found = with_shown(found, {"choice": bad}, {"choice": "b"}, now())
    assert trusted(in_words(found, {"choice": "a"})) == ("choice",)
    assert trusted(in_words(found, {"choice": "b"})) == ()
    assert "choice" not in in_words(found, {"choice": "old"})
    for number in range(MOST_WORDINGS):
        found = with_shown(found, {"choice": bad}, {"choice": f"c{number}"}, now())
    assert len(found["choice"]) == MOST_WORDINGS
    assert "choice" not in in_words(found, {"choice": "a"})


def test_a_model_that_was_too_small_for_a_trial_is_not_trusted() -> None:
    shown = {"pairs": 20, "right": 20, "flips": 0, "too_small": {"reads": 900, "needs": 1_400}}
    assert trusted({"version": VERSION, "choice": shown}) == ()


@pytest.mark.parametrize("language", ["en", "zh", "zh-CN"])
def test_the_storyteller_may_pick_in_its_languages(language: str) -> None:
    assert "choice" in trusted(STORYTELLER[figure_of(language).removeprefix("judge_")])


@pytest.mark.parametrize(
    ("profile", "local", "context"),
    [
        ({}, True, None),
        ({"context_tokens": 8_000}, True, 8_000),
        ({"context_tokens": 16_020, "context_at_least": True}, True, None),
        ({"context_tokens": 8_000, "context_at_least": False}, True, 8_000),
        ({"context_tokens": 2_450}, False, None),
        ({"context_tokens": 2_000}, False, 2_000),
        ({"context_tokens": 32_000, "declared_tokens": 32_000}, False, 32_000),
        ({"context_tokens": "many"}, True, None),
    ],
)
def test_only_what_is_known_to_limit_a_model_limits_it(
    profile: dict[str, Any], local: bool, context: int | None
) -> None:
    assert context_of(profile, local=local) == context


def test_figures_that_were_not_measured_limit_nothing() -> None:
    assert (items_of({}), at_once({}), at_once({"concurrency": None})) == (None, None, None)
    assert (items_of({"list_length": 2}), at_once({"concurrency": 3})) == (2, 3)


@pytest.mark.parametrize(
    ("context", "tier"),
    [
        (2_000, Tier.TINY),
        (8_000, Tier.TINY),
        (12_000, Tier.COMPACT),
        (16_000, Tier.COMPACT),
        (32_000, Tier.FULL),
    ],
)
def test_a_model_that_reads_less_is_given_a_smaller_briefing(context: int, tier: Tier) -> None:
    assert tier_for(room_left(context)) is tier
    assert room_left(context) >= ROOM[Tier.TINY]
