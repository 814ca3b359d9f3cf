"""Surface patterns of English: acts, deaths, looks, inner life. Pure."""

from __future__ import annotations

import re

from infinite_scribe.canon.rules import FactValue
from infinite_scribe.canon.synonyms import COLOURS, colour_group
from infinite_scribe.continuity.linking import Linked
from infinite_scribe.continuity.passages import COVER, Modality, Sentence, has_word, modality_of
from infinite_scribe.continuity.surface import Reader, SurfaceClaim, claim
from infinite_scribe.continuity.words import Words

_COLOUR = "|".join(
    sorted((word for words in COLOURS.values() for word in words if word.isascii()), key=len, reverse=True)
)
_SHADE = r"(?:(?:pale|dark|light|deep|bright|clear|very|so|soft|cold|warm)[ -])?"
_ADVERB = r"(?:(?:[a-z]+ly|then|just|still|only|now|also|even|himself|herself|suddenly)[ ,]+){0,2}"
_CLAUSE_START = re.compile(rf"(?:^|[,;:—–{COVER}]|\b(?:and|but|then|as|while|so))\s*$")
_NEXT_WORD = re.compile(rf"^(?:,? who)?(?: and [A-Z][a-z]+)?\s+{_ADVERB}([a-z]+)\b(\s+by\b)?")
_DEATH = re.compile(
    r"^\s+(?:had\s+)?(died|was (?:dead|killed|shot dead)|fell dead|breathed (?:his|her|their) last)\b"
)
_SAID_BY = re.compile(rf"{COVER}[ ,]*([a-z]+)\s+$")
_HABITS = ("always", "often", "never", "every day", "every night", "usually", "whenever")
_EYES = re.compile(
    rf"^(?:['’]s?\s+(?:(?!had|has|have|with|was|were)[a-z-]+,? ){{0,2}}?{_SHADE}(?P<a>{_COLOUR}) eyes\b"
    rf"|['’]s?\s+eyes (?:were|are) {_SHADE}(?P<b>{_COLOUR})\b(?! (?:with|from))"
    rf"|\s+(?:had|has) (?:(?:his|her|their) \w+['’]s )?(?:[a-z-]+,? )?{_SHADE}(?P<c>{_COLOUR}) eyes\b"
    rf"|,? with (?:his |her |their )?(?:[a-z-]+,? )?{_SHADE}(?P<d>{_COLOUR}) eyes\b)"
)
_HAIR = re.compile(
    rf"^(?:['’]s?\s+(?:(?!had|has|have|with|was|were)[a-z-]+,? ){{0,2}}?{_SHADE}(?P<a>{_COLOUR}) (?:hair|curls|braids?)\b"
    rf"|['’]s?\s+hair (?:was|is) {_SHADE}(?P<b>{_COLOUR})\b(?! (?:with|from))"
    rf"|\s+(?:had|has) (?:[a-z-]+,? )?{_SHADE}(?P<c>{_COLOUR}) hair\b"
    rf"|,? with (?:his |her |their )?(?:[a-z-]+,? )?{_SHADE}(?P<d>{_COLOUR}) hair\b)"
)
_DYED = re.compile(
    rf"^\s+(?:had )?(?:dyed|bleached|coloured|colored) (?:his|her|their) hair {_SHADE}(?P<a>{_COLOUR})\b"
)
_HAND = re.compile(r"^\s+(?:was|is) (left|right)-handed\b")
_FEET = re.compile(r"^\s+(?:was|is|stood|stands) (\w+) f(?:oo|ee)t(?: (\w+)(?: inch(?:es)?)?)?(?: tall)?\b")
_CENTIMETRES = re.compile(
    r"^\s+(?:was|is|stood|stands) (\d{2,3}) ?(?:cm|centimetres|centimeters)(?: tall)?\b"
)
_NUMBERS = {
    word: number
    for number, word in enumerate(
        [
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
        ]
    )
}
_SCAR = re.compile(r"\b(?:scar|tattoo|birthmark|brand)[a-z ]{0,24}? (?:on|across|down|over|along) $")
_SIDE = re.compile(
    r"^['’]s? (left|right) (cheek|hand|arm|eye|brow|eyebrow|shoulder|leg|temple|wrist|ear|knee|forearm)\b"
)
_FELT_BODY = re.compile(
    r"^\s+(?:in|for|along|around|under|about|beneath|inside|across|his way|her way|the|his|her)\b"
)
_NOT_INNER = re.compile(
    r"^\s+(?:aloud|out loud|to (?:lock|bring|take|close|leave|buy|pack|check|ask)|him|her|them|me|us|you|in|how to)\b"
)
_KNEW = re.compile(r"^\s+(?:that|what|why|he|she|it|they|there|then|exactly|nothing|at once)\b")


def _number(word: str | None) -> int | None:
    if word is None:
        return 0
    return int(word) if word.isdigit() else _NUMBERS.get(word)


