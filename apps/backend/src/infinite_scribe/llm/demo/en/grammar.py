"""From feature notation to words: tense, person, agreement, reference.

The lexicon is written in phrases whose verbs and references are left open:

* `[put]` a verb that agrees with the subject of the clause; `[P:put]`, `[A:put]`, `[o:put]`
  with that person or thing;
* `<put>` narrative tense, third singular; `<*put>` plural; `<had put>` earlier than the
  narrative; `<has put>` just before it; `<*has put>` plural;
* `{P} {A} {B} {K}` persons, with `.he .him .his .self .n` for forms; `{he} {him} {his} {self}`
  the subject of the clause; `{other}` and its forms the other person of an act;
* `{o}` the thing of an act and `{ware} {tool} {record} {payment} {token} {light} {busy}
  {barrier}` the things of the scene, with `.a .n .s .part .it .its`; anything else is looked
  up among the scene's words.

A pronoun is used only where it can mean one person; else the name comes back.
"""

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum

from infinite_scribe.llm.demo.acts import Role
from infinite_scribe.llm.demo.en import morphology

_OPEN = re.compile(r"\[([^\]]+)\]|<([^>]+)>|\{([^}]+)\}")
#: A verb whose subject is the thing just named (`{payment} [be]`) agrees with it.
_BARE = re.compile(
    r"(?<!of )(?<!and )(?<!on )(?<!with )(?<!behind )(\{(ware|tool|record|payment|token|light|busy|barrier)(?::cap)?\} )\[(\w+)\]"
)
_ADVERBS = frozenset({"just", "always", "never", "already", "not", "ever", "once"})
_ROLES = {role.value: role for role in Role}

PRONOUNS: dict[str, dict[str, str]] = {
    "she": {"he": "she", "him": "her", "his": "her", "self": "herself", "theirs": "hers"},
    "he": {"he": "he", "him": "him", "his": "his", "self": "himself", "theirs": "his"},
    "they": {"he": "they", "him": "them", "his": "their", "self": "themself", "theirs": "theirs"},
    "I": {"he": "I", "him": "me", "his": "my", "self": "myself", "theirs": "mine"},
    "it": {"he": "it", "him": "it", "his": "its", "self": "itself", "theirs": "its"},
}


class Form(StrEnum):
    """The form that the open verbs of a phrase take."""

    FINITE = "finite"
    GERUND = "gerund"
    BASE = "base"
    PERFECT = "perfect"


@dataclass
class Person:
    """Somebody who can be named."""

    role: Role
    name: str
    short: str
    kind: str  # key of PRONOUNS
    epithets: list[str] = field(default_factory=list)

    @property
    def number(self) -> str:
        """Agreement of the verb."""
        return {"I": "1", "they": "pl"}.get(self.kind, "sg")


@dataclass
class Thing:
    """Something that can be handled."""

    noun: str
    tags: frozenset[str] = frozenset()
    parts: list[str] = field(default_factory=list)
    adjectives: list[str] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    talk: list[str] = field(default_factory=list)
    many: bool = False
    plural: str = ""
    kinds: str = ""  # plural of what it is one of (a ware's own noun)
    brought: bool = False
    proper: bool = False
    intro: str = ""  # how it is named when it is first met
    met: int = 0

    def form(self, how: str, turn: int) -> str:
        """The thing in words; the first mention carries its adjective."""
        if how == "n":
            return self.noun
        if how == "s":
            return self.kinds or self.plural or (self.noun if self.many else morphology.plural(self.noun))
        if how == "part":
            return f"the {self.parts[turn % len(self.parts)]}" if self.parts else "the edge"
        if how == "one":
            return self.noun if self.many else f"a {self.noun}"
        if how == "it":
            return "them" if self.many else "it"
        if how == "its":
            return "their" if self.many else "its"
        if how == "he":
            return "they" if self.many else "it"
        if how == "his":
            return f"the {self.noun}’s"
        self.met += 1
        if self.proper:
            return self.noun
        if self.met == 1 and self.intro:
            return self.intro
        named = f"{self.adjectives[0]} {self.noun}" if self.met == 1 and self.adjectives else self.noun
        if how == "a" or (self.met == 1 and self.brought):
            return named if self.many else f"a {named}"
        return f"the {named}"


