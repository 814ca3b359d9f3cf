"""English word forms: verbs by tense, person and aspect; plurals; articles. Tables and rules."""

import re
from functools import lru_cache

_IRREGULAR = """
be was been|become became become|begin began begun|bear bore borne|bend bent bent|bite bit bitten|bind bound bound|bleed bled bled|blow blew blown
break broke broken|bring brought brought|build built built|burn burnt burnt|burst burst burst|buy bought bought|catch caught caught
choose chose chosen|cling clung clung|come came come|cost cost cost|creep crept crept|cut cut cut|deal dealt dealt|dig dug dug|do did done
draw drew drawn|dream dreamed dreamed|drink drank drunk|drive drove driven|dwell dwelt dwelt|eat ate eaten|fall fell fallen|feed fed fed
feel felt felt|fight fought fought|find found found|flee fled fled|fling flung flung|fly flew flown|forbid forbade forbidden|forget forgot forgotten
forgive forgave forgiven|freeze froze frozen|get got got|give gave given|go went gone|grind ground ground|grow grew grown|hang hung hung
have had had|hear heard heard|hide hid hidden|hit hit hit|hold held held|hurt hurt hurt|keep kept kept|kneel knelt knelt|know knew known
lay laid laid|lead led led|lean leaned leaned|leap leapt leapt|learn learned learned|leave left left|lend lent lent|let let let|lie lay lain
light lit lit|lose lost lost|make made made|mean meant meant|meet met met|outlive outlived outlived|overhear overheard overheard|pay paid paid|put put put|quit quit quit
read read read|rid rid rid|ride rode ridden|ring rang rung|rise rose risen|run ran run|say said said|see saw seen|seek sought sought|sell sold sold
send sent sent|set set set|sew sewed sewn|shake shook shaken|shed shed shed|shine shone shone|shoot shot shot|show showed shown|shrink shrank shrunk|shut shut shut
sing sang sung|sink sank sunk|sit sat sat|sleep slept slept|slide slid slid|slip slipped slipped|slit slit slit|smell smelt smelt|speak spoke spoken|spend spent spent
spill spilt spilt|spin spun spun|spit spat spat|split split split|spread spread spread|spring sprang sprung|stand stood stood|steal stole stolen|stick stuck stuck
sting stung stung|stink stank stunk|stride strode stridden|strike struck struck|string strung strung|strive strove striven|swear swore sworn|sweep swept swept|swell swelled swollen
swim swam swum|swing swung swung|take took taken|teach taught taught|tear tore torn|tell told told|think thought thought|throw threw thrown
understand understood understood|undo undid undone|wake woke woken|wear wore worn|weave wove woven|weep wept wept|wet wet wet|win won won|wind wound wound
withdraw withdrew withdrawn|withhold withheld withheld|wring wrung wrung|write wrote written|rewrite rewrote rewritten|unwind unwound unwound|resell resold resold|rebuild rebuilt rebuilt|mislead misled misled|shoe shod shod|grind ground ground|uphold upheld upheld|overtake overtook overtaken
"""
PAST: dict[str, str] = {}
PARTICIPLE: dict[str, str] = {}
for _row in _IRREGULAR.replace("\n", "|").split("|"):
    if _row.strip():
        _lemma, _past, _participle = _row.split()
        PAST[_lemma], PARTICIPLE[_lemma] = _past, _participle

_MODAL_PAST = {"can": "could", "will": "would", "may": "might", "must": "had to", "shall": "should"}
_LONGER_DOUBLING = frozenset(
    [
        "admit",
        "omit",
        "permit",
        "refer",
        "prefer",
        "occur",
        "regret",
        "commit",
        "submit",
        "unpin",
        "unzip",
        "forget",
        "begin",
    ]
)
_SHORT_CLOSED = re.compile(r"(?:[^aeiou]|qu)*[aeiou][^aeiouwxy]$")
_IRREGULAR_PLURALS = {
    "man": "men",
    "woman": "women",
    "child": "children",
    "foot": "feet",
    "tooth": "teeth",
    "mouse": "mice",
    "goose": "geese",
    "person": "people",
    "leaf": "leaves",
    "loaf": "loaves",
    "knife": "knives",
    "life": "lives",
    "wife": "wives",
    "shelf": "shelves",
    "half": "halves",
    "thief": "thieves",
    "wolf": "wolves",
    "scarf": "scarves",
    "calf": "calves",
    "elf": "elves",
    "sheep": "sheep",
    "deer": "deer",
    "fish": "fish",
    "series": "series",
}
_SILENT_H = ("hour", "honest", "honour", "honor", "heir")
_CONSONANT_U = ("uni", "use", "usu", "eu", "one", "once", "ubi", "uku")


@lru_cache(maxsize=4096)
def past(lemma: str) -> str:
    """Simple past (third singular for *be*)."""
    if lemma in _MODAL_PAST:
        return _MODAL_PAST[lemma]
    return PAST.get(lemma) or _ed(lemma)


@lru_cache(maxsize=4096)
def participle(lemma: str) -> str:
    """Past participle."""
    return PARTICIPLE.get(lemma) or _ed(lemma)


@lru_cache(maxsize=4096)
def gerund(lemma: str) -> str:
    """The form in -ing."""
    if lemma in {"be", "see", "flee", "free", "agree", "shoe", "dye"}:
        return lemma + "ing"
    if lemma.endswith("ie"):
        return lemma[:-2] + "ying"
    if lemma.endswith("e") and not lemma.endswith(("ee", "oe", "ye")):
        return lemma[:-1] + "ing"
    if lemma in _LONGER_DOUBLING or _SHORT_CLOSED.fullmatch(lemma):
        return lemma + lemma[-1] + "ing"
    return lemma + "ing"


