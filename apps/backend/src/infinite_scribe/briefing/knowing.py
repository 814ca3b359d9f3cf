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
from infinite_scribe.canon.registry import Publicity, find
from infinite_scribe.plot.schemas import CardRead
from infinite_scribe.structure.window import SceneWindow, Windows


async def know(
    reader: SceneReader, window: SceneWindow, material: Material, ids: Collection[UUID]
) -> tuple[dict[UUID, Knowledge], dict[UUID, KnowledgeFact]]:
    """Return what the viewpoint (and, where secrets are about, the others on stage) know, and the facts by id."""
    card, scene = material.card, window.scene
    shown = await reader.canon.shown(ids) if material.is_limited else []
    sightings = _sightings(shown)
    facts = await reader.canon.known_facts(ids, sightings)
    live = {fact.id: fact for fact in facts}
    if card is None or card.pov_id is None or not material.is_limited:
        return {}, live
    stage = set(card.on_stage)
    cast = [entity.id for entity in material.on_stage() if entity.kind == "character"]
    secrets = any(fact.publicity == Publicity.SECRET for fact in facts)
    knowers = [card.pov_id, *(one for one in cast if one != card.pov_id and secrets)]
    visible = [fact for fact in facts if _is_visible(fact)]
    scenes = await _scenes(reader, window, card, knowers, visible, stage)
    beliefs = [row for one in knowers for row in await reader.canon.beliefs(one, ids)]
    events = await reader.canon.events({fact.cause_event_id for fact in facts if fact.cause_event_id})
    world = KnowledgeWorld(facts, scenes, beliefs, (), (), events)
    at = StoryPoint(material.at[0], 0, scene.reading_index, scene.id)
    return {one: known_at(world, one, at) for one in knowers}, live


def _sightings(shown: Iterable[Seen]) -> Mapping[UUID, Sequence[Sighting]]:
    found: dict[UUID, list[Sighting]] = {}
    for seen in shown:
        found.setdefault(seen.fact_id, []).append(Sighting(seen.scene_id))
    return found


def _is_visible(fact: KnowledgeFact) -> bool:
    predicate = find(fact.predicate or "")
    return predicate is not None and predicate.visible and fact.publicity != Publicity.SECRET


async def _scenes(
    reader: SceneReader,
    window: SceneWindow,
    card: CardRead,
    knowers: Sequence[UUID],
    visible: Sequence[KnowledgeFact],
    stage: set[UUID],
) -> list[KnowledgeScene]:
    """Return the scenes in which somebody may have seen something: those that show it, and earlier meetings.

    Only those who matter are put on their stages, so that the closure does not walk the whole book.
    """
    elsewhere = {fact.subject_id for fact in visible if fact.subject_id and fact.subject_id not in stage}
    met: dict[UUID, set[UUID]] = {}
    for scene_id, other in await reader.plan.shared(knowers[0], elsewhere):
        met.setdefault(scene_id, {knowers[0]}).add(other)
    showing = {sighting.scene_id for fact in visible for sighting in fact.shown}
    for one, planned in (await reader.plan.cards(showing)).items():
        met.setdefault(one, set()).update(set(planned.on_stage) & set(knowers))
    nodes = await Windows.of(reader.session, reader.scope).scenes(set(met) - {window.scene.id}, window.order)
    made = [
        KnowledgeScene(
            node.id, node.reading_index, node.t_from, node.t_to or node.t_from, frozenset(met[node.id]),
            None, node.story_mode == "dream",
        )
        for node in nodes
        if node.t_from is not None
    ]  # fmt: skip
    here = window.scene
    if here.t_from is not None:
        made.append(
            KnowledgeScene(
                here.id, here.reading_index, here.t_from, here.t_to or here.t_from, frozenset(stage), card.place_id,
                here.story_mode == "dream",
            )
        )  # fmt: skip
    return made
