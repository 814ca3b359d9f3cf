"""Reading finished text: whether beats came true, and what to keep of a node. Extractive.

Both answers quote the text exactly as it stands. Nothing is judged that cannot be pointed at.
"""

from collections import Counter
from typing import Any

from infinite_scribe.llm.demo.schemas import Beat, RealiseData, SummariseData
from infinite_scribe.llm.demo.teller import Reader, Teller

#: Shares of a beat's keywords that have to stand near each other.
MET, MAYBE = 0.5, 0.25
WINDOW = 4
END = 0.75
"""Share of a scene's sentences after which its last beat is looked for: that is how the scene ends."""


def realise(teller: Teller, data: RealiseData) -> dict[str, Any]:
    """A verdict per beat with the sentence that shows it."""
    reader = teller.reader
    paragraphs = [reader.sentences(paragraph.text) for paragraph in data.paragraphs]
    flat = [(number, sentence) for number, sentences in enumerate(paragraphs) for sentence in sentences]
    stems = [frozenset(reader.keywords(sentence)) for _, sentence in flat]
    start = 0
    verdicts: list[dict[str, Any]] = []
    for beat in data.beats:
        is_last = beat is data.beats[-1] and len(data.beats) > 1
        found = _best(reader, beat, flat, stems, start, int(len(flat) * END) if is_last else 0)
        if found is None:
            verdicts.append({"beat": beat.handle, "verdict": "missing", "quote": ""})
            continue
        share, index = found
        verdict = "met" if share >= MET else "unverified" if share >= MAYBE else "missing"
        verdicts.append(
            {"beat": beat.handle, "verdict": verdict, "quote": flat[index][1] if verdict != "missing" else ""}
        )
        if verdict == "met":
            start = index
    return {"verdicts": verdicts}


def _best(
    reader: Reader,
    beat: Beat,
    flat: list[tuple[int, str]],
    stems: list[frozenset[str]],
    start: int,
    floor: int = 0,
) -> tuple[float, int] | None:
    """The share of the beat's keywords found in a window, and its most telling sentence.

    Sentences before the place where the last beat was met count less: beats keep their order. Those before `floor`
    do not count.
    """
    wanted = frozenset(reader.keywords(beat.text))
    if not wanted or not flat:
        return None
    best: tuple[float, float, int] | None = None
    for index in range(floor, len(flat)):
        window = range(index, min(len(flat), index + WINDOW))
        together = frozenset().union(*(stems[item] for item in window)) & wanted
        share = len(together) / len(wanted)
        ranked = share if index >= start else share * 0.75
        if best is None or ranked > best[0]:
            telling = max(window, key=lambda item: len(stems[item] & wanted))
            best = (ranked, share, telling)
    return None if best is None else (best[1], best[2])


def summarise(teller: Teller, data: SummariseData) -> dict[str, Any]:
    """The sentences that carry the node, in order, within the token budget."""
    reader = teller.reader
    stems = [reader.keywords(line.text) for line in data.sentences]
    common = Counter(stem for row in stems for stem in set(row))
    names = [name.lower() for name in data.names if name]
    last = len(stems) - 1

    def weight(index: int) -> float:
        text = data.sentences[index].text.lower()
        told = sum(min(common[stem], 5) for stem in set(stems[index])) / (3 + len(stems[index]))
        named = sum(name in text for name in names)
        spoken = 0.6 if text[:1] in "\"'“「" else 0.0
        edge = 0.8 if index in {0, last} else 0.0
        return told + 0.7 * min(named, 2) + edge - spoken

    room = max(20, data.max_tokens)
    chosen: list[int] = []
    for index in sorted(range(len(stems)), key=lambda item: (-weight(item), item)):
        cost = _tokens(data.sentences[index].text)
        if cost <= room:
            chosen.append(index)
            room -= cost
    picked = [data.sentences[index] for index in sorted(chosen)]
    return {"sentences": [{"text": line.text.strip(), "from": [line.handle]} for line in picked]}


def _tokens(text: str) -> int:
    """A cautious guess: four letters, or one character beyond Latin, make a token."""
    wide = sum(1 for letter in text if ord(letter) > 0x2E7F)
    return max(1, wide + (len(text) - wide) // 4 + 1)
