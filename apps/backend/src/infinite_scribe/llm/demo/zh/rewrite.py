"""Rewriting a Chinese passage by real operations on its sentences. Nothing is pretended.

Each operation changes what can be changed by rule; an instruction that no operation covers is
refused (`wishes.CannotFollow`), a preset is always carried out. A length (“写成 300 字”) is reached by growing or cutting.
"""

import re

from infinite_scribe.core.fingerprints import marks
from infinite_scribe.core.language.manner import manner_from
from infinite_scribe.core.language.zh import LANGUAGE
from infinite_scribe.llm.demo.chance import Chance
from infinite_scribe.llm.demo.lengths import holders, kept
from infinite_scribe.llm.demo.schemas import RewriteData
from infinite_scribe.llm.demo.wishes import LONGER, SHORTER, CannotFollow, Wish, exchanged, share_of
from infinite_scribe.llm.demo.zh import lexicon, wishes
from infinite_scribe.llm.demo.zh.grammar import closed, gendered
from infinite_scribe.llm.demo.zh.manners import in_manner

_FILLER = re.compile(
    r"(?:不禁|不由得|不由自主地|情不自禁地|仿佛|似乎|好像是|只见|突然(?:之间)?，?|忽然(?:间)?，?|猛然|非常|十分|极其|格外|实在是|简直|其实，?|事实上，?|显然，?|毫无疑问，?|不知为何，?|在这一刻，?|此时此刻，?|与此同时，?|终于(?=[^，。])|开始(?=[^，。的了]{2}))"
)
_ADVERB = re.compile(
    r"(?:小心翼翼|不慌不忙|[\u4e00-\u9fff]{2})地"
    r"(?=[走看说问笑想站坐拿放推拉转抬低摇点望听跑退伸接摸写开关喊叫答握按敲翻读吃喝哭睡])"
)
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
    r"(?:[\u4e00-\u9fff]{2}地)?(?:回答道|说道|问道|喊道|低声道|冷冷道|淡淡道|解释道|补充道|反问道|开口道|沉声道)"
)
_NUMBER = re.compile(r"(\d{2,5})\s*(?:个)?字")
_SPOKEN = re.compile(r"“[^”]*”")


def rewrite(data: RewriteData, chance: Chance) -> str:
    """The passage after what preset and instruction ask for. Raises `CannotFollow`."""
    text, have = data.text.strip(), LANGUAGE.count(data.text)
    wanted = [Wish(wishes.choose(data.preset) or "tighten")] if data.preset else []
    wanted += sorted(wishes.read(data.instruction, text), key=lambda wish: wish.name != "weather")
    asked = _NUMBER.search(data.instruction)
    target = data.target_words or (int(asked.group(1)) if asked else 0)
    lengths = {"tighten", "expand", "length", "words"}
    made = text
    for wish in wanted:
        if target and wish.name in lengths:
            continue
        before = made
        made = _done(wish, made, data, chance)
        if made == before and not data.preset:
            raise CannotFollow(data.instruction)
    if target or not wanted:
        target = target or round(have * share_of(SHORTER, data.variant))
        size = LANGUAGE.count(made)
        return _grow(made, target, data, chance) if target > size else _shrink(made, target, data)
    return made


def _done(wish: Wish, text: str, data: RewriteData, chance: Chance) -> str:
    """The passage after one wish."""
    have = LANGUAGE.count(text)
    if wish.name == "rename":
        return exchanged(text, wish.old, wish.new, whole_words=False)
    if wish.name == "remove":
        rows = [
            "".join(item for item in LANGUAGE.sentences(part) if wish.old not in item)
            for part in LANGUAGE.paragraphs(text)
        ]
        return "\n\n".join(row for row in rows if row) or text
    if wish.name == "weather":
        return _weather(text, wish.old, data.variant)
    if wish.name == "length":
        target = round(have * wish.share)
        return _grow(text, target, data, chance) if target > have else _shrink(text, target)
    if wish.name in {"first", "third"}:
        return _person(text, data, wish.name)
    if wish.name == "expand":
        return _grow(text, round(have * share_of(LONGER, data.variant)) + 12, data, chance)
    manner = manner_from(data.style.manner) if wish.name == "voice" else None
    if manner is not None and (made := in_manner(sharpened(text), manner)) != text:
        return made
    if wish.name == "show":
        return _shown(text, data, chance)
    work = {
        "adverbs": _plain,
        "dialogue": sharpened,
        "tension": _tense,
        "simple": _tense,
        "voice": _voiced,
    }.get(wish.name)
    if work is not None and (made := work(text)) != text:
        return made
    if work is not None and not data.preset:
        return text  # nothing of that kind stands here
    made = _shrink(_plain(text), round(have * share_of(SHORTER, data.variant)))
    made = made if made != text else _shrink(_plain(text), round(have * 0.85))
    return made if made != text else _clauses_cut(text, round(have * 0.85), floor=0.3)


def _weather(text: str, kind: str, variant: int) -> str:
    """A sentence of weather behind the first one of narration."""
    rows = wishes.WEATHER[kind]
    paragraphs = LANGUAGE.paragraphs(text)
    at = next((index for index, part in enumerate(paragraphs) if "“" not in part), 0)
    sentences = LANGUAGE.sentences(paragraphs[at])
    paragraphs[at] = "".join([*sentences[:1], rows[variant % len(rows)], *sentences[1:]])
    return "\n\n".join(paragraphs)


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


