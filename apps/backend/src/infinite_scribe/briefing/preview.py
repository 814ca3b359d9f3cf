"""A briefing without a call: what a task would read about a scene, why, and what it would cost."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.briefing.document import Briefing
from infinite_scribe.briefing.rules import ROOM, Slot, Tier
from infinite_scribe.briefing.schemas import (
    Preview,
    PreviewInput,
    PreviewPart,
    PreviewPrice,
    PreviewTask,
    PreviewWithheld,
)
from infinite_scribe.briefing.service import Asked, BriefingService
from infinite_scribe.briefing.used import used_before
from infinite_scribe.core.tokens import count_tokens
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.service import get_novel
from infinite_scribe.providers.errors import PrivateModeError
from infinite_scribe.providers.payers import as_payer
from infinite_scribe.providers.prices import PriceBook
from infinite_scribe.providers.rules import Role, dollars
from infinite_scribe.providers.service import RoleService

ROLES: dict[PreviewTask, Role] = {
    "writer.draft_scene": "writer",
    "director.beats": "director",
    "editor.realise": "editor",
}
BEATS, WORDS = 5, 1_250
BY_WORDS = "meaning"
"""A preview asks no encoder: passages are found by words and names."""


@dataclass(frozen=True)
class Previews:
    """Previews for one user of one novel."""

    session: AsyncSession
    scope: NovelScope
    fence_key: bytes

    async def make(self, wanted: PreviewInput) -> Preview:
        """Return the briefing of a task. Raises `SceneNotFoundError`, `BriefingTooLargeError`."""
        made = await self._briefing(wanted)
        receipt = made.manifest
        rows = [*receipt["items"], *receipt["dropped"]]
        tokens = count_tokens(made.text)
        return Preview(
            profile=receipt["profile"],
            tier=receipt["tier"],
            prompt=made.text,
            parts=[
                PreviewPart(
                    slot=Slot(row["slot"]).name.lower(), item=row["handle"] or row["kind"], kind=row["kind"],
                    id=row["id"], tokens=row["tokens"], reason=row["reason"], kept=row["kept"],
                )
                for row in rows
            ],
            withheld=[PreviewWithheld.model_validate(row) for row in receipt["withheld"]],
            missing=[*receipt["missing"], *([BY_WORDS] if wanted.task == "writer.draft_scene" else [])],
            tokens_by_slot={Slot(int(slot)).name.lower(): count for slot, count in receipt["tokens_by_slot"].items()},
            tokens=tokens,
            price=await self._price(wanted.task, tokens),
        )  # fmt: skip

    async def _briefing(self, wanted: PreviewInput) -> Briefing:
        briefings = BriefingService.of(self.session, self.scope, self.fence_key)
        room = ROOM[Tier(wanted.tier)]
        if wanted.task == "editor.realise":
            return await briefings.checker(wanted.scene_id, room=room)
        asked = Asked(instruction=wanted.instruction)
        if wanted.task == "director.beats":
            return await briefings.beats(
                wanted.scene_id, count=BEATS, word_budget=WORDS, asked=asked, room=room
            )
        novel = await get_novel(self.session, self.scope.novel_id)
        avoid, used, _ = await used_before(self.session, self.scope, wanted.scene_id, novel.language)
        return await briefings.draft(
            wanted.scene_id, Asked(instruction=wanted.instruction, avoid=avoid, used=used), room=room
        )

    async def _price(self, task: PreviewTask, tokens: int) -> PreviewPrice:
        """Return the price with the model of who pays for the novel."""
        novel = self.scope.novel_id
        async with as_payer(self.session, self.scope.user_id, novel) as payer:
            try:
                choice = (await RoleService.of(self.session, payer).resolve(ROLES[task], novel))[0]
            except PrivateModeError as refused:
                return PreviewPrice(model=str(refused.params["model"]), usd=None, basis="private")
            price = await PriceBook.of(self.session).price(choice.endpoint, choice.model)
        if price.free:
            return PreviewPrice(model=choice.model, usd=0.0, basis="free")
        if not price.known:
            return PreviewPrice(model=choice.model, usd=None, basis="unknown")
        return PreviewPrice(model=choice.model, usd=dollars(price.cost(tokens, 0)), basis="price_table")
