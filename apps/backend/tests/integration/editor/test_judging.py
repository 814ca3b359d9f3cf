"""Marks of a chapter stand on its words; a model that reads little is given a chapter in more parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from factories.judges import hosted_judge, shown_in_shipped_words
from factories.loop import StoryModels
from factories.providers import choose_model, know_model, make_endpoint
from factories.readers import make_room
from infinite_scribe.agents.editor.spoiling import trials_in
from infinite_scribe.core.language import language as language_rules
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(60)


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_the_storyteller_marks_what_it_can_count_and_says_what_it_cannot(
    fresh_db: TestDatabase, tmp_path: Path, language: str
) -> None:
    room = await make_room(fresh_db, tmp_path, language)
    pages = language_rules(language).paragraphs(trials_in(language).texts[0].text)
    await room.write(*pages)
    async with room.open(StoryModels()):
        run = await room.ask("editor.judge", chapter=str(room.book.chapter_id))
        only = await room.ask("editor.judge", chapter=str(room.book.chapter_id), criteria=["prose", "stakes"])
    assert run.result is not None
    assert only.result is not None
    assert run.result["unmarked"] == ["character", "stakes"]
    for mark in run.result["marks"]:
        assert 0 <= mark["score"] <= 20
        for reason in mark["reasons"]:
            assert any(reason["quote"] in page for page in pages)
            assert reason["scene"] == str(room.book.scene_id)
    assert [one["criterion"] for one in only.result["marks"]] == ["prose"]
    assert only.result["unmarked"] == ["stakes"]


async def test_marks_without_words_of_the_chapter_are_dropped_and_counted(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    room = await make_room(fresh_db, tmp_path)
    await room.write("The bell rang twice over the black water.")
    mark = {"criterion": "prose", "score": 12, "why": "Exact."}
    said = [
        {**mark, "quote": "rang twice over the black water"},
        {**mark, "criterion": "stakes", "quote": "a masterpiece from start to end"},
        {**mark, "criterion": "pacing", "score": 99, "quote": "rang twice over the black water"},
    ]
    models = StoryModels(lambda task, answer, _: {"marks": said} if task == "editor.judge" else answer)
    async with room.open(models):
        run = await room.ask("editor.judge", chapter=str(room.book.chapter_id))
    assert run.result is not None
    assert [one["criterion"] for one in run.result["marks"]] == ["prose"]
    assert run.result["dropped"] == 2


async def test_a_model_that_reads_little_is_given_a_chapter_in_more_parts(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    room = await make_room(fresh_db, tmp_path)
    await room.write(*(f"On day {n} the bell rang over the black water of the bay. " * 12 for n in range(24)))
    user, owner = room.book.user_id, fresh_db.owner
    endpoint = await make_endpoint(owner, user, "http://127.0.0.1:9/v1")
    models = StoryModels()
    async with room.open(models):
        await room.ask("editor.judge", chapter=str(room.book.chapter_id))
        whole = len(models.requests)
        await choose_model(owner, user, "editor", endpoint, "small")
        await know_model(owner, user, endpoint, "small", context_tokens=4_000)
        await room.ask("editor.judge", chapter=str(room.book.chapter_id))
    assert whole == 1
    parts = models.requests[1:]
    assert len(parts) > 1
    assert all(sum(one.tokens for one in part.manifest if one.kept) <= 3_500 for part in parts)


@pytest.mark.parametrize("answers", ["tried", "demo/storyteller"])
async def test_trust_covers_the_model_that_was_tried_and_the_criteria_it_was_tried_at(
    fresh_db: TestDatabase, tmp_path: Path, answers: str
) -> None:
    room = await make_room(fresh_db, tmp_path)
    await room.write(*language_rules("en").paragraphs(trials_in("en").texts[0].text))
    shown = shown_in_shipped_words("marks", 15, 15)
    await hosted_judge(fresh_db.owner, room.book.user_id, "tried", **shown)
    asked = {"chapter": str(room.book.chapter_id), "criteria": ["prose", "structure", "pacing"]}
    async with room.open(StoryModels(model=answers)):
        run = await room.ask("editor.judge", **asked)
    opinion = {"rule": "judge", "reason": "uncalibrated", "count": 1}
    tried = {**opinion, "criteria": ["pacing"]}
    assert (run.result or {})["not_evaluated"] == [tried if answers == "tried" else opinion]
