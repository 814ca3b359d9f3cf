"""Seed and theme as the concept of the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.genesis.ledger import Ledger
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import OpenRevision
from infinite_scribe.novels.service import get_novel
from infinite_scribe.plot.schemas import ConceptUpdate
from infinite_scribe.plot.service import PlotService


@dataclass(frozen=True)
class ConceptWriter:
    """Writes members of the one concept."""

    session: AsyncSession
    scope: NovelScope
    revision: OpenRevision
    ledger: Ledger
    key: ClassVar[str] = "concept"

    async def put(self, values: dict[str, Any]) -> None:
        """Write members of the concept; what the author changed in the plan since stays."""
        plot = PlotService.of(self.session, self.scope)
        concept = await plot.concept()
        if concept is None:
            novel = await get_novel(self.session, self.scope.novel_id)
            policy = novel.pov if novel.pov in {"first", "omniscient"} else "close_third"
            extra = {"tone": novel.tone or "", "pov_policy": policy}
            await plot.update_concept(self.revision, ConceptUpdate.model_validate({**values, **extra}))
            concept = await plot.concept()
            if concept is not None:
                self.ledger.record("concept", self.key, concept.id, values)
            return
        present = {name: getattr(concept, name) for name in values}
        self.ledger.adopt(self.key, concept.id, present)
        changes = self.ledger.changes("concept", self.key, values, present, concept.title or concept.logline)
        if changes:
            await plot.update_concept(self.revision, ConceptUpdate.model_validate(changes))


class SeedWriter(ConceptWriter):
    """What the book is about."""

    async def write(self, draft: dict[str, Any]) -> None:
        """Write premise, endings and the path they came from."""
        endings = draft["endings"]
        kind = "fixed" if len(endings) == 1 else "candidates"
        values = {
            "title": draft["title"], "logline": draft["logline"], "premise": draft["premise"],
            "hook": draft["hook"], "protagonist_line": draft["protagonist"],
            "selling_point": draft["selling_point"], "genres": draft["genres"],
            "ending": {"kind": kind, "items": endings} if endings else {}, "seed_path": draft["path"],
        }  # fmt: skip
        await self.put(values)


class ThemeWriter(ConceptWriter):
    """What the book asks."""

    async def write(self, draft: dict[str, Any]) -> None:
        """Write statement, question and tension."""
        values = {
            "theme_statement": draft["statement"], "theme_question": draft["question"],
            "value_tension": draft["tension"], "emotions": draft["emotions"], "taboos": draft["taboos"],
        }  # fmt: skip
        await self.put(values)
