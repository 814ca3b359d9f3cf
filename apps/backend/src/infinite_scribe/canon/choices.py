"""Chinese words for the choices of the registry."""

from __future__ import annotations

CHOICES_ZH: dict[str, str] = {
    "unborn": "未出生", "alive": "在世", "dead": "已死", "undead": "亡灵", "unknown": "不明",
    "left": "左", "right": "右", "both": "双",
    "well": "健康", "ill": "生病", "injured": "受伤", "critical": "垂危", "recovering": "康复中",
    "awake": "清醒", "asleep": "睡着", "unconscious": "昏迷", "entranced": "恍惚",
    "intact": "完好", "damaged": "受损", "broken": "损坏", "destroyed": "已毁", "lost": "遗失",
    "consumed": "已耗尽", "sealed": "封存",
    "open": "开着", "closed": "关着", "locked": "上锁", "guarded": "有人看守", "blocked": "堵住",
    "not_yet": "尚未存在", "exists": "存在",
    "clear": "晴", "cloud": "多云", "rain": "雨", "storm": "风暴", "snow": "雪", "fog": "雾", "heat": "炎热",
    "wind": "大风",
    "spring": "春", "summer": "夏", "autumn": "秋", "winter": "冬",
    "monday": "星期一", "tuesday": "星期二", "wednesday": "星期三", "thursday": "星期四", "friday": "星期五",
    "saturday": "星期六", "sunday": "星期日",
    "new": "新月", "waxing": "盈月", "full": "满月", "waning": "亏月",
    "dawn": "黎明", "morning": "上午", "noon": "正午", "afternoon": "下午", "dusk": "黄昏", "evening": "晚上",
    "night": "夜里", "midnight": "子夜",
}  # fmt: skip
