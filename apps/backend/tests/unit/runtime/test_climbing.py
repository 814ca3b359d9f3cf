"""The ladder of a typed answer: every rung is reached in its order, counted, and nothing is asked for ever."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from infinite_scribe.agents.director.answers import BeatsAnswer, check_beats
from infinite_scribe.agents.runtime.climbing import CODE, Climb, Climbed, Question
from infinite_scribe.agents.runtime.questions import STORYTELLER
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.model_client.reader import read_object
from infinite_scribe.model_client.schemas import CallDone, Message, TokenUsage
from infinite_scribe.runs.errors import CallFailedError

GOOD = '{"beats":[{"text":"She climbs."},{"text":"She waits."},{"text":"She opens the door."}]}'
LINES = "TEXT: She climbs.\n\nTEXT: She waits.\n\nTEXT: She opens the door."
STRANGER = (
    '{"beats":[{"text":"She climbs.","actor":"Q9"},{"text":"She waits."},{"text":"She opens the door."}]}'
)
REQUEST = ModelRequest(
    messages=[Message(role="system", text="You plan."), Message(role="user", text="Plan three beats.")],
    max_tokens=100,
    output=BeatsAnswer,
    check=lambda answer: check_beats(answer, {"C1"}),
)


class Model:
    """Answers in the order of a list; further models of the role each have a list of their own."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = [list(one) for one in answers]
        self.asked: list[Question] = []

    async def put(self, question: Question) -> CallDone:
        self.asked.append(question)
        at = question.fallback or 0
        if at >= len(self.answers):
            raise CallFailedError.of({"code": "llm-no-further-model", "kind": "NOT_FOUND", "title": "No"})
        text = self.answers[at].pop(0)
        if text == "EMPTY":
            raise CallFailedError.of({"code": "no-output", "kind": "UPSTREAM", "title": "No"})
        return CallDone(
            call_id=uuid4(), text=text, output=read_object(text, BeatsAnswer.model_json_schema()),
            usage=TokenUsage(input_tokens=3, output_tokens=2), provider="p", model=f"m{at}", rung=question.rung or "native",
        )  # fmt: skip


def climb(request: ModelRequest = REQUEST, language: str = "en") -> Climb:
    return Climb(request, BeatsAnswer, language, 4)


def texts(found: Climbed | None) -> list[str]:
    assert found is not None
    assert isinstance(found.output, BeatsAnswer)
    return [one.text for one in found.output.beats]


async def test_a_good_answer_takes_one_call() -> None:
    model, it = Model([GOOD]), climb()
    assert texts(await it.go(model.put)) == ["She climbs.", "She waits.", "She opens the door."]
    assert dict(it.rungs) == {"native": 1}


async def test_what_cannot_be_read_is_asked_for_a_rung_lower_each_time() -> None:
    model, it = Model(["I would begin quietly.", "EMPTY", "no", LINES]), climb()
    found = await it.go(model.put)
    assert texts(found) == ["She climbs.", "She waits.", "She opens the door."]
    assert [one.rung for one in model.asked] == [None, "json", "fenced", "lite"]
    assert dict(it.rungs) == {"native": 1, "json": 1, "fenced": 1, "lite": 1}
    assert "TEXT: …" in model.asked[3].messages[-1].text
    assert [one.no for one in model.asked] == [1, 2, 3, 4]


async def test_what_is_wrong_is_said_and_only_the_rest_is_asked_again() -> None:
    broken = '{"beats":[{"text":"She climbs."},{"text":""},{"kind":"dance","text":"She opens."}]}'
    model, it = Model([broken, '{"beats":[{"text":"She waits."},{"text":"She opens."}]}']), climb()
    found = await it.go(model.put)
    assert texts(found) == ["She climbs.", "She waits.", "She opens."]
    assert dict(it.rungs) == {"native": 1, "errors": 1}
    told = model.asked[1].messages
    assert [one.role for one in told[-2:]] == ["assistant", "user"]
    assert "beats.2" in told[-1].text
    assert "beats (1)" in told[-1].text
    assert found is not None
    assert found.made is not None


async def test_an_item_that_fails_alone_is_left_out_with_its_reason() -> None:
    four = '{"beats":[{"text":"A.","actor":"Q9"},{"text":"B."},{"text":"C."},{"text":"D."}]}'
    model, it = Model([four]), climb()
    found = await it.go(model.put)
    assert texts(found) == ["B.", "C.", "D."]
    assert found is not None
    assert found.dropped == ("beats.1: Q9 does not take part; the cast is C1",)
    assert found.made == {"beats": [{"text": "B."}, {"text": "C."}, {"text": "D."}]}


async def test_an_item_is_not_left_out_when_too_few_survive() -> None:
    model, it = Model([STRANGER, '{"beats":[{"text":"He climbs.","actor":"C1"}]}']), climb()
    assert texts(await it.go(model.put)) == ["He climbs.", "She waits.", "She opens the door."]


