"""Bringing a given sentence into the narrative's tense and person. Tables, not guesses.

Plans are written in the present about named people ("Ada refuses the money."). Prose may
be past and first person ("I refused the money."). Only words that can be nothing but a
finite verb in their place are changed.
"""

import re
from functools import lru_cache

from infinite_scribe.llm.demo.en import morphology
from infinite_scribe.llm.demo.en.idea import VERBS

_AUXILIARY = {
    "is": "was",
    "are": "were",
    "am": "was",
    "has": "had",
    "have": "had",
    "does": "did",
    "do": "did",
    "can": "could",
    "will": "would",
    "may": "might",
    "isn't": "wasn't",
    "doesn't": "didn't",
    "can't": "couldn't",
    "won't": "wouldn't",
    "cannot": "could not",
    "must": "had to",
}
_DETERMINERS = frozenset(
    [
        "a",
        "an",
        "the",
        "this",
        "that",
        "these",
        "those",
        "his",
        "her",
        "its",
        "their",
        "my",
        "our",
        "your",
        "no",
        "every",
        "each",
        "some",
        "any",
        "one",
        "two",
        "three",
        "of",
        "with",
    ]
)
_COMMON = [
    "accept",
    "admit",
    "agree",
    "arrive",
    "ask",
    "answer",
    "beg",
    "begin",
    "believe",
    "belong",
    "blame",
    "block",
    "bleed",
    "bury",
    "call",
    "carry",
    "change",
    "choose",
    "claim",
    "close",
    "come",
    "confess",
    "count",
    "cross",
    "cut",
    "decide",
    "decline",
    "demand",
    "deny",
    "die",
    "discover",
    "doubt",
    "draw",
    "drop",
    "enter",
    "escape",
    "explain",
    "face",
    "fail",
    "fear",
    "feel",
    "fight",
    "find",
    "finish",
    "follow",
    "forgive",
    "gather",
    "get",
    "give",
    "go",
    "guess",
    "hand",
    "hear",
    "help",
    "hesitate",
    "hide",
    "hold",
    "hope",
    "insist",
    "keep",
    "kill",
    "know",
    "laugh",
    "lay",
    "learn",
    "leave",
    "let",
    "lie",
    "lift",
    "live",
    "lock",
    "look",
    "lose",
    "love",
    "make",
    "mean",
    "meet",
    "miss",
    "move",
    "need",
    "notice",
    "offer",
    "open",
    "order",
    "overhear",
    "own",
    "pack",
    "pay",
    "persuade",
    "pick",
    "plan",
    "plead",
    "point",
    "promise",
    "prove",
    "pull",
    "push",
    "put",
    "question",
    "reach",
    "read",
    "realise",
    "realize",
    "refuse",
    "remember",
    "reply",
    "return",
    "reveal",
    "run",
    "save",
    "say",
    "search",
    "see",
    "sell",
    "send",
    "shake",
    "show",
    "shut",
    "sign",
    "sit",
    "sleep",
    "smash",
    "speak",
    "stand",
    "start",
    "stay",
    "steal",
    "step",
    "stop",
    "strike",
    "suspect",
    "swear",
    "take",
    "talk",
    "tell",
    "test",
    "thank",
    "think",
    "threaten",
    "throw",
    "tie",
    "touch",
    "trade",
    "tries",
    "try",
    "turn",
    "understand",
    "use",
    "wait",
    "walk",
    "want",
    "warn",
    "watch",
    "weep",
    "whisper",
    "win",
    "wonder",
    "work",
    "write",
    "bind",
    "cost",
    "happen",
    "apply",
    "become",
    "bring",
    "buy",
    "catch",
    "do",
    "drink",
    "drive",
    "eat",
    "fall",
    "fit",
    "fix",
    "forget",
    "hang",
    "hit",
    "hurt",
    "lead",
    "lend",
    "mend",
    "name",
    "pass",
    "print",
    "ring",
    "rise",
    "show",
    "smell",
    "solve",
    "spend",
    "stare",
    "stick",
    "suffer",
    "taste",
    "teach",
    "trust",
    "vanish",
    "visit",
    "vote",
    "wake",
    "wear",
    "wish",
]


@lru_cache(maxsize=1)
def _presents() -> dict[str, str]:
    verbs = {*morphology.PAST, *VERBS, *_COMMON}
    return {
        morphology.third(verb): morphology.past(verb) for verb in verbs if verb not in {"be", "have", "do"}
    }


@lru_cache(maxsize=1)
def _bases() -> dict[str, str]:
    return {
        verb: morphology.past(verb)
        for verb in {*morphology.PAST, *VERBS, *_COMMON}
        if verb not in {"be", "have", "do"}
    }


