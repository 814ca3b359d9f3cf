"""From a briefing to prose: beats → moves → paragraphs, within the word budget.

The loop is the same in every language. A beat that the language reads back becomes its
micro-events; any other sentence (an author may write what he likes) is told as it stands,
in person and tense, with the scene's own moves around it. What one beat takes too much or
too little of is settled with the next.
"""

from infinite_scribe.core.fingerprints import marks
from infinite_scribe.core.language.manner import manner_from
from infinite_scribe.llm.demo.acts import Do, Mind, Move, Role, Slot, Talk, Tell, Think
from infinite_scribe.llm.demo.beat_table import BEATS
from infinite_scribe.llm.demo.cast import here_of, roles_of
from infinite_scribe.llm.demo.chance import Chance, Rotation, digest
from infinite_scribe.llm.demo.discourse import FILLERS, SIDE_TALK, Block, Size, arrange, told_length, weave
from infinite_scribe.llm.demo.parts import Part, ToldText, gathered, laid, shorten
from infinite_scribe.llm.demo.review import realise
from infinite_scribe.llm.demo.schemas import Beat, Briefing, DemoAnswer, Paragraph, RealiseData
from infinite_scribe.llm.demo.shapes import ENDINGS, OPENINGS, SHAPES, Ending, Opening
from infinite_scribe.llm.demo.teller import Narrator, Setting, Storied, Teller

DEFAULT_BUDGET = 1400
#: Share of the budget kept for the last paragraph, and its bounds in words.
CLOSING_SHARE, CLOSING_LOW, CLOSING_HIGH = 0.035, 14, 48


#: Guessed words from which a paragraph counts as long.
LONG_PARAGRAPH = 140


def draft(teller: Teller, briefing: Briefing, seed: int) -> DemoAnswer:
    """The scene as prose with beat markers. ±10 % of the budget, the same for the same input."""
    setting = set_scene(briefing, seed)
    narrator = teller.narrator(setting)
    beats = briefing.beats or [
        Beat(handle="B1", kind="action", text=briefing.card.goal or briefing.card.summary)
    ]
    budget = briefing.scene.word_budget or briefing.card.word_budget or int(DEFAULT_BUDGET * teller.scale())
    return Drafting(teller, setting, narrator, beats, budget).run()


def set_scene(briefing: Briefing, seed: int) -> Setting:
    """Bind roles and chance. The book's key is its title and premise, so scenes share it."""
    here, elsewhere = here_of(briefing.places, briefing.card)
    number = briefing.chapter.number * 7 + briefing.scene.index_in_chapter
    book = digest(briefing.novel.logline or briefing.novel.title)
    return Setting(
        briefing=briefing,
        people=roles_of(briefing.cast, briefing.card),
        here=here,
        elsewhere=elsewhere,
        chance=Chance("draft", seed, book, number, briefing.model_dump(mode="json")),
        rotation=Rotation((book, seed), number, _fragments(briefing.used.skeletons)),
    )


def _fragments(skeletons: list[str]) -> list[str]:
    """The phrases that skeleton ids (`join:phrase+phrase`) are made of."""
    return [part for skeleton in skeletons for part in skeleton.rpartition(":")[2].split("+")]


