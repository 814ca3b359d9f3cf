"""Exchanges: threads of spoken moves with bodies and objects between the lines."""

import re
from collections.abc import Callable

from infinite_scribe.core.language.zh import LANGUAGE
from infinite_scribe.llm.demo.acts import Act, Role, Slot, Talk
from infinite_scribe.llm.demo.chance import Chance, Rotation
from infinite_scribe.llm.demo.state import SceneState
from infinite_scribe.llm.demo.zh import lexicon
from infinite_scribe.llm.demo.zh.bind import Scene
from infinite_scribe.llm.demo.zh.grammar import closed, fits, han

#: Characters a spoken row takes on average, with its share of gesture.
ROW_UNITS = 16
LEAST_ROWS, LEAST_SECRET = 3, 4
MOST_BARE = 2
#: Characters of room from which people go on talking.
SECOND_THREAD = 90
#: Characters from which a spoken line would be known again; its speaker is named.
RECOGNISABLE = 10
#: Characters that a tag adds.
TAG = 3
#: Matters on which people can go on.
_LASTING = frozenset({"probe", "token", "warn", "inspect", "request", "terms", "side", "overheard"})
_GESTURES = (Act.HESITATE, Act.WATCH, Act.EXAMINE, Act.STAND)


class Speech:
    """Words the exchanges of one scene."""

    def __init__(
        self, scene: Scene, state: SceneState, rotation: Rotation, chance: Chance, may: Callable[[str], bool]
    ) -> None:
        """Share the scene's state, so that gestures use what is really there."""
        self.scene, self.state, self.rotation, self.chance, self.may = scene, state, rotation, chance, may
        self.taken: list[str] = []
        self.told: Callable[[str], bool] = lambda _: False  # whether an earlier scene held these lines

    def exchange(self, talk: Talk, room: int) -> list[str]:
        """The paragraphs of a thread, cut to the room; with much room, a second thread after a pause."""
        told = self._thread(talk, room)
        left = room - LANGUAGE.count("".join(told))
        if left > SECOND_THREAD and told and talk.chain in _LASTING:
            pause = self._gesture(talk.opener, talk.answerer, named=True)
            told += [f"{pause}。"] if pause else []
            told += self._thread(talk, left)
        return told

    def _thread(self, talk: Talk, room: int) -> list[str]:
        threads: list[list[str]] = lexicon.table("talk")[talk.chain]
        fitting = self.rotation.deal(
            f"talk.{talk.chain}",
            threads,
            lambda lines: self.may("".join(lines)) and not self.told("。".join(lines)),
        )
        if fitting is None:
            fitting = self.rotation.deal(
                "talk.side",
                lexicon.table("talk")["side"],
                lambda lines: self.may("".join(lines)) and not self.told("。".join(lines)),
            )
        if fitting is None:
            return []
        key, lines = fitting
        self.taken.append(f"talk:{key}")
        least = LEAST_SECRET if talk.chain == "secret" else LEAST_ROWS
        count = max(least, min(len(lines), round(room / ROW_UNITS) if room else len(lines)))
        made: list[str] = []
        bare = 0
        for index, line in enumerate(lines[:count]):
            speaker, hearer = (talk.opener, talk.answerer) if index % 2 == 0 else (talk.answerer, talk.opener)
            spoken = self._spoken(line)
            if not spoken:
                break
            self.scene.tongue.new_paragraph()
            text, tagged = self._paragraph(spoken, speaker, hearer, first=index == 0, must=bare >= MOST_BARE)
            bare = 0 if tagged else bare + 1
            made.append(text)
        return made

    def _spoken(self, line: str) -> str:
        tongue = self.scene.tongue
        if line.startswith("*"):
            thing = tongue.things[line[1:]]
            said = self.rotation.deal(f"say.{thing.noun}", thing.talk, self.may) if thing.talk else None
            line = said[1] if said else "{busy}该收了。"
        kept = {thing.noun: thing.met for thing in tongue.things.values()}
        for thing in tongue.things.values():
            thing.met = max(1, thing.met)
        tongue.speaking = True
        said_text = tongue.say(
            line.replace("{P}", "{P.name}").replace("{A}", "{A.name}").replace("{K}", "{K.name}")
        )
        tongue.speaking = False
        for thing in tongue.things.values():
            thing.met = kept[thing.noun]
        return closed(said_text)

    def _paragraph(
        self, line: str, speaker: Role, hearer: Role, *, first: bool, must: bool
    ) -> tuple[str, bool]:
        """One spoken paragraph: bare, tagged behind, tagged in the middle, or after a gesture."""
        draw = self.chance.between(0, 99)
        verb = "问" if line.rstrip("”").endswith("？") else "说"
        long = han(line) >= RECOGNISABLE - TAG
        if first or must or long or draw < 26:
            if must or draw % 2:
                gesture = self._gesture(speaker, hearer, named=long)
                if gesture:
                    return f"{gesture}{self.chance.pick(['：', f'，{verb}：', '：'])}“{line}”", True
            who = self._who(speaker, named=long)
            parts = re.match(r"^(.{2,}?[。！？])(.{2,})$", line)
            if parts and draw % 3:
                return (
                    f"“{parts.group(1)}”{who}{'问' if parts.group(1).endswith('？') else '说'}，“{parts.group(2)}”",
                    True,
                )
            return (f"{who}{verb}：“{line}”" if draw % 5 == 0 else f"“{line}”{who}{verb}。"), True
        return f"“{line}”", False

    def _who(self, role: Role, *, named: bool = False) -> str:
        tongue = self.scene.tongue
        person = tongue.people[role]
        if person.pronoun == "我" or (
            not named and tongue.clear(role, self.state.present) and self.chance.happens(0.5)
        ):
            return person.pronoun
        return person.name

    def _gesture(self, speaker: Role, hearer: Role, *, named: bool = False) -> str:
        tongue = self.scene.tongue
        act = self.chance.pick(_GESTURES)
        thing = tongue.things[self._at_hand().value]
        phrases: list[str] = lexicon.table("acts")[act.value]
        tags = thing.tags | {"talk"}
        found = self.rotation.deal(
            f"act.{act.value}",
            phrases,
            lambda phrase: (
                fits(phrase, tags)
                and self.may(phrase)
                and "。" not in phrase
                and (speaker is Role.SELF or "{tool}" not in phrase)
            ),
        )
        if found is None:
            return ""
        self.taken.append(f"gesture:{found[0]}+{thing.noun}")
        return self._who(speaker, named=named) + tongue.say(found[1].rpartition("|")[2], thing, hearer)

    def _at_hand(self) -> Slot:
        """The thing that was handled last, or the one that is always there."""
        recent = [
            slot
            for slot in self.state.touched[::-1]
            if slot in {Slot.BUSY, Slot.PAYMENT, Slot.TOKEN, Slot.RECORD}
        ]
        return self.chance.pick(recent[:2]) if recent else Slot.BUSY
