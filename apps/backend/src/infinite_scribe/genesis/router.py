"""Routes of the six stages: what a model does answers 202 with its round, what the author decides answers at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks

from infinite_scribe.genesis.dependencies import Key, Reading, Running, Sending, Writing
from infinite_scribe.genesis.errors import (
    ConstraintNotFoundError,
    ConversationBusyError,
    DraftChangedError,
    OptionNotFoundError,
    RoundNotFoundError,
    RoundStateError,
    StageAuditError,
    StageIncompleteError,
    StageLockedError,
    StageNotReadyError,
    StageStateError,
    UnknownFieldError,
)
from infinite_scribe.genesis.rules import Stage
from infinite_scribe.genesis.wire import (
    AskAsk,
    CompareAsk,
    CompleteAsk,
    ConstrainAsk,
    DigestAsk,
    EditOptionAsk,
    EditStageAsk,
    GenerateAsk,
    GenesisRead,
    LockAsk,
    LockRead,
    MergeAsk,
    OptionRead,
    PickAsk,
    PickRead,
    RefreshAsk,
    RestoreAsk,
    RoundList,
    RoundRead,
    RoundStarted,
    StageRead,
    UnconstrainAsk,
    UnlockAsk,
    UnlockRead,
)
from infinite_scribe.novels.errors import NotAllowedError, NovelNotFoundError
from infinite_scribe.runs.dependencies import Live
from infinite_scribe.web.problems import problem_responses

router = APIRouter(prefix="/novels/{novel_id}/genesis", tags=["genesis"])

_READ = problem_responses(NovelNotFoundError)
_ROUND = problem_responses(NovelNotFoundError, NotAllowedError, RoundNotFoundError, RoundStateError)


def _writing(*errors: Any) -> dict[int | str, dict[str, Any]]:
    return problem_responses(NovelNotFoundError, NotAllowedError, *errors)


def _model(*errors: Any) -> dict[int | str, dict[str, Any]]:
    return _writing(ConversationBusyError, *errors)


@router.get("", operation_id="get_genesis", responses=_READ)
async def get_genesis(desk: Reading) -> GenesisRead:
    """Every stage with what it holds and lacks, the author's wishes, and ways to find an idea."""
    return await desk.choices.read()


@router.get("/{stage}/rounds", operation_id="list_rounds", responses=_READ)
async def list_rounds(stage: Stage, desk: Reading) -> RoundList:
    """What was said about a stage, oldest first."""
    return RoundList(items=await desk.conversation.rounds(stage))


@router.post(
    "/{stage}/generate", operation_id="generate_options", status_code=202,
    responses=_model(StageNotReadyError, OptionNotFoundError),
)  # fmt: skip
async def generate_options(
    stage: Stage, wanted: GenerateAsk, messages: Sending, key: Key = None
) -> RoundStarted:
    """Ask for ways the stage could go."""
    return await messages.send(stage, "generate", wanted.model_dump(mode="json"), key)


@router.post("/{stage}/ask", operation_id="ask_worldsmith", status_code=202, responses=_model())
async def ask_worldsmith(stage: Stage, wanted: AskAsk, messages: Sending, key: Key = None) -> RoundStarted:
    """Say something about the stage; the answer is text, and maybe values to take."""
    return await messages.send(stage, "ask", wanted.model_dump(mode="json"), key)


@router.post(
    "/{stage}/compare", operation_id="compare_options", status_code=202, responses=_model(OptionNotFoundError)
)
async def compare_options(
    stage: Stage, wanted: CompareAsk, messages: Sending, key: Key = None
) -> RoundStarted:
    """Lay options beside one another, a sentence per criterion."""
    return await messages.send(stage, "compare", wanted.model_dump(mode="json"), key)


@router.post(
    "/{stage}/merge", operation_id="merge_options", status_code=202, responses=_model(OptionNotFoundError)
)
async def merge_options(stage: Stage, wanted: MergeAsk, messages: Sending, key: Key = None) -> RoundStarted:
    """Make one option out of several."""
    return await messages.send(stage, "merge", wanted.model_dump(mode="json"), key)


@router.post(
    "/{stage}/complete", operation_id="complete_stage", status_code=202,
    responses=_model(StageNotReadyError, StageLockedError),
)  # fmt: skip
async def complete_stage(
    stage: Stage, wanted: CompleteAsk, messages: Sending, key: Key = None
) -> RoundStarted:
    """Fill what the stage lacks to be locked; whatever is filled stays."""
    return await messages.send(stage, "complete", wanted.model_dump(mode="json"), key)


