"""Passage recall on novels that the user supplies; the format stands in the README. Nothing is shipped or kept."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import UUID

from evals import card
from evals.measures.memory import MODEL, Encoder, PassageFigures, Way, question_of
from evals.report import Figure
from infinite_scribe.core.ids import child_id
from infinite_scribe.db.sql.engine import Database, RowScope
from infinite_scribe.manuscript.service import Books
from infinite_scribe.memory.chunks import TextBlock
from infinite_scribe.memory.recall import Recall
from infinite_scribe.memory.schemas import SceneToIndex
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.novels.access import NovelScope, require
from infinite_scribe.novels.rules import NovelPermission
from infinite_scribe.novels.schemas import NovelCreate
from infinite_scribe.novels.service import Shelf

PARAGRAPHS = 40
"""Paragraphs that count as one scene of a plain text."""


async def measure_folder(
    api: Database, user_id: UUID, folder: Path, encoder: Encoder | None = None
) -> list[Figure]:
    """Return recall@8 and MRR (by words; with an encoder by meaning and by both too) for each `<name>.txt` with its `<name>.questions.json`."""
    lines: list[Figure] = []
    for name, text, body in await asyncio.to_thread(_read_folder, folder):
        if body is None:
            note = f"no {name}.questions.json"
            lines.append(Figure(f"{name}: passages", "–", None, "not evaluated", note=note))
            continue
        figures = await _measure(api, user_id, name, text, body, encoder)
        lines += [
            Figure(f"{name}: {one.metric}", one.language, one.value, one.shown)
            for one in card.of_passages(body["language"], figures)
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
    api: Database, user_id: UUID, name: str, text: str, body: dict[str, Any], encoder: Encoder | None
) -> dict[Way, PassageFigures]:
    language = str(body["language"])
    rows = RowScope(user_id=user_id)
    async with api.transaction(rows) as session:
        wanted = NovelCreate(idea=name, language=language, title=name)
        scope = await Books.of(session, Shelf(session, user_id)).create(wanted)
    scenes = await _index(api, rows, scope, language, text, encoder)
    asked = [str(one["ask"]) for one in body["questions"]]
    vectors = await encoder.encode(asked) if encoder else [None] * len(asked)
    ways: tuple[Way, ...] = ("lexical", "meaning", "fused") if encoder else ("lexical",)
    figures = {way: PassageFigures() for way in ways}
    async with api.transaction(rows) as session:
        scope = await require(session, user_id, scope.novel_id, NovelPermission.READ)
        recall = Recall.of(session, scope)
        for one, vector in zip(body["questions"], vectors, strict=True):
            quote = " ".join(str(one["quote"]).split())
            for way in ways:
                question = question_of(str(one["ask"]), way, vector)
                (answer,) = (await recall.ask([question], language=language, scenes=scenes)).answers
                ranks = (n for n, hit in enumerate(answer, 1) if quote in " ".join(hit.passage.text.split()))
                figures[way].add(next(ranks, None))
    return figures


async def _index(
    api: Database, rows: RowScope, scope: NovelScope, language: str, text: str, encoder: Encoder | None
) -> list[UUID]:
    """Cut a text into scenes of so many paragraphs and put them into the search; return the scenes."""
    paragraphs = [one.strip() for one in text.split("\n\n") if one.strip()]
    scenes = []
    for start in range(0, len(paragraphs), PARAGRAPHS):
        scene_id = child_id(scope.novel_id, f"scene:{start}")
        blocks = [
            TextBlock(f"p{start + n}", one) for n, one in enumerate(paragraphs[start : start + PARAGRAPHS])
        ]
        async with api.transaction(rows) as session:
            await require(session, scope.user_id, scope.novel_id, NovelPermission.WRITE)
            made = await MemoryService.of(session, scope).index_scene(
                SceneToIndex(scene_id, 1, language, blocks)
            )
        if encoder is not None and made:
            vectors = await encoder.encode([row.text for row in made])
            async with api.transaction(rows) as session:
                await require(session, scope.user_id, scope.novel_id, NovelPermission.WRITE)
                kept = dict(zip([row.text_hash for row in made], vectors, strict=True))
                await MemoryService.of(session, scope).keep_vectors(scene_id, MODEL, kept)
        scenes.append(scene_id)
    return scenes
