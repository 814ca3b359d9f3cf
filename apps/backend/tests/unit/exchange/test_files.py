from __future__ import annotations

import io
import zipfile
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from infinite_scribe.exchange.book import Book, Chapter, blocks_of
from infinite_scribe.exchange.decoding import decode
from infinite_scribe.exchange.errors import NotATextError
from infinite_scribe.exchange.rules import language_of, safe_file_name, split_text
from infinite_scribe.exchange.writers import FORMATS


def node(kind: str, *children: dict[str, Any], **attributes: Any) -> dict[str, Any]:
    return {"type": kind, "attrs": attributes, "content": list(children)}


def words(text: str, *marks: str) -> dict[str, Any]:
    return {"type": "text", "text": text, "marks": [{"type": mark} for mark in marks]}


SCENE = node(
    "scene",
    node("beat", words("she finds the key"), pid="b1", beatId="1"),
    node("paragraph", words("She said <no> & left. "), words("Twice.", "em", "origin"), pid="p1"),
    node("paragraph", pid="p2"),
    node("sceneBreak", pid="p3"),
    node("blockquote", node("paragraph", words("A letter."), pid="p5"), pid="p4"),
)


def book(scene: dict[str, Any] = SCENE, title: str = "The *Storm* <Seller>", language: str = "en") -> Book:
    return Book(title, "Ann & Co", language, "0" * 8, (Chapter("", 1, (blocks_of(scene), blocks_of(scene))),))


def test_beats_and_marks_never_reach_a_file() -> None:
    for name, form in FORMATS.items():
        data = form.write(book())
        plain = (
            data
            if name in {"markdown", "txt"}
            else b"".join(
                zipfile.ZipFile(io.BytesIO(data)).read(n)
                for n in zipfile.ZipFile(io.BytesIO(data)).namelist()
            )
        )
        assert b"finds the key" not in plain, name
        assert b"origin" not in plain, name
        assert b"A letter." in plain, name


def test_an_epub_is_in_the_order_of_its_specification_and_well_formed() -> None:
    archive = zipfile.ZipFile(io.BytesIO(FORMATS["epub"].write(book())))
    first = archive.infolist()[0]
    assert (first.filename, first.compress_type, archive.read("mimetype")) == (
        "mimetype",
        zipfile.ZIP_STORED,
        b"application/epub+zip",
    )
    for name in archive.namelist():
        if name.endswith((".xhtml", ".opf", ".xml")):
            ET.fromstring(archive.read(name))
    package = ET.fromstring(archive.read("EPUB/package.opf"))
    listed = {item.attrib["href"] for item in package.iter("{http://www.idpf.org/2007/opf}item")}
    assert {f"EPUB/{name}" for name in listed} | {
        "mimetype",
        "META-INF/container.xml",
        "EPUB/package.opf",
    } == set(archive.namelist())
    chapter = archive.read("EPUB/chapter-0001.xhtml").decode()
    assert "She said &lt;no&gt; &amp; left. <em>Twice.</em>" in chapter


def test_the_same_book_gives_the_same_epub() -> None:
    assert FORMATS["epub"].write(book()) == FORMATS["epub"].write(book())


def test_a_word_document_opens_with_its_chapters() -> None:
    document = Document(io.BytesIO(FORMATS["docx"].write(book(language="zh"))))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert "第1章" in texts
    assert "She said <no> & left. Twice." in texts
    assert [
        run.italic for paragraph in document.paragraphs if "Twice" in paragraph.text for run in paragraph.runs
    ] == [None, True] * 2


def test_markdown_shows_what_was_written_and_nothing_more() -> None:
    text = FORMATS["markdown"].write(book()).decode()
    html = MarkdownIt().render(text)
    assert "<h1>The *Storm* &lt;Seller&gt;</h1>" in html
    assert "<p>She said &lt;no&gt; &amp; left. <em>Twice.</em></p>" in html
    assert html.count("<hr />") == 3


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60).filter(
        lambda t: t.strip() == t and t.strip()
    )
)
def test_markdown_keeps_any_paragraph(text: str) -> None:
    scene = node("scene", node("paragraph", words(text), pid="p1"))
    lines = FORMATS["markdown"].write(book(scene, title="T")).decode()
    shown = [t for t in MarkdownIt().parse(lines) if t.type == "inline"][2]
    assert "".join(c.content if c.type == "text" else "" for c in shown.children or []) == text


@given(st.text(max_size=300))
def test_file_names_are_safe(title: str) -> None:
    name = safe_file_name(title, ".epub")
    assert len(name.encode()) <= 90
    assert not set(name) & set('/\\:*?"<>|\r\n\0')
    assert not name.startswith((".", " "))


