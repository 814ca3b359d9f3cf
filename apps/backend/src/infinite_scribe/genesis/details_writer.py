"""The details as style: the guide, names that may still be given, the words of the book, passages to follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.genesis.ledger import Ledger
from infinite_scribe.genesis.schemas import NONE
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import OpenRevision
from infinite_scribe.plot.bible import PlotBible
from infinite_scribe.plot.schemas import StyleUpdate
from infinite_scribe.plot.service import PlotService


@dataclass(frozen=True)
class DetailsWriter:
    """Writes the details of a locked stage."""

    session: AsyncSession
    scope: NovelScope
    revision: OpenRevision
    ledger: Ledger

    async def write(self, draft: dict[str, Any]) -> None:
        """Write guide, lists and words; what stands already and is the same is left alone."""
        await self._style(draft["style"])
        bible = PlotBible.of(self.session, self.scope, self.revision)
        standing = await bible.names()
        for kind, names in draft["names"].items():
            key, values = f"names:{kind}", {"names": names}
            if not names:
                continue
            lists = {row_id for row_id, _ in standing.values()}
            if self.ledger.is_gone(
                "names", key, lists, standing[kind][0] if kind in standing else None, kind
            ):
                continue
            if kind not in standing:
                self.ledger.record("names", key, await bible.write_names(kind, names), values)
                continue
            present = {"names": standing[kind][1]}
            self.ledger.adopt(key, standing[kind][0], present)
            if self.ledger.changes("names", key, values, present, kind):
                await bible.write_names(kind, names)
        await self._terms(bible, draft["glossary"])
        for ordinal, text in enumerate(draft["exemplars"]):
            held = self.ledger.written.get(f"exemplar:{ordinal}")
            if text.casefold() not in NONE and (held is None or held["values"].get("text") != text):
                row_id = await bible.add_exemplar(text, ordinal)
                if row_id is not None:
                    self.ledger.record("exemplars", f"exemplar:{ordinal}", row_id, {"text": text})

    async def _style(self, style: dict[str, Any]) -> None:
        plot = PlotService.of(self.session, self.scope)
        given = {name: value for name, value in style.items() if value and name != "quotes"}
        if style["quotes"]:
            given["dialogue"] = {"quotes": style["quotes"]}
        held = await plot.style()
        if held is None:
            await plot.update_style(self.revision, StyleUpdate.model_validate(given))
            held = await plot.style()
            if held is not None:
                self.ledger.record("style", "style", held.id, given)
            return
        present = {name: getattr(held, name) for name in given}
        self.ledger.adopt("style", held.id, present)
        changes = self.ledger.changes("style", "style", given, present, "style")
        if changes:
            await plot.update_style(self.revision, StyleUpdate.model_validate(changes))

    async def _terms(self, bible: PlotBible, drafted: list[dict[str, Any]]) -> None:
        standing = await bible.terms()
        known = {values["term"]: row_id for row_id, values in standing.items()}
        for ordinal, term in enumerate(drafted):
            key, values = f"term:{term['term']}", {"term": term["term"], "meaning": term["meaning"]}
            if self.ledger.is_gone("terms", key, standing, known.get(term["term"]), term["term"]):
                continue
            if term["term"] in known:
                self.ledger.adopt(key, known[term["term"]], standing[known[term["term"]]])
            row_id = self.ledger.row_id(key)
            if row_id is None:
                self.ledger.record("terms", key, await bible.write_term(None, values, ordinal), values)
                continue
            changes = self.ledger.changes("terms", key, values, standing[row_id], term["term"])
            if changes:
                await bible.write_term(row_id, changes, ordinal)
