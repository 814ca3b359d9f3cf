"""Wire types of accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from infinite_scribe.accounts.rules import (
    EMAIL_MAX_CHARACTERS,
    NAME_MAX_CHARACTERS,
    PASSWORD_MAX_CHARACTERS,
    UserKind,
)
from infinite_scribe.web.schemas import WireInput, WireOutput

Name = Annotated[str, StringConstraints(min_length=1, max_length=NAME_MAX_CHARACTERS)]
Email = Annotated[str, StringConstraints(min_length=3, max_length=EMAIL_MAX_CHARACTERS)]
NewPassword = Annotated[str, StringConstraints(max_length=4 * PASSWORD_MAX_CHARACTERS), Field(repr=False)]
GivenPassword = Annotated[
    str, StringConstraints(min_length=1, max_length=4 * PASSWORD_MAX_CHARACTERS), Field(repr=False)
]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=200), Field(repr=False)]
Locale = Literal["en", "zh-CN"]


class SetupCreate(WireInput):
    """The first account. ``code`` is printed where the platform was started; asked for from other machines only."""

    name: Name
    password: NewPassword
    email: Email | None = None
    locale: Locale = "en"
    code: Annotated[str, StringConstraints(max_length=32)] | None = None


class AccountCreate(WireInput):
    """A further account, where registration is open; or what a guest adds to keep the books."""

    name: Name
    password: NewPassword
    email: Email | None = None
    locale: Locale = "en"


class LoginCreate(WireInput):
    """Name or address, and the password. ``remember`` keeps the session when the browser closes."""

    login: Annotated[str, StringConstraints(min_length=1, max_length=EMAIL_MAX_CHARACTERS)]
    password: GivenPassword
    remember: bool = False


class GuestCreate(WireInput):
    """Trying without an account."""

    locale: Locale = "en"


class ForgotCreate(WireInput):
    """Ask for a link; the answer never says whether the account exists."""

    login: Annotated[str, StringConstraints(min_length=1, max_length=EMAIL_MAX_CHARACTERS)]


class ResetCreate(WireInput):
    """Replace a forgotten password."""

    token: Secret
    password: NewPassword


class PasswordGiven(WireInput):
    """The present password, to confirm who is there."""

    password: GivenPassword


class PasswordUpdate(WireInput):
    """A new password; needs a fresh confirmation of the present one."""

    password: NewPassword


class MeUpdate(WireInput):
    """What may change of oneself."""

    name: Name | None = None
    locale: Locale | None = None


class Me(WireOutput):
    """The signed-in user."""

    id: UUID
    name: str
    email: str | None
    kind: UserKind
    locale: str
    created_at: datetime
    permissions: list[Literal["operate"]]


class SessionRead(WireOutput):
    """One device that is signed in."""

    id: UUID
    device: dict[str, Any]
    ip_net: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    current: bool


class SessionList(WireOutput):
    """All devices that are signed in."""

    items: list[SessionRead]


class JsonWebKeySet(WireOutput):
    """Public keys of the access tokens."""

    keys: list[dict[str, str]]
