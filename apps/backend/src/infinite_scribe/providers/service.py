"""Endpoints, and which model a role uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.clock import now
from infinite_scribe.core.ids import new_id
from infinite_scribe.core.settings import Settings
from infinite_scribe.providers.addresses import DialRules
from infinite_scribe.providers.errors import (
    BuiltInEndpointError,
    EndpointNotFoundError,
    EndpointRefusedError,
    LocalEndpointRefusedError,
    OwnEndpointsOffError,
    PrivateModeError,
    UnknownModelError,
    UnknownNovelError,
)
from infinite_scribe.providers.models import Endpoint, ModelRole
from infinite_scribe.providers.repository import ProvidersRepository
from infinite_scribe.providers.rules import (
    BUILT_IN_EMBEDDING,
    DEMO_ENDPOINT_ID,
    DEMO_MODEL,
    HOSTED,
    ROLES,
    Kind,
    Role,
    relayed,
)
from infinite_scribe.providers.schemas import (
    ModelFigure,
    ModelProfileRead,
    ProviderCreate,
    ProviderRead,
    ProviderUpdate,
    RoleChoice,
    RoleChoiceRead,
    RolesRead,
)

FREE_KINDS = frozenset({"demo", "ollama", "openai_compatible"})


@dataclass(frozen=True)
class EndpointFacts:
    """What a call needs to know of an endpoint. It holds no key."""

    id: UUID
    user_id: UUID | None
    kind: Kind
    label: str
    base_url: str
    local: bool
    enabled: bool
    key_version: int
    models: tuple[str, ...]
    profile: dict[str, Any]

    @property
    def demo(self) -> bool:
        return self.kind == "demo"


@dataclass(frozen=True)
class ModelChoice:
    """A model on an endpoint, ready to be asked."""

    endpoint: EndpointFacts
    model: str

    @property
    def key(self) -> tuple[UUID, str, str]:
        """Endpoint, kind of provider and model, as a call is filed under."""
        return self.endpoint.id, self.endpoint.kind, self.model

    @property
    def stays_here(self) -> bool:
        """Whether what is asked of it never leaves computers of one's own, as far as address and name tell.

        Ollama listens on this computer and passes its cloud models on; the OpenAI wire reaches them too.
        """
        return self.endpoint.demo or (self.endpoint.local and not relayed(self.model))


@dataclass(frozen=True)
class EndpointService:
    """The providers of one user. Scope comes from the session; `user_id` is whose rows are written."""

    repository: ProvidersRepository
    user_id: UUID

    @classmethod
    def of(cls, session: AsyncSession, user_id: UUID) -> Self:
        return cls(ProvidersRepository(session), user_id)

    async def list_endpoints(self) -> list[ProviderRead]:
        return [_read(row) for row in await self.repository.endpoints()]

    async def facts(self, endpoint_id: UUID) -> EndpointFacts:
        """Return what a call needs. Raises `EndpointNotFoundError` for a foreign or missing endpoint."""
        return _facts(await self._found(endpoint_id))

    async def add_endpoint(
        self, wanted: ProviderCreate, settings: Settings, *, may_operate: bool
    ) -> ProviderRead:
        """Store a provider of the user. `may_operate`: the user looks after the installation.

        Raises `EndpointRefusedError` for an address that may never be dialled, `OwnEndpointsOffError` where the
        operator allows hosted providers only, `LocalEndpointRefusedError` for a local server and anybody else.
        """
        base_url, local = _address(wanted, settings)
        if local and not may_operate:
            raise LocalEndpointRefusedError
        hosted = HOSTED.get(wanted.kind)
        row = Endpoint(
            id=new_id(),
            user_id=self.user_id,
            kind=wanted.kind,
            label=wanted.label or (hosted.label if hosted else wanted.kind.replace("_", " ").title()),
            base_url=base_url,
            local=local,
            enabled=True,
            models=list(wanted.models),
            profile={},
            key_version=0,
        )
        self.repository.add(row)
        await self.repository.session.flush()
        return _read(row)

    async def change_endpoint(self, endpoint_id: UUID, wanted: ProviderUpdate) -> ProviderRead:
        row = await self._own(endpoint_id)
        if wanted.label is not None:
            row.label = wanted.label
        if wanted.enabled is not None:
            row.enabled = wanted.enabled
        if wanted.models is not None:
            row.models = list(wanted.models)
        await self.repository.session.flush()
        return _read(row)

    async def remove_endpoint(self, endpoint_id: UUID) -> None:
        """Forget a provider with its keys, its roles and its prices."""
        await self._own(endpoint_id)
        await self.repository.remove_endpoint(endpoint_id)

    async def note_models(self, endpoint_id: UUID, models: Sequence[str]) -> None:
        """Remember the models that a provider listed."""
        await self.repository.set_models(endpoint_id, list(models)[:500])

    async def model_profile(self, endpoint_id: UUID, model: str) -> dict[str, Any]:
        """Return what tests and use found out about a model: `rung`, `tokens_per_second`, `context_tokens`."""
        return await self.repository.profile(endpoint_id, model)

    async def note_profile(self, endpoint_id: UUID, model: str, profile: dict[str, Any]) -> None:
        """Merge findings into a model's profile; each is dated."""
        found = await self._found(endpoint_id)
        known = await self.repository.profile(endpoint_id, model)
        dates = {**known.get("dates", {}), **dict.fromkeys(profile, now().isoformat())}
        await self.repository.save_profile(found.user_id, endpoint_id, model, {**profile, "dates": dates})

    async def profiles(self, endpoint_id: UUID) -> list[ModelProfileRead]:
        """Return what tests and use found out about the models of an endpoint, each figure with its date.

        Raises `EndpointNotFoundError`.
        """
        await self._found(endpoint_id)
        return [
            ModelProfileRead(
                model=row.model,
                figures=[
                    ModelFigure(
                        name=name, value=value, at=row.profile.get("dates", {}).get(name, row.probed_at)
                    )
                    for name, value in sorted(row.profile.items())
                    if name != "dates"
                ],
            )
            for row in await self.repository.profiles(endpoint_id)
        ]

    async def _found(self, endpoint_id: UUID) -> Endpoint:
        row = await self.repository.endpoint(endpoint_id)
        if row is None:
            raise EndpointNotFoundError
        return row

    async def _own(self, endpoint_id: UUID) -> Endpoint:
        row = await self._found(endpoint_id)
        if row.user_id != self.user_id:
            raise BuiltInEndpointError
        return row


