"""Facts that narration states about entries in plain words: age, kin, home, debt, who taught whom. Pure.

These are suggestions only. Each pattern asks for the whole turn of phrase from name to name, because an inbox in
which every fifth item is wrong is not read; whatever is asked, guessed, remembered, dreamt or said aloud is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from infinite_scribe.agents.librarian.told_words import (
    CHINESE_ALONE,
    CHINESE_KIN,
    CHINESE_OPENS,
    CHINESE_PAIRS,
    ENGLISH_ALONE,
    ENGLISH_KIN,
    ENGLISH_OPENS,
    ENGLISH_PAIRS,
    number_of,
)
from infinite_scribe.canon.rules import FactValue
from infinite_scribe.continuity.linking import Linked, Linker, linked_sentences
from infinite_scribe.continuity.passages import Modality, Sentence, utf16_offset
from infinite_scribe.continuity.reconciling import Said
from infinite_scribe.continuity.scene import SceneToCheck
from infinite_scribe.continuity.words import Words

#: Kin word of the first of two people → predicate, and whether the first is its subject.
KIN = {
    "sibling": ("sibling_of", True), "parent": ("parent_of", True), "child": ("parent_of", False),
    "spouse": ("spouse_of", True), "teacher": ("mentor_of", True), "pupil": ("mentor_of", False),
}  # fmt: skip
OLDEST = 120


@dataclass(frozen=True)
class _Place:
    """A name in a sentence with what may be read from it."""

    sentence: Sentence
    name: Linked
    next_name: Linked | None
    kinds: dict[Any, str]
    language: str

    @property
    def after(self) -> str:
        return self.sentence.covered[self.name.end :]

    @property
    def between(self) -> str | None:
        """What stands between this name and the next one; None when there is no next one."""
        if self.next_name is None:
            return None
        return self.sentence.covered[self.name.end : self.next_name.start]

    @property
    def rest(self) -> str:
        """What stands behind the next name."""
        return self.sentence.covered[self.next_name.end :] if self.next_name is not None else ""

    def kind(self, name: Linked | None) -> str:
        """The kind of the one entry that bears a name; empty when it is unsure."""
        return self.kinds.get(name.entity_id, "") if name is not None and name.entity_id is not None else ""


@dataclass(frozen=True)
class _Found:
    predicate: str
    value: FactValue
    is_of_second: bool = False
    qualifier: dict[str, Any] = field(default_factory=dict)


def told_facts(scene: SceneToCheck, sentences: Sequence[Sentence], words: Words) -> list[Said]:
    """Return what the narration of a scene states about its known entries, in the order of its text."""
    linker = Linker.of(scene.entities, words.language)
    kinds = {one.id: one.kind for one in scene.entities}
    found: list[Said] = []
    for sentence, names in linked_sentences(
        [one for one in sentences if one.modality is Modality.NARRATED], linker
    ):
        for at, name in enumerate(names):
            place = _Place(
                sentence, name, names[at + 1] if at + 1 < len(names) else None, kinds, words.language
            )
            if name.entity_id is not None:
                facts = (reader(place) for reader in _READERS)
                found += [_said(scene, place, one) for one in facts if one is not None]
    return found


def _said(scene: SceneToCheck, place: _Place, one: _Found) -> Said:
    subject = place.name.entity_id
    value = one.value
    if one.is_of_second:
        assert place.next_name is not None
        subject, value = place.next_name.entity_id, FactValue(object_id=place.name.entity_id)
    assert subject is not None
    text = next(part.text for part in scene.paragraphs if part.pid == place.sentence.pid)
    quote = place.sentence.text.strip()
    start = max(text.find(quote, place.sentence.start), 0)
    return Said(
        subject_id=subject, predicate=one.predicate, value=value, modality=Modality.NARRATED.value,
        pid=place.sentence.pid, start=utf16_offset(text, start), end=utf16_offset(text, start + len(quote)),
        quote=quote, qualifier=one.qualifier,
    )  # fmt: skip


def _opens(place: _Place) -> bool:
    """Whether a name begins its clause, so that what follows is said of it."""
    opens = CHINESE_OPENS if place.language == "zh" else ENGLISH_OPENS
    return opens.search(place.sentence.covered[: place.name.start]) is not None


def _alone(place: _Place) -> _Found | None:
    """How old somebody is, and what he has not learnt."""
    if place.kind(place.name) != "character" or not _opens(place):
        return None
    patterns = CHINESE_ALONE if place.language == "zh" else ENGLISH_ALONE
    age, unable = (patterns[key].match(place.after) for key in ("age", "unable"))
    years = number_of(age.group(1), place.language) if age is not None else None
    if years and years <= OLDEST:
        return _Found("age_years", FactValue(number=float(years)))
    return _Found("cannot_do", FactValue(text=unable.group(1))) if unable is not None else None


def _pair(place: _Place, key: str) -> re.Match[str] | None:
    """The end of a turn of phrase that ties this name to the next one."""
    pairs = CHINESE_PAIRS if place.language == "zh" else ENGLISH_PAIRS
    hits = (after.match(place.rest) for between, after in pairs[key] if between.match(place.between or ""))
    return next((hit for hit in hits if hit is not None), None)


def _of_place(place: _Place) -> _Found | None:
    """Where somebody lives or comes from, and whose a place or thing is."""
    if place.next_name is None or not _opens(place):
        return None
    kinds = place.kind(place.name), place.kind(place.next_name)
    value = FactValue(object_id=place.next_name.entity_id)
    for key, predicate in (("lives", "resides_at"), ("from", "origin")):
        if kinds == ("character", "place") and _pair(place, key):
            return _Found(predicate, value)
    if kinds[0] in {"place", "item"} and kinds[1] == "character" and _pair(place, "belongs"):
        return _Found("owned_by", value)
    return None


def _of_two(place: _Place) -> _Found | None:
    """What ties two people: kin, teaching, acquaintance, debt, a promise."""
    two = (place.kind(place.name), place.kind(place.next_name))
    if place.next_name is None or two != ("character", "character") or not _opens(place):
        return None
    if place.name.entity_id == place.next_name.entity_id:
        return None
    value = FactValue(object_id=place.next_name.entity_id)
    if kin := _pair(place, "kin"):
        table = CHINESE_KIN if place.language == "zh" else ENGLISH_KIN
        predicate, is_first = KIN[table[kin.group(1)]]
        return _Found(predicate, value, is_of_second=not is_first)
    for key, predicate in (("taught", "mentor_of"), ("knew", "knows_person")):
        if _pair(place, key):
            return _Found(predicate, value)
    if owed := _pair(place, "owed"):
        return _Found("owes", value, qualifier={"what": owed.group(1).strip()})
    sworn = _pair(place, "sworn")
    return _Found("bound_by", FactValue(text=sworn.group(1).strip())) if sworn else None


_READERS: tuple[Callable[[_Place], _Found | None], ...] = (_alone, _of_place, _of_two)
