"""Markdown (CommonMark): readable as it is, and re-importable."""

from __future__ import annotations

import re

from infinite_scribe.exchange.book import Block, Book, Run, chapter_label

_SPECIAL = re.compile(r"([\\`*_\[\]<>~]|&(?=#?\w+;))")
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_LINE_START = re.compile(r"^(?=#{1,6}(?:\s|$)|[+-](?:\s|$)|-[- \t]*$|=+[ \t]*$)", re.MULTILINE)
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)", re.MULTILINE)
_BREAK = "\\\n"
_AROUND = {"strong": "**", "em": "*", "strike": "~~"}


def write_markdown(book: Book) -> bytes:
    """Return UTF-8 Markdown: the title at level 1, chapters at level 2, `***` between scenes."""
    parts = [f"# {_escape(book.title)}"]
    for chapter in book.chapters:
        parts.append(f"## {_escape(chapter.title or chapter_label(chapter.number, book.language))}")
        for number, scene in enumerate(chapter.scenes):
            if number:
                parts.append("***")
            parts += [_block(block) for block in scene]
    return ("\n\n".join(parts) + "\n").encode()


def _block(block: Block) -> str:
    if block.kind == "break":
        return "***"
    text = _INDENT.sub("", "".join(_run(run) for run in block.runs))
    if block.kind == "heading":
        return f"{'#' * (block.level + 1)} {text.replace(_BREAK, ' ')}"
    text = _NUMBERED.sub(r"\1\\\2", _LINE_START.sub(r"\\", text))
    if block.kind == "quote":
        return "\n".join(f"> {line}" for line in text.split("\n"))
    return text


def _run(run: Run) -> str:
    if run.line_break:
        return _BREAK
    text = _escape(run.text)
    core = text.strip()
    if not core:
        return text
    for style, mark in _AROUND.items():
        if style in run.styles:
            core = f"{mark}{core}{mark}"
    lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{lead}{core}{tail}"


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
