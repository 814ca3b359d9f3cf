"""Tables of what the book remembers of its own text. All of it can be made again from the text."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import Float, ForeignKey, Index, Integer, LargeBinary, PrimaryKeyConstraint, String, Text
from sqlalchemy.orm import Mapped

from infinite_scribe.db.sql.base import Base, Identified, NovelOwned, Timestamped, col


class Passage(Identified, Timestamped, NovelOwned, Base):
    """A few paragraphs of a scene that are found and read together."""

    __tablename__ = "passages"
    __table_args__ = (
        Index("uq_passages_scene_ordinal", "novel_id", "scene_id", "ordinal", unique=True),
        Index("ix_passages_language", "novel_id", "language", postgresql_include=["length"]),
    )

    scene_id: Mapped[uuid.UUID] = col()
    version: Mapped[int] = col(Integer)
    ordinal: Mapped[int] = col(Integer)
    language: Mapped[str] = col(String(8), default="en")
    head: Mapped[str] = col(Text, data="content", default="")
    text: Mapped[str] = col(Text, data="content")
    text_hash: Mapped[str] = col(String(64))
    pids: Mapped[list[str]] = col(default=list)
    facts: Mapped[list[str]] = col(default=list)
    entity_ids: Mapped[list[str]] = col(default=list)
    pov_id: Mapped[uuid.UUID | None] = col(default=None)
    on_stage: Mapped[list[str]] = col(default=list)
    length: Mapped[int] = col(Integer)


class Posting(Base):
    """How often a term stands in a passage, with what a score needs of the passage: the key's index holds it all."""

    __tablename__ = "passage_postings"
    __table_args__ = (
        PrimaryKeyConstraint(
            "novel_id", "term", "passage_id", postgresql_include=["scene_id", "language", "count", "length"]
        ),
        Index("ix_passage_postings_passage", "passage_id"),
    )

    novel_id: Mapped[uuid.UUID] = col(ForeignKey("novels.id", ondelete="CASCADE"))
    term: Mapped[str] = col(Text, data="content")
    passage_id: Mapped[uuid.UUID] = col(ForeignKey("passages.id", ondelete="CASCADE"))
    scene_id: Mapped[uuid.UUID] = col()
    language: Mapped[str] = col(String(8))
    count: Mapped[int] = col(Integer)
    length: Mapped[int] = col(Integer)


class TermCount(Base):
    """In how many passages of a novel a term stands."""

    __tablename__ = "passage_terms"

    novel_id: Mapped[uuid.UUID] = col(ForeignKey("novels.id", ondelete="CASCADE"), primary_key=True)
    term: Mapped[str] = col(Text, data="content", primary_key=True)
    passages: Mapped[int] = col(Integer)


class Vector(Identified, Timestamped, NovelOwned, Base):
    """Cached vector of a text, as little-endian 32-bit floats. Vectors of different models never mix."""

    __tablename__ = "vectors"
    __table_args__ = (Index("uq_vectors_text_model", "novel_id", "text_hash", "model", unique=True),)

    text_hash: Mapped[str] = col(String(64))
    model: Mapped[str] = col(String(120))
    dimensions: Mapped[int] = col(Integer)
    vector: Mapped[bytes] = col(LargeBinary, data="content")


class Summary(Identified, Timestamped, NovelOwned, Base):
    """A summary of a node, keyed by what it was made from, so that a rollback finds the old one again."""

    __tablename__ = "summaries"
    __table_args__ = (Index("uq_summaries_node_input", "novel_id", "node", "input_hash", unique=True),)

    node: Mapped[str] = col(String(60))
    level: Mapped[str] = col(String(10))
    input_hash: Mapped[str] = col(String(64))
    sentences: Mapped[list[dict[str, Any]]] = col(data="content")
    tokens: Mapped[int] = col(Integer)
    gate: Mapped[dict[str, Any]] = col(default=dict)


class Mention(Identified, NovelOwned, Base):
    """Where an entry is named. Offsets are UTF-16 code units inside the paragraph."""

    __tablename__ = "mentions"
    __table_args__ = (
        Index("ix_mentions_scene", "novel_id", "scene_id"),
        Index("ix_mentions_entity", "novel_id", "entity_id"),
    )

    scene_id: Mapped[uuid.UUID] = col()
    pid: Mapped[str] = col(String(20))
    from_offset: Mapped[int] = col(Integer)
    to_offset: Mapped[int] = col(Integer)
    entity_id: Mapped[uuid.UUID] = col()
    grade: Mapped[str] = col(String(10))
    confidence: Mapped[float] = col(Float, default=1.0)
