"""Who is named where: longest names first, no guess between two bearers. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from infinite_scribe.continuity.passages import Sentence
from infinite_scribe.continuity.scene import Known


@dataclass(frozen=True)
class Linked:
    """A name in a sentence. Offsets are characters inside the sentence. More than one bearer: ambiguous."""

    start: int
    end: int
    text: str
    bearers: tuple[UUID, ...]
    grade: str

    @property
    def entity_id(self) -> UUID | None:
        """The one bearer, or None when there are several."""
        return self.bearers[0] if len(self.bearers) == 1 else None


@dataclass(frozen=True)
class Linker:
    """Finds the names of some entries."""

    pattern: re.Pattern[str] | None
    bearers: dict[str, tuple[UUID, ...]]
    main: frozenset[str]

    @classmethod
    def of(cls, entities: Sequence[Known], language: str) -> Linker:
        """Build a linker; in Chinese names need no boundary, elsewhere they are whole words."""
        bearers: dict[str, set[UUID]] = {}
        unsure: set[str] = set()
        for entity in entities:
            for name in entity.names:
                if name.text.strip() and (language != "zh" or len(name.text) > 1):
                    bearers.setdefault(name.text, set()).add(entity.id)
                    if name.ambiguous:
                        unsure.add(name.text)
        texts = sorted(bearers, key=lambda text: (-len(text), text))
        if not texts:
            return cls(None, {}, frozenset())
        inner = "|".join(re.escape(text) for text in texts)
        bounded = inner if language == "zh" else rf"(?<![\w’'-])(?:{inner})(?![\w-])"
        found = {text: tuple(sorted(ids)) for text, ids in bearers.items()}
        for text in unsure:
            if len(found[text]) == 1:
                found[text] = (*found[text], *found[text])
        return cls(re.compile(bounded), found, frozenset(entity.name for entity in entities))

    def find(self, text: str) -> list[Linked]:
        """Return the names in a text, in order."""
        if self.pattern is None:
            return []
        return [
            Linked(
                hit.start(), hit.end(), hit.group(), self.bearers[hit.group()],
                "exact" if hit.group() in self.main else "alias",
            )
            for hit in self.pattern.finditer(text)
        ]  # fmt: skip


def linked_sentences(sentences: Sequence[Sentence], linker: Linker) -> list[tuple[Sentence, list[Linked]]]:
    """Return every sentence with the names in its narrated part."""
    return [(sentence, linker.find(sentence.covered)) for sentence in sentences]
