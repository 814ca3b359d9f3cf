"""Tables of the canon. Rows of truth carry their lifespan; the inbox does not."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped

from infinite_scribe.db.sql.base import Anchored, Base, Identified, NovelOwned, Revisioned, Timestamped, col

_LIVE = text("rev_to IS NULL")


class Entity(Revisioned, Base):
    """A person, place, faction, item, creature or idea. The id is the key, never the name."""

    __tablename__ = "entities"

    kind: Mapped[str] = col(String(12))
    type_label: Mapped[str | None] = col(String(60), data="content", default=None)
    name: Mapped[str] = col(String(200), data="content")
    summary: Mapped[str] = col(String(300), data="content", default="")
    description: Mapped[str] = col(Text, data="content", default="")
    importance: Mapped[int] = col(Integer, default=2)
    agent_visibility: Mapped[str] = col(String(16), default="when_mentioned")
    status: Mapped[str] = col(String(12), default="canon")
    merged_into: Mapped[uuid.UUID | None] = col(default=None)
    fields: Mapped[dict[str, Any]] = col(data="content", default=dict)
    source: Mapped[str] = col(String(12), default="author")
    ordinal: Mapped[int] = col(Integer, default=0)
    locked: Mapped[bool] = col(Boolean, default=False)


class Alias(Revisioned, Base):
    """A name of an entity, in the form the text uses and in the form names are compared."""

    __tablename__ = "aliases"
    __table_args__ = (
        *Revisioned.live_index("aliases"),
        Index("ix_aliases_norm_live", "novel_id", "norm", postgresql_where=_LIVE),
    )

    entity_id: Mapped[uuid.UUID] = col()
    text: Mapped[str] = col(String(200), data="content")
    norm: Mapped[str] = col(String(200), data="content")
    kind: Mapped[str] = col(String(12), default="name")
    lang: Mapped[str] = col(String(8), default="en")
    case_sensitive: Mapped[bool] = col(Boolean, default=True)
    ambiguous: Mapped[bool] = col(Boolean, default=False)
    pinyin: Mapped[str | None] = col(String(200), data="content", default=None)
    from_anchor: Mapped[dict[str, Any]] = col(default=lambda: {"kind": "always"})


class CharacterSheet(Revisioned, Base):
    """What drives a character and how the reader meets it."""

    __tablename__ = "character_sheets"

    entity_id: Mapped[uuid.UUID] = col()
    role: Mapped[str] = col(String(16), default="minor")
    want: Mapped[str] = col(Text, data="content", default="")
    need: Mapped[str] = col(Text, data="content", default="")
    false_belief: Mapped[str] = col(Text, data="content", default="")
    fear: Mapped[str] = col(Text, data="content", default="")
    wound: Mapped[str] = col(Text, data="content", default="")
    obstacle: Mapped[str] = col(Text, data="content", default="")
    turning_point: Mapped[str] = col(Text, data="content", default="")
    arc_from: Mapped[str] = col(Text, data="content", default="")
    arc_to: Mapped[str] = col(Text, data="content", default="")
    appearance: Mapped[str] = col(Text, data="content", default="")
    personality: Mapped[str] = col(Text, data="content", default="")
    background: Mapped[str] = col(Text, data="content", default="")
    motivation: Mapped[str] = col(Text, data="content", default="")
    trade: Mapped[str] = col(String(120), data="content", default="")
    goals: Mapped[list[str]] = col(data="content", default=list)
    pronouns: Mapped[str] = col(String(40), data="content", default="")
    voice_card_id: Mapped[uuid.UUID | None] = col(default=None)


class Assertion(Revisioned, Anchored, Base):
    """A fact about the world. `valid_from` and `valid_to` are anchors; the ticks are derived from them."""

    __tablename__ = "assertions"
    __table_args__ = (
        *Revisioned.live_index("assertions"),
        Index(
            "ix_assertions_subject_live",
            "novel_id",
            "subject_id",
            "predicate",
            "from_tick",
            postgresql_where=_LIVE,
        ),
        Index("ix_assertions_object_live", "novel_id", "object_id", postgresql_where=_LIVE),
    )

    subject_id: Mapped[uuid.UUID | None] = col(default=None)
    predicate: Mapped[str | None] = col(String(40), default=None)
    registry_version: Mapped[int] = col(Integer)
    object_id: Mapped[uuid.UUID | None] = col(default=None)
    value: Mapped[dict[str, Any] | None] = col(data="content", default=None)
    qualifier: Mapped[dict[str, Any]] = col(data="content", default=dict)
    polarity: Mapped[bool] = col(Boolean, default=True)
    valid_from: Mapped[dict[str, Any]] = col(default=lambda: {"kind": "always"})
    valid_to: Mapped[dict[str, Any] | None] = col(default=None)
    layer: Mapped[str] = col(String(8), default="world")
    certainty: Mapped[str] = col(String(10), default="certain")
    publicity: Mapped[str] = col(String(8), default="private")
    publicity_scope_id: Mapped[uuid.UUID | None] = col(default=None)
    veil: Mapped[str] = col(String(300), data="content", default="line")
    hidden_from_self: Mapped[bool] = col(Boolean, default=False)
    source: Mapped[str] = col(String(8), default="author")
    status: Mapped[str] = col(String(12), default="canon")
    cause_event_id: Mapped[uuid.UUID | None] = col(default=None)
    superseded_by: Mapped[uuid.UUID | None] = col(default=None)
    wording: Mapped[str] = col(Text, data="content", default="")
    pinned: Mapped[bool] = col(Boolean, default=False)
    locked: Mapped[bool] = col(Boolean, default=False)


class Evidence(Revisioned, Base):
    """The sentence a row rests on. Offsets are UTF-16 code units inside the paragraph `pid`."""

    __tablename__ = "evidence"
    __table_args__ = (
        *Revisioned.live_index("evidence"),
        Index("ix_evidence_owner_live", "novel_id", "owner_id", postgresql_where=_LIVE),
        Index("ix_evidence_scene_live", "novel_id", "scene_id", postgresql_where=_LIVE),
        Index("ix_evidence_quote", text("to_tsvector('simple', quote)"), postgresql_using="gin"),
    )

    owner_kind: Mapped[str] = col(String(12))
    owner_id: Mapped[uuid.UUID] = col()
    scene_id: Mapped[uuid.UUID] = col()
    version: Mapped[int] = col(Integer)
    pid: Mapped[str] = col(String(20))
    from_offset: Mapped[int] = col(Integer)
    to_offset: Mapped[int] = col(Integer)
    quote: Mapped[str] = col(Text, data="content")


class WorldRule(Revisioned, Base):
    """A law of this world. Only a rule with a `test` can be checked by code."""

    __tablename__ = "rules"

    statement: Mapped[str] = col(Text, data="content")
    category: Mapped[str] = col(String(12), default="custom")
    scope_kind: Mapped[str] = col(String(12), default="world")
    scope_id: Mapped[uuid.UUID | None] = col(default=None)
    hardness: Mapped[str] = col(String(4), default="hard")
    cost: Mapped[str] = col(Text, data="content", default="")
    limits: Mapped[str] = col(Text, data="content", default="")
    examples: Mapped[list[str]] = col(data="content", default=list)
    exceptions: Mapped[list[dict[str, Any]]] = col(data="content", default=list)
    test: Mapped[dict[str, Any] | None] = col(data="content", default=None)
    source: Mapped[str] = col(String(8), default="author")
    status: Mapped[str] = col(String(12), default="canon")
    ordinal: Mapped[int] = col(Integer, default=0)
    locked: Mapped[bool] = col(Boolean, default=False)


class Ruling(Revisioned, Base):
    """The author's decision that a clash is meant; the same fingerprint is not raised again in its scope."""

    __tablename__ = "rulings"
    __table_args__ = (
        *Revisioned.live_index("rulings"),
        Index("ix_rulings_fingerprint_live", "novel_id", "fingerprint", postgresql_where=_LIVE),
    )

    fingerprint: Mapped[str] = col(String(64))
    kind: Mapped[str] = col(String(24))
    scope: Mapped[str] = col(String(12), default="pair")
    scope_id: Mapped[uuid.UUID | None] = col(default=None)
    note: Mapped[str] = col(Text, data="content", default="")
    subject: Mapped[str] = col(Text, data="content", default="")
    ruled_by: Mapped[uuid.UUID | None] = col(default=None)


class CanonItem(Identified, Timestamped, NovelOwned, Base):
    """A suggestion for the world, waiting in the inbox until it is decided."""

    __tablename__ = "canon_items"
    __table_args__ = (Index("ix_canon_items_novel_status", "novel_id", "status", "created_at"),)

    kind: Mapped[str] = col(String(12))
    payload: Mapped[dict[str, Any]] = col(data="content")
    evidence: Mapped[list[dict[str, Any]]] = col(data="content", default=list)
    clash: Mapped[list[dict[str, Any]]] = col(data="content", default=list)
    status: Mapped[str] = col(String(10), default="open")
    decided_by: Mapped[str | None] = col(String(8), default=None)
    decided_at: Mapped[datetime | None] = col(default=None)
    decided_revision: Mapped[int | None] = col(Integer, default=None)
    undone_by: Mapped[int | None] = col(Integer, default=None)
    result_id: Mapped[uuid.UUID | None] = col(default=None)
    scene_id: Mapped[uuid.UUID | None] = col(default=None)
    run_id: Mapped[uuid.UUID | None] = col(default=None)