@dataclass
class Tongue:
    """Person, tense and who was named last; turns phrases into words."""

    tense: str
    people: dict[Role, Person]
    things: dict[str, Thing]
    words: dict[str, str] = field(default_factory=dict)
    focus: dict[str, Role] = field(default_factory=dict)
    since_name: dict[Role, int] = field(default_factory=dict)
    turn: int = 0

    # -- persons ------------------------------------------------------------------
    def name(self, role: Role, form: str = "", *, subject: Role | None = None) -> str:
        """A person in the asked form; a pronoun where it is clear, else the name."""
        person = self.people.get(role)
        if person is None:
            return {"his": "somebody's", "him": "somebody", "self": "oneself"}.get(form, "somebody")
        table = PRONOUNS[person.kind]
        if person.kind == "I":
            return table.get(form or "he", "I")
        if form == "self" or (subject is role and form in {"he", "him", "his"}):
            return table[form]
        clear = self.focus.get(person.kind) is role
        if form == "n":
            clear = False
        self.focus[person.kind] = role
        if form in {"he", "him", "his", "theirs"}:
            return table[form] if clear else self._named(person, "his" if form == "theirs" else form)
        if form == "" and clear and role in {Role.SELF, Role.OTHER} and self.since_name.get(role, 0) < 5:
            self.since_name[role] = self.since_name.get(role, 0) + 1
            return table["he"]
        return self._named(person, "")

    def _named(self, person: Person, form: str) -> str:
        self.since_name[person.role] = 0
        called = person.short
        return (called + ("’" if called.endswith("s") else "’s")) if form == "his" else called

    def subject(self, role: Role, *, fresh: bool = False) -> str:
        """The subject of a sentence: a pronoun while the same person stays, else the name."""
        person = self.people[role]
        if person.kind == "I":
            return "I"
        clear = self.focus.get(person.kind) is role and not fresh and self.since_name.get(role, 9) < 4
        if clear:
            self.since_name[role] = self.since_name.get(role, 0) + 1
            self.focus[person.kind] = role
            return PRONOUNS[person.kind]["he"]
        self.focus[person.kind] = role
        if (
            person.epithets
            and role is not Role.SELF
            and self.since_name.get(role, 9) < 3
            and self.turn % 3 == 1
        ):
            return person.epithets[self.turn % len(person.epithets)]
        return self._named(person, "")

    def new_paragraph(self) -> None:
        """After a break a pronoun is still allowed for the viewpoint alone."""
        keep: dict[str, Role] = {kind: role for kind, role in self.focus.items() if role is Role.SELF}
        self.focus = keep

    def quiet(self) -> "Tongue":
        """A copy in which words may be tried: it leaves no trace in who was named last."""
        things = {key: replace(thing) for key, thing in self.things.items()}
        return replace(self, things=things, focus=dict(self.focus), since_name=dict(self.since_name))

    # -- phrases ------------------------------------------------------------------
    def say(
        self,
        phrase: str,
        *,
        subject: Role | Thing | None = None,
        form: Form = Form.FINITE,
        thing: Thing | None = None,
        other: Role | None = None,
    ) -> str:
        """The phrase in words. `subject` binds `[verb]`, `{his}` and the like."""
        self.turn += 1
        phrase = _BARE.sub(r"\1[\2:\3]", phrase) if subject is None else phrase

        def put(match: re.Match[str]) -> str:
            verb, narrative, name = match.groups()
            if verb is not None:
                return self._verb(verb, subject, form, thing)
            if narrative is not None:
                return self._narrative(narrative)
            return self._reference(name, subject, thing, other)

        return _OPEN.sub(put, phrase)

    def _verb(self, text: str, subject: Role | Thing | None, form: Form, thing: Thing | None) -> str:
        who, _, lemma = text.rpartition(":")
        if who:
            bound = self._bound(who, thing)
            return morphology.finite(lemma, self.tense, bound)
        if form is Form.GERUND:
            return morphology.gerund(lemma)
        if form is Form.BASE:
            return lemma
        if form is Form.PERFECT:
            return morphology.participle(lemma)
        return morphology.finite(lemma, self.tense, self._number(subject))

    def _bound(self, who: str, thing: Thing | None) -> str:
        if who == "o" and thing is not None:
            return "pl" if thing.many else "sg"
        if who in self.things:
            return "pl" if self.things[who].many else "sg"
        return self._number(_ROLES.get(who, Role.SELF))

    def _number(self, subject: Role | Thing | None) -> str:
        if isinstance(subject, Thing):
            return "pl" if subject.many else "sg"
        if subject is None:
            return "sg"
        return self.people[subject].number if subject in self.people else "sg"

    def _narrative(self, text: str) -> str:
        many = text.startswith("*")
        number = "pl" if many else "sg"
        first, _, lemma = text.removeprefix("*").partition(" ")
        if first == "not":
            return f"{morphology.finite('do', self.tense, number)} not {lemma}"
        if first == "had" and lemma.split(" ")[0] in _ADVERBS | {""}:
            adverb, _, verb = lemma.partition(" ")
            helper = "had" if self.tense == "past" else morphology.finite("have", "present", number)
            return " ".join(
                part for part in (helper, adverb, morphology.participle(verb) if verb else "") if part
            )
        if lemma and first == "had":
            return (
                f"had {morphology.participle(lemma)}"
                if self.tense == "past"
                else morphology.finite(lemma, "past", number)
            )
        if lemma and first == "has":
            return f"{morphology.finite('have', self.tense, number)} {morphology.participle(lemma)}"
        return morphology.finite(
            {"would": "will", "could": "can", "might": "may"}.get(
                text.removeprefix("*"), text.removeprefix("*")
            ),
            self.tense,
            number,
        )

    def _reference(
        self, text: str, subject: Role | Thing | None, thing: Thing | None, other: Role | None
    ) -> str:
        if text.endswith(":cap"):
            plain = self._reference(text.removesuffix(":cap"), subject, thing, other)
            return plain[:1].upper() + plain[1:]
        name, _, how = text.partition(".")
        if text in {"Pfull", "Afull"}:
            self._met(_ROLES[text[0]])
        if text in self.words:
            return self.words[text]
        if name in {"he", "him", "his", "self"}:
            if isinstance(subject, Role) and subject in self.people:
                return PRONOUNS[self.people[subject].kind][name]
            return PRONOUNS["it"][name]
        bound = subject if isinstance(subject, Role) else None
        if name == "other":
            if other is None:
                return "somebody" if how != "his" else "somebody’s"
            if (
                bound is Role.SELF
                and self.people.get(other) is not None
                and how in {"he", "him", "his"}
                and self._distinct(other, bound)
            ):
                return PRONOUNS[self.people[other].kind][how]
            return self.name(other, how or "him", subject=bound)
        if name in _ROLES:
            return self.name(_ROLES[name], how, subject=bound)
        if name == "o" and thing is not None:
            return thing.form(how, self.turn)
        if name in self.things:
            return self.things[name].form(how, self.turn)
        return self.words.get(text, self.words.get(name, ""))

    def _met(self, role: Role) -> None:
        """A person named in full has been named."""
        if role in self.people:
            self.focus[self.people[role].kind] = role
            self.since_name[role] = 0

    def _distinct(self, one: Role, two: Role) -> bool:
        return self.people[one].kind != self.people[two].kind


