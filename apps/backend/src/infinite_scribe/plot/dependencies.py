"""How a request gets the plan of a novel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends

from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.dependencies import HasNovelPermission
from infinite_scribe.novels.rules import NovelPermission
from infinite_scribe.plot.ledger import PromiseLedger
from infinite_scribe.plot.planning import Planning
from infinite_scribe.plot.voice import AuthorVoice
from infinite_scribe.structure.dependencies import HasScenePermission, SceneScope
from infinite_scribe.web.session import Transaction


def _planning(permission: NovelPermission) -> Callable[..., Planning]:
    def made(
        *,
        scope: NovelScope = Depends(HasNovelPermission(permission)),  # noqa: B008 - a string could not see `permission`
        session: Transaction,
    ) -> Planning:
        return Planning.of(session, scope)

    return made


def _ledger(permission: NovelPermission) -> Callable[..., PromiseLedger]:
    def made(
        *,
        scope: NovelScope = Depends(HasNovelPermission(permission)),  # noqa: B008 - a string could not see `permission`
        session: Transaction,
    ) -> PromiseLedger:
        return PromiseLedger.of(session, scope)

    return made


def _voice(permission: NovelPermission) -> Callable[..., AuthorVoice]:
    def made(
        *,
        scope: NovelScope = Depends(HasNovelPermission(permission)),  # noqa: B008 - a string could not see `permission`
        session: Transaction,
    ) -> AuthorVoice:
        return AuthorVoice.of(session, scope)

    return made


Reading = Annotated[Planning, Depends(_planning(NovelPermission.READ))]
Writing = Annotated[Planning, Depends(_planning(NovelPermission.WRITE))]
WritingScene = Annotated[SceneScope, Depends(HasScenePermission(NovelPermission.WRITE))]
Ledger = Annotated[PromiseLedger, Depends(_ledger(NovelPermission.READ))]
Voice = Annotated[AuthorVoice, Depends(_voice(NovelPermission.READ))]
VoiceToWrite = Annotated[AuthorVoice, Depends(_voice(NovelPermission.WRITE))]
LedgerToWrite = Annotated[PromiseLedger, Depends(_ledger(NovelPermission.WRITE))]
