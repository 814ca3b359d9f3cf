"""Claims read out of a text once and kept by its hash; the same text is never read twice."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.registry import REGISTRY_VERSION, find
from infinite_scribe.canon.rules import FactValue, Verdict, compare
from infinite_scribe.continuity.claims import SurfaceClaim, surface_claims
from infinite_scribe.continuity.extracted import EXTRACTION_VERSION, Gated, ReadClaim
from infinite_scribe.continuity.findings import RULES_VERSION
from infinite_scribe.continuity.models import Claim, ClaimSet
from infinite_scribe.continuity.passages import utf16_offset
from infinite_scribe.continuity.reconciling import Said
from infinite_scribe.continuity.scene import SceneToCheck
from infinite_scribe.continuity.spoken import spoken_claims
from infinite_scribe.continuity.words import words as words_of
from infinite_scribe.novels.access import NovelScope

SURFACE, MODEL = "surface-", "model-"
"""How the names of code's readings and of models' readings begin."""


@dataclass(frozen=True)
class ClaimSets:
    """Claims of one novel's texts."""

    session: AsyncSession
    scope: NovelScope

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> ClaimSets:
        """Return the claims of the scope's novel."""
        return cls(session, scope)

    async def read(self, scene: SceneToCheck, text_hash: str) -> list[Said]:
        """Return what a scene says, in the order of its text; offsets are UTF-16 code units of whole sentences.

        A set that was read from this text with these names is used again. Code reads nothing in other languages.
        What a model read besides follows: claims that hold, each saying what code did not read already.
        """
        extractor = f"{SURFACE}{RULES_VERSION}-{_names(scene)}"
        held = await self._held(scene, text_hash, extractor)
        if held is None:
            held = await self._extract(scene, text_hash, extractor)
        found = [_said(row) for row in await self._rows(held.id)]
        for said in await self.extracted(scene, text_hash) or []:
            if said.holds and said.predicate is not None and not any(_same(said, one) for one in found):
                found.append(said)
        return found

    async def extracted(self, scene: SceneToCheck, text_hash: str) -> list[Said] | None:
        """Return what a model read in a text, also what does not hold; None when none has read it."""
        held = await self._held(scene, text_hash, _model(scene))
        return None if held is None else [_said(row) for row in await self._rows(held.id)]

    async def keep_extracted(self, scene: SceneToCheck, text_hash: str, read: Gated) -> int:
        """Keep what a model read in a text, and how much of it fell; return how many claims stand.

        A text that was read meanwhile keeps its first reading.
        """
        if await self._held(scene, text_hash, _model(scene)) is not None:
            return 0
        held = self._set(scene, text_hash, _model(scene))
        held.dropped = read.rows()
        self.session.add(held)
        await self.session.flush()
        texts = {paragraph.pid: paragraph.text for paragraph in scene.paragraphs}
        for ordinal, claim in enumerate(read.kept):
            self.session.add(self._read_row(held.id, ordinal, claim, texts[claim.pid]))
        await self.session.flush()
        return len(read.kept)

    async def _held(self, scene: SceneToCheck, text_hash: str, extractor: str) -> ClaimSet | None:
        found: ClaimSet | None = await self.session.scalar(
            select(ClaimSet).where(
                ClaimSet.novel_id == self.scope.novel_id,
                ClaimSet.scene_id == scene.scene_id,
                ClaimSet.text_hash == text_hash,
                ClaimSet.extractor == extractor,
                ClaimSet.registry_version == REGISTRY_VERSION,
            )
        )
        return found

    async def _rows(self, set_id: UUID) -> Sequence[Claim]:
        rows = await self.session.scalars(
            select(Claim)
            .where(Claim.novel_id == self.scope.novel_id, Claim.claim_set_id == set_id)
            .order_by(Claim.ordinal)
        )
        return rows.all()

    def _set(self, scene: SceneToCheck, text_hash: str, extractor: str) -> ClaimSet:
        return ClaimSet(
            novel_id=self.scope.novel_id,
            scene_id=scene.scene_id,
            text_hash=text_hash,
            extractor=extractor,
            registry_version=REGISTRY_VERSION,
        )

    async def _extract(self, scene: SceneToCheck, text_hash: str, extractor: str) -> ClaimSet:
        held = self._set(scene, text_hash, extractor)
        self.session.add(held)
        await self.session.flush()
        words = words_of(scene.language)
        if words is not None:
            narrated: Sequence[tuple[SurfaceClaim, UUID | None]] = [
                (claim, None) for claim in surface_claims(scene, words)
            ]
            texts = {paragraph.pid: paragraph.text for paragraph in scene.paragraphs}
            for ordinal, (claim, holder) in enumerate([*narrated, *spoken_claims(scene, words)]):
                self.session.add(self._row(held.id, ordinal, claim, holder, texts[claim.pid]))
            await self.session.flush()
        return held

    def _row(self, set_id: UUID, ordinal: int, claim: SurfaceClaim, holder: UUID | None, text: str) -> Claim:
        start = _sentence_start(text, claim)
        return Claim(
            novel_id=self.scope.novel_id,
            claim_set_id=set_id,
            ordinal=ordinal,
            kind=claim.kind,
            subject_id=claim.subject_id,
            predicate=claim.predicate,
            object_id=claim.value.object_id if claim.value else None,
            value=claim.value.to_json() if claim.value else None,
            qualifier=claim.qualifier,
            polarity=True,
            modality=claim.modality.value,
            holder_id=holder,
            grade=claim.grade,
            pid=claim.pid,
            from_offset=utf16_offset(text, start),
            to_offset=utf16_offset(text, start + len(claim.sentence)),
            quote=claim.sentence,
        )

    def _read_row(self, set_id: UUID, ordinal: int, claim: ReadClaim, text: str) -> Claim:
        value: dict[str, Any] | None = claim.value.to_json() if claim.value else None
        return Claim(
            novel_id=self.scope.novel_id,
            claim_set_id=set_id,
            ordinal=ordinal,
            kind=claim.kind,
            subject_id=claim.subject_id,
            predicate=claim.predicate,
            object_id=claim.value.object_id if claim.value else None,
            value=value,
            qualifier=dict(claim.qualifier),
            polarity=claim.polarity,
            modality=claim.modality,
            holder_id=claim.holder_id,
            grade=claim.grade,
            pid=claim.pid,
            from_offset=utf16_offset(text, claim.start),
            to_offset=utf16_offset(text, claim.end),
            quote=claim.sentence,
        )


