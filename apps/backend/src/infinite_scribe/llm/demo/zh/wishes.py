"""Instructions for a passage in Chinese, read into wishes."""

import re

from infinite_scribe.llm.demo.wishes import CannotFollow, Wish

OPERATIONS: dict[str, tuple[str, ...]] = {
    "show": ("show", "少解释", "别解释", "不要解释", "呈现", "展示", "写出来"),
    "voice": ("voice", "口吻", "语气", "腔调"),
    "first": ("第一人称", "改成我", "用我", "first"),
    "third": ("第三人称", "third"),
    "simple": ("短句", "简单", "句子短", "拆短", "拆开", "好懂", "通俗"),
    "adverbs": ("副词", "去掉虚词", "形容词", "朴素", "干净", "白描", "adverb", "plain", "filler"),
    "dialogue": ("对白", "对话", "台词", "dialog", "sharper"),
    "tension": ("紧张", "悬念", "节奏", "更快", "加快", "危险", "tension", "pace"),
    "expand": ("扩写", "展开", "加长", "更长", "长一", "写长", "细节", "丰富", "具体", "expand", "longer", "detail", "describe"),
    "tighten": ("紧凑", "缩写", "精简", "删", "简洁", "压缩", "短一", "更短", "缩短", "简短", "tighten", "tighter", "shorter", "concise"),
}  # fmt: skip
#: What the built-in storyteller can add of its own to a passage.
WEATHER: dict[str, tuple[str, ...]] = {
    "雨": ("外头下着雨。", "雨下得更密了。", "雨水顺着窗往下淌。"),
    "雪": ("外头下着雪。", "雪埋到了门槛。", "雪又大了些。"),
    "雾": ("外头起了雾。", "雾又近了一层。", "雾从门缝里进来。"),
    "风": ("外头起了风。", "风把什么吹得直响。", "风停了一阵，又来了。"),
}
_SPLIT = re.compile(r"[，。；、！？,.;!?\n]+|并且|然后|而且|同时")
_NUMBER = re.compile(r"\d{2,5}\s*(?:个)?字")
#: A part of an instruction that asks for nothing that is not done anyway.
_KEEPS = re.compile(r"^(?:请|谢谢|保留|保持|不要改|别改|不改|其他不变|其余不变)")
_POLITE = re.compile(r"^(?:请|麻烦|帮我)+")
_MORE_TALK = re.compile(
    r"(?:多|加|增加|添)(?:一些|一点|点|些)?(?:对白|对话|台词)|(?:对白|对话|台词)(?:多|再多)"
)
_RENAME = re.compile(
    r"^(?:把|将)?[“\"]?([^“”\"]{1,8}?)[”\"]?(?:都|全|全部)?(?:改成|换成|改为|换为|改叫|替换成|替换为|叫做|叫)[“\"]?([^“”\"]{1,8}?)[”\"]?$"
)
_REMOVE = re.compile(
    r"^(?:把|将)?(?:删掉|删去|删除|去掉|不要|拿掉|别提)(?:关于|有关|提到|写)?(?:所有|那只|那个|那把|那封|那句|这句)?([^，。]{1,6}?)(?:的?(?:句子|那句|部分|内容|地方))?$"
)


def read(instruction: str, text: str) -> list[Wish]:
    """The wishes of an instruction. Raises `CannotFollow` for a part that no rule covers."""
    found: list[Wish] = []
    for raw in _SPLIT.split(instruction):
        part = raw.strip()
        bare = _POLITE.sub("", part)
        if bare and not _KEEPS.match(bare):
            found.append(_wish(bare, text))
    return found


def _wish(part: str, text: str) -> Wish:
    renamed = _RENAME.match(part)
    if renamed and renamed.group(1) in text and "人称" not in part:
        return Wish("rename", renamed.group(1), renamed.group(2))
    removed = _REMOVE.match(part)
    if removed and removed.group(1) in text:
        return Wish("remove", removed.group(1))
    if _NUMBER.search(part):
        return Wish("words")
    if "一半" in part or "减半" in part:
        return Wish("length", share=0.5)
    if re.search("两倍|一倍|加倍|翻倍", part):
        return Wish("length", share=2.0)
    weather = re.search(r"(?:多些?|加些?|加点|添些?|下|起|来点|一点)(?:大)?([雨雪雾风])", part)
    if weather:
        return Wish("weather", weather.group(1))
    operation = choose(part)
    if not operation or _MORE_TALK.search(part):
        raise CannotFollow(part)
    return Wish(operation)


def choose(instruction: str) -> str:
    """The operation whose words stand in the instruction; empty when none does."""
    lowered = instruction.lower()
    return next((name for name, words in OPERATIONS.items() if any(word in lowered for word in words)), "")
