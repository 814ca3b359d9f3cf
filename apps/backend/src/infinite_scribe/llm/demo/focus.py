"""What is noticed: the viewpoint's want, fear and trade decide, not the place alone.

A language hands in the details that a place offers at this hour, each with tags from its
own small set (`light, sound, smell, cloth, metal, paper, water, body, food, stone, wood,
animal, machine, money, glass, air, fire, door, writing, child, height, dust`). A pull is a
weight per tag, made from the words of want, fear and trade. The nearest detail wins; a
detail is used once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from infinite_scribe.llm.demo.acts import Near


@dataclass(frozen=True, slots=True)
class Detail:
    """Something that could be noticed."""

    id: str
    tags: frozenset[str]
    text: str


@dataclass
class Focus:
    """The viewpoint's attention during a scene."""

    want: Mapping[str, float] = field(default_factory=dict)
    fear: Mapping[str, float] = field(default_factory=dict)
    trade: Mapping[str, float] = field(default_factory=dict)
    spent: set[str] = field(default_factory=set)
    last_tags: frozenset[str] = frozenset()

    def rank(self, details: Sequence[Detail], near: Near, just: Iterable[str] = ()) -> list[Detail]:
        """The unused details, nearest first; ties keep the order given (which the caller shuffles).

        `just` holds the tags of what has just been handled. Two details in a row with the
        same tags are avoided: an eye that has heard a sound looks for something else.
        """
        just_tags = frozenset(just)

        def weight(detail: Detail) -> float:
            pulls = {
                Near.WANT: (self.want, 2.0),
                Near.FEAR: (self.fear, 2.0),
                Near.TRADE: (self.trade, 2.0),
                Near.DONE: ({}, 0.0),
            }
            total = 0.0
            for pull, mapping in ((Near.WANT, self.want), (Near.FEAR, self.fear), (Near.TRADE, self.trade)):
                factor = pulls[pull][1] if pull is near else 0.5
                total += factor * sum(mapping.get(tag, 0.0) for tag in detail.tags)
            total += (1.5 if near is Near.DONE else 0.4) * len(detail.tags & just_tags)
            total -= 0.7 if detail.id.startswith("any") else 0.0  # what any place has is noticed last
            return total - 0.8 * len(detail.tags & self.last_tags)

        fresh = [
            detail for detail in details if detail.id not in self.spent and detail.text not in self.spent
        ]
        return sorted(fresh, key=lambda detail: -weight(detail))

    def spend(self, detail: Detail) -> None:
        """Mark a detail as used."""
        self.spent.add(detail.id)
        self.last_tags = detail.tags
