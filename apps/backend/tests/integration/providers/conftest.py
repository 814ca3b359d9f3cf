"""The gateway fixtures of `integration/api`, for the routes of models and receipts."""

from __future__ import annotations

from integration.api.conftest import open_studio, studio

__all__ = ["open_studio", "studio"]
