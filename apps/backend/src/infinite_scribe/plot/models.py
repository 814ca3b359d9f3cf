"""Tables of the plan and of the style. `structure` owns the rows of chapters and scenes."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Boolean, Float, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped

from infinite_scribe.db.sql.base import Base, Identified, NovelOwned, Revisioned, Timestamped, col

_LIVE = text("rev_to IS NULL")


class Concept(Revisioned, Base):
    """What the book is: one live row per novel."""

    __tablename__ = "concepts"
    __table_args__ = (
        *Revisioned.live_index("concepts"),
        Index("uq_concepts_novel_live", "novel_id", unique=True, postgresql_where=_LIVE),
    )

    title: Mapped[str] = col(String(200), data="content", default="")
    logline: Mapped[str] = col(Text, data="content", default="")
    premise: Mapped[str] = col(Text, data="content", default="")
    hook: Mapped[str] = col(Text, data="content", default="")
    protagonist_line: Mapped[str] = col(Text, data="content", default="")
    selling_point: Mapped[str] = col(Text, data="content", default="")
    genres: Mapped[list[str]] = col(data="content", default=list)
    audience: Mapped[str] = col(String(200), data="content", default="")
    tone: Mapped[str] = col(String(200), data="content", default="")
    theme_statement: Mapped[str] = col(Text, data="content", default="")
    theme_question: Mapped[str] = col(Text, data="content", default="")
    value_tension: Mapped[dict[str, Any]] = col(data="content", default=dict)
    emotions: Mapped[list[str]] = col(data="content", default=list)
    taboos: Mapped[list[str]] = col(data="content", default=list)
    genre_contract: Mapped[list[str]] = col(data="content", default=list)
    protagonist_id: Mapped[uuid.UUID | None] = col(default=None)
    ending: Mapped[dict[str, Any]] = col(data="content", default=dict)
    pov_policy: Mapped[str] = col(String(12), default="close_third")
    tense: Mapped[str] = col(String(8), default="past")
    target_words: Mapped[int | None] = col(Integer, default=None)
    target_chapters: Mapped[int | None] = col(Integer, default=None)
    seed_path: Mapped[dict[str, Any]] = col(data="content", default=dict)


class Thread(Revisioned, Base):
    """A line of the story."""

    __tablename__ = "threads"

    name: Mapped[str] = col(String(200), data="content")
    kind: Mapped[str] = col(String(12), default="main")
    question: Mapped[str] = col(Text, data="content", default="")
    entity_ids: Mapped[list[str]] = col(default=list)
    ordinal: Mapped[int] = col(Integer, default=0)
    locked: Mapped[bool] = col(Boolean, default=False)


class Arc(Revisioned, Base):
    """A movement of the book. `span` holds positions between 0 and 1."""

    __tablename__ = "arcs"

    title: Mapped[str] = col(String(200), data="content")
    opens_question: Mapped[str] = col(Text, data="content", default="")
    closes_question: Mapped[str] = col(Text, data="content", default="")
    value_from: Mapped[str] = col(String(120), data="content", default="")
    value_to: Mapped[str] = col(String(120), data="content", default="")
    span_from: Mapped[float] = col(Float, default=0.0)
    span_to: Mapped[float] = col(Float, default=1.0)
    ordinal: Mapped[int] = col(Integer, default=0)
    locked: Mapped[bool] = col(Boolean, default=False)


class TurningPoint(Revisioned, Base):
    """Where an arc turns; the position is a share of the book."""

    __tablename__ = "turning_points"

    arc_id: Mapped[uuid.UUID] = col()
    kind: Mapped[str] = col(String(12))
    position: Mapped[float] = col(Float)
    tolerance: Mapped[float] = col(Float, default=0.05)
    chapter_id: Mapped[uuid.UUID | None] = col(default=None)
    note: Mapped[str] = col(Text, data="content", default="")
    locked: Mapped[bool] = col(Boolean, default=False)


class Card(Revisioned, Base):
    """What a scene is for: one live row per scene. Title, status and story time stand in `scenes`."""

    __tablename__ = "cards"
    __members_by__: ClassVar = {"cast": "entity"}
    __table_args__ = (
        *Revisioned.live_index("cards"),
        Index("uq_cards_scene_live", "novel_id", "scene_id", unique=True, postgresql_where=_LIVE),
        Index("ix_cards_pov_live", "novel_id", "pov_id", postgresql_where=_LIVE),
    )

    scene_id: Mapped[uuid.UUID] = col()
    summary: Mapped[str] = col(Text, data="content", default="")
    goal: Mapped[str] = col(Text, data="content", default="")
    conflict: Mapped[str] = col(Text, data="content", default="")
    outcome: Mapped[str | None] = col(String(8), default=None)
    turn: Mapped[str] = col(Text, data="content", default="")
    pov_id: Mapped[uuid.UUID | None] = col(default=None)
    pov_distance: Mapped[str | None] = col(String(12), default=None)
    place_id: Mapped[uuid.UUID | None] = col(default=None)
    cast: Mapped[list[dict[str, Any]]] = col(data="content", default=list)
    entry: Mapped[list[str]] = col(default=list)
    exit: Mapped[list[dict[str, Any]]] = col(data="content", default=list)
    must_include: Mapped[list[dict[str, Any]]] = col(data="content", default=list)
    must_not_reveal: Mapped[list[dict[str, Any]]] = col(data="content", default=list)
    promises: Mapped[list[dict[str, Any]]] = col(data="content", default=list)
    word_budget: Mapped[int | None] = col(Integer, default=None)
    thread_ids: Mapped[list[str]] = col(default=list)
    tension: Mapped[int | None] = col(Integer, default=None)
    opening_type: Mapped[str | None] = col(String(12), default=None)
    closing_type: Mapped[str | None] = col(String(12), default=None)
    notes: Mapped[str] = col(Text, data="content", default="")
    flags: Mapped[list[str]] = col(default=list)
    locked_fields: Mapped[list[str]] = col(default=list)
    locked: Mapped[bool] = col(Boolean, default=False)


class Beat(Identified, Timestamped, NovelOwned, Base):
    """Mirror of a beat whose one home is the scene document; rewritten at each save."""

    __tablename__ = "beats"
    __table_args__ = (Index("ix_beats_scene", "novel_id", "scene_id", "ordinal"),)

    scene_id: Mapped[uuid.UUID] = col()
    beat_id: Mapped[str] = col(String(40))
    ordinal: Mapped[int] = col(Integer)
    kind: Mapped[str] = col(String(12), default="action")
    text: Mapped[str] = col(Text, data="content", default="")
    actor_id: Mapped[uuid.UUID | None] = col(default=None)
    change: Mapped[str] = col(Text, data="content", default="")
    subtext: Mapped[str] = col(Text, data="content", default="")
    word_budget: Mapped[int | None] = col(Integer, default=None)
    covers: Mapped[list[str]] = col(default=list)


class PlanItem(Identified, Timestamped, NovelOwned, Base):
    """A suggestion for the plan, waiting in the inbox."""

    __tablename__ = "plan_items"
    __table_args__ = (Index("ix_plan_items_novel_status", "novel_id", "status", "created_at"),)

    operations: Mapped[list[dict[str, Any]]] = col(data="content")
    why: Mapped[str] = col(Text, data="content", default="")
    lint: Mapped[list[dict[str, Any]]] = col(data="content", default=list)
    base_revision: Mapped[int] = col(Integer)
    status: Mapped[str] = col(String(10), default="open")
    decided_by: Mapped[str | None] = col(String(8), default=None)
    decided_at: Mapped[datetime | None] = col(default=None)
    decided_revision: Mapped[int | None] = col(Integer, default=None)
    undone_by: Mapped[int | None] = col(Integer, default=None)
    run_id: Mapped[uuid.UUID | None] = col(default=None)


class StyleGuide(Revisioned, Base):
    """How the book is told: one live row per novel."""

    __tablename__ = "style_guides"
    __table_args__ = (
        *Revisioned.live_index("style_guides"),
        Index("uq_style_guides_novel_live", "novel_id", unique=True, postgresql_where=_LIVE),
    )

    person: Mapped[str] = col(String(8), default="third")
    tense: Mapped[str] = col(String(8), default="past")
    pov_discipline: Mapped[str] = col(String(8), default="strict")
    distance: Mapped[str] = col(String(12), default="close")
    diction_do: Mapped[list[str]] = col(data="content", default=list)
    diction_dont: Mapped[list[str]] = col(data="content", default=list)
    banned: Mapped[list[str]] = col(data="content", default=list)
    dialogue: Mapped[dict[str, Any]] = col(data="content", default=dict)
    chapter_conventions: Mapped[str] = col(Text, data="content", default="")
    spelling_variant: Mapped[str] = col(String(12), default="")
    sentence_notes: Mapped[str] = col(Text, data="content", default="")


class Exemplar(Revisioned, Base):
    """A passage the author owns and wants the voice to follow; at most 180 words."""

    __tablename__ = "exemplars"

    text: Mapped[str] = col(Text, data="content")
    note: Mapped[str] = col(Text, data="content", default="")
    ordinal: Mapped[int] = col(Integer, default=0)


class NameList(Revisioned, Base):
    """Names in the sound of the book's culture: one live list per kind of thing."""

    __tablename__ = "name_lists"
    __table_args__ = (
        *Revisioned.live_index("name_lists"),
        Index("uq_name_lists_kind_live", "novel_id", "kind", unique=True, postgresql_where=_LIVE),
    )

    kind: Mapped[str] = col(String(16))
    names: Mapped[list[str]] = col(data="content", default=list)


