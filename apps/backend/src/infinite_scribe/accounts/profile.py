"""What a signed-in person sees and changes of themselves, in the transaction and scope of the request."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.accounts.errors import (
    InvalidProfileError,
    NameTakenError,
    PreferencesTooLargeError,
    SessionExpiredError,
)
from infinite_scribe.accounts.models import User
from infinite_scribe.accounts.repository import AccountsRepository
from infinite_scribe.accounts.rules import (
    SystemPermission,
    UserKind,
    clean_name,
    normalise_name,
    system_permissions,
)
from infinite_scribe.accounts.schemas import Me, MeUpdate, SessionList, SessionRead
from infinite_scribe.core.errors import FieldError, UnstorableTextError

PREFERENCES_BYTES = 16_384


@dataclass(frozen=True)
class Profile:
    """One user, seen by that user: row-level security lets nothing else through."""

    accounts: AccountsRepository
    user_id: UUID
    session_id: UUID

    @classmethod
    def of(cls, session: AsyncSession, user_id: UUID, session_id: UUID) -> Self:
        return cls(AccountsRepository(session), user_id, session_id)

    async def read(self) -> Me:
        return me_of(await self._user())

    async def change(self, wanted: MeUpdate) -> Me:
        """Change the name or the language. Raises `InvalidProfileError`, `NameTakenError`."""
        user = await self._user()
        if wanted.locale is not None:
            user.locale = wanted.locale
        if wanted.name is not None:
            name = clean_name(wanted.name)
            if name is None:
                raise InvalidProfileError(errors=[FieldError("/name", "invalid")])
            user.name = name
            if user.kind != UserKind.GUEST:  # a guest signs in with nothing, so its name may be anybody's
                user.name_norm = normalise_name(name)
                await self._flush_unique()
        return me_of(user)

    async def preferences(self) -> dict[str, Any]:
        return (await self._user()).preferences

    async def keep_preferences(self, preferences: dict[str, Any]) -> dict[str, Any]:
        """Replace the preferences. Raises `PreferencesTooLargeError`."""
        user = await self._user()
        user.preferences = check_preferences(preferences)
        return user.preferences

    async def devices(self) -> SessionList:
        """Every living session, last used first."""
        rows = await self.accounts.live_sessions(self.user_id)
        return SessionList(
            items=[
                SessionRead(
                    id=row.sid,
                    device=row.device,
                    ip_net=row.ip_net,
                    created_at=row.created_at,
                    last_seen_at=row.last_seen_at,
                    expires_at=min(row.idle_expires_at, row.absolute_expires_at),
                    current=row.sid == self.session_id,
                )
                for row in rows
            ]
        )

    async def _user(self) -> User:
        user = await self.accounts.user(self.user_id)
        if user is None:
            raise SessionExpiredError
        return user

    async def _flush_unique(self) -> None:
        try:
            await self.accounts.session.flush()
        except IntegrityError as error:
            raise NameTakenError from error


def me_of(user: User) -> Me:
    """The wire form of a user."""
    may = system_permissions(UserKind(user.kind))
    return Me(
        id=user.id,
        name=user.name,
        email=user.email,
        kind=UserKind(user.kind),
        locale=user.locale,
        created_at=user.created_at,
        permissions=["operate"] if SystemPermission.OPERATE in may else [],
    )


def check_preferences(preferences: dict[str, Any]) -> dict[str, Any]:
    """The preferences as they may be kept.

    Raises `PreferencesTooLargeError` beyond 16 KB, `UnstorableTextError` for half of a surrogate pair.
    """
    try:
        size = len(json.dumps(preferences, ensure_ascii=False).encode())
    except UnicodeEncodeError as error:
        raise UnstorableTextError from error
    if size > PREFERENCES_BYTES:
        raise PreferencesTooLargeError
    return preferences
