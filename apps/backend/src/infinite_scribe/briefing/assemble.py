"""Puts a briefing together: the same material gives the same bytes. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

from infinite_scribe.briefing.document import Briefing, Draft, Item, choose, fence, labels, manifest, render
from infinite_scribe.briefing.knowledge import Filtered, filtered, untimely_reason
from infinite_scribe.briefing.material import Handles, Material
from infinite_scribe.briefing.rules import OPENING, ROOM, Slot, Tier
from infinite_scribe.briefing.scene_slots import SceneSlots, cast_member, lines
from infinite_scribe.briefing.text_slots import TextSlots, card_data
from infinite_scribe.canon.registry import REGISTRY_VERSION

_CAST_EMPTY: dict[str, Any] = {
    "handle": "",
    "name": "",
    "aliases": [],
    "role": "",
    "line": "",
    "want": "",
    "need": "",
    "false_belief": "",
    "fear": "",
    "trade": "",
    "pronouns": "",
    "voice": "",
    "on_stage": False,
    "is_pov": False,
}
_PLACE_EMPTY: dict[str, Any] = {"handle": "", "name": "", "line": "", "is_here": False, "details": []}
_SKELETON: dict[str, Any] = {
    "novel": {},
    "style": {
        "person": "third",
        "tense": "past",
        "pov_discipline": "strict",
        "distance": "close",
        "banned": [],
    },
    "chapter": {},
    "scene": {},
    "card": {},
    "beats": [],
    "cast": [],
    "places": [],
    "rules": [],
    "facts": [],
    "knowledge": [],
    "previous_tail": "",
    "story_so_far": [],
    "avoid": [],
    "used": {"openings": [], "endings": [], "details": [], "skeletons": []},
    "instruction": None,
    "steers": [],
}
_LISTS = {"cast": _CAST_EMPTY, "places": _PLACE_EMPTY}


def twin_of(items: Sequence[Item]) -> dict[str, Any]:
    """Return the machine twin of the printed items; nothing stands in it that was not printed."""
    data = deepcopy(_SKELETON)
    for item in items:
        if item.twin is None:
            continue
        if item.twin in _LISTS:
            _merge(data[item.twin], item.data, _LISTS[item.twin])
        elif isinstance(data[item.twin], list):
            data[item.twin].append(item.data)
        elif isinstance(data[item.twin], dict):
            data[item.twin].update(item.data)
        else:
            data[item.twin] = item.data
    return data


def _merge(rows: list[dict[str, Any]], one: Mapping[str, Any], empty: Mapping[str, Any]) -> None:
    """Add a character or place, or fill in what an earlier line said of it."""
    held = next((row for row in rows if row["handle"] == one["handle"]), None)
    if held is None:
        rows.append({**{name: [] if value == [] else value for name, value in empty.items()}, **one})
    else:
        held.update(one)


def _finish(
    profile: str,
    material: Material,
    draft: Draft,
    tier: Tier,
    room: int | None,
    data: dict[str, Any] | None = None,
) -> Briefing:
    chosen = choose(draft.items, tier, ROOM[tier] if room is None else min(room, ROOM[tier]))
    opening = render([one for one in chosen.kept if one.slot in OPENING], material.language)
    rest = render([one for one in chosen.kept if one.slot not in OPENING], material.language)
    draft.missing.extend(material.missing)
    facts = {
        "revision": material.revision,
        "as_of": material.scene.t_from if material.scene is not None else None,
        "registry": REGISTRY_VERSION,
    }
    twin = twin_of(chosen.kept) if data is None else data
    return Briefing(opening, rest, twin, manifest(profile, tier, chosen, draft, (opening, rest), facts))


def draft_briefing(material: Material, tier: Tier = Tier.FULL, room: int | None = None) -> Briefing:
    """Return what the writer reads before a scene. Raises `BriefingTooLargeError`."""
    draft, handles = Draft(), Handles.of(material)
    told = filtered(material)
    scene, text = SceneSlots(material, handles, draft), TextSlots(material, handles, draft)
    scene.opening()
    text.so_far(told)
    text.passages(told)
    scene.place()
    scene.travel()
    scene.cast(told)
    scene.knowledge(told)
    text.tail(tier, told)
    text.avoid()
    text.promises()
    text.card()
    return _finish("draft", material, draft, tier, room)


def _planning(seen: Material) -> tuple[Draft, SceneSlots, TextSlots]:
    """Begin a planner's briefing: it knows what no viewpoint knows."""
    material = replace(seen, pov_filter=False)
    draft, handles = Draft(), Handles.of(material)
    scene, text = SceneSlots(material, handles, draft), TextSlots(material, handles, draft)
    scene.opening()
    text.so_far(filtered(material))
    return draft, scene, text


