"""Routes of providers, their keys and tests, models, roles and caps."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from infinite_scribe.accounts.dependencies import (
    CurrentUser,
    HasSystemPermission,
    RecentlyProven,
    SystemPermission,
)
from infinite_scribe.accounts.errors import StepUpRequiredError
from infinite_scribe.model_client.errors import ModelsUnavailableError
from infinite_scribe.providers.dependencies import (
    Budgets,
    Endpoints,
    MayOperate,
    Models,
    OwnEndpoint,
    PrivateMode,
    Roles,
    SeenEndpoint,
    TheCatalogue,
    TheSettings,
)
from infinite_scribe.providers.errors import (
    BuiltInEndpointError,
    CapInvalidError,
    EndpointNotFoundError,
    EndpointRefusedError,
    LocalEndpointRefusedError,
    OwnEndpointsOffError,
    PrivateModeForbiddenError,
    UnknownModelError,
    UnknownNovelError,
)
from infinite_scribe.providers.schemas import (
    BudgetList,
    CapWrite,
    KeyWrite,
    ModelList,
    ModelProfileList,
    PrivateModeRead,
    PrivateModeWrite,
    ProviderCreate,
    ProviderList,
    ProviderRead,
    ProviderTest,
    ProviderTestRead,
    ProviderUpdate,
    RolesRead,
    RolesWrite,
    TestLine,
)
from infinite_scribe.web.problems import problem_responses

router = APIRouter(tags=["models"], dependencies=[Depends(HasSystemPermission(SystemPermission.SELF))])

_ONE = problem_responses(EndpointNotFoundError, BuiltInEndpointError)
NovelId = Annotated[UUID | None, Query()]


@router.get("/providers", operation_id="list_providers")
async def list_providers(endpoints: Endpoints) -> ProviderList:
    return ProviderList(items=await endpoints.list_endpoints())


@router.post(
    "/providers",
    operation_id="create_provider",
    status_code=201,
    responses=problem_responses(
        EndpointRefusedError,
        LocalEndpointRefusedError,
        OwnEndpointsOffError,
        BuiltInEndpointError,
        StepUpRequiredError,
    ),
)
async def create_provider(
    wanted: ProviderCreate,
    _: RecentlyProven,
    endpoints: Endpoints,
    settings: TheSettings,
    may_operate: MayOperate,
) -> ProviderRead:
    return await endpoints.add_endpoint(wanted, settings, may_operate=may_operate)


@router.patch("/providers/{provider_id}", operation_id="update_provider", responses=_ONE)
async def update_provider(provider_id: UUID, wanted: ProviderUpdate, endpoints: Endpoints) -> ProviderRead:
    return await endpoints.change_endpoint(provider_id, wanted)


@router.delete("/providers/{provider_id}", operation_id="delete_provider", status_code=204, responses=_ONE)
async def delete_provider(provider_id: UUID, endpoints: Endpoints) -> None:
    await endpoints.remove_endpoint(provider_id)


@router.put(
    "/providers/{provider_id}/key",
    operation_id="put_provider_key",
    status_code=204,
    responses=problem_responses(
        EndpointNotFoundError, BuiltInEndpointError, StepUpRequiredError, ModelsUnavailableError
    ),
)
async def put_provider_key(
    endpoint: OwnEndpoint, body: KeyWrite, user: RecentlyProven, models: Models
) -> None:
    """The key goes straight through to `llm`; the gateway neither keeps it nor could read it back."""
    await models.put_key(endpoint, body.key.get_secret_value(), user_id=user.user_id)


@router.post(
    "/providers/{provider_id}/test",
    operation_id="test_provider",
    responses=problem_responses(EndpointNotFoundError, ModelsUnavailableError),
)
async def test_provider(
    endpoint: SeenEndpoint, wanted: ProviderTest, user: CurrentUser, models: Models
) -> ProviderTestRead:
    report = await models.probe(endpoint, user_id=user.user_id, model=wanted.model)
    lines = [TestLine.model_validate(line) for line in report.lines]
    return ProviderTestRead(lines=lines, models=report.models)


@router.get(
    "/providers/{provider_id}/profiles",
    operation_id="list_model_profiles",
    responses=problem_responses(EndpointNotFoundError),
)
async def list_model_profiles(provider_id: UUID, endpoints: Endpoints) -> ModelProfileList:
    return ModelProfileList(items=await endpoints.profiles(provider_id))


@router.get("/models", operation_id="list_models")
async def list_models(models: TheCatalogue) -> ModelList:
    return await models.models()


@router.get("/roles", operation_id="get_roles")
async def get_roles(roles: Roles, novel_id: NovelId = None) -> RolesRead:
    return await roles.roles(novel_id)


@router.put(
    "/roles", operation_id="put_roles", responses=problem_responses(UnknownModelError, UnknownNovelError)
)
async def put_roles(wanted: RolesWrite, roles: Roles, novel_id: NovelId = None) -> RolesRead:
    return await roles.choose(wanted.roles, novel_id)


@router.get("/private-mode", operation_id="get_private_mode", responses=problem_responses(UnknownNovelError))
async def get_private_mode(private_mode: PrivateMode, novel_id: NovelId = None) -> PrivateModeRead:
    return await private_mode.read(novel_id)


@router.put(
    "/private-mode",
    operation_id="put_private_mode",
    responses=problem_responses(UnknownNovelError, PrivateModeForbiddenError),
)
async def put_private_mode(
    wanted: PrivateModeWrite, private_mode: PrivateMode, novel_id: NovelId = None
) -> PrivateModeRead:
    return await private_mode.switch(wanted.on, novel_id)


@router.get("/budgets", operation_id="list_budgets")
async def list_budgets(budgets: Budgets) -> BudgetList:
    return BudgetList(items=await budgets.list_budgets())


@router.put(
    "/budgets",
    operation_id="put_budget",
    responses=problem_responses(CapInvalidError, StepUpRequiredError),
)
async def put_budget(wanted: CapWrite, user: RecentlyProven, budgets: Budgets) -> BudgetList:
    return BudgetList(items=await budgets.set_cap(wanted, user.user_id))
