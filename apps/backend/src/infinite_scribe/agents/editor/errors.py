"""What an editor may have to refuse."""

from __future__ import annotations

from infinite_scribe.core.errors import ConflictError, InvalidError


class NothingToReadError(InvalidError):
    code = "nothing-to-read"
    title = "There is no text here yet that could be read"


class NoModelToTryError(InvalidError):
    code = "judge-not-named"
    title = "Say which model is to be tried as a judge"


class NotYoursToTryError(ConflictError):
    """The built-in storyteller is tried with each release; somebody else's model is tried by them."""

    code = "judge-not-yours"
    title = "This model is not yours to be tried as a judge"
