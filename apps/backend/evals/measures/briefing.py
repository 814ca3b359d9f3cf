"""What a scene needs and what it must not hold, asked of the real briefing."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from evals.loading import Loaded
from evals.novels.spec import Fact, Need, Novel, Scene
from evals.statistics import Share, slope
from infinite_scribe.briefing.document import Briefing
from infinite_scribe.briefing.service import BriefingService
from infinite_scribe.core.tokens import count_tokens

FENCE = b"a key of the evaluation"
ROOM = {"full": 14_000, "compact": 7_000, "tiny": 3_500}
BUCKETS = (("1", 1), ("2–5", 5), ("6–20", 20), ("21–50", 50), ("51–100", 100), (">100", 10**9))
REACH = {10: (8, 14), 20: (16, 28), 40: (32, 10**9)}
WARM_UP = 60

MakeService = Callable[[AsyncSession, Loaded], AbstractAsyncContextManager[BriefingService]]


@asynccontextmanager
async def real_service(session: AsyncSession, loaded: Loaded) -> AsyncIterator[BriefingService]:
    """Yield the product's briefing service as an agent has it."""
    yield BriefingService.of(session, await loaded.scope(session), FENCE)


@dataclass
class BriefingFigures:
    """The figures of one novel at one size of prompt."""

    recall: Share = field(default_factory=Share)
    by_distance: dict[str, Share] = field(default_factory=lambda: {name: Share() for name, _ in BUCKETS})
    by_kind: dict[str, Share] = field(default_factory=dict)
    reach: dict[int, Share] = field(default_factory=lambda: {chapters: Share() for chapters in REACH})
    second_hop: Share = field(default_factory=Share)
    held_out: Share = field(default_factory=Share)
    strangers: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    untimely: list[str] = field(default_factory=list)
    forbidden: int = 0
    overruns: int = 0
    repeated: Share = field(default_factory=Share)
    prefix: list[float] = field(default_factory=list)
    tokens: list[tuple[int, int]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    missed: list[tuple[int, Need]] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)

    @property
    def slope_per_100(self) -> float:
        """Growth of the prompt per 100 scenes, as a share of its mean."""
        warm = [(float(x), float(y)) for x, y in self.tokens if x > WARM_UP]
        if len(warm) < 2:
            return 0.0
        return slope(warm) * 100 / statistics.fmean(y for _, y in warm)

    def misses(self) -> dict[str, int]:
        """Return how often each predicate was missed."""
        found: dict[str, int] = {}
        for _, need in self.missed:
            name = f"{need.kind}:{need.predicate}:{need.hops}"
            found[name] = found.get(name, 0) + 1
        return dict(sorted(found.items(), key=lambda item: -item[1]))


async def measure(
    loaded: Loaded,
    tier: str = "full",
    *,
    scenes: Sequence[int] | None = None,
    make: MakeService = real_service,
) -> BriefingFigures:
    """Ask for the briefing of every scene (or some) and hold it against what is gold."""
    figures, novel = BriefingFigures(), loaded.novel
    wanted = set(scenes) if scenes is not None else {scene.index for scene in novel.scenes}
    before: Briefing | None = None
    for scene in novel.scenes:
        if scene.index not in wanted or scene.index == 1:
            continue
        made = await brief(loaded, scene, tier, figures, make)
        _score(figures, novel, scene, made, ROOM[tier])
        figures.strangers += [
            f"scene {scene.index}: {row['kind']}"
            for row in made.manifest["items"]
            if str(row["id"]).rpartition(":")[2] in loaded.foreign
        ]
        if before is not None and novel.scenes[scene.index - 2].chapter == scene.chapter:
            figures.prefix.append(_common(before.text, made.text) / max(1, len(made.text)))
        before = made
        if scene.index % 10 == 0:
            again = await brief(loaded, scene, tier, figures, make)
            same = again.text == made.text and json.dumps(again.manifest, sort_keys=True) == json.dumps(
                made.manifest, sort_keys=True
            )
            figures.repeated.add(same)
    return figures


