"""What stands when a step is tried again: effects in the book that forbid it, and scenes that do not follow from it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_WRITES_ONCE: Mapping[str, str] = {"director.outline": "write", "director.begin_book": "book/write"}
"""The step of a task that puts rows into the book, of which another walk would put more there, or find no room."""
_SCENES = "chapter/scenes"
_DRAFT = re.compile(r"scene\d+(/draft\d+)?/draft")
_SCENE = re.compile(r"scene(\d+)(/|$)")
_CHAPTER = re.compile(r"chapter\d+")


def effect_of(task: str, taken: Mapping[str, Any], *, asked: bool) -> str | None:
    """Return the step whose effect stands in the way of taking steps back; None where nothing does.

    `taken` are the outputs of the steps by their paths. `asked`: it is this run that is tried again, not one below it.
    """
    once = _WRITES_ONCE.get(task)
    if once in taken:
        return once
    if task == "director.write_chapter" and _SCENES in taken:
        # A chapter is planned for scenes without a text; one that has its text is not among them any more.
        return next((path for path in taken if _DRAFT.fullmatch(path) and _has_text(path, taken)), None)
    if task == "director.write_book" and asked:
        return next((path for path in taken if _CHAPTER.fullmatch(path) and _is_written(taken[path])), None)
    return None


def _has_text(path: str, taken: Mapping[str, Any]) -> bool:
    draft = taken[path] or {}
    off = taken.get(f"{path.removesuffix('/draft')}/off")
    return bool(draft.get("versions") or draft.get("proposals")) and not off


def _is_written(result: Any) -> bool:
    return bool((result or {}).get("versions")) and not result.get("stopped")


def scene_of(path: str) -> int:
    """Return the number of the scene that a step of a chapter belongs to; 0 for a step of no scene."""
    found = _SCENE.match(path)
    return int(found.group(1)) if found else 0


def first_undone(task: str, from_step: str | None, paths: Sequence[str]) -> int:
    """Return the scene before which no scene follows from a step of a chapter; 0 where all that came later does.

    `paths` are the step and what came after it, in order. The next scene's beats may stand before the text of the one
    in front of it. Questions about a plan are counted through the chapter: where one of an earlier scene is among what
    came later, all of it goes.
    """
    number = scene_of(from_step or "") if task == "director.write_chapter" else 0
    plans = any(
        path.startswith("gate:plan") and 0 < owner < number
        for path, owner in zip(paths, owners(paths), strict=True)
    )
    return 0 if plans else number


def owners(paths: Sequence[str]) -> list[int]:
    """Return the scene of each step of a chapter; a question belongs to the scene of the step before it."""
    found: list[int] = []
    for path in paths:
        asks = path.startswith("gate:")
        found.append(found[-1] if asks and found else scene_of(path))
    return found
