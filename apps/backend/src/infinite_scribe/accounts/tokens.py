"""The two tokens of a session: a signed access token that says who, and a refresh token that renews it."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from infinite_scribe.core.clock import now
from infinite_scribe.core.ids import new_id
from infinite_scribe.web.jose import (
    ALGORITHM,
    InvalidTokenError,
    b64,
    check_times,
    decode,
    read_header,
    unb64,
)

ACCESS_TYPE = "at+jwt"
AUDIENCE = "api"
CLAIMS = ("iss", "aud", "sub", "sid", "tep", "aal", "amr", "auth_time", "iat", "nbf", "exp", "jti")
_REFRESH = re.compile(r"([A-Za-z0-9_-]{22})\.(0|[1-9][0-9]{0,8})\.([A-Za-z0-9_-]{43})")
_REFRESH_LABEL = b"rt1"


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """What a verified access token says."""

    user_id: UUID
    session_id: UUID
    token_epoch: int
    aal: int
    amr: tuple[str, ...]
    auth_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Signer:
    """The key that signs now."""

    kid: str
    private_key: Ed25519PrivateKey


PublicKeyOf = Callable[[str], Awaitable[Ed25519PublicKey | None]]


def mint_access(signer: Signer, claims: AccessClaims, *, issuer: str) -> str:
    """The signed token; it ends at ``claims.expires_at``."""
    at = int(now().timestamp())
    payload = {
        "iss": issuer,
        "aud": AUDIENCE,
        "sub": str(claims.user_id),
        "sid": str(claims.session_id),
        "tep": claims.token_epoch,
        "aal": claims.aal,
        "amr": list(claims.amr),
        "auth_time": int(claims.auth_at.timestamp()),
        "iat": at,
        "nbf": at,
        "exp": int(claims.expires_at.timestamp()),
        "jti": str(new_id()),
    }
    return jwt.encode(
        payload, signer.private_key, algorithm=ALGORITHM, headers={"typ": ACCESS_TYPE, "kid": signer.kid}
    )


async def verify_access(token: str, public_key_of: PublicKeyOf, *, issuer: str) -> AccessClaims:
    """Claims of a token that one of our keys signed for this audience and that is valid now.

    Raises `InvalidTokenError` for everything else.
    """
    kid = read_header(token, typ=ACCESS_TYPE)
    key = await public_key_of(kid)
    if key is None:
        raise InvalidTokenError("unknown key")
    payload = decode(token, key, audience=AUDIENCE, issuer=issuer, required=CLAIMS)
    check_times(payload)
    return _access_claims(payload)


def _access_claims(payload: dict[str, Any]) -> AccessClaims:
    try:
        amr = payload["amr"]
        numbers = (payload["tep"], payload["aal"], payload["auth_time"])
        if not isinstance(amr, list) or any(type(value) is not int for value in numbers):
            raise InvalidTokenError("odd claims")
        return AccessClaims(
            user_id=UUID(payload["sub"]),
            session_id=UUID(payload["sid"]),
            token_epoch=numbers[0],
            aal=numbers[1],
            amr=tuple(str(method) for method in amr),
            auth_at=datetime.fromtimestamp(numbers[2], UTC),
            expires_at=datetime.fromtimestamp(payload["exp"], UTC),
        )
    except (ValueError, TypeError, AttributeError, OverflowError, OSError) as error:
        raise InvalidTokenError("odd claims") from error


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token that was read, not yet believed."""

    session_id: UUID
    counter: int
    proof: bytes


def mint_refresh(session_id: UUID, counter: int, secret: bytes) -> str:
    """``b64u(sid).counter.b64u(HMAC)``: nothing in it can be guessed or carried to another session."""
    return f"{b64(session_id.bytes)}.{counter}.{b64(refresh_proof(session_id, counter, secret))}"


def read_refresh(token: str) -> RefreshToken | None:
    """The parts, ``None`` when it is no refresh token at all."""
    found = _REFRESH.fullmatch(token)
    if found is None:
        return None
    try:
        return RefreshToken(UUID(bytes=unb64(found[1])), int(found[2]), unb64(found[3]))
    except ValueError:
        return None


def refresh_proof(session_id: UUID, counter: int, secret: bytes) -> bytes:
    """HMAC over what the token says."""
    message = _REFRESH_LABEL + session_id.bytes + counter.to_bytes(8, "big")
    return hmac.digest(secret, message, hashlib.sha256)


def proves(token: RefreshToken, secret: bytes) -> bool:
    """Whether we made the token, compared in constant time."""
    return hmac.compare_digest(token.proof, refresh_proof(token.session_id, token.counter, secret))
