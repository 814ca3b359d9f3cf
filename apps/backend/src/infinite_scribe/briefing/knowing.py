"""The closure of knowledge over what one scene touches: who on stage knows which of its facts when it begins."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from infinite_scribe.briefing.material import Material
from infinite_scribe.briefing.reading import SceneReader
from infinite_scribe.canon.knowledge import known_at
from infinite_scribe.canon.knowledge_rows import (
    Knowledge,
    KnowledgeFact,
    KnowledgeScene,
    KnowledgeWorld,
    Sighting,
    StoryPoint,
)
from infinite_scribe.canon.nearby import Seen
from infinite_scribe.canon.registry import Publicity
from infinite_scribe.plot.schemas import CardRead
from infinite_scribe.structure.resolver import MAX_TICK
from infinite_scribe.structure.window import SceneWindow

MOST_MEETINGS = 4
"""Meetings with somebody that are looked at before a moment; more than one, since one may have slept through it."""


async def know(
    reader: SceneReader, window: SceneWindow, material: Material, ids: Collection[UUID]
) -> tuple[dict[UUID, Knowledge], dict[UUID, KnowledgeFact]]:
    """Return what the viewpoint (and, where secrets are about, the others on stage) know, and the facts by id."""
    card, scene = material.card, window.scene
    shown = await reader.canon.shown(ids) if material.is_limited else []
    sightings = _sightings(shown)
    rows = await reader.rows(ids)
    facts = [row.known_fact(sightings.get(one, ())) for one, row in rows.items()]
    live = {fact.id: fact for fact in facts}
    if card is None or card.pov_id is None or not material.is_limited:
        return {}, live
    pov_id = card.pov_id
    others = [one.id for one in material.on_stage() if one.kind == "character" and one.id != pov_id]
    secrets = [fact for fact in facts if fact.publicity == Publicity.SECRET]
    beliefs = await reader.canon.beliefs([pov_id, *(others if secrets else ())], ids)
    events = await reader.canon.events({fact.cause_event_id for fact in facts if fact.cause_event_id})
    visible = [fact for fact in facts if fact.is_visible]
    scenes = await _scenes(reader, window, card, visible)
    at = StoryPoint(material.at[0], 0, scene.reading_index, scene.id)
    known = {pov_id: known_at(KnowledgeWorld(facts, scenes, beliefs, (), (), events), pov_id, at)}
    if secrets:
        world = KnowledgeWorld(secrets, (), beliefs, (), (), events)
        known.update({one: known_at(world, one, at) for one in others})
    return known, live


def _sightings(shown: Iterable[Seen]) -> Mapping[UUID, Sequence[Sighting]]:
    found: dict[UUID, list[Sighting]] = {}
    for seen in shown:
        found.setdefault(seen.fact_id, []).append(Sighting(seen.scene_id))
    return found


async def _scenes(
    reader: SceneReader, window: SceneWindow, card: CardRead, visible: Sequence[KnowledgeFact]
) -> list[KnowledgeScene]:
    """Return the scenes in which the viewpoint may have seen something: those that show it, and the last meetings.

    Whoever saw a bearer since a fact began, and while it held, has seen it: the last meetings before its end decide,
    so that the closure does not walk the whole book.
    """
    pov_id, here, stage = card.pov_id, window.scene, set(card.on_stage)
    assert pov_id is not None
    now = MAX_TICK if here.t_from is None else here.t_from
    elsewhere = {
        (bearer, min(now, fact.ends.tick + (fact.ends.block > 0)))
        for fact in visible
        for bearer in (fact.subject_id, fact.value.object_id if fact.predicate == "held_by" else None)
        if bearer is not None and bearer not in stage
    }
    casting = await reader.plan.casting()
    met = casting.met(pov_id, elsewhere, MOST_MEETINGS)
    showing = {sighting.scene_id for fact in visible for sighting in fact.shown}
    met.update({one: set() for one in casting.attended(pov_id, showing - met.keys())})
    made = [
        KnowledgeScene(
            time.id, window.order.index[time.id], time.t_from, time.t_to, frozenset({pov_id, *met[time.id]}), None,
            time.story_mode == "dream",
        )
        for time in casting.spans(met.keys() - {here.id})
        if time.id in window.order.index
    ]  # fmt: skip
    if here.t_from is not None:
        made.append(
            KnowledgeScene(
                here.id, here.reading_index, here.t_from, here.t_to or here.t_from, frozenset(stage), card.place_id,
                here.story_mode == "dream",
            )
        )  # fmt: skip
    return made
