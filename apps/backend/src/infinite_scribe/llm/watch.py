"""Stops an answer that floods or loops: what it costs is bounded, and so is what the author must read."""

from __future__ import annotations

import re
from collections import Counter

from infinite_scribe.core.tokens import count_tokens

MAX_CHARS = 4_000_000
GRAM = 12
REPEATS = 3
FLOOD = 1.25
SLACK_TOKENS = 200
_WORD = re.compile(r"[\w'’]+|[\u4e00-\u9fff]")


class Watch:
    """Reads an answer as it grows and says when to cut it."""

    def __init__(self, max_tokens: int, *, structured: bool) -> None:
        self._limit = max_tokens * FLOOD + SLACK_TOKENS
        self._structured = structured
        self._chars = 0
        self._tokens = 0
        self._rest = ""
        self._words: list[str] = []
        self._grams: Counter[tuple[str, ...]] = Counter()

    def stop_reason(self, fresh: str) -> str | None:
        """Return `size`, `flood` or `loop` when the answer must end here, else None."""
        self._chars += len(fresh)
        self._tokens += count_tokens(fresh)
        if self._chars > MAX_CHARS:
            return "size"
        if self._tokens > self._limit:
            return "flood"
        return "loop" if not self._structured and self._loops(fresh) else None

    def _loops(self, fresh: str) -> bool:
        text = self._rest + fresh
        found = list(_WORD.finditer(text))
        # The last word may still grow; it waits for the next piece.
        keep = found[:-1]
        self._rest = text[found[-1].start() :] if found else ""
        for match in keep:
            self._words.append(match.group().casefold())
            if len(self._words) >= GRAM:
                gram = tuple(self._words[-GRAM:])
                self._grams[gram] += 1
                if self._grams[gram] >= REPEATS:
                    return True
        return False


def last_sentence_end(text: str) -> int:
    """Return the offset behind the last complete sentence, or the whole length when there is none."""
    ends = [match.end() for match in re.finditer(r"[.!?…][\"'”’)]*(?=\s|$)|[。！？…][”’」』）]*", text)]
    return ends[-1] if ends else len(text)
