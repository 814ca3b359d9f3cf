"""How a request gets its user. Every route names who may call it: one of the markers below, or one of `novels`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, ClassVar
from uuid import UUID

import structlog
from fastapi import Depends, Request, Response

from infinite_scribe.accounts.errors import (
    AmbiguousCredentialsError,
    SessionExpiredError,
    StepUpRequiredError,
)
from infinite_scribe.accounts.kit import AccountsKit
from infinite_scribe.accounts.profile import Profile
from infinite_scribe.accounts.repository import AccountsRepository
from infinite_scribe.accounts.rules import SystemPermission, UserKind, guess_network, system_permissions
from infinite_scribe.accounts.service import DEVICE_DAYS, AccountsService, SignedIn
from infinite_scribe.accounts.sessions import Peer, TokenPair
from infinite_scribe.accounts.tokens import AccessClaims, verify_access
from infinite_scribe.core.clock import now
from infinite_scribe.core.errors import ForbiddenError
from infinite_scribe.web.cookies import read_cookie, write_cookie
from infinite_scribe.web.jose import InvalidTokenError
from infinite_scribe.web.rate_limits import RateLimits, bucket_of
from infinite_scribe.web.session import Transaction

__all__ = ["CurrentUser", "HasSystemPermission", "Principal", "Public", "RecentlyProven", "SystemPermission"]

ACCESS, REFRESH, DEVICE = "at", "rt", "dev"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is signed in, by which session, and when a password was last given."""

    user_id: UUID
    session_id: UUID
    kind: str
    aal: int
    auth_at: datetime


@dataclass(frozen=True, slots=True)
class SessionWatch:
    """What a stream waits on: ends when the session behind it does."""

    kit: AccountsKit
    claims: AccessClaims

    async def ended(self) -> None:
        """Return when the session is over."""
        await self.kit.live.ended(self.claims)


def accounts_kit(request: Request) -> AccountsKit:
    """What the process's `main.py` made of accounts."""
    kit: AccountsKit = request.app.state.accounts
    return kit


def accounts_service(kit: Annotated[AccountsKit, Depends(accounts_kit)]) -> AccountsService:
    return kit.service


def peer_of(request: Request) -> Peer:
    """Who asks, as far as the connection shows."""
    return Peer(
        address=request.client.host if request.client else "",
        user_agent=request.headers.get("user-agent", "")[:400],
        request_id=getattr(request.state, "request_id", None),
    )


def _limits(request: Request) -> RateLimits:
    limits: RateLimits = request.app.state.rate_limits
    return limits


def _network(request: Request) -> str:
    return guess_network(request.client.host if request.client else "")


def _given_token(request: Request) -> str | None:
    header, cookie = request.headers.get("authorization"), read_cookie(request, ACCESS)
    if header is None:
        return cookie
    if cookie is not None or read_cookie(request, REFRESH) is not None:
        raise AmbiguousCredentialsError
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.casefold() == "bearer" else None


async def _verified(request: Request, kit: AccountsKit) -> AccessClaims:
    token = _given_token(request)
    if token is None:
        raise SessionExpiredError
    try:
        claims = await verify_access(token, kit.ring.public_key, issuer=kit.issuer)
    except InvalidTokenError as error:
        raise SessionExpiredError from error
    await kit.live.check(claims)
    return claims


async def current_user(request: Request, kit: Annotated[AccountsKit, Depends(accounts_kit)]) -> Principal:
    """The signed-in user. Raises `SessionExpiredError`; whoever fails pays from the budget of the network."""
    try:
        claims = await _verified(request, kit)
    except SessionExpiredError:
        await _limits(request).count("anonymous", _network(request))
        raise
    await _limits(request).count("user", str(claims.user_id))
    narrower = bucket_of(request.method, request.url.path)
    if narrower is not None:
        await _limits(request).count(narrower, str(claims.user_id))
    request.state.user_id = claims.user_id
    request.state.session_watch = SessionWatch(kit, claims)
    structlog.contextvars.bind_contextvars(user_id=str(claims.user_id))
    kind = UserKind.GUEST if claims.amr == ("guest",) else UserKind.MEMBER
    return Principal(claims.user_id, claims.session_id, kind.value, claims.aal, claims.auth_at)


CurrentUser = Annotated[Principal, Depends(current_user)]