class GlossaryTerm(Revisioned, Base):
    """A word of the book and what it means there."""

    __tablename__ = "glossary_terms"

    term: Mapped[str] = col(String(120), data="content")
    meaning: Mapped[str] = col(Text, data="content")
    ordinal: Mapped[int] = col(Integer, default=0)


class VoiceCard(Revisioned, Base):
    """How one character speaks."""

    __tablename__ = "voice_cards"
    __one_per__: ClassVar = ("entity_id",)

    entity_id: Mapped[uuid.UUID] = col()
    lexicon: Mapped[list[str]] = col(data="content", default=list)
    avoids: Mapped[list[str]] = col(data="content", default=list)
    rhythm: Mapped[str] = col(Text, data="content", default="")
    tics: Mapped[list[str]] = col(data="content", default=list)
    register: Mapped[str] = col(String(120), data="content", default="")
    sample_lines: Mapped[list[str]] = col(data="content", default=list)


class Promise(Revisioned, Base):
    """What the reader was led to expect. `status` follows from the realised acts and is written by code alone.

    `earliest` and `latest` are a scene, a chapter or a position between 0 and 1 (see `plot.promises`).
    """

    __tablename__ = "promises"
    __table_args__ = (
        *Revisioned.live_index("promises"),
        Index("ix_promises_status_live", "novel_id", "status", postgresql_where=_LIVE),
    )

    kind: Mapped[str] = col(String(12))
    statement: Mapped[str] = col(Text, data="content")
    subjects: Mapped[list[str]] = col(default=list)
    trigger: Mapped[list[dict[str, Any]]] = col(data="content", default=list)
    earliest: Mapped[dict[str, Any] | None] = col(default=None)
    latest: Mapped[dict[str, Any] | None] = col(default=None)
    weight: Mapped[int] = col(Integer, default=3)
    thread_id: Mapped[uuid.UUID | None] = col(default=None)
    status: Mapped[str] = col(String(10), default="planned")
    abandoned_because: Mapped[str | None] = col(Text, data="content", default=None)
    source: Mapped[str] = col(String(8), default="author")
    locked: Mapped[bool] = col(Boolean, default=False)


