"""How a request gets the stages of a novel, and how a message reaches the worldsmith."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Request

from infinite_scribe.core.errors import DomainError
from infinite_scribe.core.ids import new_id
from infinite_scribe.core.logging import get_logger
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.genesis.choices import Choices
from infinite_scribe.genesis.conversation import Conversation
from infinite_scribe.genesis.locking import Locking
from infinite_scribe.genesis.rules import Stage
from infinite_scribe.genesis.wire import Action, RoundRead, RoundStarted
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.dependencies import HasNovelPermission
from infinite_scribe.novels.rules import NovelPermission
from infinite_scribe.runs.dependencies import Agents
from infinite_scribe.runs.gateway import AgentCall, AgentGateway
from infinite_scribe.runs.schemas.wire import RunRead, RunStart
from infinite_scribe.web.idempotency import check_key
from infinite_scribe.web.session import Transaction, database_of

log = get_logger(__name__)


@dataclass(frozen=True)
class Desk:
    """The use cases of one request."""

    choices: Choices
    locking: Locking
    conversation: Conversation
    scope: NovelScope


@dataclass(frozen=True)
class Messages:
    """Takes messages on and hands them to the worldsmith.

    A message is committed before anybody is told of it: whatever happens then, the worldsmith finds it.
    """

    request: Request
    scope: NovelScope
    agents: AgentGateway

    async def send(
        self, stage: Stage, action: Action, given: dict[str, Any], key: str | None
    ) -> RoundStarted:
        """Take a message on. Raises what `Choices.check` and `Conversation.take_on` raise, `OptionNotFoundError`."""
        chosen = check_key(key) if key is not None else None
        async with database_of(self.request).transaction(self._rows()) as session:
            choices = Choices.of(session, self.scope)
            await choices.check(stage, action)
            wanted = [*given.get("option_ids", []), *given.get("keep", [])]
            await choices.stages.options(stage, [UUID(one) for one in wanted])
            conversation = Conversation.of(session, self.scope)
            taken = await conversation.take_on(stage, action, given, chosen)
        return await self._begin(taken)

    async def retry(self, stage: Stage, round_id: UUID) -> RoundRead:
        """Ask a round again. Raises what `Conversation.retry` raises."""
        async with database_of(self.request).transaction(self._rows()) as session:
            taken = await Conversation.of(session, self.scope).retry(stage, round_id)
        return (await self._begin(taken)).round

    async def _begin(self, taken: RoundRead) -> RoundStarted:
        async with database_of(self.request).transaction(self._rows()) as session:
            command = await Conversation.of(session, self.scope).command(taken.id)
        if command is None:
            return RoundStarted(round=taken, run=None)
        try:
            run = RunRead.model_validate(await self.agents.send(self._call(command)))
        except DomainError as error:
            # The round stands; the worldsmith begins it as soon as it can.
            log.info("round.waits", round_id=str(taken.id), code=error.code)
            return RoundStarted(round=taken, run=None)
        return RoundStarted(round=taken.model_copy(update={"run_id": run.id}), run=run)

    def _call(self, command: RunStart) -> AgentCall:
        request_id = getattr(self.request.state, "request_id", None) or new_id().hex
        return AgentCall(
            agent="worldsmith", method="POST", path="/v1/runs", user_id=self.scope.user_id,
            actions=(f"run.start:{command.task}",), request_id=str(request_id), novel_id=self.scope.novel_id,
            idempotency_key=command.idempotency_key, body=command.model_dump(mode="json"),
        )  # fmt: skip

    def _rows(self) -> RowScope:
        return RowScope(user_id=self.scope.user_id, novel_id=self.scope.novel_id)


def _desk(permission: NovelPermission) -> Callable[..., Desk]:
    def made(
        *,
        scope: NovelScope = Depends(HasNovelPermission(permission)),  # noqa: B008 - a string could not see `permission`
        session: Transaction,
    ) -> Desk:
        return Desk(
            Choices.of(session, scope), Locking.of(session, scope), Conversation.of(session, scope), scope
        )

    return made


def _messages(
    request: Request,
    agents: Agents,
    scope: Annotated[NovelScope, Depends(HasNovelPermission(NovelPermission.RUN))],
) -> Messages:
    return Messages(request, scope, agents)


Reading = Annotated[Desk, Depends(_desk(NovelPermission.READ))]
Writing = Annotated[Desk, Depends(_desk(NovelPermission.WRITE))]
Running = Annotated[Desk, Depends(_desk(NovelPermission.RUN))]
Sending = Annotated[Messages, Depends(_messages)]
Key = Annotated[str | None, Header(alias="Idempotency-Key")]
