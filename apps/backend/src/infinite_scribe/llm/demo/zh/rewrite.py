"""Rewriting a Chinese passage by real operations on its sentences. Nothing is pretended.

Each operation changes what can be changed by rule; an instruction that names none gets the
passage tightened. A length (“写成 300 字”) is reached by growing or cutting.
"""

import re

from infinite_scribe.core.language.zh import LANGUAGE
from infinite_scribe.llm.demo.chance import Chance
from infinite_scribe.llm.demo.schemas import RewriteData
from infinite_scribe.llm.demo.zh import lexicon
from infinite_scribe.llm.demo.zh.grammar import closed, gendered

_OPERATIONS: dict[str, tuple[str, ...]] = {
    "first": ("第一人称", "改成我", "用我", "first"),
    "third": ("第三人称", "third"),
    "adverbs": ("副词", "去掉虚词", "形容词", "朴素", "干净", "白描", "adverb", "plain", "filler"),
    "dialogue": ("对白", "对话", "台词", "dialog", "sharper"),
    "tension": ("紧张", "悬念", "节奏", "更快", "加快", "危险", "tension", "pace"),
    "expand": (
        "扩写",
        "展开",
        "加长",
        "更长",
        "细节",
        "丰富",
        "具体",
        "expand",
        "longer",
        "detail",
        "describe",
    ),
    "tighten": ("紧凑", "缩写", "精简", "删", "简洁", "压缩", "短一", "tighten", "shorter", "concise"),
}
_FILLER = re.compile(
    r"(?:不禁|不由得|不由自主地|情不自禁地|仿佛|似乎|好像是|只见|突然(?:之间)?，?|忽然(?:间)?，?|猛然|非常|十分|极其|格外|实在是|简直|其实，?|事实上，?|显然，?|毫无疑问，?|不知为何，?|在这一刻，?|此时此刻，?|与此同时，?|终于(?=[^，。])|开始(?=[^，。的了]{2}))"
)
_ADVERB = re.compile(r"[\u4e00-\u9fff]{2,4}地(?=[\u4e00-\u9fff])(?!方|上|下|面|板|图|里|主|道|点)")
_PAIRS = (
    ("的时候，", "时，"),
    ("在……的过程中", ""),
    ("进行了", "做了"),
    ("一种", ""),
    ("对于", "对"),
    ("的话，", "，"),
    ("点了点头", "点头"),
    ("摇了摇头", "摇头"),
    ("看了看", "看"),
    ("慢慢地", ""),
    ("静静地", ""),
    ("轻轻地", ""),
    ("深深地", ""),
    ("感到自己", ""),
    ("发现自己", ""),
    ("能够", "能"),
    ("可以看到", "看见"),
    ("由于", "因"),
    ("但是", "可"),
    ("然而", "可"),
    ("并且", ""),
    ("于是", ""),
)
_TAGS = re.compile(
    r"(?:[\u4e00-\u9fff]{1,5}地)?(?:回答道|说道|问道|喊道|低声道|冷冷道|淡淡道|解释道|补充道|反问道|开口道|沉声道)"
)
_NUMBER = re.compile(r"(\d{2,5})\s*(?:个)?字")
_SPOKEN = re.compile(r"“[^”]*”")


def rewrite(data: RewriteData, chance: Chance) -> str:
    """The passage after the operation that the instruction or preset names."""
    operation = choose(f"{data.preset} {data.instruction}")
    asked = _NUMBER.search(data.instruction)
    target = data.target_words or (int(asked.group(1)) if asked else 0)
    text = data.text.strip()
    if operation in {"first", "third"}:
        return _person(text, data, operation)
    have = LANGUAGE.count(text)
    if target:
        return _grow(text, target, data, chance) if target > have else _shrink(text, target)
    if operation == "expand":
        return _grow(text, round(have * 1.35) + 12, data, chance)
    work = {"adverbs": _plain, "dialogue": _sharpen, "tension": _tense}.get(operation)
    return work(text) if work is not None else _shrink(_plain(text), round(have * 0.8))


def choose(instruction: str) -> str:
    """The operation whose words stand in the instruction; `tighten` when none does."""
    lowered = instruction.lower()
    return next(
        (name for name, words in _OPERATIONS.items() if any(word in lowered for word in words)), "tighten"
    )


def _outside(text: str, change: re.Pattern[str], into: str) -> str:
    """A change everywhere but in what is spoken."""
    parts = re.split(r"(“[^”]*”)", text)
    return "".join(part if part.startswith("“") else change.sub(into, part) for part in parts)


def _plain(text: str) -> str:
    """Without filler, without 地-adverbs, with short forms of long habits."""
    made = _outside(_outside(text, _FILLER, ""), _ADVERB, "")
    for long, short in _PAIRS:
        made = _outside(made, re.compile(re.escape(long)), short)
    return re.sub(r"([，。！？；：])[，；]+", r"\1", re.sub(r"(^|\n)[，；]", r"\1", made))


