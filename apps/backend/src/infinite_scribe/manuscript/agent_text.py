"""Text that a run put on the page and goes on working at, until somebody accepts it.

It stands in the live text at once, so nothing is lost however the run ends; it becomes part of the book with the
revision of its acceptance. Every method leaves a page alone on which the author wrote meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.ids import child_id
from infinite_scribe.manuscript import document as doc
from infinite_scribe.manuscript.drafts import Origin, blocks_from_text
from infinite_scribe.manuscript.errors import VersionNotFoundError
from infinite_scribe.manuscript.models import SceneLive, SceneVersion
from infinite_scribe.manuscript.offsets import to_utf16
from infinite_scribe.manuscript.placing import LostPlaceError, apply_proposal
from infinite_scribe.manuscript.saving import check_document
from infinite_scribe.manuscript.writing import Source, Writing
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import PART, Revisions, lock_novel
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.structure.errors import SceneNotFoundError
from infinite_scribe.structure.rules import Status


@dataclass(frozen=True)
class TextPatch:
    """An exact stretch of one paragraph and what is to stand there instead."""

    pid: str
    old: str
    new: str


@dataclass(frozen=True)
class Worked:
    """Which run works at the text, in which step and attempt; `root` is the run that History names."""

    run_id: UUID
    root_run_id: UUID
    path: str
    attempt: int = 1
    call_id: UUID | None = None
    demo: bool = False

    @property
    def version(self) -> UUID:
        """The id of the version that this step makes, the same at each replay."""
        return child_id(self.run_id, f"{self.path}#{self.attempt}")


@dataclass(frozen=True)
class AgentText:
    """Unaccepted text of agents in one novel."""

    session: AsyncSession
    scope: NovelScope
    writing: Writing

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> AgentText:
        """Return the unaccepted text of the scope's novel."""
        return cls(session, scope, Writing.of(session, scope))

    async def untouched(self, scene_id: UUID) -> UUID | None:
        """Return the page's version when an agent wrote it last; None when the author's hand is on it."""
        live = await self._live(scene_id)
        version = await self.writing.rows.version(live.version_id)
        return version.id if version is not None and version.author == "agent" else None

    async def unaccepted(self, scene_id: UUID, runs: Collection[UUID]) -> UUID | None:
        """Return the page's version when one of some runs wrote it last and nobody has accepted it yet."""
        live = await self._live(scene_id)
        version = await self.writing.rows.version(live.version_id)
        head = (await self.writing.rows.heads()).get(scene_id)
        if version is None or version.author != "agent" or version.run_id not in runs:
            return None
        return None if head is not None and head.version_id == version.id else version.id

    async def patch(
        self, scene_id: UUID, version_id: UUID, patches: Sequence[TextPatch], worked: Worked
    ) -> UUID | None:
        """Put patches onto a page that still is `version_id`; return the new version, None when it is another page.

        Raises `LostPlaceError` when a stretch does not stand there, `SceneNotFoundError`.
        """
        live = await self._live(scene_id)
        known = await self.writing.rows.version(worked.version)
        if known is not None:
            return known.id
        before = await self.writing.rows.version(live.version_id)
        if before is None or live.version_id != version_id:
            return None
        origin = Origin(str(worked.run_id), str(worked.call_id) if worked.call_id else None, worked.demo)
        document = patched(before.json, patches, origin)
        return (await self._write(live, document, "patch", worked)).id

    async def text_of(self, scene_id: UUID, version_id: UUID) -> str:
        """Return what a version of a scene says. Raises `VersionNotFoundError`."""
        return (await self._version(scene_id, version_id)).text

    async def put_back(
        self, scene_id: UUID, version_id: UUID, wanted: UUID, worked: Worked
    ) -> SceneVersion | None:
        """Put an earlier text onto a page that still is `version_id`; None when it is another page.

        The text that goes stays in the scene's history. Raises `SceneNotFoundError`, `VersionNotFoundError`.
        """
        live = await self._live(scene_id)
        known = await self.writing.rows.version(worked.version)
        if known is not None:
            return known
        before = await self._version(scene_id, wanted)
        return (
            None if live.version_id != version_id else await self._write(live, before.json, "draft", worked)
        )

    async def _version(self, scene_id: UUID, version_id: UUID) -> SceneVersion:
        found = await self.writing.rows.version(version_id)
        if found is None or found.scene_id != scene_id:
            raise VersionNotFoundError
        return found

    async def accept(self, scene_id: UUID, worked: Worked) -> int:
        """Make the page part of the book, as one revision; return its number. Raises `SceneNotFoundError`."""
        await self._live(scene_id)
        async with Revisions.of(self.session, self.scope).open(
            RevisionKind.ACCEPT, run_id=worked.root_run_id, label="agent-draft"
        ) as revision:
            await self.writing.structure.update_scene(revision, scene_id, status=Status.DRAFTED.value)
            await self.writing.align_heads(revision)
            revision.summary[PART] = str(worked.run_id)
            return revision.number

    async def take_off(self, scene_id: UUID, version_id: UUID, worked: Worked) -> bool:
        """Take prose that is `version_id` off the page, beats stay; False when the author wrote there meanwhile.

        The prose stays in the scene's history. A checkpoint may have taken it into the book while it waited; then a
        revision takes it out again. Raises `SceneNotFoundError`.
        """
        live = await self._live(scene_id)
        if await self.writing.rows.version(worked.version) is not None:
            return True
        before = await self.writing.rows.version(live.version_id)
        if before is None or live.version_id != version_id:
            return False
        beats = [
            {**node, "attrs": {**node["attrs"], "covers": []}}
            for node in before.json["content"]
            if node["type"] == "beat"
        ]
        await self._write(live, {**before.json, "content": beats or [doc.paragraph()]}, "rejected", worked)
        head = (await self.writing.rows.heads()).get(scene_id)
        taken = None if head is None else await self.writing.rows.version(head.version_id)
        if taken is not None and any(block.text.strip() for block in doc.prose_blocks(taken.json)):
            async with Revisions.of(self.session, self.scope).open(
                RevisionKind.EDIT, run_id=worked.root_run_id, label="agent-draft"
            ) as revision:
                await self.writing.align_heads(revision)
                revision.summary[PART] = str(worked.run_id)
        return True

    async def _live(self, scene_id: UUID) -> SceneLive:
        await lock_novel(self.session, self.scope.novel_id)
        live = await self.writing.rows.live(scene_id, lock=True)
        if live is None:
            raise SceneNotFoundError
        return live

    async def _write(self, live: SceneLive, document: doc.Json, kind: str, worked: Worked) -> SceneVersion:
        check_document(document, live.scene_id)
        source = Source("agent", kind, worked.run_id, worked.call_id, worked.demo)
        return await self.writing.write(live, document, source, version_id=worked.version)


def patched(document: doc.Json, patches: Sequence[TextPatch], origin: Origin) -> doc.Json:
    """Return the document with every patch in it. Raises `LostPlaceError`."""
    for patch in patches:
        block = next((one for one in doc.prose_blocks(document) if one.pid == patch.pid), None)
        start = -1 if block is None else block.text.find(patch.old)
        if block is None or start < 0 or not patch.old:
            raise LostPlaceError(patch.pid)
        anchor = {
            "from": {"pid": patch.pid, "off": to_utf16(block.text, start)},
            "to": {"pid": patch.pid, "off": to_utf16(block.text, start + len(patch.old))},
            "quote": patch.old,
        }
        fresh = [one.node for one in blocks_from_text(patch.new, origin)]
        if fresh and patch.new[:1].isspace():
            fresh[0] = {
                **fresh[0], "content": [{"type": "text", "text": " "}, *fresh[0].get("content", [])]
            }  # fmt: skip
        document = apply_proposal(document, "replace", anchor, fresh)
    return document
