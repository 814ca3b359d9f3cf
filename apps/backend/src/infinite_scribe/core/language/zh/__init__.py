"""Chinese."""

from infinite_scribe.core.language.zh.text import Chinese

LANGUAGE = Chinese()
