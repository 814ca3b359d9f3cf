"""Each agent's process is killed during its own step: the run goes on, and nothing is done or bought twice.

kill -9 is the worst a computer does to a process: no goodbye, no flush. The supervisor starts another one; the queue,
the remembered steps and the journal of calls say where it has to go on.
"""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from servers.platform import AGENTS, Author, Page, Platform, prose, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

MARK = re.compile(r"\[\[B\d+\]\]\s*")
OPEN = ("intended", "dialled", "streaming")


def until_asking(studio: Platform, novel: str, agent: str) -> dict[str, Any]:
    """Wait until an agent of this book is in the middle of a model call; return the call."""

    def asking() -> dict[str, Any] | None:
        found = studio.rows(
            "SELECT id, run_id, path FROM llm_calls WHERE novel_id = %s AND agent = %s AND state = ANY(%s)",
            novel, agent, list(OPEN),
        )  # fmt: skip
        return found[0] if found else None

    found = wait_until(asking, f"{agent} never asked a model", seconds=120, pause=0.01)
    assert found is not None
    return found


def finished_steps(studio: Platform, novel: str) -> dict[tuple[Any, ...], Any]:
    """Return the remembered steps of a book: where they stand, and when they were finished in which life."""
    rows = studio.rows(
        "SELECT run_id, path, try, epoch, finished_at FROM run_steps WHERE novel_id = %s", novel
    )
    return {(one["run_id"], one["path"], one["try"]): (one["epoch"], one["finished_at"]) for one in rows}


def assert_bought_once(studio: Platform, novel: str) -> None:
    calls = studio.rows(
        "SELECT run_id, path, try, no, dial_no, state FROM llm_calls WHERE novel_id = %s", novel
    )
    slots = [(one["run_id"], one["path"], one["try"], one["no"]) for one in calls]
    assert len(slots) == len(set(slots)) >= 8
    assert {(one["dial_no"], one["state"]) for one in calls} == {(1, "done")}
    paid = studio.rows("SELECT call_id, kind FROM ledger WHERE novel_id = %s", novel)
    assert {one["kind"] for one in paid} == {"call"}
    assert len(paid) == len(calls)


@pytest.mark.parametrize("agent", AGENTS)
def test_an_agent_is_killed_in_its_own_step(agent: str, studio: Platform, author: Author) -> None:
    novel = author.new_book(f"a town that sells weather, and the {agent} of it")["id"]
    run = author.start(novel, "director.begin_book")
    call = until_asking(studio, novel, agent)
    before = finished_steps(studio, novel)
    studio.kill(agent)
    author.until_done(run["id"], seconds=150)
    family = author.until_family_done(run["id"])
    hit = next(one for one in family if one["id"] == call["run_id"])
    assert hit["takeovers"] == 1, f"{agent} was not hit in its run"
    assert [one["task"] for one in family if one["takeovers"] and one["agent"] != agent] == []
    after = finished_steps(studio, novel)
    assert {key: after[key] for key in before} == before, "a finished step was done again"
    assert_bought_once(studio, novel)
    assert len(prose(author.scene(novel)).split()) >= 1_000


def test_the_llm_process_is_killed_in_the_middle_of_a_draft(studio: Platform, author: Author) -> None:
    novel = author.new_book("a surveyor maps a valley that moves at night")["id"]
    run = author.start(novel, "director.begin_book")
    page, killed_at = Page(), 0.0
    for event in author.follow_live(run["id"]):
        page.take(event)
        if event.type == "text.delta" and event.data["offset"] > 1_000 and not killed_at:
            studio.kill("llm")
            killed_at = time.monotonic()
    assert killed_at
    author.until_done(run["id"], seconds=150)
    scene = author.scene(novel)
    assert MARK.sub("", page.texts[scene["scene_id"]]).strip() == prose(scene)
    assert len(prose(scene).split()) >= 1_000
    author.until_family_done(run["id"])
    drafts = studio.rows(
        "SELECT dial_no, continuations, seams FROM llm_calls WHERE novel_id = %s AND agent = 'writer'", novel
    )
    assert len(drafts) == 1
    assert drafts[0]["dial_no"] == 2
    assert drafts[0]["continuations"] == 1, "the cut draft was begun anew instead of continued"
    others = studio.rows("SELECT dial_no FROM llm_calls WHERE novel_id = %s AND agent <> 'writer'", novel)
    assert {one["dial_no"] for one in others} == {1}
