"""How a form is asked for, as the real `llm` does it: by the model's profile, a rung lower on wish, in lines at the end."""

from __future__ import annotations

from collections import Counter
from typing import Any

from factories.calls import a_request
from factories.providers import choose_model
from infinite_scribe.agents.worldsmith.answers import SparksAnswer
from infinite_scribe.calls.service import CallService
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.providers.rules import DEMO_ENDPOINT_ID
from servers.fake_provider import Habit

from .conftest import Heard, Studio

DATA = {"language": "en", "seed": 1, "task": "worldsmith.sparks", "count": 3}
SCHEMA = SparksAnswer.model_json_schema()


async def sparks(studio: Studio, model: str, **values: Any) -> Heard:
    wanted = {
        "endpoint_id": DEMO_ENDPOINT_ID, "model": model, "task": "worldsmith.sparks", "data": DATA, "output_schema": SCHEMA,
    }  # fmt: skip
    return await studio.ask(a_request(studio.user, **{**wanted, **values}))


async def test_lines_are_asked_for_in_lines_and_read_as_the_same_object(studio: Studio) -> None:
    whole, lite = (
        await sparks(studio, "demo/storyteller"),
        await sparks(studio, "demo/storyteller", rung="lite"),
    )
    assert whole.done is not None
    assert lite.done is not None
    assert (whole.done.rung, lite.done.rung) == ("native", "lite")
    assert lite.text.startswith("[sparks]\nTITLE: ")
    assert lite.done.output == whole.done.output
    async with studio.db.api.transaction(RowScope(user_id=studio.user)) as session:
        receipt = await CallService.of(session).receipt(lite.done.call_id)
    assert receipt.output == lite.done.output


async def test_a_lower_rung_is_sent_when_it_is_wished(studio: Studio) -> None:
    studio.provider.usual = Habit(text='{"sparks":[{"title":"A","line":"b","genre":"c"}]}')
    told = {"output_schema": SCHEMA, "task": "worldsmith.sparks"}
    seen = []
    for rung in (None, "json", "fenced", "lite"):
        heard = await studio.ask(a_request(studio.user, rung=rung, **told))
        assert heard.done is not None
        body = studio.provider.bill.bodies[-1]
        in_words = "JSON Schema" in str(body["messages"])
        seen.append((heard.done.rung, body.get("response_format", {}).get("type"), in_words))
    assert seen == [
        ("native", "json_schema", False), ("json", "json_object", True), ("fenced", None, True), ("lite", None, False),
    ]  # fmt: skip


async def test_further_models_are_asked_by_number_until_there_is_none(studio: Studio) -> None:
    await choose_model(
        studio.db.owner, studio.user, "writer", DEMO_ENDPOINT_ID, "demo/storyteller", position=1
    )
    told = {"output_schema": SCHEMA, "task": "worldsmith.sparks", "data": DATA}
    second = await studio.ask(a_request(studio.user, fallback=1, **told))
    assert second.done is not None
    assert second.done.model == "demo/storyteller"
    third = await studio.ask(a_request(studio.user, fallback=2, **told))
    assert third.failed is not None
    assert third.failed.code == "llm-no-further-model"


async def test_the_weak_model_breaks_some_answers_and_a_replay_breaks_them_alike(studio: Studio) -> None:
    whole = await sparks(studio, "demo/storyteller")
    kinds: Counter[str] = Counter()
    for seed in range(24):
        heard = await sparks(studio, "demo/scripted:weak", seed=seed, light_key=f"weak-key-{seed}")
        same = heard.done is not None and heard.done.output is not None and heard.text.startswith('{"sparks"')
        kinds["whole" if same and heard.text.endswith("}]}") else "broken"] += 1
        again = await sparks(studio, "demo/scripted:weak", seed=seed, light_key=f"weak-key-{seed}")
        assert again.text == heard.text
    assert whole.done is not None
    assert 2 <= kinds["broken"] <= 14, kinds
    assert kinds["whole"] >= 10
