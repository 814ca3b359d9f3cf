"""From an idea to chapters and files, through the public API of a platform that nothing was replaced in."""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

import docx
import pytest

from servers.platform import Author, Event, Page, Platform, good, prose, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.smoke, pytest.mark.timeout(240)]

MARK = re.compile(r"\[\[B\d+\]\]\s*")
PLAN = {"premise": 1, "theme": 1, "place": 3, "rule": 3, "character": 4, "outline_line": 3, "beat": 3}
IDEA = "a lighthouse keeper who sells storms"
SEED = 20261121


@dataclass
class Book:
    """A book whose first run has ended, and what its author saw."""

    author: Author
    novel: str
    run: dict[str, Any]
    events: list[Event]
    page: Page
    connections: int
    notes: dict[str, Any] = field(default_factory=dict)


def read_with_losses(author: Author, run_id: str, seed: int) -> tuple[list[Event], Page, int]:
    """Follow a run and drop the connection at random places, as trains and laptops do."""
    dice, page = random.Random(seed), Page()
    found: list[Event] = []
    for connection in range(1, 400):
        left = dice.randint(1, 14)
        for event in author.watch(run_id, found[-1].id if found else None):
            found.append(event)
            page.take(event)
            if event.type in {"run.completed", "run.failed"} and event.data["run"] == run_id:
                return found, page, connection
            left -= 1
            if left == 0:
                break
    raise AssertionError("the run never ended")


@pytest.fixture(scope="module")
def book(author: Author) -> Book:
    novel = author.new_book(IDEA)["id"]
    run = author.start(novel, "director.begin_book")
    events, page, connections = read_with_losses(author, run["id"], SEED)
    return Book(author, novel, author.until_done(run["id"]), events, page, connections)


def test_chapter_one_stands_on_the_page_as_a_labelled_version(book: Book) -> None:
    scene = book.author.scene(book.novel)
    text = prose(scene)
    assert len(text.split()) >= 1_000
    assert book.run["words"] >= 1_000
    assert book.run["demo"] is True
    newest = book.author.get(f"/scenes/{scene['scene_id']}/versions")["items"][0]
    assert (newest["author"], newest["kind"], newest["demo"]) == ("agent", "draft", True)
    assert newest["words"] == book.run["words"]
    writer = next(
        one
        for one in book.author.platform.rows(
            "SELECT id, task FROM runs WHERE novel_id = %s AND task = 'writer.draft_scene'", book.novel
        )
    )
    assert newest["run_id"] == str(writer["id"])


def test_the_author_saw_the_plan_arrive_before_the_prose(book: Book) -> None:
    kinds = [event.data["kind"] for event in book.events if event.type == "step.output"]
    for kind, least in PLAN.items():
        assert kinds.count(kind) >= least, kind
    first_word = next(n for n, event in enumerate(book.events) if event.type == "text.delta")
    outline = max(
        n
        for n, event in enumerate(book.events)
        if event.type == "step.output" and event.data["kind"] == "outline_line"
    )
    assert outline < first_word


def test_no_gap_and_no_repeated_word_over_lost_connections(book: Book) -> None:
    assert book.connections >= 5
    scene = book.author.scene(book.novel)
    assert MARK.sub("", book.page.texts[scene["scene_id"]]).strip() == prose(scene)
    last: dict[str, int] = {}
    for event in book.events:
        assert event.data["seq"] > last.get(event.data["run"], 0), f"{event.id} came twice"
        last[event.data["run"]] = event.data["seq"]


def test_the_librarian_learnt_the_chapter(book: Book) -> None:
    runs = book.author.until_family_done(book.run["id"])
    assert [one["task"] for one in runs].count("librarian.learn") == 1
    rows = book.author.platform.rows
    assert rows("SELECT 1 FROM passages WHERE novel_id = %s", book.novel)
    levels = {one["level"] for one in rows("SELECT level FROM summaries WHERE novel_id = %s", book.novel)}
    assert {"scene", "chapter"} <= levels


def test_world_and_plan_are_rows_of_the_book(book: Book) -> None:
    entries = book.author.get(f"/novels/{book.novel}/entries")["items"]
    shown = {
        event.data["value"]["name"]
        for event in book.events
        if event.type == "step.output" and event.data["kind"] == "character"
    }
    assert shown <= {entry["name"] for entry in entries}
    plan = book.author.get(f"/novels/{book.novel}/plan")
    assert plan["concept"]["logline"]
    assert len(plan["chapters"]) == len(book.author.chapters(book.novel)) >= 3


