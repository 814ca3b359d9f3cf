"""Surface patterns of Chinese: acts, deaths, looks, inner life. Pure."""

from __future__ import annotations

import re

from infinite_scribe.canon.rules import FactValue
from infinite_scribe.canon.synonyms import COLOURS
from infinite_scribe.continuity.linking import Linked
from infinite_scribe.continuity.passages import COVER, Modality, Sentence, has_word, modality_of
from infinite_scribe.continuity.surface import Reader, SurfaceClaim, claim
from infinite_scribe.continuity.words import Words

_COLOUR = "|".join(
    sorted(
        (word for words in COLOURS.values() for word in words if not word.isascii()), key=len, reverse=True
    )
)
_CLAUSE_START = re.compile(rf"(?:^|[，；：。、—{COVER}\s])(?:于是|接着|然后|这时|忽然|突然|只见|可|但|而)?$")
_ADVERB = (
    r"(?:慢慢地?|忽然|突然|立刻|马上|又|也|就|便|才|正|都|只|低声|轻声|高声|笑着|冷冷地?|缓缓地?|悄悄地?|一下子|终于|仍|还|在|没有?|"
    r"站在[^，。]{1,8}[，]|从[^，。]{1,8}(?=[走跑站来出进])){0,3}"
)
_DEATH = re.compile(
    r"^(?:当场|就|终于|还是|在[^，。]{1,8})?(死了|断了气|咽了气|去世了|死在[^，。]{1,8}|没了气息)"
)
_EYES = r"(?:眼睛|双眼|眼眸|眸子|瞳孔|瞳仁|眼瞳)"
_HAIR = r"(?:头发|长发|短发|发丝|辫子|卷发)"
_LOOK = {
    "eye_colour": re.compile(
        rf"^(?:的?(?:那|那双|一双|双)?(?P<a>{_COLOUR})色?的?{_EYES}|的{_EYES}(?:是|呈)?(?P<b>{_COLOUR})色?的?(?=[，。；！,.]|$)"
        rf"|(?:有|长着|生着)(?:着)?(?:一双|双)?(?P<c>{_COLOUR})色?的?{_EYES})"
    ),
    "hair_colour": re.compile(
        rf"^(?:的?(?:那|一头|那头)?(?P<a>{_COLOUR})色?的?{_HAIR}|的{_HAIR}(?:是|呈)?(?P<b>{_COLOUR})色?的?(?=[，。；！,.]|$)"
        rf"|(?:有|留着|长着)(?:一头)?(?P<c>{_COLOUR})色?的?{_HAIR})"
    ),
}
_DYED = re.compile(rf"^(?:已经|昨天|刚刚?)?(?:把|将)?{_HAIR}?(?:全)?(?:染成了?|染了)(?P<a>{_COLOUR})")
_HAND = re.compile(r"^(?:是(?:个)?(左)撇子|(?:一向|从小)?惯用(左|右)手)")
_METRES = re.compile(
    r"^(?:身高|足有|有)?(?:一米([一二三四五六七八九])([一二三四五六七八九])?|1米(\d)(\d)?|1\.(\d)(\d)?米|(1\d{2})(?:厘米|公分))(?:高)?"
)
_SIDE = re.compile(
    r"^的?(左|右)(脸颊|脸|颊|手背|手腕|手|臂|肩|眉|额角|腿|耳)(?:上|边|侧)?(?:有|留着|横着|带着)?(?:着)?(?:一)?(?:道|块|条|处)?[^，。]{0,4}?(疤|伤疤|刺青|胎记)"
)
_DIGIT = {char: number for number, char in enumerate("零一二三四五六七八九")}


def _figure(char: str | None) -> int:
    if not char:
        return 0
    return int(char) if char.isdigit() else _DIGIT.get(char, 0)


def _verb(after: str, verbs: frozenset[str]) -> re.Match[str] | None:
    inner = "|".join(sorted((re.escape(verb) for verb in verbs), key=len, reverse=True))
    return re.match(rf"^{_ADVERB}({inner})(?!的)", after)


def acts(sentence: Sentence, name: Linked, words: Words) -> list[SurfaceClaim]:
    """What the named one does or says."""
    before, after = sentence.covered[: name.start], sentence.covered[name.end :]
    if after.startswith(tuple(words.not_actions)) or not _CLAUSE_START.search(before):
        return []
    spoken = _verb(after, words.speech_verbs)
    hit = spoken or _verb(after, words.action_verbs)
    if hit is None:
        return []
    kind = "speech" if spoken else "action"
    return [claim(sentence, name, kind, (name.start, name.end + hit.end()))]


