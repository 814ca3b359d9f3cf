"""What an author asks of a passage in words of his own, as far as rules can do it.

Each language reads its instructions into wishes. A part of an instruction that no rule covers is
not answered by another change than the one that was asked for: `CannotFollow` says so.
"""

import re
from dataclasses import dataclass


class CannotFollow(ValueError):  # noqa: N818 - named for what it says
    """The demo has no rule for an instruction, or the passage holds nothing that it applies to."""

    def __init__(self, asked: str) -> None:
        """`asked` is the part of the instruction that cannot be followed."""
        super().__init__(asked)
        self.asked = asked


@dataclass(frozen=True, slots=True)
class Wish:
    """One change: its operation, and what it applies to."""

    name: str
    old: str = ""
    new: str = ""
    share: float = 0.0  # of the present length; 0 where the operation sets its own


#: Shares of the present length per variant, so that three answers to one wish differ.
SHORTER = (0.8, 0.62, 0.9)
LONGER = (1.35, 1.65, 1.2)


def share_of(shares: tuple[float, ...], variant: int) -> float:
    """The share that a variant takes."""
    return shares[variant % len(shares)]


def exchanged(text: str, old: str, new: str, *, whole_words: bool) -> str:
    """One name or word for another everywhere, speech included; its capital stays."""
    edge = r"(?<!\w){}(?!\w)" if whole_words else "{}"
    pattern = re.compile(edge.format(re.escape(old)), re.IGNORECASE if whole_words else 0)

    def put(match: re.Match[str]) -> str:
        capital = match.group()[:1].isupper() and new[:1].islower()
        return new[:1].upper() + new[1:] if capital else new

    return pattern.sub(put, text)
