"""Hashing: strength, bounded memory, the same work for nobody."""

from __future__ import annotations

import asyncio

import pytest

from infinite_scribe.accounts.common_passwords import CommonPasswords, build_filter, shipped_filter, unit_of
from infinite_scribe.accounts.errors import BusyError
from infinite_scribe.accounts.passwords import Passwords
from infinite_scribe.core.settings.sections import AccountsSection


async def test_hashes_carry_our_parameters() -> None:
    chosen = AccountsSection()
    passwords = Passwords(chosen.argon2_memory_kib, chosen.argon2_time)
    phc = await passwords.hash("a long walk by the harbour")
    assert phc.startswith("$argon2id$v=19$m=47104,t=2,p=1$")
    assert await passwords.verify(phc, "a long walk by the harbour")
    assert not await passwords.verify(phc, "a long walk by the harbor")
    assert Passwords(chosen.argon2_memory_kib + 8, chosen.argon2_time).needs_rehash(phc)
    assert not passwords.needs_rehash(phc)


async def test_nobody_costs_as_much_as_somebody_and_never_fits() -> None:
    passwords = Passwords(1024, 1)
    assert not await passwords.verify(None, "decoy: no account has this password")
    assert passwords.verified == 1


async def test_a_flood_waits_in_a_room_of_limited_size() -> None:
    passwords = Passwords(1024, 1, workers=1, waiting_room=3)
    phc = await passwords.hash("x")
    passwords._decoy = phc
    found = await asyncio.gather(*(passwords.verify(phc, "y") for _ in range(20)), return_exceptions=True)
    refused = [error for error in found if isinstance(error, BusyError)]
    assert len(refused) == 16
    assert refused[0].retry_after == 2
    assert await passwords.verify(phc, "x")


def test_the_shipped_filter_knows_leaked_passwords_in_any_case() -> None:
    common = shipped_filter()
    assert common.size > 50_000
    assert all(
        common.covers(word)
        for word in ("password1234", "1234567890123", "QwertyUiop12", "qwertyqwertyqwerty")
    )
    assert not any(
        common.covers(word)
        for word in ("a long walk by the harbour", "mittwochs immer fisch", "海边的长长散步在清晨")
    )


def test_a_filter_finds_exactly_what_was_put_in() -> None:
    words = [f"word number {n}" for n in range(500)]
    common = CommonPasswords(build_filter(words))
    assert all(word in common for word in words)
    assert sum(f"other {n}" in common for n in range(5_000)) == 0
    assert "x" not in CommonPasswords(b"")


@pytest.mark.parametrize(
    ("text", "unit"),
    [("abcabcabc", "abc"), ("aaaa", "a"), ("abcab", "abcab"), ("abcabca", "abc"), ("", ""), ("ab", "ab")],
)
def test_the_unit_of_a_repetition(text: str, unit: str) -> None:
    assert unit_of(text) == unit
