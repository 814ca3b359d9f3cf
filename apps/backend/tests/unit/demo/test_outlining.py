"""Further chapters by the storyteller: of the book's own people and places, none like another, ever tenser."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from infinite_scribe.agents.director.outline_answers import AT_ONCE, OutlineAnswer, check_outline
from infinite_scribe.llm.demo.storyteller import answer, teller_of

IDEAS = {"en": "a lighthouse keeper who sells storms", "zh": "一个替人保管影子的当铺掌柜"}
PLANNED, WANTED = 10, 30


def begun(language: str) -> dict[str, Any]:
    """Return what the director reads of a book that was begun: ten chapters, the last of them the ending."""
    asked = {"idea": IDEAS[language], "length": "novel", "pov": "close_third", "tone": ""}
    seed = (
        answer("worldsmith.options", {**asked, "stage": "seed", "count": 1}, None, 7, language).output or {}
    )
    concept = {**seed["options"][0]["body"], "title": seed["options"][0]["title"]}
    base = {**asked, "concept": concept, "chapters": PLANNED}

    def stage(name: str, **more: Any) -> dict[str, Any]:
        return answer("worldsmith.complete", {**base, "stage": name, **more}, None, 7, language).output or {}

    cast, places = stage("characters")["cast"], stage("world")["places"]
    lines = stage("plot", cast=cast, places=places)["lines"]
    rows = [
        {**line, "number": number if number < PLANNED else PLANNED + WANTED, "state": "planned"}
        for number, line in enumerate(lines, start=1)
    ]
    return {
        "novel": {"title": concept["title"], "logline": concept["logline"], "genres": concept["genres"]},
        "cast": [{name: one[name] for name in ("name", "role", "line")} for one in cast],
        "places": places, "plan": rows, "question": "", "ending": "", "arcs": [], "new_arcs": 3, "promises": [],
    }  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
def test_thirty_chapters_are_all_different_and_of_the_book(language: str) -> None:
    data, made, arcs = begun(language), [], []
    data["promises"] = [{"handle": "O1", "earliest": 12, "latest": 20, "weight": 4}]
    for first in range(PLANNED, PLANNED + WANTED, AT_ONCE):
        numbers = list(range(first, min(first + AT_ONCE, PLANNED + WANTED)))
        asked = {**data, "to_plan": {"numbers": numbers, "of": PLANNED + WANTED}}
        said = OutlineAnswer.model_validate(answer("director.outline", asked, None, 7, language).output)
        handles = [one["handle"] for one in data["arcs"]]
        told = [row["one_line"] for row in data["plan"]]
        assert check_outline(said, len(numbers), handles, {"O1"}, told, new_arcs=data["new_arcs"]) == []
        made += said.chapters
        arcs += said.arcs
        data["plan"] = sorted(
            [*data["plan"], *({"number": n, **one.model_dump()} for n, one in zip(numbers, said.chapters, strict=True))],
            key=lambda row: int(row["number"]),
        )  # fmt: skip
        taken = [one.turning for one in made if one.turning]
        data["arcs"] = [
            {"handle": f"A{n}", "from": one.span_from, "to": one.span_to, "turns": taken}
            for n, one in enumerate(arcs, start=1)
        ]
        data["new_arcs"], data["promises"] = 0, [] if any(one.keeps for one in made) else data["promises"]
    assert len({one.one_line for one in made}) == WANTED
    assert len({one.title for one in made}) == WANTED
    assert not [one for one in made if "{" in one.one_line + one.purpose + one.title]
    assert {one.arc for one in made} <= {"A1", "A2", "A3"}
    assert [one.arc for one in made] == sorted(str(one.arc) for one in made)
    turns = [one.turning for one in made if one.turning]
    assert len(turns) == len(set(turns))
    tension = [one.tension for one in made]
    assert sum(tension[:10]) < sum(tension[10:20]) < sum(tension[20:])
    assert all(later >= earlier - 1 for earlier, later in pairwise(tension))
    kept = [number for number, one in enumerate(made, start=PLANNED) if one.keeps]
    assert len(kept) == 1
    assert 12 <= kept[0] <= 20
    shapes = [teller_of(language).reader.shape_of([one.one_line, one.purpose, one.title]) for one in made]
    assert all(shapes), "a chapter's own plan is read back"
    assert all(one != other for one, other in pairwise(shapes))


def test_the_author_is_heard_and_faults_are_put_right() -> None:
    data = begun("en")
    data |= {"to_plan": {"numbers": [10, 11], "of": 12}, "promises": [{"handle": "O1", "latest": 12}]}
    said = answer("director.outline", {**data, "instruction": "More rain"}, None, 7, "en").output or {}
    assert "More rain" in said["chapters"][0]["purpose"]
    assert [one["keeps"] for one in said["chapters"]] == [[], ["O1"]]
    again = answer("director.outline", {**data, "faults": ["P-WINDOW: outside"]}, None, 7, "en").output or {}
    assert [one["keeps"] for one in again["chapters"]] == [[], []]


def test_events_of_the_plot_that_no_chapter_tells_are_told_first() -> None:
    data = {**begun("zh"), "to_plan": {"numbers": [10, 11], "of": 12}, "events": ["码头起火。"]}
    said = answer("director.outline", data, None, 7, "zh").output or {}
    assert said["chapters"][0]["purpose"] == "码头起火。"
    assert said["chapters"][1]["purpose"] != "码头起火。"
