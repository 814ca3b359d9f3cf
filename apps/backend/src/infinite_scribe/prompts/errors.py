"""Refusals of prompts."""

from __future__ import annotations

from infinite_scribe.core.errors import BugError, ConflictError, InvalidError, NotFoundError


class PromptFileError(BugError):
    code = "prompt-broken"
    title = "A prompt file cannot be used"


class PromptNotFoundError(NotFoundError):
    code = "prompt-not-found"
    title = "There is no such prompt"


class PromptVariablesError(InvalidError):
    """`unknown` stand in the text and mean nothing, `missing` must stand in it."""

    code = "prompt-variables"
    title = "The variables of this prompt do not fit"


class PromptChangedError(ConflictError):
    """Somebody saved another wording since this one was read; `version` names what is in force now, null: none."""

    code = "prompt-changed"
    title = "This prompt was changed meanwhile"


class PlaceNeededError(InvalidError):
    """A preview needs a place of the book, or an earlier call, that this prompt can be filled from."""

    code = "prompt-place-needed"
    title = "This prompt needs a place to be shown for"
