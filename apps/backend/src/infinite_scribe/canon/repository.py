"""SQL of the canon: live rows of one novel."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlalchemy import literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.models import (
    Alias,
    Assertion,
    CanonItem,
    CharacterSheet,
    Entity,
    Evidence,
    Ruling,
    StoryEvent,
    WorldRule,
)
from infinite_scribe.db.sql.base import Revisioned
from infinite_scribe.novels.revisions import alive

T = TypeVar("T", bound=Revisioned)


@dataclass(frozen=True)
class CanonRepository:
    """Reads live rows; writes go through an open revision."""

    session: AsyncSession
    novel_id: UUID

    async def entities(self, ids: Collection[UUID] | None = None) -> list[Entity]:
        """Return live entries, most important first."""
        query = select(Entity).where(
            Entity.novel_id == self.novel_id, Entity.rev_to.is_(None), Entity.status == "canon"
        )
        if ids is not None:
            query = query.where(Entity.id.in_(ids))
        query = query.order_by(Entity.importance.desc(), Entity.ordinal, Entity.id)
        return list((await self.session.scalars(query)).all())

    async def entity(self, entity_id: UUID) -> Entity | None:
        """Return one live entry."""
        return (
            await self.session.scalars(
                select(Entity).where(
                    Entity.novel_id == self.novel_id, Entity.id == entity_id, Entity.rev_to.is_(None)
                )
            )
        ).one_or_none()

    async def merged(self) -> dict[UUID, UUID]:
        """Return, for every entry that was merged, the one that stands for it now."""
        rows = await self.session.execute(
            select(Entity.id, Entity.merged_into).where(
                Entity.novel_id == self.novel_id, Entity.rev_to.is_(None), Entity.merged_into.is_not(None)
            )
        )
        return {row.id: row.merged_into for row in rows}

    async def aliases(self) -> list[Alias]:
        """Return live names in a fixed order."""
        query = select(Alias).where(Alias.novel_id == self.novel_id, Alias.rev_to.is_(None))
        return list((await self.session.scalars(query.order_by(Alias.entity_id, Alias.row_id))).all())

    async def aliases_called(self, norm: str) -> list[Alias]:
        """Return live names whose normalised form is `norm`."""
        query = select(Alias).where(
            Alias.novel_id == self.novel_id, Alias.norm == norm, Alias.rev_to.is_(None)
        )
        return list((await self.session.scalars(query.order_by(Alias.row_id))).all())

    async def sheets(self, revision: int | None = None) -> list[CharacterSheet]:
        """Return sheets, live now or at a revision."""
        query = select(CharacterSheet).where(
            CharacterSheet.novel_id == self.novel_id, alive(CharacterSheet, revision)
        )
        return list((await self.session.scalars(query.order_by(CharacterSheet.row_id))).all())

    async def sheet(self, entity_id: UUID) -> CharacterSheet | None:
        """Return the live sheet of a character."""
        return (
            await self.session.scalars(
                select(CharacterSheet).where(
                    CharacterSheet.novel_id == self.novel_id,
                    CharacterSheet.entity_id == entity_id,
                    CharacterSheet.rev_to.is_(None),
                )
            )
        ).one_or_none()

    async def facts(
        self,
        *,
        about: Collection[UUID] | None = None,
        predicates: Collection[str] | None = None,
        as_of: int | None = None,
        statuses: Collection[str] = ("canon",),
        revision: int | None = None,
    ) -> list[Assertion]:
        """Return facts live now or at a revision, in a fixed order; `as_of` keeps those that hold at that tick."""
        query = select(Assertion).where(
            Assertion.novel_id == self.novel_id, alive(Assertion, revision), Assertion.status.in_(statuses)
        )
        if about is not None:
            query = query.where(or_(Assertion.subject_id.in_(about), Assertion.object_id.in_(about)))
        if predicates is not None:
            query = query.where(Assertion.predicate.in_(predicates))
        if as_of is not None:
            query = query.where(
                or_(Assertion.from_tick.is_(None), Assertion.from_tick <= as_of),
                or_(Assertion.to_tick.is_(None), Assertion.to_tick > as_of),
            )
        query = query.order_by(
            Assertion.subject_id, Assertion.predicate, Assertion.from_tick.nulls_first(), Assertion.id
        )
        return list((await self.session.scalars(query)).all())

    async def fact(self, fact_id: UUID) -> Assertion | None:
        """Return one live fact."""
        return (
            await self.session.scalars(
                select(Assertion).where(
                    Assertion.novel_id == self.novel_id, Assertion.id == fact_id, Assertion.rev_to.is_(None)
                )
            )
        ).one_or_none()

    async def live(self, cls: type[T], row_id: UUID) -> T | None:
        """Return one live row of truth by its stable id."""
        found: T | None = await self.session.scalar(
            select(cls).where(cls.novel_id == self.novel_id, cls.id == row_id, alive(cls))
        )
        return found

    async def every(self, cls: type[T], revision: int | None = None) -> list[T]:
        """Return all rows of truth of a table, live now or at a revision, in a fixed order."""
        query = select(cls).where(cls.novel_id == self.novel_id, alive(cls, revision))
        return list(await self.session.scalars(query.order_by(cls.id)))

    async def event(self, event_id: UUID) -> StoryEvent | None:
        """Return one live event that was not cancelled."""
        found = await self.live(StoryEvent, event_id)
        return None if found is None or found.status == "cancelled" else found

    async def evidence(
        self, owners: Collection[UUID] | None = None, revision: int | None = None
    ) -> list[Evidence]:
        """Return the sentences that rows rest on."""
        query = select(Evidence).where(Evidence.novel_id == self.novel_id, alive(Evidence, revision))
        if owners is not None:
            query = query.where(Evidence.owner_id.in_(owners))
        return list(await self.session.scalars(query.order_by(Evidence.owner_id, Evidence.id)))

    async def rules(self) -> list[WorldRule]:
        """Return live laws of the world, hard ones first."""
        query = select(WorldRule).where(
            WorldRule.novel_id == self.novel_id, WorldRule.rev_to.is_(None), WorldRule.status == "canon"
        )
        return list(
            (
                await self.session.scalars(
                    query.order_by(WorldRule.hardness, WorldRule.ordinal, WorldRule.id)
                )
            ).all()
        )

    async def rulings(self) -> list[Ruling]:
        """Return rulings that hold."""
        query = select(Ruling).where(Ruling.novel_id == self.novel_id, Ruling.rev_to.is_(None))
        return list((await self.session.scalars(query.order_by(Ruling.id))).all())

    async def some(self, cls: type[T], ids: Collection[UUID]) -> list[T]:
        """Return live rows of truth by their stable ids, in a fixed order."""
        query = select(cls).where(cls.novel_id == self.novel_id, alive(cls), cls.id.in_(ids))
        return list(await self.session.scalars(query.order_by(cls.id))) if ids else []

    async def item(self, item_id: UUID) -> CanonItem | None:
        """Return a suggestion, decided or not."""
        query = select(CanonItem).where(CanonItem.novel_id == self.novel_id, CanonItem.id == item_id)
        return (await self.session.scalars(query)).one_or_none()

    async def items_after(
        self, last: CanonItem | None, limit: int | None, **which: str | UUID | None
    ) -> list[CanonItem]:
        """Return suggestions whose columns equal `which` (None: any), oldest first, that come after one."""
        query = select(CanonItem).where(CanonItem.novel_id == self.novel_id)
        for name, value in which.items():
            if value is not None:
                query = query.where(getattr(CanonItem, name) == value)
        if last is not None:
            seen = tuple_(literal(last.created_at), literal(last.id))
            query = query.where(tuple_(CanonItem.created_at, CanonItem.id) > seen)
        query = query.order_by(CanonItem.created_at, CanonItem.id).limit(limit)
        return list(await self.session.scalars(query))

    async def items(self, status: str | None, ids: Collection[UUID] | None = None) -> list[CanonItem]:
        """Return suggestions, oldest first; with `ids` they are held until the transaction ends."""
        query = select(CanonItem).where(CanonItem.novel_id == self.novel_id)
        if status is not None:
            query = query.where(CanonItem.status == status)
        if ids is not None:
            query = query.where(CanonItem.id.in_(ids)).with_for_update()
        return list((await self.session.scalars(query.order_by(CanonItem.created_at, CanonItem.id))).all())
