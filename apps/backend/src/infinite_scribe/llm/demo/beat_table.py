"""The beats that the demo can plan, as micro-events. Language-neutral.

A beat has *core* moves, which always happen in this order, and *extra* moves, which join
while the beat's word budget asks for more. A language words each beat in one or more
sentences (`beats` of its lexicon) and must be able to read its own sentences back.
"""

from dataclasses import dataclass

from infinite_scribe.llm.demo.acts import Act, Do, Mind, Move, Near, Pass, Role, See, Slot, Stir, Talk, Think

P, A, B = Role.SELF, Role.OTHER, Role.THIRD
WARE, TOOL, RECORD, PAYMENT = Slot.WARE, Slot.TOOL, Slot.RECORD, Slot.PAYMENT
TOKEN, LIGHT, BUSY, BARRIER = Slot.TOKEN, Slot.LIGHT, Slot.BUSY, Slot.BARRIER


@dataclass(frozen=True, slots=True)
class BeatPlan:
    """One kind of beat. `needs_other` beats are not used where the viewpoint is alone."""

    id: str
    kind: str
    core: tuple[Move, ...]
    extra: tuple[Move, ...]
    needs_other: bool = True


def _table(*plans: BeatPlan) -> dict[str, BeatPlan]:
    return {plan.id: plan for plan in plans}


SEE_WANT, SEE_FEAR, SEE_TRADE, SEE_DONE = See(Near.WANT), See(Near.FEAR), See(Near.TRADE), See(Near.DONE)
STAKE, FEAR, MEMORY, LORE = Think(Mind.STAKE), Think(Mind.FEAR), Think(Mind.MEMORY), Think(Mind.LORE)
OF_WARE, RULE, DOUBT, BELIEF, READ_OTHER = (
    Think(Mind.WARE),
    Think(Mind.RULE),
    Think(Mind.DOUBT),
    Think(Mind.BELIEF),
    Think(Mind.OTHER),
)

ALONE: dict[str, BeatPlan] = _table(
    BeatPlan(
        "at_work",
        "description",
        (Do(Act.WORK, P, TOOL), SEE_TRADE, Stir(WARE)),
        (LORE, SEE_WANT, STAKE, Stir(LIGHT), OF_WARE, Do(Act.EXAMINE, P, WARE)),
        needs_other=False,
    ),
    BeatPlan(
        "wait_alone",
        "transition",
        (Do(Act.WAIT, P), Stir(LIGHT), SEE_FEAR),
        (Pass(), MEMORY, Do(Act.LISTEN, P), LORE, Stir(WARE), STAKE),
        needs_other=False,
    ),
    BeatPlan(
        "count_short",
        "reveal",
        (Do(Act.COUNT, P, WARE), Do(Act.READ, P, RECORD), DOUBT),
        (SEE_DONE, Do(Act.COUNT, P, WARE), OF_WARE, FEAR, Do(Act.WRITE, P, RECORD)),
        needs_other=False,
    ),
    BeatPlan(
        "search_room",
        "action",
        (Do(Act.SEARCH, P, TOKEN), SEE_WANT, Do(Act.MISS, P, TOKEN)),
        (Do(Act.OPEN, P, BARRIER), SEE_TRADE, MEMORY, Do(Act.SEARCH, P, RECORD), Stir(LIGHT), LORE),
        needs_other=False,
    ),
    BeatPlan(
        "locked",
        "action",
        (Do(Act.TRY, P, BARRIER), DOUBT, Do(Act.FAIL, P, BARRIER)),
        (SEE_FEAR, Do(Act.LISTEN, P), Do(Act.EXAMINE, P, BARRIER), STAKE, Stir(LIGHT)),
        needs_other=False,
    ),
    BeatPlan(
        "open_find",
        "reveal",
        (Do(Act.OPEN, P, BARRIER), Do(Act.FIND, P, RECORD), SEE_DONE),
        (Do(Act.READ, P, RECORD), DOUBT, MEMORY, Stir(WARE), FEAR),
        needs_other=False,
    ),
    BeatPlan(
        "read_trace",
        "reveal",
        (Do(Act.READ, P, RECORD), MEMORY, Do(Act.HESITATE, P, RECORD)),
        (SEE_DONE, DOUBT, Do(Act.EXAMINE, P, RECORD), BELIEF, Stir(LIGHT)),
        needs_other=False,
    ),
    BeatPlan(
        "try_ware",
        "action",
        (Do(Act.TAKE, P, WARE), Do(Act.WORK, P, TOOL), Stir(WARE), Do(Act.FAIL, P, TOOL)),
        (OF_WARE, RULE, SEE_FEAR, Do(Act.EXAMINE, P, WARE), LORE, Stir(LIGHT)),
        needs_other=False,
    ),
    BeatPlan(
        "lift_ware",
        "action",
        (Do(Act.LISTEN, P), Do(Act.TAKE, P, WARE), Do(Act.HIDE, P, WARE)),
        (SEE_FEAR, DOUBT, Stir(WARE), FEAR, Do(Act.CLOSE, P, BARRIER), OF_WARE),
        needs_other=False,
    ),
    BeatPlan(
        "mend",
        "action",
        (Do(Act.EXAMINE, P, BUSY), Do(Act.MEND, P, BUSY), SEE_TRADE),
        (LORE, MEMORY, Stir(LIGHT), STAKE, Do(Act.WORK, P, TOOL)),
        needs_other=False,
    ),
    BeatPlan(
        "trail",
        "action",
        (Do(Act.FOLLOW, P, None, A), SEE_FEAR, Do(Act.LURK, P), Do(Act.WATCH, P, None, A)),
        (DOUBT, SEE_TRADE, STAKE, Do(Act.FOLLOW, P, None, A), LORE),
    ),
    BeatPlan(
        "lose_trail",
        "action",
        (Do(Act.LOSE, P, None, A), SEE_WANT, Do(Act.FIND, P, TOKEN)),
        (DOUBT, Do(Act.SEARCH, P, TOKEN), FEAR, MEMORY, Do(Act.EXAMINE, P, TOKEN)),
    ),
    BeatPlan(
        "night",
        "transition",
        (Pass(), Stir(LIGHT), Do(Act.WAIT, P)),
        (SEE_TRADE, LORE, Stir(WARE), MEMORY, Do(Act.LISTEN, P), BELIEF),
        needs_other=False,
    ),
    BeatPlan(
        "pack",
        "action",
        (Do(Act.TAKE, P, TOOL), Do(Act.CARRY, P, WARE), SEE_WANT),
        (MEMORY, Do(Act.CLOSE, P, BARRIER), STAKE, Do(Act.TAKE, P, TOKEN), Stir(WARE)),
        needs_other=False,
    ),
    BeatPlan(
        "choose",
        "decision",
        (Do(Act.HESITATE, P, TOKEN), STAKE, Do(Act.DECIDE, P, RECORD)),
        (FEAR, Stir(WARE), Do(Act.TAKE, P, WARE), SEE_DONE, RULE),
        needs_other=False,
    ),
)

