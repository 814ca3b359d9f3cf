"""Finds sentences that state one fact. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from infinite_scribe.canon.dependants import FactSaid
from infinite_scribe.canon.service import World
from infinite_scribe.continuity.linking import Linker
from infinite_scribe.continuity.passages import Paragraph, has_word, sentences
from infinite_scribe.continuity.reconciling import Wanted, says
from infinite_scribe.continuity.scene import Known, Name
from infinite_scribe.continuity.words import Words

NEAR_WORDS = 12


@dataclass(frozen=True)
class NameBook:
    """The names of all entries of a book, and what finds them in a text."""

    names: dict[UUID, tuple[str, ...]]
    linker: Linker
    words: Words

    @classmethod
    def of(cls, world: World, words: Words) -> NameBook:
        """Return the names of a world in its language."""
        known = [
            Known(one.id, one.kind, one.name, tuple(Name(a.text, a.kind, a.ambiguous) for a in one.aliases))
            for one in world.entities
        ]
        names = {one.id: tuple(name.text for name in one.names) for one in known}
        return cls(names, Linker.of(known, words.language), words)


@dataclass(frozen=True)
class FactReader:
    """Reads for one fact."""

    wanted: Wanted
    book: NameBook

    @classmethod
    def of(cls, fact: FactSaid, book: NameBook) -> FactReader | None:
        """Return the reader of a fact; None for one without subject or value."""
        if fact.subject_id is None or fact.value.is_empty:
            return None
        return cls(Wanted(fact.subject_id, fact.predicate, fact.value), book)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the subject."""
        return self.book.names.get(self.wanted.subject_id, ()) if self.wanted.subject_id else ()

    @property
    def values(self) -> tuple[str, ...]:
        """The words of which one must stand beside a name: the value, or the names of the object."""
        value = self.wanted.value
        if value.object_id is not None:
            return self.book.names.get(value.object_id, ())
        text = value.text or (f"{value.number:g}" if value.number is not None else "")
        return (text,) if text else ()

    def passages(self, text: str, paragraphs: Sequence[Paragraph]) -> list[tuple[str, str]]:
        """Return `(pid, sentence)` of a scene that state the fact; a scene that names no subject is passed over."""
        if not any(name in text for name in self.names):
            return []
        return [
            (one.pid, one.text.strip())
            for one in sentences(list(paragraphs), self.book.words)
            if self.says(one.text)
        ]

    def says(self, sentence: str) -> bool:
        """Say whether a sentence names the subject and has the value within 12 words of it."""
        if not any(name in sentence for name in self.names):
            return False
        if self.wanted.value.object_id is not None:
            return says(self.wanted, sentence, self.book.linker, self.book.words)
        language = self.book.words.language
        return any(
            near(sentence, name, value, language)
            for value in self.values
            if has_word(sentence, (value.casefold(),), language)
            for name in self.names
        )


def near(text: str, name: str, value: str, language: str) -> bool:
    """Say whether a value stands within 12 words (in Chinese 24 characters) of a name."""
    if name not in text:
        return False
    folded = text.casefold()
    places = [hit.start() for hit in re.finditer(re.escape(name.casefold()), folded)]
    hits = [hit.start() for hit in re.finditer(re.escape(value.casefold()), folded)]
    for one in places:
        for other in hits:
            between = folded[min(one, other) : max(one, other)]
            gap = len(between) / 2 if language == "zh" else len(between.split())
            if gap <= NEAR_WORDS:
                return True
    return False
