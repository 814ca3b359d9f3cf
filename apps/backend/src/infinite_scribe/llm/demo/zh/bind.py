"""Setting a scene in Chinese: who is called what, which things stand there, which words hold."""

import re
from dataclasses import dataclass

from infinite_scribe.llm.demo.acts import Role, Slot
from infinite_scribe.llm.demo.chance import Chance, digest
from infinite_scribe.llm.demo.focus import Detail, Focus
from infinite_scribe.llm.demo.schemas import Member
from infinite_scribe.llm.demo.teller import Setting
from infinite_scribe.llm.demo.zh import facts, lexicon, lore
from infinite_scribe.llm.demo.zh import idea as ideas
from infinite_scribe.llm.demo.zh.grammar import Person, Thing, Tongue, gendered

SLOTS = (Slot.RECORD, Slot.PAYMENT, Slot.TOKEN, Slot.LIGHT, Slot.BUSY, Slot.BARRIER)
LONG_NAME = 4


@dataclass
class Scene:
    """Everything Chinese that a scene needs."""

    tongue: Tongue
    idea: ideas.Idea
    focus: Focus
    details: list[Detail]
    trade: str


def bind(setting: Setting) -> Scene:
    """The scene's people, things, place and pulls from the briefing."""
    briefing = setting.briefing
    lead = setting.self_
    book = Chance("book", digest(briefing.novel.logline or lead.line))
    idea = ideas.read(f"{lead.line}。{briefing.novel.logline}", briefing.novel.genres)
    trade = lexicon.row_of("trades", lead.trade or idea.role, idea.trade)
    people = _people(setting, idea)
    kind = lexicon.row_of("places", setting.here.name + setting.here.line, idea.place_kind)
    things = _things(setting, idea, trade)
    words = _words(setting, idea, kind, book)
    words |= lore.words(setting, people, book.fork("told"))
    tongue = Tongue(people, things, words, setting.chance.fork("tongue"))
    return Scene(tongue, idea, _focus(lead, trade), _details(setting, kind, idea.culture), trade)


def short_name(member: Member) -> str:
    """The name of running prose: as it stands; of a name with an inner dot the first part."""
    name = member.name.strip() or "看守人"
    return name.split("·")[0] if "·" in name and len(name) > LONG_NAME else name


def _people(setting: Setting, idea: ideas.Idea) -> dict[Role, Person]:
    first = setting.briefing.style.person == "first"
    people: dict[Role, Person] = {}
    for role, member in setting.people.items():
        own = "我" if first and role is Role.SELF else gendered(member.pronouns, member.name)
        people[role] = Person(role, short_name(member), own)
    people.setdefault(Role.ABSENT, Person(Role.ABSENT, "师傅" if "师傅" not in idea.role else "师父", "他"))
    people.setdefault(Role.THIRD, Person(Role.THIRD, "房东", "他"))
    return people


def thing_names(slot: str, era: str) -> list[str]:
    """The things that can fill a slot in an era."""
    return [
        name
        for name, row in lexicon.table("things").items()
        if row["slot"] == slot and (row["era"] == "any" or era in row["era"])
    ]


def make_thing(name: str, *, brought: bool = False) -> Thing:
    """A thing of the lexicon by name."""
    row = lexicon.table("things")[name]
    return Thing(
        name,
        row["m"],
        frozenset(row["tags"].split()) | {row["slot"]},
        row["parts"].split(),
        list(row["states"]),
        list(row["talk"]),
        brought=brought,
    )


def _things(setting: Setting, idea: ideas.Idea, trade: str) -> dict[str, Thing]:
    briefing = setting.briefing
    said = "".join(
        [
            briefing.card.summary,
            briefing.card.goal,
            *briefing.card.must_include,
            *(beat.text for beat in briefing.beats),
        ]
    )
    things: dict[str, Thing] = {}
    for slot in SLOTS:
        names = thing_names(slot.value, idea.era)
        named = [name for name in names if name in said]
        chosen = max(named, key=len) if named else setting.rotation.again(f"thing.{slot.value}", names)[1]
        things[slot.value] = make_thing(chosen, brought=slot in {Slot.PAYMENT, Slot.TOKEN})
    rows: list[str] = lexicon.table("trades")[trade]["tools"]
    row = (
        next((row for row in rows if row.split(";")[0] in said), None)
        or setting.rotation.again("thing.tool", rows)[1]
    )
    noun, measure = row.split(";")
    things["tool"] = Thing(noun, measure, frozenset({"metal", "tool"}))
    things["ware"] = ware_thing(idea, setting.self_.name)
    return things


def ware_thing(idea: ideas.Idea, name: str) -> Thing:
    """The book's own thing as it stands on a shelf; the same vessel through the whole book."""
    row = lexicon.table("wares")[idea.ware_kind]
    vessels: list[str] = row["vessels"]
    chosen = Chance("ware", digest(name, idea.ware)).pick(vessels).split(";")
    noun, measure, inner, parts = chosen[0], chosen[1], chosen[2], chosen[3].split(" ")
    tags = frozenset(row["tags"].split()) | {"ware"}
    if noun == "=":
        measure = measure_of(idea.ware)
        return Thing(
            idea.ware, measure, tags, parts, list(row["states"]), other_names=[f"那{measure}{idea.ware}"]
        )
    return Thing(
        noun,
        measure,
        tags | {"vessel"},
        parts,
        list(row["states"]),
        other_names=[f"那{inner}{idea.ware}", f"那{inner}{idea.ware}", noun] if inner else [],
    )


