"""Going on from a place inside a scene: the same storyteller, from the middle and for as long as is asked.

What stands before the place counts as told: nobody comes in who is there, and nothing is said twice. A sentence that
breaks off is ended first. The rest comes from the beat that is due, or from what presses on the scene.
"""

import re

from infinite_scribe.core.fingerprints import marks
from infinite_scribe.llm.demo.acts import Act, Do, Mind, Move, Near, Role, See, Slot, Stir, Think
from infinite_scribe.llm.demo.chance import digest
from infinite_scribe.llm.demo.discourse import Block, Size
from infinite_scribe.llm.demo.draft import Drafting, set_scene
from infinite_scribe.llm.demo.parts import Part
from infinite_scribe.llm.demo.schemas import Beat, DemoAnswer, OnwardData
from infinite_scribe.llm.demo.teller import Narrator, Setting, Teller

#: Characters before the place in which somebody must be named to be there.
NEAR = 1_500
#: Share of the asked length from which there is enough, and above which sentences go again.
ENOUGH, OVER = 0.85, 1.1
#: Readings of one place that are told by whole passages; a further one is told move by move.
PASSAGES = 2
#: How often more is told where what came was said before.
ROUNDS = 4
#: Words up to which paragraphs of narration are set as one.
LONG = 70
#: Words, or characters of Chinese, that stand in a row before already: a reader would stumble.
RUN = 8
_WORD = re.compile(r"[A-Za-z’']+|[\u4e00-\u9fff]")
_ENDED = re.compile(r"[.!?…。！？：:”’」』\"*—]\s*$")
#: Single things that can follow on anything: what is done, seen, or thought.
_STEPS: tuple[Move, ...] = (
    Do(Act.HESITATE, Role.SELF, Slot.BUSY), See(Near.FEAR), Do(Act.EXAMINE, Role.SELF, Slot.RECORD), Stir(Slot.LIGHT),
    Do(Act.LISTEN, Role.SELF), Think(Mind.DOUBT), See(Near.WANT), Do(Act.WORK, Role.SELF, Slot.TOOL), Think(Mind.STAKE),
)  # fmt: skip


def go_on(teller: Teller, data: OnwardData, seed: int) -> DemoAnswer:
    """Prose that follows on `before`, about `target_words` long."""
    setting = _setting(data, seed)
    narrator = teller.narrator(setting)
    head = (
        teller.complete(narrator, data.before)
        if data.before.strip() and not _ENDED.search(data.before)
        else ""
    )
    target = max(1, data.target_words - teller.count(head))
    if data.span_length == "sentence":
        text = head or _sentence(teller, setting, narrator, target)
    else:
        text = _fitted(teller, _paragraphs(teller, setting, narrator, data, target), target)
        if head:
            gap = "" if teller.code == "zh" else " "
            text = f"{head}{gap}{text}" if text and not text.startswith("“") else f"{head}\n\n{text}".strip()
    return DemoAnswer(text=text)


def _setting(data: OnwardData, seed: int) -> Setting:
    """The scene as it stands before the place; readings of one place differ in what they draw."""
    told = [*data.used.told, *marks(data.before)]
    shift = 2 + digest(data.before[-200:], data.attempt) % 17
    chapter = data.chapter.model_copy(update={"number": data.chapter.number + 1 + data.variant})
    frame = data.scene.model_copy(update={"index_in_chapter": data.scene.index_in_chapter + shift})
    used = data.used.model_copy(update={"told": told})
    setting = set_scene(
        data.model_copy(update={"scene": frame, "chapter": chapter, "used": used}), seed + data.variant
    )
    near = data.before[-NEAR:]
    for role, member in setting.people.items():
        names = [member.name, *member.aliases, member.name.split(" ")[0]]
        if role is not Role.ABSENT and any(name and name in near for name in names):
            setting.state.present.add(role)
    return setting


def _due(data: OnwardData) -> list[Beat]:
    """The beat at the place and those behind it."""
    at = next((n for n, beat in enumerate(data.beats) if beat.handle == data.beat_here), None)
    return data.beats[at:] if at is not None else []


