"""Documents, offsets and drafts, without a database."""

from __future__ import annotations

import copy
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infinite_scribe.manuscript.document import (
    beat_node,
    beats,
    changed_words,
    is_empty,
    paragraph,
    prose,
    prose_blocks,
    scene_document,
)
from infinite_scribe.manuscript.drafts import Origin, blocks_from_text, fresh_pids, lay_out
from infinite_scribe.manuscript.errors import InvalidDocumentError, InvalidTextError, NewerSchemaError
from infinite_scribe.manuscript.offsets import from_utf16, to_utf16, utf16_length
from infinite_scribe.manuscript.placing import LostPlaceError, apply_proposal
from infinite_scribe.manuscript.schema import check_scene

SCENE = UUID("01900000-0000-7000-8000-000000000001")
ORIGIN = Origin("run", "call", demo=False)
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40)
ODD = st.text("ab é👩🚀\u200d𠮷𪚥字\ufffc\u0301", max_size=30)


@given(text=ODD | TEXT)
def test_offsets_are_utf16_code_units(text: str) -> None:
    assert utf16_length(text) == len(text.encode("utf-16-le")) // 2
    for index in range(len(text) + 1):
        offset = to_utf16(text, index)
        assert offset == len(text[:index].encode("utf-16-le")) // 2
        assert from_utf16(text, offset) == index


@pytest.mark.parametrize(("text", "offset"), [("👩", 1), ("a𠮷b", 2), ("a", 2), ("", 1), ("a", -1)])
def test_offsets_inside_a_character_or_outside_are_refused(text: str, offset: int) -> None:
    with pytest.raises(ValueError, match="offset"):
        from_utf16(text, offset)


def full_document() -> dict[str, Any]:
    marks: list[dict[str, Any]] = [
        {"type": "strong"},
        {"type": "lang", "attrs": {"code": "fr"}},
        {"type": "link", "attrs": {"href": "https://example.org"}},
        {"type": "comment", "attrs": {"id": "c1"}},
        {"type": "origin", "attrs": {"run": None, "call": "x", "state": "edited", "demo": True}},
    ]
    content = [
        beat_node("They meet", "b1", ["p1"]),
        paragraph("one", "p1", marks),
        {
            "type": "paragraph",
            "attrs": {"pid": "p2", "align": "center", "form": "verse"},
            "content": [
                {"type": "text", "text": "a"},
                {"type": "hardBreak"},
                {"type": "footnote", "attrs": {"id": "f", "text": "note"}},
                {"type": "text", "text": "b"},
            ],
        },
        {"type": "heading", "attrs": {"pid": "h", "level": 2}, "content": [{"type": "text", "text": "Head"}]},
        {"type": "blockquote", "attrs": {"pid": "q"}, "content": [paragraph("quoted", "q1")]},
        {"type": "sceneBreak", "attrs": {"pid": "s"}},
        {"type": "image", "attrs": {"pid": "i", "upload": "u", "alt": "x"}},
    ]
    return scene_document(SCENE, content)


def test_every_node_and_mark_of_the_schema_is_taken() -> None:
    document = full_document()
    check_scene(document, str(SCENE))
    assert prose(document) == "one\n\na\nb\n\nHead\n\nquoted"
    assert [block.pid for block in prose_blocks(document)] == ["p1", "p2", "h", "q1"]
    assert [block.text for block in prose_blocks(document)][1] == "a\ufffc\ufffcb"
    assert beats(document)[0].covers == ["p1"]


