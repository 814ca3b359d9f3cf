from collections.abc import AsyncIterator
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from infinite_scribe.model_client.schemas import CallDelta, CallDone, CallEvent, CallState, TokenUsage
from infinite_scribe.model_client.wire import HEARTBEAT, decode, encode


async def pieces(raw: bytes, size: int) -> AsyncIterator[bytes]:
    for at in range(0, len(raw), size):
        yield raw[at : at + size]


def some_events(text: str) -> list[CallEvent]:
    call = uuid4()
    return [
        CallState(call_id=call, state="streaming", dial_no=1),
        CallDelta(seq=1, offset=0, text=text),
        CallDone(call_id=call, text=text, usage=TokenUsage(), provider="demo", model="demo/storyteller"),
    ]


@given(st.text(max_size=40), st.integers(1, 50))
async def test_frames_survive_any_slicing(text: str, size: int) -> None:
    events = some_events(text)
    raw = HEARTBEAT + b"".join(encode(event) + HEARTBEAT for event in events)
    assert [event async for event in decode(pieces(raw, size))] == events
