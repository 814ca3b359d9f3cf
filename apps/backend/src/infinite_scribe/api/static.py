"""The built web app: hashed files for ever, `index.html` never from a cache, every other path is the app's own."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from infinite_scribe.core.settings.loading import find_root

_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_FOREVER = "public, max-age=31536000, immutable"
_NEVER = "no-cache"
_TYPES = {".webmanifest": "application/manifest+json", ".js": "text/javascript", ".woff2": "font/woff2"}


def find_webapp() -> Path | None:
    """The built app: beside this package in a release, else in the clone; ``None`` when it was not built."""
    shipped = Path(__file__).parent.parent / "webapp"
    root = find_root(Path(__file__).parent)
    candidates = [shipped, *([root / "apps" / "frontend" / "dist"] if root else [])]
    return next((folder for folder in candidates if (folder / "index.html").is_file()), None)


def script_hashes(folder: Path | None) -> tuple[str, ...]:
    """Hashes of the scripts that stand inside `index.html`, for the content policy."""
    if folder is None:
        return ()
    html = (folder / "index.html").read_text(encoding="utf-8")
    digests = (hashlib.sha256(script.encode()).digest() for script in _INLINE.findall(html))
    return tuple(f"sha256-{base64.b64encode(digest).decode()}" for digest in digests)


@dataclass(frozen=True)
class WebApp:
    """Serves one folder and nothing outside it. Mounted last, at ``/``."""

    folder: Path | None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        await self._response(scope)(scope, receive, send)

    def _response(self, scope: Scope) -> Response:
        path = scope["path"]
        if path == "/api" or path.startswith("/api/"):
            raise HTTPException(404)
        if scope["method"] not in {"GET", "HEAD"}:
            raise HTTPException(405)
        if self.folder is None:
            words = "The web app is not built here. `make run` builds it; the API is at /api/v1.\n"
            return PlainTextResponse(words, 404, headers={"cache-control": _NEVER})
        file = self._file(path)
        if file is None:
            last = path.rsplit("/", 1)[-1]
            if path.startswith("/assets/") or "." in last:
                raise HTTPException(404)
            file = self.folder / "index.html"
        cache = _FOREVER if path.startswith("/assets/") else _NEVER
        return FileResponse(file, media_type=_TYPES.get(file.suffix), headers={"cache-control": cache})

    def _file(self, path: str) -> Path | None:
        if self.folder is None or "\x00" in path or "\\" in path:
            return None
        root = self.folder.resolve()
        try:
            found = (root / path.lstrip("/")).resolve()
        except (OSError, ValueError):
            return None
        return found if found.is_relative_to(root) and found.is_file() else None
