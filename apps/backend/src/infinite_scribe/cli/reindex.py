"""`infinite-scribe reindex`: make graph and passages anew from PostgreSQL."""

from __future__ import annotations

import importlib
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer

from infinite_scribe.core.settings import load_settings
from infinite_scribe.embedded.supervisor import StartError


class StoreName(StrEnum):
    """A projection that can be made anew."""

    GRAPH = "graph"
    PASSAGES = "passages"


def reindex(
    store: Annotated[StoreName | None, typer.Option(help="Only this one; both without it.")] = None,
    novel: Annotated[UUID | None, typer.Option(help="Only this novel; all without it.")] = None,
) -> None:
    """Make graph and passages anew from PostgreSQL, as after a switch of stores. Writing may go on meanwhile."""
    settings = load_settings()
    if settings.database.url is None:
        raise StartError("The platform is not running. Start it with `infinite-scribe up`, then try again.")
    work = importlib.import_module("infinite_scribe.cli.projections")
    work.rebuild(settings, store.value if store else None, novel)
