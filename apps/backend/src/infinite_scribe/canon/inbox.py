"""The inbox of the world: suggestions wait here, and nothing becomes canon without a decision."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.beliefs import BeliefBook
from infinite_scribe.canon.errors import EntryNotFoundError, ItemAlreadyDecidedError
from infinite_scribe.canon.events import EventBook
from infinite_scribe.canon.fact_writing import FactWriter
from infinite_scribe.canon.merging import Merging
from infinite_scribe.canon.models import CanonItem
from infinite_scribe.canon.references import References
from infinite_scribe.canon.refusals import named_nothing
from infinite_scribe.canon.repository import CanonRepository
from infinite_scribe.canon.schemas import CanonItemRead, EntityDraft, EvidenceDraft, FactInput, RuleDraft
from infinite_scribe.canon.service import CanonService
from infinite_scribe.canon.story_wire import BeliefWrite, DisclosureWrite, EventWrite
from infinite_scribe.core.clock import now
from infinite_scribe.core.errors import DomainError, FieldError, InvalidError
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.references import replaced
from infinite_scribe.novels.revisions import OpenRevision
from infinite_scribe.structure.anchors import Timeline

ItemKind = Literal["entity", "alias", "fact", "rule", "event", "belief", "disclosure", "merge"]


class AliasDraft(BaseModel):
    """Another name of an entry."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    entity_id: UUID
    text: str = Field(min_length=1, max_length=200)
    kind: str = "name"


