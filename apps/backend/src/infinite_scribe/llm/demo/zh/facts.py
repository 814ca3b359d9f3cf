"""What a book keeps the same in all its scenes: sums, counts, days, what the ware is good for."""

import re

from infinite_scribe.llm.demo.acts import Role
from infinite_scribe.llm.demo.chance import Chance
from infinite_scribe.llm.demo.schemas import Briefing, Member
from infinite_scribe.llm.demo.zh import idea as ideas
from infinite_scribe.llm.demo.zh import lexicon

_DIGITS = "零一二三四五六七八九"
_COINS = {
    "洋钱": "块洋钱",
    "银元": "块银元",
    "大洋": "块大洋",
    "银毫": "枚银毫",
    "钞票": "块钱",
    "配额": "点配额",
}
_FIRST_CHAPTER_DAYS = (11, 24)


def figure(number: int) -> str:
    """A number below a thousand as it is said: 四百三十六, 十二."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    said = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        said += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        said += "零"
    return said + (_DIGITS[ones] if ones else "")


def words(
    briefing: Briefing, people: dict[Role, Member], idea: ideas.Idea, money: str, item: str, book: Chance
) -> dict[str, str]:
    """The book's own figures and facts, and what the reader knows from before."""
    draw = book.fork("facts")
    count = draw.between(23, 98)
    low, high = _FIRST_CHAPTER_DAYS
    left = max(2, draw.between(low, high) - 2 * (briefing.chapter.number - 1))
    row = lexicon.table("facts")[idea.ware_kind if idea.ware_kind in lexicon.table("facts") else "object"]
    use, care = (
        draw.pick(row[key]).replace("{x}", idea.ware).replace("{item}", item) for key in ("use", "care")
    )
    harms = draw.shuffled(row["harm"])
    lead = people[Role.SELF]
    absent, other = people.get(Role.ABSENT), people.get(Role.OTHER)
    kin = re.search(r"的([\u4e00-\u9fff]{2})，从前", absent.line if absent else "")
    return {
        "sum": f"{figure(draw.between(31, 97) * 10 + draw.between(0, 9))}{_COINS.get(money, '块钱')}",
        "n": figure(count),
        "n1": figure(count + 1),
        "m": item[1:2] if item.startswith("一") else "件",
        "years": figure(draw.between(5, 19)),
        "days": figure(left),
        "use": use,
        "care": care,
        "harm": harms[0],
        "harmbare": harms[-1],
        "kin": kin.group(1) if kin else "师傅",
        "trade": (lead.line or idea.role).rstrip("。"),
        "aatrade": _job(other) if other else "外乡人",
        "recap": _recap(briefing, absent, lead),
    }


def _job(member: Member) -> str:
    return member.trade or re.split(r"[，。的]", member.line)[-1] or "外乡人"


def _recap(briefing: Briefing, absent: Member | None, lead: Member) -> str:
    """The last thing that was learnt, as the viewpoint would put it."""
    for item in reversed(briefing.knowledge):
        found = re.search(r"得知([^。；]{3,24})", item.text)
        if found:
            return f"原来{found.group(1)}。"
    name = absent.name if absent else "师傅"
    return f"{name}的事，{lead.name}至今只知道半截。"


def known(briefing: Briefing, name: str) -> bool:
    """Whether the reader has met a person before this scene."""
    told = "".join(
        [*briefing.story_so_far, *(item.text for item in briefing.knowledge), briefing.previous_tail]
    )
    return bool(name) and name in told
