"""The writer's tasks, by their modules."""

from infinite_scribe.agents.writer import drafting, replaying, rewriting

__all__ = ["drafting", "replaying", "rewriting"]
