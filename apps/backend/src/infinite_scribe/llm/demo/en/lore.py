"""What a book says of its people in plain sentences: eyes, ages, homes, debts, and people who are new.

The values follow from the book alone, so that every scene says the same, and nobody who is
new bears a name of the cast.
"""

from infinite_scribe.llm.demo.acts import Role
from infinite_scribe.llm.demo.chance import Chance
from infinite_scribe.llm.demo.en import lexicon
from infinite_scribe.llm.demo.en.grammar import Person
from infinite_scribe.llm.demo.en.names import culture_of, new_name
from infinite_scribe.llm.demo.lore import friend_of, lodgings
from infinite_scribe.llm.demo.teller import Setting

_EYES = ("grey", "green", "brown", "blue")
_HAIR = ("red", "black", "grey", "white", "fair")
_SKILLS = ("sail", "drive", "ride", "whistle", "cook")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty")
#: Predicates of facts that the canon holds already → names of open places that say the same.
SAYS = {
    "eye_colour": "{eyes", "hair_colour": "{hair", "age_years": "{age", "resides_at": "{place", "handedness": "left-handed",
    "mark": "a scar", "owes": "{owed", "cannot_do": "not learnt", "mentor_of": "taught", "knows_person": "known",
    "owned_by": "still [belong]", "bound_by": "promised", "origin": "born in",
}  # fmt: skip


def words(setting: Setting, people: dict[Role, Person], book: Chance) -> dict[str, str]:
    """Words for the open places of `told.toml`."""
    cast = [member.name for member in setting.briefing.cast]
    friend = friend_of(setting)
    culture = culture_of(setting.self_.name, book.fork("culture"))
    used = {name[:1] for name in cast} | {name.split(" ")[-1][:1] for name in cast}
    made: dict[str, str] = {}
    for key, gender in (("N1", "she"), ("N2", "he"), ("N3", "he")):
        name = new_name(culture, gender, used, book.fork(key), cast)
        made |= {key: name, f"{key}first": name.split(" ")[0]}
    other = people.get(Role.OTHER)
    own = book.fork(other.name if other else "")
    places = lodgings(setting)
    goods = book.shuffled(lexicon.table("told")["goods"])
    young = book.between(0, 1)
    return made | {
        "Fname": friend.name.split(" ")[0] if friend else "",
        "Q": book.pick(lexicon.table("told")["places"]),
        "eyesA": own.pick(_EYES),
        "sideA": own.pick(("left", "right")),
        "ageA": f"{own.pick(_TENS)}-{own.pick(('one', 'three', 'four', 'seven'))}",
        "ageP": f"{_TENS[1 + young]}-{book.pick(('one', 'two', 'six', 'eight'))}",
        "yearsA": own.pick(("nine", "twenty", "thirteen", "thirty")),
        "skillA": own.pick(_SKILLS),
        "owedA": goods[0],
        "owedP": goods[1],
        "hairF": book.pick(_HAIR),
        "placeA": own.pick(places) if places else "",
        "placeF": book.pick(places) if places else "",
        "kinN1": "daughter" if book.happens(0.5) else "sister",
    }
