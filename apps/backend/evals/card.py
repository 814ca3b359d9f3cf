"""Turns measured figures into lines of the report card, each with its gate."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean

from evals.measures.briefing import BriefingFigures
from evals.measures.judging import JUDGES, JudgeFigures
from evals.measures.learn import Learnt
from evals.measures.memory import PassageFigures, Way
from evals.measures.world import Linking, Promises, Timeline
from evals.report import Figure
from evals.statistics import Share
from infinite_scribe.providers.judging import LEAST_RIGHT, MOST_FLIPS

NEAR, FAR = ("1", "2–5", "6–20"), ("51–100", ">100")
LEAST_CASES = 20
"""A share of fewer cases is shown, and gates nothing."""


def share(metric: str, language: str, found: Share, gate: float | None = None, note: str = "") -> Figure:
    """Return the line of a share; `gate` is the least that is good enough."""
    ok = None if gate is None or found.of < LEAST_CASES else (found.value or 0.0) >= gate
    return Figure(metric, language, found.value, str(found), f"≥ {gate}" if gate else "", ok, note)


def most(metric: str, language: str, value: float, limit: float, note: str = "") -> Figure:
    """Return the line of a figure that should be small."""
    return Figure(
        metric,
        language,
        value,
        f"{value:g}" if value == int(value) else f"{value:.4f}",
        f"≤ {limit:g}",
        value <= limit,
        note,
    )


def of_briefing(language: str, full: BriefingFigures) -> list[Figure]:
    """Return the lines of a novel at the full tier."""
    near = sum((full.by_distance[name] for name in NEAR), Share())
    far = sum((full.by_distance[name] for name in FAR), Share())
    gap = (near.value or 0) - (far.value or 0)
    misses = ", ".join(f"{name} {count}" for name, count in list(full.misses().items())[:4])
    lines = [share("needed facts in the prompt, 14,000", language, full.recall, 0.95, misses)]
    lines += [
        share(f"… told {name} scenes ago", language, one, 0.90 if name == ">100" else None)
        for name, one in full.by_distance.items()
    ]
    lines += [
        most("… near minus far", language, round(gap, 4), 0.05) if far.of >= LEAST_CASES
        else Figure("… near minus far", language, None, "–", "≤ 0.05", None, "too few far cases"),
        share("… two hops away", language, full.second_hop),
        share("… told in held-out words", language, full.held_out, 0.95),
        *(share(f"… told {chapters} chapters earlier", language, one, 0.95) for chapters, one in full.reach.items()),
        most("forbidden facts in the prompt", language, len(full.leaks), 0, f"of {full.forbidden} chances; {'; '.join(full.leaks[:3])}"),
        most("rows of another book", language, len(full.strangers), 0, "; ".join(full.strangers[:3])),
        most("facts that do not hold now", language, len(full.untimely), 0, "; ".join(full.untimely[:3])),
        most("prompts over their cap", language, full.overruns, 0, f"mean {fmean(y for _, y in full.tokens):.0f} tokens"),
        most("growth of the prompt per 100 scenes", language, round(full.slope_per_100, 4), 0.005)
        if len(full.tokens) > 200
        else Figure("growth of the prompt per 100 scenes", language, full.slope_per_100, f"{full.slope_per_100:.4f}",
                    "≤ 0.005", None, "book too short; measured by `make bench only=briefing`"),
        share("equal bytes for equal input", language, full.repeated, 1.0) if full.repeated.of >= LEAST_CASES
        else most("unequal bytes for equal input", language, full.repeated.of - full.repeated.hits, 0, f"n={full.repeated.of}"),
        Figure("share of a chapter's input that repeats an opening", language, fmean(full.prefix),
               f"{fmean(full.prefix):.3f}", "≥ 0.25", fmean(full.prefix) >= 0.25),
    ]  # fmt: skip
    return lines


def of_passages(language: str, ways: Mapping[Way, PassageFigures]) -> list[Figure]:
    """Return the lines of the search for setups; the gate is on the fused answer, else on the one there is."""
    gated = "fused" if "fused" in ways else "lexical"
    lines = []
    for way, one in ways.items():
        lines.append(
            share(
                f"setup passage among the first 8, {way}", language, one.found, 0.90 if way == gated else None
            )
        )
        mrr = one.mrr or 0.0
        lines.append(
            Figure(f"… mean reciprocal rank, {way}", language, mrr, f"{mrr:.3f}",
                   "≥ 0.7" if way == gated else "", mrr >= 0.70 if way == gated else None)
        )  # fmt: skip
    return lines


def of_learning(language: str, learnt: Learnt) -> list[Figure]:
    """Return the lines about what rewritten scenes teach and what going back returns."""
    return [
        share("facts closed or kept after a rewrite as they should", language, learnt.closed, 1.0, "; ".join(learnt.wrong[:3])),
        most("books that did not come back whole", language, learnt.rollbacks.of - learnt.rollbacks.hits, 0,
             f"n={learnt.rollbacks.of}"),
        most("stores that differ from the truth", language, learnt.projections.of - learnt.projections.hits, 0,
             f"n={learnt.projections.of}"),
    ]  # fmt: skip


def of_world(
    language: str,
    timeline: Timeline,
    linking: Linking,
    knowledge: tuple[Share, list[str]],
    promises: Promises,
) -> list[Figure]:
    """Return the lines about time, names, knowledge and promises."""
    tau = timeline.tau or 0.0
    cells, wrong = knowledge
    return [
        Figure("order of scenes in story time, Kendall's τ", language, tau, f"{tau:.4f}", "≥ 0.98", tau >= 0.98,
               f"{timeline.scenes} scenes"),
        most("dated scenes moved from their date", language, timeline.violations, 0),
        share("mentions linked to the right entry", language, linking.right, 0.95),
        most("false names per 1,000 words", language, round(linking.false_per_1000, 3), 1),
        share("cells of the matrix of knowledge", language, cells, 0.99, "; ".join(wrong[:2])),
        share("promises in the state that happened", language, promises.right),
        most("promises in another state than what happened", language, promises.right.of - promises.right.hits, 0),
        most("promises without a setup nobody ruled on", language, promises.orphans, 0),
    ]  # fmt: skip


def of_judge(language: str, name: str, one: JudgeFigures) -> list[Figure]:
    """Return the lines of a judge on trial. The storyteller has to be good at choosing; the scripted ones must be found
    out. What the studio makes of anybody's answers hangs neither on the order of the drafts nor on their authors.
    """
    honest = name == next(iter(JUDGES))
    choice = one.right["choice"]
    lines = [
        share(f"judge, {name}: pairs told right in both orders", language, choice, LEAST_RIGHT if honest else None),
        share("… sentences at odds found, and no others", language, one.right["clash"]),
        share("… spoilt texts marked lower", language, one.right["marks"]),
        most("… pairs in which the order told", language, one.swayed.value or 0.0, MOST_FLIPS) if honest
        else share("… pairs in which the order told", language, one.swayed),
        most("… more often right where the longer one is better", language, abs(one.by_length), 0.2) if honest
        else Figure("… more often right where the longer one is better", language, one.by_length, f"{one.by_length:+g}"),
        most("… verdicts that turn with the order", language, one.steady.of - one.steady.hits, 0, f"n={one.steady.of}"),
        most("… questions or verdicts that turn with the authors", language, one.blind.of - one.blind.hits, 0,
             f"n={one.blind.of}"),
    ]  # fmt: skip
    if not honest:
        lines.append(
            most("… kinds of trial it passes", language, len(one.trusted), 0, ", ".join(one.trusted))
        )
    return lines
