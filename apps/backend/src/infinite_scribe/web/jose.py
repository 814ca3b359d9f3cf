"""What our two kinds of signed tokens share: one algorithm, one shape of header, one clock, one leeway.

PyJWT checks the signature, issuer, audience and that each claim is there; what it lets through (a wrong ``typ``, header
members that name a key, duplicate members, huge tokens) is refused here before it is asked. Time is compared here too.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from infinite_scribe.core.clock import now

ALGORITHM = "EdDSA"
LONGEST_TOKEN = 4096
LEEWAY_SECONDS = 30
HEADER_MEMBERS = frozenset({"alg", "typ", "kid"})
_SEGMENTS = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_KID = re.compile(r"[A-Za-z0-9_-]{43}")


class InvalidTokenError(Exception):
    """The token proves nothing. The message is for the log, never for the client."""


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