def acts(sentence: Sentence, name: Linked, words: Words) -> list[SurfaceClaim]:
    """What the named one does or says."""
    before, after = sentence.covered[: name.start], sentence.covered[name.end :]
    said = _SAID_BY.search(before)
    if said is not None and said.group(1) in words.speech_verbs:
        return [claim(sentence, name, "speech", (said.start(1), name.end), modality=_habit(sentence, words))]
    if after.startswith(("'", "’")) or not _CLAUSE_START.search(before):
        return []
    verb = _NEXT_WORD.match(after)
    if verb is None or verb.group(2) or verb.group(1) in words.not_actions:
        return []
    span = (name.start, name.end + verb.end(1))
    if verb.group(1) in words.speech_verbs:
        return [claim(sentence, name, "speech", span, modality=_habit(sentence, words))]
    if verb.group(1) in words.action_verbs:
        return [claim(sentence, name, "action", span, modality=_habit(sentence, words))]
    return []


def _habit(sentence: Sentence, words: Words) -> Modality:
    """A habit is no act of this scene."""
    return Modality.REMEMBERED if has_word(sentence.covered, _HABITS, words.language) else sentence.modality


def deaths(sentence: Sentence, name: Linked, _words: Words) -> list[SurfaceClaim]:
    """The named one dies on the page."""
    hit = _DEATH.match(sentence.covered[name.end :])
    if hit is None or not _CLAUSE_START.search(sentence.covered[: name.start]):
        return []
    value = FactValue(text="dead")
    return [
        claim(
            sentence, name, "change", (name.start, name.end + hit.end()), predicate="life_state", value=value
        )
    ]


def looks(sentence: Sentence, name: Linked, words: Words) -> list[SurfaceClaim]:
    """Colour of eyes and hair, the hand used, height, side of a mark."""
    after, found = sentence.covered[name.end :], []
    unsure = has_word(sentence.covered, (*words.lights, *words.disguises, *words.figurative), words.language)
    modality = Modality.FIGURATIVE if unsure and sentence.modality is Modality.NARRATED else sentence.modality
    for predicate, pattern in (("eye_colour", _EYES), ("hair_colour", _HAIR)):
        hit = pattern.match(after)
        colour = next((one for one in hit.groupdict().values() if one), None) if hit else None
        if (
            hit is not None
            and colour is not None
            and not (predicate == "eye_colour" and colour_group(colour) == "red")
        ):
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
    return found + _measures(sentence, name, after, modality)


def _measures(sentence: Sentence, name: Linked, after: str, modality: Modality) -> list[SurfaceClaim]:
    found = []
    hand = _HAND.match(after)
    if hand is not None:
        value, span = FactValue(text=hand.group(1)), (name.start, name.end + hand.end())
        found.append(
            claim(sentence, name, "state", span, predicate="handedness", value=value, modality=modality)
        )
    feet, metric = _FEET.match(after), _CENTIMETRES.match(after)
    tall = None
    if feet is not None:
        whole, inches = _number(feet.group(1)), _number(feet.group(2))
        tall = None if whole is None or inches is None else whole * 30.48 + inches * 2.54
    elif metric is not None:
        tall = float(metric.group(1))
    hit = feet or metric
    if tall and hit is not None:
        value, span = FactValue(number=round(tall, 1)), (name.start, name.end + hit.end())
        found.append(
            claim(sentence, name, "state", span, predicate="height_cm", value=value, modality=modality)
        )
    side = _SIDE.match(after)
    scar = _SCAR.search(sentence.covered[: name.start])
    if side is not None and scar is not None:
        qualifier = {"side": side.group(1), "part": side.group(2)}
        span, value = (scar.start(), name.end + side.end()), FactValue(text=scar.group().split()[0])
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
    after = sentence.covered[name.end :]
    verb = _NEXT_WORD.match(after)
    if (
        verb is None
        or verb.group(1) not in words.interior_verbs
        or not _CLAUSE_START.search(sentence.covered[: name.start])
    ):
        return []
    rest = after[verb.end(1) :]
    word = verb.group(1)
    outward = _NOT_INNER.match(rest) is not None or (
        word in {"felt", "feels"} and _FELT_BODY.match(rest) is not None
    )
    if outward or (word in {"knew", "knows"} and _KNEW.match(rest) is None):
        return []
    inferred = has_word(sentence.covered, words.inference_markers, words.language)
    frame = sentence.modality
    if frame is Modality.HYPOTHETICAL:
        # What is thought may be unsure; that it is thought is not.
        frame = modality_of(sentence.covered[: name.end + verb.end(1)], words)
    told = frame in {Modality.NARRATED, Modality.REMEMBERED} and not inferred
    modality = Modality.NARRATED if told else Modality.HYPOTHETICAL
    return [claim(sentence, name, "interior", (name.start, name.end + verb.end(1)), modality=modality)]


READERS: tuple[Reader, ...] = (acts, deaths, looks, inner_life)
