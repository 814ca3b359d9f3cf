"""The people as canon: entries, sheets, voices, shorter names, and how they stand to one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.bible import Bible
from infinite_scribe.canon.errors import AliasTakenError
from infinite_scribe.canon.rules import normalise
from infinite_scribe.canon.schemas import EntityDraft, EntityRead, FactInput, SheetDraft
from infinite_scribe.canon.service import CanonService
from infinite_scribe.genesis.ledger import Ledger
from infinite_scribe.genesis.rules import short_names
from infinite_scribe.genesis.values import SHEET, cast_values
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import OpenRevision
from infinite_scribe.novels.service import get_novel
from infinite_scribe.plot.schemas import ConceptUpdate
from infinite_scribe.plot.service import PlotService

_ENTRY = ("name", "summary", "importance")
_VOICE = ("voice", "samples")


@dataclass(frozen=True)
class CastWriter:
    """Writes the people of a locked stage."""

    session: AsyncSession
    scope: NovelScope
    revision: OpenRevision
    ledger: Ledger

    async def write(self, draft: dict[str, Any]) -> None:
        """Write people and what is between them; what stands already and is the same is left alone."""
        canon = CanonService.of(self.session, self.scope)
        plot = PlotService.of(self.session, self.scope)
        language = (await get_novel(self.session, self.scope.novel_id)).language
        standing = {one.id: one for one in (await canon.world()).entities}
        named = {normalise(one.name): one for one in standing.values() if one.kind == "character"}
        voices = {one.entity_id: one for one in await plot.voices()}
        ids: dict[str, UUID] = {}
        for ordinal, member in enumerate(draft["cast"]):
            key, values = f"cast:{member['name']}", cast_values(member)
            known = named.get(normalise(member["name"]))
            if self.ledger.is_gone("characters", key, standing, known.id if known else None, member["name"]):
                continue
            if known is not None:
                self.ledger.adopt(key, known.id, _present(known, voices.get(known.id), values))
            row_id = self.ledger.row_id(key)
            if row_id is None:
                row_id = await self._add(canon, values, ordinal, language)
                self.ledger.record("characters", key, row_id, values)
                changes = values
            else:
                present = _present(standing[row_id], voices.get(row_id), values)
                present["locked"] = standing[row_id].locked
                changes = self.ledger.changes("characters", key, values, present, member["name"])
            ids[member["name"]] = row_id
            await self._change(canon, plot, row_id, values, changes, known=row_id in standing)
            await self._names(canon, row_id, member, language)
        await self._protagonist(plot, draft["cast"], ids)
        await self._relations(draft["relations"], ids)

    async def _add(self, canon: CanonService, values: dict[str, Any], ordinal: int, language: str) -> UUID:
        entry = {name: values[name] for name in _ENTRY}
        draft = EntityDraft(kind="character", source="bible", ordinal=ordinal, **entry)
        return await canon.add_entity(self.revision, draft, language)

    async def _change(
        self,
        canon: CanonService,
        plot: PlotService,
        row_id: UUID,
        values: dict[str, Any],
        changes: dict[str, Any],
        *,
        known: bool,
    ) -> None:
        """Write the members that changed where each belongs: entry, sheet, voice."""
        entry = {name: changes[name] for name in _ENTRY if name in changes}
        if entry and known:
            await canon.update_entity(self.revision, row_id, entry)
        sheet = {name: changes[name] for name in (*SHEET, "role") if name in changes}
        if sheet:
            held = next(one.sheet for one in (await canon.world()).entities if one.id == row_id)
            whole = {**(held.model_dump() if held else {}), **sheet}
            await canon.write_sheet(self.revision, row_id, SheetDraft.model_validate(whole))
        if any(name in changes for name in _VOICE) and (values["voice"] or values["samples"]):
            members = {"sample_lines": changes["samples"]} if "samples" in changes else {}
            held_voice = next((one for one in await plot.voices() if one.entity_id == row_id), None)
            register = changes.get("voice", held_voice.speech_register if held_voice else values["voice"])
            await plot.write_voice(self.revision, row_id, register, **members)

    async def _names(self, canon: CanonService, row_id: UUID, member: dict[str, Any], language: str) -> None:
        """Write shorter names; one that somebody else bears is left out."""
        names = [*((text, "nickname") for text in member["aliases"]), *short_names(member["name"], language)]
        for text, kind in names:
            if text.strip():
                try:
                    await canon.add_alias(self.revision, row_id, text, kind=kind, language=language)
                except AliasTakenError:
                    continue

    async def _protagonist(self, plot: PlotService, cast: list[dict[str, Any]], ids: dict[str, UUID]) -> None:
        lead = next((ids.get(one["name"]) for one in cast if one["role"] == "protagonist"), None)
        concept = await plot.concept()
        if lead is not None and concept is not None and concept.protagonist_id is None:
            await plot.update_concept(self.revision, ConceptUpdate(protagonist_id=lead))

    async def _relations(self, relations: list[dict[str, Any]], ids: dict[str, UUID]) -> None:
        bible = Bible.of(self.session, self.scope, self.revision)
        links = await bible.links("attitude_to")
        stated = {held["id"] for held in links.values()}
        for link in relations:
            ends = ids.get(link["a"]), ids.get(link["b"])
            if ends[0] is None or ends[1] is None or ends[0] == ends[1]:
                continue
            key = f"relation:{link['a']} → {link['b']}"
            values = {"strength": max(-10, min(10, link["strength"])), "label": link["label"]}
            held = links.get((ends[0], ends[1]))
            title = key.removeprefix("relation:")
            if held is None and self.ledger.is_gone("relations", key, stated, None, title):
                continue
            if held is not None:
                present = {name: held.get(name) for name in (*values, "locked")}
                self.ledger.adopt(key, held["id"], present)
                if not self.ledger.changes("relations", key, values, present, title):
                    continue
                values = self.ledger.written[key]["values"]
            fact = FactInput(
                subject_id=ends[0],
                predicate="attitude_to",
                object_id=ends[1],
                qualifier=values,
                source="bible",
            )
            row_id = await bible.canon().state_fact(self.revision, fact, how="replace")
            if held is None:
                self.ledger.record("relations", key, row_id, values)
            else:
                self.ledger.written[key]["id"] = str(row_id)


def _present(entity: EntityRead, voice: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a person as they stand in entry, sheet and voice."""
    sheet = entity.sheet
    spoken = {
        "voice": voice.speech_register if voice else "", "samples": list(voice.sample_lines) if voice else [],
    }  # fmt: skip
    return {
        name: getattr(entity, name) if name in _ENTRY
        else spoken[name] if name in _VOICE
        else getattr(sheet, name, [] if name == "goals" else "")
        for name in values
    }  # fmt: skip
