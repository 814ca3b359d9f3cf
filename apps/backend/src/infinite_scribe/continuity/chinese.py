"""Word lists for Chinese narration, longest form first where one form begins another."""

from __future__ import annotations

from infinite_scribe.continuity.word_lists import Words

_SPEECH = "说道 问道 答道 喊道 叫道 笑道 骂道 低声道 开口道 回答 说 道 问 喊 叫 嚷 骂 嘟囔 喃喃 吩咐 催促 解释 补充 低语 开口"
_ACTIONS = (
    "走 跑 站 坐 起身 转身 回头 抬头 低头 抬手 伸手 点头 摇头 点了 摇了 拿 握 抓 推 拉 端 递 接过 放下 扔 掏 打开 关上 "
    "看着 看了 望着 望了 盯着 瞪 笑 哭 叹 皱眉 跪 蹲 爬 跳 退 冲 扑 追 拔 抽出 举起 捡 拾 擦 写 读 喝 吃 倒了 点燃 点亮 "
    "敲 踢 打了 挥 跟上 跟着 迎上 离开 进了 进来 出了 出来 回到 来到 赶到 停下 靠在 倚 咳 眨 翻开 合上 系上 解开 数了 挑起 "
    "划 提起 背起 扛 牵 骑 驾 拍 搂 抱 扶 吻"
)
_INTERIOR = (
    "心想 暗想 想道 心道 寻思 觉得 感到 意识到 暗自 回忆起 想起 后悔 害怕 担心 希望 盼着 怀疑 心里 心中 心头"
)

CHINESE = Words(
    language="zh",
    speech_verbs=frozenset(_SPEECH.split()),
    action_verbs=frozenset(_ACTIONS.split()),
    not_actions=frozenset(["死", "亡", "去世", "遇害", "被", "是", "曾", "的", "生前", "已", "不在", "葬"]),
    interior_verbs=frozenset(_INTERIOR.split()),
    inference_markers=(
        "似乎",
        "好像",
        "看来",
        "仿佛",
        "像是",
        "想必",
        "大概",
        "也许",
        "或许",
        "一定",
        "显然",
        "看得出",
        "看出",
        "恐怕",
        "多半",
        "不知",
        "猜",
        "据说",
        "后来说",
    ),
    hypothetical=(
        "如果",
        "要是",
        "倘若",
        "假如",
        "也许",
        "或许",
        "可能",
        "若是",
        "万一",
        "难道",
        "是否",
        "会不会",
    ),
    figurative=("像", "仿佛", "好像", "如同", "似的", "似乎", "宛如", "犹如", "看上去", "显得", "几乎"),
    remembered=(
        "记得",
        "想起",
        "回忆",
        "曾经",
        "曾",
        "从前",
        "当年",
        "那年",
        "那时",
        "以前",
        "生前",
        "往日",
        "小时候",
        "过去",
        "总是",
        "常常",
        "从不",
        "在世",
        "最后一次",
    ),
    dreamed=("梦", "幻觉", "幻象", "恍惚中"),
    records=(
        "信",
        "日记",
        "录音",
        "留言",
        "照片",
        "画像",
        "遗像",
        "遗嘱",
        "纸条",
        "录像",
        "雕像",
        "坟",
        "墓",
        "灵位",
        "灵堂",
        "魂",
        "传说",
        "故事",
        "戏",
        "碑",
    ),
    lights=(
        "光下",
        "月光",
        "灯光",
        "火光",
        "烛光",
        "日光",
        "映",
        "照得",
        "倒影",
        "影子",
        "看上去",
        "显得",
        "哭红",
        "红肿",
        "充血",
        "熬红",
    ),
    disguises=("假发", "易容", "乔装", "伪装", "面具", "美瞳", "扮成", "戏装"),
    ordinary_capitals=frozenset(),
)
