"""Sealing of secrets at rest: AES-256-GCM, bound to the row it belongs to."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


class BrokenSealError(Exception):
    """The sealed value was changed, moved to another row or sealed under another key."""


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals under one key-encryption key of 32 bytes. ``context`` names the row (additional authenticated data)."""

    key: bytes

    @property
    def key_id(self) -> str:
        """Short name of the key; says nothing about its value."""
        return hashlib.sha256(b"kek-id" + self.key).hexdigest()[:16]

    def seal(self, plain: bytes, *, context: bytes) -> bytes:
        """Nonce and ciphertext."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + AESGCM(self.key).encrypt(nonce, plain, context)

    def open(self, sealed: bytes, *, context: bytes) -> bytes:
        """The sealed bytes. Raises `BrokenSealError` when anything does not fit."""
        try:
            return AESGCM(self.key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context)
        except (InvalidTag, ValueError) as error:
            raise BrokenSealError from error

    def __repr__(self) -> str:
        return f"Sealer({self.key_id})"
