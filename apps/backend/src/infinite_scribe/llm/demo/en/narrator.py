"""Tells one scene in English: paragraphs from blocks of moves.

A paragraph is a list of *pieces* (an act of somebody, or a finished clause), which the joins
of this page turn into sentences of different build. Every sentence leaves a skeleton id
(`join:phrase+phrase`), so that the next scenes can let it rest.
"""

import re

from infinite_scribe.core.language.en import LANGUAGE
from infinite_scribe.llm.demo.acts import (
    Act,
    Do,
    Mind,
    Move,
    Near,
    Pass,
    Role,
    See,
    Slot,
    Stir,
    Talk,
    Tell,
    Think,
)
from infinite_scribe.llm.demo.discourse import Block, Size
from infinite_scribe.llm.demo.en import lexicon, steer
from infinite_scribe.llm.demo.en.bind import bind
from infinite_scribe.llm.demo.en.distinct import distinct
from infinite_scribe.llm.demo.en.grammar import sentence
from infinite_scribe.llm.demo.en.joins import Joins, Piece
from infinite_scribe.llm.demo.en.paragraphs import shaped
from infinite_scribe.llm.demo.en.passages import Passages
from infinite_scribe.llm.demo.en.reader import EnglishReader
from infinite_scribe.llm.demo.en.shift import pluperfect, to_first, to_past
from infinite_scribe.llm.demo.en.speech import Speech, fits
from infinite_scribe.llm.demo.shapes import Ending, Opening
from infinite_scribe.llm.demo.teller import Setting, Told

#: A scene is acts and speech; a reader skips the twentieth reflection.
MOST_THOUGHTS, MOST_LORE = 14, 3
#: Words from which what is to be avoided is a run of an earlier scene, and no word of the author's.
RUN = 4
_ABOUT = re.compile(r"[{\[]([ABPK])[.:}]")


