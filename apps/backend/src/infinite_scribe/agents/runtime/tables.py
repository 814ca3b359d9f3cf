"""All mapped tables, known before the first flush.

Tables refer to each other by name across features, and the mapper looks the names up when it first orders rows for a
write. The gateway knows every feature through its routes; an agent process has to be told.
"""

from __future__ import annotations

import importlib
import importlib.util

FEATURES = (
    "web", "accounts", "providers", "novels", "calls", "runs", "prompts", "structure", "canon", "plot", "genesis",
    "manuscript", "memory", "continuity", "exchange",
)  # fmt: skip


def know_all_tables() -> None:
    """Import the tables of every feature that has some."""
    for feature in FEATURES:
        name = f"infinite_scribe.{feature}.models"
        if importlib.util.find_spec(name) is not None:
            importlib.import_module(name)
