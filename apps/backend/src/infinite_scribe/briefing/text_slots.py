"""The slots that quote the book itself, and the card that closes a briefing. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from infinite_scribe.briefing.document import Draft, Item, Withheld, fence, labels
from infinite_scribe.briefing.knowledge import Filtered, may_read
from infinite_scribe.briefing.material import Handles, Material, Part, SaidBefore
from infinite_scribe.briefing.rules import TAIL_OF_POV, TAIL_PREVIOUS, Slot, Tier
from infinite_scribe.briefing.scene_slots import lines
from infinite_scribe.core.language import language
from infinite_scribe.core.tokens import count_tokens
from infinite_scribe.plot.promises import Act

GAP = "[…]"
"""Stands for a paragraph that the viewpoint may not read."""


def tail_of(text: str, tokens: int, code: str) -> str:
    """Return the end of a text within a number of tokens: whole paragraphs, else whole sentences."""
    kept: list[str] = []
    spent = 0
    for paragraph in reversed([part for part in text.split("\n\n") if part.strip()]):
        cost = count_tokens(paragraph) + 1
        if spent + cost > tokens:
            break
        kept.insert(0, paragraph)
        spent += cost
    if kept or not text.strip():
        return "\n\n".join(kept)
    for sentence in reversed(language(code).sentences(text.rsplit("\n\n", maxsplit=1)[-1])):
        cost = count_tokens(sentence) + 1
        if spent + cost > tokens:
            break
        kept.insert(0, sentence)
        spent += cost
    return ("" if code == "zh" else " ").join(kept)


@dataclass(frozen=True)
class TextSlots:
    """Fills slots 5, 6, 10, 11 and 12."""

    material: Material
    handles: Handles
    draft: Draft

    def so_far(self, told: Filtered) -> None:
        """Slot 5: summaries, sentence by sentence; from inside one head only what that head may have learnt."""
        for number, said in enumerate(self.material.so_far):
            text = self._readable(said, told)
            if text:
                reason = "stale" if said.is_stale else "tail"
                self._quote(Slot.SO_FAR, "so_far", text, reason, number, twin="story_so_far", node=said.node)
            elif said.text:
                self.draft.withheld.append(Withheld(said.node, "unknown_to_pov", veil=False))

    def _readable(self, said: SaidBefore, told: Filtered) -> str:
        parts = [part for part in said.parts if may_read(self.material, told, part)]
        return ("" if self.material.language == "zh" else " ").join(part.text for part in parts)

    def passages(self, told: Filtered) -> None:
        """Slot 6: earlier passages; the best find room, and they stand in reading order."""
        for place, one in enumerate(self.material.passages):
            passage = one.hit.passage
            if not may_read(self.material, told, Part(passage.text, (passage.scene_id,), one.facts)):
                self.draft.withheld.append(Withheld(str(passage.id), "unknown_to_pov", veil=False))
                continue
            text = f"[{passage.head}]\n{passage.text}" if passage.head else passage.text
            self.draft.add(
                Item(Slot.PASSAGES, "passages", self._fenced(text), "passage", one.reason, (place,),
                     (one.index, passage.ordinal), id=str(passage.id), score=one.score)
            )  # fmt: skip

    def tail(self, tier: Tier, told: Filtered) -> None:
        """Slot 10: the words the scene follows on; a paragraph that shows what is not known is left out."""
        previous, last = self.material.previous, self.material.last_of_pov
        chosen: list[tuple[SaidBefore, int]] = []
        if previous is not None and self._may_read(previous):
            chosen.append((previous, TAIL_PREVIOUS[tier]))
        room = TAIL_OF_POV[tier] if chosen else TAIL_PREVIOUS[tier]
        if last is not None and (previous is None or last.node != previous.node or not chosen):
            chosen.insert(0, (last, room))
        for number, (said, tokens) in enumerate(chosen):
            open_parts = [part.text if not part.facts & told.closed else GAP for part in said.parts]
            text = tail_of("\n\n".join(open_parts), tokens, self.material.language)
            twin = "previous_tail" if number == len(chosen) - 1 else None
            self._quote(Slot.TAIL, "tail", text, "tail", number, twin=twin, node=said.node)

    def promises(self) -> None:
        """Slot 12: what the scene does for the promises of the book."""
        words = labels(self.material.language)
        for number, one in enumerate(self.material.acts):
            if one.act.act is Act.HOLD or (one.act.early and one.act.act is not Act.PLANT):
                text = words["act_hold"].format(text=one.act.statement)
            else:
                text = words[f"act_{one.act.act.value}"].format(text=one.act.statement)
            self.draft.add(
                Item(Slot.CARD, "promises", f"- {text}", "promise", "due_promise", (5, number), (5, number),
                     id=str(one.act.promise_id), rev_from=one.rev_from)
            )  # fmt: skip

    def _may_read(self, said: SaidBefore) -> bool:
        card = self.material.card
        if not self.material.is_limited or card is None or card.pov_id is None:
            return True
        if said.on_stage is not None:
            return card.pov_id in said.on_stage
        pov = self.material.pov
        return pov is not None and any(alias.text in said.text for alias in pov.aliases)

    def avoid(self) -> None:
        """Slot 11: what the last scenes used."""
        words, used = labels(self.material.language), self.material.used
        for number, text in enumerate(self.material.avoid):
            self.draft.add(
                Item(
                    Slot.AVOID,
                    "avoid",
                    f"- {text}",
                    "avoid",
                    "style",
                    (0, number),
                    (0, number),
                    twin="avoid",
                    data=text,
                )
            )
        named = {
            "openings": "openings",
            "endings": "endings",
            "details": "used_details",
            "skeletons": "skeletons",
        }
        for number, (name, label) in enumerate(named.items()):
            values = list(getattr(used, name))
            self.draft.add(
                Item(Slot.AVOID, "avoid", lines([(words[label], values)]), "used", "style", (1, number), (1, number),
                     twin="used", data={name: values})
            )  # fmt: skip

    def card(self) -> None:
        """Slot 12: what the scene is for, its beats, and what the author asked."""
        material, words = self.material, labels(self.material.language)
        scene = material.scene
        if scene is not None:
            data = scene_data(material)
            text = lines([
                (words["scene"], data["handle"]), (words["index"], data["index_in_chapter"]),
                (words["time"], data["story_time_label"]), (words["opening"], data["opening_type"]),
                (words["closing"], data["closing_type"]), (words["budget"], data["word_budget"]),
            ])  # fmt: skip
            self.draft.add(
                Item(Slot.CARD, "card", text, "scene", "must_include", (0,), (0,), data["handle"], str(scene.id),
                     twin="scene", data=data)
            )  # fmt: skip
        if material.card is not None:
            data = card_data(material, self.handles)
            text = lines([(words[label], data[name]) for name, label in CARD_LABELS.items()])
            self.draft.add(
                Item(Slot.CARD, "card", text, "card", "must_include", (1,), (1,), id=str(material.card.id),
                     rev_from=material.card.rev_from, twin="card", data=data)
            )  # fmt: skip
        self._beats()
        if material.instruction:
            self.draft.add(
                Item(Slot.CARD, "instruction", material.instruction, "instruction", "author_chip", (3,), (3,),
                     twin="instruction", data=material.instruction)
            )  # fmt: skip
        for number, steer in enumerate(material.steers):
            self.draft.add(
                Item(
                    Slot.CARD,
                    "steer",
                    f"- {steer}",
                    "steer",
                    "steer",
                    (4, number),
                    (4, number),
                    twin="steers",
                    data=steer,
                )
            )

    def _beats(self) -> None:
        words = labels(self.material.language)
        for number, beat in enumerate(sorted(self.material.beats, key=lambda one: one.ordinal)):
            handle = self.handles.beats[beat.beat_id]
            data = {
                "handle": handle,
                "kind": beat.kind,
                "text": beat.text,
                "actor": self.handles.of_entity(beat.actor_id),
                "change": beat.change,
                "subtext": beat.subtext,
                "word_budget": beat.word_budget,
            }
            text = (
                f"### {handle} ({beat.kind})"
                + (f" {data['actor']}" if data["actor"] else "")
                + f"\n{beat.text}\n"
            )
            text += lines([
                (words["change"], beat.change), (words["subtext"], beat.subtext), (words["budget"], beat.word_budget),
            ])  # fmt: skip
            self.draft.add(
                Item(Slot.CARD, "beats", text.rstrip(), "beat", f"beat({number + 1})", (2, number), (2, number), handle,
                     beat.beat_id, twin="beats", data=data)
            )  # fmt: skip

    def _fenced(self, text: str) -> str:
        return fence(self.material.fence_key, labels(self.material.language)["material"], text)

    def _quote(
        self, slot: Slot, section: str, text: str, reason: str, number: int, *, twin: str | None, node: str
    ) -> None:
        if text.strip():
            self.draft.add(
                Item(
                    slot,
                    section,
                    self._fenced(text),
                    "text",
                    reason,
                    (number,),
                    (number,),
                    id=node,
                    twin=twin,
                    data=text,
                )
            )


CARD_LABELS = {
    "title": "title",
    "summary": "summary",
    "goal": "goal",
    "conflict": "conflict",
    "outcome": "outcome",
    "turn": "turn",
    "pov": "viewpoint",
    "place": "place_of",
    "cast": "cast_of",
    "must_include": "include",
    "must_not_reveal": "untold",
    "word_budget": "budget",
    "opening_type": "opening",
    "closing_type": "closing",
}


def scene_data(material: Material) -> dict[str, Any]:
    """Return what the twin says of the scene's place and shape."""
    scene, card = material.scene, material.card
    story = scene.story_from if scene is not None else None
    return {
        "handle": f"S{scene.reading_index if scene is not None else 0}",
        "index_in_chapter": material.index_in_chapter,
        "opening_type": card.opening_type if card else None,
        "closing_type": card.closing_type if card else None,
        "word_budget": card.word_budget if card else None,
        "story_time_label": str((story or {}).get("label") or ""),
    }


def card_data(material: Material, handles: Handles) -> dict[str, Any]:
    """Return the card by handles. A thing that must not be revealed stands here only if the writer may know it."""
    card = material.card
    assert card is not None
    stage = [handles.of_entity(member.entity) for member in card.cast]
    unsaid = [
        str(row["text"]) for row in card.must_not_reveal if row.get("text") and row.get("writer_may_know")
    ]
    return {
        "title": material.scene.title if material.scene is not None else "",
        **card.model_dump(
            include={
                "summary",
                "goal",
                "conflict",
                "outcome",
                "turn",
                "word_budget",
                "opening_type",
                "closing_type",
            }
        ),
        "pov": handles.of_entity(card.pov_id),
        "place": handles.of_entity(card.place_id),
        "cast": [handle for handle in stage if handle is not None],
        "must_include": [str(row["text"]) for row in card.must_include if row.get("text")],
        "must_not_reveal": unsaid,
    }
