"""What stands when a step is tried again."""

from __future__ import annotations

from typing import Any

import pytest

from infinite_scribe.runs.standing import effect_of, first_undone, owners

TEXT = {"versions": ["v"], "proposals": []}


@pytest.mark.parametrize(
    ("task", "taken", "asked", "effect"),
    [
        ("director.outline", {"outline1": {}, "write": {}}, True, "write"),
        ("director.outline", {"outline1": {}}, True, None),
        ("director.begin_book", {"premise": {}, "book/write": {}}, False, "book/write"),
        ("director.begin_book", {"first/draft": {}}, True, None),
        ("director.write_chapter", {"chapter/scenes": [], "scene1/draft": TEXT}, True, "scene1/draft"),
        ("director.write_chapter", {"scene1/draft": TEXT, "scene1/accept": 3}, True, None),
        ("director.write_chapter", {"chapter/scenes": [], "scene1/draft": {"left": "asked"}}, True, None),
        ("director.write_chapter", {"chapter/scenes": [], "scene1/draft": TEXT, "scene1/off": True}, True, None),
        ("director.write_chapter", {"chapter/scenes": [], "scene1/draft2/draft": TEXT, "scene1/off": True}, True,
         "scene1/draft2/draft"),
        ("director.write_book", {"chapter2": TEXT}, True, "chapter2"),
        ("director.write_book", {"chapter2": TEXT}, False, None),
        ("director.write_book", {"chapter2": {**TEXT, "stopped": "plan"}}, True, None),
        ("writer.draft_scene", {"write": {}}, True, None),
    ],
)  # fmt: skip
def test_a_step_whose_effect_stands_is_not_done_twice(
    task: str, taken: dict[str, Any], asked: bool, effect: str | None
) -> None:
    assert effect_of(task, taken, asked=asked) == effect


def test_an_earlier_scene_does_not_follow_from_the_beats_of_a_later_one() -> None:
    paths = ["scene2/beats/ask", "scene2/beats", "scene1/draft", "gate:accept", "scene1/accept", "scene2/spent",
             "gate:spend", "scene2/draft", "replan/look"]  # fmt: skip
    assert owners(paths) == [2, 2, 1, 1, 1, 2, 2, 2, 0]
    assert first_undone("director.write_chapter", "scene2/beats", paths) == 2
    assert first_undone("director.write_book", "scene2/beats", paths) == 0
    assert first_undone("director.write_chapter", "chapter/scenes", ["chapter/scenes", *paths]) == 0
    asked = ["scene2/beats", "scene1/beats/lint1", "gate:plan", "scene1/draft"]
    assert first_undone("director.write_chapter", "scene2/beats", asked) == 0
