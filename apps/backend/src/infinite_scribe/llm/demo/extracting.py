"""Reading claims out of finished text by turns of phrase, each with the sentence that says it.

Names are put between marks by their handles first («C1» took «I2»), so that a language only lists what may stand
around them. What is denied, asked, guessed or likened is left alone; what is said aloud is somebody's claim.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

from pydantic import Field

from infinite_scribe.llm.demo.schemas import Twin
from infinite_scribe.llm.demo.teller import Teller

MOST = 20
#: Of these only the last word of a text counts: people go to and fro.
LAST_WORD = frozenset({"located_at", "held_by", "wears", "access_state"})
_SPEECH = re.compile('[“「『"]([^”」』"]+)[”」』"]')


class Named(Twin):
    """An entry that the text names."""

    handle: str = ""
    name: str = ""
    kind: str = ""
    also: list[str] = Field(default_factory=list)


class ExtractData(Twin):
    """The twin of `librarian.extract`."""

    entries: list[Named] = Field(default_factory=list)
    paragraphs: list[str] = Field(default_factory=list)
    narrator: str = ""


@cache
def _rules(code: str) -> Any:
    return import_module(f"infinite_scribe.llm.demo.{code}.claims")


def extract(teller: Teller, data: ExtractData) -> dict[str, Any]:
    """Return what the text says of its named entries, in the order of the text."""
    names = {name: one.handle for one in data.entries for name in (one.name, *one.also) if name.strip()}
    marking = _marking(names, teller.code)
    found: list[dict[str, Any]] = []
    for paragraph in data.paragraphs:
        for sentence in teller.reader.sentences(paragraph):
            found += _claims(sentence, names, marking, teller.code)
    return {"claims": _settled(found)[:MOST]}


def _marking(names: dict[str, str], code: str) -> re.Pattern[str] | None:
    texts = sorted(names, key=lambda text: (-len(text), text))
    if not texts:
        return None
    inner = "|".join(re.escape(text) for text in texts)
    return re.compile(inner if code == "zh" else rf"(?<![\w’'-])(?:{inner})(?![\w-])")


def _marked(text: str, names: dict[str, str], marking: re.Pattern[str] | None) -> str:
    return text if marking is None else marking.sub(lambda hit: f"«{names[hit.group()]}»", text)


def _claims(
    sentence: str, names: dict[str, str], marking: re.Pattern[str] | None, code: str
) -> Iterator[dict[str, Any]]:
    rules = _rules(code)
    outside = _marked(_SPEECH.sub("", sentence), names, marking)
    for one in _read(outside, code):
        yield {**one, "modality": "narrated", "quote": sentence}
    speaker = rules.SPEAKER.search(outside)
    for hit in _SPEECH.finditer(sentence):
        if speaker is not None:
            holder = next(part for part in speaker.groups() if part)
            for one in _read(_marked(hit.group(1), names, marking), code):
                yield {**one, "modality": "spoken", "holder": holder, "quote": hit.group(1)}


def _read(marked: str, code: str) -> Iterator[dict[str, Any]]:
    rules = _rules(code)
    if rules.UNSURE.search(marked):
        return
    for predicate, kind, pattern in rules.CLAIMS:
        for hit in pattern.finditer(marked):
            said = {key: value for key, value in hit.groupdict().items() if value}
            value = said.get("value", "").strip()
            if value or said.get("object"):
                yield {
                    "kind": kind, "subject": said["subject"], "predicate": predicate, "polarity": True,
                    "object": said.get("object", ""), "value": "" if said.get("object") else rules.WORDS.get(value, value),
                }  # fmt: skip


def _settled(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave of what changes all the time only how it ends."""
    last = {
        (one["subject"], one["predicate"]): number
        for number, one in enumerate(found)
        if one["predicate"] in LAST_WORD and one["modality"] == "narrated"
    }
    return [
        one
        for number, one in enumerate(found)
        if one["modality"] != "narrated" or last.get((one["subject"], one["predicate"]), number) == number
    ]