@pytest.mark.parametrize(
    ("path", "value", "pointer"),
    [
        (("content", 1, "type"), "table", "/content/1"),
        (("content", 1, "attrs", "pid"), "b1 b1", "/content/1/attrs/pid"),
        (("content", 4, "attrs", "pid"), "p1", "/content/4/attrs/pid"),
        (("content", 1, "attrs", "onclick"), "x", "/content/1/attrs/onclick"),
        (("content", 3, "attrs", "level"), 1, "/content/3/attrs/level"),
        (("content", 3, "attrs", "level"), True, "/content/3/attrs/level"),
        (
            ("content", 1, "content", 0, "marks", 2, "attrs", "href"),
            "javascript:alert(1)",
            "/content/1/content/0/marks/2/attrs/href",
        ),
        (("content", 1, "content", 0, "marks", 0, "type"), "blink", "/content/1/content/0/marks/0"),
        (("content", 1, "content", 0, "text"), "", "/content/1/content/0/text"),
        (
            ("content", 2, "content", 1),
            {"type": "mention", "attrs": {"entry": "e", "label": "l"}},
            "/content/2/content/1",
        ),
        (("content", 4, "content"), [], "/content/4/content"),
        (("content",), [], "/content"),
        (("content", 1, "evil"), 1, "/content/1"),
        (("attrs", "id"), "other", "/attrs/id"),
    ],
)
def test_what_the_schema_does_not_know_is_refused_with_its_place(
    path: tuple[Any, ...], value: Any, pointer: str
) -> None:
    document = copy.deepcopy(full_document())
    inner: Any = document
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    with pytest.raises(InvalidDocumentError) as caught:
        check_scene(document, str(SCENE))
    assert caught.value.errors[0].pointer == pointer


def test_a_newer_schema_and_impossible_characters_have_their_own_errors() -> None:
    document = full_document()
    document["attrs"]["schema"] = 2
    with pytest.raises(NewerSchemaError):
        check_scene(document, str(SCENE))
    document["content"][1]["attrs"]["ba\x00d"] = 1
    with pytest.raises(InvalidTextError):
        check_scene(document, str(SCENE))
    deep: Any = "x"
    for _ in range(50_000):
        deep = [deep]
    with pytest.raises(InvalidDocumentError):
        check_scene({"type": "scene", "content": deep}, str(SCENE))


def test_text_becomes_paragraphs_under_their_beats() -> None:
    text = (
        "Before.\r\n\r\n[[B1]]\nOne *and* two.\nSecond line.\n\n***\n\n[[B2]] Same line.\n\n[[B9]]\n\nAfter."
    )
    blocks = blocks_from_text(text + "\x00\ud83d", ORIGIN)
    assert [(block.node["type"], block.beat) for block in blocks] == [
        ("paragraph", None),
        ("paragraph", 1),
        ("sceneBreak", 1),
        ("paragraph", 2),
        ("paragraph", 9),
    ]
    document = lay_out(
        scene_document(SCENE, [beat_node("x", "b1"), beat_node("y", "b2"), paragraph()]), blocks
    )
    check_scene(document, str(SCENE))
    assert prose(document) == "Before.\n\nOne and two.\nSecond line.\n\nSame line.\n\nAfter."
    kinds = [node["type"] for node in document["content"]]
    assert kinds == ["paragraph", "beat", "paragraph", "sceneBreak", "beat", "paragraph", "paragraph"]
    emphasis = document["content"][2]["content"][1]
    assert emphasis["text"] == "and"
    assert [mark["type"] for mark in emphasis["marks"]] == ["em", "origin"]
    with pytest.raises(ValueError, match="has text"):
        lay_out(document, blocks)


@given(text=st.text(max_size=300))
def test_any_text_makes_a_valid_document(text: str) -> None:
    document = lay_out(scene_document(SCENE), blocks_from_text(text, ORIGIN))
    check_scene(document, str(SCENE))


def test_beats_alone_leave_a_scene_empty() -> None:
    assert is_empty(scene_document(SCENE, [beat_node("x", "b"), paragraph("  ")]))
    assert not is_empty(scene_document(SCENE, [paragraph("x")]))


def test_changed_words_count_what_changed() -> None:
    before = scene_document(SCENE, [paragraph("one two three four", "a"), paragraph("gone here", "b")])
    after = scene_document(SCENE, [paragraph("one two five six four", "a"), paragraph("new", "c")])
    assert changed_words(before, after, "en") == 2 + 2 + 1
    assert changed_words(before, before, "en") == 0


def anchor(pid: str, start: int, end: int, quote: str = "", **more: str) -> dict[str, Any]:
    return {"from": {"pid": pid, "off": start}, "to": {"pid": pid, "off": end}, "quote": quote, **more}


