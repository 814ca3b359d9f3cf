"""How names are found by what is typed: pinyin and initials of Chinese, initials of alphabetic names. Pure."""

from __future__ import annotations

from pypinyin import lazy_pinyin

_HAN = ("\u3400", "\u9fff")
MOST = 200
MOST_INITIALS = 60


def has_han(text: str) -> bool:
    """Whether a name holds a Chinese character."""
    return any(_HAN[0] <= sign <= _HAN[1] for sign in text)


def pinyin_of(text: str) -> str | None:
    """Return a Chinese name in pinyin without tones or spaces; None for other names."""
    if not has_han(text):
        return None
    return "".join(lazy_pinyin(text)).casefold()[:MOST]


def initials_of(text: str) -> str | None:
    """Return the first letters of a name: of each character of a Chinese one, of each word of another.

    None for a single word in letters, whose initial finds nothing.
    """
    if has_han(text):
        return "".join(part[:1] for part in lazy_pinyin(text)).casefold()[:MOST_INITIALS]
    words = [word for word in text.replace("-", " ").split() if word[:1].isalpha()]
    return "".join(word[0] for word in words).casefold()[:MOST_INITIALS] if len(words) > 1 else None
