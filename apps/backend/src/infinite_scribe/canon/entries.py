"""What the author does with entries of the codex: make, change, name, merge, retire, and read as of a moment."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.errors import AliasTakenError, EntryNotFoundError
from infinite_scribe.canon.models import (
    Alias,
    Belief,
    Entity,
    EventLink,
    EventParticipant,
    StoryEvent,
)
from infinite_scribe.canon.moments import Clock, Moments, check_anchors
from infinite_scribe.canon.registry import find
from infinite_scribe.canon.repository import CanonRepository
from infinite_scribe.canon.rules import normalise
from infinite_scribe.canon.schemas import EntityDraft, SheetRead
from infinite_scribe.canon.service import CanonService
from infinite_scribe.canon.views import CanonViews
from infinite_scribe.canon.wire import (
    AliasView,
    AliasWrite,
    BeliefView,
    EntryDetail,
    EntryPatch,
    EntrySheet,
    EntryWrite,
    EventView,
    FactView,
)
from infinite_scribe.canon.wording import kind_label, phrase
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.novels.service import get_novel
from infinite_scribe.structure.service import StructureService

SHOWN = frozenset({"canon", "planned", "disputed"})
PAST = frozenset({"retconned", "superseded"})


@dataclass(frozen=True)
class Codex:
    """The entries of one novel, as the author reads and changes them."""

    session: AsyncSession
    scope: NovelScope
    rows: CanonRepository
    canon: CanonService

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> Codex:
        """Return the codex of the scope's novel."""
        rows = CanonRepository(session, scope.novel_id)
        return cls(session, scope, rows, CanonService.of(session, scope))

    async def create(self, wanted: EntryWrite) -> EntryDetail:
        """Write an entry as one revision. Raises `AliasTakenError`."""
        novel = await get_novel(self.session, self.scope.novel_id)
        draft = EntityDraft(**wanted.model_dump(exclude={"sheet"}))
        async with self._open() as revision:
            entity_id = await self.canon.add_entity(revision, draft, novel.language)
            if wanted.sheet is not None:
                await self.canon.write_sheet(revision, entity_id, wanted.sheet)
        return await self.detail(entity_id)

    async def change(self, entity_id: UUID, wanted: EntryPatch) -> EntryDetail:
        """Change an entry as one revision. Raises `EntryNotFoundError`, `AliasTakenError`."""
        given = wanted.model_dump(exclude_unset=True, exclude={"sheet"})
        kept = {name: one for name, one in given.items() if one is not None or name == "type_label"}
        async with self._open() as revision:
            await self._entity(entity_id)
            if kept:
                await self.canon.update_entity(revision, entity_id, kept)
            if wanted.sheet is not None:
                await self.canon.write_sheet(revision, entity_id, wanted.sheet)
        return await self.detail(entity_id)

    async def retire(self, entity_id: UUID) -> int:
        """Take an entry and its names out of the canon; it stays in history. Return the revision."""
        async with self._open() as revision:
            entity = await self._entity(entity_id)
            await revision.replace(entity, status="retired")
            for alias in await self._aliases(entity_id):
                await revision.retire(alias)
        return int(revision.number)

    async def add_alias(self, entity_id: UUID, wanted: AliasWrite) -> EntryDetail:
        """Give an entry another name. Raises `EntryNotFoundError`, `AliasTakenError`.

        An ambiguous name may be borne by two entries when both rows say so; the other row is marked with this one.
        """
        novel = await get_novel(self.session, self.scope.novel_id)
        async with self._open() as revision:
            await self._entity(entity_id)
            check_anchors(await StructureService.of(self.session, self.scope).times(), wanted.from_)
            if wanted.ambiguous:
                for other in await self.rows.aliases_called(normalise(wanted.text)):
                    if other.entity_id != entity_id:
                        await revision.replace(other, ambiguous=True)
            await self.canon.add_alias(
                revision,
                entity_id,
                wanted.text,
                kind=wanted.kind,
                language=novel.language,
                ambiguous=wanted.ambiguous,
                case_sensitive=wanted.case_sensitive,
                from_anchor=wanted.from_.model_dump(mode="json", exclude_none=True),
            )
        return await self.detail(entity_id)

    async def drop_alias(self, entity_id: UUID, alias_id: UUID) -> EntryDetail:
        """Take a name away; the entry's own name stays. Raises `EntryNotFoundError`, `AliasTakenError`."""
        async with self._open() as revision:
            entity = await self._entity(entity_id)
            found = [alias for alias in await self._aliases(entity_id) if alias.id == alias_id]
            if not found:
                raise EntryNotFoundError(id=str(alias_id))
            if found[0].norm == normalise(entity.name):
                raise AliasTakenError(
                    "This is the name of the entry. Give it another name first.",
                    entity_id=str(entity_id),
                    name=entity.name,
                )
            await revision.retire(found[0])
        return await self.detail(entity_id)

    async def detail(
        self, entity_id: UUID, as_of: str = "end", clock: Clock = "story", revision: int | None = None
    ) -> EntryDetail:
        """Return the page of an entry as of a moment. Raises `EntryNotFoundError`, `MomentInvalidError`."""
        moment = await Moments(self.session, self.scope).find(as_of, clock, revision)
        entity = next((one for one in await self.rows.every(Entity, revision) if one.id == entity_id), None)
        if entity is None:
            raise EntryNotFoundError(id=str(entity_id))
        views = await CanonViews.of(self.rows, moment)
        facts = await self.rows.facts(about=[entity_id], revision=revision, statuses=(*SHOWN, *PAST))
        now = [row for row in facts if row.status in SHOWN and views.is_there(row)]
        own = [views.fact(row) for row in now if row.subject_id == entity_id and not _joins(row)]
        relations = [views.fact(row) for row in now if row.subject_id != entity_id or _joins(row)]
        ended = [row for row in facts if row.superseded_by is not None or row.status in PAST]
        shown_now = {row.id for row in now}
        sheet = next((one for one in await self.rows.sheets(revision) if one.entity_id == entity_id), None)
        latest = await get_novel(self.session, self.scope.novel_id)
        return EntryDetail(
            entry=await self._sheet(entity, revision),
            sheet=None if sheet is None else SheetRead.model_validate(sheet),
            facts=own,
            relations=relations,
            events=await self._events(entity_id, views, revision),
            beliefs=await self._beliefs(entity_id, views, revision),
            superseded=[views.fact(row) for row in ended if row.id not in shown_now and views.had_begun(row)],
            what_ai_sees=what_ai_sees(entity, [*own, *relations], moment.language),
            revision=latest.revision if revision is None else revision,
        )

    async def _sheet(self, entity: Entity, revision: int | None) -> EntrySheet:
        aliases = [one for one in await self.rows.every(Alias, revision) if one.entity_id == entity.id]
        members = {name: getattr(entity, name) for name in EntrySheet.model_fields if name != "aliases"}
        return EntrySheet(**members, aliases=[AliasView.model_validate(one) for one in aliases])

    async def _events(self, entity_id: UUID, views: CanonViews, revision: int | None) -> list[EventView]:
        parts = await self.rows.every(EventParticipant, revision)
        links = await self.rows.every(EventLink, revision)
        mine = {part.event_id for part in parts if part.entity_id == entity_id}
        events = [
            event
            for event in await self.rows.every(StoryEvent, revision)
            if (event.id in mine or event.place_id == entity_id) and event.status != "cancelled"
        ]
        made = await self.rows.facts(revision=revision)
        events.sort(key=lambda event: (event.from_tick is None, event.from_tick or 0, str(event.id)))
        return [views.event(event, parts, links, made) for event in events]

    async def _beliefs(self, entity_id: UUID, views: CanonViews, revision: int | None) -> list[BeliefView]:
        rows = [row for row in await self.rows.every(Belief, revision) if row.status == "canon"]
        facts = {row.id: row for row in await self.rows.facts(revision=revision, statuses=SHOWN)}
        about = {row.id for row in facts.values() if entity_id in {row.subject_id, row.object_id}}
        return [
            views.belief(row, facts) for row in rows if row.knower_id == entity_id or row.fact_id in about
        ]

    def _open(self) -> Any:
        return Revisions.of(self.session, self.scope).open(RevisionKind.EDIT)

    async def _entity(self, entity_id: UUID) -> Entity:
        entity = await self.rows.entity(entity_id)
        if entity is None or entity.status != "canon":
            raise EntryNotFoundError(id=str(entity_id))
        return entity

    async def _aliases(self, entity_id: UUID) -> list[Alias]:
        return [alias for alias in await self.rows.aliases() if alias.entity_id == entity_id]


def _joins(row: Any) -> bool:
    """Whether a fact is a relation between two entries rather than a trait."""
    return row.object_id is not None


def what_ai_sees(entity: Entity, facts: Collection[FactView], language: str) -> str:
    """Return what agents may be told about an entry: nothing of private notes, no fact that is disputed."""
    if entity.agent_visibility in {"never", "private_note"}:
        return ""
    kind = entity.type_label or kind_label(entity.kind, language)
    name = "entry_is" if entity.summary else "entry"
    lines = [phrase(language, name, name=entity.name, kind=kind, summary=entity.summary)]
    if entity.description:
        lines.append(entity.description)
    told = [fact for fact in facts if fact.status != "disputed" and find(fact.predicate or "") is not None]
    lines += [f"- {fact.text}" for fact in told]
    return "\n".join(lines)
