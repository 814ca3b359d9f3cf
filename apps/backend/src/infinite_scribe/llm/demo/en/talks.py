"""A pass over speech in English: who says it is read from the passage, how it is said from the note on the voice."""

import re

from infinite_scribe.core.language.en import LANGUAGE
from infinite_scribe.llm.demo.en.bind import pronoun
from infinite_scribe.llm.demo.en.rewrite import sharpened
from infinite_scribe.llm.demo.en.shift import to_present
from infinite_scribe.llm.demo.en.voices import Voice, voice_of
from infinite_scribe.llm.demo.schemas import DialogueData, Member, VoiceNote
from infinite_scribe.llm.demo.wishes import CannotFollow

_QUOTE = re.compile(r"“([^”]*)”|\"([^\"]*)\"")
_SAYS = r"(?:said|says|say|asked|asks|ask|answered|replied|whispered|muttered|called|told|went on|added)"
_REPORTED = re.compile(
    rf"\b(?P<who>[A-Z][\w’-]+|She|He|They|she|he|they) (?:{_SAYS})(?: (?:him|her|them|me|[A-Z][\w’-]+))? that (?P<what>[^.“”!?;]{{6,160}})[.]"
)
_ASKED = re.compile(
    r"\b(?P<who>[A-Z][\w’-]+|She|He|They|she|he|they) asked(?: (?:him|her|them|[A-Z][\w’-]+))? (?P<what>(?:whether|if|why|where|who|what|when|how) [^.“”!?;]{4,140})[.]"
)
LONG_ENOUGH = 6
"""Words of a line from which a habit of speech has room."""


class _Cast:
    """Who speaks in a passage, and how."""

    def __init__(self, data: DialogueData) -> None:
        known = {member.handle: member for member in data.cast}
        notes = data.voices or [VoiceNote(handle=one.handle, name=one.name) for one in data.cast]
        self.people: list[tuple[Member, VoiceNote, Voice]] = []
        for note in notes:
            member = known.get(note.handle) or Member(handle=note.handle, name=note.name)
            self.people.append((member, note, voice_of(note.note or member.voice)))
        self.last: list[int] = []

    def names(self, at: int) -> list[str]:
        """What somebody is called in running prose."""
        name = self.people[at][0].name
        return [one for one in (name, name.split(" ")[0], *self.people[at][0].aliases) if one]

    def speaker(self, around: str) -> int | None:
        """Whoever the words around a quotation name; else the one who did not speak last."""
        for at in range(len(self.people)):
            if any(re.search(rf"\b{re.escape(name)}\b", around) for name in self.names(at)):
                return self._took(at)
        for word in re.findall(rf"\b(she|he|they) {_SAYS}|\b{_SAYS} (she|he|they)\b", around.lower()):
            said = next(part for part in word if part)
            fitting = [at for at in range(len(self.people)) if pronoun(self.people[at][0]) == said]
            if len(fitting) == 1:
                return self._took(fitting[0])
        return self._took(self.last[-2]) if len(self.last) > 1 else None

    def _took(self, at: int) -> int:
        self.last = [*(one for one in self.last if one != at), at]
        return at


def talk_over(data: DialogueData) -> str:
    """The passage with its speech worked over. Raises `CannotFollow` when nobody speaks in it, or nothing can change."""
    text = data.text.strip()
    spoken = _direct(text, data)
    if not _QUOTE.search(spoken):
        raise CannotFollow(data.instruction or "dialogue")
    cast, tics = _Cast(data), set[str]()
    made = [
        _paragraph(paragraph, cast, tics, variant=data.variant)
        for paragraph in LANGUAGE.paragraphs(sharpened(spoken))
    ]
    told = "\n\n".join(made)
    if told == text:
        raise CannotFollow(data.instruction or "dialogue")
    return told


def _paragraph(text: str, cast: _Cast, tics: set[str], *, variant: int) -> str:
    around = _QUOTE.sub(" … ", text)
    if "…" not in around:
        return text
    at = cast.speaker(around)
    if at is None:
        return text
    _, note, voice = cast.people[at]
    return _QUOTE.sub(
        lambda match: f"“{_said(match.group(1) or match.group(2) or '', note, voice, tics, variant)}”", text
    )


def _said(line: str, note: VoiceNote, voice: Voice, tics: set[str], variant: int) -> str:
    told = line
    for word in note.avoids:
        told = re.sub(rf",?\s*\b{re.escape(word)}\b,?", "", told, flags=re.IGNORECASE) or told
    if variant % 2:
        told = re.sub(
            r"^(?:I think|I believe|I suppose|I know) (?:that )?(\w)", lambda match: match[1].upper(), told
        )
    told = voice.say(told.strip())
    own = [tic for tic in note.tics if tic and tic not in tics]
    if own and len(told.split()) >= LONG_ENOUGH and told.endswith("."):
        tics.add(own[0])
        told = f"{told} {own[0][:1].upper()}{own[0][1:].rstrip('.')}."
    return told[:1].upper() + told[1:] if line[:1].isupper() else told


def _direct(text: str, data: DialogueData) -> str:
    """What is reported becomes speech: *she said that she was tired* → “I’m tired,” she said."""
    parts = re.split(r"(“[^”]*”)", text)
    for index in range(0, len(parts), 2):
        parts[index] = _REPORTED.sub(lambda match: _quoted(match, data), parts[index])
        parts[index] = _ASKED.sub(lambda match: _asked(match, data), parts[index])
    return "".join(parts)


def _quoted(match: re.Match[str], data: DialogueData) -> str:
    who, what = match["who"], _own_words(match["what"], match["who"], data)
    return f"“{what[:1].upper()}{what[1:]},” {who if who[0].isupper() and who not in {'She', 'He', 'They'} else who.lower()} said."


def _asked(match: re.Match[str], data: DialogueData) -> str:
    who, what = match["who"], match["what"]
    plain = re.sub(r"^(?:whether|if) ", "", what)
    own = _own_words(plain, who, data)
    if plain == what:
        return match.group()  # a question with its own word needs another order of words
    subject, _, rest = own.partition(" ")
    verb, _, tail = rest.partition(" ")
    if verb not in {"is", "are", "am", "can", "will", "has", "have"}:
        return match.group()
    asked = f"{verb.capitalize()} {subject if subject == 'I' else subject.lower() if subject in {'She', 'He', 'They', 'It'} else subject} {tail}"
    return f"“{asked.strip()}?” {who if who not in {'She', 'He', 'They'} else who.lower()} asked."


def _own_words(what: str, who: str, data: DialogueData) -> str:
    """A reported clause as its speaker says it: now, and *I* for himself."""
    member = next((one for one in data.cast if one.name.split(" ")[0] == who or one.name == who), None)
    own = pronoun(member) if member else who.lower()
    table = {"she": ("her", "her"), "he": ("him", "his"), "they": ("them", "their")}.get(own)
    told = re.sub(rf"\b{own}\b", "I", what)
    if table is not None:
        told = re.sub(rf"\b{table[1]}\b(?= [a-z])", "my", told)
        told = re.sub(rf"\b{table[0]}\b", "me", told)
    return to_present(told)
