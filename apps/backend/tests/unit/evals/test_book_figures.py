"""What is measured of a whole book: growth, proofs and where the input went."""

from __future__ import annotations

from typing import Any

from evals.book_figures import (
    Book,
    doubt,
    figures,
    is_explained,
    is_realised,
    per_scene,
    pooled,
    slope,
    spent_on,
    unproven,
)

TEXT = "Ada locked the lamp room and put the key under the third stone.\n\nNobody saw her leave the harbour."
BEATS = ["Ada locks the lamp room and hides the key under a stone.", "Ada leaves the harbour unseen."]


def call(chapter: str, task: str, tokens: int, run: str = "r", **slots: int) -> dict[str, Any]:
    return {
        "chapter": chapter,
        "task": task,
        "run_id": run,
        "usage": {"input_tokens": tokens},
        "manifest": {"tokens_by_slot": slots},
    }


def verdict(beat: str, quote: str, said: str = "met") -> dict[str, Any]:
    return {"beat": beat, "verdict": said, "quote": quote}


def test_growth_is_a_share_of_the_mean_and_flat_is_nothing() -> None:
    assert slope([100.0, 100.0, 100.0]) == 0
    assert round(slope([90.0, 100.0, 110.0]), 3) == 0.1
    assert slope([1.0, 900.0]) == 0
    assert doubt([90.0, 100.0, 110.0, 120.0]) < 1e-9
    assert doubt([100.0, 140.0, 100.0, 140.0, 100.0]) > 0.05


def test_several_books_halve_the_doubt_and_keep_the_mean() -> None:
    noisy = [100.0, 140.0, 100.0, 140.0, 100.0]
    one, many = pooled([noisy]), pooled([noisy] * 4)
    assert many == (one[0], one[1] / 2)
    assert pooled([[90.0, 100.0, 110.0], [100.0, 100.0, 100.0]])[0] == 0.05


def test_a_card_of_several_books_counts_all_of_them() -> None:
    scene = {
        "scene": "s",
        "beats": 1,
        "unproven": [],
        "taken": [],
        "missed": [],
        "fixed": 0,
        "thrown_away": 0,
    }
    kept, long = {**scene, "words": 100, "budget": 100}, {**scene, "words": 120, "budget": 100}
    first = Book("en", "weak", chapters=12, scenes=[kept], accepted_tokens=1_000)
    second = Book(
        "en", "weak", chapters=11, scenes=[long], failed=["cut"], question="And now?", accepted_tokens=1_000
    )
    first.calls = second.calls = [call("a", "writer.draft_scene", 3_000)]
    card = {one.metric: one for one in figures([first, second])}
    assert (card["failed runs"].ok, card["questions that stopped a book"].value) == (False, 1)
    assert card["chapters written"].value == 23
    assert card["word budgets within ±10 %"].shown == "1/2"
    assert card["gross input per 1,000 accepted tokens"].value == 3_000


def test_input_per_scene_counts_every_call_of_its_chapter() -> None:
    book = Book("en")
    book.calls = [
        call("a", "director.cards", 100),
        call("a", "writer.draft_scene", 300, "d1", **{"3": 40}),
        call("a", "writer.draft_scene", 300, "d2", **{"3": 60}),
        call("b", "writer.draft_scene", 500, "d3"),
        call("", "librarian.summarise", 9_000),
    ]
    assert per_scene(book) == [350.0, 500.0]
    spent = spent_on(book)
    assert spent["calls"]["writer.draft_scene"] == [2, 1]
    assert spent["tokens"]["director.cards"] == [100, 0]
    assert spent["slots"] == {"writer.draft_scene/3": [100, 0]}


def test_a_beat_is_proven_by_words_that_still_stand_or_by_its_own() -> None:
    _, second = BEATS
    kept = verdict("B1", "put the key under the third stone")
    assert unproven(TEXT, BEATS, [kept, verdict("B2", "")]) == ([second], [])
    assert unproven(TEXT, [second], [verdict("B1", "Nobody saw her leave the harbour.")]) == ([], [])
    assert unproven(TEXT, [second], [verdict("B1", "She rowed away unseen.")]) == ([second], [second])
    assert unproven(TEXT, [second], [verdict("B1", "Nobody saw her leave", "unverified")]) == ([second], [])


def test_a_scene_is_realised_when_all_of_its_card_stands_in_it() -> None:
    scene = {"beats": 2, "unproven": [], "missed": []}
    assert is_realised(scene)
    assert not is_realised({**scene, "unproven": ["one"]})
    assert not is_realised({**scene, "missed": ["the key"]})
    assert not is_realised({**scene, "beats": 0})


def test_what_a_repair_took_away_is_told_and_what_nobody_says_is_not() -> None:
    book = Book("en", explained={("s", "one"), ("s", "the key"), ("other", "two")})
    scene = {"scene": "s", "beats": 2, "unproven": ["two"], "taken": ["two"], "missed": [], "fixed": 0}
    assert not is_explained(scene, book)
    assert is_explained({**scene, "fixed": 1}, book)
    assert not is_explained({**scene, "fixed": 1, "taken": []}, book)
    assert is_explained({**scene, "unproven": ["one"]}, book)
    assert not is_explained({**scene, "unproven": ["one", "two"]}, book)
    assert is_explained({**scene, "unproven": [], "missed": ["the key"]}, book)
    assert not is_explained({**scene, "unproven": [], "missed": ["the lamp"]}, book)
