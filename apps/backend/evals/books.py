"""`make eval-books`: whole books by continuous mode with the demo storyteller, through the real platform and its API.

Nothing inside is replaced. The figures come from the runs' results, the plan, the ledger of promises and the stored
calls with their manifests. Prose is not judged here.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evals.report import Figure, markdown, write
from infinite_scribe.core.tokens import count_tokens
from servers import databases, stores
from servers.platform import Author, Platform, running

RESULT = Path(__file__).parents[3] / "build" / "eval-books.json"
CHAPTERS, SEED = 12, 7
IDEAS = {
    "en": "a lighthouse keeper who sells storms to ships that never paid",
    "zh": "一个替人保管影子的当铺掌柜，收到了自己的影子",
}
LINES = {
    "en": "{who} goes back for what was left behind", "zh": "{who}回去取落下的东西",
}  # fmt: skip
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
}
OPENING = ("1", "2", "3", "4")
REPEATED = 0.1
"""What an input token of an opening costs that was sent before, against a fresh one."""
ENDED = {"completed", "failed", "cancelled"}


@dataclass
class Book:
    """What was measured of one book."""

    language: str
    seconds: float = 0
    chapters: int = 0
    failed: list[str] = field(default_factory=list)
    question: str = ""
    scenes: list[dict[str, Any]] = field(default_factory=list)
    explained: set[str] = field(default_factory=set)
    promises: list[dict[str, Any]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    accepted_tokens: int = 0
    blocking: int = 0


def write_book(studio: Platform, author: Author, language: str, chapters: int) -> Book:
    """Let the demo write a book and return what was measured."""
    begun = time.monotonic()
    given = {"idea": IDEAS[language], "language": language, "length": "novel", "pov": "close_third"}
    novel = author.post("/novels", given)["id"]
    author.until_done(author.start(novel, "director.begin_book")["id"], seconds=300)
    _lengthen(author, novel, language, chapters)
    book = Book(language)
    body = {"task": "director.write_book", "input": {"chapters": chapters - 1}, "gates": GATES}
    run = author.post(f"/novels/{novel}/runs", body)["id"]
    _wait(author, run, book)
    book.seconds = time.monotonic() - begun
    _measure(studio, author, novel, book)
    return book


def _lengthen(author: Author, novel: str, language: str, chapters: int) -> None:
    """Add the chapters that the first plan lacks, in front of its last one, as an author does."""
    tree = author.get(f"/novels/{novel}/tree")
    part = tree["parts"][0]
    planned = part["chapters"]
    plan = author.get(f"/novels/{novel}/plan")
    who = next((one["card"]["summary"].split()[0] for one in plan["cards"] if one["card"]), "")
    for _ in range(max(0, chapters - len(planned))):
        after = planned[-2]["id"]
        op = {"op": "insert", "kind": "chapter", "parent_id": part["id"], "after_id": after, "title": ""}
        made = author.post(
            f"/novels/{novel}/structure", {"base_version": tree["structure_version"], "ops": [op]}
        )
        tree = author.get(f"/novels/{novel}/tree")
        fresh = {one["id"] for one in tree["parts"][0]["chapters"]} - {one["id"] for one in planned}
        planned = tree["parts"][0]["chapters"]
        change = {
            "op": "update",
            "kind": "chapter",
            "id": fresh.pop(),
            "fields": {"one_line": LINES[language].format(who=who)},
        }
        author.post(
            f"/novels/{novel}/plan/operations", {"base_revision": made["novel_revision"], "ops": [change]}
        )


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
            book.question = str(gate["question"])
            wanted = "go_on" if any(one["id"] == "go_on" for one in gate["options"]) else gate["default"]
            author.post(f"/runs/{run}/answer", {"gate": gate["name"], "decision": wanted})
        time.sleep(0.5)
    book.failed.append("it did not end")


def _measure(studio: Platform, author: Author, novel: str, book: Book) -> None:
    rows = studio.rows("SELECT task, state, error, result FROM runs WHERE novel_id = %s", novel)
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
        "SELECT scene_id, rule, severity, certainty, status FROM findings WHERE novel_id = %s", novel
    )
    book.explained = {str(one["scene_id"]) for one in findings if one["rule"] == "T0-PLAN"}
    book.blocking = sum(
        1 for one in findings
        if one["status"] == "open" and one["certainty"] == "likely" and one["severity"] in {"blocker", "major"}
    )  # fmt: skip
    order = {scene["id"]: at for at, scene in enumerate((s for c in chapters for s in c["scenes"]), start=1)}
    for one in author.get(f"/novels/{novel}/promises")["items"]:
        paid = [order[row["scene_id"]] for row in one["scenes"] if row["act"] == "pay" and row["evidence"]]
        book.promises.append({**one, "paid_at": min(paid, default=None)})
    texts = studio.rows(
        "SELECT v.text FROM scene_live l JOIN scene_versions v ON v.id = l.version_id WHERE l.novel_id = %s",
        novel,
    )
    book.accepted_tokens = sum(count_tokens(one["text"]) for one in texts)
    book.calls = studio.rows(
        "SELECT c.usage, c.task, c.agent, m.json AS manifest, coalesce(p.id, r.id) AS chapter FROM llm_calls c "
        "LEFT JOIN manifests m ON m.call_id = c.id LEFT JOIN runs r ON r.id = c.run_id "
        "LEFT JOIN runs p ON p.id = r.parent_id AND p.task = 'director.write_chapter' "
        "WHERE c.novel_id = %s AND c.state = 'done' ORDER BY c.created_at, c.id",
        novel,
    )


def _inputs(calls: Sequence[dict[str, Any]]) -> tuple[int, float]:
    """Return the input tokens of calls, gross and with openings that were sent before at a tenth."""
    gross, saved = 0, 0.0
    seen: set[str] = set()
    for call in calls:
        gross += int(call["usage"].get("input_tokens") or 0)
        manifest = call["manifest"] or {}
        prefix = str(manifest.get("prefix_hash") or "")
        opening = sum(int(manifest.get("tokens_by_slot", {}).get(slot, 0)) for slot in OPENING)
        if prefix and opening and prefix in seen:
            saved += opening * (1 - REPEATED)
        seen.add(prefix)
    return gross, gross - saved


def slope(values: Sequence[float]) -> float:
    """Return how much a row of values grows from one to the next, as a share of their mean."""
    count = len(values)
    if count < 3:
        return 0.0
    middle, mean = (count - 1) / 2, sum(values) / count
    over = sum((at - middle) * (value - mean) for at, value in enumerate(values))
    return over / sum((at - middle) ** 2 for at in range(count)) / mean


def figures(book: Book) -> list[Figure]:
    """Return the lines of the card."""
    lang, scenes = book.language, book.scenes
    kept = [
        one for one in scenes if one["budget"] and abs(one["words"] - one["budget"]) <= one["budget"] * 0.1
    ]
    realised = [
        one for one in scenes if one["beats"] and one["met"] >= one["beats"] - 1 and not one["missed"]
    ]
    told = [one for one in scenes if one in realised or one["scene"] in book.explained or one["missed"]]
    inside = [one for one in book.promises if _in_window(one)]
    thousands = max(book.accepted_tokens, 1) / 1_000
    gross, cheap = _inputs(book.calls)
    growth = slope(_per_scene(book)[2:])

    def share(metric: str, part: int, of: int, note: str = "") -> Figure:
        return Figure(
            metric, lang, part / of if of else None, f"{part}/{of}", "all", part == of and of > 0, note
        )

    def most(metric: str, value: float, limit: float, note: str = "") -> Figure:
        return Figure(metric, lang, value, f"{value:,.4g}", f"≤ {limit:g}", value <= limit, note)

    return [
        most("failed runs", len(book.failed), 0, "; ".join(book.failed)[:200]),
        most("questions that stopped the book", 1 if book.question else 0, 0, book.question),
        Figure("chapters written", lang, book.chapters, str(book.chapters), note=f"{book.seconds:.0f} s"),
        share("scene cards realised or explained", len(told), len(scenes), f"{len(realised)} realised"),
        share("word budgets within ±10 %", len(kept), len(scenes)),
        share("promises paid in their window", len(inside), len(book.promises)),
        most("blocking findings left", book.blocking, 0),
        Figure("findings repaired", lang, sum(one["fixed"] for one in scenes), str(sum(one["fixed"] for one in scenes)),
               note=f"{sum(one['thrown_away'] for one in scenes)} patches thrown away"),
        most("slope of input tokens per scene, per chapter", growth, 0.002, "from the third chapter on"),
        most("gross input per 1,000 accepted tokens", round(gross / thousands), 27_000, "aim 18,000"),
        most("input with repeated openings at a tenth", round(cheap / thousands), 20_000, "aim 8,000"),
    ]  # fmt: skip


def _in_window(one: dict[str, Any]) -> bool:
    paid, first, last = one["paid_at"], one["earliest_at"], one["latest_at"]
    return paid is not None and (first is None or paid >= first) and (last is None or paid <= last)


def _per_scene(book: Book) -> list[float]:
    """Return the input tokens per scene of each chapter, in the order in which the chapters were written."""
    spent: dict[str, int] = {}
    drafts: dict[str, int] = {}
    for call in book.calls:
        chapter = str(call["chapter"])
        spent[chapter] = spent.get(chapter, 0) + int(call["usage"].get("input_tokens") or 0)
        drafts[chapter] = drafts.get(chapter, 0) + (call["task"] == "writer.draft_scene")
    return [spent[one] / drafts[one] for one in spent if drafts[one]]


def main() -> None:
    """Exit 0 when every gate holds, 1 when one is missed."""
    parser = argparse.ArgumentParser(prog="make eval-books", description=__doc__)
    parser.add_argument("--chapters", type=int, default=CHAPTERS)
    parser.add_argument("--language", choices=["en", "zh"], help="one language only")
    given = parser.parse_args()
    store = stores.postgres()
    lines: list[Figure] = []
    try:
        databases.make_template(store.url)
        with running(databases.clone(store.url), settings=FAST) as studio:
            author = studio.author()
            author.enter()
            for language in [given.language] if given.language else ["en", "zh"]:
                lines += figures(write_book(studio, author, language, given.chapters))
                print(markdown(lines, f"Books of {given.chapters} chapters"), file=sys.stderr, flush=True)
    finally:
        store.stop()
    print(markdown(lines, f"Books of {given.chapters} chapters by continuous mode, demo storyteller"))
    write(lines, SEED, RESULT)
    if any(one.ok is False for one in lines):
        sys.exit(1)


if __name__ == "__main__":
    main()
