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
        "female": ("female", "woman", "girl", "f", "女", "女性", "女人"),
        "male": ("male", "man", "boy", "m", "男", "男性", "男人"),
    },
    "species": {
        "human": ("human", "man", "person", "人", "人类", "凡人"),
        "elf": ("elf", "elven", "精灵"),
        "fox": ("fox", "fox spirit", "狐", "狐妖", "狐狸"),
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
