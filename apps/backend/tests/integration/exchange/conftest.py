"""The gateway fixtures of `integration/api`, for imports that pass through the whole front."""

from __future__ import annotations

from integration.api.conftest import open_studio, studio

__all__ = ["open_studio", "studio"]