async def test_the_next_model_of_the_role_goes_on() -> None:
    model, it = Model(["a", "b", "c", "d"], [GOOD]), climb()
    found = await it.go(model.put)
    assert texts(found)[0] == "She climbs."
    assert [one.fallback for one in model.asked] == [None, None, None, None, 1]
    assert it.rungs["next_model"] == 1


async def test_no_model_is_asked_more_than_four_times_and_the_climb_ends() -> None:
    model, it = Model(["a"] * 9, ["b"] * 9), climb()
    assert await it.go(model.put) is None
    assert [one.fallback or 0 for one in model.asked] == [0] * 4 + [1] * 4 + [2]
    assert it.last is not None
    assert it.last.text == "b"
    assert it.faults


async def test_code_answers_under_its_own_name() -> None:
    model, it = Model(["a", "b", "c", "d", GOOD]), climb()
    assert await it.go(model.put) is None
    assert texts(await it.go(model.put, model=STORYTELLER, counted=CODE)) is not None
    assert it.rungs["code"] == 1
    assert model.asked[-1].model == STORYTELLER
    assert model.asked[-1].no == 5


async def test_the_authors_lines_are_an_answer() -> None:
    model, it = Model(["a", "b", "c", "d"]), climb()
    await it.go(model.put)
    output, made, faults = it.written(LINES)
    assert isinstance(output, BeatsAnswer)
    assert made["beats"][2] == {"text": "She opens the door."}
    assert faults == []
    assert it.written("TEXT: one")[0] is None


async def test_an_answer_in_another_language_is_asked_again_by_name() -> None:
    chinese = '{"beats":[{"text":"他把灯放回窗台，数了三遍。"},{"text":"她在门外等了一整夜也没有人来。"},{"text":"门开了，屋里没有人，灯还亮着。"}]}'
    model, it = Model([chinese, GOOD]), climb()
    assert texts(await it.go(model.put))[0] == "She climbs."
    assert "Answer in English" in model.asked[1].messages[-1].text
    both = ModelRequest(
        messages=[Message(role="user", text="他把灯放回窗台，数了三遍，她在门外等了一整夜也没有人来，门开了，屋里没有人，灯还亮着，天快亮的时候海上起了雾。")],
        max_tokens=9, output=BeatsAnswer,
    )  # fmt: skip
    assert texts(await climb(both).go(Model([chinese]).put))[0].startswith("他把灯")


@pytest.mark.parametrize("code", ["budget-reached", "llm-rate-limited"])
async def test_what_makes_a_run_rest_is_no_answer(code: str) -> None:
    async def put(_: Question) -> CallDone:
        raise CallFailedError.of({"code": code, "kind": "QUOTA", "title": "No"})

    with pytest.raises(CallFailedError):
        await climb().go(put)


async def test_a_role_with_many_models_is_not_asked_for_ever() -> None:
    model, it = Model(*[["a"] * 4 for _ in range(9)]), climb()
    assert await it.go(model.put) is None
    assert len(model.asked) == 4 * 6


async def test_what_stays_wrong_is_asked_for_in_lines_at_last() -> None:
    few = '{"beats":[{"text":"She climbs."}]}'
    model, it = Model([few, few, few, LINES]), climb()
    assert texts(await it.go(model.put)) == ["She climbs.", "She waits.", "She opens the door."]
    assert dict(it.rungs) == {"native": 1, "errors": 2, "lite": 1}


async def test_what_says_the_same_twice_counts_once() -> None:
    twice = '{"beats":[{"text":"A."},{"text":"B."},{"text":"C."},{"text":"B."}]}'
    found = await climb().go(Model([twice]).put)
    assert texts(found) == ["A.", "B.", "C."]
    assert found is not None
    assert found.dropped == ("beats.4: it says the same as an earlier one",)


def beats(*said: str) -> str:
    return json.dumps({"beats": [{"text": one} for one in said]})


async def test_a_whole_answer_asked_again_is_not_put_behind_the_rejected_one() -> None:
    two, other = beats("She climbs.", "She waits."), beats("Up she goes.")
    model, it = Model([two, other, other, "TEXT: Up."]), climb()
    assert await it.go(model.put) is None
    assert "Give the whole answer again" in model.asked[1].messages[-1].text
    assert texts(await climb().go(Model([two, GOOD]).put)) == [
        "She climbs.",
        "She waits.",
        "She opens the door.",
    ]


async def test_what_one_model_said_is_not_mixed_with_the_next_ones() -> None:
    half = beats("A.", "B.", "")
    model, it = Model([half] * 4, [beats("C."), beats("D.", "E.", "F.")]), climb()
    assert texts(await it.go(model.put)) == ["D.", "E.", "F."]


async def test_the_authors_own_answer_is_not_mixed_with_the_models() -> None:
    model, it = Model([beats("A.", "", "", "B.")] * 4), climb()
    await it.go(model.put)
    output, _, faults = it.written(LINES)
    assert isinstance(output, BeatsAnswer)
    assert [one.text for one in output.beats] == ["She climbs.", "She waits.", "She opens the door."]
    assert faults == []
