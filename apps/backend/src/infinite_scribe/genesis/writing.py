"""Writes a quick start into canon, plan and structure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, get_args
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.errors import AliasTakenError
from infinite_scribe.canon.schemas import Category, EntityDraft, FactInput, Role, RuleDraft, SheetDraft
from infinite_scribe.canon.service import CanonService
from infinite_scribe.genesis.errors import QuickStartDoneError
from infinite_scribe.genesis.ledger import entry
from infinite_scribe.genesis.rules import Stage, StageLevel, missing_content, short_names
from infinite_scribe.genesis.schemas import CastContent, PlaceContent, QuickStart, QuickStartResult
from infinite_scribe.genesis.values import IMPORTANCE, cast_values, place_values, rule_values
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import OpenRevision
from infinite_scribe.plot.rules import ClosingType, OpeningType
from infinite_scribe.plot.schemas import CardUpdate, CastMember, ConceptUpdate, StyleUpdate, ThreadDraft
from infinite_scribe.plot.service import PlotService
from infinite_scribe.structure.service import StructureService

_ON_STAGE = 3


@dataclass
class QuickStartWriter:
    """One use writes one quick start."""

    content: QuickStart
    canon: CanonService
    plot: PlotService
    structure: StructureService
    novel_id: UUID
    place_ids: dict[str, UUID] = field(default_factory=dict)
    cast_ids: dict[str, UUID] = field(default_factory=dict)
    rule_ids: list[UUID] = field(default_factory=list)

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope, content: QuickStart) -> QuickStartWriter:
        """Return a writer for the scope's novel."""
        return cls(
            content,
            CanonService.of(session, scope),
            PlotService.of(session, scope),
            StructureService.of(session, scope),
            scope.novel_id,
        )

    async def write(self, revision: OpenRevision, chapter_id: UUID, scene_id: UUID) -> QuickStartResult:
        """Write everything and return the ids. Raises `QuickStartDoneError`."""
        if await self.plot.concept() is not None:
            raise QuickStartDoneError
        await self._write_world(revision)
        await self._write_cast(revision)
        protagonist = self._protagonist()
        protagonist_id = None if protagonist is None else self.cast_ids[protagonist.name]
        await self._write_concept(revision, protagonist_id)
        await self._write_style(revision)
        chapters, scenes = await self._write_chapters(revision, chapter_id)
        pov_id = None if self.content.pov == "omniscient" else protagonist_id
        await self._write_card(revision, scene_id, pov_id)
        return QuickStartResult(
            chapter_ids=chapters,
            new_scene_ids=scenes,
            scene_id=scene_id,
            place_ids=self.place_ids,
            cast_ids=self.cast_ids,
            rule_ids=self.rule_ids,
            protagonist_id=protagonist_id,
            pov_id=pov_id,
            missing=self._missing(),
        )

    def _missing(self) -> dict[str, list[dict[str, object]]]:
        parts = {
            Stage.SEED: self.content.seed,
            Stage.THEME: self.content.theme,
            Stage.WORLD: self.content.world,
            Stage.CHARACTERS: self.content.characters,
        }
        found = {
            stage.value: [vars(one) for one in missing_content(stage, StageLevel.MINIMUM, part.model_dump())]
            for stage, part in parts.items()
        }
        return {stage: missing for stage, missing in found.items() if missing}

    async def _write_world(self, revision: OpenRevision) -> None:
        language = self.content.language
        for ordinal, place in enumerate(_distinct_places(self.content.world.places)):
            draft = EntityDraft(
                kind="place",
                name=place.name,
                summary=place.line[:300],
                importance=3,
                fields={"details": place.details} if place.details else {},
                source="plan",
                ordinal=ordinal,
            )
            self.place_ids[place.name] = await self.canon.add_entity(revision, draft, language)
        for place in self.content.world.places:
            outer = self.place_ids.get(place.part_of or "")
            if (
                outer is not None
                and place.part_of != place.name
                and not self._is_within(place.part_of, place.name)
            ):
                fact = FactInput(
                    subject_id=self.place_ids[place.name], predicate="part_of", object_id=outer, source="plan"
                )
                await self.canon.state_fact(revision, fact)
        for ordinal, rule in enumerate(self.content.world.rules):
            draft_rule = RuleDraft(
                statement=rule.statement,
                category=rule.category if rule.category in get_args(Category) else "custom",
                hardness="soft" if rule.hardness == "soft" else "hard",
                cost=rule.cost or "",
                limits=rule.limit or "",
                source="plan",
                ordinal=ordinal,
            )
            self.rule_ids.append(await self.canon.add_rule(revision, draft_rule))

    def _is_within(self, inner: str | None, outer: str) -> bool:
        """Whether a place is said to lie in another, so that no circle is written."""
        parents = {place.name: place.part_of for place in self.content.world.places}
        seen: set[str] = set()
        while inner is not None and inner not in seen:
            if inner == outer:
                return True
            seen.add(inner)
            inner = parents.get(inner)
        return False

    async def _write_cast(self, revision: OpenRevision) -> None:
        language = self.content.language
        for ordinal, member in enumerate(self.content.characters.cast):
            if member.name in self.cast_ids or member.name in self.place_ids:
                continue
            role = member.role if member.role in get_args(Role) else "minor"
            draft = EntityDraft(
                kind="character",
                name=member.name,
                summary=member.line[:300],
                importance=IMPORTANCE.get(role, 3),
                source="plan",
                ordinal=ordinal,
            )
            entity_id = await self.canon.add_entity(revision, draft, language)
            self.cast_ids[member.name] = entity_id
            sheet = member.model_dump(include=set(SheetDraft.model_fields) - {"role"})
            await self.canon.write_sheet(revision, entity_id, SheetDraft(role=role, **sheet))
            if member.voice:
                await self.plot.write_voice(revision, entity_id, member.voice[:120])
        for member in self.content.characters.cast:
            await self._write_names(revision, member)
        await self._write_relations(revision)

    async def _write_names(self, revision: OpenRevision, member: CastContent) -> None:
        """Write the shorter names of a character; one that somebody else bears is left out."""
        entity_id = self.cast_ids.get(member.name)
        if entity_id is None:
            return
        names = [
            *((alias, "nickname") for alias in member.aliases),
            *short_names(member.name, self.content.language),
        ]
        for text, kind in names:
            if text.strip():
                try:
                    await self.canon.add_alias(
                        revision, entity_id, text, kind=kind, language=self.content.language
                    )
                except AliasTakenError:
                    continue

    async def _write_relations(self, revision: OpenRevision) -> None:
        written: set[tuple[str, str]] = set()
        for relation in self.content.characters.relations:
            pair = (relation.a, relation.b)
            known = relation.a in self.cast_ids and relation.b in self.cast_ids and relation.a != relation.b
            if known and pair not in written:
                written.add(pair)
                await self.canon.state_fact(
                    revision,
                    FactInput(
                        subject_id=self.cast_ids[relation.a],
                        predicate="attitude_to",
                        object_id=self.cast_ids[relation.b],
                        qualifier={"strength": max(-10, min(10, relation.strength)), "label": relation.label},
                        source="plan",
                    ),
                )

    def _protagonist(self) -> CastContent | None:
        cast = [member for member in self.content.characters.cast if member.name in self.cast_ids]
        return next((member for member in cast if member.role == "protagonist"), cast[0] if cast else None)

    async def _write_concept(self, revision: OpenRevision, protagonist_id: UUID | None) -> None:
        seed, theme = self.content.seed, self.content.theme
        await self.plot.update_concept(
            revision,
            ConceptUpdate(
                title=seed.title[:200],
                logline=seed.logline,
                premise=seed.premise or seed.logline,
                hook=seed.hook,
                protagonist_line=seed.protagonist,
                selling_point=seed.selling_point,
                genres=seed.genres,
                tone=self.content.tone[:200],
                theme_statement=theme.statement,
                theme_question=theme.question,
                value_tension=theme.tension.model_dump(),
                emotions=theme.emotions,
                taboos=theme.taboos,
                protagonist_id=protagonist_id,
                ending={"kind": "candidates", "items": seed.endings} if seed.endings else {},
                pov_policy=self.content.pov if self.content.pov in {"first", "omniscient"} else "close_third",
                tense="present" if self.content.tense == "present" else "past",
                target_chapters=len(self.content.plot.lines),
                seed_path=dict(seed.path),
            ),
        )
        await self.plot.add_thread(
            revision, ThreadDraft(name=(seed.title or seed.logline or "—")[:200], question=theme.question)
        )

    async def _write_style(self, revision: OpenRevision) -> None:
        await self.plot.update_style(
            revision,
            StyleUpdate(
                person="first" if self.content.pov == "first" else "third",
                tense="present" if self.content.tense == "present" else "past",
                pov_discipline="loose" if self.content.pov == "omniscient" else "strict",
                distance="far" if self.content.pov == "omniscient" else "close",
                dialogue={"quotes": "“”"},
            ),
        )

    async def _write_chapters(self, revision: OpenRevision, first: UUID) -> tuple[list[UUID], list[UUID]]:
        """Write one line per chapter; return the chapters and the scenes that were added."""
        chapters, scenes = [first], []
        for number, line in enumerate(self.content.plot.lines):
            title = line.title[:300]
            if number == 0:
                await self.structure.update_chapter(
                    revision, first, title=title, one_line=line.one_line, status="outlined"
                )
                continue
            chapters.append(
                await self.structure.add_chapter(
                    revision, title=title, one_line=line.one_line, status="outlined"
                )
            )
            scenes.append(await self.structure.add_scene(revision, chapters[-1]))
        return chapters, scenes

    async def _write_card(self, revision: OpenRevision, scene_id: UUID, pov_id: UUID | None) -> None:
        """Build the card of the first scene out of what the stages hold."""
        cast = [member for member in self.content.characters.cast if member.name in self.cast_ids]
        protagonist = self._protagonist()
        others = [member for member in cast if member is not protagonist]
        others.sort(key=lambda member: member.role != "antagonist")
        on_stage = ([protagonist] if protagonist else []) + others[: _ON_STAGE - 1]
        opponent = others[0] if others else None
        rules = self.content.world.rules
        conflict = opponent.want if opponent and opponent.want else (rules[0].statement if rules else "")
        line = self.content.plot.lines[0] if self.content.plot.lines else None
        openings, closings = list(OpeningType), list(ClosingType)
        await self.plot.write_card(
            revision,
            scene_id,
            CardUpdate(
                summary=line.one_line if line else self.content.seed.logline,
                goal=protagonist.want if protagonist else self.content.seed.protagonist,
                conflict=conflict,
                outcome="yes_but",
                turn=self.content.seed.hook,
                pov_id=pov_id,
                place_id=next(iter(self.place_ids.values()), None),
                cast=[CastMember(entity=self.cast_ids[member.name]) for member in on_stage],
                word_budget=self.content.word_budget,
                opening_type=openings[self.novel_id.int % len(openings)],
                closing_type=closings[self.novel_id.int // 7 % len(closings)],
            ),
        )
        title = (line.title if line else "")[:300]
        await self.structure.update_scene(revision, scene_id, title=title, status="carded")


def _distinct_places(places: list[PlaceContent]) -> list[PlaceContent]:
    """Return places with different names, the first of each."""
    return list({place.name: place for place in reversed(places)}.values())[::-1]


def written_by_quick_start(content: QuickStart, result: QuickStartResult) -> dict[Stage, dict[str, Any]]:
    """Return what a quick start wrote, as `locking` keeps it: by what the draft calls it, the row and its words.

    So a stage that is completed and locked later writes nothing twice.
    """
    places = {
        f"place:{place.name}": entry(result.place_ids[place.name], place_values(place.model_dump()))
        for place in content.world.places
        if place.name in result.place_ids
    }
    rules = {
        f"rule:{rule.statement}": entry(rule_id, rule_values(rule.model_dump()))
        for rule, rule_id in zip(content.world.rules, result.rule_ids, strict=True)
    }
    cast = {
        f"cast:{member.name}": entry(result.cast_ids[member.name], cast_values(member.model_dump()))
        for member in content.characters.cast
        if member.name in result.cast_ids
    }
    chapters = {
        f"chapter:{number}": entry(chapter_id, {"title": line.title, "one_line": line.one_line})
        for number, (line, chapter_id) in enumerate(
            zip(content.plot.lines, result.chapter_ids, strict=True), start=1
        )
    }
    return {Stage.WORLD: {**places, **rules}, Stage.CHARACTERS: cast, Stage.PLOT: chapters}
