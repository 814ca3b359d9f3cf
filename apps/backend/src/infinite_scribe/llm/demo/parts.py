"""The paragraphs of a scene, beat by beat: how what fills is laid, what is short set together, what is too much let go."""

from collections.abc import Sequence
from dataclasses import dataclass, field

#: A row of this many short paragraphs of narration is set together: a reader takes single lines for blows.
ROW = 3
#: Words up to which a paragraph counts as short, and up to which a row of them grows.
SHORT, WHOLE = 18, 64


@dataclass
class ToldText:
    """A paragraph with its weight; optional ones may go when the scene is too long."""

    text: str
    units: int
    core: bool

    @property
    def spoken(self) -> bool:
        """Whether somebody speaks in it."""
        return "“" in self.text


@dataclass
class Part:
    """The paragraphs of one beat."""

    handle: str
    paragraphs: list[ToldText] = field(default_factory=list)

    @property
    def units(self) -> int:
        """Words, or characters of Chinese."""
        return sum(item.units for item in self.paragraphs)


def laid(own: list[ToldText], runs: list[list[ToldText]], *, leads: bool) -> list[ToldText]:
    """What fills a beat, laid before its passage and into a pause of it, so that it never comes in a lump."""
    runs = [run for run in runs if run]
    pauses = [
        index
        for index in range(2, len(own) - 1)
        if not own[index].text.startswith(("“", '"')) and not own[index - 1].spoken
    ]
    head = runs.pop(0) if leads and runs else []
    made = own[:]
    if runs and pauses:
        at = pauses[len(pauses) // 2]
        made = [*own[:at], *runs.pop(0), *own[at:]]
    return [*head, *made, *(item for run in runs for item in run)]


def gathered(paragraphs: Sequence[ToldText], gap: str, scale: float) -> list[ToldText]:
    """Paragraphs in which rows of short narration are set as a reader would set them; what is spoken stands alone."""
    made: list[ToldText] = []
    row: list[ToldText] = []
    for item in [*paragraphs, None]:
        if item is not None and not item.spoken and item.units <= SHORT * scale:
            row.append(item)
            continue
        made += row if len(row) < ROW else _set(row, gap, WHOLE * scale)
        row = []
        made += [item] if item is not None else []
    return made


def _set(row: list[ToldText], gap: str, most: float) -> list[ToldText]:
    made = [row[0]]
    for item in row[1:]:
        last = made[-1]
        if last.units + item.units <= most:
            made[-1] = ToldText(
                f"{last.text}{gap}{item.text}", last.units + item.units, last.core or item.core
            )
        else:
            made.append(item)
    return made


def shorten(parts: list[Part], budget: int) -> None:
    """Let paragraphs go while the scene is over its budget: optional ones first.

    The first paragraph of a beat stays, and so does the end of the scene.
    """
    for core, limit in ((False, 1.05), (True, 1.07)):
        for part in [*parts[1:], *parts[:1]][::-1]:
            for item in [item for item in part.paragraphs[1:-1] if item.core is core][::-1]:
                if sum(part.units for part in parts) <= budget * limit:
                    return
                part.paragraphs.remove(item)
