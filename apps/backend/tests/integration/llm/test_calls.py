"""A slot is bought once: done, attached, replayed, refused, retried (reliability §10.3)."""

import asyncio
import secrets

import pytest
from sqlalchemy import text

from factories.calls import a_request
from infinite_scribe.calls.service import CallService
from infinite_scribe.llm import requests
from servers.fake_provider import Habit, story
from servers.llm_process import llm_here, settings_for

from .conftest import LLM, Heard, Studio


async def test_a_call_streams_and_its_usage_equals_the_bill(studio: Studio) -> None:
    heard = await studio.ask(a_request(studio.user))
    bill = studio.provider.bill
    assert heard.done is not None
    assert heard.text == studio.provider.usual.text
    assert (bill.requests, heard.done.usage.input_tokens, heard.done.usage.output_tokens) == (
        1,
        bill.input_tokens,
        bill.output_tokens,
    )
    async with studio.db.llm.transaction(studio.scope) as session:
        receipt = await CallService.of(session).receipt(heard.done.call_id)
        assert await CallService.of(session).ledger_gap(studio.user) == 0
    assert receipt.reply == heard.text
    assert "Go on." in receipt.prompt
    assert receipt.usage.output_tokens == bill.output_tokens


async def test_the_path_prefix_is_kept_and_the_sdk_does_not_retry(studio: Studio) -> None:
    studio.provider.habits.append(Habit(status=401))
    heard = await studio.ask(a_request(studio.user))
    assert heard.failed is not None
    assert heard.failed.code == "llm-auth"
    assert studio.provider.bill.requests == 1


async def test_asked_again_a_finished_call_is_replayed_free(studio: Studio) -> None:
    request = a_request(studio.user)
    first = await studio.ask(request)
    again = await studio.ask(request)
    assert again.text == first.text
    assert again.done == first.done
    assert studio.provider.bill.requests == 1


async def test_other_words_in_the_same_slot_are_refused(studio: Studio) -> None:
    request = a_request(studio.user)
    await studio.ask(request)
    other = await studio.ask(request.model_copy(update={"seed": 7}))
    assert other.failed is not None
    assert other.failed.code == "llm-call-mismatch"
    assert studio.provider.bill.requests == 1


async def test_a_worker_that_died_attaches_to_the_running_call(studio: Studio) -> None:
    studio.provider.usual = Habit(text=story(300), tokens_per_second=400)
    request = a_request(studio.user)
    first = Heard()

    async def read_a_little() -> None:
        async for event in studio.client.stream(request):
            first.take(event)

    worker = asyncio.create_task(read_a_little())
    while len(first.text) < 200:
        await asyncio.sleep(0.02)
    worker.cancel()
    second = await studio.ask(request)
    assert second.text == story(300)
    assert second.text.startswith(first.text)
    assert studio.provider.bill.requests == 1
    assert second.done is not None
    assert second.done.usage.output_tokens == studio.provider.bill.output_tokens


async def test_many_readers_of_one_slot_pay_once(studio: Studio) -> None:
    studio.provider.usual = Habit(text=story(150), tokens_per_second=600)
    request = a_request(studio.user)
    heard = await asyncio.gather(*(studio.ask(request) for _ in range(8)))
    assert {one.text for one in heard} == {story(150)}
    assert studio.provider.bill.requests == 1


@pytest.mark.parametrize(
    "habit", [{"status": 500}, {"status": 429, "headers": {"retry-after": "0"}}, {"status": 529}]
)
async def test_before_the_first_token_it_is_tried_again(studio: Studio, habit: dict[str, object]) -> None:
    studio.provider.habits.append(Habit(**habit))  # type: ignore[arg-type]
    heard = await studio.ask(a_request(studio.user))
    assert heard.done is not None
    assert studio.provider.bill.requests == 2


async def test_three_failures_end_the_call(studio: Studio) -> None:
    studio.provider.habits.extend([Habit(status=500)] * 3)
    heard = await studio.ask(a_request(studio.user))
    assert heard.failed is not None
    assert studio.provider.bill.requests == 3


@pytest.mark.parametrize(
    ("habit", "code"),
    [
        (Habit(status=429, headers={"retry-after": "600"}), "llm-rate-limited"),
        (Habit(status=402), "llm-quota"),
        (
            Habit(status=400, error={"message": "maximum context length is 8192 tokens"}),
            "llm-context-too-long",
        ),
        (
            Habit(status=400, error={"message": "Invalid model name passed in model=m", "code": "400"}),
            "llm-model-unknown",
        ),
        (
            Habit(status=404, error={"message": "The model `m-4.1` does not exist"}),
            "llm-model-unknown",
        ),
        (Habit(status=400, error={"message": "top_k is not allowed"}), "llm-refused-request"),
        (Habit(text="I'm sorry, I can't write that."), "llm-refused"),
    ],
)
async def test_what_cannot_be_helped_is_not_tried_again(studio: Studio, habit: Habit, code: str) -> None:
    studio.provider.habits.append(habit)
    heard = await studio.ask(a_request(studio.user))
    assert heard.failed is not None
    assert heard.failed.code == code
    assert heard.failed.problem["retryable"] is (code == "llm-rate-limited")
    assert studio.provider.bill.requests == 1


