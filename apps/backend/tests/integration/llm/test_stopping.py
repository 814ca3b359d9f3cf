"""What was stopped stays stopped: no doubled wish, lost connection or early moment buys an answer again."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import text

from factories.calls import a_request
from factories.providers import know_model
from infinite_scribe.calls.service import CallService
from infinite_scribe.llm.live import LiveCall
from infinite_scribe.model_client.client import ModelClient
from infinite_scribe.model_client.schemas import CallEvent, CallRequest
from infinite_scribe.model_client.wire import decode
from servers.fake_provider import Habit, story

from .conftest import Heard, Studio

FULL = story(900)
ENOUGH = 2600  # characters from which on a cut answer is continued instead of bought anew


async def read(studio: Studio, request: CallRequest, heard: Heard) -> Heard:
    async for event in studio.client.stream(request):
        heard.take(event)
    return heard


async def until(so: Callable[[], object], seconds: float = 15) -> None:
    async with asyncio.timeout(seconds):
        while not so():
            await asyncio.sleep(0.01)


async def state_of(studio: Studio) -> tuple[str, bool]:
    """Return the state of the only call, and whether money is still held for it."""
    async with studio.db.owner.transaction() as session:
        row = (await session.execute(text("SELECT state, reservation_id FROM llm_calls"))).one()
        held = await session.scalar(text("SELECT count(*) FROM reservations WHERE state = 'held'"))
    return row.state, bool(held)


async def assert_books_balance(studio: Studio) -> None:
    async with studio.db.llm.transaction(studio.scope) as session:
        assert await CallService.of(session).ledger_gap(studio.user) == 0


@pytest.fixture
async def talking(studio: Studio) -> tuple[CallRequest, Heard, asyncio.Task[Heard]]:
    """A call in the middle of its answer, and its reader."""
    studio.provider.usual = Habit(text=FULL, tokens_per_second=1500)
    request, heard = a_request(studio.user), Heard()
    reader = asyncio.create_task(read(studio, request, heard))
    await until(lambda: len(heard.text) > ENOUGH)
    return request, heard, reader


async def stop(studio: Studio, *, pause: bool, times: int = 1) -> None:
    [call_id] = studio.engine.live
    await asyncio.gather(
        *(studio.client.cancel(call_id, user_id=studio.user, pause=pause) for _ in range(times))
    )


Talking = tuple[CallRequest, Heard, asyncio.Task[Heard]]


async def test_a_pause_asked_for_many_times_is_one_pause(studio: Studio, talking: Talking) -> None:
    request, _, reader = talking
    await stop(studio, pause=True, times=5)
    heard = await reader
    assert heard.failed is not None
    assert heard.failed.code == "llm-cut"
    assert studio.provider.bill.requests == 1
    assert await state_of(studio) == ("cut", False)
    studio.provider.usual = Habit(text=FULL)
    assert (await studio.ask(request)).text == FULL
    assert studio.provider.bill.requests == 2
    await assert_books_balance(studio)


async def test_a_lost_connection_does_not_start_a_paused_call(
    studio: Studio, talking: Talking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stream breaks before the news of the pause arrives; the reader comes back and hears of it."""
    tell = LiveCall.tell
    monkeypatch.setattr(LiveCall, "tell", lambda live, event: event.type == "failed" or tell(live, event))
    await stop(studio, pause=True)
    heard = await talking[2]
    assert heard.failed is not None
    assert heard.failed.code == "llm-cut"
    assert await state_of(studio) == ("cut", False)
    assert studio.provider.bill.requests == 1


