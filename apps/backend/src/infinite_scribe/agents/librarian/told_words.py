"""Turns of phrase in which English and Chinese narration states a fact about somebody. Pure."""

from __future__ import annotations

import re

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = {
    word: 10 * at
    for at, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2
    )
}
_SMALL = {word: at for at, word in enumerate(_ONES)}
_DIGITS = {sign: at for at, sign in enumerate("零一二三四五六七八九")}
_NUMBER = r"(\d{1,3}|(?:" + "|".join((*_TENS, *_ONES)) + r")(?:-(?:" + "|".join(_ONES[1:10]) + r"))?)"
_END = r"(?=[.,;:!—–]|$| and\b| but\b| as\b| when\b)"
_END_ZH = r"(?=[，。；：！—]|$)"


def number_of(text: str, language: str) -> int | None:
    """Return a number below 1,000 that is written in figures or spelt out."""
    if text.isdigit():
        return int(text)
    if language == "zh":
        return _chinese(text)
    tens, _, ones = text.partition("-")
    if tens in _TENS and (not ones or ones in _SMALL):
        return _TENS[tens] + (_SMALL[ones] if ones else 0)
    return _SMALL.get(text)


def _chinese(text: str) -> int | None:
    tens, ten, ones = text.partition("十")
    if any(sign not in _DIGITS for sign in tens + ones):
        return None
    if not ten:
        return _DIGITS[text] if len(text) == 1 else None
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


#: Behind the name of the subject.
Alone = dict[str, re.Pattern[str]]
#: Between two names, and behind the second one.
Pairs = dict[str, tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]]


