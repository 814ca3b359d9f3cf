"""The director as a process: `SERVICE_TYPE=agent-director python -m infinite_scribe.agents.director.main`."""

from __future__ import annotations

from infinite_scribe.agents.main import main

if __name__ == "__main__":
    main("director")
