"""What can go wrong with an account."""

from __future__ import annotations

from infinite_scribe.core.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    RateLimitedError,
    UnauthenticatedError,
    UnavailableError,
)


class SessionExpiredError(UnauthenticatedError):
    """No session, or one that has ended. The client refreshes once, then asks for the password."""

    code = "session-expired"
    title = "Please sign in again"
    action = "sign-in"


class StepUpRequiredError(UnauthenticatedError):
    """The session is good, but the password was given too long ago for this."""

    code = "step-up-required"
    title = "Please confirm your password"
    action = "step-up"


class BadCredentialsError(UnauthenticatedError):
    """Wrong name, wrong password or an account that may not sign in: the same words for all."""

    code = "bad-credentials"
    title = "Name or password is wrong"


class TooManyGuessesError(RateLimitedError):
    """The guess budget is spent for now."""

    code = "too-many-guesses"
    title = "Too many tries; please wait"


class BusyError(UnavailableError):
    """More sign-ins at once than passwords can be checked."""

    code = "busy"
    title = "Too busy right now"


class SetupDoneError(ConflictError):
    """Somebody has already set this library up."""

    code = "setup-done"
    title = "This library is already set up"


class SetupCodeError(ForbiddenError):
    """The code that was printed at the start is missing or wrong."""

    code = "setup-code-wrong"
    title = "The set-up code is wrong"


class GuestsClosedError(ForbiddenError):
    """Trying without an account is not open from here."""

    code = "guests-closed"
    title = "Trying without an account is switched off here"


class RegistrationClosedError(ForbiddenError):
    """The operator makes the accounts here."""

    code = "registration-closed"
    title = "Registration is closed"


class NameTakenError(ConflictError):
    """Another account has this name or address."""

    code = "name-taken"
    title = "This name is taken"


class InvalidProfileError(InvalidError):
    """A field of an account cannot be taken; ``errors`` say which and why."""

    code = "invalid-profile"
    title = "Please check the fields"


class WeakPasswordError(InvalidError):
    """The password is too easy to guess; ``params.reason`` says why."""

    code = "weak-password"
    title = "Please choose another password"


class LinkSpentError(InvalidError):
    """A mailed link that was used, replaced or has run out."""

    code = "link-spent"
    title = "This link can no longer be used"


class SessionNotFoundError(NotFoundError):
    """No such device, or not yours."""

    code = "not-found"


class PreferencesTooLargeError(InvalidError):
    """Preferences hold 16 KB at most."""

    code = "preferences-too-large"
    title = "These settings are too large to keep"


class AmbiguousCredentialsError(InvalidError):
    """A cookie and an ``Authorization`` header in one request: whose request is it?"""

    code = "ambiguous-credentials"
    title = "Send a cookie or an Authorization header, not both"
    status = 400
