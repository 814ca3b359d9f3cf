"""What an author and the agents do with the world of a novel."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.errors import AliasTakenError, EntryNotFoundError, LockedElementError
from infinite_scribe.canon.models import Alias, Assertion, CharacterSheet, Entity, Ruling, WorldRule
from infinite_scribe.canon.postgres_graph import PostgresStoryGraph
from infinite_scribe.canon.registry import REGISTRY_VERSION, Predicate
from infinite_scribe.canon.repository import CanonRepository
from infinite_scribe.canon.rules import (
    FactDraft,
    FactValue,
    HeldFact,
    check_acyclic,
    checked,
    facts_to_close,
    normalise,
)
from infinite_scribe.canon.schemas import (
    AliasRead,
    EntityDraft,
    EntityRead,
    EntryRead,
    FactInput,
    FactRead,
    RuleDraft,
    RuleRead,
    RulingDraft,
    RulingRead,
    SheetDraft,
    SheetRead,
)
from infinite_scribe.canon.story_graph import StoryGraph
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import OpenRevision
from infinite_scribe.structure.anchors import Point, Timeline, resolve_anchor
from infinite_scribe.structure.resolver import MAX_TICK, MIN_TICK

NO_TIMELINE = Timeline(scenes={}, blocks={}, events={})


@dataclass(frozen=True)
class World:
    """Every live entry, law and ruling of a novel, each in a fixed order."""

    entities: tuple[EntityRead, ...]
    rules: tuple[RuleRead, ...]
    rulings: tuple[RulingRead, ...]

    def entity(self, entity_id: UUID | None) -> EntityRead | None:
        """Return an entry by id."""
        return next((entity for entity in self.entities if entity.id == entity_id), None)


@dataclass(frozen=True)
class CanonService:
    """Reads and changes the canon of one novel. Writes take the open revision they belong to."""

    session: AsyncSession
    scope: NovelScope
    rows: CanonRepository

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> CanonService:
        """Return the canon of the scope's novel."""
        return cls(session, scope, CanonRepository(session, scope.novel_id))

    def graph(self) -> StoryGraph:
        """Return the story's graph over this transaction."""
        return PostgresStoryGraph(self.session, self.scope)

    async def world(self) -> World:
        """Return all entries, laws and rulings."""
        names: dict[UUID, list[AliasRead]] = {}
        for alias in await self.rows.aliases():
            names.setdefault(alias.entity_id, []).append(AliasRead.model_validate(alias))
        sheets = {sheet.entity_id: SheetRead.model_validate(sheet) for sheet in await self.rows.sheets()}
        entities = tuple(
            _entity_read(entity, names.get(entity.id, []), sheets.get(entity.id))
            for entity in await self.rows.entities()
        )
        rules = tuple(RuleRead.model_validate(rule) for rule in await self.rows.rules())
        rulings = tuple(RulingRead.model_validate(ruling) for ruling in await self.rows.rulings())
        return World(entities, rules, rulings)

    async def entries(self) -> list[EntryRead]:
        """Return the codex as it is listed: most important first."""
        world = await self.world()
        return [
            EntryRead(
                id=entity.id,
                kind=entity.kind,
                name=entity.name,
                aliases=[alias.text for alias in entity.aliases if alias.text != entity.name],
                summary=entity.summary,
                importance=entity.importance,
                fields=_shown_fields(entity),
            )
            for entity in world.entities
        ]

    async def facts(self, about: Collection[UUID] | None = None, as_of: int | None = None) -> list[FactRead]:
        """Return canon facts, of some entries or all, that hold at a tick or at any time."""
        return [FactRead.model_validate(row) for row in await self.rows.facts(about=about, as_of=as_of)]

    async def add_entity(self, revision: OpenRevision, draft: EntityDraft, language: str = "en") -> UUID:
        """Write an entry with its names and return its id. Raises `AliasTakenError`."""
        entity = Entity(
            kind=draft.kind,
            name=draft.name,
            summary=draft.summary,
            description=draft.description,
            importance=draft.importance,
            agent_visibility=draft.agent_visibility,
            type_label=draft.type_label,
            fields=dict(draft.fields),
            source=draft.source,
            ordinal=draft.ordinal,
            status="canon",
            locked=False,
            merged_into=None,
        )
        await revision.insert(entity)
        for text in dict.fromkeys([draft.name, *draft.aliases]):
            await self.add_alias(revision, entity.id, text, language=language)
        return entity.id

    async def add_alias(
        self,
        revision: OpenRevision,
        entity_id: UUID,
        text: str,
        *,
        kind: str = "name",
        language: str = "en",
        ambiguous: bool = False,
    ) -> None:
        """Give an entry another name. Raises `AliasTakenError` unless both bearers are marked ambiguous."""
        norm = normalise(text)
        for other in await self.rows.aliases_called(norm):
            if other.entity_id == entity_id:
                return
            if not (ambiguous and other.ambiguous):
                raise AliasTakenError(name=text, entity_id=str(other.entity_id))
        await revision.insert(
            Alias(
                entity_id=entity_id,
                text=text,
                norm=norm,
                kind=kind,
                lang=language,
                case_sensitive=True,
                ambiguous=ambiguous,
                pinyin=None,
                from_anchor={"kind": "always"},
            )
        )

    async def write_sheet(self, revision: OpenRevision, entity_id: UUID, draft: SheetDraft) -> None:
        """Write or replace the sheet of a character. Raises `EntryNotFoundError`."""
        entity = await self._entity(entity_id)
        held = await self.rows.sheet(entity.id)
        if held is None:
            await revision.insert(
                CharacterSheet(entity_id=entity.id, voice_card_id=None, **draft.model_dump())
            )
        else:
            await revision.replace(held, **draft.model_dump())

    async def update_entity(
        self, revision: OpenRevision, entity_id: UUID, changes: Mapping[str, Any]
    ) -> None:
        """Change members of an entry; a new name is added to its names. Raises `EntryNotFoundError`."""
        entity = await self._entity(entity_id)
        if "name" in changes:
            await self.add_alias(revision, entity_id, str(changes["name"]))
        await revision.replace(entity, **changes)

    async def state_fact(
        self,
        revision: OpenRevision,
        draft: FactInput,
        timeline: Timeline = NO_TIMELINE,
        *,
        by_agent: bool = False,
    ) -> UUID:
        """Write a fact and return its id; an earlier single value is closed where this one begins.

        `timeline` resolves anchors to scenes and events.

        Raises:
            UnknownPredicateError, DomainMismatchError, RangeMismatchError, IntervalEmptyError,
            SingleValuedOverlapError, CanonCycleError, EntryNotFoundError, LockedElementError
        """
        predicate, fact, begin, end = await self._checked(draft, timeline)
        held = await self.rows.facts(predicate=predicate.key)
        await self._close_earlier(revision, draft, fact, held, by_agent=by_agent)
        if fact.subject_id is not None and fact.value.object_id is not None:
            edges = [(row.subject_id, row.object_id) for row in held if row.subject_id and row.object_id]
            check_acyclic(predicate.key, edges, (fact.subject_id, fact.value.object_id))
        row = _assertion(draft, predicate, fact, begin, end)
        await revision.insert(row)
        return row.id

    async def _checked(
        self, draft: FactInput, timeline: Timeline
    ) -> tuple[Predicate, FactDraft, Point, Point]:
        """Return the predicate of a draft, the fact in its normal form, and where it begins and ends."""
        begin = resolve_anchor(draft.valid_from, timeline)
        end = resolve_anchor(draft.valid_to, timeline, closing=True)
        subject_kind = "world" if draft.subject_id is None else (await self._entity(draft.subject_id)).kind
        object_kind = None if draft.object_id is None else (await self._entity(draft.object_id)).kind
        predicate, fact = checked(
            FactDraft(
                subject_id=draft.subject_id,
                subject_kind=subject_kind,
                predicate=draft.predicate,
                value=draft.value(),
                object_kind=object_kind,
                qualifier=draft.qualifier,
                holds=draft.polarity,
                from_tick=begin.tick,
                to_tick=None if end.tick == MAX_TICK else end.tick,
            )
        )
        return predicate, fact, begin, end

    async def _close_earlier(
        self,
        revision: OpenRevision,
        draft: FactInput,
        fact: FactDraft,
        held: Sequence[Assertion],
        *,
        by_agent: bool,
    ) -> None:
        """Close the values that a new single value follows."""
        predicate, _ = checked(fact)
        mine = {row.id: row for row in held if row.subject_id == fact.subject_id}
        for closing in facts_to_close(predicate, fact, [_held(row) for row in mine.values()]):
            row = mine[closing.id]
            if row.locked and by_agent:
                raise LockedElementError(fact_id=str(row.id))
            await revision.replace(row, valid_to=dict(draft.valid_from), to_tick=fact.from_tick, to_block=0)

    async def retire_fact(self, revision: OpenRevision, fact_id: UUID, *, status: str = "retconned") -> None:
        """Take a fact out of the canon; it stays in history. Raises `EntryNotFoundError`."""
        row = await self.rows.fact(fact_id)
        if row is None:
            raise EntryNotFoundError(id=str(fact_id))
        await revision.replace(row, status=status)

    async def add_rule(self, revision: OpenRevision, draft: RuleDraft) -> UUID:
        """Write a law of the world and return its id."""
        rule = WorldRule(exceptions=[], test=None, status="canon", locked=False, **draft.model_dump())
        await revision.insert(rule)
        return rule.id

    async def record_ruling(self, revision: OpenRevision, draft: RulingDraft) -> UUID:
        """Write the author's decision about a finding and return its id."""
        ruling = Ruling(ruled_by=self.scope.user_id, **draft.model_dump())
        await revision.insert(ruling)
        return ruling.id

    async def _entity(self, entity_id: UUID) -> Entity:
        entity = await self.rows.entity(entity_id)
        if entity is None:
            raise EntryNotFoundError(id=str(entity_id))
        return entity


