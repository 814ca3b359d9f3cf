"""Opening, renewing and ending sessions. Every method that writes does so in one transaction of its own."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from infinite_scribe.accounts.errors import SessionExpiredError
from infinite_scribe.accounts.keyring import KeyRing
from infinite_scribe.accounts.live_sessions import LiveSessions
from infinite_scribe.accounts.models import AuditEvent, Session, User
from infinite_scribe.accounts.repository import AccountsRepository
from infinite_scribe.accounts.rules import RevokeReason, UserKind, UserStatus, device_of, stored_network
from infinite_scribe.accounts.sealing import Sealer
from infinite_scribe.accounts.tokens import (
    AccessClaims,
    Signer,
    mint_access,
    mint_refresh,
    proves,
    read_refresh,
)
from infinite_scribe.core.clock import now
from infinite_scribe.core.logging import get_logger
from infinite_scribe.core.settings import Settings
from infinite_scribe.db.sql.engine import Database

log = get_logger(__name__)

GUEST_DAYS = 365


@dataclass(frozen=True, slots=True)
class Peer:
    """Who asks, as far as the connection shows: address, browser, our id of the request."""

    address: str = ""
    user_agent: str = ""
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What the cookies carry. ``keep_seconds`` is how long a browser keeps the refresh cookie (``None``: until closed)."""

    access: str
    refresh: str
    access_seconds: int
    keep_seconds: int | None

    def __repr__(self) -> str:
        return "TokenPair(…)"


