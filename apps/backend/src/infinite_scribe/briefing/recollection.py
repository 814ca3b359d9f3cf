"""Which earlier passages a scene needs: questions from its plan, evidence of its facts, one ranking for both."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from uuid import UUID

from infinite_scribe.briefing.material import Material, Recalled
from infinite_scribe.briefing.reading import Asked, SceneReader, Stage
from infinite_scribe.canon.nearby import Seen
from infinite_scribe.canon.story_graph import GraphFact
from infinite_scribe.memory.recall import Answered, Question, Recall
from infinite_scribe.memory.schemas import PassageHit, PassageRead
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.memory.terms import terms
from infinite_scribe.plot.promises import Act
from infinite_scribe.structure.window import SceneWindow

MOST = 12
MOST_QUESTIONS = 12
MOST_EVIDENCE = 12
PER_ENTITY, MOST_BONUS = 0.15, 1.6
SETUP_BONUS = 1.5
PROVENANCE = 0.5
SAME = 0.9
"""Share of common terms from which two passages say the same."""


def questions_of(material: Material) -> list[str]:
    """Return what the passages are asked: each beat, each due promise, each pair of people who matter."""
    card = material.card
    asked = [beat.text for beat in sorted(material.beats, key=lambda one: one.ordinal) if beat.text.strip()]
    asked += [card.summary] if card is not None and card.summary and not asked else []
    asked += [
        one.act.statement
        for one in material.acts
        if one.act.act is not Act.HOLD and one.act.act is not Act.PLANT
    ]
    people = [one.name for one in material.on_stage() if one.kind == "character" and one.importance >= 3]
    asked += [" ".join(pair) for pair in combinations(people[:4], 2)]
    asked += [material.instruction] if material.instruction else []
    return list(dict.fromkeys(asked))[:MOST_QUESTIONS]


def _elsewhere(window: SceneWindow, material: Material) -> tuple[list[UUID], set[UUID]]:
    """Return the earlier scenes that are searched, and those before that stand in the briefing as they are."""
    told = {
        UUID(said.node.partition(":")[2])
        for said in (material.previous, material.last_of_pov)
        if said is not None
    }
    return [one for one in window.order.before(window.scene.id) if one not in told], told


async def search(
    reader: SceneReader, window: SceneWindow, material: Material, stage: Stage, asked: Asked
) -> Answered:
    """Return what the earlier passages answer to a scene's questions. It needs no facts yet, only the named entries."""
    earlier, told = _elsewhere(window, material)
    if not earlier:
        return Answered(())
    texts = questions_of(material)
    names = {entity.name for entity in material.visible() if entity.id in stage.ids}
    questions = [
        Question(
            text, tuple(sorted(name for name in names if name in text)), asked.model, asked.vectors.get(text)
        )
        for text in texts
    ]
    return await Recall.of(reader.session, reader.scope).ask(
        questions,
        language=material.language,
        scenes=earlier,
        others=[*told, *window.order.scenes[window.order.index[window.scene.id] - 1 :]],
    )


async def recollect(
    reader: SceneReader, window: SceneWindow, material: Material, stage: Stage, answered: Answered
) -> tuple[Recalled, ...]:
    """Return earlier passages by rank, with the facts they show."""
    index = window.order.index
    earlier = _elsewhere(window, material)[0]
    if not earlier:
        return ()
    best: dict[UUID, tuple[float, str, PassageHit]] = {}
    for answer in answered.answers:
        for hit in answer:
            _keep(best, hit.score, hit.reason, hit)
    for hit in await _provenance(reader, material, stage, set(earlier)):
        _keep(best, PROVENANCE, "provenance", hit)
    setups = {one for act in material.acts for one in act.setups if act.act.act is not Act.HOLD}
    about = {str(one) for one in stage.ids}
    weighed = sorted(
        (_weighed(one, about, setups, index) for one in best.values()),
        key=lambda one: (-one.score, index[one.hit.passage.scene_id], one.hit.passage.ordinal),
    )
    kept = _different(weighed)
    shows = await _facts_of(reader, {one.hit.passage.scene_id for one in kept})
    return tuple(replace(one, facts=_shown(one.hit.passage, shows)) for one in kept)


def _different(weighed: Sequence[Recalled]) -> list[Recalled]:
    """Return the first passages by rank, without those that say nearly the same as a better one."""
    kept: list[tuple[Recalled, frozenset[str]]] = []
    for one in weighed:
        words = frozenset(terms(one.hit.passage.text))
        if all(len(words & other) <= SAME * len(words | other) for _, other in kept):
            kept.append((one, words))
        if len(kept) == MOST:
            break
    return [one for one, _ in kept]


def _keep(
    best: dict[UUID, tuple[float, str, PassageHit]], score: float, reason: str, hit: PassageHit
) -> None:
    held = best.get(hit.passage.id)
    if held is None:
        best[hit.passage.id] = (score, reason, hit)
    elif reason == "provenance":
        best[hit.passage.id] = (held[0] + score, reason, hit)
    elif score > held[0]:
        best[hit.passage.id] = (score, reason, hit)


async def _provenance(
    reader: SceneReader, material: Material, stage: Stage, earlier: Collection[UUID]
) -> list[PassageHit]:
    """Return the passages that are the evidence of what the scene is about."""
    near = [fact for fact in material.facts if _is_about(fact, stage)][:MOST_EVIDENCE]
    seen = [one for one in await reader.canon.shown([fact.id for fact in near]) if one.scene_id in earlier]
    where = {(one.scene_id, one.pid) for one in seen}
    rows = await MemoryService.of(reader.session, reader.scope).passages_in(
        {scene for scene, _ in where}, {pid for _, pid in where}
    )
    return [
        PassageHit(row, PROVENANCE, "provenance")
        for row in rows
        if any((row.scene_id, pid) in where for pid in row.pids)
    ]


def _is_about(fact: GraphFact, stage: Stage) -> bool:
    if fact.subject_id not in stage.focus and fact.object_id not in stage.focus:
        return False
    return fact.object_id is None or {fact.subject_id, fact.object_id} <= stage.ids


async def _facts_of(reader: SceneReader, scenes: Collection[UUID]) -> Mapping[UUID, list[Seen]]:
    found: dict[UUID, list[Seen]] = {}
    for seen in await reader.canon.shown_in(scenes):
        found.setdefault(seen.scene_id, []).append(seen)
    return found


def _shown(passage: PassageRead, shows: Mapping[UUID, list[Seen]]) -> frozenset[UUID]:
    return frozenset(seen.fact_id for seen in shows.get(passage.scene_id, ()) if seen.pid in passage.pids)


def _weighed(
    one: tuple[float, str, PassageHit],
    about: Collection[str],
    setups: set[UUID],
    index: Mapping[UUID, int],
) -> Recalled:
    score, reason, hit = one
    passage = hit.passage
    shared = len(set(passage.entity_ids).intersection(about))
    score *= min(MOST_BONUS, 1 + PER_ENTITY * shared)
    if passage.scene_id in setups:
        score, reason = score * SETUP_BONUS, "due_promise"
    return Recalled(hit, score=round(score, 6), reason=reason, index=index[passage.scene_id])
