"""Every task of the table through servers that we did not write: LiteLLM's proxy, and llama.cpp with a random model.

Through LiteLLM go the task's real words, and the storyteller's answer comes back. llama.cpp makes a grammar of the
task's form and must keep it, whatever its weights say. A task without a row in `ASKS` fails here too.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from infinite_scribe.model_client.schemas import Message
from infinite_scribe.runs.schemas.tasks import TASKS
from servers import databases
from servers.databases import Lending

from .foreign import VECTOR, Asked, ForeignHouse, foreign_house
from .test_every_task import ASKS

READ_CHARS = 1_200
"""How much of a task's words the random model reads: to its bytes as tokens they are long."""
ROOM = 4_000
WORDLESS = {"editor.check", "librarian.index"}
"""Tasks that never ask for words: code alone, and vectors."""

pytestmark = [pytest.mark.timeout(90), pytest.mark.protocols, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def through_litellm(
    lending: Lending, tmp_path_factory: pytest.TempPathFactory, litellm: str
) -> AsyncIterator[ForeignHouse]:
    database = await databases.open_database(lending)
    async with foreign_house(database, tmp_path_factory.mktemp("house"), litellm) as house:
        yield house
    await databases.give_back(lending, database)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def through_llamacpp(
    lending: Lending, tmp_path_factory: pytest.TempPathFactory, llamacpp: str
) -> AsyncIterator[ForeignHouse]:
    database = await databases.open_database(lending)
    async with foreign_house(database, tmp_path_factory.mktemp("house"), llamacpp) as house:
        yield house
    await databases.give_back(lending, database)


def questions_of(task: str, asked: list[Asked]) -> list[Asked]:
    """Return what a task asks by itself; fails where that is less than its row says."""
    mine = [one for one in asked if one.question.task == task]
    assert ASKS[task] <= {one.question.prompt for one in mine}
    assert mine or task in WORDLESS
    return mine


@pytest.mark.parametrize("task", sorted(TASKS))
async def test_litellm_carries(task: str, asked: list[Asked], through_litellm: ForeignHouse) -> None:
    for one in questions_of(task, asked):
        heard = await through_litellm.ask(one.model, **one.question.request())
        assert heard.done is not None, (one.question.key, heard.failed)
        form = one.question.form
        if form is None:
            assert heard.text == one.words
        else:
            assert form.model_validate(heard.done.output) == form.model_validate_json(one.words)
    if task == "librarian.index":
        # Its mock has one vector to give, however many texts are asked about.
        found = await through_litellm.client.embed(["The jar."], user_id=through_litellm.user)
        assert found.vectors == [VECTOR]


@pytest.mark.parametrize("task", sorted(TASKS.keys() - WORDLESS))
async def test_llamacpp_keeps_the_form_of(
    task: str, asked: list[Asked], through_llamacpp: ForeignHouse
) -> None:
    for one in questions_of(task, asked):
        form = one.question.form
        end = Message(role="user", text=one.question.messages[-1].text[-READ_CHARS:])
        wanted = {**one.question.request(), "messages": [end], "max_tokens": ROOM if form is not None else 40}
        heard = await through_llamacpp.ask("random", **wanted)
        assert heard.done is not None, (one.question.key, heard.failed, heard.text)
        if form is None:
            assert 0 < heard.done.usage.output_tokens <= 40
        else:
            assert heard.done.rung == "native", one.question.key
            assert heard.done.finish_reason == "stop", (one.question.key, heard.text)
            form.model_validate(json.loads(heard.done.text))
