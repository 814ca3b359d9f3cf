"""The table of permissions, and titles from ideas."""

from __future__ import annotations

import pytest

from infinite_scribe.novels.rules import NovelPermission as P
from infinite_scribe.novels.rules import Role, permissions_of, strongest, title_from

TABLE = {
    Role.OWNER: {P.READ, P.COMMENT, P.WRITE, P.EXPORT, P.RUN, P.MANAGE, P.OWN},
    Role.MANAGER: {P.READ, P.COMMENT, P.WRITE, P.EXPORT, P.RUN, P.MANAGE},
    Role.EDITOR: {P.READ, P.COMMENT, P.WRITE, P.EXPORT},
    Role.COMMENTER: {P.READ, P.COMMENT},
    Role.READER: {P.READ},
}


@pytest.mark.parametrize("role", list(Role))
def test_the_permission_table(role: Role) -> None:
    assert permissions_of(role) == TABLE[role]
    more = {P.RUN} if role is Role.EDITOR else set()
    assert permissions_of(role, editors_may_run=True) == TABLE[role] | more


def test_the_stronger_role_wins() -> None:
    assert strongest([Role.READER, None, Role.EDITOR]) is Role.EDITOR
    assert strongest([None, None]) is None


@pytest.mark.parametrize(
    ("idea", "language", "title"),
    [
        ("", "en", "Untitled"),
        ("  ", "zh", "未命名"),
        ("A lighthouse. It is dark.", "en", "A lighthouse"),
        ("老城里最后一个修伞匠。他不说话。", "zh", "老城里最后一个修伞匠"),
        ("word " * 30, "en", "word word word word word word word word word word word word…"),
    ],
)
def test_a_title_from_an_idea(idea: str, language: str, title: str) -> None:
    assert title_from(idea, language) == title
