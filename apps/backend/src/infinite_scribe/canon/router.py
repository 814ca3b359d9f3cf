"""Routes of the world: entries, facts, events, laws, ways, knowledge, names and the graph.

Pages of the codex, the matrix of knowledge and the inbox also need the text: `continuity` serves those.
"""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from infinite_scribe.canon import facts as fact_reads
from infinite_scribe.canon.dependencies import (
    AsOf,
    ClockQuery,
    Reading,
    ReadingBeliefs,
    ReadingEvents,
    ReadingFacts,
    ReadingRules,
    ReadingScope,
    RevisionQuery,
    WritingBeliefs,
    WritingCodex,
    WritingEvents,
    WritingFacts,
    WritingMerge,
    WritingRules,
)
from infinite_scribe.canon.errors import (
    AliasTakenError,
    CanonCycleError,
    DomainMismatchError,
    EntryNotFoundError,
    FinalValueError,
    IntervalEmptyError,
    MergeSelfError,
    MomentInvalidError,
    RangeMismatchError,
    SingleValuedOverlapError,
    UnknownPredicateError,
)
from infinite_scribe.canon.graphs import GraphRead, GraphReads
from infinite_scribe.canon.name_wire import NameList
from infinite_scribe.canon.rule_wire import (
    RouteList,
    RoutePatch,
    RouteWrite,
    RouteWritten,
    RuleList,
    RulePatch,
    RuleWrite,
    RuleWritten,
    TravelRead,
)
from infinite_scribe.canon.story_wire import (
    BeliefWrite,
    BeliefWritten,
    DisclosureList,
    DisclosureWrite,
    DisclosureWritten,
    EventPatch,
    EventWrite,
    EventWritten,
)
from infinite_scribe.canon.wire import (
    AliasWrite,
    EntryDetail,
    EntryPatch,
    EntryWrite,
    EventList,
    FactList,
    FactPatch,
    FactWrite,
    FactWritten,
    MergeRead,
    MergeWrite,
    PredicateList,
    Revised,
)
from infinite_scribe.novels.errors import NotAllowedError, NovelInTrashError, NovelNotFoundError
from infinite_scribe.web.problems import problem_responses
from infinite_scribe.web.session import Transaction

router = APIRouter(tags=["codex"])

_READ = problem_responses(NovelNotFoundError, MomentInvalidError)
_FIND = problem_responses(NovelNotFoundError, MomentInvalidError, EntryNotFoundError)
_CHANGE = problem_responses(NovelNotFoundError, NotAllowedError, NovelInTrashError, EntryNotFoundError)
_NAME = problem_responses(
    NovelNotFoundError, NotAllowedError, NovelInTrashError, EntryNotFoundError, AliasTakenError
)
_MERGE = problem_responses(
    NovelNotFoundError,
    NotAllowedError,
    NovelInTrashError,
    EntryNotFoundError,
    MergeSelfError,
    RangeMismatchError,
    CanonCycleError,
)
_STATE = problem_responses(
    NovelNotFoundError,
    NotAllowedError,
    NovelInTrashError,
    EntryNotFoundError,
    UnknownPredicateError,
    DomainMismatchError,
    RangeMismatchError,
    IntervalEmptyError,
    SingleValuedOverlapError,
    FinalValueError,
    CanonCycleError,
    MomentInvalidError,
)
_NOVEL = "/novels/{novel_id}"


@router.post(_NOVEL + "/entries", operation_id="create_entry", status_code=201, responses=_NAME)
async def create_entry(wanted: EntryWrite, codex: WritingCodex) -> EntryDetail:
    """A new person, place or thing."""
    return await codex.create(wanted)


@router.patch(_NOVEL + "/entries/{entry_id}", operation_id="update_entry", responses=_NAME)
async def update_entry(entry_id: UUID, wanted: EntryPatch, codex: WritingCodex) -> EntryDetail:
    """Change an entry."""
    return await codex.change(entry_id, wanted)


@router.delete(_NOVEL + "/entries/{entry_id}", operation_id="retire_entry", responses=_CHANGE)
async def retire_entry(entry_id: UUID, codex: WritingCodex) -> Revised:
    """Take an entry out of the canon; history keeps it."""
    return Revised(revision=await codex.retire(entry_id))


@router.post(
    _NOVEL + "/entries/{entry_id}/aliases", operation_id="add_alias", status_code=201, responses=_NAME
)
async def add_alias(entry_id: UUID, wanted: AliasWrite, codex: WritingCodex) -> EntryDetail:
    """Another name."""
    return await codex.add_alias(entry_id, wanted)


