"""Which writer puts a stage into canon and plan."""

from __future__ import annotations

from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.genesis.cast_writer import CastWriter
from infinite_scribe.genesis.concept_writer import SeedWriter, ThemeWriter
from infinite_scribe.genesis.details_writer import DetailsWriter
from infinite_scribe.genesis.ledger import Ledger
from infinite_scribe.genesis.plot_writer import PlotWriter
from infinite_scribe.genesis.rules import Stage
from infinite_scribe.genesis.world_writer import WorldWriter
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import OpenRevision


class Writer(Protocol):
    """Writes the whole draft of a stage as rows; what was written before and is the same is left alone."""

    async def write(self, draft: dict[str, Any]) -> None: ...


def writer_of(
    session: AsyncSession, scope: NovelScope, revision: OpenRevision, stage: Stage, ledger: Ledger
) -> Writer:
    """Return the writer of a stage for one open revision."""
    made: Writer = _WRITERS[stage](session, scope, revision, ledger)
    return made


_WRITERS: dict[Stage, Any] = {
    Stage.SEED: SeedWriter,
    Stage.THEME: ThemeWriter,
    Stage.WORLD: WorldWriter,
    Stage.CHARACTERS: CastWriter,
    Stage.PLOT: PlotWriter,
    Stage.DETAILS: DetailsWriter,
}
