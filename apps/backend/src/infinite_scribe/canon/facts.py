"""What the author does with facts: each edit is one revision, nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.errors import (
    EntryNotFoundError,
    FinalValueError,
    IntervalEmptyError,
    SingleValuedOverlapError,
)
from infinite_scribe.canon.fact_writing import FactWriter
from infinite_scribe.canon.models import Assertion
from infinite_scribe.canon.moments import Clock, Moments, check_anchors
from infinite_scribe.canon.refusals import interval_empty
from infinite_scribe.canon.registry import (
    INVERSES,
    REGISTRY_VERSION,
    Predicate,
    choice_label,
    explain,
    find,
    registry,
)
from infinite_scribe.canon.repository import CanonRepository
from infinite_scribe.canon.rules import check_details
from infinite_scribe.canon.taking_back import take_back
from infinite_scribe.canon.views import CanonViews
from infinite_scribe.canon.wire import (
    ChoiceView,
    FactList,
    FactPatch,
    FactWrite,
    FactWritten,
    PredicateList,
    PredicateView,
)
from infinite_scribe.core.errors import DomainError
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import OpenRevision, Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.structure.anchors import Anchor, resolve_anchor

SHOWN = frozenset({"canon", "planned", "disputed"})
PAST = frozenset({"retconned", "superseded"})
_SPAN = frozenset({"valid_from", "valid_to"})


@dataclass(frozen=True)
class FactBook:
    """The facts of one novel, as the author reads and changes them."""

    session: AsyncSession
    scope: NovelScope
    rows: CanonRepository

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> FactBook:
        """Return the facts of the scope's novel."""
        return cls(session, scope, CanonRepository(session, scope.novel_id))

    async def holding(
        self,
        as_of: str = "end",
        clock: Clock = "story",
        revision: int | None = None,
        about: Collection[UUID] | None = None,
    ) -> FactList:
        """Return the facts that hold at a moment. Raises `MomentInvalidError`."""
        moment = await Moments(self.session, self.scope).find(as_of, clock, revision)
        views = await CanonViews.of(self.rows, moment)
        facts = await self.rows.facts(about=about, revision=revision, statuses=SHOWN)
        return FactList(items=[views.fact(row) for row in facts if views.is_there(row)])

    async def state(self, wanted: FactWrite) -> FactWritten:
        """Write a fact of the author as one revision.

        Raises `MomentInvalidError` and what `FactWriter.state` raises.
        """
        before = {row.id: row.rev_from for row in await self.rows.facts(statuses=(*SHOWN, *PAST))}
        async with Revisions.of(self.session, self.scope).open(RevisionKind.EDIT) as revision:
            writer, draft = self._writer(revision), wanted.as_input()
            timeline = await writer.timeline_for(None, draft.valid_from, draft.valid_to)
            check_anchors(timeline, wanted.valid_from, wanted.valid_to)
            try:
                fact_id = await writer.state(draft, timeline, how=wanted.how)
            except (SingleValuedOverlapError, FinalValueError) as error:
                raise await self._naming(error) from None
        return await self._written(fact_id, before, revision.number)

    async def change(self, fact_id: UUID, wanted: FactPatch) -> FactWritten:
        """Change the span, the publicity or the marks of a fact as one revision.

        Raises `EntryNotFoundError`, `IntervalEmptyError`, `SingleValuedOverlapError`, `RangeMismatchError`,
        `MomentInvalidError`.
        """
        before = {row.id: row.rev_from for row in await self.rows.facts(statuses=(*SHOWN, *PAST))}
        async with Revisions.of(self.session, self.scope).open(RevisionKind.EDIT) as revision:
            row = await self._fact(fact_id)
            check_details(row.predicate or "", wanted.qualifier or {})
            given: dict[str, Any] = wanted.model_dump(mode="json", exclude_unset=True)
            given = {name: value for name, value in given.items() if value is not None or name == "valid_to"}
            if isinstance(given.get("publicity_scope_id"), str):
                given["publicity_scope_id"] = UUID(given["publicity_scope_id"])
                await self._writer(revision).check_around(given["publicity_scope_id"])
            for name in ("valid_from", "valid_to"):
                if given.get(name):
                    given[name] = {key: one for key, one in given[name].items() if one is not None}
            if given.keys() & _SPAN:
                await self._check_span(revision, row, given)
            await revision.replace(row, **given)
        return await self._written(fact_id, before, revision.number)

    async def _check_span(self, revision: OpenRevision, row: Assertion, given: dict[str, Any]) -> None:
        """Resolve a new span into `given` and refuse one that is empty or meets another single value."""
        start, end = given.get("valid_from", row.valid_from), given.get("valid_to", row.valid_to)
        writer = self._writer(revision)
        timeline = await writer.timeline_for(None, start, end)
        check_anchors(
            timeline, *(Anchor.model_validate(given[one]) for one in given.keys() & _SPAN if given[one])
        )
        begin, until = resolve_anchor(start, timeline), resolve_anchor(end, timeline, closing=True)
        if (until.tick, until.block) <= (begin.tick, begin.block):
            predicate = find(row.predicate or "")
            raise interval_empty(predicate) if predicate else IntervalEmptyError()
        await writer.check_span(row, start, end, timeline)
        given |= {
            "from_tick": begin.tick, "from_block": begin.block, "to_tick": until.tick, "to_block": until.block,
            "certainty_of_time": str(begin.certainty),
        }  # fmt: skip

    async def retcon(self, fact_id: UUID) -> FactWritten:
        """Take a fact back: it was never true, so the value it had ended goes on. It stays in history. Raises `EntryNotFoundError`."""
        async with Revisions.of(self.session, self.scope).open(RevisionKind.EDIT) as revision:
            row = await self._fact(fact_id)
            await take_back(revision, row)
        return await self._written(fact_id, {}, revision.number)

    async def _naming(self, error: SingleValuedOverlapError | FinalValueError) -> DomainError:
        """Return a refusal with the fact that stands in the way said in words."""
        row = await self.rows.fact(UUID(str(error.params["fact_id"])))
        if row is None:
            return error
        views = await CanonViews.of(self.rows, await Moments(self.session, self.scope).find(), [row.id])
        stands = views.fact(row)
        words = {"fact": stands.text, "since": stands.valid_from.words}
        return type(error)(f"“{stands.text}” stands. {error.detail}", **{**error.params, **words})

    def _writer(self, revision: OpenRevision) -> FactWriter:
        return FactWriter(self.session, self.scope, self.rows, revision)

    async def _fact(self, fact_id: UUID) -> Assertion:
        row = await self.rows.fact(fact_id)
        if row is None or row.status in {"retconned", "rejected"}:
            raise EntryNotFoundError(id=str(fact_id))
        return row

    async def _written(self, fact_id: UUID, before: dict[UUID, int], revision: int) -> FactWritten:
        moment = await Moments(self.session, self.scope).find()
        views = await CanonViews.of(self.rows, moment)
        rows = await self.rows.facts(statuses=(*SHOWN, *PAST))
        touched = [
            row
            for row in rows
            if row.id != fact_id and before and (row.rev_from == revision or row.id not in before)
        ]
        (written,) = [row for row in rows if row.id == fact_id]
        return FactWritten(
            fact=views.fact(written), changed=[views.fact(row) for row in touched], revision=written.rev_from
        )


def predicates(language: str) -> PredicateList:
    """Return the registry in a language."""
    return PredicateList(
        version=REGISTRY_VERSION, items=[_predicate_view(row, language) for row in registry().values()]
    )


def _predicate_view(row: Predicate, language: str) -> PredicateView:
    chinese = language.startswith("zh")
    said = "zh" if chinese else "en"
    return PredicateView(
        key=row.key,
        label=row.label(said),
        domain=sorted(row.domain),
        object_kinds=sorted(row.object_kinds),
        value_types=sorted(row.value_types),
        choices=[ChoiceView(value=one, label=choice_label(row.key, one, said)) for one in row.choices],
        qualifiers=list(row.qualifiers),
        cardinality=row.cardinality.value,
        mutability=row.mutability.value,
        severity=row.severity.value,
        publicity=row.publicity.value,
        always_in_briefing=row.always_in_briefing,
        visible=row.visible,
        symmetric=row.symmetric,
        derived=row.derived,
        terminal=list(row.terminal),
        inverses=sorted(name for name, target in INVERSES.items() if target == row.key),
        hints=list(row.hints_zh if chinese else row.hints_en),
        explain=explain(row.key, said),
    )
