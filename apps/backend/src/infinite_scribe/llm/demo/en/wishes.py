"""Instructions for a passage in English, read into wishes."""

import re

from infinite_scribe.llm.demo.wishes import CannotFollow, Wish

OPERATIONS: dict[str, tuple[str, ...]] = {
    "show": ("show", "don't tell", "don’t tell", "dramatise", "dramatize"),
    "voice": ("voice", "in character"),
    "tense_past": ("past tense", "into past", "past_tense", "the past", "to past"),
    "tense_present": ("present tense", "into present", "present_tense", "the present", "to present"),
    "first": ("first person", "first-person", "first_person", "as i "),
    "third": ("third person", "third-person", "third_person"),
    "adverbs": ("adverb", "filler", "clean", "purple", "flowery", "plain", "wordy"),
    "dialogue": ("dialogue", "dialog", "speech", "banter"),
    "tension": ("tension", "tense", "suspense", "urgent", "urgency", "pace", "faster"),
    "simple": ("simpler", "simple", "simplify", "short sentence", "shorter sentence", "easier", "split"),
    "expand": ("expand", "longer", "more detail", "describe", "slow", "sensory", "senses", "richer", "vivid", "lengthen"),
    "tighten": ("tighten", "tighter", "shorter", "shorten", "cut", "trim", "concise", "compress", "condense", "brief", "reduce"),
}  # fmt: skip
#: What the built-in storyteller can add of its own to a passage.
WEATHER: dict[str, tuple[str, ...]] = {
    "rain": ("Outside it rained.", "The rain came harder.", "Rain ran down the panes."),
    "snow": ("Outside it snowed.", "The snow lay against the door.", "More snow fell."),
    "fog": ("Outside stood the fog.", "The fog pressed closer.", "Fog came in under the door."),
    "wind": ("The wind was at the roof.", "Outside the wind had found something loose.", "The wind dropped."),
    "storm": ("Thunder came close.", "The storm meant to stay.", "A slate went from the roof."),
}
_SPLIT = re.compile(r"[.;,!?\n]+|\s+and then\s+|\s+and\s+|\s+but\s+|\s+then\s+")
_NUMBER = re.compile(r"\b\d{2,4}\s*words?\b")
#: A part of an instruction that asks for nothing that is not done anyway.
_POLITE = re.compile(
    r"^(?:please|can you|could you|i want you to)\b|\b(?:please|thanks|thank you)$", re.IGNORECASE
)
_KEEPS = re.compile(r"^(?:keep|leave|don[’']?t change|do not change|without changing|same)\b")
_MORE_TALK = re.compile(r"\b(?:more|add|additional|extra) (?:dialogue|dialog|speech|banter|talk)")
_NAME = r"[“\"'‘]?([\w’-]+?(?: [\w’-]+?)?)[”\"'’]?"
_RENAME = re.compile(
    rf"^(?:replace|rename|change|swap|call|turn|make)\s+(?:the )?(?:names? |words? )?{_NAME}\s+(?:to|with|into|by|for|as)\s+{_NAME}$",
    re.IGNORECASE,
)
_REMOVE = re.compile(
    r"^(?:remove|cut|delete|drop|take out|lose|leave out|without|no|omit)\s+(?:(?:the|all|every|any)\s+)*"
    r"(?:(?:sentences?|lines?|mentions?|parts?|bits?)\s+)?(?:(?:about|with|of|on)\s+)?(?:(?:the|a|an)\s+)?([\w’-]+)$",
    re.IGNORECASE,
)


def read(instruction: str, text: str) -> list[Wish]:
    """The wishes of an instruction. Raises `CannotFollow` for a part that no rule covers."""
    found: list[Wish] = []
    for raw in _SPLIT.split(instruction):
        part = _POLITE.sub("", raw.strip()).strip()
        if part and not _KEEPS.match(part.lower()):
            found.append(_wish(part, text))
    return found


def _wish(part: str, text: str) -> Wish:
    lowered = f" {part.lower()} "
    renamed = _RENAME.match(part)
    if renamed and _stands(renamed.group(1), text):
        return Wish("rename", renamed.group(1), renamed.group(2))
    removed = _REMOVE.match(part)
    if removed and _stands(removed.group(1), text):
        return Wish("remove", removed.group(1))
    if _NUMBER.search(lowered):
        return Wish("words")
    if re.search(r"\bhalf\b", lowered):
        return Wish("length", share=0.5)
    if re.search(r"\b(?:twice|double)\b", lowered):
        return Wish("length", share=2.0)
    weather = re.search(
        rf"\b(?:more|add|some|with|let it|make it) (?:more |some |a )?({'|'.join(WEATHER)})", lowered
    )
    if weather:
        return Wish("weather", weather.group(1))
    operation = choose(lowered)
    if not operation or _MORE_TALK.search(lowered):
        raise CannotFollow(part)
    return Wish(operation)


def choose(instruction: str) -> str:
    """The operation whose words stand in the instruction; empty when none does."""
    lowered = f" {instruction.lower()} "
    scored = {name: sum(len(word) for word in words if word in lowered) for name, words in OPERATIONS.items()}
    best = max(scored, key=lambda name: scored[name])
    return best if scored[best] else ""


def _stands(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}", text, re.IGNORECASE) is not None
