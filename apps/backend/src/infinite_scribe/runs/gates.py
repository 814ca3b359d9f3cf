"""Where a run asks the author, and when: the modes a gate may be set to, and what the words of a mode mean. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from infinite_scribe.runs.errors import InvalidInputError


class Gate(StrEnum):
    """The places of the chapter loop where an author may want to be asked.

    `structure`: no model gave an answer of the asked form; `code` lets the built-in storyteller answer then.
    """

    PLAN = "plan"
    CONTRADICTION = "contradiction"
    ACCEPT = "accept"
    REPLAN = "replan"
    SPEND = "spend"
    STRUCTURE = "structure"


_COST = re.compile(r"ask_if_cost_over\((\d{1,6}(?:\.\d{1,6})?)\)")
_ASKING = frozenset({"auto", "ask"})
_CLASH = frozenset({"ask_if_contradiction"})
# A plan with faults is always asked about, and a change of the plan that clashes is not made: neither has that mode.
_MODES: Mapping[Gate, frozenset[str]] = {
    Gate.PLAN: _ASKING,
    Gate.CONTRADICTION: _ASKING | _CLASH | {"keep"},
    Gate.ACCEPT: _ASKING | _CLASH,
    Gate.REPLAN: _ASKING | {"off"},
    Gate.SPEND: _ASKING,
    Gate.STRUCTURE: frozenset({"ask", "code"}),
}
_PRICED = frozenset({Gate.PLAN, Gate.ACCEPT, Gate.REPLAN, Gate.SPEND})


@dataclass(frozen=True)
class Asking:
    """What a gate was set to. `over` is in US dollars."""

    mode: str
    over: float | None = None

    @classmethod
    def of(cls, gates: Mapping[str, str], gate: Gate, default: str = "auto") -> Asking:
        """Return the mode of a gate; unset ones have `default`."""
        mode = gates.get(gate, default)
        priced = _COST.fullmatch(mode)
        return cls("cost", float(priced[1])) if priced else cls(mode)

    def asks(self, *, contradiction: bool = False, spent: float = 0.0) -> bool:
        """Say whether to ask now. `spent` is what the run's whole family has cost so far, in US dollars."""
        if self.mode == "ask_if_contradiction":
            return contradiction
        if self.over is not None:
            return spent > self.over
        return self.mode == "ask"

    def passed(self, before: float, now: float) -> bool:
        """Say whether the run has cost once more as much as its author set, since `before`; dollars both."""
        if self.over is None:
            return False
        return now > before if self.over == 0 else int(now / self.over) > int(before / self.over)


def check_gates(gates: Mapping[str, str]) -> None:
    """Refuse a mode that a gate of the loop does not have. Raises `InvalidInputError`."""
    for name, mode in gates.items():
        if name not in set(Gate):
            continue
        gate = Gate(name)
        if mode in _MODES[gate] or (gate in _PRICED and _COST.fullmatch(mode)):
            continue
        modes = [*sorted(_MODES[gate]), *(["ask_if_cost_over(dollars)"] if gate in _PRICED else [])]
        raise InvalidInputError(
            f"The gate {name} cannot be {mode!r}; it can be {', '.join(modes)}.", gate=name
        )
