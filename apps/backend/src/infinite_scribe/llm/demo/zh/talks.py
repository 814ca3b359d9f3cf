"""打磨对白：谁在说，从文里读；怎么说，照人物的口吻。"""

import re

from infinite_scribe.core.language.zh import LANGUAGE
from infinite_scribe.llm.demo.schemas import DialogueData, Member, VoiceNote
from infinite_scribe.llm.demo.wishes import CannotFollow
from infinite_scribe.llm.demo.zh.grammar import closed, gendered
from infinite_scribe.llm.demo.zh.rewrite import sharpened
from infinite_scribe.llm.demo.zh.voices import Voice, voice_of

_QUOTE = re.compile(r"“([^”]*)”|「([^」]*)」")
_REPORTED = re.compile(
    r"(?P<who>[\u4e00-\u9fff]{1,4}?)(?:告诉(?:他|她|[\u4e00-\u9fff]{2,3})|说)(?:，|说)?(?P<what>[^“”「」。！？：]{4,50})。"
)
LONG_ENOUGH = 8


class _Cast:
    """这一段里说话的人，和各人的口吻。"""

    def __init__(self, data: DialogueData) -> None:
        known = {member.handle: member for member in data.cast}
        notes = data.voices or [VoiceNote(handle=one.handle, name=one.name) for one in data.cast]
        self.people: list[tuple[Member, VoiceNote, Voice]] = []
        for note in notes:
            member = known.get(note.handle) or Member(handle=note.handle, name=note.name)
            self.people.append((member, note, voice_of(note.note or member.voice, member.name)))
        self.last: list[int] = []

    def speaker(self, around: str) -> int | None:
        """引号前后点了名的人；没有点名，就是刚才没有开口的那一个。"""
        for at, (member, _, _) in enumerate(self.people):
            if any(name and name in around for name in (member.name, *member.aliases)):
                return self._took(at)
        found = re.search(r"([他她])(?:又)?(?:说|问|答|道)", around)
        if found:
            fitting = [
                at
                for at, (member, _, _) in enumerate(self.people)
                if gendered(member.pronouns, member.name) == found[1]
            ]
            if len(fitting) == 1:
                return self._took(fitting[0])
        return self._took(self.last[-2]) if len(self.last) > 1 else None

    def _took(self, at: int) -> int:
        self.last = [*(one for one in self.last if one != at), at]
        return at


def talk_over(data: DialogueData) -> str:
    """打磨过对白的一段。没有人说话，或无可改动，就说做不到（`CannotFollow`）。"""
    text = data.text.strip()
    spoken = _direct(text, data)
    if not _QUOTE.search(spoken):
        raise CannotFollow(data.instruction or "对白")
    cast, tics = _Cast(data), set[str]()
    told = "\n\n".join(
        _paragraph(paragraph, cast, tics, variant=data.variant)
        for paragraph in LANGUAGE.paragraphs(sharpened(spoken))
    )
    if told == text:
        raise CannotFollow(data.instruction or "对白")
    return told


def _paragraph(text: str, cast: _Cast, tics: set[str], *, variant: int) -> str:
    around = _QUOTE.sub("…", text)
    at = cast.speaker(around) if "…" in around else None
    if at is None:
        return text
    _, note, voice = cast.people[at]
    return _QUOTE.sub(
        lambda match: f"“{_said(match[1] or match[2] or '', note, voice, tics, variant)}”", text
    )


def _said(line: str, note: VoiceNote, voice: Voice, tics: set[str], variant: int) -> str:
    told = line
    for word in note.avoids:
        told = told.replace(word, "") or told
    if variant % 2:
        told = re.sub(r"^(?:我看|我说|我知道|那么)，?(?=[\u4e00-\u9fff]{2})", "", told)
    told = voice.say(told.strip("，"))
    own = [tic for tic in note.tics if tic and tic not in tics]
    if own and len(told) >= LONG_ENOUGH and told.endswith("。"):
        tics.add(own[0])
        told = f"{told}{closed(own[0])}"
    return told


def _direct(text: str, data: DialogueData) -> str:
    """转述变成直说：她说她累了。→“我累了。”她说。"""
    parts = re.split(r"(“[^”]*”)", text)
    for index in range(0, len(parts), 2):
        parts[index] = _REPORTED.sub(lambda match: _quoted(match, data), parts[index])
    return "".join(parts)


def _quoted(match: re.Match[str], data: DialogueData) -> str:
    who = match["who"]
    member = next((one for one in data.cast if one.name and one.name == who), None)
    if member is None and who not in {"他", "她"}:
        return match.group()
    own = gendered(member.pronouns, member.name) if member else who
    what = re.sub(f"{own}(?!们)", "我", match["what"]).strip("，")
    return f"“{what}。”{who}说。"