@router.delete(_NOVEL + "/entries/{entry_id}/aliases/{alias_id}", operation_id="drop_alias", responses=_NAME)
async def drop_alias(entry_id: UUID, alias_id: UUID, codex: WritingCodex) -> EntryDetail:
    """Take a name away."""
    return await codex.drop_alias(entry_id, alias_id)


@router.post(_NOVEL + "/entries/{entry_id}/merge", operation_id="merge_entry", responses=_MERGE)
async def merge_entry(entry_id: UUID, wanted: MergeWrite, merging: WritingMerge) -> MergeRead:
    """Make two entries one; clashes are kept as disputed."""
    return await merging.merge(entry_id, wanted.into, preview=wanted.preview)


@router.get(_NOVEL + "/facts", operation_id="list_facts", responses=_READ)
async def list_facts(
    facts: ReadingFacts,
    as_of: AsOf = "end",
    clock: ClockQuery = "story",
    revision: RevisionQuery = None,
    about: UUID | None = None,
) -> FactList:
    """Facts that hold at a moment."""
    return await facts.holding(as_of, clock, revision, [about] if about else None)


@router.post(_NOVEL + "/facts", operation_id="state_fact", status_code=201, responses=_STATE)
async def state_fact(wanted: FactWrite, facts: WritingFacts) -> FactWritten:
    """State a fact; a later value closes the earlier one."""
    return await facts.state(wanted)


@router.patch(_NOVEL + "/facts/{fact_id}", operation_id="change_fact", responses=_STATE)
async def change_fact(fact_id: UUID, wanted: FactPatch, facts: WritingFacts) -> FactWritten:
    """Change when a fact holds, who knows it, or its marks."""
    return await facts.change(fact_id, wanted)


@router.delete(_NOVEL + "/facts/{fact_id}", operation_id="retcon_fact", responses=_CHANGE)
async def retcon_fact(fact_id: UUID, facts: WritingFacts) -> FactWritten:
    """It was never true; history keeps it."""
    return await facts.retcon(fact_id)


@router.get(
    _NOVEL + "/predicates", operation_id="list_predicates", responses=problem_responses(NovelNotFoundError)
)
async def list_predicates(_scope: ReadingScope, lang: Literal["en", "zh", "zh-CN"] = "en") -> PredicateList:
    """What can be said about the world, in the author's language."""
    return fact_reads.predicates(lang)


@router.get(_NOVEL + "/events", operation_id="list_events", responses=_READ)
async def list_events(
    events: ReadingEvents, as_of: AsOf = "end", clock: ClockQuery = "story", revision: RevisionQuery = None
) -> EventList:
    """Events that began by a moment."""
    return await events.list(as_of, clock, revision)


@router.post(_NOVEL + "/events", operation_id="create_event", status_code=201, responses=_STATE)
async def create_event(wanted: EventWrite, events: WritingEvents) -> EventWritten:
    """An event, with what it makes true."""
    return await events.create(wanted)


@router.patch(_NOVEL + "/events/{event_id}", operation_id="change_event", responses=_STATE)
async def change_event(event_id: UUID, wanted: EventPatch, events: WritingEvents) -> EventWritten:
    """Change an event; its facts follow."""
    return await events.change(event_id, wanted)


@router.delete(_NOVEL + "/events/{event_id}", operation_id="cancel_event", responses=_CHANGE)
async def cancel_event(event_id: UUID, events: WritingEvents) -> Revised:
    """It never happened, nor did what it made."""
    return Revised(revision=await events.cancel(event_id))


@router.get(_NOVEL + "/rules", operation_id="list_rules", responses=problem_responses(NovelNotFoundError))
async def list_rules(rules: ReadingRules, revision: RevisionQuery = None) -> RuleList:
    """Laws of this world."""
    return await rules.laws(revision)


@router.post(_NOVEL + "/rules", operation_id="create_rule", status_code=201, responses=_STATE)
async def create_rule(wanted: RuleWrite, rules: WritingRules) -> RuleWritten:
    """A law of this world."""
    return await rules.add_law(wanted)


@router.patch(_NOVEL + "/rules/{rule_id}", operation_id="change_rule", responses=_STATE)
async def change_rule(rule_id: UUID, wanted: RulePatch, rules: WritingRules) -> RuleWritten:
    """Change a law."""
    return await rules.change_law(rule_id, wanted)


