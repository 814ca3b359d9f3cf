"""The editor as a process: `SERVICE_TYPE=agent-editor python -m infinite_scribe.agents.editor.main`."""

from __future__ import annotations

from infinite_scribe.agents.main import main

if __name__ == "__main__":
    main("editor")
