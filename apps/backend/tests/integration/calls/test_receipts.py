"""A receipt says which row each part was: the journal keeps the parts short, the manifest knows their rows."""

from uuid import UUID

from factories.calls import make_call
from factories.novels import make_novel, make_user
from infinite_scribe.calls.service import CallService
from infinite_scribe.core.ids import new_id
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.runs.manifests import keep_manifest
from servers.databases import TestDatabase


async def test_the_parts_of_a_receipt_name_their_rows(fresh_db: TestDatabase) -> None:
    user = await make_user(fresh_db.owner)
    novel: UUID = await make_novel(fresh_db.api, user)
    rule, fact = str(new_id()), str(new_id())
    shown = [
        {"slot": "3", "item": "R1", "tokens": 20, "reason": "rule_in_scope", "kept": True},
        {"slot": "8", "item": "fact", "tokens": 30, "reason": "over_cap", "kept": False},
    ]
    kept = [
        {"slot": 3, "handle": "R1", "kind": "rule", "id": rule, "tokens": 20, "reason": "x", "kept": True}
    ]
    dropped = [
        {"slot": 8, "handle": "", "kind": "fact", "id": fact, "tokens": 30, "reason": "x", "kept": False}
    ]
    call = await make_call(fresh_db.owner, user, novel_id=novel, manifest=shown)
    scope = RowScope(user_id=user, novel_id=novel)
    async with fresh_db.agent.transaction(scope) as session:
        await keep_manifest(
            session, call, {"items": kept, "dropped": dropped}, novel_id=novel, user_id=user, run_id=None
        )
    async with fresh_db.api.transaction(scope) as session:
        parts = (await CallService.of(session).receipt(call)).parts
    assert [(part.item, part.kind, part.id) for part in parts] == [
        ("R1", "rule", rule),
        ("fact", "fact", fact),
    ]


async def test_without_a_manifest_the_parts_stand_alone(fresh_db: TestDatabase) -> None:
    user = await make_user(fresh_db.owner)
    shown = [{"slot": "1", "item": "house", "tokens": 20, "reason": "style", "kept": True}]
    call = await make_call(fresh_db.owner, user, manifest=shown)
    async with fresh_db.api.transaction(RowScope(user_id=user)) as session:
        [part] = (await CallService.of(session).receipt(call)).parts
    assert (part.item, part.kind, part.id) == ("house", "", None)
