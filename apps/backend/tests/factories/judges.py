"""Models that were tried as judges."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from factories.providers import choose_model, know_model, make_endpoint
from infinite_scribe.core.clock import now
from infinite_scribe.db.sql.engine import Database
from infinite_scribe.prompts.catalogue import shipped_prompt
from infinite_scribe.prompts.judges import ASKED
from infinite_scribe.providers.judging import Trial, figure_of, with_shown


def shown_in_shipped_words(kind: Trial, pairs: int, right: int, flips: int = 0) -> dict[str, Any]:
    """Return how a model did on English trials, as its profile keeps it, asked in the shipped words."""
    words: dict[Trial, str] = {kind: shipped_prompt(f"editor.{ASKED[kind]}.en").version}
    shown = {str(kind): {"pairs": pairs, "right": right, "flips": flips}}
    return {figure_of("en"): with_shown({}, shown, words, now())}


async def hosted_judge(owner: Database, user_id: UUID, model: str = "some-model", **profile: Any) -> UUID:
    """Give the editor a hosted model of which a profile is known; return its endpoint."""
    endpoint = await make_endpoint(owner, user_id, "http://127.0.0.1:9/v1")
    await choose_model(owner, user_id, "editor", endpoint, model)
    if profile:
        await know_model(owner, user_id, endpoint, model, **profile)
    return endpoint