def test_what_was_sent_can_be_read(book: Book) -> None:
    call = next(e for e in book.events if e.type == "call.finished")
    receipt = book.author.get(f"/calls/{call.data['call']}")
    assert receipt["demo"] is True
    assert receipt["prompt"]
    assert receipt["reply"]
    assert receipt["usage"]["input_tokens"] > 0


@pytest.fixture(scope="module")
def second(book: Book) -> Book:
    """The same book with chapter 2."""
    book.author.until_family_done(book.run["id"])
    chapter = book.author.chapters(book.novel)[1]["id"]
    run = book.author.start(book.novel, "director.write_chapter", chapter=chapter)
    events = book.author.follow(run["id"])
    page = Page()
    for event in events:
        page.take(event)
    done = book.author.until_done(run["id"])
    return Book(book.author, book.novel, done, events, page, 1, {"chapter": chapter})


def test_chapter_two_is_planned_written_and_learnt(second: Book) -> None:
    cards = [
        event for event in second.events if event.type == "step.output" and event.data["kind"] == "scene_card"
    ]
    scenes = second.author.get(f"/chapters/{second.notes['chapter']}/content")["scenes"]
    assert len(cards) == len(scenes) >= 2
    for scene in scenes:
        assert MARK.sub("", second.page.texts[scene["scene_id"]]).strip() == prose(scene)
        assert len(prose(scene).split()) >= 400
    first = second.author.scene(second.novel)
    again = telling(prose(first)) & {one for scene in scenes for one in telling(prose(scene))}
    assert not again


def telling(text: str) -> set[str]:
    """Return the sentences of six or more content words."""
    return {one for one in re.split(r"(?<=[.!?])\s+", text) if len(re.findall(r"[A-Za-z’]{4,}", one)) >= 6}


