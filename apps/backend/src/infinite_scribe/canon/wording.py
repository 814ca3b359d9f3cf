"""How facts, beliefs and moments are said in the language of the book. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from infinite_scribe.structure.calendar import Reckoning

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_SAID: dict[str, dict[str, str]] = {
    "en": {
        "always": "always", "unknown": "time unknown", "scene": "chapter {chapter}, {title}",
        "gone": "a deleted scene", "event": "event", "untitled": "scene {number}", "reader": "The reader",
        "date": "{day} {month} {year}", "day": "day {day}", "before": "{count} days before day 1",
        "day_before": "the day before day 1", "years_before": "{count} years before day 1",
        "year_before": "a year before day 1", "at": "{date}, {time}", "line": "{subject} · {label}: {value}",
        "alone": "{label}: {value}", "not": "not {value}", "with": "{line} ({details})", "between": ", ", "entry": "{name} ({kind})", "entry_is": "{name} ({kind}): {summary}",
        "until": "{line} (until {until})", "suspects": "{knower} suspects: {fact}", "knows": "{knower} knows: {fact}",
        "hides": "{knower} knows and hides: {fact}", "believes_wrongly": "{knower} wrongly believes {value}: {fact}",
        "believes_other": "{knower} is wrong about: {fact}", "told": "told in {scene}",
        "witnessed": "some scenes do not say who is on stage", "order": "some facts have no date",
        "spoken": "no spoken claims were read",
    },
    "zh": {
        "always": "一直", "unknown": "时间不明", "scene": "第{chapter}章 {title}", "gone": "已删除的场景",
        "event": "事件", "untitled": "第{number}场", "reader": "读者", "date": "{year}年{month}月{day}日",
        "day": "第{day}天", "before": "开篇前{count}天", "day_before": "开篇前一天", "years_before": "开篇前{count}年",
        "year_before": "开篇前一年", "at": "{date} {time}", "line": "{subject} · {label}：{value}",
        "alone": "{label}：{value}", "not": "并非{value}", "with": "{line}（{details}）", "between": "，", "entry": "{name}（{kind}）", "entry_is": "{name}（{kind}）：{summary}",
        "until": "{line}（至{until}）", "suspects": "{knower}怀疑：{fact}", "knows": "{knower}知道：{fact}",
        "hides": "{knower}知道而隐瞒：{fact}", "believes_wrongly": "{knower}误以为是{value}：{fact}",
        "believes_other": "{knower}弄错了：{fact}", "told": "在{scene}告诉读者",
        "witnessed": "有的场景没有写明谁在场", "order": "有的事实没有时间", "spoken": "没有读到说出口的话",
    },
}  # fmt: skip
_DETAILS: dict[str, dict[str, dict[str, str]]] = {
    "en": {
        "grade": {"1": "light", "2": "serious", "3": "severe"},
        "kind": {"blood": "by blood", "adoptive": "by adoption", "step": "by marriage"},
        "side": {"both": "both sides"},
        "dir": {
            "N": "north", "NE": "north-east", "E": "east", "SE": "south-east", "S": "south", "SW": "south-west",
            "W": "west", "NW": "north-west",
        },
    },
    "zh": {
        "grade": {"1": "轻", "2": "重", "3": "危重"},
        "kind": {"blood": "亲生", "adoptive": "收养", "step": "继亲"},
        "side": {"left": "左", "right": "右", "both": "两侧"},
        "dir": {
            "N": "北", "NE": "东北", "E": "东", "SE": "东南", "S": "南", "SW": "西南", "W": "西", "NW": "西北",
        },
    },
}  # fmt: skip
_KINDS_ZH = {
    "character": "人物", "place": "地点", "faction": "势力", "item": "物品", "creature": "生物", "concept": "概念",
}  # fmt: skip
_ORDER = ("label", "side", "part", "grade", "kind", "dir", "km", "strength")


def spoken(language: str) -> str:
    """Return which of the two sets of words a book takes."""
    return "zh" if language.startswith("zh") else "en"


def kind_label(kind: str, language: str) -> str:
    """Return what an entry of a kind is called."""
    return _KINDS_ZH.get(kind, kind) if spoken(language) == "zh" else kind


def phrase(language: str, key: str, **members: Any) -> str:
    """Return a phrase of the set with its members put in."""
    return _SAID[spoken(language)][key].format(**members)


def scene_title(language: str, title: str, number: int) -> str:
    """Return the title of a scene, or what an untitled one is called."""
    return title or phrase(language, "untitled", number=number)


def details_words(qualifier: Mapping[str, Any], language: str) -> list[str]:
    """Say the details of a fact; empty ones are left out."""
    said = spoken(language)
    given = [name for name in qualifier if qualifier[name] not in (None, "")]
    given.sort(key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name))
    return [_detail(name, qualifier[name], said) for name in given]


def _detail(name: str, value: Any, said: str) -> str:
    if isinstance(value, float):
        value = f"{value:g}"
    if name == "strength":
        return f"{float(value):+g}"
    if name == "km":
        return f"{value} 公里" if said == "zh" else f"{value} km"
    return _DETAILS[said].get(name, {}).get(str(value), str(value))


def fact_line(
    subject: str, label: str, value: str, *, holds: bool, details: Sequence[str], language: str
) -> str:
    """Say a fact in one line."""
    said = value if holds else phrase(language, "not", value=value)
    line = (
        phrase(language, "line", subject=subject, label=label, value=said)
        if subject
        else phrase(language, "alone", label=label, value=said)
    )
    if not details:
        return line
    return phrase(language, "with", line=line, details=phrase(language, "between").join(details))


def belief_line(knower: str, stance: str, fact: str, believed: str, *, hides: bool, language: str) -> str:
    """Say what somebody holds about a fact in one line."""
    name = "hides" if hides and stance == "knows" else stance
    if name == "believes_wrongly" and not believed:
        name = "believes_other"
    return phrase(language, name, knower=knower, fact=fact, value=believed)


def moment_words(tick: int, reckoning: Reckoning, language: str, *, with_time: bool = True) -> str:
    """Say a minute of the story: its date where the calendar has one, else its day from the first one."""
    length = reckoning.day_ticks
    dated = _date(tick, reckoning, language)
    if dated is None:
        date, minute = _day(tick, reckoning, language), (tick % length) * 24 * 60 // length
    else:
        date, minute = dated
    if not with_time:
        return date
    return phrase(language, "at", date=date, time=f"{minute // 60:02d}:{minute % 60:02d}")


def span_words(earliest: int, latest: int, reckoning: Reckoning, language: str) -> str:
    """Say when something was that is only known between two minutes: to the day where it is no nearer."""
    exact = latest - earliest < reckoning.day_ticks // 2
    return moment_words(earliest, reckoning, language, with_time=exact)


def _date(tick: int, reckoning: Reckoning, language: str) -> tuple[str, int] | None:
    if reckoning.zero is None:
        return None
    try:
        at = reckoning.zero + timedelta(minutes=tick)
    except OverflowError:
        return None
    month = str(at.month) if spoken(language) == "zh" else _MONTHS[at.month - 1]
    return phrase(language, "date", day=at.day, month=month, year=at.year), at.hour * 60 + at.minute


def _day(tick: int, reckoning: Reckoning, language: str) -> str:
    day = tick // reckoning.day_ticks
    if day >= 0:
        return phrase(language, "day", day=day + 1)
    years = round(-day / reckoning.year_days)
    if -day >= reckoning.year_days:
        return phrase(language, "year_before" if years == 1 else "years_before", count=years)
    return phrase(language, "day_before" if day == -1 else "before", count=-day)
