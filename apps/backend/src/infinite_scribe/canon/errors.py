"""What can go wrong when the world of a novel is changed."""

from __future__ import annotations

from infinite_scribe.core.errors import DomainError, Kind


class EntryNotFoundError(DomainError):
    """The entry, fact, rule or inbox item is not in this novel."""

    code = "entry-not-found"
    kind = Kind.NOT_FOUND
    title = "This entry is not in the novel"


class UnknownPredicateError(DomainError):
    """The registry holds no such predicate; `params.nearest` lists names that look alike."""

    code = "unknown-predicate"
    kind = Kind.INVALID
    title = "The registry has no such fact"


class DomainMismatchError(DomainError):
    """The subject is of a kind that this predicate does not describe."""

    code = "domain-mismatch"
    kind = Kind.INVALID
    title = "This fact does not fit its subject"


class RangeMismatchError(DomainError):
    """The value or object is of a type that this predicate does not take."""

    code = "range-mismatch"
    kind = Kind.INVALID
    title = "This value does not fit the fact"


class IntervalEmptyError(DomainError):
    """The fact would end before it begins."""

    code = "interval-empty"
    kind = Kind.INVALID
    title = "The fact ends before it begins"


class SingleValuedOverlapError(DomainError):
    """Another value already holds in the past; replace, split or keep both as disputed."""

    code = "single-valued-overlap"
    kind = Kind.CONFLICT
    title = "Another value already holds at that time"


class CanonCycleError(DomainError):
    """The relation would lead back to its start; `params.path` names the entries."""

    code = "canon-cycle"
    kind = Kind.CONFLICT
    title = "The relation would run in a circle"


class AliasTakenError(DomainError):
    """The name belongs to another live entry; `params.entity_id` says which."""

    code = "alias-taken"
    kind = Kind.CONFLICT
    title = "Another entry already has this name"


class LockedElementError(DomainError):
    """The author locked the element; agents may not change it."""

    code = "locked-element"
    kind = Kind.CONFLICT
    title = "The author has locked this"


class ItemAlreadyDecidedError(DomainError):
    """The inbox item was decided before."""

    code = "item-already-decided"
    kind = Kind.CONFLICT
    title = "This suggestion was already decided"


class FinalValueError(DomainError):
    """The value is final (dead, destroyed); an event must undo it. `params.ways` lists the ways out."""

    code = "final-value"
    kind = Kind.CONFLICT
    title = "This cannot change any more"


class MergeSelfError(DomainError):
    """An entry cannot be merged with itself, nor with one that was merged into it."""

    code = "merge-self"
    kind = Kind.INVALID
    title = "An entry cannot be merged with itself"


class MomentInvalidError(DomainError):
    """`as_of` is not `end`, `t:<tick>`, `scene:<id>` or `scene:<id>:<pid>`, or names a scene that is not there."""

    code = "moment-invalid"
    kind = Kind.INVALID
    title = "This moment is not in the story"
