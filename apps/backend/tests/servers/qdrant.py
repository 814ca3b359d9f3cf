"""Qdrant for tests: the client's local mode always, and a server where `QDRANT_URL` names one that answers.

Local mode proves answers, never speed.
"""

from __future__ import annotations

import os
import urllib.error
import urllib.request

from qdrant_client import AsyncQdrantClient

from infinite_scribe.db.qdrant.client import QdrantStore, connect_qdrant


def local() -> QdrantStore:
    """Return an index in this process's memory."""
    return QdrantStore(AsyncQdrantClient(location=":memory:"), is_local=True)


def server_url() -> str | None:
    """Return the address of a server that answers."""
    url = os.environ.get("QDRANT_URL")
    if not url:
        return None
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/readyz", timeout=2):
            return url
    except (urllib.error.URLError, OSError):
        return None


def server(url: str) -> QdrantStore:
    """Return the connections to a server."""
    return connect_qdrant(url, os.environ.get("QDRANT_API_KEY"))
