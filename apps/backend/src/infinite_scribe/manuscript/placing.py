"""Where a proposal's text belongs in a scene: finding its anchor again, putting its blocks in. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from infinite_scribe.manuscript.document import Json, inline_text, is_empty, new_pid
from infinite_scribe.manuscript.drafts import fresh_pids
from infinite_scribe.manuscript.offsets import from_utf16


@dataclass(frozen=True)
class Span:
    """Top-level blocks `first … last` of a scene with Python indices into the text of both."""

    first: int
    start: int
    last: int
    end: int


class LostPlaceError(ValueError):
    """The text that the proposal stands in is no longer there."""


def find_span(document: Json, anchor: dict[str, Any]) -> Span:
    """Return where `anchor` stands now.

    First hit wins: the same pids and quote at the offsets; the quote nearby in the same block; prefix, quote and
    suffix anywhere in the scene. A caret, which quotes nothing, goes by the words around it. Raises `LostPlaceError`.
    """
    content = document["content"]
    texts = [inline_text(node) if node["type"] in {"paragraph", "heading"} else "" for node in content]
    places = {node["attrs"]["pid"]: position for position, node in enumerate(content)}
    first, last = places.get(anchor["from"]["pid"]), places.get(anchor["to"]["pid"])
    quote = anchor.get("quote", "")
    if first is not None and last is not None and first <= last:
        span = _at_offsets(texts, first, last, anchor)
        if not quote and anchor["from"] == anchor["to"]:
            off = _caret(texts[first], span.start if span is not None else None, anchor)
            span = None if off is None else Span(first, off, first, off)
        if span is not None and (not quote or _flat(_quoted(texts, span)) == _flat(quote)):
            return span
        if quote and first == last and (nearby := texts[first].find(quote)) >= 0:
            return Span(first, nearby, first, nearby + len(quote))
    whole = anchor.get("prefix", "") + quote + anchor.get("suffix", "")
    if quote or whole:
        for position, text in enumerate(texts):
            found = text.find(whole)
            if whole and found >= 0:
                start = found + len(anchor.get("prefix", ""))
                return Span(position, start, position, start + len(quote))
    raise LostPlaceError


@dataclass(frozen=True)
class Around:
    """The prose of a scene parted at a span: a blank line between blocks, no beats."""

    before: str
    text: str
    after: str


def around(document: Json, span: Span) -> Around:
    """Return what stands before, in and after a span."""
    texts = [_plain(node) for node in document["content"]]
    head, tail = texts[span.first][: span.start], texts[span.last][span.end :]
    if span.first == span.last:
        inside = [texts[span.first][span.start : span.end]]
    else:
        inside = [
            texts[span.first][span.start :],
            *texts[span.first + 1 : span.last],
            texts[span.last][: span.end],
        ]
    return Around(
        _joined_texts([*texts[: span.first], head]),
        _joined_texts(inside),
        _joined_texts([tail, *texts[span.last + 1 :]]),
    )


def _plain(node: Json) -> str:
    """Return the prose of a top-level block, an atom as one sign so that indices hold."""
    if node["type"] == "blockquote":
        return _joined_texts([_plain(inner) for inner in node.get("content", [])])
    return inline_text(node, "\n") if node["type"] in {"paragraph", "heading"} else ""


def _joined_texts(texts: list[str]) -> str:
    return "\n\n".join(text for text in texts if text.strip())


def _caret(text: str, off: int | None, anchor: dict[str, Any]) -> int | None:
    """Return where a caret stands in its block now: at its offset while the words around it are the same, else by them.

    One that stood at an edge of the block stays there.
    """
    prefix, suffix = anchor.get("prefix", ""), anchor.get("suffix", "")
    if off is not None and text[:off].endswith(prefix) and text.startswith(suffix, off):
        return off
    near = len(text) if off is None else off
    for before, after in ((prefix, suffix), (prefix, ""), ("", suffix)):
        if before + after and (found := _nearest(text, before + after, near - len(before))) is not None:
            return found + len(before)
    if bool(prefix) == bool(suffix):
        return None
    return 0 if suffix else len(text)


def _nearest(text: str, wanted: str, at: int) -> int | None:
    starts = [one for one in range(len(text) - len(wanted) + 1) if text.startswith(wanted, one)]
    return min(starts, key=lambda one: abs(one - at), default=None)


def _at_offsets(texts: list[str], first: int, last: int, anchor: dict[str, Any]) -> Span | None:
    try:
        start = from_utf16(texts[first], anchor["from"]["off"])
        end = from_utf16(texts[last], anchor["to"]["off"])
    except ValueError:
        return None
    return Span(first, start, last, end) if first < last or start <= end else None


def _quoted(texts: list[str], span: Span) -> str:
    if span.first == span.last:
        return texts[span.first][span.start : span.end]
    middle = texts[span.first + 1 : span.last]
    return "\n".join([texts[span.first][span.start :], *middle, texts[span.last][: span.end]])


def _flat(text: str) -> str:
    return "".join(text.split())


def apply_proposal(
    document: Json, kind: str, anchor: dict[str, Any] | None, blocks: list[Json], *, joins: bool = False
) -> Json:
    """Return the document with a proposal's blocks in it. Raises `LostPlaceError`.

    `joins`: the first block goes on in the paragraph of its place.

    Without an anchor, or in an empty scene, the blocks go to the end. An insertion at the end of a block follows it;
    one in the middle parts it. A replacement within one block by one block stays one block.
    """
    taken = {node["attrs"]["pid"] for node in document["content"]}
    fresh = fresh_pids(blocks, taken)
    content = list(document["content"])
    if anchor is None or is_empty(document):
        kept = [node for node in content if not _is_blank(node)]
        return {**document, "content": [*kept, *fresh]}
    span = find_span(document, anchor)
    if content[span.first]["type"] not in {"paragraph", "heading"}:
        content[span.first] = _covering(content[span.first], fresh)
        content[span.first + 1 : span.first + 1] = fresh
        return {**document, "content": content}
    head = _cut(content[span.first], 0, span.start)
    tail = _cut(content[span.last], span.end, None)
    if kind in {"insert", "beat"} and joins and len(fresh) == 1:
        middle = [_joined(_joined(head, fresh[0]), tail)]
    elif kind in {"insert", "beat"} and joins and fresh:
        middle = _inserted(_joined(head, fresh[0]), fresh[1:], tail, fresh_tail=True)
    elif kind in {"insert", "beat"}:
        middle = _inserted(head, fresh, tail, fresh_tail=span.start > 0)
    else:
        middle = _replaced(head, fresh, tail)
    content[span.first : span.last + 1] = middle
    return {**document, "content": content}


def _covering(node: Json, fresh: list[Json]) -> Json:
    """Return a beat that tells the paragraphs put behind it as well; other blocks stay as they are."""
    if node["type"] != "beat":
        return node
    told = [one["attrs"]["pid"] for one in fresh if one["type"] == "paragraph"]
    attrs = node["attrs"]
    return {**node, "attrs": {**attrs, "covers": [*attrs.get("covers", []), *told]}}


def _inserted(head: Json, fresh: list[Json], tail: Json, *, fresh_tail: bool) -> list[Json]:
    """Put blocks between the two halves of a block; an empty half is left out."""
    found = [] if _is_blank(head) else [head]
    found.extend(fresh)
    if not _is_blank(tail):
        found.append(_with_pid(tail) if fresh_tail else tail)
    return found


def _replaced(head: Json, fresh: list[Json], tail: Json) -> list[Json]:
    """Join the first new block to what stays before it and the last to what stays behind it."""
    if not fresh:
        return [_joined(head, tail)]
    mergeable = all(node["type"] == "paragraph" for node in (fresh[0], fresh[-1]))
    if not mergeable:
        return _inserted(head, fresh, tail, fresh_tail=True)
    joined = list(fresh)
    joined[0] = _joined(head, joined[0])
    joined[-1] = {**joined[-1], "content": [*joined[-1].get("content", []), *tail.get("content", [])]}
    return joined


def _joined(first: Json, second: Json) -> Json:
    return {**first, "content": [*first.get("content", []), *second.get("content", [])]}


def _with_pid(node: Json) -> Json:
    return {**node, "attrs": {**node["attrs"], "pid": new_pid()}}


def _is_blank(node: Json) -> bool:
    return node["type"] in {"paragraph", "heading"} and not node.get("content")


def _cut(node: Json, start: int, end: int | None) -> Json:
    """Return a block with the part `start … end` of its text; atoms count one, marks stay on their runs."""
    kept: list[Json] = []
    position = 0
    for child in node.get("content", []):
        length = len(child["text"]) if child["type"] == "text" else 1
        low = max(start - position, 0)
        high = length if end is None else min(end - position, length)
        if low < high:
            kept.append({**child, "text": child["text"][low:high]} if child["type"] == "text" else child)
        position += length
    return {**node, "content": kept}