@pytest.mark.parametrize("title", ["CON", "nul", "..", "", "../../etc/passwd"])
def test_dangerous_names_are_changed(title: str) -> None:
    assert safe_file_name(title, ".md") not in {"CON.md", "nul.md", "...md", ".md", "../../etc/passwd.md"}


def test_chapters_and_scenes_are_found_in_english_and_chinese() -> None:
    english = split_text(
        "# My Book\n\n## One\n\nFirst.\n\n***\n\nSecond.\n\n## Two\n\nThird.", "x.md", markdown=True
    )
    assert english.title == "My Book"
    assert [(c.title, c.scenes) for c in english.chapters] == [
        ("One", (("First.",), ("Second.",))),
        ("Two", (("Third.",),)),
    ]
    chinese = split_text(
        "第一章 风起\n\u3000\u3000天黑了。\n\u3000\u3000他走了。\n第二章\n雨停。", "海.txt", markdown=False
    )
    assert [(c.title, c.scenes) for c in chinese.chapters] == [
        ("第一章 风起", (("天黑了。", "他走了。"),)),
        ("第二章", (("雨停。",),)),
    ]
    assert chinese.title == "海"


def test_a_text_without_headings_is_one_chapter() -> None:
    found = split_text("Only this.\n\nAnd this.", "notes.txt", markdown=False)
    assert [(c.title, c.scenes) for c in found.chapters] == [("", (("Only this.", "And this."),))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030", "big5"])
def test_chinese_files_are_read_in_their_encoding(encoding: str) -> None:
    text = "第一章 風起\n天黑之後，他沿著海邊走了很久，燈塔一直亮著。\n" * 20
    assert decode(text.encode(encoding)).text == text


def test_a_picture_is_not_a_text() -> None:
    with pytest.raises(NotATextError):
        decode(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)


def test_the_language_is_that_of_most_words() -> None:
    assert language_of("天黑了, he said") == "zh" or language_of("天黑了") == "zh"
    assert language_of("It was dark. 天") == "en"


@pytest.mark.parametrize("start", ["", "a", "ab", "abc"])
@pytest.mark.parametrize("line_end", ["\n", ""])
def test_a_long_file_is_read_wherever_the_sample_ends(start: str, line_end: str) -> None:
    text = start + f"他走进了灯塔，风暴正在海上聚集。“你来了，”她说，没有回头。{line_end}" * 5_000
    found = decode(text.encode("gb18030"))
    assert (found.text, found.encoding) == (text, "gb18030")


@pytest.mark.parametrize("odd", ["\ufffe", "\uffff", "\x07", "\ud800"])
@pytest.mark.parametrize("form", ["epub", "docx"])
def test_what_xml_cannot_hold_spoils_no_file(form: str, odd: str) -> None:
    scene = blocks_of(node("scene", node("paragraph", words(f"a{odd}b"), pid="p1")))
    odd_book = Book(f"T{odd}" + "t" * 298, f"A{odd}", "en", "0", (Chapter(f"C{odd}", 1, (scene,)),))
    archive = zipfile.ZipFile(io.BytesIO(FORMATS[form].write(odd_book)))
    texts = [
        "".join(ET.fromstring(archive.read(name)).itertext())
        for name in archive.namelist()
        if name.endswith((".xhtml", ".xml", ".opf"))
    ]
    assert any("ab" in text for text in texts)


def test_an_empty_book_is_an_epub_all_the_same() -> None:
    archive = zipfile.ZipFile(io.BytesIO(FORMATS["epub"].write(Book("Nothing yet", "", "en", "0"))))
    package = archive.read("EPUB/package.opf").decode()
    assert package.count("<itemref ") == 1
    assert archive.read("EPUB/nav.xhtml").decode().count("<li>") == 1
    assert b"Nothing yet" in archive.read("EPUB/chapter-0001.xhtml")


@pytest.mark.parametrize(
    "text",
    [
        "1. First",
        "2) Then",
        "---",
        "- -",
        "===",
        "~~~",
        "# no",
        "    far in",
        "a &amp; b",
        "a ~~b~~ c",
        "+ 1",
    ],
)
@pytest.mark.parametrize("before", [(), ("before",)])
def test_markdown_takes_no_line_for_an_order(text: str, before: tuple[str, ...]) -> None:
    children = [*(node for one in before for node in (words(one), {"type": "hardBreak"})), words(text)]
    scene = node("scene", node("paragraph", *children, pid="p1"))
    tokens = (
        MarkdownIt().enable("strikethrough").parse(FORMATS["markdown"].write(book(scene, title="T")).decode())
    )
    assert [token.type for token in tokens if token.type.endswith("_open")][2] == "paragraph_open"
    inline = [token for token in tokens if token.type == "inline"][2]
    shown = "".join(
        child.content if child.type in {"text", "text_special"} else "\n" for child in inline.children or []
    )
    assert shown == "\n".join([*before, text.strip()])
