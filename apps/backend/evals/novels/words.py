"""Names of people, places, things and houses, drawn by seed without repetition."""

from __future__ import annotations

from itertools import product
from random import Random

_EN_GIVEN = [
    "Abel",
    "Brida",
    "Corin",
    "Della",
    "Edric",
    "Fenna",
    "Garrick",
    "Hesper",
    "Ivo",
    "Jessa",
    "Kellan",
    "Lunet",
    "Merrick",
    "Nessa",
    "Orrin",
    "Perla",
    "Quill",
    "Rowan",
    "Sabra",
    "Tamsin",
    "Ulric",
    "Vesper",
    "Wendel",
    "Xenia",
    "Yorick",
    "Zelda",
    "Alaric",
    "Beatrix",
    "Cosmo",
    "Dorrit",
    "Emeric",
    "Fiora",
    "Gideon",
    "Hollis",
    "Isaura",
    "Jarek",
    "Katya",
    "Leander",
    "Maren",
    "Niall",
    "Oriel",
    "Piers",
    "Rhea",
    "Silas",
    "Thora",
    "Ursa",
    "Valen",
    "Wilda",
    "Yvaine",
    "Zoltan",
]
_EN_FAMILY = [
    "Ashgrove",
    "Brackwater",
    "Cindermoor",
    "Dunmarsh",
    "Eastwick",
    "Fallowby",
    "Greythorn",
    "Holloway",
    "Ironmere",
    "Jarrow",
    "Kestrelby",
    "Lockhurst",
    "Marchbank",
    "Netherby",
    "Oakhanger",
    "Pellworth",
    "Quarrington",
    "Ravensey",
    "Saltmarsh",
    "Tarnbrook",
    "Underhay",
    "Vintry",
    "Wolfendale",
    "Yarrowby",
]
_EN_PLACE = (
    "North",
    "Lower",
    "Old",
    "Saint Orla's",
    "Weaver's",
    "Drowned",
    "Upper",
    "Tanner's",
    "Blind",
    "Corn",
)
_EN_PLACE_KIND = (
    "Mill",
    "Gate",
    "Cellar",
    "Bridge House",
    "Granary",
    "Cloister",
    "Quay",
    "Foundry",
    "Orchard",
    "Vault",
)
_EN_ITEM = ("brass", "bone", "lacquered", "iron", "silver", "oaken", "glass", "leather", "pewter", "copper")
_EN_ITEM_KIND = (
    "key",
    "casket",
    "seal",
    "compass",
    "flute",
    "ledger",
    "mask",
    "dagger",
    "lens",
    "medal",
    "astrolabe",
    "comb",
)
_EN_HOUSE = ("Guild of", "Order of", "House of", "League of")
_EN_HOUSE_KIND = (
    "Dyers",
    "Ferrymen",
    "Salters",
    "Bellringers",
    "Cartographers",
    "Lamplighters",
    "Vintners",
    "Masons",
)

