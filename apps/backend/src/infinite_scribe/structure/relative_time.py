"""Relative labels of time that code can read: "next morning", "three days later", 「三天后」. Pure.

A label that is not understood gives None and is left alone: the author's words stay, the scene is placed by order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MINUTE, HOUR, DAY = 1, 60, 1_440
WEEK, MONTH, YEAR = 7 * DAY, 30 * DAY, 365 * DAY


@dataclass(frozen=True)
class Shift:
    """How far a scene lies after the end of the one before: days to go on, then an hour of day, or plain ticks."""

    ticks: int = 0
    days: int = 0
    minute_of_day: int | None = None

    def from_tick(self, end: int) -> int:
        """Return the tick this label means when the scene before ended at `end`."""
        if self.minute_of_day is None:
            return end + self.ticks + self.days * DAY
        start_of_day = (end // DAY + self.days) * DAY
        found = start_of_day + self.minute_of_day
        return found if found >= end else found + DAY


_EN_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "a few": 3, "several": 4, "a couple of": 2, "some": 3,
}  # fmt: skip
_EN_UNITS = {
    "minute": MINUTE,
    "hour": HOUR,
    "day": DAY,
    "night": DAY,
    "week": WEEK,
    "month": MONTH,
    "year": YEAR,
}
_EN_TIMES = {
    "dawn": 6 * HOUR, "sunrise": 6 * HOUR, "morning": 8 * HOUR, "noon": 12 * HOUR, "midday": 12 * HOUR,
    "afternoon": 15 * HOUR, "dusk": 19 * HOUR, "sunset": 19 * HOUR, "evening": 19 * HOUR, "night": 22 * HOUR,
    "midnight": 0, "day": 8 * HOUR,
}  # fmt: skip
_EN_LATER = re.compile(
    r"^(?:about |some |around )?(?P<number>\d+|a few|several|a couple of|[a-z]+)\s+"
    r"(?P<unit>minute|hour|day|night|week|month|year)s?\s+(?:later|after(?:wards)?|on)$"
)
_EN_NEXT = re.compile(r"^(?:the )?(?:next|following)\s+(?P<what>[a-z]+)$")
_EN_SAME = re.compile(r"^(?:later )?(?:that|the same)(?: same)?\s+(?P<what>[a-z]+)$")
_EN_FIXED = {
    "later": Shift(ticks=HOUR),
    "a moment later": Shift(ticks=MINUTE),
    "moments later": Shift(ticks=MINUTE),
    "meanwhile": Shift(ticks=0),
    "at the same time": Shift(ticks=0),
    "half an hour later": Shift(ticks=30),
    "tomorrow": Shift(days=1, minute_of_day=8 * HOUR),
    "tonight": Shift(minute_of_day=22 * HOUR),
    "later that day": Shift(ticks=3 * HOUR),
    "the same day": Shift(ticks=HOUR),
}

_ZH_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_ZH_UNITS = {
    "分钟": MINUTE, "个小时": HOUR, "小时": HOUR, "个钟头": HOUR, "个时辰": 2 * HOUR, "时辰": 2 * HOUR, "天": DAY,
    "日": DAY, "夜": DAY, "个星期": WEEK, "星期": WEEK, "周": WEEK, "个礼拜": WEEK, "个月": MONTH, "年": YEAR,
}  # fmt: skip
_ZH_TIMES = {
    "清晨": 6 * HOUR, "凌晨": 4 * HOUR, "早上": 8 * HOUR, "早晨": 8 * HOUR, "一早": 7 * HOUR, "上午": 10 * HOUR,
    "中午": 12 * HOUR, "正午": 12 * HOUR, "下午": 15 * HOUR, "午后": 14 * HOUR, "傍晚": 18 * HOUR, "黄昏": 18 * HOUR,
    "晚上": 20 * HOUR, "夜里": 22 * HOUR, "深夜": 23 * HOUR, "半夜": 0, "早": 8 * HOUR, "晚": 20 * HOUR, "夜": 22 * HOUR,
}  # fmt: skip
_ZH_LATER = re.compile(
    r"^(?:过了|又过了)?(?P<number>\d+|[零〇一二两三四五六七八九十百几半数]+)(?P<unit>"
    + "|".join(sorted(_ZH_UNITS, key=len, reverse=True))
    + r")(?:之后|以后|后)?$"
)
_ZH_NEXT = re.compile(r"^(?:第二天|次日|翌日|隔天|明天|第二日)(?P<what>[\u4e00-\u9fff]*)$")
_ZH_SAME = re.compile(r"^(?:当天|当日|同一天|这天|那天|当)(?P<what>[\u4e00-\u9fff]+)$")
_ZH_FIXED = {
    "片刻之后": Shift(ticks=5),
    "片刻后": Shift(ticks=5),
    "不久": Shift(ticks=HOUR),
    "不久之后": Shift(ticks=HOUR),
    "不久后": Shift(ticks=HOUR),
    "后来": Shift(ticks=HOUR),
    "与此同时": Shift(ticks=0),
    "同时": Shift(ticks=0),
    "半小时后": Shift(ticks=30),
    "半个小时后": Shift(ticks=30),
    "当天": Shift(ticks=HOUR),
}


def parse_label(label: str) -> Shift | None:
    """Return what a relative label in English or Chinese means, or None when code cannot read it."""
    text = label.strip().strip(".,;:!。，；：！…— ").lower()
    if not text:
        return None
    return _parse_zh(text) if re.search(r"[\u4e00-\u9fff]", text) else _parse_en(text)


def _parse_en(text: str) -> Shift | None:
    if text in _EN_FIXED:
        return _EN_FIXED[text]
    if found := _EN_LATER.match(text):
        number = found["number"]
        count = int(number) if number.isdecimal() and len(number) < 6 else _EN_NUMBERS.get(number)
        return None if count is None else Shift(ticks=count * _EN_UNITS[found["unit"]])
    if (found := _EN_NEXT.match(text)) and found["what"] in {"week", "month", "year"}:
        return Shift(ticks=_EN_UNITS[found["what"]])
    for pattern, days in ((_EN_NEXT, 1), (_EN_SAME, 0)):
        if (found := pattern.match(text)) and found["what"] in _EN_TIMES:
            # Midnight closes the day it is named with.
            extra = 1 if found["what"] == "midnight" else 0
            return Shift(days=days + extra, minute_of_day=_EN_TIMES[found["what"]])
    return None


def _parse_zh(text: str) -> Shift | None:
    if text in _ZH_FIXED:
        return _ZH_FIXED[text]
    if found := _ZH_NEXT.match(text):
        what = found["what"] or "早上"
        return Shift(days=1, minute_of_day=_ZH_TIMES[what]) if what in _ZH_TIMES else None
    if found := _ZH_LATER.match(text):
        return _zh_later(found["number"], _ZH_UNITS[found["unit"]])
    if (found := _ZH_SAME.match(text)) and found["what"] in _ZH_TIMES:
        extra = 1 if found["what"] == "半夜" else 0
        return Shift(days=extra, minute_of_day=_ZH_TIMES[found["what"]])
    return None


def _zh_later(number: str, unit: int) -> Shift | None:
    if number in {"几", "数"}:
        return Shift(ticks=3 * unit)
    if number == "半":
        return Shift(ticks=unit // 2)
    count = _zh_number(number)
    return None if count is None else Shift(ticks=count * unit)


def _zh_number(text: str) -> int | None:
    """Read 0 to 999, or decimal digits."""
    if text.isdecimal():
        return int(text) if len(text) < 6 else None
    total, digit = 0, 0
    for sign in text:
        if sign in _ZH_DIGITS:
            digit = _ZH_DIGITS[sign]
        elif sign in {"十", "百"}:
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
        else:
            return None
    return total + digit
