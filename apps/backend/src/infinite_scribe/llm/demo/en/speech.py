"""Exchanges: a chain of spoken moves with bodies and objects between the lines."""

import re

from infinite_scribe.llm.demo.acts import Act, Role, Slot, Talk
from infinite_scribe.llm.demo.chance import Chance, Rotation
from infinite_scribe.llm.demo.en import lexicon
from infinite_scribe.llm.demo.en.bind import Scene
from infinite_scribe.llm.demo.en.grammar import sentence
from infinite_scribe.llm.demo.en.weight import heavy_phrase
from infinite_scribe.llm.demo.state import SceneState

#: Words a spoken row takes on average, with its share of gesture.
ROW_WORDS = 13
#: Small matters that fill a silence.
_SIDES = ("side", "side2", "side3", "side4", "side5")
_GESTURES = (Act.HESITATE, Act.WATCH, Act.EXAMINE, Act.STAND)


class Speech:
    """Words the exchanges of one scene."""

    def __init__(self, scene: Scene, state: SceneState, rotation: Rotation, chance: Chance) -> None:
        """Share the scene's state, so that gestures use what is really there."""
        self.scene, self.state, self.rotation, self.chance = scene, state, rotation, chance
        self.secret_told = False
        self.thread = 0
        self.taken: list[str] = []

    def exchange(self, talk: Talk, room: int) -> list[str]:
        """The paragraphs of a chain, cut to the room there is (at least three rows)."""
        chain = talk.chain
        if chain == "side":
            chain = (self.rotation.deal("chain.side", _SIDES) or self.rotation.again("chain.side", _SIDES))[1]
        rows: list[list[str]] = lexicon.table("talk")[chain]
        count = max(3, min(len(rows), round(room / ROW_WORDS) if room else len(rows)))
        if chain == "secret":
            count = max(count, 4)
        made: list[str] = []
        bare = 0
        for index, row in enumerate(rows[:count]):
            speaker, hearer = (talk.opener, talk.answerer) if index % 2 == 0 else (talk.answerer, talk.opener)
            line = self._line(chain, index, row)
            if not line:
                break
            self.secret_told |= "{secret}" in row
            heavy = sum(len(word) > 3 for word in line.split()) >= 6
            must = index == 0 or bare >= 2
            tag = self._tag(line, speaker, hearer, first=index == 0 or heavy, must=must)
            bare = 0 if tag else bare + 1
            made.append(self._paragraph(line, tag))
        return made

    def _line(self, chain: str, index: int, row: list[str]) -> str:
        for attempt in range(3):
            kept = self.thread if attempt == 0 and index else None
            found = self.rotation.deal(
                f"talk.{chain}.{index}",
                row,
                lambda item, kept=kept: kept is None or row.index(item) == kept,  # type: ignore[misc]
            ) or self.rotation.deal(f"talk.{chain}.{index}", row)
            if found is None or self.rotation.rests(found[0]):
                return ""
            text = found[1]
            self.taken.append(f"talk:{found[0]}")
            self.thread = row.index(text)
            if text.startswith("*"):
                thing = self.scene.tongue.things[text[1:]]
                said = self.rotation.deal(f"say.{thing.noun}", thing.talk) if thing.talk else None
                if said is None:
                    continue
                text = said[1]
            return re.sub(r"\s+", " ", sentence(self._spoken(text)))
        return ""

    def _spoken(self, text: str) -> str:
        tongue = self.scene.tongue
        quiet = dict(tongue.focus.items())
        said = tongue.say(text)
        tongue.focus = quiet
        return said

    def _tag(self, line: str, speaker: Role, hearer: Role, *, first: bool, must: bool) -> str:
        """A tag, a gesture, or nothing. A gesture is marked by a leading full stop."""
        tongue = self.scene.tongue
        if first or (must and self.chance.happens(0.35)) or self.chance.happens(0.12):
            verb = "[ask]" if line.endswith("?") else "[say]"
            who = tongue.subject(speaker)
            return f"{who} {tongue.say(verb, subject=speaker)}"
        if must or self.chance.happens(0.3):
            return "." + self._gesture(speaker, hearer)
        return ""

    def _gesture(self, speaker: Role, hearer: Role) -> str:
        tongue = self.scene.tongue
        act = self.chance.pick(_GESTURES)
        slot = self._at_hand()
        phrases: list[str] = lexicon.table("acts")[act.value]
        thing = tongue.things[slot.value]
        found = self.rotation.deal(
            f"act.{act.value}", phrases, lambda phrase: fits(phrase, thing.tags) and not heavy_phrase(phrase)
        )
        if found is None:
            return ""
        who = tongue.subject(speaker)
        return sentence(
            f"{who} {tongue.say(found[1].split('|')[-1], subject=speaker, thing=thing, other=hearer)}"
        )

    def _at_hand(self) -> Slot:
        """The thing that was handled last, or the one that is always there."""
        recent = [
            slot
            for slot in self.state.touched[::-1]
            if slot in {Slot.BUSY, Slot.PAYMENT, Slot.TOKEN, Slot.RECORD}
        ]
        return self.chance.pick(recent[:2]) if recent else Slot.BUSY

    @staticmethod
    def _paragraph(line: str, tag: str) -> str:
        if not tag:
            return f"“{line}”"
        if tag.startswith("."):
            return f"“{line}” {tag[1:]}".strip()
        quoted = line[:-1] + "," if line.endswith(".") else line
        split = re.match(r"^(.{6,}?[.?!]) (.{4,})$", line)
        if split:
            head = split.group(1)
            head = head[:-1] + "," if head.endswith(".") else head
            return f"“{head}” {tag}. “{split.group(2)}”"
        return f"“{quoted}” {tag}."


def fits(phrase: str, tags: frozenset[str]) -> bool:
    """Whether a phrase of the lexicon may be used with a thing of these tags."""
    need = phrase.rpartition("|")[0]
    return need in {"", "d"} or any(tag in tags for tag in need.split("|"))
