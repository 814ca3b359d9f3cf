"""What the routes of the stages take and give."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from infinite_scribe.genesis.rules import Stage, Status
from infinite_scribe.genesis.schemas import ConstraintRead
from infinite_scribe.runs.schemas.wire import RunRead
from infinite_scribe.web.schemas import WireInput, WireOutput

ConstraintKind = Literal["must", "must_not", "prefer"]
RoundStatus = Literal["queued", "answering", "answered", "failed", "cancelled"]
Action = Literal["generate", "ask", "compare", "merge", "complete", "digest", "refresh"]
Origin = Literal["generated", "merged", "edited", "author"]
Instruction = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4_000)]
Message = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000)]
Notes = Annotated[str, StringConstraints(min_length=1, max_length=100_000)]
FieldPath = Annotated[str, StringConstraints(pattern=r"^[a-z_]+(\.[a-z_]+|\.\d{1,3})*$", max_length=120)]


class GenerateAsk(WireInput):
    """Ask for options; those of `keep` stay beside the new ones."""

    instruction: Instruction | None = None
    keep: list[UUID] = Field(default_factory=list, max_length=6)
    count: int = Field(4, ge=3, le=6)


class AskAsk(WireInput):
    """Say something about the stage."""

    message: Message


class CompareAsk(WireInput):
    """Lay options beside one another."""

    option_ids: list[UUID] = Field(min_length=2, max_length=4)
    criteria: list[Annotated[str, StringConstraints(min_length=1, max_length=80)]] = Field(
        default_factory=list, max_length=8
    )


class MergeAsk(WireInput):
    """Make one option out of several."""

    option_ids: list[UUID] = Field(min_length=2, max_length=3)
    instruction: Instruction | None = None


class CompleteAsk(WireInput):
    """Fill what is missing for the full level: the fields named, or all."""

    fields: list[Annotated[str, StringConstraints(max_length=80)]] = Field(
        default_factory=list, max_length=40
    )
    instruction: Instruction | None = None


class DigestAsk(WireInput):
    """Sort notes into the stages."""

    text: Notes


class RefreshAsk(WireInput):
    """Fit a stale stage to what changed before it."""

    instruction: Instruction | None = None


class PickAsk(WireInput):
    option_id: UUID


class EditAsk(WireInput):
    """Set a field: `logline`, `path.theme`, `cast.0.want`; the next free place of a list adds to it."""

    path: FieldPath
    value: Any


class EditStageAsk(EditAsk):
    """Set a field of the draft; `base` is what stood there when it was opened, null for nothing."""

    base: Any = None


class EditOptionAsk(EditAsk):
    option_id: UUID


class RestoreAsk(WireInput):
    """Take back the last pick: `revision` is the one its answer named in `replaced`."""

    revision: Annotated[int, Field(ge=0)]


class ConstrainAsk(WireInput):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    kind: ConstraintKind = "must"
    scope: Stage | Literal["all"] = "all"


class UnconstrainAsk(WireInput):
    id: UUID


class LockAsk(WireInput):
    """`preview` says what would be written and what stands against it, and writes nothing."""

    preview: bool = False


class UnlockAsk(WireInput):
    """`preview` shows what rests on the stage, and changes nothing."""

    preview: bool = False


class MissingRead(WireOutput):
    """A field that holds too little."""

    field: str
    have: int
    need: int


class FieldOrigin(WireOutput):
    """Who filled a field, and out of what."""

    by: Literal["author", "worldsmith", "merged", "quick_start"]
    run_id: UUID | None = None
    call_id: UUID | None = None
    options: list[str] | None = None


class BusyRead(WireOutput):
    round_id: UUID


class StageRead(WireOutput):
    """A stage as it stands: its draft, what it lacks, who filled what, and whether it is being worked on."""

    stage: Stage
    status: Status
    draft: dict[str, Any]
    missing_minimum: list[MissingRead]
    missing_full: list[MissingRead]
    stale_because: str | None
    picked_by: Literal["author", "auto"] | None
    may_generate: bool
    blocked_by: list[Stage]
    fields: dict[str, FieldOrigin]
    busy: BusyRead | None


class MethodRead(WireOutput):
    """A way to find an idea."""

    id: str
    title: str
    text: str


class GenesisRead(WireOutput):
    stages: list[StageRead]
    constraints: list[ConstraintRead]
    methods: list[MethodRead]


class ScoreRead(WireOutput):
    """A figure from 0 to 10, and whether code or the model found it."""

    name: str
    value: float
    basis: Literal["model", "code"]


class PickRead(StageRead):
    """The stage with the option; `replaced` is the revision that holds the draft it replaced, if it had one."""

    replaced: int | None = None


class OptionRead(WireOutput):
    """One of the ways a stage could go."""

    id: UUID
    handle: str
    title: str
    body: dict[str, Any]
    gains: str
    costs: str
    scores: list[ScoreRead]
    origin: Origin
    parents: list[UUID]
    picked: bool


class ComparisonRow(WireOutput):
    criterion: str
    cells: list[str]


class ComparisonRead(WireOutput):
    """Criterion by option; `options` names the columns."""

    rows: list[ComparisonRow]
    advice: str | None = None
    options: list[str]


class PatchRead(WireOutput):
    """A proposed value of a field; take it by editing the field."""

    path: str
    value: Any
    evidence: str | None = None


class PlacedRead(WireOutput):
    """A piece of the notes and where it went."""

    stage: Stage
    path: str
    value: Any
    quote: str


class ConflictRead(WireOutput):
    """A field in which merged options differ."""

    path: str
    values: list[Any]


class RoundOutput(WireOutput):
    """What an answer holds; members that do not belong to the action are absent."""

    text: str | None = None
    question: str | None = None
    options: list[OptionRead] | None = None
    comparison: ComparisonRead | None = None
    patch: list[PatchRead] | None = None
    filled: list[str] | None = None
    placed: list[PlacedRead] | None = None
    unplaced: list[str] | None = None
    conflicts: list[ConflictRead] | None = None


class RoundRead(WireOutput):
    """One exchange. It ends answered, failed or cancelled, whatever becomes of the process that answers."""

    id: UUID
    seq: int
    kind: Literal["message", "action"]
    action: Action
    input: dict[str, Any]
    status: RoundStatus
    output: RoundOutput | None
    problem: dict[str, Any] | None
    run_id: UUID | None
    created_at: datetime
    finished_at: datetime | None


class RoundList(WireOutput):
    items: list[RoundRead]


class RoundStarted(WireOutput):
    """A round that was taken on; without a run while it waits its turn."""

    round: RoundRead
    run: RunRead | None = None


class IssueRead(WireOutput):
    """What stands against locking."""

    code: str
    where: str
    text: str


class KeptRead(WireOutput):
    """What was made, edited, locked or taken out by hand, and is left as it is."""

    kind: str
    id: UUID
    title: str


class LockRead(WireOutput):
    """What locking writes: rows per kind that are new or changed."""

    will_write: dict[str, int]
    kept: list[KeptRead]
    missing: list[MissingRead]
    issues: list[IssueRead]
    stage: StageRead


class DependantRead(WireOutput):
    """What rests on a stage: rows it wrote that later things use, and later stages."""

    kind: str
    id: UUID | None
    title: str
    stage: Stage


class UnlockRead(WireOutput):
    dependants: list[DependantRead]
    stage: StageRead
