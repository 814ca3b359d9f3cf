"""The test of a provider, and vectors."""

import json
from typing import Any

import pytest

from factories.calls import a_request
from factories.providers import choose_model, know_model, make_endpoint
from infinite_scribe.core.clock import now
from infinite_scribe.core.errors import DomainError
from infinite_scribe.llm.trials import MOST_CALLS
from infinite_scribe.providers.capabilities import at_once, context_of
from infinite_scribe.providers.rules import DEMO_ENDPOINT_ID
from infinite_scribe.providers.service import EndpointService
from servers.fake_provider import Habit, story

from .conftest import Studio

PARAGRAPH = story(118)
HARBOUR_ZH = "夜里的港口很静，灯一盏一盏地亮着，" * 7
HARBOURS = json.dumps({"harbours": [f"Harbour {n}" for n in range(12)]})
GOOD = [
    Habit(text=story(60)),
    Habit(text="{}", refuses_formats=frozenset({"json_schema"})),
    Habit(text='{"colour": "grey", "number": 4}'),
    *[Habit(text="CORMORANT-41")] * 3,
    Habit(text=PARAGRAPH),
    Habit(text=HARBOUR_ZH),
    Habit(text='{"who": "C2", "where": "P2"}'),
    Habit(text=HARBOURS),
]


async def test_the_probe_says_line_by_line_what_it_found(studio: Studio) -> None:
    studio.provider.habits.extend(GOOD)
    report = await studio.client.probe(studio.endpoint, user_id=studio.user)
    assert report.models == ["fake-large"]
    assert {line.check for line in report.lines if line.ok} == {
        "reach", "list", "stream", "structure", "context", "speed", "english", "chinese", "handles", "items",
    }, report.lines  # fmt: skip
    structure = next(line for line in report.lines if line.check == "structure")
    assert (structure.said, structure.detail) == ("json", "Has a JSON mode")
    assert studio.provider.bill.requests == len(GOOD) <= MOST_CALLS


async def test_what_a_probe_found_is_kept_dated_and_used(studio: Studio) -> None:
    studio.provider.habits.extend(GOOD)
    await studio.client.probe(studio.endpoint, user_id=studio.user)
    async with studio.db.api.transaction(studio.scope) as session:
        [known] = await EndpointService.of(session, studio.user).profiles(studio.endpoint)
    found = {figure.name: figure.value for figure in known.figures}
    assert {name: found[name] for name in ("rung", "tier", "list_length", "concurrency", "handles")} == {
        "rung": "json", "tier": "full", "list_length": 12, "concurrency": None, "handles": True,
    }  # fmt: skip
    assert context_of(found, local=True) is None, "the longest text that was tried is no limit"
    assert all(abs((now() - figure.at).total_seconds()) < 60 for figure in known.figures)
    studio.provider.habits.append(Habit(text='{"colour": "red", "number": 1}'))
    schema: dict[str, Any] = {"type": "object", "properties": {"colour": {"type": "string"}}}
    await studio.ask(a_request(studio.user, output_schema=schema))
    assert studio.provider.bill.bodies[-1]["response_format"] == {"type": "json_object"}


@pytest.mark.parametrize(("refused", "most"), [(0, None), (1, 3)])
async def test_a_model_elsewhere_is_limited_only_by_what_it_refused(
    studio: Studio, refused: int, most: int | None
) -> None:
    far = await make_endpoint(studio.db.owner, studio.user, studio.provider.base_url, local=False)
    await know_model(studio.db.owner, studio.user, far, "fake-large", concurrency=4)
    answers = [
        Habit(text=story(60)),
        Habit(text='{"colour": "grey", "number": 4}'),
        Habit(text="CORMORANT-41"),
    ]
    studio.provider.habits.extend([*answers, *[Habit(status=429)] * refused])
    studio.provider.usual = Habit(text=PARAGRAPH)
    await studio.client.probe(far, user_id=studio.user)
    async with studio.db.api.transaction(studio.scope) as session:
        found = await EndpointService.of(session, studio.user).model_profile(far, "fake-large")
    assert (at_once(found), context_of(found, local=False)) == (most, None)


