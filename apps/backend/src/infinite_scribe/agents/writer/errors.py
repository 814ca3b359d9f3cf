"""What the writer cannot do."""

from __future__ import annotations

from infinite_scribe.core.errors import ConflictError, UpstreamError


class NoProseError(UpstreamError):
    code = "no-output"
    title = "The model returned no usable prose"


class TextChangedError(ConflictError):
    code = "content-changed"
    title = "The passage was changed before the rewrite began"


class NothingToWriteError(ConflictError):
    code = "nothing-to-write"
    title = "Every beat of this scene is written, or it has none"
