"""Caps, prices, scenarios and typed answers through the whole process."""

import json
from typing import Any

import pytest
from sqlalchemy import text

from factories.calls import a_request
from factories.providers import make_cap, make_price
from infinite_scribe.calls.service import CallService
from infinite_scribe.providers.rules import DEMO_ENDPOINT_ID
from servers.fake_provider import Habit, story

from .conftest import Studio

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"title": {"type": "string"}, "scenes": {"type": "integer"}},
    "required": ["title", "scenes"],
}


async def test_an_unknown_price_under_a_money_cap_is_never_guessed(studio: Studio) -> None:
    await make_cap(studio.db.owner, studio.user, cap_nanousd=10**12)
    async with studio.db.owner.transaction() as session:
        await session.execute(
            text("UPDATE endpoints SET local = false WHERE id = :id"), {"id": studio.endpoint}
        )
    heard = await studio.ask(a_request(studio.user))
    assert heard.failed is not None
    assert heard.failed.code == "price-unknown"
    assert studio.provider.bill.requests == 0


async def test_a_priced_call_is_booked_to_the_nano_dollar(studio: Studio) -> None:
    await make_price(studio.db.owner, studio.user, "fake-large", 3_000_000_000, 15_000_000_000)
    heard = await studio.ask(a_request(studio.user))
    assert heard.done is not None
    bill = studio.provider.bill
    assert heard.done.cost_nanousd == bill.input_tokens * 3000 + bill.output_tokens * 15_000
    async with studio.db.llm.transaction(studio.scope) as session:
        assert await CallService.of(session).ledger_gap(studio.user) == 0
        held = await session.scalar(text("SELECT sum(reserved_nanousd) + sum(reserved_tokens) FROM budgets"))
    assert held == 0


async def test_a_cap_that_is_too_small_refuses_and_after_raising_the_same_slot_goes_on(
    studio: Studio,
) -> None:
    await make_price(studio.db.owner, studio.user, "fake-large", 3_000_000_000, 15_000_000_000)
    cap = await make_cap(studio.db.owner, studio.user, cap_nanousd=1000)
    request = a_request(studio.user, min_tokens=50)
    heard = await studio.ask(request)
    assert heard.failed is not None
    assert heard.failed.code == "budget-reached"
    assert heard.failed.problem["params"] == {"scope": "user", "period": "day"}
    assert studio.provider.bill.requests == 0
    async with studio.db.owner.transaction() as session:
        await session.execute(text("UPDATE budgets SET cap_nanousd = 1000000000 WHERE id = :id"), {"id": cap})
    assert (await studio.ask(request)).done is not None


async def test_what_fits_only_clipped_ends_at_a_sentence(studio: Studio) -> None:
    await make_price(studio.db.owner, studio.user, "fake-large", 0, 10_000_000_000)
    await make_cap(studio.db.owner, studio.user, cap_nanousd=100 * 10_000)
    studio.provider.usual = Habit(text=story(900))
    heard = await studio.ask(a_request(studio.user, min_tokens=20))
    assert heard.done is not None
    assert heard.done.finish_reason == "budget"
    assert heard.text.endswith(".")
    assert studio.provider.bill.bodies[0]["max_tokens"] == 100


@pytest.mark.parametrize(
    ("refused", "rung"),
    [(set(), "json_schema"), ({"json_schema"}, "json_object"), ({"json_schema", "json_object"}, None)],
)
async def test_a_typed_answer_goes_down_the_ladder_and_remembers(
    studio: Studio, refused: set[str], rung: str | None
) -> None:
    answer = 'Of course:\n```json\n{"title": "Low Lamps", "scenes": "twelve",}\n```'
    studio.provider.usual = Habit(text=answer, refuses_formats=frozenset(refused))
    heard = await studio.ask(a_request(studio.user, output_schema=SCHEMA))
    assert heard.done is not None
    assert heard.done.output == {"title": "Low Lamps", "scenes": 12}
    bodies = studio.provider.bill.bodies
    assert bodies[-1].get("response_format", {}).get("type") == rung
    before = len(bodies)
    await studio.ask(a_request(studio.user, output_schema=SCHEMA))
    assert len(bodies) == before + 1


