"""What can go wrong on the way from an idea to a plan."""

from __future__ import annotations

from infinite_scribe.core.errors import DomainError, Kind


class StageIncompleteError(DomainError):
    """The stage lacks content that its level needs; `params.missing` lists field, have and need."""

    code = "stage-incomplete"
    kind = Kind.CONFLICT
    title = "This stage is not complete yet"


class QuickStartDoneError(DomainError):
    """The novel already has a plan; a quick start would write over it."""

    code = "quick-start-done"
    kind = Kind.CONFLICT
    title = "This novel already has a plan"
