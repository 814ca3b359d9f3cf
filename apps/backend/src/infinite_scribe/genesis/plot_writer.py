"""The plot as plan: arcs with their turning points, a line per chapter, promises with windows, the first card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.rules import normalise
from infinite_scribe.canon.service import CanonService
from infinite_scribe.genesis.ledger import Ledger
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import OpenRevision
from infinite_scribe.plot.bible import PlotBible
from infinite_scribe.plot.ledger import PromiseLedger
from infinite_scribe.plot.promise_schemas import PromiseDraft, WindowPoint
from infinite_scribe.plot.schemas import ArcDraft, CardUpdate, CastMember, ConceptUpdate, TurningPointDraft
from infinite_scribe.plot.service import PlotService
from infinite_scribe.structure.service import StructureService

_ON_STAGE = 4


@dataclass(frozen=True)
class PlotWriter:
    """Writes the plot of a locked stage."""

    session: AsyncSession
    scope: NovelScope
    revision: OpenRevision
    ledger: Ledger

    async def write(self, draft: dict[str, Any]) -> None:
        """Write arcs, chapters, promises and the ending; what stands already and is the same is left alone."""
        bible = PlotBible.of(self.session, self.scope, self.revision)
        plot = PlotService.of(self.session, self.scope)
        await self._arcs(bible, plot, draft)
        first = await self._chapters(draft)
        await self._promises(bible, draft["promises"])
        await self._ending(plot, draft)
        await self._first_card(plot, first, draft)

    async def _arcs(self, bible: PlotBible, plot: PlotService, draft: dict[str, Any]) -> None:
        standing = await bible.arcs()
        titled = {values["title"]: row_id for row_id, values in standing.items()}
        longest = max(draft["arcs"], key=lambda arc: arc["span_to"] - arc["span_from"], default=None)
        for ordinal, arc in enumerate(draft["arcs"]):
            key, values = f"arc:{arc['title']}", {**arc, "ordinal": ordinal}
            known = titled.get(arc["title"])
            if self.ledger.is_gone("arcs", key, standing, known, arc["title"]):
                continue
            if known is not None:
                self.ledger.adopt(key, known, standing[known])
            row_id = self.ledger.row_id(key)
            if row_id is None:
                points = _turning_points(draft["nodes"]) if arc is longest else []
                made = await plot.add_arc(self.revision, ArcDraft(**values, turning_points=points))
                self.ledger.record("arcs", key, made, values)
                continue
            changes = self.ledger.changes("arcs", key, values, standing[row_id], arc["title"])
            if changes:
                await bible.change_arc(row_id, changes)

    async def _chapters(self, draft: dict[str, Any]) -> UUID | None:
        """Write a line per chapter over the chapters that are there, and add those that are not, with a scene each.

        Return the chapter of the first line, if it stands.
        """
        structure = StructureService.of(self.session, self.scope)
        standing = {chapter.id: chapter for chapter in (await structure.tree()).chapters()}
        taken = {self.ledger.row_id(key) for key in self.ledger.written if key.startswith("chapter:")}
        free = iter([row_id for row_id in standing if row_id not in taken])
        first: UUID | None = None
        for number, line in enumerate(draft["lines"], start=1):
            values = _chapter_values(draft, number, line)
            key = f"chapter:{number}"
            if self.ledger.is_gone("chapters", key, standing, None, line["title"]):
                continue
            known = self.ledger.row_id(key) or next(free, None)
            if known is None:
                row_id = await structure.add_chapter(self.revision, status="outlined", **values)
                await structure.add_scene(self.revision, row_id)
                self.ledger.record("chapters", key, row_id, values)
            else:
                row_id, chapter = known, standing[known]
                present = {name: getattr(chapter, name) for name in (*values, "locked")}
                self.ledger.adopt(key, row_id, present)
                changes = self.ledger.changes("chapters", key, values, present, line["title"])
                if changes:
                    status = {"status": "outlined"} if chapter.status == "idea" else {}
                    await structure.update_chapter(self.revision, row_id, **changes, **status)
            if number == 1:
                first = row_id
        return first

    async def _promises(self, bible: PlotBible, drafted: list[dict[str, Any]]) -> None:
        standing = await bible.promises()
        stated = {values["statement"]: row_id for row_id, values in standing.items()}
        book = PromiseLedger.of(self.session, self.scope)
        for promise in drafted:
            key = f"promise:{promise['statement']}"
            ends = {name: WindowPoint(kind="position", at=promise[name]) for name in ("earliest", "latest")}
            values = {
                "kind": promise["kind"], "statement": promise["statement"], "weight": promise["weight"],
                **{name: end.stored() for name, end in ends.items()},
            }  # fmt: skip
            known = stated.get(promise["statement"])
            if self.ledger.is_gone("promises", key, standing, known, promise["statement"][:80]):
                continue
            if known is not None:
                self.ledger.adopt(key, known, standing[known])
            row_id = self.ledger.row_id(key)
            if row_id is None:
                wanted = PromiseDraft.model_validate({**values, **ends})
                made = await book.add(self.revision, wanted, source="plan")
                self.ledger.record("promises", key, made, values)
                continue
            changes = self.ledger.changes(
                "promises", key, values, standing[row_id], promise["statement"][:80]
            )
            if changes:
                await bible.change_promise(row_id, changes)

    async def _ending(self, plot: PlotService, draft: dict[str, Any]) -> None:
        concept = await plot.concept()
        if concept is None:
            return
        values: dict[str, Any] = {"target_chapters": len(draft["lines"])}
        if draft["ending"]:
            values["ending"] = {"kind": "fixed", "items": [draft["ending"]]}
        present = {name: getattr(concept, name) for name in values}
        self.ledger.adopt("ending", concept.id, present)
        changes = self.ledger.changes("concept", "ending", values, present, draft["ending"])
        if changes:
            await plot.update_concept(self.revision, ConceptUpdate.model_validate(changes))

    async def _first_card(self, plot: PlotService, first_id: UUID | None, draft: dict[str, Any]) -> None:
        """Give the first scene a card out of the first node and the beats, unless it has one."""
        tree = await StructureService.of(self.session, self.scope).tree()
        first = next((chapter for chapter in tree.chapters() if chapter.id == first_id), None)
        if first is None or not first.scenes or await plot.card(first.scenes[0].id) is not None:
            return
        scene = first.scenes[0]
        entities = (await CanonService.of(self.session, self.scope).world()).entities
        ids = {normalise(one.name): one.id for one in entities}
        node: dict[str, Any] = draft["nodes"][0] if draft["nodes"] else {"event": "", "place": "", "cast": []}
        concept = await plot.concept()
        pov_id = concept.protagonist_id if concept and concept.pov_policy != "omniscient" else None
        named = [ids[normalise(name)] for name in node["cast"] if normalise(name) in ids]
        cast = list(dict.fromkeys([*([pov_id] if pov_id else []), *named]))[:_ON_STAGE]
        notes = "\n".join(draft["beats"])
        line = draft["lines"][0]["one_line"] if draft["lines"] else node["event"]
        await plot.write_card(
            self.revision,
            scene.id,
            CardUpdate(
                summary=line,
                goal=node["event"],
                place_id=ids.get(normalise(node["place"])),
                pov_id=pov_id,
                cast=[CastMember(entity=one) for one in cast],
                notes=notes,
            ),
        )
        self.ledger.count("cards")


def _chapter_values(draft: dict[str, Any], number: int, line: dict[str, Any]) -> dict[str, Any]:
    """Return a line of the draft and what happens there as members of a chapter."""
    values: dict[str, Any] = {"title": line["title"][:300], "one_line": line["one_line"]}
    nodes = [one for one in draft["nodes"] if one["chapter"] == number]
    if nodes:
        values["purpose"] = " ".join(one["event"] for one in nodes)
        values["tension"] = max(one["tension"] for one in nodes)
    return values


def _turning_points(nodes: list[dict[str, Any]]) -> list[TurningPointDraft]:
    """Return the nodes at which the book turns, each with its position from 0 to 1."""
    last = max(1, len(nodes) - 1)
    return [
        TurningPointDraft(kind=node["turning"], position=round(at / last, 3), note=node["event"])
        for at, node in enumerate(nodes)
        if node["turning"]
    ]
