"""The choice between two drafts is blind: order and authorship swapped, the same draft wins or it is a tie."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from factories.loop import StoryModels
from factories.readers import ReadingRoom, make_room
from infinite_scribe.agents.editor import choosing
from infinite_scribe.briefing.errors import BriefingTooLargeError
from infinite_scribe.manuscript.models import SceneVersion
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(60)
PLAIN = [
    (
        "Mara Venn counted the nets. She was tired. When the harbour bell rang twice across the black water, nobody on "
        "the quay so much as raised a head, though each of them had waited for it since noon. She went in."
    )
]
WORN = (
    "She looked at the old sea wall again. She looked at the old sea wall again. She looked at the old sea wall again.",
)


async def drafts(db: TestDatabase, tmp: Path) -> tuple[ReadingRoom, UUID, UUID]:
    room = await make_room(db, tmp)
    await room.write(*PLAIN)
    await room.write(*WORN)
    async with db.owner.transaction() as session:
        rows = await session.scalars(
            select(SceneVersion)
            .where(SceneVersion.scene_id == room.book.scene_id)
            .order_by(SceneVersion.number)
        )
        versions = {row.text: row.id for row in rows}
    return room, versions[PLAIN[0]], versions[WORN[0]]


async def asked(room: ReadingRoom, first: UUID, second: UUID) -> dict[str, Any]:
    run = await room.ask("editor.choose", scene=str(room.book.scene_id), first=str(first), second=str(second))
    assert run.result is not None
    return run.result


async def test_swapping_order_and_authorship_changes_neither_the_question_nor_the_winner(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    room, plain, worn = await drafts(fresh_db, tmp_path)
    models = StoryModels()
    async with room.open(models, ("editor",)):
        one = await asked(room, plain, worn)
        async with fresh_db.owner.transaction() as session:
            await session.execute(
                text("UPDATE scene_versions SET author = 'agent', demo = true WHERE id = :id"), {"id": worn}
            )
        other = await asked(room, worn, plain)
    assert one["winner"] == other["winner"] == str(plain)
    assert one["advice"] == other["advice"] == str(plain)
    assert (one["orders"], other["orders"]) == (["first", "first"], ["second", "second"])
    prompts = [[message.text for message in one.messages] for one in models.requests]
    assert prompts[0] == prompts[3]
    assert prompts[1] == prompts[2]
    assert prompts[0] != prompts[1]
    said = "\n".join(prompts[0])
    assert not any(word in said for word in (str(plain), str(worn), "agent", "demo", str(room.book.user_id)))


@pytest.mark.parametrize("always", ["a", "b"])
async def test_a_judge_who_goes_by_the_place_decides_nothing(
    fresh_db: TestDatabase, tmp_path: Path, always: str
) -> None:
    room, plain, worn = await drafts(fresh_db, tmp_path)
    models = StoryModels(lambda *_: {"winner": always, "margin": 5, "why": "It is better."})
    async with room.open(models, ("editor",)):
        found = await asked(room, plain, worn)
    assert (found["winner"], found["margin"]) == (None, 0)
    assert set(found["orders"]) == {"first", "second"}


async def test_drafts_too_long_to_be_read_side_by_side_are_a_tie(
    fresh_db: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def too_large(*_: object) -> None:
        raise BriefingTooLargeError(room=1)

    room, plain, worn = await drafts(fresh_db, tmp_path)
    monkeypatch.setattr(choosing, "ask_both_orders", too_large)
    async with room.open(StoryModels(), ("editor",)):
        said = await asked(room, plain, worn)
    assert (said["winner"], said["advice"]) == (None, None)
    assert [one["reason"] for one in said["not_evaluated"]] == ["too_large"]
