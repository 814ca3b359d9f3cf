"""Whether the editor's models may decide by themselves, and what they have shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.clock import now
from infinite_scribe.providers.errors import EndpointNotFoundError, PrivateModeError, UnknownNovelError
from infinite_scribe.providers.judging import (
    STORYTELLER,
    Trial,
    Wording,
    figure_of,
    in_words,
    trusted,
    with_shown,
)
from infinite_scribe.providers.payers import as_payer
from infinite_scribe.providers.repository import ProvidersRepository
from infinite_scribe.providers.rules import DEMO_MODEL
from infinite_scribe.providers.schemas import JudgeModelRead, JudgesRead, TrialRead
from infinite_scribe.providers.service import EndpointService, ModelChoice, RoleService


@dataclass(frozen=True)
class JudgeService:
    """The judges of one user. Models and trials are those of who pays for the novel."""

    repository: ProvidersRepository
    user_id: UUID

    @classmethod
    def of(cls, session: AsyncSession, user_id: UUID) -> Self:
        return cls(ProvidersRepository(session), user_id)

    async def trusted_models(
        self,
        kind: Trial,
        words: str,
        language: str,
        novel_id: UUID,
        override: Mapping[str, Any] | None = None,
    ) -> list[str]:
        """Return the models that may decide in trials of a kind; none unless all that may be asked are among them.

        `words`: the fingerprint of the wording in which they are asked. `override`: the model that a run named
        instead of the editor's.
        """
        named = override or {}
        endpoint = UUID(str(named["endpoint_id"])) if named.get("endpoint_id") else None
        async with as_payer(self.repository.session, self.user_id, novel_id) as payer:
            roles = RoleService.of(self.repository.session, payer)
            try:
                found = await roles.resolve(
                    "editor", novel_id, endpoint_id=endpoint, model=named.get("model")
                )
            except (EndpointNotFoundError, PrivateModeError):
                return []
            sure = [kind in trusted(await self._shown(one, language, {kind: words})) for one in found]
        return [one.model for one in found] if all(sure) else []

    async def read(self, novel_id: UUID, wordings: Mapping[str, Mapping[Trial, Wording]]) -> JudgesRead:
        """Return the editor's models for a novel, and how each did in its language, asked in the words in force.

        `wordings`: by language. Raises `UnknownNovelError`.
        """
        language = await self.repository.novel_language(novel_id)
        if language is None:
            raise UnknownNovelError
        asked = wordings["zh" if language.startswith("zh") else "en"]
        words = {kind: one.fingerprint for kind, one in asked.items()}
        session = self.repository.session
        async with as_payer(session, self.user_id, novel_id) as payer:
            try:
                found = await RoleService.of(session, payer).resolve("editor", novel_id)
            except (EndpointNotFoundError, PrivateModeError):
                found = []
            shown = [await self._read(one, language, words) for one in found]
        return JudgesRead(
            language=language,
            decides=bool(shown) and all("choice" in one.trusted for one in shown),
            mine=payer == self.user_id,
            reworded=[kind for kind, one in asked.items() if one.own],
            models=shown,
        )

    async def keep(
        self,
        endpoint_id: UUID,
        model: str,
        language: str,
        shown: Mapping[str, Mapping[str, Any]],
        words: Mapping[Trial, str],
    ) -> None:
        """Keep how a model did in these words; the endpoint is the user's own. Raises `EndpointNotFoundError`."""
        known = await self._found(endpoint_id, model, language)
        figure = with_shown(known, shown, words, now())
        endpoints = EndpointService(self.repository, self.user_id)
        await endpoints.note_profile(endpoint_id, model, {figure_of(language): figure})

    async def _read(self, one: ModelChoice, language: str, words: Mapping[Trial, str]) -> JudgeModelRead:
        shown = await self._shown(one, language, words)
        trials = {kind: TrialRead(**values) for kind, values in shown.items() if isinstance(values, dict)}
        foreign = one.endpoint.user_id not in {None, self.user_id}
        return JudgeModelRead(
            endpoint_id=None if foreign else one.endpoint.id,
            provider_label=None if foreign else one.endpoint.label,
            model=one.model,
            demo=one.endpoint.demo,
            own=one.endpoint.user_id == self.user_id,
            trials=trials,
            trusted=list(trusted(shown)),
            at=max((one.at for one in trials.values() if one.at), default=None),
        )

    async def _shown(self, one: ModelChoice, language: str, words: Mapping[Trial, str]) -> Mapping[str, Any]:
        if one.endpoint.demo:
            code = figure_of(language).removeprefix("judge_")
            return STORYTELLER[code] if one.model == DEMO_MODEL else {}
        return in_words(await self._found(one.endpoint.id, one.model, language), words)

    async def _found(self, endpoint_id: UUID, model: str, language: str) -> dict[str, Any]:
        found = (await self.repository.profile(endpoint_id, model)).get(figure_of(language))
        return found if isinstance(found, dict) else {}
