"""The writer's tasks, by their modules."""

from infinite_scribe.agents.writer import (
    beats,
    continuing,
    describing,
    dialogue,
    drafting,
    lengths,
    replaying,
    rewriting,
)

__all__ = ["beats", "continuing", "describing", "dialogue", "drafting", "lengths", "replaying", "rewriting"]
