"""Moves sealed keys in and out of the tables. What is inside, only `llm` can read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.ids import new_id
from infinite_scribe.providers.errors import BuiltInEndpointError, EndpointNotFoundError
from infinite_scribe.providers.models import DataKey, ProviderKey
from infinite_scribe.providers.repository import ProvidersRepository


@dataclass(frozen=True)
class WrappedDataKey:
    """A user's data key under the key-encryption key `kek_id`."""

    id: UUID
    user_id: UUID
    kek_id: str
    nonce: bytes
    wrapped: bytes


@dataclass(frozen=True)
class SealedKey:
    """One version of a provider key under its user's data key."""

    endpoint_id: UUID
    user_id: UUID
    version: int
    data_key: WrappedDataKey
    nonce: bytes
    ciphertext: bytes


@dataclass(frozen=True)
class SealedKeyService:
    """The sealed keys of the user in the session's scope; the session must be `is_llm`'s."""

    repository: ProvidersRepository

    @classmethod
    def of(cls, session: AsyncSession) -> Self:
        return cls(ProvidersRepository(session))

    async def live_key(self, endpoint_id: UUID) -> SealedKey | None:
        """Return the newest key of an endpoint that was not revoked."""
        row = await self.repository.live_key(endpoint_id)
        if row is None:
            return None
        wrapped = await self.repository.data_key(row.dek_id)
        if wrapped is None:
            return None
        return SealedKey(endpoint_id, row.user_id, row.version, _wrapped(wrapped), row.nonce, row.ciphertext)

    async def data_key(self, user_id: UUID) -> WrappedDataKey | None:
        """Return the data key that new keys of the user are sealed under."""
        row = await self.repository.newest_data_key(user_id)
        return _wrapped(row) if row else None

    async def add_data_key(
        self, user_id: UUID, data_key_id: UUID, kek_id: str, nonce: bytes, wrapped: bytes
    ) -> None:
        row = DataKey(id=data_key_id, user_id=user_id, kek_id=kek_id, nonce=nonce, wrapped=wrapped)
        self.repository.session.add(row)
        await self.repository.session.flush()

    async def next_version(self, endpoint_id: UUID, user_id: UUID) -> int:
        """Take the next version of a key; raises `EndpointNotFoundError` or `BuiltInEndpointError`."""
        found = await self.repository.endpoint(endpoint_id)
        if found is None:
            raise EndpointNotFoundError
        if found.user_id != user_id:
            raise BuiltInEndpointError
        return await self.repository.next_key_version(endpoint_id)

    async def put(self, key: SealedKey, last4: str) -> None:
        """Store a new version and revoke the ones before it."""
        await self.repository.put_key(
            ProviderKey(
                endpoint_id=key.endpoint_id,
                user_id=key.user_id,
                version=key.version,
                dek_id=key.data_key.id,
                nonce=key.nonce,
                ciphertext=key.ciphertext,
                last4=last4,
            )
        )

    async def not_under(self, kek_id: str, limit: int = 500) -> list[WrappedDataKey]:
        """Return data keys that are wrapped by another key-encryption key; locks them for the rewrap."""
        return [_wrapped(row) for row in await self.repository.data_keys_not_under(kek_id, limit)]

    async def rewrap(self, data_key_id: UUID, kek_id: str, nonce: bytes, wrapped: bytes) -> None:
        row = await self.repository.data_key(data_key_id)
        if row is not None:
            row.kek_id, row.nonce, row.wrapped = kek_id, nonce, wrapped

    @staticmethod
    def new_data_key_id() -> UUID:
        return new_id()


def _wrapped(row: DataKey) -> WrappedDataKey:
    return WrappedDataKey(row.id, row.user_id, row.kek_id, row.nonce, row.wrapped)