def _assertion(
    draft: FactInput, predicate: Predicate, fact: FactDraft, begin: Point, end: Point
) -> Assertion:
    """Return the row of a fact."""
    return Assertion(
        subject_id=fact.subject_id,
        predicate=predicate.key,
        registry_version=REGISTRY_VERSION,
        object_id=fact.value.object_id,
        value=fact.value.to_json(),
        from_tick=begin.tick,
        from_block=begin.block,
        to_tick=end.tick,
        to_block=end.block,
        certainty_of_time=str(begin.certainty),
        publicity=draft.publicity or predicate.publicity.value,
        publicity_scope_id=None,
        layer="world",
        status="canon",
        pinned=False,
        locked=False,
        cause_event_id=None,
        superseded_by=None,
        **draft.model_dump(
            include={
                "qualifier",
                "polarity",
                "valid_from",
                "valid_to",
                "certainty",
                "veil",
                "hidden_from_self",
                "source",
                "wording",
            }
        ),
    )


def _held(row: Assertion) -> HeldFact:
    begin = MIN_TICK if row.from_tick is None else row.from_tick
    return HeldFact(
        row.id, FactValue.of(row.object_id, row.value), row.qualifier, row.polarity, begin, row.to_tick
    )


def _entity_read(entity: Entity, names: list[AliasRead], sheet: SheetRead | None) -> EntityRead:
    members = {
        name: getattr(entity, name) for name in EntityRead.model_fields if name not in {"aliases", "sheet"}
    }
    return EntityRead(**members, aliases=names, sheet=sheet)


def _shown_fields(entity: EntityRead) -> dict[str, Any]:
    """Return the author's own fields and, for a character, the filled lines of the sheet."""
    sheet = {} if entity.sheet is None else entity.sheet.model_dump()
    return {**{name: value for name, value in sheet.items() if value}, **entity.fields}
