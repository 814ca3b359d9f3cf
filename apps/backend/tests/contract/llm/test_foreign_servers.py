"""The `llm` process against servers that we did not write: LiteLLM's proxy, and llama.cpp with a random model.

They are large and live in an environment of their own; `make test-protocols` installs them and runs this. Without them
the tests are skipped, loudly.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from servers.databases import TestDatabase

from .foreign import TEXT, ForeignHouse, foreign_house

FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "colour": {"type": "string", "enum": ["grey", "green", "black"]},
        "number": {"type": "integer", "minimum": 1, "maximum": 9},
    },
    "required": ["colour", "number"],
    "additionalProperties": False,
}

pytestmark = [pytest.mark.timeout(180), pytest.mark.protocols]


@pytest.fixture
async def through_litellm(
    fresh_db: TestDatabase, tmp_path: Path, litellm: str
) -> AsyncIterator[ForeignHouse]:
    async with foreign_house(fresh_db, tmp_path, litellm) as house:
        yield house


@pytest.fixture
async def through_llamacpp(
    fresh_db: TestDatabase, tmp_path: Path, llamacpp: str
) -> AsyncIterator[ForeignHouse]:
    async with foreign_house(fresh_db, tmp_path, llamacpp) as house:
        yield house


async def test_litellm_streams_text_with_usage(through_litellm: ForeignHouse) -> None:
    heard = await through_litellm.ask("prose")
    assert heard.done is not None, heard.failed
    assert heard.text == TEXT
    assert heard.done.usage.output_tokens > 0


async def test_litellm_gives_a_typed_answer(through_litellm: ForeignHouse) -> None:
    heard = await through_litellm.ask("form", output_schema=FORM)
    assert heard.done is not None, heard.failed
    assert heard.done.output == {"colour": "grey", "number": 4}


async def test_litellm_refuses_in_our_words(through_litellm: ForeignHouse) -> None:
    unknown = await through_litellm.ask("no-such-model")
    assert unknown.failed is not None
    assert unknown.failed.code == "llm-model-unknown", unknown.failed.problem
    busy = await through_litellm.ask("busy")
    assert busy.failed is not None
    assert busy.failed.code in {"llm-rate-limited", "llm-cut"}, busy.failed.problem


async def test_litellm_is_tested_line_by_line(through_litellm: ForeignHouse) -> None:
    report = await through_litellm.client.probe(
        through_litellm.endpoint, user_id=through_litellm.user, model="prose"
    )
    lines = {line.check: line.ok for line in report.lines}
    assert (lines["reach"], lines["list"], lines["stream"]) == (True, True, True), report.lines
    assert "prose" in report.models


async def test_llamacpp_streams_text_and_counts_it(through_llamacpp: ForeignHouse) -> None:
    heard = await through_llamacpp.ask("random", max_tokens=24, temperature=1.0)
    assert heard.done is not None, heard.failed
    assert heard.text
    assert 0 < heard.done.usage.output_tokens <= 24


async def test_llamacpp_keeps_a_form_by_grammar_whatever_its_weights_say(
    through_llamacpp: ForeignHouse,
) -> None:
    for seed in range(3):
        heard = await through_llamacpp.ask("random", output_schema=FORM, max_tokens=200, seed=seed)
        assert heard.done is not None, heard.failed
        answer = json.loads(heard.text)
        assert answer == heard.done.output
        assert answer["colour"] in FORM["properties"]["colour"]["enum"]
        assert heard.done.rung == "native"


async def test_llamacpp_is_tested_line_by_line(through_llamacpp: ForeignHouse) -> None:
    report = await through_llamacpp.client.probe(through_llamacpp.endpoint, user_id=through_llamacpp.user)
    said = {line.check: line.said for line in report.lines}
    assert (said["reach"], said["list"], said["stream"]) == ("reached", "listed", "streams"), report.lines
