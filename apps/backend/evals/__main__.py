"""`make eval`: synthetic novels, the product's own services, a report card. No key, no network, seeded."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from evals import ablation, card
from evals.loading import load
from evals.measures.briefing import measure
from evals.measures.judging import JUDGES, measure_judge
from evals.measures.learn import measure_learn
from evals.measures.memory import embed_passages, measure_passages
from evals.measures.world import measure_knowledge, measure_linking, measure_promises, measure_timeline
from evals.neighbour import with_neighbour
from evals.novels.simulator import simulate
from evals.novels.spec import Language, Spec
from evals.real_novels import measure_folder
from evals.report import Figure, markdown, write
from evals.server import database
from infinite_scribe.core.language import language as language_rules
from infinite_scribe.db.sql.engine import Database
from infinite_scribe.llm.embedding import BuiltInEncoder

RESULT = Path(__file__).parents[3] / "build" / "eval.json"
SEED, SCENES = 7, 160
SMALLER = range(20, 10_000, 4)
"""Scenes at which the smaller tiers and the ablations are asked."""


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


async def evaluate(api: Database, user_id: UUID, spec: Spec) -> list[Figure]:
    """Measure one synthetic novel."""
    begun = time.monotonic()
    lang = spec.language
    loaded = await with_neighbour(await load(api, user_id, simulate(spec)))
    _say(f"{lang}: {spec.scenes} scenes loaded after {time.monotonic() - begun:.0f} s")
    figures = card.of_briefing(lang, await measure(loaded))
    for tier, gate in (("compact", 0.85), ("tiny", None)):
        small = await measure(loaded, tier, scenes=SMALLER)
        figures.append(card.share(f"needed facts in the prompt, {tier}", lang, small.recall, gate))
        figures.append(card.most(f"forbidden facts in the prompt, {tier}", lang, len(small.leaks), 0))
        figures.append(card.most(f"prompts over their cap, {tier}", lang, small.overruns, 0))
    _say(f"{lang}: briefings after {time.monotonic() - begun:.0f} s")
    figures += await ablation.controls(loaded, SMALLER)
    encoder = BuiltInEncoder()
    await embed_passages(loaded, encoder)
    figures += card.of_passages(lang, await measure_passages(loaded, encoder))
    figures += card.of_world(
        lang, await measure_timeline(loaded), measure_linking(loaded, language_rules(lang).count),
        await measure_knowledge(loaded), await measure_promises(loaded),
    )  # fmt: skip
    figures += card.of_learning(lang, await measure_learn(loaded))
    with TemporaryDirectory(prefix="is-eval-judges-") as folder:
        for name, judge in JUDGES.items():
            figures += card.of_judge(lang, name, await measure_judge(loaded, judge, Path(folder)))
    _say(f"{lang}: all figures after {time.monotonic() - begun:.0f} s")
    return figures


async def _run(seed: int, scenes: int, languages: list[Language], novels: Path | None) -> list[Figure]:
    figures: list[Figure] = []
    async with database() as (api, user_id):
        for lang in languages:
            figures += await evaluate(api, user_id, Spec(seed, lang, scenes))
        if novels is not None:
            figures += await measure_folder(api, user_id, novels, BuiltInEncoder())
    return figures


def main() -> None:
    """Exit 0 when every gate holds, 1 when one is missed."""
    parser = argparse.ArgumentParser(prog="make eval", description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--scenes", type=int, default=SCENES)
    parser.add_argument("--language", choices=["en", "zh"], help="one language only")
    parser.add_argument("--novels", type=Path, help="a folder of your own novels with question files")
    given = parser.parse_args()
    languages: list[Language] = [given.language] if given.language else ["en", "zh"]
    figures = asyncio.run(_run(given.seed, given.scenes, languages, given.novels))
    print(markdown(figures, f"Report card, seed {given.seed}, {given.scenes} scenes a language"))
    write(figures, given.seed, RESULT)
    if any(one.ok is False for one in figures):
        sys.exit(1)


if __name__ == "__main__":
    main()
