"""From pieces to sentences: topic chains, and what makes a sentence a book's own."""

from infinite_scribe.core.fingerprints import mark
from infinite_scribe.core.fingerprints import pieces as pieces_of
from infinite_scribe.llm.demo.acts import Role
from infinite_scribe.llm.demo.chance import Chance
from infinite_scribe.llm.demo.zh import lexicon
from infinite_scribe.llm.demo.zh.frames import Frames
from infinite_scribe.llm.demo.zh.grammar import closed, han
from infinite_scribe.llm.demo.zh.pieces import Piece

#: Characters from which a sentence would be known again.
RECOGNISABLE = 10
#: Clauses from which a chain is full.
FULL_CHAIN = 4


class Sentences(Frames):
    """How pieces join; a part of the narrator."""

    chance: Chance
    resting: set[str]

    def _sentences(self, pieces: list[Piece]) -> list[str]:
        made: list[str] = []
        index = 0
        while index < len(pieces):
            group = self._group(pieces[index:])
            index += len(group)
            skeleton = f"{len(group)}:" + "+".join(piece.key for piece in group)
            if skeleton in self.resting:
                continue
            self.resting.add(skeleton)
            self.spent["skeletons"].append(skeleton)
            text = closed(self._own(group))
            heard = any(mark(piece) in self.passages.told for piece in pieces_of(text))
            if not heard or group[0].key.startswith(("tell", "turn", "item", "laid")):
                made.append(text)
        return made

    def _own(self, group: list[Piece]) -> str:
        """The sentence; a long one that could stand in any book is told by name."""
        named = list(self.tongue.named)
        text = self._chain(group)
        if (
            han(text) < RECOGNISABLE
            or self._names_somebody(text)
            or self._loose(group)
            or group[0].key.startswith("mind.pass")
        ):
            return text
        self.tongue.named, self.tongue.by_name = named, True
        text = self._chain(group)
        self.tongue.by_name = False
        if self._names_somebody(text):
            return text
        sort = group[0].key.split(".")[0]
        leads: list[str] = lexicon.table("leads").get(sort, lexicon.table("leads")["any"])
        found = self.rotation.deal(f"lead.{sort}", leads, self.may)
        return self.tongue.say(found[1]).replace("…", text) if found else text

    @staticmethod
    def _loose(group: list[Piece]) -> bool:
        """Whether so many free choices met that the sentence will not come back."""
        return len(group) > 2 or (len(group) > 1 and not group[1].key.startswith("notice"))

    def _names_somebody(self, text: str) -> bool:
        first = self.tongue.people[Role.SELF].pronoun == "我" and "我" in text
        return first or any(person.name in text for person in self.tongue.people.values())

    def _group(self, pieces: list[Piece]) -> list[Piece]:
        """The pieces of the next sentence: a topic chain and what it sets going."""
        first = pieces[0]
        if first.complete:
            return [first]
        group, clauses = [first], first.clauses
        limit = self.chance.between(2, FULL_CHAIN)
        for piece in pieces[1:]:
            same = piece.agent is not None and piece.agent is first.agent
            follows = piece.agent is None and (piece.key.startswith("notice") or self.chance.happens(0.6))
            turns = first.agent is None and piece.agent is not None and self.chance.happens(0.5)
            if piece.complete or clauses + piece.clauses > limit + 1 or not (same or follows or turns):
                break
            group.append(piece)
            clauses += piece.clauses
            if piece.agent is None and first.agent is not None:
                break
        return group

    def _chain(self, group: list[Piece]) -> str:
        first = group[0]
        parts: list[str] = []
        agent: Role | None = None
        before = ""
        for piece in group:
            text = self.tongue.say(piece.phrase, piece.thing, piece.other) if piece.agent is None else ""
            if piece.agent is not None:
                lead = (
                    self.tongue.subject(piece.agent, self.state.present, inside=piece is not first)
                    if piece.agent is not agent
                    and not (piece.agent is Role.SELF and before.startswith("{P}"))
                    else ""
                )
                agent = piece.agent
                text = lead + self.tongue.say(piece.phrase, piece.thing, piece.other)
            before = piece.phrase
            parts.append(text.rstrip("。，"))
        if group[-1].agent is None:
            self.tongue.topic = None
        return "，".join(parts)
