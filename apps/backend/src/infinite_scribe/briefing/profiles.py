"""The profiles beside a draft: which of its slots each takes, what it adds of its own, and its cap. Pure.

Roles that may see the plan begin with the same bytes as a draft of the same chapter; their caps are beyond these.
What `own` holds always stands; the rest gives way by rank. The twin holds nothing that was not printed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from infinite_scribe.briefing.assemble import twin_of, visible_facts
from infinite_scribe.briefing.document import (
    Briefing,
    Chosen,
    Draft,
    Item,
    choose,
    fence,
    labels,
    manifest,
    render,
)
from infinite_scribe.briefing.knowledge import Filtered, filtered
from infinite_scribe.briefing.material import Handles, Material
from infinite_scribe.briefing.plain import printed_value
from infinite_scribe.briefing.rules import OPENING, RESERVE, ROOM, Slot, Tier, tier_for
from infinite_scribe.briefing.scene_slots import SceneSlots
from infinite_scribe.briefing.text_slots import TextSlots
from infinite_scribe.canon.registry import REGISTRY_VERSION
from infinite_scribe.core.tokens import count_tokens

AFTER_CARD = 20
"""Where a profile's own data stand in their slot: behind all that the card says."""
ProfileName = Literal[
    "rewrite", "resize", "patch", "checker", "critic", "chapter", "world", "chat", "extract", "ghost", "onward",
    "reading", "pairs", "drafts",
]  # fmt: skip
Fill = Callable[[SceneSlots, TextSlots, Filtered], None]


def _nothing(_scene: SceneSlots, _text: TextSlots, _told: Filtered) -> None:
    """Add no slot of the draft."""


def _scene_now(scene: SceneSlots, _text: TextSlots, told: Filtered) -> None:
    """Place, cast with facts, and who knows what."""
    scene.place()
    scene.cast(told)
    scene.knowledge(told)


def _who_and_where(scene: SceneSlots, _text: TextSlots, told: Filtered) -> None:
    """Place and cast without what has become of them: a length changes nothing that is told."""
    scene.place()
    scene.cast(replace(told, facts=()))


def _rows(scene: SceneSlots, _text: TextSlots, told: Filtered) -> None:
    scene.cast(told)


def _story(_scene: SceneSlots, text: TextSlots, told: Filtered) -> None:
    text.so_far(told)


def _recalled(scene: SceneSlots, text: TextSlots, told: Filtered) -> None:
    text.so_far(told)
    text.passages(told)
    scene.cast(told)


def _onward(scene: SceneSlots, text: TextSlots, told: Filtered) -> None:
    """All that a draft reads, since the next words are part of one."""
    text.so_far(told)
    text.passages(told)
    scene.place()
    scene.cast(told)
    scene.knowledge(told)
    text.tail(Tier.COMPACT, told)
    text.avoid()
    text.promises()
    text.card()


@dataclass(frozen=True)
class Profile:
    """`cap` is in tokens beyond the opening. `limited`: only what the viewpoint knows. `material` names the members
    of its own data that quote the book.
    """

    cap: int
    fill: Fill = _nothing
    opening: bool = True
    limited: bool = False
    material: frozenset[str] = frozenset()


_SPAN = frozenset({"text", "before", "after"})
PROFILES: Mapping[ProfileName, Profile] = {
    "rewrite": Profile(6_000, _scene_now, limited=True, material=_SPAN),
    "resize": Profile(4_000, _who_and_where, limited=True, material=_SPAN),
    "patch": Profile(4_000, _scene_now, limited=True, material=_SPAN),
    "checker": Profile(5_000, material=frozenset({"paragraphs"})),
    "critic": Profile(7_000, _story),
    "chapter": Profile(12_000, material=frozenset({"paragraphs"})),
    "world": Profile(8_000, _rows, opening=False),
    "chat": Profile(10_000, _recalled, opening=False),
    "extract": Profile(5_000, opening=False, material=frozenset({"paragraphs"})),
    "onward": Profile(9_000, _onward, limited=True, material=_SPAN),
    "ghost": Profile(2_000, opening=False, limited=True, material=_SPAN),
    "reading": Profile(12_000, opening=False, material=frozenset({"paragraphs", "old_passages"})),
    "pairs": Profile(5_000, opening=False, material=frozenset({"pairs"})),
    "drafts": Profile(12_000, opening=False, material=frozenset({"draft_a", "draft_b"})),
}


def profile_briefing(
    name: ProfileName, material: Material, data: Mapping[str, Any], room: int | None = None
) -> Briefing:
    """Return a profile's briefing: the slots it takes of the material, and `data`, which is its own.

    Raises `BriefingTooLargeError` when what must stand is larger than the cap or the model's room.
    """
    profile = PROFILES[name]
    seen = material if profile.limited else replace(material, pov_filter=False)
    draft, handles = Draft(), Handles.of(seen)
    scene, text = SceneSlots(seen, handles, draft), TextSlots(seen, handles, draft)
    told = filtered(seen) if profile.limited else visible_facts(seen)
    draft.withheld.extend(one for one in told.withheld if not profile.limited)
    tier = tier_for(ROOM[next(iter(ROOM))] if room is None else room)
    if profile.opening:
        scene.opening()
    first = choose([one for one in draft.items if one.slot in OPENING], tier, ROOM[tier])
    draft.items.clear()
    profile.fill(scene, text, told)
    draft.items.extend(_own(profile, seen, data))
    head = sum(one.tokens for one in first.kept)
    cap = profile.cap if room is None else min(profile.cap, room - head)
    rest = choose(draft.items, tier, cap + RESERVE[tier], capped=False)
    chosen = Chosen((*first.kept, *rest.kept), (*first.dropped, *rest.dropped))
    opening = render(first.kept, seen.language)
    facts = {
        "revision": seen.revision,
        "as_of": seen.scene.t_from if seen.scene else None,
        "registry": REGISTRY_VERSION,
    }
    draft.missing.extend(seen.missing)
    twin = {
        member: value for member, value in twin_of(chosen.kept).items() if value not in ([], {}, "", None)
    }
    del twin["used"]
    if not any(one.twin == "style" for one in chosen.kept):
        del twin["style"]
    below = render(rest.kept, seen.language)
    made = manifest(name, tier, chosen, draft, (opening, below), facts)
    return Briefing(opening, below, {**twin, **data}, made)


def _own(profile: Profile, material: Material, data: Mapping[str, Any]) -> Sequence[Item]:
    words, items = labels(material.language), []
    for number, (member, value) in enumerate(data.items()):
        if value in (None, "", [], {}):
            continue
        printed = printed_value(value)
        if member in profile.material:
            printed = fence(material.fence_key, words["material"], printed)
        items.append(
            Item(
                Slot.CARD, member, printed, member, "must_include", (number,), (AFTER_CARD, number), must=True
            )
        )
    return items


def windows(texts: Sequence[tuple[str, str]], most: int) -> list[list[tuple[str, str]]]:
    """Split paragraphs into windows of at most `most` tokens; a longer paragraph stands in one of its own."""
    found: list[list[tuple[str, str]]] = []
    spent = 0
    for pid, text in texts:
        cost = count_tokens(text) + count_tokens(pid) + 6
        if not found or spent + cost > most:
            found.append([])
            spent = 0
        found[-1].append((pid, text))
        spent += cost
    return found
