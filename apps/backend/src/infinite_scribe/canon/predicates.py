"""The table of predicates, version 1: one row per predicate, in the order of the design.

Columns: key, domain, range, cardinality, mutability, comparator, severity, flags, English label,
Chinese label. Ranges name entity kinds by letter, value types by word, or choices after `=`.
Flags: A always in the briefing of on-stage cast, V visible to anyone present, S symmetric,
D derived; then the default publicity.
"""

from __future__ import annotations

from infinite_scribe.canon.registry import (
    KIND_OF_LETTER,
    Cardinality,
    Comparator,
    Mutability,
    Predicate,
    Publicity,
    Severity,
)

_SEVERITIES = {"B": Severity.BLOCKER, "M": Severity.MAJOR, "m": Severity.MINOR, "i": Severity.INFO}
_PUBLICITIES = {
    "pub": Publicity.PUBLIC,
    "loc": Publicity.LOCAL,
    "prv": Publicity.PRIVATE,
    "sec": Publicity.SECRET,
}

_WEATHER = "=clear,cloud,rain,storm,snow,fog,heat,wind"
_DIRECTIONS = "dir"

_ROWS: tuple[tuple[str, str, str, str, str, str, str, str, str, str], ...] = (
    ("species", "C,R", "K,text", "1", "im", "syn", "M", "V pub", "species", "物种"),
    ("born_at", "C,R", "instant", "1", "im", "inst", "M", "prv", "date of birth", "出生时间"),
    ("age_years", "C,R", "number", "1", "mu", "arith", "M", "D prv", "age in years", "年龄"),
    (
        "life_state",
        "C,R",
        "=unborn,alive,dead,undead,unknown",
        "1",
        "mu:dead",
        "exact",
        "B",
        "A loc",
        "life",
        "生死",
    ),
    ("gender", "C", "text", "1", "mu", "syn", "m", "V pub", "gender", "性别"),
    ("eye_colour", "C,R", "colour{side}", "1", "im", "syn", "M", "V pub", "eye colour", "眼睛颜色"),
    ("hair_colour", "C,R", "colour", "1", "mu", "syn", "m", "V pub", "hair colour", "头发颜色"),
    ("height_cm", "C,R", "number", "1", "mu", "num(.05)", "m", "V pub", "height in cm", "身高（厘米）"),
    ("mark", "C,R", "text{part,side}", "n", "mo", "set", "M", "V pub", "mark on the body", "身上的印记"),
    ("handedness", "C", "=left,right,both", "1", "im", "exact", "m", "V pub", "handedness", "惯用手"),
    ("impairment", "C,R", "text{part,side}", "n", "mu", "set", "M", "A V pub", "impairment", "残疾"),
    (
        "health",
        "C,R",
        "=well,ill,injured,critical,recovering",
        "1",
        "mu",
        "exact",
        "M",
        "A V prv",
        "health",
        "健康状况",
    ),
    ("injured_at", "C,R", "text{part,side,grade}", "n", "mu", "set", "M", "A V prv", "injury", "伤处"),
    (
        "consciousness",
        "C,R",
        "=awake,asleep,unconscious,entranced",
        "1",
        "mu",
        "exact",
        "M",
        "A V prv",
        "consciousness",
        "神志",
    ),
    ("wears", "C", "I,text", "n", "mu", "set", "m", "V prv", "clothing", "穿戴"),
    ("disguised_as", "C", "C,text", "1", "mu", "exact", "M", "A sec", "disguise", "伪装身份"),
    ("feels", "C", "text{toward}", "n", "mu", "none", "i", "A prv", "feeling", "情绪"),
    ("goal", "C,F", "text", "n", "mu", "none", "i", "A prv", "goal", "目标"),
    ("real_name", "C", "text", "1", "mu", "exact", "M", "prv", "real name", "真名"),
    ("holds_title", "C", "text{of}", "n", "mu", "set", "m", "loc", "title", "头衔"),
    ("occupation", "C", "text", "n", "mu", "syn", "m", "loc", "occupation", "职业"),
    ("origin", "C,F,I", "P", "1", "im", "place", "m", "prv", "origin", "来历"),
    ("resides_at", "C,R", "P", "1", "mu", "place", "m", "loc", "home", "住处"),
    ("located_at", "C,R,I,F", "P", "1", "mu", "place", "B", "A V prv", "place now", "所在地"),
    ("travelling_to", "C,R,F", "P", "1", "mu", "place", "M", "A prv", "destination", "去向"),
    ("confined_at", "C,R", "P", "1", "mu", "place", "M", "A prv", "confined at", "关押处"),
    ("held_by", "I", "C,R,P,F", "1", "mu", "exact", "B", "A V prv", "holder", "持有者"),
    ("owned_by", "I,P", "C,F", "1", "mu", "exact", "M", "loc", "owner", "所有者"),
    ("contained_in", "I", "I,P", "1", "mu", "place", "M", "prv", "container", "存放处"),
    (
        "item_state",
        "I",
        "=intact,damaged,broken,destroyed,lost,consumed,sealed",
        "1",
        "mu:destroyed,consumed",
        "exact",
        "B",
        "A V prv",
        "state of the item",
        "物品状态",
    ),
    ("quantity", "I", "number{unit}", "1", "mu", "num(0)", "M", "V prv", "quantity", "数量"),
    ("made_of", "I,P", "text", "n", "im", "syn", "m", "V pub", "material", "材质"),
    ("opens", "I", "I,P", "n", "mu", "set", "M", "prv", "opens", "可开启"),
    (
        "access_state",
        "P,I",
        "=open,closed,locked,guarded,blocked",
        "1",
        "mu",
        "exact",
        "M",
        "A V loc",
        "access",
        "出入状态",
    ),
    ("parent_of", "C", "C{kind}", "n", "im", "exact", "M", "loc", "parent of", "父母子女"),
    ("sibling_of", "C", "C", "n", "im", "exact", "M", "S loc", "sibling of", "兄弟姐妹"),
    ("spouse_of", "C", "C", "1", "mu", "exact", "M", "S loc", "spouse of", "配偶"),
    ("lover_of", "C", "C", "n", "mu", "set", "m", "S prv", "lover of", "恋人"),
    ("mentor_of", "C", "C", "n", "mu", "set", "m", "prv", "mentor of", "师父"),
    ("serves", "C,F", "C,F", "n", "mu", "set", "M", "loc", "serves", "效力于"),
    ("member_of", "C,F", "F", "n", "mu", "set", "M", "loc", "member of", "所属"),
    ("leads", "C", "F,P", "1/o", "mu", "exact", "M", "loc", "leads", "统领"),
    (
        "attitude_to",
        "C,F",
        "C,F{strength,label}",
        "1/pair",
        "mu",
        "num(4)",
        "i",
        "A prv",
        "attitude towards",
        "态度",
    ),
    ("knows_person", "C", "C", "n", "mo", "set", "M", "prv", "knows", "认识"),
    ("owes", "C,F", "C,F{what,amount}", "n", "mu", "set", "m", "prv", "owes", "亏欠"),
    ("bound_by", "C,F", "X,text", "n", "mu", "set", "M", "prv", "bound by", "受制于"),
    ("allied_with", "F,P", "F,P", "n", "mu", "set", "M", "S pub", "allied with", "结盟"),
    ("at_war_with", "F,P", "F,P", "n", "mu", "set", "M", "S pub", "at war with", "交战"),
    ("speaks_language", "C,R", "K,text", "n", "mo", "set", "M", "loc", "language", "语言"),
    ("can_do", "C,R,I", "K,text", "n", "mu", "set", "M", "A loc", "ability", "能力"),
    ("cannot_do", "C,R,I", "K,text", "n", "mu", "set", "M", "A loc", "inability", "做不到"),
    ("part_of", "P", "P", "1", "im", "exact", "M", "pub", "part of", "属于"),
    ("distance_to", "P", "P{km}", "1/pair", "im", "num(.15)", "M", "S pub", "distance", "距离"),
    ("lies_to", "P", "P{dir}", "1/pair", "im", _DIRECTIONS, "M", "pub", "lies towards", "方位"),
    ("population", "P,F", "number", "1", "mu", "num(.25)", "m", "pub", "population", "人口"),
    ("ruled_by", "P,F", "C,F", "1", "mu", "exact", "M", "pub", "ruler", "统治者"),
    ("has_feature", "P,I", "text{count}", "n", "mu", "set", "m", "V loc", "feature", "特征"),
    (
        "existence",
        "P,F,I,K",
        "=not_yet,exists,destroyed",
        "1",
        "mu:destroyed",
        "exact",
        "M",
        "pub",
        "existence",
        "存废",
    ),
    ("weather", "P", _WEATHER, "1", "mu", "set", "m", "V pub", "weather", "天气"),
    ("season", "W", "=spring,summer,autumn,winter", "1", "mu", "arith", "m", "D V pub", "season", "季节"),
    (
        "weekday",
        "W",
        "=monday,tuesday,wednesday,thursday,friday,saturday,sunday",
        "1",
        "mu",
        "arith",
        "m",
        "D V pub",
        "weekday",
        "星期",
    ),
    ("moon_phase", "W", "=new,waxing,full,waning", "1", "mu", "arith", "m", "D V pub", "moon", "月相"),
    (
        "time_of_day",
        "W",
        "=dawn,morning,noon,afternoon,dusk,evening,night,midnight",
        "1",
        "mu",
        "arith",
        "m",
        "D V pub",
        "time of day",
        "时辰",
    ),
    ("happened_at", "E", "instant", "1", "im", "inst", "M", "loc", "happened at", "发生时间"),
    ("took_part_in", "C,R,F", "E", "n", "mo", "set", "M", "prv", "took part in", "参与"),
    ("costs", "K,I", "text,number", "n", "im", "set", "M", "pub", "cost", "代价"),
)

_HINTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "eye_colour": (("eyes",), ("眼睛", "双眼", "眸子", "瞳")),
    "hair_colour": (("hair", "curls", "braid"), ("头发", "发丝", "长发", "短发")),
    "height_cm": (("tall", "foot", "cm"), ("身高", "厘米", "公分")),
    "handedness": (("left-handed", "right-handed"), ("左撇子", "惯用")),
    "life_state": (("dead", "died", "killed", "buried"), ("死", "去世", "遇害", "下葬")),
    "age_years": (("years old", "aged"), ("岁", "年纪")),
    "held_by": (("holds", "carries", "hands to"), ("拿", "握", "递给", "藏")),
    "located_at": (("in", "at", "reached"), ("在", "到了", "来到")),
    "injured_at": (("wound", "bleeding"), ("伤口", "流血")),
    "mark": (("scar", "tattoo", "birthmark"), ("疤", "刺青", "胎记")),
}


def _range(text: str) -> tuple[frozenset[str], frozenset[str], tuple[str, ...], tuple[str, ...]]:
    """Split a range into entity kinds, value types, choices and qualifiers."""
    if text.startswith("="):
        return frozenset(), frozenset({"choice"}), tuple(text[1:].split(",")), ()
    head, _, tail = text.partition("{")
    qualifiers = tuple(tail.rstrip("}").split(",")) if tail else ()
    words = head.split(",")
    kinds = frozenset(KIND_OF_LETTER[word] for word in words if word in KIND_OF_LETTER)
    types = frozenset(word for word in words if word not in KIND_OF_LETTER)
    return kinds, types, (), qualifiers


