"""The harness itself: its novels are seeded, its plans give nothing away, and its figures say what they mean."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from uuid import uuid4

import pytest
from evals import card
from evals.measures.briefing import found, leaked
from evals.measures.memory import PassageFigures
from evals.novels import templates_en, templates_zh
from evals.novels.renderer import SPLITS
from evals.novels.simulator import simulate
from evals.novels.spec import Language, Need, Novel, Scene, Spec
from evals.report import Figure, markdown
from evals.statistics import Share, kendall, slope

from infinite_scribe.llm import demo

LANGUAGES: tuple[Language, ...] = ("en", "zh")
ONE_END = {"contained_in", "held_by", "opens", "leads", "member_of"}
"""What is asked for is one of two ends, so a beat may name the other one only."""


@pytest.fixture(scope="module", params=[(language, seed) for language in LANGUAGES for seed in (3, 7)])
def novel(request: pytest.FixtureRequest) -> Novel:
    language, seed = request.param
    return simulate(Spec(seed, language, 80))


def plan(scene: Scene) -> list[str]:
    """Return all that card and beats say; there is no instruction in the harness."""
    return [scene.summary, scene.goal, scene.conflict, scene.turn, *scene.beats]


def test_the_same_seed_gives_the_same_novel_and_another_seed_another() -> None:
    one, again, other = (simulate(Spec(seed, "en", 20)) for seed in (5, 5, 6))
    assert one == again
    assert one.scenes[10].paragraphs != other.scenes[10].paragraphs


def test_no_needed_fact_stands_in_card_beats_or_instruction(novel: Novel) -> None:
    checked = 0
    for scene in novel.scenes:
        said = "\n".join(plan(scene))
        for need in scene.needs:
            if need.kind != "fact":
                continue
            fact = novel.facts[need.id]
            checked += 1
            assert not any(told.quote in said for told in fact.told)
            assert fact.text is None or fact.text not in said
            if fact.predicate in ONE_END and fact.object is not None:
                ends = {novel.things[one].name for one in (fact.subject, fact.object)}
                assert not any(all(name in beat for name in ends) for beat in scene.beats), fact.predicate
    assert checked > 100


def test_what_is_needed_is_never_forbidden_and_holds_when_the_scene_begins(novel: Novel) -> None:
    for scene in novel.scenes:
        wanted = {need.id for need in scene.needs if need.kind == "fact"}
        assert not wanted & set(scene.forbidden)
        assert all(novel.facts[one].holds_before(scene.index) for one in wanted)
    assert sum(len(scene.forbidden) for scene in novel.scenes) > 100


def test_claims_and_mentions_stand_where_they_say(novel: Novel) -> None:
    kinds = set()
    for scene in novel.scenes:
        texts = dict(scene.paragraphs)
        for claim in scene.claims:
            kinds.add(claim.modality)
            assert 0 <= claim.start < claim.end <= len(texts[claim.pid])
            if claim.fact is not None:
                told = {one.quote for one in novel.facts[claim.fact].told if one.scene == scene.index}
                assert texts[claim.pid][claim.start : claim.end] in told
        for pid, start, end, entity in scene.mentions:
            names = {novel.things[entity].name, *novel.things[entity].aliases}
            assert texts[pid][start:end].casefold() in {name.casefold() for name in names}
    assert kinds >= {"narrated", "spoken", "written", "thought", "figurative"}


@pytest.mark.parametrize("templates", [templates_en, templates_zh])
def test_each_predicate_has_eight_paraphrases_of_which_two_are_held_out(templates: ModuleType) -> None:
    assert [SPLITS.count(one) for one in ("train", "dev", "held_out")] == [4, 2, 2]
    assert set(templates.SAY) == set(templates.ASK)
    for predicate, ways in templates.SAY.items():
        assert len(ways) == len(set(ways)) == len(SPLITS), predicate
    for predicate in (*ONE_END, "origin"):
        beat = templates.ASK[predicate][1]
        assert not ("{s}" in beat and "{o}" in beat), predicate


def test_the_templates_share_no_line_with_the_demo_model() -> None:
    home = Path(demo.__file__).parent
    written = "\n".join(
        path.read_text("utf-8")
        for path in home.rglob("*")
        if path.suffix in {".py", ".json", ".md", ".txt", ".toml"}
    )
    for templates in (templates_en, templates_zh):
        ways = [line for some in templates.SAY.values() for line in some]
        assert [line for line in (*ways, *templates.FILLER) if line in written] == []


def test_a_needed_fact_counts_by_id_or_by_its_words_and_a_forbidden_one_too() -> None:
    novel = simulate(Spec(7, "en", 20))
    scene = next(scene for scene in novel.scenes if any(need.kind == "fact" for need in scene.needs))
    need = next(need for need in scene.needs if need.kind == "fact")
    fact = novel.facts[need.id]
    assert not found(novel, need, set(), "nothing of it")
    assert found(novel, need, {str(fact.id)}, "")
    assert found(novel, need, set(), f"It is said: {fact.told[-1].quote}")
    assert not found(novel, Need("promise", uuid4(), "promise", 3), {str(fact.id)}, fact.told[-1].quote)
    assert leaked(novel, fact, {str(fact.id)}, "") == "id"
    assert leaked(novel, fact, set(), fact.told[-1].quote) == "quote"
    assert leaked(novel, fact, set(), "nothing of it") is None


def test_shares_have_wilsons_interval_and_ranks_have_kendalls_tau() -> None:
    share = Share(95, 100)
    low, high = share.wilson()
    assert (round(low, 3), round(high, 3)) == (0.888, 0.978)
    assert str(Share()) == "–"
    assert kendall([(1, 1), (2, 2), (3, 3)]) == 1
    assert kendall([(1, 3), (2, 2), (3, 1)]) == -1
    assert slope([(0, 1), (100, 3)]) == pytest.approx(0.02)


def test_passages_count_among_the_first_eight_and_by_rank() -> None:
    figures = PassageFigures()
    for rank in (1, 4, 9, None):
        figures.add(rank)
    assert (figures.found.hits, figures.found.of) == (2, 4)
    assert figures.mrr == pytest.approx((1 + 1 / 4 + 1 / 9) / 4)


def test_a_share_of_few_cases_gates_nothing_and_a_missed_gate_is_counted() -> None:
    few, many = card.share("few", "en", Share(1, 5), 0.95), card.share("many", "en", Share(18, 20), 0.95)
    assert (few.ok, many.ok) == (None, False)
    shown = markdown([few, many, Figure("held", "en", 0.0, "0", "≤ 0", ok=True)], "Card")
    assert "1 of 2 gates missed." in shown
    assert "| ✗ | many | en |" in shown
