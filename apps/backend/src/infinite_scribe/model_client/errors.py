"""What can go wrong on the way to the `llm` process itself. A provider's failures come as `CallFailed`."""

from __future__ import annotations

from infinite_scribe.core.errors import DomainError, Kind


class ModelsUnavailableError(DomainError):
    """No `llm` process answered for as long as the caller was willing to wait. Nothing is lost: ask again."""

    code = "agent-unavailable"
    kind = Kind.UNAVAILABLE
    title = "The model service is not reachable"


class RefusedCallError(DomainError):
    """The `llm` process refused the request before it became a call; the problem is in `problem`."""

    code = "llm-refused-request"
    kind = Kind.BUG
    title = "The model service did not take the request"

    def __init__(self, problem: dict[str, object]) -> None:
        super().__init__(str(problem.get("detail") or self.title))
        self.problem = problem

    def to_problem(self) -> dict[str, object]:
        """Return the problem as `llm` worded it."""
        return {**super().to_problem(), **self.problem}
