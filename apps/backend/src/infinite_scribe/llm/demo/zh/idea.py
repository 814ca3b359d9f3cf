"""Reading an idea in Chinese: 人、营生、货物、地方、规矩. Patterns and word lists, no segmenter."""

import re
from dataclasses import dataclass
from functools import lru_cache

from infinite_scribe.llm.demo.zh import lexicon

VERBS: dict[str, str] = {
    verb: kind
    for kind, verbs in {
        "trade": "贩卖 出售 典当 收购 拍卖 出租 倒卖 兜售 售卖 经营 卖 买 租 借 收",
        "craft": "修理 修补 修复 制作 打造 缝制 编织 雕刻 调制 酿造 烘焙 翻译 誊抄 修 造 做 铸 织 缝 画 写 抄 烤 煮 酿 熬 刻 补 拼 扎 磨",
        "keep": "看守 守护 收藏 收集 保管 饲养 照看 记录 隐藏 守 藏 养 种 存 管 记 数 看 喂 继承",
        "seek": "追查 调查 发现 捡到 收到 拆开 寻找 打捞 追踪 追捕 破解 侦查 找回 寻 找 查 追 放映 放 捞 挖 猎 捕 听 梦见 看见",
        "carry": "寄送 运送 走私 护送 递送 偷运 背 运 送 渡 偷 盗 带 押",
        "end": "埋葬 销毁 抹去 超度 消除 埋 烧 毁 杀 拆 驱",
    }.items()
    for verb in verbs.split()
}
_LONGEST = sorted(VERBS, key=len, reverse=True)
_COUNTED = re.compile(
    r"^(?:好|了|过|着|掉|住|到|起|出)?(?:[一两三几这那某每]|十|百)?(?:[只个位名件封张本把座条台桩宗场瓶坛罐盒种份副幅颗口首段句群些片块间艘匹头辆枚卷支盏])?(?:偷来|失踪|丢失)?的?"
)
_CUT = re.compile(
    r"给|直到|之前|之后|以后|以前|来换|换成|卖给|送给|然后|却|但|而|并|时候|，|。|、|；|！|？|…|＃|,|\.|\s|这件事|谋生|为生|过活|的故事|的人"
)
_PERSON = re.compile(
    r"[^，。、；！？\s的了着在]{0,5}(?:人|师傅|师|匠|员|手|工|家|者|学徒|郎|倌|婆|爷|女孩|男孩|姑娘|少年|少女|老头|老汉|寡妇|掌柜|老板|姐妹|兄弟|女儿|儿子|母亲|父亲|女人|男人|士|夫|生|贼|长|妇|公主|王子|女王)$"
)
#: Kin words are a role only where they do not own what follows.
_KIN = frozenset(["父亲", "母亲", "外婆", "奶妈", "寡妇", "姐妹", "国王", "女王", "公主", "王子"])
#: A thing told by what is done with it: 一封寄给死人的信.
_TOLD_OF = re.compile(
    r"^[一两三几这那某]?[封件只把本张个块座盏支枚幅]?[^，。、；]{1,10}的([^，。、；的]{1,4})(?:$|[，。、；])"
)
#: What somebody runs is where the story is, and nothing that stands on a shelf in it.
_HOUSES = ("馆", "店", "铺", "楼", "栈", "厂", "园", "院")
_CREATURE = re.compile(r"的(猫|狗|狐狸|乌鸦|机器人|鬼|龙|熊|狼)$")
_MAKER = re.compile(r"([^，。的个一位名最后在两三]{1,3}(?:师|匠|员|侠|客|贼)|孤儿)")
_TOLD = re.compile(r"(?:[^，。是]{1,8}是)?(?:一个|一位|一名)?[^，。的]{0,12}的([^，。、；！？的]{1,8})[。，]")
_RULE = re.compile(
    r"(?:城|镇|村|国|世界|地方|岛|街)[^，。]{0,2}(?:里|上|中)?，?(每[^，。；]{4,24}|人人[^，。；]{4,24}|谁都[^，。；]{4,24}|凡[^，。；]{4,24})"
)


@dataclass(frozen=True, slots=True)
class Idea:
    """What an idea names; nothing in it is empty except a rule."""

    role: str
    trade: str
    verb: str
    verb_kind: str
    ware: str
    ware_kind: str
    place: str
    place_kind: str
    genre: str
    culture: str
    era: str
    rule: str
    given: bool


def read(text: str, genres: list[str] | None = None, fallback: int = 0) -> Idea:
    """The idea in parts. What the words do not say is filled from trade and place, by `fallback`."""
    return _read(text, tuple(genres or ()), fallback)


