"""The six stages without a model: options, parts, and the conversation about them.

What is common to both languages stands here: which row of a table becomes which field, in which order tension rises,
how two options become one. The rows themselves are each language's own (`<language>/data/stages.toml`), and so is
every sentence of an answer.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Protocol

from pydantic import Field

from infinite_scribe.llm.demo.chance import Chance, digest
from infinite_scribe.llm.demo.schemas import CompleteData, Concept, Missing, SeedPath, Twin


class StageData(Twin):
    """The twin of every question about a stage."""

    stage: str = "seed"
    part: str = ""
    person: str = ""
    idea: str = ""
    tone: str = ""
    pov: str = ""
    length: str = "novel"
    chapters: int = 10
    number: int = 0
    seed: int = 0
    known: dict[str, Any] = Field(default_factory=dict)
    draft: dict[str, Any] = Field(default_factory=dict)
    seed_paths: list[SeedPath] = Field(default_factory=list)
    missing: list[Missing] = Field(default_factory=list)
    options: list[dict[str, Any]] = Field(default_factory=list)
    others: list[str] = Field(default_factory=list)
    criteria: list[str] = Field(default_factory=list)
    constraints: list[str] = Field(default_factory=list)
    message: str = ""
    instruction: str = ""
    because: str = ""
    notes: str = ""

    @property
    def cast(self) -> list[dict[str, Any]]:
        """The people of the book, the one it follows first."""
        found: list[dict[str, Any]] = list((self.known.get("characters") or {}).get("cast") or [])
        return sorted(found, key=lambda one: one.get("role") != "protagonist")

    @property
    def places(self) -> list[dict[str, Any]]:
        return list((self.known.get("world") or {}).get("places") or [])

    def complete(self, stage: str) -> CompleteData:
        """The same book as the older stages read it."""
        world = self.known.get("world") or {}
        return CompleteData(
            stage=stage,
            idea=self.idea,
            tone=self.tone,
            pov=self.pov,
            concept=Concept.model_validate(self.known.get("seed") or {}),
            theme=self.known.get("theme") or {},
            places=world.get("places") or [],
            rules=world.get("rules") or [],
            cast=self.cast,
            chapters=max(self.chapters, 1),
        )


class Stager(Protocol):
    """What a language brings for the six stages."""

    table: dict[str, Any]

    def words(self, data: StageData) -> dict[str, str]:
        """The words that rows leave open: P, A, B, F, K, wares, ware, role, office, day, town, here, there."""
        ...

    def fill(self, text: str, words: Mapping[str, str]) -> str:
        """A row with its open words filled, as a sentence where it is one."""
        ...

    def base(self, stage: str, data: StageData, chance: Chance) -> dict[str, Any]:
        """A stage's minimum."""
        ...

    def seed(self, data: StageData, chance: Chance) -> dict[str, Any]:
        """One premise with title, gains and costs."""
        ...

    def names(self, data: StageData, chance: Chance) -> dict[str, list[str]]:
        """Names for what may still come, in the sound of the book's culture."""
        ...

    def glossary(self, words: Mapping[str, str], chance: Chance) -> list[dict[str, str]]:
        """The words of the book and what they mean there."""
        ...

    def piece(self, sentence: str) -> dict[str, Any] | None:
        """What a sentence of notes says; None where no pattern knows."""
        ...

    def sentences(self, text: str) -> list[str]:
        """A text in sentences."""
        ...

    def keywords(self, text: str) -> list[str]:
        """The telling words of a text."""
        ...


def stager_of(code: str) -> Stager:
    """The stages in a language."""
    found: Stager = import_module(f"infinite_scribe.llm.demo.{code}.stages").STAGER
    return found


def row(text: str, count: int) -> list[str]:
    """The cells of a row of a table."""
    cells = [cell.strip() for cell in text.split(";")]
    return [*cells, *[""] * count][:count]


def book_chance(data: StageData, *label: object) -> Chance:
    """Draws that belong to the book, so that its stages agree with one another."""
    seed = data.known.get("seed") or {}
    return Chance("stages", digest(seed.get("title"), seed.get("logline"), data.idea), *label)


def called(name: str) -> str:
    """What a person is called in passing: the first name in Latin letters, the whole one in Chinese."""
    return name.split(maxsplit=1)[0] if name.isascii() and name.split() else name
