"""Drafting a scene: the frozen briefing, the streamed call, what code checks, and the version on the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.briefings import briefings, frozen, parts_of
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.prompts import Prompt, load_prompt
from infinite_scribe.agents.runtime.prose import clean, without_marks
from infinite_scribe.agents.runtime.query_vectors import QueryVectors, query_vectors
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.agents.runtime.requests import CallResult, ModelRequest, PartialText, TextTarget
from infinite_scribe.agents.writer.beats import beat_by_beat
from infinite_scribe.agents.writer.errors import NoProseError
from infinite_scribe.agents.writer.joins import join_faults
from infinite_scribe.agents.writer.resizing import TOKENS_PER_WORD, resized, unusable
from infinite_scribe.briefing.service import Asked
from infinite_scribe.briefing.used import used_before
from infinite_scribe.core.language import language as language_rules
from infinite_scribe.manuscript.service import (
    ManuscriptService,
    Origin,
    ProposalDraft,
    Worked,
    blocks_from_text,
)
from infinite_scribe.plot.service import PlotService
from infinite_scribe.runs.errors import SceneLeftError
from infinite_scribe.runs.schemas.events import TextSnapshot
from infinite_scribe.runs.schemas.inputs import ChapterInput, DraftSceneInput, TaskResult
from infinite_scribe.runs.service import RunService
from infinite_scribe.structure.service import StructureService

ROOM_FOR_LENGTH = 1.35
TRIES = 2


@task("writer.draft_scene")
async def draft_scene(ctx: RunContext, given: DraftSceneInput) -> TaskResult:
    """Write a scene from its card and beats: whole, or beat by beat where a model holds no more at once."""
    if given.unit == "beat":
        return await beat_by_beat(ctx, given.scene, [given.beat] if given.beat else [], given.instruction)
    try:
        return await draft(ctx, given.scene, prefix="draft", instruction=given.instruction, hold=given.hold)
    except SceneLeftError as left:
        return TaskResult(items=[str(given.scene)], left=str(left.params["why"]))


@task("writer.draft_chapter")
async def draft_chapter(ctx: RunContext, given: ChapterInput) -> TaskResult:
    """Write every scene of a chapter that has no prose yet, in reading order."""
    found = await ctx.read("chapter/scenes", lambda session: _empty_scenes(session, ctx, given.chapter))
    if not found["scenes"]:
        raise NoProseError("Every scene of this chapter has text already.")
    results = [
        await draft(ctx, UUID(scene), prefix=f"scene{number}", instruction=given.instruction)
        for number, scene in enumerate(found["scenes"], start=1)
    ]
    return TaskResult(
        words=sum(result.words for result in results),
        versions=[version for result in results for version in result.versions],
        proposals=[proposal for result in results for proposal in result.proposals],
        revision=results[-1].revision,
    )


async def _empty_scenes(session: AsyncSession, ctx: RunContext, chapter_id: UUID) -> dict[str, Any]:
    scope = scope_of(ctx.run)
    chapter = await StructureService.of(session, scope).chapter(chapter_id)
    states = await ManuscriptService.of(session, scope).scenes([scene.id for scene in chapter.scenes])
    return {"scenes": [str(state.scene_id) for state in states if state.is_empty]}


async def draft(
    ctx: RunContext, scene: UUID, *, prefix: str, instruction: str | None, hold: bool = False
) -> TaskResult:
    """Draft one scene and put it on the page, or beside it when the author wrote there meanwhile.

    With `hold` it becomes part of the book only when the run above accepts it.
    """
    async with ctx.step(prefix, title_key="runs.step.draft"):
        steers = await ctx.steers()
        questions = await ctx.material(
            f"{prefix}/questions",
            lambda session: _questions(session, ctx, scene, Asked(instruction=instruction, steers=steers)),
        )
        vectors = await query_vectors(ctx, f"{prefix}/vectors", questions["texts"])
        kept = await ctx.material(
            f"{prefix}/briefing", lambda session: _brief(session, ctx, scene, instruction, steers, vectors)
        )
        answer, text = await _ask(ctx, scene, kept, prefix)
        # What the author took or wrote is brought to no length.
        drafted = text
        text = text if answer.taken else await _to_length(ctx, scene, text, kept["word_budget"], prefix)
        placed = await ctx.write(
            f"{prefix}/place",
            lambda session: _place(session, ctx, scene, answer, text, prefix, hold=hold),
            tell=[] if text == drafted else [TextSnapshot(scene=scene, text=text)],
        )
    return TaskResult(
        words=placed["words"],
        versions=[placed["version_id"]] if placed["version_id"] else [],
        proposals=[placed["proposal_id"]] if placed["proposal_id"] else [],
        revision=placed["novel_revision"],
        budget=kept["word_budget"],
        further=answer.further,
    )


async def _to_length(ctx: RunContext, scene: UUID, text: str, budget: int, prefix: str) -> str:
    """Return a draft within its budget; as it is where that fails and the author would rather go on."""
    with _no_leaving(ctx, text):
        try:
            return await resized(ctx, scene, text, budget, prefix)
        except SceneLeftError:
            return text


@contextmanager
def _no_leaving(ctx: RunContext, text: str) -> Iterator[None]:
    """A scene that has a text is not left unwritten: it is not offered."""
    before, ctx.may_leave = ctx.may_leave, ctx.may_leave and not text
    try:
        yield
    finally:
        ctx.may_leave = before


async def _questions(session: AsyncSession, ctx: RunContext, scene: UUID, asked: Asked) -> dict[str, Any]:
    return {"texts": await briefings(session, ctx).questions(scene, asked)}


async def _brief(
    session: AsyncSession,
    ctx: RunContext,
    scene: UUID,
    instruction: str | None,
    steers: list[str],
    vectors: QueryVectors,
) -> dict[str, Any]:
    scope = scope_of(ctx.run)
    avoid, used, told = await used_before(session, scope, scene, ctx.run.language)
    asked = Asked(
        instruction=instruction,
        steers=steers,
        avoid=avoid,
        used=used,
        model=vectors.model,
        vectors=vectors.vectors,
    )
    made = await briefings(session, ctx).draft(scene, asked, room=ctx.limits.room)
    card = await PlotService.of(session, scope).card(scene)
    loop = ctx.settings.loop
    usual = loop.scene_characters if ctx.run.language == "zh" else loop.scene_words
    kept = frozen(made, ctx)
    # Marks of what was said go to the storyteller as data; a prompt has no use for them.
    said = {**kept["data"].get("used", {}), "told": told}
    kept["data"] = {**kept["data"], "task": "writer.draft_scene", "used": said}
    return {**kept, "word_budget": card.word_budget if card and card.word_budget else usual}


async def _ask(ctx: RunContext, scene: UUID, kept: dict[str, Any], prefix: str) -> tuple[CallResult, str]:
    """Ask for the prose; an unusable answer is asked for once more. Raises `NoProseError`."""
    prompt = load_prompt("writer", "draft_scene", ctx.run.language)
    faults: list[str] = []
    usable: tuple[CallResult, str] | None = None
    for attempt in range(1, TRIES + 1):
        request = _request(ctx, prompt, kept, faults)
        try:
            with _no_leaving(ctx, usable[1] if usable else ""):
                answer = await ctx.call(
                    f"{prefix}/text{attempt}",
                    request,
                    TextTarget(scene_id=scene),
                    keep_partial=lambda session, partial: _keep_partial(session, ctx, scene, partial),
                )
        except SceneLeftError:
            if usable is None:
                raise
            return usable
        done = clean(
            answer.text,
            prompt=f"{prompt.system}\n{prompt.task}",  # our words; the book's own may be said again
            stopped_by_length=answer.finish_reason != "stop",
        )
        if answer.taken:
            return answer, done.text
        broken = unusable(done.text, ctx.run.language)
        faults = broken or _badly_joined(done.text, kept["data"], ctx.run.language)
        # How it joins is worth a second question, not a scene without a text.
        if not faults or (not broken and attempt == TRIES):
            return answer, done.text
        usable = usable if broken else (answer, done.text)
    if usable is not None:
        return usable
    raise NoProseError(faults=faults)


def _badly_joined(text: str, data: dict[str, Any], language: str) -> list[str]:
    """Return how a scene fails to follow on the one before: it says its end again, or begins where the card is not.

    At another time it may begin.
    """
    card = data.get("card") or {}
    planned = " ".join(
        str(value) for value in (*card.values(), data.get("instruction") or "", *data.get("beats", []))
    )
    elsewhere = [str(one["name"]) for one in data.get("places", []) if not one.get("is_here")]
    before = str(data.get("previous_tail") or "")
    return join_faults(text, before, language, planned=planned, elsewhere=elsewhere, leaps=False)


def _request(ctx: RunContext, prompt: Prompt, kept: dict[str, Any], faults: list[str]) -> ModelRequest:
    budget = kept["word_budget"]
    messages = prompt.messages({"briefing": kept["text"], "word_budget": budget})
    data = dict(kept["data"])
    if faults:
        data["attempt"] = len(faults)
        messages = [
            *messages[:-1],
            messages[-1].model_copy(update={"text": f"{messages[-1].text}\n\n{'; '.join(faults)}"}),
        ]
    most = int(budget * TOKENS_PER_WORD[ctx.run.language] * ROOM_FOR_LENGTH) + 200
    return ModelRequest(
        messages=messages,
        max_tokens=most,
        min_tokens=most // 4,
        data=data,
        manifest=parts_of(kept["manifest"]),
        receipt=kept["manifest"],
        prompt_name=prompt.name,
        prompt_version=prompt.version,
    )


async def _place(
    session: AsyncSession,
    ctx: RunContext,
    scene: UUID,
    answer: CallResult,
    text: str,
    prefix: str,
    *,
    hold: bool,
) -> dict[str, Any]:
    origin = Origin(run=str(ctx.run.id), call=str(answer.call_id), demo=answer.demo)
    if hold:
        await _clear(session, ctx, scene, f"{prefix}/clear")
    placed = await ManuscriptService.of(session, scope_of(ctx.run)).proposals.place_draft(
        scene,
        blocks_from_text(text, origin),
        run_id=ctx.run.id,
        path=prefix,
        try_=ctx.run.attempt,
        call_id=answer.call_id,
        demo=answer.demo,
        root_run_id=ctx.run.root_id,
        model=answer.model,
        hold=hold,
    )
    return placed.as_json()


async def _clear(session: AsyncSession, ctx: RunContext, scene: UUID, path: str) -> None:
    """Take off the page what this run's family drafted before it was tried again, while nobody has accepted it."""
    family = await RunService.of(session, ctx.run.user_id).family_ids(ctx.run.id)
    texts = ManuscriptService.of(session, scope_of(ctx.run)).agent_text
    mine = await texts.unaccepted(scene, family)
    if mine is not None:
        await texts.take_off(scene, mine, Worked(ctx.run.id, ctx.run.root_id, path, ctx.run.attempt))


async def _keep_partial(
    session: AsyncSession, ctx: RunContext, scene: UUID, partial: PartialText
) -> dict[str, Any] | None:
    """Keep what a cut draft had so far as a proposal marked partial."""
    text = clean(partial.text, stopped_by_length=True).text
    if not without_marks(text):
        return None
    service = ManuscriptService.of(session, scope_of(ctx.run))
    state = await service.scene(scene)
    blocks = blocks_from_text(
        text, Origin(run=str(ctx.run.id), call=str(partial.call_id) if partial.call_id else None, demo=False)
    )
    words = language_rules(ctx.run.language).count(without_marks(text))
    kept = await service.proposals.store(
        ProposalDraft(
            scene_id=scene,
            kind="insert",
            variants=[
                {"id": "1", "blocks": [block.node for block in blocks], "words": words, "complete": False}
            ],
            base_version=state.version,
            run_id=ctx.run.id,
            calls=[str(partial.call_id)] if partial.call_id else [],
        )
    )
    return {"proposal": str(kept.id), "words": words}
