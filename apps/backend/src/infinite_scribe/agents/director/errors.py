"""What the director refuses."""

from __future__ import annotations

from infinite_scribe.core.errors import ConflictError


class ChapterWrittenError(ConflictError):
    code = "chapter-written"
    title = "This chapter has text in every scene; draft a scene again or add an empty one"


class BookWrittenError(ConflictError):
    code = "book-written"
    title = "Every planned chapter has text in every scene; plan further chapters first"


class NothingAheadError(ConflictError):
    code = "nothing-ahead"
    title = "From this card on everything is written or locked"


class PlanCompleteError(ConflictError):
    code = "plan-complete"
    title = "The plan already reaches the end of the book; say how many further chapters there are to be"
