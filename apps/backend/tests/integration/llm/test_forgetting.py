from datetime import timedelta

from factories.calls import make_call, make_user
from infinite_scribe.calls.models import LlmCall
from infinite_scribe.core.clock import now
from infinite_scribe.llm.forgetting import forget_once
from servers.databases import TestDatabase


async def test_old_calls_keep_what_they_cost_and_lose_what_they_said(fresh_db: TestDatabase) -> None:
    user = await make_user(fresh_db.owner)
    part = {"manifest": [{"kind": "scene"}]}
    old = await make_call(fresh_db.owner, user, created_at=now() - timedelta(days=31), **part)
    open_ = await make_call(fresh_db.owner, user, created_at=now() - timedelta(days=31), state="cut")
    young = await make_call(fresh_db.owner, user, created_at=now() - timedelta(days=29), **part)
    await forget_once(fresh_db.llm, 30)
    async with fresh_db.owner.transaction() as session:
        rows = {one: await session.get_one(LlmCall, one) for one in (old, open_, young)}
    assert (rows[old].request, rows[old].response, rows[old].manifest) == (None, None, [])
    assert rows[old].usage == {"input_tokens": 3, "output_tokens": 5}
    assert len(rows[old].request_sha256) == 32
    assert rows[open_].request is not None
    assert rows[young].request is not None
    assert rows[young].response == {"text": "It rained."}
    assert rows[young].manifest == part["manifest"]
