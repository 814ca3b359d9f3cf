"""What the rules of the plan linter find. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from infinite_scribe.plot.lint_facts import PlanIssue, Where
from infinite_scribe.plot.rules import Level

CODES = (
    "P-EMPTY", "P-CYCLE", "P-REACH", "P-EXIT", "P-DEAD", "P-TWO", "P-TRAVEL", "P-ITEM", "P-KNOW", "P-PAY", "P-PLANT",
    "P-WINDOW", "P-REVEAL", "P-TURN", "P-DATE", "P-CAST", "P-BUDGET", "P-SAME", "P-END", "P-LOCK",
)  # fmt: skip
"""Every fault of a plan that code can name."""


class Findings:
    """What the rules found so far."""

    def __init__(self) -> None:
        self.issues: list[PlanIssue] = []
        self.missing: Counter[tuple[str, str]] = Counter()

    def error(self, code: str, where: Where, en: str, zh: str, **more: Collection[object]) -> None:
        """Say that drafting must wait."""
        self._add(code, Level.ERROR, where, en, zh, more)

    def warn(self, code: str, where: Where, en: str, zh: str, **more: Collection[object]) -> None:
        """Say what the author should look at."""
        self._add(code, Level.WARNING, where, en, zh, more)

    def skip(self, code: str, reason: str) -> None:
        """Say that a rule had too little to judge by."""
        self.missing[code, reason] += 1

    def _add(
        self, code: str, level: Level, where: Where, en: str, zh: str, more: Mapping[str, Collection[object]]
    ) -> None:
        assert code in CODES
        fields = tuple(str(one) for one in more.get("fields", ()))
        fixes = tuple(one for one in more.get("fixes", ()) if isinstance(one, Mapping))
        self.issues.append(PlanIssue(code, level, where, {"en": en, "zh": zh}, fields, fixes))
