"""The stages after the premise in English: theme, world, cast and chapter lines."""

import re
from typing import Any

from infinite_scribe.llm.demo.chance import Chance
from infinite_scribe.llm.demo.en import idea as ideas
from infinite_scribe.llm.demo.en import lexicon, morphology
from infinite_scribe.llm.demo.en.bind import short_name, ware_thing
from infinite_scribe.llm.demo.en.grammar import sentence
from infinite_scribe.llm.demo.en.names import culture_of
from infinite_scribe.llm.demo.schemas import CompleteData, Member
from infinite_scribe.llm.demo.shapes import shape_sequence

FEMALE_KIN = frozenset({"aunt", "sister", "grandmother", "mother"})
_KIN = re.compile(
    r"\b(her|his|their) (aunt|father|sister|grandmother|brother|teacher|mother|uncle|wife’s brother) ([A-Z][\w-]+)"
)
_MIN_CHAPTERS = 4


def trade_line(idea: ideas.Idea) -> str:
    """*a lighthouse keeper who sells storms*: the line from which every later stage reads the book."""
    verb = morphology.third(idea.verb.split()[0]) + (
        " " + " ".join(idea.verb.split()[1:]) if " " in idea.verb else ""
    )
    return morphology.fix_articles(f"a {idea.role} who {verb} {idea.wares}")


def noun_of(trade: str) -> str:
    """The trade noun of the lexicon that a phrase holds."""
    return next(
        (
            noun
            for noun in lexicon.trade_nouns()
            if noun in trade.lower() and re.search(rf"\b{re.escape(noun)}\b", trade.lower())
        ),
        "",
    )


def era(idea: ideas.Idea) -> str:
    """`old`, `modern` or `future`."""
    return str(lexicon.table("premise")["genres"][idea.genre]["era"])


def idea_of(data: CompleteData) -> ideas.Idea:
    return (
        ideas.read(data.idea or f"{data.concept.protagonist} {data.concept.logline}", data.concept.genres)
        if _given(data)
        else ideas.read(f"{data.concept.protagonist} {data.concept.logline} {data.idea}", data.concept.genres)
    )


def _given(data: CompleteData) -> bool:
    """Whether the author's idea alone names the book's own thing, as the premise has it."""
    own = ideas.read(data.idea, data.concept.genres)
    return own.given and own.wares in data.concept.logline + data.concept.protagonist


def roles(cast: list[Member]) -> dict[str, Member]:
    """P, A, B and K by their role lines; the first person leads where nobody is marked."""
    found: dict[str, Member] = {}
    marks = {
        "P": ("protagonist",),
        "A": ("counterpart", "antagonist"),
        "B": ("foil", "official", "rival"),
        "K": ("minor", "absent", "kin"),
    }
    for key, words in marks.items():
        member = next((member for member in cast if any(word in member.role.lower() for word in words)), None)
        if member is not None:
            found[key] = member
    rest = [member for member in cast if member not in found.values()]
    for key in ("P", "A", "K"):
        if key not in found and rest:
            found[key] = rest.pop(0)
    if "P" not in found:
        found["P"] = Member(handle="C1", name="The keeper")
    return found


def plan_words(idea: ideas.Idea, cast: dict[str, Member], book: Chance) -> dict[str, str]:
    """The words that plan sentences leave open."""
    named = {key: short_name(member) for key, member in cast.items()}
    named.setdefault("A", "A stranger")
    named.setdefault("K", f"the old {idea.role.split()[-1]}")
    named.setdefault("B", "the landlord")
    return {
        **named,
        "item": morphology.fix_articles(f"a {idea.ware}"),
        "item.n": idea.ware,
        "wares": idea.wares,
        "ware": "the " + ware_thing(idea, book).noun,
        "here": f"the {idea.place}",
        "payment.n": "payment",
        "token": "something",
    }


def theme(data: CompleteData, chance: Chance) -> dict[str, Any]:
    """Theme, question, feelings, tension; embodied in the book's own thing."""
    colours = lexicon.table("premise")["colours"]
    statement, question, one, two = chance.pick(colours["themes"]).split(";")
    idea = idea_of(data)
    return {
        "statement": statement,
        "question": question,
        "emotions": chance.sample(colours["emotions"], 4),
        "tension": {"a": one, "b": two},
        "taboos": ["none"],
        "embodied": [
            f"a character: {idea.role}",
            "an event: the count that does not come out",
            morphology.fix_articles(f"an object: a {idea.ware}"),
        ],
    }


