"""The slots of a scene's briefing: which items stand in which slot. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from infinite_scribe.briefing.document import Draft, Item, fence, house_rules, labels
from infinite_scribe.briefing.knowledge import Filtered, Line, fact_text, fact_value, required_ids
from infinite_scribe.briefing.material import Handles, Material
from infinite_scribe.briefing.rules import Slot
from infinite_scribe.canon.registry import find
from infinite_scribe.canon.schemas import EntityRead
from infinite_scribe.canon.story_graph import GraphFact
from infinite_scribe.core.language.manner import manner_of
from infinite_scribe.structure.resolver import MIN_TICK

_INNER = ("need", "false_belief", "fear")


def lines(pairs: Sequence[tuple[str, Any]]) -> str:
    """Print `label: value` lines; empty values are left out, lists are joined."""
    shown = [
        (name, ", ".join(str(one) for one in value) if isinstance(value, list) else value)
        for name, value in pairs
    ]
    return "\n".join(f"- {name}: {value}" for name, value in shown if value not in (None, "", []))


@dataclass(frozen=True)
class SceneSlots:
    """Fills a draft from the material of a scene or a chapter."""

    material: Material
    handles: Handles
    draft: Draft

    @property
    def words(self) -> Mapping[str, str]:
        """Labels of the novel's language."""
        return labels(self.material.language)

    @cached_property
    def names(self) -> dict[UUID, str]:
        """Names of the entries that may be shown."""
        return {entity.id: entity.name for entity in self.material.visible()}

    def opening(self) -> None:
        """Slots 1–4: equal for every scene and role of a chapter."""
        self._style()
        self._book()
        self._roster()
        self._chapter()

    def _style(self) -> None:
        words, style = self.words, self.material.style
        self.draft.add(Item(Slot.STYLE, "house", house_rules(self.material.language), "house", "style"))
        if style is not None:
            data = style.model_dump(include={"person", "tense", "pov_discipline", "distance", "banned"})
            text = lines([
                (words["person"], style.person), (words["tense"], style.tense),
                (words["discipline"], style.pov_discipline), (words["distance"], style.distance),
                (words["banned"], style.banned), (words["do"], style.diction_do), (words["dont"], style.diction_dont),
                (words["style"], style.sentence_notes),
            ])  # fmt: skip
            self.draft.add(
                Item(Slot.STYLE, "style", text, "style", "style", order=(1,), id=str(style.id),
                     rev_from=style.rev_from, twin="style", data=data)
            )  # fmt: skip
        self._manner()
        for number, exemplar in enumerate(self.material.exemplars):
            text = fence(self.material.fence_key, words["material"], exemplar.text)
            self.draft.add(
                Item(
                    Slot.EXEMPLARS,
                    "exemplar",
                    text,
                    "exemplar",
                    "style",
                    (number,),
                    (number,),
                    id=str(exemplar.id),
                )
            )

    def _manner(self) -> None:
        """How the author's samples are written, in figures: what a few passages alone do not say."""
        words = self.words
        found = manner_of([one.text for one in self.material.exemplars], self.material.language)
        if found is None:
            return
        data = found.as_json()
        del data["words"]
        named = {"person": words["person"], "tense": words["tense"]}
        text = lines([(named.get(name) or words[f"manner_{name}"], value) for name, value in data.items()])
        self.draft.add(
            Item(
                Slot.STYLE, "manner", text, "manner", "style", (2,), (2,), twin="style", data={"manner": data}
            )
        )

    def _book(self) -> None:
        words, concept = self.words, self.material.concept
        data = {
            "title": self.material.title,
            "logline": concept.logline if concept else "",
            "genres": list(concept.genres) if concept else [],
            "tone": concept.tone if concept else "",
            "language": self.material.language,
        }
        pairs = [(words[name], value) for name, value in data.items()]
        if concept is not None:
            pairs += [
                (words["premise"], concept.premise),
                (words["theme"], concept.theme_statement),
                (words["contract"], list(concept.genre_contract)),
            ]
        self.draft.add(Item(Slot.BOOK, "book", lines(pairs), "concept", "style", twin="novel", data=data))

    def _roster(self) -> None:
        by_id = self.material.by_id
        for number, entity in enumerate(by_id[one] for one in self.material.roster if one in by_id):
            handle = self.handles.entities[entity.id]
            role = entity.sheet.role if entity.sheet is not None and entity.kind == "character" else ""
            text = f"- {handle} {entity.name}" + (f" ({role})" if role else "")
            text += f": {entity.summary}" if entity.summary else ""
            twin, data = None, None
            if entity.kind == "character":
                twin, data = (
                    "cast",
                    {"handle": handle, "name": entity.name, "role": role, "line": entity.summary},
                )
            elif entity.kind == "place":
                twin, data = "places", {"handle": handle, "name": entity.name, "line": entity.summary}
            reason = "always_visible" if entity.agent_visibility == "always" else "style"
            self.draft.add(
                Item(Slot.BOOK, "roster", text, "entity", reason, (1, number), (2, number), handle,
                     str(entity.id), entity.rev_from, twin=twin, data=data)
            )  # fmt: skip
        for rule in self.material.world.rules:
            handle = self.handles.rules[rule.id]
            hard = rule.hardness == "hard" and rule.scope_id is None
            more = "; ".join(part for part in (rule.cost, rule.limits) if part)
            text = f"- {handle} {rule.statement}" + (f" ({more})" if more else "")
            self.draft.add(
                Item(Slot.BOOK if hard else Slot.PLACE, "hard_rules" if hard else "soft_rules", text, "rule",
                     "rule_in_scope", (0 if hard else 2, int(handle[1:])), (1 if hard else 3, int(handle[1:])), handle,
                     str(rule.id), rule.rev_from, twin="rules",
                     data={"handle": handle, "statement": rule.statement})
            )  # fmt: skip

    def _chapter(self) -> None:
        words, chapter = self.words, self.material.chapter
        if chapter is not None:
            data = {"number": chapter.number, "title": chapter.title, "one_line": chapter.one_line}
            text = lines(
                [*((words[name], value) for name, value in data.items()), (words["purpose"], chapter.purpose)]
            )
            self.draft.add(
                Item(Slot.CHAPTER, "chapter", text, "chapter", "style", id=str(chapter.id), twin="chapter",
                     data={**data, "purpose": chapter.purpose})
            )  # fmt: skip
        for number, arc in enumerate(self.material.arcs):
            text = f"- {arc.title}: {arc.opens_question} {arc.closes_question}".rstrip()
            self.draft.add(
                Item(Slot.CHAPTER, "arcs", text, "arc", "style", (1, number), (1, number), id=str(arc.id))
            )

    def cast(self, told: Filtered) -> None:
        """Slot 8: who is on stage, and what holds of them now."""
        material, words = self.material, self.words
        for number, entity in enumerate(material.on_stage()):
            data = cast_member(material, self.handles, entity)
            pairs = [
                (words[name], data[name])
                for name in (
                    "role",
                    "aliases",
                    "line",
                    "trade",
                    "pronouns",
                    "want",
                    "need",
                    "false_belief",
                    "fear",
                    "voice",
                )
                if name != "line"
            ]
            marks = f" ({words['viewpoint']})" if data["is_pov"] else ""
            head = f"### {data['handle']} {entity.name}{marks}\n" + (
                f"{entity.summary}\n" if entity.summary else ""
            )
            self.draft.add(
                Item(Slot.CAST, "cast", head + lines(pairs), "character", "pov" if data["is_pov"] else "on_stage",
                     (0, number), (0, number), data["handle"], str(entity.id), entity.rev_from, twin="cast", data=data)
            )  # fmt: skip
        stage = {entity.id for entity in material.on_stage()}
        for number, fact in enumerate(told.facts, start=1):
            self._fact(fact, f"F{number}", stage)

    def _fact(self, fact: GraphFact, handle: str, stage: set[UUID]) -> None:
        material = self.material
        value, text = fact_value(fact, self.names), fact_text(fact, self.names, material.language)
        subject = self.handles.of_entity(fact.subject_id) or ("WORLD" if fact.subject_id is None else None)
        if subject is None:
            return
        about_cast = fact.subject_id in stage
        tier, reason = self._weight(fact, stage)
        entity = material.by_id.get(fact.subject_id) if fact.subject_id else None
        age = -(fact.from_tick if fact.from_tick is not None else MIN_TICK)
        rank = (tier, 5 - (entity.importance if entity else 0), fact.hops, age)
        data = {
            "handle": handle,
            "subject": subject,
            "predicate": fact.predicate or "",
            "value": value,
            "text": text,
        }
        self.draft.add(
            Item(Slot.CAST if about_cast or tier <= 3 else Slot.PLACE, "facts", f"- {handle} [{subject} {fact.predicate}] {text}",
                 "fact", reason, rank, (5, int(handle[1:])), handle, str(fact.id),
                 fact.rev_from, twin="facts", data=data)
        )  # fmt: skip

    def _weight(self, fact: GraphFact, stage: set[UUID]) -> tuple[int, str]:
        """Return how near a fact is to the scene (0 is nearest) and why it stands in it."""
        material = self.material
        if fact.id in required_ids(material):
            return 0, "must_include"
        predicate, ends = find(fact.predicate or ""), {fact.subject_id, fact.object_id} - {None}
        here = material.card.place_id if material.card is not None else None
        about = {*stage, *material.focus, *([here] if here else [])}
        within = ends <= about
        always = predicate is not None and predicate.always_in_briefing
        if within and ends & material.focus:
            return 1, "beat"
        if always and fact.subject_id in stage and within:
            return 2, "on_stage"
        if fact.hops > 0 or fact.subject_id == here or self._is_thing_in_focus(fact.subject_id):
            return 2, "one_hop" if fact.hops > 0 else "place"
        if within or fact.predicate == "held_by" or self._is_thing_in_focus(fact.object_id):
            return 3, "on_stage"
        if ends & material.due:
            return 4, "due_promise"
        fresh = material.recent_from is not None and (fact.from_tick or MIN_TICK) >= material.recent_from
        if ends & material.focus:
            return 5, "one_hop"
        return (6 if fresh else 7), "one_hop"

    def _is_thing_in_focus(self, entity_id: UUID | None) -> bool:
        """Whether the plan of the scene names an item, place or house."""
        if entity_id is None or entity_id not in self.material.focus:
            return False
        entity = self.material.by_id.get(entity_id)
        return entity is not None and entity.kind not in {"character", "creature"}

    def travel(self) -> None:
        """Slot 7: how long the ways take."""
        names = self.names
        for number, way in enumerate(self.material.ways):
            if way.a_id not in names or way.b_id not in names:
                continue
            text = self.words["way"].format(
                a=names[way.a_id], b=names[way.b_id], minutes=way.min_ticks, mode=way.mode
            )
            self.draft.add(
                Item(Slot.PLACE, "travel", f"- {text}", "route", "travel", (1, number), (1, number), id=str(way.id),
                     rev_from=way.rev_from)
            )  # fmt: skip

    def place(self) -> None:
        """Slot 7: where the scene is set, with its details."""
        card = self.material.card
        for entity in self.material.visible():
            if card is None or entity.id != card.place_id:
                continue
            handle = self.handles.entities[entity.id]
            details = [str(one) for one in entity.fields.get("details") or []]
            text = f"- {handle} {entity.name} ({self.words['here']})"
            text += f": {entity.summary}" if entity.summary else ""
            text += f"\n- {self.words['details']}: {', '.join(details)}" if details else ""
            data = {
                "handle": handle,
                "name": entity.name,
                "line": entity.summary,
                "is_here": True,
                "details": details,
            }
            self.draft.add(
                Item(Slot.PLACE, "place", text, "place", "place", (0,), (0,), handle, str(entity.id),
                     entity.rev_from, twin="places", data=data)
            )  # fmt: skip

    def knowledge(self, told: Filtered) -> None:
        """Slot 9: what is not known, what must stay unsaid, what the author decided."""
        self.draft.withheld.extend(told.withheld)
        rows = [*told.lines, *self._rulings(), *self._unsaid()]
        order = {"unsaid": 0, "belief": 1, "undecided": 2, "ruling": 3, "veil": 4}
        for number, row in enumerate(sorted(rows, key=lambda one: order[one.kind])):
            near = self._touches_focus(row.id)
            self.draft.add(
                Item(Slot.KNOWLEDGE, "knowledge", f"- {row.text}", row.kind, row.reason,
                     (order[row.kind], not near, number), (number,), id=row.id, twin="knowledge",
                     data={"text": row.text}, must=row.must)
            )  # fmt: skip

    def _touches_focus(self, row_id: str) -> bool:
        fact = self._facts_by_id.get(row_id)
        return fact is not None and bool({fact.subject_id, fact.object_id} & self.material.focus)

    @cached_property
    def _facts_by_id(self) -> dict[str, GraphFact]:
        return {str(one.id): one for one in self.material.facts}

    def _rulings(self) -> list[Line]:
        found = []
        for ruling in sorted(self.material.world.rulings, key=lambda one: one.id):
            text = "; ".join(part for part in (ruling.subject, ruling.note) if part)
            if text and ruling.kind not in {"false_alarm", "retcon"}:
                said = self.words["ruling"].format(kind=ruling.kind, text=text)
                found.append(Line(str(ruling.id), said, "ruling", "pov", must=True))
        return found

    def _unsaid(self) -> list[Line]:
        rows = [] if self.material.card is None else self.material.card.must_not_reveal
        return [
            Line("card", self.words["unsaid"].format(text=row["text"]), "unsaid", "must_include", must=True)
            for row in rows
            if row.get("text") and row.get("writer_may_know")
        ]


def cast_member(material: Material, handles: Handles, entity: EntityRead) -> dict[str, Any]:
    """Return a character as agents see it; from inside one head the others' inner life is left out."""
    sheet = {} if entity.sheet is None else entity.sheet.model_dump()
    card = material.card
    is_pov = card is not None and card.pov_id == entity.id
    hidden = _INNER if material.is_limited and not is_pov else ()
    voice = material.voices.get(entity.id)
    member = {
        "handle": handles.entities[entity.id],
        "name": entity.name,
        "aliases": [alias.text for alias in entity.aliases if alias.text != entity.name],
        "line": entity.summary,
        "voice": voice.speech_register if voice is not None else "",
        "on_stage": card is not None and entity.id in card.on_stage,
        "is_pov": is_pov,
    }
    for name in ("role", "want", "need", "false_belief", "fear", "trade", "pronouns"):
        member[name] = "" if name in hidden else str(sheet.get(name) or "")
    return member
