"""English."""

from infinite_scribe.core.language.en.text import English

LANGUAGE = English()