class Drafting:
    """One run of the loop; holds what the beats pass on to one another."""

    def __init__(
        self, teller: Teller, setting: Setting, narrator: Narrator, beats: list[Beat], budget: int
    ) -> None:
        self.teller, self.setting, self.narrator = teller, setting, narrator
        self.beats, self.budget = beats, budget
        self.chance = setting.chance.fork("moves")
        self.closing = round(min(CLOSING_HIGH * teller.scale(), max(CLOSING_LOW, budget * CLOSING_SHARE)))
        self.long_beat = self.chance.between(1, max(1, len(beats) - 2))
        self.single_beat = self.chance.between(0, max(0, len(beats) - 2))
        self.statements = self._statements()
        self.filler = self.chance.between(0, len(FILLERS) - 1)
        self.side_talks = 0

    def run(self) -> DemoAnswer:
        """All beats, then the ending, then a last correction of the length."""
        parts: list[Part] = []
        told = 0
        whole = sum(max(1, beat.word_budget) for beat in self.beats)
        due = 0.0
        for index, beat in enumerate(self.beats):
            due += (self.budget - self.closing) * max(1, beat.word_budget) / whole
            part = Part(beat.handle or f"B{index + 1}")
            if index == 0:
                self._add(part, self.narrator.open(self._opening()), core=True)
            self.tell_beat(part, beat, index, due - told)
            part.paragraphs = self._gathered(part)
            parts.append(part)
            told += part.units
        last = Part("")
        self._add(last, self.narrator.close(self._ending()), core=True)
        self._top_up(parts[-1], parts[-1].units + self.budget - told - last.units)
        parts[-1].paragraphs = [*self._gathered(parts[-1]), *last.paragraphs]
        self._reshape(parts)
        self._take_on_manner(parts)
        shorten(parts, self.budget)
        text = "\n\n".join(
            f"[[{part.handle}]]\n\n" + "\n\n".join(item.text for item in part.paragraphs) for part in parts
        )
        return DemoAnswer(text=text, used=self.narrator.spent | {"told": marks(text)})

    def tell_beat(self, part: Part, beat: Beat, index: int, room: float) -> None:
        if not self._tell_passage(part, beat, index, room):
            self.tell_moves(part, beat, index, room)

    def _tell_passage(self, part: Part, beat: Beat, index: int, room: float) -> bool:
        """Tell the beat as a whole passage where the language has one that is fresh."""
        reading = self.teller.reader.beat_of(beat.text)
        if not isinstance(self.narrator, Storied) or reading is None:
            return False
        due = [Tell(text, "must") for text in self.statements.get(index, [])]
        before = Role.OTHER in self.setting.state.present
        told = self.narrator.passage(reading.beat, room - part.units - 16 * len(due), first=index == 0)
        if told is None:
            return False
        self.statements.pop(index, None)
        if not self._is_claimed(beat, [item.text for item in told if item.core]):
            self._add(part, self.narrator.tell(Block((Tell(beat.text, "beat"),))), core=True)
        for item in told:
            self._add(part, [item.text], core=item.core)
        for move in due:
            self._add(part, self.narrator.tell(Block((move,))), core=True)
        came = not before and Role.OTHER in self.setting.state.present
        self.press(part, room, leads=index > 0 and not came)
        return True

    def press(self, part: Part, room: float, *, leads: bool) -> None:
        """Fill the beat from what presses on the scene."""
        own, runs = part.paragraphs[:], []
        while isinstance(self.narrator, Storied) and room - part.units > 26 * self.teller.scale():
            before = len(part.paragraphs)
            further = self.narrator.press()
            if further:
                self._add(part, further, core=False)
            else:
                self.fill(part, room)
            runs.append(part.paragraphs[before:])
            if not further:
                break
        part.paragraphs = laid(own, runs, leads=leads)

    def tell_moves(self, part: Part, beat: Beat, index: int, room: float) -> None:
        core, extra = self._moves_of(beat, index)
        scale = self.teller.scale()
        core = self._fitting(core, room - part.units)
        chosen: list[Move] = []
        length = sum(told_length(move) for move in core) * scale + part.units
        for move in extra:
            if length >= room:
                break
            chosen.append(move)
            length += told_length(move) * scale
        optional = {id(move) for move in chosen}
        moves = weave(core, chosen)
        happening = [real for move in moves for real in self.setting.state.enact(move)]
        for block in arrange(
            happening, self.chance, long=index == self.long_beat, single=index == self.single_beat
        ):
            left = room - part.units
            keep = any(id(move) not in optional for move in block.moves)
            if not keep and left < told_length(block.moves[0]) * scale * 0.5:
                continue
            whole = self._lengthened(block) if block.size is Size.LONG else block
            talk = max(0, round(left)) if isinstance(whole.moves[0], Talk) else whole.room
            self._add(part, self.narrator.tell(Block(whole.moves, whole.size, whole.core, talk)), core=keep)
        if self.setting.briefing.chapter.number > 1:
            self._top_up(part, room)
        self.fill(part, room, first=index == 0)
        self._top_up(part, room)

    def _top_up(self, part: Part, room: float) -> None:
        """Further paragraphs of what presses, where the moves of a late scene have been told before."""
        least = 26 * self.teller.scale()
        while isinstance(self.narrator, Storied) and room - part.units > least:
            further = self.narrator.press()
            if not further:
                return
            self._add(part, further, core=False)

    def fill(self, part: Part, room: float, *, first: bool = False) -> None:
        """Further paragraphs until the beat has its share; speech first where there is room."""
        scale = self.teller.scale()
        for _ in range(24):
            left = room - part.units
            if left < 16 * scale:
                return
            facing = Role.OTHER in self.setting.state.present
            if left > 70 * scale and facing and not first and self.side_talks < 3:
                self.side_talks += 1
                self._add(part, self.narrator.tell(Block((SIDE_TALK,), room=round(left * 0.8))), core=False)
                continue
            group = [
                move
                for move in FILLERS[self.filler % len(FILLERS)]
                if self._possible(move) and self._here(move)
            ]
            self.filler += 1
            keep = 3 if left > 42 * scale else 2 if left > 26 * scale else 1
            real = [item for move in group[-keep:] for item in self.setting.state.enact(move)]
            if real:
                self._add(part, self.narrator.tell(Block(tuple(real))), core=False)

    def _fitting(self, core: list[Move], room: float) -> list[Move]:
        """In a short beat its first deed and what must be told stay, and the rest as it fits."""
        scale = self.teller.scale()
        if sum(told_length(move) for move in core) * scale <= room * 1.3:
            return core
        kept, length = [], 0.0
        for index, move in enumerate(core):
            talk = isinstance(move, Talk)
            length += (40 if talk else told_length(move)) * scale
            if index == 0 or isinstance(move, Tell) or length <= room:
                kept.append(move)
        return kept

    def _lengthened(self, block: Block) -> Block:
        """A long paragraph gets what it needs to be long."""
        moves = list(block.moves)
        while sum(told_length(move) for move in moves) < LONG_PARAGRAPH and self.filler < 200:
            group = [
                move
                for move in FILLERS[self.filler % len(FILLERS)]
                if self._possible(move) and self._here(move)
            ]
            self.filler += 1
            moves += [item for move in group for item in self.setting.state.enact(move)]
        return Block(tuple(moves), Size.LONG, block.core)

    def _here(self, move: Move) -> bool:
        """Filling paragraphs call nobody in and take nothing out of a pocket."""
        state = self.setting.state
        if isinstance(move, Do) and (
            move.agent not in state.present or (move.other is not None and move.other not in state.present)
        ):
            return False
        thing = getattr(move, "thing", None)
        return thing not in {Slot.PAYMENT, Slot.TOKEN} or thing in state.where

    def _moves_of(self, beat: Beat, index: int) -> tuple[list[Move], list[Move]]:
        reading = self.teller.reader.beat_of(beat.text)
        last = index == len(self.beats) - 1
        told: list[Move] = [Tell(text, "must") for text in self.statements.pop(index, [])]
        if reading is not None and reading.beat in BEATS:
            plan = BEATS[reading.beat]
            core = self._claimed(beat, [move for move in plan.core if self._possible(move)])
            extra = [move for move in plan.extra if self._possible(move)]
        else:
            own: dict[str, Move] = {
                "dialogue": Talk("probe"),
                "reveal": Think(Mind.DOUBT),
                "decision": Think(Mind.STAKE),
            }
            follow = own.get(
                beat.kind, Think(Mind.OTHER) if Role.OTHER in self.setting.people else Think(Mind.LORE)
            )
            core = [Tell(beat.text, "beat"), *([follow] if self._possible(follow) else [Think(Mind.DOUBT)])]
            extra = [
                move
                for group in FILLERS[index % 3 :: 3]
                for move in group
                if self._possible(move) and self._here(move)
            ]
        at = max(1, len(core) - 1) if last else len(core)
        return [*core[:at], *told, *core[at:]], extra

    def _claimed(self, beat: Beat, core: list[Move]) -> list[Move]:
        """The moves of a beat behind its own sentence, which tells the first deed: what is planned is said."""
        if core and isinstance(core[0], Do):
            self.setting.state.enact(core[0])
            core = core[1:]
        return [Tell(beat.text, "beat"), *core]

    def _possible(self, move: Move) -> bool:
        """Whether all who take part in a move exist in this scene."""
        people = self.setting.people
        if isinstance(move, Talk):
            return Role.OTHER in people
        if isinstance(move, Think) and move.about is Mind.OTHER:
            return Role.OTHER in people
        named = (getattr(move, "agent", None), getattr(move, "other", None))
        return all(role is None or role in people for role in named)

    def _statements(self) -> dict[int, list[str]]:
        """Demanded items and the turn, laid to the beats: the turn late, the rest before it."""
        card, count = self.setting.briefing.card, len(self.beats)
        placed: dict[int, list[str]] = {}
        for number, text in enumerate(card.must_include):
            placed.setdefault(min(1 + number, max(0, count - 2)), []).append(text)
        if card.turn:
            placed.setdefault(max(0, count - 2), []).append(card.turn)
        for number, fact in enumerate(
            [fact.text for fact in self.setting.briefing.facts if _is_sentence(fact.text)][:4]
        ):
            placed.setdefault(min(number, max(0, count - 2)), []).append(fact)
        return placed

    def _opening(self) -> Opening:
        briefing = self.setting.briefing
        asked = briefing.scene.opening_type or briefing.card.opening_type
        free = [item for item in Opening if item not in briefing.used.openings[-6:]]
        free = [item for item in OPENINGS.get(asked, free) if item in free] or free
        return Opening(asked) if asked in set(Opening) else self.chance.pick(free or list(Opening))

    def _ending(self) -> Ending:
        briefing = self.setting.briefing
        asked = briefing.scene.closing_type or briefing.card.closing_type
        free = [item for item in Ending if item not in briefing.used.endings[-4:]]
        shape = self.teller.reader.shape_of([briefing.card.goal, briefing.card.summary])
        free = [item for item in ENDINGS.get(asked, free) if item in free] or free
        if shape in SHAPES and asked not in set(Ending) | set(ENDINGS):
            free = [item for item in SHAPES[shape].endings if item in free] or free
        return Ending(asked) if asked in set(Ending) else self.chance.pick(free or list(Ending))

    def _is_claimed(self, beat: Beat, paragraphs: list[str]) -> bool:
        """Whether a reader finds in the paragraphs what the beat says, as the editor will look for it."""
        found = realise(
            self.teller,
            RealiseData(beats=[beat], paragraphs=[Paragraph(text=text) for text in paragraphs]),
        )
        return bool(found["verdicts"][0]["verdict"] == "met")

    def _gathered(self, part: Part) -> list[ToldText]:
        return gathered(part.paragraphs, "" if self.teller.code == "zh" else " ", self.teller.scale())

    def _add(self, part: Part, paragraphs: list[str], *, core: bool) -> None:
        part.paragraphs += [ToldText(text, self.teller.count(text), core) for text in paragraphs if text]

    def _reshape(self, parts: list[Part]) -> None:
        """Let the narrator see the whole scene once more."""
        if not isinstance(self.narrator, Storied):
            return
        shaped = self.narrator.shape([[item.text for item in part.paragraphs] for part in parts])
        for part, texts in zip(parts, shaped, strict=True):
            core = {item.text: item.core for item in part.paragraphs}
            part.paragraphs = [
                ToldText(text, self.teller.count(text), core=core.get(text, True)) for text in texts
            ]

    def _take_on_manner(self, parts: list[Part]) -> None:
        """Let the scene sound like the author's samples, where there are any."""
        manner = manner_from(self.setting.briefing.style.manner)
        if manner is None:
            return
        for part in parts:
            part.paragraphs = [
                ToldText(text, self.teller.count(text), item.core)
                for item in part.paragraphs
                if (text := self.teller.in_manner(item.text, manner))
            ]


def _is_sentence(text: str) -> bool:
    """Whether a fact is worded as prose; a line of a table has no place on the page."""
    return text.rstrip().endswith((".", "!", "?", "。", "！", "？")) and not any(
        mark in text for mark in "·:：|"
    )
