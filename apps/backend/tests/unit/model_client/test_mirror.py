from hypothesis import given
from hypothesis import strategies as st

from infinite_scribe.model_client.mirror import TextMirror, common_length
from infinite_scribe.model_client.schemas import CallDelta, CallEvent, CallRewind


def apply(text: str, events: list[CallEvent]) -> str:
    for event in events:
        if isinstance(event, CallDelta):
            assert event.offset == len(text)
            text += event.text
        elif isinstance(event, CallRewind):
            assert event.to_offset < len(text)
            text = text[: event.to_offset]
    return text


def test_replay_says_only_what_is_new() -> None:
    mirror = TextMirror()
    mirror.take(CallDelta(seq=1, offset=0, text="The rain "))
    replayed = mirror.take(CallDelta(seq=1, offset=0, text="The rain had stopped."))
    assert [event.text for event in replayed if isinstance(event, CallDelta)] == ["had stopped."]
    assert mirror.text == "The rain had stopped."


def test_text_that_was_never_stored_is_taken_back() -> None:
    mirror = TextMirror()
    mirror.take(CallDelta(seq=1, offset=0, text="She opened the door and ran"))
    events = mirror.take(CallDelta(seq=1, offset=0, text="She opened the letter"))
    assert isinstance(events[0], CallRewind)
    assert events[0].to_offset == len("She opened the ")
    assert apply("She opened the door and ran", events) == "She opened the letter"


def test_a_hole_in_the_stream_is_an_error() -> None:
    mirror = TextMirror()
    try:
        mirror.take(CallDelta(seq=1, offset=3, text="x"))
    except ValueError:
        return
    raise AssertionError("a jump was accepted")


@given(st.text(alphabet="ab", max_size=30), st.text(alphabet="ab", max_size=30), st.integers(1, 7))
def test_any_second_stream_leads_to_its_own_text(first: str, final: str, step: int) -> None:
    mirror = TextMirror()
    told = apply("", mirror.take(CallDelta(seq=1, offset=0, text=first)))
    for at in range(0, len(final), step):
        told = apply(told, mirror.take(CallDelta(seq=1, offset=at, text=final[at : at + step])))
    told = apply(told, mirror.settle(final))
    assert told == final == mirror.text


@given(st.text(alphabet="ab", max_size=9), st.text(alphabet="ab", max_size=9))
def test_common_length(left: str, right: str) -> None:
    length = common_length(left, right)
    assert left[:length] == right[:length]
    assert length == min(len(left), len(right)) or left[length] != right[length]