@router.post("/seed/digest", operation_id="digest_notes", status_code=202, responses=_model(StageLockedError))
async def digest_notes(wanted: DigestAsk, messages: Sending, key: Key = None) -> RoundStarted:
    """Sort notes into the stages, each piece with the sentence it came from. The notes are stored first."""
    return await messages.send(Stage.SEED, "digest", wanted.model_dump(mode="json"), key)


@router.post(
    "/{stage}/refresh", operation_id="refresh_stage", status_code=202,
    responses=_model(StageLockedError, StageStateError),
)  # fmt: skip
async def refresh_stage(stage: Stage, wanted: RefreshAsk, messages: Sending, key: Key = None) -> RoundStarted:
    """Ask what of a stale stage no longer fits what changed before it."""
    return await messages.send(stage, "refresh", wanted.model_dump(mode="json"), key)


@router.post("/{stage}/rounds/{round_id}/cancel", operation_id="cancel_round", responses=_ROUND)
async def cancel_round(
    stage: Stage, round_id: UUID, desk: Running, live: Live, after: BackgroundTasks
) -> RoundRead:
    """Stop a message that waits or is being answered."""
    found, said = await desk.conversation.cancel(stage, round_id)
    after.add_task(live.publish, said)
    return found


@router.post(
    "/{stage}/rounds/{round_id}/retry", operation_id="retry_round",
    responses={**_ROUND, **_model(RoundNotFoundError, RoundStateError)},
)  # fmt: skip
async def retry_round(stage: Stage, round_id: UUID, messages: Sending) -> RoundRead:
    """Ask a message again that failed or was cancelled."""
    return await messages.retry(stage, round_id)


@router.post(
    "/{stage}/pick", operation_id="pick_option", responses=_writing(OptionNotFoundError, StageLockedError)
)
async def pick_option(stage: Stage, wanted: PickAsk, desk: Writing) -> PickRead:
    """Take an option as the draft of the stage."""
    return await desk.choices.pick(stage, wanted.option_id)


@router.post(
    "/{stage}/restore", operation_id="restore_stage", responses=_writing(StageLockedError, DraftChangedError)
)
async def restore_stage(stage: Stage, wanted: RestoreAsk, desk: Writing) -> StageRead:
    """Take back the last pick: the draft is again what it was."""
    return await desk.choices.restore(stage, wanted.revision)


@router.post(
    "/{stage}/edit", operation_id="edit_stage",
    responses=_writing(StageLockedError, DraftChangedError, UnknownFieldError),
)  # fmt: skip
async def edit_stage(stage: Stage, wanted: EditStageAsk, desk: Writing) -> StageRead:
    """Set one field of the draft; with `base` only if that still stands there."""
    if "base" in wanted.model_fields_set:
        return await desk.choices.edit(stage, wanted.path, wanted.value, seen=(wanted.base,))
    return await desk.choices.edit(stage, wanted.path, wanted.value)


@router.post(
    "/{stage}/edit_option",
    operation_id="edit_option",
    responses=_writing(OptionNotFoundError, UnknownFieldError),
)
async def edit_option(stage: Stage, wanted: EditOptionAsk, desk: Writing) -> OptionRead:
    """Set one field of an option."""
    return await desk.choices.edit_option(stage, wanted.option_id, wanted.path, wanted.value)


@router.post("/{stage}/constrain", operation_id="add_constraint", responses=_writing())
async def add_constraint(stage: Stage, wanted: ConstrainAsk, desk: Writing) -> StageRead:
    """Keep a wish: must, must not, or preferably."""
    return await desk.choices.constrain(stage, wanted)


@router.post(
    "/{stage}/unconstrain", operation_id="drop_constraint", responses=_writing(ConstraintNotFoundError)
)
async def drop_constraint(stage: Stage, wanted: UnconstrainAsk, desk: Writing) -> StageRead:
    """Take a wish back."""
    return await desk.choices.unconstrain(stage, wanted.id)


@router.post(
    "/{stage}/lock", operation_id="lock_stage",
    responses=_writing(StageIncompleteError, StageAuditError, StageStateError),
)  # fmt: skip
async def lock_stage(stage: Stage, wanted: LockAsk, desk: Writing) -> LockRead:
    """Write the stage into canon and plan as one revision; locked again, only what differs."""
    if wanted.preview:
        return await desk.locking.preview(stage)
    return await desk.locking.lock(stage)


@router.post("/{stage}/unlock", operation_id="unlock_stage", responses=_writing(StageStateError))
async def unlock_stage(stage: Stage, wanted: UnlockAsk, desk: Writing) -> UnlockRead:
    """Open a locked stage; later ones are stale then, and nothing is deleted."""
    return await desk.locking.unlock(stage, preview=wanted.preview)