@dataclass(frozen=True)
class Sessions:
    """Sessions of everybody: their truth in PostgreSQL, their tokens, their end."""

    database: Database
    settings: Settings
    ring: KeyRing
    sealer: Sealer
    live: LiveSessions
    issuer: str

    async def open(
        self,
        accounts: AccountsRepository,
        signer: Signer,
        user: User,
        peer: Peer,
        *,
        remember: bool,
        method: str,
        action: str,
    ) -> tuple[TokenPair, list[UUID]]:
        """Start a session inside the caller's transaction; beyond the limit the oldest ones end.

        The signer is fetched before the transaction begins, so that nobody waits for a second connection while
        holding one. The second part of the answer must be given to `LiveSessions.bury` after the commit.
        """
        sid, secret = UUID(bytes=secrets.token_bytes(16)), secrets.token_bytes(32)
        limits, at = self.settings.sessions, now()
        guest = user.kind == UserKind.GUEST
        row = Session(
            sid=sid,
            user_id=user.id,
            secret_sealed=self.sealer.seal(secret, context=sid.bytes),
            counter=0,
            remember=remember or guest,
            idle_expires_at=at + timedelta(days=GUEST_DAYS if guest else limits.idle_days),
            absolute_expires_at=at + timedelta(days=GUEST_DAYS if guest else limits.absolute_days),
            aal=1,
            amr=[method],
            auth_at=at,
            device=device_of(peer.user_agent),
            ip_net=stored_network(peer.address),
        )
        await accounts.add(row)
        await accounts.add(audit(user.id, action, peer, sid=sid))
        others = [other.sid for other in await accounts.live_sessions(user.id) if other.sid != sid]
        surplus = others[max(limits.per_user - 1, 0) :]
        ended = (
            await accounts.revoke(RevokeReason.OVER_LIMIT, user_id=user.id, sids=surplus) if surplus else []
        )
        return self._pair(signer, row, user, secret, 0), ended

    async def refresh(self, token: str, peer: Peer) -> TokenPair:
        """A new pair for a refresh token. Raises `SessionExpiredError`.

        A token that was spent less than 30 seconds ago gets the current pair again (tabs race, answers get lost). One
        that was spent earlier is a copy in other hands: the session ends for everybody.
        """
        given = read_refresh(token)
        if given is None:
            raise SessionExpiredError
        signer = await self.ring.signer()
        async with AccountsRepository.open(self.database) as accounts:
            found = await accounts.session_with_user(given.session_id)
            if found is None:
                raise SessionExpiredError
            secret = self.sealer.open(found[0].secret_sealed, context=found[0].sid.bytes)
            if not proves(given, secret) or found[1].status != UserStatus.ACTIVE:
                raise SessionExpiredError
            days = GUEST_DAYS if found[1].kind == UserKind.GUEST else self.settings.sessions.idle_days
            counter = await accounts.rotate(given.session_id, given.counter, days * 86_400.0)
            if counter is None:
                counter = await self._within_grace(accounts, given.session_id, given.counter)
            if counter is not None:
                return self._pair(signer, found[0], found[1], secret, counter)
            ended = await self._end_reused(accounts, given.session_id, given.counter, peer)
        await self.live.bury(ended)
        raise SessionExpiredError

    async def _within_grace(self, accounts: AccountsRepository, sid: UUID, counter: int) -> int | None:
        found = await accounts.session_with_user(sid)
        if found is None or found[0].counter != counter + 1:
            return None
        grace = self.settings.sessions.reuse_grace_seconds
        return counter + 1 if await accounts.rotated_within(sid, grace) else None

    async def _end_reused(
        self, accounts: AccountsRepository, sid: UUID, counter: int, peer: Peer
    ) -> list[UUID]:
        found = await accounts.session_with_user(sid)
        if found is None or found[0].revoked_at is not None or counter >= found[0].counter:
            return []
        log.warning("refresh.reused", user_id=str(found[1].id))
        await accounts.add(audit(found[1].id, "refresh_reuse", peer, sid=sid, outcome="denied"))
        return await accounts.revoke(RevokeReason.REFRESH_REUSE, user_id=found[1].id, sids=[sid])

    async def owner_of(self, token: str) -> tuple[UUID, UUID] | None:
        """User and session of a refresh token that we made and that was not spent long ago, else ``None``."""
        given = read_refresh(token)
        if given is None:
            return None
        async with AccountsRepository.open(self.database) as accounts:
            found = await accounts.session_with_user(given.session_id)
            if found is None:
                return None
            secret = self.sealer.open(found[0].secret_sealed, context=found[0].sid.bytes)
            return (found[1].id, found[0].sid) if proves(given, secret) else None

    async def end(
        self, reason: RevokeReason, user_id: UUID, peer: Peer, *, sids: Iterable[UUID] | None = None
    ) -> list[UUID]:
        """End some or all sessions of a user; all of them also outdates every access token. Returns what ended."""
        async with AccountsRepository.open(self.database) as accounts:
            ended = await accounts.revoke(reason, user_id=user_id, sids=sids)
            user = await accounts.user(user_id)
            if user is not None:
                if sids is None:
                    user.token_epoch += 1
                if ended:
                    await accounts.add(audit(user_id, reason.value, peer))
        await self.live.bury(ended)
        return ended

    def access_for(self, signer: Signer, user: User, session: Session) -> str:
        """A fresh access token alone."""
        claims = AccessClaims(
            user_id=user.id,
            session_id=session.sid,
            token_epoch=user.token_epoch,
            aal=session.aal,
            amr=tuple(session.amr),
            auth_at=session.auth_at,
            expires_at=now() + timedelta(seconds=self.settings.sessions.access_seconds),
        )
        return mint_access(signer, claims, issuer=self.issuer)

    def _pair(self, signer: Signer, session: Session, user: User, secret: bytes, counter: int) -> TokenPair:
        left = session.absolute_expires_at - now()
        return TokenPair(
            access=self.access_for(signer, user, session),
            refresh=mint_refresh(session.sid, counter, secret),
            access_seconds=self.settings.sessions.access_seconds,
            keep_seconds=max(int(left.total_seconds()), 0) if session.remember else None,
        )


def audit(
    user_id: UUID, action: str, peer: Peer, *, sid: UUID | None = None, outcome: str = "ok"
) -> AuditEvent:
    """A row of the audit: what happened, without content."""
    return AuditEvent(
        user_id=user_id,
        at=now(),
        action=action,
        sid=sid,
        outcome=outcome,
        ip_net=stored_network(peer.address),
        request_id=peer.request_id,
    )
