"""A prompt with real values, before anything is asked: rehearsed by its agent, or filled from an earlier call."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.calls.errors import CallNotFoundError
from infinite_scribe.calls.receipts import parts_of
from infinite_scribe.calls.schemas import ReceiptPart, ReceiptWithheld
from infinite_scribe.calls.sending import Sent
from infinite_scribe.calls.service import CallService
from infinite_scribe.core.tokens import count_tokens
from infinite_scribe.db.sql.engine import allow_pause
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.prompts.catalogue import shipped_prompt
from infinite_scribe.prompts.errors import PlaceNeededError
from infinite_scribe.prompts.places import place_of
from infinite_scribe.prompts.rules import Prompt, tidy
from infinite_scribe.prompts.schemas import (
    PromptCall,
    PromptPreview,
    PromptPreviewAsk,
    PromptPrice,
    RehearsalAsk,
    RehearsalRead,
    SaidMessage,
    WordingDraft,
)
from infinite_scribe.prompts.service import PromptService, check_wording
from infinite_scribe.providers.errors import PrivateModeError
from infinite_scribe.providers.payers import as_payer
from infinite_scribe.providers.prices import PriceBook
from infinite_scribe.providers.rules import Role, dollars
from infinite_scribe.providers.service import RoleService
from infinite_scribe.runs.gateway import AgentCall, AgentGateway

OVERHEAD = 4
"""Tokens that each message costs besides its words."""
MOST_CALLS = 20
AGENT_SECONDS = 40
"""How long the transaction may wait for the agent."""


@dataclass(frozen=True)
class PromptPreviews:
    """Previews for one user of one novel."""

    session: AsyncSession
    scope: NovelScope
    agents: AgentGateway

    async def calls(self, name: str) -> list[PromptCall]:
        """Return the newest calls of a prompt whose words are kept. Raises `PromptNotFoundError`."""
        shipped_prompt(name)
        rows = await CallService.of(self.session).of_prompt(self.scope.novel_id, name, MOST_CALLS)
        return [PromptCall(call_id=one.id, task=one.task, model=one.model, at=one.at) for one in rows]

    async def make(self, name: str, wanted: PromptPreviewAsk, request_id: str) -> PromptPreview:
        """Return exactly what would be sent.

        Raises `PromptNotFoundError`, `PromptVariablesError`, `PlaceNeededError`, `CallNotFoundError`,
        `CallForgottenError`, and what the agent refuses.
        """
        prompt = shipped_prompt(name)
        draft = None
        if wanted.draft is not None:
            draft = WordingDraft(system=tidy(wanted.draft.system), task=tidy(wanted.draft.task))
            check_wording(prompt, draft.system, draft.task)
        if wanted.call_id is not None:
            return await self._from_call(prompt, wanted, draft)
        return await self._rehearsed(prompt, wanted, draft, request_id)

    async def _from_call(
        self, prompt: Prompt, wanted: PromptPreviewAsk, draft: WordingDraft | None
    ) -> PromptPreview:
        assert wanted.call_id is not None
        call = await CallService.of(self.session).sent(wanted.call_id)
        if call.novel_id != self.scope.novel_id:
            raise CallNotFoundError
        values = call.sent.values
        if call.prompt_name != prompt.name or prompt.variables - values.keys():
            raise PlaceNeededError
        own = await PromptService.of(self.session, self.scope.user_id, self.scope.novel_id).worded(
            prompt.name
        )
        worded = (
            own if draft is None else Prompt(prompt.name, "draft", draft.system, draft.task, prompt.variables)
        )
        messages = worded.messages({one: values[one] for one in prompt.variables})
        said = [SaidMessage(role=one.role, text=one.text) for one in messages]
        return await self._shown(said, call.sent, call.manifest, call.role, call.request.get("output_schema"))

    async def _rehearsed(
        self, prompt: Prompt, wanted: PromptPreviewAsk, draft: WordingDraft | None, request_id: str
    ) -> PromptPreview:
        place = place_of(prompt.name)
        picked = {"scene": wanted.scene_id, "chapter": wanted.chapter_id, "book": self.scope.novel_id}
        if place is None or picked[place.kind] is None:
            raise PlaceNeededError(place=place.kind if place else None)
        ask = RehearsalAsk(
            prompt=prompt.name, task=place.task, input=place.given(picked[place.kind]), wording=draft
        )
        await allow_pause(self.session, AGENT_SECONDS)
        answer = await self.agents.send(
            AgentCall(
                agent=prompt.name.partition(".")[0], method="POST", path="/v1/rehearsals", user_id=self.scope.user_id,
                actions=(f"rehearse:{prompt.name}",), request_id=request_id, novel_id=self.scope.novel_id,
                body=ask.model_dump(mode="json"),
            )
        )  # fmt: skip
        read = RehearsalRead.model_validate(answer)
        request = {"messages": [one.model_dump() for one in read.messages]}
        sent = Sent.of(request, {**read.manifest, "prompt": {"places": read.places}})
        return await self._shown(read.messages, sent, read.manifest, read.role, read.form)

    async def _shown(
        self, messages: list[SaidMessage], sent: Sent, manifest: Mapping[str, Any], role: str, form: object
    ) -> PromptPreview:
        tokens = sum(count_tokens(one.text) + OVERHEAD for one in messages)
        tokens += count_tokens(json.dumps(form)) if form else 0
        return PromptPreview(
            messages=messages,
            parts=_parts(sent),
            withheld=[ReceiptWithheld.model_validate(one) for one in manifest.get("withheld") or []],
            missing=[str(one) for one in manifest.get("missing") or []],
            tokens=tokens,
            price=await self._price(role, tokens),
        )

    async def _price(self, role: str, tokens: int) -> PromptPrice:
        novel = self.scope.novel_id
        async with as_payer(self.session, self.scope.user_id, novel) as payer:
            try:
                choice = (await RoleService.of(self.session, payer).resolve(cast("Role", role), novel))[0]
            except PrivateModeError as refused:
                return PromptPrice(model=str(refused.params["model"]), usd=None, basis="private")
            price = await PriceBook.of(self.session).price(choice.endpoint, choice.model)
        if price.free:
            return PromptPrice(model=choice.model, usd=0.0, basis="free")
        if not price.known:
            return PromptPrice(model=choice.model, usd=None, basis="unknown")
        return PromptPrice(model=choice.model, usd=dollars(price.cost(tokens, 0)), basis="price_table")


def _parts(sent: Sent) -> list[ReceiptPart]:
    shown = [
        {
            "slot": str(one.row["slot"]), "item": str(one.row["handle"] or one.row["kind"]),
            "tokens": int(one.row["tokens"]), "reason": str(one.row["reason"]), "kept": bool(one.row["kept"]),
        }
        for one in sent.parts
    ]  # fmt: skip
    return parts_of(shown, sent)
