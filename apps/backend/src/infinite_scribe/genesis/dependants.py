"""What rests on a stage: the later stages that were made from it, and the text and plan that use what it wrote."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.genesis.rules import Stage, Status, later
from infinite_scribe.genesis.service import GenesisService
from infinite_scribe.genesis.wire import DependantRead
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.plot.service import PlotService
from infinite_scribe.structure.service import StructureService

_BEGUN = frozenset({Status.SKETCHED, Status.READY, Status.LOCKED, Status.STALE})
MOST = 100


async def dependants(session: AsyncSession, scope: NovelScope, stage: Stage) -> list[DependantRead]:
    """Return later stages that hold something, the rows they wrote, and the scene cards that use rows of this one."""
    stages = GenesisService.of(session, scope)
    found: list[DependantRead] = []
    for one in later(stage):
        row = await stages.row(one)
        if row is None or row.status not in _BEGUN:
            continue
        found.append(DependantRead(kind="stage", id=None, title=one.value, stage=one))
        for key, held in row.written.items():
            kind, _, title = key.partition(":")
            found.append(DependantRead(kind=kind, id=UUID(held["id"]), title=title or one.value, stage=one))
    own = await stages.row(stage)
    mine = {held["id"] for held in own.written.values()} if own is not None else set()
    titles = {scene.id: scene.title for scene in (await StructureService.of(session, scope).tree()).scenes()}
    for scene_id, card in (await PlotService.of(session, scope).cards()).items():
        used = {str(card.place_id), str(card.pov_id), *(str(member.entity) for member in card.cast)}
        if used & mine and scene_id in titles:
            found.append(DependantRead(kind="card", id=scene_id, title=titles[scene_id], stage=Stage.PLOT))
    return found[:MOST]
