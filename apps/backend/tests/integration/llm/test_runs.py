"""Calls of a run: `llm` reads the run by itself; and real service tokens."""

import asyncio
import json
from uuid import UUID

import pytest
from sqlalchemy import text

from factories.calls import a_request
from factories.novels import make_novel
from infinite_scribe.calls.service import usage_of_runs
from infinite_scribe.core.errors import UnauthenticatedError
from infinite_scribe.core.ids import new_id
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.llm.authority import caller_of
from infinite_scribe.web.service_tokens import ServiceIdentity, ServiceVerifier

from .conftest import Studio


async def make_run(studio: Studio, novel: UUID, *, state: str = "running", cap: int | None = None) -> UUID:
    run = new_id()
    async with studio.db.owner.transaction() as session:
        columns = (
            await session.execute(
                text(
                    "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'runs' "
                    "AND is_nullable = 'NO' AND column_default IS NULL"
                )
            )
        ).all()
        values: dict[str, object] = {name: _filler(kind) for name, kind in columns}
        values |= {
            "id": run,
            "root_id": run,
            "user_id": studio.user,
            "payer_id": studio.user,
            "novel_id": novel,
        }
        values |= {"state": state, "epoch": 3, "cap_nanousd": cap, "idempotency_key": run.hex}
        names = ", ".join(values)
        await session.execute(
            text(f"INSERT INTO runs ({names}) VALUES ({', '.join(':' + name for name in values)})"), values
        )
    return run


def _filler(kind: str) -> object:
    if kind in {"integer", "bigint"}:
        return 1
    if kind == "boolean":
        return False
    if kind == "jsonb":
        return json.dumps({})
    return [] if kind == "ARRAY" else "x"


async def test_a_call_of_a_running_run_is_booked_to_it(studio: Studio) -> None:
    novel = await make_novel(studio.db.api, studio.user)
    run = await make_run(studio, novel)
    request = a_request(studio.user, light_key=None, run_id=run, novel_id=novel, epoch=3)
    heard = await studio.ask(request)
    assert heard.done is not None
    async with studio.db.api.transaction(studio.scope) as session:
        used = (await usage_of_runs(session, [run]))[run]
    assert used.output_tokens == studio.provider.bill.output_tokens
    later = await studio.ask(request.model_copy(update={"epoch": 2}))
    assert later.failed is not None
    assert later.failed.code == "run-not-current"
    async with studio.db.owner.transaction() as session:
        await session.execute(text("UPDATE runs SET epoch = 4 WHERE id = :id"), {"id": run})
    taken_over = await studio.ask(request.model_copy(update={"epoch": 4}))
    assert taken_over.done == heard.done
    assert studio.provider.bill.requests == 1


async def test_nothing_is_bought_for_a_run_that_is_over(studio: Studio) -> None:
    novel = await make_novel(studio.db.api, studio.user)
    run = await make_run(studio, novel, state="cancelled")
    heard = await studio.ask(a_request(studio.user, light_key=None, run_id=run, novel_id=novel, epoch=3))
    assert heard.failed is not None
    assert heard.failed.code == "run-not-current"
    assert studio.provider.bill.requests == 0


async def test_a_strangers_call_is_not_seen(studio: Studio) -> None:
    novel = await make_novel(studio.db.api, studio.user)
    run = await make_run(studio, novel)
    heard = await studio.ask(a_request(studio.user, light_key=None, run_id=run, novel_id=novel, epoch=3))
    assert heard.done is not None
    async with studio.db.api.transaction(RowScope(user_id=new_id())) as session:
        assert await session.scalar(text("SELECT count(*) FROM llm_calls")) == 0
        assert await session.scalar(text("SELECT count(*) FROM ledger")) == 0


async def test_a_real_service_token_opens_the_door(studio: Studio) -> None:
    identity = ServiceIdentity("writer")
    await identity.publish(studio.db.agent)
    verifier = ServiceVerifier(studio.db.llm)
    token = identity.mint(
        "llm",
        user_id=studio.user,
        novel_id=None,
        run_id=None,
        actions=["call:writer.rewrite"],
        request_id="r",
    )
    caller = await caller_of(verifier, f"Bearer {token}")
    assert (caller.service, caller.user_id) == ("writer", studio.user)
    await asyncio.sleep(0)
    for bad in (None, "Bearer x", f"Bearer {token[:-4]}AAAA"):
        with pytest.raises(UnauthenticatedError):
            await caller_of(verifier, bad)
