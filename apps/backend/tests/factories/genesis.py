"""Quick starts in English and in Chinese."""

from __future__ import annotations

from factories.manuscript import Book, owner_rows
from infinite_scribe.genesis.schemas import QuickStart, QuickStartResult
from infinite_scribe.genesis.service import GenesisService
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.novels.access import require
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import NovelPermission, RevisionKind
from servers.databases import TestDatabase

_TEXTS = {
    "en": {
        "cast": ["Ines Carrow", "Tomas Hale", "Marek Dunn", "Odile Carrow"],
        "places": ["The Weather Shop", "The Harbour", "The Tower"],
        "line": "keeps the last jar of storm",
        "chapter": "The jar breaks",
    },
    "zh": {
        "cast": ["林若溪", "陈望", "周文山", "阿秋"],
        "places": ["天气铺", "码头", "灯塔"],
        "line": "守着最后一坛风暴",
        "chapter": "坛子碎了",
    },
}


def quick_start(language: str = "en", chapters: int = 3, pov: str = "close_third") -> QuickStart:
    """Return the minimum of every stage."""
    texts = _TEXTS[language]
    cast, places, line, chapter = texts["cast"], texts["places"], str(texts["line"]), str(texts["chapter"])
    roles = ["protagonist", "antagonist", "ally", "minor"]
    return QuickStart.model_validate(
        {
            "seed": {"title": chapter, "logline": line, "genres": ["fantasy"], "protagonist": line, "hook": chapter},
            "theme": {"statement": line, "tension": {"a": "a", "b": "b"}},
            "world": {
                "places": [
                    {"name": places[0], "line": line, "part_of": places[1], "details": ["wet rope", "straw"]},
                    {"name": places[1], "line": line},
                    {"name": places[2], "line": line, "part_of": places[2]},
                ],
                "rules": [{"statement": f"{line} {number}", "category": "trade"} for number in range(3)],
            },
            "characters": {
                "cast": [
                    {"name": name, "role": role, "line": line, "want": f"want of {name}", "need": f"need of {name}",
                     "false_belief": f"belief of {name}", "fear": f"fear of {name}", "trade": line, "voice": "dry",
                     "pronouns": "she/her"}
                    for name, role in zip(cast, roles, strict=True)
                ],
                "relations": [{"a": cast[0], "b": cast[1], "label": "owes", "strength": -30}],
            },
            "plot": {"lines": [{"title": f"{chapter} {number}", "one_line": f"{line} {number}"} for number in range(chapters)]},
            "pov": pov,
            "language": language,
            "word_budget": 1400,
        }
    )  # fmt: skip


async def begin(db: TestDatabase, book: Book, content: QuickStart) -> QuickStartResult:
    """Write a quick start as `director.begin_book` does, in one revision."""
    async with db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        async with Revisions.of(session, scope).open(RevisionKind.GENESIS) as revision:
            result = await GenesisService.of(session, scope).record_quick_start(
                revision, content, chapter_id=book.chapter_id, scene_id=book.scene_id
            )
            writing = ManuscriptService.of(session, scope).writing
            await writing.start_scenes()
            await writing.align_heads(revision)
        return result
