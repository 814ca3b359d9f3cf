"""What can keep a briefing from being made."""

from __future__ import annotations

from infinite_scribe.core.errors import DomainError, Kind


class BriefingTooLargeError(DomainError):
    """What must be said does not fit the model; `params.slots` names the slots with their tokens."""

    code = "briefing-too-large"
    kind = Kind.INVALID
    title = "The model's context is too small for this"
