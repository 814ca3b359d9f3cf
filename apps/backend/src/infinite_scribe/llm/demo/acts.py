"""The vocabulary of the simulation: roles, things, acts and moves. No word of any language.

A scene is a list of *moves*. A move says what happens or what is noticed; how it is worded
is the business of a language package. Every `Act`, `Talk.chain`, `Mind` and `Slot` below
needs wording in each language (`teller.py` lists what a language must supply).
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Who stands where in the scene's small drama."""

    SELF = "P"  # the viewpoint character
    OTHER = "A"  # the one who wants something of the viewpoint character
    THIRD = "B"  # another person on stage, if there is one
    ABSENT = "K"  # a person who is spoken of and does not appear


class Slot(StrEnum):
    """Things of the scene. Each is bound to a concrete thing when the scene is set."""

    WARE = "ware"  # what the book is about: the sold, kept, sought or carried thing
    TOOL = "tool"  # of the viewpoint character's trade
    RECORD = "record"  # a book, list, tag or log in which something stands written
    PAYMENT = "payment"  # what the other one offers
    TOKEN = "token"  # noqa: S105 - a small thing that belongs to the absent one
    LIGHT = "light"  # what the scene is lit by
    BUSY = "busy"  # a thing of daily use that hands work on while mouths talk
    BARRIER = "barrier"  # a door, lid or lock that stands between somebody and something
    MUST = "must"  # what the card demands to be shown


class Act(StrEnum):
    """What a body does. The comment names what the act changes in the scene's state."""

    ARRIVE = "arrive"  # agent comes to the place
    SETTLE = "settle"  # agent takes a position and keeps it
    WORK = "work"  # agent uses the tool or thing as the trade demands
    TAKE = "take"  # agent holds the thing
    PUT = "put"  # agent no longer holds it; it lies in sight
    GIVE = "give"  # agent → other
    REFUSE = "refuse"  # agent does not take the thing that is offered
    COUNT = "count"  # agent knows how many
    EXAMINE = "examine"  # agent knows the thing's condition
    OPEN = "open"  # the thing is open
    CLOSE = "close"  # the thing is shut
    TRY = "try"  # agent tries a barrier and it holds
    HIDE = "hide"  # the thing is out of sight
    SHOW = "show"  # other knows the thing
    WRITE = "write"  # something stands in the record
    READ = "read"  # agent knows what stands there
    STRIKE = "strike"  # agent crosses out, tears out or scrapes away what stood there
    SEARCH = "search"  # agent looks for something in the place
    FIND = "find"  # agent has the thing that was looked for
    MISS = "miss"  # agent sees that the thing is not where it was
    BREAK = "break"  # the thing is damaged
    MEND = "mend"  # the thing is whole again, or nearly
    CARRY = "carry"  # the thing changes place with the agent
    FOLLOW = "follow"  # agent keeps behind the other
    LOSE = "lose"  # agent no longer knows where the other is
    LURK = "lurk"  # agent is out of sight
    LISTEN = "listen"  # agent hears
    WATCH = "watch"  # agent sees what the other does
    WAIT = "wait"  # time goes by
    HESITATE = "hesitate"  # agent nearly does it
    STAND = "stand"  # agent gets up or comes nearer
    BLOCK = "block"  # agent is in the other's way
    SERVE = "serve"  # agent pours, cuts or hands round something
    LEAVE = "leave"  # agent is no longer there
    LEND = "lend"  # agent helps the other with hands or light
    FAIL = "fail"  # the attempt goes wrong and costs something
    DECIDE = "decide"  # agent binds himself by an act


class Mind(StrEnum):
    """What passes through the viewpoint character's head."""

    STAKE = "stake"  # the want, tied to something present
    FEAR = "fear"  # the fear, tied to something present
    MEMORY = "memory"  # the absent one, once
    LORE = "lore"  # what the trade teaches
    WARE = "ware"  # what is known of the ware
    RULE = "rule"  # a law of the world, as it bears on this
    DOUBT = "doubt"  # what does not add up
    BELIEF = "belief"  # the false belief, believed
    OTHER = "other"  # what can be read off the other person


class Near(StrEnum):
    """Which pull decides what is noticed."""

    WANT = "want"
    FEAR = "fear"
    TRADE = "trade"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Do:
    """A micro-event: somebody does something with something, to or before somebody."""

    act: Act
    agent: Role
    thing: Slot | None = None
    other: Role | None = None


@dataclass(frozen=True, slots=True)
class See:
    """A detail of the place is noticed; the pull decides which."""

    near: Near


@dataclass(frozen=True, slots=True)
class Stir:
    """A thing that was there before has changed (one step on in its chain of states)."""

    thing: Slot


@dataclass(frozen=True, slots=True)
class Talk:
    """A chain of spoken moves on one matter; `opener` speaks first."""

    chain: str
    opener: Role = Role.OTHER
    answerer: Role = Role.SELF


@dataclass(frozen=True, slots=True)
class Think:
    """A thought of the viewpoint character."""

    about: Mind


@dataclass(frozen=True, slots=True)
class Tell:
    """A given sentence (fact, demanded item, beat, turn) that has to be told in words."""

    text: str
    why: str = "fact"


@dataclass(frozen=True, slots=True)
class Pass:
    """Time goes by, told in summary."""


Move = Do | See | Stir | Talk | Think | Tell | Pass
