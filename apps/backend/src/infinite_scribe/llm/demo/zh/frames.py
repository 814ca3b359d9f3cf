"""First and last lines of a Chinese scene, and its shape as a whole."""

import re

from infinite_scribe.core.language.zh import LANGUAGE
from infinite_scribe.llm.demo.acts import Role
from infinite_scribe.llm.demo.chance import Rotation
from infinite_scribe.llm.demo.state import SceneState, Where
from infinite_scribe.llm.demo.teller import Setting
from infinite_scribe.llm.demo.zh import lexicon
from infinite_scribe.llm.demo.zh.distinct import distinct
from infinite_scribe.llm.demo.zh.grammar import Tongue, closed
from infinite_scribe.llm.demo.zh.passages import Passages
from infinite_scribe.llm.demo.zh.reader import ChineseReader

_SLOTS = re.compile(r"\{(\w+)(?:\.\w+)?\}")
#: Sentences of a paragraph from which its last may stand alone.
LONG_ENOUGH = 4


def _alone(text: str) -> bool:
    return "“" not in text and len(LANGUAGE.sentences(text)) == 1


class Frames:
    """How a scene begins and ends; a part of the narrator."""

    setting: Setting
    tongue: Tongue
    state: SceneState
    rotation: Rotation
    passages: Passages
    spent: dict[str, list[str]]
    faced: set[Role]

    def may(self, phrase: str) -> bool:
        """Whether a phrase may be told in this scene; the narrator knows."""
        raise AttributeError(phrase)

    def shape(self, paragraphs: list[list[str]]) -> list[list[str]]:
        """The scene with one sentence standing alone, where none does."""
        if any(_alone(text) for part in paragraphs for text in part):
            return paragraphs
        made = [list(part) for part in paragraphs]
        for part in made[1:]:
            for at, text in enumerate(part):
                sentences = LANGUAGE.sentences(text)
                if "“" not in text and len(sentences) >= LONG_ENOUGH:
                    part[at : at + 1] = ["".join(sentences[:-1]), sentences[-1]]
                    return made
        return made

    def _stands(self, kind: str, row: str) -> bool:
        """Whether the things of a first or last line are where it has them."""
        shown = set(_SLOTS.findall(row))
        if kind == "open":
            beats = self.setting.briefing.beats
            reading = ChineseReader().beat_of(beats[0].text) if beats else None
            comes = "{A" not in row or reading is None or reading.beat in lexicon.table("passages_facing")
            return comes and not shown & {"token", "payment"}
        hidden = {slot.value for slot, where in self.state.where.items() if where is not Where.SIGHT}
        gone = Role.OTHER in self.state.left
        waits = "{A.name}走了" in row or "{A.name}的脚印" in row or "等{A.name}" in row
        return not shown & hidden and (gone or not waits)

    def _frame(self, kind: str, name: str) -> list[str]:
        rows: list[str] = lexicon.table("plans")[kind][name]
        found = self.rotation.deal(
            f"{kind}.{name}",
            rows,
            lambda row: self.may(row) and self._stands(kind, row) and not self.passages.said_before(row),
        )
        if found is None:
            return []
        self.spent["skeletons"].append(f"{kind}:{found[0]}")
        if kind == "open" and "{A}" in found[1]:
            self.state.present.add(Role.OTHER)
            self.faced.add(Role.OTHER)
        made: list[str] = []
        for part in found[1].split("|"):
            self.tongue.new_paragraph()
            made.append(closed(distinct(closed(self.tongue.say(part)), self.passages.marks)))
        return made
