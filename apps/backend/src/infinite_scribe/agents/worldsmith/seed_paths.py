"""Structured seeds: code draws what options are built on, so that they differ by more than temperature."""

from __future__ import annotations

import random

TABLES: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "theme": (
            "what a debt does to a friendship", "who may decide for the dying", "the price of keeping a secret well",
            "work as a form of love", "a town that would rather not know", "inheritance nobody asked for",
            "how far loyalty stretches", "being needed against being free", "mercy that arrives late",
            "the lie that holds a family together",
        ),
        "background": (
            "a harbour in its last good year", "a mountain post road in winter", "a city rebuilding after a flood",
            "a market that moves every week", "a company town with one employer", "an island between two tax offices",
            "a border village nobody guards any more", "a theatre that must open on Friday",
            "a hospital run on favours", "a river that changed its course",
        ),
        "persona": (
            "somebody good at a trade that is dying", "a clerk who notices one wrong number",
            "a mother with a reputation to spend", "a thief who has retired twice", "a newcomer who was sent for",
            "an heir who cannot read the ledgers", "a healer who no longer believes the cure",
            "a messenger who opens one letter", "a guard who let somebody through",
        ),
        "event": (
            "a delivery that should have been refused", "a stranger who pays too much", "a death that suits everybody",
            "a letter addressed to the wrong sister", "a bell that rings on the wrong day", "an order to count everything",
            "a promise called in", "a theft of something worthless", "a door found open from the inside",
        ),
        "ending": (
            "the wanted thing is given away", "the truth is told to one person only", "the trade is taught to a rival",
            "the house is left with the lamp on", "the debt is paid by the wrong hand", "they stay, knowing everything",
            "the record is burned and the work begins again", "the journey ends one stop early",
        ),
        "twist": (
            "the victim arranged it", "the rule was written for the protagonist", "the enemy kept the promise",
            "the object was empty all along", "the witness is the one who profits", "the help had been paid for",
            "two people share one name", "the warning came from themselves", "the loser chose to lose",
        ),
    },
    "zh": {
        "theme": (
            "欠债的人怎么做朋友", "守住一个秘密要花多少", "谁有资格替将死的人拿主意", "手艺也是一种情分",
            "一镇子的人宁可不知道", "没人想要的遗产", "忠心能扯多长", "被人需要与得自由", "来迟了的宽恕",
            "撑着一家人的那句谎",
        ),
        "background": (
            "最后一个好年景的码头", "大雪封山前的驿道", "水退之后重砌的城", "逢七换地方的集市", "全靠一家东主吃饭的镇子",
            "夹在两个税关中间的小岛", "没人再守的界村", "礼拜五非开锣不可的戏班", "靠人情运转的医馆", "改了道的河",
        ),
        "persona": (
            "手艺快没人要的匠人", "看出一个错数的账房", "名声还能花一次的母亲", "洗手两回的贼", "被人请来的外乡人",
            "看不懂账本的少东家", "不再信药方的郎中", "拆开一封信的信差", "放走过一个人的守门人",
        ),
        "event": (
            "一件本该拒收的货", "出价太高的生客", "人人都乐见的一桩死", "寄错了姐妹的信", "日子不对的钟声",
            "上头要把样样东西点清", "当年的许诺被讨上门", "丢了件不值钱的东西", "从里头开着的门",
        ),
        "ending": (
            "到手的东西送了人", "真话只说给一个人听", "把手艺教给对头", "人走了，灯留着", "债由不相干的人还了",
            "什么都知道，还是留下", "账册烧了，活计重开", "早下了一站",
        ),
        "twist": (
            "局是苦主自己设的", "那条规矩本就是冲主角定的", "守信的是仇人", "匣子一直是空的", "得利的是那个证人",
            "帮忙的人早收了钱", "两个人共用一个名字", "示警的是自己人", "输家是存心输的",
        ),
    },
}  # fmt: skip


def draw_paths(language: str, count: int, seed: int) -> list[dict[str, str]]:
    """Return `count` paths of six choices; no choice stands in two of them. The same seed draws the same paths."""
    chance = random.Random(seed)
    tables = TABLES["zh" if language == "zh" else "en"]
    drawn = {part: chance.sample(choices, count) for part, choices in tables.items()}
    return [{part: drawn[part][number] for part in tables} for number in range(count)]
