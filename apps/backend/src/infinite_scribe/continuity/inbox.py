"""The inbox as the author sees it: suggestions in words, what speaks against them, and deciding many at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.inbox import CanonInbox
from infinite_scribe.canon.moments import Moment
from infinite_scribe.canon.registry import choice_label, find
from infinite_scribe.canon.schemas import CanonItemRead
from infinite_scribe.canon.service import CanonService
from infinite_scribe.canon.wire import FactView
from infinite_scribe.canon.wording import belief_line, details_words, fact_line, phrase, span_words, spoken
from infinite_scribe.continuity.inbox_schemas import (
    InboxClash,
    InboxDecide,
    InboxDecided,
    InboxDone,
    InboxItem,
    InboxRead,
    InboxRefused,
    InboxScene,
)
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.novels.service import get_novel
from infinite_scribe.structure.service import StructureService

PAGE = 100
NOBODY = UUID(int=0)


async def waiting(
    session: AsyncSession,
    scope: NovelScope,
    status: str = "open",
    kind: str | None = None,
    scene_id: UUID | None = None,
    after: UUID | None = None,
) -> InboxRead:
    """Return what waits for a decision, `PAGE` at a time; `after` is the last id that was seen.

    Raises `EntryNotFoundError` for an `after` that was never in this inbox.
    """
    inbox, canon = CanonInbox.of(session, scope), CanonService.of(session, scope)
    page, more = await inbox.page(
        None if status == "all" else status, kind, scene_id, after=after, limit=PAGE
    )
    moment = await canon.moment()
    clashes = {item.id: await _clashing(inbox, item) for item in page}
    about = {one for item in page if (one := _id(item.payload.get("fact_id"))) is not None}
    saying = Saying(
        {entity.id: entity.name for entity in (await canon.world()).entities},
        await canon.fact_views(about | {one for ids in clashes.values() for one in ids}),
        moment,
    )
    items = [_item(item, clashes[item.id], saying) for item in page]
    return InboxRead(items=items, next=str(page[-1].id) if more else None)


async def _clashing(inbox: CanonInbox, item: CanonItemRead) -> list[UUID]:
    """Return the facts that speak against a suggestion: as they were found, and as they stand now."""
    known = [UUID(str(one["fact_id"])) for one in item.clash if one.get("fact_id")]
    return list(dict.fromkeys([*known, *([] if known else await inbox.clashes(item))]))


@dataclass(frozen=True)
class Saying:
    """Says suggestions in the author's language."""

    names: Mapping[UUID, str]
    facts: Mapping[UUID, FactView]
    moment: Moment

    def say(self, kind: str, payload: Mapping[str, Any]) -> str:
        """Say a suggestion in one line."""
        if kind == "fact":
            return self._fact(payload)
        if kind == "alias":
            return f"{self._name(payload.get('entity_id'))} = {payload.get('text', '')}"
        if kind == "merge":
            return f"{self._name(payload.get('entity_id'))} → {self._name(payload.get('into'))}"
        if kind == "belief":
            return self._belief(payload)
        if kind == "disclosure":
            scene = {"kind": "scene", "ref": payload.get("scene_id")}
            where = phrase(self.moment.language, "told", scene=self.moment.words(scene, {}))
            return phrase(
                self.moment.language, "alone", label=where, value=self._about(payload.get("fact_id"))
            )
        given = [str(payload[key]) for key in ("name", "statement", "title") if payload.get(key)]
        return given[0] if given else kind

    def _fact(self, payload: Mapping[str, Any]) -> str:
        language, key = self.moment.language, str(payload.get("predicate", ""))
        predicate = find(key)
        return fact_line(
            self._name(payload.get("subject_id")),
            predicate.label(spoken(language)) if predicate else key,
            self._value(key, payload),
            holds=payload.get("polarity") is not False,
            details=details_words(payload.get("qualifier") or {}, language),
            language=language,
        )

    def _value(self, key: str, payload: Mapping[str, Any]) -> str:
        if payload.get("object_id"):
            return self._name(payload["object_id"])
        if payload.get("number") is not None:
            return f"{payload['number']:g} {payload.get('unit') or ''}".strip()
        if payload.get("earliest") is not None:
            first = int(payload["earliest"])
            last = int(payload.get("latest") or first)
            return span_words(first, last, self.moment.reckoning, self.moment.language)
        return choice_label(key, str(payload.get("text") or ""), spoken(self.moment.language))

    def _belief(self, payload: Mapping[str, Any]) -> str:
        """Say who would hold what about which fact."""
        language, fact = self.moment.language, self.facts.get(_id(payload.get("fact_id")) or NOBODY)
        value = payload.get("believed_value") or ""
        key = (fact.predicate or "") if fact is not None else ""
        if isinstance(value, Mapping):
            value = self._value(key, value)
        elif value:
            value = self._name(value) or choice_label(key, str(value), spoken(language))
        knower = payload.get("knower")
        return belief_line(
            phrase(language, "reader") if knower == "READER" else self._name(knower),
            str(payload.get("stance", "knows")),
            self._about(payload.get("fact_id")),
            value,
            hides=payload.get("hides_from", "nobody") != "nobody",
            language=language,
        )

    def _about(self, fact_id: object) -> str:
        fact = self.facts.get(_id(fact_id) or NOBODY)
        return fact.text if fact is not None else ""

    def _name(self, given: object) -> str:
        found = _id(given)
        return "" if found is None else self.names.get(found, "")


def _id(given: object) -> UUID | None:
    try:
        return UUID(str(given)) if given else None
    except ValueError:
        return None


def _item(item: CanonItemRead, clashing: list[UUID], saying: Saying) -> InboxItem:
    known = {"id", "kind", "payload", "evidence", "run_id", "status", "decided_by", "undone_by", "created_at"}
    place = saying.moment.scenes.get(item.scene_id) if item.scene_id is not None else None
    return InboxItem(
        **item.model_dump(include=known),
        text=saying.say(item.kind, item.payload),
        clash=[
            InboxClash(fact_id=one, text=saying.facts[one].text) for one in clashing if one in saying.facts
        ],
        disputed=item.is_dispute,
        scene=None if place is None else InboxScene(id=place.id, title=place.title),
    )


async def decide(session: AsyncSession, scope: NovelScope, wanted: InboxDecide) -> InboxDecided:
    """Accept or reject suggestions; what is accepted becomes canon in one revision, clashes are checked again.

    Raises `EntryNotFoundError` for an id that is not in the inbox.
    """
    inbox = CanonInbox.of(session, scope)
    novel = await get_novel(session, scope.novel_id)
    async with Revisions.of(session, scope).open(RevisionKind.ACCEPT) as revision:
        await StructureService.of(session, scope).resolve_times()
        items, refused = await inbox.decide_each(
            revision, wanted.ids, accept=wanted.action == "accept", language=novel.language, edit=wanted.edit
        )
    after = await get_novel(session, scope.novel_id)
    return InboxDecided(
        done=[InboxDone(id=item.id, result_id=item.result_id) for item in items],
        refused=[InboxRefused(id=one.id, problem=one.error.to_problem()) for one in refused],
        revision=after.revision,
        items=items,
        novel_revision=after.revision,
    )
