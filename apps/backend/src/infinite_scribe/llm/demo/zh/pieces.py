"""What a paragraph is made of before it is worded."""

from dataclasses import dataclass

from infinite_scribe.llm.demo.acts import Role
from infinite_scribe.llm.demo.zh.grammar import Thing


@dataclass
class Piece:
    """A predicate waiting for its topic, or a whole clause (`agent` is None)."""

    agent: Role | None
    phrase: str
    key: str
    thing: Thing | None = None
    other: Role | None = None
    complete: bool = False

    @property
    def clauses(self) -> int:
        """How many clauses the phrase has."""
        return self.phrase.count("，") + 1
