"""Digesting notes: each piece goes to the field it belongs to, with the sentence it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.agents.worldsmith.answers import Line, Name
from infinite_scribe.agents.worldsmith.completing import fill
from infinite_scribe.agents.worldsmith.material import data_of, keep_answer, request_of, work_of
from infinite_scribe.core.language import language
from infinite_scribe.genesis.fields import filled_in, whole
from infinite_scribe.genesis.rules import Stage, Status, value_at
from infinite_scribe.genesis.service import GenesisService
from infinite_scribe.runs.schemas.inputs import RoundInput, RoundResult

CHUNK = 3_000
"""Characters of notes that are read at a time."""
MOST_CHUNKS = 40
Kind = Literal[
    "logline", "premise", "hook", "protagonist", "genre", "ending", "statement", "question", "emotion", "taboo",
    "place", "rule", "event", "person", "want", "chapter", "promise", "term",
]  # fmt: skip


class Piece(BaseModel):
    """One thing that the notes say; `name` for a place, a person, an event, a chapter or a word."""

    kind: Kind
    value: Line
    name: Name | None = None
    quote: str = Field(min_length=1, max_length=400)


class Digest(BaseModel):
    pieces: list[Piece] = Field([], max_length=20)


_SIMPLE: dict[str, tuple[Stage, str]] = {
    "logline": (Stage.SEED, "logline"),
    "premise": (Stage.SEED, "premise"),
    "hook": (Stage.SEED, "hook"),
    "protagonist": (Stage.SEED, "protagonist"),
    "genre": (Stage.SEED, "genres"),
    "ending": (Stage.SEED, "endings"),
    "statement": (Stage.THEME, "statement"),
    "question": (Stage.THEME, "question"),
    "emotion": (Stage.THEME, "emotions"),
    "taboo": (Stage.THEME, "taboos"),
    "place": (Stage.WORLD, "places"),
    "rule": (Stage.WORLD, "rules"),
    "event": (Stage.WORLD, "events"),
    "person": (Stage.CHARACTERS, "cast"),
    "want": (Stage.CHARACTERS, "cast"),
    "chapter": (Stage.PLOT, "lines"),
    "promise": (Stage.PLOT, "promises"),
    "term": (Stage.DETAILS, "glossary"),
}
_LISTS = frozenset({"genres", "endings", "emotions", "taboos"})


@task("worldsmith.digest")
async def digest(ctx: RunContext, given: RoundInput) -> RoundResult:
    """Sort notes into the stages; what is filled stays, what found no place is told sentence by sentence."""
    async with ctx.step("digest", title_key="runs.step.digest"):
        work = await work_of(ctx, given)
        notes = str(work["input"]["text"])
        chunks = cut(notes, str(work["facts"]["language"]))
        pieces: list[dict[str, Any]] = []
        for number, chunk in enumerate(chunks):
            pieces += await _read(ctx, work, number, chunk)
            await ctx.progress(number + 1, len(chunks))
        output = await ctx.write("digest/keep", lambda session: _place(session, ctx, pieces))
        sentences = language(str(work["facts"]["language"])).sentences(notes)
        answer = {**output, "unplaced": unplaced(sentences, [one["quote"] for one in pieces])}
        await keep_answer(ctx, given, answer)
    return RoundResult(round=str(given.round))


async def _read(ctx: RunContext, work: Mapping[str, Any], number: int, chunk: str) -> list[dict[str, Any]]:
    step = f"digest/{number}"
    data = data_of(ctx, {**work, "known": {}}, notes=chunk, constraints=[])
    request = await request_of(
        ctx, step, "digest", data, {"stage": work["stage"]}, max_tokens=1_600, output=Digest
    )
    answer: Digest = (await ctx.call(step, request)).output
    plain = " ".join(chunk.split())
    return [one.model_dump() for one in answer.pieces if " ".join(one.quote.split()) in plain]


def cut(notes: str, code: str) -> list[str]:
    """Return the notes in stretches of whole sentences; what is beyond the last stretch stays in the last."""
    found: list[str] = []
    for paragraph in notes.split("\n"):
        for sentence in language(code).sentences(paragraph):
            if found and len(found[-1]) + len(sentence) < CHUNK:
                found[-1] = f"{found[-1]} {sentence}"
            elif len(found) < MOST_CHUNKS:
                found.append(sentence)
            else:
                found[-1] = f"{found[-1]} {sentence}"
    return found


def unplaced(sentences: Sequence[str], quotes: Sequence[str]) -> list[str]:
    """Return the sentences of which no piece was taken."""
    taken = [" ".join(quote.split()) for quote in quotes]
    return [
        one.strip()[:400]
        for one in sentences
        if one.strip()
        and not any(quote in " ".join(one.split()) or " ".join(one.split()) in quote for quote in taken)
    ][:200]


def content_of(piece: Mapping[str, Any]) -> tuple[Stage, str, dict[str, Any]]:
    """Return the stage a piece belongs to, the field, and the piece as content of that stage."""
    kind, value, name = str(piece["kind"]), str(piece["value"]), piece.get("name")
    stage, field = _SIMPLE[kind]
    if field in _LISTS:
        return stage, field, {field: [value]}
    shapes: dict[str, Any] = {
        "place": lambda: {"name": name or value[:60], "line": value},
        "rule": lambda: {"statement": value},
        "event": lambda: {"title": name or value[:60], "summary": value},
        "person": lambda: {"name": name or value[:60], "line": value},
        "want": lambda: {"name": name or value[:60], "want": value},
        "chapter": lambda: {"title": name or "", "one_line": value},
        "promise": lambda: {"statement": value},
        "term": lambda: {"term": name or value[:60], "meaning": value},
    }
    return stage, field, {field: [shapes[kind]()]} if kind in shapes else {field: value}


async def _place(
    session: AsyncSession, ctx: RunContext, pieces: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Fill the drafts with the pieces, and say which went where and which met something else."""
    stages = GenesisService.of(session, scope_of(ctx.run))
    chapters, statuses = await stages.chapters(), await stages.statuses()
    placed: list[dict[str, Any]] = []
    clashes: dict[str, dict[str, Any]] = {}
    gathered: dict[Stage, dict[str, Any]] = {}
    for piece in pieces:
        stage, field, content = content_of(piece)
        if statuses[stage] is Status.LOCKED:
            continue
        held = await stages.row(stage)
        base = gathered.get(stage, dict(held.draft) if held else {})
        after, filled = filled_in(stage, base, content)
        if filled:
            gathered[stage] = after
            placed.append(
                {"stage": stage.value, "path": filled[0], "value": piece["value"], "quote": piece["quote"]}
            )
        elif isinstance(content[field], str) and value_at(whole(stage, base), field) != content[field]:
            clash = clashes.setdefault(field, {"path": field, "values": [value_at(base, field)]})
            clash["values"].append(content[field])
    for stage, draft in gathered.items():
        await fill(session, ctx, stage, draft, chapters=chapters)
    return {"placed": placed, "conflicts": list(clashes.values()) or None}
