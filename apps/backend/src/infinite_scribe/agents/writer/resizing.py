"""Keeping a scene to its words: one round on the beats that miss their share most, never a cut of the whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.briefings import frozen, parts_of, profile_briefings
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.prose import clean, loops, without_marks, wrong_language
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.continuity.realised import is_long_enough
from infinite_scribe.core.fingerprints import marks
from infinite_scribe.core.language import language as language_rules

TOKENS_PER_WORD = {"en": 1.6, "zh": 1.6}
ROUNDS = 3
"""How often a draft is brought nearer to its budget; a round that brings it no nearer is the last."""
MOST_PIECES = 5
"""Beats that one round works at."""
LEAST_WORDS = 12
"""A shorter stretch is left alone: there is nothing to take and no room for more."""
SHRINK, GROW = 0.55, 1.9
"""A stretch is never asked to become shorter or longer than by these."""
_MARK = re.compile(r"(?m)^\s*\[\[B\d{1,3}\]\]\s*$")


@dataclass(frozen=True)
class Piece:
    """The prose of one beat. `mark` is the line that opens it, empty before the first."""

    mark: str
    text: str
    words: int = 0


def pieces_of(text: str, language: str) -> list[Piece]:
    """Return the prose of a draft, beat by beat."""
    count = language_rules(language).count
    marks = ["", *_MARK.findall(text)]
    found = [Piece(mark.strip(), part.strip()) for mark, part in zip(marks, _MARK.split(text), strict=True)]
    return [replace(one, words=count(one.text)) for one in found if one.mark or one.text]


def joined(pieces: list[Piece]) -> str:
    """Return pieces as one draft."""
    return "\n\n".join(part for one in pieces for part in (one.mark, one.text) if part)


def targets(pieces: list[Piece], budget: int) -> dict[int, int]:
    """Return which pieces get how many words, so that the sum comes to the budget; nothing when it is close enough.

    Too long: the longest give; too short: the thinnest that hold anything get, all in proportion. The last beat is
    worked at only when the others cannot carry the difference: its outcome stays as it was told.
    """
    total = sum(one.words for one in pieces)
    if is_long_enough(total, budget):
        return {}
    able = [n for n, one in enumerate(pieces) if one.words >= LEAST_WORDS]
    able = [n for n in able if n != len(pieces) - 1] or able
    able.sort(key=lambda n: (-pieces[n].words, n) if total > budget else (pieces[n].words, n))
    found: dict[int, int] = {}
    missing = budget - total
    for at, n in enumerate(able[:MOST_PIECES]):
        share = missing / (min(MOST_PIECES, len(able)) - at)
        words = pieces[n].words
        wanted = round(min(max(words + share, words * SHRINK), words * GROW))
        found[n] = wanted
        missing -= wanted - words
    return found


async def resized(ctx: RunContext, scene: UUID, text: str, budget: int, prefix: str) -> str:
    """Return a draft within its budget where a few rounds bring it there; else the nearest that came."""
    best = pieces_of(text, ctx.run.language)
    for number in range(1, ROUNDS + 1):
        wanted = targets(best, budget)
        if not wanted:
            break
        path = f"{prefix}/resize" if number == 1 else f"{prefix}/resize{number}"
        made = list(best)
        async with ctx.step(path, title_key="runs.step.resize"):
            for n, words in wanted.items():
                made[n] = await _resize(ctx, scene, made, n, words, f"{path}/piece{n}")
        before, after = sum(one.words for one in best), sum(one.words for one in made)
        if abs(after - budget) >= abs(before - budget):
            break
        text, best = joined(made), made
    return text


async def _resize(ctx: RunContext, scene: UUID, pieces: list[Piece], n: int, words: int, path: str) -> Piece:
    before = pieces[n - 1].text[-600:] if n else ""
    after = pieces[n + 1].text[:600] if n + 1 < len(pieces) else ""
    return await brought_to(ctx, scene, pieces[n], words, before, after, path, told=marks(joined(pieces)))


async def brought_to(
    ctx: RunContext,
    scene: UUID,
    piece: Piece,
    words: int,
    before: str,
    after: str,
    path: str,
    *,
    told: Sequence[str] = (),
) -> Piece:
    """Return a piece at about `words`; as it was when the answer cannot be used or is no nearer.

    `told` are marks of what the scene says: the storyteller lengthens without saying it again.
    """

    async def brief(session: AsyncSession) -> dict[str, Any]:
        made = await profile_briefings(session, ctx).resize(
            scene,
            text=piece.text,
            before=before,
            after=after,
            target_words=words,
            room=ctx.limits.room,
        )
        kept = frozen(made, ctx)
        return {
            **kept,
            "data": {**kept["data"], "task": "writer.resize", "used": {"told": sorted(set(told))}},
        }

    kept = await ctx.material(f"{path}/briefing", brief)
    prompt = load_prompt("writer", "resize", ctx.run.language)
    request = ModelRequest(
        messages=prompt.messages({"briefing": kept["text"], "words": words, "now": piece.words}),
        max_tokens=int(words * TOKENS_PER_WORD[ctx.run.language] * 1.35) + 100,
        data=kept["data"],
        manifest=parts_of(kept["manifest"]),
        receipt=kept["manifest"],
        prompt_name=prompt.name,
        prompt_version=prompt.version,
    )
    answer = await ctx.call(f"{path}/text", request)
    made = without_marks(clean(answer.text, stopped_by_length=answer.finish_reason != "stop").text)
    count = language_rules(ctx.run.language).count(made)
    closer = abs(count - words) < abs(piece.words - words)
    return Piece(piece.mark, made, count) if closer and not unusable(made, ctx.run.language) else piece


def unusable(text: str, language: str) -> list[str]:
    """Return why a draft cannot go on the page; nothing when it can."""
    plain = without_marks(text)
    if not plain:
        return ["the answer held no prose"]
    if wrong_language(plain, language):
        return ["请用中文写" if language == "zh" else "write in English"]
    if loops(plain):
        return ["the same words came again and again"]
    return []
