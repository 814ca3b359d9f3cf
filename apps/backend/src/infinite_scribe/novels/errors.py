"""What can go wrong with a novel as a whole."""

from __future__ import annotations

from infinite_scribe.core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError


class NovelNotFoundError(NotFoundError):
    """Missing and foreign ids answer alike, so that nobody learns which books exist."""


class NotAllowedError(ForbiddenError):
    """The reader may see this novel, and may not do this with it."""

    code = "not-allowed"
    title = "Your role does not allow this"


class NovelInTrashError(ConflictError):
    """The novel must be restored before it can change."""

    code = "novel-in-trash"
    title = "This book is in the trash"


class NovelNotInTrashError(ConflictError):
    """Only what lies in the trash can be deleted for ever."""

    code = "novel-not-in-trash"
    title = "Move the book to the trash first"


class UnknownRevisionError(InvalidError):
    """There is no such revision to return to."""

    code = "unknown-revision"
    title = "This book has no such revision"


class LastOwnerError(ConflictError):
    """A novel and a workspace always keep an owner."""

    code = "last-owner"
    title = "A book needs an owner"
