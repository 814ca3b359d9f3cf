"""What a scene needs to be written, and what its viewpoint must not be told: preconditions of the events it plans."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from evals.novels.spec import Fact, Need, Query, Scene, Vow, Way

if TYPE_CHECKING:
    from evals.novels.simulator import World

REACH = (10, 20, 40)
MOST_IN_CAST = 5
PER_SCENE = 3
ON_STAGE = {
    "mark",
    "owes",
    "bound_by",
    "can_do",
    "attitude_to",
    "injured_at",
    "real_name",
    "origin",
    "knows_person",
}
"""Their subject has to be there."""
ASKED_FOR = {"leads": "subject", "member_of": "subject", "held_by": "object"}
"""The end that a beat must not name, since it is what the writer has to know; the viewpoint acts in every beat."""
SEEN_NOW = {"mark", "held_by", "injured_at", "item_state", "has_feature"}


def knows(world: World, who: UUID, fact: Fact) -> bool:
    """Whether somebody knows a fact now, by what the simulation let happen."""
    if fact.publicity == "public":
        return True
    mind = world.minds[who].get(fact.id)
    if mind is not None:
        return mind.stance == "knows"
    own = fact.subject == who or (fact.predicate == "held_by" and fact.object == who)
    return own or fact.id in world.sights[who]


def plan_needs(world: World, scene: Scene, way: Way | None, paying: list[Vow]) -> None:
    """Choose the events of a scene by what is far away and still true; then say what must stay out of it."""
    pool = _usable(world, scene)
    chosen: list[Fact] = []
    chapters = {
        chapter: [one for one in pool if _chapters(world, scene, one) == chapter] for chapter in REACH
    }
    for found in chapters.values():
        if found and len(chosen) < PER_SCENE:
            chosen.append(world.random.choice(found))
    buckets: dict[int, list[Fact]] = {}
    for one in pool:
        buckets.setdefault(_bucket(scene.index - one.told[-1].scene), []).append(one)
    while len(chosen) < PER_SCENE and buckets:
        key = world.random.choice(sorted(buckets))
        one = world.random.choice(buckets.pop(key))
        if one not in chosen:
            chosen.append(one)
    for fact in chosen:
        _use(world, scene, fact)
    _beliefs(world, scene)
    if way is not None:
        scene.needs.append(Need("route", way.id, "route", None))
    for vow in paying:
        told = vow.told.scene if vow.told else None
        scene.needs.append(
            Need("promise", vow.id, "promise", scene.index - told if told else None, _gap(world, scene, told))
        )
        if vow.told is not None:
            scene.queries.append(Query(vow.statement, ((vow.told.scene, vow.told.pid),), "promise"))
    scene.forbidden = _forbidden(world, scene)


def _usable(world: World, scene: Scene) -> list[Fact]:
    """Return the told facts that hold, that the viewpoint knows, and whose people are or may come on stage."""
    found = []
    for fact in world.novel.facts.values():
        if not fact.told or fact.to_scene is not None or not knows(world, scene.pov, fact):
            continue
        if fact.predicate == "has_feature" and fact.subject != scene.place:
            continue
        if scene.pov == {"subject": fact.subject, "object": fact.object}.get(
            ASKED_FOR.get(fact.predicate, "")
        ):
            continue
        subject = world.novel.things[fact.subject]
        minor = subject.kind == "character" and subject.importance < 3 and subject.id not in scene.cast
        if fact.predicate in ON_STAGE and minor:
            continue
        found.append(fact)
    return found


def _use(world: World, scene: Scene, fact: Fact) -> None:
    if fact.predicate in ON_STAGE and fact.subject not in scene.cast:
        if len(scene.cast) >= MOST_IN_CAST:
            return
        scene.cast.append(fact.subject)
    scene.needs.append(_need(world, scene, fact, 1))
    filled = {
        "actor": world.name(scene.pov),
        "s": world.name(fact.subject),
        "o": world.name(fact.object) if fact.object else "",
    }
    query, beat = world.say.words.ASK[fact.predicate]
    scene.beats.append(world.say.capital(beat.format(**filled)))
    scene.named += [one for one in (fact.subject, fact.object) if one and world.name(one) in scene.beats[-1]]
    answers = tuple((told.scene, told.pid) for one in _alike(world, fact) for told in one.told)
    scene.queries.append(Query(query.format(**filled), answers, fact.predicate))
    onward = {"opens": ("held_by", fact.subject), "contained_in": ("contained_in", fact.object)}.get(
        fact.predicate
    )
    if onward is not None and onward[1] is not None:
        held = world.held.get((onward[0], onward[1]))
        if held is not None and held.to_scene is None and knows(world, scene.pov, held):
            scene.needs.append(_need(world, scene, held, 2))


def _alike(world: World, fact: Fact) -> list[Fact]:
    """Return the facts that answer the same question."""
    return [
        one
        for one in world.by_thing[fact.subject]
        if (one.predicate, one.subject) == (fact.predicate, fact.subject)
        and (one.object == fact.object or fact.predicate in {"held_by", "contained_in"})
    ]


def _need(world: World, scene: Scene, fact: Fact, hops: int) -> Need:
    told = fact.told[-1].scene if fact.told else None
    distance = scene.index - told if told else None
    return Need("fact", fact.id, fact.predicate, distance, _gap(world, scene, told), hops)


def _gap(world: World, scene: Scene, told: int | None) -> int | None:
    return None if told is None else scene.chapter - world.novel.scenes[told - 1].chapter


def _chapters(world: World, scene: Scene, fact: Fact) -> int | None:
    return _gap(world, scene, fact.told[-1].scene)


def _bucket(distance: int) -> int:
    return next(number for number, most in enumerate((1, 5, 20, 50, 100, 10**9)) if distance <= most)


def _beliefs(world: World, scene: Scene) -> None:
    """A viewpoint that was lied to about somebody on stage acts on the lie."""
    for fact_id, mind in sorted(world.minds[scene.pov].items(), key=lambda item: str(item[0])):
        fact = world.novel.facts[fact_id]
        if mind.stance == "believes_wrongly" and fact.subject in scene.cast:
            told = mind.scene or 0
            scene.needs.append(
                Need("belief", mind.id, fact.predicate, scene.index - told, _gap(world, scene, told or None))
            )


def _forbidden(world: World, scene: Scene) -> list[UUID]:
    """Return what touches the scene, holds, and is unknown to its viewpoint."""
    touching = {*scene.cast, scene.place, *scene.named}
    found: dict[UUID, None] = {}
    for one in sorted(touching, key=str):
        for fact in world.by_thing[one]:
            if fact.to_scene is not None or knows(world, scene.pov, fact):
                continue
            present = fact.subject in {*scene.cast, scene.place} or fact.object in {*scene.cast, scene.place}
            if fact.predicate in SEEN_NOW and present and fact.publicity != "secret":
                continue
            found[fact.id] = None
    return list(found)
