"""Sentences of different build from acts and clauses."""

from dataclasses import dataclass

from infinite_scribe.llm.demo.acts import Role
from infinite_scribe.llm.demo.chance import Chance
from infinite_scribe.llm.demo.en.grammar import Form, Thing, Tongue
from infinite_scribe.llm.demo.en.weight import heavy_phrase


@dataclass
class Piece:
    """A predicate waiting for its subject, or a whole clause (`agent` is None)."""

    agent: Role | None
    phrase: str
    key: str
    durative: bool = False
    thing: Thing | None = None
    other: Role | None = None
    complete: bool = False  # never joined: a thought, a given sentence


#: Which clauses of different subjects may share a sentence, and how.
_JOINS: dict[tuple[str, str], list[str]] = {
    ("see", "notice"): ["and", "full", "semi", "and"],
    ("act", "act"): ["while", "full", "and"],
    ("act", "state"): ["and", "semi", "full"],
    ("state", "act"): ["and", "full"],
}


class Joins:
    """Turns the next pieces into one sentence; never the same join twice running."""

    tongue: Tongue
    chance: Chance
    last_join: str

    def _join(self, pieces: list[Piece]) -> tuple[str, int, str]:
        """One sentence from the first one, two or three pieces."""
        first = pieces[0]
        if first.complete or len(pieces) == 1 or pieces[1].complete:
            return self._clause(first), 1, f"solo:{first.key}"
        second = pieces[1]
        if first.agent is not None and second.agent is first.agent:
            return self._same_agent(pieces)
        options = _JOINS.get((_sort(first), _sort(second)), ["full"])
        if heavy_phrase(f"{first.phrase} {second.phrase}"):
            options = ["full"]
        join = self._fresh(options)
        if join == "full":
            return self._clause(first), 1, f"solo:{first.key}"
        one = self._clause(first)
        two = self._clause(second)
        texts = {
            "and": f"{one}, and {two}",
            "semi": f"{one}; {two}",
            "while": f"{one} while {two}" if "," not in one else f"{one}, while {two}",
            "as": f"as {one}, {two}",
            "as2": f"as {two}, {one}",
        }
        return texts[join], 2, f"{join}:{first.key}+{second.key}"

    def _same_agent(self, pieces: list[Piece]) -> tuple[str, int, str]:
        """Acts of one person: coordination, participles, order in time."""
        first, second = pieces[0], pieces[1]
        agent = first.agent
        assert agent is not None
        plain = "," not in first.phrase and "," not in second.phrase and " and " not in first.phrase
        options = ["full", "then"] + (["and", "before", "participle", "having", "after"] if plain else [])
        join = self._fresh(options)
        if join == "full":
            return self._clause(first), 1, f"solo:{first.key}"
        key = f"{join}:{first.key}+{second.key}"
        if join in {"participle", "having", "after"}:
            form = Form.GERUND if join != "having" else Form.PERFECT
            who = self.tongue.subject(agent)
            lead = self._predicate(first, form)
            lead = {"participle": lead, "having": f"having {lead}", "after": f"after {lead}"}[join]
            return f"{lead}, {who} {self._predicate(second)}", 2, key
        head = self._clause(first)
        if join == "before":
            return f"{head} before {self._predicate(second, Form.GERUND)}", 2, key
        tail = self._predicate(second)
        third = pieces[2] if len(pieces) > 2 and pieces[2].agent is agent and join == "and" else None
        if third is not None and "," not in third.phrase:
            return f"{head}, {tail}, and {self._predicate(third)}", 3, f"{key}+{third.key}"
        return f"{head}, then {tail}" if join == "then" else f"{head} and {tail}", 2, key

    def _fresh(self, options: list[str]) -> str:
        """A join that is not the one just used."""
        pool = [item for item in options if item != self.last_join] or options
        self.last_join = self.chance.pick(pool)
        return self.last_join

    def _clause(self, piece: Piece) -> str:
        if piece.agent is None:
            return self.tongue.say(piece.phrase, thing=piece.thing, other=piece.other)
        return f"{self.tongue.subject(piece.agent)} {self._predicate(piece)}"

    def _predicate(self, piece: Piece, form: Form = Form.FINITE) -> str:
        return self.tongue.say(
            piece.phrase, subject=piece.agent, form=form, thing=piece.thing, other=piece.other
        )


def _sort(piece: Piece) -> str:
    if piece.agent is not None:
        return "act"
    return piece.key.split(".")[0]