class EnglishNarrator(Joins):
    """The narrator of one scene."""

    def __init__(self, setting: Setting) -> None:
        """Bind the scene; draws come from the setting's own sources."""
        self.setting = setting
        self.scene = bind(setting)
        self.tongue = self.scene.tongue
        self.rotation = setting.rotation
        self.chance = setting.chance.fork("narrator")
        self.speech = Speech(self.scene, setting.state, setting.rotation, setting.chance.fork("speech"))
        self.spent: dict[str, list[str]] = {"openings": [], "endings": [], "details": [], "skeletons": []}
        self.said: set[str] = set()
        banned = [item.lower() for item in setting.briefing.style.banned if item.strip()]
        given = [item.lower() for item in setting.briefing.avoid if item.strip()]
        self.avoid = [*given, *banned]
        self.banned = [*banned, *(item for item in given if len(item.split()) < RUN)]
        self.tail = " ".join(setting.briefing.previous_tail.lower().split())
        self.hidden = [set(EnglishReader().keywords(item)) for item in setting.briefing.card.must_not_reveal]
        self.last_join = ""
        self.thoughts = self.lore = 0
        self.resting = set(setting.briefing.used.skeletons)
        self.wishes = steer.read(setting.briefing)
        self.passages = Passages(self)

    # -- the protocol -------------------------------------------------------------
    def open(self, opening: Opening) -> list[str]:
        """First paragraph of the scene."""
        self.spent["openings"].append(str(opening))
        for kind in (opening, Opening.HOUR, Opening.MESSAGE):
            text = self._frame("open", kind.value)
            if text and not self._repeats_tail(text) and not self.passages.repeated(text):
                return text.split("\n")
        return []

    def close(self, ending: Ending) -> list[str]:
        """Last paragraph of the scene."""
        self.spent["endings"].append(str(ending))
        last = ""
        for kind in (
            *(["question"] if self.wishes.question else []),
            self.wishes.ending or ending,
            Ending.IMAGE,
            Ending.COUNT,
        ):
            text = self._frame("close", str(kind))
            last = text or last
            if text and not self.passages.repeated(text):
                return text.split("\n")
        return last.split("\n") if last else []

    def tell(self, block: Block) -> list[str]:
        """A paragraph, or an exchange."""
        self.tongue.new_paragraph()
        if isinstance(block.moves[0], Talk):
            told = self.speech.exchange(block.moves[0], block.room)
            self.spent["skeletons"] += self.speech.taken
            self.speech.taken = []
            return told
        pieces = [piece for move in block.moves for piece in self.pieces_of(move)]
        if block.size is Size.SINGLE:
            pieces = pieces[:1]
        text = " ".join(self._sentences(pieces))
        return [text] if text else []

    def passage(self, beat: str, room: float, *, first: bool) -> list[Told] | None:
        """A beat as a whole passage."""
        return self.passages.beat(beat, room, first=first)

    def press(self) -> list[str]:
        """A further paragraph of the scene's pressure, or the paragraphs of an aside."""
        return self.passages.press()

    def shape(self, paragraphs: list[list[str]]) -> list[list[str]]:
        """One long paragraph and one short one."""
        return shaped(self.passages.grant(self.wishes, paragraphs), self.passages.marks.own)

    def glimpse(self, move: See | Stir) -> str:
        """A detail or a change of state as a sentence of its own."""
        pieces = self.pieces_of(move)[:1]
        told = [sentence(self._clause(piece)) for piece in pieces if f"solo:{piece.key}" not in self.resting]
        marks = self.passages.marks
        made = [text for text in told if marks.own(text) and not marks.stale(text)]
        for piece in pieces:
            self._rest(f"solo:{piece.key}")
        return " ".join(made)

    def _rest(self, skeleton: str) -> None:
        if skeleton not in self.resting:
            self.resting.add(skeleton)
            self.spent["skeletons"].append(skeleton)

    def allowed(self, text: str) -> str:
        """The paragraph without sentences that hold what must not be revealed or is to be avoided."""
        kept = [item for item in LANGUAGE.sentences(text) if not self._forbidden(item)]
        return (
            " ".join(kept)
            if len(kept) == len(LANGUAGE.sentences(text))
            or all(item.count("“") == item.count("”") for item in kept)
            else ""
        )

    def _forbidden(self, text: str) -> bool:
        lowered = text.lower()
        if any(re.search(rf"\b{re.escape(item)}s?\b", lowered) for item in self.banned):
            return True
        said = set(EnglishReader().keywords(text))
        return any(len(secret & said) >= max(2, 0.6 * len(secret)) for secret in self.hidden)

    # -- moves → pieces --------------------------------------------------------------
    def pieces_of(self, move: Move) -> list[Piece]:
        if isinstance(move, Do):
            return self._act(move)
        if isinstance(move, See):
            return self._detail(move.near)
        if isinstance(move, Stir):
            return self._state(move.thing)
        if isinstance(move, Think):
            return self._thought(move.about)
        if isinstance(move, Tell):
            return self._given(move)
        if isinstance(move, Pass):
            return self._whole("mind.pass", lexicon.table("minds")["pass"])
        return []

    def _act(self, move: Do) -> list[Piece]:
        thing = self.tongue.things.get(move.thing.value) if move.thing else None
        tags = thing.tags if thing else frozenset({"none"})
        if thing is not None and thing.brought and not thing.met:
            tags |= {"new"}
        if thing is not None:
            tags |= {move.thing.value} if move.thing else set()
            tags |= {"many"} if thing.many else set()
        pool = f"act.{move.act.value}"
        phrases: list[str] = lexicon.table("acts")[move.act.value]
        if move.act is Act.WORK and move.thing is Slot.TOOL:
            craft = [
                phrase
                if "{o}" in phrase or (thing is not None and thing.noun.split()[-1] in phrase)
                else phrase + ", {o} at {his} elbow"
                for phrase in lexicon.table("trades")[self.scene.trade]["work"]
            ]
            pool, phrases = f"work.{self.scene.trade}", craft
        found = self.rotation.deal(pool, phrases, lambda phrase: fits(phrase, tags) and self.may(phrase))
        if found is None:
            return (
                self._act(Do(Act.EXAMINE, move.agent, move.thing, move.other))
                if move.act is Act.COUNT
                else []
            )
        phrase = found[1].rpartition("|")[2]
        return [
            Piece(
                move.agent,
                phrase,
                found[0],
                found[1].startswith("d|") or "," not in phrase,
                thing,
                move.other,
            )
        ]

    def _detail(self, near: Near) -> list[Piece]:
        just = [
            tag for slot in self.setting.state.touched[-2:] for tag in self.tongue.things[slot.value].tags
        ]
        for detail in self.scene.focus.rank(self.scene.details, near, just):
            if not self.may(detail.text):
                continue
            self.scene.focus.spend(detail)
            self.spent["details"].append(detail.id)
            pieces = [Piece(None, detail.text, f"see.{detail.id}")]
            return [*pieces, *self._notice(sorted(detail.tags))]
        return []

    def _notice(self, tags: list[str]) -> list[Piece]:
        tables = lexicon.table("notices")
        for tag in tags:
            if tag in tables and self.chance.happens(0.75):
                found = self.rotation.deal(f"notice.{tag}", tables[tag], self.may)
                if found:
                    return [Piece(None, found[1], found[0])]
        return []

    def _state(self, slot: Slot) -> list[Piece]:
        thing = self.tongue.things[slot.value]
        step = self.setting.state.steps.get(slot, 1) - 1
        if step >= len(thing.states):
            return []
        phrase = thing.states[step]
        if not self.may(phrase) or f"{thing.noun}.{step}" in self.said:
            return []
        self.said.add(f"{thing.noun}.{step}")
        named = thing.form("", step)
        bound = self.tongue.say(phrase, subject=thing, thing=thing)
        return [Piece(None, f"{named} {bound}", f"state.{thing.noun}.{step}")]

    def _thought(self, about: Mind) -> list[Piece]:
        if about is Mind.LORE:
            self.lore += 1
            if self.lore > MOST_LORE:
                return []
            return self._whole(f"lore.{self.scene.trade}", lexicon.table("trades")[self.scene.trade]["lore"])
        self.thoughts += 1
        if self.thoughts > MOST_THOUGHTS and about not in {Mind.STAKE, Mind.FEAR}:
            return []
        once = about in {Mind.RULE, Mind.BELIEF}
        if once and about.value in self.said:
            return self._whole("mind.doubt", lexicon.table("minds")["doubt"])
        self.said.add(about.value)
        return self._whole(f"mind.{about.value}", lexicon.table("minds")[about.value])

    def _given(self, move: Tell) -> list[Piece]:
        """A demanded sentence, the turn, a fact or an author's own beat."""
        text = move.text.strip()
        if text.lower().rstrip(".") in self.said:
            return []
        self.said.add(text.lower().rstrip("."))
        turn = re.match(r"(.+?) learns? that (.+)$", text)
        if turn and self.passages.told_secret:
            return []
        if turn:
            self.passages.told_secret = True
            fact = (
                pluperfect(turn.group(2), self.tongue.people[Role.ABSENT].short)
                if self.tongue.tense == "past"
                else turn.group(2)
            )
            frames = _HEARD if Role.OTHER in self.setting.state.present else _TURNS
            found = self.rotation.deal("turn", frames)
            frame = found[1] if found else "So {fact}"
            plain = turn.group(2).rstrip(".") + "."
            worded = frame.replace("{fact}", fact.rstrip(".")).replace("{plain}", plain)
            return [Piece(None, worded, "turn", complete=True)]
        if (
            len(text.split()) < 7
            and re.match(r"(?:a|an|the|some|one|two|his|her|their|my)\b|[a-z]", text, re.IGNORECASE)
            and to_past(text) == text
        ):
            found = self.rotation.deal("item", _ITEMS)
            noun = text.rstrip(".")
            own = next((thing for thing in self.tongue.things.values() if thing.noun in noun), None)
            if own is not None and own.met:
                return []
            if own is not None:
                slot = next(key for key, thing in self.tongue.things.items() if thing is own)
                facing = Role.OTHER in self.setting.state.present
                self.setting.state.enact(
                    Do(Act.PUT if facing else Act.FIND, Role.OTHER if facing else Role.SELF, Slot(slot))
                )
                shown = (_SHOWN if facing else _FOUND).replace("{thing}", f"{{{slot}}}")
                return [Piece(None, shown, "item", complete=True)]
            return [
                Piece(
                    None, (found[1] if found else _ITEMS[0]).replace("{thing}", noun), "item", complete=True
                )
            ]
        return self._plainly(text)

    def _plainly(self, text: str) -> list[Piece]:
        """A given sentence as it stands, in tense and person; what it names is new no more."""
        lead = self.setting.self_
        for thing in self.tongue.things.values():
            thing.met += thing.noun in text
        told = to_past(text) if self.tongue.tense == "past" else text
        if self.setting.briefing.style.person == "first":
            told = to_first(told, [lead.name, *lead.aliases, self.tongue.words["Pfirst"]], self.tongue.tense)
        return [Piece(None, told.rstrip("."), f"tell.{len(self.said)}", complete=True)]

    def _whole(self, pool: str, rows: list[str]) -> list[Piece]:
        found = self.rotation.deal(pool, rows, self.may)
        return [Piece(None, found[1], found[0], complete=True)] if found else []

    def may(self, phrase: str) -> bool:
        """Nobody who is not here, nothing to be avoided."""
        people = self.setting.people
        needed = {Role(mark) for mark in _ABOUT.findall(phrase)} - {Role.SELF, Role.ABSENT, Role.THIRD}
        if any(role not in people for role in needed):
            return False
        bare = re.sub(r"[\[\]<>{}*]", "", phrase).lower()
        return not any(item in bare for item in self.avoid)

    # -- pieces → sentences ------------------------------------------------------------
    def _sentences(self, pieces: list[Piece]) -> list[str]:
        made: list[str] = []
        index = 0
        while index < len(pieces):
            text, used, skeleton = self._join(pieces[index : index + 3])
            given = pieces[index].key.startswith(("tell", "turn", "item"))
            index += used
            if not text or skeleton in self.resting or not (given or self.passages.marks.own(sentence(text))):
                continue
            self.resting.add(skeleton)
            self.spent["skeletons"].append(skeleton)
            if given or not self.passages.heard(sentence(text)):
                made.append(sentence(text))
        return made

    # -- openings and endings -----------------------------------------------------------
    def _frame(self, kind: str, name: str) -> str:
        rows: list[str] = lexicon.table("plans")[kind][name]
        brought = ("{payment", "{token") if kind == "open" else ()  # they come in with somebody, later
        found = self.rotation.deal(
            f"{kind}.{name}", rows, lambda row: self.may(row) and not any(item in row for item in brought)
        )
        if found is None:
            return ""
        self.spent["skeletons"].append(f"{kind}:{found[0]}")
        if kind == "open":
            self.tongue.since_name.clear()
            self.tongue.focus.clear()
        said = [
            sentence(self.tongue.say(re.sub(r"\{([A-Z])\.He\}", r"{\1.he:cap}", part)))
            for part in found[1].split("|")
        ]
        parts = [distinct(part, self.passages.marks) for part in said]
        if kind == "open" and "{A}" in found[1]:
            self.setting.state.present.add(Role.OTHER)
        spoken = [part.startswith("“") for part in parts]
        return ("\n" if any(spoken) and kind == "close" else " ").join(parts)

    def _repeats_tail(self, text: str) -> bool:
        """Whether eight words in a row stand already at the end of the previous scene."""
        words = text.lower().split()
        return (
            any(" ".join(words[index : index + 8]) in self.tail for index in range(max(0, len(words) - 7)))
            if self.tail
            else False
        )


#: A demanded thing that the scene has not brought in by itself.
_SHOWN = "{A} [A:lay] {thing} on {surface} as well, and {P} [P:see] that it <had> been {K.his}"
_FOUND = "Behind {busy} {P} [P:come] on {thing}, which <had> been {K.his}"
#: How the turn comes out when somebody is there to say it, and when nobody is.
_HEARD = (
    "“You’d better hear it from me,” {A} [A:say]. “{plain}”",
    "{A} [A:look] at the floor. “{plain} I wasn’t to tell you.”",
    "“Ask in any office,” {A} [A:say]. “{plain}”",
    "“{plain}” {A} [A:say] it to {light}, and not to {P.him}",
)
_TURNS = (
    "It stood on the last page, in {K.his} own hand: {fact}",
    "There [be] no other way to read it: {fact}",
    "{P} [P:put] the dates side by side, and then [P:have] it: {fact}",
    "So {fact}, and {P} <had> been the last to learn it",
)
_ITEMS = (
    "There was also {thing}, and nobody had moved it",
    "{thing} lay within reach the whole time",
    "It was then that one saw {thing}",
    "Beside it, where the light gave out, was {thing}",
    "And there, which nobody had mentioned, was {thing}",
)
