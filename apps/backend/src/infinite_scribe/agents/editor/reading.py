"""Reading a whole chapter with a model, in as many parts as it takes; only what it can quote counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.briefings import close_reading, frozen, parts_of
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.briefing.profiles import ProfileName
from infinite_scribe.continuity.passages import utf16_offset
from infinite_scribe.continuity.quotes import QuoteFinder, QuotePlace
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.structure.service import StructureService


@dataclass(frozen=True)
class ChapterText:
    """A chapter's paragraphs, each with its scene; finds quotes in them."""

    paragraphs: Sequence[Mapping[str, Any]]
    finder: QuoteFinder

    @classmethod
    def of(cls, paragraphs: Sequence[Mapping[str, Any]]) -> ChapterText:
        """Return the chapter of some paragraphs `{scene, pid, version, text}`."""
        texts = [(f"{one['scene']}/{one['pid']}", str(one["text"])) for one in paragraphs]
        return cls(paragraphs, QuoteFinder(texts))

    def side(self, quote: str, after: QuotePlace | None = None) -> dict[str, Any] | None:
        """Return where a quote stands, as a side of a finding: offsets in UTF-16 code units. None when it does not."""
        place = self.finder.find(quote, after)
        if place is None:
            return None
        one = self.paragraphs[place.paragraph]
        return {
            "scene": one["scene"], "version": one["version"], "pid": one["pid"],
            "from": utf16_offset(one["text"], place.start), "to": utf16_offset(one["text"], place.end),
            "quote": place.text,
        }  # fmt: skip


@dataclass(frozen=True)
class Question:
    """What is asked of each part of a chapter. `proves` gives the quotes of an answer, of which one at least must stand.

    `beside`: how many tokens of `data` stand in each part next to the chapter.
    """

    prompt: str
    profile: ProfileName
    data: Mapping[str, Any]
    form: type[BaseModel]
    max_tokens: int
    proves: Callable[[Any], Sequence[str]]
    beside: int = 0


@dataclass(frozen=True)
class Reading:
    """A chapter's text, an answer for each of its parts, how many items of these had no form, and who answered."""

    text: ChapterText
    answers: list[Any]
    formless: int
    models: frozenset[str]


async def read_chapter(ctx: RunContext, chapter: UUID, asked: Question, *, prefix: str) -> Reading:
    """Ask about each part of a chapter. A chapter without text has no answers."""
    kept = await ctx.material(f"{prefix}/chapter", partial(_parts, ctx=ctx, chapter=chapter, asked=asked))
    text = ChapterText.of(kept["paragraphs"])
    said = [
        await ctx.call(f"{prefix}/ask{number}", _request(ctx, part, asked, text))
        for number, part in enumerate(kept["parts"], start=1)
    ]
    models = frozenset(one.model for one in said)
    return Reading(text, [one.output for one in said], sum(len(one.dropped) for one in said), models)


def _request(ctx: RunContext, part: Mapping[str, Any], asked: Question, text: ChapterText) -> ModelRequest:
    prompt = load_prompt("editor", asked.prompt, ctx.run.language)
    return ModelRequest(
        messages=prompt.messages({"briefing": part["text"]}),
        max_tokens=asked.max_tokens,
        data=part["data"],
        output=asked.form,
        check=lambda answer: _unproven(asked.proves(answer), text),
        manifest=parts_of(part["manifest"]),
        receipt=part["manifest"],
        prompt_name=prompt.name,
        prompt_version=prompt.version,
        role="editor",
    )


def _unproven(quotes: Sequence[str], text: ChapterText) -> list[str]:
    """Return what is wrong when not one quote of an answer stands in the text; a few wrong ones are dropped later."""
    if not quotes or any(text.side(quote) is not None for quote in quotes):
        return []
    return [
        f"“{quote[:60]}” does not stand in the text; copy words exactly as they stand" for quote in quotes[:3]
    ]


async def _parts(session: AsyncSession, *, ctx: RunContext, chapter: UUID, asked: Question) -> dict[str, Any]:
    paragraphs = await chapter_paragraphs(session, ctx, chapter)
    if not paragraphs:
        return {"paragraphs": [], "parts": []}
    made = await close_reading(session, ctx).chapter(
        asked.profile, chapter, asked.data, room=ctx.limits.room, beside=asked.beside
    )
    parts = [frozen(one, ctx) for one in made]
    return {
        "paragraphs": paragraphs,
        "parts": [{**one, "data": {**one["data"], "task": f"editor.{asked.prompt}"}} for one in parts],
    }


async def chapter_paragraphs(session: AsyncSession, ctx: RunContext, chapter: UUID) -> list[dict[str, Any]]:
    """Return what a chapter says, in reading order, paragraph by paragraph with scene and version."""
    scope = scope_of(ctx.run)
    node = await StructureService.of(session, scope).chapter(chapter)
    states = await ManuscriptService.of(session, scope).scenes([one.id for one in node.scenes])
    return [
        {"scene": str(state.scene_id), "version": state.version, "pid": block.pid, "text": block.text}
        for state in states
        for block in state.blocks
        if block.text.strip()
    ]
