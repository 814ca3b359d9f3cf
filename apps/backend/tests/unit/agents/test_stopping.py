"""What stops a book is asked once, and again only when it comes anew; a scene with a text is not left unwritten."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest

from infinite_scribe.agents.director.spending import Purse
from infinite_scribe.agents.director.stopping import reason_to_stop
from infinite_scribe.agents.writer import drafting
from infinite_scribe.continuity.unwritten import left_clash
from infinite_scribe.runs.errors import SceneLeftError
from infinite_scribe.runs.gates import Asking, Gate

CALM: dict[str, Any] = {"late": "", "passed": [], "stale": None, "worn": False, "spent": 0.0}
OTHERS = {"chapter": str(UUID(int=1)), "scenes": [{"scene": "s", "further": True}] * 3}
OURS = {"chapter": str(UUID(int=2)), "scenes": [{"scene": "s", "further": False}]}


class Book:
    """A book whose look after each chapter is given; what was asked was let stand."""

    def __init__(self) -> None:
        self.allowed: set[str] = set()
        self.written: list[dict[str, Any]] = []

    async def after(self, chapter: dict[str, Any], **found: Any) -> str | None:
        async def read(_path: str, _body: object) -> dict[str, Any]:
            return {**CALM, **found}

        self.written.append(chapter)
        ctx, purse = cast("Any", SimpleNamespace(read=read)), Purse(Asking.of({}, Gate.SPEND))
        stop = await reason_to_stop(ctx, "chapter1", self.written, purse, self.allowed, last=False)
        self.allowed |= {stop.key} if stop is not None else set()
        return stop.key if stop is not None else None


async def test_what_was_let_stand_is_asked_again_only_when_it_comes_anew() -> None:
    book = Book()
    assert await book.after(OTHERS, worn=True) == "fallback"
    assert await book.after(OTHERS, worn=True) == "worn"
    assert await book.after(OTHERS, worn=True) is None
    assert await book.after(OURS, worn=True) is None
    assert await book.after(OTHERS) == "fallback"
    assert await book.after(OURS, worn=True) == "worn"
    assert await book.after(OURS, late="A", passed=["A"]) == "promise-late:A"
    assert await book.after(OURS, late="A", passed=["A", "B"]) == "promise-late:B"
    assert await book.after(OURS, late="A", passed=["A", "B"]) is None


async def test_a_draft_stands_when_nobody_brings_it_to_its_length(monkeypatch: pytest.MonkeyPatch) -> None:
    offered: list[bool] = []

    async def resized(ctx: Any, *_: object) -> str:
        offered.append(ctx.may_leave)
        raise SceneLeftError(why="refused")

    monkeypatch.setattr(drafting, "resized", resized)
    ctx = cast("Any", SimpleNamespace(may_leave=True))
    assert await drafting._to_length(ctx, UUID(int=1), "It rained.", 900, "draft") == "It rained."
    assert (offered, ctx.may_leave) == ([False], True)


@pytest.mark.parametrize("why", ["refused", "prose", "unreachable", "structure", "I won’t."])
def test_why_a_scene_was_left_is_told_in_both_languages(why: str) -> None:
    told = left_clash(UUID(int=1), 1, why).why
    assert "won’t" not in told["en"] + told["zh"]
    assert not any("a" <= sign <= "z" for sign in told["zh"])
