"""Word documents, by python-docx: a manuscript that editors can work in."""

from __future__ import annotations

import io
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from infinite_scribe.exchange.book import Block, Book, chapter_label, printable

LONGEST_PROPERTY = 255
"""Characters that a property of a document may have."""
_ALIGN = {"center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
_FONTS = {"en": ("Georgia", "SimSun"), "zh": ("Times New Roman", "SimSun")}


def write_docx(book: Book) -> bytes:
    """Return the document: title page, chapter headings that a reader's navigation shows, indented paragraphs."""
    document: Any = Document()
    _styles(document, book.language)
    document.core_properties.title = printable(book.title)[:LONGEST_PROPERTY]
    document.core_properties.author = printable(book.author)[:LONGEST_PROPERTY]
    document.core_properties.language = "zh-CN" if book.language == "zh" else "en"
    document.add_heading(printable(book.title), 0)
    for chapter in book.chapters:
        document.add_page_break()
        title = printable(chapter.title) or chapter_label(chapter.number, book.language)
        document.add_heading(title, 1)
        for number, scene in enumerate(chapter.scenes):
            if number:
                _break(document)
            for block in scene:
                _block(document, block, book.language)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _styles(document: Any, language: str) -> None:
    latin, han = _FONTS[language if language in _FONTS else "en"]
    normal = document.styles["Normal"]
    normal.font.name = latin
    normal.font.size = Pt(12)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), han)
    normal.paragraph_format.line_spacing = 1.5
    normal.paragraph_format.space_after = Pt(0)


def _break(document: Any) -> None:
    document.add_paragraph("* * *").alignment = WD_ALIGN_PARAGRAPH.CENTER


def _block(document: Any, block: Block, language: str) -> None:
    if block.kind == "break":
        _break(document)
        return
    if block.kind == "heading":
        document.add_heading(printable(block.text), min(block.level, 3))
        return
    paragraph = document.add_paragraph()
    paragraph.alignment = _ALIGN.get(block.align or "")
    if block.kind == "quote":
        paragraph.paragraph_format.left_indent = Cm(1.25)
    elif block.align is None:
        paragraph.paragraph_format.first_line_indent = Pt(24) if language == "zh" else Cm(0.75)
    for run in block.runs:
        if run.line_break:
            paragraph.add_run().add_break()
            continue
        made = paragraph.add_run(printable(run.text))
        made.bold = "strong" in run.styles or None
        made.italic = "em" in run.styles or None
        made.underline = "underline" in run.styles or None
        made.font.strike = "strike" in run.styles or None
        made.font.small_caps = "smallCaps" in run.styles or None