def selection(scene: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a long paragraph and the anchor of all of it."""
    node = max(
        (one for one in scene["json"]["content"] if one["type"] == "paragraph"),
        key=lambda one: len(json.dumps(one)),
    )
    words = "".join(part["text"] for part in node["content"])
    units = len(words.encode("utf-16-le")) // 2
    pid = node["attrs"]["pid"]
    return node, {"from": {"pid": pid, "off": 0}, "to": {"pid": pid, "off": units}, "quote": words}


def test_a_rewrite_is_a_proposal_until_a_save_accepts_it(book: Book) -> None:
    author = book.author
    author.until_family_done(book.run["id"])
    scene = author.scene(book.novel)
    node, anchor = selection(scene)
    given = {"scene": scene["scene_id"], "anchor": anchor, "instruction": "Shorter, and with more rain."}
    run = author.start(book.novel, "writer.rewrite", **given)
    author.follow(run["id"])
    proposal = author.get(f"/proposals/{author.until_done(run['id'])['result']['proposals'][0]}")
    assert (proposal["status"], proposal["agent"], proposal["demo"]) == ("open", "writer", True)
    assert author.scene(book.novel)["json"] == scene["json"]
    variant = proposal["variants"][0]
    node["content"] = [part for block in variant["blocks"] for part in block.get("content", [])]
    decision = {
        "proposal_id": proposal["id"],
        "variant": variant["id"],
        "hunks": ["1"],
        "action": "accept",
        "left": 0,
    }
    saved = author.put(
        f"/scenes/{scene['scene_id']}/content",
        {"json": scene["json"], "decisions": [decision]},
        if_match=f'"{scene["version"]}"',
    )
    assert saved["version"] == scene["version"] + 1
    assert author.get(f"/proposals/{proposal['id']}")["status"] == "accepted"
    after = author.scene(book.novel)
    assert anchor["quote"] not in prose(after)
    assert "".join(part["text"] for part in node["content"]) in prose(after)
    stale = author.ask(
        "PUT",
        f"/scenes/{scene['scene_id']}/content",
        {"json": scene["json"]},
        headers={"if-match": f'"{scene["version"]}"'},
    )
    assert stale.status_code == 412
    assert stale.json()["params"]["current"]["version"] == saved["version"]


def exported(author: Author, novel: str, kind: str) -> bytes:
    made = author.post(f"/novels/{novel}/exports", {"format": kind, "options": {}})
    wait_until(
        lambda: author.get(f"/exports/{made['id']}")["state"] == "ready", f"{kind} was not made", pause=0.2
    )
    answer = author.ask("GET", f"/exports/{made['id']}/file")
    assert answer.status_code == 200
    return answer.content


def test_the_book_leaves_as_markdown_epub_and_docx(second: Book) -> None:
    author, novel = second.author, second.novel
    wanted = [
        prose(author.scene(novel, 1)).split("\n\n")[-1],
        prose(author.scene(novel, 2)).split("\n\n")[-1],
    ]
    markdown = exported(author, novel, "markdown").decode()
    word = "\n".join(
        one.text for one in docx.Document(io.BytesIO(exported(author, novel, "docx"))).paragraphs
    )
    with zipfile.ZipFile(io.BytesIO(exported(author, novel, "epub"))) as archive:
        assert archive.namelist()[0] == "mimetype"
        assert archive.read("mimetype") == b"application/epub+zip"
        pages = [name for name in archive.namelist() if name.endswith((".xhtml", ".opf", ".ncx"))]
        trees = [ET.fromstring(archive.read(name)) for name in pages]
    epub = "\n".join("".join(tree.itertext()) for tree in trees)
    for sentence in wanted:
        plain = re.sub(r"\W+", " ", sentence)
        for name, whole in (("markdown", markdown), ("docx", word), ("epub", epub)):
            assert plain in re.sub(r"\W+", " ", whole), f"{name} lacks: {sentence[:80]}"
    title = author.get(f"/novels/{novel}")["title"]
    assert title in markdown
    assert title in epub


def test_versions_come_back_and_the_whole_book_too(second: Book) -> None:
    author, novel = second.author, second.novel
    scene = author.scene(novel, 2)
    text, path = prose(scene), f"/scenes/{scene['scene_id']}"
    before = author.get(f"/novels/{novel}")["revision"]
    empty = {
        **scene["json"],
        "content": [{"type": "paragraph", "attrs": {"pid": "aaaaaaaaaa", "align": None, "form": None}}],
    }
    author.put(f"{path}/content", {"json": empty}, if_match=f'"{scene["version"]}"')
    assert prose(author.scene(novel, 2)) == ""
    written = next(
        one for one in author.get(f"{path}/versions")["items"] if one["number"] == scene["version"]
    )
    author.post(f"{path}/restore", {"version_id": written["id"]})
    assert prose(author.scene(novel, 2)) == text
    now = author.scene(novel, 2)
    author.put(f"{path}/content", {"json": {**empty}}, if_match=f'"{now["version"]}"')
    shown = author.post(f"/novels/{novel}/rollback", {"revision": before, "preview": True})
    assert shown["preview"] is True
    assert prose(author.scene(novel, 2)) == ""
    author.post(f"/novels/{novel}/rollback", {"revision": before, "preview": False})
    assert prose(author.scene(novel, 2)) == text
    assert author.get(f"/novels/{novel}")["revision"] > before


def test_the_gateway_dies_in_the_middle_and_nothing_is_lost(author: Author, studio: Platform) -> None:
    novel = author.new_book("a clockmaker who repairs other people's memories")["id"]
    run = author.start(novel, "director.begin_book")
    page, killed = Page(), False
    for event in author.follow_live(run["id"]):
        page.take(event)
        if event.type == "text.delta" and not killed:
            killed = True
            studio.kill("api")
    assert killed
    author.until_done(run["id"])
    scene = author.scene(novel)
    assert MARK.sub("", page.texts[scene["scene_id"]]).strip() == prose(scene)
    calls = studio.rows("SELECT dial_no FROM llm_calls WHERE novel_id = %s", novel)
    assert {one["dial_no"] for one in calls} == {1}
    assert not [
        one
        for one in studio.rows("SELECT takeovers FROM runs WHERE novel_id = %s", novel)
        if one["takeovers"]
    ]


def test_a_second_reader_is_refused_what_is_not_theirs(book: Book, studio: Platform) -> None:
    stranger = studio.author()
    good(stranger.ask("POST", "/auth/guest", {"locale": "en"}))
    for path in (f"/novels/{book.novel}", f"/runs/{book.run['id']}", f"/runs/{book.run['id']}/events"):
        answer = stranger.ask("GET", path)
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("application/problem+json")