async def test_a_silent_provider_is_cut_at_the_limit(studio: Studio) -> None:
    studio.provider.usual = Habit(text=story(100), stall_after_words=0)
    limits = {**LLM, "local_first_token_seconds": 0.4, "local_endpoints": [studio.provider.origin]}
    async with llm_here(studio.db.url, settings_for(studio.folder, llm=limits)) as client:
        failed = [event async for event in client.stream(a_request(studio.user)) if event.type == "failed"]
    assert [event.code for event in failed] == ["llm-timeout"]


async def test_a_cut_stream_goes_on_where_it_ended(studio: Studio) -> None:
    full = story(900)
    studio.provider.usual = Habit(text=full)
    studio.provider.habits.append(Habit(text=full, cut_after_words=500))
    heard = await studio.ask(a_request(studio.user))
    assert heard.done is not None
    assert heard.text == full
    assert heard.rewinds == 0
    assert studio.provider.bill.requests == 2
    assert len(heard.done.seams) == 1
    assert heard.done.usage.output_tokens <= studio.provider.bill.output_tokens * 1.02


async def test_a_model_that_repeats_itself_is_joined_by_overlap(studio: Studio) -> None:
    full = story(900)
    async with studio.db.owner.transaction() as session:
        await session.execute(
            text('UPDATE endpoints SET profile = \'{"continue": "prompt"}\' WHERE id = :id'),
            {"id": studio.endpoint},
        )
    studio.provider.usual = Habit(text=full, repeat_chars=90)
    studio.provider.habits.append(Habit(text=full, cut_after_words=500))
    heard = await studio.ask(a_request(studio.user))
    assert heard.text == full


async def test_a_short_beginning_is_bought_anew(studio: Studio) -> None:
    studio.provider.habits.append(Habit(text=story(900), cut_after_words=10))
    heard = await studio.ask(a_request(studio.user))
    assert heard.text == studio.provider.usual.text
    assert heard.rewinds == 1
    assert heard.done is not None
    assert heard.done.seams == []


async def test_too_many_cuts_keep_the_partial_text(studio: Studio) -> None:
    full = story(900)
    studio.provider.usual = Habit(text=full, cut_after_words=250)
    heard = await studio.ask(a_request(studio.user))
    assert heard.failed is not None
    assert heard.failed.code == "llm-cut"
    assert full.startswith(heard.failed.partial)
    assert studio.provider.bill.requests == 3


async def test_cancel_closes_the_provider_and_keeps_what_was_written(studio: Studio) -> None:
    studio.provider.usual = Habit(text=story(900), tokens_per_second=300)
    request = a_request(studio.user)
    heard = Heard()
    cancelled = False
    async for event in studio.client.stream(request):
        heard.take(event)
        if len(heard.text) > 300 and not cancelled:
            cancelled = True
            [call_id] = studio.engine.live
            await studio.client.cancel(call_id, user_id=studio.user)
    assert heard.failed is not None
    assert heard.failed.code == "llm-cancelled"
    assert heard.failed.partial.startswith(heard.text[:300])
    async with asyncio.timeout(10):
        while studio.provider.open_streams:
            await asyncio.sleep(0.02)
    assert (await studio.ask(request)).failed is not None
    assert studio.provider.bill.requests == 1


async def test_a_paused_call_goes_on_later(studio: Studio) -> None:
    full = story(900)
    studio.provider.usual = Habit(text=full, tokens_per_second=600)
    request = a_request(studio.user)
    heard = Heard()
    async for event in studio.client.stream(request):
        heard.take(event)
        if len(heard.text) > 2600 and heard.failed is None and studio.engine.live:
            [call_id] = studio.engine.live
            await studio.client.cancel(call_id, user_id=studio.user, pause=True)
    assert heard.failed is not None
    assert heard.failed.code == "llm-cut"
    studio.provider.usual = Habit(text=full)
    again = await studio.ask(request)
    assert again.text == full
    assert studio.provider.bill.requests == 2


async def test_a_light_call_without_a_reader_is_closed(studio: Studio) -> None:
    studio.provider.usual = Habit(text=story(3000), tokens_per_second=100)
    request = a_request(studio.user)
    stream = studio.client.stream(request)
    async for event in stream:
        if event.type == "delta":
            break
    await stream.aclose()  # type: ignore[attr-defined]
    async with asyncio.timeout(25):
        while studio.provider.open_streams:
            await asyncio.sleep(0.1)


async def test_the_test_of_attach_fails_without_the_slot(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oracle sees a second purchase: with a random slot the bill doubles."""
    monkeypatch.setattr(requests, "call_key", lambda *_: secrets.token_bytes(32))
    request = a_request(studio.user)
    await studio.ask(request)
    await studio.ask(request)
    assert studio.provider.bill.requests == 2
