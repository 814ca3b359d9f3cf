"""What can go wrong with findings."""

from __future__ import annotations

from infinite_scribe.core.errors import DomainError, Kind


class FindingNotFoundError(DomainError):
    """The finding is not in a novel of this user."""

    code = "finding-not-found"
    kind = Kind.NOT_FOUND
    title = "This finding does not exist"


class FindingDecidedError(DomainError):
    """The finding was decided before."""

    code = "finding-already-decided"
    kind = Kind.CONFLICT
    title = "This finding was already decided"
