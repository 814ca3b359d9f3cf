"""The director's tasks, by their modules."""

from infinite_scribe.agents.director import (
    beats,
    book,
    branching,
    chapter,
    continuous,
    outline,
    planning,
    replanning,
)

__all__ = ["beats", "book", "branching", "chapter", "continuous", "outline", "planning", "replanning"]
