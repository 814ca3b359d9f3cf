"""Keeps one reader's view of a call's text true when the stream behind it starts again.

A new stream replays the call from offset 0. Most of it the reader has already; a few characters may differ,
because the last moments before a crash of `llm` were streamed but never stored. The mirror lets through only
what is new, and says `rewind` where the two texts part.
"""

from __future__ import annotations

from infinite_scribe.model_client.schemas import CallDelta, CallEvent, CallRewind


class TextMirror:
    """The text one reader has seen so far."""

    def __init__(self) -> None:
        self._seen = ""
        self._seq = 0

    @property
    def text(self) -> str:
        return self._seen

    def take(self, event: CallDelta | CallRewind) -> list[CallEvent]:
        """Return what the reader has to be told so that its text follows the stream's.

        Raises `ValueError` when the stream skips text that the reader never saw.
        """
        if isinstance(event, CallRewind):
            return self._cut(event.to_offset)
        if event.offset > len(self._seen):
            raise ValueError(f"stream jumped to {event.offset}, text ends at {len(self._seen)}")
        known = self._seen[event.offset : event.offset + len(event.text)]
        same = common_length(known, event.text)
        out = self._cut(event.offset + same) if same < len(known) else []
        return out + self._add(event.text[same:])

    def settle(self, final: str) -> list[CallEvent]:
        """Bring the reader to the final text, whatever was seen on the way."""
        same = common_length(self._seen, final)
        return self._cut(same) + self._add(final[same:])

    def _add(self, fresh: str) -> list[CallEvent]:
        if not fresh:
            return []
        self._seq += 1
        offset = len(self._seen)
        self._seen += fresh
        return [CallDelta(seq=self._seq, offset=offset, text=fresh)]

    def _cut(self, offset: int) -> list[CallEvent]:
        if offset >= len(self._seen):
            return []
        self._seen = self._seen[:offset]
        return [CallRewind(to_offset=offset)]


def common_length(left: str, right: str) -> int:
    """Return how many characters two texts share from their start."""
    if right.startswith(left):
        return len(left)
    for index, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return index
    return min(len(left), len(right))
