"""The card's lines about judges: a good one passes, one who goes by something else than the text is found out."""

from __future__ import annotations

from pathlib import Path

import pytest
from evals.card import of_judge
from evals.loading import load
from evals.measures.judging import JUDGES, measure_judge
from evals.novels.simulator import simulate
from evals.novels.spec import Language, Spec

from factories.novels import make_user
from infinite_scribe.agents.editor.spoiling import SPOILT, trials_in
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(60)


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_judges_are_told_apart_and_no_verdict_hangs_on_order_or_author(
    fresh_db: TestDatabase, tmp_path: Path, language: Language
) -> None:
    book = await load(fresh_db.api, await make_user(fresh_db.owner), simulate(Spec(11, language, 4)))
    found = {name: await measure_judge(book, judge, tmp_path) for name, judge in JUDGES.items()}
    lines = [line for name, one in found.items() for line in of_judge(language, name, one)]
    assert [line.metric for line in lines if line.ok is False] == []
    honest, first, longer = found.values()
    assert "choice" in honest.trusted
    assert (first.trusted, first.swayed.value, longer.trusted, longer.by_length) == ((), 1.0, (), 1.0)
    pairs = len(trials_in(language).texts) * len(SPOILT)
    assert all(one.steady.hits == one.steady.of == pairs for one in found.values())
    assert all(one.blind.hits == one.blind.of == len(trials_in(language).texts) for one in found.values())
