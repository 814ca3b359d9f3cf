"""Sense cards in English: first what is known of the thing, then what the place gives, then what the sense itself adds."""

import re
from collections.abc import Iterator

from infinite_scribe.core.fingerprints import marks
from infinite_scribe.llm.demo.acts import Role
from infinite_scribe.llm.demo.en import lexicon
from infinite_scribe.llm.demo.en.grammar import sentence
from infinite_scribe.llm.demo.en.narrator import EnglishNarrator
from infinite_scribe.llm.demo.schemas import DescribeData, Fact

#: Tags of a place's details → the sense that takes them.
TAGS: dict[str, tuple[str, ...]] = {
    "sight": ("light", "glass", "dust", "writing", "height", "door", "body", "paper", "money"),
    "sound": ("sound", "animal", "machine"),
    "smell": ("smell", "food"),
    "touch": ("air", "water", "stone", "metal", "cloth", "fire"),
}
MOST_WORDS = 46
#: A noun with its article, as far as what follows shows that it ends there.
_NOUN = re.compile(
    r"\b(?:the|a|an|his|her|their) ([a-z]{3,}(?: [a-z]{3,})?)"
    r"(?=[,.;:!?]| (?:of|in|on|at|and|to|with|against|for|from|by|over|under) )"
)
_PHRASE = re.compile(r"^(?:the|a|an|his|her|their|my|this|that)\s", re.IGNORECASE)


def describe(narrator: EnglishNarrator, data: DescribeData) -> list[dict[str, str]]:
    """A card for each asked sense; a sense that nothing is there for has none."""
    told = set(marks(f"{data.before} {data.text} {data.after}"))
    thing = thing_of(narrator, data)
    cards: list[dict[str, str]] = []
    for sense in dict.fromkeys(data.senses):
        lines: list[str] = []
        for line in _lines(narrator, data, sense, thing):
            words = len(" ".join([*lines, line]).split())
            fresh = not told & set(marks(line)) and line not in data.text
            if fresh and words <= MOST_WORDS and len(lines) < 2:
                lines.append(line)
                told |= set(marks(line))
        if lines:
            cards.append({"sense": sense, "text": " ".join(lines)})
    return cards


def thing_of(narrator: EnglishNarrator, data: DescribeData) -> str:
    """What is described, with its article: the marked words, or something that they name."""
    plain = data.text.strip().rstrip(".,;:!?")
    if len(plain.split()) <= 5 and _PHRASE.match(plain):
        return plain[:1].lower() + plain[1:]
    lowered = f" {data.text.lower()} "
    known = [f"the {thing.noun}" for thing in narrator.tongue.things.values() if f" {thing.noun} " in lowered]
    named = [name for name in data.names if name in data.text and name not in _people(narrator)]
    nouns = _NOUN.findall(data.text)
    last = f"the {nouns[-1]}" if nouns else ""
    here = data.places[0].details[:1] if data.places else []
    return next(
        iter([*named, *known, *([last] if last else []), *(f"the {one}" for one in here)]), "the room"
    )


def _people(narrator: EnglishNarrator) -> set[str]:
    return {person.name for person in narrator.tongue.people.values()}


def _lines(narrator: EnglishNarrator, data: DescribeData, sense: str, thing: str) -> Iterator[str]:
    table = lexicon.table("senses")
    say = narrator.tongue.say
    for fact in data.facts:
        row = table["facts"].get(fact.predicate, "")
        if row.partition("|")[0] == sense and _concerns(fact, data):
            yield sentence(say(_filled(row.partition("|")[2], fact)))
    weather = next((str(fact.value) for fact in data.facts if fact.predicate == "weather"), "")
    for row in table["weather"].get(weather, {}).get(sense, []):
        yield sentence(say(row))
    rows = narrator.chance.fork(f"sense.{sense}").shuffled(table["rows"].get(sense, []))
    told_of_thing = [row for row in rows if "{x" in row]
    for row in told_of_thing[:1]:
        yield sentence(say(_about(row, thing)))
    for detail in narrator.scene.details:
        own = detail.id.startswith("own.")
        if (own and sense == "sight") or (detail.tags & set(TAGS.get(sense, ()))):
            narrator.tongue.since_name.pop(Role.SELF, None)
            yield sentence(say(detail.text))
            break
    for row in [one for one in rows if one not in told_of_thing[:1]]:
        yield sentence(say(_about(row, thing)))


def _about(row: str, thing: str) -> str:
    return row.replace("{x:cap}", thing[:1].upper() + thing[1:]).replace("{x}", thing)


def _concerns(fact: Fact, data: DescribeData) -> bool:
    """Whether a fact is about something that the passage names, or about the place."""
    name = fact.text.partition(" · ")[0]
    here = next((place for place in data.places if place.is_here), None)
    return (
        bool(name)
        and (name in data.text or any(part in data.text for part in name.split(" ") if len(part) > 3))
    ) or (here is not None and name == here.name)


def _filled(row: str, fact: Fact) -> str:
    name, value = fact.text.partition(" · ")[0], str(fact.value)
    owner = f"{name}’" if name.endswith("s") else f"{name}’s"
    return row.replace("{n.s}", owner).replace("{n}", name).replace("{v}", value)
