"""The editor's tasks, by their modules."""

from infinite_scribe.agents.editor import checking, choosing, cold_reading, feedback, fixing, pairing

__all__ = ["checking", "choosing", "cold_reading", "feedback", "fixing", "pairing"]
