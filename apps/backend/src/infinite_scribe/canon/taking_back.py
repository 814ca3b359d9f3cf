"""Takes a fact back that was never true, with what it had done to the facts before it."""

from __future__ import annotations

from collections.abc import Iterable

from infinite_scribe.canon.models import Assertion
from infinite_scribe.novels.revisions import OpenRevision


async def take_back(revision: OpenRevision, gone: Assertion, others: Iterable[Assertion]) -> None:
    """Retcon `gone`. Of `others`, a value that it had ended goes on to where `gone` itself would have ended."""
    for row in others:
        if row.superseded_by == gone.id and row.status == "canon":
            end = {"valid_to": gone.valid_to, "to_tick": gone.to_tick, "to_block": gone.to_block}
            await revision.replace(row, superseded_by=gone.superseded_by, **end)
    await revision.replace(gone, status="retconned")
