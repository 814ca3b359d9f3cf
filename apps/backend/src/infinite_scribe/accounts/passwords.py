"""Hashing of passwords: Argon2id in threads, with a bounded waiting room and a decoy for unknown names."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

from infinite_scribe.accounts.errors import BusyError

T = TypeVar("T")

WAITING_ROOM = 50
SALT_BYTES = 16
TAG_BYTES = 32
LANES = 1


@dataclass
class Passwords:
    """Hashes and verifies, at most ``workers`` at once; beyond the waiting room it refuses with `BusyError`.

    Memory of a flood of sign-ins is thus ``workers`` times ``memory_kib``, whatever arrives.
    """

    memory_kib: int
    passes: int
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    waiting_room: int = WAITING_ROOM
    verified: int = 0
    """How many hashes were compared; the tests of the guess budget read it."""

    def __post_init__(self) -> None:
        self._hasher = PasswordHasher(
            time_cost=self.passes,
            memory_cost=self.memory_kib,
            parallelism=LANES,
            hash_len=TAG_BYTES,
            salt_len=SALT_BYTES,
            type=Type.ID,
        )
        self._pool = ThreadPoolExecutor(max_workers=self.workers, thread_name_prefix="argon2")
        self._inside = 0
        self._decoy: str | None = None

    async def hash(self, password: str) -> str:
        """PHC string of a new password. Raises `BusyError`."""
        return await self._run(self._hasher.hash, password)

    async def verify(self, phc: str | None, password: str) -> bool:
        """Whether the password fits; an absent hash costs the same work as a wrong one. Raises `BusyError`."""
        if self._decoy is None:
            self._decoy = await self._run(self._hasher.hash, "decoy: no account has this password")
        self.verified += 1
        fits = await self._run(self._matches, phc or self._decoy, password)
        return fits and phc is not None

    def needs_rehash(self, phc: str) -> bool:
        """Whether the hash was made with weaker settings than today's."""
        return self._hasher.check_needs_rehash(phc)

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _matches(self, phc: str, password: str) -> bool:
        try:
            return self._hasher.verify(phc, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[..., T], *arguments: str) -> T:
        if self._inside >= self.workers + self.waiting_room:
            raise BusyError(retry_after=2)
        self._inside += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work, *arguments)
        finally:
            self._inside -= 1
