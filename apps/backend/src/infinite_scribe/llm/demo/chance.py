"""Chance that can be told again: every draw follows from a key, never from the clock.

Two tools. `Chance` is a seeded source of draws. `Rotation` is the stateless half of the
sameness memory: it deals each pool of phrases in an order of its own per book, and starts
each scene further along, so that neighbouring scenes of one book do not open the same
drawer even when nobody hands the list of used phrases back.
"""

import hashlib
import json
import random
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


def digest(*parts: object) -> int:
    """A 64-bit number that depends on all parts and on nothing else (not on PYTHONHASHSEED)."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


class Chance:
    """Seeded draws with the few verbs that the storyteller needs."""

    def __init__(self, *key: object) -> None:
        """Bind the source to a key; equal keys give equal draws."""
        self._key = digest(*key)
        self._random = random.Random(self._key)

    def fork(self, label: str) -> "Chance":
        """A source of its own, so that a new draw in one place does not move all others."""
        return Chance(self._key, label)

    def pick(self, items: Sequence[T]) -> T:
        """One item; the sequence must not be empty."""
        return items[self._random.randrange(len(items))]

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """Up to `count` different items in random order."""
        return self._random.sample(list(items), min(count, len(items)))

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """All items in random order."""
        return self.sample(items, len(items))

    def weighted(self, weights: Mapping[T, float]) -> T:
        """One key, with the given weights."""
        keys = list(weights)
        return self._random.choices(keys, [weights[key] for key in keys])[0]

    def happens(self, share: float) -> bool:
        """True in the given share of cases."""
        return self._random.random() < share

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return self._random.randint(low, high)


class Rotation:
    """Deals phrases without putting any back, per book and scene.

    `rested` are ids that other scenes used lately; they come last and only when nothing
    else is left. The ids dealt here are in `dealt`, in order.
    """

    def __init__(self, book: object, scene_number: int, rested: Sequence[str] = ()) -> None:
        """`book` identifies the novel; `scene_number` counts its scenes from 0."""
        self._book = book
        self._scene = scene_number
        self._rested = frozenset(rested)
        self._orders: dict[tuple[str, int], list[int]] = {}
        self._seen: set[str] = set()
        self.dealt: list[str] = []

    def deal(
        self, pool: str, items: Sequence[T], fits: Callable[[T], bool] | None = None
    ) -> tuple[str, T] | None:
        """The next phrase of a pool that fits, with its id; None when none fits at all.

        A phrase already dealt in this scene is dealt again only by `again`.
        """
        fallback: tuple[str, T] | None = None
        for index in self._order(pool, len(items)):
            key = f"{pool}.{index}"
            if key in self._seen or (fits is not None and not fits(items[index])):
                continue
            if key in self._rested:
                fallback = fallback or (key, items[index])
                continue
            return self._give(key, items[index])
        return self._give(*fallback) if fallback else None

    def again(self, pool: str, items: Sequence[T]) -> tuple[str, T]:
        """Like `deal`, but an exhausted pool starts over."""
        found = self.deal(pool, items)
        if found is None:
            self._seen = {key for key in self._seen if not key.startswith(f"{pool}.")}
            found = self.deal(pool, items)
        return found if found is not None else (f"{pool}.0", items[0])

    def rests(self, key: str) -> bool:
        """Whether another scene has used this phrase lately."""
        return key in self._rested

    def _give(self, key: str, item: T) -> tuple[str, T]:
        self._seen.add(key)
        self.dealt.append(key)
        return key, item

    def _order(self, pool: str, size: int) -> list[int]:
        cached = self._orders.get((pool, size))
        if cached is None:
            base = Chance(self._book, pool, size).shuffled(range(size))
            shift = (self._scene * max(2, size // 7)) % size if size else 0
            cached = base[shift:] + base[:shift]
            self._orders[(pool, size)] = cached
        return cached
