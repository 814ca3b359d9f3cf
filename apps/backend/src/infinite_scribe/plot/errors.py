"""What can go wrong when the plan is changed."""

from __future__ import annotations

from infinite_scribe.core.errors import DomainError, Kind


class CardNotFoundError(DomainError):
    """The scene has no card yet."""

    code = "card-not-found"
    kind = Kind.NOT_FOUND
    title = "This scene has no card yet"


class BranchNotFoundError(DomainError):
    code = "branch-not-found"
    kind = Kind.NOT_FOUND
    title = "There is no such branch of the plan"


class BranchDecidedError(DomainError):
    """The branch was adopted or thrown away; `params.status` says which."""

    code = "branch-decided"
    kind = Kind.CONFLICT
    title = "This branch was decided already"


class LockedPlanError(DomainError):
    """The author locked the element or one of the fields; `params.fields` names them."""

    code = "locked-element"
    kind = Kind.CONFLICT
    title = "The author has locked this"


class PlanStaleError(DomainError):
    """What the operation would change was changed after `base_revision`."""

    code = "plan-stale"
    kind = Kind.CONFLICT
    title = "This part of the plan was changed meanwhile"


class PlanTargetNotFoundError(DomainError):
    """The operation names something that is not in the plan."""

    code = "plan-target-not-found"
    kind = Kind.NOT_FOUND
    title = "This is not in the plan"


class PlanOperationInvalidError(DomainError):
    """The operation does not fit what it is about."""

    code = "plan-operation-invalid"
    kind = Kind.INVALID
    title = "The plan cannot be changed like this"


class PlanItemDecidedError(DomainError):
    """The suggestion was decided before."""

    code = "item-already-decided"
    kind = Kind.CONFLICT
    title = "This suggestion was already decided"


class PlanItemNotFoundError(DomainError):
    """The suggestion is not in this novel."""

    code = "plan-item-not-found"
    kind = Kind.NOT_FOUND
    title = "This suggestion is not in the novel"


class PromiseNotFoundError(DomainError):
    """The promise is not in this novel."""

    code = "promise-not-found"
    kind = Kind.NOT_FOUND
    title = "This promise is not in the novel"


class EmptyWindowError(DomainError):
    """The window closes before it opens."""

    code = "promise-window-empty"
    kind = Kind.INVALID
    title = "The promise would have to be kept before it may be"


class SampleNotFoundError(DomainError):
    """The sample is not in this novel."""

    code = "sample-not-found"
    kind = Kind.NOT_FOUND
    title = "This sample is not in the novel"


class TooManySamplesError(DomainError):
    """There are as many samples as a book keeps; `params.most` says how many."""

    code = "too-many-samples"
    kind = Kind.CONFLICT
    title = "The book has as many samples as it keeps"
