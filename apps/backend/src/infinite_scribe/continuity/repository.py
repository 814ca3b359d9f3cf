"""SQL of findings, reports and claim sets."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.continuity.models import CheckReport, Finding, RuleStat


@dataclass(frozen=True)
class ContinuityRepository:
    """Rows of one novel."""

    session: AsyncSession
    novel_id: UUID

    async def findings(self, status: str | None, scene_id: UUID | None = None) -> list[Finding]:
        """Return findings, oldest first."""
        query = select(Finding).where(Finding.novel_id == self.novel_id)
        if status is not None:
            query = query.where(Finding.status == status)
        if scene_id is not None:
            query = query.where(Finding.scene_id == scene_id)
        return list((await self.session.scalars(query.order_by(Finding.created_at, Finding.id))).all())

    async def finding(self, finding_id: UUID) -> Finding | None:
        """Return a finding and hold it until the transaction ends."""
        query = select(Finding).where(Finding.novel_id == self.novel_id, Finding.id == finding_id)
        return (await self.session.scalars(query.with_for_update())).one_or_none()

    async def decided(self, fingerprints: Collection[str]) -> set[str]:
        """Return which clashes were decided and are not raised again."""
        query = select(Finding.fingerprint).where(
            Finding.novel_id == self.novel_id,
            Finding.fingerprint.in_(fingerprints),
            Finding.status.in_(("intended", "dismissed", "muted")),
        )
        return set((await self.session.scalars(query)).all())

    async def stats(self) -> dict[str, RuleStat]:
        """Return how each rule fared."""
        rows = await self.session.scalars(select(RuleStat).where(RuleStat.novel_id == self.novel_id))
        return {row.rule: row for row in rows.all()}

    async def last_reports(self) -> list[CheckReport]:
        """Return the newest report of each scope."""
        query = (
            select(CheckReport)
            .where(CheckReport.novel_id == self.novel_id)
            .ext(distinct_on(CheckReport.scope))
            .order_by(CheckReport.scope, CheckReport.created_at.desc(), CheckReport.id.desc())
        )
        return list((await self.session.scalars(query)).all())
