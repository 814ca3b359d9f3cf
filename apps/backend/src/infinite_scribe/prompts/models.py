"""The author's own wordings of prompts, with all that were in force before."""

from __future__ import annotations

import uuid

from sqlalchemy import ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped

from infinite_scribe.db.sql.base import Base, Identified, Timestamped, UserOwned, col


class PromptOverride(Identified, UserOwned, Timestamped, Base):
    """One saved wording: of one novel, or, without a novel, of all books of its user. Never changed but to end it.

    `base_*` is the shipped wording it was written over.
    """

    __tablename__ = "prompt_overrides"
    __table_args__ = (
        Index(
            "uq_prompt_overrides_mine", "user_id", "name", unique=True,
            postgresql_where=text("is_live AND novel_id IS NULL"),
        ),
        Index(
            "uq_prompt_overrides_novel", "novel_id", "name", unique=True,
            postgresql_where=text("is_live AND novel_id IS NOT NULL"),
        ),
    )  # fmt: skip

    novel_id: Mapped[uuid.UUID | None] = col(
        ForeignKey("novels.id", ondelete="CASCADE"), index=True, default=None
    )
    name: Mapped[str] = col(String(120))
    number: Mapped[int] = col(Integer)
    is_live: Mapped[bool] = col(default=True)
    version: Mapped[str] = col(String(40))
    system: Mapped[str] = col(Text, data="content")
    task: Mapped[str] = col(Text, data="content")
    base_version: Mapped[str] = col(String(40))
    base_system: Mapped[str] = col(Text)
    base_task: Mapped[str] = col(Text)
