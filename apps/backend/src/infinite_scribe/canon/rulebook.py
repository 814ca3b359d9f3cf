"""Laws of the world and ways between places, as the author reads and changes them: each edit is one revision."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.errors import EntryNotFoundError, RangeMismatchError
from infinite_scribe.canon.models import Assertion, Route, WorldRule
from infinite_scribe.canon.moments import Moment, Moments, check_anchors
from infinite_scribe.canon.references import References, said
from infinite_scribe.canon.refusals import named_nothing
from infinite_scribe.canon.repository import CanonRepository
from infinite_scribe.canon.rule_wire import (
    RouteList,
    RoutePatch,
    RouteView,
    RouteWrite,
    RouteWritten,
    RuleList,
    RulePatch,
    RuleView,
    RuleWrite,
    RuleWritten,
    TravelRead,
)
from infinite_scribe.canon.rules import normalise
from infinite_scribe.canon.travel import Way, travel_minimum
from infinite_scribe.core.ids import new_id
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import OpenRevision, Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.structure.anchors import Anchor
from infinite_scribe.structure.service import StructureService, anchored_columns


@dataclass(frozen=True)
class RuleBook:
    """Laws and ways of one novel."""

    session: AsyncSession
    scope: NovelScope
    rows: CanonRepository

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> RuleBook:
        """Return the laws and ways of the scope's novel."""
        return cls(session, scope, CanonRepository(session, scope.novel_id))

    def _open(self) -> AbstractAsyncContextManager[OpenRevision]:
        return Revisions.of(self.session, self.scope).open(RevisionKind.EDIT)

    async def laws(self, revision: int | None = None) -> RuleList:
        """Return the laws, hard ones first."""
        rows = [row for row in await self.rows.every(WorldRule, revision) if row.status == "canon"]
        rows.sort(key=lambda row: (row.hardness, row.ordinal, row.id))
        return RuleList(items=[RuleView.model_validate(row) for row in rows])

    async def add_law(self, wanted: RuleWrite) -> RuleWritten:
        """Write a law. Raises `EntryNotFoundError` for a scope that is not there, `RangeMismatchError`."""
        async with self._open() as revision:
            await self._check_scope(wanted.scope_kind, wanted.scope_id)
            await self._check_named(wanted)
            given = wanted.model_dump(mode="json", exclude={"scope_id"})
            scope_id = None if wanted.scope_kind == "world" else wanted.scope_id
            row = WorldRule(
                id=new_id(), scope_id=scope_id, source="author", status="canon", ordinal=0, locked=False,
                **given,
            )  # fmt: skip
            await revision.insert(row)
        return RuleWritten(rule=RuleView.model_validate(row), revision=revision.number)

    async def change_law(self, rule_id: UUID, wanted: RulePatch) -> RuleWritten:
        """Change a law. Raises `EntryNotFoundError`, `RangeMismatchError`."""
        given = wanted.model_dump(mode="json", exclude_unset=True)
        given = {name: one for name, one in given.items() if one is not None or name in {"test", "scope_id"}}
        if "scope_id" in given:
            given["scope_id"] = wanted.scope_id
        async with self._open() as revision:
            row = await self._law(rule_id)
            kind, scope = given.get("scope_kind", row.scope_kind), given.get("scope_id", row.scope_id)
            if given.keys() & {"scope_kind", "scope_id"}:
                await self._check_scope(kind, scope)
            await self._check_named(wanted)
            if kind == "world":
                given["scope_id"] = None
            row = await revision.replace(row, **given)
        return RuleWritten(rule=RuleView.model_validate(row), revision=revision.number)

    async def drop_law(self, rule_id: UUID) -> int:
        """Take a law back; it stays in history. Return the revision. Raises `EntryNotFoundError`."""
        async with self._open() as revision:
            await revision.replace(await self._law(rule_id), status="retconned")
        return int(revision.number)

    async def _law(self, rule_id: UUID) -> WorldRule:
        row = await self.rows.live(WorldRule, rule_id)
        if row is None or row.status != "canon":
            raise EntryNotFoundError(id=str(rule_id))
        return row

    async def _check_named(self, wanted: RuleWrite | RulePatch) -> None:
        """Refuse what exceptions and the test name and the novel does not have."""
        references = References.of(self.session, self.scope)
        ways_out = wanted.exceptions or []
        await references.rulings({f"/exceptions/{at}/ruling": one.ruling for at, one in enumerate(ways_out)})
        structure = StructureService.of(self.session, self.scope)
        for at, one in enumerate(ways_out):
            if one.scene is not None and not await structure.has_scene(one.scene):
                raise named_nothing({f"/exceptions/{at}/scene": str(one.scene)})
        if wanted.test is not None:
            ends = {"forbid": wanted.test.forbid, "require": wanted.test.require}
            patterns = {f"/test/{name}": one.model_dump() for name, one in ends.items() if one is not None}
            await references.patterns({**said("/test/when", wanted.test.when), **patterns})

    async def _check_scope(self, kind: str, scope_id: UUID | None, pointer: str = "/scope_id") -> None:
        if kind == "world":
            return
        if scope_id is None:
            raise RangeMismatchError(f"Say for which {kind} it holds.", kind=None, expected=[kind])
        entity = await self.rows.entity(scope_id)
        if entity is None or entity.status != "canon":
            raise named_nothing({pointer: str(scope_id)})
        if entity.kind != kind:
            raise RangeMismatchError(
                f"{entity.name} is no {kind}. Choose a {kind}.", kind=entity.kind, expected=[kind]
            )

    async def ways(self, as_of: str = "end", revision: int | None = None) -> RouteList:
        """Return the ways that are open at a moment. Raises `MomentInvalidError`."""
        moment = await Moments(self.session, self.scope).find(as_of, "story", revision)
        return RouteList(items=[_route_view(row) for row in await self._open_ways(moment)])

    async def _open_ways(self, moment: Moment) -> list[Route]:
        found = []
        for row in await self.rows.every(Route, moment.revision):
            begin, end = moment.at(row.valid_from), moment.at(row.valid_to, closing=True)
            if row.status == "canon" and moment.holds(begin.order, end.order):
                found.append(row)
        return found

    async def add_way(self, wanted: RouteWrite) -> RouteWritten:
        """Write a way between two places. Raises `EntryNotFoundError`, `RangeMismatchError`."""
        async with self._open() as revision:
            row = await self._write_way(revision, wanted, "author")
        return RouteWritten(route=_route_view(row), revision=revision.number)

    async def write_way(self, revision: OpenRevision, wanted: RouteWrite, source: str) -> UUID:
        """Write a way in an open revision and return its id. Raises what `add_way` raises."""
        return (await self._write_way(revision, wanted, source)).id

    async def _write_way(self, revision: OpenRevision, wanted: RouteWrite, source: str) -> Route:
        for pointer, place in (("/a", wanted.a), ("/b", wanted.b)):
            await self._check_scope("place", place, pointer)
        await self._check_needs(wanted)
        if wanted.a == wanted.b:
            raise RangeMismatchError("A way leads from one place to another.", expected=["place"])
        given = _way_columns(wanted.model_dump(mode="json", by_alias=False))
        row = Route(id=new_id(), source=source, status="canon", locked=False, **given)
        await self._resolve(row, wanted.from_, wanted.until)
        await revision.insert(row)
        return row

    async def change_way(self, route_id: UUID, wanted: RoutePatch) -> RouteWritten:
        """Change a way. Raises `EntryNotFoundError`."""
        given = wanted.model_dump(mode="json", by_alias=False, exclude_unset=True)
        given = {name: one for name, one in given.items() if one is not None or name == "until"}
        async with self._open() as revision:
            await self._check_needs(wanted)
            row = await revision.replace(await self._way(route_id), **_way_columns(given))
            await self._resolve(row, wanted.from_, wanted.until)
        return RouteWritten(route=_route_view(row), revision=revision.number)

    async def _check_needs(self, wanted: RouteWrite | RoutePatch) -> None:
        needs = {f"/needs/{at}/entity_id": one.entity_id for at, one in enumerate(wanted.needs or ())}
        await References.of(self.session, self.scope).entries(needs)

    async def drop_way(self, route_id: UUID) -> int:
        """Take a way back; it stays in history. Return the revision. Raises `EntryNotFoundError`."""
        async with self._open() as revision:
            await revision.replace(await self._way(route_id), status="retconned")
        return int(revision.number)

    async def _way(self, route_id: UUID) -> Route:
        row = await self.rows.live(Route, route_id)
        if row is None or row.status != "canon":
            raise EntryNotFoundError(id=str(route_id))
        return row

    async def _resolve(self, row: Route, *anchors: Anchor | None) -> None:
        timeline = await StructureService.of(self.session, self.scope).times()
        check_anchors(timeline, *anchors)
        for name, value in anchored_columns(row, timeline).items():
            setattr(row, name, value)

    async def travel(
        self, start: UUID, goal: UUID, traveller: UUID | None = None, as_of: str = "end"
    ) -> TravelRead:
        """Return the least time between two places for a traveller. Raises `EntryNotFoundError`.

        Places inside one another are no distance apart unless a way joins them; without a path the answer has a
        reason and no time.
        """
        for pointer, place in (("/a", start), ("/b", goal)):
            await self._check_scope("place", place, pointer)
        await References.of(self.session, self.scope).entries({"/traveller": traveller})
        moment = await Moments(self.session, self.scope).find(as_of)
        facts = await self.rows.facts(predicates=("part_of", "can_do", "held_by"))
        wider = {
            row.subject_id: row.object_id
            for row in facts
            if row.predicate == "part_of" and row.polarity and row.subject_id and row.object_id
        }
        ways = [
            Way(row.a_id, row.b_id, row.min_ticks, row.both_ways, tuple(_need(one) for one in row.needs))
            for row in await self._open_ways(moment)
        ]
        found = travel_minimum(start, goal, ways, wider, _abilities(facts, traveller, moment))
        reason = None if found.min_ticks is not None else "no-path"
        return TravelRead(min_ticks=found.min_ticks, path=list(found.path), reason=reason)


