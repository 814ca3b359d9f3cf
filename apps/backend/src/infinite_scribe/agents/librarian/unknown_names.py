"""Names in accepted text that no entry bears, and what they seem to be. Pure.

An inbox full of words that are no names is worse than one that misses a name: whatever narration does not show acting
or holding people twice is left out, and in Chinese, where names wear no capitals, so is whatever holds a word of
grammar.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from infinite_scribe.canon.rules import normalise
from infinite_scribe.continuity.passages import Modality, Sentence
from infinite_scribe.continuity.scene import SceneToCheck
from infinite_scribe.continuity.words import Words
from infinite_scribe.core.language import language as language_rules

LEAST_MENTIONS = 2
LEAST_MENTIONS_OF_COMMON = 3
"""A family name that is also an everyday word (都, 那, 向 …) must be seen more often."""

_HAN = re.compile(r"[\u3400-\u9fff]")
_IN_A_PLACE = re.compile(r"(?:^|\s)(?:in|at|into|near|outside|inside|across|through)\s+(?:the\s+)?$")
_IN_A_PLACE_ZH = re.compile(r"(?:在|到|去|离开|进了?|回)$")
_PLACE_ENDINGS = "城镇村山河江湖海岛寺庙桥街巷楼府宫殿关州县谷峰洞门院港湾庄坊塔"
#: A Chinese word behind a measure, or behind what is done to food and drink, is a thing.
_AS_A_THING_ZH = re.compile(
    r"(?:[一两三四五六七八九十几这那半每整][个只件瓶碗份盏把块条张本枚粒颗口卷封壶盘串]|[吃喝买送卖煮端揭])$"
)
_TRADES_ZH = "人匠员户夫"
_VERB = re.compile(r"\s+(?:(?:[a-z]+ly|then|just|still|only|also|even) )?([a-z]+)")
_OF_CLAUSE = re.compile(r"^(?:[也又就还便才没]|已经|忽然|突然)?")
_GRAMMAR = frozenset(
    "那里这哪不没就还又才便很再已将要能会可该被把给对跟与及同或而且但却虽因所以是在有无了着过的地得吗呢吧啊呀么们个些什几"
    "多少今昨时候前后上下左右内外间边面头点回次样种件位都也只谁怎"
)
_COMMON_FAMILY_NAMES = frozenset("都那于时应别向从后相经何任单万连安全成和怀能方常居查解计终步")
_MONTHS_AND_DAYS = frozenset(
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "christmas",
        "easter",
        "god",
        "lord",
        "sir",
        "madam",
        "mister",
        "mrs",
        "miss",
    ]
)


@dataclass(frozen=True)
class UnknownName:
    """A name nobody bears, what it seems to be, and the sentence that shows it best."""

    name: str
    kind: Literal["character", "place"]
    shown: Sentence


def unknown_names(scene: SceneToCheck, sentences: Sequence[Sentence], words: Words) -> list[UnknownName]:
    """Return the names of a scene's narration that no entry bears, in the order of their first appearance.

    A part of another unknown name is no name of its own.
    """
    known = {normalise(name.text) for one in scene.entities for name in one.names}
    known |= {part for name in known for part in name.split()}
    told = [one for one in sentences if one.modality is Modality.NARRATED]
    common = {word for one in told for word in re.findall(r"(?<![\w’'-])[a-z]{3,}", one.covered)}
    found: list[UnknownName] = []
    for name in language_rules(words.language).names("\n".join(one.covered for one in told)):
        own = normalise(name)
        if own in known or any(part in known for part in own.split()) or _is_ordinary(name, words):
            continue
        if words.language == "zh" and (name[-1] in _TRADES_ZH or _is_thing(name, told)):
            continue
        if own in common:  # "People said": a word that the text uses small as well
            continue
        hits = [(one, one.covered.find(name)) for one in told if name in one.covered]
        if len(hits) < (LEAST_MENTIONS_OF_COMMON if name[:1] in _COMMON_FAMILY_NAMES else LEAST_MENTIONS):
            continue
        seen = _seems(name, hits, words)
        if seen is not None:
            found.append(seen)
    whole = [one.name.split() for one in found]
    return [one for one in found if not any(_is_part(one.name.split(), other) for other in whole)]


def _is_part(one: list[str], other: list[str]) -> bool:
    return len(one) < len(other) and set(one) <= set(other)


def _is_thing(name: str, told: Sequence[Sentence]) -> bool:
    """Whether a Chinese word is counted or eaten anywhere in the text, as no person is."""
    spots = ((one.covered, hit.start()) for one in told for hit in re.finditer(re.escape(name), one.covered))
    return any(_AS_A_THING_ZH.search(covered[:at]) for covered, at in spots)


def _is_ordinary(name: str, words: Words) -> bool:
    """Whether a word is capitalised, or looks like a name, for another reason."""
    if words.language == "zh":
        return "·" not in name and any(sign in _GRAMMAR for sign in name[1:])
    parts = name.split()
    return all(one in words.ordinary_capitals or one.casefold() in _MONTHS_AND_DAYS for one in parts)


def _seems(name: str, hits: Sequence[tuple[Sentence, int]], words: Words) -> UnknownName | None:
    """Return what a name seems to be: somebody who acts or speaks, else a place that people are in."""
    acting = next((one for one, at in hits if _acts(one.covered, at, name, words)), None)
    if acting is not None:
        return UnknownName(name, "character", acting)
    place = next((one for one, at in hits if _holds(one.covered, at, name, words)), None)
    return None if place is None else UnknownName(name, "place", place)


def _acts(covered: str, at: int, name: str, words: Words) -> bool:
    before, after = covered[:at], covered[at + len(name) :].casefold()
    verbs = words.action_verbs | words.speech_verbs
    if words.language == "zh":
        opens = not before or not _HAN.match(before[-1])
        rest = after[_OF_CLAUSE.match(after).end() :]  # type: ignore[union-attr]
        return opens and any(rest.startswith(verb) for verb in verbs)
    verb = _VERB.match(after)
    return verb is not None and verb.group(1) in verbs


def _holds(covered: str, at: int, name: str, words: Words) -> bool:
    before = covered[:at]
    if words.language == "zh":
        return len(name) > 2 and name[-1] in _PLACE_ENDINGS and _IN_A_PLACE_ZH.search(before) is not None
    return _IN_A_PLACE.search(before.casefold()) is not None
