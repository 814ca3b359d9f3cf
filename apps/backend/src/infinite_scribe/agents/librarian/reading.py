"""Reading an accepted scene: passages, mentions, continuity, and what it taught."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.librarian.learning import Learning
from infinite_scribe.agents.librarian.suggesting import Suggesting
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.canon.service import CanonService
from infinite_scribe.continuity.passages import sentences
from infinite_scribe.continuity.service import ContinuityService, paragraphs_of
from infinite_scribe.continuity.words import words as words_of
from infinite_scribe.core.errors import DomainError
from infinite_scribe.core.logging import get_logger
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.memory.chunks import TextBlock
from infinite_scribe.memory.schemas import MentionDraft, SceneToIndex
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.plot.service import PlotService
from infinite_scribe.structure.service import StructureService

log = get_logger(__name__)


async def scene_hash(session: AsyncSession, ctx: RunContext, scene: UUID) -> dict[str, Any]:
    """Return version and text hash of a scene as it is now; one that left the book is gone."""
    scope = scope_of(ctx.run)
    if not await StructureService.of(session, scope).has_scene(scene):
        return {"version": 0, "hash": "", "is_empty": True, "is_gone": True}
    state = await ManuscriptService.of(session, scope).scene(scene)
    return {
        "version": state.version,
        "hash": state.text_hash,
        "is_empty": state.is_empty,
        "is_gone": False,
    }


async def forget_scene(session: AsyncSession, ctx: RunContext, scene: UUID) -> dict[str, Any]:
    """Take a scene that left the book out of the search, and take back what it taught."""
    scope = scope_of(ctx.run)
    entry = SceneToIndex(scene_id=scene, version=0, language=ctx.run.language, blocks=[])
    await MemoryService.of(session, scope).index_scene(entry)
    return await learn_scene(session, scope, scene, run_id=ctx.run.root_id)


async def index_words(session: AsyncSession, ctx: RunContext, scene: UUID) -> dict[str, Any]:
    """Put a scene into the search by words; return how many passages it has."""
    return {"passages": await index_scene(session, scope_of(ctx.run), scene, ctx.run.language)}


async def index_scene(session: AsyncSession, scope: NovelScope, scene: UUID, language: str) -> int:
    """Replace the passages of a scene by those of its present text; return how many there are."""
    state = await ManuscriptService.of(session, scope).scene(scene)
    card = await PlotService.of(session, scope).card(scene)
    node = await StructureService.of(session, scope).scene(scene)
    entry = SceneToIndex(
        scene_id=scene,
        version=state.version,
        language=language,
        blocks=[TextBlock(block.pid, block.text) for block in state.blocks if block.text.strip()],
        head=await _head(session, scope, node.title, card.pov_id if card else None),
        pov_id=card.pov_id if card else None,
        on_stage=card.on_stage if card else (),
        entity_ids=card.on_stage if card else (),
    )
    return len(await MemoryService.of(session, scope).index_scene(entry))


async def _head(session: AsyncSession, scope: NovelScope, title: str, pov_id: UUID | None) -> str:
    world = await CanonService.of(session, scope).world()
    pov = world.entity(pov_id)
    return " · ".join(part for part in (title, pov.name if pov else "") if part)


async def index_meaning(ctx: RunContext, scene: UUID) -> int:
    """Fetch the vectors that are not cached yet and put them into the index; return how many were new.

    Search by words goes on without them, so an encoder that does not answer is no failure of the reading.
    """
    model = await _encoder(ctx, "index/encoder")
    if model["model"] is None:
        return 0

    async def missing(session: AsyncSession) -> dict[str, Any]:
        rows = await MemoryService.of(session, scope_of(ctx.run)).missing_vectors(scene, model["model"])
        return {"texts": {row.text_hash: row.text for row in rows}}

    wanted = (await ctx.material("index/missing", missing))["texts"]
    found: dict[str, list[float]] = {}
    if wanted:
        answer = await ctx.models.embed(
            list(wanted.values()), user_id=ctx.run.payer_id, novel_id=ctx.run.novel_id
        )
        found = dict(zip(wanted, answer.vectors, strict=True))

    async def keep(session: AsyncSession) -> dict[str, int]:
        await MemoryService.of(session, scope_of(ctx.run)).keep_vectors(scene, model["model"], found)
        return {"new": len(found)}

    return int((await ctx.write("index/vectors", keep))["new"])


async def _encoder(ctx: RunContext, path: str) -> dict[str, Any]:
    """Return the name of the encoder in force, asked once and outside the database; None when it does not answer."""
    model = None
    if path not in ctx.run.steps:
        try:
            answer = await ctx.models.embed(["."], user_id=ctx.run.payer_id, novel_id=ctx.run.novel_id)
            model = f"{answer.model}:{answer.dimensions}"
        except DomainError as error:
            log.warning("librarian.no_encoder", code=error.code)

    async def keep(_session: AsyncSession) -> dict[str, Any]:
        return {"model": model}

    kept: dict[str, Any] = await ctx.read(path, keep)
    return kept


async def learn_surface(session: AsyncSession, ctx: RunContext, scene: UUID) -> dict[str, Any]:
    """Learn from an accepted scene by code: canon and plan, mentions, findings, suggestions."""
    return await learn_scene(session, scope_of(ctx.run), scene, run_id=ctx.run.root_id)


async def learn_scene(
    session: AsyncSession, scope: NovelScope, scene: UUID, *, run_id: UUID | None = None
) -> dict[str, Any]:
    """Learn from a scene as it is now, or from its absence; return what was found and changed."""
    learnt = await Learning.of(session, scope, run_id).learn(scene)
    memory, manuscript = MemoryService.of(session, scope), ManuscriptService.of(session, scope)
    if not await StructureService.of(session, scope).has_scene(scene):
        await memory.keep_mentions(scene, [])
        await manuscript.ngrams.drop(scene)
        return {"items": [], "findings": 0, "mentions": 0, **learnt.counts()}
    continuity = ContinuityService.of(session, scope)
    state = await manuscript.scene(scene)
    paragraphs = paragraphs_of(state)
    reading = await continuity.read_surface(scene, paragraphs)
    mentions = [MentionDraft(**vars(mention)) for mention in reading.mentions]
    await memory.keep_mentions(scene, mentions)
    await manuscript.ngrams.index(scene, state.text)
    checked = await continuity.check_scene(scene, run_id=run_id)
    clashing = [quote for one in checked.findings if (quote := str(one.claim.get("quote", "")))]
    given = await continuity.scene_to_check(scene, paragraphs, state.version)
    suggesting = Suggesting(session, scope, run_id)
    items = await suggesting.from_scene(given, learnt.claims, clashing)
    words = words_of(given.language)
    if words is not None:
        parts = sentences(paragraphs, words)
        items += await suggesting.from_narration(given, parts, words, clashing)
        items += await suggesting.stubs(given, parts, words)
    return {
        "items": [str(item) for item in items],
        "findings": len(checked.findings),
        "mentions": len(mentions),
        **learnt.counts(),
    }
