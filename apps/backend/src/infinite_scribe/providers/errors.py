"""What can go wrong when an author sets up models."""

from __future__ import annotations

from infinite_scribe.core.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)


class EndpointNotFoundError(NotFoundError):
    title = "This provider does not exist"


class EndpointRefusedError(InvalidError):
    """The address could never be dialled: not https, an unusual port, or not a known local server."""

    code = "endpoint-refused"
    title = "This address may not be dialled"


class LocalEndpointRefusedError(ForbiddenError):
    """A model server inside the network of the installation is connected by its operator alone."""

    code = "endpoint-operator-only"
    title = "Only the operator connects a local model server"


class OwnEndpointsOffError(ForbiddenError):
    code = "endpoints-off"
    title = "Own addresses are switched off here"


class BuiltInEndpointError(ConflictError):
    code = "provider-built-in"
    title = "This provider belongs to the installation"


class UnknownModelError(InvalidError):
    code = "model-unknown"
    title = "A role needs a provider of yours and a model name"


class CapInvalidError(InvalidError):
    code = "cap-invalid"
    title = "This cap cannot be set"


class PrivateModeError(ConflictError):
    """Private mode is on, and the model that was to be asked is not on a computer of one's own.

    `model` and `provider` name it; `by` says who shut the door: the user or the book.
    """

    code = "private-mode"
    title = "Private mode is on: this model is not on your own computer"
    action = "open-models"


class PrivateModeForbiddenError(ForbiddenError):
    code = "private-mode-of-the-book"
    title = "Only those who look after the book switch its private mode"


class UnknownNovelError(NotFoundError):
    title = "This novel does not exist"
