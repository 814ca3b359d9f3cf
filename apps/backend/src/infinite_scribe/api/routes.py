"""Which feature is mounted where. A feature's router is found by its name, so the order of building does not matter."""

from __future__ import annotations

import importlib

from fastapi import APIRouter, FastAPI

from infinite_scribe.api.health import probes
from infinite_scribe.api.health import router as system
from infinite_scribe.api.reports import router as reports
from infinite_scribe.api.reverts import router as reverts

PREFIX = "/api/v1"
FEATURES = (
    "accounts", "novels", "structure", "manuscript", "canon", "plot", "genesis", "runs", "prompts", "providers", "calls",
    "memory", "briefing", "continuity", "exchange",
)  # fmt: skip


def feature_router(feature: str) -> APIRouter | None:
    """The router of a feature, ``None`` when it has none. An error inside it stops the start."""
    name = f"infinite_scribe.{feature}.router"
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name in {name, f"infinite_scribe.{feature}"}:
            return None
        raise
    router: APIRouter = module.router
    return router


def mount(app: FastAPI) -> tuple[str, ...]:
    """Mount everything under ``/api/v1``; return the features that were there."""
    app.include_router(probes)
    app.include_router(system, prefix=PREFIX)
    app.include_router(reports, prefix=PREFIX)
    app.include_router(reverts, prefix=PREFIX)
    mounted = []
    for feature in FEATURES:
        router = feature_router(feature)
        if router is not None:
            app.include_router(router, prefix=PREFIX)
            mounted.append(feature)
    return tuple(mounted)
