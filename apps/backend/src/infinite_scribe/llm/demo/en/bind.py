"""Setting a scene in English: who is called what, which things stand there, which words hold."""

import re
from dataclasses import dataclass

from infinite_scribe.llm.demo.acts import Role, Slot
from infinite_scribe.llm.demo.chance import Chance, digest
from infinite_scribe.llm.demo.en import idea as ideas
from infinite_scribe.llm.demo.en import lexicon, lore
from infinite_scribe.llm.demo.en.facts import facts
from infinite_scribe.llm.demo.en.grammar import Person, Thing, Tongue
from infinite_scribe.llm.demo.en.shift import clause
from infinite_scribe.llm.demo.focus import Detail, Focus
from infinite_scribe.llm.demo.schemas import Member
from infinite_scribe.llm.demo.teller import Setting

_TITLES = re.compile(r"^(?:Mr|Mrs|Ms|Miss|Dr|Captain|Sister|Father|Aunt|Uncle)\.?\s+")


@dataclass
class Scene:
    """Everything English that a scene needs."""

    tongue: Tongue
    idea: ideas.Idea
    focus: Focus
    details: list[Detail]
    trade: str
    furniture: dict[str, str]
    secret: str
    rule: str
    belief: str


def bind(setting: Setting) -> Scene:
    """The scene's people, things, place and pulls from the briefing."""
    briefing = setting.briefing
    lead = setting.self_
    book = Chance("book", digest(briefing.novel.logline or lead.line))
    idea = ideas.read(f"{lead.line} {briefing.novel.logline}", briefing.novel.genres)
    trade = lexicon.trade_nouns().get(_trade_noun(lead.trade or idea.role), idea.trade)
    people = _people(setting, idea)
    kind, furniture = _place(setting, idea)
    things = _things(setting, idea, trade, book)
    tongue = Tongue("present" if briefing.style.tense.startswith("pres") else "past", people, things)
    secret = _after(r"learns? that (.+)", briefing.card.turn)
    tongue.words.update(_words(setting, idea, furniture, book, people, secret))
    scene = Scene(
        tongue, idea, _focus(lead, trade), _details(setting, kind), trade, furniture, secret, "", ""
    )
    scene.rule = clause(
        book.pick(
            [rule.statement for rule in briefing.rules if rule.statement]
            or ["what has been paid for must be handed over."]
        ),
        tongue.tense,
    )
    scene.belief = clause(lead.false_belief or "what is written down is safe", tongue.tense)
    tongue.words |= lore.words(setting, people, book.fork("told"))
    tongue.words |= {"rule": scene.rule, "belief": scene.belief} | facts(
        setting, idea, _era(setting, idea), people
    )
    return scene


def _trade_noun(text: str) -> str:
    lowered = text.lower()
    return next(
        (
            noun
            for noun in lexicon.trade_nouns()
            if noun in lowered and re.search(rf"\b{re.escape(noun)}\b", lowered)
        ),
        "",
    )


def _people(setting: Setting, idea: ideas.Idea) -> dict[Role, Person]:
    first = setting.briefing.style.person == "first"
    people: dict[Role, Person] = {}
    for role, member in setting.people.items():
        kind = "I" if first and role is Role.SELF else pronoun(member)
        epithets = [
            f"the {noun}" for noun in [_short_trade(member.trade)] if noun and role is not Role.ABSENT
        ]
        people[role] = Person(role, member.name or "the keeper", short_name(member), kind, epithets)
    if Role.ABSENT not in people:
        head = idea.role.split()[-1]
        people[Role.ABSENT] = Person(Role.ABSENT, f"the old {head}", f"the old {head}", "they")
    if Role.THIRD not in people:
        named = {member.name for member in setting.people.values()}
        away = next(
            (
                member
                for member in setting.briefing.cast
                if member.name and member.name not in named and "official" in member.role.lower()
            ),
            None,
        )
        people[Role.THIRD] = (
            Person(Role.THIRD, away.name, short_name(away), pronoun(away))
            if away
            else Person(Role.THIRD, "the bailiff", "the bailiff", "they")
        )
    return people


def _short_trade(trade: str) -> str:
    noun = trade.strip().lower().removeprefix("a ").removeprefix("an ")
    return noun if 0 < len(noun.split()) <= 2 else ""


def pronoun(member: Member) -> str:
    """`she`, `he` or `they`, from the sheet; a missing one is drawn from the name, so it stays."""
    given = re.split(r"[/ ,]", member.pronouns.lower().strip())[0]
    if given in {"she", "he", "they"}:
        return given
    return {"her": "she", "him": "he", "f": "she", "m": "he", "female": "she", "male": "he"}.get(
        given,
        "they" if given else "she" if member.name.rstrip().split(" ")[0].endswith(("a", "e", "i")) else "he",
    )


def short_name(member: Member) -> str:
    """The name used in running prose: the first name, or title and family name."""
    name = member.name.strip() or "the keeper"
    if _TITLES.match(name):
        return name
    return name.split(" ")[0] if name[:1].isupper() else name


