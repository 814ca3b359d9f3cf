"""The editor's tasks, by their modules."""

from infinite_scribe.agents.editor import checking, fixing

__all__ = ["checking", "fixing"]
