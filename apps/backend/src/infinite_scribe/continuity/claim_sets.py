"""Claims read out of a text once and kept by its hash; the same text is never read twice."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.registry import REGISTRY_VERSION
from infinite_scribe.canon.rules import FactValue
from infinite_scribe.continuity.claims import SurfaceClaim, surface_claims
from infinite_scribe.continuity.findings import RULES_VERSION
from infinite_scribe.continuity.models import Claim, ClaimSet
from infinite_scribe.continuity.passages import utf16_offset
from infinite_scribe.continuity.reconciling import Said
from infinite_scribe.continuity.scene import SceneToCheck
from infinite_scribe.continuity.spoken import spoken_claims
from infinite_scribe.continuity.words import words as words_of
from infinite_scribe.novels.access import NovelScope


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

        A set that was read from this text with these names is used again. Empty in other languages.
        """
        extractor = f"surface-{RULES_VERSION}-{_names(scene)}"
        held = await self.session.scalar(
            select(ClaimSet).where(
                ClaimSet.novel_id == self.scope.novel_id,
                ClaimSet.scene_id == scene.scene_id,
                ClaimSet.text_hash == text_hash,
                ClaimSet.extractor == extractor,
                ClaimSet.registry_version == REGISTRY_VERSION,
            )
        )
        if held is None:
            held = await self._extract(scene, text_hash, extractor)
        rows = await self.session.scalars(
            select(Claim)
            .where(Claim.novel_id == self.scope.novel_id, Claim.claim_set_id == held.id)
            .order_by(Claim.ordinal)
        )
        return [_said(row) for row in rows]

    async def _extract(self, scene: SceneToCheck, text_hash: str, extractor: str) -> ClaimSet:
        held = ClaimSet(
            novel_id=self.scope.novel_id,
            scene_id=scene.scene_id,
            text_hash=text_hash,
            extractor=extractor,
            registry_version=REGISTRY_VERSION,
        )
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
    )
