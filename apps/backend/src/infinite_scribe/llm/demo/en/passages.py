"""Beats told as whole passages: who wants what of whom, what passes, what it costs.

A passage is a small scene in the notation of `grammar.py`. Its first paragraphs always
stand; paragraphs marked `?` join while there is room. Alternatives `(one~two)` are taken in
turn from scene to scene. What the passage takes for granted (somebody is there, the money
lies on the table) is brought about first, from the state of the scene.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from infinite_scribe.core.fingerprints import mark, pieces
from infinite_scribe.llm.demo.acts import Act, Do, Near, Role, See, Slot, Stir
from infinite_scribe.llm.demo.asides import RECENT, Asides
from infinite_scribe.llm.demo.chance import Chance, digest
from infinite_scribe.llm.demo.en import lexicon, lore, morphology, steer
from infinite_scribe.llm.demo.en.distinct import Marks, distinct, marks_of
from infinite_scribe.llm.demo.en.facts import known
from infinite_scribe.llm.demo.en.grammar import fix_marks, sentence
from infinite_scribe.llm.demo.en.paragraphs import trimmed
from infinite_scribe.llm.demo.en.voices import voice_of
from infinite_scribe.llm.demo.lore import is_of_other, stands, text_of
from infinite_scribe.llm.demo.teller import Told

if TYPE_CHECKING:
    from infinite_scribe.llm.demo.en.narrator import EnglishNarrator

_ALTERNATIVE = re.compile(r"\(([^()]*~[^()]*)\)")
_MACRO = re.compile(r"@(see|stir|token|pay)\b\s*")
_CAPITAL = re.compile(r"\{([A-Z])\.(He|His|Him)\}")
#: An open place that begins a sentence, unless it only says who spoke.
_START = re.compile(r"(^|[.!?] |“|[.!?]” (?!\{\w\} \[\w:(?:ask|say)\]))\{([^}:]+)\}")
_SPEAKS = re.compile(r"\{([PA])(?:\.\w+)?\} \[")
#: Pieces of a passage among the told ones from which it counts as told, and their least share.
TOLD, TOLD_SHARE = 2, 0.15
#: Paragraphs of plain facts about people in one scene, and about the other one in it.
MOST_PLAIN, MOST_OF_ONE = 5, 2
#: Among the paragraphs that fill a scene behind the first chapter, each so-manieth is an aside.
ASIDE = 3
#: Beats that bring the other person in by themselves need nobody there before.
ALONE_PREFIX = frozenset({"overhear", "trail", "lose_trail"})


def table() -> dict[str, list[str]]:
    """All passages by beat."""
    return lexicon.table("passages_alone") | lexicon.table("passages_facing")


class Passages:
    """The passages of one scene."""

    def __init__(self, narrator: "EnglishNarrator") -> None:
        """Share the narrator's scene, state and memory."""
        self.narrator = narrator
        self.setting = narrator.setting
        self.tongue = narrator.tongue
        briefing = self.setting.briefing
        self.book = digest(briefing.novel.logline or briefing.novel.title)
        self.number = briefing.chapter.number + briefing.scene.index_in_chapter * 5
        self.told_secret = False
        self.marks = self._marks()
        self.recent = frozenset(briefing.used.told[-RECENT:])
        self.known: dict[str, list[str]] = {}
        self.voices = {role: voice_of(member.voice) for role, member in self.setting.people.items()}
        self.speaker = Role.OTHER
        self.pressed = self.fills = self.plain = self.of_other = 0
        self.asides = Asides(
            lexicon.table("asides"),
            self.book,
            briefing.chapter.number * 3 + briefing.scene.index_in_chapter,
            briefing.used.told,
            lambda text: self.tongue.quiet().say(text),
            narrator.may,
        )

    # -- what the draft asks for ---------------------------------------------------
    def beat(self, beat: str, room: float, *, first: bool) -> list[Told] | None:
        """The paragraphs of a beat, or None when none of its passages is fresh."""
        chosen = self._choose(f"beat.{beat}", table().get(beat, []))
        if chosen is None:
            return None
        made: list[Told] = []
        facing = beat in lexicon.table("passages_facing") and beat not in ALONE_PREFIX
        if facing and Role.OTHER not in self.setting.state.present:
            made += [Told(text) for text in self._enter()]
        head, _, rest = chosen.strip().partition("\n\n")
        made += self._paragraphs(head)
        if first:
            made += [Told(text) for text in self.orient()]
        made += self._paragraphs(rest)
        if beat in {"decline", "part"}:
            self.setting.state.enact(Do(Act.LEAVE, Role.OTHER))
        length = sum(len(item.text.split()) for item in made if item.core)
        for item in [item for item in made if not item.core]:
            length += len(item.text.split())
            if length > room * 1.1:
                made.remove(item)
        return made

    def press(self) -> list[str]:
        """A further paragraph about what presses, of somebody, or by the way; empty when all is said."""
        self.fills += 1
        if self.setting.briefing.chapter.number > 1 and self.fills % ASIDE == 0 and (told := self._aside()):
            return told
        text = (self._told() if self.fills % 2 else "") or self._pressing() or self._told()
        return [text] if text else self._aside()

    def _aside(self) -> list[str]:
        raw = self.asides.tell(" ", facing=Role.OTHER in self.setting.state.present)
        return [told for item in raw.split("\n\n") if (told := self._word(item))] if raw else []

    def _told(self) -> str:
        """A paragraph of plain facts about somebody that no earlier scene has told."""
        if self.plain >= MOST_PLAIN:
            return ""
        rows: list[str] = lexicon.table("told")["told"]["rows"]
        here = Role.OTHER in self.setting.state.present
        say = self.tongue.quiet().say
        chosen = self._choose(
            "told",
            rows,
            lambda row: (
                stands(row, self.setting, lore.SAYS, say, here=here)
                and not (is_of_other(row) and self.of_other >= MOST_OF_ONE)
                and not self._any_told(text_of(row))
            ),
        )
        if chosen is None:
            return ""
        self.plain += 1
        self.of_other += is_of_other(chosen)
        return self._word(text_of(chosen))

    def _any_told(self, row: str) -> bool:
        """Whether any piece of a row stands in an earlier scene: a fact is not told twice."""
        if row not in self.known:
            self.known[row] = [mark(piece) for piece in pieces(self.tongue.quiet().say(row))]
        return any(one in self.marks.told for one in self.known[row])

    def _pressing(self) -> str:
        """A paragraph about what presses."""
        rows: list[str] = lexicon.table("orient")["press"]
        for _ in range(len(rows)):
            index = (Chance("press", self.book).between(0, 99) + self.number * 5 + self.pressed * 11) % len(
                rows
            )
            self.pressed += 1
            if self.pressed > len(rows):
                return ""
            key = f"passage:press.{index}"
            if key in self.narrator.resting or not self._fits(rows[index]) or self.was_told(rows[index]):
                continue
            text = self._word(rows[index].rpartition("|")[2], loose=True)
            if text and not self.repeated(text):
                self._spend(key)
                return text
        return ""

    def _fits(self, row: str) -> bool:
        """Whether what a pressing paragraph takes for granted is so."""
        state = self.setting.state
        need = row.partition("|")[0] if "|" in row else ""
        if need == "pay" and Slot.PAYMENT not in state.where:
            return False
        return Role.OTHER in state.present or not (need == "A" or "{A" in row or "[A:" in row)

    def repeated(self, text: str) -> bool:
        """Whether most of a finished paragraph stands in an earlier scene of the book."""
        found = [mark(piece) in self.marks.told for piece in pieces(text)] if self.marks.told else []
        return sum(found) * 2 > len(found)

    def heard(self, text: str) -> bool:
        """Whether any piece of a sentence stands in an earlier scene of the book."""
        return any(mark(piece) in self.marks.told for piece in pieces(text))

    def orient(self) -> list[str]:
        """Who, what, whose, until when: in full in the first chapter, in a line later."""
        start = (
            self.setting.briefing.chapter.number <= 1 and self.setting.briefing.scene.index_in_chapter <= 1
        )
        rows: list[str] = lexicon.table("orient")["first" if start else "again"]
        index = Chance("orient", self.book).between(0, 99) + self.number
        for step in range(len(rows)):
            text = self._word(rows[(index + step) % len(rows)])
            if not self.repeated(text):
                return [text]
        return []

    def _marks(self) -> Marks:
        words, people, cast = self.tongue.words, self.tongue.people, self.setting.people
        full = {
            person.short: cast[role].name if role in cast and role is not Role.SELF else person.short
            for role, person in people.items()
            if role is not Role.THIRD and person.kind != "I"
        }
        lead = people[Role.SELF]
        return marks_of(
            full,
            [words["sum"], words["Pfull"]],
            [f"{words['years']} years", words["n"]],
            (lead.kind, lead.short),
            frozenset(self.setting.briefing.used.told),
        )

    def was_told(self, row: str, told: frozenset[str] | None = None) -> bool:
        """Whether earlier scenes told a passage: enough of its pieces stand there. `told`: not in all of the book."""
        told = self.marks.told if told is None else told
        if not told:
            return False
        if row not in self.known:
            said = pieces(self.tongue.quiet().say(_MACRO.sub("", self._chosen(row))))
            self.known[row] = [mark(piece) for piece in said]
        known = self.known[row]
        return sum(one in told for one in known) >= max(TOLD, TOLD_SHARE * len(known))

    def grant(self, wishes: steer.Wishes, parts: list[list[str]]) -> list[list[str]]:
        """The scene with what the author wished for worked in, and as much taken out."""
        present = {Role.OTHER} if Role.OTHER in self.setting.people else set()
        whole = sum(len(part) for part in parts)
        made = [list(part) for part in parts]
        for share, raw in sorted(steer.paragraphs(wishes, present), reverse=True):
            at = min(max(1, round(share * whole)), whole - 1)
            for part in made:
                if at <= len(part):
                    part[at:at] = [told for told in (self._word(item) for item in raw.split("\n\n")) if told]
                    break
                at -= len(part)
        return [trimmed(part, wishes) for part in made] if wishes.pace > 0 or wishes.talk < 0 else made

    # -- choosing --------------------------------------------------------------------
    def _choose(self, pool: str, rows: list[str], fits: Callable[[str], bool] | None = None) -> str | None:
        """The variant whose turn it is in this scene, unless the book has told it; else one told long ago."""
        offset = Chance(pool, self.book).between(0, 99)
        for told in (self.marks.told, self.recent):
            for step in range(len(rows)):
                index = (offset + self.number + step) % len(rows)
                key = f"passage:{pool}.{index}"
                if key in self.narrator.resting or (fits is not None and not fits(rows[index])):
                    continue
                fresh = fits is not None or not self.was_told(rows[index], told)
                if fresh and self.narrator.may(rows[index]):
                    self._spend(key)
                    return rows[index]
        return None

    def _spend(self, key: str) -> None:
        self.narrator.resting.add(key)
        self.narrator.spent["skeletons"].append(key)

    def _enter(self) -> list[str]:
        other = self.setting.people.get(Role.OTHER)
        if other is None:
            return []
        self.setting.state.present.add(Role.OTHER)
        again = known(self.setting.briefing, other.name) or Role.OTHER in self.setting.state.left
        name = "enter_again" if again else "enter_new"
        rows: list[str] = lexicon.table("orient")[name]
        return [
            self._word(
                self._choose(name, rows) or ("It [be] {A.n} again." if again else "{Afull} [A:come] in.")
            )
        ]

    # -- wording ---------------------------------------------------------------------
    def _paragraphs(self, text: str) -> list[Told]:
        made: list[Told] = []
        for raw in text.strip().split("\n\n"):
            core = not raw.startswith("?")
            told = self._word(raw.lstrip("?").replace("\n", " "))
            if told:
                made.append(Told(told, core))
        return made

    def _word(self, raw: str, *, loose: bool = False) -> str:
        """One paragraph in words."""
        self.tongue.new_paragraph()
        text = self._chosen(raw)
        if "{secret}" in text:
            text = (
                text
                if not self.told_secret
                else text.replace("“{secret}”", "“It’s as you’ve heard. All of it.”")
            )
            self.told_secret = True
        for name in ("recap", "being", "beings"):
            text = text.replace(f"{{{name}}}", self.tongue.words.get(name, ""))
        text = _CAPITAL.sub(lambda match: f"{{{match.group(1)}.{match.group(2).lower()}:cap}}", text)
        parts = _MACRO.split(text)
        told = [self._say(parts[0])]
        for macro, rest in zip(parts[1::2], parts[2::2], strict=True):
            told += [self._macro(macro), self._say(rest)]
        said = self._voiced(raw, " ".join(part for part in told if part))
        return self.narrator.allowed(distinct(said, self.marks, loose=loose))

    def _chosen(self, raw: str) -> str:
        """The paragraph with the alternatives whose turn it is."""
        turn = 0

        def alternative(match: re.Match[str]) -> str:
            nonlocal turn
            turn += 1
            options = match.group(1).split("~")
            return options[(digest(self.book, raw[:40], turn) + self.number) % len(options)]

        return _ALTERNATIVE.sub(alternative, raw)

    def _voiced(self, raw: str, text: str) -> str:
        """The speech of a paragraph as its speaker talks; a line without a tag is the other one's turn."""
        if "“" not in raw:
            return text
        tagged = _SPEAKS.search(raw)
        if tagged is not None:
            self.speaker = Role(tagged.group(1))
        else:
            self.speaker = Role.SELF if self.speaker is Role.OTHER else Role.OTHER
        voice = self.voices.get(self.speaker)
        if voice is None or "{secret}" in raw:
            return text
        return re.sub(r"“([^”]*)”", lambda match: f"“{voice.say(match.group(1))}”", text)

    def _say(self, text: str) -> str:
        """Sentences in words; what begins one is written large."""
        marked = _START.sub(lambda match: f"{match.group(1)}{{{match.group(2)}:cap}}", text.strip())
        return fix_marks(morphology.fix_articles(self.tongue.say(marked)))

    def _macro(self, name: str) -> str:
        state = self.setting.state
        if name == "see":
            return self.narrator.glimpse(See(Near.FEAR if self.number % 2 else Near.WANT))
        if name == "stir":
            if not state.steps.get(Slot.WARE):
                state.enact(Stir(Slot.WARE))  # the first state is the quiet one
            state.enact(Stir(Slot.WARE))
            return self.narrator.glimpse(Stir(Slot.WARE))
        if name == "pay":
            if Slot.PAYMENT in state.where:
                return ""
            state.enact(Do(Act.PUT, Role.OTHER, Slot.PAYMENT))
            return sentence(self.tongue.say("{A} [A:lay] down {payment}"))
        if self.tongue.things["token"].met:
            return ""
        return sentence(self.tongue.say("{token:cap} [token:lie] on {surface}, where {K} always put it"))
