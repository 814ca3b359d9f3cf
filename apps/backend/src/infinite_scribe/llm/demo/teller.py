"""The protocol a language package fulfils. This page is the brief for its author.

The story logic (what happens, what is noticed, in which order) is shared and knows no
words. A language package is a *grammar with a lexicon*, never a translation of another
one: names, trades, food, weather, measures, idioms, ways to be polite and ways to hide
something are its own. It lives in `llm/demo/<code>/` and exposes `TELLER: Teller` in its
`__init__.py`; `storyteller.py` imports it only when a call asks for that language.

What has to be worded, with the place where its list stands:

* every `Act` (`acts.py`) in several ways, with the thing's class in mind (paper is
  smoothed, a lamp is trimmed) – `Narrator.tell` receives `Do`;
* every `Mind` (thoughts), every `Slot` (things with parts, states that follow one another,
  and what people say about them), `See` (details of kinds of places, with tags for
  `focus.py`), `Stir` (the next state of a thing), `Pass` (time in summary), `Tell` (a given
  sentence brought into tense and person);
* every `Talk.chain` named in `beat_table.py` (`greet, request, cost, object, probe, token,
  withhold, secret, terms, warn, inspect, return, test, mishap, side, overheard, press, agree,
  decline, part`): a chain is a row of positions, each with interchangeable lines;
* every beat of `beat_table.py` as sentences that the language can read back
  (`Reader.beat_of`), every shape of `shapes.py` (`Reader.shape_of`), every `Opening` and
  `Ending`;
* premises, titles, names per culture, trades, wants, fears, secrets, rules, places, genres.

Between stages only text travels (a card, a beat list), for the author may edit each of
them. So a language reads its own sentences back, and treats any other sentence as a `Tell`.

`Narrator` is made once per scene and keeps the language's own state: who was named last,
which sentence skeletons were spent (`spent`), which details. It must obey
`Setting.rotation` (deal phrases through it, so that scenes of a book differ), the avoid
list, person and tense, and it must never name anybody who is not in `Setting.people`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from infinite_scribe.core.language.manner import Manner
from infinite_scribe.llm.demo.acts import Role
from infinite_scribe.llm.demo.chance import Chance, Rotation
from infinite_scribe.llm.demo.discourse import Block
from infinite_scribe.llm.demo.schemas import (
    BeatsData,
    Briefing,
    CardsData,
    CompleteData,
    DescribeData,
    DialogueData,
    Member,
    OptionsData,
    Place,
    RewriteData,
    SparksData,
)
from infinite_scribe.llm.demo.shapes import Ending, Opening
from infinite_scribe.llm.demo.state import SceneState


@dataclass
class Setting:
    """A scene before it is told: who plays which role, and the sources of chance."""

    briefing: Briefing
    people: dict[Role, Member]
    here: Place
    elsewhere: list[Place]
    chance: Chance
    rotation: Rotation
    state: SceneState = field(default_factory=SceneState)

    @property
    def self_(self) -> Member:
        """The viewpoint character."""
        return self.people[Role.SELF]


@dataclass(frozen=True, slots=True)
class BeatReading:
    """A beat sentence understood: its kind in `beat_table.py` and who plays in it."""

    beat: str
    actor: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A finished paragraph; one that is not core may go when the scene is too long."""

    text: str
    core: bool = True


@runtime_checkable
class Storied(Protocol):
    """What a narrator may offer besides `Narrator`: beats as whole passages.

    A language whose narrator has these is told by them first, and by moves where no
    passage is fresh.
    """

    def passage(self, beat: str, room: float, *, first: bool) -> list[Told] | None:
        """The paragraphs of a known beat, or None when it has to be told by moves."""
        ...

    def press(self) -> list[str]:
        """One further paragraph that fills, or a few that belong together; empty when all has been said."""
        ...

    def shape(self, paragraphs: list[list[str]]) -> list[list[str]]:
        """The paragraphs of all beats once more, before the scene is handed out."""
        ...


class Narrator(Protocol):
    """Tells one scene. Every method answers with paragraphs in reading order."""

    spent: dict[str, list[str]]

    def open(self, opening: Opening) -> list[str]:
        """The first paragraph (or two)."""
        ...

    def tell(self, block: Block) -> list[str]:
        """A paragraph, or the paragraphs of an exchange."""
        ...

    def close(self, ending: Ending) -> list[str]:
        """The last paragraph (or two): an act, a line or an object, and nobody explains it."""
        ...


class Reader(Protocol):
    """Reads back what the demo or an author wrote."""

    def beat_of(self, text: str) -> BeatReading | None:
        """The beat a sentence means; None when it is an author's own sentence."""
        ...

    def shape_of(self, texts: Sequence[str]) -> str | None:
        """The shape that a card's or chapter's sentences mean, if they tell."""
        ...

    def keywords(self, text: str) -> list[str]:
        """Stems of the words that carry meaning."""
        ...

    def sentences(self, text: str) -> list[str]:
        """The sentences of a text, exactly as they stand there."""
        ...


class Inventor(Protocol):
    """Makes premises and plans. Answers are the JSON of the contract."""

    def options(self, data: OptionsData, chance: Chance) -> list[dict[str, Any]]:
        """Premises around the author's words."""
        ...

    def complete(self, data: CompleteData, chance: Chance) -> dict[str, Any]:
        """The content of one stage."""
        ...

    def sparks(self, data: SparksData, chance: Chance) -> list[dict[str, Any]]:
        """Ideas for somebody who has none."""
        ...

    def card(self, data: CardsData, shape: str, index: int, chance: Chance) -> dict[str, Any]:
        """The wording of a card (title, summary, goal, conflict, turn, must_include)."""
        ...

    def beat(self, data: BeatsData, beat: str, cast: dict[Role, Member], chance: Chance) -> dict[str, Any]:
        """The wording of a beat: text, change, subtext, actor."""
        ...


class Teller(Protocol):
    """One language."""

    code: str
    reader: Reader
    inventor: Inventor

    def count(self, text: str) -> int:
        """The language's own unit: words, or characters in Chinese."""
        ...

    def scale(self) -> float:
        """How many of its units one English word takes (1.0; Chinese about 1.6)."""
        ...

    def narrator(self, setting: Setting) -> Narrator:
        """A narrator for one scene."""
        ...

    def complete(self, narrator: Narrator, before: str) -> str:
        """The words that end a sentence which breaks off at the end of `before`."""
        ...

    def in_manner(self, text: str, manner: Manner) -> str:
        """Prose nearer to how somebody writes: sentence lengths, joins, contractions; what is spoken stays."""
        ...

    def talk_over(self, data: DialogueData) -> str:
        """A passage whose speech sounds like those who speak. Raises `wishes.CannotFollow` where nobody does."""
        ...

    def describe(self, narrator: Narrator, data: DescribeData) -> list[dict[str, str]]:
        """A card for each asked sense that the place, the facts or the viewpoint give something for."""
        ...

    def rewrite(self, data: RewriteData, chance: Chance) -> str:
        """A passage after real operations. Raises `wishes.CannotFollow` where no rule does what is asked."""
        ...
