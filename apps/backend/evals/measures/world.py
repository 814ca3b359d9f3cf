"""The order of time, names, who knows what, and the life of promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from evals.loading import Loaded
from evals.novels.needs import SEEN_NOW
from evals.novels.spec import Fact, Scene
from evals.statistics import Share, kendall
from infinite_scribe.canon.knowing import Stage
from infinite_scribe.canon.knowledge import known_at
from infinite_scribe.canon.knowledge_rows import StoryPoint
from infinite_scribe.canon.service import CanonService
from infinite_scribe.continuity.linking import Linker
from infinite_scribe.continuity.scene import Known, Name
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.plot.ledger import PromiseLedger
from infinite_scribe.structure.service import StructureService

SAMPLED = 10
"""Every so many scenes the whole matrix of knowledge is compared."""
WORDS = 1_000


@dataclass
class Timeline:
    """Kendall's τ of the resolved order of scenes and the true one; scenes that overlap where they may not."""

    tau: float | None
    violations: int
    scenes: int


async def measure_timeline(loaded: Loaded) -> Timeline:
    """Compare the resolved times of the scenes in the story's present with the true ones."""
    async with loaded.database.transaction(loaded.rows) as session:
        read = await StructureService.of(session, await loaded.scope(session)).timeline()
    resolved = {one.scene_id: one for one in read.scenes}
    linear = [scene for scene in loaded.novel.scenes if scene.mode == "linear"]
    pairs = [(float(scene.tick), float(resolved[scene.id].t_from or 0)) for scene in linear]
    violations = sum(
        1
        for scene in linear
        if scene.is_dated
        and (resolved[scene.id].t_from, resolved[scene.id].certainty) != (scene.tick, "dated")
    )
    return Timeline(kendall(pairs), violations, len(linear))


@dataclass
class Linking:
    """Mentions that were linked to the right entry, and names found where there are none."""

    right: Share = field(default_factory=Share)
    false: int = 0
    words: int = 0

    @property
    def false_per_1000(self) -> float:
        return self.false * WORDS / max(1, self.words)


def measure_linking(loaded: Loaded, count: object) -> Linking:
    """Link the names of every scene by the product's rules."""
    novel = loaded.novel
    known = [
        Known(
            one.id, one.kind, one.name, tuple(Name(text) for text in (one.name, *one.aliases)), one.importance
        )
        for one in novel.things.values()
    ]
    linker, figures = Linker.of(known, novel.spec.language), Linking()
    for scene in novel.scenes:
        gold: dict[tuple[str, int, int], UUID] = {(pid, a, b): one for pid, a, b, one in scene.mentions}
        for pid, text in scene.paragraphs:
            figures.words += count(text)  # type: ignore[operator]
            found = {(pid, hit.start, hit.end): hit.entity_id for hit in linker.find(text)}
            for where, one in gold.items():
                if where[0] == pid:
                    figures.right.add(found.get(where) == one)
            figures.false += sum(1 for where in found if where not in gold)
    return figures


async def measure_knowledge(loaded: Loaded) -> tuple[Share, list[str]]:
    """Compare the closure with what the simulation let people see and hear, at some scenes, for those who matter."""
    novel, cells, wrong = loaded.novel, Share(), []
    stages = {scene.id: Stage(frozenset(scene.cast), scene.place) for scene in novel.scenes}
    people = [one.id for one in novel.of_kind("character") if one.importance >= 3]
    async with loaded.database.transaction(loaded.rows) as session:
        canon = CanonService.of(session, await loaded.scope(session))
        moment = await canon.moment()
        world = await canon.knowledge_world(moment, stages)
    for scene in novel.scenes[SAMPLED - 1 :: SAMPLED]:
        if scene.mode != "linear":
            continue
        at = StoryPoint(moment.timeline.scenes[scene.id].t_from, 0, scene.index)
        for who in people:
            held = known_at(world, who, at)
            for fact in _private(novel.facts.values(), scene):
                gold = gold_state(loaded, fact, who, scene)
                state = held.state(fact.id)
                cells.add(state == gold)
                if state != gold:
                    wrong.append(f"scene {scene.index}: {fact.predicate} is {state}, should be {gold}")
    return cells, wrong


def _private(facts: object, scene: Scene) -> list[Fact]:
    return [
        fact
        for fact in facts  # type: ignore[attr-defined]
        if fact.publicity != "public" and fact.holds_before(scene.index)
    ]


def gold_state(loaded: Loaded, fact: Fact, who: UUID, scene: Scene) -> str:
    """Return what somebody holds of a fact when a scene begins, by the rows of the simulation."""
    mind = loaded.novel.knowers(fact, scene.index).get(who)
    if mind is not None:
        return mind.stance
    if fact.subject == who or (fact.predicate == "held_by" and fact.object == who):
        return "knows"
    return "knows" if _has_seen(loaded.novel.scenes, fact, who, scene) else "unknown"


def _has_seen(scenes: Sequence[Scene], fact: Fact, who: UUID, scene: Scene) -> bool:
    if fact.predicate not in SEEN_NOW or fact.publicity == "secret":
        return False
    bearers = {fact.subject} | ({fact.object} if fact.predicate == "held_by" else set())
    for one in scenes[: scene.index - 1]:
        begun = fact.from_scene is None or fact.from_scene <= one.index
        if one.mode == "linear" and begun and who in one.cast and bearers & {*one.cast, one.place}:
            return True
    return False


@dataclass
class Promises:
    """Promises whose state is what happened, and open ones that nobody has ruled on."""

    right: Share = field(default_factory=Share)
    orphans: int = 0


async def measure_promises(loaded: Loaded) -> Promises:
    """Let the product derive the state of every promise from what accepted scenes have realised."""
    figures = Promises()
    async with loaded.database.transaction(loaded.rows) as session:
        scope = await loaded.scope(session)
        ledger = PromiseLedger.of(session, scope)
        async with Revisions.of(session, scope).open(RevisionKind.LEARN) as revision:
            await ledger.settle(revision)
        read = await ledger.read()
    gold = {
        vow.id: "paid" if vow.is_paid else "planted" if vow.told else "planned" for vow in loaded.novel.vows
    }
    for one in read.items:
        figures.right.add(one.status == gold[one.id])
    known = {vow.id for vow in loaded.novel.vows}
    figures.orphans = sum(1 for one in read.health.orphans if one not in known or gold[one] == "planned")
    return figures
