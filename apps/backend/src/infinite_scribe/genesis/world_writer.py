"""The world as canon: places and what they are part of, laws, ways, and what happened before the book."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.bible import Bible
from infinite_scribe.canon.rule_wire import RouteWrite
from infinite_scribe.canon.rules import normalise
from infinite_scribe.canon.schemas import EntityDraft, FactInput
from infinite_scribe.canon.service import CanonService
from infinite_scribe.genesis.ledger import Ledger
from infinite_scribe.genesis.schemas import NONE
from infinite_scribe.genesis.values import place_values, rule_values
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import OpenRevision
from infinite_scribe.novels.service import get_novel

_SIDE_CATEGORY = {
    "geography": "physics",
    "history": "custom",
    "culture": "custom",
    "rules": "law",
    "society": "economy",
}
_MINUTES = 60


@dataclass(frozen=True)
class WorldWriter:
    """Writes the world of a locked stage."""

    session: AsyncSession
    scope: NovelScope
    revision: OpenRevision
    ledger: Ledger

    async def write(self, draft: dict[str, Any]) -> None:
        """Write places, laws, ways and events; what stands already and is the same is left alone."""
        bible = Bible.of(self.session, self.scope, self.revision)
        places = await self._places(bible.canon(), draft["places"])
        await self._parts(bible, draft["places"], places)
        await self._rules(bible, draft)
        await self._ways(bible, draft["routes"], places)
        await self._events(bible, draft["events"])

    async def _places(self, canon: CanonService, drafted: list[dict[str, Any]]) -> dict[str, UUID]:
        novel = await get_novel(self.session, self.scope.novel_id)
        world = await canon.world()
        standing = {one.id: one for one in world.entities}
        named = {normalise(one.name): one for one in world.entities if one.kind == "place"}
        found: dict[str, UUID] = {}
        for ordinal, place in enumerate(drafted):
            key, values = f"place:{place['name']}", place_values(place)
            known = named.get(normalise(place["name"]))
            if self.ledger.is_gone("places", key, standing, known.id if known else None, place["name"]):
                continue
            if known is not None:
                self.ledger.adopt(key, known.id, {name: getattr(known, name) for name in values})
            row_id = self.ledger.row_id(key)
            if row_id is None:
                entry = EntityDraft(kind="place", importance=3, source="bible", ordinal=ordinal, **values)
                row_id = await canon.add_entity(self.revision, entry, novel.language)
                self.ledger.record("places", key, row_id, values)
            else:
                present = {name: getattr(standing[row_id], name) for name in (*values, "locked")}
                changes = self.ledger.changes("places", key, values, present, place["name"])
                if changes:
                    await canon.update_entity(self.revision, row_id, changes)
            found[place["name"]] = row_id
        return found

    async def _parts(self, bible: Bible, drafted: list[dict[str, Any]], places: dict[str, UUID]) -> None:
        links = await bible.links("part_of")
        for place in drafted:
            outer = places.get(place["part_of"] or "")
            inner = places.get(place["name"])
            if outer is None or inner is None or outer == inner or (inner, outer) in links:
                continue
            if any(subject == inner for subject, _ in links):
                continue  # the author has put it elsewhere since
            fact = FactInput(subject_id=inner, predicate="part_of", object_id=outer, source="bible")
            await bible.canon().state_fact(self.revision, fact)
            self.ledger.count("facts")

    async def _rules(self, bible: Bible, draft: dict[str, Any]) -> None:
        standing = await bible.rules()
        stated = {values["statement"]: row_id for row_id, values in standing.items()}
        for ordinal, (key, values) in enumerate(_laws(draft)):
            known = stated.get(values["statement"])
            if self.ledger.is_gone("rules", key, standing, known, values["statement"][:80]):
                continue
            if known is not None:
                self.ledger.adopt(key, known, standing[known])
            row_id = self.ledger.row_id(key)
            if row_id is None:
                self.ledger.record("rules", key, await bible.add_rule(values, ordinal), values)
                continue
            changes = self.ledger.changes("rules", key, values, standing[row_id], values["statement"][:80])
            if changes:
                await bible.change_rule(row_id, changes)

    async def _ways(self, bible: Bible, drafted: list[dict[str, Any]], places: dict[str, UUID]) -> None:
        standing = await bible.ways()
        ways = {row_id for row_id, _, _ in standing.values()}
        for way in drafted:
            ends = places.get(way["a"]), places.get(way["b"])
            if ends[0] is None or ends[1] is None or ends[0] == ends[1]:
                continue
            key, ticks = f"route:{way['a']} – {way['b']}", round(way["hours"] * _MINUTES)
            values = {"min_ticks": ticks}
            known, title = standing.get(frozenset((ends[0], ends[1]))), key.removeprefix("route:")
            if self.ledger.is_gone("routes", key, ways, known[0] if known else None, title):
                continue
            if known is None:
                row_id = await bible.add_way(RouteWrite(a=ends[0], b=ends[1], min_ticks=ticks))
                self.ledger.record("routes", key, row_id, values)
                continue
            present = {"min_ticks": known[1], "locked": known[2]}
            self.ledger.adopt(key, known[0], present)
            if self.ledger.changes("routes", key, values, present, title):
                await bible.change_way(known[0], ticks)

    async def _events(self, bible: Bible, drafted: list[dict[str, Any]]) -> None:
        standing = await bible.events()
        titled = {values["title"]: row_id for row_id, values in standing.items()}
        for event in drafted:
            key = f"event:{event['title']}"
            values = {"title": event["title"], "summary": event["summary"]}
            known = titled.get(event["title"])
            if self.ledger.is_gone("events", key, standing, known, event["title"]):
                continue
            if known is not None:
                self.ledger.adopt(key, known, standing[known])
            row_id = self.ledger.row_id(key)
            if row_id is None:
                self.ledger.record("events", key, await bible.add_event(values), values)
                continue
            changes = self.ledger.changes("events", key, values, standing[row_id], event["title"])
            if changes:
                await bible.change_event(row_id, changes)


def _laws(draft: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return every law of the world: its rules, the five sides, and what its power costs."""
    found = [(f"rule:{rule['statement']}", rule_values(rule)) for rule in draft["rules"]]
    for side, entries in draft["dimensions"].items():
        for one in entries:
            law = {
                "statement": one["rule"], "category": _SIDE_CATEGORY[side], "hardness": "soft",
                "example": one["example"], "limit": one["limit"],
            }  # fmt: skip
            found.append((f"rule:{one['rule']}", rule_values(law)))
    system = draft["system"]
    if system["name"] and system["name"].casefold() not in NONE and system["line"]:
        law = {
            "statement": system["line"], "category": "magic", "hardness": "hard", "cost": system["cost"],
        }  # fmt: skip
        found.append((f"system:{system['name']}", rule_values(law)))
    return list({key: (key, values) for key, values in found}.values())
