"""What is true in the scene at this moment: who is there, who holds what, what is open.

`SceneState.enact` takes the next intended move and answers with the moves that really
happen. An act whose ground is missing gets it first (one takes up what one puts down, one
comes in before one speaks); an act that makes no sense any more becomes its nearest kin.
Obstacles therefore come from the state and never from nowhere.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from infinite_scribe.llm.demo.acts import Act, Do, Move, Role, Slot, Stir, Talk


class Where(StrEnum):
    """Where a thing is, as far as a reader of the scene knows."""

    SIGHT = "sight"
    HELD = "held"
    HIDDEN = "hidden"
    AWAY = "away"


#: Acts for which the agent has to hold the thing, unless the thing comes out of a pocket.
_NEEDS_HOLD = frozenset({Act.PUT, Act.GIVE, Act.HIDE, Act.SHOW})
#: Things a visitor brings along and may produce without having taken them up.
_BROUGHT = frozenset({Slot.PAYMENT, Slot.TOKEN})


@dataclass
class SceneState:
    """The small world of one scene."""

    present: set[Role] = field(default_factory=lambda: {Role.SELF})
    left: set[Role] = field(default_factory=set)
    holder: dict[Slot, Role] = field(default_factory=dict)
    where: dict[Slot, Where] = field(default_factory=dict)
    opened: set[Slot] = field(default_factory=set)
    steps: dict[Slot, int] = field(default_factory=dict)
    touched: list[Slot] = field(default_factory=list)
    done: dict[tuple[Act, Slot | None], int] = field(default_factory=dict)

    def enact(self, move: Move) -> list[Move]:
        """The moves that really happen, in order; the state is changed accordingly."""
        if isinstance(move, Talk):
            return [*self._bring_in(move.opener), *self._bring_in(move.answerer), move]
        if isinstance(move, Stir):
            self.steps[move.thing] = self.steps.get(move.thing, 0) + 1
            return [move]
        if not isinstance(move, Do):
            return [move]
        before: list[Move] = []
        if move.act is not Act.ARRIVE:
            before += self._bring_in(move.agent)
            if move.other is not None and move.act not in {Act.FOLLOW, Act.LOSE}:
                before += self._bring_in(move.other)
        move = self._sensible(move)
        before += self._ground(move)
        self._apply(move)
        return [*before, move]

    def _bring_in(self, role: Role) -> list[Move]:
        if role in self.present or role is Role.ABSENT:
            return []
        self.present.add(role)
        return [Do(Act.ARRIVE, role)]

    def _sensible(self, move: Do) -> Do:
        """The nearest act that the state allows."""
        slot = move.thing
        if move.act is Act.ARRIVE and move.agent in self.present:
            return Do(Act.STAND, move.agent)
        if slot is None:
            return move
        shut = slot not in self.opened
        if move.act is Act.PUT and self.where.get(slot) is Where.SIGHT:
            return Do(
                Act.REFUSE if move.agent is Role.SELF and slot is Slot.PAYMENT else Act.HESITATE,
                move.agent,
                slot,
            )
        swaps = {
            Act.TAKE: Act.EXAMINE if self.holder.get(slot) is move.agent else None,
            Act.OPEN: None if shut else Act.EXAMINE,
            Act.CLOSE: Act.TRY
            if shut and slot is Slot.BARRIER and self.done.get((Act.CLOSE, slot))
            else None,
            Act.TRY: None if shut else Act.CLOSE,
            Act.MEND: Act.EXAMINE if self.done.get((Act.MEND, slot)) else None,
            Act.FIND: Act.EXAMINE if self.holder.get(slot) is move.agent else None,
        }
        instead = swaps.get(move.act)
        return Do(instead, move.agent, slot, move.other) if instead is not None else move

    def _ground(self, move: Do) -> list[Move]:
        """What has to happen first."""
        slot = move.thing
        if (
            slot is Slot.PAYMENT
            and move.agent is Role.SELF
            and slot not in self.where
            and Role.OTHER in self.present
        ):
            offered = Do(Act.PUT, Role.OTHER, slot)
            self._apply(offered)
            return [offered]
        if slot is None or move.act not in _NEEDS_HOLD or self.holder.get(slot) is move.agent:
            return []
        if slot in _BROUGHT and slot not in self.holder and self.where.get(slot) is not Where.SIGHT:
            return []
        if move.act is Act.SHOW or self.where.get(slot) is None:
            return []
        self._apply(Do(Act.TAKE, move.agent, slot))
        return [Do(Act.TAKE, move.agent, slot)]

    def _apply(self, move: Do) -> None:
        slot, agent = move.thing, move.agent
        self.done[(move.act, slot)] = self.done.get((move.act, slot), 0) + 1
        if move.act is Act.ARRIVE:
            self.present.add(agent)
        elif move.act is Act.LEAVE:
            self.present.discard(agent)
            self.left.add(agent)
        if slot is None:
            return
        self.touched = [item for item in self.touched if item is not slot] + [slot]
        if move.act in {Act.TAKE, Act.FIND, Act.CARRY}:
            self.holder[slot], self.where[slot] = agent, Where.HELD
        elif move.act is Act.GIVE and move.other is not None:
            self.holder[slot], self.where[slot] = move.other, Where.HELD
        elif move.act in {Act.PUT, Act.HIDE}:
            self.holder.pop(slot, None)
            self.where[slot] = Where.SIGHT if move.act is Act.PUT else Where.HIDDEN
        elif move.act is Act.OPEN:
            self.opened.add(slot)
        elif move.act is Act.CLOSE:
            self.opened.discard(slot)
        elif move.act is Act.MISS:
            self.where[slot] = Where.AWAY
