"""EPUB 3, written with the standard library: the kept libraries for it are under licences that we cannot ship.

The archive follows the specification's order (`mimetype` first and stored), has a navigation document and one XHTML
file per chapter, and refers to nothing outside itself.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from html import escape

from infinite_scribe.exchange.book import Block, Book, Chapter, Run, chapter_label, printable

_MODIFIED = "2026-01-01T00:00:00Z"
_DATE = (2026, 1, 1, 0, 0, 0)
_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
  <rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
_STYLE = {
    "en": "body { line-height: 1.5; margin: 5%; } p { margin: 0; text-indent: 1.4em; } "
    "h1 { font-weight: normal; text-align: center; margin: 3em 0 2em; } "
    "h1 + p, .break + p { text-indent: 0; } .break { text-align: center; text-indent: 0; margin: 1em 0; } "
    ".center { text-align: center; text-indent: 0; } .right { text-align: right; } "
    ".small-caps { font-variant: small-caps; }",
    "zh": "body { line-height: 1.8; margin: 5%; } p { margin: 0; text-indent: 2em; } "
    "h1 { font-weight: normal; text-align: center; margin: 3em 0 2em; } "
    ".break { text-align: center; text-indent: 0; margin: 1em 0; } "
    ".center { text-align: center; text-indent: 0; } .right { text-align: right; }",
}
_TAGS = {"strong": ("<strong>", "</strong>"), "em": ("<em>", "</em>"), "underline": ("<u>", "</u>"),
         "strike": ("<s>", "</s>"), "smallCaps": ('<span class="small-caps">', "</span>")}  # fmt: skip


def write_epub(book: Book) -> bytes:
    """Return the archive; the same book gives the same bytes. An empty book has its title as the one page."""
    if not book.chapters:
        book = replace(book, chapters=(Chapter(book.title, 1, ()),))
    language = "zh-CN" if book.language == "zh" else "en"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        _add(archive, "mimetype", "application/epub+zip", stored=True)
        _add(archive, "META-INF/container.xml", _CONTAINER)
        _add(archive, "EPUB/package.opf", _package(book, language))
        _add(archive, "EPUB/nav.xhtml", _navigation(book, language))
        _add(archive, "EPUB/style.css", _STYLE["zh" if book.language == "zh" else "en"])
        for chapter in book.chapters:
            _add(archive, f"EPUB/{_file(chapter)}", _chapter(book, chapter, language))
    return buffer.getvalue()


def _add(archive: zipfile.ZipFile, name: str, text: str, *, stored: bool = False) -> None:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    archive.writestr(entry, text.encode())


def _file(chapter: Chapter) -> str:
    return f"chapter-{chapter.number:04d}.xhtml"


def _title(book: Book, chapter: Chapter) -> str:
    return _xml(chapter.title or chapter_label(chapter.number, book.language))


def _package(book: Book, language: str) -> str:
    files = "\n".join(
        f'    <item id="c{chapter.number}" href="{_file(chapter)}" media-type="application/xhtml+xml"/>'
        for chapter in book.chapters
    )
    spine = "\n".join(f'    <itemref idref="c{chapter.number}"/>' for chapter in book.chapters)
    author = f"\n    <dc:creator>{_xml(book.author)}</dc:creator>" if book.author else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="{language}">
  <metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
    <dc:identifier id="id">urn:uuid:{_xml(book.identifier)}</dc:identifier>
    <dc:title>{_xml(book.title)}</dc:title>
    <dc:language>{language}</dc:language>{author}
    <meta property="dcterms:modified">{_MODIFIED}</meta>
  </metadata>
  <manifest>
    <item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
    <item id="css" href="style.css" media-type="text/css"/>
{files}
  </manifest>
  <spine>
{spine}
  </spine>
</package>
"""


def _navigation(book: Book, language: str) -> str:
    heading = "目录" if book.language == "zh" else "Contents"
    entries = "\n".join(
        f'      <li><a href="{_file(chapter)}">{_title(book, chapter)}</a></li>' for chapter in book.chapters
    )
    body = f'<nav epub:type="toc" id="toc">\n    <h1>{heading}</h1>\n    <ol>\n{entries}\n    </ol>\n  </nav>'
    return _page(_xml(book.title), language, body)


def _chapter(book: Book, chapter: Chapter, language: str) -> str:
    title = _title(book, chapter)
    parts = [f"<h1>{title}</h1>"]
    for number, scene in enumerate(chapter.scenes):
        if number:
            parts.append('<p class="break">* * *</p>')
        parts += [_block(block) for block in scene]
    return _page(title, language, "\n  ".join(parts))


def _page(title: str, language: str, body: str) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" xml:lang="{language}" lang="{language}">
<head><title>{title}</title><link rel="stylesheet" type="text/css" href="style.css"/></head>
<body>
  {body}
</body>
</html>
"""


def _block(block: Block) -> str:
    if block.kind == "break":
        return '<p class="break">* * *</p>'
    text = "".join(_run(run) for run in block.runs)
    if block.kind == "heading":
        return f"<h{block.level}>{text}</h{block.level}>"
    if block.kind == "quote":
        return f"<blockquote><p>{text}</p></blockquote>"
    css = f' class="{block.align}"' if block.align in {"center", "right"} else ""
    return f"<p{css}>{text}</p>"


def _run(run: Run) -> str:
    if run.line_break:
        return "<br/>"
    text = _xml(run.text)
    for style, (before, after) in _TAGS.items():
        if style in run.styles:
            text = f"{before}{text}{after}"
    return text


def _xml(text: str) -> str:
    """Escape for XML and leave out what XML 1.0 cannot hold."""
    return escape(printable(text).replace("\r", ""))
