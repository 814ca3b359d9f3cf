"""Wire types of the text."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from infinite_scribe.novels.schemas import RevisionRead
from infinite_scribe.web.schemas import WireInput, WireOutput

Author = Literal["you", "agent", "import", "restore", "merge"]
ProposalKind = Literal["insert", "replace", "beat", "fix"]
ProposalStatus = Literal["streaming", "open", "partly", "accepted", "rejected", "discarded"]


class DecisionWrite(WireInput):
    """What the author decided about hunks of a proposal; `left` counts the hunks still open."""

    proposal_id: UUID
    variant: str | None = Field(default=None, max_length=40)
    hunks: list[str] = Field(default=[], max_length=2_000)
    action: Literal["accept", "reject", "reopen"]
    left: int = Field(default=0, ge=0, le=10_000)


class ContentWrite(WireInput):
    """A scene as the editor holds it, with the decisions that led to it."""

    json_: dict[str, Any] = Field(alias="json")
    decisions: list[DecisionWrite] = Field(default=[], max_length=500)
    leaving: bool = False


class CountsRead(WireOutput):
    """`words` counts words in English and 字 in Chinese."""

    words: int
    characters: int


class BeatOut(WireOutput):
    """A beat as it stands in the scene."""

    id: str
    pid: str
    text: str
    covers: list[str]


class SavedContent(WireOutput):
    """The answer to a save, sent after the commit."""

    version: int
    novel_revision: int
    counts: CountsRead
    beats: list[BeatOut]


class SceneContent(WireOutput):
    """The text of one scene."""

    scene_id: UUID
    version: int
    json_: dict[str, Any] = Field(serialization_alias="json")


class ContentRead(WireOutput):
    """The text of scenes in reading order."""

    novel_revision: int
    scenes: list[SceneContent]


class TreeScene(WireOutput):
    """A scene in the binder."""

    id: UUID
    title: str
    status: str
    words: int
    version: int
    flags: list[str]


class TreeChapter(WireOutput):
    """A chapter in the binder; `number` counts through the book."""

    id: UUID
    title: str
    number: int
    status: str
    words: int
    one_line: str
    scenes: list[TreeScene]


class TreePart(WireOutput):
    """A part (act) in the binder."""

    id: UUID
    title: str
    chapters: list[TreeChapter]


class TreeRead(WireOutput):
    """The binder."""

    structure_version: int
    novel_revision: int
    parts: list[TreePart]


class VersionRead(WireOutput):
    """One version in a scene's history."""

    id: UUID
    number: int
    author: Author
    kind: str
    label: str | None = None
    words: int
    at: datetime
    run_id: UUID | None
    demo: bool


class VersionContent(VersionRead):
    """One version with its document and plain prose."""

    json_: dict[str, Any] = Field(serialization_alias="json")
    text: str


class SnapshotCreate(WireInput):
    """A name for the present state of a scene."""

    label: str = Field(min_length=1, max_length=200)


class RestoreVersion(WireInput):
    """The version to bring back."""

    version_id: UUID


class AnchorPoint(WireInput):
    """A place in a block; `off` counts UTF-16 code units, atoms count 1."""

    pid: str = Field(max_length=20)
    off: int = Field(ge=0)


class ProposalAnchor(WireInput):
    """Where a proposal stands, with enough text around it to be found again."""

    from_: AnchorPoint = Field(alias="from")
    to: AnchorPoint
    quote: str = ""
    quote_hash: str = ""
    prefix: str = ""
    suffix: str = ""


class ProposalVariant(WireInput):
    """One reading of a proposal, as blocks of the document schema."""

    id: str = Field(max_length=40)
    blocks: list[dict[str, Any]]
    words: int = 0
    complete: bool = True


class ProposalRead(WireOutput):
    """Text of an agent beside the document."""

    id: UUID
    novel_id: UUID
    scene_id: UUID
    run_id: UUID | None
    agent: str
    model: str
    demo: bool
    kind: ProposalKind
    base_version: int
    anchor: dict[str, Any] | None
    instruction: str | None
    variants: list[dict[str, Any]]
    status: ProposalStatus
    usage: dict[str, Any]
    calls: list[str]
    undone_by: int | None
    created_at: datetime


class ProposalDecide(WireInput):
    """A decision about a proposal whose scene is not open in an editor."""

    action: Literal["accept", "reject"]
    variant: str | None = Field(default=None, max_length=40)


class ProposalDecided(WireOutput):
    """The proposal after the decision, and the text it led to."""

    proposal: ProposalRead
    version: int
    novel_revision: int


class CallPlaceRead(WireOutput):
    """The scene in which the prose of a call has its place; None when it has none (any more)."""

    scene_id: UUID | None


class RollbackWrite(WireInput):
    """Which revision to go back to; a preview changes nothing."""

    revision: int = Field(ge=1)
    preview: bool = False


class RollbackRead(WireOutput):
    """What returns (or leaves) together, and which of the author's own edits it hides.

    `novel_revision` is the new revision, or the present one for a preview.
    """

    preview: bool
    novel_revision: int
    scenes: list[UUID]
    facts: list[UUID]
    cards: list[UUID]
    promises: list[UUID]
    threads: list[UUID]
    hides: list[RevisionRead]