async def brief(
    loaded: Loaded, scene: Scene, tier: str, figures: BriefingFigures, make: MakeService = real_service
) -> Briefing:
    """Return the briefing of a scene from a transaction of its own, timed."""
    async with loaded.database.transaction(loaded.rows) as session, make(session, loaded) as service:
        begun = time.perf_counter()
        made = await service.draft(scene.id, room=ROOM[tier])
        figures.seconds.append(time.perf_counter() - begun)
    return made


def _common(one: str, other: str) -> int:
    return next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _score(figures: BriefingFigures, novel: Novel, scene: Scene, made: Briefing, room: int) -> None:
    told = {"fact", "belief", "route", "promise", "rule"}
    kept = {str(row["id"]) for row in made.manifest["items"] if row["id"] and row["kind"] in told}
    rows = [row for row in made.manifest["items"] if row["id"]]
    for need in scene.needs:
        hit = found(novel, need, kept, made.text)
        figures.recall.add(hit)
        figures.by_kind.setdefault(need.kind, Share()).add(hit)
        if not hit:
            figures.missed.append((scene.index, need))
        if need.distance is not None:
            name = next(name for name, most in BUCKETS if need.distance <= most)
            figures.by_distance[name].add(hit)
        if need.hops == 2:
            figures.second_hop.add(hit)
        if (
            need.kind == "fact"
            and novel.facts[need.id].told[-1:]
            and novel.facts[need.id].told[-1].split == "held_out"
        ):
            figures.held_out.add(hit)
        for chapters, (least, most) in REACH.items():
            if need.chapters is not None and least <= need.chapters < most:
                figures.reach[chapters].add(hit)
    believed = {str(row["id"]) for row in rows if row["reason"] == "believes_wrongly"}
    figures.forbidden += len(scene.forbidden)
    for one in scene.forbidden:
        how = leaked(novel, novel.facts[one], kept - believed, made.text)
        if how:
            figures.leaks.append(f"scene {scene.index}: {novel.facts[one].predicate} by {how}")
    for row in rows:
        fact = novel.facts.get(UUID(row["id"])) if row["kind"] == "fact" and _is_uuid(row["id"]) else None
        if fact is not None and not fact.holds_before(scene.index) and scene.mode == "linear":
            figures.untimely.append(
                f"scene {scene.index}: {fact.predicate} {fact.from_scene}–{fact.to_scene}"
            )
    tokens = count_tokens(made.text)
    figures.overruns += tokens > room
    figures.tokens.append((scene.index, tokens))
    figures.missing |= set(made.manifest["missing"])


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def found(novel: Novel, need: Need, kept: set[str], text: str) -> bool:
    """Whether a needed row stands in the briefing: by id, or what it says stands in the words."""
    if str(need.id) in kept:
        return True
    if need.kind == "fact":
        return any(told.quote in text for told in novel.facts[need.id].told)
    if need.kind == "belief":
        mind = next(one for one in novel.knows if one.id == need.id)
        return mind.believed is not None and mind.believed in text
    return False


def _said_otherwise(novel: Novel, fact: Fact, text: str) -> bool:
    """Whether another fact, now past, was told in the very same words."""
    quotes = {told.quote for told in fact.told if told.quote in text}
    return any(
        told.quote in quotes for other in novel.facts.values() if other is not fact for told in other.told
    )


def leaked(novel: Novel, fact: Fact, kept: set[str], text: str) -> str | None:
    """Return how a forbidden fact came into the briefing, if it did."""
    if str(fact.id) in kept:
        return "id"
    if any(told.quote in text for told in fact.told) and not _said_otherwise(novel, fact, text):
        return "quote"
    if fact.predicate == "real_name" and fact.text and fact.text in text:
        return "value"
    return None
