"""How much of a prompt is the same in the calls that follow, so that a provider may keep it."""

from __future__ import annotations

from infinite_scribe.model_client.filling import FilledMessage, opening_of
from infinite_scribe.model_client.schemas import Message


def test_the_opening_ends_where_the_stable_part_of_the_briefing_ends() -> None:
    stable, rest = "The house rules.", "\n\nThis scene."
    system = FilledMessage.filled("system", "You write.", {})
    asked = FilledMessage.filled("user", "Read this:\n{{briefing}}\nWrite.", {"briefing": stable + rest})
    chars = opening_of([system, asked], "briefing", len(stable))
    assert asked.text[:chars] == "Read this:\nThe house rules."


def test_nothing_is_kept_of_a_prompt_that_has_no_briefing() -> None:
    asked = FilledMessage.filled("user", "Name {{count}} names.", {"count": 6})
    assert opening_of([asked], "briefing", 40) == 0
    assert opening_of([Message(role="user", text="Hello")], "briefing", 40) == 0
    assert opening_of([FilledMessage.filled("user", "{{briefing}}", {"briefing": "x"})], "briefing", 0) == 0
