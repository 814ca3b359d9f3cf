"""Promises of a book: what the reader is led to expect, where it is given and kept, and the sentences that do it."""

import re
from typing import Any

from pydantic import Field

from infinite_scribe.llm.demo.chance import Chance
from infinite_scribe.llm.demo.schemas import Member, Twin
from infinite_scribe.llm.demo.teller import Teller

#: kind, statement, how it is given, how it is kept
_FORMS: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "en": (
        ("secret", "{A} has hidden {T}, and it will be found.", "{A} hid {T} where nobody would look.",
         "What {A} had hidden was found: it was {T}."),
        ("vow", "{A} has sworn to come back for {T}.", "{A} swore to come back for {T}.",
         "{A} came back for {T}, as sworn."),
        ("threat", "{A} still owes for {T}, and the debt will be called in.", "{A} took {T} and left the debt unpaid.",
         "{A} paid the debt for {T} to the last coin."),
        ("gun", "{A} keeps {T} close, and will have to use it.", "{A} kept {T} close and said nothing of it.",
         "{A} used {T} in the end."),
    ),
    "zh": (
        ("secret", "{A}藏起了{T}，迟早会被人找到。", "{A}把{T}藏在没人会看的地方。", "{A}藏起的{T}被人找到了。"),
        ("vow", "{A}发过誓，一定回来取{T}。", "{A}发誓要回来取{T}。", "{A}回来取走了{T}。"),
        ("threat", "{A}还欠着{T}的账，总有人来讨。", "{A}拿走了{T}，没有付账。", "{A}还清了{T}的账。"),
        ("gun", "{A}把{T}带在身边，总有用上的一天。", "{A}把{T}带在身边，一句也没提。", "{A}到底用上了{T}。"),
    ),
}  # fmt: skip
_THINGS = {
    "en": (
        "a sealed letter",
        "the spare key",
        "a copper ring",
        "a child’s slate",
        "the torn map",
        "a tin whistle",
    ),
    "zh": ("一封火漆信", "那把备用钥匙", "一枚铜戒指", "一块石板", "半张地图", "一支锡哨"),
}


class PlannedChapter(Twin):
    """A chapter that promises may be laid to."""

    handle: str = ""
    number: int = 1


class PromisesData(Twin):
    """The twin of `director.promises`."""

    chapters: list[PlannedChapter] = Field(default_factory=list)
    cast: list[Member] = Field(default_factory=list)
    count: int = 3


class Due(Twin):
    """What a chapter has to do for a promise."""

    handle: str = ""
    statement: str = ""
    act: str = "plant"


def promises(teller: Teller, data: PromisesData, chance: Chance) -> dict[str, Any]:
    """Return promises given early, kept late, each within its window and at a chapter of its own."""
    forms = chance.shuffled(list(_FORMS[teller.code]))
    things = chance.shuffled(list(_THINGS[teller.code]))
    size, made = len(data.chapters), []
    people = data.cast or [Member(handle="C1", name="?")]
    for number in range(max(0, min(data.count, len(forms), size - 1))):
        kind, statement, _, _ = forms[number]
        who = people[number % len(people)]
        plant = min(number, size - 2)
        pay = max(plant + 1, size - 1 - number)
        earliest = plant + max(1, (pay - plant) // 2)
        made.append(
            {
                "kind": kind,
                "statement": _filled(statement, who.name, things[number]),
                "subjects": [who.handle],
                "plant": data.chapters[plant].handle,
                "earliest": data.chapters[min(earliest, pay)].handle,
                "pay": data.chapters[pay].handle,
                "latest": data.chapters[min(pay + 1, size - 1)].handle,
                "weight": 4 - number if number < 3 else 2,
            }
        )
    return {"promises": made}


def told(teller: Teller, due: Due) -> dict[str, Any]:
    """Return the sentence by which a scene gives or keeps a promise."""
    for _, statement, given, kept in _FORMS[teller.code]:
        pattern = re.escape(statement).replace(r"\{A\}", "(?P<A>.+?)").replace(r"\{T\}", "(?P<T>.+?)")
        found = re.fullmatch(pattern, due.statement)
        if found is not None:
            form = kept if due.act in {"pay", "subvert"} else given
            return {"promise": due.handle, "how": _filled(form, found["A"], found["T"])}
    return {"promise": due.handle, "how": due.statement}


def _filled(form: str, who: str, thing: str) -> str:
    return form.replace("{A}", who).replace("{T}", thing)