@dataclass(frozen=True)
class RoleService:
    """Which models a role uses: the book's choice, else the user's, else the demo storyteller."""

    repository: ProvidersRepository
    user_id: UUID

    @classmethod
    def of(cls, session: AsyncSession, user_id: UUID) -> Self:
        return cls(ProvidersRepository(session), user_id)

    async def roles(self, novel_id: UUID | None = None) -> RolesRead:
        chosen = await self._chosen(novel_id)
        shown = {
            role: [
                RoleChoiceRead(endpoint_id=row.endpoint_id, model=row.model) for row in chosen.get(role, [])
            ]
            or [_default(role)]
            for role in ROLES
        }
        here = {row.role for row in await self.repository.roles(self.user_id, novel_id)}
        return RolesRead(
            roles=shown,
            chosen=[role for role in ROLES if role in chosen],
            here=[role for role in ROLES if role in here],
        )

    async def choose(self, roles: dict[Role, list[RoleChoice]], novel_id: UUID | None = None) -> RolesRead:
        """Replace the models of the named roles. Raises `UnknownModelError` for a foreign endpoint,
        `UnknownNovelError` for a foreign novel.
        """
        if novel_id is not None and not await self.repository.sees_novel(novel_id):
            raise UnknownNovelError
        known = {row.id for row in await self.repository.endpoints()}
        for role, choices in roles.items():
            if any(choice.endpoint_id not in known for choice in choices):
                raise UnknownModelError(role=role)
            pairs = [(choice.endpoint_id, choice.model) for choice in choices]
            await self.repository.replace_role(self.user_id, novel_id, role, pairs)
        return await self.roles(novel_id)

    async def resolve(
        self,
        role: Role,
        novel_id: UUID | None = None,
        *,
        endpoint_id: UUID | None = None,
        model: str | None = None,
    ) -> list[ModelChoice]:
        """Return the models to try, in order; never empty. A named endpoint and model come alone.

        Raises `PrivateModeError` where private mode leaves none of them.
        """
        if endpoint_id is not None and model is not None:
            row = await self.repository.endpoint(endpoint_id)
            if row is None or not row.enabled:
                raise EndpointNotFoundError
            return await self._permitted([ModelChoice(_facts(row), model)], novel_id)
        found = [
            ModelChoice(_facts(endpoint), row.model)
            for row in (await self._chosen(novel_id)).get(role, [])
            if (endpoint := await self.repository.endpoint(row.endpoint_id)) is not None and endpoint.enabled
        ]
        if found:
            return await self._permitted(found, novel_id)
        demo = await self.repository.endpoint(DEMO_ENDPOINT_ID)
        if demo is None:
            raise EndpointNotFoundError
        return [ModelChoice(_facts(demo), _default(role).model)]

    async def _permitted(self, found: list[ModelChoice], novel_id: UUID | None) -> list[ModelChoice]:
        """Return what private mode leaves of these. Raises `PrivateModeError` where that is nothing."""
        if all(choice.stays_here for choice in found):
            return found
        private = await self.repository.private_places(self.user_id, novel_id)
        left = [choice for choice in found if not private or choice.stays_here]
        if not left:
            raise refused_by_private_mode(found[0], private, novel_id)
        return left

    async def _chosen(self, novel_id: UUID | None) -> dict[str, list[ModelRole]]:
        found: dict[str, list[ModelRole]] = {}
        for place in [None] if novel_id is None else [None, novel_id]:
            here: dict[str, list[ModelRole]] = {}
            for row in await self.repository.roles(self.user_id, place):
                here.setdefault(row.role, []).append(row)
            found |= here
        return found


