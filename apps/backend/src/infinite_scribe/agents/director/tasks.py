"""The director's tasks, by their modules."""

from infinite_scribe.agents.director import book, chapter, planning

__all__ = ["book", "chapter", "planning"]
