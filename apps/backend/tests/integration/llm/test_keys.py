"""Provider keys: sealed at rest, tampering noticed, readable by one process only (B11)."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from factories.calls import a_request, make_user
from factories.providers import make_endpoint
from infinite_scribe.core.errors import DomainError
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.llm.keys import KeyStore, rewrap
from infinite_scribe.llm.sealing import BrokenSealError, KeyRing
from infinite_scribe.providers.service import EndpointService
from servers.databases import TestDatabase

from .conftest import Studio

CANARY = "sk-canary-0123456789abcdef"


async def test_a_key_reaches_the_provider_and_nobody_else(studio: Studio) -> None:
    shown = await studio.client.put_key(studio.endpoint, CANARY, user_id=studio.user)
    assert shown.last4 == "cdef"
    assert (await studio.ask(a_request(studio.user))).done is not None
    assert studio.provider.bill.keys == [f"Bearer {CANARY}"]
    async with studio.db.owner.transaction() as session:
        for table in ("provider_keys", "data_keys", "endpoints", "llm_calls"):
            assert CANARY not in str((await session.execute(text(f"SELECT * FROM {table}"))).all())
    with pytest.raises(ProgrammingError):
        async with studio.db.api.transaction(studio.scope) as session:
            await session.execute(text("SELECT * FROM provider_keys"))


async def test_a_stranger_cannot_put_a_key(studio: Studio) -> None:
    stranger = await make_user(studio.db.owner)
    with pytest.raises(DomainError):
        await studio.client.put_key(studio.endpoint, CANARY, user_id=stranger)


async def opened(db: TestDatabase, ring: KeyRing, user: object, endpoint: object) -> str | None:
    async with db.llm.transaction(RowScope(user_id=user)) as session:  # type: ignore[arg-type]
        facts = await EndpointService.of(session, user).facts(endpoint)  # type: ignore[arg-type]
    found = await KeyStore(db.llm, ring).open(facts, user)  # type: ignore[arg-type]
    return found.get_secret_value() if found else None


async def test_swapped_and_flipped_keys_are_noticed(fresh_db: TestDatabase, tmp_path: Path) -> None:
    ring = KeyRing.of_folder(tmp_path)
    user = await make_user(fresh_db.owner)
    first = await make_endpoint(fresh_db.owner, user, "https://a.example/v1")
    second = await make_endpoint(fresh_db.owner, user, "https://b.example/v1")
    store = KeyStore(fresh_db.llm, ring)
    await store.put(first, user, CANARY)
    await store.put(second, user, CANARY + "2")
    assert await opened(fresh_db, ring, user, first) == CANARY
    swap = "UPDATE provider_keys p SET nonce = o.nonce, ciphertext = o.ciphertext FROM provider_keys o WHERE p.endpoint_id = :one AND o.endpoint_id = :other"
    async with fresh_db.owner.transaction() as session:
        await session.execute(text(swap), {"one": first, "other": second})
    with pytest.raises(BrokenSealError):
        await opened(fresh_db, ring, user, first)
    for column in ("ciphertext", "nonce"):
        await store.put(first, user, CANARY)
        flip = f"UPDATE provider_keys SET {column} = set_byte({column}, 0, get_byte({column}, 0) # 1) WHERE endpoint_id = :one"
        async with fresh_db.owner.transaction() as session:
            await session.execute(text(flip), {"one": first})
        with pytest.raises(BrokenSealError):
            await opened(fresh_db, ring, user, first)


async def test_rewrap_moves_to_the_new_key_and_the_old_may_go(fresh_db: TestDatabase, tmp_path: Path) -> None:
    old = KeyRing((b"o" * 32,))
    users = [await make_user(fresh_db.owner) for _ in range(3)]
    endpoints = [await make_endpoint(fresh_db.owner, user, "https://a.example/v1") for user in users]
    for user, endpoint in zip(users, endpoints, strict=True):
        await KeyStore(fresh_db.llm, old).put(endpoint, user, CANARY)
    assert await rewrap(fresh_db.owner, KeyRing((b"n" * 32, b"o" * 32))) == 3
    for user, endpoint in zip(users, endpoints, strict=True):
        assert await opened(fresh_db, KeyRing((b"n" * 32,)), user, endpoint) == CANARY
        with pytest.raises(BrokenSealError):
            await opened(fresh_db, old, user, endpoint)
