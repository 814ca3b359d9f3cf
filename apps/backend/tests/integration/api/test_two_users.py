"""Every route with an id, asked by a stranger: with another's ids there is nothing to find and nothing changes.

The routes are those of the contract. A new one fails here until the walk has an object for each of its ids, and a
body where its handler looks at one first.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import text

from factories.calls import make_call
from factories.manuscript import page
from infinite_scribe.canon.inbox import CanonInbox
from infinite_scribe.continuity.models import Finding
from infinite_scribe.core.ids import new_id
from infinite_scribe.db.sql.base import Base
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.genesis.rules import Stage
from infinite_scribe.genesis.service import GenesisService
from infinite_scribe.manuscript.models import Proposal
from infinite_scribe.novels.access import require
from infinite_scribe.novels.rules import NovelPermission
from infinite_scribe.plot.models import PlanBranch
from infinite_scribe.runs.schemas.wire import RunStart
from infinite_scribe.runs.service import RunService
from servers.databases import TestDatabase

from .conftest import PASSWORD, OpenStudio, Studio

pytestmark = pytest.mark.timeout(90)

CONTRACT = json.loads((Path(__file__).parents[3] / "openapi.json").read_text())
WORDS = {"task": "worldsmith.sparks", "stage": "seed", "name": "writer.draft_scene.en"}
"""Parts of paths that are words, not ids."""
HIDDEN = {403, 404}
ENDS = {"trash_novel", "delete_novel_forever"}
"""With these one's own book is gone; what they do to another's is asked all the same."""
BODIES: dict[str, Any] = {
    "update_novel": {"title": "Taken"},
    "set_calendar": {},
    "preview_context": {"scene_id": "{scene_id}"},
    "create_disclosure": {"scene_id": "{scene_id}", "fact_id": "{fact_id}"},
    "create_entry": {"kind": "place", "name": "Taken"},
    "update_entry": {"summary": "Taken"},
    "add_alias": {"text": "Taken"},
    "merge_entry": {"into": "{other_entry_id}"},
    "create_event": {"title": "Taken"},
    "change_event": {"title": "Taken"},
    "create_export": {"format": "txt"},
    "state_fact": {"subject_id": "{entry_id}", "predicate": "health", "value": "ill"},
    "change_fact": {"locked": True},
    "decide_inbox": {"ids": ["{item_id}"], "action": "accept"},
    "state_belief": {"knower": "READER", "fact_id": "{fact_id}", "stance": "knows"},
    "ask_light": {"input": {"count": 3}},
    "remember_place": {"scene_id": "{scene_id}", "pid": "p0", "off": 0},
    "update_plan": {"concept": {"logline": "Taken"}},
    "add_voice_sample": {"text": "Taken"},
    "create_promise": {"kind": "vow", "statement": "Taken"},
    "update_promise": {"statement": "Taken"},
    "preview_ripple": {"fact_id": "{fact_id}"},
    "clear_ripple": {"kind": "scene", "id": "{scene_id}"},
    "roll_back_novel": {"revision": 1},
    "create_route": {"a": "{entry_id}", "b": "{other_entry_id}", "min_ticks": 1},
    "change_route": {"min_ticks": 7},
    "create_rule": {"statement": "Taken"},
    "change_rule": {"statement": "Taken"},
    "start_run": {"task": "writer.draft_scene", "input": {"scene": "{scene_id}"}},
    "search_novel": {"query": "Ada waits"},
    "change_structure": {"base_version": 1, "ops": [{"op": "delete", "kind": "scene", "id": "{scene_id}"}]},
    "date_scenes": {"scenes": [{"scene_id": "{scene_id}"}]},
    "resolve_finding": {"dismiss": True},
    "decide_proposal": {"action": "reject"},
    "put_roles": {"roles": {"writer": []}},
    "update_provider": {"label": "Taken"},
    "put_provider_key": {"key": "sk-taken"},
    "test_provider": {},
    "answer_run": {"gate": "x", "decision": "y"},
    "pause_run": {},
    "retry_run": {},
    "steer_run": {"text": "Taken"},
    "update_card": {"summary": "Taken"},
    "save_prompt": {"system": "Taken", "task": "Taken {{briefing}} {{word_budget}}"},
    "save_novel_prompt": {"system": "Taken", "task": "Taken {{briefing}} {{word_budget}}"},
    "preview_prompt": {"call_id": "{call_id}"},
    "preview_replay": {"without": [0]},
    "save_scene": {"json": page(UUID(int=1), "Taken"), "decisions": []},
    "restore_version": {"version_id": "{version_id}"},
    "name_version": {"label": "Taken"},
    "generate_options": {"count": 3},
    "ask_worldsmith": {"message": "Taken"},
    "compare_options": {"option_ids": ["{option_id}", "{other_option_id}"]},
    "merge_options": {"option_ids": ["{option_id}", "{other_option_id}"]},
    "complete_stage": {},
    "digest_notes": {"text": "Taken"},
    "refresh_stage": {},
    "pick_option": {"option_id": "{option_id}"},
    "edit_stage": {"path": "hook", "value": "Taken"},
    "edit_option": {"option_id": "{option_id}", "path": "hook", "value": "Taken"},
    "add_constraint": {"text": "Taken"},
    "drop_constraint": {"id": "{constraint_id}"},
    "lock_stage": {},
    "unlock_stage": {},
    "restore_stage": {"revision": 1},
    "decide_plan_branch": {"action": "adopt"},
    "change_plan": {
        "base_revision": 1,
        "ops": [{"op": "update", "kind": "chapter", "id": "{chapter_id}", "fields": {"purpose": "Taken"}}],
    },
}


@dataclass(frozen=True)
class Operation:
    """A route of the contract with the names of the ids it takes."""

    name: str
    method: str
    path: str
    ids: tuple[str, ...]
    asked: tuple[str, ...]
    has_body: bool


def _operations() -> list[Operation]:
    found = []
    for path, operations in CONTRACT["paths"].items():
        for method, one in operations.items():
            given = one.get("parameters", [])
            ids = tuple(row["name"] for row in given if row["in"] == "path")
            asked = tuple(
                row["name"]
                for row in given
                if row["in"] == "query" and '"uuid"' in json.dumps(row["schema"]) and row["name"] != "cursor"
            )
            if ids or asked:
                found.append(
                    Operation(one["operationId"], method.upper(), path, ids, asked, "requestBody" in one)
                )
    return found


OPERATIONS = _operations()
QUERIES = {
    "a": "entry_id", "b": "other_entry_id", "about": "entry_id", "after": "item_id", "center": "entry_id",
    "chapter": "chapter_id", "chapters": "chapter_id", "fact_id": "fact_id", "from": "entry_id", "to": "other_entry_id",
    "novel_id": "novel_id", "scene": "scene_id", "scene_id": "scene_id", "traveller": "entry_id",
}  # fmt: skip


def test_the_walk_has_an_object_for_every_id_and_a_body_for_every_route() -> None:
    ids = {one for operation in OPERATIONS for one in operation.ids}
    assert ids - OBJECTS - WORDS.keys() == set(), "make an object in `_objects` for each of these"
    assert {one for operation in OPERATIONS for one in operation.asked} - QUERIES.keys() == set()
    with_body = {one.name for one in OPERATIONS if one.has_body and one.ids}
    assert with_body - BODIES.keys() == set(), "write a body for each of these"
    assert len([one for one in OPERATIONS if one.ids]) > 90


OBJECTS = {
    "alias_id", "branch_id", "call_id", "chapter_id", "disclosure_id", "entry_id", "event_id", "export_id", "fact_id",
    "finding_id", "import_id", "novel_id", "promise_id", "proposal_id", "provider_id", "route_id", "rule_id",
    "round_id", "run_id", "sample_id", "scene_id", "session_id", "version_id",
}  # fmt: skip


async def _book(client: httpx2.AsyncClient, whose: str) -> dict[str, str]:
    """Make a book of one scene with text, in which everything bears a name of its owner; return its ids."""

    async def ask(method: str, path: str, **given: Any) -> Any:
        answer = await client.request(method, f"/api/v1{path}", **given)
        assert answer.status_code < 300, answer.text
        return answer.json()

    novel = (await ask("POST", "/novels", json={"idea": f"{whose} well.", "language": "en"}))["id"]
    chapter = (await ask("GET", f"/novels/{novel}/tree"))["parts"][0]["chapters"][0]
    scene, at = chapter["scenes"][0]["id"], f"/novels/{novel}"
    saved = {"json": page(UUID(scene), f"{whose} waits."), "decisions": [], "leaving": True}
    key = {"if-match": '"1"', "idempotency-key": new_id().hex}
    await ask("PUT", f"/scenes/{scene}/content", json=saved, headers=key)
    entry = await ask(
        "POST", f"{at}/entries", json={"kind": "place", "name": f"{whose} mill", "aliases": ["Old mill"]}
    )
    other = (await ask("POST", f"{at}/entries", json={"kind": "place", "name": f"{whose} tower"}))["entry"][
        "id"
    ]
    here = entry["entry"]["id"]
    inside = {"subject_id": here, "predicate": "part_of", "object_id": other}
    fact = (await ask("POST", f"{at}/facts", json=inside))["fact"]["id"]
    told = await ask("POST", f"{at}/disclosures", json={"scene_id": scene, "fact_id": fact})
    versions = (await ask("GET", f"/scenes/{scene}/versions"))["items"]
    return {
        "novel_id": novel, "chapter_id": chapter["id"], "scene_id": scene, "version_id": versions[0]["id"],
        "entry_id": here, "other_entry_id": other, "fact_id": fact, "disclosure_id": told["disclosure"]["id"],
        "alias_id": next(one["id"] for one in entry["entry"]["aliases"] if one["text"] == "Old mill"),
        "event_id": (await ask("POST", f"{at}/events", json={"title": f"{whose} flood"}))["event"]["id"],
        "rule_id": (await ask("POST", f"{at}/rules", json={"statement": f"{whose} law."}))["rule"]["id"],
        "route_id": (await ask("POST", f"{at}/routes", json={"a": here, "b": other, "min_ticks": 5}))["route"]["id"],
        "promise_id": (await ask("POST", f"{at}/promises", json={"kind": "vow", "statement": f"{whose} vow"}))["id"],
        "sample_id": (await ask("POST", f"{at}/voice", json={"text": f"{whose} hums."}))["samples"][0]["id"],
        "export_id": (await ask("POST", f"{at}/exports", json={"format": "txt"}))["id"],
    }  # fmt: skip


async def _objects(db: TestDatabase, studio: Studio, owner: httpx2.AsyncClient) -> dict[str, str]:
    """Make one object of every kind for the owner; return the ids by the names that paths give them."""
    made = await _book(owner, "Ada")
    me = UUID((await owner.get("/api/v1/me")).json()["id"])
    novel, scene = UUID(made["novel_id"]), UUID(made["scene_id"])
    finding = Finding(
        id=new_id(), novel_id=novel, scene_id=scene, rule="LIFE", subtype="dead_acts", severity="blocker",
        certainty="certain", claim={}, against={}, why={}, fixes=[], fingerprint="f" * 64,
    )  # fmt: skip
    proposal = Proposal(
        id=new_id(), novel_id=novel, scene_id=scene, agent="writer", kind="replace", base_version=1
    )
    change = {"op": "update", "kind": "chapter", "id": made["chapter_id"], "fields": {"purpose": "Taken"}}
    branch = PlanBranch(
        id=new_id(), novel_id=novel, scene_id=scene, premise="Ada premise", ops=[change], base_revision=1
    )
    async with db.owner.transaction(RowScope(user_id=me, novel_id=novel)) as session:
        session.add_all([finding, proposal, branch])
    async with db.api.transaction(RowScope(user_id=me)) as session:
        scope = await require(session, me, novel, NovelPermission.WRITE)
        payload = {"kind": "item", "name": "Lamp"}
        item = await CanonInbox.of(session, scope).propose("entity", payload, scene_id=scene)
    start = RunStart(task="director.begin_book", input={}, idempotency_key=new_id().hex)
    async with db.agent.transaction(RowScope(user_id=me, novel_id=novel)) as session:
        run, _ = await RunService.of(session, me).start(novel, start, studio.settings)
    await _say(owner, made)
    async with db.agent.transaction(RowScope(user_id=me, novel_id=novel)) as session:
        stages = GenesisService.of(session, scope)
        options = [{"title": f"Ada option {number}", "body": {"hook": "Ada hook"}} for number in (1, 2)]
        made["option_id"], made["other_option_id"] = map(
            str, await stages.record_options(Stage.SEED, options)
        )
    hosted = {
        "kind": "openai_compatible", "label": "Mine", "base_url": "https://models.example.com/v1",
    }  # fmt: skip
    provider = await owner.post("/api/v1/providers", json=hosted)
    brought = await owner.post("/api/v1/imports", json={"text": "# One\n\nMara waits.", "name": "b.md"})
    sessions = (await owner.get("/api/v1/me/sessions")).json()["items"]
    return {
        **made, "finding_id": str(finding.id), "branch_id": str(branch.id), "proposal_id": str(proposal.id), "item_id": str(item),
        "run_id": str(run.id), "provider_id": provider.json()["id"], "import_id": brought.json()["id"],
        "call_id": str(await make_call(db.owner, me)), "session_id": sessions[0]["id"], "user": str(me),
    }  # fmt: skip


async def _say(owner: httpx2.AsyncClient, made: dict[str, str]) -> None:
    """Say something about the first stage, and wish for something."""
    at = f"/api/v1/novels/{made['novel_id']}/genesis/seed"
    taken = await owner.post(f"{at}/ask", json={"message": "Ada asks"})
    assert taken.status_code == 202, taken.text
    made["round_id"] = taken.json()["round"]["id"]
    assert (await owner.post(f"{at}/constrain", json={"text": "Ada wish"})).status_code == 200
    kept = await owner.get(f"/api/v1/novels/{made['novel_id']}/genesis")
    made["constraint_id"] = kept.json()["constraints"][0]["id"]


async def _digest(db: TestDatabase, ids: dict[str, str]) -> dict[str, str]:
    """Return a digest per table of all that the owner and the book have."""
    found = {}
    async with db.owner.transaction(
        RowScope(user_id=UUID(ids["user"]), novel_id=UUID(ids["novel_id"]))
    ) as session:
        for table in Base.metadata.sorted_tables:
            owned = [f"t.{name} = :{name}" for name in ("novel_id", "user_id") if name in table.columns]
            if owned:
                rows = text(
                    f"SELECT md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) FROM {table.name} t "
                    f"WHERE {' OR '.join(owned)}"
                )
                given = {"novel_id": ids["novel_id"], "user_id": ids["user"]}
                held = {name: one for name, one in given.items() if name in table.columns}
                found[table.name] = str(await session.scalar(rows, held))
    return found


def _filled(body: Any, ids: dict[str, str]) -> Any:
    if isinstance(body, dict):
        return {key: _filled(value, ids) for key, value in body.items()}
    if isinstance(body, list):
        return [_filled(value, ids) for value in body]
    return body.format(**ids) if isinstance(body, str) and body.startswith("{") else body


async def _ask(
    client: httpx2.AsyncClient, operation: Operation, places: dict[str, str], ids: dict[str, str]
) -> httpx2.Response:
    """Ask with ids of the path from `places` and those of query and body from `ids`."""
    query = {name: ids[QUERIES[name]] for name in operation.asked}
    body = {"json": _filled(BODIES[operation.name], ids)} if operation.name in BODIES else {}
    key = {"idempotency-key": new_id().hex, "if-match": '"1"'}
    path = operation.path.format(**{**places, **WORDS})
    return await client.request(operation.method, path, params=query, headers=key, **body)


async def test_a_stranger_finds_and_changes_nothing(open_studio: OpenStudio, fresh_db: TestDatabase) -> None:
    async with open_studio(
        INFINITE_SCRIBE__ACCOUNTS__REGISTRATION="open", INFINITE_SCRIBE__RATE_LIMITS__USER_PER_MINUTE="100000",
        INFINITE_SCRIBE__RATE_LIMITS__RUNS_PER_MINUTE="100000",
    ) as studio:  # fmt: skip
        owner = await studio.owner()
        ids = await _objects(fresh_db, studio, owner)
        bob = studio.client()
        joined = await bob.post("/api/v1/auth/register", json={"name": "Bob", "password": PASSWORD})
        assert joined.status_code == 201, joined.text
        own = await _book(bob, "Bob")
        before = await _digest(fresh_db, ids)
        assert {"entities", "runs", "proposals", "endpoints", "exports", "imports"} <= before.keys()
        for operation in OPERATIONS:
            if set(operation.ids) - WORDS.keys():
                answer = await _ask(bob, operation, ids, ids)
                assert answer.status_code in HIDDEN, (operation.name, answer.status_code, answer.text)
            # One's own book, and an object of the other's under it: in the path, the query or the body.
            inner = [one for one in operation.ids if one not in {"novel_id", *WORDS}]
            if ("novel_id" in operation.ids or operation.asked) and operation.name not in ENDS:
                answer = await _ask(bob, operation, {**ids, "novel_id": own["novel_id"]}, ids)
                if inner:
                    assert answer.status_code in HIDDEN, (operation.name, answer.text)
                assert answer.status_code < 500 or answer.status_code == 503, (operation.name, answer.text)
                assert not any(one in answer.text for one in _foreign(answer, ids)), (
                    operation.name,
                    answer.text,
                )
            if {"scene_id", "version_id"} <= set(operation.ids):
                answer = await _ask(bob, operation, {**ids, "scene_id": own["scene_id"]}, ids)
                assert answer.status_code in HIDDEN, (operation.name, answer.text)
        assert await _digest(fresh_db, ids) == before


def _foreign(answer: httpx2.Response, ids: dict[str, str]) -> list[str]:
    """Return what may not stand in an answer: names of the other's book; a refusal may say the id it was asked for."""
    names = [
        "Ada mill",
        "Ada tower",
        "Ada flood",
        "Ada law",
        "Ada vow",
        "Ada well",
        "Ada asks",
        "Ada hook",
        "Ada wish",
    ]
    return names + ([] if answer.status_code >= 400 else list(ids.values()))
