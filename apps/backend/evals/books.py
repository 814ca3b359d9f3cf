"""`make eval-books`: whole books by continuous mode, through the real platform and its API.

The demo storyteller writes a book in each language, and the scripted weak model, which breaks three in ten of its
typed answers, writes them again. Nothing inside is replaced. Prose is not judged here.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evals.book_figures import Book, figures, per_scene, prose_of, spent_on, unproven
from evals.report import Figure, markdown
from infinite_scribe.core.tokens import count_tokens
from infinite_scribe.providers.rules import DEMO_ENDPOINT_ID
from servers import databases, stores
from servers.platform import Author, Platform, running

RESULT = Path(__file__).parents[3] / "build" / "eval-books.json"
CHAPTERS, SEED = 12, 7
BOOKS, AT_ONCE = 3, 2
MODELS = {"storyteller": None, "weak": "demo/scripted:weak"}
ROLES = ("worldsmith", "director", "writer", "editor", "librarian", "quick")
IDEAS = {
    "en": (
        "a lighthouse keeper who sells storms to ships that never paid",
        "a clockmaker's daughter finds a letter that her dead brother posted yesterday",
        "two rival bakers must hide the same fugitive through one winter",
        "a river pilot who is paid to lose one passenger and cannot tell which",
    ),
    "zh": (
        "一个替人保管影子的当铺掌柜，收到了自己的影子",
        "钟表匠的女儿收到亡兄昨天寄出的一封信",
        "两家死对头的面馆，要在同一个冬天藏住同一个逃犯",
        "摆渡人收了钱，要在今夜弄丢一个客人，却不知道是哪一个",
    ),
}
GATES = {"plan": "auto", "accept": "auto", "replan": "auto", "contradiction": "keep"}
FAST = {
    **{
        f"rate_limits__{name}": 1_000_000
        for name in (
            "user_per_minute",
            "anonymous_per_minute",
            "auth_per_minute",
            "runs_per_minute",
            "streams_per_minute",
        )
    },
    "demo__tokens_per_second": 50_000,
    "demo__scenarios": True,
}
ENDED = {"completed", "failed", "cancelled"}
FORM = {"structure", "prose", "refused"}
"""Questions about an answer, which an author who wants the book to go on answers by asking again."""


def write_book(studio: Platform, idea: str, language: str, model: str, chapters: int) -> Book:
    """Let a model write a book and return what was measured."""
    begun = time.monotonic()
    author = studio.author()
    author.enter()
    given = {"idea": idea, "language": language, "length": "novel", "pov": "close_third"}
    novel = author.post("/novels", given)["id"]
    book = Book(language, model)
    if (name := MODELS[model]) is not None:
        choice = [{"endpoint_id": str(DEMO_ENDPOINT_ID), "model": name}]
        author.put(f"/roles?novel_id={novel}", {"roles": dict.fromkeys(ROLES, choice)})
    _wait(author, author.start(novel, "director.begin_book")["id"], book)
    body = {"task": "director.write_book", "input": {"chapters": chapters - 1}, "gates": GATES}
    _wait(author, author.post(f"/novels/{novel}/runs", body)["id"], book)
    book.seconds = time.monotonic() - begun
    _measure(studio, author, novel, book)
    return book


def _wait(author: Author, run: str, book: Book) -> None:
    """Wait for the end; a question is answered like an author would who wants the book to go on."""
    for _ in range(40_000):
        found = author.get(f"/runs/{run}")
        if found["state"] in ENDED:
            if found["state"] != "completed":
                book.failed.append(str(found["error"]))
            return
        gate = found["gate"] or {}
        if found["state"] == "waiting" and gate.get("path"):
            author.post(f"/runs/{run}/answer", {"gate": gate["name"], "decision": _decided(gate, book)})
        time.sleep(0.5)
    book.failed.append("it did not end")


def _decided(gate: dict[str, Any], book: Book) -> str:
    if gate["name"] in FORM:
        book.asked[gate["name"]] += 1
        return "retry"
    book.question = str(gate["question"])
    go_on = any(one["id"] == "go_on" for one in gate["options"])
    return "go_on" if go_on else str(gate["default"])


def _measure(studio: Platform, author: Author, novel: str, book: Book) -> None:
    rows = studio.rows(
        "SELECT task, state, error, result, input FROM runs WHERE novel_id = %s ORDER BY created_at", novel
    )
    book.failed += [
        f"{one['task']}: {one['error']}" for one in rows if one["state"] in {"failed", "cancelled"}
    ]
    for one in rows:
        if one["task"] == "director.write_chapter" and one["result"]:
            book.scenes += one["result"]["scenes"]
    tree = author.get(f"/novels/{novel}/tree")
    chapters = [one for part in tree["parts"] for one in part["chapters"]]
    book.chapters = sum(1 for one in chapters if one["words"])
    findings = studio.rows(
        "SELECT scene_id, rule, severity, certainty, status, against FROM findings WHERE novel_id = %s", novel
    )
    book.explained = {
        (str(one["scene_id"]), str(one["against"].get("quote")))
        for one in findings
        if one["rule"] == "T0-PLAN"
    }
    book.blocking = sum(
        1 for one in findings
        if one["status"] == "open" and one["certainty"] == "likely" and one["severity"] in {"blocker", "major"}
    )  # fmt: skip
    order = {scene["id"]: at for at, scene in enumerate((s for c in chapters for s in c["scenes"]), start=1)}
    for one in author.get(f"/novels/{novel}/promises")["items"]:
        paid = [order[row["scene_id"]] for row in one["scenes"] if row["act"] == "pay" and row["evidence"]]
        book.promises.append({**one, "paid_at": min(paid, default=None)})
    _read_text(studio, novel, chapters, book, rows)
    _read_calls(studio, novel, chapters, book)


def _read_text(
    studio: Platform, novel: str, chapters: list[dict[str, Any]], book: Book, runs: list[dict[str, Any]]
) -> None:
    """Read the accepted text, and which beats of each scene it proves."""
    rows = studio.rows(
        "SELECT l.scene_id, v.text FROM scene_live l JOIN scene_versions v ON v.id = l.version_id WHERE l.novel_id = %s",
        novel,
    )
    texts = {str(one["scene_id"]): one["text"] for one in rows}
    book.accepted_tokens = sum(count_tokens(text) for text in texts.values())
    book.texts = [
        "\n\n".join(texts.get(scene["id"], "") for scene in chapter["scenes"]).strip() for chapter in chapters
    ]
    beats: dict[str, list[str]] = {}
    for one in studio.rows("SELECT scene_id, text FROM beats WHERE novel_id = %s ORDER BY ordinal", novel):
        beats.setdefault(str(one["scene_id"]), []).append(one["text"])
    read = {
        str(one["input"]["scene"]): one["result"]["verdicts"]
        for one in runs
        if one["task"] == "editor.realise" and one["result"]
    }
    for scene in book.scenes:
        verdicts = read.get(scene["scene"], [])
        book.verdicts.append(verdicts)
        text = texts.get(scene["scene"], "")
        scene["unproven"], scene["taken"] = unproven(text, beats.get(scene["scene"], []), verdicts)


def _read_calls(studio: Platform, novel: str, chapters: list[dict[str, Any]], book: Book) -> None:
    """Read every call with its receipt and the chapter it was made for, whichever run made it."""
    calls = studio.rows(
        "SELECT c.usage, c.task, c.agent, c.run_id, m.json AS manifest, r.input, p.input AS above FROM llm_calls c "
        "LEFT JOIN manifests m ON m.call_id = c.id LEFT JOIN runs r ON r.id = c.run_id "
        "LEFT JOIN runs p ON p.id = r.parent_id WHERE c.novel_id = %s ORDER BY c.created_at, c.id",
        novel,
    )
    holder = {scene["id"]: chapter["id"] for chapter in chapters for scene in chapter["scenes"]}
    for call in calls:
        given = {**(call["above"] or {}), **(call["input"] or {})}
        call["chapter"] = given.get("chapter") or holder.get(str(given.get("scene") or "")) or ""
    book.calls = calls
    steps = studio.rows("SELECT output FROM run_steps WHERE novel_id = %s AND kind = 'call'", novel)
    book.answers = [one["output"] for one in steps if isinstance(one["output"], dict)]


def store(books: list[Book], lines: list[Figure], path: Path) -> None:
    """Write the card, and the figures of every scene and chapter, as JSON."""
    body = {
        "seed": SEED,
        "figures": [asdict(one) for one in lines],
        "books": [
            {
                "language": book.language, "model": book.model, "seconds": round(book.seconds),
                "scenes": book.scenes, "verdicts": book.verdicts, "promises": book.promises, "prose": prose_of(book),
                "input_tokens_per_scene": per_scene(book), "input": spent_on(book), "texts": book.texts,
            }
            for book in books
        ],
    }  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(body, indent=2, ensure_ascii=False, default=str) + "\n", "utf-8")


def main() -> None:
    """Exit 0 when every gate holds, 1 when one is missed."""
    parser = argparse.ArgumentParser(prog="make eval-books", description=__doc__)
    parser.add_argument("--chapters", type=int, default=CHAPTERS)
    parser.add_argument("--language", choices=["en", "zh"], help="one language only")
    parser.add_argument("--model", choices=sorted(MODELS), help="one model only")
    parser.add_argument("--books", type=int, default=BOOKS, help="how many ideas each model writes a book of")
    given = parser.parse_args()
    server = stores.postgres()
    try:
        databases.make_template(server.url)
        with running(databases.clone(server.url), settings=FAST) as studio:
            studio.author().enter()
            lines = _write_books(studio, given)
    finally:
        server.stop()
    print(markdown(lines, _heading(given)))
    if any(one.ok is False for one in lines):
        sys.exit(1)


def _write_books(studio: Platform, given: argparse.Namespace) -> list[Figure]:
    """Write every book, two at a time, and show the card as it grows."""
    shelf: list[Book] = []
    lines: list[Figure] = []
    for model in [given.model] if given.model else list(MODELS):
        for language in [given.language] if given.language else list(IDEAS):
            with ThreadPoolExecutor(AT_ONCE) as writers:
                written = list(
                    writers.map(
                        lambda idea, language=language, model=model: write_book(
                            studio, idea, language, model, given.chapters
                        ),
                        IDEAS[language][: given.books],
                    )
                )
            shelf += written
            lines += figures(written)
            store(shelf, lines, RESULT)
            print(markdown(lines, _heading(given)), file=sys.stderr, flush=True)
    return lines


def _heading(given: argparse.Namespace) -> str:
    return f"Books of {given.chapters} chapters by continuous mode"


if __name__ == "__main__":
    main()
