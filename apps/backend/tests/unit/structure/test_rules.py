"""Ranks always fit between their neighbours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infinite_scribe.structure.rules import is_rank, rank_between, ranks


@given(places=st.lists(st.floats(0, 1, exclude_max=True), max_size=120), count=st.integers(0, 8))
def test_a_rank_fits_anywhere_and_keeps_the_order(places: list[float], count: int) -> None:
    found = ranks(count)
    for place in places:
        position = int(place * (len(found) + 1))
        before = found[position - 1] if position else None
        after = found[position] if position < len(found) else None
        found.insert(position, rank_between(before, after))
    assert found == sorted(set(found))
    assert all(is_rank(rank) for rank in found)


@given(count=st.integers(0, 60))
def test_many_ranks_between_two_neighbours(count: int) -> None:
    found = ["V", *ranks(count, "V", "W"), "W"]
    assert found == sorted(set(found))
    assert len(found) == count + 2


def test_appending_keeps_keys_short() -> None:
    rank: str | None = None
    for _ in range(1_000):
        rank = rank_between(rank, None)
    assert rank is not None
    assert len(rank) < 40


@pytest.mark.parametrize(("before", "after"), [("b", "a"), ("a", "a"), ("a0", None), (None, "é"), ("", "")])
def test_what_is_no_pair_of_ranks_is_refused(before: str, after: str | None) -> None:
    with pytest.raises(ValueError, match="rank"):
        rank_between(before, after)