class PromiseScene(Revisioned, Base):
    """What a scene does for a promise. With `realised_evidence` the accepted text really does it."""

    __tablename__ = "promise_scenes"
    __table_args__ = (
        *Revisioned.live_index("promise_scenes"),
        Index("ix_promise_scenes_promise_live", "novel_id", "promise_id", postgresql_where=_LIVE),
        Index("ix_promise_scenes_scene_live", "novel_id", "scene_id", postgresql_where=_LIVE),
    )

    promise_id: Mapped[uuid.UUID] = col()
    scene_id: Mapped[uuid.UUID] = col()
    act: Mapped[str] = col(String(8))
    realised_evidence: Mapped[dict[str, Any] | None] = col(data="content", default=None)


class StaleMark(Identified, Timestamped, NovelOwned, Base):
    """Something that rests on a fact which changed at `at_revision`, until the author or a new text clears it.

    Not truth: a rollback to before `at_revision` ends the mark, one to before `cleared_revision` opens it again.
    """

    __tablename__ = "stale_marks"
    __table_args__ = (
        Index("ix_stale_marks_open", "novel_id", "kind", postgresql_where=text("cleared_revision IS NULL")),
        Index(
            "uq_stale_marks_open",
            "novel_id",
            "kind",
            "target",
            "because",
            "pid",
            unique=True,
            postgresql_where=text("cleared_revision IS NULL"),
        ),
    )

    kind: Mapped[str] = col(String(12))
    target: Mapped[str] = col(String(60))
    because: Mapped[uuid.UUID] = col()
    at_revision: Mapped[int] = col(Integer)
    grade: Mapped[str] = col(String(8))
    scene_id: Mapped[uuid.UUID | None] = col(default=None)
    pid: Mapped[str] = col(String(20), default="")
    quote: Mapped[str] = col(Text, data="content", default="")
    version: Mapped[int | None] = col(Integer, default=None)
    cleared_revision: Mapped[int | None] = col(Integer, default=None)
    cleared_how: Mapped[str | None] = col(String(10), default=None)
    cleared_by: Mapped[uuid.UUID | None] = col(default=None)


class PlanBranch(Identified, Timestamped, NovelOwned, Base):
    """Operations over the live plan from one card on, under a premise. Not truth until it is adopted."""

    __tablename__ = "plan_branches"
    __table_args__ = (Index("ix_plan_branches_status", "novel_id", "status"),)

    scene_id: Mapped[uuid.UUID] = col()
    premise: Mapped[str] = col(Text, data="content")
    why: Mapped[str] = col(Text, data="content", default="")
    ops: Mapped[list[dict[str, Any]]] = col(data="content", default=list)
    base_revision: Mapped[int] = col(Integer)
    status: Mapped[str] = col(String(10), default="open")
    run_id: Mapped[uuid.UUID | None] = col(default=None)
    decided_by: Mapped[uuid.UUID | None] = col(
        ForeignKey("users.id", ondelete="SET NULL"), data="pii", default=None
    )
    decided_at: Mapped[datetime | None] = col(default=None)
    decided_revision: Mapped[int | None] = col(Integer, default=None)
