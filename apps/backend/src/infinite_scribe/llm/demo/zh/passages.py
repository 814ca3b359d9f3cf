"""Beats told as whole passages in Chinese: who wants what of whom, what passes, what it costs.

The notation stands at the head of `data/passages_alone.toml`. A passage that an earlier
scene of the book has told is left alone (its literal pieces are among the told marks).
"""

import re
from typing import TYPE_CHECKING

from infinite_scribe.core.fingerprints import mark, pieces
from infinite_scribe.core.language.zh import LANGUAGE
from infinite_scribe.llm.demo.acts import Act, Do, Near, Role, See, Slot, Stir
from infinite_scribe.llm.demo.asides import RECENT, Asides
from infinite_scribe.llm.demo.chance import Chance, digest
from infinite_scribe.llm.demo.lore import is_of_other, stands, text_of
from infinite_scribe.llm.demo.state import Where
from infinite_scribe.llm.demo.teller import Told
from infinite_scribe.llm.demo.zh import lexicon, lore
from infinite_scribe.llm.demo.zh.distinct import Marks, distinct
from infinite_scribe.llm.demo.zh.facts import known
from infinite_scribe.llm.demo.zh.grammar import closed
from infinite_scribe.llm.demo.zh.voices import Voice, voice_of

if TYPE_CHECKING:
    from infinite_scribe.llm.demo.zh.narrator import ChineseNarrator

_ALTERNATIVE = re.compile(r"\(([^()]*)\)")
_MACRO = re.compile(r"@(see|stir|token|pay)\s*")
_QUOTE = re.compile(r"([PAB]?)“([^”]*)”")
_NEEDED = re.compile(r"\{([AB])(?:\.\w+)?\}|\{[AB]name\}")
#: Beats in which the other one is not yet there when they begin.
ALONE_PREFIX = frozenset({"overhear", "trail", "lose_trail"})
#: Beats after which a thing is out of sight.
HIDDEN = {"conceal": Slot.TOKEN, "accept": Slot.PAYMENT, "lift_ware": Slot.WARE, "choose": Slot.TOKEN}
#: How somebody puts down what was brought along.
LAID = (
    "{A}把{x}搁在{surface}上。",
    "{A}掏出{x}，往{surface}上一放。",
    "{A}伸手推过来{x}。",
    "{surface}上多了{x}，是{A}放下的。",
    "{A}从怀里摸出{x}，摆在中间。",
    "{A}手一松，{x}落在{surface}上。",
    "{A}解开手巾，里头是{x}。",
)
#: Literal pieces of a passage among the told ones from which it counts as told.
TOLD = 2
#: Paragraphs of plain facts about people in one scene, and about the other one in it.
MOST_PLAIN, MOST_OF_ONE = 5, 2
#: Paragraphs after which the viewpoint is named again.
NAMED_AGAIN = 4


def table() -> dict[str, list[str]]:
    """All passages by beat."""
    return lexicon.table("passages_alone") | lexicon.table("passages_facing")