def _row(row: tuple[str, str, str, str, str, str, str, str, str, str]) -> Predicate:
    """Turn one line of the table into a predicate."""
    key, domain, range_text, cardinality, mutability, comparator, severity, flags, en, zh = row
    kinds, types, choices, qualifiers = _range(range_text)
    change, _, terminal = mutability.partition(":")
    name, _, tolerance = comparator.rstrip(")").partition("(")
    marks = flags.split()
    hints = _HINTS.get(key, ((), ()))
    return Predicate(
        key=key,
        domain=frozenset(KIND_OF_LETTER[letter] for letter in domain.split(",")),
        object_kinds=kinds,
        value_types=types,
        choices=choices,
        cardinality=Cardinality(cardinality),
        mutability=Mutability(change),
        terminal=tuple(terminal.split(",")) if terminal else (),
        comparator=Comparator(name),
        tolerance=float(tolerance) if tolerance else 0.0,
        severity=_SEVERITIES[severity],
        publicity=_PUBLICITIES[marks[-1]],
        always_in_briefing="A" in marks,
        visible="V" in marks,
        symmetric="S" in marks,
        derived="D" in marks,
        qualifiers=qualifiers,
        label_en=en,
        label_zh=zh,
        hints_en=hints[0],
        hints_zh=hints[1],
    )


PREDICATES: tuple[Predicate, ...] = tuple(_row(row) for row in _ROWS)
