"""The two tokens of a session: a signed access token that says who, and a refresh token that renews it.

Access tokens are JWTs of ten minutes, signed with Ed25519. PyJWT checks the signature, issuer, audience and that each
claim is there; what it lets through (a wrong ``typ``, header members that name a key, duplicate members, huge tokens)
is refused here before it is asked. Time is compared here as well, so that one leeway and one clock hold.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
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

ACCESS_TYPE = "at+jwt"
AUDIENCE = "api"
ALGORITHM = "EdDSA"
LONGEST_TOKEN = 4096
LEEWAY_SECONDS = 30
CLAIMS = ("iss", "aud", "sub", "sid", "tep", "aal", "amr", "auth_time", "iat", "nbf", "exp", "jti")
HEADER_MEMBERS = frozenset({"alg", "typ", "kid"})
_SEGMENTS = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_KID = re.compile(r"[A-Za-z0-9_-]{43}")
_REFRESH = re.compile(r"([A-Za-z0-9_-]{22})\.(0|[1-9][0-9]{0,8})\.([A-Za-z0-9_-]{43})")
_REFRESH_LABEL = b"rt1"


class InvalidTokenError(Exception):
    """The token proves nothing. The message is for the log, never for the client."""


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


def read_header(token: str, *, typ: str) -> str:
    """Key id of a token whose header is exactly ``{alg, typ, kid}``, before any signature is looked at."""
    if len(token) > LONGEST_TOKEN:
        raise InvalidTokenError("too long")
    if not _SEGMENTS.fullmatch(token):
        raise InvalidTokenError("not three segments")
    head, body, _ = token.split(".")
    header = _object(head)
    _object(body)
    if set(header) != HEADER_MEMBERS:
        raise InvalidTokenError("odd header members")
    if header["alg"] != ALGORITHM or header["typ"] != typ:
        raise InvalidTokenError("wrong algorithm or type")
    kid = header["kid"]
    if not isinstance(kid, str) or not _KID.fullmatch(kid):
        raise InvalidTokenError("odd key id")
    return kid


def decode(
    token: str, key: Ed25519PublicKey, *, audience: str, issuer: str | None, required: tuple[str, ...]
) -> dict[str, Any]:
    """Payload under a good signature, with every required claim and exactly this audience and issuer."""
    options = {"require": list(required), "verify_exp": False, "verify_nbf": False, "verify_iat": False}
    try:
        payload: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=audience,
            issuer=issuer,
            options=options,  # type: ignore[arg-type]
        )
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
        raise InvalidTokenError(type(error).__name__) from error
    if payload["aud"] != audience:  # a list that contains the audience is not the audience
        raise InvalidTokenError("odd audience")
    return payload


def check_times(payload: dict[str, Any]) -> None:
    """Raise `InvalidTokenError` unless ``nbf`` and ``iat`` have come and ``exp`` has not, give or take 30 s."""
    at = now().timestamp()
    values = [payload[name] for name in ("iat", "nbf", "exp")]
    if any(type(value) is not int for value in values):
        raise InvalidTokenError("odd times")
    issued, not_before, expires = values
    if issued > at + LEEWAY_SECONDS or not_before > at + LEEWAY_SECONDS or expires + LEEWAY_SECONDS <= at:
        raise InvalidTokenError("not now")


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


def _object(segment: str) -> dict[str, Any]:
    """The JSON object of one segment; a member named twice is refused."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise InvalidTokenError("duplicate member")
        return found

    try:
        value = json.loads(unb64(segment), object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise InvalidTokenError("not JSON") from error
    if not isinstance(value, dict):
        raise InvalidTokenError("not an object")
    return value


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


def thumbprint(public_key: Ed25519PublicKey) -> str:
    """RFC 7638 thumbprint of an Ed25519 key: its id."""
    canonical = json.dumps(jwk_of(public_key), separators=(",", ":"), sort_keys=True)
    return b64(hashlib.sha256(canonical.encode()).digest())


def jwk_of(public_key: Ed25519PublicKey) -> dict[str, str]:
    """The public key as a JSON Web Key (RFC 8037), required members only."""
    return {"crv": "Ed25519", "kty": "OKP", "x": b64(public_key.public_bytes_raw())}


def b64(data: bytes) -> str:
    """URL-safe base64 without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unb64(text: str) -> bytes:
    """Bytes of URL-safe base64 without padding. Raises ``ValueError`` for anything that `b64` would not write."""
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if b64(data) != text:
        raise ValueError("not canonical base64url")
    return data
