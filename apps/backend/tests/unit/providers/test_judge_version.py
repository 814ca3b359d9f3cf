"""What a judge showed stands on the texts it was tried on; other texts need a new `VERSION`, other words a new trial."""

from __future__ import annotations

import hashlib
from pathlib import Path

from infinite_scribe.agents import editor
from infinite_scribe.providers.judging import VERSION

EDITOR = Path(editor.__file__).parent
KNOWN = {2: "6d68381db2856793"}
"""The fingerprint of the trials by `VERSION`: with other texts, add a line under a higher number."""


def fingerprint() -> str:
    asked = [EDITOR / "trials" / "en.toml", EDITOR / "trials" / "zh.toml", EDITOR / "spoiling.py"]
    return hashlib.sha256("\0".join(one.read_text("utf-8") for one in asked).encode()).hexdigest()[:16]


def test_other_texts_for_a_judge_ask_for_another_version() -> None:
    assert max(KNOWN) == VERSION
    assert KNOWN[VERSION] == fingerprint(), "raise judging.VERSION: models were tried on other texts"
