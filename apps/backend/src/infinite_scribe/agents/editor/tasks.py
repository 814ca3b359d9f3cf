"""The editor's tasks, by their modules."""

from infinite_scribe.agents.editor import (
    calibrating,
    checking,
    choosing,
    cold_reading,
    feedback,
    fixing,
    judging,
    pairing,
)

__all__ = ["calibrating", "checking", "choosing", "cold_reading", "feedback", "fixing", "judging", "pairing"]
