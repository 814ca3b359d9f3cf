"""The past of the text: versions of a scene, names for them, restoring one, rolling the whole book back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.manuscript.errors import VersionNotFoundError
from infinite_scribe.manuscript.models import SceneHead, SceneVersion, Snapshot
from infinite_scribe.manuscript.saving import Saving
from infinite_scribe.manuscript.schemas import RollbackRead, SavedContent, VersionContent, VersionRead
from infinite_scribe.manuscript.writing import Source, Writing
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.reverts import Reverts
from infinite_scribe.novels.revisions import Revisions, RollbackPreview, lock_novel
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.novels.service import describe_revision, get_novel
from infinite_scribe.structure.errors import SceneNotFoundError
from infinite_scribe.web.schemas import Page

_HEADS = SceneHead.__tablename__


@dataclass(frozen=True)
class Reverted:
    """Ids by table: what returned to what it was, and what somebody changed since. No revision: nothing was done."""

    revision: int | None
    returns: dict[str, list[UUID]]
    conflicts: dict[str, list[UUID]]


@dataclass(frozen=True)
class History:
    """The past of one novel's text."""

    session: AsyncSession
    scope: NovelScope
    writing: Writing

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> History:
        """Return the history of the scope's novel."""
        return cls(session, scope, Writing.of(session, scope))

    async def versions(
        self, scene_id: UUID, before: int | None = None, limit: int = 200
    ) -> Page[VersionRead]:
        """Return versions of a scene, newest first; the cursor is a version number."""
        rows = await self.writing.rows.history(scene_id, before, limit + 1)
        labels = await self.writing.rows.labels(scene_id)
        items = [_describe(row, labels.get(row.id)) for row in rows[:limit]]
        return Page(items=items, next=str(items[-1].number) if len(rows) > limit else None)

    async def version(self, scene_id: UUID, version_id: UUID) -> VersionContent:
        """Return one version with its text. Raises `VersionNotFoundError`."""
        row = await self._version(scene_id, version_id)
        label = (await self.writing.rows.labels(scene_id)).get(row.id)
        return VersionContent(**_describe(row, label).model_dump(), json_=row.json, text=row.text)

    async def name(self, scene_id: UUID, label: str) -> VersionRead:
        """Give the present state of a scene a name; it becomes part of a revision and is never thinned out."""
        await lock_novel(self.session, self.scope.novel_id)
        live = await self.writing.rows.live(scene_id, lock=True)
        if live is None:
            raise SceneNotFoundError
        await self.writing.checkpoint(label=label)
        row = await self._version(scene_id, live.version_id)
        self.session.add(
            Snapshot(novel_id=self.scope.novel_id, scene_id=scene_id, version_id=row.id, label=label)
        )
        await self.session.flush()
        return _describe(row, label)

    async def restore(self, scene_id: UUID, version_id: UUID) -> SavedContent:
        """Make an old version the text again, as a new version and a revision; what stood there stays in history.

        Raises `VersionNotFoundError`, `SceneNotFoundError`.
        """
        await lock_novel(self.session, self.scope.novel_id)
        live = await self.writing.rows.live(scene_id, lock=True)
        if live is None:
            raise SceneNotFoundError
        wanted = await self._version(scene_id, version_id)
        saving = Saving.of(self.session, self.scope)
        await saving.revive(scene_id)
        await self.writing.checkpoint(label="before-restore")
        version = await self.writing.write(
            live, wanted.json, Source("restore", "restore", wanted.run_id, wanted.call_id, wanted.demo)
        )
        await self.writing.checkpoint(RevisionKind.EDIT, label="restore")
        return await saving.answer(version)

    async def preview_rollback(self, to: int) -> RollbackRead:
        """Return what going back to revision `to` would bring and hide. Raises `UnknownRevisionError`."""
        revisions = Revisions.of(self.session, self.scope)
        novel = await get_novel(self.session, self.scope.novel_id)
        return self._describe_rollback(await revisions.preview(to), novel.revision, preview=True)

    async def rollback(self, to: int) -> RollbackRead:
        """Go back to revision `to`, as a new revision: text, order, canon and plan together.

        What the author wrote since is kept: it is made a revision of its own first. Raises `UnknownRevisionError`,
        `NovelInTrashError`.
        """
        await lock_novel(self.session, self.scope.novel_id)
        await self.writing.checkpoint(label="before-rollback")
        revisions = Revisions.of(self.session, self.scope)
        preview = await revisions.preview(to)
        number = await revisions.rollback(to)
        await self.settle()
        return self._describe_rollback(preview, number, preview=False)

    async def preview_revert(self, run_ids: Sequence[UUID]) -> Reverted:
        """Return what `revert_runs` would take back and leave now; text that is not part of a revision yet stays."""
        plan = await Reverts.of(self.session, self.scope).plan(run_ids)
        typed = {live.scene_id for live in await self.writing.rows.all_live(dirty=True)}
        heads = plan.returns.get(_HEADS, [])
        returns = {**plan.returns, _HEADS: [one for one in heads if one not in typed]}
        kept = [*plan.conflicts.get(_HEADS, []), *(one for one in heads if one in typed)]
        return Reverted(None, _held(returns), _held({**plan.conflicts, _HEADS: kept}))

    async def revert_runs(self, run_ids: Sequence[UUID]) -> Reverted:
        """Take back what a run and its children changed, where nobody changed it since.

        What the author wrote since is made a revision of its own first. Raises `NovelInTrashError`.
        """
        await lock_novel(self.session, self.scope.novel_id)
        await self.writing.checkpoint(label="before-revert")
        number, plan = await Reverts.of(self.session, self.scope).revert(run_ids)
        if number is not None:
            await self.settle()
        return Reverted(number, plan.returns, plan.conflicts)

    async def settle(self) -> None:
        """Point the live text at the heads and count anew, after heads were moved by a rollback or revert."""
        novel = await get_novel(self.session, self.scope.novel_id)
        heads = await self.writing.rows.heads()
        versions = await self.writing.rows.versions_by_id(head.version_id for head in heads.values())
        lives = {live.scene_id: live for live in await self.writing.rows.all_live()}
        for scene_id, head in heads.items():
            live, version = lives[scene_id], versions[head.version_id]
            if live.version_id == head.version_id:
                continue
            before = await self.writing.rows.version(live.version_id)
            live.version, live.version_id, live.words = version.number, version.id, version.words
            live.dirty_since, live.changed_words = None, 0
            await self.session.flush()
            await self.writing.after_text(scene_id, before.json if before else None, version.json)
        novel.structure_version += 1
        await self.session.flush()
        await self.writing.count_words()
        await self.writing.structure.resolve_times()

    async def _version(self, scene_id: UUID, version_id: UUID) -> SceneVersion:
        row = await self.writing.rows.version(version_id)
        if row is None or row.scene_id != scene_id:
            raise VersionNotFoundError
        return row

    def _describe_rollback(self, found: RollbackPreview, revision: int, *, preview: bool) -> RollbackRead:
        def ids(*tables: str) -> list[UUID]:
            sides = (found.returns, found.leaves)
            return _unique(item for table in tables for side in sides for item in side.get(table, []))

        return RollbackRead(
            preview=preview,
            novel_revision=revision,
            scenes=ids("scene_heads", "scenes"),
            facts=ids("assertions"),
            cards=ids("cards"),
            promises=ids("promises"),
            threads=ids("threads"),
            hides=[describe_revision(row, self.scope.user_id) for row in found.hides],
        )


def _held(tables: dict[str, list[UUID]]) -> dict[str, list[UUID]]:
    return {table: ids for table, ids in tables.items() if ids}


def _unique(ids: Iterable[UUID]) -> list[UUID]:
    return list(dict.fromkeys(ids))


def _describe(row: SceneVersion, label: str | None) -> VersionRead:
    return VersionRead(
        id=row.id,
        number=row.number,
        author=row.author,
        kind=row.kind,
        label=label,
        words=row.words,
        at=row.created_at,
        run_id=row.run_id,
        demo=row.demo,
    )
