"""Tables of the canon. Rows of truth carry their lifespan; the inbox does not."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Boolean, Index, Integer, String, Text, text
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
    __one_per__: ClassVar = ("entity_id", "norm")
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
    initials: Mapped[str | None] = col(String(60), data="content", default=None)
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
    disputed_with: Mapped[uuid.UUID | None] = col(default=None)
    because: Mapped[str | None] = col(Text, data="content", default=None)
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


class StoryEvent(Revisioned, Anchored, Base):
    """Something that happens. Other rows may be anchored to it, so its time is resolved before theirs."""

    __tablename__ = "events"
    __table_args__ = (
        *Revisioned.live_index("events"),
        Index("ix_events_scene_live", "novel_id", "scene_id", postgresql_where=_LIVE),
    )
    __anchor_kind__: ClassVar[str] = "event"

    kind: Mapped[str] = col(String(16))
    title: Mapped[str] = col(String(300), data="content")
    summary: Mapped[str] = col(Text, data="content", default="")
    place_id: Mapped[uuid.UUID | None] = col(default=None)
    scene_id: Mapped[uuid.UUID | None] = col(default=None)
    valid_from: Mapped[dict[str, Any]] = col(default=lambda: {"kind": "unknown"})
    valid_to: Mapped[dict[str, Any] | None] = col(default=None)
    preconditions: Mapped[list[dict[str, Any]]] = col(data="content", default=list)
    effects: Mapped[list[dict[str, Any]]] = col(data="content", default=list)
    status: Mapped[str] = col(String(12), default="backstory")
    source: Mapped[str] = col(String(8), default="author")
    locked: Mapped[bool] = col(Boolean, default=False)


class EventParticipant(Revisioned, Base):
    """Who had which part in an event."""

    __tablename__ = "event_participants"
    __one_per__: ClassVar = ("event_id", "entity_id", "role")
    __table_args__ = (
        *Revisioned.live_index("event_participants"),
        Index("ix_event_participants_event_live", "novel_id", "event_id", postgresql_where=_LIVE),
        Index("ix_event_participants_entity_live", "novel_id", "entity_id", postgresql_where=_LIVE),
    )

    event_id: Mapped[uuid.UUID] = col()
    entity_id: Mapped[uuid.UUID] = col()
    role: Mapped[str] = col(String(12))


class EventLink(Revisioned, Base):
    """One event is the cause of another."""

    __tablename__ = "event_links"
    __table_args__ = (
        *Revisioned.live_index("event_links"),
        Index("ix_event_links_event_live", "novel_id", "event_id", postgresql_where=_LIVE),
    )

    event_id: Mapped[uuid.UUID] = col()
    cause_id: Mapped[uuid.UUID] = col()


class Route(Revisioned, Anchored, Base):
    """A way between two places and the least time it takes."""

    __tablename__ = "routes"

    a_id: Mapped[uuid.UUID] = col()
    b_id: Mapped[uuid.UUID] = col()
    mode: Mapped[str] = col(String(8))
    min_ticks: Mapped[int] = col(BigInteger)
    both_ways: Mapped[bool] = col(Boolean, default=True)
    valid_from: Mapped[dict[str, Any]] = col(default=lambda: {"kind": "always"})
    valid_to: Mapped[dict[str, Any] | None] = col(default=None)
    needs: Mapped[list[dict[str, Any]]] = col(data="content", default=list)
    note: Mapped[str] = col(String(300), data="content", default="")
    source: Mapped[str] = col(String(8), default="author")
    status: Mapped[str] = col(String(12), default="canon")
    locked: Mapped[bool] = col(Boolean, default=False)


class Belief(Revisioned, Anchored, Base):
    """What somebody thinks of a fact. `knower_id` is null for the reader; no row means that nothing is known."""

    __tablename__ = "beliefs"
    __one_per__: ClassVar = (
        "knower_id", "fact_id", "pattern", "stance", "believed_object_id", "believed_value", "valid_from",
    )  # fmt: skip
    __table_args__ = (
        *Revisioned.live_index("beliefs"),
        Index("ix_beliefs_fact_live", "novel_id", "fact_id", postgresql_where=_LIVE),
        Index("ix_beliefs_knower_live", "novel_id", "knower_id", postgresql_where=_LIVE),
    )

    knower_id: Mapped[uuid.UUID | None] = col(default=None)
    fact_id: Mapped[uuid.UUID | None] = col(default=None)
    pattern: Mapped[dict[str, Any] | None] = col(data="content", default=None)
    stance: Mapped[str] = col(String(16))
    believed_object_id: Mapped[uuid.UUID | None] = col(default=None)
    believed_value: Mapped[dict[str, Any] | None] = col(data="content", default=None)
    hides: Mapped[str] = col(String(8), default="nobody")
    hides_from: Mapped[list[str]] = col(default=list)
    valid_from: Mapped[dict[str, Any]] = col(default=lambda: {"kind": "always"})
    valid_to: Mapped[dict[str, Any] | None] = col(default=None)
    via: Mapped[str] = col(String(12), default="author")
    source_entity_id: Mapped[uuid.UUID | None] = col(default=None)
    source: Mapped[str] = col(String(8), default="author")
    status: Mapped[str] = col(String(12), default="canon")


class Disclosure(Revisioned, Base):
    """Where the reader is told of a fact. Its place in reading order is that of the scene, never a number."""

    __tablename__ = "disclosures"
    __table_args__ = (
        *Revisioned.live_index("disclosures"),
        Index("ix_disclosures_fact_live", "novel_id", "fact_id", postgresql_where=_LIVE),
        Index("ix_disclosures_scene_live", "novel_id", "scene_id", postgresql_where=_LIVE),
    )

    scene_id: Mapped[uuid.UUID] = col()
    pid: Mapped[str | None] = col(String(20), default=None)
    fact_id: Mapped[uuid.UUID] = col()
    mode: Mapped[str] = col(String(8), default="stated")
    source: Mapped[str] = col(String(8), default="author")
    status: Mapped[str] = col(String(12), default="canon")


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
