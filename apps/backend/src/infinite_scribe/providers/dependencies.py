"""How a request gets the providers of its user. The process's `main.py` puts `settings` and `models` at `app.state`."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from infinite_scribe.accounts.dependencies import CurrentUser, HasSystemPermission, SystemPermission
from infinite_scribe.core.errors import ForbiddenError
from infinite_scribe.core.settings import Settings
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.model_client.client import ModelClient
from infinite_scribe.providers.budgets import BudgetService
from infinite_scribe.providers.catalogue import Catalogue
from infinite_scribe.providers.errors import BuiltInEndpointError
from infinite_scribe.providers.privacy import PrivateModeService
from infinite_scribe.providers.service import EndpointService, RoleService
from infinite_scribe.web.session import Transaction, database_of


def settings_of(request: Request) -> Settings:
    found: Settings = request.app.state.settings
    return found


def models_of(request: Request) -> ModelClient:
    """The client of `llm`; keys and tests are handed through to it."""
    found: ModelClient = request.app.state.models
    return found


TheSettings = Annotated[Settings, Depends(settings_of)]
Models = Annotated[ModelClient, Depends(models_of)]


def _endpoints(user: CurrentUser, session: Transaction) -> EndpointService:
    return EndpointService.of(session, user.user_id)


def _roles(user: CurrentUser, session: Transaction) -> RoleService:
    return RoleService.of(session, user.user_id)


def _private_mode(user: CurrentUser, session: Transaction) -> PrivateModeService:
    return PrivateModeService.of(session, user.user_id)


def _budgets(_: CurrentUser, session: Transaction) -> BudgetService:
    return BudgetService.of(session)


def _catalogue(user: CurrentUser, session: Transaction, settings: TheSettings) -> Catalogue:
    return Catalogue.of(session, user.user_id, settings)


async def own_endpoint(provider_id: UUID, user: CurrentUser, request: Request) -> UUID:
    """The id of one of the user's own endpoints, checked in a transaction that is over before `llm` is asked.

    404 for a foreign or missing one, 409 for one that belongs to the installation.
    """
    async with database_of(request).transaction(RowScope(user_id=user.user_id)) as session:
        facts = await EndpointService.of(session, user.user_id).facts(provider_id)
    if facts.user_id != user.user_id:
        raise BuiltInEndpointError
    return facts.id


async def seen_endpoint(provider_id: UUID, user: CurrentUser, request: Request) -> UUID:
    """The id of an endpoint that the user may use. 404 otherwise."""
    async with database_of(request).transaction(RowScope(user_id=user.user_id)) as session:
        return (await EndpointService.of(session, user.user_id).facts(provider_id)).id


async def _may_operate(user: CurrentUser, request: Request) -> bool:
    """Whether the user looks after the installation; the answer comes from the account, not from the token."""
    try:
        await HasSystemPermission(SystemPermission.OPERATE)(request, user)
    except ForbiddenError:
        return False
    return True


MayOperate = Annotated[bool, Depends(_may_operate)]
Endpoints = Annotated[EndpointService, Depends(_endpoints)]
Roles = Annotated[RoleService, Depends(_roles)]
PrivateMode = Annotated[PrivateModeService, Depends(_private_mode)]
Budgets = Annotated[BudgetService, Depends(_budgets)]
TheCatalogue = Annotated[Catalogue, Depends(_catalogue)]
OwnEndpoint = Annotated[UUID, Depends(own_endpoint)]
SeenEndpoint = Annotated[UUID, Depends(seen_endpoint)]
