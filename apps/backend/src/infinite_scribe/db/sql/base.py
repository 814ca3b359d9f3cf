"""What every table shares: naming, data tags, ownership, revision and anchors."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, Integer, MetaData, String, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from infinite_scribe.core.clock import now
from infinite_scribe.core.ids import new_id

DataTag = Literal["pii", "content", "secret", "system"]

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of all mapped classes. Python types map to the one SQL type that we use for them."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - read by SQLAlchemy as a plain mapping
        uuid.UUID: Uuid(as_uuid=True),
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        list[str]: JSONB,
        list[dict[str, Any]]: JSONB,
    }


def col(*args: Any, data: DataTag = "system", **kwargs: Any) -> Any:
    """Return a mapped column with its data tag; export and erasure are generated from the tags."""
    return mapped_column(*args, info={"data": data}, **kwargs)


class Identified:
    """A row with one id, a UUIDv7 of the application."""

    id: Mapped[uuid.UUID] = col(primary_key=True, default=new_id)


class Timestamped:
    created_at: Mapped[datetime] = col(default=now, server_default=text("now()"))


class NovelOwned:
    """A row of one novel; it goes when the novel is erased."""

    @declared_attr
    def novel_id(cls) -> Mapped[uuid.UUID]:
        return mapped_column(ForeignKey("novels.id", ondelete="CASCADE"), index=True, info={"data": "system"})


class UserOwned:
    """A row of one user; it goes when the account is erased."""

    @declared_attr
    def user_id(cls) -> Mapped[uuid.UUID]:
        return mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True, info={"data": "system"})


class Revisioned(NovelOwned):
    """A row of truth: `id` is stable, one database row per lifespan `[rev_from, rev_to)`; live = `rev_to` is null.

    Subclasses that add table arguments must include `*Revisioned.live_index(tablename)`.
    """

    row_id: Mapped[uuid.UUID] = col(primary_key=True, default=new_id)
    id: Mapped[uuid.UUID] = col(default=new_id)
    rev_from: Mapped[int] = col(Integer)
    rev_to: Mapped[int | None] = col(Integer, default=None)
    created_at: Mapped[datetime] = col(default=now, server_default=text("now()"))

    @staticmethod
    def live_index(tablename: str) -> tuple[Index, Index]:
        """Return the unique index on live rows and the one for reads at a revision."""
        return (
            Index(f"uq_{tablename}_live", "id", unique=True, postgresql_where=text("rev_to IS NULL")),
            Index(f"ix_{tablename}_lifespan", "novel_id", "rev_from", "rev_to"),
        )

    @declared_attr.directive
    def __table_args__(cls) -> Any:
        return cls.live_index(cls.__tablename__)  # type: ignore[attr-defined]


class Anchored:
    """Derived story time of an anchored row: updated in place by the resolver, outside row hashes."""

    from_tick: Mapped[int | None] = col(BigInteger, default=None)
    from_block: Mapped[int | None] = col(Integer, default=None)
    to_tick: Mapped[int | None] = col(BigInteger, default=None)
    to_block: Mapped[int | None] = col(Integer, default=None)
    certainty_of_time: Mapped[str | None] = col(String(10), default=None)
