"""Names that look like known names, and names with two bearers. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from infinite_scribe.continuity.findings import span_side
from infinite_scribe.continuity.linking import Linker
from infinite_scribe.continuity.passages import COVER, Sentence, sentences
from infinite_scribe.continuity.scene import Known, SceneToCheck
from infinite_scribe.continuity.words import Words

_CAPITALISED = re.compile(r"(?<![\w’'-])[A-Z][a-zà-ÿ]{2,}(?![\w-])")
_POSSESSIVE = re.compile(r"[’']s?$")
_HAN = re.compile(r"[\u3400-\u9fff]")
_PARTICLES = frozenset(
    "姐爷太师生妈爸哥弟妹叔婶伯的了在是不和也就又都说道问答笑想看听走站坐把被给对向从着过地得这那他她它我你们与跟却便才还没已将能会要让叫来去上下里外前后家人氏些个一"
)
_SUBJECT_NEXT = (
    "说",
    "道",
    "问",
    "答",
    "笑",
    "走",
    "站",
    "坐",
    "看",
    "点",
    "摇",
    "没",
    "把",
    "也",
    "又",
    "的",
    "，",
    "。",
)


@dataclass(frozen=True)
class NearName:
    """An unknown name in the text, and the known one it looks like."""

    text: str
    like: str
    entity_id: UUID
    pid: str
    start: int
    end: int


def distance(one: str, other: str, limit: int = 2) -> int:
    """Return the edit distance of two words, neighbours swapped counting one; above `limit` any larger number."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, left in enumerate(one, start=1):
        before_that, before, row = before, row, [at]
        for to, right in enumerate(other, start=1):
            cost = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (left != right))
            if at > 1 and to > 1 and left == other[to - 2] and one[at - 2] == right:
                cost = min(cost, before_that[to - 2] + 1)
            row.append(cost)
    return row[-1]


def near_names(scene: SceneToCheck, words: Words) -> list[NearName]:
    """Return unknown names in the narration that look like a linked or important entry."""
    parts = sentences(list(scene.paragraphs), words)
    linker = Linker.of(scene.entities, words.language)
    linked = {one for sentence in parts for name in linker.find(sentence.covered) for one in name.bearers}
    people = [one for one in scene.entities if one.id in linked or one.importance >= 3]
    reader = _near_zh if words.language == "zh" else _near_en
    return [near for sentence in parts for near in reader(sentence, people, scene, words)]


def _near_en(
    sentence: Sentence, people: list[Known], scene: SceneToCheck, words: Words
) -> Iterator[NearName]:
    known = {part for one in scene.entities for name in one.names for part in (name.text, *name.text.split())}
    lowered = {word for one in scene.paragraphs for word in re.findall(r"(?<!\w)[a-z]{3,}", one.text)}
    for hit in _CAPITALISED.finditer(sentence.covered):
        word = hit.group()
        opens = not sentence.covered[: hit.start()].strip(f" {COVER}*_—–'’‘")
        if opens or word in known or word in words.ordinary_capitals or word.casefold() in lowered:
            continue
        for entity in people:
            like = _alike_en(word, entity)
            if like is not None:
                start = sentence.start + hit.start()
                yield NearName(word, like, entity.id, sentence.pid, start, start + len(word))
                break


def _alike_en(word: str, entity: Known) -> str | None:
    """Return the part of an entry's name that a word nearly equals."""
    for part in sorted(
        {piece for name in entity.names for piece in name.text.split() if piece[:1].isupper()}
    ):
        bearer = _POSSESSIVE.sub("", part)  # Miss Tarrant keeps Tarrant’s boarding house
        if len(part) < 3 or word in {bearer, part + "s", part + "es"} or _is_pet_name(word, part):
            continue
        limit = 1 if len(part) <= 5 else 2
        if 0 < distance(word, part) <= limit:
            return part
    return None


def _is_pet_name(word: str, name: str) -> bool:
    """Whether a word is a usual short form: Johnny, Katie."""
    return word[:3] == name[:3] and word.endswith(("y", "ie", "ey"))


def _near_zh(
    sentence: Sentence, people: list[Known], scene: SceneToCheck, _words: Words
) -> Iterator[NearName]:
    known = {name.text for one in scene.entities for name in one.names}
    text = sentence.covered
    for entity in people:
        for name in sorted(
            {name.text for name in entity.names if len(name.text) >= 3 and _HAN.match(name.text)}
        ):
            size = len(name)
            for at in range(len(text) - size + 1):
                piece = text[at : at + size]
                other = [mine for mine, theirs in zip(piece, name, strict=True) if mine != theirs]
                if len(other) != 1 or piece in known or not all(_HAN.match(char) for char in piece):
                    continue
                follows = text[at + size : at + size + 1]
                if other[0] not in _PARTICLES and (
                    not follows or follows in _SUBJECT_NEXT or follows == COVER
                ):
                    start = sentence.start + at
                    yield NearName(piece, name, entity.id, sentence.pid, start, start + size)


def shared_names(scene: SceneToCheck, words: Words) -> list[tuple[str, Known, Known, dict[str, Any]]]:
    """Return names in the text that two entries bear though neither is marked ambiguous."""
    bearers: dict[str, list[Known]] = {}
    for entity in scene.entities:
        for name in entity.names:
            if not name.ambiguous:
                bearers.setdefault(name.text, []).append(entity)
    found = []
    parts = sentences(list(scene.paragraphs), words)
    for text, entities in sorted(bearers.items()):
        if len({one.id for one in entities}) < 2:
            continue
        for sentence in parts:
            at = sentence.covered.find(text)
            if at >= 0:
                side = span_side(scene, sentence.pid, sentence.start + at, sentence.start + at + len(text))
                found.append((text, entities[0], entities[1], side))
                break
    return found
