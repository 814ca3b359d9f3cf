"""Where further chapters go: never in front of prose, never behind the planned ending, never over what was planned."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

import pytest

from infinite_scribe.agents.director.outline import faults_at
from infinite_scribe.agents.director.outline_answers import OutlineAnswer, check_outline
from infinite_scribe.agents.director.outline_layout import Layout, Shelf, Slot, arc_at, lay_out
from infinite_scribe.agents.director.rows import ROOM_FOR_FAULTS, ROOM_FOR_REST, within
from infinite_scribe.plot.plan_wire import PlannedArc
from infinite_scribe.runs.execution import LARGEST_OUTPUT_BYTES
from infinite_scribe.runs.rules import journal_bytes
from infinite_scribe.runs.schemas.plan_inputs import OutlineInput, OutlineResult
from infinite_scribe.structure.schemas import ChapterNode, SceneNode

PART = UUID(int=1)
NODE: dict[str, Any] = {
    "title": "", "status": "idea", "stale": False, "locked": False, "story_from": None, "story_to": None,
    "story_mode": "linear", "t_from": None, "t_to": None, "time_certainty": None,
}  # fmt: skip


def shelf(states: str, arcs: str = "") -> Shelf:
    """Return chapters: `w` written, `h` its first scene alone, `p` planned, `b` blank, `l` blank and locked; `arcs` names the arc of each."""
    chapters, written = [], set()
    for at, state in enumerate(states):
        one = uuid5(PART, str(at))
        scene = SceneNode.model_validate({**NODE, "id": uuid5(one, "scene"), "chapter_id": one})
        scenes = [scene]
        if state in "wh":
            written.add(scene.id)
        if state == "h":
            scenes.append(scene.model_copy(update={"id": uuid5(one, "second")}))
        chapters.append(
            ChapterNode(
                id=one, part_id=PART, title="", number=at + 1, status="idea", purpose="", pov_id=None, window={},
                one_line="A line." if state in "whp" else "", places=[], tension=None, opening_type=None,
                closing_type=None, word_budget=None, threads=[], stale=False, locked=state == "l", scenes=scenes,
                arc_id=UUID(int=int(arcs[at])) if arcs and arcs[at] != "0" else None,
            )
        )  # fmt: skip
    return Shelf(chapters, written, set())


def places(found: Layout, held: Shelf) -> tuple[list[int], int | None]:
    """Return the numbers of the slots, and behind which chapter new ones stand."""
    numbers = {str(one.id): one.number for one in held.chapters}
    assert all(slot.chapter is None or numbers[slot.chapter] == slot.number for slot in found.slots)
    return [one.number for one in found.slots], numbers.get(found.after or "")


@pytest.mark.parametrize(
    ("states", "chapters", "numbers", "after"),
    [
        ("wwp", 2, [3, 4], 2),  # in front of the planned ending
        ("www", 2, [4, 5], 3),  # nothing is planned: at the end
        ("p", 2, [2, 3], 1),  # one planned chapter is a beginning
        ("pp", 1, [2], 1),
        ("b", 3, [1, 2, 3], 1),  # a blank book: its chapter first
        ("wbp", 2, [2, 3], 2),  # blank ones are filled first
        ("wbbp", 1, [2], 3),
        ("bwp", 1, [3], 2),  # a blank one in front of prose was left so
        ("wlp", 1, [3], 2),  # a locked one is nobody's
        ("wpb", 1, [3], 3),  # a blank last chapter is no ending
    ],
)
def test_new_chapters_go_between_prose_and_ending(
    states: str, chapters: int, numbers: list[int], after: int | None
) -> None:
    held = shelf(states)
    found = lay_out(held, OutlineInput(chapters=chapters), target=99)
    assert places(found, held) == (numbers, after)
    assert found.total == len(states) + sum(one.chapter is None for one in found.slots)
    assert Layout.of(found.kept()) == found


@pytest.mark.parametrize(
    ("states", "ahead"), [("wwp", 1), ("wh", 1), ("whp", 2), ("hw", 0), ("ww", 0), ("b", 0)]
)
def test_a_chapter_that_is_half_written_is_ahead(states: str, ahead: int) -> None:
    assert shelf(states).ahead() == ahead


def fault(chapter: int | None, why: str = "why", severity: str = "error") -> dict[str, Any]:
    return {"rule": "X", "severity": severity, "where": "", "why": {"en": why, "zh": why}, "chapter": chapter}


def test_only_answers_with_a_fault_are_asked_again() -> None:
    first, second = [Slot(3), Slot(4)], [Slot(5)]
    here, everywhere = fault(5), fault(None)
    assert (faults_at([here, everywhere], first), faults_at([here, everywhere], second)) == (
        [],
        [here, everywhere],
    )
    assert faults_at([everywhere], first) == [everywhere]
    assert faults_at([], first) == []


def test_a_hundred_chapters_in_chinese_fit_into_the_journal() -> None:
    line = "他推开门，看见雨里站着一个不该回来的人。" * 12
    faults = [fault(number, line, "warning") for number in range(100)] + [fault(None, line)]
    assert within(faults, ROOM_FOR_FAULTS)[0]["severity"] == "error"
    assert len(within(faults, ROOM_FOR_FAULTS)) < len(faults)
    ids = [str(uuid5(PART, str(number))) for number in range(100)]
    chapters = [{"op": "add", "kind": "chapter", "id": one} for one in ids]
    promises = [{"op": "link", "kind": "promise", "id": one, "to": one} for one in ids]
    refused = [{"chapter": line[:100], "why": "author"} for _ in ids]
    result = OutlineResult(
        items=[one["id"] for one in (*chapters, *promises)], chapters=ids, applied=[*chapters, *promises], revision=1,
        refused=within(refused, ROOM_FOR_REST), faults=within(faults, ROOM_FOR_REST),
    )  # fmt: skip
    assert 20_000 < journal_bytes(result.model_dump(mode="json")) <= LARGEST_OUTPUT_BYTES
    assert journal_bytes("雨" * 10) == 32


def test_up_to_the_end_a_book_gets_what_it_lacks_and_no_more() -> None:
    held = shelf("wbp")
    assert [one.number for one in lay_out(held, OutlineInput(until="end"), 5).slots] == [2, 3, 4]
    assert lay_out(shelf("wwp"), OutlineInput(), 3).slots == ()
    assert lay_out(shelf("wwww"), OutlineInput(until="end"), 3).slots == ()


def test_chapters_of_an_arc_stand_behind_its_last_and_never_in_front_of_prose() -> None:
    arc = PlannedArc(
        id=UUID(int=1), title="", opens_question="", closes_question="", value_from="", value_to="",
        span_from=0.0, span_to=0.5, locked=False,
    )  # fmt: skip
    held = shelf("wppp", "1122")
    assert places(lay_out(held, OutlineInput(chapters=2, arc=arc.id), 8, arc), held) == ([3, 4], 2)
    held = shelf("wwwp", "1122")
    assert places(lay_out(held, OutlineInput(chapters=1, arc=arc.id), 8, arc), held) == ([4], 3)
    held = shelf("wpp", "122")
    assert len(lay_out(held, OutlineInput(arc=arc.id), 8, arc).slots) == 3


def test_what_stands_behind_new_chapters_is_counted_on() -> None:
    found = Layout((Slot(3), Slot(4)), "p", "c", 6)
    assert [found.moved(number, 4) for number in (1, 2, 3, 4)] == [1, 2, 5, 6]


def test_an_arc_holds_the_chapters_of_its_span() -> None:
    spans = [("a", 0.0, 0.5), ("b", 0.5, 1.0), ("whole", 0.0, 1.0)]
    assert [arc_at(spans, number, 4) for number in (1, 2, 3, 4)] == ["a", "a", "b", "b"]
    assert arc_at([], 1, 4) is None


def test_what_is_wrong_with_an_outline_is_said() -> None:
    chapter = {"title": "Rain", "one_line": "It rains.", "purpose": "Wet.", "tension": 3}
    answer = OutlineAnswer.model_validate(
        {"chapters": [{**chapter, "arc": "A9", "keeps": ["O7"]}, {**chapter, "turning": "whatever"}]}
    )
    assert answer.chapters[1].turning is None
    wrong = " | ".join(check_outline(answer, 3, ["A1"], {"O1"}, ["It snows."], new_arcs=1))
    for part in (
        "3 chapters were asked for",
        "no arcs",
        "A9 is no arc",
        "O7 is no open promise",
        "happens already",
    ):
        assert part in wrong
    assert "happens already" in " ".join(check_outline(answer, 2, ["A1"], {"O7"}, ["it RAINS!"]))
