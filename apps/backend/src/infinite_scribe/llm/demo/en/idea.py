"""Reading an idea: who, doing what, with what, where. Patterns and word lists, no model."""

import re
from dataclasses import dataclass
from functools import lru_cache

from infinite_scribe.llm.demo.en import lexicon, morphology
from infinite_scribe.llm.demo.en.idea_words import DETERMINERS, GENERIC, HOMES, MASS, STOP
from infinite_scribe.llm.demo.en.sense import sense

VERBS: dict[str, str] = {
    verb: kind
    for kind, verbs in {
        "trade": "sell buy rent lend trade auction peddle pawn deal broker import hire swap",
        "craft": "repair mend make build paint forge bake fix restore write carve sew brew invent create design cook compose tune weave print tattoo",
        "keep": "guard keep collect hide catalogue store tend protect watch raise feed archive inherit own adopt count remember run",
        "seek": "find hunt investigate search discover track follow study chase solve lose uncover hear see read translate decode dream learn forget fall need want",
        "carry": "deliver smuggle ferry carry transport drive bring send steal return fly sail escape",
        "end": "bury destroy erase burn kill delete cure exorcise break cancel stop",
    }.items()
    for verb in verbs.split()
}


#: Words for people that name no trade.
PLAIN_PEOPLE = frozenset(
    ["girl", "boy", "man", "woman", "child", "person", "teenager", "sister", "brother", "sisters", "brothers"]
)


@dataclass(frozen=True, slots=True)
class Idea:
    """What an idea names; nothing in it is empty."""

    role: str
    trade: str  # class
    verb: str
    verb_kind: str
    ware: str  # singular noun phrase that can be counted
    wares: str
    ware_kind: str
    place: str
    place_kind: str
    genre: str
    rule: str
    given: bool  # whether the author's words decided the ware


def read(text: str, genres: list[str] | None = None, fallback: int = 0) -> Idea:
    """The idea in parts. What the words do not say is filled from the genre, by `fallback`."""
    return _read(text, tuple(genres or ()), fallback)


@lru_cache(maxsize=256)
def _read(text: str, genres: tuple[str, ...], fallback: int) -> Idea:
    plain = re.sub(r"\s+", " ", text.replace("’", "'")).strip()
    lowered = plain.lower()
    genre = lexicon.genre_of(plain, list(genres))
    meant = sense(lowered)
    role, trade = (
        (meant.role, lexicon.trade_nouns().get(meant.role, "watch")) if meant.role else _role(lowered)
    )
    verb, thing = (meant.verb, meant.thing) if meant.thing else _deed(lowered, role)
    thing = "" if _is_somebody(thing) else thing
    given = bool(thing)
    if not thing:
        thing = _known_noun(lowered, role) or _fallback_ware(genre, fallback)
        given = thing in lowered
    if not role:
        role = next((trade_noun for trade_noun, home in HOMES.items() if home in lowered), "")
        trade = lexicon.trade_nouns().get(role, "")
    if not role:
        role, trade = _fallback_role(VERBS.get(verb, ""), thing, fallback)
    ware, wares, kind = _ware(thing)
    verb = verb or {
        "trade": "sell",
        "craft": "repair",
        "seek": "look for",
        "road": "carry",
        "sea": "keep",
        "law": "track",
    }.get(trade, "keep")
    place = meant.place or _place(lowered, role)
    rule = re.search(
        r"\b(?:city|library|town|world|village|place|country|island|house|land|future|kingdom|planet)\s+(?:where|in which)\s+([^.;,]+)",
        lowered,
    )
    return Idea(
        role,
        trade,
        verb,
        VERBS.get(verb, "keep"),
        ware,
        wares,
        kind,
        place,
        lexicon.place_words().get(place.split()[-1], lexicon.place_words().get(place, "home")),
        genre,
        rule.group(1).strip() if rule else "",
        given,
    )


def _role(text: str) -> tuple[str, str]:
    found: tuple[int, str, str] | None = None
    for noun, kind in lexicon.trade_nouns().items():
        if noun not in text:
            continue
        match = re.search(rf"\b{re.escape(noun)}s?\b(?!')", text)
        if match and (found is None or match.start() < found[0]):
            found = (match.start(), noun, kind)
    if found:
        before = re.search(
            r"\b(?:a|an|the|retired|young|old|blind|disgraced|exiled)\s+((?:[a-z-]+\s)?)$", text[: found[0]]
        )
        lead = before.group(1).strip() if before else ""
        lead = "" if lead in STOP or lead in DETERMINERS else lead
        if not lead and (
            old := re.search(r"\b(retired|young|old|blind|disgraced|exiled|lonely)\s+$", text[: found[0]])
        ):
            lead = old.group(1)
        return (f"{lead} {found[1]}".strip(), found[2])
    match = re.search(r"\b(?:a|an|the)\s+((?:[a-z'-]+\s)?[a-z'-]+)\s+(?:who|that|whose)\b", text)
    if match and match.group(1).split()[-1] not in lexicon.place_words():
        role = match.group(1)
        return role, "craft" if role.endswith(("maker", "wright", "smith")) else "trade" if role.endswith(
            ("er", "or")
        ) else "learn"
    return "", ""


@lru_cache(maxsize=4096)
def _lemma(word: str) -> str:
    if word in VERBS:
        return word
    table = morphology.lemmas()
    if table.get(word) in VERBS:
        return table[word]
    for verb in VERBS:
        if word in {morphology.third(verb), morphology.gerund(verb), morphology.past(verb)}:
            return verb
    return ""


