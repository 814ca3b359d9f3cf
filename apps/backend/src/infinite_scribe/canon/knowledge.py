"""Who knows what at which moment: the closure over the rows of a novel. Pure; no model, no database.

`known_at` answers for one character or for the reader. It is the union of
1. belief rows that hold at the moment; 2. public facts, and local facts of places lived in and factions joined by
then; 3. what concerns oneself, unless it is hidden from oneself; 4. facts made or shown in a scene before the moment
at which one was on stage and awake, where the fact can be seen, and the effects of events one took part in;
5. claims said or shown in one's presence; 6. a `believes_wrongly` row stands in the place of the true value.
A fact that is not in the answer is unknown. Facts of the future are known through belief rows only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from infinite_scribe.canon.knowledge_rows import (
    LAST,
    READER,
    BeliefRow,
    CellState,
    DisclosureRow,
    EventRow,
    Knower,
    Knowledge,
    KnowledgeFact,
    KnowledgeScene,
    KnowledgeWorld,
    Known,
    Sighting,
    SpokenClaim,
    Stance,
    StoryPoint,
)
from infinite_scribe.canon.registry import Publicity, find
from infinite_scribe.canon.rules import Verdict, compare
from infinite_scribe.structure.resolver import MIN_TICK

__all__ = [
    "READER",
    "BeliefRow",
    "CellState",
    "DisclosureRow",
    "EventRow",
    "Knower",
    "Knowledge",
    "KnowledgeFact",
    "KnowledgeScene",
    "KnowledgeWorld",
    "Known",
    "Sighting",
    "SpokenClaim",
    "Stance",
    "StoryPoint",
    "earliest_knowable",
    "known_at",
    "veil_line",
]

_HOME = frozenset({"resides_at", "origin"})
_JOINED = frozenset({"member_of", "serves", "leads"})


def known_at(world: KnowledgeWorld, knower: Knower, at: StoryPoint) -> Knowledge:
    """Return what `knower` (a character's id or `READER`) holds at a moment.

    For the reader only `at.reading_index` counts. Everything else compares `(tick, block)`: what begins with the
    moment counts as known, a scene that begins with it does not yet unless it is `at.scene_id`.
    """
    if knower == READER:
        return _reader(world, at)
    assert isinstance(knower, UUID)
    found: dict[UUID, Known] = {}
    for known in (
        *_widely_known(world, knower, at),
        *_own(world, knower, at),
        *_witnessed(world, knower, at),
        *_from_events(world, knower, at),
    ):
        _keep_earlier(found, known)
    for known in _heard(world, knower, at):
        _take_claim(found, known)
    rows = [
        row for row in world.beliefs if row.knower == knower and row.begins.order <= at.order < row.ends.order
    ]
    _apply_rows(world, rows, found)
    return Knowledge(knower, at, found)


def earliest_knowable(world: KnowledgeWorld, knower: Knower, fact_id: UUID) -> StoryPoint | None:
    """Return the first moment at which the true value can be known, or None when nothing gives it.

    For the reader the point's `reading_index` is the disclosing scene.
    """
    fact = world.fact_of.get(fact_id)
    if fact is None:
        return None
    if knower == READER:
        told = [
            row for row in world.disclosures if row.fact_id == fact_id and row.mode in {"stated", "implied"}
        ]
        first = min(told, key=lambda row: (row.reading_index, row.block), default=None)
        if first is None:
            return None
        scene = world.scene_of.get(first.scene_id)
        return StoryPoint(
            scene.t_from if scene else MIN_TICK, first.block, first.reading_index, first.scene_id
        )
    moments: list[StoryPoint] = []
    whole = known_at(_without_rows(world), knower, LAST)
    held = whole.facts.get(fact_id)
    if held is not None and held.stance == "knows":
        moments.append(held.since)
    moments += [
        row.begins
        for row in world.beliefs
        if row.knower == knower and row.stance == "knows" and row.concerns(fact)
    ]
    return min(moments, key=lambda point: point.order, default=None)


def _without_rows(world: KnowledgeWorld) -> KnowledgeWorld:
    return KnowledgeWorld(world.facts, world.scenes, (), world.disclosures, world.claims, world.events)


def _keep_earlier(found: dict[UUID, Known], known: Known) -> None:
    held = found.get(known.fact_id)
    if held is None or known.since.order < held.since.order:
        found[known.fact_id] = known


def _take_claim(found: dict[UUID, Known], known: Known) -> None:
    """A true claim informs; a false one convinces only who did not know better. The last claim wins."""
    held = found.get(known.fact_id)
    if held is None or held.stance == "believes_wrongly":
        found[known.fact_id] = known


def _later(one: StoryPoint, other: StoryPoint) -> StoryPoint:
    return one if one.order >= other.order else other


def _widely_known(world: KnowledgeWorld, knower: UUID, at: StoryPoint) -> Iterable[Known]:
    homes = _belongs_to(world, knower, at)
    for fact in world.facts:
        if not fact.has_begun(at):
            continue
        if fact.publicity == Publicity.PUBLIC:
            yield Known(fact.id, "knows", "public", fact.begins)
        elif fact.publicity == Publicity.LOCAL:
            scope = _scope_of(fact)
            if scope is None:
                yield Known(fact.id, "knows", "local", fact.begins)
            elif scope in homes:
                yield Known(fact.id, "knows", "local", _later(fact.begins, homes[scope]))


def _scope_of(fact: KnowledgeFact) -> UUID | None:
    """Return the place or faction a local fact belongs to; None: everybody may have heard."""
    if fact.publicity_scope_id is not None:
        return fact.publicity_scope_id
    return fact.subject_id if fact.subject_kind in {"place", "faction"} else None


def _belongs_to(world: KnowledgeWorld, knower: UUID, at: StoryPoint) -> dict[UUID, StoryPoint]:
    """Return places lived in (with all that contain them) and factions joined, each with its first moment."""
    found: dict[UUID, StoryPoint] = {}
    for fact in world.facts_about.get(knower, ()):
        target = fact.value.object_id
        if (
            fact.subject_id != knower
            or target is None
            or not fact.polarity
            or not fact.has_begun(at)
            or fact.predicate not in _HOME | _JOINED
        ):
            continue
        trail: set[UUID] = set()
        while target is not None and target not in trail:
            trail.add(target)
            if target not in found or fact.begins.order < found[target].order:
                found[target] = fact.begins
            target = world.wider.get(target)
    return found


def _own(world: KnowledgeWorld, knower: UUID, at: StoryPoint) -> Iterable[Known]:
    for fact in world.facts_about.get(knower, ()):
        held = fact.value.object_id == knower and fact.publicity != Publicity.SECRET
        concerns = fact.subject_id == knower or held
        if concerns and fact.has_begun(at) and not fact.hidden_from_self:
            yield Known(fact.id, "knows", "self", fact.begins)


def _is_awake(world: KnowledgeWorld, knower: UUID, moment: StoryPoint) -> bool:
    return not any(fact.holds(moment) for fact in world.spells.get(knower, ()))


def _attended(world: KnowledgeWorld, knower: UUID, at: StoryPoint) -> Iterable[KnowledgeScene]:
    """Return scenes of waking life before the moment at which the knower was on stage, and the present one."""
    for scene in world.scenes:
        if knower not in scene.on_stage or scene.is_dream:
            continue
        if scene.id == at.scene_id or (scene.t_from, 0) < at.order:
            yield scene


def _witnessed(world: KnowledgeWorld, knower: UUID, at: StoryPoint) -> Iterable[Known]:
    """Facts made or shown while one was there, and what could be seen on whoever else was there."""
    for scene in _attended(world, knower, at):
        for fact, block in world.facts_shown_in.get(scene.id, ()):
            seen = _later(StoryPoint(scene.t_from, block, scene.reading_index, scene.id), fact.begins)
            if fact.is_visible and seen.order <= at.order and _is_awake(world, knower, seen):
                yield Known(fact.id, "knows", "witnessed", seen, scene_id=scene.id)
        yield from _in_sight(world, knower, scene, at)


def _in_sight(world: KnowledgeWorld, knower: UUID, scene: KnowledgeScene, at: StoryPoint) -> Iterable[Known]:
    """What one carries oneself is not seen: `_own` says what one knows of it."""
    begin = StoryPoint(scene.t_from, 0, scene.reading_index, scene.id)
    end = max(scene.t_to, scene.t_from + 1)
    stage = {*scene.on_stage, *([scene.place_id] if scene.place_id else [])} - {knower}
    for entity in sorted(stage & world.seen_on.keys()):
        for fact in world.seen_on[entity]:
            if fact.begins.tick >= end or fact.ends.order <= begin.order:
                continue
            seen = _later(begin, fact.begins)
            if seen.order <= at.order and _is_awake(world, knower, seen):
                yield Known(fact.id, "knows", "witnessed", seen, scene_id=scene.id)


def _from_events(world: KnowledgeWorld, knower: UUID, at: StoryPoint) -> Iterable[Known]:
    for event in world.events:
        if knower not in event.participants or event.at.order > at.order:
            continue
        if not _is_awake(world, knower, event.at):
            continue
        for fact in world.facts:
            if fact.cause_event_id == event.id:
                since = _later(event.at, fact.begins)
                if since.order <= at.order:
                    yield Known(fact.id, "knows", "witnessed", since, scene_id=event.at.scene_id)


def _heard(world: KnowledgeWorld, knower: UUID, at: StoryPoint) -> Iterable[Known]:
    """Claims in one's presence, in the order in which they were heard."""
    heard: list[tuple[StoryPoint, SpokenClaim]] = []
    for claim in world.claims:
        scene = world.scene_of.get(claim.scene_id)
        if scene is None or claim.speaker_id == knower:
            continue
        moment = StoryPoint(scene.t_from, claim.block, scene.reading_index, scene.id)
        present = knower in (scene.on_stage if claim.heard_by is None else claim.heard_by)
        if present and moment.order <= at.order and _is_awake(world, knower, moment):
            heard.append((moment, claim))
    for moment, claim in sorted(heard, key=lambda pair: pair[0].order):
        yield from _told_by(world, moment, claim)


def _told_by(world: KnowledgeWorld, moment: StoryPoint, claim: SpokenClaim) -> Iterable[Known]:
    predicate = find(claim.predicate)
    if predicate is None or claim.subject_id is None:
        return
    for fact in world.facts_about.get(claim.subject_id, ()):
        if fact.subject_id != claim.subject_id or fact.predicate != claim.predicate or not fact.holds(moment):
            continue
        verdict = compare(predicate, fact.value, claim.value)
        if verdict is Verdict.AGREE and fact.polarity:
            yield Known(
                fact.id,
                "knows",
                claim.via,
                moment,
                None,
                "nobody",
                frozenset(),
                claim.scene_id,
                claim.speaker_id,
            )
        elif verdict is Verdict.CLASH:
            yield Known(
                fact.id,
                "believes_wrongly",
                claim.via,
                moment,
                claim.value,
                "nobody",
                frozenset(),
                claim.scene_id,
                claim.speaker_id,
            )


_STRENGTH: Mapping[str, int] = {"suspects": 0, "knows": 1, "believes_wrongly": 2}


def _apply_rows(world: KnowledgeWorld, rows: Sequence[BeliefRow], found: dict[UUID, Known]) -> None:
    """Lay explicit rows over the closure.

    The author's word and a wrong belief stand above everything; other rows add. Of several rows about one fact the
    author's, then the latest, then the stronger counts.
    """
    ranked = sorted(
        rows, key=lambda row: (row.via == "author", row.begins.order, _STRENGTH[row.stance], row.id)
    )
    for row in ranked:
        about = world.facts if row.pattern is not None else [world.fact_of.get(row.fact_id or row.id)]
        for fact in about:
            if fact is None or not row.concerns(fact):
                continue
            held = found.get(fact.id)
            given_by_closure = held is not None and held.belief_id is None
            if row.stance == "suspects" and given_by_closure and row.via != "author":
                continue
            found[fact.id] = Known(
                fact.id,
                row.stance,
                row.via,
                row.begins,
                row.believed,
                row.hides,
                row.hides_from,
                row.begins.scene_id,
                row.source_entity_id,
                row.id,
            )


def _reader(world: KnowledgeWorld, at: StoryPoint) -> Knowledge:
    """The reader knows what was disclosed in the scenes read so far."""
    limit = at.reading_index
    found: dict[UUID, Known] = {}
    told = [row for row in world.disclosures if limit is None or row.reading_index <= limit]
    for row in sorted(told, key=lambda one: (one.reading_index, one.block)):
        scene = world.scene_of.get(row.scene_id)
        since = StoryPoint(scene.t_from if scene else MIN_TICK, row.block, row.reading_index, row.scene_id)
        if row.mode == "hinted" and row.fact_id in found:
            continue
        stance: Stance = {"hinted": "suspects", "misled": "believes_wrongly"}.get(row.mode, "knows")  # type: ignore[assignment]
        if not (stance == "knows" and row.fact_id in found and found[row.fact_id].stance == "knows"):
            found[row.fact_id] = Known(row.fact_id, stance, "read", since, scene_id=row.scene_id)
    rows = [
        row
        for row in world.beliefs
        if row.knower == READER
        and (limit is None or (row.begins.reading_index or 0) <= limit)
        and (limit is None or row.ends.reading_index is None or limit < row.ends.reading_index)
    ]
    _apply_rows(world, rows, found)
    return Knowledge(READER, at, found)


def veil_line(subject: str, knower: str, label: str, veil: str, language: str) -> str | None:
    """Return how a withheld fact is mentioned without its value; None for a fact that is not mentioned at all.

    `veil` is `line`, `silent` or the author's own sentence.
    """
    if veil == "silent":
        return None
    if veil not in {"line", ""}:
        return veil
    if language == "zh":
        return f"{knower}不知道{subject}的{label}。"
    return f"{knower} does not know the {label} of {subject}."
