"""Asides: what a book lets drop about its trade while a scene waits. Language-neutral.

An aside is a row of sentences, each drawn from a pool of its own, and «word» in a sentence is drawn from a pool of
words. Pools are dealt in an order of the book's own and each scene goes on further along, so that nothing comes back
while something is left that no earlier scene has told. The pools are data of a language (`data/asides.toml`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from infinite_scribe.core.fingerprints import mark, pieces
from infinite_scribe.llm.demo.chance import Chance

_OPEN = re.compile("«([^»]+)»")
#: The first letter of a sentence, or of what is quoted behind a colon or a full stop.
_FIRST = re.compile(r"(^“?|[.:] “)([a-z])")
#: How far along its pools each scene begins: about as many as a scene draws.
STRIDE = 3
#: Marks of the last ten scenes or so: what they hold does not come back.
RECENT = 1_500
#: Draws from a pool after which it counts as told out, in rounds of the pool.
ROUNDS = 4


class Asides:
    """The asides of one scene. `word` puts a sentence into plain words, for a look at what has been told."""

    def __init__(
        self,
        table: Mapping[str, Any],
        book: object,
        scene: int,
        told: Sequence[str],
        word: Callable[[str], str],
        may: Callable[[str], bool],
    ) -> None:
        """`scene` counts the scenes of the book; `may` says whether a sentence may stand in this one.

        `told` are marks of what earlier scenes said, oldest first: what is told out comes back when it was long ago.
        """
        self._words: Mapping[str, Sequence[str]] = table["words"]
        self._kinds = {name: row for name, row in table.items() if name != "words"}
        self._book, self._scene = book, scene
        self._told, self._recent = frozenset(told), frozenset(told[-RECENT:])
        self._word, self._may = word, may
        self._order = Chance("asides", book).shuffled(sorted(self._kinds))
        self._turn = scene * 2
        self._at: dict[str, int] = {}
        self._orders: dict[str, list[int]] = {}
        self._said: set[str] = set()
        self._taken: set[str] = set()
        self._known: dict[str, frozenset[str]] = {}

    def tell(self, gap: str, *, facing: bool) -> str:
        """The sentences of an aside with their places open; empty when all has been told.

        `facing`: somebody is there to be spoken to.
        """
        names = [name for name in self._order if facing or not self._kinds[name].get("facing")]
        for step in range(len(names)):
            name = names[(self._turn + step) % len(names)]
            made = self._aside(name)
            if made:
                self._turn += step + 1
                return gap.join(made)
        return ""

    def _aside(self, kind: str) -> list[str]:
        """The sentences of a kind; of those behind the first one may be told out."""
        row = self._kinds[kind]
        made: list[str] = []
        for pool in row["order"]:
            found = self._sentence(f"{kind}.{pool}", row[pool])
            if not found and not made:
                return []
            made += [found] if found else []
        for text in made:
            self._said |= self._marks(text)
        return made

    def _sentence(self, pool: str, rows: Sequence[str]) -> str:
        """The next sentence of a pool that no scene of the book has told, else none of the last ones.

        None is worded alike twice in a scene.
        """
        for told in (self._told, self._recent):
            for _ in range(ROUNDS * len(rows)):
                row = self._next(pool, rows)
                if row in self._taken:
                    continue
                text = self._filled(row)
                if self._may(text) and not self._marks(text) & (told | self._said):
                    self._taken.add(row)
                    return text
        return ""

    def _marks(self, text: str) -> frozenset[str]:
        if text not in self._known:
            self._known[text] = frozenset(mark(piece) for piece in pieces(self._word(text)))
        return self._known[text]

    def _filled(self, text: str) -> str:
        while _OPEN.search(text):
            text = _OPEN.sub(lambda found: self._next(found.group(1), self._words[found.group(1)]), text, 1)
        return _FIRST.sub(lambda found: found.group(1) + found.group(2).upper(), text)

    def _next(self, pool: str, rows: Sequence[str]) -> str:
        if pool not in self._orders:
            self._orders[pool] = Chance(pool, self._book).shuffled(range(len(rows)))
        order = self._orders[pool]
        at = self._at.get(pool, self._scene * STRIDE)
        self._at[pool] = at + 1
        return rows[order[at % len(order)]]
