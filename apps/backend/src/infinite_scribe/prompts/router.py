"""Routes of prompts: the user's own wordings, and those of one novel, which stand above them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from infinite_scribe.accounts.dependencies import CurrentUser, HasSystemPermission, SystemPermission
from infinite_scribe.calls.errors import CallForgottenError, CallNotFoundError
from infinite_scribe.novels.errors import NotAllowedError, NovelNotFoundError
from infinite_scribe.prompts.dependencies import Mine, Previews, RequestId, SeenPrompts, WordedPrompts
from infinite_scribe.prompts.errors import (
    PlaceNeededError,
    PromptChangedError,
    PromptNotFoundError,
    PromptVariablesError,
)
from infinite_scribe.prompts.judges import read_judges
from infinite_scribe.prompts.schemas import (
    Language,
    PromptCallList,
    PromptList,
    PromptPreview,
    PromptPreviewAsk,
    PromptRead,
    PromptVersionList,
    PromptWrite,
)
from infinite_scribe.providers.errors import UnknownNovelError
from infinite_scribe.providers.schemas import JudgesRead
from infinite_scribe.runs.errors import AgentUnavailableError
from infinite_scribe.web.problems import problem_responses
from infinite_scribe.web.session import Transaction

router = APIRouter(tags=["prompts"])

_SELF = [Depends(HasSystemPermission(SystemPermission.SELF))]
_READ = problem_responses(PromptNotFoundError)
_WRITE = problem_responses(PromptNotFoundError, PromptVariablesError, PromptChangedError)
_NOVEL_READ = problem_responses(PromptNotFoundError, NovelNotFoundError)
_NOVEL_WRITE = problem_responses(
    PromptNotFoundError, PromptVariablesError, PromptChangedError, NovelNotFoundError, NotAllowedError
)
Spoken = Annotated[Language | None, Query()]
Replaces = Annotated[str | None, Query(max_length=40)]


@router.get("/prompts", operation_id="list_prompts", dependencies=_SELF)
async def list_prompts(prompts: Mine, language: Spoken = None) -> PromptList:
    """Every prompt of the product, and whether the user has an own wording of it."""
    return await prompts.list_prompts(language)


@router.get("/prompts/{name}", operation_id="get_prompt", dependencies=_SELF, responses=_READ)
async def get_prompt(name: str, prompts: Mine) -> PromptRead:
    return await prompts.read(name)


@router.put("/prompts/{name}", operation_id="save_prompt", dependencies=_SELF, responses=_WRITE)
async def save_prompt(name: str, wanted: PromptWrite, prompts: Mine) -> PromptRead:
    """Word a prompt anew for all of one's own books."""
    return await prompts.save(name, wanted)


@router.delete("/prompts/{name}", operation_id="reset_prompt", dependencies=_SELF, responses=_WRITE)
async def reset_prompt(name: str, prompts: Mine, replaces: Replaces = None) -> PromptRead:
    """Go back to the shipped wording; the own one stays in the history."""
    return await prompts.reset(name, replaces)


@router.get(
    "/prompts/{name}/versions", operation_id="list_prompt_versions", dependencies=_SELF, responses=_READ
)
async def list_prompt_versions(name: str, prompts: Mine) -> PromptVersionList:
    return PromptVersionList(items=await prompts.history(name))


@router.get(
    "/novels/{novel_id}/prompts",
    operation_id="list_novel_prompts",
    responses=problem_responses(NovelNotFoundError),
)
async def list_novel_prompts(prompts: SeenPrompts, language: Spoken = None) -> PromptList:
    """Every prompt as it is in force for a novel."""
    return await prompts.list_prompts(language)


@router.get("/novels/{novel_id}/prompts/{name}", operation_id="get_novel_prompt", responses=_NOVEL_READ)
async def get_novel_prompt(name: str, prompts: SeenPrompts) -> PromptRead:
    return await prompts.read(name)


@router.put("/novels/{novel_id}/prompts/{name}", operation_id="save_novel_prompt", responses=_NOVEL_WRITE)
async def save_novel_prompt(name: str, wanted: PromptWrite, prompts: WordedPrompts) -> PromptRead:
    """Word a prompt anew for one novel; this stands above what its members have worded for themselves."""
    return await prompts.save(name, wanted)


@router.delete("/novels/{novel_id}/prompts/{name}", operation_id="reset_novel_prompt", responses=_NOVEL_WRITE)
async def reset_novel_prompt(name: str, prompts: WordedPrompts, replaces: Replaces = None) -> PromptRead:
    """Take the novel's own wording back; the user's, or the shipped one, is in force again."""
    return await prompts.reset(name, replaces)


@router.get(
    "/novels/{novel_id}/prompts/{name}/versions",
    operation_id="list_novel_prompt_versions",
    responses=_NOVEL_READ,
)
async def list_novel_prompt_versions(name: str, prompts: SeenPrompts) -> PromptVersionList:
    return PromptVersionList(items=await prompts.history(name))


@router.get(
    "/novels/{novel_id}/prompts/{name}/calls", operation_id="list_prompt_calls", responses=_NOVEL_READ
)
async def list_prompt_calls(name: str, previews: Previews) -> PromptCallList:
    """The newest calls of a prompt in a novel, whose values a preview can be filled with."""
    return PromptCallList(items=await previews.calls(name))


@router.post(
    "/novels/{novel_id}/prompts/{name}/preview",
    operation_id="preview_prompt",
    responses=problem_responses(
        PromptNotFoundError, PromptVariablesError, PlaceNeededError, CallNotFoundError, CallForgottenError,
        NovelNotFoundError, NotAllowedError, AgentUnavailableError,
    ),
)  # fmt: skip
async def preview_prompt(
    name: str, wanted: PromptPreviewAsk, previews: Previews, request_id: RequestId
) -> PromptPreview:
    """Exactly what would be sent for a place of the book, or with the values of an earlier call; nothing is asked."""
    return await previews.make(name, wanted, request_id)


@router.get(
    "/judges",
    operation_id="get_judges",
    dependencies=_SELF,
    responses=problem_responses(UnknownNovelError),
)
async def get_judges(
    user: CurrentUser, session: Transaction, novel_id: Annotated[UUID, Query()]
) -> JudgesRead:
    """Which of the editor's models may pick by themselves, as they are asked for this novel."""
    return await read_judges(session, user.user_id, novel_id)
