"""When a gate asks, and which modes are refused because they would never do anything."""

from __future__ import annotations

import pytest

from infinite_scribe.agents.director.spending import Purse
from infinite_scribe.runs.errors import InvalidInputError
from infinite_scribe.runs.gates import Asking, Gate, check_gates


def test_what_would_do_nothing_is_refused_with_the_modes_there_are() -> None:
    check_gates({
        "plan": "ask_if_cost_over(2.50)", "accept": "ask_if_contradiction", "contradiction": "keep",
        "replan": "ask_if_cost_over(1)", "spend": "ask_if_cost_over(0.5)",
    })  # fmt: skip
    for gates in (
        {"plan": "ask_if_contradiction"},
        {"replan": "ask_if_contradiction"},
        {"spend": "ask_if_contradiction"},
        {"contradiction": "ask_if_cost_over(1)"},
        {"plan": "ask_if_cost_over(x)"},
    ):
        with pytest.raises(InvalidInputError, match="it can be ask"):
            check_gates(gates)


@pytest.mark.parametrize(
    ("mode", "asks"),
    [
        ("auto", [False, False, False]),
        ("ask", [True, True, True]),
        ("ask_if_contradiction", [False, True, False]),
        ("ask_if_cost_over(2)", [False, False, True]),
    ],
)
def test_a_gate_asks_always_never_on_a_contradiction_or_above_a_cost(mode: str, asks: list[bool]) -> None:
    asking = Asking.of({"accept": mode}, Gate.ACCEPT)
    told = [asking.asks(), asking.asks(contradiction=True), asking.asks(spent=2.01)]
    assert told == asks


def test_a_price_asks_each_time_it_is_reached_again() -> None:
    purse = Purse(Asking.of({"spend": "ask_if_cost_over(1)"}, Gate.SPEND))
    assert [purse.wants_word(spent) for spent in (0.4, 1.2, 1.9, 3.5, 3.9, 4.0)] == [
        False, True, False, True, False, True,
    ]  # fmt: skip
    assert not Purse(Asking("auto")).wants_word(100)
    assert Purse(Asking("ask")).wants_word(0)
    nothing = Purse(Asking("cost", 0.0))
    assert [nothing.wants_word(spent) for spent in (0.0, 0.1, 0.1, 0.2)] == [False, True, False, True]