def _need(one: Mapping[str, Any]) -> str | UUID:
    return UUID(str(one["entity_id"])) if one.get("entity_id") else normalise(str(one.get("text", "")))


def _abilities(facts: list[Assertion], traveller: UUID | None, moment: Moment) -> frozenset[str | UUID]:
    """Return what a traveller can do and holds at the moment."""
    found: set[str | UUID] = set()
    for row in facts:
        begin, end = moment.at(row.valid_from), moment.at(row.valid_to, closing=True)
        if traveller is None or not row.polarity or not moment.holds(begin.order, end.order):
            continue
        if row.predicate == "can_do" and row.subject_id == traveller:
            text = (row.value or {}).get("text")
            found |= {row.object_id} if row.object_id else {normalise(str(text))}
        elif row.predicate == "held_by" and row.object_id == traveller and row.subject_id:
            found.add(row.subject_id)
    return frozenset(found)


def _way_columns(given: dict[str, Any]) -> dict[str, Any]:
    names = {"a": "a_id", "b": "b_id", "from_": "valid_from", "until": "valid_to"}
    columns = {names.get(name, name): one for name, one in given.items()}
    for name in ("a_id", "b_id"):
        if name in columns:
            columns[name] = UUID(columns[name])
    for name in ("valid_from", "valid_to"):
        if columns.get(name):
            columns[name] = {key: one for key, one in columns[name].items() if one is not None}
    return columns


def _route_view(row: Route) -> RouteView:
    return RouteView(
        id=row.id, a=row.a_id, b=row.b_id, mode=row.mode, min_ticks=row.min_ticks, both_ways=row.both_ways,
        needs=row.needs, note=row.note, locked=row.locked, rev_from=row.rev_from,
    )  # fmt: skip