@lru_cache(maxsize=256)
def _read(text: str, genres: tuple[str, ...], fallback: int) -> Idea:
    plain = re.sub(r"\s+", "", text)
    role = _role(plain)
    masked = plain.replace(role, "＃", 1) if role else plain
    verb, ware = _deed(masked)
    place = _place(masked, role, plain)
    if ware.endswith(_HOUSES):
        place, ware = ware, ""
    made = role[1:-1] if len(role) > 2 and role[-1] in "师匠" else ""
    if made and (made in masked or (not ware and made in lexicon.words("wares"))):
        ware = made
    given = bool(ware)
    ware = ware or _known(masked) or _fallback_ware(fallback)
    homes = lexicon.table("premise")["homes"]
    role = role or homes.get(place, "") or _fallback_role(VERBS.get(verb, "keep"), fallback)
    trade = lexicon.row_of(
        "trades",
        role,
        {"trade": "trade", "craft": "craft", "seek": "law", "carry": "road", "end": "care"}.get(
            VERBS.get(verb, ""), "watch"
        ),
    )
    if trade == "watch" and role[-1] in "师匠":
        trade = "craft"
    verb = verb or (role[0] if role[0] in VERBS else "") or lexicon.table("trades")[trade]["verb"]
    place = place or lexicon.table("trades")[trade]["home"]
    kind = lexicon.row_of("wares", ware, "object")
    genre = lexicon.genre_of(plain, list(genres))
    default = str(lexicon.table("trades")[trade].get("culture", "jiangnan"))
    culture = lexicon.culture_of(plain, list(genres), "orbit" if genre == "科幻" else default)
    match = _RULE.search(plain)
    return Idea(
        role,
        trade,
        verb,
        VERBS.get(verb, "keep"),
        ware,
        kind,
        place,
        lexicon.row_of("places", place, "shop"),
        genre,
        culture,
        str(lexicon.table("cultures")[culture]["era"]),
        match.group(1) if match else "",
        given,
    )


def _role(text: str) -> str:
    """Who a logline says that somebody is; else a trade the lexicon knows (with what stands before it), or a person."""
    told = _TOLD.match(text)
    if told and _PERSON.fullmatch(told.group(1)):
        return told.group(1)
    for noun in lexicon.words("trades"):
        at = text.find(noun)
        if at >= 0 and not (noun in _KIN and text[at + len(noun) :].startswith("的")):
            lead = re.search(
                rf"(老|女|小|盲眼|哑|年轻|退休|独眼|落魄{'|[修补造制编磨]' if noun[-1] == '匠' else ''})(?:的)?$",
                text[:at],
            )
            return (lead.group(1) if lead and lead.group(1) != "退休" else "") + noun
    for match in re.finditer(r"的([^，。、；！？的]{2,8})", text):
        found = next(
            (one for size in range(2, 6) if (one := _PERSON.fullmatch(match.group(1)[:size]))), None
        ) or _PERSON.match(match.group(1))
        if found:
            return found.group()
    creature = _CREATURE.search(text)
    maker = creature or _MAKER.search(text)
    if maker:
        return maker.group(1)
    head = re.match(
        r"(?:一个|一位|一名|有个|两个)?([^，。、；！？的]{1,5}?(?:人|师|匠|员|手|工|家|女孩|姑娘|少年|少女|姐妹|兄弟|寡妇))",
        text,
    )
    if head:
        return re.sub(r"^[一两三](?:个|位|名|对)?", "", head.group(1))
    return ""


def _deed(text: str) -> tuple[str, str]:
    """The first known verb with its object; 把 brings the object forward."""
    moved = re.search(rf"把([^，。]{{1,8}}?)({'|'.join(_LONGEST)})(?:进|成|给|到|在|出|走|回|掉)", text)
    if moved:
        return moved.group(2), _thing(moved.group(1))
    spots = sorted((text.find(verb), -len(verb), verb) for verb in _LONGEST if verb in text)
    for at, _, verb in spots:
        ware = _thing(text[at + len(verb) :])
        if ware:
            return verb, ware
    return "", ""


def _thing(text: str) -> str:
    """The noun an object phrase ends in; empty when nothing is left, or when it is somebody."""
    told = _TOLD_OF.match(text)
    if told and told.group(1) in lexicon.words("wares"):
        return told.group(1)
    head = _CUT.split(_COUNTED.sub("", text, count=1), maxsplit=1)[0]
    parts = [part for part in head.split("的") if part]
    if not parts:
        return ""
    last = parts[-1] if len(parts[-1]) > 1 or parts[-1] in lexicon.words("wares") else parts[0]
    noun = _COUNTED.sub("", last, count=1)
    noun = re.sub(r"(?:里|上|中|进|成|着|了|都|全|再|也)$", "", noun)
    noun = re.split(r"[在从向把被是和与]", noun, maxsplit=1)[0]
    known = noun in lexicon.words("wares")
    if not known and (_PERSON.match(noun) or re.search("人|失踪|过|什么|谁", noun)):
        return ""
    return noun[-6:] if len(noun) > 1 or known else ""


def _known(text: str) -> str:
    return next(
        (
            word
            for word, kind in lexicon.words("wares").items()
            if kind != "place" and len(word) > 1 and word in text
        ),
        "",
    )


def _place(text: str, role: str, plain: str) -> str:
    named = re.search(r"在([^，。的＃]{1,9}?)(?:上|里|中|内|边|下|开|，|。|$)", text)
    known = [word for word in lexicon.words("places") if len(word) > 1]
    if named:
        inner = next((word for word in known if word in named.group(1)), "")
        if inner:
            return named.group(1) if len(named.group(1)) <= 6 else inner
    found = next((word for word in known if word in plain), "")
    if found:
        return found
    homes: dict[str, str] = lexicon.table("premise")["homes"]
    return next((place for place, noun in homes.items() if noun in role), "")


def _fallback_ware(number: int) -> str:
    pool = ["旧信", "口信", "影子", "回声", "钥匙", "梦", "钟", "地图"]
    return pool[number % len(pool)]


def _fallback_role(kind: str, number: int) -> str:
    pools = {
        "craft": ["修补匠", "裱画匠"],
        "seek": ["抄写员", "巡检"],
        "carry": ["摆渡人", "信差"],
        "end": ["殓婆", "守墓人"],
        "trade": ["杂货铺老板", "当铺掌柜"],
    }
    pool = pools.get(kind, ["守门人", "档案员", "敲钟人"])
    return pool[number % len(pool)]
