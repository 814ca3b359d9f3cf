"""Stores and opens provider keys. Plain keys live in memory for at most ten minutes after their last use."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from pydantic import SecretStr

from infinite_scribe.core import clock
from infinite_scribe.db.sql.engine import Database, RowScope
from infinite_scribe.llm.sealing import KeyRing, Sealed, new_data_key, open_key, seal_key
from infinite_scribe.model_client.schemas import KeyPutResult
from infinite_scribe.providers.keys import SealedKey, SealedKeyService, WrappedDataKey
from infinite_scribe.providers.service import EndpointFacts

MEMORY_SECONDS = 600
LAST_SHOWN = 4


@dataclass
class KeyStore:
    """The only reader of sealed keys."""

    database: Database
    ring: KeyRing
    _memory: dict[tuple[UUID, int], tuple[float, SecretStr]] = field(default_factory=dict, repr=False)

    async def put(self, endpoint_id: UUID, user_id: UUID, plain: str) -> KeyPutResult:
        """Seal and store a new key of the user's own endpoint; older ones are revoked.

        Raises `EndpointNotFoundError` and `BuiltInEndpointError`.
        """
        async with self.database.transaction(RowScope(user_id=user_id)) as session:
            stored = SealedKeyService.of(session)
            version = await stored.next_version(endpoint_id, user_id)
            wrapped, data_key = await self._data_key(stored, user_id)
            sealed = seal_key(data_key, plain, (user_id, endpoint_id, version))
            last4 = plain[-LAST_SHOWN:] if len(plain) >= 3 * LAST_SHOWN else "•" * LAST_SHOWN
            row = SealedKey(endpoint_id, user_id, version, wrapped, sealed.nonce, sealed.ciphertext)
            await stored.put(row, last4)
        return KeyPutResult(last4=last4, version=version)

    async def open(self, endpoint: EndpointFacts, user_id: UUID) -> SecretStr | None:
        """Return the key of an endpoint, or None when it has none. Raises `BrokenSealError`."""
        self._forget()
        slot = (endpoint.id, endpoint.key_version)
        if slot in self._memory:
            key = self._memory[slot][1]
        else:
            found = await self._read(endpoint.id, user_id)
            if found is None:
                return None
            key = found
        self._memory[slot] = (clock.monotonic(), key)
        return key

    async def _read(self, endpoint_id: UUID, user_id: UUID) -> SecretStr | None:
        async with self.database.transaction(RowScope(user_id=user_id)) as session:
            row = await SealedKeyService.of(session).live_key(endpoint_id)
        if row is None:
            return None
        data_key = self._unwrap(row.data_key)
        place = (row.user_id, row.endpoint_id, row.version)
        return SecretStr(open_key(data_key, Sealed(row.nonce, row.ciphertext), place))

    async def _data_key(self, stored: SealedKeyService, user_id: UUID) -> tuple[WrappedDataKey, bytes]:
        known = await stored.data_key(user_id)
        if known is not None:
            return known, self._unwrap(known)
        plain, new_id = new_data_key(), stored.new_data_key_id()
        sealed = self.ring.wrap(plain, user_id, new_id)
        await stored.add_data_key(user_id, new_id, self.ring.first_id, sealed.nonce, sealed.ciphertext)
        return WrappedDataKey(new_id, user_id, self.ring.first_id, sealed.nonce, sealed.ciphertext), plain

    def _unwrap(self, found: WrappedDataKey) -> bytes:
        return self.ring.unwrap(found.kek_id, Sealed(found.nonce, found.wrapped), found.user_id, found.id)

    def _forget(self) -> None:
        limit = clock.monotonic() - MEMORY_SECONDS
        for slot in [slot for slot, (used, _) in self._memory.items() if used < limit]:
            del self._memory[slot]


async def rewrap(database: Database, ring: KeyRing) -> int:
    """Move every data key to the first key-encryption key, in batches, while calls go on; return how many moved.

    `database` must be the operator's (`is_owner`).
    """
    moved = 0
    while True:
        async with database.transaction() as session:
            stored = SealedKeyService.of(session)
            batch = await stored.not_under(ring.first_id)
            for row in batch:
                plain = ring.unwrap(row.kek_id, Sealed(row.nonce, row.wrapped), row.user_id, row.id)
                fresh = ring.wrap(plain, row.user_id, row.id)
                await stored.rewrap(row.id, ring.first_id, fresh.nonce, fresh.ciphertext)
        moved += len(batch)
        if not batch:
            return moved
