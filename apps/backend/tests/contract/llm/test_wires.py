"""Every kind of provider by its own wire, through the whole `llm` process: one promise, eight formats.

The answers are those of `servers/wire`; its README says where they come from.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from factories.providers import make_cap
from infinite_scribe.calls.service import CallService
from infinite_scribe.llm.adapters.hosted import THINKING_ROOM
from servers.recorded_provider import Play

from .conftest import KINDS, OPENING, PREFIX, SCHEMA, TEXT, House, Kind

pytestmark = pytest.mark.timeout(60)

CACHED = {"ollama": 0, "deepseek": 1792}
NATIVE: dict[str, Any] = {
    "anthropic": lambda body: body["output_config"]["format"]["schema"]["properties"],
    "google": lambda body: body["generationConfig"]["responseJsonSchema"]["properties"],
    "mistral": lambda body: body["tools"][0]["function"]["parameters"]["properties"],
    "deepseek": lambda body: (
        {"title", "beats"} if body["response_format"]["type"] == "json_object" else set()
    ),
}


def asked_form(kind: Kind, body: dict[str, Any]) -> set[str]:
    """Return the members of the form that a request asks for, in the provider's own way."""
    if kind.name in NATIVE:
        return set(NATIVE[kind.name](body))
    return set(body["response_format"]["json_schema"]["schema"]["properties"])


async def test_text_usage_and_the_cached_opening_are_read_from_the_wire(house: House) -> None:
    for kind in KINDS:
        house.provider.again()
        house.provider.play(f"{kind.name}/text")
        heard = await house.ask(kind)
        assert heard.done is not None, heard.failed
        assert heard.text == TEXT
        assert len(house.provider.seen) == 1
        seen = house.provider.seen[0]
        assert (seen.method, seen.path) == ("POST", f"{PREFIX}{kind.path}")
        assert seen.headers[kind.key[0]] == kind.key[1]
        usage = heard.done.usage
        assert (usage.input_tokens, usage.output_tokens) == (1821, 24)
        assert usage.cached_tokens == CACHED.get(kind.name, 1790)
        async with house.db.llm.transaction(house.scope) as session:
            assert await CallService.of(session).ledger_gap(house.user) == 0
        async with house.db.owner.transaction() as session:
            last = "SELECT usage_source, provider_response_id FROM llm_calls ORDER BY created_at DESC LIMIT 1"
            told = (await session.execute(text(last))).one()
        assert told.usage_source == "provider"
        assert told.provider_response_id


async def test_the_stable_words_stand_first_and_are_marked_where_that_is_known(house: House) -> None:
    for kind in KINDS:
        house.provider.again()
        house.provider.play(f"{kind.name}/text")
        await house.ask(kind)
        words = house.provider.seen[0].words
        assert "one voice of this book" in words
        assert words.index(OPENING) < words.index("Go on.")
        marked = kind.name in {"anthropic", "openrouter"}
        assert ('"cache_control": {"type": "ephemeral"' in words) is marked
        if marked:
            assert words.index("cache_control") < words.index("Go on.")


async def test_a_typed_answer_is_asked_for_in_the_providers_own_way(house: House) -> None:
    for kind in KINDS:
        house.provider.again()
        house.provider.play(f"{kind.name}/structure")
        heard = await house.ask(kind, output_schema=SCHEMA)
        assert heard.done is not None, heard.failed
        assert heard.done.output == {"title": "The Lamp", "beats": ["arrival", "refusal"]}
        assert asked_form(kind, house.provider.seen[0].body) == {"title", "beats"}
        assert len(house.provider.seen) == 1


@pytest.mark.parametrize("end", ["clean", "reset"])
async def test_a_stream_without_its_closing_frame_is_cut_and_never_done(house: House, end: Any) -> None:
    for kind in KINDS:
        house.provider.again()
        house.provider.play(Play(f"{kind.name}/text", frames=6, end=end), f"{kind.name}/text")
        heard = await house.ask(kind)
        assert heard.done is not None, heard.failed
        assert heard.text == TEXT
        assert len(house.provider.seen) == 2


async def test_always_cut_ends_as_a_failure_that_can_be_tried_again(house: House) -> None:
    for kind in KINDS:
        house.provider.again()
        house.provider.usual = Play(f"{kind.name}/text", frames=6)
        heard = await house.ask(kind)
        assert heard.done is None
        assert heard.failed is not None
        assert (heard.failed.code, heard.failed.problem["retryable"]) == ("llm-cut", True)
        assert len(house.provider.seen) == 3


async def test_an_error_inside_the_stream_is_not_an_end(house: House) -> None:
    for kind in KINDS:
        house.provider.again()
        house.provider.play(f"{kind.name}/error", f"{kind.name}/text")
        heard = await house.ask(kind)
        assert heard.done is not None, heard.failed
        assert heard.text == TEXT
        assert len(house.provider.seen) == 2


