"""The worldsmith as a process: `SERVICE_TYPE=agent-worldsmith python -m infinite_scribe.agents.worldsmith.main`."""

from __future__ import annotations

from infinite_scribe.agents.main import main

if __name__ == "__main__":
    main("worldsmith")
