"""Chinese text: sentences, characters, names. Rules, not a segmenter; the same text gives the same answer."""

import re
from collections import Counter
from dataclasses import dataclass

_BLANK = re.compile(r"\n\s*\n")
_END = re.compile(r"([。！？!?]+|…+|\.(?=\s|$))([”’」』）)\"]*)")
_QUOTES = '”’」』"'
#: What may follow a closing quote inside the same sentence: a short subject and a verb of saying.
_TAG = re.compile(r"[^，。！？…；：“”「」\n]{0,8}?(?:说|问|道|答|喊|叫|骂|笑|嚷|念|应|嘟囔|开口)")
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"
_UNIT = re.compile(rf"[{_HAN}]|[A-Za-zÀ-ɏ0-9]+(?:[.,:’'\-][A-Za-z0-9]+)*")
_SINGLE = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭鲁韦马苗方俞任袁柳鲍史唐费岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅皮卞齐康伍余元顾孟平黄和穆萧尹姚邵汪祁毛狄"
    "米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫经房裘缪解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程嵇邢裴陆荣翁荀羊甄曲封储靳"
    "段富焦巴弓牧车侯班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司黎薄印宿白怀蒲台丛鄂索赖卓蔺屠蒙池乔阴胥苍双闻莘党翟谭贡劳姬申扶堵冉宰雍桑桂牛寿通边燕冀尚农温别庄晏柴瞿阎充慕连茹习艾鱼容向古易"
    "慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄东殳沃利蔚越隆师巩聂晁勾敖融冷辛阚那简饶曾毋沙养鞠须丰巢关相查后荆红游竺权盖益桓公覃"
)
_DOUBLE = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "司徒",
    "南宫",
    "端木",
    "夏侯",
)
#: A verb that a person is the subject of; a name is believed where one follows it often enough.
_SAYS = "说|问|道|想|看|站|走|坐|笑|拿|把|没|点|摇|抬|低|伸|转|推|接|也|又|就|还|便|才|不|听|在|是|的"
_NAME = re.compile(rf"(?:{'|'.join(_DOUBLE)}|[{_SINGLE}])[{_HAN}]{{1,2}}(?={_SAYS}|[，。：、！？])")
_PET = re.compile(rf"(?:阿|老|小)[{_HAN}](?={_SAYS})")
_FOREIGN = re.compile(rf"[{_HAN}]{{1,5}}(?:·[{_HAN}]{{1,6}}?)+(?=在|去|来|{_SAYS}|[^·{_HAN}]|$)")
_TIMES = 2


@dataclass(frozen=True, slots=True)
class Chinese:
    """The Chinese implementation of `Language`."""

    code: str = "zh"

    def paragraphs(self, text: str) -> list[str]:
        """Paragraphs between blank lines, without outer blanks."""
        return [part.strip() for part in _BLANK.split(text) if part.strip()]

    def sentences(self, text: str) -> list[str]:
        """Sentences exactly as they stand; closing quotes stay with the sentence they close.

        A mark inside quotes that is followed by a tag (“走！”他说。) does not end the sentence,
        and neither does an ellipsis before further text. No sentence runs across a line end.
        """
        lines = (line.strip() for line in text.splitlines())
        return [sentence for line in lines if line for sentence in self._split(line)]

    def _split(self, text: str) -> list[str]:
        found: list[str] = []
        start = 0
        for match in _END.finditer(text):
            rest = text[match.end() :]
            if rest and not self._ends_here(match, rest):
                continue
            sentence = text[start : match.end()].strip()
            if sentence:
                found.append(sentence)
            start = match.end()
        tail = text[start:].strip()
        return [*found, tail] if tail else found

    @staticmethod
    def _ends_here(match: re.Match[str], rest: str) -> bool:
        closed = any(mark in _QUOTES for mark in match.group(2))
        if rest[:1] in "，、；：——":
            return False
        if match.group(1).startswith("…") and not closed:
            return rest[:1] in "“「"
        return not (closed and _TAG.match(rest))

    def count(self, text: str) -> int:
        """Han characters; a run of Latin letters or digits counts as one. Marks do not count."""
        return sum(1 for _ in _UNIT.finditer(text))

    def names(self, text: str) -> list[str]:
        """What looks like a person's name, in order of first appearance.

        A Chinese name needs a family name and at least two appearances before a verb or a
        mark; a name with an inner dot counts at once.
        """
        order: dict[str, int] = {}
        for pattern in (_NAME, _PET, _FOREIGN):
            for match in pattern.finditer(text):
                order.setdefault(match.group(), match.start())
        seen = Counter({name: text.count(name) for name in order})
        kept = [name for name in order if "·" in name or seen[name] >= _TIMES]
        kept = [
            name
            for name in kept
            if not any(name != other and name in other and seen[other] >= seen[name] for other in kept)
        ]
        return sorted(kept, key=lambda name: order[name])
