"""Passage recall on novels that the user supplies; the format stands in the README. Nothing is shipped or kept."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import UUID

from evals import card
from evals.measures.memory import PassageFigures
from evals.report import Figure
from infinite_scribe.core.ids import child_id
from infinite_scribe.db.sql.engine import Database, RowScope
from infinite_scribe.manuscript.service import Books
from infinite_scribe.memory.chunks import TextBlock
from infinite_scribe.memory.recall import Question, Recall
from infinite_scribe.memory.schemas import SceneToIndex
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.novels.access import require
from infinite_scribe.novels.rules import NovelPermission
from infinite_scribe.novels.schemas import NovelCreate
from infinite_scribe.novels.service import Shelf

PARAGRAPHS = 40
"""Paragraphs that count as one scene of a plain text."""


async def measure_folder(api: Database, user_id: UUID, folder: Path) -> list[Figure]:
    """Return recall@8 and MRR by words for each `<name>.txt` with its `<name>.questions.json`."""
    lines: list[Figure] = []
    for name, text, body in await asyncio.to_thread(_read_folder, folder):
        if body is None:
            note = f"no {name}.questions.json"
            lines.append(Figure(f"{name}: passages", "–", None, "not evaluated", note=note))
            continue
        figures = await _measure(api, user_id, name, text, body)
        lines += [
            Figure(f"{name}: {one.metric}", one.language, one.value, one.shown)
            for one in card.of_passages(body["language"], {"lexical": figures})
        ]
    return lines


def _read_folder(folder: Path) -> list[tuple[str, str, dict[str, Any] | None]]:
    """Return name, text and questions of each novel; None where it has no questions."""
    found = []
    for text in sorted(folder.glob("*.txt")):
        asked = text.with_suffix(".questions.json")
        body = json.loads(asked.read_text("utf-8")) if asked.exists() else None
        found.append((text.stem, text.read_text("utf-8"), body))
    return found


async def _measure(
    api: Database, user_id: UUID, name: str, text: str, body: dict[str, Any]
) -> PassageFigures:
    language, figures = str(body["language"]), PassageFigures()
    rows = RowScope(user_id=user_id)
    async with api.transaction(rows) as session:
        wanted = NovelCreate(idea=name, language=language, title=name)
        scope = await Books.of(session, Shelf(session, user_id)).create(wanted)
        memory = MemoryService.of(session, scope)
        paragraphs = [one.strip() for one in text.split("\n\n") if one.strip()]
        scenes = []
        for start in range(0, len(paragraphs), PARAGRAPHS):
            scene_id = child_id(scope.novel_id, f"scene:{start}")
            blocks = [
                TextBlock(f"p{start + n}", one)
                for n, one in enumerate(paragraphs[start : start + PARAGRAPHS])
            ]
            await memory.index_scene(SceneToIndex(scene_id, 1, language, blocks))
            scenes.append(scene_id)
    async with api.transaction(rows) as session:
        scope = await require(session, user_id, scope.novel_id, NovelPermission.READ)
        for one in body["questions"]:
            found = await Recall.of(session, scope).ask(
                [Question(one["ask"])], language=language, scenes=scenes
            )
            quote = " ".join(one["quote"].split())
            ranks = [
                n
                for n, hit in enumerate(found.answers[0], start=1)
                if quote in " ".join(hit.passage.text.split())
            ]
            figures.add(ranks[0] if ranks else None)
    return figures
