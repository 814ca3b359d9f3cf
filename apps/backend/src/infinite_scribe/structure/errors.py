"""What can go wrong with the order of a book."""

from __future__ import annotations

from infinite_scribe.core.errors import ConflictError, InvalidError, NotFoundError


class SceneNotFoundError(NotFoundError):
    """Missing and foreign scenes answer alike."""


class ChapterNotFoundError(NotFoundError):
    """Missing and foreign chapters answer alike."""


class StructureChangedError(ConflictError):
    """Somebody changed the order since it was read; `params.current` is the present structure version."""

    code = "structure-changed"
    title = "The order of the book changed meanwhile"


class StructureOperationError(InvalidError):
    """An operation that cannot be applied; `params.op` is its position in the list."""

    code = "structure-operation-invalid"
    title = "This change of the order is not possible"


class LockedElementError(ConflictError):
    """A locked part, chapter or scene is changed by nobody but who unlocks it."""

    code = "locked-element"
    title = "This is locked"


class IdTakenError(ConflictError):
    """The id that was chosen for a new element is in use."""

    code = "id-taken"
    title = "This id is in use"