def _place(setting: Setting, idea: ideas.Idea) -> tuple[str, dict[str, str]]:
    words = f"{setting.here.name} {setting.here.line}".lower()
    found = [
        (words.find(word), kind)
        for word, kind in lexicon.place_words().items()
        if word in words and re.search(rf"\b{re.escape(word)}\b", words)
    ]
    kind = min(found)[1] if found else idea.place_kind
    row = lexicon.table("places")[kind]
    return kind, {key: row[key] for key in ("surface", "seat", "nook", "drink")}


def _era(setting: Setting, idea: ideas.Idea) -> str:
    genre = lexicon.genre_of(
        " ".join([idea.genre, *setting.briefing.novel.genres]), setting.briefing.novel.genres or [idea.genre]
    )
    return str(lexicon.table("premise")["genres"][genre]["era"])


def make_thing(name: str, *, brought: bool = False, turn: int = 0) -> Thing:
    """A thing of the lexicon by name, or a plain thing for a name the lexicon lacks."""
    row = lexicon.table("things").get(name)
    if row is None:
        return Thing(
            name,
            frozenset({"small"}),
            [],
            [],
            [
                "[lie] where it <had be> put",
                "[have] moved by a hand’s breadth",
                "[catch] what light there <be>",
            ],
            [],
            brought=brought,
        )
    adjectives = row["adj"][turn % len(row["adj"]) :] + row["adj"][: turn % len(row["adj"])]
    return Thing(
        name,
        frozenset(row["tags"].split()) | ({"barrier"} if row["slot"] == "barrier" else set()),
        list(row["parts"]),
        adjectives,
        list(row["states"]),
        list(row["talk"]),
        many=bool(row.get("many")),
        brought=brought,
    )


def thing_names(slot: str, era: str) -> list[str]:
    """The things that can fill a slot in an era."""
    return [
        name
        for name, row in lexicon.table("things").items()
        if row["slot"] == slot
        and (row["era"] in {"any", era} or (era == "modern" and row["era"] == "old" and slot != "light"))
    ]


def _things(setting: Setting, idea: ideas.Idea, trade: str, book: Chance) -> dict[str, Thing]:
    briefing = setting.briefing
    era = _era(setting, idea)
    said = " ".join(
        [
            briefing.card.summary,
            briefing.card.goal,
            *briefing.card.must_include,
            *(beat.text for beat in briefing.beats),
        ]
    ).lower()
    things: dict[str, Thing] = {}
    for slot in (Slot.RECORD, Slot.PAYMENT, Slot.TOKEN, Slot.LIGHT, Slot.BUSY, Slot.BARRIER):
        names = thing_names(slot.value, era)
        named = [name for name in names if name in said]
        _, chosen = setting.rotation.again(f"thing.{slot.value}", names)
        things[slot.value] = make_thing(
            (named or [chosen])[0], brought=slot in {Slot.PAYMENT, Slot.TOKEN}, turn=book.between(0, 9)
        )
    tools = lexicon.table("trades")[trade]["tools"]
    named = [tool for tool in tools if tool in said]
    tool = (named or [setting.rotation.again("thing.tool", tools)[1]])[0]
    things["tool"] = Thing(
        tool,
        frozenset({"metal"}),
        [],
        [],
        ["[lie] to hand", "[lie] where it <had fall>", "[roll] to the edge"],
        [],
        many=tool in {"dividers", "bunch of keys pl"},
    )
    things["ware"] = ware_thing(idea, Chance("book", digest(setting.self_.name, idea.ware)))
    for slot_value in ("record", "light", "busy", "barrier"):
        things[slot_value].met = 0
    return things


#: How the one that stands apart is told from the rest, where no vessel does it.
_APART = {"text": "sealed", "machine": "covered", "object": "wrapped"}


def ware_thing(idea: ideas.Idea, book: Chance) -> Thing:
    """The book's own thing as it stands on a shelf; the same vessel through the whole book."""
    row = lexicon.table("wares")[idea.ware_kind]
    tags = frozenset(row["tags"].split()) if "tags" in row else frozenset({"small"})
    plain = idea.ware.rsplit(" ", maxsplit=1)[-1] if " of " not in idea.ware else idea.ware
    noun, parts = f"{_APART.get(idea.ware_kind, 'other')} {plain}", ["underside", "edge", "back"]
    if row["vessels"] and " of " not in idea.ware:
        noun, *rest = book.pick(row["vessels"]).split(";")
        parts = rest[0].split(",")
    elif row["vessels"]:
        parts = row["vessels"][0].split(";")[1].split(",")
    intro = ""
    if row["vessels"] and " of " not in idea.ware:
        link = {
            "case": f"the {noun} on the {idea.ware}",
            "place": f"the {noun} to the {idea.ware}" if noun == "key" else f"the {noun} of the {idea.ware}",
        }
        intro = link.get(idea.ware_kind, f"the {noun} with the {idea.ware} in it")
    return Thing(noun, tags, parts, [], list(row["stirs"]), [], kinds=idea.wares, intro=intro)


