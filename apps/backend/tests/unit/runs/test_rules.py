"""The life of a run, its numbers, and its table of tasks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from infinite_scribe.core.errors import Kind
from infinite_scribe.runs.errors import ReportedError, RunFenced, RunParked, RunStopped
from infinite_scribe.runs.rules import (
    ENDED,
    Cursor,
    Effect,
    RunState,
    Verb,
    ends_sentence,
    reaction,
    seed_below,
    utf16_length,
)
from infinite_scribe.runs.schemas.events import FRAMES, PAYLOADS
from infinite_scribe.runs.schemas.inputs import LearnResult, StageResult, TaskResult
from infinite_scribe.runs.schemas.tasks import AGENTS, PROTOCOLS, TASKS
from infinite_scribe.runs.schemas.wire import RunStart
from infinite_scribe.runs.tail import parse_places
from infinite_scribe.web.problems import status_of

places = st.builds(Cursor, st.integers(0, 999), st.integers(0, 999_999))


@given(places, places)
def test_seq_orders_like_the_place_and_comes_back(one: Cursor, other: Cursor) -> None:
    assert Cursor.of_seq(one.seq) == one
    assert Cursor.of_entry(one.entry) == one
    assert (one < other) == (one.seq < other.seq)


def test_only_the_next_event_or_a_new_epoch_follows() -> None:
    assert Cursor(1, 3).follows(Cursor(1, 2))
    assert not Cursor(1, 4).follows(Cursor(1, 2))
    assert Cursor(2, 1).follows(Cursor(1, 9))
    assert not Cursor(1, 1).follows(Cursor(2, 9))


@pytest.mark.parametrize("state", ENDED)
def test_only_a_retry_opens_an_end(state: RunState) -> None:
    for verb in (Verb.RESUME, Verb.ANSWER, Verb.PAUSE):
        assert reaction(verb, state).effect is Effect.REFUSED
    assert reaction(Verb.RETRY, RunState.COMPLETED).effect is Effect.REFUSED


def test_running_work_is_signalled_and_resting_work_changed_at_once() -> None:
    assert reaction(Verb.CANCEL, RunState.RUNNING).state is RunState.CANCELLING
    assert reaction(Verb.PAUSE, RunState.RUNNING).effect is Effect.SIGNAL
    for state in (RunState.QUEUED, RunState.WAITING, RunState.PAUSED):
        assert reaction(Verb.CANCEL, state).state is RunState.CANCELLED


@pytest.mark.parametrize(("text", "ends"), [
    ("He left.", True), ("“Go!” ", True), ("他走了。", True), ("「走！」", True), ("He lef", False), ("", False),
    ("Then,", False), ("A line\n\n", True),
])  # fmt: skip
def test_a_pause_waits_for_the_end_of_a_sentence(text: str, ends: bool) -> None:
    assert ends_sentence(text) is ends


@given(st.text())
def test_offsets_are_utf16_units(text: str) -> None:
    assert utf16_length(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


def test_seeds_are_stable_and_differ() -> None:
    assert seed_below(7, "a") == seed_below(7, "a") != seed_below(7, "b")
    assert 0 <= seed_below(2**61, "x") < 2**63


def test_control_flow_cannot_be_caught_by_accident() -> None:
    assert not any(issubclass(kind, Exception) for kind in (RunFenced, RunParked, RunStopped))


def test_a_reported_problem_keeps_code_kind_and_status() -> None:
    error = ReportedError.of(
        {"code": "too-many-runs", "kind": "RATE_LIMITED", "title": "T", "retry_after": 4}
    )
    assert (error.code, error.kind, error.retry_after, status_of(error)) == (
        "too-many-runs",
        Kind.RATE_LIMITED,
        4,
        429,
    )
    assert ReportedError.of({"kind": "odd"}).kind is Kind.BUG


def test_every_event_has_a_frame_of_its_own_type() -> None:
    types = [payload.model_fields["type"].default for payload in PAYLOADS]
    assert len(set(types)) == len(types) == len(FRAMES)


def test_the_table_is_whole() -> None:
    assert set(PROTOCOLS) == set(AGENTS)
    for name, spec in TASKS.items():
        assert name.split(".")[0] == spec.agent
        assert spec.budget or spec.role in {None, "embedding"}, name
        assert issubclass(spec.result_model, TaskResult), name


def test_a_result_without_product_says_so() -> None:
    assert not TaskResult(words=9).has_product()
    assert TaskResult(proposals=["p"]).has_product()
    assert StageResult(stage="theme", content={"a": 1}).has_product()
    assert LearnResult(looked=True).has_product()


def test_places_come_from_frame_ids() -> None:
    run = "01a1fdde-0ede-774f-bf13-156eb2a44549"
    found = parse_places([f"{run}:2000003"])
    assert [(str(key), place) for key, place in found.items()] == [(run, Cursor(2, 3))]
    with pytest.raises(ValueError):
        parse_places(["nonsense"])


def test_start_takes_nothing_it_does_not_know() -> None:
    with pytest.raises(ValidationError):
        RunStart.model_validate({"task": "t", "idempotency_key": "k" * 16, "state": "completed"})
