"""Locking a stage writes what it holds into canon and plan, in one revision; unlocking shows what rests on it."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.genesis.audit import Issue, audit
from infinite_scribe.genesis.choices import Choices
from infinite_scribe.genesis.dependants import dependants
from infinite_scribe.genesis.errors import StageAuditError, StageIncompleteError, StageStateError
from infinite_scribe.genesis.fields import whole
from infinite_scribe.genesis.ledger import Ledger
from infinite_scribe.genesis.rules import Missing, Stage, StageLevel, Status, missing_content
from infinite_scribe.genesis.service import GenesisService
from infinite_scribe.genesis.wire import (
    DependantRead,
    IssueRead,
    KeptRead,
    LockRead,
    MissingRead,
    StageRead,
    UnlockRead,
)
from infinite_scribe.genesis.writers import writer_of
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import OpenRevision, Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.novels.service import get_novel


@dataclass(frozen=True)
class Locking:
    """Locks and unlocks the stages of one novel."""

    session: AsyncSession
    scope: NovelScope
    stages: GenesisService

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> Locking:
        """Return the locks of the scope's novel."""
        return cls(session, scope, GenesisService.of(session, scope))

    async def preview(self, stage: Stage) -> LockRead:
        """Return what locking would write and what stands against it; nothing is written."""
        missing, issues = await self._against(stage)
        found = Ledger({})
        if not missing and not issues:
            # A savepoint that is taken back: the count comes from the same code that writes.
            async with self.session.begin_nested() as savepoint:
                async with self._open() as revision:
                    found = await self._write(revision, stage)
                await savepoint.rollback()
            self.session.expire_all()
        return _lock_read(found, missing, issues, await self._read(stage))

    async def lock(self, stage: Stage) -> LockRead:
        """Write the stage and lock it.

        Raises `StageIncompleteError`, `StageAuditError`, and `StageStateError` when it is locked already.
        """
        async with self._open() as revision:
            held = await self.stages.row(stage)
            if held is not None and held.status == Status.LOCKED:
                raise StageStateError(stage=stage.value, status=held.status)
            missing, issues = await self._against(stage)
            if held is None or missing:
                raise StageIncompleteError(stage=stage.value, missing=[vars(one) for one in missing])
            if issues:
                raise StageAuditError(stage=stage.value, issues=[vars(one) for one in issues])
            found = await self._write(revision, stage)
            revision.summary["genesis"] = stage.value
        choices = Choices.of(self.session, self.scope)
        return _lock_read(found, [], [], await choices.told(stage))

    async def unlock(self, stage: Stage, *, preview: bool) -> UnlockRead:
        """Show what rests on a stage; unless it is a preview, unlock it and say that later stages are stale.

        Raises `StageStateError` when the stage is not locked.
        """
        held = await self.stages.row(stage)
        if held is None or held.status != Status.LOCKED:
            status = Status.EMPTY.value if held is None else held.status
            raise StageStateError(stage=stage.value, status=status)
        found = await dependants(self.session, self.scope, stage)
        if preview:
            return UnlockRead(dependants=found, stage=await self._read(stage))
        async with self._open() as revision:
            row = await self.stages.row(stage)
            if row is not None:
                await revision.replace(row, status=Status.READY.value)
            await self.stages.mark_stale(revision, stage, f"unlocked:{stage.value}")
        return UnlockRead(dependants=found, stage=await Choices.of(self.session, self.scope).told(stage))

    async def _against(self, stage: Stage) -> tuple[list[Missing], list[Issue]]:
        """Return what the stage lacks, and what in it does not agree."""
        rows = {one.stage: one.draft for one in await self.stages.stages()}
        draft: dict[str, Any] = rows[stage]
        missing = missing_content(stage, StageLevel.FULL, draft, chapters=await self.stages.chapters())
        asked = (await get_novel(self.session, self.scope.novel_id)).idea
        wishes = [one.text for one in await self.stages.constraints()]
        issues = audit(stage, rows, asked=" ".join([asked, *wishes]))
        return missing, issues

    async def _write(self, revision: OpenRevision, stage: Stage) -> Ledger:
        held = await self.stages.row(stage)
        if held is None:
            return Ledger({})
        ledger = Ledger(copy.deepcopy(held.written), await self._elsewhere(stage))
        draft = whole(stage, held.draft)
        await writer_of(self.session, self.scope, revision, stage, ledger).write(draft)
        row = await self.stages.row(stage)
        if row is not None:
            await revision.replace(
                row, status=Status.LOCKED.value, stale_because=None, written=ledger.written
            )
        return ledger

    async def _elsewhere(self, stage: Stage) -> dict[str, list[dict[str, Any]]]:
        """Return what the other stages wrote, by row."""
        found: dict[str, list[dict[str, Any]]] = {}
        for one, row in (await self.stages.rows()).items():
            if one is not stage:
                for held in row.written.values():
                    found.setdefault(held["id"], []).append(held["values"])
        return found

    async def _read(self, stage: Stage) -> StageRead:
        return await Choices.of(self.session, self.scope).stage(stage)

    def _open(self) -> Any:
        return Revisions.of(self.session, self.scope).open(RevisionKind.GENESIS)


def _lock_read(ledger: Ledger, missing: list[Missing], issues: list[Issue], stage: StageRead) -> LockRead:
    return LockRead(
        will_write=ledger.will_write,
        kept=[KeptRead(kind=one["kind"], id=UUID(one["id"]), title=one["title"]) for one in ledger.kept],
        missing=[MissingRead(**vars(one)) for one in missing],
        issues=[IssueRead(**vars(one)) for one in issues],
        stage=stage,
    )


__all__ = ["DependantRead", "Locking"]
