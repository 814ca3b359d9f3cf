"""How a request gets the canon of a novel, to read or to change it."""
# Annotations are evaluated here at once: those of closures name the permission of the closure.

from typing import Annotated, Literal

from fastapi import Depends, Query

from infinite_scribe.canon.beliefs import BeliefBook
from infinite_scribe.canon.entries import Codex
from infinite_scribe.canon.events import EventBook
from infinite_scribe.canon.facts import FactBook
from infinite_scribe.canon.merging import Merging
from infinite_scribe.canon.rulebook import RuleBook
from infinite_scribe.canon.service import CanonService
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.dependencies import HasNovelPermission
from infinite_scribe.novels.rules import NovelPermission
from infinite_scribe.web.session import Transaction

ReadingScope = Annotated[NovelScope, Depends(HasNovelPermission(NovelPermission.READ))]
WritingScope = Annotated[NovelScope, Depends(HasNovelPermission(NovelPermission.WRITE))]

AsOf = Annotated[
    str,
    Query(
        max_length=120,
        description="`end`, `t:<tick>`, `scene:<id>` (its end) or `scene:<id>:<pid>` (after that paragraph)",
    ),
]
ClockQuery = Annotated[
    Literal["story", "reading"], Query(description="what holds, or what the reader was told")
]
RevisionQuery = Annotated[
    int | None, Query(ge=1, description="an old revision; the present one when left out")
]


def reading(scope: ReadingScope, session: Transaction) -> CanonService:
    """Return the canon of the novel in the path."""
    return CanonService.of(session, scope)


def reading_facts(scope: ReadingScope, session: Transaction) -> FactBook:
    return FactBook.of(session, scope)


def writing_facts(scope: WritingScope, session: Transaction) -> FactBook:
    return FactBook.of(session, scope)


def writing_codex(scope: WritingScope, session: Transaction) -> Codex:
    return Codex.of(session, scope)


def merging(scope: WritingScope, session: Transaction) -> Merging:
    return Merging.of(session, scope)


def reading_events(scope: ReadingScope, session: Transaction) -> EventBook:
    return EventBook.of(session, scope)


def writing_events(scope: WritingScope, session: Transaction) -> EventBook:
    return EventBook.of(session, scope)


def reading_rules(scope: ReadingScope, session: Transaction) -> RuleBook:
    return RuleBook.of(session, scope)


def writing_rules(scope: WritingScope, session: Transaction) -> RuleBook:
    return RuleBook.of(session, scope)


def reading_beliefs(scope: ReadingScope, session: Transaction) -> BeliefBook:
    return BeliefBook.of(session, scope)


def writing_beliefs(scope: WritingScope, session: Transaction) -> BeliefBook:
    return BeliefBook.of(session, scope)


Reading = Annotated[CanonService, Depends(reading)]
ReadingFacts = Annotated[FactBook, Depends(reading_facts)]
WritingFacts = Annotated[FactBook, Depends(writing_facts)]
WritingCodex = Annotated[Codex, Depends(writing_codex)]
WritingMerge = Annotated[Merging, Depends(merging)]
ReadingEvents = Annotated[EventBook, Depends(reading_events)]
WritingEvents = Annotated[EventBook, Depends(writing_events)]
ReadingRules = Annotated[RuleBook, Depends(reading_rules)]
WritingRules = Annotated[RuleBook, Depends(writing_rules)]
ReadingBeliefs = Annotated[BeliefBook, Depends(reading_beliefs)]
WritingBeliefs = Annotated[BeliefBook, Depends(writing_beliefs)]
