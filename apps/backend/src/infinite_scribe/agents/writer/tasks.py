"""The writer's tasks, by their modules."""

from infinite_scribe.agents.writer import drafting, rewriting

__all__ = ["drafting", "rewriting"]
