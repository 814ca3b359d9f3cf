"""Tells one scene in Chinese: paragraphs from blocks of moves, sentences as topic chains.

A paragraph is a list of *pieces* (an act of somebody, or a clause with a topic of its own).
Acts of one person chain into one sentence whose later clauses have no subject; what a thing
does may follow as the last clause. Every sentence leaves a skeleton id.
"""

import re

from infinite_scribe.core.language.zh import LANGUAGE
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
from infinite_scribe.llm.demo.discourse import SIDE_TALK, Block, Size
from infinite_scribe.llm.demo.shapes import Ending, Opening
from infinite_scribe.llm.demo.teller import Setting, Told
from infinite_scribe.llm.demo.zh import lexicon
from infinite_scribe.llm.demo.zh.bind import bare, bind
from infinite_scribe.llm.demo.zh.grammar import closed, fits, han
from infinite_scribe.llm.demo.zh.passages import Passages
from infinite_scribe.llm.demo.zh.pieces import Piece
from infinite_scribe.llm.demo.zh.sentences import Sentences
from infinite_scribe.llm.demo.zh.speech import Speech

MOST_THOUGHTS, MOST_LORE, MOST_ALIKE = 11, 3, 3
#: Among the paragraphs that fill a scene behind the first chapter, each so-manieth is an aside.
ASIDE = 4
#: Exchanges about small things in one scene, and the room of one in characters.
MOST_TALKS, SIDE_ROOM = 3, 110
#: Sizes that paragraphs grow to, in characters, and how often.
PARAGRAPHS = {8: 0.3, 50: 0.4, 80: 0.3}
#: Characters from which a paragraph counts as long.
LONG = 124
NOTICED = 0.6
#: Characters from which what is to be avoided is a run of an earlier scene, and no word of the author's.
RUN = 6
#: Characters from which a scene may come back to a way of putting an act.
LONG_SCENE = 2600
_ABOUT = re.compile(r"\{([ABPK])[.}]")
_SHOWN = re.compile(r"\{(payment|token)(?:\.p)?\}")
_ONCE = frozenset({Mind.RULE, Mind.BELIEF})


