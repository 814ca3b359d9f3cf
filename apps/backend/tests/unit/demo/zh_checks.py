"""Checks of Chinese prose that the tests of the storyteller share."""

import re

from infinite_scribe.core.language.zh import LANGUAGE
from infinite_scribe.llm.demo.zh import lexicon

_FILLER = re.compile("不禁|仿佛|只见|不由得|情不自禁|闪过一丝|不由自主")
_MEASURES = "本叠串份卷枚只张支把块盏截根件座台扇口盘面个杆卷副封幅首部则组架颗双顶道条桩坛瓶包盒筒笼匣罐袋处"


def prose_of(text: str) -> str:
    """The text without beat markers."""
    return re.sub(r"\[\[\w+\]\]\s*", "", text)


def outside(paragraph: str) -> str:
    """The paragraph without what is spoken."""
    return re.sub(r"“[^”]*”", "“”", paragraph)


def han(text: str) -> str:
    """Only the Han characters."""
    return "".join(re.findall(r"[\u4e00-\u9fff]", text))


def nouns() -> dict[str, str]:
    """Noun → its measure word, from the tables of things, tools and wares."""
    found = {name: row["m"] for name, row in lexicon.table("things").items()}
    found |= {
        row.split(";")[0]: row.split(";")[1]
        for trade in lexicon.table("trades").values()
        for row in trade["tools"]
    }
    return found | {key: value for key, value in lexicon.table("measures")["nouns"].items() if len(key) > 1}


def defects(text: str) -> list[str]:
    """Errors of quotation, doubling, open places, Latin letters, measure words, 的-strings and filler."""
    found: list[str] = []
    table = nouns()
    for paragraph in LANGUAGE.paragraphs(text):
        if paragraph.count("“") != paragraph.count("”") or re.search(r"“[^”]*“|”[^“]*”", paragraph):
            found.append(f"quotes: {paragraph}")
        if re.search(r"[，。；：！？、]{2,}", paragraph) or re.search(
            r"“[，。；：、]|^[，。；：、！？]", paragraph
        ):
            found.append(f"marks: {paragraph}")
        if re.search(r"[A-Za-z{}\[\]()|/;,.:!?<>*=]", paragraph):
            found.append(f"open place: {paragraph}")
        if not re.search(r"[。！？…”]$", paragraph):
            found.append(f"no end: {paragraph}")
        if _FILLER.search(paragraph):
            found.append(f"filler: {paragraph}")
        if re.search(r"的[^，。的]{1,4}的[^，。的]{1,4}的", outside(paragraph)):
            found.append(f"的: {paragraph}")
        if re.search(
            r"了了|的的|着着|把把|在在|一一|他他|她她|我我|里里|上上[^下]|(?:那|这)(?:那|这)|把一[^，。]{0,2}把",
            paragraph,
        ):
            found.append(f"doubled: {paragraph}")
        for match in re.finditer(rf"(?:一|那|这|几|两)([{_MEASURES}])([\u4e00-\u9fff]{{2,4}})", paragraph):
            noun = max((item for item in table if match.group(2).startswith(item)), key=len, default="")
            if noun and match.group(1) != table[noun]:
                found.append(f"measure: {match.group()} wants {table[noun]}")
    return found
