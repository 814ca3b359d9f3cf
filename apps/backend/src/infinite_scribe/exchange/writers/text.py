"""Plain text: what any program on any machine can open."""

from __future__ import annotations

from infinite_scribe.exchange.book import Book, chapter_label


def write_text(book: Book) -> bytes:
    """Return UTF-8 text: title, chapters, a blank line between paragraphs, `* * *` between scenes."""
    parts = [book.title, ""]
    for chapter in book.chapters:
        parts += ["", chapter.title or chapter_label(chapter.number, book.language), ""]
        for number, scene in enumerate(chapter.scenes):
            if number:
                parts += ["* * *", ""]
            for block in scene:
                parts += ["* * *" if block.kind == "break" else block.text, ""]
    return ("\n".join(parts).strip() + "\n").encode()
