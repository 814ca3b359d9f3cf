"""Figures about the prose of a chapter, and where it repeats itself. Shown to the author; nothing is steered by them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.continuity.schemas import UnjudgedRule
from infinite_scribe.core.language.figures import BANDS, figures, levels, repeats
from infinite_scribe.manuscript.service import ManuscriptService, SceneState
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.service import get_novel
from infinite_scribe.structure.service import StructureService
from infinite_scribe.web.schemas import WireOutput

EARLIER_CHAPTERS = 30
"""With how many chapters before it a chapter is compared."""


class BandRead(WireOutput):
    """What is usual in published fiction of the language: the 10th, 50th and 90th of a hundred."""

    low: float
    middle: float
    high: float


class ProseFigure(WireOutput):
    """One figure. `level`: usual, note or fail against its band; None where there is no band."""

    name: str
    value: float
    band: BandRead | None
    level: str | None


class ProseRepeat(WireOutput):
    """Words that stand in the chapter more than once, and where first."""

    text: str
    count: int
    scene_id: UUID
    pid: str


class ProseRead(WireOutput):
    """The figures of one chapter; a chapter without text has none."""

    chapter_id: UUID
    figures: list[ProseFigure]
    repeats: list[ProseRepeat]
    not_evaluated: list[UnjudgedRule]


@dataclass(frozen=True)
class ProseFigures:
    """Figures of one novel's chapters."""

    session: AsyncSession
    scope: NovelScope

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> ProseFigures:
        """Return the figures of the scope's novel."""
        return cls(session, scope)

    async def chapter(self, chapter_id: UUID) -> ProseRead:
        """Return the figures of a chapter as it is now. Raises `ChapterNotFoundError`."""
        structure = StructureService.of(self.session, self.scope)
        await structure.chapter(chapter_id)
        chapters = (await structure.tree()).chapters()
        at = next(number for number, one in enumerate(chapters) if one.id == chapter_id)
        manuscript = ManuscriptService.of(self.session, self.scope)
        language = (await get_novel(self.session, self.scope.novel_id)).language
        states = await manuscript.scenes([scene.id for scene in chapters[at].scenes])
        before = [
            _text(await manuscript.scenes([scene.id for scene in one.scenes]))
            for one in chapters[max(0, at - EARLIER_CHAPTERS) : at]
        ]
        text = _text(states)
        found = figures(text, language, before)
        lying = levels(found, language)
        missed = [] if lying or not found else [UnjudgedRule(rule="bands", reason="language")]
        return ProseRead(
            chapter_id=chapter_id,
            figures=[
                ProseFigure(
                    name=name, value=value, band=_band(name) if lying else None, level=lying.get(name)
                )
                for name, value in found.items()
            ],
            repeats=_repeats(text, language, states),
            not_evaluated=missed,
        )


def _text(states: list[SceneState]) -> str:
    return "\n\n".join(state.text for state in states if state.text.strip())


def _band(name: str) -> BandRead | None:
    band = BANDS.get(name)
    return None if band is None else BandRead(low=band.low, middle=band.middle, high=band.high)


def _repeats(text: str, language: str, states: list[SceneState]) -> list[ProseRepeat]:
    found = []
    for one in repeats(text, language):
        place = next(
            ((state, block) for state in states for block in state.blocks if one.text in block.text), None
        )
        if place is not None:
            state, block = place
            found.append(ProseRepeat(text=one.text, count=one.count, scene_id=state.scene_id, pid=block.pid))
    return found
