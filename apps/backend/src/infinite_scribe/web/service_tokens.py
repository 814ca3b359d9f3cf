"""How our own processes prove to each other who they are: a pair of keys per process, tokens of 60 seconds.

The private half never leaves the memory of its process; the public half stands in ``service_keys``, where row-level
security lets each kind of process publish for itself only. There is no shared secret and no certificate authority.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from infinite_scribe.core.clock import monotonic, now
from infinite_scribe.core.errors import UnauthenticatedError
from infinite_scribe.core.ids import new_id
from infinite_scribe.core.logging import get_logger
from infinite_scribe.db.sql.engine import Database
from infinite_scribe.web.jose import (
    InvalidTokenError,
    check_times,
    decode,
    read_header,
    thumbprint,
)
from infinite_scribe.web.models import ServiceKey

log = get_logger(__name__)

TYPE = "svc+jwt"
CLAIMS = ("iss", "aud", "sub", "act", "req", "iat", "nbf", "exp")
AGENTS = ("worldsmith", "director", "writer", "editor", "librarian")
CALLERS = {"llm": ("api", *AGENTS), **dict.fromkeys(AGENTS, ("api",))}
"""Who may call whom: the gateway calls agents and `llm`, agents call `llm`, nobody else calls anybody."""
RING_SECONDS = 60.0
RELOAD_SECONDS = 1.0
RENEW_SHARE = 0.5
_ACTION = re.compile(r"[a-z0-9_.:*-]{1,80}")


class ServiceTokenError(UnauthenticatedError):
    """The caller is not one of our processes, or may not call this one."""

    code = "service-token-invalid"
    title = "This call is not one of ours"


@dataclass(frozen=True, slots=True)
class ServiceClaims:
    """What a verified service token says: who calls, for whom, about which novel and run, to do what."""

    issuer: str
    user_id: UUID
    novel_id: UUID | None
    run_id: UUID | None
    actions: frozenset[str]
    request_id: str

    def allows(self, action: str) -> bool:
        """Whether the token names this action."""
        return action in self.actions


@dataclass
class ServiceIdentity:
    """The pair of one process. `publish` before the first `mint`; `keep_published` renews it at half its life."""

    service: str
    instance: str = field(default_factory=lambda: str(new_id()))
    token_seconds: int = 60
    key_hours: int = 24

    def __post_init__(self) -> None:
        self._new_pair()

    def _new_pair(self) -> None:
        self._private = Ed25519PrivateKey.generate()
        self.kid = thumbprint(self._private.public_key())

    async def publish(self, database: Database) -> None:
        """Write the public half, or renew its term. Needs the role that belongs to the service."""
        values = {
            "kid": self.kid,
            "service": self.service,
            "instance": self.instance,
            "public_key": self._private.public_key().public_bytes_raw(),
            "not_before": now(),
            "expires_at": now() + timedelta(hours=self.key_hours),
        }
        statement = insert(ServiceKey).values(**values)
        async with database.transaction() as session:
            await session.execute(
                statement.on_conflict_do_update(
                    index_elements=[ServiceKey.kid], set_={"expires_at": statement.excluded.expires_at}
                )
            )

    async def keep_published(self, database: Database) -> None:
        """Publish, and make a new pair at half the life of the old one, until cancelled."""
        while True:
            try:
                await self.publish(database)
                await asyncio.sleep(self.key_hours * 3_600 * RENEW_SHARE)
                self._new_pair()
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001 - the store may come back at any time
                log.warning("service_key.unpublished", error=type(error).__name__)
                await asyncio.sleep(1)

    async def withdraw(self, database: Database) -> None:
        """Revoke the present key, at the end of the process."""
        async with database.transaction() as session:
            await session.execute(
                update(ServiceKey).where(ServiceKey.kid == self.kid).values(revoked_at=func.now())
            )

    def mint(
        self,
        aud: str,
        *,
        user_id: UUID,
        novel_id: UUID | None,
        run_id: UUID | None,
        actions: Sequence[str],
        request_id: str,
    ) -> str:
        """A token for one call to ``aud``; good for 60 seconds."""
        at = int(now().timestamp())
        payload: dict[str, Any] = {
            "iss": self.service,
            "aud": aud,
            "sub": str(user_id),
            "act": list(actions),
            "req": request_id,
            "iat": at,
            "nbf": at,
            "exp": at + self.token_seconds,
        }
        if novel_id is not None:
            payload["nov"] = str(novel_id)
        if run_id is not None:
            payload["run"] = str(run_id)
        return jwt.encode(payload, self._private, algorithm="EdDSA", headers={"typ": TYPE, "kid": self.kid})


@dataclass
class ServiceVerifier:
    """Checks the tokens that arrive at one process."""

    database: Database
    _keys: dict[str, tuple[str, Ed25519PublicKey, float]] = field(default_factory=dict)
    _loaded_at: float = float("-inf")
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def verify(self, token: str, aud: str, *, callers: Iterable[str] | None = None) -> ServiceClaims:
        """The claims of a token that one of our processes made for ``aud`` and that is valid now.

        Raises `ServiceTokenError`, also for a good token of a process that may not call ``aud``.
        """
        allowed = tuple(callers) if callers is not None else CALLERS.get(aud, ())
        try:
            return await self._verified(token, aud, allowed)
        except InvalidTokenError as error:
            log.warning("service_token.refused", reason=str(error), aud=aud)
            raise ServiceTokenError from error

    async def _verified(self, token: str, aud: str, callers: tuple[str, ...]) -> ServiceClaims:
        found = await self._key(read_header(token, typ=TYPE))
        if found is None:
            raise InvalidTokenError("unknown key")
        payload = decode(token, found[1], audience=aud, issuer=found[0], required=CLAIMS)
        check_times(payload)
        if found[0] not in callers:
            raise InvalidTokenError("caller may not call this")
        return _claims(payload)

    async def _key(self, kid: str) -> tuple[str, Ed25519PublicKey] | None:
        age = monotonic() - self._loaded_at
        if age >= RING_SECONDS or (kid not in self._keys and age >= RELOAD_SECONDS):
            await self._load(RING_SECONDS if kid in self._keys else RELOAD_SECONDS)
        found = self._keys.get(kid)
        if found is None or now().timestamp() >= found[2]:
            return None
        return found[0], found[1]

    async def _load(self, max_age: float) -> None:
        async with self._lock:
            if monotonic() - self._loaded_at < max_age:
                return
            valid = select(ServiceKey).where(
                ServiceKey.revoked_at.is_(None), ServiceKey.expires_at > func.now()
            )
            async with self.database.transaction() as session:
                rows = (await session.scalars(valid)).all()
            self._loaded_at = monotonic()
            self._keys = {
                row.kid: (
                    row.service,
                    Ed25519PublicKey.from_public_bytes(row.public_key),
                    row.expires_at.timestamp(),
                )
                for row in rows
                if thumbprint(Ed25519PublicKey.from_public_bytes(row.public_key)) == row.kid
            }


def _claims(payload: dict[str, Any]) -> ServiceClaims:
    try:
        actions = payload["act"]
        if not isinstance(actions, list) or not all(
            isinstance(a, str) and _ACTION.fullmatch(a) for a in actions
        ):
            raise InvalidTokenError("odd actions")
        return ServiceClaims(
            issuer=payload["iss"],
            user_id=UUID(payload["sub"]),
            novel_id=UUID(payload["nov"]) if "nov" in payload else None,
            run_id=UUID(payload["run"]) if "run" in payload else None,
            actions=frozenset(actions),
            request_id=str(payload["req"])[:64],
        )
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidTokenError("odd claims") from error


def bearer(header: str | None) -> str:
    """The token of an ``Authorization`` header. Raises `ServiceTokenError` without one."""
    scheme, _, token = (header or "").partition(" ")
    if scheme.casefold() != "bearer" or not token:
        raise ServiceTokenError
    return token.strip()