async def test_an_unreadable_typed_answer_is_told_honestly(studio: Studio) -> None:
    studio.provider.usual = Habit(text="The title would be Low Lamps.")
    heard = await studio.ask(a_request(studio.user, output_schema=SCHEMA))
    assert heard.done is not None
    assert heard.done.output is None


async def test_no_usage_reported_is_counted(studio: Studio) -> None:
    studio.provider.usual = Habit(text=story(100), usage=False)
    heard = await studio.ask(a_request(studio.user))
    assert heard.done is not None
    assert heard.done.usage.output_tokens > 0
    async with studio.db.owner.transaction() as session:
        assert await session.scalar(text("SELECT usage_source FROM llm_calls")) == "counted"


async def test_a_loop_is_cut(studio: Studio) -> None:
    studio.provider.usual = Habit(
        text=story(30) + " " + "She walked to the door and then she came back again and sat down. " * 50
    )
    heard = await studio.ask(a_request(studio.user))
    assert heard.done is not None
    assert heard.done.finish_reason == "stopped"
    assert heard.text.count("walked") < 6


DATA = {"language": "en", "seed": 1, "task": "worldsmith.sparks", "count": 3}


@pytest.mark.parametrize(
    ("scenario", "code"),
    [("401", "llm-auth"), ("429", "llm-rate-limited"), ("refuse", "llm-refused"), ("empty", "no-output")],
)
async def test_scenarios_that_fail(studio: Studio, scenario: str, code: str) -> None:
    heard = await studio.ask(
        a_request(
            studio.user,
            endpoint_id=DEMO_ENDPOINT_ID,
            model=f"demo/{scenario}",
            task="worldsmith.sparks",
            data=DATA,
        )
    )
    assert heard.failed is not None
    assert heard.failed.code == code


async def test_scenarios_that_answer(studio: Studio) -> None:
    async def ask(model: str, **values: Any) -> Any:
        wanted = {
            "endpoint_id": DEMO_ENDPOINT_ID,
            "model": f"demo/{model}",
            "task": "worldsmith.sparks",
            "data": DATA,
        }
        return await studio.ask(a_request(studio.user, **{**wanted, **values}))

    told = await ask("storyteller", output_schema={"type": "object"})
    assert told.done is not None
    assert told.done.demo
    assert told.done.cost_nanousd == 0
    priced = await ask("priced", output_schema={"type": "object"})
    assert priced.done is not None
    assert priced.done.cost_nanousd > 0
    broken = await ask("bad-json", output_schema=SCHEMA)
    assert broken.done is not None
    assert broken.done.output is None or "title" not in json.dumps(broken.done.output.get("scenes", ""))
    long = await ask("long", max_tokens=300)
    assert long.done is not None
    assert long.done.finish_reason == "length"
    dropped = await ask("drop", output_schema={"type": "object"})
    assert dropped.text == told.text or dropped.failed is not None


@pytest.mark.parametrize(
    "told",
    [(10**9, 160), (20, 10**9), (20, 1)],
    ids=["much read", "much written", "little"],
)
async def test_usage_that_cannot_be_true_is_not_booked_but_counted(
    studio: Studio, told: tuple[int, int]
) -> None:
    studio.provider.usual = Habit(text=story(400), told=told)
    heard = await studio.ask(a_request(studio.user))
    assert heard.done is not None
    usage = heard.done.usage
    assert 0 < usage.input_tokens < 100
    assert (
        abs(usage.output_tokens - studio.provider.bill.output_tokens)
        < 0.2 * studio.provider.bill.output_tokens
    )
    async with studio.db.owner.transaction() as session:
        assert await session.scalar(text("SELECT usage_source FROM llm_calls")) == "counted"
