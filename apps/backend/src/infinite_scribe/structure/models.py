"""Tables of order: parts (shown as acts), chapters, scenes with their story time, the calendar."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped

from infinite_scribe.db.sql.base import Base, Revisioned, col


def _rank() -> Any:
    """A fractional rank; collation C makes the database compare it byte by byte as the rules do."""
    return col(String(2_000, collation="C"))


class Part(Revisioned, Base):
    """A part of a book."""

    __tablename__ = "parts"

    rank: Mapped[str] = _rank()
    title: Mapped[str] = col(String(300), data="content", default="")
    locked: Mapped[bool] = col(Boolean, default=False)


class Chapter(Revisioned, Base):
    """A chapter with its plan; the number is derived from reading order."""

    __tablename__ = "chapters"

    part_id: Mapped[uuid.UUID] = col()
    rank: Mapped[str] = _rank()
    title: Mapped[str] = col(String(300), data="content", default="")
    status: Mapped[str] = col(String(12), default="idea")
    one_line: Mapped[str] = col(Text, data="content", default="")
    purpose: Mapped[str] = col(Text, data="content", default="")
    pov_id: Mapped[uuid.UUID | None] = col(default=None)
    window: Mapped[dict[str, Any]] = col(data="content", default=dict)
    places: Mapped[list[str]] = col(default=list)
    tension: Mapped[int | None] = col(Integer, default=None)
    opening_type: Mapped[str | None] = col(String(12), default=None)
    closing_type: Mapped[str | None] = col(String(12), default=None)
    word_budget: Mapped[int | None] = col(Integer, default=None)
    arc_id: Mapped[uuid.UUID | None] = col(default=None)
    threads: Mapped[list[str]] = col(default=list)
    stale: Mapped[bool] = col(Boolean, default=False)
    locked: Mapped[bool] = col(Boolean, default=False)

    __table_args__ = (
        *Revisioned.live_index("chapters"),
        Index("ix_chapters_order", "novel_id", "part_id", "rank", postgresql_where=text("rev_to IS NULL")),
    )


class Scene(Revisioned, Base):
    """A scene: its place in the order, title, status and story time. `t_from … time_certainty` are derived."""

    __tablename__ = "scenes"
    __derived__: ClassVar[frozenset[str]] = frozenset({"t_from", "t_to", "time_certainty"})

    chapter_id: Mapped[uuid.UUID] = col()
    rank: Mapped[str] = _rank()
    title: Mapped[str] = col(String(300), data="content", default="")
    status: Mapped[str] = col(String(12), default="idea")
    story_from: Mapped[dict[str, Any] | None] = col(data="content", default=None)
    story_to: Mapped[dict[str, Any] | None] = col(data="content", default=None)
    story_mode: Mapped[str] = col(String(12), default="linear")
    stale: Mapped[bool] = col(Boolean, default=False)
    locked: Mapped[bool] = col(Boolean, default=False)
    t_from: Mapped[int | None] = col(BigInteger, default=None)
    t_to: Mapped[int | None] = col(BigInteger, default=None)
    time_certainty: Mapped[str | None] = col(String(10), default=None)

    __table_args__ = (
        *Revisioned.live_index("scenes"),
        Index("ix_scenes_order", "novel_id", "chapter_id", "rank", postgresql_where=text("rev_to IS NULL")),
    )


class Calendar(Revisioned, Base):
    """How ticks read as days; one live row per novel. Tick 0 is the author's story zero."""

    __tablename__ = "calendars"

    kind: Mapped[str] = col(String(12), default="plain")
    zero_instant: Mapped[str | None] = col(String(40), data="content", default=None)
    day_ticks: Mapped[int] = col(Integer, default=1_440)
    week_length: Mapped[int] = col(Integer, default=7)
    year_days: Mapped[int] = col(Integer, default=365)
    season_table: Mapped[list[Any]] = col(data="content", default=list)
    moon: Mapped[dict[str, Any] | None] = col(data="content", default=None)


class SceneBlocks(Base):
    """The paragraphs of a scene in order, as the text last had them; derived, so that anchors can be resolved."""

    __tablename__ = "scene_blocks"

    scene_id: Mapped[uuid.UUID] = col(primary_key=True)
    novel_id: Mapped[uuid.UUID] = col(ForeignKey("novels.id", ondelete="CASCADE"), index=True)
    pids: Mapped[list[str]] = col(default=list)
