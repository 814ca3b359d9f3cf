"""What a judge showed stands on the words it was asked in; other words need a new `VERSION`."""

from __future__ import annotations

import hashlib
from pathlib import Path

from infinite_scribe.agents import editor
from infinite_scribe.providers.judging import VERSION

PROMPTS = Path(editor.__file__).parent / "prompts"
KNOWN = {1: "88791b25e0c475f5"}
"""The fingerprint of the prompts and the trials by `VERSION`: with other words, add a line under a higher number."""


def fingerprint() -> str:
    asked = [
        PROMPTS / f"{name}.{code}.md" for name in ("choose", "judge", "judge_pair") for code in ("en", "zh")
    ]
    trials = [PROMPTS.parent / "trials" / f"{code}.toml" for code in ("en", "zh")]
    texts = [one.read_text("utf-8") for one in (*asked, *trials)]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def test_other_words_for_a_judge_ask_for_another_version() -> None:
    assert max(KNOWN) == VERSION
    assert KNOWN[VERSION] == fingerprint(), "raise judging.VERSION: models were tried in other words"
