"""Provider keys at rest: a data key per user under the ring of key-encryption keys (reliability §10.6)."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from infinite_scribe.core.errors import BugError
from infinite_scribe.core.secrets import secret_file

NONCE_BYTES = 12
KEY_BYTES = 32
KEK_NAME = "provider-kek-{number:04d}"
_KEK_FILE = re.compile(r"provider-kek-\d{4}\Z")


class BrokenSealError(BugError):
    """A sealed key was changed, moved to another row, or sealed under a key this installation does not have."""

    code = "key-unreadable"
    title = "The stored key cannot be read; type it again"


@dataclass(frozen=True)
class Sealed:
    """Nonce and ciphertext."""

    nonce: bytes
    ciphertext: bytes


@dataclass(frozen=True)
class KeyRing:
    """Key-encryption keys: the first encrypts, all decrypt."""

    keys: tuple[bytes, ...] = field(repr=False)

    @classmethod
    def of_folder(cls, folder: Path) -> KeyRing:
        """Read the ring of an installation, newest first; made on first use."""
        names = sorted(
            (path.name for path in folder.glob("provider-kek-*") if _KEK_FILE.match(path.name)), reverse=True
        )
        return cls(tuple(secret_file(folder, name) for name in names or [KEK_NAME.format(number=1)]))

    @property
    def first_id(self) -> str:
        return kek_id(self.keys[0])

    def wrap(self, data_key: bytes, user_id: UUID, data_key_id: UUID) -> Sealed:
        """Wrap a data key under the first key-encryption key."""
        return _seal(self.keys[0], data_key, _wrap_context(user_id, data_key_id))

    def unwrap(self, name: str, sealed: Sealed, user_id: UUID, data_key_id: UUID) -> bytes:
        """Open a data key. Raises `BrokenSealError`."""
        for key in self.keys:
            if kek_id(key) == name:
                return _open(key, sealed, _wrap_context(user_id, data_key_id))
        raise BrokenSealError(reason="unknown key-encryption key")


def new_data_key() -> bytes:
    """Return 32 fresh random bytes."""
    return secrets.token_bytes(KEY_BYTES)


def kek_id(key: bytes) -> str:
    """Return the short name of a key-encryption key; says nothing about its value."""
    return hashlib.sha256(b"is|kek-id|v1|" + key).hexdigest()[:16]


def seal_key(data_key: bytes, plain: str, place: Sequence[object]) -> Sealed:
    """Seal a provider key; `place` is (user, endpoint, version) and binds it to its row."""
    return _seal(data_key, plain.encode(), _key_context(place))


def open_key(data_key: bytes, sealed: Sealed, place: Sequence[object]) -> str:
    """Open a provider key. Raises `BrokenSealError` when anything does not fit."""
    return _open(data_key, sealed, _key_context(place)).decode()


def _seal(key: bytes, plain: bytes, context: bytes) -> Sealed:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return Sealed(nonce, AESGCM(key).encrypt(nonce, plain, context))


def _open(key: bytes, sealed: Sealed, context: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed.nonce, sealed.ciphertext, context)
    except (InvalidTag, ValueError) as error:
        raise BrokenSealError from error


def _wrap_context(user_id: UUID, data_key_id: UUID) -> bytes:
    return f"is|dek|v1|{user_id}|{data_key_id}".encode()


def _key_context(place: Sequence[object]) -> bytes:
    return "|".join(["is", "pk", "v1", *(str(part) for part in place)]).encode()