def _model(scene: SceneToCheck) -> str:
    return f"{MODEL}{EXTRACTION_VERSION}-{_names(scene)}"


def _same(one: Said, other: Said) -> bool:
    """Whether two claims say the same of the same in the same way."""
    if (one.subject_id, one.predicate, one.modality) != (other.subject_id, other.predicate, other.modality):
        return False
    predicate = find(one.predicate or "")
    if predicate is None or one.value is None or other.value is None:
        return False
    return compare(predicate, one.value, other.value) is Verdict.AGREE


def _sentence_start(text: str, claim: SurfaceClaim) -> int:
    """Return where the claim's own sentence begins; the same words may stand in a paragraph twice."""
    at = text.find(claim.sentence)
    while at >= 0 and not at <= claim.start < at + len(claim.sentence):
        at = text.find(claim.sentence, at + 1)
    return claim.start if at < 0 else at


def _names(scene: SceneToCheck) -> str:
    """Return a short hash of who can be recognised: a new name makes a text worth reading again."""
    known = sorted(f"{one.id}:{name.text}:{name.ambiguous}" for one in scene.entities for name in one.names)
    return hashlib.sha256("\n".join([scene.mode, *known]).encode()).hexdigest()[:12]


def _said(row: Claim) -> Said:
    assert row.subject_id is not None
    has_value = row.value is not None or row.object_id is not None
    return Said(
        subject_id=row.subject_id,
        predicate=row.predicate,
        value=FactValue.of(row.object_id, row.value) if has_value else None,
        modality=row.modality,
        pid=row.pid,
        start=row.from_offset,
        end=row.to_offset,
        quote=row.quote,
        grade=row.grade,
        kind=row.kind,
        qualifier=row.qualifier,
        holder_id=row.holder_id,
        holds=row.polarity,
    )
