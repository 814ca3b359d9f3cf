"""Use cases of accounts: set-up, ways in, recovery, and what a person changes about themselves.

A try at a password is counted in one transaction, checked outside any, and answered in another: a crash or a refusal
never gives a try back, and no connection waits while a password is hashed.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from infinite_scribe.accounts.common_passwords import CommonPasswords
from infinite_scribe.accounts.errors import (
    BadCredentialsError,
    GuestsClosedError,
    InvalidProfileError,
    LinkSpentError,
    NameTakenError,
    RegistrationClosedError,
    SetupCodeError,
    SetupDoneError,
    StepUpRequiredError,
    WeakPasswordError,
)
from infinite_scribe.accounts.guessing import reserve_login, reserve_setup_code
from infinite_scribe.accounts.mail import Mailer
from infinite_scribe.accounts.models import EmailToken, KnownDevice, User
from infinite_scribe.accounts.passwords import Passwords
from infinite_scribe.accounts.repository import AccountsRepository
from infinite_scribe.accounts.rules import (
    RevokeReason,
    UserKind,
    UserStatus,
    clean_name,
    device_of,
    is_loopback,
    normalise_email,
    normalise_name,
    password_problem,
)
from infinite_scribe.accounts.schemas import AccountCreate, SetupCreate
from infinite_scribe.accounts.sessions import Peer, Sessions, TokenPair, audit
from infinite_scribe.accounts.setup_code import SetupCode
from infinite_scribe.core.clock import now
from infinite_scribe.core.errors import FieldError, NotFoundError
from infinite_scribe.core.ids import new_id
from infinite_scribe.core.settings import Settings
from infinite_scribe.db.sql.engine import Database

RESET_MINUTES = 10
DEVICE_DAYS = 90
GUEST_NAMES = {"en": "Guest", "zh-CN": "访客"}


@dataclass(frozen=True)
class SignedIn:
    """A user who is in, with the tokens of the session and, after a password, the secret of the device."""

    user: User
    tokens: TokenPair
    device: str | None = None


@dataclass(frozen=True)
class AccountsService:
    """What anybody may ask of accounts. One per process."""

    database: Database
    settings: Settings
    passwords: Passwords
    common: CommonPasswords
    sessions: Sessions
    setup_code: SetupCode
    mailer: Mailer | None = None

    async def needs_setup(self) -> bool:
        """Whether nobody but guests has an account here."""
        async with AccountsRepository.open(self.database) as accounts:
            return not await accounts.has_account()

    async def set_up(self, wanted: SetupCreate, peer: Peer) -> SignedIn:
        """Make the owner; exactly one caller ever succeeds.

        Raises `SetupDoneError`, `SetupCodeError`, `TooManyGuessesError`, `WeakPasswordError`, `InvalidProfileError`,
        `BusyError`.
        """
        if not await self.needs_setup():
            raise SetupDoneError
        if not is_loopback(peer.address):
            async with AccountsRepository.open(self.database) as accounts:
                await reserve_setup_code(accounts)
            if not self.setup_code.matches(wanted.code):
                raise SetupCodeError
        user = await self._new_user(wanted, UserKind.OWNER)
        signer = await self.sessions.ring.signer()
        async with AccountsRepository.open(self.database) as accounts:
            await accounts.lock_setup()
            if await accounts.has_account():
                raise SetupDoneError
            signed_in, ended = await self._admit(accounts, signer, user, peer, action="setup")
        await self.sessions.live.bury(ended)
        self.setup_code.discard()
        return signed_in

    async def register(self, wanted: AccountCreate, peer: Peer) -> SignedIn:
        """Make a member where registration is open. Raises `RegistrationClosedError` and what `set_up` raises."""
        if self.settings.accounts.registration != "open" or await self.needs_setup():
            raise RegistrationClosedError
        user = await self._new_user(wanted, UserKind.MEMBER)
        signer = await self.sessions.ring.signer()
        async with AccountsRepository.open(self.database) as accounts:
            await accounts.lock_setup()
            signed_in, ended = await self._admit(accounts, signer, user, peer, action="register")
        await self.sessions.live.bury(ended)
        return signed_in

    async def enter_as_guest(self, locale: str, peer: Peer) -> SignedIn:
        """An account without a password; its session is the only way back to its books."""
        if not (is_loopback(peer.address) or self.settings.accounts.guests):
            raise GuestsClosedError
        user_id = new_id()
        user = User(
            id=user_id,
            name=GUEST_NAMES.get(locale, GUEST_NAMES["en"]),
            name_norm=f"guest {user_id.hex}",
            locale=locale,
            kind=UserKind.GUEST.value,
        )
        signer = await self.sessions.ring.signer()
        async with AccountsRepository.open(self.database) as accounts:
            await accounts.add(user)
            tokens, _ = await self.sessions.open(
                accounts, signer, user, peer, remember=True, method="guest", action="guest"
            )
        return SignedIn(user, tokens)

    async def claim(self, user_id: UUID, wanted: AccountCreate, peer: Peer) -> SignedIn:
        """A guest takes a name and a password and keeps the books; all former sessions of the guest end."""
        fields = await self._new_user(wanted, UserKind.MEMBER)
        signer = await self.sessions.ring.signer()
        async with AccountsRepository.open(self.database) as accounts:
            await accounts.lock_setup()
            user = await accounts.user(user_id)
            if user is None or user.kind != UserKind.GUEST:
                raise NotFoundError
            await self._refuse_taken(accounts, fields)
            for name in (
                "name",
                "name_norm",
                "email",
                "email_norm",
                "locale",
                "password_phc",
                "password_changed_at",
            ):
                setattr(user, name, getattr(fields, name))
            user.kind = (UserKind.MEMBER if await accounts.has_account() else UserKind.OWNER).value
            ended = await accounts.revoke(RevokeReason.PASSWORD, user_id=user.id)
            signed_in, more = await self._enter(accounts, signer, user, peer, remember=True, action="claim")
        await self.sessions.live.bury([*ended, *more])
        return signed_in

    async def log_in(
        self, login: str, password: str, peer: Peer, *, remember: bool, device_secret: str | None
    ) -> SignedIn:
        """Sign in. Wrong name, wrong password and a suspended account are one answer and the same work.

        Raises `BadCredentialsError`, `TooManyGuessesError`, `BusyError`.
        """
        name_norm, email_norm = normalise_name(login), normalise_email(login)
        async with AccountsRepository.open(self.database) as accounts:
            user = await accounts.user_by_login(name_norm, email_norm)
            device = None
            if user is not None and device_secret:
                device = await accounts.known_device(user.id, _digest(device_secret))
            attempt = await reserve_login(accounts, user, name_norm, peer.address, device)
        fits = await self.passwords.verify(user.password_phc if user else None, password)
        if user is None or not fits or user.status != UserStatus.ACTIVE:
            raise BadCredentialsError
        stronger = None
        if user.password_phc is not None and self.passwords.needs_rehash(user.password_phc):
            stronger = await self.passwords.hash(password)
        signer = await self.sessions.ring.signer()
        async with AccountsRepository.open(self.database) as accounts:
            await accounts.forget_guesses(attempt.cleared)
            row = await accounts.user(user.id)
            if row is None or row.status != UserStatus.ACTIVE or row.password_phc != user.password_phc:
                raise BadCredentialsError
            row.password_phc = stronger or row.password_phc
            signed_in, ended = await self._enter(
                accounts, signer, row, peer, remember=remember, action="login", device=device
            )
        await self.sessions.live.bury(ended)
        return signed_in

    async def step_up(
        self, user_id: UUID, sid: UUID, password: str, peer: Peer, device_secret: str | None
    ) -> SignedIn:
        """Confirm the password; the session is renewed under a new id. Raises what `log_in` raises."""
        async with AccountsRepository.open(self.database) as accounts:
            user = await accounts.user(user_id)
            found = await accounts.session_with_user(sid)
            if user is None or found is None:
                raise BadCredentialsError
            device = await accounts.known_device(user_id, _digest(device_secret)) if device_secret else None
            attempt = await reserve_login(accounts, user, user.name_norm, peer.address, device)
        if not await self.passwords.verify(user.password_phc, password):
            raise BadCredentialsError
        signer = await self.sessions.ring.signer()
        async with AccountsRepository.open(self.database) as accounts:
            await accounts.forget_guesses(attempt.cleared)
            ended = await accounts.revoke(RevokeReason.STEP_UP, user_id=user_id, sids=[sid])
            if not ended:  # the session ended while the password was being checked
                raise BadCredentialsError
            row = await accounts.user(user_id)
            assert row is not None
            tokens, more = await self.sessions.open(
                accounts, signer, row, peer, remember=found[0].remember, method="pwd", action="step_up"
            )
        await self.sessions.live.bury([*ended, *more])
        return SignedIn(row, tokens)

    async def change_password(self, user_id: UUID, password: str, peer: Peer) -> SignedIn:
        """Replace the password; every other session ends and this one is renewed."""
        async with AccountsRepository.open(self.database) as accounts:
            user = await accounts.user(user_id)
        if user is None or user.kind == UserKind.GUEST:
            raise StepUpRequiredError
        phc = await self._hash_new(password, user.name, user.email)
        signer = await self.sessions.ring.signer()
        async with AccountsRepository.open(self.database) as accounts:
            row = await accounts.user(user_id)
            if row is None:
                raise NotFoundError
            row.password_phc, row.password_changed_at, row.token_epoch = phc, now(), row.token_epoch + 1
            ended = await accounts.revoke(RevokeReason.PASSWORD, user_id=user_id)
            signed_in, more = await self._enter(accounts, signer, row, peer, remember=True, action="password")
        await self.sessions.live.bury([*ended, *more])
        return signed_in

    async def forget(self, login: str, peer: Peer) -> None:
        """Mail a link, where there is a mail server, the account exists and has an address. The answer is always one."""
        name_norm, email_norm = normalise_name(login), normalise_email(login)
        async with AccountsRepository.open(self.database) as accounts:
            user = await accounts.user_by_login(name_norm, email_norm)
            if self.mailer is None or user is None or not user.email or user.status != UserStatus.ACTIVE:
                return
            token = await self._reset_token(accounts, user, peer)
        self.mailer.send_reset(user.email, user.locale, f"{self.sessions.issuer}/reset#token={token}")

    async def reset(self, token: str, password: str, peer: Peer) -> None:
        """Spend a link and replace the password; every session ends. Raises `LinkSpentError`, `WeakPasswordError`."""
        digest = _digest(token)
        async with AccountsRepository.open(self.database) as accounts:
            row = await accounts.email_token("reset", digest)
            user = await accounts.user(row.user_id) if row is not None else None
        if user is None:
            raise LinkSpentError
        phc = await self._hash_new(password, user.name, user.email)
        async with AccountsRepository.open(self.database) as accounts:
            if await accounts.spend("reset", digest) is None:
                raise LinkSpentError
            fresh = await accounts.user(user.id)
            if fresh is None:
                raise LinkSpentError
            fresh.password_phc, fresh.password_changed_at = phc, now()
            fresh.token_epoch += 1
            if fresh.kind == UserKind.GUEST:
                fresh.kind = UserKind.MEMBER.value
            ended = await accounts.revoke(RevokeReason.PASSWORD, user_id=user.id)
            await accounts.add(audit(user.id, "reset", peer))
        await self.sessions.live.bury(ended)

    @staticmethod
    async def issue_reset_token(database: Database, login: str) -> str:
        """A single-use token for whoever owns the machine; good for ten minutes. Raises `NotFoundError`."""
        async with AccountsRepository.open(database) as accounts:
            user = await accounts.user_by_login(normalise_name(login), normalise_email(login))
            if user is None:
                raise NotFoundError
            return await AccountsService._reset_token(accounts, user, Peer())

    @staticmethod
    async def open_local_session(
        database: Database, settings: Settings, *, login: str | None, locale: str = "en"
    ) -> str:
        """An access token for the command line, which owns the database anyway.

        Without ``login`` it is the owner's, or a new guest's when nobody is set up. Raises `NotFoundError`.
        """
        from infinite_scribe.accounts.kit import local_service  # the kit builds services, this one included

        service = local_service(database, settings)
        signer = await service.sessions.ring.signer()
        async with AccountsRepository.open(database) as accounts:
            if login is None:
                user = await accounts.owner()
            else:
                user = await accounts.user_by_login(normalise_name(login), normalise_email(login))
            if user is not None:
                tokens, _ = await service.sessions.open(
                    accounts,
                    signer,
                    user,
                    Peer(user_agent="command line"),
                    remember=False,
                    method="local",
                    action="local",
                )
                return tokens.access
        if login is not None:
            raise NotFoundError
        return (
            await service.enter_as_guest("zh-CN" if locale.startswith("zh") else "en", Peer())
        ).tokens.access

    @staticmethod
    async def _reset_token(accounts: AccountsRepository, user: User, peer: Peer) -> str:
        token = secrets.token_urlsafe(32)
        expires = now() + timedelta(minutes=RESET_MINUTES)
        await accounts.add(
            EmailToken(user_id=user.id, kind="reset", token_sha256=_digest(token), expires_at=expires)
        )
        await accounts.add(audit(user.id, "reset_asked", peer))
        return token

    async def _new_user(self, wanted: SetupCreate | AccountCreate, kind: UserKind) -> User:
        name = clean_name(wanted.name)
        email_norm = normalise_email(wanted.email) if wanted.email else None
        wrong = [FieldError("/name", "invalid")] if name is None else []
        if wanted.email and email_norm is None:
            wrong.append(FieldError("/email", "invalid"))
        if wrong or name is None:
            raise InvalidProfileError(errors=wrong)
        return User(
            name=name,
            name_norm=normalise_name(name),
            email=wanted.email.strip() if wanted.email else None,
            email_norm=email_norm,
            locale=wanted.locale,
            kind=kind.value,
            password_phc=await self._hash_new(wanted.password, name, wanted.email),
            password_changed_at=now(),
        )

    async def _hash_new(self, password: str, name: str, email: str | None) -> str:
        reason = password_problem(password, name=name, email=email, common=self.common)
        if reason is not None:
            raise WeakPasswordError(errors=[FieldError("/password", reason)], reason=reason)
        return await self.passwords.hash(password)

    async def _refuse_taken(self, accounts: AccountsRepository, user: User) -> None:
        if await accounts.is_taken(user.name_norm, user.email_norm):
            raise NameTakenError

    async def _admit(
        self, accounts: AccountsRepository, signer: Any, user: User, peer: Peer, *, action: str
    ) -> tuple[SignedIn, list[UUID]]:
        await self._refuse_taken(accounts, user)
        await accounts.add(user)
        return await self._enter(accounts, signer, user, peer, remember=True, action=action)

    async def _enter(
        self,
        accounts: AccountsRepository,
        signer: Any,
        user: User,
        peer: Peer,
        *,
        remember: bool,
        action: str,
        device: KnownDevice | None = None,
    ) -> tuple[SignedIn, list[UUID]]:
        """Open a session after a full proof, and let the browser be known from now on."""
        tokens, ended = await self.sessions.open(
            accounts, signer, user, peer, remember=remember, method="pwd", action=action
        )
        user.last_login_at = now()
        expires = now() + timedelta(days=DEVICE_DAYS)
        if device is not None:
            row = await accounts.known_device(user.id, device.secret_sha256)
            if row is not None:
                row.last_seen_at, row.expires_at = now(), expires
                return SignedIn(user, tokens), ended
        secret = secrets.token_urlsafe(32)
        label = " · ".join(part for part in device_of(peer.user_agent).values() if part)
        await accounts.add(
            KnownDevice(user_id=user.id, secret_sha256=_digest(secret), label=label, expires_at=expires)
        )
        return SignedIn(user, tokens, secret), ended


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