def world(data: CompleteData, chance: Chance) -> dict[str, Any]:
    """Five places, the first of them the idea's own; four rules about the book's thing."""
    idea = idea_of(data)
    premise = lexicon.table("premise")
    pool = [row.split(";") for row in premise["places"]["future" if era(idea) == "future" else "list"]]
    drawn = [row for row in chance.shuffled(pool) if idea.place not in row[0].lower()][:4]
    home = {"mars": "the dome on Mars", "orbit": "the station in orbit", "space": "the station"}.get(
        idea.place, f"the {idea.place}"
    )
    places: list[dict[str, Any]] = [
        {
            "name": home,
            "line": sentence(f"where {idea.wares} are kept, and where people come to ask"),
            "part_of": None,
        }
    ]
    places += [{"name": name, "line": sentence(line), "part_of": None} for name, line in drawn]
    return {"places": places, "rules": _rules(idea, premise, chance)}


def _rules(idea: ideas.Idea, premise: dict[str, Any], chance: Chance) -> list[dict[str, Any]]:
    office = chance.pick(premise["genres"][idea.genre]["office"])
    rules: list[dict[str, Any]] = []
    if idea.rule:
        rules.append(
            {
                "statement": sentence(idea.rule),
                "category": "custom",
                "hardness": "hard",
                "cost": "nobody is asked",
                "limit": "it holds inside the town only",
            }
        )
    for row in chance.sample(premise["rules"]["list"], 4 - len(rules)):
        text, category = row.split(";")
        text = text.replace("{wares}", idea.wares).replace("{office}", office)
        rules.append(
            {
                "statement": text,
                "category": category,
                "hardness": "hard" if category in {"magic", "law"} else "soft",
                "cost": chance.pick(
                    [
                        "a night’s sleep",
                        "a name",
                        "a day that is not remembered",
                        "the trust of one neighbour",
                    ]
                ),
                "limit": chance.pick(
                    [
                        "not between kin",
                        "only by daylight",
                        "only within sight of water",
                        "until somebody pays twice",
                    ]
                ),
            }
        )
    return rules


def characters(data: CompleteData, chance: Chance) -> dict[str, Any]:
    """Five people: the one of the premise, who wants something of them, who counts, who helps, who is gone."""
    idea = idea_of(data)
    premise = lexicon.table("premise")
    lead = re.match(r"([A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*)", data.concept.logline or data.concept.protagonist)
    culture = culture_of(lead.group(1) if lead else "", chance)
    name = lead.group(1) if lead else f"{chance.pick(culture['she'])} {chance.pick(culture['family'])}"
    known = {
        key: {item for row in premise["cultures"].values() for item in row[key]} for key in ("she", "he")
    }
    first = name.split()[0]
    she = first in known["she"] or (first.endswith("a") and first not in known["he"])
    kin = _KIN.search(data.concept.logline)
    used = {name.split()[0][:1]}
    people = [
        _person(chance.fork("P"), name, "she" if she else "he", "protagonist", trade_line(idea), idea.role)
    ]
    wanted = re.search(r"\bby a ([a-z ]+?) who pays|a ([a-z ]+?) comes to ask", data.concept.logline)
    jobs = {
        "A": (next((item for item in wanted.groups() if item), "") if wanted else "")
        or chance.pick(premise["roles"]["other"]),
        "B": chance.pick(premise["roles"]["third"]),
        "F": chance.pick(premise["roles"]["friend"]),
    }
    for key, label in (("A", "antagonist"), ("B", "foil"), ("F", "ally")):
        gender = ("he" if she else "she") if key == "A" else chance.pick(["she", "he"])
        jobs[key] = "widower" if jobs[key] == "widow" and gender == "he" else jobs[key]
        named = _name(culture, gender, used, chance.fork(key), jobs[key])
        line = {
            "A": f"a {jobs[key]} who wants {idea.wares} and will not say why",
            "B": f"a {jobs[key]} who counts other people’s {idea.wares}",
            "F": f"a {jobs[key]} who has never once asked about {idea.wares}",
        }[key]
        people.append(_person(chance.fork(key), named, gender, label, line, jobs[key]))
    gone = kin.group(3) if kin else _name(culture, "she", used, chance.fork("K"), "").split()[0]
    relation = kin.group(2) if kin else "aunt"
    people.append(
        _person(
            chance.fork("K"),
            gone,
            "she" if relation in FEMALE_KIN or not kin else "he",
            "minor",
            f"the {relation} who kept {idea.wares} before, and is gone",
            idea.role,
        )
    )
    return {"cast": people, "relations": _relations(people)}


