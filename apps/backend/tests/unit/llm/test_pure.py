from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from factories.calls import a_request
from infinite_scribe.llm import continuation, requests
from infinite_scribe.llm.adapters.base import Finished
from infinite_scribe.llm.job import Job
from infinite_scribe.llm.watch import Watch, last_sentence_end


def test_the_slot_is_the_place_and_the_hash_is_the_words() -> None:
    user = uuid4()
    one = a_request(user, light_key="k")
    assert requests.call_key(one, user) == requests.call_key(one.model_copy(update={"seed": 9}), user)
    assert requests.request_sha256(one) != requests.request_sha256(one.model_copy(update={"seed": 9}))
    change: dict[str, Any]
    for change in ({"try_": 2}, {"no": 2}, {"path": "other"}, {"light_key": "l"}):
        assert requests.call_key(one, user) != requests.call_key(one.model_copy(update=change), user)
    for change in ({"epoch": 5}, {"deadline_seconds": 3.0}, {"path": "other"}):
        assert requests.request_sha256(one) == requests.request_sha256(one.model_copy(update=change))
    assert requests.call_key(one, user) != requests.call_key(one, uuid4())


@given(
    st.text(alphabet="abc d.", min_size=30, max_size=120),
    st.integers(0, 60),
    st.sampled_from(["prefill", "prompt"]),
)
def test_a_repeated_end_is_dropped(text: str, back: int, mode: continuation.Mode) -> None:
    cut = len(text) // 2
    again = text[max(0, cut - back) :]
    shared = continuation.overlap(text[:cut], again, mode)
    assert text[:cut].endswith(again[:shared])
    if min(back, cut) >= continuation.MIN_OVERLAP_CHARS[mode]:
        assert shared >= min(back, cut)


def test_in_words_it_goes_on_from_a_whole_word() -> None:
    assert continuation.starting_point("She opened the do", "prompt") == "She opened the "
    assert continuation.starting_point("She opened the do", "prefill") == "She opened the do"
    assert continuation.join("She opened the ", " door", "prompt") == "door"


def test_a_loop_and_a_flood_are_seen_and_honest_prose_is_not() -> None:
    loop = Watch(10_000, structured=False)
    assert any(
        loop.stop_reason("one two three four five six seven eight nine ten eleven twelve ") for _ in range(4)
    )
    flood = Watch(100, structured=False)
    assert any(flood.stop_reason(f"word{n} and ") for n in range(500))
    prose = Watch(10_000, structured=False)
    assert not any(prose.stop_reason(f"The {n}th gull came back to roof {n * 7}. ") for n in range(300))


def test_sentence_ends_in_both_languages() -> None:
    assert last_sentence_end("He left. She st") == len("He left.")
    assert last_sentence_end("他走了。她还") == len("他走了。")
    assert last_sentence_end("no end") == len("no end")


def test_text_for_the_journal_has_no_nul_and_no_lone_surrogate() -> None:
    assert requests.clean("a\0b\ud800c😀") == "ab\ufffdc😀"


def test_thoughts_in_the_room_kept_for_them_are_believed() -> None:
    def job(*, clipped: bool, room: int) -> Job:
        call = SimpleNamespace(id=uuid4(), max_tokens=100, clipped=clipped, input_tokens_counted=5)
        kept: Any = None
        told: Any = call
        return Job(
            told, a_request(uuid4(), max_tokens=100), kept, kept, [], "text", "So.", "So.", thinking_room=room
        )

    end = Finished("stop", 12, 900)
    assert job(clipped=False, room=4_000).billed(end).source == "provider"
    assert job(clipped=False, room=0).billed(end).source == "counted"
    assert job(clipped=True, room=4_000).most == 100
