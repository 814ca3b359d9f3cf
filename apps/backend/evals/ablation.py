"""One mechanism taken out at a time: the figure it stands for must break, or it was measuring nothing."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from evals.loading import Loaded
from evals.measures.briefing import FENCE, MakeService, measure
from evals.report import Figure
from infinite_scribe.briefing.material import Material
from infinite_scribe.briefing.service import BriefingService

Change = Callable[[Material], Material]
LOWEST_CONTROL = 0.5


@dataclass(frozen=True)
class Altered(BriefingService):
    """The product's briefing over a material from which something was taken."""

    change: Change = lambda material: material

    async def scene_material(self, *given: Any, **more: Any) -> Material:
        """Return the altered material."""
        return self.change(await super().scene_material(*given, **more))


def altered(change: Change) -> MakeService:
    """Return a maker of services whose material is changed before it is put together."""

    @asynccontextmanager
    async def make(session: AsyncSession, loaded: Loaded) -> AsyncIterator[BriefingService]:
        real = BriefingService.of(session, await loaded.scope(session), FENCE)
        yield Altered(real.session, real.scope, real.fence_key, real.graph, change)

    return make


def without_retrieval(material: Material) -> Material:
    """No facts by entity, no passages, no promises: what is left is the plan and the last pages."""
    return replace(material, facts=(), passages=(), acts=(), ways=())


def without_viewpoint(material: Material) -> Material:
    """Nobody asks what the viewpoint knows."""
    return replace(material, pov_filter=False)


def without_must_have(material: Material) -> Material:
    """Passages only: no row of the canon is chosen for the scene."""
    return replace(material, facts=(), ways=())


@asynccontextmanager
async def timeless(session: AsyncSession, loaded: Loaded) -> AsyncIterator[BriefingService]:
    """Yield a service that asks the graph for facts of any time and does not look at their ends."""
    real = BriefingService.of(session, await loaded.scope(session), FENCE)

    class Timeless:
        fell_back = False

        async def begin_near(self, ids: Any, *, as_of: Any, **more: Any) -> Any:  # noqa: ARG002
            return await real.graph.begin_near(ids, as_of=None, **more)

    def change(material: Material) -> Material:
        return replace(material, live={}, pov_filter=False)

    yield Altered(real.session, real.scope, real.fence_key, Timeless(), change)  # type: ignore[arg-type]


_NOVEL = re.compile(r"\b\w+\.novel_id = (\$\d+(?:::UUID)?)(?![\w.])")
"""How every statement of the product says which book it asks: a comparison of a column with a parameter."""


@asynccontextmanager
async def unscoped(session: AsyncSession, loaded: Loaded) -> AsyncIterator[BriefingService]:
    """Yield the product's service while the database is asked without the name of the book."""
    service = BriefingService.of(session, await loaded.scope(session), FENCE)
    engine = loaded.database.engine.sync_engine

    def strip(_connection: Any, _cursor: Any, statement: str, given: Any, _context: Any, _many: Any) -> Any:
        about = any(name in statement for name in ("entities", "assertions", "rules", "passages", "promises"))
        read = statement.lstrip().startswith(("SELECT", "WITH"))
        return (_NOVEL.sub(r"(\1::uuid IS NOT NULL)", statement) if about and read else statement), given

    event.listen(engine, "before_cursor_execute", strip, retval=True)
    try:
        yield service
    finally:
        event.remove(engine, "before_cursor_execute", strip)


async def controls(loaded: Loaded, scenes: Sequence[int]) -> list[Figure]:
    """Return the lines that show each gate measuring what it says."""
    lang = loaded.novel.spec.language
    bare = await measure(loaded, scenes=scenes, make=altered(without_retrieval))
    blind = await measure(loaded, scenes=scenes, make=altered(without_viewpoint))
    text = await measure(loaded, scenes=scenes, make=altered(without_must_have))
    ageless = await measure(loaded, scenes=scenes, make=timeless)
    lost = await measure(loaded, scenes=scenes, make=unscoped) if loaded.foreign else None
    recall = bare.recall.value or 0.0
    return [
        Figure("control: needed facts with retrieval off", lang, recall, str(bare.recall), f"< {LOWEST_CONTROL}",
               recall < LOWEST_CONTROL, "the task is not solved by the plan itself"),
        _breaks("control: leaks without the viewpoint filter", lang, len(blind.leaks)),
        _breaks("control: untimely facts without validity", lang, len(ageless.untimely)),
        *([_breaks("control: rows of another book without the scope", lang, len(lost.strangers))] if lost else []),
        Figure("control: needed facts with passages alone", lang, text.recall.value, str(text.recall), "< 0.95",
               (text.recall.value or 0.0) < 0.95),
    ]  # fmt: skip


def _breaks(metric: str, language: str, found: int) -> Figure:
    return Figure(metric, language, found, str(found), "> 0", found > 0)
