"""For what a prompt can be shown without an earlier call: the task that asks it first, and the task's input. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from infinite_scribe.prompts.schemas import PlaceKind


@dataclass(frozen=True)
class Place:
    """A task whose first question to a model is the prompt's, and how its input names the place."""

    kind: PlaceKind
    task: str
    given: Callable[[UUID | None], dict[str, Any]]


PLACES: Mapping[str, Place] = {
    "writer.draft_scene": Place("scene", "writer.draft_scene", lambda one: {"scene": str(one)}),
    "director.beats": Place("scene", "director.beats", lambda one: {"scene": str(one)}),
    "editor.realise": Place("scene", "editor.realise", lambda one: {"scene": str(one)}),
    "librarian.summarise": Place("scene", "librarian.summarise", lambda one: {"node": f"scene:{one}"}),
    "director.cards": Place("chapter", "director.cards", lambda one: {"chapter": str(one)}),
    "director.outline": Place("book", "director.outline", lambda _: {"chapters": 3}),
    "director.replan": Place("chapter", "director.replan", lambda one: {"after_chapter": str(one)}),
    "worldsmith.options": Place("book", "worldsmith.options", lambda _: {"stage": "seed"}),
}
"""By agent and prompt. What is not here is asked only after other answers, or in a conversation."""


def place_of(name: str) -> Place | None:
    """Return the place of a prompt by its full name."""
    return PLACES.get(name.rpartition(".")[0])
