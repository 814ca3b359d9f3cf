"""What an author and the agents do with the world of a novel."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.errors import EntryNotFoundError
from infinite_scribe.canon.fact_checking import FactChecker
from infinite_scribe.canon.fact_writing import FactWriter
from infinite_scribe.canon.knowing import KnowledgeRows, Stage
from infinite_scribe.canon.knowledge_rows import KnowledgeWorld, SpokenClaim
from infinite_scribe.canon.models import (
    Alias,
    Assertion,
    Belief,
    CharacterSheet,
    Entity,
    Ruling,
    WorldRule,
)
from infinite_scribe.canon.moments import Clock, Moment, Moments
from infinite_scribe.canon.name_wire import NameList
from infinite_scribe.canon.names import initials_of, pinyin_of
from infinite_scribe.canon.progressions import How
from infinite_scribe.canon.references import References
from infinite_scribe.canon.refusals import alias_taken
from infinite_scribe.canon.repository import CanonRepository
from infinite_scribe.canon.rules import (
    normalise,
)
from infinite_scribe.canon.schemas import (
    AliasRead,
    EntityDraft,
    EntityRead,
    EntryRead,
    EvidenceDraft,
    FactInput,
    FactRead,
    RuleDraft,
    RuleRead,
    RulingDraft,
    RulingRead,
    SheetDraft,
    SheetRead,
)
from infinite_scribe.canon.steady_graph import story_graph
from infinite_scribe.canon.story_graph import StoryGraph
from infinite_scribe.canon.views import CanonViews, name_view
from infinite_scribe.canon.wire import FactView
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import OpenRevision
from infinite_scribe.novels.service import get_novel
from infinite_scribe.structure.anchors import Timeline


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

    async def moment(self, as_of: str = "end", clock: Clock = "story", revision: int | None = None) -> Moment:
        """Return the moment that `as_of` names. Raises `MomentInvalidError`."""
        return await Moments(self.session, self.scope).find(as_of, clock, revision)

    async def knowledge_world(
        self, moment: Moment, stages: Mapping[UUID, Stage], claims: Sequence[SpokenClaim] = ()
    ) -> KnowledgeWorld:
        """Return the rows of `knowledge.known_at`; `stages` say who is on stage in which scene."""
        return await KnowledgeRows(self.session, self.scope).world(moment, stages, claims)

    def graph(self) -> StoryGraph:
        """Return the story's graph: the projection where one is set and fresh, else the rows themselves."""
        return story_graph(self.session, self.scope)

    async def merged(self) -> dict[UUID, UUID]:
        """Return, for every entry that was merged, the one that stands for it now."""
        return await self.rows.merged()

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

    async def entries(self, kind: str | None = None, query: str | None = None) -> list[EntryRead]:
        """Return the codex as it is listed, most important first; `query` finds names, initials and pinyin."""
        world = await self.world()
        keys = await self._found(query) if query and query.strip() else None
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
            if (kind is None or entity.kind == kind) and (keys is None or entity.id in keys)
        ]

    async def _found(self, query: str) -> set[UUID]:
        """Return entries of which a name holds the words, or whose pinyin or initials begin with them."""
        wanted = normalise(query)
        letters = wanted.replace(" ", "")
        return {
            alias.entity_id
            for alias in await self.rows.aliases()
            if wanted in alias.norm
            or (alias.pinyin or "").startswith(letters)
            or (alias.initials or "").startswith(letters)
        }

    async def names(self, since: int | None = None) -> NameList:
        """Return the names of entries that agents and the editor may recognise; `since` leaves out older rows."""
        novel = await get_novel(self.session, self.scope.novel_id)
        aliases: dict[UUID, list[Alias]] = {}
        for alias in await self.rows.aliases():
            aliases.setdefault(alias.entity_id, []).append(alias)
        items = []
        for entity in await self.rows.entities():
            own = aliases.get(entity.id, [])
            newest = max([entity.rev_from, *(alias.rev_from for alias in own)])
            if entity.agent_visibility == "private_note" or (since is not None and newest <= since):
                continue
            items.append(name_view(entity, own))
        return NameList(revision=novel.revision, items=items)

    async def fact_views(self, ids: Collection[UUID]) -> dict[UUID, FactView]:
        """Return facts as they are shown, by id, whatever became of them."""
        if not ids:
            return {}
        rows = await self.rows.some(Assertion, ids)
        views = await CanonViews.of(self.rows, await self.moment(), [row.id for row in rows])
        return {row.id: views.fact(row) for row in rows}

    async def belief_lines(self, ids: Collection[UUID]) -> dict[UUID, str]:
        """Return beliefs in one line each, by id."""
        if not ids:
            return {}
        views = await CanonViews.of(self.rows, await self.moment(), ids)
        rows = await self.rows.some(Belief, ids)
        about = await self.rows.some(Assertion, {row.fact_id for row in rows if row.fact_id is not None})
        facts = {row.id: row for row in about}
        return {row.id: views.say_belief(row, facts) for row in rows}

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
        case_sensitive: bool = True,
        from_anchor: Mapping[str, Any] | None = None,
    ) -> None:
        """Give an entry another name. Raises `AliasTakenError` unless both bearers are marked ambiguous."""
        text, norm = text.strip(), normalise(text)
        for other in await self.rows.aliases_called(norm):
            if other.entity_id == entity_id:
                return
            if not (ambiguous and other.ambiguous):
                owner = await self.rows.entity(other.entity_id)
                raise alias_taken(text, str(other.entity_id), owner.name if owner else other.text)
        await revision.insert(
            Alias(
                entity_id=entity_id,
                text=text,
                norm=norm,
                kind=kind,
                lang=language,
                case_sensitive=case_sensitive,
                ambiguous=ambiguous,
                pinyin=pinyin_of(text),
                initials=initials_of(text),
                from_anchor=dict(from_anchor or {"kind": "always"}),
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
        timeline: Timeline | None = None,
        *,
        how: How = "progress",
        by_agent: bool = False,
        evidence: Sequence[EvidenceDraft] = (),
        status: Literal["canon", "planned"] = "canon",
    ) -> UUID:
        """Write a fact and return its id; an earlier single value is closed where this one begins.

        `timeline` resolves anchors to scenes and events; without one it is read where it is needed. `how` says what
        becomes of a value that overlaps in the past.

        Raises:
            UnknownPredicateError, DomainMismatchError, RangeMismatchError, IntervalEmptyError,
            SingleValuedOverlapError, FinalValueError, CanonCycleError, EntryNotFoundError, LockedElementError
        """
        return await self.facts_of(revision).state(
            draft, timeline, how=how, by_agent=by_agent, evidence=evidence, status=status
        )

    async def fact_clashes(self, draft: FactInput) -> list[UUID]:
        """Return canon facts that a draft contradicts; nothing is written. Raises what makes a draft no fact."""
        return await FactChecker(self.session, self.scope, self.rows).clashes(draft)

    def facts_of(self, revision: OpenRevision) -> FactWriter:
        """Return what writes facts into an open revision."""
        return FactWriter(self.session, self.scope, self.rows, revision)

    async def add_rule(self, revision: OpenRevision, draft: RuleDraft) -> UUID:
        """Write a law of the world and return its id. Raises `EntryNotFoundError` for a scope that is not there."""
        await References.of(self.session, self.scope).entries({"/scope_id": draft.scope_id})
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


def _entity_read(entity: Entity, names: list[AliasRead], sheet: SheetRead | None) -> EntityRead:
    members = {
        name: getattr(entity, name) for name in EntityRead.model_fields if name not in {"aliases", "sheet"}
    }
    return EntityRead(**members, aliases=names, sheet=sheet)


def _shown_fields(entity: EntityRead) -> dict[str, Any]:
    """Return the author's own fields and, for a character, the filled lines of the sheet."""
    sheet = {} if entity.sheet is None else entity.sheet.model_dump()
    return {**{name: value for name, value in sheet.items() if value}, **entity.fields}