def _sharpen(text: str) -> str:
    """Plain tags, no politeness before the point, tags gone where speakers alternate."""
    made = _TAGS.sub("说", text)
    made = re.sub(r"“(?:嗯|哦|那个|这个|其实|你知道|我觉得|我想|可能|也许)[，。……]*(?=[^”]{2})", "“", made)
    rows = made.split("\n")
    bare = 0
    for index, row in enumerate(rows):
        match = re.fullmatch(r"(“[^”]+”)[^“”。，]{1,6}说。", row.strip())
        if match and bare < 2:
            rows[index], bare = match.group(1), bare + 1
        elif row.strip():
            bare = 0
    return "\n".join(rows)


def _tense(text: str) -> str:
    """Long sentences break at their commas; filler goes; the last sentence of a long paragraph stands alone."""
    made: list[str] = []
    for paragraph in LANGUAGE.paragraphs(_plain(text)):
        sentences = [_break(item) for item in LANGUAGE.sentences(paragraph)]
        if len(sentences) > 2:
            made += ["".join(sentences[:-1]), sentences[-1]]
        else:
            made.append("".join(sentences))
    return "\n\n".join(made)


def _break(sentence: str) -> str:
    if "“" in sentence or LANGUAGE.count(sentence) < 18:
        return sentence
    commas = [match.start() for match in re.finditer("，", sentence)]
    if not commas:
        return sentence
    middle = min(commas, key=lambda at: abs(at - len(sentence) // 2))
    return f"{sentence[:middle]}。{sentence[middle + 1 :]}"


def _person(text: str, data: RewriteData, operation: str) -> str:
    """我 for the viewpoint's name and pronoun, or the other way round; speech is left alone."""
    lead = next((member for member in data.cast if member.is_pov), data.cast[0] if data.cast else None)
    name = lead.name if lead else next((item for item in data.names if item in text), "")
    pronoun = gendered(lead.pronouns if lead else "", name)
    if operation == "third":
        made = _outside(text, re.compile("我(?!们)"), pronoun)
        return re.sub(re.escape(pronoun), name, made, count=1) if name else made
    made = _outside(text, re.compile(re.escape(name)), "我") if name else text
    others = [
        member
        for member in data.cast
        if member is not lead and gendered(member.pronouns, member.name) == pronoun and member.name in text
    ]
    return made if others else _outside(made, re.compile(f"{pronoun}(?!们)"), "我")


def _shrink(text: str, target: int) -> str:
    """Sentences go, those that carry least first; the first and the last of the passage stay."""
    paragraphs = [LANGUAGE.sentences(part) for part in LANGUAGE.paragraphs(text)]
    order = [
        (len(set(sentence)) + (30 if "“" in sentence else 0), row, column)
        for row, part in enumerate(paragraphs)
        for column, sentence in enumerate(part)
    ]
    ends = {(0, 0), (len(paragraphs) - 1, len(paragraphs[-1]) - 1)} if paragraphs else set()
    gone: set[tuple[int, int]] = set()
    have = LANGUAGE.count(text)
    for _, row, column in sorted(order):
        if have <= target * 1.05:
            break
        size = LANGUAGE.count(paragraphs[row][column])
        if (row, column) in ends or have - size < target * 0.9:
            continue
        gone.add((row, column))
        have -= size
    kept = [
        "".join(sentence for column, sentence in enumerate(part) if (row, column) not in gone)
        for row, part in enumerate(paragraphs)
    ]
    return "\n\n".join(part for part in kept if part)


def _grow(text: str, target: int, data: RewriteData, chance: Chance) -> str:
    """Details of the place named in or around the passage are laid behind its narrative sentences."""
    around = "".join([*(place.name + place.line for place in data.places[:1]), text, data.before[-300:]])
    table = lexicon.table("places")
    kind = lexicon.row_of("places", around, "any")
    rows = [row for row in [*table[kind]["details"], *table["any"]["details"]] if "{" not in row]
    spare = [
        re.sub(r"\(([^()/]*)/[^()]*\)", r"\1", row.split("|")[1].strip()) for row in chance.shuffled(rows)
    ]
    paragraphs = [LANGUAGE.sentences(part) for part in LANGUAGE.paragraphs(text)]
    spots = chance.shuffled(
        [
            (row, column)
            for row, part in enumerate(paragraphs)
            for column, sentence in enumerate(part)
            if not _SPOKEN.search(sentence)
        ]
    )
    spots = spots or [(len(paragraphs) - 1, len(paragraphs[-1]) - 1)] if paragraphs else []
    have, turn = LANGUAGE.count(text), 0
    while spare and spots and have < target * 0.97:
        detail = spare.pop()
        if detail in text:
            continue
        row, column = spots[turn % len(spots)]
        turn += 1
        paragraphs[row][column] += closed(detail)
        have += LANGUAGE.count(detail)
    return "\n\n".join("".join(part) for part in paragraphs)