def measure_of(noun: str) -> str:
    """The measure word of a noun: by the noun itself or by its last characters."""
    table: dict[str, str] = lexicon.table("measures")["nouns"]
    return next((table[noun[start:]] for start in range(len(noun)) if noun[start:] in table), table["="])


def item_of(idea: ideas.Idea, name: str) -> str:
    """One of the ware, with its measure: 一坛风暴."""
    thing = ware_thing(idea, name)
    return "一" + thing.other_names[0][1:] if thing.other_names else thing.one()


def pair(kind: str, text: str, chance: Chance) -> tuple[str, str, str]:
    """A verb phrase, a noun phrase and tags for a want or a fear of any wording."""
    rows = [row.split(";") for row in lexicon.table("premise")[kind]]
    for row in rows:
        if text and (row[0] in text or row[1] in text):
            return row[0], row[1], row[2]
    if not text:
        row = chance.pick(rows)
        return row[0], row[1], row[2]
    bare = re.sub(r"^(?:想要|想|要|希望|渴望|怕|害怕|担心)", "", re.split(r"[，。；！？]", text.strip())[0])
    return bare, bare if kind == "fears" else f"{bare}这件事", ""


def _words(setting: Setting, idea: ideas.Idea, kind: str, book: Chance) -> dict[str, str]:
    briefing = setting.briefing
    lead = setting.self_
    culture = lexicon.table("cultures")[idea.culture]
    place = lexicon.table("places")[kind]
    want, wantnp, _ = pair("wants", lead.want, book)
    fear, fearnp, _ = pair("fears", lead.fear, book)
    day = next((item for item in culture["days"] if item in briefing.novel.logline), "") or book.pick(
        culture["days"]
    )
    rules = [rule.statement for rule in briefing.rules if rule.statement]
    turn = re.search(r"得知(.+)", briefing.card.turn)
    scene = setting.chance.fork("words")
    absent = setting.people.get(Role.ABSENT)
    words = {
        "here": setting.here.name or idea.place,
        "item": item_of(idea, lead.name),
        "wares": idea.ware,
        "day": day,
        "want": want,
        "wantnp": wantnp,
        "fear": fear,
        "fearnp": fearnp,
        "belief": bare(lead.false_belief) or "写下来的就算数",
        "rule": bare(scene.pick(rules)) if rules else "收了钱就得交货",
        "office": next((item for item in culture["offices"] if item in briefing.novel.logline), "")
        or book.pick(culture["offices"]),
        "Kname": short_name(absent) if absent else "师傅",
        "Pname": short_name(lead),
        "Psur": short_name(lead)[:1],
        "secret": bare(turn.group(1)).removeprefix(short_name(absent) if absent else "师傅")
        if turn
        else "那年的事另有缘故",
        "role": idea.role,
        "town": culture["town"],
        "money": culture["money"],
    }
    for key in ("food", "drink", "weather", "measure", "span", "proverb"):
        words[key] = setting.rotation.again(f"word.{key}", culture[key])[1]
    words |= facts.words(briefing, setting.people, idea, str(culture["money"]), words["item"], book)
    return words | {key: place[key] for key in ("surface", "seat", "nook", "out")}


def bare(text: str) -> str:
    """A sentence as a clause."""
    return text.strip().rstrip("。！？；，")


def _focus(lead: Member, trade: str) -> Focus:
    fallback = Chance("focus", lead.name)
    hints = {
        "海": "water",
        "水": "water",
        "火": "fire",
        "声": "sound",
        "静": "sound",
        "纸": "paper",
        "信": "writing",
        "字": "writing",
        "钱": "money",
        "债": "money",
        "孩": "child",
        "女儿": "child",
        "儿": "child",
        "屋": "door",
        "门": "door",
        "黑": "light",
        "血": "body",
        "饿": "food",
        "冷": "air",
    }

    def pull(kind: str, text: str) -> dict[str, float]:
        tags = pair(kind, text, fallback)[2].split() or [tag for word, tag in hints.items() if word in text]
        return dict.fromkeys(tags, 1.0)

    weights = lexicon.table("trades")[trade]["pulls"].split()
    return Focus(
        pull("wants", lead.want),
        pull("fears", lead.fear),
        {tag: 1.0 - 0.12 * index for index, tag in enumerate(weights)},
    )


def _details(setting: Setting, kind: str, culture: str) -> list[Detail]:
    places, cultures = lexicon.table("places"), lexicon.table("cultures")
    rows = [(f"{kind}.{index}", row) for index, row in enumerate(places[kind]["details"])]
    if not places[kind].get("moving"):
        rows += [(f"{culture}.{index}", row) for index, row in enumerate(cultures[culture]["details"])]
    if not places[kind].get("open"):
        rows += [(f"any.{index}", row) for index, row in enumerate(places["any"]["details"])]
    made = [Detail(key, frozenset(row.split("|")[0].split()), row.split("|")[1].strip()) for key, row in rows]
    own = [
        Detail(f"own.{index}", frozenset({"light"}), bare(text))
        for index, text in enumerate(setting.here.details)
        if len(text) > LONG_NAME
    ]
    banned = set(setting.briefing.used.details)
    shuffled = setting.chance.fork("details").shuffled(made)
    return [detail for detail in [*own, *shuffled] if detail.id not in banned and detail.text not in banned]
