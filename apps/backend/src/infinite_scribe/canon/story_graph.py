"""The port to the graph of the story: who stands in which relation to whom, at which time, and who knows it.

An adapter is built for one scope and can answer for no other novel. Ticks are minutes of story time; a fact holds
at `as_of` when `from_tick <= as_of < to_tick`. With `clock="reading"` a fact is there when the reader has been told
of it by `reading_index`.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, NamedTuple, Protocol
from uuid import UUID

from infinite_scribe.core.errors import UnavailableError

ONWARD = frozenset({"held_by", "contained_in", "member_of", "part_of"})
"""Relations over which a second hop may go."""

PER_START = 40
"""Facts about one entity that is asked about: those that join it to another one, then the latest."""
PER_ENTITY = 12
TOTAL = 200
NO_TICK = -(2**63)
"""Where an open beginning stands when facts are put in order."""

Clock = Literal["story", "reading"]
NodeKind = Literal["entity", "event", "scene", "rule", "promise"]
LinkKind = Literal["part_in", "causes", "knows", "discloses", "sets_up", "pays"]
READER: Literal["READER"] = "READER"
Knower = UUID | Literal["READER"]

_TOLD = {"stated": "knows", "implied": "knows", "hinted": "suspects", "misled": "believes_wrongly"}
_FIRMNESS = {"suspects": 0, "believes_wrongly": 1, "knows": 2}
TELLING = ("stated", "implied")
"""Modes of disclosure after which the reader knows the fact."""


class GraphUnavailableError(UnavailableError):
    """The graph does not answer now. Readers go on with the rows of the canon; the feed tries again."""

    code = "graph-unavailable"
    title = "The graph of the story does not answer"


@dataclass(frozen=True)
class GraphFact:
    """A fact as the graph holds it.

    `hops` is its distance from the entities asked about; `reading_from` the reading index of the first scene that
    tells it (None: never told, and in an answer by story time, which does not ask for it).
    """

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
    reading_from: int | None = None
    hops: int = 0


class Near(NamedTuple):
    """Where a fact lies: what it joins, since which tick, and its distance from the entities asked about."""

    id: UUID
    subject_id: UUID | None
    predicate: str | None
    object_id: UUID | None
    from_tick: int | None
    hops: int


@dataclass(frozen=True)
class GraphNode:
    """An entity, event, scene, rule or promise. `detail` is its own kind; `reading_index` is set for scenes."""

    id: UUID
    kind: NodeKind
    label: str
    detail: str = ""
    status: str = "canon"
    from_tick: int | None = None
    to_tick: int | None = None
    reading_index: int | None = None
    rev_from: int = 0


@dataclass(frozen=True)
class GraphLink:
    """A relation that is no fact.

    `part_in` entity → event (role) · `causes` event → event · `knows` knower → fact (stance; `from_id` None is the
    reader) · `discloses` scene → fact (mode) · `sets_up`, `pays` scene → promise (act).
    """

    id: UUID
    kind: LinkKind
    from_id: UUID | None
    to_id: UUID
    role: str = ""
    from_tick: int | None = None
    to_tick: int | None = None
    reading_index: int | None = None
    status: str = "canon"
    rev_from: int = 0


Row = GraphFact | GraphNode | GraphLink


@dataclass(frozen=True)
class GraphContents:
    """Rows of a graph."""

    nodes: tuple[GraphNode, ...] = ()
    facts: tuple[GraphFact, ...] = ()
    links: tuple[GraphLink, ...] = ()

    def rows(self) -> dict[UUID, Row]:
        """Return every row by its id."""
        every: tuple[Row, ...] = (*self.nodes, *self.facts, *self.links)
        return {row.id: row for row in every}

    def lines(self) -> dict[UUID, str]:
        """Return every row in its canonical form, by id. Equal rows have equal lines in every store."""
        return {one: canonical_line(row) for one, row in self.rows().items()}

    def checksum(self) -> str:
        """Return the SHA-256 of the canonical lines in the order of their ids."""
        digest = hashlib.sha256()
        for _, line in sorted(self.lines().items()):
            digest.update(line.encode())
            digest.update(b"\n")
        return digest.hexdigest()

    def only(self, ids: Collection[UUID]) -> GraphContents:
        """Return the rows with these ids."""
        return GraphContents(
            tuple(row for row in self.nodes if row.id in ids),
            tuple(row for row in self.facts if row.id in ids),
            tuple(row for row in self.links if row.id in ids),
        )

    def parts(self, size: int) -> Iterable[GraphContents]:
        """Yield the rows in parts of at most `size`: nodes first, then facts, then links."""
        for at in range(0, len(self.nodes), size):
            yield GraphContents(nodes=self.nodes[at : at + size])
        for at in range(0, len(self.facts), size):
            yield GraphContents(facts=self.facts[at : at + size])
        for at in range(0, len(self.links), size):
            yield GraphContents(links=self.links[at : at + size])

    def __len__(self) -> int:
        return len(self.nodes) + len(self.facts) + len(self.links)


@dataclass(frozen=True)
class GraphChange:
    """What a projection takes over: rows that are there now and ids that are gone, as of an outbox position."""

    revision: int
    seq: int
    contents: GraphContents = GraphContents()
    gone: tuple[UUID, ...] = ()


def canonical_line(row: Row) -> str:
    """Return a row as one line of JSON; the distance of an answer is no part of it."""
    members = {one.name: getattr(row, one.name) for one in fields(row) if one.name != "hops"}
    return json.dumps(
        {"row": type(row).__name__, **members}, sort_keys=True, ensure_ascii=False, default=_plain
    )


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else str(value)


def holds(link: GraphLink, as_of: int | None) -> bool:
    """Return whether a link is in force at a tick (None: at any time)."""
    return as_of is None or (
        (link.from_tick is None or link.from_tick <= as_of) and (link.to_tick is None or as_of < link.to_tick)
    )


def settle_knowers(
    links: Iterable[GraphLink], *, as_of: int | None, reading_index: int | None = None
) -> list[tuple[Knower, str]]:
    """Return who knows a fact, and how, from its `knows` and `discloses` links: the reader first, then by id.

    The latest stance of a character counts. The reader's is the firmest of what was written for the reader and of
    the disclosures read by `reading_index` (None: the whole book).
    """
    told: list[str] = []
    latest: dict[UUID, GraphLink] = {}
    for link in sorted(links, key=lambda one: (tick_or(one.from_tick), one.id)):
        if link.status != "canon":
            continue
        if link.kind == "discloses":
            if reading_index is None or link.reading_index is None or link.reading_index <= reading_index:
                told.append(_TOLD.get(link.role, "suspects"))
        elif link.kind == "knows" and holds(link, as_of):
            if link.from_id is None:
                told.append(link.role)
            else:
                latest[link.from_id] = link
    found: list[tuple[Knower, str]] = [(one, latest[one].role) for one in sorted(latest)]
    if told:
        found.insert(0, (READER, max(told, key=lambda stance: _FIRMNESS.get(stance, 0))))
    return found


def tick_or(tick: int | None) -> int:
    """Return where a beginning stands in order; an open one comes first."""
    return NO_TICK if tick is None else tick


def with_hops(fact: GraphFact, hops: int) -> GraphFact:
    """Return a fact with its distance."""
    return fact if fact.hops == hops else replace(fact, hops=hops)


class StoryGraph(Protocol):
    """Reads of the story's graph, and the feed that keeps a projection up to date.

    Every method raises `GraphUnavailableError` when the store does not answer.
    """

    @property
    def fell_back(self) -> bool:
        """Whether an answer came from the canon's own rows because the graph was away."""
        ...

    async def neighbours(
        self,
        ids: Collection[UUID],
        *,
        as_of: int | None,
        hops: int = 1,
        predicates: Collection[str] | None = None,
        limit: int = TOTAL,
        clock: Clock = "story",
        reading_index: int | None = None,
        statuses: Collection[str] = ("canon",),
    ) -> list[GraphFact]:
        """Return facts about the entities, nearest first.

        A second hop goes only over `ONWARD`; at most `PER_START` facts are taken about each entity, `PER_ENTITY` about
        each of the second hop, and `limit` in all: first those between two entities asked about, then the latest. `as_of=None` means at any time. With `clock="reading"` only facts count that were
        told by `reading_index` (None: at the end of the book).
        """
        ...

    async def near(
        self, ids: Collection[UUID], *, as_of: int | None, hops: int = 1, limit: int = TOTAL
    ) -> list[Near]:
        """Return where the facts of `neighbours` lie, in its order, for who reads but a few of them."""
        ...

    async def begin_near(
        self, ids: Collection[UUID], *, as_of: int | None, hops: int = 1, limit: int = TOTAL
    ) -> asyncio.Future[list[Near]]:
        """Begin to find what `near` returns.

        The session is free again when this returns; the answer comes while it is asked something else.
        """
        ...

    async def path(
        self, start: UUID, end: UUID, *, as_of: int | None, longest: int = 6
    ) -> list[GraphFact] | None:
        """Return the facts along a shortest way between two entities, or None when there is none.

        Among equally short ways it is the one whose fact ids, one after the other, are lowest.
        """
        ...

    async def timeline(self, entity_id: UUID) -> list[GraphFact]:
        """Return every canon fact about an entity, earliest first."""
        ...

    async def knowers(
        self, fact_id: UUID, *, as_of: int | None, reading_index: int | None = None
    ) -> list[tuple[Knower, str]]:
        """Return who holds an opinion of a fact at `as_of`: `(entity id | "READER", stance)`.

        These are the written rows; what follows from publicity and presence is `CanonService`'s closure.
        """
        ...

    async def apply(self, change: GraphChange) -> None:
        """Take over a change. Safe to repeat; one older than what was applied is refused silently."""
        ...

    async def dump(self, ids: Collection[UUID] | None = None) -> GraphContents:
        """Return every row, or those with the given ids."""
        ...

    async def checksum(self) -> str:
        """Return the checksum of every row (`GraphContents.checksum`)."""
        ...

    async def clear(self) -> None:
        """Forget the novel."""
        ...


def ordered(facts: Sequence[GraphFact]) -> list[GraphFact]:
    """Return facts in the order of `timeline`."""
    return sorted(facts, key=lambda one: (tick_or(one.from_tick), one.predicate or "", one.id))