def deaths(sentence: Sentence, name: Linked, _words: Words) -> list[SurfaceClaim]:
    """The named one dies on the page."""
    hit = _DEATH.match(sentence.covered[name.end :])
    if hit is None or not _CLAUSE_START.search(sentence.covered[: name.start]):
        return []
    span, value = (name.start, name.end + hit.end()), FactValue(text="dead")
    return [claim(sentence, name, "change", span, predicate="life_state", value=value)]


def looks(sentence: Sentence, name: Linked, words: Words) -> list[SurfaceClaim]:
    """Colour of eyes and hair, the hand used, height, side of a mark."""
    after, found = sentence.covered[name.end :], []
    unsure = has_word(sentence.covered, (*words.lights, *words.disguises, *words.figurative), words.language)
    modality = Modality.FIGURATIVE if unsure and sentence.modality is Modality.NARRATED else sentence.modality
    dyed = _DYED.match(after)
    if dyed is not None:
        value, span = FactValue(text=dyed.group("a")), (name.start, name.end + dyed.end())
        found.append(
            claim(
                sentence,
                name,
                "change",
                span,
                predicate="hair_colour",
                value=value,
                modality=Modality.NARRATED,
            )
        )
    for predicate, pattern in _LOOK.items():
        hit = pattern.match(after)
        colour = next((one for one in hit.groupdict().values() if one), None) if hit else None
        red_eyes = predicate == "eye_colour" and colour in {"红", "红色", "白"}
        if hit is not None and colour is not None and not red_eyes:
            span = (name.start, name.end + hit.end())
            found.append(
                claim(
                    sentence,
                    name,
                    "state",
                    span,
                    predicate=predicate,
                    value=FactValue(text=colour),
                    modality=modality,
                )
            )
    return found + _measures(sentence, name, after, modality)


def _measures(sentence: Sentence, name: Linked, after: str, modality: Modality) -> list[SurfaceClaim]:
    found = []
    hand = _HAND.match(after)
    if hand is not None:
        value = FactValue(text="left" if "左" in hand.group() else "right")
        span = (name.start, name.end + hand.end())
        found.append(
            claim(sentence, name, "state", span, predicate="handedness", value=value, modality=modality)
        )
    tall = _METRES.match(after)
    if tall is not None:
        tens, ones = next(
            ((tall.group(one), tall.group(one + 1)) for one in (1, 3, 5) if tall.group(one)), (None, None)
        )
        number = float(tall.group(7)) if tall.group(7) else 100.0 + _figure(tens) * 10 + _figure(ones)
        span, value = (name.start, name.end + tall.end()), FactValue(number=number)
        found.append(
            claim(sentence, name, "state", span, predicate="height_cm", value=value, modality=modality)
        )
    side = _SIDE.match(after)
    if side is not None:
        qualifier = {"side": "left" if side.group(1) == "左" else "right", "part": side.group(2)}
        span, value = (name.start, name.end + side.end()), FactValue(text=side.group(3))
        found.append(
            claim(
                sentence,
                name,
                "state",
                span,
                predicate="mark",
                value=value,
                qualifier=qualifier,
                modality=modality,
            )
        )
    return found


def inner_life(sentence: Sentence, name: Linked, words: Words) -> list[SurfaceClaim]:
    """What the named one thinks or feels, told as a fact."""
    before, after = sentence.covered[: name.start], sentence.covered[name.end :]
    hit = _verb(after, words.interior_verbs)
    if hit is None or not _CLAUSE_START.search(before):
        return []
    inferred = has_word(sentence.covered, words.inference_markers, words.language)
    frame = sentence.modality
    if frame is Modality.HYPOTHETICAL:
        # What is thought may be unsure; that it is thought is not.
        frame = modality_of(sentence.covered[: name.end + hit.end()], words)
    told = frame in {Modality.NARRATED, Modality.REMEMBERED} and not inferred
    modality = Modality.NARRATED if told else Modality.HYPOTHETICAL
    return [claim(sentence, name, "interior", (name.start, name.end + hit.end()), modality=modality)]


READERS: tuple[Reader, ...] = (acts, deaths, looks, inner_life)
