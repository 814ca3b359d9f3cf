"""Pure rules of files: safe names, and where the chapters of a plain text begin."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_UNSAFE = re.compile(r"[^\w .\-]", re.UNICODE)
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))]
)
NAME_BYTES = 80

_MARKDOWN_HEADING = re.compile(r"^(#{1,3})\s+(.+?)\s*#*\s*$")
_ENGLISH_CHAPTER = re.compile(
    r"^(?:chapter|part|book)\s+(?:\d{1,4}|[ivxlcdm]{1,8}|[a-z]+(?:-[a-z]+)?)\b[\s.:–—-]*(.{0,80})$",
    re.IGNORECASE,
)
_ENGLISH_SINGLE = re.compile(
    r"^(?:prologue|epilogue|foreword|afterword)\b[\s.:–—-]*(.{0,80})$", re.IGNORECASE
)
_CHINESE_CHAPTER = re.compile(r"^第[〇零一二三四五六七八九十百千两\d]{1,8}[章回节卷部][\s:：、.]*(.{0,40})$")
_CHINESE_SINGLE = re.compile(r"^(?:序章|楔子|序|尾声|后记|番外)[\s:：]*(.{0,40})$")
_SCENE_BREAK = re.compile(r"^\s*(?:\*\s*\*\s*\*|\*{3,}|#|-{3,}|—{2,}|※+|＊\s*＊\s*＊|\* {0,3}\* {0,3}\*)\s*$")


def safe_file_name(title: str, suffix: str) -> str:
    """Return a name that every file system takes: letters, digits, space, dot, dash; at most 80 bytes."""
    plain = unicodedata.normalize("NFC", title)
    name = " ".join(_UNSAFE.sub(" ", plain).split()).strip(" .")
    while len(name.encode()) > NAME_BYTES:
        name = name[:-1]
    if not name or name.casefold().split(".")[0] in _RESERVED:
        name = f"book {name}".strip()
    return f"{name}{suffix}"


@dataclass(frozen=True)
class TextChapter:
    """A chapter found in a text: its title (empty: none) and its scenes as lists of paragraphs."""

    title: str
    scenes: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class TextBook:
    title: str
    chapters: tuple[TextChapter, ...]


def heading_of(line: str, *, markdown: bool) -> tuple[int, str] | None:
    """Return (level, title) when a line opens a chapter or names the book, else None.

    Level 1 may be the book's title in Markdown; every other heading opens a chapter.
    """
    plain = line.strip()
    if not plain or len(plain) > 120:
        return None
    if markdown and (found := _MARKDOWN_HEADING.match(plain)):
        return len(found.group(1)), found.group(2)
    for pattern in (_ENGLISH_CHAPTER, _ENGLISH_SINGLE, _CHINESE_CHAPTER, _CHINESE_SINGLE):
        if pattern.match(plain):
            return 2, plain
    return None


def split_text(text: str, name: str, *, markdown: bool) -> TextBook:
    """Find title, chapters and scenes in a text.

    A paragraph is a block between blank lines; a text without blank lines has one paragraph per line.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "�").lstrip("\ufeff")
    per_line = "\n\n" not in plain
    lines = plain.split("\n")
    levels = [found[0] for line in lines if (found := heading_of(line, markdown=markdown))]
    title = ""
    chapters: list[_Open] = [_Open("")]
    for line in lines:
        heading = heading_of(line, markdown=markdown)
        if heading and heading[0] == 1 and levels.count(1) == 1 and len(levels) > 1 and not title:
            title = heading[1]
        elif heading:
            chapters.append(_Open(heading[1]))
        else:
            chapters[-1].take(line, per_line=per_line)
    kept = [chapter.close() for chapter in chapters]
    kept = [chapter for chapter in kept if chapter.title or any(chapter.scenes)]
    return TextBook(title or _title_from_name(name), tuple(kept))


class _Open:
    """A chapter while its lines are read."""

    def __init__(self, title: str) -> None:
        self.title = title
        self._scenes: list[list[str]] = [[]]
        self._lines: list[str] = []

    def take(self, line: str, *, per_line: bool) -> None:
        if _SCENE_BREAK.match(line):
            self._finish()
            if self._scenes[-1]:
                self._scenes.append([])
        elif not line.strip():
            self._finish()
        else:
            self._lines.append(line.strip().removeprefix("\u3000\u3000"))
            if per_line:
                self._finish()

    def _finish(self) -> None:
        if self._lines:
            self._scenes[-1].append("\n".join(self._lines))
            self._lines = []

    def close(self) -> TextChapter:
        self._finish()
        scenes = tuple(tuple(scene) for scene in self._scenes if scene)
        return TextChapter(self.title, scenes or ((),))


def _title_from_name(name: str) -> str:
    stem = re.sub(r"\.(txt|md|markdown)$", "", name, flags=re.IGNORECASE).replace("\x00", "\ufffd")
    stem = stem.replace("_", " ").strip()
    return stem[:200]


def language_of(text: str) -> str:
    """Return `zh` when Chinese characters outnumber Latin words, else `en`."""
    sample = text[:20_000]
    han = len(re.findall(r"[\u3400-\u9fff]", sample))
    words = len(re.findall(r"[A-Za-z]+", sample))
    return "zh" if han > words else "en"