#: A feeling that is named → what a body does instead.
_FEELINGS: tuple[tuple[str, str], ...] = (
    ("生气|愤怒|恼火|气愤", "把手里的东西搁得很响"),
    ("害怕|恐惧|惊恐|恐慌", "往门边挪了半步"),
    ("难过|悲伤|伤心|悲痛", "半天没有出声"),
    ("高兴|开心|快乐|欢喜", "嘴角压了压，没有压住"),
    ("紧张|焦虑|不安|忐忑", "把指节一个个按过去"),
    ("疲惫|疲倦|疲劳", "在门框上靠了一会儿"),
    ("尴尬|难堪|窘迫", "低头去找一样不在地上的东西"),
    ("惊讶|吃惊|震惊|诧异", "手停在半空"),
    ("孤独|寂寞", "把另一把椅子也擦了"),
    ("后悔|懊悔|内疚|愧疚", "绕开了那面镜子"),
)
_NAMED_FEELING = "(?:心里|心中)?(?:感到|觉得|显得|变得)?(?:很|非常|十分|有些|有点|极其|特别|越来越)?(?:是)?"


def _shown(text: str, data: RewriteData, chance: Chance) -> str:
    """Named feelings become what a body does; where none is named, one thing of the place is seen."""
    made = text
    for words, act in _FEELINGS:
        made = _outside(made, re.compile(f"{_NAMED_FEELING}(?:{words})(?:极了|了|不已|起来)?"), act)
    made = re.sub(
        "地(?=把手里的东西|往门边|半天没有|嘴角|把指节|在门框|低头去|手停在|把另一把|绕开了)", "", made
    )
    if made != text:
        return made
    return _grow(text, LANGUAGE.count(text) + 14, data, chance)


def _voiced(text: str) -> str:
    """Nearer to somebody who tells it: plain tags, no filler, shorter breath."""
    return _tense(sharpened(text)) if len(LANGUAGE.paragraphs(text)) > 1 else _plain(sharpened(text))


def _clauses_cut(text: str, target: int, floor: float = 0.9) -> str:
    """Middle clauses go from the longest sentences, outside speech, until the text is short enough."""
    while LANGUAGE.count(text) > target * 1.05:
        found = [
            match
            for match in re.finditer(r"(?<=[，；])[^，。；：！？“”\n]{2,14}[，；]", text)
            if text.count("“", 0, match.start()) == text.count("”", 0, match.start())
        ]
        ends = [
            match
            for match in re.finditer(
                r"(?<=[^，。；：！？“”\n]{4})，[^，。；：！？“”\n]{2,14}(?=[。！？])", text
            )
            if text.count("“", 0, match.start()) == text.count("”", 0, match.start())
        ]
        rows = [
            match
            for match in found or ends
            if LANGUAGE.count(text) - LANGUAGE.count(match.group()) >= target * floor
        ]
        if not rows:
            return text
        over = LANGUAGE.count(text) - target
        gone = min(rows, key=lambda match: (abs(LANGUAGE.count(match.group()) - over), match.start()))
        text = text[: gone.start()] + text[gone.end() :]
    return text


def sharpened(text: str) -> str:
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


def _shrink(text: str, target: int, data: RewriteData | None = None) -> str:
    """留下合起来最接近篇幅的句子；首句、末句，和独有名字或数目的句子都留着。"""
    asked = data or RewriteData()
    rows = [LANGUAGE.sentences(part) for part in LANGUAGE.paragraphs(text)]
    flat = [one for row in rows for one in row]
    if not flat:
        return text
    counts = [LANGUAGE.count(one) for one in flat]
    must = {0, len(flat) - 1}
    if target >= sum(counts) / 2:
        must |= holders(flat, [*asked.names, *re.findall(r"\d+", text)])
    out = 1 + asked.variant % max(1, len(flat) - 2) if asked.variant and len(flat) > 4 else None
    stay = set(kept(counts, must, target, without=None if out in must else out))
    if abs(sum(counts[at] for at in stay) - target) > target * 0.07:
        stay = set(kept(counts, must, round(target * 1.25)))
    made, at = [], 0
    for row in rows:
        line = [one for offset, one in enumerate(row) if at + offset in stay]
        at += len(row)
        if line:
            made.append("".join(line))
    return _clauses_cut("\n\n".join(made), target)


def _grow(text: str, target: int, data: RewriteData, chance: Chance) -> str:
    """Details of the place named in or around the passage are laid behind its narrative sentences."""
    around = "".join([*(place.name + place.line for place in data.places[:1]), text, data.before[-300:]])
    table = lexicon.table("places")
    kind = lexicon.row_of("places", around, "any")
    near = [kind, "any", *(name for name in table if name not in {kind, "any"})]
    rows = [
        row
        for name in near[: 2 if target < LANGUAGE.count(text) * 1.8 else len(near)]
        for row in table[name]["details"]
        if "{" not in row
    ]
    told = {*data.used.told, *marks(text)}
    plain = (
        re.sub(r"\(([^()/]*)/[^()]*\)", r"\1", row.split("|")[1].strip()) for row in chance.shuffled(rows)
    )
    spare = [one for one in plain if not told & {*marks(one)}]
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
        if detail in text or have + LANGUAGE.count(detail) > target * 1.1:
            continue
        row, column = spots[turn % len(spots)]
        turn += 1
        paragraphs[row][column] += closed(detail)
        have += LANGUAGE.count(detail)
    return "\n\n".join("".join(part) for part in paragraphs)
