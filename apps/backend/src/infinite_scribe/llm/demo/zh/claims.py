"""中文里直接说出人、地、物情形的句式。«C1» 代一个名字。"""

import re

_C, _P, _I = "«(?P<{}>C\\d+)»", "«(?P<{}>P\\d+)»", "«(?P<{}>I\\d+)»"
_WHO, _WHERE, _WHAT = _C.format("subject"), _P.format("object"), _I.format("subject")
_HOLDER = _C.format("object")
_ONE = "(?:那|这|一)?(?:把|只|本|封|个|张|枚|块|支|件|串|盏)?"
_BY = "(?:慢慢|赶紧|连忙|终于|又|便|就|才|还|也|独自|悄悄)?"


def _row(predicate: str, kind: str, pattern: str) -> tuple[str, str, re.Pattern[str]]:
    return predicate, kind, re.compile(pattern)


#: 句中有这些字，说的就不作准。
UNSURE = re.compile("如果|要是|倘若|也许|或许|大概|仿佛|好像|似乎|差点|险些|梦见|以为|[不没未别]|吗|呢|？")
SPEAKER = re.compile("«(C\\d+)»(?:[^，。；：«»]{0,4})?(?:说|问|答|道|喊|叫|嘀咕)")
CLAIMS = (
    _row("located_at", "change", _WHO + _BY + "(?:走进|走到|进了|来到|回到|赶到|到了|爬上|跑进|踏进)了?" + _WHERE),
    _row("held_by", "change", _HOLDER + _BY + "(?:拿起|拿着|拿走|捡起|收起|藏起|揣着|接过|取出|握着|抱着|带走|抓起)了?"
         + _ONE + _WHAT),
    _row("held_by", "change", "«C\\d+»" + _BY + "把" + _ONE + _WHAT + "(?:交给|递给|还给|送给|塞给)了?" + _HOLDER),
    _row("held_by", "change", _HOLDER + _BY + "把" + _ONE + _WHAT + "(?:收进|藏进|揣进|塞进|收了|藏了|收好|藏好)"),
    _row("life_state", "change", _WHO + "(?:已经)?(?P<value>死了|去世|断了气|咽了气|淹死了|遇害)"),
    _row("injured_at", "event", _WHO + "的(?P<value>[左右]?(?:手|臂|腿|肩|脚|膝|额头|掌心))(?:受了伤|流着血|流了血|划破了|断了)"),
    _row("wears", "state", _WHO + "(?:身上)?(?:穿着|披着|戴着|换上)(?:一件|一身|一顶|一条)?(?P<value>[^，。；“”«»]{2,12}?)(?=[，。；]|$)"),
    _row("access_state", "change", "«(?P<subject>[PI]\\d+)»(?:的门)?(?P<value>锁着|上了锁|关着|开着|敞着)"),
    _row("item_state", "change", _WHAT + "(?P<value>碎了|断了|烧了|坏了|裂了|丢了)"),
    _row("bound_by", "event", _WHO + "(?:发誓|立誓|赌咒|答应过?)(?P<value>(?:要|一定)?[^，。；“”«»]{2,18}?)(?=[，。；]|$)"),
    _row("resides_at", "state", _WHO + "(?:就|一直|如今)?(?:住在|寄住在)" + _WHERE),
    _row("owned_by", "state", "«(?P<subject>[PI]\\d+)»(?:还|仍|至今)?(?:归|属于)" + _HOLDER),
)  # fmt: skip
WORDS = {
    "死了": "dead", "去世": "dead", "断了气": "dead", "咽了气": "dead", "淹死了": "dead", "遇害": "dead",
    "锁着": "locked", "上了锁": "locked", "关着": "closed", "开着": "open", "敞着": "open",
    "碎了": "broken", "断了": "broken", "裂了": "damaged", "坏了": "damaged", "烧了": "destroyed", "丢了": "lost",
}  # fmt: skip
