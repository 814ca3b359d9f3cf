"""Beats just in time: of the scene to be written and the one behind it, the vaguest is broken into beats first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.director.beats import plan_beats
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.canon.service import CanonService
from infinite_scribe.core.language import language
from infinite_scribe.plot.rules import CARD_FIELDS, vagueness
from infinite_scribe.plot.schemas import CardRead
from infinite_scribe.plot.service import PlotService

BEATS = 5
AHEAD = 1
"""Scenes behind the one to be written that may be looked at before it."""
_SAYING = ("summary", "goal", "conflict", "turn")


async def expand(ctx: RunContext, waiting: list[dict[str, Any]], at: int) -> bool:
    """See to it that a scene has beats; False when the author stopped at what is wrong with them, now or a scene before.

    `waiting` are the unwritten scenes of the chapter (`scene`, `beats`), `at` the place of the one to be written. What
    is still vague one scene ahead is worked out before what is clear: a scene is written knowing where it leads.
    """
    if waiting[at].get("refused"):
        return False
    here = f"scene{at + 1}"
    bare = [number for number in range(at, min(at + AHEAD + 1, len(waiting))) if not waiting[number]["beats"]]
    if at not in bare:
        return True
    scenes = [UUID(waiting[number]["scene"]) for number in bare]
    order = [0] if len(bare) == 1 else await ctx.read(
        f"{here}/vaguest", partial(vaguest_first, ctx=ctx, scenes=scenes)
    )  # fmt: skip
    for place in order:
        number = bare[place]
        planned = await plan_beats(ctx, scenes[place], BEATS, prefix=f"scene{number + 1}", agreed=True)
        if planned["stopped"]:
            if number == at:
                return False
            waiting[number]["refused"] = True  # the author's word on it is kept until it is to be written
            continue
        waiting[number]["beats"] = True
        if number == at:
            return True
    return True


async def vaguest_first(session: AsyncSession, *, ctx: RunContext, scenes: Sequence[UUID]) -> list[int]:
    """Return the places of scenes, the vaguest first; those that are equally vague in reading order."""
    scope = scope_of(ctx.run)
    cards = await PlotService.of(session, scope).cards()
    entries = (await CanonService.of(session, scope).world()).entities
    names = [name for one in entries for name in (one.name, *map(str, one.aliases)) if name]
    vague = [_vague(cards.get(scene), names, ctx.run.language) for scene in scenes]
    return sorted(range(len(scenes)), key=lambda place: (-vague[place], place))


def _vague(card: CardRead | None, names: Sequence[str], code: str) -> float:
    if card is None:
        return vagueness(len(CARD_FIELDS), [], names)
    missing = sum(not getattr(card, name) for name in CARD_FIELDS)
    rules = language("zh" if code == "zh" else "en")
    told = [*(getattr(card, name) for name in _SAYING), *(one.get("text") or "" for one in card.must_include)]
    return vagueness(missing, [one for text in told for one in rules.sentences(text)], names)
