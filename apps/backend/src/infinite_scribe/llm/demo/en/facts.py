"""The facts of a book that its scenes share: how many, how much, since when, until when.

They follow from title and premise alone, so that every scene of a book says the same, and
no two books say it in the same figures.
"""

import re

from infinite_scribe.llm.demo.acts import Role
from infinite_scribe.llm.demo.chance import Chance, digest
from infinite_scribe.llm.demo.en import idea as ideas
from infinite_scribe.llm.demo.en import lexicon, morphology
from infinite_scribe.llm.demo.en.grammar import Person
from infinite_scribe.llm.demo.en.shift import pluperfect, to_past
from infinite_scribe.llm.demo.schemas import Briefing
from infinite_scribe.llm.demo.teller import Setting

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
#: Days that the first chapter has before the day on which all is counted.
DAYS = 13
_KIN = re.compile(r"\b(aunt|father|sister|grandmother|brother|teacher|mother|uncle|wife’s brother)\b")
_LEARNT = re.compile(r"\blearn(?:s|t|ed)? that ([^.]+)\.")


def in_words(number: int) -> str:
    """A number below ten thousand, spelt out."""
    if number < 20:
        return _ONES[number]
    if number < 100:
        ones = number % 10
        return _TENS[number // 10] + (f"-{_ONES[ones]}" if ones else "")
    if number < 1000:
        rest = number % 100
        return f"{_ONES[number // 100]} hundred" + (f" and {in_words(rest)}" if rest else "")
    rest = number % 1000
    return f"{in_words(number // 1000)} thousand" + (f" {in_words(rest)}" if rest else "")


def facts(setting: Setting, idea: ideas.Idea, era: str, people: dict[Role, Person]) -> dict[str, str]:
    """Words for the open places of passages."""
    briefing = setting.briefing
    book = Chance("facts", digest(briefing.novel.logline or setting.self_.line))
    kind = lexicon.table("facts")[idea.ware_kind]
    tally, amount, years = book.between(23, 97), book.between(121, 989), book.between(4, 19)
    unit = book.pick(lexicon.table("facts")["sums"][era])
    use, care = (book.pick(kind[key]).replace("{x}", idea.ware) for key in ("use", "care"))
    harm, harm2 = book.sample(kind["harm"], 2)
    days = max(1, DAYS - briefing.chapter.number)
    other = setting.people.get(Role.OTHER)
    absent = setting.people.get(Role.ABSENT)
    kin = _KIN.search(f"{absent.line} {absent.role}" if absent else "") or _KIN.search(briefing.novel.logline)
    trade = (other.trade if other else "") or "stranger"
    return {
        "n": in_words(tally),
        "n1": in_words(tally + 1),
        "sum": f"{in_words(amount)} {unit}",
        "years": in_words(years),
        "days": "one day" if days == 1 else f"{in_words(days)} days",
        "use": morphology.fix_articles(use),
        "care": care,
        "harmbare": harm,
        "harmbare2": harm2,
        "harm2": f"one of that kind {harm2}",
        "Pfull": setting.self_.name or people[Role.SELF].name,
        "atrade": morphology.fix_articles(f"a {idea.role}"),
        "trade": idea.role,
        "being": _being(idea),
        "beings": _lives(idea),
        "Afull": other.name if other else "a stranger",
        "aatrade": morphology.fix_articles(f"a {trade}"),
        "kin": kin.group(1) if kin else "teacher",
        "need": setting.self_.need.rstrip(".") or "to say the true number aloud",
        "fear": setting.self_.fear.rstrip(".") or "being found out",
        "recap": recap(briefing, people),
    }


def _being(idea: ideas.Idea) -> str:
    """What the lead is and does, as a predicate with an open verb."""
    verb, _, rest = idea.verb.partition(" ")
    deed = " ".join(part for part in (verb, rest) if part)
    if idea.role.rsplit(maxsplit=1)[-1] in ideas.PLAIN_PEOPLE:
        return f"[P:{verb}] {rest + ' ' if rest else ''}{idea.wares} for a living"
    head = deed.split(" ")[0]
    return morphology.fix_articles(
        f"[P:be] a {idea.role} who <{head}> {rest + ' ' if rest else ''}{idea.wares}"
    )


def _lives(idea: ideas.Idea) -> str:
    """The same in a subordinate clause."""
    verb, _, rest = idea.verb.partition(" ")
    return f"[P:{verb}] {rest + ' ' if rest else ''}what {{P.he}} [P:have] been left"


def recap(briefing: Briefing, people: dict[Role, Person]) -> str:
    """What the viewpoint character has learnt before, in one sentence with open places."""
    told = [*briefing.story_so_far, *(item.text for item in briefing.knowledge)]
    for text in reversed(told):
        found = _LEARNT.findall(text if text.endswith(".") else f"{text}.")
        if found:
            fact = pluperfect(to_past(found[-1].strip()), people[Role.ABSENT].short)
            return "{P} [P:have] learnt that " + fact + "."
    if told and len(told[-1].split()) < 40:
        return to_past(told[-1].strip().rstrip(".")) + "."
    return "Nothing <had> been settled."


def known(briefing: Briefing, name: str) -> bool:
    """Whether the reader has met a person before this scene."""
    first = name.split(" ", maxsplit=1)[0]
    told = " ".join(
        [*briefing.story_so_far, *(item.text for item in briefing.knowledge), briefing.previous_tail]
    )
    return bool(first) and first in told
