"""The processes of the platform: their names, ports and entry points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from infinite_scribe.core.settings import Settings

AGENTS = ("worldsmith", "director", "writer", "editor", "librarian")


@dataclass(frozen=True)
class Service:
    """One process: `run` blocks until it is told to stop."""

    name: str
    port: int
    ready_path: str
    run: Callable[[], None]


def services(settings: Settings, entry_points: dict[str, Callable[..., None]]) -> list[Service]:
    """Return every process in the order of their start; `entry_points` come from the command line's process."""
    ports = settings.services
    found = [Service("llm", ports.llm_port, "/healthz", entry_points["llm"])]
    for agent in AGENTS:
        port = getattr(ports, f"{agent}_port")
        found.append(Service(agent, port, "/healthz", partial(entry_points["agent"], agent, port)))
    found.append(Service("api", settings.http.port, "/readyz", entry_points["api"]))
    return found
