"""Who may try a password now. A try is counted before it is made, in a transaction of its own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from math import ceil

from infinite_scribe.accounts.errors import TooManyGuessesError
from infinite_scribe.accounts.models import KnownDevice, User
from infinite_scribe.accounts.repository import AccountsRepository
from infinite_scribe.accounts.rules import (
    ACCOUNT,
    ACCOUNT_AND_NETWORK,
    KNOWN_DEVICE,
    NETWORK,
    SETUP_CODE,
    GuessBudget,
    guess_network,
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One counted try; ``cleared`` is what a success forgets."""

    cleared: tuple[tuple[str, str], ...]


async def reserve_login(
    accounts: AccountsRepository, user: User | None, login_norm: str, address: str, device: KnownDevice | None
) -> Attempt:
    """Count a try at a password. Raises `TooManyGuessesError`, and then nothing was counted.

    A known device has a budget of its own, so that nobody can lock an author out by guessing from elsewhere.
    """
    if device is not None:
        subject = str(device.id)
        await _reserve(accounts, KNOWN_DEVICE, subject)
        return Attempt(((KNOWN_DEVICE.kind, subject),))
    account = str(user.id) if user is not None else hashlib.sha256(login_norm.encode()).hexdigest()[:36]
    network = guess_network(address)
    pair = f"{account}|{network}"
    # Always in this order: two parallel tries then wait for each other and never for themselves.
    await _reserve(accounts, NETWORK, network)
    await _reserve(accounts, ACCOUNT, account)
    await _reserve(accounts, ACCOUNT_AND_NETWORK, pair)
    return Attempt(((ACCOUNT_AND_NETWORK.kind, pair),))


async def reserve_setup_code(accounts: AccountsRepository) -> None:
    """Count a try at the set-up code: ten for each start, wherever they come from."""
    await _reserve(accounts, SETUP_CODE, "setup")


async def _reserve(accounts: AccountsRepository, budget: GuessBudget, subject: str) -> None:
    wait = await accounts.reserve_guess(budget, subject)
    if wait is not None:
        raise TooManyGuessesError(retry_after=ceil(wait), seconds=ceil(wait))
