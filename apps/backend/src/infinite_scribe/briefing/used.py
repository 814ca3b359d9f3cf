"""What the last scenes used: their first and last sentences and often repeated phrases, so that the next one differs."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.briefing.material import Used
from infinite_scribe.core.fingerprints import marks
from infinite_scribe.core.language import language as language_rules
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.structure.errors import SceneNotFoundError
from infinite_scribe.structure.window import Windows

LAST_SCENES = 10
TOLD_SCENES = 40
"""Scenes of which the storyteller is told what they said: a short book whole."""
LOOK_BACK = 60
"""Scenes among which the last written ones are looked for."""
PHRASE = 4
MOST_PHRASES = 20


async def used_before(
    session: AsyncSession, scope: NovelScope, scene_id: UUID, language: str
) -> tuple[list[str], Used, list[str]]:
    """Return repeated phrases, openings and endings of the last ten written scenes, and marks of all pieces of the last forty,
    oldest first.

    Raises `SceneNotFoundError`.
    """
    order = await Windows.of(session, scope).order()
    if scene_id not in order.index:
        raise SceneNotFoundError
    near = order.before(scene_id)[-LOOK_BACK:]
    manuscript = ManuscriptService.of(session, scope)
    lengths = await manuscript.lengths(near)
    wanted = [one for one in near if lengths.get(one)][-TOLD_SCENES:]
    states = await manuscript.written(wanted)
    every = [states[one].text for one in wanted if one in states]
    texts = every[-LAST_SCENES:]
    rules = language_rules(language)
    sentences = [rules.sentences(text) for text in texts]
    openings = tuple(found[0] for found in sentences if found)
    endings = tuple(found[-1] for found in sentences if found)
    newest_first = dict.fromkeys(mark for text in reversed(every) for mark in marks(text))
    told = list(newest_first)[::-1]
    return repeated(texts, language), Used(openings=openings, endings=endings), told


def repeated(texts: list[str], language: str) -> list[str]:
    """Return runs of four words (six characters of Chinese) that stand in more than one text, most frequent first."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(set(_runs(text, language)))
    return [phrase for phrase, times in counts.most_common(MOST_PHRASES) if times > 1]


def _runs(text: str, language: str) -> list[str]:
    if language == "zh":
        plain = "".join(sign for sign in text if "\u3400" <= sign <= "\u9fff")
        return [plain[n : n + 6] for n in range(len(plain) - 5)]
    words = text.casefold().split()
    return [
        " ".join(words[n : n + PHRASE])
        for n in range(len(words) - PHRASE + 1)
        if sum(map(len, words[n : n + PHRASE])) > 14
    ]