class ChineseNarrator(Sentences):
    """The narrator of one scene."""

    def __init__(self, setting: Setting) -> None:
        """Bind the scene; draws come from the setting's own sources."""
        self.setting = setting
        self.scene = bind(setting)
        self.tongue = self.scene.tongue
        self.state = setting.state
        self.rotation = setting.rotation
        self.chance = setting.chance.fork("narrator")
        given = [item for item in setting.briefing.avoid if item.strip()]
        self.banned = [
            item
            for item in [*setting.briefing.style.banned, *given]
            if item.strip() and (item not in given or han(item) < RUN)
        ]
        self.avoid = [*given, *setting.briefing.style.banned]
        self.speech = Speech(
            self.scene, setting.state, setting.rotation, setting.chance.fork("speech"), self.may
        )
        self.spent: dict[str, list[str]] = {"openings": [], "endings": [], "details": [], "skeletons": []}
        self.said: set[str] = set()
        self.thoughts = self.lore = self.talks = self.fills = 0
        self.most = max(MOST_THOUGHTS, setting.briefing.scene.word_budget // 200)
        self.kinds: dict[Mind, int] = {}
        self.faced: set[Role] = set()  # who has come in, as far as it has been told
        self.resting = set(setting.briefing.used.skeletons)
        self.passages = Passages(self)
        self.speech.told = self.passages.was_told

    # -- the protocol -------------------------------------------------------------
    def open(self, opening: Opening) -> list[str]:
        """First paragraph of the scene."""
        self.spent["openings"].append(str(opening))
        return next(
            (
                told
                for kind in (opening, Opening.HOUR, Opening.MESSAGE)
                if (told := self._frame("open", kind.value))
            ),
            [],
        )

    def close(self, ending: Ending) -> list[str]:
        """Last paragraph of the scene."""
        self.spent["endings"].append(str(ending))
        return next(
            (
                told
                for kind in (ending, Ending.IMAGE, Ending.COUNT)
                if (told := self._frame("close", kind.value))
            ),
            [],
        )

    def passage(self, beat: str, room: float, *, first: bool) -> list[Told] | None:
        """A beat as a whole passage."""
        return self.passages.beat(beat, room, first=first)

    def press(self) -> list[str]:
        """A further paragraph of the scene's pressure, or the paragraphs of an aside."""
        self.fills += 1
        later = self.setting.briefing.chapter.number > 1
        if later and self.fills % ASIDE == 0 and (told := self.passages.aside()):
            return told
        if self.fills % 2 == 1 and (plain := self.passages.told_of()):
            return [plain]
        if self.fills % 3 == 1 and (told := self.passages.pause()):
            return told
        facing = Role.OTHER in self.state.present and Role.OTHER in self.faced
        if facing and self.talks < MOST_TALKS and self.fills % 3 == 0:
            self.talks += 1
            if told := self.tell(Block((SIDE_TALK,), room=SIDE_ROOM)):
                return told
        text = self.passages.press()
        return [text] if text else self.passages.pause() or self.passages.aside()

    def glimpse(self, move: See | Stir) -> str:
        """A detail or a change of state as a sentence of its own."""
        pieces = self.pieces_of(move)[:1]
        told = [closed(self.tongue.say(piece.phrase, piece.thing, piece.other)) for piece in pieces]
        made = [
            text if self.passages.marks.own(text) else closed(self._own([piece]))
            for text, piece in zip(told, pieces, strict=True)
        ]
        return "".join(text for text in made if not self.passages.marks.stale(text))

    def tell(self, block: Block) -> list[str]:
        """A paragraph, or an exchange."""
        self.tongue.new_paragraph()
        turned = self._turned(block.moves[0]) if len(block.moves) == 1 else None
        if turned is not None:
            return turned
        if isinstance(block.moves[0], Talk):
            self.faced |= {block.moves[0].opener, block.moves[0].answerer}
            told = self.speech.exchange(block.moves[0], block.room)
            self.spent["skeletons"] += self.speech.taken
            self.speech.taken = []
            return told
        pieces = [piece for move in block.moves for piece in self.pieces_of(move)]
        if block.size is Size.SINGLE:
            return ["".join(self._sentences(pieces[:1]))] if pieces else []
        if pieces and not (len(block.moves) == 1 and isinstance(block.moves[0], Tell)):
            self._thicken(
                pieces, block, LONG if block.size is Size.LONG else self.chance.weighted(PARAGRAPHS)
            )
        text = "".join(self._sentences(pieces))
        for near in (
            (Near.TRADE, Near.WANT, Near.FEAR, Near.DONE, Near.TRADE) if block.size is Size.LONG else ()
        ):
            if LANGUAGE.count(text) >= LONG:
                break
            text += "".join(self._sentences(self._detail(near)))
        return [text] if text else []

    def _turned(self, move: Move) -> list[str] | None:
        """The turn of the scene as a passage; None where the move is none or has to be told plainly."""
        found = re.match(r".+?得知(.+)$", bare(move.text)) if isinstance(move, Tell) else None
        if found is None or not found.group(1).startswith(self.tongue.words["Kname"]):
            return None
        self.said.add(bare(move.text) if isinstance(move, Tell) else "")
        told = self.passages.turn(found.group(1).removeprefix(self.tongue.words["Kname"]))
        return told if told or self.passages.told_secret else None

    def _thicken(self, pieces: list[Piece], block: Block, goal: int) -> None:
        """A paragraph stays with its matter until it has its size: first the thing in hand, then what lies near."""
        deeds = [move for move in block.moves if isinstance(move, Do)]
        last = deeds[-1] if deeds else Do(Act.WORK, Role.SELF, Slot.TOOL)
        agent = last.agent if last.agent in self.faced else Role.SELF
        facing = Role.OTHER in self.faced and Role.OTHER in self.setting.people
        more: list[Move] = []
        if last.thing not in {None, Slot.TOOL} and last.act is not Act.LEAVE:
            more += [Do(Act.EXAMINE, agent, last.thing), Stir(last.thing)]
        more += [See(self.chance.pick(list(Near)))] if self.chance.happens(0.6) else []
        more += [
            Do(Act.WATCH, Role.SELF, None, Role.OTHER)
            if facing and self.chance.happens(0.4)
            else Do(Act.WORK, Role.SELF, Slot.TOOL)
        ]
        more += [
            Stir(self.chance.pick([Slot.WARE, Slot.BUSY, Slot.LIGHT])),
            See(self.chance.pick(list(Near))),
            Do(Act.WORK, Role.SELF, Slot.BUSY),
        ]
        for move in more:
            if sum(han(piece.phrase) for piece in pieces) >= goal:
                return
            if (
                isinstance(move, Do)
                and move.thing in {Slot.PAYMENT, Slot.TOKEN}
                and not self.tongue.things[move.thing.value].met
            ):
                continue
            pieces += [piece for real in self.state.enact(move) for piece in self.pieces_of(real)]

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
        return self._whole("mind.pass", lexicon.table("minds")["pass"]) if isinstance(move, Pass) else []

    def _act(self, move: Do) -> list[Piece]:
        self.faced = self.faced - {move.agent} if move.act is Act.LEAVE else self.faced | {move.agent}
        thing = self.tongue.things.get(move.thing.value) if move.thing else None
        mine = move.agent is Role.SELF
        tags = thing.tags if thing else frozenset({"none"})
        if thing is not None and thing.brought and not thing.met:
            tags |= {"new"}
        pool, phrases = f"act.{move.act.value}", lexicon.table("acts")[move.act.value]
        if move.act is Act.WORK and move.thing is Slot.TOOL:
            pool, phrases = f"work.{self.scene.trade}", lexicon.table("trades")[self.scene.trade]["work"]
        found = None
        for turn in ("", "#") if self.setting.briefing.scene.word_budget > LONG_SCENE else ("",):
            found = found or self.rotation.deal(
                f"{pool}{turn}",
                phrases,
                lambda phrase: fits(phrase, tags) and self.may(phrase) and (mine or "{tool}" not in phrase),
            )
        if found is None:
            return (
                self._act(Do(Act.EXAMINE, move.agent, move.thing, move.other))
                if move.act is Act.COUNT
                else []
            )
        return [Piece(move.agent, found[1].rpartition("|")[2], found[0], thing, move.other)]

    def _detail(self, near: Near) -> list[Piece]:
        just = [tag for slot in self.state.touched[-2:] for tag in self.tongue.things[slot.value].tags]
        for detail in self.scene.focus.rank(self.scene.details, near, just):
            if not self.may(detail.text):
                continue
            self.scene.focus.spend(detail)
            self.spent["details"].append(detail.id)
            return [Piece(None, detail.text, f"see.{detail.id}"), *self._notice(sorted(detail.tags))]
        return []

    def _notice(self, tags: list[str]) -> list[Piece]:
        tables = lexicon.table("notices")
        for tag in [*tags, "any"]:
            if tag not in tables or not self.chance.happens(NOTICED):
                continue
            found = self.rotation.deal(f"notice.{tag}", tables[tag], self.may)
            if found:
                return [Piece(None, found[1], found[0])]
        return []

    def _state(self, slot: Slot) -> list[Piece]:
        thing = self.tongue.things[slot.value]
        step = self.state.steps.get(slot, 1) - 1
        key = f"{thing.noun}.{step}"
        if step >= len(thing.states) or key in self.said or not self.may(thing.states[step]):
            return []
        self.said.add(key)
        return [Piece(None, thing.states[step], f"state.{key}", thing)]

    def _thought(self, about: Mind) -> list[Piece]:
        if about is Mind.LORE:
            self.lore += 1
            return (
                self._whole(f"lore.{self.scene.trade}", lexicon.table("trades")[self.scene.trade]["lore"])
                if self.lore <= MOST_LORE
                else []
            )
        self.thoughts += 1
        self.kinds[about] = self.kinds.get(about, 0) + 1
        if self.thoughts > self.most or self.kinds[about] > MOST_ALIKE:
            return []
        kind = "doubt" if about in _ONCE and about.value in self.said else about.value
        self.said.add(about.value)
        return self._whole(f"mind.{kind}", lexicon.table("minds")[kind])

    def _given(self, move: Tell) -> list[Piece]:
        """A demanded sentence, the turn, a fact or an author's own beat."""
        text = bare(move.text)
        if text in self.said:
            return []
        self.said.add(text)
        turn = re.match(r"(.+?)得知(.+)$", text)
        if turn:
            found = self.rotation.deal("turn", lexicon.table("minds")["turn"])
            frame = found[1] if found else "{fact}"
            return [Piece(None, frame.replace("{fact}", turn.group(2)), "turn", complete=True)]
        own = next(((key, thing) for key, thing in self.tongue.things.items() if thing.noun in text), None)
        if own is not None and len(text) < 9:
            return [] if own[1].met else self._produce(Slot(own[0]))
        if self.setting.briefing.style.person == "first":
            text = re.sub(re.escape(self.setting.self_.name), "我", text)
        if len(text) < 7:
            found = self.rotation.deal("item", lexicon.table("minds")["item"])
            text = (found[1] if found else "那儿还搁着{thing}").replace("{thing}", text)
        return [Piece(None, text, f"tell.{len(self.said)}", complete=True)]

    def _produce(self, slot: Slot) -> list[Piece]:
        facing = Role.OTHER in self.state.present
        if facing:
            self.state.enact(Do(Act.PUT, Role.OTHER, slot))
            return [
                Piece(None, self.passages.laid_down(slot.value).rstrip("。"), f"laid.{slot}", complete=True)
            ]
        real = self.state.enact(
            Do(Act.PUT if facing else Act.FIND, Role.OTHER if facing else Role.SELF, slot)
        )
        return [piece for item in real if isinstance(item, Do) for piece in self._act(item)]

    def _whole(self, pool: str, rows: list[str]) -> list[Piece]:
        found = self.rotation.deal(pool, rows, self.may)
        return [Piece(None, found[1], found[0], complete=True)] if found else []

    def may(self, phrase: str) -> bool:
        """Nobody who is not here, nothing to be avoided."""
        needed = {Role(mark) for mark in _ABOUT.findall(phrase)} - {Role.SELF, Role.ABSENT}
        if any(role not in self.setting.people for role in needed):
            return False
        if any(not self.tongue.things[slot].met for slot in _SHOWN.findall(phrase)):
            return False
        if not self.avoid:
            return True
        filled = re.sub(
            r"\{(\w+)[^}]*\}",
            lambda match: (
                self.tongue.things[match.group(1)].noun if match.group(1) in self.tongue.things else ""
            ),
            phrase,
        )
        return not any(item in filled for item in self.avoid)
