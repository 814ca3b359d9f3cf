"""How somebody talks, from the note on the voice: formal, clipped, or plain, with a habit of speech."""

import re
from dataclasses import dataclass, field

#: Key words of a voice note → way of talking.
_WAYS: dict[str, tuple[str, ...]] = {
    "formal": (
        "formal",
        "polite",
        "courte",
        "educated",
        "precise",
        "careful",
        "never contract",
        "grand",
        "stiff",
    ),
    "clipped": ("short", "terse", "clipped", "few words", "half", "blunt", "dry", "laconic", "curt", "quiet"),
    "asking": ("question", "asks"),
    "trade": ("price", "trade", "money", "bargain", "jargon", "shop", "sea", "proverb", "sayings"),
}
_LONG = {
    "n’t": " not",
    "’ll": " will",
    "’re": " are",
    "’ve": " have",
    "I’m": "I am",
    "It’s": "It is",
    "it’s": "it is",
    "That’s": "That is",
    "that’s": "that is",
    "There’s": "There is",
    "there’s": "there is",
}
_ODD = {"can’t": "cannot", "won’t": "will not", "shan’t": "shall not", "Don’t": "Do not", "Can’t": "Cannot"}
_AFTER = {
    "asking": ("Wouldn’t you?", "Well?", "Do you see?"),
    "trade": ("At cost.", "No discount.", "Cash terms."),
    "formal": ("If you please.", "With respect."),
}
#: Every so many long lines the habit shows.
PERIOD, LONG_LINE = 4, 7


@dataclass
class Voice:
    """One person's way of talking in one scene."""

    way: str = ""
    lines: int = 0
    used: set[str] = field(default_factory=set)

    def say(self, line: str) -> str:
        """The line as this person says it."""
        told = line
        if self.way == "formal" and "n’t you" not in told and "n’t it" not in told:
            for short, long in (_ODD | _LONG).items():
                told = told.replace(short, long)
        if self.way == "clipped":
            told = re.sub(
                r"(^|[.] )I (don’t|can’t|won’t|wasn’t|didn’t)\b", lambda m: m[1] + m[2].capitalize(), told
            )
            told = re.sub(
                r"(^|[.] )(?:It’s|That’s) (a|an|the|not|everything|one)\b",
                lambda m: m[1] + m[2].capitalize(),
                told,
            )
        if len(line.split()) < LONG_LINE or not told.endswith("."):
            return told
        self.lines += 1
        after = [item for item in _AFTER.get(self.way, ()) if item not in self.used]
        if after and self.lines % PERIOD == 1:
            self.used.add(after[0])
            return f"{told} {after[0]}"
        return told


def voice_of(note: object) -> Voice:
    """The way of talking that a note asks for; without one, plain speech."""
    text = str(note or "").lower()
    return Voice(next((key for key, words in _WAYS.items() if any(word in text for word in words)), ""))
