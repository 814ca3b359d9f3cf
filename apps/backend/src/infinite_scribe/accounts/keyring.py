"""The ring of signing keys: one signs, the next is already published, the old ones still verify.

A key signs for 30 days; its successor is published 24 hours before. Verifiers look at the database once a minute; a
key id they do not know makes them look at once, at most once a second, so that a flood of invented ids costs nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from infinite_scribe.accounts.models import SigningKey
from infinite_scribe.accounts.sealing import BrokenSealError, Sealer
from infinite_scribe.accounts.tokens import Signer
from infinite_scribe.core.clock import monotonic, now
from infinite_scribe.core.logging import get_logger
from infinite_scribe.web.jose import jwk_of, thumbprint, unb64

log = get_logger(__name__)

SIGNS_FOR = timedelta(days=30)
PUBLISHED_BEFORE = timedelta(hours=24)
VERIFIES_AFTER = timedelta(minutes=70)
RING_SECONDS = 60
RELOAD_SECONDS = 1


class KeyState(StrEnum):
    """Where a key is in its life."""

    NEXT = "next"
    ACTIVE = "active"
    RETIRED = "retired"
    REVOKED = "revoked"


class KeyStore(Protocol):
    """What the ring needs of the table of keys, inside one transaction."""

    async def lock_signing_keys(self) -> None: ...

    async def signing_keys(self) -> list[SigningKey]: ...

    def add_signing_key(self, row: SigningKey) -> None: ...


OpenStore = Callable[[], AbstractAsyncContextManager[KeyStore]]


@dataclass
class KeyRing:
    """Keys of the access tokens as one process sees them."""

    open_store: OpenStore
    sealer: Sealer
    _public: dict[str, tuple[Ed25519PublicKey, datetime]] = field(default_factory=dict)
    _signer: Signer | None = None
    _sign_until: datetime | None = None
    _loaded_at: float = float("-inf")
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def public_key(self, kid: str) -> Ed25519PublicKey | None:
        """The key of this id when it may verify now, else ``None``."""
        age = monotonic() - self._loaded_at
        if age >= RING_SECONDS or (kid not in self._public and age >= RELOAD_SECONDS):
            await self._load(max_age=RING_SECONDS if kid in self._public else RELOAD_SECONDS)
        found = self._public.get(kid)
        return found[0] if found is not None and now() < found[1] else None

    async def signer(self) -> Signer:
        """The key that signs now; made, or promoted, when none does."""
        if monotonic() - self._loaded_at >= RING_SECONDS:
            await self._load(max_age=RING_SECONDS)
        if self._signer is None or self._sign_until is None or now() >= self._sign_until:
            await self.maintain()
        if self._signer is None:
            raise BrokenSealError("no signing key can be opened")
        return self._signer

    async def maintain(self, *, rotate_now: bool = False) -> None:
        """Make the first key, publish the next in time, promote and retire. Safe to call anywhere at any time."""
        async with self.open_store() as store:
            await store.lock_signing_keys()
            rows = await store.signing_keys()
            for row in self._step(rows, at=now(), rotate_now=rotate_now):
                store.add_signing_key(row)
        await self._load(max_age=0)

    async def jwks(self) -> list[dict[str, str]]:
        """Public keys that may verify, as JSON Web Keys."""
        await self._load(max_age=RING_SECONDS)
        at = now()
        return [
            {**jwk_of(key), "kid": kid, "alg": "EdDSA", "use": "sig"}
            for kid, (key, until) in sorted(self._public.items())
            if at < until
        ]

    def _step(self, rows: list[SigningKey], *, at: datetime, rotate_now: bool) -> list[SigningKey]:
        """Move the states on and return the rows to add."""
        active = next((row for row in rows if row.state == KeyState.ACTIVE and self._opens(row)), None)
        upcoming = next((row for row in rows if row.state == KeyState.NEXT and self._opens(row)), None)
        made: list[SigningKey] = []
        if active is not None and (rotate_now or at >= active.sign_until):
            active.state = KeyState.RETIRED
            if rotate_now:
                active.sign_until, active.verify_until = at, at + VERIFIES_AFTER
            active = None
        if active is None:
            if upcoming is None or rotate_now:
                active = self._make(KeyState.ACTIVE, at)
                made.append(active)
            else:
                upcoming.state, active, upcoming = KeyState.ACTIVE, upcoming, None
        if upcoming is None and at >= active.sign_until - PUBLISHED_BEFORE:
            made.append(self._make(KeyState.NEXT, active.sign_until))
        return made

    def _make(self, state: KeyState, not_before: datetime) -> SigningKey:
        private = Ed25519PrivateKey.generate()
        kid = thumbprint(private.public_key())
        return SigningKey(
            kid=kid,
            public_jwk=dict(jwk_of(private.public_key())),
            private_sealed=self.sealer.seal(private.private_bytes_raw(), context=kid.encode()),
            kek_id=self.sealer.key_id,
            not_before=not_before,
            sign_until=not_before + SIGNS_FOR,
            verify_until=not_before + SIGNS_FOR + VERIFIES_AFTER,
            state=state,
        )

    def _opens(self, row: SigningKey) -> bool:
        return row.kek_id == self.sealer.key_id

    async def _load(self, *, max_age: float) -> None:
        async with self._lock:
            if monotonic() - self._loaded_at < max_age:
                return
            async with self.open_store() as store:
                rows = await store.signing_keys()
            self._loaded_at = monotonic()
            self._public = {
                row.kid: (Ed25519PublicKey.from_public_bytes(unb64(row.public_jwk["x"])), row.verify_until)
                for row in rows
                if row.state != KeyState.REVOKED
            }
            self._signer = None
            for row in rows:
                if row.state == KeyState.ACTIVE and self._opens(row):
                    self._signer, self._sign_until = self._unseal(row), row.sign_until

    def _unseal(self, row: SigningKey) -> Signer | None:
        try:
            raw = self.sealer.open(row.private_sealed, context=row.kid.encode())
        except BrokenSealError:
            log.exception("signing_key.broken_seal", kid=row.kid)
            return None
        return Signer(row.kid, Ed25519PrivateKey.from_private_bytes(raw))
