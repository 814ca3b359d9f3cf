"""The event loop: what happens, who sees it, who says what, and what each scene needs to be written."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from evals.novels import words
from evals.novels.needs import plan_needs
from evals.novels.renderer import Renderer
from evals.novels.spec import Fact, Knows, Novel, Scene, Spec, Thing, Vow, Way

SEEN = ("mark", "held_by", "injured_at", "item_state", "has_feature")
"""What whoever is there can see."""
SAID = (
    "contained_in",
    "opens",
    "owes",
    "member_of",
    "leads",
    "can_do",
    "bound_by",
    "origin",
    "knows_person",
    "attitude_to",
)
"""What people learn by being told."""
CHANGING = {
    "held_by": "subject",
    "contained_in": "subject",
    "item_state": "subject",
    "attitude_to": "pair",
    "leads": "object",
}


@dataclass
class World:
    """The state of the simulation."""

    spec: Spec
    random: Random
    novel: Novel
    say: Renderer
    used_values: set[str] = field(default_factory=set)
    held: dict[tuple[object, ...], Fact] = field(default_factory=dict)
    by_thing: dict[UUID, list[Fact]] = field(default_factory=lambda: defaultdict(list))
    minds: dict[UUID, dict[UUID, Knows]] = field(default_factory=lambda: defaultdict(dict))
    sights: dict[UUID, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    names: set[str] = field(default_factory=set)
    tick: int = 1_000

    def new_id(self) -> UUID:
        """Return the next id; the same seed gives the same ids."""
        return UUID(int=self.random.getrandbits(128), version=4)

    def name(self, one: UUID) -> str:
        return self.novel.things[one].name

    def learn(self, fact: Fact, knower: UUID, scene: int | None, **more: object) -> None:
        """Write down a state of mind."""
        one = Knows(self.new_id(), fact.id, knower, scene, **more)  # type: ignore[arg-type]
        held = self.minds[knower].get(fact.id)
        if held is not None and held.until is None:
            held.until = scene
        self.novel.knows.append(one)
        self.minds[knower][fact.id] = one

    def add(self, fact: Fact) -> Fact:
        """Make a fact true; a single value closes the one before it."""
        key = {
            "subject": (fact.predicate, fact.subject),
            "object": (fact.predicate, fact.object),
            "pair": (fact.predicate, fact.subject, fact.object),
        }.get(CHANGING.get(fact.predicate, ""))
        if key is not None:
            if key in self.held:
                self.held[key].to_scene = fact.from_scene
            self.held[key] = fact
        self.novel.facts[fact.id] = fact
        for one in (fact.subject, fact.object):
            if one is not None:
                self.by_thing[one].append(fact)
        return fact


def simulate(spec: Spec) -> Novel:
    """Return the novel of a spec; the same spec gives the same novel."""
    full = spec.filled()
    random = Random(f"{full.seed}:{full.language}:{full.scenes}")
    novel = Novel(full, f"Novel {full.seed}", {}, {}, [], [], [], [], [])
    world = World(full, random, novel, Renderer(novel, random))
    _people_the_world(world)
    _before_the_book(world)
    _plan_promises(world)
    for index in range(1, full.scenes + 1):
        _scene(world, index)
    return novel


def _people_the_world(world: World) -> None:
    spec, random, novel = world.spec, world.random, world.novel
    for number, (name, aliases) in enumerate(words.people(random, spec.language, spec.characters)):
        importance = 5 if number == 0 else 4 if number < 4 else 3 if number < 12 else 2
        one = Thing(world.new_id(), "character", name, aliases, importance)
        novel.things[one.id] = one
        world.names.add(name)
    for kind, names, importance in (
        ("place", words.places(random, spec.language, spec.places), 3),
        ("item", words.items(random, spec.language, spec.items), 2),
        ("faction", words.houses(random, spec.language, 6), 2),
    ):
        for name in names:
            one = Thing(world.new_id(), kind, name, [], importance)
            novel.things[one.id] = one
    for number in range(spec.rules):
        noun = world.say.noun()
        statement = world.say.words.RULE[number % len(world.say.words.RULE)].format(o=noun)
        novel.laws.append((world.new_id(), statement))


def _before_the_book(world: World) -> None:
    """What is true from the start: containers stand somewhere, ways lead somewhere, some people have secrets."""
    random, novel = world.random, world.novel
    people, places, items = (novel.of_kind(one) for one in ("character", "place", "item"))
    for item in items:
        spot = random.choice(places)
        world.add(Fact(world.new_id(), item.id, "contained_in", spot.id, publicity="public"))
    for one, other in zip(places, places[1:] + places[:1], strict=True):
        novel.ways.append(Way(world.new_id(), one.id, other.id, random.choice((30, 60, 90, 180))))
    for number in range(world.spec.secrets):
        keeper = people[number % len(people)]
        kind = ("real_name", "bound_by", "origin")[number % 3]
        fact = Fact(world.new_id(), keeper.id, kind, publicity="secret" if number % 2 else "private")
        if kind == "real_name":
            fact.text = words.born_as(random, world.spec.language, world.names)
        elif kind == "bound_by":
            fact.text = world.say.value(kind, world.used_values)
        else:
            fact.object = random.choice(places).id
        if any(held.predicate == kind and held.subject == keeper.id for held in novel.facts.values()):
            continue
        world.add(fact)
        world.learn(fact, keeper.id, None, via="author")
        friend = random.choice([one for one in people[:12] if one is not keeper])
        if random.random() < 0.5:
            world.learn(fact, friend.id, None, via="author")


def _plan_promises(world: World) -> None:
    spec, random, novel = world.spec, world.random, world.novel
    people, places = novel.of_kind("character"), novel.of_kind("place")
    for number in range(spec.promises):
        setup = random.randint(1, max(1, int(spec.scenes * 0.7)))
        payoff = random.randint(min(spec.scenes, setup + 4), spec.scenes)
        maker, spot, noun = random.choice(people[:4]), random.choice(places), world.say.noun()
        template = world.say.words.PROMISE[number % len(world.say.words.PROMISE)]
        filled = {"a": maker.name, "p": spot.name, "o": noun}
        vow = Vow(world.new_id(), template[1].format(**filled), [maker.id, spot.id], setup,
                  min(payoff, setup + max(1, spec.scenes // 10)), min(spec.scenes, payoff + 3), payoff)  # fmt: skip
        world.say.vow_texts[vow.id] = template[0].format(**filled)
        novel.vows.append(vow)


def _scene(world: World, index: int) -> None:
    spec, random, novel = world.spec, world.random, world.novel
    people, places = novel.of_kind("character"), novel.of_kind("place")
    paying = [vow for vow in novel.vows if vow.payoff == index]
    planting = [vow for vow in novel.vows if vow.setup == index]
    pov = random.choices(people[:4], (45, 25, 20, 10))[0]
    if paying or planting:
        pov = novel.things[(paying or planting)[0].subjects[0]]
    pool = [one for one in people if one is not pov]
    weights = [6 if one.importance >= 4 else 3 if one.importance == 3 else 1 for one in pool]
    others: list[Thing] = []
    for one in random.choices(pool, weights, k=random.choice((1, 2, 2, 3))):
        if one not in others:
            others.append(one)
    before = novel.scenes[-1] if novel.scenes else None
    place = random.choice(places)
    if before is not None and random.random() < 0.4:
        place = novel.things[before.place]
    way = next((way for way in novel.ways if before and {way.a, way.b} == {before.place, place.id}), None)
    world.tick += random.choice((90, 240, 720, 1440)) + (way.minutes if way else 0)
    mode = "flashback" if index > 5 and random.random() < 0.05 else "linear"
    tick = world.tick if mode == "linear" else 100 + index
    scene = Scene(world.new_id(), index, (index - 1) // spec.chapter_scenes + 1, pov.id, place.id,
                  [pov.id, *(one.id for one in others)], mode, tick, mode == "linear" and random.random() < 0.6)  # fmt: skip
    novel.scenes.append(scene)
    world.say.begin(scene)
    if mode == "linear":
        plan_needs(world, scene, way, paying)
    world.say.card(scene, way, before)
    for vow in planting:
        scene.acts.append({"promise": str(vow.id), "act": "plant"})
        vow.told = world.say.plant(scene, vow)
    for vow in paying:
        scene.acts.append({"promise": str(vow.id), "act": "pay"})
        vow.is_paid = vow.told is not None and random.random() < 0.7
    if mode == "linear":
        happenings(world, scene)
    _look_around(world, scene)
    world.say.end(scene)


def _look_around(world: World, scene: Scene) -> None:
    """Whoever is there has seen what can be seen on the others and on the place."""
    shown = {
        fact.id
        for one in {*scene.cast, scene.place}
        for fact in world.by_thing[one]
        if fact.predicate in SEEN
        and fact.publicity != "secret"
        and (fact.subject == one or fact.predicate == "held_by")
        and (fact.to_scene is None or fact.to_scene == scene.index)
        and (scene.mode == "linear" or fact.from_scene is None)
    }
    for who in scene.cast:
        world.sights[who] |= shown


def happenings(world: World, scene: Scene) -> None:
    """Let things change in front of witnesses, be told, be kept silent and be lied about."""
    random = world.random
    for _ in range(random.choice((1, 2, 2, 3))):
        fact = _seen(world, scene) if random.random() < 0.4 else _said(world, scene)
        if fact is not None:
            world.add(fact)
    _secrets(world, scene)
    if random.random() < world.spec.lies / world.spec.scenes * 2:
        _lie(world, scene)
    world.say.distract(scene)


def _seen(world: World, scene: Scene) -> Fact | None:
    """Something that everybody on stage sees."""
    random, novel = world.random, world.novel
    predicate = random.choice(SEEN)
    fact = Fact(world.new_id(), scene.place, predicate, from_scene=scene.index)
    if predicate in {"held_by", "item_state"}:
        fact.subject = random.choice(novel.of_kind("item")).id
        if predicate == "held_by":
            fact.object = random.choice(scene.cast)
        else:
            fact.text = world.say.value(predicate, set())
    elif predicate in {"mark", "injured_at"}:
        fact.subject = random.choice(scene.cast)
        fact.text = world.say.value(predicate, world.used_values)
        fact.publicity = "public" if predicate == "mark" else "private"
    else:
        fact.text = world.say.value(predicate, world.used_values)
    world.say.narrate(scene, fact)
    for one in scene.cast:
        world.learn(fact, one, scene.index, pid=fact.told[-1].pid, via="witnessed")
    return fact


def _said(world: World, scene: Scene) -> Fact | None:
    """Something that one of them tells the others."""
    random, novel = world.random, world.novel
    predicate = random.choice(SAID)
    speaker = random.choice(scene.cast)
    subject = random.choice(scene.cast)
    fact = Fact(world.new_id(), subject, predicate, from_scene=scene.index)
    people = [one.id for one in novel.of_kind("character") if one.id != subject]
    if predicate == "contained_in":
        inner, outer = random.sample(novel.of_kind("item"), 2)
        if any(held.object == inner.id for held in world.held.values() if held.predicate == "contained_in"):
            return None
        fact.subject, fact.object = inner.id, outer.id
    elif predicate == "opens":
        fact.subject, fact.object = (
            random.choice(novel.of_kind("item")).id,
            random.choice(novel.of_kind("place")).id,
        )
    elif predicate in {"owes", "knows_person", "attitude_to"}:
        fact.object = random.choice(people)
        if predicate == "attitude_to":
            fact.number = random.choice(list(world.say.words.FEELINGS))
            fact.qualifier = {"strength": fact.number, "label": world.say.words.FEELINGS[fact.number]}
    elif predicate in {"member_of", "leads"}:
        fact.object = random.choice(novel.of_kind("faction")).id
    elif predicate == "origin":
        fact.object = random.choice(novel.of_kind("place")).id
    else:
        fact.text = world.say.value(predicate, world.used_values)
    if not _is_new(world, fact):
        return None
    world.say.tell(
        scene, fact, speaker, random.choice([one for one in scene.cast if one != speaker] or [speaker])
    )
    for one in scene.cast:
        world.learn(fact, one, scene.index, pid=fact.told[-1].pid, via="told", source=speaker)
    return fact


def _is_new(world: World, fact: Fact) -> bool:
    single = fact.predicate == "origin"
    for held in world.by_thing[fact.subject]:
        same = held.predicate == fact.predicate and held.subject == fact.subject and held.to_scene is None
        if (
            same
            and (single or held.object == fact.object)
            and (fact.object is not None or held.text == fact.text)
        ):
            return False
    return True


def _secrets(world: World, scene: Scene) -> None:
    """The viewpoint thinks of a secret; now and then somebody gives one away."""
    random, novel = world.random, world.novel
    mine = [
        novel.facts[fact]
        for fact, mind in world.minds[scene.pov].items()
        if novel.facts[fact].from_scene is None
        and mind.stance == "knows"
        and novel.facts[fact].publicity != "public"
    ]
    if mine and random.random() < 0.35:
        world.say.think(scene, random.choice(mine))
    if mine and len(scene.cast) > 1 and random.random() < 0.12:
        fact, listener = random.choice(mine), random.choice([one for one in scene.cast if one != scene.pov])
        if listener != fact.subject:
            world.say.tell(scene, fact, scene.pov, listener)
            for one in scene.cast:
                if one not in {scene.pov, fact.subject}:
                    world.learn(fact, one, scene.index, pid=fact.told[-1].pid, source=scene.pov)


def _lie(world: World, scene: Scene) -> None:
    """Somebody who knows better tells another person something false."""
    random, novel = world.random, world.novel
    for speaker in random.sample(scene.cast, len(scene.cast)):
        known = [
            novel.facts[fact]
            for fact, mind in world.minds[speaker].items()
            if mind.stance == "knows"
            and novel.facts[fact].text
            and novel.facts[fact].predicate in {"real_name", "bound_by"}
        ]
        listeners = [one for one in scene.cast if one != speaker]
        for fact in known:
            fooled = [one for one in listeners if fact.id not in world.minds[one] and one != fact.subject]
            if not fooled or len(fooled) != len([one for one in listeners if one != fact.subject]):
                continue
            if fact.predicate == "real_name":
                false = words.born_as(random, world.spec.language, world.names)
            else:
                false = world.say.value("bound_by", world.used_values)
            pid = world.say.lie(scene, fact, false, speaker, fooled[0])
            for one in fooled:
                world.learn(
                    fact, one, scene.index, pid=pid, stance="believes_wrongly", believed=false, source=speaker
                )
            return