REFUSALS = {
    "401": "llm-auth",
    "404": "llm-model-unknown",
    "429": "llm-rate-limited",
    "context": "llm-context-too-long",
}


async def test_each_refusal_is_said_in_our_words_and_asked_once(house: House) -> None:
    for kind in KINDS:
        house.provider.again()
        for name, code in REFUSALS.items():
            if (kind.name, name) == ("ollama", "429"):
                continue
            house.provider.seen.clear()
            house.provider.play(f"{kind.name}/{name}")
            heard = await house.ask(kind)
            assert heard.failed is not None, name
            assert heard.failed.code == code, (name, heard.failed.problem)
            assert len(house.provider.seen) == 1, name
            assert "abcd" not in str(heard.failed.problem), "a key is never told"
            if name == "429":
                assert heard.failed.problem["retry_after"] in {600, 601}


async def test_one_failure_inside_the_provider_does_not_end_a_call(house: House) -> None:
    for kind in KINDS:
        house.provider.again()
        house.provider.play(f"{kind.name}/5xx", f"{kind.name}/text")
        heard = await house.ask(kind)
        assert heard.done is not None, heard.failed
        assert len(house.provider.seen) == 2


@pytest.mark.parametrize(
    ("kind", "name", "code"),
    [
        (KINDS[0], "anthropic/refused", "llm-refused"),
        (KINDS[1], "google/refused", "llm-refused"),
        (KINDS[3], "openai/refused", "llm-refused"),
        (KINDS[6], "openrouter/refused", "llm-refused"),
        (KINDS[0], "anthropic/quota", "llm-quota"),
        (KINDS[5], "deepseek/quota", "llm-quota"),
        (KINDS[6], "openrouter/quota", "llm-quota"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_safety_stop_and_an_empty_purse_are_told_apart(
    house: House, kind: Kind, name: str, code: str
) -> None:
    house.provider.usual = Play(name)
    heard = await house.ask(kind)
    assert heard.failed is not None
    assert heard.failed.code == code


@pytest.mark.parametrize("kind", [KINDS[0], KINDS[1], KINDS[5]], ids=lambda kind: kind.name)
async def test_thoughts_are_paid_for_and_never_part_of_the_text(house: House, kind: Kind) -> None:
    house.provider.play(f"{kind.name}/thinking")
    heard = await house.ask(kind)
    assert heard.done is not None, heard.failed
    assert heard.text == TEXT
    assert heard.done.usage.output_tokens == 31


async def test_an_older_claude_is_asked_by_a_tool_that_it_must_call(house: House) -> None:
    house.provider.play("anthropic/tool")
    heard = await house.ask(KINDS[0], model="claude-haiku-4", output_schema=SCHEMA)
    assert heard.done is not None, heard.failed
    assert heard.done.output == {"title": "The Lamp", "beats": ["arrival", "refusal"]}
    assert house.provider.seen[0].body["tool_choice"] == {"type": "any"}
    assert house.provider.seen[0].body["tools"][0]["name"] == "answer"


async def test_a_form_that_fails_is_asked_for_again_in_looser_words(house: House) -> None:
    house.provider.play("groq/form", "groq/structure")
    heard = await house.ask(KINDS[4], output_schema=SCHEMA)
    assert heard.done is not None, heard.failed
    formats = [seen.body.get("response_format", {}).get("type") for seen in house.provider.seen]
    assert formats == ["json_schema", "json_object"]


THINKERS = [(KINDS[1], "gemini-2.5-pro"), (KINDS[3], "o3")]


def length_of(kind: Kind, body: dict[str, Any]) -> int:
    """Return how many tokens a request allows."""
    most = (
        body["generationConfig"]["maxOutputTokens"]
        if kind.name == "google"
        else body["max_completion_tokens"]
    )
    return int(most)


@pytest.mark.parametrize(("kind", "model"), THINKERS, ids=lambda one: getattr(one, "name", one))
async def test_thoughts_that_cannot_be_turned_off_have_room_beside_the_answer(
    house: House, kind: Kind, model: str
) -> None:
    for name, room in ((kind.model, 0), (model, THINKING_ROOM)):
        house.provider.again()
        house.provider.play(f"{kind.name}/text")
        heard = await house.ask(kind, model=name, max_tokens=700)
        assert heard.done is not None, heard.failed
        assert length_of(kind, house.provider.seen[0].body) == 700 + room


@pytest.mark.parametrize(("kind", "model"), THINKERS, ids=lambda one: getattr(one, "name", one))
async def test_room_for_thoughts_is_held_under_the_cap(house: House, kind: Kind, model: str) -> None:
    await make_cap(house.db.owner, house.user, cap_tokens=5_000)
    house.provider.play(f"{kind.name}/text")
    heard = await house.ask(kind, model=model, max_tokens=700)
    assert heard.done is not None, heard.failed
    assert 0 < length_of(kind, house.provider.seen[0].body) <= 5_000 - heard.done.usage.input_tokens
