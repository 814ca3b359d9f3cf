"""What the author decides about a stage: pick, edit, wish. Each decision is one revision."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.genesis.conversation import CHANGED, Conversation, option_read
from infinite_scribe.genesis.errors import (
    DraftChangedError,
    StageLockedError,
    StageNotReadyError,
    StageStateError,
)
from infinite_scribe.genesis.fields import trimmed, with_value
from infinite_scribe.genesis.ledger import renamed
from infinite_scribe.genesis.methods import methods
from infinite_scribe.genesis.models import GenesisOption, GenesisStage
from infinite_scribe.genesis.rules import (
    Stage,
    StageLevel,
    Status,
    blocked_by,
    is_filled,
    later,
    missing_content,
    value_at,
)
from infinite_scribe.genesis.service import GenesisService
from infinite_scribe.genesis.wire import (
    Action,
    BusyRead,
    ConstrainAsk,
    FieldOrigin,
    GenesisRead,
    MissingRead,
    OptionRead,
    PickRead,
    StageRead,
)
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import OpenRevision, Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.novels.service import get_novel
from infinite_scribe.runs.events import tell_user

_CHANGING = frozenset({"complete", "refresh", "digest"})


@dataclass(frozen=True)
class Choices:
    """The stages of one novel under the author's hand."""

    session: AsyncSession
    scope: NovelScope
    stages: GenesisService

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> Choices:
        """Return the stages of the scope's novel."""
        return cls(session, scope, GenesisService.of(session, scope))

    async def read(self) -> GenesisRead:
        """Return all stages, the wishes, and the methods in the language of the book."""
        novel = await get_novel(self.session, self.scope.novel_id)
        return GenesisRead(
            stages=await self._reads(),
            constraints=await self.stages.constraints(),
            methods=methods("zh" if novel.language.startswith("zh") else "en"),
        )

    async def stage(self, stage: Stage) -> StageRead:
        """Return one stage."""
        return next(one for one in await self._reads() if one.stage == stage)

    async def check(self, stage: Stage, action: Action) -> None:
        """Refuse what the worldsmith cannot do now.

        Raises `StageNotReadyError`, `StageLockedError`, `StageStateError`.
        """
        statuses = await self.stages.statuses()
        blocked = blocked_by(stage, statuses) if action in {"generate", "complete"} else []
        if blocked:
            raise StageNotReadyError(blocked_by=[one.value for one in blocked])
        if action in _CHANGING and statuses[stage] is Status.LOCKED:
            raise StageLockedError(stage=stage.value)
        if action == "refresh" and statuses[stage] is not Status.STALE:
            raise StageStateError(stage=stage.value, status=statuses[stage].value)

    async def pick(self, stage: Stage, option_id: UUID) -> PickRead:
        """Take an option as the draft. Later stages that rested on another one are stale then.

        Raises `OptionNotFoundError`, `StageLockedError`.
        """
        option = (await self.stages.options(stage, [option_id]))[0]
        replaced: int | None = None
        async with self._open() as revision:
            held = await self._unlocked(stage)
            draft = trimmed(stage, option.body)
            if held is not None and held.draft and held.draft != draft:
                replaced = revision.number - 1
                await self.stages.mark_stale(revision, stage, f"picked:{stage.value}")
            by = await self._origin(option)
            await self.stages.write_stage(
                revision, stage, draft, chapters=await self.stages.chapters(), picked_by="author",
                option_id=option.id, provenance=dict.fromkeys(draft, by),
            )  # fmt: skip
        return PickRead(**dict(await self.told(stage)), replaced=replaced)

    async def restore(self, stage: Stage, number: int) -> StageRead:
        """Take back a pick: this stage and those it made stale are as they were at revision `number`, before it.

        Raises `StageLockedError`, and `DraftChangedError` when the stage changed after the pick.
        """
        async with self._open() as revision:
            held, before = await self._unlocked(stage), await self.stages.rows(number)
            if held is None or stage not in before or held.rev_from != number + 1:
                raise DraftChangedError
            was = before[stage]
            await revision.replace(
                held, draft=was.draft, status=was.status, stale_because=was.stale_because,
                picked_by=was.picked_by, option_id=was.option_id, provenance=was.provenance,
            )  # fmt: skip
            for one, row in (await self.stages.rows()).items():
                if one in later(stage) and one in before and row.rev_from == number + 1:
                    old = before[one]
                    await revision.replace(row, status=old.status, stale_because=old.stale_because)
        return await self.told(stage)

    async def edit(self, stage: Stage, path: str, value: Any, *, seen: tuple[Any] | None = None) -> StageRead:
        """Set a field of the draft; with `seen` only if that value still stands there.

        Raises `UnknownFieldError`, `InvalidError`, `StageLockedError`, `DraftChangedError`.
        """
        async with self._open() as revision:
            held = await self._unlocked(stage)
            if seen is not None:
                now = value_at(held.draft, path) if held else None
                if now != seen[0] and (is_filled(now) or is_filled(seen[0])):
                    raise DraftChangedError(path=path)
            draft = with_value(stage, held.draft if held else {}, path, value)
            origin = {**(held.provenance if held else {}), path: {"by": "author"}}
            origin = {
                name: one for name, one in origin.items() if name == path or not name.startswith(f"{path}.")
            }
            written = renamed(held.written, path, held.draft, draft) if held else {}
            await self.stages.write_stage(
                revision,
                stage,
                draft,
                chapters=await self.stages.chapters(),
                picked_by="author",
                provenance=origin,
                written=written,
            )
        return await self.told(stage)

    async def edit_option(self, stage: Stage, option_id: UUID, path: str, value: Any) -> OptionRead:
        """Set a field of an option; it counts as edited from then on. Raises like `edit`."""
        option = (await self.stages.options(stage, [option_id]))[0]
        if path in {"title", "gains", "costs"} and not (stage is Stage.SEED and path == "title"):
            with_value(Stage.SEED, {}, "title" if path == "title" else "premise", value)
            setattr(option, path, str(value))
        else:
            option.body = with_value(stage, option.body, path, value)
            option.title = str(option.body.get("title", option.title))[:200]
        option.origin = "edited"
        await self.session.flush()
        await self._tell(stage)
        held = await self.stages.row(stage)
        return option_read(option, picked=held is not None and held.option_id == option.id)

    async def constrain(self, stage: Stage, wanted: ConstrainAsk) -> StageRead:
        """Keep a wish that stands in every later prompt."""
        async with self._open() as revision:
            scope = wanted.scope.value if isinstance(wanted.scope, Stage) else wanted.scope
            await self.stages.constrain(revision, wanted.text, wanted.kind, scope)
        return await self.told(stage)

    async def unconstrain(self, stage: Stage, constraint_id: UUID) -> StageRead:
        """Take a wish back. Raises `ConstraintNotFoundError`."""
        async with self._open() as revision:
            await self.stages.unconstrain(revision, constraint_id)
        return await self.told(stage)

    async def _reads(self) -> list[StageRead]:
        statuses, chapters = await self.stages.statuses(), await self.stages.chapters()
        busy = await Conversation.of(self.session, self.scope).busy()
        rows = await self.stages.rows()
        return [_read(stage, rows.get(stage), statuses, chapters, busy) for stage in Stage]

    async def _unlocked(self, stage: Stage) -> GenesisStage | None:
        held = await self.stages.row(stage)
        if held is not None and held.status == Status.LOCKED:
            raise StageLockedError(stage=stage.value)
        return held

    async def _origin(self, option: GenesisOption) -> dict[str, Any]:
        """Return who wrote an option, as its fields will say."""
        if option.origin in {"edited", "author"}:
            return {"by": "author", "options": [option.handle]}
        run_id = await Conversation.of(self.session, self.scope).run_of(option.round_id)
        said: dict[str, Any] = {"by": "worldsmith", "options": [option.handle], "run_id": run_id}
        if option.origin == "merged":
            parents = await self.session.scalars(
                select(GenesisOption.handle).where(
                    GenesisOption.novel_id == self.scope.novel_id,
                    GenesisOption.id.in_([UUID(one) for one in option.parents]),
                )
            )
            said = {**said, "by": "merged", "options": sorted(parents)}
        return said

    def _open(self) -> AbstractAsyncContextManager[OpenRevision]:
        return Revisions.of(self.session, self.scope).open(RevisionKind.GENESIS)

    async def told(self, stage: Stage) -> StageRead:
        """Say in the author's own stream that a stage changed, and return it."""
        await self._tell(stage)
        return await self.stage(stage)

    async def _tell(self, stage: Stage) -> None:
        await tell_user(
            self.session, self.scope.user_id, CHANGED, {"stage": stage.value}, novel_id=self.scope.novel_id
        )


def _read(
    stage: Stage,
    row: GenesisStage | None,
    statuses: Mapping[Stage, Status],
    chapters: int,
    busy: Mapping[str, UUID],
) -> StageRead:
    draft = {} if row is None else row.draft
    levels = {level: missing_content(stage, level, draft, chapters=chapters) for level in StageLevel}
    blocked = blocked_by(stage, statuses)
    return StageRead(
        stage=stage,
        status=statuses[stage],
        draft=draft,
        missing_minimum=[MissingRead(**vars(one)) for one in levels[StageLevel.MINIMUM]],
        missing_full=[MissingRead(**vars(one)) for one in levels[StageLevel.FULL]],
        stale_because=None if row is None else row.stale_because,
        picked_by=None if row is None else row.picked_by,
        may_generate=not blocked,
        blocked_by=blocked,
        fields={} if row is None else {path: FieldOrigin(**one) for path, one in row.provenance.items()},
        busy=BusyRead(round_id=busy[stage.value]) if stage.value in busy else None,
    )
