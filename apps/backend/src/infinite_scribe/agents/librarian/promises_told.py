"""Which sentence of an accepted scene does what the plan asked for a promise. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from infinite_scribe.continuity.linking import Linker
from infinite_scribe.continuity.passages import Sentence
from infinite_scribe.memory.terms import terms

ENOUGH = 0.3
"""Share of the promise's own words that one or two sentences together must hold."""


def sentence_of_promise(
    wanted: Collection[str], subjects: Collection[UUID], sentences: Sequence[Sentence], linker: Linker
) -> Sentence | None:
    """Return the sentence that does the act, or None when no sentence does.

    `wanted` are texts of the plan about this act: the card's own must-include words first, else the statement. A
    subject of the promise must be named in the sentence or the one before it, and enough of the words must stand in
    the sentence. Words that only name somebody prove nothing.
    """
    names = {term for text in linker.bearers for term in terms(text)}
    best: tuple[float, Sentence] | None = None
    before: set[UUID] = set()
    for sentence in sentences:
        here = {link.entity_id for link in linker.find(sentence.text) if link.entity_id is not None}
        if not subjects or (here | before) & set(subjects):
            score = max((_share(text, sentence.text, names) for text in wanted), default=0.0)
            if score >= ENOUGH and (best is None or score > best[0]):
                best = score, sentence
        before = here
    return best[1] if best is not None else None


def _share(wanted: str, sentence: str, names: Collection[str]) -> float:
    words = {_stem(term) for term in terms(wanted) if term not in names and _counts(term)}
    if not words:
        return 0.0
    held = {_stem(term) for term in terms(sentence)}
    return len(words & held) / len(words)


def _counts(term: str) -> bool:
    """Single Chinese characters and the shortest English words say too little."""
    return len(term) > (1 if ord(term[0]) > 0x2E7F else 3)


def _stem(term: str) -> str:
    """Cut the endings that narration changes: opens, opened, opening."""
    for ending in ("ing", "ed", "es", "s"):
        if term.endswith(ending) and len(term) - len(ending) >= 3:
            return term[: -len(ending)]
    return term
