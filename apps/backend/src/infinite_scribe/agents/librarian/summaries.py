"""Summaries of scenes and chapters, each made from its children only and kept by the hash of its inputs."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.librarian.answers import SummaryAnswer
from infinite_scribe.agents.runtime.briefings import briefings, frozen, parts_of
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.canon.service import CanonService
from infinite_scribe.core.language import language as language_rules
from infinite_scribe.core.tokens import count_tokens
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.plot.staleness import StaleMarks
from infinite_scribe.structure.service import StructureService

TOKENS = {"scene": 80, "chapter": 300, "book": 500}
INPUT_TOKENS = 4_200


async def summarise(ctx: RunContext, node: str, *, prefix: str) -> bool:
    """Bring the summary of `scene:<id>`, `chapter:<id>` or `book` up to date; false when it has no text yet."""
    level = node.partition(":")[0]
    scope = scope_of(ctx.run)
    found = await ctx.material(
        f"{prefix}/source", lambda session: source_of(session, scope, ctx.run.language, node)
    )
    if not found["sentences"] or found["is_current"]:
        await ctx.write(f"{prefix}/use", lambda session: use_held(session, scope, node, found))
        return bool(found["sentences"])
    kept = await ctx.material(f"{prefix}/briefing", lambda session: _brief(session, ctx, node, found, level))
    prompt = load_prompt("librarian", "summarise", ctx.run.language)
    handles = {row["handle"] for row in kept["data"]["sentences"]}
    request = ModelRequest(
        messages=prompt.messages({"briefing": kept["text"], "max_tokens": TOKENS[level]}),
        max_tokens=TOKENS[level] * 4 + 200,
        data={**kept["data"], "task": "librarian.summarise"},
        output=SummaryAnswer,
        check=lambda answer: check_summary(answer, handles),
        manifest=parts_of(kept["manifest"]),
        receipt=kept["manifest"],
        prompt_name=prompt.name,
        prompt_version=prompt.version,
        role="librarian",
    )
    answer: SummaryAnswer = (await ctx.call(f"{prefix}/ask", request)).output
    names = found["names"]
    faithful = [one for one in answer.sentences if is_faithful(one.text, found["sentences"], names)]
    said = [{"text": one.text, "scenes": found["scenes"], "facts": []} for one in faithful]
    gate = {"asked": len(answer.sentences), "kept": len(faithful)}
    if not said:
        said = [
            {"text": text, "scenes": found["scenes"], "facts": []}
            for text in extract(found["sentences"], names, TOKENS[level])
        ]
        gate["fallback"] = len(said)

    async def keep(session: AsyncSession) -> dict[str, Any]:
        memory = MemoryService.of(session, scope_of(ctx.run))
        kept_id = await memory.keep_summary(node, level, found["hash"], said, gate)
        await StaleMarks.of(session, scope_of(ctx.run)).clear("summary", node, how="redrafted")
        return {"id": str(kept_id)}

    await ctx.write(f"{prefix}/keep", keep)
    return True


async def use_held(
    session: AsyncSession, scope: NovelScope, node: str, found: dict[str, Any]
) -> dict[str, bool]:
    """Let the summary made from a node's present inputs speak for it; one without any text says nothing."""
    memory = MemoryService.of(session, scope)
    held = await memory.use_summary(node, found["hash"])
    if not held and not found["sentences"] and node in await memory.newest_summaries([node]):
        await memory.keep_summary(node, node.partition(":")[0], found["hash"], [])
    return {"held": held}


def check_summary(answer: SummaryAnswer, handles: set[str]) -> list[str]:
    """Return handles in the answer that stand for nothing."""
    unknown = sorted({one for sentence in answer.sentences for one in sentence.sources} - handles)
    return [f"{one} is no sentence of the source" for one in unknown[:5]]


def is_faithful(sentence: str, source: list[str], names: list[str]) -> bool:
    """Return whether every known name and every number of a sentence stands in its source."""
    whole = " ".join(source)
    numbers = set("".join(c if c.isdigit() else " " for c in sentence).split())
    return all(name in whole for name in names if name in sentence) and all(
        number in whole for number in numbers
    )


def extract(sentences: list[str], names: list[str], tokens: int) -> list[str]:
    """Return the sentences that hold most names, in their order, up to a number of tokens."""
    weight = {
        n: sum(name in text for name in names) + (n in {0, len(sentences) - 1})
        for n, text in enumerate(sentences)
    }
    chosen: set[int] = set()
    spent = 0
    for n in sorted(weight, key=lambda one: (-weight[one], one)):
        cost = count_tokens(sentences[n])
        if spent + cost <= tokens or not chosen:
            chosen.add(n)
            spent += cost
    return [sentences[n] for n in sorted(chosen)]


async def chapters_telling(session: AsyncSession, scope: NovelScope, scene: UUID) -> list[str]:
    """Return the chapters whose summary tells of a scene, or should: its own, and those it left."""
    chapters = (await StructureService.of(session, scope).tree()).chapters()
    held = await MemoryService.of(session, scope).newest_summaries([f"chapter:{one.id}" for one in chapters])
    return [
        str(one.id)
        for one in chapters
        if any(child.id == scene for child in one.scenes)
        or any(
            str(scene) in map(str, said.get("scenes", []))
            for summary in [held.get(f"chapter:{one.id}")]
            if summary is not None
            for said in summary.sentences
        )
    ]


async def source_of(session: AsyncSession, scope: NovelScope, language: str, node: str) -> dict[str, Any]:
    """Return the sentences a node is summed up from: a scene's own, else its children's summaries."""
    memory = MemoryService.of(session, scope)
    level, _, stable = node.partition(":")
    scenes: list[str] = []
    if level == "scene":
        state = await ManuscriptService.of(session, scope).scene(UUID(stable))
        sentences = language_rules(language).sentences(state.text.replace("\n\n", "\n"))
        scenes = [stable]
    else:
        tree = await StructureService.of(session, scope).tree()
        if level == "chapter":
            chapter = next(one for one in tree.chapters() if str(one.id) == stable)
            children = [f"scene:{scene.id}" for scene in chapter.scenes]
        else:
            children = [f"chapter:{chapter.id}" for chapter in tree.chapters()]
        held = await memory.newest_summaries(children)
        parts = [sentence for child in children if child in held for sentence in held[child].sentences]
        sentences = [str(part["text"]) for part in parts]
        scenes = sorted({scene for part in parts for scene in part.get("scenes", [])})
    sentences = [text.strip() for text in sentences if text.strip()]
    digest = hashlib.sha256("\n".join(sentences).encode()).hexdigest()
    world = await CanonService.of(session, scope).world()
    names = sorted({alias.text for entity in world.entities for alias in entity.aliases})
    current = await memory.summary(node, digest) is not None
    return {"sentences": sentences, "hash": digest, "scenes": scenes, "names": names, "is_current": current}


async def _brief(
    session: AsyncSession, ctx: RunContext, node: str, found: dict[str, Any], level: str
) -> dict[str, Any]:
    """Return the briefing; a long source is thinned evenly, first and last sentence kept."""
    sentences = found["sentences"]
    while sum(count_tokens(text) for text in sentences) > INPUT_TOKENS:
        sentences = [text for n, text in enumerate(sentences) if n in {0, len(sentences) - 1} or n % 3]
    made = await briefings(session, ctx).node(node, sentences, max_tokens=TOKENS[level], room=ctx.limits.room)
    return frozen(made, ctx)