def texts(document: dict[str, Any]) -> list[str]:
    return [block.text for block in prose_blocks(document)]


def test_insertions_and_replacements_land_where_they_belong() -> None:
    document = scene_document(SCENE, [paragraph("👩 one two three", "a"), paragraph("last", "b")])
    new = [paragraph("NEW", "n")]
    assert texts(apply_proposal(document, "insert", anchor("a", 16, 16), new)) == [
        "👩 one two three",
        "NEW",
        "last",
    ]
    assert texts(apply_proposal(document, "insert", anchor("a", 0, 0), new)) == [
        "NEW",
        "👩 one two three",
        "last",
    ]
    parted = apply_proposal(document, "insert", anchor("a", 6, 6), new)
    assert texts(parted) == ["👩 one", "NEW", " two three", "last"]
    check_scene(parted, str(SCENE))
    replaced = apply_proposal(document, "replace", anchor("a", 7, 10, "two"), new)
    assert texts(replaced) == ["👩 one NEW three", "last"]
    assert replaced["content"][0]["attrs"]["pid"] == "a"
    moved = apply_proposal(document, "replace", anchor("a", 0, 3, "two"), new)
    assert texts(moved) == ["👩 one NEW three", "last"]
    elsewhere = apply_proposal(
        document, "replace", anchor("zz", 0, 3, "two", prefix="one ", suffix=" three"), new
    )
    assert texts(elsewhere) == ["👩 one NEW three", "last"]
    across = {"from": {"pid": "a", "off": 7}, "to": {"pid": "b", "off": 2}, "quote": "two three\nla"}
    assert texts(apply_proposal(document, "replace", across, new)) == ["👩 one NEWst"]
    with pytest.raises(LostPlaceError):
        apply_proposal(document, "replace", anchor("a", 0, 3, "gone"), new)
    assert texts(apply_proposal(document, "insert", None, new)) == ["👩 one two three", "last", "NEW"]


@pytest.mark.parametrize(
    ("now", "prefix", "suffix", "made"),
    [
        ("Rain fell. She left.", "fell.", " She", ["Rain fell.", "NEW", " She left."]),
        ("Soft rain fell. She left.", "fell.", " She", ["Soft rain fell.", "NEW", " She left."]),
        ("He fell. Rain fell. She left.", "fell.", " She", ["He fell. Rain fell.", "NEW", " She left."]),
        ("Now rain fell. They left.", "fell.", " She", ["Now rain fell.", "NEW", " They left."]),
        ("Rain came down. She left.", "fell.", " She", ["Rain came down.", "NEW", " She left."]),
        ("Rain had fallen.", "fell.", "", ["Rain had fallen.", "NEW"]),
        ("A dry day. Rain.", "", "Rain", ["A dry day. ", "NEW", "Rain."]),
        ("Snow.", "", "Rain", ["NEW", "Snow."]),
    ],
)
def test_a_caret_goes_by_the_words_around_it(now: str, prefix: str, suffix: str, made: list[str]) -> None:
    off = len("Rain fell.") if prefix else 0
    document = scene_document(SCENE, [paragraph(now, "a")])
    place = anchor("a", off, off, prefix=prefix, suffix=suffix)
    assert texts(apply_proposal(document, "insert", place, [paragraph("NEW", "n")])) == made


def test_a_caret_whose_words_are_gone_on_both_sides_has_lost_its_place() -> None:
    document = scene_document(SCENE, [paragraph("Snow lay on the whole quay.", "a")])
    with pytest.raises(LostPlaceError):
        apply_proposal(document, "insert", anchor("a", 10, 10, prefix="fell.", suffix=" She"), [])


def test_pids_that_are_taken_are_renewed_and_covers_follow() -> None:
    nodes = [beat_node("x", "b", ["a", "b"]), paragraph("x", "a"), paragraph("y", "b")]
    fresh = fresh_pids(nodes, {"a"})
    renewed = fresh[1]["attrs"]["pid"]
    assert renewed != "a"
    assert fresh[0]["attrs"]["covers"] == [renewed, "b"]
    assert fresh[2]["attrs"]["pid"] == "b"
