"""The test of a provider, and vectors."""

import pytest

from factories.providers import choose_model
from infinite_scribe.core.errors import DomainError
from infinite_scribe.providers.rules import DEMO_ENDPOINT_ID
from servers.fake_provider import Habit, story

from .conftest import Studio


async def test_the_probe_says_line_by_line_what_it_found(studio: Studio) -> None:
    studio.provider.habits.extend(
        [
            Habit(text=story(60)),
            Habit(text="{}", refuses_formats=frozenset({"json_schema"})),
            Habit(text='{"colour": "grey", "number": 4}'),
            Habit(text="CORMORANT-41"),
        ]
    )
    report = await studio.client.probe(studio.endpoint, user_id=studio.user)
    assert report.models == ["fake-large"]
    assert {line.check: line.ok for line in report.lines} == {
        "reach": True, "list": True, "stream": True, "structure": True, "context": True, "speed": True,
    }  # fmt: skip
    structure = next(line for line in report.lines if line.check == "structure")
    assert "JSON mode" in structure.detail


async def test_a_dead_address_is_one_honest_line(studio: Studio) -> None:
    from factories.providers import make_endpoint

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