def _paragraphs(
    teller: Teller,
    setting: Setting,
    narrator: Narrator,
    data: OnwardData,
    target: int,
) -> list[str]:
    """Paragraphs from the beat that is due and from what presses, until there are enough that are new."""
    beats = _due(data)
    drafting = Drafting(teller, setting, narrator, beats or [Beat(handle="B1")], target)
    drafting.statements = {}
    part = Part("B1")
    told = set(setting.briefing.used.told)
    fresh = [
        beat
        for beat in beats
        if not set(marks(beat.text)) <= told and not _told(teller, beat.text, data.before)
    ]
    if fresh and target >= 60 * teller.scale():
        tell = drafting.tell_beat if data.variant < PASSAGES else drafting.tell_moves
        tell(part, fresh[0], 1, target)
    made: list[str] = []
    missing = float(target)
    for _ in range(ROUNDS):
        drafting.press(part, part.units + missing, leads=False)
        drafting.fill(part, part.units + missing)
        made = [text for one in part.paragraphs if (text := _unsaid(teller, one.text, data.before))]
        missing = target - sum(teller.count(one) for one in made)
        if missing <= target * (1 - ENOUGH):
            break
    return _gathered(teller, made)


def _told(teller: Teller, beat: str, before: str) -> bool:
    """Whether what a beat says stands before the place already, in words of its own."""
    keywords = teller.reader.keywords(beat)
    near = before[-NEAR * 2 :].lower()
    return bool(keywords) and sum(one.lower() in near for one in keywords) >= len(keywords) * 0.6


def _gathered(teller: Teller, paragraphs: list[str]) -> list[str]:
    """Narration in paragraphs that a reader would set: what is short joins what stands before it."""
    gap, most = ("" if teller.code == "zh" else " "), LONG * teller.scale()
    made: list[str] = []
    for one in paragraphs:
        last = made[-1] if made else ""
        joins = last and "“" not in last and "“" not in one
        if joins and teller.count(last) + teller.count(one) <= most:
            made[-1] = f"{last}{gap}{one}"
        else:
            made.append(one)
    return made


def _sentence(teller: Teller, setting: Setting, narrator: Narrator, target: int) -> str:
    """One sentence of about the asked length: of a few steps the nearest to it."""
    steps = setting.chance.fork("step").shuffled(_STEPS)
    found = []
    for step in steps[:5]:
        for real in setting.state.enact(step):
            found += [
                text for text in narrator.tell(Block((real,), Size.SINGLE)) if text and "\n" not in text
            ]
    plain = [text for text in found if len(teller.reader.sentences(text)) == 1] or found
    return min(plain, key=lambda text: abs(teller.count(text) - target)) if plain else ""


def _unsaid(teller: Teller, paragraph: str, before: str) -> str:
    """A paragraph without the sentences that a reader has just read; speech goes with its whole paragraph."""
    held = _words(before)
    said = " ".join(held)
    sentences = teller.reader.sentences(paragraph)
    fresh = [one for one in sentences if not _again(_words(one), said)]
    if len(fresh) == len(sentences):
        return paragraph
    return "" if "“" in paragraph else ("" if teller.code == "zh" else " ").join(fresh)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _again(words: list[str], said: str) -> bool:
    return any(" ".join(words[at : at + RUN]) in said for at in range(len(words) - RUN + 1))


def _fitted(teller: Teller, paragraphs: list[str], target: int) -> str:
    """As many paragraphs as the length takes; of the last one as many sentences, never inside of speech."""
    kept: list[str] = []
    spent = 0
    for paragraph in paragraphs:
        if spent >= target * ENOUGH:
            break
        room = target * OVER - spent
        fitting = paragraph if teller.count(paragraph) <= room else _shortened(teller, paragraph, room)
        if fitting:
            kept.append(fitting)
            spent += teller.count(fitting)
    return "\n\n".join(kept or paragraphs[:1])


def _shortened(teller: Teller, paragraph: str, room: float) -> str:
    gap = "" if teller.code == "zh" else " "
    sentences = teller.reader.sentences(paragraph)
    while sentences and (
        teller.count(gap.join(sentences)) > room
        or gap.join(sentences).count("“") != gap.join(sentences).count("”")
    ):
        sentences.pop()
    return gap.join(sentences)
