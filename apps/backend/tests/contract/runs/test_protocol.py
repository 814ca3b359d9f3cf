"""What two versions of the program must agree on while both run: inputs and results of tasks, and calls to `llm`.

`protocol.json` holds the shapes of the version that is in use. Something new that may be absent is fine. Whoever takes
a field away, makes one required or changes its type raises `PROTOCOLS[agent]` (or `llm.presence.PROTOCOL`) and writes
the file anew: `python tests/contract/runs/test_protocol.py`.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter

from infinite_scribe.llm.presence import PROTOCOL
from infinite_scribe.model_client.schemas import CallEvent, CallRequest
from infinite_scribe.runs.schemas.tasks import AGENTS, PROTOCOLS, TASKS

SNAPSHOT = Path(__file__).with_name("protocol.json")
Shape = dict[str, Any]


def shape_of(kind: Any) -> Shape:
    """Return the members of a type: what each holds, and whether it must be there."""
    adapter = TypeAdapter(kind)
    schema = adapter.json_schema(mode="validation", by_alias=True)
    shapes = {"": schema, **schema.get("$defs", {})}
    return {
        name: {
            "required": sorted(part.get("required", [])),
            "members": {member: _plain(inner) for member, inner in part.get("properties", {}).items()},
            "choices": sorted(map(str, part.get("enum", []))),
        }
        for name, part in sorted(shapes.items())
    }


def _plain(schema: Any) -> Any:
    """Return a schema without words and defaults, which the wire does not feel."""
    if isinstance(schema, dict):
        left_out = {"title", "description", "default", "examples"}
        return {key: _plain(value) for key, value in sorted(schema.items()) if key not in left_out}
    return [_plain(item) for item in schema] if isinstance(schema, list) else schema


def present() -> dict[str, Any]:
    """Return every shape as it is in this code."""
    agents: dict[str, Any] = {
        agent: {
            "protocol": PROTOCOLS[agent],
            "tasks": {
                name: {"input": shape_of(spec.input_model), "result": shape_of(spec.result_model)}
                for name, spec in sorted(TASKS.items())
                if spec.agent == agent
            },
        }
        for agent in AGENTS
    }
    calls = {"request": shape_of(CallRequest), "event": shape_of(CallEvent)}
    return {**agents, "llm": {"protocol": PROTOCOL, "tasks": {"call": calls}}}


def breaks(old: Shape, new: Shape) -> list[str]:
    """Return in words what a side with the old shapes could not understand of the new ones, or the other way round."""
    found = []
    for name, was in old.items():
        now = new.get(name)
        if now is None:
            found.append(f"{name} is gone")
            continue
        found += [f"{name}.{member} is gone" for member in was["members"] if member not in now["members"]]
        found += [
            f"{name}.{member} is required" for member in now["required"] if member not in was["required"]
        ]
        found += [
            f"{name}.{member} is another thing"
            for member, kind in was["members"].items()
            if member in now["members"] and now["members"][member] != kind
        ]
        found += [f"{name} knows no {choice}" for choice in was["choices"] if choice not in now["choices"]]
    return found


@pytest.mark.parametrize("part", [*AGENTS, "llm"])
def test_the_wire_changes_only_with_the_version(part: str) -> None:
    old, new = json.loads(SNAPSHOT.read_text())[part], present()[part]
    if old["protocol"] != new["protocol"]:
        assert old["protocol"] < new["protocol"]
        pytest.fail("the version has risen: write protocol.json anew, as its test's first lines say")
    wrong = [f"task {task} is gone" for task in old["tasks"] if task not in new["tasks"]]
    for task, sides in old["tasks"].items():
        for side, shape in sides.items():
            if task in new["tasks"]:
                wrong += [f"{task} {side}: {one}" for one in breaks(shape, new["tasks"][task][side])]
    assert wrong == [], f"raise the version of {part}, or let old runs go on: {wrong}"


class _Old(BaseModel):
    scene: str
    count: int = 3


class _Freer(BaseModel):
    scene: str
    count: int = 4
    note: str | None = None


class _Stricter(BaseModel):
    scene: str
    count: int
    note: str


class _Other(BaseModel):
    scene: int


def test_the_check_sees_what_breaks_and_lets_additions_pass() -> None:
    old = shape_of(_Old)
    assert breaks(old, shape_of(_Freer)) == []
    assert set(breaks(old, shape_of(_Stricter))) == {".count is required", ".note is required"}
    assert set(breaks(old, shape_of(_Other))) == {".count is gone", ".scene is another thing"}
    fewer = copy.deepcopy(shape_of(CallRequest))
    role = next(name for name, part in fewer.items() if "role" in part["members"])
    del fewer[role]["members"]["role"]
    assert breaks(shape_of(CallRequest), fewer) == [f"{role}.role is gone"]


if __name__ == "__main__":
    SNAPSHOT.write_text(json.dumps(present(), indent=1, sort_keys=True, ensure_ascii=False) + "\n")
