"""SQL of the text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.db.sql.arrays import one_of
from infinite_scribe.manuscript.models import Decision, Proposal, SceneHead, SceneLive, SceneVersion, Snapshot
from infinite_scribe.novels.revisions import alive


@dataclass(frozen=True)
class TextRows:
    """Rows of text of one novel."""

    session: AsyncSession
    novel_id: UUID

    async def live(self, scene_id: UUID, *, lock: bool = False) -> SceneLive | None:
        """Return which version of a scene readers get; `lock` holds it until the transaction ends."""
        wanted = select(SceneLive).where(SceneLive.novel_id == self.novel_id, SceneLive.scene_id == scene_id)
        if lock:
            wanted = wanted.with_for_update().execution_options(populate_existing=True)
        return await self.session.scalar(wanted)

    async def live_of(self, scene_ids: Sequence[UUID]) -> dict[UUID, SceneLive]:
        """Return the live versions of these scenes; one without text is left out."""
        found = await self.session.scalars(
            select(SceneLive).where(
                SceneLive.novel_id == self.novel_id, one_of(SceneLive.scene_id, scene_ids)
            )
        )
        return {live.scene_id: live for live in found}

    async def all_live(self, *, dirty: bool = False) -> list[SceneLive]:
        """Return the live version of every scene, or of those that changed since the last revision."""
        wanted = select(SceneLive).where(SceneLive.novel_id == self.novel_id)
        if dirty:
            wanted = wanted.where(SceneLive.dirty_since.is_not(None))
        return list(await self.session.scalars(wanted))

    async def writers_since_heads(self) -> set[UUID | None]:
        """Return who wrote text that is no part of a revision yet; agents are nobody, nor is an empty beginning."""
        mine = SceneLive.novel_id == self.novel_id
        head = (SceneHead.id == SceneLive.scene_id) & alive(SceneHead) & (SceneHead.novel_id == self.novel_id)
        query = (
            select(SceneVersion.author_id)
            .join(SceneLive, SceneLive.scene_id == SceneVersion.scene_id)
            .outerjoin(SceneHead, head)
            .where(mine, SceneLive.dirty_since.is_not(None), SceneVersion.author != "agent")
            .where(SceneVersion.kind != "start", SceneVersion.number > func.coalesce(SceneHead.version, 0))
            .where(SceneVersion.number <= SceneLive.version)
        )
        return set(await self.session.scalars(query.distinct()))

    async def heads(self, revision: int | None = None) -> dict[UUID, SceneHead]:
        """Return the head of every scene, now or at a revision."""
        found = await self.session.scalars(
            select(SceneHead).where(SceneHead.novel_id == self.novel_id, alive(SceneHead, revision))
        )
        return {head.id: head for head in found}

    async def version(self, version_id: UUID) -> SceneVersion | None:
        """Return a version by its id; a version never changes, so one that this session has read is not read again."""
        found = await self.session.get(SceneVersion, version_id)
        return found if found is not None and found.novel_id == self.novel_id else None

    async def numbered(self, scene_id: UUID, number: int) -> SceneVersion | None:
        """Return a version of a scene by its number."""
        return await self.session.scalar(
            select(SceneVersion).where(
                SceneVersion.novel_id == self.novel_id,
                SceneVersion.scene_id == scene_id,
                SceneVersion.number == number,
            )
        )

    async def versions_by_id(self, ids: Iterable[UUID]) -> dict[UUID, SceneVersion]:
        """Return versions by id."""
        found = await self.session.scalars(
            select(SceneVersion).where(
                SceneVersion.novel_id == self.novel_id, one_of(SceneVersion.id, list(ids))
            )
        )
        return {version.id: version for version in found}

    async def last_number(self, scene_id: UUID, author: str | None = None) -> int:
        """Return the highest version number of a scene (by one author), 0 when it has no text."""
        wanted = select(func.max(SceneVersion.number)).where(
            SceneVersion.novel_id == self.novel_id, SceneVersion.scene_id == scene_id
        )
        if author is not None:
            wanted = wanted.where(SceneVersion.author == author, SceneVersion.kind == "draft")
        return await self.session.scalar(wanted) or 0

    async def history(self, scene_id: UUID, before: int | None, limit: int) -> list[SceneVersion]:
        """Return versions of a scene, newest first."""
        wanted = select(SceneVersion).where(
            SceneVersion.novel_id == self.novel_id, SceneVersion.scene_id == scene_id
        )
        if before is not None:
            wanted = wanted.where(SceneVersion.number < before)
        return list(await self.session.scalars(wanted.order_by(SceneVersion.number.desc()).limit(limit)))

    async def labels(self, scene_id: UUID) -> dict[UUID, str]:
        """Return the newest name of each named version of a scene."""
        found = await self.session.scalars(
            select(Snapshot)
            .where(Snapshot.novel_id == self.novel_id, Snapshot.scene_id == scene_id)
            .order_by(Snapshot.created_at, Snapshot.id)
        )
        return {snapshot.version_id: snapshot.label for snapshot in found}

    async def proposal(self, proposal_id: UUID, *, lock: bool = False) -> Proposal | None:
        """Return a proposal; `lock` holds it until the transaction ends."""
        wanted = select(Proposal).where(Proposal.novel_id == self.novel_id, Proposal.id == proposal_id)
        if lock:
            wanted = wanted.with_for_update().execution_options(populate_existing=True)
        return await self.session.scalar(wanted)

    async def proposals(self, scene_id: UUID | None, status: str | None, limit: int) -> list[Proposal]:
        """Return proposals, newest first."""
        wanted = select(Proposal).where(Proposal.novel_id == self.novel_id)
        if scene_id is not None:
            wanted = wanted.where(Proposal.scene_id == scene_id)
        if status is not None:
            wanted = wanted.where(Proposal.status == status)
        return list(await self.session.scalars(wanted.order_by(Proposal.created_at.desc()).limit(limit)))

    async def last_decision(self, proposal_id: UUID) -> Decision | None:
        """Return the newest decision about a proposal."""
        return await self.session.scalar(
            select(Decision)
            .where(Decision.novel_id == self.novel_id, Decision.proposal_id == proposal_id)
            .order_by(Decision.created_at.desc())
            .limit(1)
        )
