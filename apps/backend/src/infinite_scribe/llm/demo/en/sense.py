"""Ideas that are no "X who does Y": a war of cooks, a heist where books remember, an inheritance.

Each pattern says who the lead is, what is done and with what. What a pattern leaves open is
filled by the general reading of `idea.py`.
"""

import re
from dataclasses import dataclass

from infinite_scribe.llm.demo.en import lexicon, morphology


@dataclass(frozen=True, slots=True)
class Sense:
    """What an idea means where its grammar does not say it; empty where it does."""

    role: str = ""
    verb: str = ""
    thing: str = ""
    place: str = ""


#: The thing that people of a trade fight over, by class of trade.
_PRIZES = {
    "food": "recipe", "sea": "map", "paper": "letter", "law": "file", "care": "medicine", "earth": "seed", "machine": "engine",
    "art": "portrait", "craft": "clock", "trade": "contract", "watch": "key", "learn": "book", "road": "parcel",
}  # fmt: skip
#: Whoever keeps a place, and what is given out there.
_KEEPERS = {
    "library": ("librarian", "guard", "book"), "ferry": ("ferrywoman", "sell", "crossing"), "hotel": ("innkeeper", "rent", "room"), "inn": ("innkeeper", "rent", "room"),
    "theatre": ("caretaker", "keep", "mask"), "cinema": ("caretaker", "keep", "film"), "lighthouse": ("lighthouse keeper", "keep", "light"), "museum": ("caretaker", "guard", "relic"),
    "farm": ("farmer", "keep", "seed"), "orchard": ("gardener", "keep", "seed"), "bakery": ("baker", "sell", "recipe"), "shop": ("shopkeeper", "sell", "clock"),
    "bookshop": ("bookseller", "sell", "book"), "bank": ("clerk", "keep", "contract"), "cemetery": ("gravedigger", "keep", "name"), "boat": ("ferrywoman", "sell", "crossing"),
}  # fmt: skip
_KIN = "brother|sister|mother|father|husband|wife|son|daughter|twin|aunt|uncle|grandmother|grandfather|child|parents"


def sense(text: str) -> Sense:
    """The meaning of an idea in lower case; an empty `Sense` where no pattern applies."""
    for read in (_war, _crime_at, _denied, _inherit, _contact):
        found = read(text)
        if found is not None:
            return found
    return Sense()


def _war(text: str) -> Sense | None:
    match = re.search(
        r"\b(?:war|duel|feud|contest|rivalry|battle|strike|guild|league)\s+(?:of|between|among)\s+(?:the |two |rival )?([a-z-]+)",
        text,
    )
    one = morphology.singular(match.group(1)) if match else ""
    kind = lexicon.trade_nouns().get(one, "")
    return Sense(one, "guard", _PRIZES.get(kind, "recipe")) if kind else None


def _crime_at(text: str) -> Sense | None:
    match = re.search(
        r"\b(?:heist|robbery|burglary|break-in|theft|fire|strike|night|party|wedding|siege)\s+(?:in|at|aboard|on|of)\s+(?:a|an|the)\s+(?:[a-z-]+ )??([a-z]+)\b",
        text,
    )
    place = match.group(1) if match else ""
    if place not in _KEEPERS:
        return None
    role, verb, thing = _KEEPERS[place]
    named = re.search(r"\bwhere (?:the |all )?([a-z]+s)\b", text)
    one = morphology.singular(named.group(1)) if named else ""
    return Sense(role, verb, one if one in lexicon.ware_words() else thing, place)


def _denied(text: str) -> Sense | None:
    match = re.search(
        rf"\b(?:discovers?|finds? out|learns?|realises?|realizes?|suspects?) that (?:her|his|their|my) ({_KIN})\b",
        text,
    )
    return Sense("", "search", "record") if match else None


def _inherit(text: str) -> Sense | None:
    match = re.search(
        r"\b(?:inherits?|inherited|runs?|owns?|takes? over|opens?|is left)\s+(?:a|an|the|her|his|their)\s+(?:[a-z-]+ ){0,2}?([a-z]+)\b",
        text,
    )
    place = match.group(1) if match else ""
    if place not in _KEEPERS or re.search(r"\b(?:that|which|who|where)\b", text):
        return None
    role, verb, thing = _KEEPERS[place]
    role = (
        role
        if not role.endswith("woman") or not re.search(r"\b(?:brother|son|man|boy|father)s?\b", text)
        else role.removesuffix("woman") + "man"
    )
    return Sense(role, verb, thing, place)


def _contact(text: str) -> Sense | None:
    match = re.search(
        r"\b(?:contact|love|friendship|war|marriage|trial|life|conversation|murder)\s+by\s+([a-z]+)\b", text
    )
    thing = match.group(1) if match else ""
    return Sense("translator", "read", thing) if thing in lexicon.ware_words() else None
