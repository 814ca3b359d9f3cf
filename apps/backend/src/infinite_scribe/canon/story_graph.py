"""The port to the graph of the story: who stands in which relation to whom, at which time.

An adapter is built for one scope and can answer for no other novel. Ticks are minutes of story time; a fact holds
at `as_of` when `from_tick <= as_of < to_tick`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

ONWARD = frozenset({"held_by", "contained_in", "member_of", "part_of"})
"""Relations over which a second hop may go."""

PER_ENTITY = 12
TOTAL = 200


@dataclass(frozen=True)
class GraphFact:
    """A fact as the graph holds it; `hops` is its distance from the entities asked about."""

    id: UUID
    subject_id: UUID | None
    predicate: str | None
    object_id: UUID | None
    value: Mapping[str, Any] | None
    qualifier: Mapping[str, Any] = field(default_factory=dict)
    polarity: bool = True
    from_tick: int | None = None
    to_tick: int | None = None
    certainty: str = "certain"
    publicity: str = "private"
    publicity_scope_id: UUID | None = None
    veil: str = "line"
    hidden_from_self: bool = False
    source: str = "author"
    status: str = "canon"
    wording: str = ""
    rev_from: int = 0
    hops: int = 0


class StoryGraph(Protocol):
    """Reads of the story's graph, and the feed that keeps a projection up to date."""

    async def apply(self, revision: int, changed: Sequence[GraphFact], gone: Sequence[UUID]) -> None:
        """Take over the facts a revision made live and forget those it retired. Safe to repeat."""
        ...

    async def neighbours(
        self,
        ids: Collection[UUID],
        *,
        as_of: int | None,
        hops: int = 1,
        predicates: Collection[str] | None = None,
        limit: int = TOTAL,
    ) -> list[GraphFact]:
        """Return canon facts about the entities, nearest first.

        A second hop goes only over `ONWARD`; at most `PER_ENTITY` facts are taken through each entity of the second
        hop and `limit` in all. `as_of=None` means at any time.
        """
        ...

    async def path(
        self, start: UUID, end: UUID, *, as_of: int | None, longest: int = 6
    ) -> list[GraphFact] | None:
        """Return the facts along a shortest way between two entities, or None when there is none."""
        ...

    async def timeline(self, entity_id: UUID) -> list[GraphFact]:
        """Return every live fact about an entity, earliest first."""
        ...
