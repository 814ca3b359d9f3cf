"""A folder that a user supplies: its questions are asked by words, by meaning and by both."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from evals.real_novels import measure_folder

from factories.novels import make_user
from servers.databases import TestDatabase

KEY = "He hid the copper key beneath the third stair."


class ByLetters:
    """Vectors of the letters in a text, so that the same words are near each other."""

    async def encode(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector per text."""
        return [[float(text.casefold().count(chr(97 + n))) for n in range(26)] for text in texts]


async def test_a_folder_is_measured_side_by_side_and_a_text_without_questions_is_said_to_be(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    rest = [
        f"On day {n} {hashlib.sha256(str(n).encode()).hexdigest()} boats lay in the harbour."
        for n in range(50)
    ]
    (tmp_path / "moor.txt").write_text("\n\n".join([*rest[:25], KEY, *rest[25:]]), "utf-8")
    asked = [
        {"ask": "Where was the copper key?", "quote": KEY},
        {"ask": "Where was it?", "quote": "not in the text"},
    ]
    (tmp_path / "moor.questions.json").write_text(json.dumps({"language": "en", "questions": asked}), "utf-8")
    (tmp_path / "alone.txt").write_text("Nothing.", "utf-8")
    author = await make_user(fresh_db.owner)
    lines = await measure_folder(fresh_db.api, author, tmp_path, ByLetters())
    found = {one.metric: one for one in lines}
    assert found["alone: passages"].note == "no alone.questions.json"
    for way in ("lexical", "meaning", "fused"):
        assert found[f"moor: … mean reciprocal rank, {way}"].value is not None
    assert found["moor: setup passage among the first 8, lexical"].value == 0.5
    assert found["moor: setup passage among the first 8, fused"].value == 0.5
    by_words = await measure_folder(fresh_db.api, author, tmp_path)
    assert [one.metric for one in by_words if "meaning" in one.metric] == []
