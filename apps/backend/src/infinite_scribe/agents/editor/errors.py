"""What an editor may have to refuse."""

from __future__ import annotations

from infinite_scribe.core.errors import InvalidError


class NothingToReadError(InvalidError):
    code = "nothing-to-read"
    title = "There is no text here yet that could be read"
