"""Plain facts about the people of a book, told once each: when a paragraph of them may stand.

Before the bar of a row stands what has to be so: `A` the other one is here, `F` there is a friend,
`L` there is another
place, `S` the other one is no friend, `1` only in the first chapter, `2` or `3` not before that chapter, and behind
a `~` the piece of an earlier scene on which the row rests: what pays off has been set up.
"""

from collections.abc import Callable, Mapping

from infinite_scribe.core.fingerprints import mark
from infinite_scribe.llm.demo.acts import Role
from infinite_scribe.llm.demo.schemas import Member
from infinite_scribe.llm.demo.teller import Setting


def friend_of(setting: Setting) -> Member | None:
    """Somebody of the cast who is spoken of and not in the scene."""
    busy = {member.name for member in setting.people.values()}
    away = [one for one in setting.briefing.cast if one.name and one.name not in busy]
    return next((one for one in away if "ally" in one.role.lower()), None)


def lodgings(setting: Setting) -> list[str]:
    """Places where somebody may live: not this one, and not the one where the wares are kept."""
    kept = ("are kept, and", "收在这里")
    return sorted(
        one.name for one in setting.elsewhere if one.name and not any(words in one.line for words in kept)
    )


def is_of_other(row: str) -> bool:
    """Whether a row tells of the other one in the scene."""
    return "A" in row.partition("|")[0] if "|" in row else False


def text_of(row: str) -> str:
    """A row without what has to be so."""
    return row.partition("|")[2] if "|" in row else row


def stands(
    row: str, setting: Setting, says: Mapping[str, str], say: Callable[[str], str], *, here: bool
) -> bool:
    """Whether a row may be told; `says` are predicates with the words that state them, `say` puts words in."""
    need, _, before = row.partition("|")[0].partition("~") if "|" in row else ("", "", "")
    chapter = setting.briefing.chapter.number
    missing = {
        "A": not here,
        "F": friend_of(setting) is None,
        "S": any("ally" in one.role.lower() for role, one in setting.people.items() if role is Role.OTHER),
        "L": not lodgings(setting),
        "1": chapter > 1,
        "2": chapter < 2,
        "3": chapter < 3,
    }
    if any(missing[sign] for sign in need):
        return False
    if before and mark(say(before)) not in setting.briefing.used.told:
        return False
    known = {fact.predicate for fact in setting.briefing.facts}
    return not any(words in row for predicate, words in says.items() if predicate in known)