FACING: dict[str, BeatPlan] = _table(
    BeatPlan(
        "arrival",
        "action",
        (Do(Act.ARRIVE, A), READ_OTHER, Do(Act.PUT, A, TOKEN), Talk("greet")),
        (SEE_DONE, Do(Act.WATCH, P, None, A), Stir(WARE), Do(Act.SERVE, P, BUSY), STAKE),
    ),
    BeatPlan(
        "request",
        "dialogue",
        (Do(Act.PUT, A, PAYMENT), Talk("request"), Do(Act.WORK, P, BUSY), STAKE),
        (READ_OTHER, Stir(WARE), SEE_WANT, RULE, Do(Act.HESITATE, P, PAYMENT)),
    ),
    BeatPlan(
        "name_cost",
        "dialogue",
        (Do(Act.COUNT, P, PAYMENT), Talk("cost", P, A), READ_OTHER),
        (Stir(BUSY), STAKE, LORE, SEE_DONE, Do(Act.PUT, P, PAYMENT)),
    ),
    BeatPlan(
        "object",
        "dialogue",
        (Do(Act.REFUSE, P, PAYMENT, A), Talk("object", P, A), Do(Act.WORK, P, BUSY)),
        (FEAR, RULE, SEE_FEAR, Stir(WARE), MEMORY),
    ),
    BeatPlan(
        "conceal",
        "action",
        (Do(Act.HIDE, P, TOKEN), Talk("probe"), Do(Act.SERVE, P, BUSY)),
        (FEAR, SEE_FEAR, Do(Act.WATCH, P, None, A), MEMORY, Stir(LIGHT)),
    ),
    BeatPlan(
        "show_token",
        "reveal",
        (Do(Act.SHOW, A, TOKEN, P), Do(Act.EXAMINE, P, TOKEN), MEMORY, Talk("token")),
        (SEE_DONE, DOUBT, Do(Act.HESITATE, P, TOKEN), Stir(WARE), FEAR),
    ),
    BeatPlan(
        "question",
        "dialogue",
        (Do(Act.SETTLE, A), Talk("probe"), Do(Act.HESITATE, P, BUSY), DOUBT),
        (SEE_FEAR, MEMORY, Stir(BUSY), Do(Act.WATCH, A, None, P), BELIEF),
    ),
    BeatPlan(
        "withhold",
        "dialogue",
        (Do(Act.HESITATE, P, RECORD), Talk("withhold"), FEAR),
        (Stir(LIGHT), Do(Act.WORK, P, BUSY), BELIEF, SEE_FEAR, MEMORY),
    ),
    BeatPlan(
        "admit",
        "reveal",
        (Do(Act.STAND, A), Talk("secret"), Stir(WARE), Do(Act.HESITATE, P, BUSY), MEMORY),
        (DOUBT, SEE_DONE, Do(Act.WATCH, P, None, A), FEAR, BELIEF),
    ),
    BeatPlan(
        "terms",
        "dialogue",
        (Do(Act.PUT, A, PAYMENT), Talk("terms"), Do(Act.EXAMINE, P, PAYMENT), RULE),
        (STAKE, READ_OTHER, Stir(WARE), SEE_WANT, Do(Act.WAIT, A)),
    ),
    BeatPlan(
        "warn",
        "dialogue",
        (Do(Act.CLOSE, A, BARRIER), Talk("warn"), SEE_FEAR, FEAR),
        (Do(Act.LISTEN, P), Stir(LIGHT), RULE, Do(Act.SERVE, P, BUSY), DOUBT),
    ),
    BeatPlan(
        "inspect",
        "action",
        (Do(Act.READ, A, RECORD), Do(Act.WATCH, P, None, A), Talk("inspect"), Do(Act.COUNT, A, WARE)),
        (LORE, Stir(LIGHT), READ_OTHER, SEE_TRADE, FEAR),
    ),
    BeatPlan(
        "wrong_line",
        "reveal",
        (Do(Act.SHOW, A, RECORD, P), Do(Act.READ, P, RECORD), DOUBT, Talk("inspect")),
        (FEAR, Do(Act.EXAMINE, P, RECORD), MEMORY, Stir(WARE), SEE_DONE),
    ),
    BeatPlan(
        "bring_back",
        "action",
        (Do(Act.ARRIVE, A), Do(Act.PUT, A, WARE), Do(Act.EXAMINE, P, WARE), Talk("return")),
        (OF_WARE, READ_OTHER, Stir(WARE), SEE_DONE, RULE),
    ),
    BeatPlan(
        "test_before",
        "action",
        (Do(Act.TAKE, P, WARE), Do(Act.OPEN, P, WARE), Stir(WARE), Talk("test"), Do(Act.CLOSE, P, WARE)),
        (OF_WARE, RULE, SEE_FEAR, READ_OTHER, LORE),
    ),
    BeatPlan(
        "break",
        "action",
        (Do(Act.TAKE, A, BUSY), Do(Act.BREAK, A, BUSY), Talk("mishap", P, A), SEE_DONE),
        (Do(Act.MEND, P, BUSY), MEMORY, Stir(WARE), STAKE, READ_OTHER),
    ),
    BeatPlan(
        "help",
        "action",
        (Do(Act.LEND, A, LIGHT, P), Do(Act.MEND, P, BUSY), Talk("side"), READ_OTHER),
        (LORE, MEMORY, Stir(LIGHT), STAKE, SEE_TRADE),
    ),
    BeatPlan(
        "overhear",
        "reveal",
        (Do(Act.LURK, P), Do(Act.LISTEN, P), Talk("overheard", A, B), DOUBT),
        (SEE_FEAR, FEAR, Stir(LIGHT), Do(Act.HESITATE, P, BARRIER), STAKE),
    ),
    BeatPlan(
        "block",
        "action",
        (Do(Act.BLOCK, A, None, P), Talk("press"), Do(Act.PUT, P, TOOL), SEE_FEAR),
        (FEAR, Stir(WARE), READ_OTHER, Do(Act.STAND, P), RULE),
    ),
    BeatPlan(
        "accept",
        "decision",
        (Do(Act.TAKE, P, PAYMENT), Talk("agree", P, A), Do(Act.WRITE, P, RECORD), STAKE),
        (Stir(WARE), SEE_WANT, Do(Act.GIVE, P, WARE, A), RULE, DOUBT),
    ),
    BeatPlan(
        "decline",
        "decision",
        (Do(Act.PUT, P, PAYMENT), Talk("decline", P, A), Do(Act.LEAVE, A), SEE_DONE),
        (FEAR, Stir(WARE), STAKE, Do(Act.WATCH, P, None, A), MEMORY),
    ),
    BeatPlan(
        "part",
        "action",
        (Do(Act.GIVE, A, TOKEN, P), Talk("part"), Do(Act.LEAVE, A), SEE_WANT),
        (MEMORY, Do(Act.WATCH, P, None, A), Stir(LIGHT), STAKE, BELIEF),
    ),
    BeatPlan(
        "strike_out",
        "decision",
        (Do(Act.OPEN, P, RECORD), Do(Act.STRIKE, P, RECORD), Talk("agree", P, A), Stir(WARE)),
        (RULE, FEAR, READ_OTHER, SEE_DONE, STAKE),
    ),
)

BEATS: dict[str, BeatPlan] = ALONE | FACING