_ZH_FAMILY = [
    "沈",
    "顾",
    "陆",
    "裴",
    "谢",
    "霍",
    "秦",
    "萧",
    "温",
    "傅",
    "江",
    "唐",
    "许",
    "宋",
    "叶",
    "柳",
    "岑",
    "邵",
    "闻",
    "乔",
    "纪",
    "聂",
    "祁",
    "卓",
]
_ZH_GIVEN = [
    "怀舟",
    "若棠",
    "景行",
    "清晏",
    "望舒",
    "砚秋",
    "明烛",
    "照野",
    "知微",
    "疏桐",
    "归鸿",
    "听澜",
    "慎之",
    "素弦",
    "云岫",
    "守拙",
    "念初",
    "伯庸",
    "青梧",
    "闻笛",
    "远山",
    "如晦",
    "长庚",
    "采薇",
    "子衿",
    "停云",
    "雪樵",
    "问渠",
    "半夏",
    "寄北",
    "春台",
    "秋水",
    "既白",
    "南乔",
    "扶光",
    "辞镜",
    "故渊",
    "朝歌",
    "晚照",
    "停舟",
    "浮玉",
    "流徽",
    "惊蛰",
    "芒种",
    "霜序",
    "照影",
    "行简",
    "望北",
]
_ZH_PLACE = ["北", "下", "旧", "圣姑", "织户", "沉水", "上", "皮匠", "盲巷", "谷市"]
_ZH_PLACE_KIND = ["磨坊", "城门", "地窖", "桥楼", "粮仓", "回廊", "码头", "铸坊", "果园", "石库"]
_ZH_ITEM = ["黄铜", "骨雕", "漆面", "生铁", "纹银", "橡木", "琉璃", "牛皮", "锡胎", "赤铜"]
_ZH_ITEM_KIND = [
    "钥匙",
    "匣子",
    "印章",
    "罗盘",
    "长笛",
    "账册",
    "面具",
    "短剑",
    "透镜",
    "勋牌",
    "星盘",
    "发梳",
]
_ZH_HOUSE = ["染行", "船帮", "盐社", "钟会", "舆图堂", "灯匠会", "酒坊盟", "石工会"]
_ZH_HOUSE_HEAD = ["东", "西", "南", "北"]


def _drawn(random: Random, pairs: list[str], count: int) -> list[str]:
    if count > len(pairs):
        raise ValueError(f"only {len(pairs)} names for {count}")
    return random.sample(pairs, count)


def people(random: Random, language: str, count: int) -> list[tuple[str, list[str]]]:
    """Return full names with the short name the text uses, where it belongs to one person alone."""
    if language == "zh":
        names = _drawn(random, [a + b for a, b in product(_ZH_FAMILY, _ZH_GIVEN)], count)
        shorts = [name[1:] for name in names]
    else:
        names = _drawn(random, [f"{a} {b}" for a, b in product(_EN_GIVEN, _EN_FAMILY)], count)
        shorts = [name.split()[0] for name in names]
    return [
        (name, [short] if shorts.count(short) == 1 else []) for name, short in zip(names, shorts, strict=True)
    ]


def places(random: Random, language: str, count: int) -> list[str]:
    """Return names of places."""
    if language == "zh":
        return _drawn(random, [a + b for a, b in product(_ZH_PLACE, _ZH_PLACE_KIND)], count)
    return _drawn(random, [f"{a} {b}" for a, b in product(_EN_PLACE, _EN_PLACE_KIND)], count)


def items(random: Random, language: str, count: int) -> list[str]:
    """Return names of things."""
    if language == "zh":
        return _drawn(random, [a + b for a, b in product(_ZH_ITEM, _ZH_ITEM_KIND)], count)
    return [
        f"the {one}"
        for one in _drawn(random, [f"{a} {b}" for a, b in product(_EN_ITEM, _EN_ITEM_KIND)], count)
    ]


def houses(random: Random, language: str, count: int) -> list[str]:
    """Return names of factions."""
    if language == "zh":
        return _drawn(random, [a + b for a, b in product(_ZH_HOUSE_HEAD, _ZH_HOUSE)], count)
    return [
        f"the {one}"
        for one in _drawn(random, [f"{a} {b}" for a, b in product(_EN_HOUSE, _EN_HOUSE_KIND)], count)
    ]


def born_as(random: Random, language: str, taken: set[str]) -> str:
    """Return a name that nobody bears."""
    while True:
        name = (
            random.choice(_ZH_FAMILY) + random.choice("阿小大老") + random.choice("虎春满牛栓旺")
            if language == "zh"
            else f"{random.choice(_EN_GIVEN)} {random.choice(['Vorn', 'Tallis', 'Brask', 'Ulme', 'Quent', 'Dorrel', 'Hask', 'Wyle', 'Zenn', 'Omar'])}"
        )
        if name not in taken:
            taken.add(name)
            return name