async def test_a_lost_connection_does_not_dial_a_failed_call_again(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    once: list[bool] = []

    async def breaks(data: AsyncIterator[bytes]) -> AsyncIterator[CallEvent]:
        async for event in decode(data):
            if event.type == "failed" and not once:
                once.append(True)
                return
            yield event

    monkeypatch.setattr("infinite_scribe.model_client.client.decode", breaks)
    studio.provider.habits.extend([Habit(status=500)] * 3)
    request = a_request(studio.user)
    heard = await studio.ask(request)
    assert once
    assert heard.failed is not None
    assert studio.provider.bill.requests == 3
    assert (await studio.ask(request)).done is not None, "asked anew on purpose it is dialled again"
    assert studio.provider.bill.requests == 4


async def test_asked_anew_while_a_pause_is_written_it_goes_on(
    studio: Studio, talking: Talking, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold, entered = asyncio.Event(), asyncio.Event()
    stopped = type(studio.engine.dialler)._stopped

    async def slowly(*words: object) -> None:
        entered.set()
        await hold.wait()
        await stopped(*words)

    monkeypatch.setattr(type(studio.engine.dialler), "_stopped", slowly)
    await stop(studio, pause=True)
    await entered.wait()
    again = asyncio.create_task(studio.ask(talking[0]))
    await asyncio.sleep(0.1)
    hold.set()
    assert (await talking[2]).failed is not None
    assert (await again).text == FULL
    assert studio.provider.bill.requests == 2


async def test_a_cancel_during_a_pause_ends_the_call(
    studio: Studio, talking: Talking, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold, entered = asyncio.Event(), asyncio.Event()
    stopped = type(studio.engine.dialler)._stopped

    async def slowly(*words: object) -> None:
        entered.set()
        await hold.wait()
        await stopped(*words)

    monkeypatch.setattr(type(studio.engine.dialler), "_stopped", slowly)
    await stop(studio, pause=True)
    await entered.wait()
    cancelling = asyncio.create_task(stop(studio, pause=False))
    await asyncio.sleep(0.1)
    hold.set()
    await cancelling
    await talking[2]
    assert await state_of(studio) == ("cancelled", False)
    await assert_books_balance(studio)


@pytest.mark.parametrize(("pause", "state"), [(False, "cancelled"), (True, "cut")])
async def test_stopped_while_it_waits_for_the_next_dial_nothing_is_held(
    studio: Studio, pause: bool, state: str
) -> None:
    studio.provider.habits.extend([Habit(status=429, headers={"retry-after": "30"})] * 3)
    reader = asyncio.create_task(studio.ask(a_request(studio.user)))
    await until(lambda: studio.provider.bill.requests == 1 and studio.engine.live)
    await stop(studio, pause=pause)
    heard = await reader
    assert heard.failed is not None
    assert studio.provider.bill.requests == 1
    assert await state_of(studio) == (state, False)
    await assert_books_balance(studio)


async def test_stopped_before_it_is_dialled_it_costs_nothing(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wish comes between the opening of the call and the first dial."""
    run = type(studio.engine.dialler).run

    async def stopped_first(dialler: object, job: object, live: LiveCall, lost: object) -> None:
        live.stop("cancel")
        await run(dialler, job, live, lost)

    monkeypatch.setattr(type(studio.engine.dialler), "run", stopped_first)
    heard = await studio.ask(a_request(studio.user))
    assert heard.failed is not None
    assert heard.failed.code == "llm-cancelled"
    assert studio.provider.bill.requests == 0
    assert await state_of(studio) == ("cancelled", False)
    async with studio.db.owner.transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM ledger")) == 0


@pytest.mark.parametrize("stopped", [True, False])
async def test_who_waits_in_line_for_a_busy_model_is_not_dialled(studio: Studio, stopped: bool) -> None:
    await know_model(studio.db.owner, studio.user, studio.endpoint, "fake-large", concurrency=1)
    studio.provider.usual = Habit(text=FULL, tokens_per_second=1500)
    first, second = Heard(), Heard()
    reader = asyncio.create_task(read(studio, a_request(studio.user), first))
    await until(lambda: len(first.text) > ENOUGH)
    asked = set(studio.engine.live)
    waiter = asyncio.create_task(read(studio, a_request(studio.user), second))
    [lane] = studio.engine.dialler.lanes.lanes.values()
    await until(lambda: lane.known == 2)
    assert (lane.asking, studio.provider.bill.requests) == (1, 1)
    if stopped:
        [waiting] = set(studio.engine.live) - asked
        await studio.client.cancel(waiting, user_id=studio.user)
    await asyncio.gather(reader, waiter)
    assert first.done is not None
    assert (second.done is None) == stopped
    assert studio.provider.bill.requests == 2 - stopped
    await assert_books_balance(studio)
    async with studio.db.owner.transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM ledger")) == 2 - stopped


async def test_who_dies_in_line_for_a_busy_model_is_billed_nothing(studio: Studio) -> None:
    """The process forgets it, as one that was killed; who ends the call then finds nothing that was sent."""
    await know_model(studio.db.owner, studio.user, studio.endpoint, "fake-large", concurrency=1)
    studio.provider.usual = Habit(text=FULL, tokens_per_second=1500)
    first = Heard()
    reader = asyncio.create_task(read(studio, a_request(studio.user), first))
    await until(lambda: len(first.text) > ENOUGH)
    asked = set(studio.engine.live)
    waiter = asyncio.create_task(studio.ask(a_request(studio.user)))
    [lane] = studio.engine.dialler.lanes.lanes.values()
    await until(lambda: lane.known == 2)
    [waiting] = set(studio.engine.live) - asked
    del studio.engine.live[waiting]
    await studio.client.cancel(waiting, user_id=studio.user)
    await asyncio.gather(reader, waiter)
    assert studio.provider.bill.requests == 1
    await assert_books_balance(studio)
    async with studio.db.owner.transaction() as session:
        assert (await session.scalars(text("SELECT kind FROM ledger"))).all() == ["call"]


async def test_stopped_while_its_dial_is_claimed_nothing_is_sent(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = type(studio.engine.dialler)._take

    async def stopped_meanwhile(dialler: object, job: object, live: LiveCall, lost: object) -> None:
        await take(dialler, job, live, lost)
        live.stop("cancel")

    monkeypatch.setattr(type(studio.engine.dialler), "_take", stopped_meanwhile)
    heard = await studio.ask(a_request(studio.user))
    assert heard.failed is not None
    assert studio.provider.bill.requests == 0
    assert await state_of(studio) == ("cancelled", False)
    async with studio.db.owner.transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM ledger")) == 0


async def test_a_wish_that_comes_with_the_end_leaves_the_answer_whole(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = type(studio.engine.dialler)._end

    async def stopped_last(dialler: object, job: object, live: LiveCall, end: object) -> None:
        live.stop("cancel")
        await ends(dialler, job, live, end)

    monkeypatch.setattr(type(studio.engine.dialler), "_end", stopped_last)
    heard = await studio.ask(a_request(studio.user))
    assert heard.done is not None
    assert heard.text == studio.provider.usual.text
    assert await state_of(studio) == ("done", False)


async def test_a_call_of_another_process_is_paused_by_its_row(studio: Studio, talking: Talking) -> None:
    """The wish reaches a process that does not stream the call; the one that does is fenced off."""
    [live] = studio.engine.live.values()
    studio.engine.live.clear()
    await studio.client.cancel(live.call_id, user_id=studio.user, pause=True)
    heard = await talking[2]
    assert heard.failed is not None
    assert heard.failed.code == "llm-cut"
    assert await state_of(studio) == ("cut", False)
    assert studio.provider.bill.requests == 1
    assert isinstance(studio.client, ModelClient)
    await assert_books_balance(studio)