class RouteAccess:
    """What every marker of this module is; the test of the route table looks for it."""

    marks_access: ClassVar[bool] = True


class HasSystemPermission(RouteAccess):
    """`Depends(HasSystemPermission(SystemPermission.OPERATE))`: signed in, and with this right outside novels."""

    def __init__(self, permission: SystemPermission) -> None:
        self.permission = permission

    async def __call__(self, request: Request, user: CurrentUser) -> Principal:
        if self.permission is SystemPermission.SELF:
            return user
        kit = accounts_kit(request)
        async with AccountsRepository.open(kit.database) as accounts:
            row = await accounts.user(user.user_id)
        if row is None or self.permission not in system_permissions(UserKind(row.kind)):
            raise ForbiddenError
        return user


class Public(RouteAccess):
    """`Depends(Public(reason="…"))`: anybody may call this, for the reason given; the network pays.

    ``bucket`` is the budget it pays from: ``auth`` for tries at a secret, else ``anonymous``; ``None`` for probes.
    """

    def __init__(self, *, reason: str, bucket: str | None = "anonymous") -> None:
        self.reason = reason
        self.bucket = bucket

    async def __call__(self, request: Request) -> None:
        if self.bucket is not None:
            await _limits(request).count(self.bucket, _network(request))


async def recently_proven(user: CurrentUser, kit: Annotated[AccountsKit, Depends(accounts_kit)]) -> Principal:
    """The user, when the password was given within the last five minutes. Raises `StepUpRequiredError`.

    A guest has no password to give: the session itself is all there is, so nothing is asked.
    """
    age = now() - user.auth_at
    if user.kind != UserKind.GUEST and age > timedelta(seconds=kit.settings.sessions.step_up_seconds):
        raise StepUpRequiredError
    return user


RecentlyProven = Annotated[Principal, Depends(recently_proven)]


def profile(user: CurrentUser, session: Transaction) -> Profile:
    return Profile.of(session, user.user_id, user.session_id)


def write_tokens(request: Request, response: Response, tokens: TokenPair) -> None:
    """Hand both tokens over as cookies."""
    write_cookie(request, response, ACCESS, tokens.access, tokens.access_seconds)
    write_cookie(request, response, REFRESH, tokens.refresh, tokens.keep_seconds)


def write_sign_in(request: Request, response: Response, signed_in: SignedIn) -> None:
    """Hand the tokens over, and let the browser prove later that it was here."""
    write_tokens(request, response, signed_in.tokens)
    if signed_in.device is not None:
        write_cookie(request, response, DEVICE, signed_in.device, DEVICE_DAYS * 86_400)


def clear_tokens(request: Request, response: Response) -> None:
    """Take both tokens back; the device stays known."""
    for name in (ACCESS, REFRESH):
        write_cookie(request, response, name, "", 0)


def device_secret(request: Request) -> str | None:
    """What the browser proves with that it signed in here before."""
    return read_cookie(request, DEVICE)


def refresh_token(request: Request) -> str:
    """The refresh token of the browser. Raises `SessionExpiredError` without one."""
    token = read_cookie(request, REFRESH)
    if token is None:
        raise SessionExpiredError
    return token


async def leaving_session(
    request: Request, kit: Annotated[AccountsKit, Depends(accounts_kit)]
) -> tuple[UUID, UUID] | None:
    """User and session that a sign-out speaks of, proven by either token; ``None`` when there is nothing to end."""
    refresh = read_cookie(request, REFRESH)
    if refresh is not None:
        return await kit.sessions.owner_of(refresh)
    token = _given_token(request)
    if token is None:
        return None
    try:
        claims = await verify_access(token, kit.ring.public_key, issuer=kit.issuer)
    except InvalidTokenError:
        return None
    return claims.user_id, claims.session_id


Leaving = Annotated[tuple[UUID, UUID] | None, Depends(leaving_session)]
Kit = Annotated[AccountsKit, Depends(accounts_kit)]
Service = Annotated[AccountsService, Depends(accounts_service)]
Asker = Annotated[Peer, Depends(peer_of)]
Device = Annotated[str | None, Depends(device_secret)]
RefreshCookie = Annotated[str, Depends(refresh_token)]
MyProfile = Annotated[Profile, Depends(profile)]
