"""What an accepted scene suggests for the world: new facts, beliefs of those who were told, names nobody knows.

Suggestions wait in the inbox; nothing becomes canon here. The same thing is suggested once, and never again after the
author has refused it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.librarian.told_facts import told_facts
from infinite_scribe.agents.librarian.unknown_names import unknown_names
from infinite_scribe.canon.inbox import CanonInbox, ItemKind
from infinite_scribe.canon.registry import Mutability, find
from infinite_scribe.canon.rules import Verdict, compare, normalise
from infinite_scribe.canon.schemas import CanonItemRead, FactRead
from infinite_scribe.canon.service import CanonService
from infinite_scribe.continuity.passages import Modality, Sentence
from infinite_scribe.continuity.reconciling import Said
from infinite_scribe.continuity.scene import SceneToCheck
from infinite_scribe.continuity.words import Words
from infinite_scribe.core.errors import DomainError
from infinite_scribe.novels.access import NovelScope

STUBS_PER_SCENE = 5


@dataclass(frozen=True)
class Suggesting:
    """Files suggestions of one novel."""

    session: AsyncSession
    scope: NovelScope
    run_id: UUID | None = None

    async def from_scene(
        self, scene: SceneToCheck, claims: Sequence[Said], clashing: Collection[str]
    ) -> list[UUID]:
        """Suggest what a scene says and the canon does not; `clashing` are quotes that findings speak of already."""
        known = await CanonService.of(self.session, self.scope).facts(as_of=scene.tick)
        seen = _seen(await CanonInbox.of(self.session, self.scope).items(None))
        made: list[UUID] = []
        for said in claims:
            if said.modality == Modality.NARRATED and not any(quote in said.quote for quote in clashing):
                made += await self._fact(scene, said, known, seen)
            elif said.modality == Modality.SPOKEN and said.holder_id is not None:
                made += await self._beliefs(scene, said, known, seen)
        return made

    async def from_narration(
        self, scene: SceneToCheck, sentences: Sequence[Sentence], words: Words, clashing: Collection[str]
    ) -> list[UUID]:
        """Suggest what the narration states in plain words about known entries: age, kin, home, debt."""
        return await self.from_scene(scene, told_facts(scene, sentences, words), clashing)

    async def stubs(self, scene: SceneToCheck, sentences: Sequence[Sentence], words: Words) -> list[UUID]:
        """Suggest entries for names that the narration uses more than once and nobody bears."""
        seen = _seen(await CanonInbox.of(self.session, self.scope).items(None))
        made: list[UUID] = []
        for one in unknown_names(scene, sentences, words)[:STUBS_PER_SCENE]:
            if ("entity", normalise(one.name)) in seen:
                continue
            seen.add(("entity", normalise(one.name)))
            payload = {"kind": one.kind, "name": one.name, "importance": 1, "source": "prose"}
            evidence = _evidence(scene, one.shown.pid, one.shown.text)
            made += await self._propose("entity", payload, evidence, scene)
        return made

    async def _fact(
        self, scene: SceneToCheck, said: Said, known: Sequence[FactRead], seen: set[tuple[str, ...]]
    ) -> list[UUID]:
        predicate = find(said.predicate or "")
        if predicate is None or said.value is None:
            return []
        value = said.value
        held = [one for one in known if one.subject_id == said.subject_id and one.predicate == predicate.key]
        verdicts = {one.id: compare(predicate, value, one.fact_value()) for one in held}
        key = (
            "fact",
            str(said.subject_id),
            predicate.key,
            _value_key(value.object_id, value.text, value.number),
        )
        if Verdict.AGREE in verdicts.values() or key in seen:
            return []
        changes = said.kind in {"change", "event"} and predicate.mutability is Mutability.MUTABLE
        if held and predicate.is_single_valued and not changes:
            return []
        clash = [
            {"fact_id": str(one.id), "text": one.wording}
            for one in held
            if predicate.is_single_valued or verdicts[one.id] is Verdict.CLASH
        ]
        seen.add(key)
        payload = {
            "subject_id": str(said.subject_id), "predicate": predicate.key, "qualifier": dict(said.qualifier),
            "object_id": str(value.object_id) if value.object_id else None, "text": value.text,
            "number": value.number, "unit": value.unit, "source": "prose", "wording": said.quote[:2000],
            "valid_from": {"kind": "scene", "ref": str(scene.scene_id), "pid": said.pid, "edge": "at"},
        }  # fmt: skip
        if not changes:
            payload["valid_from"] = {"kind": "always"} if predicate.is_fixed else payload["valid_from"]
        return await self._propose(
            "fact", payload, _evidence(scene, said.pid, said.quote, said), scene, clash
        )

    async def _beliefs(
        self, scene: SceneToCheck, said: Said, known: Sequence[FactRead], seen: set[tuple[str, ...]]
    ) -> list[UUID]:
        """Whoever hears a claim about a fact of the canon knows it, or believes wrongly what was said instead."""
        predicate = find(said.predicate or "")
        if predicate is None or said.value is None:
            return []
        made: list[UUID] = []
        for fact in known:
            if fact.subject_id != said.subject_id or fact.predicate != predicate.key:
                continue
            verdict = compare(predicate, said.value, fact.fact_value())
            if verdict is Verdict.UNDECIDED or fact.publicity == "public":
                continue
            stance = "knows" if verdict is Verdict.AGREE else "believes_wrongly"
            for knower in sorted(scene.on_stage - {said.holder_id, said.subject_id}, key=str):
                key = ("belief", str(knower), str(fact.id), stance)
                if key in seen:
                    continue
                seen.add(key)
                payload: dict[str, Any] = {
                    "knower": str(knower), "fact_id": str(fact.id), "stance": stance, "via": "told",
                    "source_entity_id": str(said.holder_id),
                    "from": {"kind": "scene", "ref": str(scene.scene_id), "pid": said.pid, "edge": "at"},
                }  # fmt: skip
                if stance == "believes_wrongly":
                    payload["believed_value"] = _believed(said)
                evidence = _evidence(scene, said.pid, said.quote, said)
                made += await self._propose("belief", payload, evidence, scene)
        return made

    async def _propose(
        self,
        kind: ItemKind,
        payload: Mapping[str, Any],
        evidence: dict[str, Any],
        scene: SceneToCheck,
        clash: list[dict[str, Any]] | None = None,
    ) -> list[UUID]:
        """File a suggestion; one that cannot be a draft of its kind is dropped."""
        try:
            async with self.session.begin_nested():
                item = await CanonInbox.of(self.session, self.scope).propose(
                    kind,
                    payload,
                    evidence=[evidence],
                    clash=clash,
                    scene_id=scene.scene_id,
                    run_id=self.run_id,
                )
        except (DomainError, ValueError):
            return []
        return [item]


def _seen(items: Sequence[CanonItemRead]) -> set[tuple[str, ...]]:
    """Return what waits or was refused, by what it says."""
    found: set[tuple[str, ...]] = set()
    for item in items:
        if item.status not in {"open", "rejected"}:
            continue
        said = item.payload
        if item.kind == "fact":
            value = _value_key(said.get("object_id"), said.get("text"), said.get("number"))
            found.add(("fact", str(said.get("subject_id")), str(said.get("predicate")), value))
        elif item.kind == "entity":
            found.add(("entity", normalise(str(said.get("name", "")))))
        elif item.kind == "belief":
            found.add(("belief", str(said.get("knower")), str(said.get("fact_id")), str(said.get("stance"))))
    return found


def _value_key(object_id: object, text: object, number: object) -> str:
    if object_id is not None:
        return str(object_id)
    return (
        normalise(str(text)) if text is not None else f"{float(str(number)):g}" if number is not None else ""
    )


def _believed(said: Said) -> dict[str, Any] | str | None:
    """Return what is believed instead as a belief takes it: the id of an entry, or a value."""
    assert said.value is not None
    if said.value.object_id is not None:
        return str(said.value.object_id)
    return said.value.to_json()


def _evidence(scene: SceneToCheck, pid: str, quote: str, said: Said | None = None) -> dict[str, Any]:
    text = next((one.text for one in scene.paragraphs if one.pid == pid), "")
    start = said.start if said is not None else len(text[: max(text.find(quote), 0)].encode("utf-16-le")) // 2
    return {
        "scene": str(scene.scene_id), "version": scene.version, "pid": pid, "quote": quote, "from": start,
        "to": start + len(quote.encode("utf-16-le")) // 2,
    }  # fmt: skip
