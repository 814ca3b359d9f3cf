"""What can go wrong with the text."""

from __future__ import annotations

from infinite_scribe.core.errors import ConflictError, InvalidError, NotFoundError


class ContentChangedError(ConflictError):
    """The text moved on since it was read; `params.current` carries version, revision and json, to be merged."""

    code = "content-changed"
    title = "This text changed on another device"
    status = 412


class InvalidTextError(InvalidError):
    """A character that no text has: U+0000 or half of a surrogate pair; `errors[].pointer` says where."""

    code = "invalid-text"
    title = "The text contains a character that cannot be stored"


class InvalidDocumentError(InvalidError):
    """A node, mark or attribute that the schema does not know; `errors[].pointer` says where."""

    code = "invalid-document"
    title = "The document is not one of ours"


class NewerSchemaError(InvalidError):
    """The document was made by a newer version; it is left alone."""

    code = "document-newer"
    title = "This text was made by a newer version"


class SceneTooLargeError(InvalidError):
    """A scene holds at most 2 MB."""

    code = "scene-too-large"
    title = "This scene is too long to save in one piece"
    status = 413


class VersionNeededError(InvalidError):
    """A save must say which version it is based on."""

    code = "version-needed"
    title = "The save does not say which version it is based on"
    status = 428


class VersionNotFoundError(NotFoundError):
    """Missing and foreign versions answer alike."""


class ProposalNotFoundError(NotFoundError):
    """Missing and foreign proposals answer alike."""


class ProposalDecidedError(ConflictError):
    """Somebody decided first; `params.decision` says how."""

    code = "proposal-already-decided"
    title = "This proposal was already decided"


class ProposalLostPlaceError(ConflictError):
    """The text a proposal stands in changed so much that it cannot be applied without a reader."""

    code = "proposal-lost-place"
    title = "The text under this proposal changed"


class SceneDeletedError(ConflictError):
    """A deleted scene is restored before agents write into it."""

    code = "scene-deleted"
    title = "This scene was deleted"