def _deed(text: str, role: str) -> tuple[str, str]:
    """The first known verb after the role, with its object."""
    start = text.find(role.rsplit(maxsplit=1)[-1]) + len(role.rsplit(maxsplit=1)[-1]) if role else 0
    words = re.findall(r"[a-z0-9'-]+|[,.;:]", text[max(0, start) :])
    for index, word in enumerate(words):
        verb = _lemma(word)
        if not verb:
            continue
        phrase: list[str] = []
        for follower in words[index + 1 :]:
            if (
                follower in STOP
                or not follower[0].isalnum()
                or (_lemma(follower) and not follower.endswith(("en", "ed")) and set(phrase) - DETERMINERS)
            ):
                break
            phrase.append(follower)
        phrase = [
            item
            for item in phrase
            if item not in DETERMINERS and not item.endswith("ly") and not item.endswith("'s")
        ]
        rest = words[index + 1 + len(phrase) :]
        if (
            phrase
            and phrase[-1] in lexicon.place_words()
            and VERBS[verb] in {"keep", "seek"}
            and verb in {"run", "own", "inherit", "keep", "tend", "guard", "need"}
        ):
            continue
        if phrase and phrase[-1] == "dead":
            return verb, "voice of the dead"
        if phrase and len(phrase[-1]) > 2:
            return verb, " ".join(phrase[-2:])
        if rest and not phrase:
            continue
    return "", ""


def _known_noun(text: str, role: str) -> str:
    words = re.findall(r"[a-z'-]+", text.replace(role, " ") if role else text)
    return next(
        (
            word
            for word in words
            if word != "dead"
            and lexicon.ware_words().get(word, lexicon.ware_words().get(morphology.singular(word)))
            not in {None, "place"}
        ),
        "",
    )


def _is_somebody(phrase: str) -> bool:
    """Whether a phrase names people, who are looked for and missed but stand on no shelf."""
    one = morphology.singular(phrase.rsplit(maxsplit=1)[-1]) if phrase else ""
    return (one in lexicon.trade_nouns() or one in PLAIN_PEOPLE) and one not in lexicon.ware_words()


def _fallback_ware(genre: str, number: int) -> str:
    pools = {
        "science fiction": ["seed", "signal", "memory"],
        "crime": ["alibi", "key", "portrait"],
        "horror": ["prayer", "reflection", "lullaby"],
        "romance": ["letter", "promise", "recipe"],
        "western": ["map", "grave song", "horse"],
        "fantasy": ["shadow", "oath", "true name"],
        "thriller": ["code", "alibi", "identity"],
        "mystery": ["secret", "letter", "key"],
    }
    pool = pools.get(genre, ["letter", "secret", "clock", "goodbye", "echo", "map"])
    return pool[number % len(pool)]


def _fallback_role(verb_kind: str, thing: str, number: int) -> tuple[str, str]:
    roles = {
        "craft": [("mender", "craft"), ("restorer", "craft")],
        "seek": [("clerk", "paper"), ("inspector", "law")],
        "carry": [("courier", "road"), ("ferrywoman", "sea")],
        "end": [("undertaker", "care"), ("caretaker", "watch")],
        "trade": [("shopkeeper", "trade"), ("broker", "trade")],
    }
    pool = roles.get(
        verb_kind,
        [("caretaker", "watch"), ("archivist", "paper"), ("collector", "trade"), ("signalman", "machine")],
    )
    return pool[(number + len(thing)) % len(pool)]


def _ware(phrase: str) -> tuple[str, str, str]:
    head = phrase.split(" of ", maxsplit=1)[0].rsplit(maxsplit=1)[-1]
    one = morphology.singular(head)
    known = lexicon.ware_words()
    kind = known.get(one, known.get(head, known.get(phrase, "object")))
    if " of " in phrase and (held := known.get(phrase.split(" of ", 1)[1].rsplit(maxsplit=1)[-1])):
        kind = held
    if one.endswith(("ness", "tion", "ment", "ity", "ship")) and kind == "object":
        kind = "abstract"
    if kind == "case" and one != "file":
        phrase, one = f"{phrase} file" if one == phrase else f"{one} file", "file"
    single = phrase if " of " in phrase else " ".join([*phrase.split()[:-1], one])
    if one in MASS:
        vessels = lexicon.table("wares")[kind]["vessels"]
        vessel = vessels[0].split(";")[0] if vessels else "measure"
        single = f"{vessel.split()[-1]} of {single}"
    return single, morphology.plural(single), kind


def _place(text: str, role: str) -> str:
    """The place named, the trade's own place, or a place that suits the trade; specific before general."""
    loose = ""
    for word in lexicon.place_words():
        if word not in text:
            continue
        match = re.search(
            rf"\b(?:in|at|on|aboard|inside|near|under|beneath|outside|of|runs?|keeps?|inherits?)\s+(?:[a-z']+\s){{0,3}}?({re.escape(word)})\b",
            text,
        )
        if match and word in GENERIC:
            loose = loose or word
        elif match:
            return word
    for noun, home in HOMES.items():
        if noun in role:
            return home
    kind = lexicon.trade_nouns().get(role.rsplit(maxsplit=1)[-1] if role else "", "")
    suited = {
        "sea": "harbour",
        "paper": "archive",
        "law": "court",
        "care": "hospital",
        "earth": "farm",
        "machine": "workshop",
        "art": "studio",
        "craft": "workshop",
        "food": "kitchen",
        "trade": "shop",
        "watch": "barracks",
        "learn": "school",
    }
    return (
        loose
        if loose and loose not in {"town", "world", "city", "village"}
        else suited.get(kind, loose or "street")
    )