@lru_cache(maxsize=4096)
def third(lemma: str) -> str:
    """Third person singular present."""
    fixed = {
        "be": "is",
        "have": "has",
        "do": "does",
        "go": "goes",
        "can": "can",
        "will": "will",
        "may": "may",
        "must": "must",
        "shall": "shall",
    }
    if lemma in fixed:
        return fixed[lemma]
    if lemma.endswith(("s", "sh", "ch", "x", "z", "o")):
        return lemma + "es"
    if lemma.endswith("y") and lemma[-2:-1] not in "aeiou":
        return lemma[:-1] + "ies"
    return lemma + "s"


def _ed(lemma: str) -> str:
    if lemma.endswith("e"):
        return lemma + "d"
    if lemma.endswith("y") and lemma[-2:-1] not in "aeiou":
        return lemma[:-1] + "ied"
    if lemma in _LONGER_DOUBLING or _SHORT_CLOSED.fullmatch(lemma):
        return lemma + lemma[-1] + "ed"
    return lemma + "ed"


def finite(lemma: str, tense: str, number: str) -> str:
    """A finite form. `number`: `1` (I), `sg` (he, she, it), `pl` (they, you, we)."""
    if lemma == "be":
        if tense == "past":
            return "were" if number == "pl" else "was"
        return {"1": "am", "sg": "is"}.get(number, "are")
    if tense == "past":
        return past(lemma)
    return third(lemma) if number == "sg" else ("have to" if lemma == "must" else lemma)


@lru_cache(maxsize=4096)
def plural(noun: str) -> str:
    """The plural of a noun or noun phrase (its head is the last word, or the word before *of*)."""
    if " of " in noun:
        head, rest = noun.split(" of ", 1)
        return f"{plural(head)} of {rest}"
    before, _, last = noun.rpartition(" ")
    lead = f"{before} " if before else ""
    if last in _IRREGULAR_PLURALS:
        return lead + _IRREGULAR_PLURALS[last]
    for single, many in (("man", "men"), ("child", "children")):
        if last.endswith(single) and last not in {"human", "german", "talisman"}:
            return lead + last[: -len(single)] + many
    if last in {"echo", "hero", "potato", "tomato", "volcano", "torpedo"} or last.endswith(
        ("s", "sh", "ch", "x", "z")
    ):
        return lead + last + "es"
    if last.endswith("y") and last[-2:-1] not in "aeiou":
        return lead + last[:-1] + "ies"
    return lead + last + "s"


_SINGULARS = {many: one for one, many in _IRREGULAR_PLURALS.items()}
_MASS_S = frozenset(
    [
        "glass",
        "news",
        "gas",
        "bus",
        "chess",
        "less",
        "loss",
        "boss",
        "grass",
        "brass",
        "class",
        "dress",
        "kiss",
        "bliss",
        "mess",
        "lens",
        "canvas",
        "atlas",
        "compass",
        "address",
        "princess",
        "witness",
        "business",
    ]
)


def singular(noun: str) -> str:
    """The singular of a plural noun; a singular stays."""
    if noun in _SINGULARS:
        return _SINGULARS[noun]
    if noun in _MASS_S or not noun.endswith("s") or noun.endswith(("ss", "us", "is")):
        return noun
    if noun.endswith("ies") and len(noun) > 4:
        return noun[:-3] + "y"
    if noun.endswith("oes") and noun not in {"shoes", "toes", "canoes"}:
        return noun[:-2]
    if noun.endswith(("shes", "ches", "xes", "sses", "zzes")):
        return noun[:-2]
    return noun[:-1]


def article(word: str) -> str:
    """*a* or *an* before a word, by sound."""
    lowered = word.lower().lstrip("\"'“‘*")
    if lowered.startswith(_SILENT_H):
        return "an"
    if lowered.startswith(_CONSONANT_U):
        return "a"
    if re.match(r"[a-z]\b", lowered):
        return "an" if lowered[0] in "aefhilmnorsx" else "a"
    if re.match(r"(8|11|18)(?!\d)|8\d", lowered):
        return "an"
    return "an" if lowered[:1] in "aeiou" else "a"


_ARTICLE = re.compile(r"\b([Aa])n? (?=([\"“‘*]?[\w]+))")


def fix_articles(text: str) -> str:
    """Every *a*/*an* set by the sound of the next word."""

    def swap(match: re.Match[str]) -> str:
        right = article(match.group(2))
        return (right.capitalize() if match.group(1) == "A" else right) + " "

    return _ARTICLE.sub(swap, text)


@lru_cache(maxsize=1)
def lemmas() -> dict[str, str]:
    """Inflected irregular form → lemma, for reading."""
    table: dict[str, str] = {}
    for lemma, form in [*PARTICIPLE.items(), *PAST.items()]:
        table.setdefault(form, lemma)
    table.update(
        {
            "is": "be",
            "are": "be",
            "were": "be",
            "am": "be",
            "has": "have",
            "does": "do",
            "goes": "go",
            "lay": "lie",
            "found": "find",
            "saw": "see",
        }
    )
    return table


def stem(word: str) -> str:
    """A rough stem, so that *counts*, *counted* and *counting* meet."""
    lowered = word.lower().replace("’", "'").removesuffix("'s")
    if lowered in lemmas():
        return lemmas()[lowered]
    for ending, swap in (("ies", "y"), ("ied", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")):
        if lowered.endswith(ending) and len(lowered) - len(ending) >= 3 and not lowered.endswith("ss"):
            base = lowered[: -len(ending)] + swap
            if len(base) > 3 and base[-1] == base[-2] and base[-1] not in "sl":
                base = base[:-1]
            return base.removesuffix("e") if len(base) > 3 else base
    return lowered.removesuffix("e") if len(lowered) > 4 else lowered
