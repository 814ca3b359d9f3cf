"""Questions to the memory as vectors: how an agent asks by meaning.

    vectors = await query_vectors(ctx, "draft/questions", [card.summary, *beats])
    found = await memory.find(text, language=…, scenes=…, model=vectors.model, vector=vectors.of(text))

The vectors are frozen with the run, so that a step that is walked again finds the same passages. When the encoder
does not answer, the result is empty and search goes on by words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.core.errors import DomainError
from infinite_scribe.core.logging import get_logger

log = get_logger(__name__)


@dataclass(frozen=True)
class QueryVectors:
    """Vectors of one encoder by text. `model` is its name in the index, None when it did not answer."""

    model: str | None = None
    vectors: dict[str, list[float]] = field(default_factory=dict)

    def of(self, text: str) -> list[float] | None:
        """Return the vector of a text."""
        return self.vectors.get(text)


async def query_vectors(ctx: RunContext, path: str, texts: Sequence[str]) -> QueryVectors:
    """Return the vectors of some questions, asked once under `path`."""
    wanted = [text for text in dict.fromkeys(texts) if text.strip()]
    made: dict[str, Any] = {"model": None, "vectors": {}}
    if wanted and path not in ctx.run.steps:
        try:
            answer = await ctx.models.embed(wanted, user_id=ctx.run.payer_id, novel_id=ctx.run.novel_id)
            made = {
                "model": f"{answer.model}:{answer.dimensions}",
                "vectors": dict(zip(wanted, answer.vectors, strict=True)),
            }
        except DomainError as error:
            log.warning("memory.no_encoder", code=error.code)

    async def keep(_session: object) -> dict[str, Any]:
        return made

    kept = await ctx.material(path, keep)
    return QueryVectors(kept["model"], kept["vectors"])
