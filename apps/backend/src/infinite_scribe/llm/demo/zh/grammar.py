"""The grammar: phrases with open places become Chinese, with reference by salience.

A phrase is a clause without its topic (an act) or a whole clause. `{P}` stands for a person,
`{o}` for the thing of the act, `{o.p}` for a part of it, other names for words of the scene;
`(甲/乙)` is a choice. Chinese has no tense: aspect (了/着/过) belongs to the phrase, and the
topic is dropped while it stays, so a name is the exception and not the rule.
"""

import re
from dataclasses import dataclass, field

from infinite_scribe.llm.demo.acts import Role
from infinite_scribe.llm.demo.chance import Chance

_CHOICE = re.compile(r"\(([^()]*)\)")
_OPEN = re.compile(r"\{([^{}]+)\}")
_DOUBLED = re.compile(r"([，。；：、！？])[，。；、]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is spoken of: the name as the briefing has it, and the pronoun."""

    role: Role
    name: str
    pronoun: str


@dataclass
class Thing:
    """A thing of the scene with its measure word."""

    noun: str
    measure: str
    tags: frozenset[str]
    parts: list[str] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    talk: list[str] = field(default_factory=list)
    brought: bool = False
    met: int = 0
    other_names: list[str] = field(default_factory=list)

    def one(self) -> str:
        """The thing when it is new: 一枚顶针."""
        return f"一{self.measure}{self.noun}"


@dataclass
class Tongue:
    """Words a phrase; remembers who and what was named in this paragraph."""

    people: dict[Role, Person]
    things: dict[str, Thing]
    words: dict[str, str]
    chance: Chance
    named: list[Role] = field(default_factory=list)
    topic: Role | None = None
    turns: dict[str, int] = field(default_factory=dict)
    introduced: set[Role] = field(default_factory=set)
    speaking: bool = False
    by_name: bool = False  # no pronouns, while a sentence has to be told by name

    def new_paragraph(self) -> None:
        """Names count anew; the topic does not stay."""
        self.named, self.topic = [], None

    def clear(self, role: Role, present: set[Role]) -> bool:
        """Whether a pronoun could mean nobody else here."""
        mine = self.people[role].pronoun
        present = (
            set() if role is Role.SELF else present
        )  # the viewpoint owns the pronoun until a rival is named
        return not any(
            self.people[item].pronoun == mine
            for item in present | set(self.named)
            if item is not role and item in self.people
        )

    def refer(self, role: Role) -> str:
        """Name or pronoun of a person inside a sentence."""
        person = self.people[role]
        if person.pronoun == "我":
            return "我"
        known = role in self.named
        self.introduced.add(role)
        if role in self.named:
            self.named.remove(role)
        self.named.append(role)
        rivals = [
            item for item in self.named if item is not role and self.people[item].pronoun == person.pronoun
        ]
        return person.pronoun if known and not rivals and not self.by_name else person.name

    def subject(self, role: Role, present: set[Role], *, inside: bool = False) -> str:
        """The topic of a new sentence: dropped, a pronoun or the name; inside a sentence it is never dropped."""
        person = self.people[role]
        stays, self.topic = self.topic is role and not inside, role
        if person.pronoun == "我":
            return "" if stays and self.chance.happens(0.45) else "我"
        if stays and not self.by_name and self.chance.happens(0.3):
            return ""
        known = role in self.introduced
        if (
            known
            and not self.by_name
            and self.clear(role, present)
            and (stays or role in self.named or self.chance.happens(0.6))
        ):
            self.named.append(role)
            return person.pronoun
        self.introduced.add(role)
        if role in self.named:
            self.named.remove(role)
        self.named.append(role)
        return person.name

    def object(self, thing: Thing) -> str:
        """A thing: new with its measure, later bare, now and then with 那."""
        thing.met += 1
        if thing.brought and thing.met == 1:
            return thing.one()
        if thing.other_names and self.chance.happens(0.35):
            return self.chance.pick(thing.other_names)
        return f"那{thing.measure}{thing.noun}" if thing.met > 1 and self.chance.happens(0.12) else thing.noun

    def say(self, phrase: str, thing: Thing | None = None, other: Role | None = None) -> str:
        """The phrase with choices made and open places filled."""
        while _CHOICE.search(phrase):
            phrase = _CHOICE.sub(lambda match: self.chance.pick(match.group(1).split("/")), phrase)
        text = _OPEN.sub(lambda match: self._fill(match.group(1), thing, other), phrase)
        return _DOUBLED.sub(r"\1", text).replace("把一把", "把").replace("里里", "里")

    def _fill(self, name: str, thing: Thing | None, other: Role | None) -> str:
        if name == "other":
            return self.refer(other or Role.OTHER) if (other or Role.OTHER) in self.people else "来人"
        if name == "o":
            return self.object(thing) if thing else "东西"
        if name == "o.p":
            return self.part(thing) if thing else "边上"
        if name == "o.m":
            return thing.measure if thing else "件"
        if name.endswith(".name"):
            person = self.people.get(Role(name[0]))
            if person is None:
                return "那人"
            return "我" if person.pronoun == "我" and not self.speaking else person.name
        if name in {role.value for role in Role}:
            return self.refer(Role(name)) if Role(name) in self.people else "那人"
        base, _, kind = name.partition(".")
        if base in self.things:
            own = self.things[base]
            return {"p": self.part(own), "m": own.measure, "one": own.one(), "n": own.noun}.get(
                kind
            ) or self.object(own)
        return self.words.get(name, "")

    def part(self, thing: Thing) -> str:
        """The parts of a thing in turn."""
        if not thing.parts:
            return "另一面"
        turn = self.turns.get(thing.noun, 0)
        self.turns[thing.noun] = turn + 1
        return thing.parts[turn % len(thing.parts)]


def han(text: str) -> int:
    """Han characters of a phrase, open places not counted."""
    return len(_HAN.findall(_OPEN.sub("", text)))


def closed(text: str) -> str:
    """The text with its full stop."""
    bare = text.rstrip("，；、")
    return bare if bare[-1:] in "。！？…”：" else bare + "。"


def fits(phrase: str, tags: frozenset[str]) -> bool:
    """Whether a phrase of the lexicon may be used with a thing of these tags."""
    need = phrase.rpartition("|")[0]
    return not need or any(tag in tags for tag in need.split("|"))


def gendered(pronouns: str, name: str) -> str:
    """他 or 她 from a sheet, else from the name's last character."""
    given = pronouns.strip().lower()
    if given[:1] in {"她", "s"} or given in {"f", "female", "女", "her"}:
        return "她"
    if given:
        return "他"
    return "她" if name[-1:] and name[-1] in "娘婶妹姐婆嫂芬芳秀兰梅英花珍玉香凤娟霞莲" else "他"
