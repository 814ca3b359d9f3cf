"""Who may do what on a novel, and the values a novel can take. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Literal

Language = Literal["en", "zh"]
Length = Literal["novel", "novella", "short"]
PointOfView = Literal["first", "close_third", "omniscient"]


class NovelPermission(StrEnum):
    """One thing that a role allows on a novel."""

    READ = "read"
    COMMENT = "comment"
    WRITE = "write"
    EXPORT = "export"
    RUN = "run"
    MANAGE = "manage"
    OWN = "own"


class Role(StrEnum):
    """The five roles, strongest first. A workspace role holds for all novels of the workspace."""

    OWNER = "owner"
    MANAGER = "manager"
    EDITOR = "editor"
    COMMENTER = "commenter"
    READER = "reader"


class RevisionKind(StrEnum):
    """Why a revision of a novel was made."""

    CHECKPOINT = "checkpoint"
    ACCEPT = "accept"
    EDIT = "edit"
    LEARN = "learn"
    ROLLBACK = "rollback"
    REVERT = "revert"
    GENESIS = "genesis"


_READER = frozenset({NovelPermission.READ})
_COMMENTER = _READER | {NovelPermission.COMMENT}
_EDITOR = _COMMENTER | {NovelPermission.WRITE, NovelPermission.EXPORT}
_MANAGER = _EDITOR | {NovelPermission.RUN, NovelPermission.MANAGE}
_GRANTS = {
    Role.READER: _READER,
    Role.COMMENTER: _COMMENTER,
    Role.EDITOR: _EDITOR,
    Role.MANAGER: _MANAGER,
    Role.OWNER: _MANAGER | {NovelPermission.OWN},
}
_STRENGTH = {role: len(Role) - position for position, role in enumerate(Role)}


def permissions_of(role: Role, *, editors_may_run: bool = False) -> frozenset[NovelPermission]:
    """Return what `role` may do; an editor spends the owner's money only where the novel says so."""
    granted = _GRANTS[role]
    return granted | {NovelPermission.RUN} if role is Role.EDITOR and editors_may_run else granted


def strongest(roles: Iterable[Role | None]) -> Role | None:
    """Return the role that allows most: a novel adds rights to those of its workspace and never takes any."""
    return max((role for role in roles if role is not None), key=_STRENGTH.__getitem__, default=None)


def title_from(idea: str, language: str) -> str:
    """Return a working title for a book that has none yet: the first words of its idea."""
    line = " ".join(idea.split())
    if not line:
        return "未命名" if language == "zh" else "Untitled"
    for stop in (". ", "! ", "? ", "。", "！", "？", "; ", "；"):
        line = line.split(stop)[0]
    is_han = any("\u4e00" <= sign <= "\u9fff" for sign in line)
    limit = 18 if is_han else 60
    if len(line) <= limit:
        return line.rstrip(".")
    cut = line[:limit]
    return cut + "…" if is_han else cut.rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