def refused_by_private_mode(
    choice: ModelChoice, private: set[UUID], novel_id: UUID | None
) -> PrivateModeError:
    """Return the refusal of a model that is not here, saying who shut the door."""
    by = "novel" if novel_id in private else "user"
    return PrivateModeError(model=choice.model, provider=choice.endpoint.label, by=by)


def _default(role: Role) -> RoleChoiceRead:
    model = BUILT_IN_EMBEDDING if role == "embedding" else DEMO_MODEL
    return RoleChoiceRead(endpoint_id=DEMO_ENDPOINT_ID, model=model)


def _address(wanted: ProviderCreate, settings: Settings) -> tuple[str, bool]:
    if wanted.kind == "demo":
        raise BuiltInEndpointError
    hosted = HOSTED.get(wanted.kind)
    if hosted is not None and wanted.base_url in {None, "", hosted.base_url}:
        return hosted.base_url, False
    if not settings.llm.user_endpoints:
        raise OwnEndpointsOffError
    typed = wanted.base_url or (settings.llm.local_endpoints[0] if wanted.kind == "ollama" else "")
    rules = DialRules.of(settings.llm.local_endpoints, settings.llm.extra_ports)
    if not rules.may_be_stored(typed):
        raise EndpointRefusedError(
            "Use https on its usual port, or a local model server that is listed in llm.local_endpoints"
        )
    return typed, rules.is_local(typed)


def _read(row: Endpoint) -> ProviderRead:
    return ProviderRead(
        id=row.id,
        kind=cast("Kind", row.kind),
        label=row.label,
        base_url=row.base_url,
        local=row.local,
        enabled=row.enabled,
        has_key=row.key_last4 is not None,
        key_last4=row.key_last4,
        models=row.models,
    )


def _facts(row: Endpoint) -> EndpointFacts:
    return EndpointFacts(
        id=row.id,
        user_id=row.user_id,
        kind=cast("Kind", row.kind),
        label=row.label,
        base_url=row.base_url,
        local=row.local,
        enabled=row.enabled,
        key_version=row.key_version,
        models=tuple(row.models),
        profile=row.profile,
    )