_SPACES = re.compile(r"[ \t]{2,}")
_AFTER_STOP = re.compile(r"(?<!\bSt)(?<!\bMr)(?<!\bDr)(\. )([a-z])")
#: A full stop where what was said goes on to who said it; not before "said nothing" and the like.
_BEFORE_TAG = re.compile(
    r"\.” ((?:[A-Z][\w’-]*|[Tt]he [a-z-]+)(?: [A-Z][\w’-]*)? (?:said|says|say|asked|asks|ask|answered|answers)"
    r"(?=[.,;]| (?:from|at|to|with|of|on|in|then|kindly|quietly)\b))"
)
_TAG_PRONOUN = re.compile(
    r"(?<=[,?!]” )(He|She|They|It|The)(?= (?:[a-z-]+ )?(?:said|says|say|asked|asks|ask)\b)"
)
_BEFORE_MARK = re.compile(r"\s+([,.;:?!])")


def sentence(text: str) -> str:
    """A finished sentence: capital, articles, one mark at the end, no double blanks."""
    cleaned = _BEFORE_MARK.sub(r"\1", _SPACES.sub(" ", text.strip()))
    cleaned = fix_marks(morphology.fix_articles(cleaned))
    if cleaned and cleaned[-1] not in ".?!…”":
        cleaned += "."
    for index, letter in enumerate(cleaned):
        if letter.isalpha():
            cleaned = cleaned[:index] + letter.upper() + cleaned[index + 1 :]
            break
        if letter.isdigit():
            break
    return _AFTER_STOP.sub(lambda match: match.group(1) + match.group(2).upper(), cleaned)


def fix_marks(text: str) -> str:
    """No doubled commas, no comma before a full stop, a comma between speech and its tag."""
    plain = re.sub(r",\s*([.;:?!])", r"\1", re.sub(r",(\s*,)+", ",", text))
    return fix_tags(plain)


def fix_tags(text: str) -> str:
    """“Let go.” She said. → “Let go,” she said."""
    tagged = _BEFORE_TAG.sub(r",” \1", text)
    return _TAG_PRONOUN.sub(lambda match: match.group(1).lower(), tagged)
