"""How prose joins to what stands before it: nothing said twice, and no leap in time or place that nobody asked for. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from infinite_scribe.agents.runtime.prose import repeats_tail, without_marks
from infinite_scribe.core.language import language as language_rules

TAIL = 2_000
"""Characters before a place whose words must not come again at once."""
_LEAPS = {
    "en": re.compile(
        r"\b(?:the (?:next|following) (?:day|morning|evening|night|week|month|year)|(?:hours|days|weeks|months|years) later|"
        r"(?:a|an|one|two|three|four|five|six|seven) (?:hours?|days?|nights?|weeks?|months?|years?) later|"
        r"by (?:morning|nightfall|the time the week)|that (?:evening|night|afternoon),|meanwhile,)",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        "(?:第二天|次日|翌日|隔天|几天后|数日后|多年以后|几个月后|一周后|几小时后|过了[几数一二三四五六七八九十]+(?:天|日|个?月|年)|当天(?:晚上|夜里)|与此同时)"
    ),
}
_SAID = {
    "en": {
        "repeats": "the first sentence repeats what stands before it",
        "time": "it leaps in time (“{what}”), and the plan does not",
        "place": "it begins in another place ({what}) than the one before",
    },
    "zh": {
        "repeats": "第一句重复了前文",
        "time": "时间跳了（“{what}”），计划里没有",
        "place": "一开头换了地方（{what}），前文不在那里",
    },
}


def join_faults(
    text: str,
    before: str,
    language: str,
    *,
    planned: str = "",
    elsewhere: Iterable[str] = (),
    leaps: bool = True,
) -> list[str]:
    """Return what is wrong with how a text joins to `before`; nothing when it follows on.

    `planned` is what card, beat and author say: a leap that they name is theirs. `elsewhere` are the names of the other
    places of the book. Without `leaps` the time may be another one.
    """
    said = _SAID[language]
    faults = [said["repeats"]] if repeats_tail(text, before[-TAIL:]) else []
    if not before.strip():
        return faults
    opening = _opening(without_marks(text), language)
    leap = _LEAPS[language].search(opening) if leaps else None
    if leap is not None and not _LEAPS[language].search(planned):
        faults.append(said["time"].format(what=leap.group()))
    away = next((name for name in elsewhere if _begins_in(opening, name, language)), None)
    if away is not None and away not in planned and away not in before[-TAIL:]:
        faults.append(said["place"].format(what=away))
    return faults


def _opening(text: str, language: str) -> str:
    sentences: Sequence[str] = language_rules(language).sentences(text)
    return ("" if language == "zh" else " ").join(sentences[:2])


def _begins_in(opening: str, name: str, language: str) -> bool:
    """Whether the first sentences are set in a place, not only speak of it."""
    if not name:
        return False
    if language == "zh":
        return (
            re.search(
                f"(?:^|[，。])(?:在)?{re.escape(name)}(?:里|上|外|门口|前)?，?", opening[: len(name) + 12]
            )
            is not None
        )
    bare = re.escape(re.sub(r"^the ", "", name, flags=re.IGNORECASE))
    return (
        re.search(rf"\b(?:in|at|inside|outside|back at|back in) (?:the )?{bare}\b", opening, re.IGNORECASE)
        is not None
    )
