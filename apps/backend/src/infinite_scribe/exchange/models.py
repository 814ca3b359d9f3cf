"""Tables of files on their way in and out."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped

from infinite_scribe.db.sql.base import Base, Identified, NovelOwned, Timestamped, UserOwned, col


class Export(Identified, NovelOwned, UserOwned, Timestamped, Base):
    """A file made of a book; its bytes lie in the data folder until `expires_at`."""

    __tablename__ = "exports"
    __table_args__ = (Index("ix_exports_expires_at", "expires_at"),)

    format: Mapped[str] = col(String(12))
    options: Mapped[dict[str, Any]] = col(default=dict)
    state: Mapped[str] = col(String(10), default="queued")
    file_name: Mapped[str] = col(String(120), data="content")
    bytes: Mapped[int] = col(BigInteger, default=0)
    problem: Mapped[dict[str, Any] | None] = col(default=None)
    expires_at: Mapped[datetime] = col()


class Import(Identified, UserOwned, Timestamped, Base):
    """A text that may become a book; kept until it does, or until `expires_at`."""

    __tablename__ = "imports"
    __table_args__ = (Index("ix_imports_expires_at", "expires_at"),)

    name: Mapped[str] = col(String(200), data="content")
    text: Mapped[str] = col(Text, data="content")
    encoding: Mapped[str] = col(String(20))
    markdown: Mapped[bool] = col(server_default=sql("false"))
    preview: Mapped[dict[str, Any]] = col(data="content")
    novel_id: Mapped[uuid.UUID | None] = col(default=None)
    expires_at: Mapped[datetime] = col()
