"""The librarian as a process: `SERVICE_TYPE=agent-librarian python -m infinite_scribe.agents.librarian.main`."""

from __future__ import annotations

from infinite_scribe.agents.main import main

if __name__ == "__main__":
    main("librarian")
