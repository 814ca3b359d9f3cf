"""Words of English and Chinese that mean the same value, so that code can compare them.

Each group is one value; a word that stands in no group is unknown, and a comparison with it is
undecided. Neighbours are groups that a reader may take for one another.
"""

from __future__ import annotations

from functools import cache

COLOURS: dict[str, tuple[str, ...]] = {
    "black": ("black", "jet", "jet-black", "ebony", "raven", "inky", "黑", "黑色", "乌黑", "漆黑", "墨黑"),
    "brown": (
        "brown",
        "chestnut",
        "chocolate",
        "mahogany",
        "umber",
        "brunette",
        "棕",
        "棕色",
        "褐",
        "褐色",
        "栗色",
        "咖啡色",
    ),
    "hazel": ("hazel", "榛色", "淡褐", "淡褐色"),
    "amber": ("amber", "tawny", "琥珀", "琥珀色"),
    "green": ("green", "emerald", "jade", "绿", "绿色", "碧绿", "翠绿", "碧"),
    "blue": ("blue", "azure", "sapphire", "cobalt", "cornflower", "蓝", "蓝色", "湛蓝", "碧蓝", "天蓝"),
    "grey": ("grey", "gray", "slate", "steel", "ash", "灰", "灰色", "铁灰", "银灰"),
    "violet": ("violet", "purple", "lilac", "紫", "紫色"),
    "red": (
        "red",
        "crimson",
        "scarlet",
        "auburn",
        "ginger",
        "copper",
        "russet",
        "红",
        "红色",
        "赤",
        "赤色",
        "红褐",
    ),
    "blond": ("blond", "blonde", "golden", "gold", "flaxen", "straw", "fair", "金", "金色", "金黄", "亚麻色"),
    "white": ("white", "snow-white", "snowy", "白", "白色", "雪白", "花白"),
    "silver": ("silver", "银", "银色", "银白"),
}

COLOUR_NEIGHBOURS: frozenset[frozenset[str]] = frozenset(
    frozenset(pair)
    for pair in (
        ("hazel", "brown"),
        ("hazel", "green"),
        ("hazel", "amber"),
        ("amber", "brown"),
        ("grey", "blue"),
        ("grey", "silver"),
        ("silver", "white"),
        ("grey", "white"),
        ("red", "brown"),
        ("amber", "blond"),
        ("brown", "blond"),
        ("black", "brown"),
        ("blue", "violet"),
        ("grey", "green"),
    )
)

WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "gender": {
        "female": ("female", "woman", "girl", "lady", "f", "女", "女性", "女人", "女子", "姑娘"),
        "male": ("male", "man", "boy", "m", "男", "男性", "男人", "男子"),
        "nonbinary": ("nonbinary", "non-binary", "enby", "非二元"),
    },
    "species": {
        "human": ("human", "man", "woman", "person", "人", "人类", "凡人"),
        "elf": ("elf", "elven", "精灵"),
        "dwarf": ("dwarf", "dwarven", "矮人"),
        "orc": ("orc", "orcish", "兽人"),
        "dragon": ("dragon", "wyrm", "龙", "巨龙"),
        "fox": ("fox", "fox spirit", "狐", "狐妖", "狐狸"),
        "wolf": ("wolf", "狼"),
        "dog": ("dog", "hound", "狗", "犬"),
        "cat": ("cat", "猫"),
        "horse": ("horse", "mare", "stallion", "马"),
        "bird": ("bird", "鸟"),
        "robot": ("robot", "android", "机器人"),
    },
    "occupation": {
        "physician": ("physician", "doctor", "healer", "大夫", "医生", "郎中"),
        "teacher": ("teacher", "schoolmaster", "tutor", "教师", "老师", "先生"),
        "smith": ("smith", "blacksmith", "铁匠"),
        "baker": ("baker", "面包师"),
        "innkeeper": ("innkeeper", "tavern keeper", "掌柜", "客栈老板"),
        "fisher": ("fisher", "fisherman", "渔夫", "渔民"),
        "soldier": ("soldier", "trooper", "士兵", "兵卒"),
        "detective": ("detective", "investigator", "侦探", "探长"),
        "merchant": ("merchant", "trader", "商人", "行商"),
        "farmer": ("farmer", "peasant", "农夫", "农民"),
    },
    "made_of": {
        "wood": ("wood", "wooden", "oak", "pine", "木", "木头", "木质"),
        "iron": ("iron", "铁", "铁质"),
        "steel": ("steel", "钢"),
        "gold": ("gold", "golden", "金", "黄金"),
        "silver": ("silver", "银", "白银"),
        "copper": ("copper", "brass", "bronze", "铜", "黄铜", "青铜"),
        "stone": ("stone", "granite", "marble", "石", "石头"),
        "glass": ("glass", "crystal", "玻璃", "水晶"),
        "cloth": ("cloth", "linen", "silk", "wool", "cotton", "布", "丝绸", "棉"),
        "leather": ("leather", "皮", "皮革"),
        "paper": ("paper", "parchment", "纸", "羊皮纸"),
        "jade": ("jade", "玉", "玉石"),
    },
}


@cache
def _colour_of_word() -> dict[str, str]:
    return {word: group for group, words in COLOURS.items() for word in words}


def colour_group(text: str) -> str | None:
    """Return the colour group a phrase names, or None when it names none or more than one."""
    known = _colour_of_word()
    whole = text.strip().casefold()
    if whole in known:
        return known[whole]
    groups = {known[word] for word in whole.replace("-", " ").split() if word in known}
    if len(groups) == 1:
        return groups.pop()
    return None


def word_group(predicate: str, text: str) -> str | None:
    """Return the group of a word for a predicate, or None when the tables do not know it."""
    whole = text.strip().casefold()
    for group, words in WORDS.get(predicate, {}).items():
        if whole in words:
            return group
    return None
