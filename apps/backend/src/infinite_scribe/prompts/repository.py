"""SQL of own wordings, within the session's scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.ids import new_id
from infinite_scribe.prompts.models import PromptOverride

KEPT = 100
"""Wordings of one prompt that are kept; the oldest go first."""


@dataclass(frozen=True)
class PromptsRepository:
    """Wordings of one user and, where one is given, of one novel."""

    session: AsyncSession
    user_id: UUID
    novel_id: UUID | None

    async def live(self, prefix: str = "") -> Sequence[PromptOverride]:
        """Return what is in force for the user and for the novel, for names that begin so."""
        both = [self._of(None)] + ([self._of(self.novel_id)] if self.novel_id else [])
        query = select(PromptOverride).where(PromptOverride.is_live, or_(*both))
        if prefix:
            query = query.where(PromptOverride.name.startswith(prefix, autoescape=True))
        return (await self.session.scalars(query)).all()

    async def live_here(self, name: str) -> PromptOverride | None:
        """Return what is in force in this very scope, locked."""
        query = (
            select(PromptOverride)
            .where(PromptOverride.is_live, PromptOverride.name == name, self._of(self.novel_id))
            .with_for_update()
        )
        return (await self.session.scalars(query)).first()

    async def history(self, name: str) -> Sequence[PromptOverride]:
        """Return the wordings of this very scope, newest first."""
        query = select(PromptOverride).where(PromptOverride.name == name, self._of(self.novel_id))
        return (await self.session.scalars(query.order_by(PromptOverride.number.desc()))).all()

    async def end(self, row: PromptOverride) -> None:
        """Let a wording be history."""
        row.is_live = False
        await self.session.flush()

    async def add(self, name: str, values: dict[str, Any]) -> bool:
        """Put a wording in force; false when another one came first. Old ones beyond the limit go."""
        here = and_(PromptOverride.name == name, self._of(self.novel_id))
        last = await self.session.scalar(select(func.max(PromptOverride.number)).where(here))
        number = (last or 0) + 1
        row = {
            **values, "id": new_id(), "user_id": self.user_id, "novel_id": self.novel_id, "name": name,
            "number": number, "is_live": True,
        }  # fmt: skip
        statement = insert(PromptOverride).values(row).on_conflict_do_nothing().returning(PromptOverride.id)
        added = (await self.session.execute(statement)).first() is not None
        if added:
            await self.session.execute(
                delete(PromptOverride).where(
                    here, ~PromptOverride.is_live, PromptOverride.number <= number - KEPT
                )
            )
        return added

    async def rebase(self, row: PromptOverride, values: dict[str, Any]) -> None:
        """Note over which shipped wording an own one stands now."""
        await self.session.execute(update(PromptOverride).where(PromptOverride.id == row.id).values(**values))

    def _of(self, novel_id: UUID | None) -> ColumnElement[bool]:
        if novel_id is not None:
            return PromptOverride.novel_id == novel_id
        return and_(PromptOverride.novel_id.is_(None), PromptOverride.user_id == self.user_id)
