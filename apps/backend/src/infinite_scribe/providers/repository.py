"""SQL of endpoints, roles, prices and sealed keys. Row-level security adds the user; nothing here repeats it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, false, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.ids import new_id
from infinite_scribe.providers.models import (
    DataKey,
    Endpoint,
    ModelProfile,
    ModelRole,
    PriceOverride,
    PrivateMode,
    ProviderKey,
)


@dataclass(frozen=True)
class ProvidersRepository:
    session: AsyncSession

    async def endpoints(self) -> Sequence[Endpoint]:
        query = select(Endpoint).order_by(Endpoint.user_id.is_(None).desc(), Endpoint.created_at, Endpoint.id)
        return (await self.session.scalars(query)).all()

    async def endpoint(self, endpoint_id: UUID) -> Endpoint | None:
        return await self.session.get(Endpoint, endpoint_id, populate_existing=True)

    def add(self, row: Endpoint) -> None:
        self.session.add(row)

    async def remove_endpoint(self, endpoint_id: UUID) -> None:
        await self.session.execute(delete(Endpoint).where(Endpoint.id == endpoint_id))

    async def set_models(self, endpoint_id: UUID, models: list[str]) -> None:
        await self.session.execute(update(Endpoint).where(Endpoint.id == endpoint_id).values(models=models))

    async def sees_novel(self, novel_id: UUID) -> bool:
        """Say whether the session's user is a member of a novel; row-level security answers."""
        return (
            await self.session.scalar(text("SELECT 1 FROM novels WHERE id = :id"), {"id": novel_id})
            is not None
        )

    async def novel_language(self, novel_id: UUID) -> str | None:
        """Return the language of a novel that the session's user is a member of."""
        found: str | None = await self.session.scalar(
            text("SELECT language FROM novels WHERE id = :id"), {"id": novel_id}
        )
        return found

    async def roles(self, user_id: UUID, novel_id: UUID | None) -> Sequence[ModelRole]:
        query = (
            select(ModelRole).where(ModelRole.user_id == user_id).order_by(ModelRole.role, ModelRole.position)
        )
        place = ModelRole.novel_id.is_(None)
        return (
            await self.session.scalars(
                query.where(place if novel_id is None else ModelRole.novel_id == novel_id)
            )
        ).all()

    async def replace_role(
        self, user_id: UUID, novel_id: UUID | None, role: str, choices: Sequence[tuple[UUID, str]]
    ) -> None:
        place = ModelRole.novel_id.is_(None) if novel_id is None else ModelRole.novel_id == novel_id
        await self.session.execute(
            delete(ModelRole).where(ModelRole.user_id == user_id, ModelRole.role == role, place)
        )
        for position, (endpoint_id, model) in enumerate(choices):
            self.session.add(
                ModelRole(
                    user_id=user_id,
                    novel_id=novel_id,
                    role=role,
                    position=position,
                    endpoint_id=endpoint_id,
                    model=model,
                )
            )
        await self.session.flush()

    async def private_places(self, user_id: UUID, novel_id: UUID | None) -> set[UUID]:
        """Return which of the user and the novel is private."""
        mine = (PrivateMode.user_id == user_id) | (
            PrivateMode.novel_id == novel_id if novel_id is not None else false()
        )
        rows = (
            await self.session.execute(select(PrivateMode.user_id, PrivateMode.novel_id).where(mine))
        ).all()
        return {row.user_id or row.novel_id for row in rows}

    async def manages_novel(self, user_id: UUID, novel_id: UUID) -> bool:
        query = text("SELECT manages_novel(:novel, :user)")
        return bool(await self.session.scalar(query, {"novel": novel_id, "user": user_id}))

    async def switch_private(self, on: bool, *, user_id: UUID | None, novel_id: UUID | None) -> None:
        if on:
            values = {"id": new_id(), "user_id": user_id, "novel_id": novel_id}
            statement = insert(PrivateMode).values(**values)
            await self.session.execute(statement.on_conflict_do_nothing(constraint="uq_private_modes_place"))
            return
        place = PrivateMode.user_id == user_id if novel_id is None else PrivateMode.novel_id == novel_id
        await self.session.execute(delete(PrivateMode).where(place))

    async def price_override(self, endpoint_id: UUID, model: str) -> PriceOverride | None:
        """Return the closest override: the user's before the operator's, the endpoint's before the general one."""
        query = (
            select(PriceOverride)
            .where(PriceOverride.model == model)
            .where((PriceOverride.endpoint_id == endpoint_id) | PriceOverride.endpoint_id.is_(None))
            .order_by(PriceOverride.user_id.is_(None), PriceOverride.endpoint_id.is_(None))
            .limit(1)
        )
        return (await self.session.scalars(query)).first()

    async def profiles(self, endpoint_id: UUID) -> Sequence[ModelProfile]:
        query = (
            select(ModelProfile).where(ModelProfile.endpoint_id == endpoint_id).order_by(ModelProfile.model)
        )
        return (await self.session.scalars(query.execution_options(populate_existing=True))).all()

    async def profile(self, endpoint_id: UUID, model: str) -> dict[str, Any]:
        query = select(ModelProfile.profile).where(
            ModelProfile.endpoint_id == endpoint_id, ModelProfile.model == model
        )
        return (await self.session.scalar(query)) or {}

    async def save_profile(
        self, user_id: UUID | None, endpoint_id: UUID, model: str, profile: dict[str, Any]
    ) -> None:
        values = {
            "id": new_id(),
            "user_id": user_id,
            "endpoint_id": endpoint_id,
            "model": model,
            "profile": profile,
        }
        statement = insert(ModelProfile).values(**values)
        merged = ModelProfile.profile.op("||")(statement.excluded.profile)
        await self.session.execute(
            statement.on_conflict_do_update(
                index_elements=["endpoint_id", "model"], set_={"profile": merged, "probed_at": text("now()")}
            )
        )

    async def newest_data_key(self, user_id: UUID) -> DataKey | None:
        query = select(DataKey).where(DataKey.user_id == user_id).order_by(DataKey.created_at.desc()).limit(1)
        return (await self.session.scalars(query)).first()

    async def data_key(self, data_key_id: UUID) -> DataKey | None:
        return await self.session.get(DataKey, data_key_id)

    async def data_keys_not_under(self, kek_id: str, limit: int) -> Sequence[DataKey]:
        query = select(DataKey).where(DataKey.kek_id != kek_id).limit(limit).with_for_update(skip_locked=True)
        return (await self.session.scalars(query)).all()

    async def live_key(self, endpoint_id: UUID) -> ProviderKey | None:
        query = (
            select(ProviderKey)
            .where(ProviderKey.endpoint_id == endpoint_id, ProviderKey.revoked_at.is_(None))
            .order_by(ProviderKey.version.desc())
            .limit(1)
        )
        return (await self.session.scalars(query)).first()

    async def next_key_version(self, endpoint_id: UUID) -> int:
        """Lock the endpoint, so that two new keys never take one version."""
        version = await self.session.scalar(
            text("UPDATE endpoints SET key_version = key_version + 1 WHERE id = :id RETURNING key_version"),
            {"id": endpoint_id},
        )
        return int(version or 0)

    async def put_key(self, row: ProviderKey) -> None:
        await self.session.execute(
            update(ProviderKey)
            .where(ProviderKey.endpoint_id == row.endpoint_id, ProviderKey.revoked_at.is_(None))
            .values(revoked_at=text("now()"))
        )
        self.session.add(row)
        await self.session.execute(
            update(Endpoint).where(Endpoint.id == row.endpoint_id).values(key_last4=row.last4)
        )
