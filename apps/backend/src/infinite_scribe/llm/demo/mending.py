"""Repairing one passage for one finding, by the smallest change that rules can make."""

import re
from typing import Any

from pydantic import Field

from infinite_scribe.llm.demo.schemas import Style, Twin
from infinite_scribe.llm.demo.teller import Teller

_ATTRIBUTE = (
    re.compile(r" is (?P<canon>.+?) in the canon and (?P<claim>.+?) here\.$"),
    re.compile(r"在设定中是(?P<canon>.+?)，此处却是(?P<claim>.+?)。$"),
)
_QUIET = {"en": "For a while nothing was said.", "zh": "一时没有人说话。"}
_THERE = {
    "en": ("{Asked} was there too, within reach of a hand.", "Close by, in plain sight, was {asked}."),
    "zh": ("手边还有{asked}。", "一旁放着{asked}，谁都看得见。"),
}
_ENDS = ".!?。！？…"


class Mended(Twin):
    """What a finding says: its rule, the words that are wrong, what they clash with, and why."""

    rule: str = ""
    quote: str = ""
    against: str = ""
    why: str = ""


class FixData(Twin):
    """The twin of `editor.fix`."""

    text: str = ""
    before: str = ""
    after: str = ""
    finding: Mended = Field(default_factory=Mended)
    names: list[str] = Field(default_factory=list)
    style: Style = Field(default_factory=Style)
    refused: str = ""


def fix(teller: Teller, data: FixData) -> dict[str, Any]:
    """Return patches: the clashing value exchanged, a sentence put in, or the sentence taken out that cannot stand."""
    finding = data.finding
    sentences = [one.strip() for one in teller.reader.sentences(data.text) if one.strip()] or [data.text]
    wrong = next((one for one in sentences if finding.quote and finding.quote in one), None)
    if finding.rule == "T0-PLAN":
        old = next((one for one in reversed(sentences) if one in data.text), data.text)
        return _one(old, _after(teller, old, _added(teller, finding.against)), finding.why)
    if wrong is None or wrong not in data.text:
        wrong = next((one for one in sentences if one in data.text), data.text)
    if finding.rule == "T0-NAME" and finding.against:
        return _one(wrong, wrong.replace(finding.quote, finding.against), finding.why)
    told = next((found for one in _ATTRIBUTE if (found := one.search(finding.why))), None)
    if told is not None and not data.refused:
        canon, claim = (told[name].rpartition("·")[2].strip() for name in ("canon", "claim"))
        made = re.sub(re.escape(claim), canon, wrong, flags=re.IGNORECASE)
        if made != wrong:
            return _one(wrong, made, finding.why)
    return _one(*_without(teller, data.text, sentences, wrong), finding.why)


def _without(teller: Teller, text: str, sentences: list[str], wrong: str) -> tuple[str, str]:
    """Return a stretch with the wrong sentence and the same without it; a lone one gives way to a quiet one."""
    at = sentences.index(wrong) if wrong in sentences else 0
    for other in (at + 1, at - 1):
        if 0 <= other < len(sentences):
            first, last = sorted((at, other))
            start = text.find(sentences[first])
            end = text.find(sentences[last], start) + len(sentences[last])
            if 0 <= start < end:
                return text[start:end], sentences[other]
    return wrong, _QUIET[teller.code]


def _added(teller: Teller, asked: str) -> str:
    """Return a sentence that tells what was asked for."""
    plain = asked.strip()
    if plain.endswith(tuple(_ENDS)):
        return plain
    rows = _THERE[teller.code]
    return rows[len(plain) % len(rows)].format(asked=plain, Asked=plain[:1].upper() + plain[1:])


def _after(teller: Teller, old: str, more: str) -> str:
    return f"{old}{more}" if teller.code == "zh" else f"{old} {more}"


def _one(old: str, new: str, why: str) -> dict[str, Any]:
    return {"patches": [{"old": old, "new": new, "why": why[:160]}]}