class Passages:
    """The passages of one scene."""

    def __init__(self, narrator: "ChineseNarrator") -> None:
        """Share the narrator's scene, state and memory."""
        self.narrator, self.setting, self.tongue = narrator, narrator.setting, narrator.tongue
        briefing = self.setting.briefing
        self.book = digest(briefing.novel.logline or briefing.novel.title)
        self.number = briefing.chapter.number + briefing.scene.index_in_chapter * 5
        self.told, self.recent = frozenset(briefing.used.told), frozenset(briefing.used.told[-RECENT:])
        self.told_secret, self.pressed, self.since_name = False, 0, NAMED_AGAIN
        self.plain = self.of_other = 0
        self.marks = self._marks()
        people = self.setting.people
        self.voices: dict[Role, Voice] = {
            role: voice_of(people[role].voice, people[role].name)
            for role in people
            if role is not Role.ABSENT
        }
        self.asides = Asides(
            lexicon.table("asides"),
            self.book,
            briefing.chapter.number * 3 + briefing.scene.index_in_chapter,
            briefing.used.told,
            self._plainly,
            lambda row: self._possible(row) and narrator.may(row),
        )

    # -- what the draft asks for -----------------------------------------------------
    def beat(self, beat: str, room: float, *, first: bool) -> list[Told] | None:
        """The paragraphs of a beat, or None when none of its passages is fresh."""
        chosen = self._choose(f"beat.{beat}", table().get(beat, []))
        if chosen is None:
            return None
        self.since_name = NAMED_AGAIN
        made: list[Told] = []
        facing = beat in lexicon.table("passages_facing") and beat not in ALONE_PREFIX
        if facing and Role.OTHER not in self.setting.state.present:
            made += [Told(text) for text in self._enter()]
        made += self._paragraphs(chosen)
        if first:
            at = next((index for index, item in enumerate(made) if not item.core), len(made))
            made[at:at] = [Told(text) for text in self.orient()]
        if beat in {"decline", "part"}:
            self.setting.state.enact(Do(Act.LEAVE, Role.OTHER))
        if beat in HIDDEN:
            self.setting.state.enact(Do(Act.HIDE, Role.SELF, HIDDEN[beat]))
        length = sum(LANGUAGE.count(item.text) for item in made if item.core)
        for item in [item for item in made if not item.core]:
            length += LANGUAGE.count(item.text)
            if length > room * 1.1:
                made.remove(item)
        return made

    def press(self) -> str:
        """A further paragraph about what presses; empty when all has been said."""
        rows: list[str] = lexicon.table("orient")["press"]
        order = Chance("press", self.book).shuffled(range(len(rows)))
        while self.pressed < len(rows):
            index = order[(self.number * 7 + self.pressed) % len(rows)]
            self.pressed += 1
            key = f"passage:press.{index}"
            if key in self.narrator.resting or not self._fits(rows[index]) or self.was_told(rows[index]):
                continue
            text = self._word(rows[index].rpartition("|")[2])
            if text:
                self._spend(key)
                return text
        return ""

    def told_of(self) -> str:
        """A paragraph of plain facts about somebody that no earlier scene has told; empty when there is none."""
        if self.plain >= MOST_PLAIN:
            return ""
        rows: list[str] = lexicon.table("told")["told"]["rows"]
        here = Role.OTHER in self.setting.state.present and Role.OTHER in self.narrator.faced
        fitting = [
            row
            for row in rows
            if stands(row, self.setting, lore.SAYS, self._plainly, here=here)
            and not (is_of_other(row) and self.of_other >= MOST_OF_ONE)
            and not any(mark(piece) in self.told for piece in pieces(self._plainly(text_of(row))))
        ]
        chosen = self._choose("told", rows, fitting)
        if chosen is None:
            return ""
        self.plain += 1
        self.of_other += is_of_other(chosen)
        return self._word(text_of(chosen))

    def aside(self) -> list[str]:
        """The paragraphs of an aside; empty when all has been told."""
        facing = Role.OTHER in self.setting.state.present and Role.OTHER in self.narrator.faced
        raw = self.asides.tell("", facing=facing)
        return [item.text for item in self._paragraphs(raw)] if raw else []

    def _plainly(self, row: str) -> str:
        """A row in words for a look at what has been told: everybody by name, all choices, nothing noted."""
        bare = re.sub(r"[PAB]“", "“", row).replace("她*", "")
        bare = _ALTERNATIVE.sub(lambda found: found.group(1).replace("/", "。"), bare)
        people = {role.value: person.name for role, person in self.tongue.people.items()}
        known = people | {key: thing.noun for key, thing in self.tongue.things.items()} | self.tongue.words
        return re.sub(r"\{(\w+)[^}]*\}", lambda found: str(known.get(found.group(1), "")), bare)

    def said_before(self, row: str) -> bool:
        """Whether a first or last line stands in an earlier scene of the book."""
        found = [mark(piece) in self.told for piece in pieces(self._plainly(row.replace("|", "\n")))]
        return sum(found) * 2 > len(found)

    def turn(self, secret: str) -> list[str]:
        """How the turn of the scene comes out; empty when it is out already."""
        if self.told_secret:
            return []
        name = "turn_heard" if Role.OTHER in self.setting.state.present else "turn_found"
        chosen = self._choose(name, lexicon.table("orient")[name])
        if chosen is None:
            return []
        self.tongue.words["secret"] = secret
        return [item.text for item in self._paragraphs(chosen)]

    def pause(self) -> list[str]:
        """A few lines on the matter itself, or a step that it takes when nobody is there."""
        facing = Role.OTHER in self.setting.state.present and Role.OTHER in self.narrator.faced
        name = "pauses" if facing else "steps"
        rows: list[str] = lexicon.table("orient")[name]
        chosen = self._choose(name, rows, [row for row in rows if self._stand(row)])
        return [item.text for item in self._paragraphs(chosen)] if chosen else []

    def _stand(self, row: str) -> bool:
        """Whether the things that a pause handles are there."""
        return "{payment}" not in row or self.setting.state.where.get(Slot.PAYMENT) is Where.SIGHT

    def orient(self) -> list[str]:
        """Who, what, whose, until when: in full in the first chapter, in a few lines later."""
        briefing = self.setting.briefing
        start = briefing.chapter.number <= 1 and briefing.scene.index_in_chapter <= 1
        rows: list[str] = lexicon.table("orient")["first" if start else "again"]
        index = Chance("orient", self.book).between(0, 99) + self.number
        fresh = [row for row in rows if not self.was_told(row) and self._possible(row)]
        if not fresh:
            return []
        return [self._word(fresh[index % len(fresh)])]

    # -- choosing --------------------------------------------------------------------
    def _marks(self) -> Marks:
        words, people = self.tongue.words, self.tongue.people
        first = self.setting.briefing.style.person == "first"
        weights = {
            person.name: 2
            for role, person in people.items()
            if role in self.setting.people and not (first and role is Role.SELF)
        }
        weights |= {words["sum"]: 2, words["n"]: 1, f"{words['years']}年": 1, words["want"]: 1}
        names: list[tuple[str, str, int]] = []
        lead, other = people[Role.SELF], people.get(Role.OTHER)
        if other is not None and Role.OTHER in self.setting.people and other.pronoun != lead.pronoun:
            names.append((other.pronoun, other.name, 1))
        if lead.pronoun != "我":
            names.append((lead.pronoun, lead.name, 3))
        return Marks(weights, names, frozenset(self.setting.briefing.used.told))

    def _choose(self, pool: str, rows: list[str], fitting: list[str] | None = None) -> str | None:
        """The variant whose turn it is in this scene, unless the book has told it; else one told long ago."""
        order = Chance(pool, self.book).shuffled(range(len(rows)))
        for told in (self.told, self.recent):
            for step in range(len(rows)):
                index = order[(self.number + step) % len(rows)]
                if fitting is not None and rows[index] not in fitting:
                    continue
                key = f"passage:{pool}.{index}"
                fresh = key not in self.narrator.resting and not self.was_told(rows[index], told)
                if fresh and self._possible(rows[index]):
                    self._spend(key)
                    return rows[index]
        return None

    def was_told(self, row: str, told: frozenset[str] | None = None) -> bool:
        """Whether earlier scenes hold the literal pieces of a passage. `told`: not in all of the book."""
        told = self.told if told is None else told
        if not told:
            return False
        plain = re.sub(r"[PAB]“", "“", row)
        literal = [piece for piece in pieces(plain) if not re.search(r"[{}()@|*?/]", piece)]
        return sum(mark(piece) in told for piece in literal) >= min(TOLD, max(1, len(literal)))

    def _possible(self, row: str) -> bool:
        people = self.setting.people
        needs = {Role(found.group(1)) for found in _NEEDED.finditer(row) if found.group(1)}
        if re.search(r"A“", row):
            needs.add(Role.OTHER)
        return all(role in people for role in needs) and not any(item in row for item in self.narrator.banned)

    def _fits(self, row: str) -> bool:
        """Whether what a pressing paragraph takes for granted is so."""
        state = self.setting.state
        need = row.partition("|")[0] if "|" in row else ""
        if need == "pay" and Slot.PAYMENT not in state.where:
            return False
        with_other = need == "A" or "{A" in row
        return self._possible(row.replace("A“", "“")) and (Role.OTHER in state.present or not with_other)

    def _spend(self, key: str) -> None:
        self.narrator.resting.add(key)
        self.narrator.spent["skeletons"].append(key)

    def _enter(self) -> list[str]:
        other = self.setting.people.get(Role.OTHER)
        if other is None:
            return []
        self.setting.state.present.add(Role.OTHER)
        self.narrator.faced.add(Role.OTHER)
        again = known(self.setting.briefing, other.name) or Role.OTHER in self.setting.state.left
        name = "enter_again" if again else "enter_new"
        rows: list[str] = lexicon.table("orient")[name]
        chosen = self._choose(name, rows)
        return [self._word(chosen)] if chosen else []

    # -- wording ---------------------------------------------------------------------
    def _paragraphs(self, text: str) -> list[Told]:
        made: list[Told] = []
        for raw in text.strip().split("\n\n"):
            if not raw:
                continue
            told = self._word(raw.lstrip("?").replace("\n", ""))
            if told:
                made.append(Told(told, not raw.startswith("?")))
        return made

    def _word(self, raw: str) -> str:
        """One paragraph in words."""
        self.tongue.new_paragraph()
        self.since_name += 1
        if self.since_name < NAMED_AGAIN:
            self.tongue.named.append(Role.SELF)
        turn = 0

        def alternative(match: re.Match[str]) -> str:
            nonlocal turn
            turn += 1
            options = match.group(1).split("/")
            return options[(digest(self.book, raw[:40], turn) + self.number) % len(options)]

        text = _ALTERNATIVE.sub(alternative, raw)
        parts = _MACRO.split(text)
        told = [self._say(parts[0])]
        for macro, rest in zip(parts[1::2], parts[2::2], strict=True):
            told += [self._macro(macro), self._say(rest)]
        made = self._marked("".join(told))
        if self.tongue.people[Role.SELF].name in made:
            self.since_name = 0
        return made if not any(item in made for item in self.narrator.banned) else ""

    def _marked(self, text: str) -> str:
        made = distinct(text, self.marks)
        return made if not made or made[-1] in "。！？…”—：" else closed(made)

    def _say(self, text: str) -> str:
        """Narration with pronouns, speech with names and in the speaker's voice."""
        made: list[str] = []
        last = 0
        for match in _QUOTE.finditer(text):
            made.append(self._narrated(text[last : match.start()]))
            made.append(f"“{self._spoken(match.group(1), match.group(2))}”")
            last = match.end()
        made.append(self._narrated(text[last:]))
        return "".join(made)

    def _narrated(self, text: str) -> str:
        if not text:
            return ""
        lead, other = self.tongue.people[Role.SELF], self.tongue.people.get(Role.OTHER)
        him = other.pronoun if other else "他"
        plain = (
            text.replace("{K}", "{K.name}")
            .replace("她*", lead.pronoun)
            .replace("{A.he}", him)
            .replace("{A.him}", him)
        )
        return self.tongue.say(plain.replace("{Bname}", self._third()))

    def _third(self) -> str:
        third = self.tongue.people.get(Role.THIRD)
        return (
            third.name
            if third and Role.THIRD in self.setting.people
            else self.tongue.words["office"] + "的人"
        )

    def _spoken(self, mark_: str, text: str) -> str:
        if "{secret}" in text:
            if self.told_secret:
                return "就是你听说的那样。"
            self.told_secret = True
        speaker = Role(mark_) if mark_ else None
        voice = self.voices.get(speaker) if speaker else None
        plain = voice.say(text) if voice else text
        for key in ("P", "A", "K"):
            plain = plain.replace(f"{{{key}}}", f"{{{key}.name}}")
        plain = plain.replace("{Bname}", self._third())
        self.tongue.speaking = True
        said = self.tongue.say(plain)
        self.tongue.speaking = False
        return said

    def laid_down(self, slot: str) -> str:
        """The other one puts something down, in another way in each scene."""
        order = Chance("laid", self.book, slot).shuffled(LAID)
        return self._narrated(order[self.number % len(order)].replace("{x}", f"{{{slot}}}"))

    def _macro(self, name: str) -> str:
        state = self.setting.state
        if name == "see":
            return self.narrator.glimpse(See(Near.FEAR if self.number % 2 else Near.WANT))
        if name == "stir":
            if not state.steps.get(Slot.WARE):
                state.enact(Stir(Slot.WARE))  # the first state is the quiet one
            state.enact(Stir(Slot.WARE))
            return self.narrator.glimpse(Stir(Slot.WARE))
        slot = Slot.PAYMENT if name == "pay" else Slot.TOKEN
        if name == "pay" and slot in state.where:
            return ""
        if name == "token" and self.tongue.things["token"].met:
            return ""
        if name == "pay":
            state.enact(Do(Act.PUT, Role.OTHER, slot))
            return self.laid_down("payment")
        return self._narrated("{token}搁在{surface}上，{K}从前总把它搁在那儿。")
