"""How rows of the canon are shown: with words, names, scenes and evidence instead of bare ids."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from infinite_scribe.canon.knowing import span_of
from infinite_scribe.canon.models import (
    Alias,
    Assertion,
    Belief,
    Disclosure,
    Entity,
    EventLink,
    EventParticipant,
    Evidence,
    StoryEvent,
)
from infinite_scribe.canon.moments import Moment
from infinite_scribe.canon.name_wire import NameView
from infinite_scribe.canon.registry import choice_label, find
from infinite_scribe.canon.repository import CanonRepository
from infinite_scribe.canon.wire import (
    AnchorView,
    BeliefView,
    EventView,
    EvidenceView,
    FactView,
    PartView,
    SceneRef,
    ToldAt,
)
from infinite_scribe.canon.wording import (
    belief_line,
    details_words,
    fact_line,
    phrase,
    span_words,
)

_TOLD = frozenset({"stated", "implied"})


def evidence_view(row: Evidence) -> EvidenceView:
    """Return a piece of evidence as it is shown."""
    return EvidenceView(
        scene_id=row.scene_id,
        version=row.version,
        pid=row.pid,
        from_=row.from_offset,
        to=row.to_offset,
        quote=row.quote,
    )


def name_view(entity: Entity, aliases: Sequence[Alias]) -> NameView:
    """Return the names of an entry."""
    return NameView(
        id=entity.id,
        label=entity.name,
        kind=entity.kind,
        aliases=[alias.text for alias in aliases if alias.text != entity.name],
        pinyin=sorted({alias.pinyin for alias in aliases if alias.pinyin}),
        initials=sorted({alias.initials for alias in aliases if alias.initials}),
        case_sensitive=all(alias.case_sensitive for alias in aliases),
        ambiguous=any(alias.ambiguous for alias in aliases),
    )


@dataclass(frozen=True)
class CanonViews:
    """Shows rows as of one moment."""

    moment: Moment
    names: Mapping[UUID, str]
    event_titles: Mapping[UUID, str]
    told: Mapping[UUID, Disclosure]
    evidence: Mapping[UUID, Sequence[Evidence]]

    @classmethod
    async def of(
        cls, rows: CanonRepository, moment: Moment, owners: Collection[UUID] | None = None
    ) -> CanonViews:
        """Return views over the novel; `owners` limits the evidence that is read."""
        names = {entity.id: entity.name for entity in await rows.every(Entity, moment.revision)}
        events = {event.id: event.title for event in await rows.every(StoryEvent, moment.revision)}
        told: dict[UUID, Disclosure] = {}
        for row in await rows.every(Disclosure, moment.revision):
            scene = moment.scenes.get(row.scene_id)
            if row.status != "canon" or row.mode not in _TOLD or scene is None:
                continue
            held = told.get(row.fact_id)
            if held is None or scene.reading_index < moment.scenes[held.scene_id].reading_index:
                told[row.fact_id] = row
        evidence: dict[UUID, list[Evidence]] = {}
        for one in await rows.evidence(owners, moment.revision):
            evidence.setdefault(one.owner_id, []).append(one)
        return cls(moment, {**events, **names}, events, told, evidence)

    def is_there(self, row: Assertion) -> bool:
        """Whether a fact holds at the moment, and on the reading clock was told by then."""
        begins, ends = span_of(row, self.moment)
        if not self.moment.holds(begins.order, ends.order):
            return False
        return self.moment.clock == "story" or self.moment.is_told(self.told_index(row.id))

    def told_index(self, fact_id: UUID) -> int | None:
        """Return the reading index of the first scene that tells a fact."""
        row = self.told.get(fact_id)
        return None if row is None else self.moment.scenes[row.scene_id].reading_index

    def anchor(self, anchor: Mapping[str, Any] | None) -> AnchorView:
        """Return an anchor with its words."""
        members = {name: value for name, value in (anchor or {}).items() if value is not None}
        return AnchorView(**{"kind": "always", **members}, words=self.moment.words(anchor, self.event_titles))

    def value_text(
        self, predicate: str | None, object_id: UUID | None, value: Mapping[str, Any] | None
    ) -> str:
        """Say a value in the author's language."""
        if object_id is not None:
            return self.names.get(object_id, "")
        data = value or {}
        if data.get("text") is not None:
            return choice_label(predicate or "", str(data["text"]), self.moment.language)
        if data.get("number") is not None:
            number = f"{float(data['number']):g}"
            return f"{number} {data['unit']}" if data.get("unit") else number
        if data.get("earliest") is not None:
            first = int(data["earliest"])
            last = int(data["latest"]) if data.get("latest") is not None else first
            return span_words(first, last, self.moment.reckoning, self.moment.language)
        return ""

    def fact(self, row: Assertion) -> FactView:
        """Return a fact as it is shown."""
        predicate = find(row.predicate or "")
        label = predicate.label(self.moment.language) if predicate else (row.predicate or "")
        value = self.value_text(row.predicate, row.object_id, row.value)
        subject = self.names.get(row.subject_id, "") if row.subject_id else ""
        return FactView(
            **{name: getattr(row, name) for name in _COPIED},
            subject=subject,
            label=label,
            value_text=value,
            text=self.fact_text(row, subject, label, value),
            valid_from=self.anchor(row.valid_from),
            valid_to=None if row.valid_to is None else self.anchor(row.valid_to),
            from_scene=self._scene(row.valid_from),
            until_scene=self._scene(row.valid_to),
            told_at=self._told_at(row.id),
            status="superseded" if row.status == "canon" and row.superseded_by else row.status,
            because=row.because or "",
            evidence=[evidence_view(one) for one in self.evidence.get(row.id, ())],
        )

    def fact_text(self, row: Assertion, subject: str, label: str, value: str) -> str:
        """Say a fact in one line."""
        language = self.moment.language
        details = details_words(row.qualifier, language)
        return fact_line(subject, label, value, holds=row.polarity, details=details, language=language)

    def say(self, row: Assertion) -> str:
        """Say a fact in one line, from its row alone."""
        return self.fact(row).text

    def say_belief(self, row: Belief, facts: Mapping[UUID, Assertion]) -> str:
        """Say a belief in one line."""
        shown = self.belief(row, facts)
        knower = shown.knower_name or phrase(self.moment.language, "reader")
        return belief_line(
            knower,
            row.stance,
            shown.fact_text or "",
            shown.believed_text or "",
            hides=row.hides != "nobody",
            language=self.moment.language,
        )

    def had_begun(self, row: Assertion) -> bool:
        """Whether a fact began by the moment, and on the reading clock was told by then."""
        begins, _ = span_of(row, self.moment)
        if begins.order > self.moment.point.order:
            return False
        return self.moment.clock == "story" or self.moment.is_told(self.told_index(row.id))

    def _scene(self, anchor: Mapping[str, Any] | None) -> SceneRef | None:
        scene = self.moment.scene_of(anchor)
        return None if scene is None else SceneRef(id=scene.id, title=scene.title)

    def _told_at(self, fact_id: UUID) -> ToldAt | None:
        row = self.told.get(fact_id)
        if row is None:
            return None
        return ToldAt(scene_id=row.scene_id, title=self.moment.scenes[row.scene_id].title)

    def belief(self, row: Belief, facts: Mapping[UUID, Assertion]) -> BeliefView:
        """Return a belief as it is shown."""
        about = facts.get(row.fact_id) if row.fact_id else None
        believed = None
        if row.believed_object_id is not None or row.believed_value is not None:
            believed = self.value_text(
                about.predicate if about else None, row.believed_object_id, row.believed_value
            )
        hides: Literal["nobody", "everyone"] | list[UUID] = (
            "everyone" if row.hides == "everyone" else "nobody"
        )
        if row.hides == "some":
            hides = [UUID(one) for one in row.hides_from]
        return BeliefView(
            id=row.id,
            knower="READER" if row.knower_id is None else row.knower_id,
            knower_name="" if row.knower_id is None else self.names.get(row.knower_id, ""),
            fact_id=row.fact_id,
            fact_text=None if about is None else self.say(about),
            pattern=row.pattern,
            stance=row.stance,
            believed_text=believed,
            hides_from=hides,
            from_=self.anchor(row.valid_from),
            until=None if row.valid_to is None else self.anchor(row.valid_to),
            via=row.via,
            source_entity_id=row.source_entity_id,
            evidence=[evidence_view(one) for one in self.evidence.get(row.id, ())],
        )

    def event(
        self,
        row: StoryEvent,
        parts: Collection[EventParticipant],
        links: Collection[EventLink],
        facts: Collection[Assertion],
    ) -> EventView:
        """Return an event as it is shown."""
        return EventView(
            **{name: getattr(row, name) for name in _OF_EVENT},
            from_=self.anchor(row.valid_from),
            until=None if row.valid_to is None else self.anchor(row.valid_to),
            tick=None if row.certainty_of_time == "unknown" else row.from_tick,
            participants=[
                PartView(entity_id=part.entity_id, name=self.names.get(part.entity_id, ""), role=part.role)
                for part in parts
                if part.event_id == row.id
            ],
            caused_by=[link.cause_id for link in links if link.event_id == row.id],
            facts=[fact.id for fact in facts if fact.cause_event_id == row.id],
        )


_COPIED = (
    "id", "subject_id", "predicate", "object_id", "value", "qualifier", "polarity", "certainty", "publicity",
    "publicity_scope_id", "veil", "hidden_from_self", "source", "pinned", "locked", "wording", "cause_event_id",
    "superseded_by", "disputed_with", "rev_from",
)  # fmt: skip
_OF_EVENT = (
    "id", "kind", "title", "summary", "place_id", "scene_id", "preconditions", "effects", "status", "source",
    "locked", "rev_from",
)  # fmt: skip
