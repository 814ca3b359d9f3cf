"""Private mode: nothing of a book is sent to a model that is not on a computer of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.providers.errors import PrivateModeForbiddenError, UnknownNovelError
from infinite_scribe.providers.repository import ProvidersRepository
from infinite_scribe.providers.schemas import PrivateModeRead
from infinite_scribe.providers.service import ModelChoice, refused_by_private_mode


@dataclass(frozen=True)
class PrivateModeService:
    """A user's private mode and that of the books they work on. The stricter one holds."""

    repository: ProvidersRepository
    user_id: UUID

    @classmethod
    def of(cls, session: AsyncSession, user_id: UUID) -> Self:
        return cls(ProvidersRepository(session), user_id)

    async def read(self, novel_id: UUID | None = None) -> PrivateModeRead:
        """Return what is on. Raises `UnknownNovelError` for a foreign novel."""
        if novel_id is not None and not await self.repository.sees_novel(novel_id):
            raise UnknownNovelError
        private = await self.repository.private_places(self.user_id, novel_id)
        manages = novel_id is not None and await self.repository.manages_novel(self.user_id, novel_id)
        return PrivateModeRead(
            everywhere=self.user_id in private, here=novel_id in private, may_switch_here=manages
        )

    async def switch(self, on: bool, novel_id: UUID | None = None) -> PrivateModeRead:
        """Shut or open the door for all books of the user, or for one book.

        Raises `UnknownNovelError` for a foreign novel, `PrivateModeForbiddenError` for one that others look after.
        """
        known = await self.read(novel_id)
        if novel_id is not None and not known.may_switch_here:
            raise PrivateModeForbiddenError
        user_id = self.user_id if novel_id is None else None
        await self.repository.switch_private(on, user_id=user_id, novel_id=novel_id)
        return await self.read(novel_id)

    async def permit(self, choice: ModelChoice, novel_id: UUID | None = None) -> None:
        """Let a model be asked, just before it is dialled. Raises `PrivateModeError`."""
        if choice.stays_here:
            return
        if private := await self.repository.private_places(self.user_id, novel_id):
            raise refused_by_private_mode(choice, private, novel_id)
