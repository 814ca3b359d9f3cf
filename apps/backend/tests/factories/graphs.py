"""Random worlds, written as rows of truth: many relations, times, tellings and beliefs in one revision."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from factories.manuscript import Book
from infinite_scribe.canon.models import (
    Assertion,
    Belief,
    Disclosure,
    Entity,
    EventLink,
    EventParticipant,
    StoryEvent,
    WorldRule,
)
from infinite_scribe.core.ids import new_id
from infinite_scribe.plot.models import Promise, PromiseScene
from infinite_scribe.structure.models import Scene
from servers.databases import TestDatabase

RELATIONS = ("held_by", "contained_in", "member_of", "part_of", "located_at", "ally_of", "knows_person")
VALUES = ("eye_colour", "age", "has_feature")


@dataclass
class RandomWorld:
    """What was written, so that tests can ask about it."""

    entities: list[UUID]
    facts: list[UUID] = field(default_factory=list)
    scenes: list[UUID] = field(default_factory=list)


def _assertion(random: Random, world: RandomWorld) -> Assertion:
    is_relation = random.random() < 0.7
    begin = random.choice([None, random.randint(0, 500)])
    end = None if random.random() < 0.6 else (begin or 0) + random.randint(1, 300)
    return Assertion(
        subject_id=None if random.random() < 0.05 else random.choice(world.entities),
        predicate=random.choice(RELATIONS if is_relation else VALUES),
        registry_version=1,
        object_id=random.choice(world.entities) if is_relation else None,
        value=None
        if is_relation
        else {"text": random.choice(["green", "brown", "“quoted” \n line", "绿色"])},
        qualifier=random.choice([{}, {"side": "left"}]),
        polarity=random.random() < 0.9,
        from_tick=begin,
        to_tick=end,
        status=random.choices(["canon", "planned", "superseded", "disputed"], [8, 1, 1, 1])[0],
        publicity=random.choice(["public", "private", "secret"]),
        veil="line",
        hidden_from_self=random.random() < 0.1,
        wording="",
    )


def _others(random: Random, world: RandomWorld) -> list[Any]:
    rows: list[Any] = [WorldRule(statement="Nobody sells a storm twice.")]
    events = [StoryEvent(id=new_id(), kind="arrival", title=f"Arrival {n}") for n in range(6)]
    rows += events
    rows += [
        EventParticipant(event_id=event.id, entity_id=random.choice(world.entities), role="agent")
        for event in events
    ]
    rows += [EventLink(event_id=events[n].id, cause_id=events[n - 1].id) for n in range(1, 6)]
    for _ in range(40):
        begin = random.choice([None, random.randint(0, 400)])
        rows.append(
            Belief(
                knower_id=random.choice([None, *world.entities[:6]]),
                fact_id=random.choice(world.facts),
                stance=random.choice(["knows", "suspects", "believes_wrongly"]),
                from_tick=begin,
                to_tick=random.choice([None, (begin or 0) + 50]),
                status=random.choice(["canon", "canon", "proposed"]),
            )
        )
        rows.append(
            Disclosure(
                scene_id=random.choice(world.scenes),
                fact_id=random.choice(world.facts),
                mode=random.choice(["stated", "implied", "hinted", "misled"]),
            )
        )
    promise = Promise(id=new_id(), kind="gun", statement="The flare will be fired.")
    rows.append(promise)
    rows += [
        PromiseScene(promise_id=promise.id, scene_id=world.scenes[n], act=act)
        for n, act in ((0, "plant"), (1, "remind"), (2, "pay"))
    ]
    return rows


async def make_random_world(
    db: TestDatabase, book: Book, seed: int, *, entities: int = 30, facts: int = 160, scenes: int = 8
) -> RandomWorld:
    """Write a random world into a book as one revision."""
    random = Random(seed)
    cast = [
        Entity(id=new_id(), kind="character", name=f"Person {n}", status="canon", fields={})
        for n in range(entities)
    ]
    world = RandomWorld([one.id for one in cast])
    told = [
        Scene(
            id=new_id(), chapter_id=book.chapter_id, rank=f"z{n:03d}", title=f"Scene {n}", story_mode="linear"
        )
        for n in range(scenes)
    ]
    world.scenes = [scene.id for scene in told]
    said = [_assertion(random, world) for _ in range(facts)]
    for row in said:
        row.id = new_id()
    random.shuffle(said)
    world.facts = [row.id for row in said]
    async with db.owner.transaction() as session:
        for row in (*cast, *told, *said, *_others(random, world)):
            row.novel_id, row.rev_from, row.rev_to = book.novel_id, 2, None
            session.add(row)
    return world