class MergeDraft(BaseModel):
    """Two entries that may be one."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    entity_id: UUID
    into: UUID


Draft = (
    EntityDraft | FactInput | RuleDraft | AliasDraft | MergeDraft | EventWrite | BeliefWrite | DisclosureWrite
)
_DRAFTS: dict[str, type[BaseModel]] = {
    "entity": EntityDraft,
    "alias": AliasDraft,
    "fact": FactInput,
    "rule": RuleDraft,
    "event": EventWrite,
    "belief": BeliefWrite,
    "disclosure": DisclosureWrite,
    "merge": MergeDraft,
}


class ItemInvalidError(InvalidError):
    """The suggestion, as it was edited, cannot be written; `errors` say where."""

    code = "item-invalid"
    title = "This suggestion cannot be written as it stands"


@dataclass(frozen=True)
class Refused:
    """A suggestion that could not be accepted, and why."""

    id: UUID
    error: DomainError


@dataclass(frozen=True)
class CanonInbox:
    """Suggestions about the world of one novel."""

    session: AsyncSession
    scope: NovelScope
    rows: CanonRepository

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> CanonInbox:
        """Return the inbox of the scope's novel."""
        return cls(session, scope, CanonRepository(session, scope.novel_id))

    async def propose(
        self,
        kind: ItemKind,
        payload: Mapping[str, Any],
        *,
        evidence: list[dict[str, Any]] | None = None,
        clash: list[dict[str, Any]] | None = None,
        scene_id: UUID | None = None,
        run_id: UUID | None = None,
    ) -> UUID:
        """Put a suggestion into the inbox and return its id; its payload must be a valid draft of its kind.

        Raises `ItemInvalidError`.
        """
        draft_of(kind, payload)
        item = CanonItem(
            novel_id=self.scope.novel_id,
            kind=kind,
            payload=dict(payload),
            evidence=evidence or [],
            clash=clash or [],
            scene_id=scene_id,
            run_id=run_id,
        )
        self.session.add(item)
        await self.session.flush()
        return item.id

    async def items(
        self, status: str | None = "open", kind: str | None = None, scene_id: UUID | None = None
    ) -> list[CanonItemRead]:
        """Return all suggestions of a status, of a kind and a scene, oldest first."""
        found, _ = await self.page(status, kind, scene_id)
        return found

    async def page(
        self,
        status: str | None = "open",
        kind: str | None = None,
        scene_id: UUID | None = None,
        *,
        after: UUID | None = None,
        limit: int | None = None,
    ) -> tuple[list[CanonItemRead], bool]:
        """Return so many suggestions after one, oldest first, and whether there are more.

        Raises `EntryNotFoundError` for an `after` that was never in this inbox.
        """
        last = None if after is None else await self.rows.item(after)
        if after is not None and last is None:
            raise named_nothing({"/after": str(after)})
        asked = None if limit is None else limit + 1
        rows = await self.rows.items_after(last, asked, status=status, kind=kind, scene_id=scene_id)
        merged = await self.rows.merged()
        return [_read(item, merged) for item in rows[:limit]], limit is not None and len(rows) > limit

    async def clashes(self, item: CanonItemRead) -> list[UUID]:
        """Return the canon facts that a suggested fact contradicts now; empty for what cannot be judged."""
        if item.kind != "fact" or item.status != "open":
            return []
        try:
            draft = draft_of(item.kind, item.payload)
            assert isinstance(draft, FactInput)
            return await CanonService.of(self.session, self.scope).fact_clashes(draft)
        except DomainError:
            return []

    async def decide(
        self,
        revision: OpenRevision,
        ids: Collection[UUID],
        *,
        accept: bool,
        by: Literal["author", "rule"] = "author",
        timeline: Timeline | None = None,
        language: str = "en",
        edit: Mapping[UUID, Mapping[str, Any]] | None = None,
    ) -> list[CanonItemRead]:
        """Accept or reject suggestions; accepted ones become canon in the open revision.

        `edit` replaces payloads before they are written. One that fails fails all. Raises `EntryNotFoundError`,
        `ItemAlreadyDecidedError`, `ItemInvalidError` and what writing it raises.
        """
        found = await self._held(ids)
        for item in found:
            await self._decide(
                revision, item, accept=accept, by=by, timeline=timeline, language=language, edit=edit
            )
        await self.session.flush()
        merged = await self.rows.merged()
        return [_read(item, merged) for item in found]

    async def decide_each(
        self,
        revision: OpenRevision,
        ids: Collection[UUID],
        *,
        accept: bool,
        language: str,
        edit: Mapping[UUID, Mapping[str, Any]] | None = None,
    ) -> tuple[list[CanonItemRead], list[Refused]]:
        """Decide many suggestions of which each stands for itself: one that is refused stays open.

        Raises `EntryNotFoundError` for an id that is not in the inbox.
        """
        done: list[UUID] = []
        refused: list[Refused] = []
        for item in await self._held(ids):
            item_id = item.id
            touched = set(revision.touched)
            try:
                async with self.session.begin_nested():
                    await self._decide(
                        revision,
                        item,
                        accept=accept,
                        by="author",
                        timeline=None,
                        language=language,
                        edit=edit,
                    )
                    await self.session.flush()
                done.append(item_id)
            except DomainError as error:
                revision.touched.clear()
                revision.touched.update(touched)
                refused.append(Refused(item_id, error))
        rows = {item.id: item for item in await self.rows.items(None, ids)}
        merged = await self.rows.merged()
        return [_read(rows[one], merged) for one in done], refused

    async def _held(self, ids: Collection[UUID]) -> list[CanonItem]:
        found = await self.rows.items(None, ids)
        if {item.id for item in found} != set(ids):
            raise EntryNotFoundError
        # Names before facts, facts before what is said about them: one bulk may hold an entry and its facts.
        order = list(get_args(ItemKind))
        return sorted(found, key=lambda item: (order.index(item.kind), item.created_at, item.id))

    async def _decide(
        self, revision: OpenRevision, item: CanonItem, *, accept: bool, by: str, timeline: Timeline | None,
        language: str, edit: Mapping[UUID, Mapping[str, Any]] | None,
    ) -> None:  # fmt: skip
        if item.status != "open":
            raise ItemAlreadyDecidedError(item_id=str(item.id), status=item.status)
        edited = bool(edit and item.id in edit)
        if edit and edited:
            draft_of(item.kind, edit[item.id])
            item.payload = dict(edit[item.id])
        if item.kind == "fact" and item.result_id is not None and edited and accept:
            await self._settle_with_another(revision, item, timeline)
        elif item.kind == "fact" and item.result_id is not None:
            await self._settle_dispute(revision, item, accept=accept)
        elif accept:
            item.result_id = await self._write(revision, item, timeline, language)
        item.status = "accepted" if accept else "rejected"
        item.decided_by, item.decided_at = by, now()
        settled = accept or item.result_id is not None
        item.decided_revision = revision.number if settled else None

    async def _settle_dispute(self, revision: OpenRevision, item: CanonItem, *, accept: bool) -> None:
        """Let one side of a disputed pair stand: the new fact when accepted, the old ones when rejected."""
        stands, falls = "canon", "retconned"
        new = None if item.result_id is None else await self.rows.fact(item.result_id)
        if new is not None and new.status == "disputed":
            await revision.replace(new, status=stands if accept else falls, disputed_with=None)
        for one in item.clash:
            row = await self.rows.fact(UUID(str(one["fact_id"])))
            if row is not None and row.status == "disputed":
                winner = item.result_id if accept else None
                await revision.replace(
                    row, status=falls if accept else stands, disputed_with=None, superseded_by=winner
                )

    async def _settle_with_another(
        self, revision: OpenRevision, item: CanonItem, timeline: Timeline | None
    ) -> None:
        """Let neither side of a disputed pair stand, but what the author made of it, with the sentences of the new one."""
        draft = draft_of(item.kind, followed(item.payload, await self.rows.merged()))
        assert isinstance(draft, FactInput)
        assert item.result_id is not None
        disputed = [item.result_id, *(UUID(str(one["fact_id"])) for one in item.clash)]
        quotes = [
            EvidenceDraft(
                scene=row.scene_id, version=row.version, pid=row.pid, from_=row.from_offset, to=row.to_offset,
                quote=row.quote,
            )
            for row in await self.rows.evidence([item.result_id])
        ]  # fmt: skip
        rows = [await self.rows.fact(one) for one in disputed]
        fallen = [
            await revision.replace(row, status="retconned", disputed_with=None)
            for row in rows
            if row is not None and row.status == "disputed"
        ]
        canon = CanonService.of(self.session, self.scope)
        item.result_id = await canon.state_fact(revision, draft, timeline, evidence=quotes)
        for row in fallen:
            await revision.replace(row, superseded_by=item.result_id)

    async def _write(
        self, revision: OpenRevision, item: CanonItem, timeline: Timeline | None, language: str
    ) -> UUID | None:
        canon = CanonService.of(self.session, self.scope)
        draft = draft_of(item.kind, followed(item.payload, await self.rows.merged()))
        evidence = [EvidenceDraft.model_validate(one) for one in item.evidence]
        if isinstance(draft, EntityDraft):
            return await canon.add_entity(revision, draft, language)
        if isinstance(draft, FactInput):
            return await self._write_fact(revision, draft, timeline, evidence)
        if isinstance(draft, RuleDraft):
            return await canon.add_rule(revision, draft)
        if isinstance(draft, EventWrite):
            event_id = await EventBook.of(self.session, self.scope).add(revision, draft, "prose")
            writer = FactWriter(self.session, self.scope, self.rows, revision)
            await writer.keep_evidence("event", event_id, evidence)
            return event_id
        beliefs = BeliefBook.of(self.session, self.scope)
        if isinstance(draft, BeliefWrite):
            return await beliefs.write(revision, draft, "prose", evidence)
        if isinstance(draft, DisclosureWrite):
            return await beliefs.write_disclosure(revision, draft, "prose", evidence)
        if isinstance(draft, MergeDraft):
            return await Merging.of(self.session, self.scope).write(revision, draft.entity_id, draft.into)
        await References.of(self.session, self.scope).entries({"/entity_id": draft.entity_id})
        await canon.add_alias(revision, draft.entity_id, draft.text, kind=draft.kind, language=language)
        return draft.entity_id

    async def _write_fact(
        self,
        revision: OpenRevision,
        draft: FactInput,
        timeline: Timeline | None,
        evidence: Sequence[EvidenceDraft],
    ) -> UUID:
        """Write a fact; the sentence it rests on has told the reader of it."""
        canon = CanonService.of(self.session, self.scope)
        fact_id = await canon.state_fact(revision, draft, timeline, evidence=evidence)
        beliefs = BeliefBook.of(self.session, self.scope)
        for one in evidence[:1]:
            told = DisclosureWrite(scene_id=one.scene, fact_id=fact_id, pid=one.pid)
            try:
                await beliefs.write_disclosure(revision, told, "prose", [one])
            except DomainError:
                # The scene went meanwhile; the fact does not depend on it.
                continue
        return fact_id


def followed(payload: Any, merged: Mapping[UUID, UUID]) -> Any:
    """Return a payload that names, for every entry that was merged, the one that stands for it now.

    The row keeps what was suggested, so that taking the merge back brings its own entry back.
    """
    for old, new in merged.items():
        payload = replaced(payload, str(old), str(new))
    return payload


def _read(item: CanonItem, merged: Mapping[UUID, UUID]) -> CanonItemRead:
    read = CanonItemRead.model_validate(item)
    return read.model_copy(update={"payload": followed(read.payload, merged)})


def draft_of(kind: str, payload: Mapping[str, Any]) -> Draft:
    """Return a payload as a draft of its kind. Raises `ItemInvalidError`."""
    model = _DRAFTS.get(kind)
    if model is None:
        raise ItemInvalidError(kind=kind, expected=sorted(_DRAFTS))
    try:
        return model.model_validate(payload)  # type: ignore[return-value]
    except ValidationError as error:
        fields = [
            FieldError(
                "/" + "/".join(str(one) for one in found["loc"]), str(found["type"]), str(found["msg"])
            )
            for found in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        raise ItemInvalidError(kind=kind, errors=fields) from error