async def test_a_local_model_that_fails_at_a_longer_text_is_limited(studio: Studio) -> None:
    answers = [*GOOD[:4], Habit(text="I do not know."), *GOOD[6:]]
    studio.provider.habits.extend(answers)
    await studio.client.probe(studio.endpoint, user_id=studio.user)
    async with studio.db.api.transaction(studio.scope) as session:
        found = await EndpointService.of(session, studio.user).model_profile(studio.endpoint, "fake-large")
    assert 3_000 < (context_of(found, local=True) or 0) < 5_000
    assert found["tier"] == "tiny"


async def test_a_weak_model_is_told_by_its_figures(studio: Studio) -> None:
    studio.provider.habits.extend(
        [
            Habit(text=story(60)),
            *[Habit(text="Grey, and four.")] * 3,
            Habit(text="I do not know."),
            Habit(text="I cannot help with that."),
            Habit(text=PARAGRAPH),
            Habit(text="Bo went to the mill."),
            Habit(text='{"harbours": ["Cork", "Oslo"]}'),
        ]
    )
    report = await studio.client.probe(studio.endpoint, user_id=studio.user)
    said = {line.check: line.said for line in report.lines}
    assert said == {
        "reach": "reached", "list": "listed", "stream": "streams", "structure": "unstructured",
        "context": "forgets", "speed": "speed", "english": "no_words", "chinese": "other_language",
        "handles": "handles_lost", "items": "items",
    }  # fmt: skip
    async with studio.db.api.transaction(studio.scope) as session:
        [known] = await EndpointService.of(session, studio.user).profiles(studio.endpoint)
    found = {figure.name: figure.value for figure in known.figures}
    assert (found["tier"], found["rung"], found["list_length"]) == ("tiny", "fenced", 2)
    assert (found["chinese"], found["handles"], found["empty_or_refused"]) == (False, False, 1)


async def test_a_dead_address_is_one_honest_line(studio: Studio) -> None:
    gone = await make_endpoint(studio.db.owner, studio.user, "https://127.0.0.1/v1", local=False)
    report = await studio.client.probe(gone, user_id=studio.user)
    assert [(line.check, line.ok) for line in report.lines] == [("reach", False), ("list", False)]


async def test_the_demo_needs_no_test(studio: Studio) -> None:
    report = await studio.client.probe(DEMO_ENDPOINT_ID, user_id=studio.user)
    assert all(line.ok for line in report.lines)


async def test_built_in_vectors_put_like_beside_like(studio: Studio) -> None:
    texts = [
        "The storm sank the fishing boat.",
        "A gale wrecked the trawler.",
        "He added sugar to the tea.",
        "\0\ud800" + "x" * 5000,
    ]
    found = await studio.client.embed(texts[:3], user_id=studio.user)
    assert (found.dimensions, len(found.vectors)) == (512, 3)

    def near(left: list[float], right: list[float]) -> float:
        return sum(one * other for one, other in zip(left, right, strict=True))

    assert near(found.vectors[0], found.vectors[1]) > near(found.vectors[0], found.vectors[2])


async def test_vectors_of_a_provider_carry_its_name(studio: Studio) -> None:
    await choose_model(studio.db.owner, studio.user, "embedding", studio.endpoint, "fake-embed")
    found = await studio.client.embed(["abc", "abcd"], user_id=studio.user)
    assert found.vectors == [[3.0, 1.0], [4.0, 1.0]]
    assert found.model.endswith("/fake-embed")


async def test_without_a_good_token_nothing_is_answered(studio: Studio) -> None:
    studio.client._tokens = type("No", (), {"mint": lambda *_a, **_k: "00"})()
    with pytest.raises(DomainError):
        await studio.client.embed(["a"], user_id=studio.user)
