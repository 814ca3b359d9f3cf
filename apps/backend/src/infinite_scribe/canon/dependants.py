"""What rests on a fact: events, laws, beliefs, disclosures. Read for the ripple of a change."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.errors import EntryNotFoundError
from infinite_scribe.canon.learning import Quote
from infinite_scribe.canon.models import Assertion, Belief, Disclosure, Evidence, StoryEvent, WorldRule
from infinite_scribe.canon.repository import CanonRepository
from infinite_scribe.canon.rules import FactValue
from infinite_scribe.db.sql.base import Revisioned
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import alive

R = TypeVar("R", bound=Revisioned)

_SAYS = ("subject_id", "predicate", "object_id", "value", "qualifier", "polarity", "valid_from", "certainty")


@dataclass(frozen=True)
class FactSaid:
    """A fact as one revision had it."""

    id: UUID
    subject_id: UUID | None
    predicate: str
    value: FactValue
    wording: str
    rev_from: int


@dataclass(frozen=True)
class Resting:
    """Rows of the world that rest on a fact; events and laws by what they are called."""

    events: list[tuple[UUID, str]]
    rules: list[tuple[UUID, str]]
    beliefs: list[tuple[UUID, str]]
    disclosures: list[tuple[UUID, UUID]]


@dataclass(frozen=True)
class Dependants:
    """What rests on facts of one novel."""

    session: AsyncSession
    scope: NovelScope

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> Dependants:
        """Return the dependants of the scope's novel."""
        return cls(session, scope)

    async def facts(self, fact_ids: Collection[UUID], *, before: int | None = None) -> list[FactSaid]:
        """Return what facts say now, or said before a revision; one that is gone says what it said last.

        Raises `EntryNotFoundError` when the novel never had one of them.
        """
        query = select(Assertion).where(Assertion.novel_id == self.scope.novel_id, Assertion.id.in_(fact_ids))
        if before is not None:
            query = query.where(Assertion.rev_from < before)
        query = query.order_by(Assertion.id, Assertion.rev_from.desc()).ext(distinct_on(Assertion.id))
        rows = {row.id: row for row in await self.session.scalars(query)}
        for missing in sorted(set(fact_ids) - rows.keys()):
            raise EntryNotFoundError(id=str(missing))
        return [_said(rows[one]) for one in fact_ids]

    async def changed_in(self, revision: int) -> list[UUID]:
        """Return canon facts that a revision took away or made say something else.

        A value that only ended (a progression), a lock, a pin or another wording changes nothing that was told, nor
        does an entry that was merged: its names go along.
        """
        closed = await self.session.scalars(
            select(Assertion)
            .where(
                Assertion.novel_id == self.scope.novel_id,
                Assertion.rev_to == revision,
                Assertion.status == "canon",
            )
            .order_by(Assertion.id)
        )
        old = {row.id: row for row in closed}
        after = {
            row.id: row
            for row in await self.session.scalars(
                select(Assertion).where(
                    Assertion.novel_id == self.scope.novel_id,
                    Assertion.rev_from == revision,
                    Assertion.id.in_(old),
                )
            )
        }
        merged = await CanonRepository(self.session, self.scope.novel_id).merged()

        def said(row: Assertion) -> list[Any]:
            return [
                merged.get(one, one) if isinstance(one := getattr(row, name), UUID) else one for name in _SAYS
            ]

        return [
            fact_id
            for fact_id, row in old.items()
            if (new := after.get(fact_id)) is None or new.status != "canon" or said(new) != said(row)
        ]

    async def quotes(self, fact_ids: Collection[UUID]) -> dict[UUID, list[Quote]]:
        """Return the sentences that facts rest on, or rested on when they were last true."""
        rows = await self.session.scalars(
            select(Evidence)
            .where(Evidence.novel_id == self.scope.novel_id, Evidence.owner_id.in_(fact_ids))
            .order_by(Evidence.rev_from.desc(), Evidence.id)
        )
        held: dict[UUID, list[Evidence]] = {one: [] for one in fact_ids}
        for row in rows:
            held[row.owner_id].append(row)
        return {one: _last_quotes(found) for one, found in held.items()}

    async def resting_on(self, facts: Sequence[FactSaid]) -> dict[UUID, Resting]:
        """Return the live rows that rest on each fact: by its id, or by a pattern that it fits."""
        ids = [fact.id for fact in facts]
        events = await self._live(StoryEvent)
        rules = await self._live(WorldRule, WorldRule.test.is_not(None))
        beliefs = await self._live(Belief, Belief.fact_id.in_(ids))
        told = await self._live(Disclosure, Disclosure.fact_id.in_(ids))
        return {
            fact.id: Resting(
                [
                    (row.id, row.title)
                    for row in events
                    if fits_any(fact, [*row.preconditions, *_patterns_of(row.effects)])
                ],
                [
                    (row.id, row.statement)
                    for row in rules
                    if row.test and fits_any(fact, _patterns_in(row.test))
                ],
                [(row.id, row.stance) for row in beliefs if row.fact_id == fact.id],
                [(row.id, row.scene_id) for row in told if row.fact_id == fact.id],
            )
            for fact in facts
        }

    async def _live(self, cls: type[R], *which: Any) -> list[R]:
        query = select(cls).where(cls.novel_id == self.scope.novel_id, alive(cls), *which)
        return list(await self.session.scalars(query.order_by(cls.id)))


def _said(row: Assertion) -> FactSaid:
    value = FactValue.of(row.object_id, row.value)
    return FactSaid(row.id, row.subject_id, row.predicate or "", value, row.wording, row.rev_from)


def _last_quotes(rows: Sequence[Evidence]) -> list[Quote]:
    live = [row for row in rows if row.rev_to is None]
    last = max((row.rev_to for row in rows if row.rev_to is not None), default=None)
    shown = live or [row for row in rows if row.rev_to == last]
    return [
        Quote(row.scene_id, row.version, row.pid, row.from_offset, row.to_offset, row.quote) for row in shown
    ]


def fits_any(fact: FactSaid, patterns: Sequence[Any]) -> bool:
    """Say whether a fact is named by, or would fulfil, one of some patterns `{s, p, o}` or references `{fact}`."""
    return any(_fits(fact, pattern) for pattern in patterns)


def _fits(fact: FactSaid, pattern: Any) -> bool:
    if isinstance(pattern, str):
        return pattern == str(fact.id)
    if not isinstance(pattern, Mapping):
        return False
    if str(fact.id) in {str(pattern.get(name)) for name in ("fact", "fact_id", "assertion", "id")}:
        return True
    if pattern.get("p") != fact.predicate:
        return False
    subject, wanted = str(pattern.get("s", "?")), pattern.get("o")
    value = fact.value
    shown = (
        str(value.object_id)
        if value.object_id
        else value.text or (f"{value.number:g}" if value.number else "")
    )
    named = subject.startswith("?") or subject == str(fact.subject_id)
    free = wanted is None or isinstance(wanted, Mapping) or str(wanted).startswith("?")
    return named and (free or str(wanted).casefold() == shown.casefold())


def _patterns_of(effects: Sequence[Mapping[str, Any]]) -> list[Any]:
    return [effect[name] for effect in effects for name in ("open", "close") if name in effect]


def _patterns_in(test: Mapping[str, Any]) -> list[Any]:
    when = test.get("when") or []
    rest = [test[name] for name in ("forbid", "require") if name in test]
    return [*when, *rest]
