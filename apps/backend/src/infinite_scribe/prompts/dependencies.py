"""How a request gets the prompts of its user, or of the novel in its path."""
# Annotations are evaluated here at once: those of closures name the permission of the closure.

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request

from infinite_scribe.accounts.dependencies import CurrentUser
from infinite_scribe.core.ids import new_id
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.dependencies import HasNovelPermission
from infinite_scribe.novels.rules import NovelPermission
from infinite_scribe.prompts.previews import PromptPreviews
from infinite_scribe.prompts.service import PromptService
from infinite_scribe.runs.dependencies import Agents
from infinite_scribe.web.session import Transaction


def _mine(user: CurrentUser, session: Transaction) -> PromptService:
    return PromptService.of(session, user.user_id)


def _of_novel(permission: NovelPermission) -> Callable[..., PromptService]:
    def made(
        *,
        scope: NovelScope = Depends(HasNovelPermission(permission)),  # noqa: B008 - a string could not see `permission`
        session: Transaction,
    ) -> PromptService:
        return PromptService.of(session, scope.user_id, scope.novel_id)

    return made


Runner = Annotated[NovelScope, Depends(HasNovelPermission(NovelPermission.RUN))]


def _previews(scope: Runner, session: Transaction, agents: Agents) -> PromptPreviews:
    return PromptPreviews(session, scope, agents)


def request_id_of(request: Request) -> str:
    """Return the id under which a command to an agent is followed."""
    return str(getattr(request.state, "request_id", None) or new_id().hex)


Previews = Annotated[PromptPreviews, Depends(_previews)]
RequestId = Annotated[str, Depends(request_id_of)]
Mine = Annotated[PromptService, Depends(_mine)]
SeenPrompts = Annotated[PromptService, Depends(_of_novel(NovelPermission.READ))]
WordedPrompts = Annotated[PromptService, Depends(_of_novel(NovelPermission.RUN))]
