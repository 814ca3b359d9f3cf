"""把断在半截的中文句子接完：承前省主语，接一个动作。"""

from infinite_scribe.llm.demo.acts import Act, Do, Role, Slot
from infinite_scribe.llm.demo.zh.grammar import closed
from infinite_scribe.llm.demo.zh.narrator import ChineseNarrator

_ACTS = (
    Do(Act.HESITATE, Role.SELF, Slot.BUSY), Do(Act.LISTEN, Role.SELF), Do(Act.EXAMINE, Role.SELF, Slot.RECORD),
    Do(Act.WORK, Role.SELF, Slot.TOOL), Do(Act.SERVE, Role.SELF, Slot.BUSY),
)  # fmt: skip
_OPEN = "，；、"
#: Words after which a thing has to follow.
_WANTS_THING = ("把", "将", "在", "向", "朝", "从", "往", "对", "跟", "和", "的", "一个", "那个")


def completed(narrator: ChineseNarrator, before: str) -> str:
    """接在 `before` 末尾的几个字，带句号。"""
    bare = before.rstrip()
    if bare.endswith(_WANTS_THING):
        thing = narrator.tongue.things[narrator.chance.pick(["record", "light", "busy", "barrier"])]
        moved = "挪了挪" if bare.endswith(("把", "将")) else ""
        return closed(
            f"{thing.noun}{moved}" if moved else f"{thing.noun}那边，{_deed(narrator)}".removesuffix("，")
        )
    return closed(_deed(narrator) if bare[-1:] in _OPEN else f"，{_deed(narrator)}")


def _deed(narrator: ChineseNarrator) -> str:
    """看事的人的一个动作，不带主语。"""
    for move in narrator.chance.fork("deed").shuffled(_ACTS):
        for piece in narrator.pieces_of(move):
            said = narrator.tongue.say(piece.phrase, piece.thing, piece.other)
            if said:
                return said.rstrip("。，")
    return "停了停"
