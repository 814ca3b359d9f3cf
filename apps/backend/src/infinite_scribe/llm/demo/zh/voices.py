"""How somebody talks, from the note on the voice: politeness, length, and a habit of speech.

A note in anybody's words is read by its key words. Habits come back, but not in every line,
and never inside what has to be said exactly (a secret, a sum).
"""

import re
from dataclasses import dataclass, field

#: Key words of a voice note → way of talking.
_WAYS: dict[str, tuple[str, ...]] = {
    "polite": ("客气", "礼貌", "文雅", "恭敬", "斯文", "温和", "polite", "formal"),
    "blunt": ("从不说请", "直", "冲", "粗", "不客气", "干脆", "blunt"),
    "terse": ("半句", "话越少", "话少", "寡言", "短", "沉默", "惜字", "terse", "laconic"),
    "prices": ("价钱", "买卖", "算计", "商人", "精明"),
    "grim": ("坏的", "悲观", "丧气", "阴沉", "唠叨"),
    "jargon": ("行话", "术语", "俗话", "谚语", "老话"),
    "asking": ("反问", "疑问", "好问", "追问"),
}
#: Short habits, said before or after a line.
_BEFORE: dict[str, tuple[str, ...]] = {
    "polite": ("劳驾。", "对不住。", "恕我多嘴。", "不敢当。"),
    "grim": ("先说坏的。", "好不了。", "往坏里想吧。"),
    "blunt": ("少来。", "痛快点。", "别绕。"),
    "jargon": ("行里讲究这个。", "照老规矩。"),
}
_AFTER: dict[str, tuple[str, ...]] = {
    "prices": ("这话不便宜。", "亏本的买卖。", "算你白饶的。", "折旧都不止。"),
    "asking": ("你说呢？", "不然呢？"),
    "grim": ("还有更坏的。", "等着瞧吧。"),
    "jargon": ("外行不懂这个。", "这叫压秤。"),
}
_SOFT = re.compile(r"(?<=[\u4e00-\u9fff])(?:吧|呢|啊|了吧)(?=[。])")
#: Every so many lines of one speaker the habit shows.
PERIOD = 4
#: Signs of a line from which there is room for a habit.
LONG = 14


@dataclass
class Voice:
    """One person's way of talking in one scene."""

    way: str = ""
    period: int = PERIOD
    lines: int = 0
    used: set[str] = field(default_factory=set)

    def say(self, line: str) -> str:
        """The line as this person says it; what has open places of weight stays exact."""
        self.lines += 1
        told = line
        if self.way == "polite":
            told = re.sub(r"你(?!们)", "您", told)
        if self.way in {"terse", "blunt"}:
            told = _SOFT.sub("", told)
        if self.way == "terse":
            told = _shorter(told)
        if "secret" in line or self.lines % self.period != 1 or told[-1:] not in "。！？":
            return told
        if len(line) < LONG or "：" in line or not told.endswith("。"):
            return told
        before = [item for item in _BEFORE.get(self.way, ()) if item not in self.used]
        after = [item for item in _AFTER.get(self.way, ()) if item not in self.used]
        if after and (not before or self.lines % 2):
            self.used.add(after[0])
            return told + after[0]
        if before:
            self.used.add(before[0])
            return before[0] + told
        return told


def _shorter(line: str) -> str:
    """Without the sentence that only adds, where another one says it already."""
    parts = re.findall(r"[^。！？]+[。！？]", line)
    if len(parts) >= 3 and "".join(parts) == line and "{" not in parts[-1]:
        return "".join(parts[:-1])
    return line


def voice_of(note: object, name: str) -> Voice:
    """The way of talking that a note asks for; without one, plain speech."""
    text = str(note or "")
    way = next((key for key, words in _WAYS.items() if any(word in text for word in words)), "")
    return Voice(way, PERIOD + sum(map(ord, name)) % 2)
