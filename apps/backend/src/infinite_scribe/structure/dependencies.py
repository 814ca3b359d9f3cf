"""How a request gets the scene or chapter of its path with the right to do something there."""
# Annotations are evaluated here at once: those of closures name the permission of the closure.

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.accounts.dependencies import CurrentUser
from infinite_scribe.novels.access import NovelScope, require
from infinite_scribe.novels.dependencies import HasNovelPermission, NovelPermissionCheck
from infinite_scribe.novels.rules import NovelPermission
from infinite_scribe.structure.errors import ChapterNotFoundError, SceneNotFoundError
from infinite_scribe.structure.models import Chapter, Scene
from infinite_scribe.structure.service import StructureService
from infinite_scribe.web.session import Transaction


@dataclass(frozen=True)
class SceneScope:
    """A scene, live or deleted, with the scope of its novel."""

    scene_id: UUID
    novel: NovelScope


@dataclass(frozen=True)
class ChapterScope:
    """A chapter, live or deleted, with the scope of its novel."""

    chapter_id: UUID
    novel: NovelScope


class HasScenePermission(NovelPermissionCheck):
    """`Depends(HasScenePermission(WRITE))`: the scene `scene_id` of the path; 404 when it is missing or foreign."""

    async def __call__(self, scene_id: UUID, user: CurrentUser, session: Transaction) -> SceneScope:
        novel_id = await novel_of(session, Scene, scene_id)
        if novel_id is None:
            raise SceneNotFoundError
        return SceneScope(scene_id, await require(session, user.user_id, novel_id, self.permission))


class HasChapterPermission(NovelPermissionCheck):
    """`Depends(HasChapterPermission(READ))`: the chapter `chapter_id` of the path; 404 when missing or foreign."""

    async def __call__(self, chapter_id: UUID, user: CurrentUser, session: Transaction) -> ChapterScope:
        novel_id = await novel_of(session, Chapter, chapter_id)
        if novel_id is None:
            raise ChapterNotFoundError
        return ChapterScope(chapter_id, await require(session, user.user_id, novel_id, self.permission))


async def novel_of(session: AsyncSession, cls: type[Scene | Chapter], stable_id: UUID) -> UUID | None:
    """Return the novel of a scene or chapter among those the user may see."""
    return await session.scalar(select(cls.novel_id).where(cls.id == stable_id).limit(1))


def _structure_service(permission: NovelPermission) -> Callable[..., StructureService]:
    def made(
        *,
        scope: NovelScope = Depends(HasNovelPermission(permission)),  # noqa: B008 - a string could not see `permission`
        session: Transaction,
    ) -> StructureService:
        return StructureService.of(session, scope)

    return made


Reading = Annotated[StructureService, Depends(_structure_service(NovelPermission.READ))]
Writing = Annotated[StructureService, Depends(_structure_service(NovelPermission.WRITE))]