def _relations(people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    links = [
        {"a": people[0]["name"], "b": people[index]["name"], "label": label, "strength": strength}
        for index, label, strength in (
            (1, "needs and distrusts", -2),
            (2, "answers to", -6),
            (3, "is fed by", 5),
            (4, "was taught by", 7),
        )
    ]
    links.append({"a": people[1]["name"], "b": people[4]["name"], "label": "was once paid by", "strength": 3})
    return links


def _name(culture: dict[str, list[str]], gender: str, used: set[str], chance: Chance, job: str) -> str:
    """A name whose first letter nobody in the cast has yet."""
    pool = [item for item in culture[gender] if item[:1] not in used] or culture[gender]
    first = chance.pick(pool)
    used.add(first[:1])
    return f"{first} {chance.pick(culture['family'])}" if job else first


def _person(chance: Chance, name: str, gender: str, role: str, line: str, trade: str) -> dict[str, Any]:
    premise = lexicon.table("premise")
    want, fear = (
        chance.pick(premise["wants"]["list"]).split(";")[0],
        chance.pick(premise["fears"]["list"]).split(";")[0],
    )
    return {
        "name": name,
        "role": role,
        "line": sentence(morphology.fix_articles(line)),
        "want": f"to {want}",
        "need": chance.pick(premise["needs"]["list"]),
        "false_belief": chance.pick(premise["beliefs"]["list"]),
        "fear": fear,
        "trade": trade,
        "pronouns": {"she": "she/her", "he": "he/him"}.get(gender, "they/them"),
        "voice": chance.pick(
            [
                "answers questions with objects",
                "short sentences, never a please",
                "polite to the point of threat",
                "talks in prices",
                "says less each time",
                "jokes when cornered",
            ]
        ),
    }


def _fill(pattern: str, words: dict[str, str]) -> str:
    return re.sub(r"\{([^}]+)\}", lambda match: words.get(match.group(1), ""), pattern)


def plot(data: CompleteData, chance: Chance) -> dict[str, Any]:
    """A line per chapter in the shape it will have; arcs over the whole."""
    idea = idea_of(data)
    count = max(_MIN_CHAPTERS, data.chapters or 10)
    cast = roles(data.cast) if data.cast else {"P": Member(name=data.concept.logline.split(",")[0])}
    words = plan_words(idea, cast, chance.fork("words"))
    others = [short_name(member) for member in data.cast if member not in (cast.get("P"), cast.get("K"))] or [
        words["A"]
    ]
    rows = lexicon.table("plans")["shapes"]
    places = [place.name for place in data.places if place.name] or [f"the {idea.place}"]
    lines: list[dict[str, str]] = []
    titles: set[str] = set()
    for index, shape in enumerate(shape_sequence(chance.fork("shapes"), count)):
        who = others[0] if index % 3 == 0 else others[index % len(others)]
        here = places[0] if index == 0 else places[index % len(places)]
        draw = chance.fork(f"line{index}")
        told = {line["one_line"] for line in lines}
        options = [
            _fill(pattern, words | {"A": name, "here": place})
            for name in (who, *others)
            for place in (here, *places)
            for pattern in draw.shuffled(rows[shape]["line"])
        ]
        text = next((option for option in options if sentence(option) not in told), options[0])
        title = next(
            (item for item in draw.shuffled(rows[shape]["title"]) if item not in titles),
            f"{rows[shape]['title'][0]}, Again",
        )
        titles.add(title)
        lines.append({"title": title, "one_line": sentence(text)})
    arcs = [
        {"title": f"The {idea.ware}", "line": sentence("from a thing to be priced to a thing that answers")},
        {"title": words["K"], "line": sentence(f"what {words['K']} did comes out a line at a time")},
    ]
    return {"lines": lines, "arcs": arcs}
