"""Every route says who may call it, exactly once, and has a name of its own."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from infinite_scribe.accounts.dependencies import HasSystemPermission, Public, RouteAccess
from infinite_scribe.api.openapi import contract_app, text_of

APP = contract_app()
TEXT = text_of(APP)


def _routes(router: Any) -> list[APIRoute]:
    """All API routes, through included routers."""
    found: list[APIRoute] = []
    for route in router.routes:
        if isinstance(route, APIRoute):
            found.append(route)
        elif hasattr(route, "original_router"):
            found.extend(_routes(route.original_router))
    return found


def _calls(dependant: Dependant) -> list[Any]:
    return [dependant.call, *(call for inner in dependant.dependencies for call in _calls(inner))]


def _markers(route: APIRoute) -> set[Any]:
    names = ("HasNovelPermission", "HasScenePermission", "HasChapterPermission")
    found = set()
    for call in _calls(route.dependant):
        if isinstance(call, RouteAccess) or any(
            kind.__name__.endswith("Check") or kind.__name__ in names for kind in type(call).__mro__
        ):
            found.add(call)
    return found


def test_every_route_declares_its_access() -> None:
    routes = _routes(APP)
    assert len(routes) > 60
    bare = sorted(
        f"{next(iter(route.methods or ()))} {route.path}" for route in routes if not _markers(route)
    )
    assert bare == []


def test_public_is_never_mixed_with_another_marker() -> None:
    for route in _routes(APP):
        kinds = {type(call) for call in _markers(route)}
        assert not (Public in kinds and len(kinds) > 1), route.path
        assert sum(isinstance(call, HasSystemPermission) for call in _markers(route)) <= 1, route.path


def test_operation_ids_are_unique_and_plain() -> None:
    document_ = json.loads(TEXT)
    names = [operation["operationId"] for path in document_["paths"].values() for operation in path.values()]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert all(name.replace("_", "").isalnum() and name.islower() for name in names)


@pytest.mark.timeout(60)
def test_the_contract_is_the_same_bytes_each_time() -> None:
    assert text_of(contract_app()) == TEXT
    assert '"Problem"' in TEXT