def visible_facts(material: Material) -> Filtered:
    """Return the facts a planner sees: no viewpoint filter, private notes removed all the same."""
    told = filtered(material)
    by_id = {fact.id: fact for fact in material.facts}
    shown = {entity.id for entity in material.visible()}
    open_to_plan = [
        fact
        for fact in sorted(by_id.values(), key=lambda one: one.id)
        if all(one in shown for one in (fact.subject_id, fact.object_id) if one is not None)
        and untimely_reason(material, fact) is None
    ]
    return Filtered(tuple(open_to_plan), tuple(one for one in told.withheld if one.reason == "private"), ())


def _planning_data(kept: dict[str, Any]) -> dict[str, Any]:
    names = ("handle", "name", "line")
    return {
        "places": [{name: place[name] for name in names} for place in kept["places"]],
        "cast": kept["cast"],
        "facts": kept["facts"],
    }


def cards_briefing(
    material: Material, *, scenes: int, word_budget: int, tier: Tier = Tier.FULL, room: int | None = None
) -> Briefing:
    """Return what the director reads before it plans the scenes of a chapter."""
    draft, scene, _text = _planning(material)
    told = visible_facts(material)
    scene.draft.withheld.extend(told.withheld)
    _whole_cast(scene, told)
    words = labels(material.language)
    previous = material.previous.text if material.previous is not None else ""
    if previous:
        fenced = fence(material.fence_key, words["material"], previous)
        draft.add(Item(Slot.CARD, "previous", fenced, "summary", "tail", (0,), (0,)))
    draft.add(Item(Slot.CARD, "next", material.next_line, "chapter", "tail", (1,), (1,)))
    asked = lines([(words["scenes"], scenes), (words["budget"], word_budget)])
    draft.add(Item(Slot.CARD, "card", asked, "task", "must_include", (2,), (2,)))
    _asked(material, draft)
    made = _finish("director", material, draft, tier, room)
    chapter = material.chapter
    data = {
        "chapter": made.data["chapter"] if chapter is not None else {},
        "previous": {"summary": previous} if previous else None,
        "next_line": material.next_line,
        **_planning_data(made.data),
        "word_budget": word_budget,
        "scenes": scenes,
        "instruction": material.instruction,
    }
    return Briefing(made.opening, made.rest, data, made.manifest)


def beats_briefing(
    material: Material, *, count: int, word_budget: int, tier: Tier = Tier.FULL, room: int | None = None
) -> Briefing:
    """Return what the director reads before it breaks a scene into beats."""
    draft, scene, text = _planning(material)
    told = visible_facts(material)
    scene.draft.withheld.extend(told.withheld)
    _whole_cast(scene, told)
    text.card()
    words = labels(material.language)
    asked = lines([(words["count"], count), (words["budget"], word_budget)])
    draft.add(Item(Slot.CARD, "beats", asked, "task", "must_include", (5,), (5,)))
    made = _finish("director", material, draft, tier, room)
    data = {
        "card": made.data["card"],
        **_planning_data(made.data),
        "count": count,
        "word_budget": word_budget,
        "instruction": material.instruction,
    }
    return Briefing(made.opening, made.rest, data, made.manifest)


def _whole_cast(scene: SceneSlots, told: Filtered) -> None:
    """Print every character of weight with its sheet, and the facts."""
    scene.place()
    material = scene.material
    stage = {entity.id for entity in material.on_stage()}
    rest = [
        one
        for one in material.visible()
        if one.kind == "character" and one.importance >= 3 and one.id not in stage
    ]
    scene.cast(told)
    words = labels(material.language)
    for number, entity in enumerate(rest):
        data = cast_member(material, scene.handles, entity)
        pairs = [(words[name], data[name]) for name in ("role", "aliases", "trade", "pronouns", "want", "need",
                                                         "false_belief", "fear", "voice")]  # fmt: skip
        text = f"### {data['handle']} {entity.name}\n{lines(pairs)}"
        scene.draft.add(
            Item(Slot.CAST, "cast", text, "character", "one_hop", (2, number), (1, number), data["handle"],
                 str(entity.id), entity.rev_from, twin="cast", data=data)
        )  # fmt: skip


def _asked(material: Material, draft: Draft) -> None:
    if material.instruction:
        draft.add(
            Item(Slot.CARD, "instruction", material.instruction, "instruction", "author_chip", (8,), (8,))
        )


__all__ = ["beats_briefing", "card_data", "cards_briefing", "draft_briefing", "twin_of"]
