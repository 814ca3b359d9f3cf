"""What can go wrong with files."""

from __future__ import annotations

from infinite_scribe.core.errors import BugError, InvalidError, NotFoundError


class NotATextError(InvalidError):
    code = "import-not-text"
    title = "This file is not a text"


class EmptyImportError(InvalidError):
    code = "import-empty"
    title = "There is no text in this file"


class ImportTooLargeError(InvalidError):
    code = "import-too-large"
    title = "This text is too large for one book"
    status = 413


class ImportNotFoundError(NotFoundError):
    code = "not-found"
    title = "This import is no longer here"


class ImportAppliedError(InvalidError):
    code = "import-applied"
    title = "This import is a book already"


class ExportNotFoundError(NotFoundError):
    code = "not-found"
    title = "This file is no longer here"


class ExportFailedError(BugError):
    code = "export-failed"
    title = "The file could not be made"
