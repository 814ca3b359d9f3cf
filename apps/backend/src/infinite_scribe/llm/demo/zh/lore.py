"""一本书里顺口带出来的人事 in words: eyes, ages, homes, debts, and people who are new.

The values follow from the book alone, so that every scene says the same, and nobody who is
new bears a sign of a name of the cast.
"""

from infinite_scribe.llm.demo.acts import Role
from infinite_scribe.llm.demo.chance import Chance
from infinite_scribe.llm.demo.lore import friend_of, lodgings
from infinite_scribe.llm.demo.teller import Setting
from infinite_scribe.llm.demo.zh import lexicon
from infinite_scribe.llm.demo.zh.facts import figure
from infinite_scribe.llm.demo.zh.grammar import Person

_EYES = ("灰", "褐", "黑")
_HAIR = ("白", "灰", "黑")
_SKILLS = ("骑马", "吹口哨", "做饭")
#: Second and third signs of the names of people who are new.
_GIVEN = {"she": ("巧儿", "秀云", "月英", "彩凤", "桂香"), "he": ("铁柱", "阿福", "大海", "顺子", "立春")}
#: Predicates of facts that the canon holds already → the words of a row that say the same.
SAYS = {
    "eye_colour": "{eyes", "hair_colour": "{hair", "age_years": "{age", "resides_at": "{place", "handedness": "左撇子",
    "mark": "旧疤", "owes": "{owed", "cannot_do": "不会", "mentor_of": "教过", "knows_person": "认识", "owned_by": "归{K",
    "bound_by": "答应过", "origin": "老家在",
}  # fmt: skip


def words(setting: Setting, people: dict[Role, Person], book: Chance) -> dict[str, str]:
    """Words for the open places of `told.toml`."""
    table = lexicon.table("told")
    signs = {sign for member in setting.briefing.cast for sign in member.name}
    friend, other = friend_of(setting), people.get(Role.OTHER)
    own = book.fork(other.name if other else "")
    families = [one for one in book.shuffled(table["families"]) if one not in signs]
    made: dict[str, str] = {}
    for key, family, gender in zip(("N1", "N2", "N3"), families, ("she", "he", "he"), strict=False):
        givens = [one for one in _GIVEN[gender] if not set(one) & signs and one not in "".join(made.values())]
        made[key] = family + book.fork(key).pick(givens or _GIVEN[gender])
    places = lodgings(setting)
    goods = book.shuffled(table["goods"])
    return made | {
        "F": friend.name if friend else "",
        "Q": book.pick(table["places"]),
        "eyesA": own.pick(_EYES),
        "sideA": own.pick(("左", "右")),
        "ageA": figure(own.between(26, 62)),
        "ageP": figure(book.between(31, 39)),
        "yearsA": figure(own.between(8, 30)),
        "skillA": own.pick(_SKILLS),
        "owedA": goods[0],
        "owedP": goods[1],
        "hairF": book.pick(_HAIR),
        "placeA": own.pick(places) if places else "",
        "placeF": book.pick(places) if places else "",
        "kinN1": book.pick(("女儿", "妹妹")),
    }
