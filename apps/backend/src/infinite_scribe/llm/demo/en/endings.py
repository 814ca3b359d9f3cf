"""Ending an English sentence that breaks off: what its last word asks for decides what can follow."""

import re

from infinite_scribe.llm.demo.acts import Act, Do, Role, Slot
from infinite_scribe.llm.demo.en.grammar import Form
from infinite_scribe.llm.demo.en.narrator import EnglishNarrator

_JOINING = frozenset({"and", "then", "but", "or", "nor", "yet"})
_NOUN_NEXT = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "in",
        "at",
        "with",
        "on",
        "under",
        "over",
        "behind",
        "beside",
        "into",
        "from",
        "by",
        "for",
        "toward",
        "towards",
        "between",
    ]
)
_WILLING = frozenset(
    [
        "want",
        "wanted",
        "wants",
        "began",
        "begin",
        "begins",
        "tried",
        "try",
        "tries",
        "had",
        "has",
        "have",
        "going",
        "used",
        "need",
        "needed",
        "needs",
        "meant",
        "mean",
        "managed",
        "refused",
    ]
)
#: What somebody may do next, whatever it was that broke off.
_ACTS = (
    Do(Act.HESITATE, Role.SELF, Slot.BUSY), Do(Act.LISTEN, Role.SELF), Do(Act.EXAMINE, Role.SELF, Slot.RECORD),
    Do(Act.WORK, Role.SELF, Slot.TOOL), Do(Act.SERVE, Role.SELF, Slot.BUSY),
)  # fmt: skip
_NEW_SUBJECT = frozenset(
    [
        "when",
        "while",
        "as",
        "because",
        "if",
        "though",
        "although",
        "until",
        "before",
        "after",
        "since",
        "that",
        "where",
    ]
)


def completed(narrator: EnglishNarrator, before: str) -> str:
    """The words that end the sentence at the end of `before`, with their full stop."""
    words = re.findall(r"[\w’'-]+", before.lower())
    last, held = (words[-1] if words else ""), (words[-2] if len(words) > 1 else "")
    if last in _NOUN_NEXT:
        return f"{_noun(narrator, article=last in {'a', 'an', 'the'})}."
    if last == "to":
        return f"{_deed(narrator, Form.BASE)}." if held in _WILLING else f"{_noun(narrator)}."
    if last in _NEW_SUBJECT:
        narrator.tongue.new_paragraph()
        return f"{narrator.tongue.subject(Role.SELF)} {_deed(narrator)}."
    if last in _JOINING:
        return f"{_deed(narrator)}."
    ends_in_comma = before.rstrip().endswith(",")
    return f"and {_deed(narrator)}." if ends_in_comma else f", and {_deed(narrator)}."


def _noun(narrator: EnglishNarrator, *, article: bool = False) -> str:
    things = narrator.tongue.things
    thing = things[narrator.chance.pick(["record", "light", "busy", "barrier"])]
    return thing.noun if article else f"the {thing.noun}"


def _deed(narrator: EnglishNarrator, form: Form = Form.FINITE) -> str:
    """A predicate of the viewpoint, in tense."""
    for move in narrator.chance.fork("deed").shuffled(_ACTS):
        for piece in narrator.pieces_of(move):
            said = narrator.tongue.say(
                piece.phrase, subject=piece.agent, form=form, thing=piece.thing, other=piece.other
            )
            if said:
                return said.rstrip(".")
    return narrator.tongue.say("[wait]", subject=Role.SELF, form=form)
