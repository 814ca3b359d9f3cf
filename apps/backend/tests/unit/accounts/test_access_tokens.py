"""Forged, odd and outdated access tokens: none of them says anything."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from infinite_scribe.accounts.tokens import (
    AccessClaims,
    Signer,
    mint_access,
    mint_refresh,
    proves,
    read_refresh,
    verify_access,
)
from infinite_scribe.core.clock import now
from infinite_scribe.web.jose import InvalidTokenError, b64, jwk_of, thumbprint

ISSUER = "http://localhost:8000"
OURS, FOREIGN = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
KID = thumbprint(OURS.public_key())
USER, SESSION = UUID(int=1), UUID(int=2)


async def ring(kid: str) -> Ed25519PublicKey | None:
    return OURS.public_key() if kid == KID else None


def payload(**changes: Any) -> dict[str, Any]:
    at = int(now().timestamp())
    good: dict[str, Any] = {
        "iss": ISSUER, "aud": "api", "sub": str(USER), "sid": str(SESSION), "tep": 0, "aal": 1, "amr": ["pwd"],
        "auth_time": at, "iat": at, "nbf": at, "exp": at + 600, "jti": "x",
    }  # fmt: skip
    good.update(changes)
    return {name: value for name, value in good.items() if value is not ...}


def token(head: Any = None, body: Any = None, key: Ed25519PrivateKey = OURS) -> str:
    """A token signed with our key over whatever head and body are given (objects, or raw JSON text)."""
    shown = {"alg": "EdDSA", "typ": "at+jwt", "kid": KID} if head is None else head
    parts = [
        part if isinstance(part, str) else json.dumps(part)
        for part in (shown, payload() if body is None else body)
    ]
    signed = ".".join(b64(part.encode()) for part in parts)
    return f"{signed}.{b64(key.sign(signed.encode()))}"


def head(**changes: Any) -> dict[str, Any]:
    return {"alg": "EdDSA", "typ": "at+jwt", "kid": KID, **changes}


def hs256_with_public_key() -> str:
    pem = OURS.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    signed = f"{b64(json.dumps(head(alg='HS256')).encode())}.{b64(json.dumps(payload()).encode())}"
    return f"{signed}.{b64(hmac.digest(pem, signed.encode(), hashlib.sha256))}"


def at(seconds: int) -> int:
    return int((now() + timedelta(seconds=seconds)).timestamp())


FORGED: dict[str, Callable[[], str]] = {
    "none": lambda: f"{b64(json.dumps(head(alg='none')).encode())}.{b64(json.dumps(payload()).encode())}.",
    "none with a signature": lambda: token(head(alg="none")),
    "NoNe": lambda: token(head(alg="NoNe")),
    "HS256 with the public key": hs256_with_public_key,
    "RS256": lambda: token(head(alg="RS256")),
    "ES256": lambda: token(head(alg="ES256")),
    "another key": lambda: token(key=FOREIGN),
    "another key under its own kid": lambda: token(head(kid=thumbprint(FOREIGN.public_key())), key=FOREIGN),
    "path as kid": lambda: token(head(kid="../../../../dev/null")),
    "sql as kid": lambda: token(head(kid="' OR 1=1 --")),
    "number as kid": lambda: token(head(kid=7)),
    "list as kid": lambda: token(head(kid=[KID])),
    "no kid": lambda: token({"alg": "EdDSA", "typ": "at+jwt"}),
    "jwk": lambda: token(head(jwk=jwk_of(FOREIGN.public_key())), key=FOREIGN),
    "jku": lambda: token(head(jku="https://evil.example/jwks")),
    "x5u": lambda: token(head(x5u="https://evil.example/x5u")),
    "x5c": lambda: token(head(x5c=["AAAA"])),
    "crit": lambda: token(head(crit=["exp"])),
    "zip": lambda: token(head(zip="DEF")),
    "wrong typ": lambda: token(head(typ="JWT")),
    "service token": lambda: token(head(typ="svc+jwt")),
    "no typ": lambda: token({"alg": "EdDSA", "kid": KID}),
    "wrong audience": lambda: token(body=payload(aud="writer")),
    "list of audiences": lambda: token(body=payload(aud=["api", "writer"])),
    "wrong issuer": lambda: token(body=payload(iss="http://localhost:8000/")),
    "past": lambda: token(body=payload(exp=at(-31), iat=at(-700), nbf=at(-700))),
    "not yet": lambda: token(body=payload(nbf=at(35))),
    "issued tomorrow": lambda: token(body=payload(iat=at(86_400))),
    "exp as text": lambda: token(body=payload(exp=str(at(600)))),
    "exp as float": lambda: token(body=payload(exp=at(600) + 0.5)),
    "exp as true": lambda: token(body=payload(exp=True)),
    "tep as true": lambda: token(body=payload(tep=True)),
    "sub is no id": lambda: token(body=payload(sub="admin")),
    "sid is no id": lambda: token(body=payload(sid="x")),
    "amr is text": lambda: token(body=payload(amr="pwd")),
    "duplicate member": lambda: token(body=json.dumps(payload())[:-1] + f', "sub": "{UUID(int=9)}"}}'),
    "duplicate alg": lambda: token('{"alg":"none","alg":"EdDSA","typ":"at+jwt","kid":"' + KID + '"}'),
    "body is a list": lambda: token(body=[1]),
    "body is no JSON": lambda: token(body="{"),
    "a megabyte": lambda: token(body=payload(pad="x" * 1_000_000)),
    "just over 4 KB": lambda: token(body=payload(pad="x" * 3_000)),
    "two segments": lambda: token().rsplit(".", 1)[0],
    "four segments": lambda: token() + ".AAAA",
    "spaces": lambda: token().replace(".", " ."),
    "padding": lambda: token() + "==",
    "nothing": lambda: "",
    "deep": lambda: token(body="[" * 1500 + "]" * 1500),
    **{
        f"without {name}": (lambda name=name: token(body=payload(**{name: ...})))  # type: ignore[misc]
        for name in ("iss", "aud", "sub", "sid", "tep", "aal", "amr", "auth_time", "iat", "nbf", "exp", "jti")
    },
}


@pytest.mark.parametrize("name", FORGED)
async def test_refused(name: str) -> None:
    with pytest.raises(InvalidTokenError):
        await verify_access(FORGED[name](), ring, issuer=ISSUER)


async def test_what_we_mint_is_believed_and_says_the_same() -> None:
    expires = (now() + timedelta(seconds=600)).replace(microsecond=0)
    claims = AccessClaims(USER, SESSION, 3, 1, ("pwd",), now().replace(microsecond=0), expires)
    found = await verify_access(mint_access(Signer(KID, OURS), claims, issuer=ISSUER), ring, issuer=ISSUER)
    assert found == claims


async def test_the_leeway_is_thirty_seconds_both_ways() -> None:
    late = payload(exp=at(-25), iat=at(-700), nbf=at(-700))
    assert (await verify_access(token(body=late), ring, issuer=ISSUER)).user_id == USER
    assert (await verify_access(token(body=payload(nbf=at(25))), ring, issuer=ISSUER)).user_id == USER


async def test_no_mutation_of_a_good_token_is_believed() -> None:
    random.seed(7)
    good = token()
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.="
    for _ in range(2_000):
        place = random.randrange(len(good))
        changed = good[:place] + random.choice(alphabet) + good[place + random.choice((0, 1)) :]
        if changed == good:
            continue
        with pytest.raises(InvalidTokenError):
            await verify_access(changed, ring, issuer=ISSUER)


def test_the_library_alone_would_let_some_through() -> None:
    """Why `read_header` exists: PyJWT does not look at `typ`, nor at members it does not know."""
    loose = token(head(typ="JWT", x5u="https://evil.example"))
    assert jwt.decode(loose, OURS.public_key(), algorithms=["EdDSA"], audience="api")["sub"] == str(USER)


def test_a_refresh_token_proves_its_session_and_counter_only() -> None:
    secret = b"s" * 32
    given = read_refresh(mint_refresh(SESSION, 4, secret))
    assert given is not None
    assert (given.session_id, given.counter, proves(given, secret)) == (SESSION, 4, True)
    assert not proves(given, b"t" * 32)
    moved = read_refresh(mint_refresh(SESSION, 4, secret).replace(".4.", ".5."))
    assert moved is not None
    assert not proves(moved, secret)


@pytest.mark.parametrize(
    "text", ["", "a.b.c", "A" * 22 + ".01." + "A" * 43, "A" * 22 + ".-1." + "A" * 43, "é" * 70]
)
def test_what_is_no_refresh_token_is_not_read(text: str) -> None:
    assert read_refresh(text) is None


def test_base64_has_one_spelling() -> None:
    assert base64.urlsafe_b64decode(b64(b"\xff\xfe") + "=") == b"\xff\xfe"
