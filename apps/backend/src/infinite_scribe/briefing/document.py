"""The document itself: items in slots, what is kept, its text and its manifest. Pure."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from infinite_scribe.briefing.rules import CAPS, RESERVE, SHRINK, UNCAPPED, Slot, Tier, check_room
from infinite_scribe.core.tokens import TABLE_VERSION, count_tokens

_HERE = Path(__file__).parent


@cache
def labels(language: str) -> dict[str, str]:
    """Return the headings and line labels of a language; English where there are none."""
    found: dict[str, dict[str, str]] = json.loads((_HERE / "labels.json").read_text("utf-8"))
    return found.get(language, found["en"])


@cache
def house_rules(language: str) -> str:
    """Return the rules that stand above all prose."""
    return (_HERE / f"house_rules.{'zh' if language == 'zh' else 'en'}.md").read_text("utf-8").strip()


def fence(key: bytes, title: str, text: str) -> str:
    """Return text between fences whose mark nobody can guess; the same text has the same mark."""
    nonce = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:16]
    return f"<<<{nonce} {title}\n{text}\n{nonce}>>>"


@dataclass(frozen=True)
class Item:
    """One thing a briefing says. Lower `rank` is kept first; `order` is its place in the slot.

    `section` is the heading it stands under. `data` is the same thing for the machine twin; `twin` names its list.
    What `must` stand is not dropped for its slot's cap.
    """

    slot: Slot
    section: str
    text: str
    kind: str
    reason: str
    rank: tuple[int, ...] = (0,)
    order: tuple[Any, ...] = ()
    handle: str | None = None
    id: str | None = None
    rev_from: int | None = None
    score: float | None = None
    twin: str | None = None
    data: Any = None
    must: bool = False

    @cached_property
    def tokens(self) -> int:
        """Tokens of the item's text."""
        return count_tokens(self.text)


@dataclass(frozen=True)
class Withheld:
    """Something that is not in the prompt on purpose."""

    id: str
    reason: str
    veil: bool


@dataclass(frozen=True)
class Briefing:
    """What an agent reads: `opening` is shared within the chapter, `rest` follows; `data` says the same by handle."""

    opening: str
    rest: str
    data: dict[str, Any]
    manifest: dict[str, Any]

    @property
    def text(self) -> str:
        """The whole document."""
        return joined(self.opening, self.rest)


def joined(opening: str, rest: str) -> str:
    """Return a document of its two halves."""
    return f"{opening}\n\n{rest}" if opening else rest


@dataclass
class Draft:
    """A briefing being put together."""

    items: list[Item] = field(default_factory=list)
    withheld: list[Withheld] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def add(self, item: Item) -> None:
        """Offer an item; empty ones say nothing and are left out."""
        if item.text.strip():
            self.items.append(item)


@dataclass(frozen=True)
class Chosen:
    """Items that are printed and items that had no room."""

    kept: tuple[Item, ...]
    dropped: tuple[tuple[Item, str], ...]


def choose(items: Sequence[Item], tier: Tier, room: int, *, capped: bool = True) -> Chosen:
    """Keep whole items by rank up to each slot's cap, then shrink slots in their order until all fits.

    Without `capped` the slots that give way have no caps of their own, only the room.

    Raises `BriefingTooLargeError` when what must stay is larger than the room.
    """
    kept: list[Item] = []
    dropped: list[tuple[Item, str]] = []
    for slot in Slot:
        spent = 0
        for item in sorted((one for one in items if one.slot is slot), key=_by_rank):
            bounded = slot not in UNCAPPED and (capped or slot not in SHRINK)
            if bounded and not item.must and spent + item.tokens > CAPS[tier][slot]:
                dropped.append((item, "over_cap"))
                continue
            spent += item.tokens
            kept.append(item)
    limit = room - RESERVE[tier]
    total = sum(one.tokens for one in kept)
    for slot in SHRINK:
        for last in sorted((one for one in kept if one.slot is slot), key=_by_rank, reverse=True):
            if total <= limit:
                break
            total -= last.tokens
            kept.remove(last)
            dropped.append((last, "over_cap"))
    check_room({slot: sum(one.tokens for one in kept if one.slot is slot) for slot in Slot}, limit)
    return Chosen(tuple(sorted(kept, key=_by_place)), tuple(dropped))


def _by_rank(item: Item) -> tuple[Any, ...]:
    return (item.rank, item.order, item.handle or "", item.text)


def _by_place(item: Item) -> tuple[Any, ...]:
    return (item.slot, item.order, item.rank, item.handle or "", item.text)


def render(items: Sequence[Item], language: str) -> str:
    """Print items under their headings, in the given order."""
    words = labels(language)
    parts: list[str] = []
    heading = ""
    for item in items:
        if item.section != heading:
            heading = item.section
            parts.append(f"## {words.get(heading, heading)}")
        parts.append(item.text)
    return "\n".join(parts)


def located(text: str, printed: Sequence[str]) -> list[list[int] | None]:
    """Return from where to where each part stands in a text that prints them in this order, in code points."""
    found: list[list[int] | None] = []
    at = 0
    for one in printed:
        start = text.find(one, at)
        found.append(None if start < 0 else [start, start + len(one)])
        at = at if start < 0 else start + len(one)
    return found


def manifest(
    profile: str,
    tier: Tier,
    chosen: Chosen,
    draft: Draft,
    printed: tuple[str, str],
    facts: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the receipt of a briefing: what is in it, where and why, what is not and why.

    `printed` are its opening and its rest.
    """
    opening, rest = printed

    def row(item: Item, reason: str, at: list[int] | None, *, kept: bool) -> dict[str, Any]:
        return {
            "slot": int(item.slot), "handle": item.handle, "kind": item.kind, "id": item.id,
            "rev_from": item.rev_from, "tokens": item.tokens, "score": item.score, "reason": reason, "kept": kept,
            "at": at,
        }  # fmt: skip

    places = located(joined(opening, rest), [item.text for item in chosen.kept])

    by_slot: dict[str, int] = {}
    for item in chosen.kept:
        by_slot[str(int(item.slot))] = by_slot.get(str(int(item.slot)), 0) + item.tokens
    return {
        "profile": profile,
        "tier": tier.value,
        **facts,
        "token_table": TABLE_VERSION,
        "items": [
            row(item, item.reason, at, kept=True) for item, at in zip(chosen.kept, places, strict=True)
        ],
        "dropped": [row(item, reason, None, kept=False) for item, reason in chosen.dropped],
        "withheld": [vars(one) for one in sorted(draft.withheld, key=lambda one: (one.id, one.reason))],
        "missing": sorted(set(draft.missing)),
        "tokens_by_slot": by_slot,
        "prefix_hash": hashlib.sha256(opening.encode()).hexdigest(),
        "opening_chars": len(opening),
    }
