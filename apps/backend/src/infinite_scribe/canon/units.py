"""Units of measure in English and Chinese stories, so that code can compare two figures. Pure data and arithmetic."""

from __future__ import annotations

from functools import cache

_METRES = {
    "mm": 0.001, "毫米": 0.001, "cm": 0.01, "centimetre": 0.01, "centimeter": 0.01, "厘米": 0.01, "公分": 0.01,
    "m": 1.0, "metre": 1.0, "meter": 1.0, "米": 1.0, "km": 1_000.0, "kilometre": 1_000.0, "kilometer": 1_000.0,
    "公里": 1_000.0, "千米": 1_000.0, "inch": 0.0254, "in": 0.0254, "英寸": 0.0254, "foot": 0.3048, "feet": 0.3048,
    "ft": 0.3048, "英尺": 0.3048, "yard": 0.9144, "mile": 1_609.344, "mi": 1_609.344, "英里": 1_609.344,
    "league": 4_828.032, "里": 500.0, "华里": 500.0, "丈": 10 / 3, "尺": 1 / 3, "寸": 1 / 30,
}  # fmt: skip
_KILOGRAMS = {
    "g": 0.001, "gram": 0.001, "克": 0.001, "kg": 1.0, "kilogram": 1.0, "kilo": 1.0, "公斤": 1.0, "千克": 1.0,
    "t": 1_000.0, "ton": 1_000.0, "tonne": 1_000.0, "吨": 1_000.0, "lb": 0.45359237, "pound": 0.45359237,
    "磅": 0.45359237, "oz": 0.028349523125, "ounce": 0.028349523125, "盎司": 0.028349523125, "斤": 0.5, "两": 0.05,
}  # fmt: skip
_LITRES = {
    "ml": 0.001, "毫升": 0.001, "l": 1.0, "litre": 1.0, "liter": 1.0, "升": 1.0, "pint": 0.56826125,
    "gallon": 4.54609, "加仑": 4.54609, "斗": 10.0,
}  # fmt: skip
_MINUTES = {
    "minute": 1.0, "min": 1.0, "分钟": 1.0, "hour": 60.0, "h": 60.0, "小时": 60.0, "时辰": 120.0, "刻": 15.0,
    "day": 1_440.0, "天": 1_440.0, "日": 1_440.0, "week": 10_080.0, "周": 10_080.0, "星期": 10_080.0,
}  # fmt: skip
_YEARS = {"year": 1.0, "年": 1.0, "岁": 1.0, "month": 1 / 12, "个月": 1 / 12, "月": 1 / 12}
_PIECES = {"": 1.0, "piece": 1.0, "个": 1.0, "件": 1.0, "枚": 1.0, "只": 1.0, "pair": 2.0, "双": 2.0, "对": 2.0,
           "dozen": 12.0, "打": 12.0, "score": 20.0}  # fmt: skip

DEFAULT_UNITS = {"height_cm": "cm", "distance_to": "km", "age_years": "year"}
"""What a bare figure of a predicate is counted in."""


@cache
def _table() -> dict[str, tuple[str, float]]:
    dimensions = {
        "length": _METRES,
        "mass": _KILOGRAMS,
        "volume": _LITRES,
        "time": _MINUTES,
        "years": _YEARS,
        "pieces": _PIECES,
    }
    return {unit: (name, factor) for name, units in dimensions.items() for unit, factor in units.items()}


def in_base(number: float, unit: str | None, predicate: str = "") -> tuple[str, float]:
    """Return a figure as `(dimension, number in its base unit)`.

    A bare figure takes the unit of its predicate. A unit that nobody knows is a dimension of its own.
    """
    word = (unit or DEFAULT_UNITS.get(predicate, "")).strip().casefold()
    table = _table()
    for form in (word, word.removesuffix("s"), word.removesuffix("es")):
        if form in table:
            dimension, factor = table[form]
            return dimension, number * factor
    return f"unit:{word}", number
