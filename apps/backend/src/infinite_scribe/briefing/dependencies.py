"""How a request gets previews of a novel's briefings."""
# Annotations are evaluated here at once: those of closures name the permission of the closure.

from typing import Annotated

from fastapi import Depends, Request

from infinite_scribe.briefing.preview import Previews
from infinite_scribe.core.secrets import secret_file
from infinite_scribe.core.settings import Settings
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.dependencies import HasNovelPermission
from infinite_scribe.novels.rules import NovelPermission
from infinite_scribe.web.session import Transaction

RunningScope = Annotated[NovelScope, Depends(HasNovelPermission(NovelPermission.RUN))]


def previews(request: Request, scope: RunningScope, session: Transaction) -> Previews:
    """Return the previews of the novel in the path, for those who may start runs on it."""
    settings: Settings = request.app.state.settings
    return Previews(session, scope, secret_file(settings.secrets_dir, "fence"))


Previewing = Annotated[Previews, Depends(previews)]
