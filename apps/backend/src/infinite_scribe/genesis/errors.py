"""What can go wrong on the way from an idea to a plan."""

from __future__ import annotations

from infinite_scribe.core.errors import DomainError, Kind


class StageIncompleteError(DomainError):
    """The stage lacks content that its level needs; `params.missing` lists field, have and need."""

    code = "stage-incomplete"
    kind = Kind.CONFLICT
    title = "This stage is not complete yet"


class StageAuditError(DomainError):
    """What the stage holds contradicts itself; `params.issues` lists code, where and text."""

    code = "stage-audit"
    kind = Kind.CONFLICT
    title = "Something in this stage does not agree with the rest"


class StageLockedError(DomainError):
    """A locked stage is unlocked before it is changed."""

    code = "stage-locked"
    kind = Kind.CONFLICT
    title = "This stage is locked"


class DraftChangedError(DomainError):
    """What is to be replaced is no longer what the author saw; `params.path` names the field, if it is one."""

    code = "draft-changed"
    kind = Kind.CONFLICT
    title = "This was changed meanwhile"


class StageNotReadyError(DomainError):
    """Earlier stages come first; `params.blocked_by` names them."""

    code = "stage-not-ready"
    kind = Kind.CONFLICT
    title = "An earlier stage is still open"


class StageStateError(DomainError):
    """The stage is not in a state in which this can be done; `params.status` names it."""

    code = "stage-state"
    kind = Kind.CONFLICT
    title = "This stage is in another state"


class ConversationBusyError(DomainError):
    """One message is being answered and one waits."""

    code = "conversation-busy"
    kind = Kind.CONFLICT
    title = "One message is being answered and another one waits"


class RoundStateError(DomainError):
    """The round is not in a state in which this can be done; `params.status` names it."""

    code = "round-state"
    kind = Kind.CONFLICT
    title = "This message is in another state"


class RoundNotFoundError(DomainError):
    """There is no such message in this stage."""

    code = "round-not-found"
    kind = Kind.NOT_FOUND
    title = "There is no such message"


class OptionNotFoundError(DomainError):
    """There is no such option in this stage."""

    code = "option-not-found"
    kind = Kind.NOT_FOUND
    title = "There is no such option"


class ConstraintNotFoundError(DomainError):
    """There is no such wish."""

    code = "constraint-not-found"
    kind = Kind.NOT_FOUND
    title = "There is no such wish"


class UnknownFieldError(DomainError):
    """The stage has no field of this path, or nothing to put there."""

    code = "unknown-field"
    kind = Kind.INVALID
    title = "This stage has no such field"


class QuickStartDoneError(DomainError):
    """The novel already has a plan; a quick start would write over it."""

    code = "quick-start-done"
    kind = Kind.CONFLICT
    title = "This novel already has a plan"