def _pair(between: str, after: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(between), re.compile(after)


_SKILLS = "swim|read|write|whistle|sing|drive|ride|sail|cook|dance"
ENGLISH_OPENS = re.compile(r"(?:^|[,;:.—–]\s|\b(?:and|but|that|because|since|so)\s|^[Tt]he )$")
ENGLISH_ALONE: Alone = {
    "age": re.compile(rf"^ (?:was|is) {_NUMBER} (?:years old|years of age|(?:that|this) (?:spring|summer|autumn|winter|year))\b"),
    "unable": re.compile(rf"^ (?:had|has) not learnt to ({_SKILLS}){_END}"),
}  # fmt: skip
ENGLISH_PAIRS: Pairs = {
    "lives": (
        _pair(r"^ (?:lived|lives|lodged|lodges) (?:in|at|above|over|behind|across from) $", _END),
        _pair(r"^ (?:(?:had|has) (?:taken )?a room) (?:in|at|above|over|behind) $", _END),
    ),
    "from": (_pair(r"^ (?:was|is|had been|has been) (?:born (?:in|at)|from) $", _END),),
    "belongs": (_pair(r"^(?: still)? (?:belonged|belongs) to $", _END),),
    "kin": (
        _pair(
            r"^ (?:was|is) $",
            rf"^[’']s? (?:(?:older|younger|elder|elde?st|youngest|only|twin) )?"
            rf"(sister|brother|mother|father|son|daughter|wife|husband|teacher|apprentice|pupil){_END}",
        ),
    ),
    "taught": (_pair(r"^ (?:had |has )?(?:taught|teaches) $", r"^ (?:the trade|the work|to \w+|how to)\b"),),
    "knew": (_pair(r"^ (?:had known|has known|knew|knows) $", r"^ (?:for|since|by name|by sight)\b"),),
    "owed": (
        _pair(
            r"^(?: still)? (?:owed|owes) $",
            rf"^ (?:for )?(?!nothing|anything|that|this|it\b|much|more|everything|an? (?:answer|apology|word))"
            rf"((?:[a-z’-]+ ){{0,5}}[a-z’-]+?){_END}",
        ),
    ),
    "sworn": (_pair(r"^ (?:had |has )?promised $", r"^ ((?:not )?to [^.,;“”\ue000]{4,70}?)(?=[.,;]|$)"),),
}  # fmt: skip
ENGLISH_KIN = {
    "sister": "sibling", "brother": "sibling", "mother": "parent", "father": "parent", "son": "child",
    "daughter": "child", "wife": "spouse", "husband": "spouse", "teacher": "teacher", "apprentice": "pupil",
    "pupil": "pupil",
}  # fmt: skip

_YEARS = "[一二三四五六七八九十两几]+年|多年|很久"
CHINESE_OPENS = re.compile(r"(?:^|[，；：。、—\ue000])(?:可|但|而|因为|原来)?$")
CHINESE_ALONE: Alone = {
    "age": re.compile(
        r"^(?:今年|这年)?(?:才|已经|都)?(?:满|有)?(\d{1,3}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])岁(?!那|以|的|时|前|上)"
    ),
    "unable": re.compile(rf"^(?:一直)?不会(游水|游泳|识字|写字|骑马|撒谎|唱歌|做饭|吹口哨|算账|喝酒){_END_ZH}"),
}  # fmt: skip
CHINESE_PAIRS: Pairs = {
    "lives": (
        _pair(r"^(?:就|一直|如今|现在|仍)?(?:住在|租住在|寄住在)$", rf"^(?:后头|后面|楼上|隔壁|对面|边上|里)?{_END_ZH}"),
        _pair(r"^(?:如今|现在)?在$", rf"^(?:后头|楼上|隔壁|对面|边上)?(?:租|赁)了一?间(?:屋|屋子|房|房子){_END_ZH}"),
    ),
    "from": (
        _pair(r"^(?:是|原是|本是)$", rf"^人{_END_ZH}"),
        _pair(r"^(?:生在|老家在)$", _END_ZH),
    ),
    "belongs": (
        _pair(r"^(?:还|至今|如今|仍|一直)?(?:归|属于)$", rf"^(?:所有|名下)?{_END_ZH}"),
        _pair(r"^(?:还|至今|如今|仍)?(?:记在|写在|在)$", rf"^名下{_END_ZH}"),
    ),
    "kin": (
        _pair(r"^是$", rf"^的(?:亲)?(姐姐|妹妹|哥哥|弟弟|母亲|父亲|娘|爹|儿子|女儿|妻子|丈夫|师傅|师父|徒弟){_END_ZH}"),
    ),
    "taught": (
        _pair(r"^(?:手把手)?(?:教过|教会了?|带过|教)$", rf"^(?:这门|这行|手艺|识字|写字|算账|认字|{_YEARS})"),
    ),
    "knew": (
        _pair(r"^(?:早就|老早就?)?(?:认识|认得)$", rf"^(?:了)?(?:{_YEARS})"),
        _pair(r"^(?:和|跟|与)$", rf"^(?:认识|相识)(?:了)?(?:{_YEARS})"),
    ),
    "owed": (_pair(r"^(?:还|至今|一直)?欠着?$", rf"^(?!一句|什么|多少|的)([^，。；：！“”\ue000]{{2,14}}?){_END_ZH}"),),
    "sworn": (
        _pair(r"^答应过$", rf"^，?((?:绝|再|决)?不[^，。；“”\ue000]{{2,18}}?){_END_ZH}"),
        _pair(r"^(?:对|向)$", rf"^(?:发过誓|起过誓)，?((?:绝|再|决)?不[^，。；“”\ue000]{{2,18}}?){_END_ZH}"),
    ),
}  # fmt: skip
CHINESE_KIN = {
    "姐姐": "sibling", "妹妹": "sibling", "哥哥": "sibling", "弟弟": "sibling", "母亲": "parent", "父亲": "parent",
    "娘": "parent", "爹": "parent", "儿子": "child", "女儿": "child", "妻子": "spouse", "丈夫": "spouse",
    "师傅": "teacher", "师父": "teacher", "徒弟": "pupil",
}  # fmt: skip
