"""Tables of what the checks read and found. None of it is truth; rulings stand in the canon."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Float, Index, Integer, String, Text
from sqlalchemy.orm import Mapped

from infinite_scribe.db.sql.base import Base, Identified, NovelOwned, Timestamped, col


class ClaimSet(Identified, Timestamped, NovelOwned, Base):
    """Claims read out of one text by one extractor."""

    __tablename__ = "claim_sets"
    __table_args__ = (
        Index("uq_claim_sets_text", "novel_id", "scene_id", "text_hash", "extractor", unique=True),
    )

    scene_id: Mapped[uuid.UUID] = col()
    text_hash: Mapped[str] = col(String(64))
    extractor: Mapped[str] = col(String(60))
    registry_version: Mapped[int] = col(Integer)
    dropped: Mapped[list[dict[str, Any]]] = col(data="content", default=list)


class Claim(Identified, NovelOwned, Base):
    """One thing a text says. Offsets are UTF-16 code units inside the paragraph."""

    __tablename__ = "claims"
    __table_args__ = (Index("ix_claims_set", "novel_id", "claim_set_id"),)

    claim_set_id: Mapped[uuid.UUID] = col()
    ordinal: Mapped[int] = col(Integer)
    kind: Mapped[str] = col(String(10))
    subject_id: Mapped[uuid.UUID | None] = col(default=None)
    predicate: Mapped[str | None] = col(String(40), default=None)
    object_id: Mapped[uuid.UUID | None] = col(default=None)
    value: Mapped[dict[str, Any] | None] = col(data="content", default=None)
    qualifier: Mapped[dict[str, Any]] = col(data="content", default=dict)
    polarity: Mapped[bool] = col(Boolean, default=True)
    modality: Mapped[str] = col(String(14))
    holder_id: Mapped[uuid.UUID | None] = col(default=None)
    grade: Mapped[str] = col(String(10))
    pid: Mapped[str] = col(String(20))
    from_offset: Mapped[int] = col(Integer)
    to_offset: Mapped[int] = col(Integer)
    quote: Mapped[str] = col(Text, data="content")


class Finding(Identified, Timestamped, NovelOwned, Base):
    """A contradiction with both of its sides."""

    __tablename__ = "findings"
    __table_args__ = (
        Index("ix_findings_novel_fingerprint", "novel_id", "fingerprint"),
        Index("ix_findings_scene_status", "novel_id", "scene_id", "status"),
    )

    scene_id: Mapped[uuid.UUID | None] = col(default=None)
    rule: Mapped[str] = col(String(16))
    subtype: Mapped[str] = col(String(24))
    tier: Mapped[int] = col(Integer, default=0)
    severity: Mapped[str] = col(String(8))
    certainty: Mapped[str] = col(String(8))
    confidence: Mapped[float | None] = col(Float, default=None)
    claim: Mapped[dict[str, Any]] = col(data="content")
    against: Mapped[dict[str, Any]] = col(data="content")
    story_time: Mapped[int | None] = col(BigInteger, default=None)
    why: Mapped[dict[str, Any]] = col(data="content")
    fixes: Mapped[list[dict[str, Any]]] = col(data="content", default=list)
    status: Mapped[str] = col(String(10), default="open")
    fingerprint: Mapped[str] = col(String(64))
    decided_by: Mapped[uuid.UUID | None] = col(default=None)
    decided_at: Mapped[datetime | None] = col(default=None)
    run_id: Mapped[uuid.UUID | None] = col(default=None)


class RuleStat(Identified, NovelOwned, Base):
    """How a rule fares in a novel; a rule that is dismissed too often mutes itself."""

    __tablename__ = "rule_stats"
    __table_args__ = (Index("uq_rule_stats_rule", "novel_id", "rule", unique=True),)

    rule: Mapped[str] = col(String(16))
    fired: Mapped[int] = col(Integer, default=0)
    dismissed: Mapped[int] = col(Integer, default=0)
    recent: Mapped[list[str]] = col(default=list)
    muted: Mapped[bool] = col(Boolean, default=False)
    precision: Mapped[float | None] = col(Float, default=None)


class CheckReport(Identified, Timestamped, NovelOwned, Base):
    """What a check looked at, and what it could not judge."""

    __tablename__ = "check_reports"
    __table_args__ = (Index("ix_check_reports_scope", "novel_id", "scope", "created_at"),)

    scope: Mapped[str] = col(String(60))
    scene_id: Mapped[uuid.UUID | None] = col(default=None)
    version: Mapped[int | None] = col(Integer, default=None)
    revision: Mapped[int] = col(Integer)
    registry_version: Mapped[int] = col(Integer)
    rules_version: Mapped[int] = col(Integer)
    evaluated: Mapped[list[dict[str, Any]]] = col(default=list)
    not_evaluated: Mapped[list[dict[str, Any]]] = col(default=list)
    found: Mapped[int] = col(Integer, default=0)
