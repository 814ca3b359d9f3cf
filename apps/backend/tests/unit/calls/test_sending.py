"""A call is taken apart and put together again: without changes byte for byte, with them only so far as they reach."""

from __future__ import annotations

from typing import Any

import pytest

from infinite_scribe.calls.errors import ReplayVariablesError
from infinite_scribe.calls.sending import Change, Sent
from infinite_scribe.model_client.filling import FilledMessage, places_of

BRIEFING = "## Cast\n### C1 Mara\nA diver.\n### C2 Ilan\nA smith.\n## Facts\n- F1 The key is brass."
PARTS = {"C1": "### C1 Mara\nA diver.", "C2": "### C2 Ilan\nA smith.", "F1": "- F1 The key is brass."}
DATA = {
    "language": "en",
    "cast": [{"handle": "C1"}, {"handle": "C2"}],
    "facts": [{"handle": "F1"}],
    "goal": "x",
}


def stored(**extra: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    messages = [
        FilledMessage.filled("system", "You write.", {}),
        FilledMessage.filled(
            "user", "{{briefing}}\n\nIn {{words}} words.", {"briefing": BRIEFING, "words": 90}
        ),
    ]
    items = []
    for handle, text in PARTS.items():
        at = BRIEFING.index(text)
        row = {
            "slot": 8,
            "handle": handle,
            "kind": "x",
            "id": None,
            "tokens": 5,
            "reason": "pov",
            "kept": True,
        }
        items.append({**row, "at": [at, at + len(text)]})
    dropped = [{**items[0], "handle": "C9", "kept": False, "reason": "over_cap", "at": None}]
    request = {"messages": [one.model_dump() for one in messages], "data": DATA, **extra}
    return request, {"items": items, "dropped": dropped, "prompt": {"places": places_of(messages)}}


def test_without_a_change_the_same_words_are_sent() -> None:
    request, manifest = stored()
    sent = Sent.of(request, manifest)
    assert sent.wording == ("You write.", "{{briefing}}\n\nIn {{words}} words.")
    again = sent.again(Change())
    assert [one.model_dump() for one in again.messages()] == request["messages"]
    assert again.data == DATA
    assert [row["at"] for row in again.items] == [row["at"] for row in manifest["items"]]


def test_a_part_goes_from_text_and_twin_and_leaves_no_empty_heading() -> None:
    sent = Sent.of(*stored())
    again = sent.again(Change(without={0, 2, 3, 99}))
    text = again.messages()[1].text
    assert text == "## Cast\n### C2 Ilan\nA smith.\n\nIn 90 words."
    assert again.data == {"language": "en", "cast": [{"handle": "C2"}], "facts": [], "goal": "x"}
    [left] = again.items
    assert again.values["briefing"][slice(*left["at"])] == PARTS["C2"]
    assert [(row["handle"], row["reason"]) for row in again.dropped] == [
        ("C1", "removed"),
        ("F1", "removed"),
        ("C9", "over_cap"),
    ]


def test_the_wording_changes_around_the_values() -> None:
    sent = Sent.of(*stored())
    again = sent.again(Change(system="You sing.", task="{{words}} verses of:\n{{briefing}}"))
    assert [one.text for one in again.messages()] == ["You sing.", f"90 verses of:\n{BRIEFING}"]
    with pytest.raises(ReplayVariablesError) as refused:
        sent.again(Change(task="{{briefing}} {{mood}}"))
    assert refused.value.params == {"unknown": ["mood"], "known": ["briefing", "words"]}


def test_what_followed_stays_and_without_notes_the_whole_text_is_wording() -> None:
    request, manifest = stored()
    later = [{"role": "assistant", "text": "{"}, {"role": "user", "text": "Again, please."}]
    request["messages"] += later
    assert [one.model_dump() for one in Sent.of(request, manifest).again(Change()).messages()][2:] == later
    bare = Sent.of(request, {"items": manifest["items"]})
    assert bare.wording[1].startswith("## Cast")
    assert not any(one.removable for one in bare.parts)
    assert bare.again(Change(without={0})).messages()[1].text == request["messages"][1]["text"]