def to_past(text: str) -> str:
    """Present-tense narration in the past tense; quoted speech is left alone."""
    parts = re.split(r"(“[^”]*”|\"[^\"]*\")", text)
    return "".join(part if index % 2 else _clauses_to_past(part) for index, part in enumerate(parts))


def _clauses_to_past(text: str) -> str:
    words = re.split(r"(\W+)", text.replace("’", "’"))
    made: list[str] = []
    before = ""
    for word in words:
        lowered = word.lower()
        if not word or not word[0].isalpha():
            made.append(word)
            continue
        swap = word
        if lowered in _AUXILIARY and not (
            lowered in {"do", "have"} and before in {"to", "will", "can", "must", "may", "not"}
        ):
            swap = _AUXILIARY[lowered]
        elif before not in _DETERMINERS and before != "to" and lowered in _presents() and word[0].islower():
            swap = _presents()[lowered]
        elif before in {"they", "who", "we", "you"} and lowered in _bases():
            swap = _bases()[lowered]
        if before in {"did", "does", "do", "could", "would", "had", "might"} and lowered not in _AUXILIARY:
            swap = word
        made.append(swap)
        before = lowered
    return "".join(made)


def to_first(text: str, names: list[str], tense: str) -> str:
    """The named person becomes the teller: name → I, possessive → my, the verb agrees."""
    for name in sorted({name for name in names if name}, key=len, reverse=True):
        bare = re.escape(name)
        text = re.sub(rf"\b{bare}(?:’s|'s)", "my", text)
        text = re.sub(
            rf"\b(to|for|with|from|at|of|by|tells?|shows?|gives?|asks?|told|showed|gave|asked|warns?|warned|behind|before|after|against|questions?|questioned)\s+{bare}\b",
            r"\1 me",
            text,
        )
        text = re.sub(rf"\b{bare}\b", "I", text)
    text = re.sub(r"\bI was not\b|\bI were\b", lambda match: match.group().replace("were", "was"), text)
    if tense == "present":
        table = {morphology.third(verb): verb for verb in {*morphology.PAST, *VERBS, *_COMMON}} | {
            "is": "am",
            "has": "have",
            "does": "do",
        }
        text = re.sub(r"\bI (\w+)", lambda match: f"I {table.get(match.group(1), match.group(1))}", text)
    return text


def clause(text: str, tense: str) -> str:
    """A sentence made fit to stand inside another: no full stop, small letter, right tense."""
    bare = text.strip().rstrip(".")
    bare = to_past(bare) if tense == "past" else bare
    first = bare.split(" ")[0] if bare else ""
    keep = first == "I" or (len(first) > 1 and first[1:2].isupper())
    return bare if keep else bare[:1].lower() + bare[1:]


def pluperfect(text: str, subject: str) -> str:
    """*X sold the boat* → *X had sold the boat*, where the verb after the subject is known."""
    match = re.match(rf"({re.escape(subject)}) (never |also |once )?(\w+)(.*)$", text)
    if not match:
        return text
    verb = match.group(3)
    if verb == "was":
        return f"{match.group(1)} had {match.group(2) or ''}been{match.group(4)}"
    lemma = morphology.lemmas().get(verb, "")
    form = morphology.participle(lemma) if lemma else verb if verb.endswith("ed") else ""
    return f"{match.group(1)} had {match.group(2) or ''}{form}{match.group(4)}" if form else text


def to_present(text: str) -> str:
    """Narration as it happens now; what is spoken stays."""
    table = {past: third for third, past in _presents().items()} | {
        "was": "is",
        "were": "are",
        "had": "has",
        "did": "does",
        "could": "can",
        "would": "will",
    }
    plain = {past: base for base, past in _bases().items()}

    def put(part: str) -> str:
        words = re.split(r"(\W+)", part)
        before = ""
        for index, word in enumerate(words):
            lowered = word.lower()
            if not word[:1].isalpha():
                continue
            if (
                lowered in table
                and word[0].islower()
                and before not in {"had", "has", "have", "was", "were", "a", "the", "been", "be"}
            ):
                many = before in {"they", "we", "you", "i"}
                swap = plain.get(lowered, table[lowered]) if many else table[lowered]
                words[index] = (
                    {"was": "am" if before == "i" else "is", "had": "have"}.get(lowered, swap)
                    if many and lowered in {"was", "had"}
                    else swap
                )
            before = lowered
        return "".join(words)

    parts = re.split(r"(“[^”]*”|\"[^\"]*\")", text)
    return "".join(part if index % 2 else put(part) for index, part in enumerate(parts))
