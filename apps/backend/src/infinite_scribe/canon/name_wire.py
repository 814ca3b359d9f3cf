"""Wire types of names."""

from __future__ import annotations

from uuid import UUID

from infinite_scribe.web.schemas import WireOutput


class NameView(WireOutput):
    """The names of an entry, and what finds them by what is typed."""

    id: UUID
    label: str
    kind: str
    aliases: list[str]
    pinyin: list[str]
    initials: list[str]
    case_sensitive: bool
    ambiguous: bool


class NameList(WireOutput):
    """Names that changed since a revision; all of them without one."""

    revision: int
    items: list[NameView]
