"""The contract of the web app: OpenAPI 3.1, the same bytes from the same code.

``python -m infinite_scribe.api.openapi`` writes ``apps/backend/openapi.json``; ``--check`` exits 1 when it would change.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from infinite_scribe.api.routes import mount
from infinite_scribe.core.settings.loading import find_root
from infinite_scribe.runs.schemas.events import RunEventUnion
from infinite_scribe.web.problems import Problem

REF = "#/components/schemas/{model}"


def document(app: FastAPI) -> dict[str, Any]:
    """The whole document: routes, the problem document, and the union of run events."""
    found = get_openapi(
        title="InfiniteScribe",
        version="1",
        openapi_version="3.1.0",
        description="Write a novel together with a handful of AI agents.",
        routes=app.routes,
    )
    schemas = found.setdefault("components", {}).setdefault("schemas", {})
    models: dict[str, type[BaseModel]] = {"Problem": Problem, "RunEventUnion": RunEventUnion}
    for name, model in models.items():
        schema = model.model_json_schema(ref_template=REF, mode="serialization")
        for inner, definition in schema.pop("$defs", {}).items():
            schemas.setdefault(inner, definition)
        schemas[name] = schema
    found["components"]["schemas"] = dict(sorted(schemas.items()))
    found["paths"] = dict(sorted(found["paths"].items()))
    return found


def text_of(app: FastAPI) -> str:
    """The document as it is committed."""
    return json.dumps(document(app), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def contract_app() -> FastAPI:
    """An application with every route and no process around it."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    mount(app)
    return app


def main(arguments: list[str]) -> int:
    """Write the file, or check it."""
    root = find_root(Path(__file__).parent)
    if root is None:
        sys.stderr.write("openapi.json is written in a clone only\n")
        return 2
    path = root / "apps" / "backend" / "openapi.json"
    wanted = text_of(contract_app())
    if "--check" in arguments:
        return 0 if path.is_file() and path.read_text(encoding="utf-8") == wanted else 1
    path.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
