"""One writer per format; each turns a `Book` into bytes and is proven by reading them back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from infinite_scribe.exchange.book import Book
from infinite_scribe.exchange.writers.docx import write_docx
from infinite_scribe.exchange.writers.epub import write_epub
from infinite_scribe.exchange.writers.markdown import write_markdown
from infinite_scribe.exchange.writers.text import write_text


@dataclass(frozen=True)
class Format:
    suffix: str
    media_type: str
    write: Callable[[Book], bytes]


FORMATS: dict[str, Format] = {
    "markdown": Format(".md", "text/markdown; charset=utf-8", write_markdown),
    "epub": Format(".epub", "application/epub+zip", write_epub),
    "docx": Format(
        ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", write_docx
    ),
    "txt": Format(".txt", "text/plain; charset=utf-8", write_text),
}