def _words(
    setting: Setting,
    idea: ideas.Idea,
    furniture: dict[str, str],
    book: Chance,
    people: dict[Role, Person],
    secret: str,
) -> dict[str, str]:
    briefing = setting.briefing
    premise = lexicon.table("premise")
    genre = premise["genres"].get(
        (briefing.novel.genres or [idea.genre])[0].lower(), premise["genres"][idea.genre]
    )
    want, wantnp = _pair("wants", setting.self_.want, book, people[Role.SELF].kind)
    _, fearnp = _pair("fears", setting.self_.fear, book, people[Role.SELF].kind)
    name = setting.here.name or idea.place
    day = _after(
        r"(?:settled|the days) before ([^.,;]+?)(?: to put it right)?[.,;]", briefing.novel.logline + "."
    ) or book.pick(genre["day"])
    trades = book.sample(premise["roles"]["friend"], 2)
    absent = people[Role.ABSENT]
    return {
        "here": name if name[:1].isupper() or name.startswith(("the ", "a ")) else f"the {name}",
        "item": f"a {idea.ware}",
        "item.n": idea.ware,
        "wares": idea.wares,
        "day": day,
        "office": book.pick(genre["office"]),
        "want": want,
        "wantnp": wantnp,
        "fearnp": fearnp,
        "trade1": trades[0],
        "trade2": trades[1],
        "Pfirst": short_name(setting.self_),
        "Pname": setting.self_.name,
        "Pfamily": setting.self_.name.split(" ")[-1],
        "Kname": absent.short,
        "Bname": people[Role.THIRD].short,
        "secret": secret or f"{absent.short} never left the town at all.",
        **furniture,
    }


def _pair(kind: str, text: str, book: Chance, person: str) -> tuple[str, str]:
    """An infinitive without *to* and a noun phrase, for a want or a fear of any wording."""
    rows = [row.split(";") for row in lexicon.table("premise")[kind]["list"]]
    for row in rows:
        if row[0] in text:
            return row[0], row[1]
    if not text:
        row = book.pick(rows)
        return row[0], row[1]
    bare = re.sub(r"^(?:to|wants? to|that)\s+", "", text.strip().rstrip(".").split(";")[0].split(",")[0])
    match = re.search(r"\b(?:the|a|an|his|her|their|my|one|every|no)\s+[^,;.]+", bare)
    phrase = match.group() if match else bare
    if person == "I":
        bare, phrase = (re.sub(r"\b(?:his|her|their)\b", "my", item) for item in (bare, phrase))
    return bare[:1].lower() + bare[1:], phrase[:1].lower() + phrase[1:] if not phrase.split()[0][
        :1
    ].isupper() else phrase


def _focus(lead: Member, trade: str) -> Focus:
    def pull(kind: str, text: str) -> dict[str, float]:
        for row in (row.split(";") for row in lexicon.table("premise")[kind]["list"]):
            if row[0] in text or row[1] in text:
                return dict.fromkeys(row[2].split(), 1.0)
        names = {
            "sea": "water",
            "fire": "fire",
            "voice": "sound",
            "quiet": "sound",
            "paper": "paper",
            "letter": "writing",
            "money": "money",
            "debt": "money",
            "child": "child",
            "daughter": "child",
            "son": "child",
            "house": "door",
            "door": "door",
            "dark": "light",
            "blood": "body",
            "hunger": "food",
            "cold": "air",
        }
        return {tag: 1.0 for word, tag in names.items() if word in text.lower()}

    weights = lexicon.table("trades")[trade]["pulls"].split()
    return Focus(
        pull("wants", lead.want),
        pull("fears", lead.fear),
        {tag: 1.0 - 0.12 * index for index, tag in enumerate(weights)},
    )


def _details(setting: Setting, kind: str) -> list[Detail]:
    table = lexicon.table("places")
    outdoors = kind in {"street", "harbour", "wild"}
    made = [
        Detail(f"{place}.{index}", frozenset(row.split("|")[0].split()), row.split("|")[1].strip())
        for place in (kind, "any")
        for index, row in enumerate(table[place]["details"])
        if not (
            outdoors
            and place == "any"
            and not row.startswith(("sound|", "money", "animal", "metal|", "paper writing"))
        )
    ]
    own = [
        Detail(f"own.{index}", frozenset({"light"}), text.rstrip("."))
        for index, text in enumerate(setting.here.details)
        if len(text.split()) > 3
    ]
    banned = set(setting.briefing.used.details)
    shuffled = setting.chance.fork("details").shuffled(made)
    return [detail for detail in [*own, *shuffled] if detail.id not in banned and detail.text not in banned]


def _after(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    return match.group(1).strip() if match else ""