@router.delete(_NOVEL + "/rules/{rule_id}", operation_id="drop_rule", responses=_CHANGE)
async def drop_rule(rule_id: UUID, rules: WritingRules) -> Revised:
    """Take a law back."""
    return Revised(revision=await rules.drop_law(rule_id))


@router.get(_NOVEL + "/routes", operation_id="list_routes", responses=_READ)
async def list_routes(rules: ReadingRules, as_of: AsOf = "end", revision: RevisionQuery = None) -> RouteList:
    """Ways between places that are open at a moment."""
    return await rules.ways(as_of, revision)


@router.get(_NOVEL + "/routes/travel", operation_id="travel_minimum", responses=_FIND)
async def travel_minimum(
    rules: ReadingRules, a: UUID, b: UUID, traveller: UUID | None = None, as_of: AsOf = "end"
) -> TravelRead:
    """The least time between two places."""
    return await rules.travel(a, b, traveller, as_of)


@router.post(_NOVEL + "/routes", operation_id="create_route", status_code=201, responses=_STATE)
async def create_route(wanted: RouteWrite, rules: WritingRules) -> RouteWritten:
    """A way between two places."""
    return await rules.add_way(wanted)


@router.patch(_NOVEL + "/routes/{route_id}", operation_id="change_route", responses=_STATE)
async def change_route(route_id: UUID, wanted: RoutePatch, rules: WritingRules) -> RouteWritten:
    """Change a way."""
    return await rules.change_way(route_id, wanted)


@router.delete(_NOVEL + "/routes/{route_id}", operation_id="drop_route", responses=_CHANGE)
async def drop_route(route_id: UUID, rules: WritingRules) -> Revised:
    """Take a way back."""
    return Revised(revision=await rules.drop_way(route_id))


@router.patch(_NOVEL + "/knowledge", operation_id="state_belief", responses=_STATE)
async def state_belief(wanted: BeliefWrite, beliefs: WritingBeliefs) -> BeliefWritten:
    """The author's word about who knows a fact."""
    return await beliefs.state(wanted)


@router.get(_NOVEL + "/disclosures", operation_id="list_disclosures", responses=_READ)
async def list_disclosures(beliefs: ReadingBeliefs, fact_id: UUID | None = None) -> DisclosureList:
    """Where the reader is told, in reading order."""
    return DisclosureList(items=await beliefs.disclosures(fact_id))


@router.post(_NOVEL + "/disclosures", operation_id="create_disclosure", status_code=201, responses=_STATE)
async def create_disclosure(wanted: DisclosureWrite, beliefs: WritingBeliefs) -> DisclosureWritten:
    """A scene tells the reader of a fact."""
    return await beliefs.disclose(wanted)


@router.delete(_NOVEL + "/disclosures/{disclosure_id}", operation_id="drop_disclosure", responses=_CHANGE)
async def drop_disclosure(disclosure_id: UUID, beliefs: WritingBeliefs) -> Revised:
    """Take a disclosure back."""
    return Revised(revision=await beliefs.withdraw(disclosure_id))


@router.get(_NOVEL + "/names", operation_id="list_names", responses=problem_responses(NovelNotFoundError))
async def list_names(canon: Reading, since: Annotated[int | None, Query(ge=0)] = None) -> NameList:
    """Names for the page and for search, with pinyin and initials."""
    return await canon.names(since)


@router.get(_NOVEL + "/graph", operation_id="get_graph", responses=_FIND)
async def get_graph(
    scope: ReadingScope,
    session: Transaction,
    center: UUID | None = None,
    hops: Annotated[int, Query(ge=1, le=3)] = 1,
    limit: Annotated[int, Query(ge=1, le=500)] = 120,
    as_of: AsOf = "end",
    clock: ClockQuery = "story",
) -> GraphRead:
    """What surrounds an entry."""
    return await GraphReads(session, scope).around(center, hops, limit, as_of, clock)


@router.get(_NOVEL + "/graph/path", operation_id="get_graph_path", responses=_FIND)
async def get_graph_path(
    scope: ReadingScope,
    session: Transaction,
    start: Annotated[UUID, Query(alias="from")],
    end: Annotated[UUID, Query(alias="to")],
    as_of: AsOf = "end",
) -> GraphRead:
    """How two entries are connected."""
    return await GraphReads(session, scope).between(start, end, as_of)
