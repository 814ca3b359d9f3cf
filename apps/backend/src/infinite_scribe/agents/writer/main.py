"""The writer as a process: `SERVICE_TYPE=agent-writer python -m infinite_scribe.agents.writer.main`."""

from __future__ import annotations

from infinite_scribe.agents.main import main

if __name__ == "__main__":
    main("writer")
