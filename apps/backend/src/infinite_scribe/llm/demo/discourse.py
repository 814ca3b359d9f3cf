"""In which order and mode the moves of a beat are told: paragraphs before sentences.

Talk stands in paragraphs of its own. The rest is cut into groups whose sizes alternate, so
that a long paragraph is followed by a short one. A scene gets at least one paragraph of one
sentence and at least one long one; which beats carry them is drawn per scene.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

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
from infinite_scribe.llm.demo.chance import Chance


class Size(StrEnum):
    """How much room a paragraph takes."""

    SINGLE = "single"  # one sentence
    NORMAL = "normal"
    LONG = "long"  # 90 words or more (in Chinese 150 characters)


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph to be told (or one exchange); `room` is a wish in words."""

    moves: tuple[Move, ...]
    size: Size = Size.NORMAL
    core: bool = True
    room: int = 0


def arrange(moves: Sequence[Move], chance: Chance, *, long: bool, single: bool) -> list[Block]:
    """Paragraph plan of one beat. `long` merges its largest run, `single` isolates one move."""
    runs: list[list[Move]] = [[]]
    for move in moves:
        if isinstance(move, Talk):
            runs += [[move], []]
        else:
            runs[-1].append(move)
    runs = [run for run in runs if run]
    widest = max((run for run in runs if not isinstance(run[0], Talk)), key=len, default=[])
    blocks: list[Block] = []
    for run in runs:
        if isinstance(run[0], Talk):
            blocks.append(Block(tuple(run)))
        elif long and run is widest:
            blocks.append(Block(tuple(run), Size.LONG))
        else:
            blocks += _cut(run, chance)
    return _isolate(blocks) if single else blocks


def _cut(run: list[Move], chance: Chance) -> list[Block]:
    """Paragraphs that open with an act, look about, and end where a thought has come.

    A new paragraph begins after a thought and where it has grown; now and then a thought
    stands alone. Passing time always opens one.
    """
    blocks: list[Block] = []
    group: list[Move] = []
    limit = chance.between(3, 6)
    for move in run:
        thought = group and isinstance(group[-1], Think)
        if group and (
            isinstance(move, Pass) or (thought and not chance.happens(0.25)) or len(group) >= limit
        ):
            blocks.append(Block(tuple(group)))
            group, limit = [], 7 - limit if limit in {3, 4} else chance.between(2, 4)
        group.append(move)
    return [*blocks, Block(tuple(group))] if group else blocks


def _isolate(blocks: list[Block]) -> list[Block]:
    """Let one telling of a change or an act stand alone."""
    for index, block in enumerate(blocks):
        if block.size is Size.NORMAL and isinstance(block.moves[-1], Do | Stir) and len(block.moves) > 1:
            head, last = block.moves[:-1], block.moves[-1]
            return [*blocks[:index], Block(head), Block((last,), Size.SINGLE), *blocks[index + 1 :]]
    for index, block in enumerate(blocks):
        if block.size is Size.NORMAL and len(block.moves) == 1 and isinstance(block.moves[0], Do | Stir):
            return [*blocks[:index], Block(block.moves, Size.SINGLE), *blocks[index + 1 :]]
    return blocks


def weave(core: Sequence[Move], extra: Sequence[Move]) -> list[Move]:
    """Extra moves laid between the core ones, so that neither comes in a lump.

    The first core move stays first and the last stays last: a beat opens with its deed and
    ends with its consequence.
    """
    if len(core) < 2:
        return [*core, *extra]
    gaps: list[list[Move]] = [[] for _ in range(len(core) - 1)]
    for index, move in enumerate(extra):
        gaps[index % len(gaps)].append(move)
    woven: list[Move] = []
    for index, move in enumerate(core):
        woven.append(move)
        if index < len(gaps):
            woven += gaps[index]
    return woven


P, A = Role.SELF, Role.OTHER
#: Paragraphs that fill a scene which is still short: an act, what it shows, what it means.
FILLERS: tuple[tuple[Move, ...], ...] = (
    (Do(Act.WATCH, P, None, A), Think(Mind.OTHER), See(Near.DONE)),
    (Do(Act.HESITATE, P, Slot.WARE), Stir(Slot.WARE), Think(Mind.WARE)),
    (Do(Act.SERVE, P, Slot.BUSY), Stir(Slot.BUSY), Think(Mind.MEMORY)),
    (Do(Act.LISTEN, P), See(Near.FEAR), Think(Mind.FEAR)),
    (Do(Act.STAND, A), See(Near.WANT), Think(Mind.STAKE)),
    (Do(Act.EXAMINE, P, Slot.RECORD), Stir(Slot.RECORD), Think(Mind.DOUBT)),
    (Do(Act.WORK, P, Slot.TOOL), See(Near.TRADE), Think(Mind.LORE)),
    (Pass(), Stir(Slot.LIGHT), Do(Act.WAIT, P)),
    (Do(Act.HESITATE, P, Slot.TOKEN), Stir(Slot.TOKEN), Think(Mind.MEMORY)),
    (Do(Act.SETTLE, A), Stir(Slot.BARRIER), Think(Mind.BELIEF)),
    (Do(Act.EXAMINE, P, Slot.PAYMENT), Stir(Slot.PAYMENT), Think(Mind.STAKE)),
)
SIDE_TALK = Talk("side", Role.SELF, Role.OTHER)


def told_length(move: Move) -> int:
    """A first guess of how many English words a move takes; the telling corrects it."""
    if isinstance(move, Talk):
        return 95
    if isinstance(move, Tell):
        return 16
    if isinstance(move, Think):
        return 24
    if isinstance(move, Pass):
        return 30
    return 18 if isinstance(move, See) else 13
