"""How vague a node of the plan is."""

from __future__ import annotations

from infinite_scribe.plot.rules import vagueness


def test_the_vaguest_node_comes_first() -> None:
    assert vagueness(2, ["Ines waits."], ["Ines"]) == 4
    assert vagueness(0, ["Ines waits.", "It rains."], ["Ines"]) == 0.5
    assert vagueness(0, [], []) == 1
