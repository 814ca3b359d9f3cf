"""Tests a provider as an author would: does it answer, stream, keep a form, remember, and how fast."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import httpx2
from pydantic import SecretStr

from infinite_scribe.db.sql.engine import Database, RowScope
from infinite_scribe.llm.adapters.base import Adapter
from infinite_scribe.llm.adapters.hosted import list_models
from infinite_scribe.llm.errors import ProviderError
from infinite_scribe.llm.findings import Findings
from infinite_scribe.llm.keys import KeyStore
from infinite_scribe.llm.trials import Trials
from infinite_scribe.model_client.schemas import ProbeReport
from infinite_scribe.providers.errors import PrivateModeError
from infinite_scribe.providers.prices import listed_context
from infinite_scribe.providers.privacy import PrivateModeService
from infinite_scribe.providers.rules import DEMO_MODEL
from infinite_scribe.providers.service import EndpointFacts, EndpointService, ModelChoice

_NOT_THERE = 404


@dataclass(frozen=True)
class Prober:
    """Runs the checks one after the other; a provider that cannot be reached is asked nothing more."""

    database: Database
    keys: KeyStore
    http: httpx2.AsyncClient
    adapter_of: Callable[[str], Adapter]

    async def probe(self, endpoint_id: UUID, user_id: UUID, model: str | None) -> ProbeReport:
        """Test an endpoint, remember what was found, and say it line by line."""
        found = Findings()
        endpoint = await self._endpoint(endpoint_id, user_id, found)
        key = None if endpoint is None or endpoint.demo else await self.keys.open(endpoint, user_id)
        if endpoint is not None and await self._list(endpoint, key, found):
            chosen = model or next(iter(found.models or endpoint.models), None)
            if chosen is None:
                found.say("stream", False, "no_model")
            elif endpoint.demo:
                for check in ("stream", "structure", "context", "speed"):
                    found.say(check, True, "built_in")
            else:
                if (known := listed_context(endpoint, chosen)) is not None:
                    found.declared.setdefault(chosen, known)
                await Trials(endpoint, chosen, self.adapter_of(endpoint.kind), key, found).run()
                await self._remember(endpoint, user_id, chosen, found)
        return ProbeReport(lines=found.lines, models=found.models)

    async def _endpoint(self, endpoint_id: UUID, user_id: UUID, found: Findings) -> EndpointFacts | None:
        """Return what is to be tested; None where private mode forbids it. Raises `EndpointNotFoundError`."""
        async with self.database.transaction(RowScope(user_id=user_id)) as session:
            endpoint = await EndpointService.of(session, user_id).facts(endpoint_id)
            try:
                await PrivateModeService.of(session, user_id).permit(ModelChoice(endpoint, ""))
            except PrivateModeError:
                found.say("reach", False, "private")
                return None
        return endpoint

    async def _list(self, endpoint: EndpointFacts, key: SecretStr | None, found: Findings) -> bool:
        if endpoint.demo:
            found.models = [DEMO_MODEL]
            found.say("reach", True, "built_in")
            found.say("list", True, "listed", count=1)
            return True
        try:
            plain = key.get_secret_value() if key else None
            offered = await list_models(self.http, endpoint.kind, endpoint.base_url, plain)
        except ProviderError as error:
            status, raw = error.params.get("status"), error.params.get("raw")
            # An answer of any kind means that the place was reached.
            if status is None:
                found.say("reach", False, "failed", raw=raw, words=error.title)
            else:
                found.say("reach", True, "reached", raw=raw)
            if status == _NOT_THERE:
                found.say("list", False, "no_list", raw=raw)
            else:
                found.say("list", False, "failed", raw=raw, words=error.title)
            return status not in {None, 401, 403} and error.code != "llm-auth"
        found.models = [model.name for model in offered]
        found.declared = {model.name: model.context_tokens for model in offered if model.context_tokens}
        found.say("reach", True, "reached")
        found.say("list", bool(found.models), "listed", count=len(found.models))
        return True

    async def _remember(self, endpoint: EndpointFacts, user_id: UUID, model: str, found: Findings) -> None:
        if endpoint.user_id != user_id:
            return
        async with self.database.transaction(RowScope(user_id=user_id)) as session:
            service = EndpointService.of(session, user_id)
            if found.profile:
                await service.note_profile(endpoint.id, model, found.profile)
            if found.models:
                await service.note_models(endpoint.id, found.models)
