"""The worst case of a call, held under every cap before the provider is dialled."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.calls.errors import BudgetReachedError, PriceUnknownError
from infinite_scribe.providers.budgets import BudgetService, Cap, Room
from infinite_scribe.providers.prices import Price

# Our count of the input is an estimate; a provider's own may be a little higher.
SAFETY = 1.05


@dataclass(frozen=True)
class Wanted:
    """What a dial may cost at most."""

    input_tokens: int
    max_tokens: int
    min_tokens: int

    @property
    def safe_input(self) -> int:
        return math.ceil(self.input_tokens * SAFETY)


@dataclass(frozen=True)
class Held:
    """What is held, and how long the answer may be for it."""

    budget_ids: list[UUID]
    nanousd: int
    tokens: int
    max_tokens: int
    clipped: bool


async def hold_worst_case(session: AsyncSession, caps: Sequence[Cap], price: Price, wanted: Wanted) -> Held:
    """Hold the worst case; clip the answer where only a shorter one fits.

    Raises `BudgetReachedError` naming the scope when not even `min_tokens` fit, `PriceUnknownError` when a money
    cap applies to a model whose price nobody knows. Both leave the transaction to be rolled back.
    """
    budgets = BudgetService.of(session)
    ids = await budgets.ensure(caps)
    if not price.known and any(room.nanousd is not None for room in await budgets.room(ids)):
        raise PriceUnknownError(model=price.model)
    worst = price.worst(wanted.safe_input, wanted.max_tokens)
    tokens = wanted.safe_input + wanted.max_tokens
    if await budgets.hold(ids, worst, tokens):
        return Held(ids, worst, tokens, wanted.max_tokens, clipped=False)
    rooms = await budgets.room(ids)
    length = affordable(rooms, price, wanted)
    if length < wanted.min_tokens:
        tight = next(
            (room for room in rooms if affordable([room], price, wanted) < wanted.min_tokens), rooms[0]
        )
        raise BudgetReachedError(scope=tight.scope_kind, period=tight.period)
    worst, tokens = price.worst(wanted.safe_input, length), wanted.safe_input + length
    if not await budgets.hold(ids, worst, tokens):
        raise BudgetReachedError(scope=rooms[0].scope_kind, period=rooms[0].period)
    return Held(ids, worst, tokens, length, clipped=True)


def affordable(rooms: Sequence[Room], price: Price, wanted: Wanted) -> int:
    """Return the longest answer, in tokens, that fits under all caps; negative when the input alone does not."""
    length = wanted.max_tokens
    for room in rooms:
        if room.tokens is not None:
            length = min(length, room.tokens - wanted.safe_input)
        if room.nanousd is not None:
            length = min(length, _longest(price, wanted.safe_input, length, room.nanousd))
    return length


def _longest(price: Price, input_tokens: int, most: int, nanousd: int) -> int:
    if price.worst(input_tokens, 0) > nanousd:
        return -1
    low, high = 0, max(most, 0)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if price.worst(input_tokens, middle) <= nanousd else (low, middle - 1)
    return low
