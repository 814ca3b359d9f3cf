"""A save of a scene through the gateway, against a bare `INSERT … COMMIT` of the same bytes."""

from __future__ import annotations

import json
import time
from typing import Any

import asyncpg

from benchmark.author import Author
from benchmark.rows import Row, median, percentile, spread
from benchmark.story import Book

SAVES = 150
WARM_UP = 10
_TABLE = "CREATE TABLE IF NOT EXISTS public.benchmark_saves (id bigserial PRIMARY KEY, body bytea NOT NULL)"


async def measure_saving(author: Author, book: Book, database_url: str) -> list[Row]:
    """Save a whole first chapter again and again, a word changed each time; insert the same bytes in between."""
    content = await author.get(f"/chapters/{book.chapter}/content")
    scene = next(one for one in content["scenes"] if one["scene_id"] == book.scene)
    version, document = int(scene["version"]), scene["json"]
    ours, bare = [], []
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(_TABLE)
        for n in range(SAVES + WARM_UP):
            body = {"json": _changed(document, n)}
            begun = time.perf_counter()
            saved = await author.send(
                "PUT", f"/scenes/{book.scene}/content", body, **{"if-match": f'"{version}"'}
            )
            saved_in = time.perf_counter() - begun
            version = int(saved["version"])
            raw = json.dumps(body, ensure_ascii=False).encode()
            begun = time.perf_counter()
            async with connection.transaction():
                await connection.execute("INSERT INTO public.benchmark_saves (body) VALUES ($1)", raw)
            inserted_in = time.perf_counter() - begun
            if n >= WARM_UP:
                ours.append(saved_in * 1000)
                bare.append(inserted_in * 1000)
        await connection.execute("DROP TABLE public.benchmark_saves")
    finally:
        await connection.close()
    return _rows(ours, bare, len(raw))


def _rows(ours: list[float], bare: list[float], size: int) -> list[Row]:
    note = f"{spread(ours, 1)}; {size / 1000:.0f} kB of scene, saves and inserts in turn"
    rows = []
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        rows.append(Row(f"save of a scene, {name}", percentile(ours, share), "ms", None, True, note))
        rows.append(
            Row(
                f"bare INSERT … COMMIT of the same bytes, {name}",
                percentile(bare, share),
                "ms",
                None,
                True,
                spread(bare, 1),
            )
        )
    ratios = median(ours) / median(bare)
    rows.append(
        Row("save ÷ bare insert, p50", ratios, "×", None, True, f"n={len(ours)}, one after the other")
    )
    return rows


def _changed(document: dict[str, Any], n: int) -> dict[str, Any]:
    """Return the document with another last word in its first paragraph that has text."""
    changed: dict[str, Any] = json.loads(json.dumps(document))
    for block in changed["content"]:
        for part in block.get("content") or []:
            if part.get("type") == "text":
                part["text"] = f"{part['text']} {n}"
                return changed
    raise ValueError("a scene without text")
