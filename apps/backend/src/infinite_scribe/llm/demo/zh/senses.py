"""感官卡片：先写已知的事实，再写此地有的，末了才是这种感官自己能添的一句。"""

import re
from collections.abc import Iterator

from infinite_scribe.core.fingerprints import marks
from infinite_scribe.core.language.zh import LANGUAGE
from infinite_scribe.llm.demo.schemas import DescribeData, Fact
from infinite_scribe.llm.demo.zh import lexicon
from infinite_scribe.llm.demo.zh.grammar import closed
from infinite_scribe.llm.demo.zh.narrator import ChineseNarrator

TAGS: dict[str, tuple[str, ...]] = {
    "sight": ("light", "glass", "dust", "writing", "height", "door", "body", "paper", "money"),
    "sound": ("sound", "animal", "machine"),
    "smell": ("smell", "food"),
    "touch": ("air", "water", "stone", "metal", "cloth", "fire"),
}
MOST = 70
_LEAD = re.compile(r"^(?:那|这)?(?:一)?[只个盏张把块条本间座面件扇口枚]")


def describe(narrator: ChineseNarrator, data: DescribeData) -> list[dict[str, str]]:
    """每种感官一张；没有可写的就没有。"""
    told = set(marks(f"{data.before}。{data.text}。{data.after}"))
    thing = thing_of(narrator, data)
    cards: list[dict[str, str]] = []
    for sense in dict.fromkeys(data.senses):
        lines: list[str] = []
        for line in _lines(narrator, data, sense, thing):
            fresh = not told & set(marks(line)) and line not in data.text
            if fresh and LANGUAGE.count("".join([*lines, line])) <= MOST and len(lines) < 2:
                lines.append(line)
                told |= set(marks(line))
        if lines:
            cards.append({"sense": sense, "text": "".join(lines)})
    return cards


def thing_of(narrator: ChineseNarrator, data: DescribeData) -> str:
    """写的是什么：标出的几个字，或其中提到的一样东西。"""
    plain = data.text.strip().rstrip("，。；：！？")
    if LANGUAGE.count(plain) <= 6 and not re.search("[，。]", plain):
        return _LEAD.sub("", plain) or plain
    people = {person.name for person in narrator.tongue.people.values()}
    named = [name for name in data.names if name in data.text and name not in people]
    things = [thing.noun for thing in narrator.tongue.things.values() if thing.noun in data.text]
    details = [one for place in data.places for one in place.details if 1 < len(one) < 6 and one in data.text]
    here = [place.name for place in data.places if place.is_here]
    return next(iter([*named, *sorted(things, key=len, reverse=True), *details, *here]), "屋里")


def _lines(narrator: ChineseNarrator, data: DescribeData, sense: str, thing: str) -> Iterator[str]:
    table = lexicon.table("senses")
    say = narrator.tongue.say
    for fact in data.facts:
        row = table["facts"].get(fact.predicate, "")
        if row.partition("|")[0] == sense and _concerns(fact, data):
            name = fact.text.partition(" · ")[0]
            yield closed(say(row.partition("|")[2].replace("{n}", name).replace("{v}", str(fact.value))))
    weather = next((str(fact.value) for fact in data.facts if fact.predicate == "weather"), "")
    for row in table["weather"].get(weather, {}).get(sense, []):
        yield closed(say(row))
    rows = narrator.chance.fork(f"sense.{sense}").shuffled(table["rows"].get(sense, []))
    first = [row for row in rows if "{x}" in row][:1]
    for row in first:
        yield closed(say(row.replace("{x}", thing)))
    for detail in narrator.scene.details:
        own = detail.id.startswith("own.")
        if (own and sense == "sight") or (detail.tags & set(TAGS.get(sense, ()))):
            yield closed(say(detail.text))
            break
    for row in [one for one in rows if one not in first]:
        yield closed(say(row.replace("{x}", thing)))


def _concerns(fact: Fact, data: DescribeData) -> bool:
    name = fact.text.partition(" · ")[0]
    here = next((place for place in data.places if place.is_here), None)
    return bool(name) and (name in data.text or (here is not None and name == here.name))
