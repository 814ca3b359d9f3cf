"""Who knows which secret: the canon's closure over who is on stage by card and by mention, and who said what."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.beliefs import BeliefBook
from infinite_scribe.canon.knowing import Stage
from infinite_scribe.canon.knowledge_rows import SpokenClaim
from infinite_scribe.canon.moments import Clock, Moment
from infinite_scribe.canon.rules import FactValue
from infinite_scribe.canon.service import CanonService
from infinite_scribe.canon.story_wire import MatrixRead
from infinite_scribe.continuity.claim_sets import SURFACE
from infinite_scribe.continuity.models import Claim, ClaimSet
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.plot.service import PlotService


async def stages_of(session: AsyncSession, scope: NovelScope) -> dict[UUID, Stage]:
    """Return who is on stage in which scene, and where, as the cards say."""
    cards = await PlotService.of(session, scope).cards()
    found = {}
    for scene_id, card in cards.items():
        present = {*card.on_stage, *([card.pov_id] if card.pov_id else [])}
        found[scene_id] = Stage(frozenset(present), card.place_id)
    return found


async def matrix(
    session: AsyncSession,
    scope: NovelScope,
    as_of: str = "end",
    clock: Clock = "story",
    revision: int | None = None,
) -> MatrixRead:
    """Return who knows which private or secret fact at a moment. Raises `MomentInvalidError`."""
    moment = await CanonService.of(session, scope).moment(as_of, clock, revision)
    claims = await spoken_in(session, scope, moment)
    return await BeliefBook.of(session, scope).matrix(moment, await stages_of(session, scope), claims)


async def spoken_in(session: AsyncSession, scope: NovelScope, moment: Moment) -> list[SpokenClaim]:
    """Return what was said or written in scenes, from the newest reading of each by code.

    What a model read is a suggestion until somebody takes it; nobody knows anything by it.
    """
    sets = await session.execute(
        select(ClaimSet.scene_id, ClaimSet.id)
        .where(ClaimSet.novel_id == scope.novel_id, ClaimSet.extractor.startswith(SURFACE))
        .order_by(ClaimSet.created_at, ClaimSet.id)
    )
    newest = {row.scene_id: row.id for row in sets}
    rows = await session.execute(
        select(ClaimSet.scene_id, Claim)
        .join(Claim, Claim.claim_set_id == ClaimSet.id)
        .where(
            ClaimSet.id.in_(newest.values()),
            Claim.modality.in_(("spoken", "written")),
            Claim.predicate.is_not(None),
        )
        .order_by(ClaimSet.scene_id, Claim.ordinal)
    )
    found = []
    for scene_id, claim in rows:
        value = FactValue.of(claim.object_id, claim.value)
        if scene_id in moment.scenes and claim.polarity and not value.is_empty:
            pids = moment.timeline.blocks.get(scene_id, ())
            found.append(
                SpokenClaim(
                    scene_id, claim.subject_id, claim.predicate or "", value, claim.holder_id,
                    pids.index(claim.pid) + 1 if claim.pid in pids else 0,
                    "read" if claim.modality == "written" else "told",
                )
            )  # fmt: skip
    return found
