"""The stages after the premise in Chinese: theme, world, cast and chapter lines."""

import re
from typing import Any

from infinite_scribe.llm.demo.chance import Chance
from infinite_scribe.llm.demo.schemas import CompleteData, Member
from infinite_scribe.llm.demo.shapes import shape_sequence
from infinite_scribe.llm.demo.zh import idea as ideas
from infinite_scribe.llm.demo.zh import lexicon
from infinite_scribe.llm.demo.zh.bind import bare, item_of, short_name, ware_thing
from infinite_scribe.llm.demo.zh.grammar import closed

_MIN_CHAPTERS = 4
#: Characters that make given names, beside the names of each culture.
SHE_FIRST, SHE_LAST = (
    "素秋银月雪兰桂巧玉菊春静云惠淑佩文书锦采琼婉映晓若绮令幼织",
    "音棠英枝珠芸贞娥莲荷芳蕙吟竹筠苓禾岚宁微霜栀萍蓉茵絮葵薇舫",
)
HE_FIRST, HE_LAST = (
    "仲伯守承德长永连景鹤敬怀志少世绍汝应继维克嘉启延树锡颂望尧",
    "年元山亭农平林舟安泉仁礼川衡石钧庭修堂岳鼎廉桥谷樵骧崧镛塘",
)
MORE_FAMILIES = "褚费嵇缪沙鲍惠陶阎鞠边郝宫崔雷谷覃冉滕印廖祁蓝屠盛项童栾佟戚宗柏阮桑荆匡闵毕庄麦卓游邬骆柯"
_FEMALE_KIN = frozenset(["姑母", "姨母", "外婆", "姐姐", "师娘", "婶婶"])
_MARKS = {
    "P": ("protagonist", "主角"),
    "A": ("antagonist", "对手"),
    "B": ("foil", "rival"),
    "K": ("minor", "absent", "亡", "失踪"),
}


def trade_line(idea: ideas.Idea) -> str:
    """卖风暴的灯塔看守人: the line from which every later stage reads the book."""
    return f"{idea.verb}{idea.ware}的{idea.role}"


def fill(text: str, words: dict[str, str]) -> str:
    """Open places of a plan sentence filled from a table; unknown ones stay empty."""
    return re.sub(r"\{([^}]+)\}", lambda match: words.get(match.group(1), ""), text)


def idea_of(data: CompleteData) -> ideas.Idea:
    """The author's idea where it names the book's own thing, else the premise."""
    own = ideas.read(data.idea, data.concept.genres)
    premise = f"{data.concept.protagonist}。{data.concept.logline}"
    if own.given and own.ware in premise:
        return own
    return ideas.read(f"{premise}{data.idea}", data.concept.genres)


def roles(cast: list[Member]) -> dict[str, Member]:
    """P, A, B and K by their role lines; the first person leads where nobody is marked."""
    found: dict[str, Member] = {}
    for key, marks in _MARKS.items():
        member = next((member for member in cast if any(mark in member.role.lower() for mark in marks)), None)
        if member is not None:
            found[key] = member
    rest = [member for member in cast if member not in found.values()]
    for key in ("P", "A", "K"):
        if key not in found and rest:
            found[key] = rest.pop(0)
    if "P" not in found:
        found["P"] = Member(handle="C1", name="看守人")
    return found


def plan_words(idea: ideas.Idea, cast: dict[str, Member]) -> dict[str, str]:
    """The words that plan sentences leave open."""
    named = {key: short_name(member) for key, member in cast.items()}
    named.setdefault("A", "外乡人")
    named.setdefault("K", "师傅")
    named.setdefault("B", "房东")
    ware = ware_thing(idea, cast["P"].name)
    return {
        **named,
        "item": item_of(idea, cast["P"].name),
        "wares": idea.ware,
        "ware": ware.noun,
        "here": idea.place,
        "payment": "钱",
        "token": "那件东西",
        "role": idea.role,
    }


def theme(data: CompleteData, chance: Chance) -> dict[str, Any]:
    """Theme, question, feelings, tension."""
    premise = lexicon.table("premise")
    statement, question, one, two = chance.pick(premise["themes"]).split(";")
    idea = idea_of(data)
    return {
        "statement": statement,
        "question": question,
        "emotions": chance.sample(premise["emotions"], 4),
        "tension": {"a": one, "b": two},
        "taboos": [],
        "embodied": [f"人：{idea.role}", f"物：{idea.ware}", "事：一笔对不上的数"],
    }


def world(data: CompleteData, chance: Chance) -> dict[str, Any]:
    """Five places, the first of them the idea's own; four rules about the book's thing."""
    idea = idea_of(data)
    culture = lexicon.table("cultures")[idea.culture]
    home = idea.place
    drawn = [
        row.split(";")
        for row in chance.shuffled(culture["places"])
        if home not in row.split(";")[0] and row.split(";")[0] not in home
    ][:4]
    places: list[dict[str, Any]] = [
        {
            "name": home,
            "line": closed(
                fill(
                    chance.pick(lexicon.table("premise")["home_lines"]),
                    {"wares": idea.ware, "role": idea.role},
                )
            ),
            "part_of": None,
        }
    ]
    places += [{"name": name, "line": closed(line), "part_of": None} for name, line in drawn]
    words = {
        "wares": idea.ware,
        "office": next(
            (item for item in culture["offices"] if item in data.concept.logline), culture["offices"][0]
        ),
        "day": culture["days"][0],
        "money": culture["money"],
    }
    return {"places": places, "rules": _rules(idea, words, chance)}


def _rules(idea: ideas.Idea, words: dict[str, str], chance: Chance) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = []
    if idea.rule:
        rules.append(
            {
                "statement": closed(idea.rule),
                "category": "custom",
                "hardness": "hard",
                "cost": "没有人问过愿不愿意",
                "limit": "出了地界就不作数",
            }
        )
    premise = lexicon.table("premise")
    for row in chance.sample(premise["rules"], 4 - len(rules)):
        text, category = row.split(";")
        rules.append(
            {
                "statement": closed(fill(text, words)),
                "category": category,
                "hardness": "hard" if category in {"magic", "law", "physics"} else "soft",
                "cost": chance.pick(premise["rule_costs"]),
                "limit": chance.pick(premise["rule_limits"]),
            }
        )
    return rules


def characters(data: CompleteData, chance: Chance) -> dict[str, Any]:
    """Five people: the one of the premise, who wants something, who counts, who helps, who is gone."""
    idea = idea_of(data)
    premise, culture = lexicon.table("premise"), lexicon.table("cultures")[idea.culture]
    folk = premise["people"].get(idea.era, premise)
    lead = re.match(r"([\u4e00-\u9fff·]{2,8}?)(?:是|，|、)", data.concept.protagonist or data.concept.logline)
    given = lead.group(1) if lead else ""
    she = any(given.endswith(item) for item in culture["she"]) or (bool(given) and given[-1] in SHE_LAST)
    she = she or (not given and chance.happens(0.5))
    name = given or new_name(culture, "她" if she else "他", set(), chance.fork("P"))
    used = set(name)
    kin = re.search(
        r"(姑母|姨母|外婆|姐姐|师娘|婶婶|师傅|舅舅|父亲|哥哥|叔父|外公)([\u4e00-\u9fff·]{2,8}?)(?=留|失|死|走|当|欠|生|托|的|，|。)",
        data.concept.logline,
    )
    relation = kin.group(1) if kin else chance.pick(premise["kin"])
    gone = (
        kin.group(2)
        if kin
        else new_name(culture, "她" if relation in _FEMALE_KIN else "他", used, chance.fork("K"))
    )
    used.update(gone)
    people = [
        _person(chance.fork("P"), name, "她" if she else "他", "protagonist", trade_line(idea), idea.role)
    ]
    wanted = next((job for job in folk["others"] if job in data.concept.logline), "") or chance.pick(
        folk["others"]
    )
    jobs = {"A": wanted, "B": chance.pick(folk["thirds"]), "F": chance.pick(folk["friends"])}
    labels = {"A": "antagonist", "B": "foil", "F": "ally"}
    for key, label in labels.items():
        pronoun = ("他" if she else "她") if key == "A" else chance.fork(f"g{key}").pick(["他", "她"])
        named = new_name(culture, pronoun, used, chance.fork(key))
        line = fill(chance.pick(premise["lines"][key]), {"wares": idea.ware, "job": jobs[key]})
        people.append(_person(chance.fork(key), named, pronoun, label, line, jobs[key]))
    people.append(
        _person(
            chance.fork("K"),
            gone,
            "她" if relation in _FEMALE_KIN else "他",
            "minor",
            f"{name}的{relation}，从前{idea.verb}{idea.ware}，人已经不在这里了",
            idea.role,
        )
    )
    return {"cast": people, "relations": _relations(people)}


def _relations(people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    links = [(1, "有求于人，又信不过", -2), (2, "被他查账", -6), (3, "常来送饭", 5), (4, "手艺是跟着学的", 7)]
    relations = [
        {"a": people[0]["name"], "b": people[index]["name"], "label": label, "strength": strength}
        for index, label, strength in links
    ]
    relations.append(
        {"a": people[1]["name"], "b": people[4]["name"], "label": "早年有过一笔来往", "strength": 3}
    )
    return relations


def new_name(culture: dict[str, Any], pronoun: str, used: set[str], chance: Chance) -> str:
    """A name that shares no character with the names already given."""
    woman = pronoun == "她"
    givens = [item for item in culture["she" if woman else "he"] if not set(item) & used]
    families = [item for item in culture["family"] if not set(item) & used] or culture["family"]
    families += [item for item in MORE_FAMILIES if item not in used and culture["era"] != "future"]
    family = chance.pick(families)
    if not givens or chance.happens(0.85):
        first, last = (SHE_FIRST, SHE_LAST) if woman else (HE_FIRST, HE_LAST)
        free = [item for item in first if item not in used and item != family]
        given = chance.pick(free) + chance.pick(
            [item for item in last if item not in used and item != family]
        )
    else:
        given = chance.pick([item for item in givens if family not in item] or givens)
    name = f"{family}{given}"
    used.update(name)
    return name


def _person(chance: Chance, name: str, pronoun: str, role: str, line: str, trade: str) -> dict[str, Any]:
    premise = lexicon.table("premise")
    return {
        "name": name,
        "role": role,
        "line": closed(line),
        "want": chance.pick(premise["wants"]).split(";")[0],
        "need": chance.pick(premise["needs"]),
        "false_belief": chance.pick(premise["beliefs"]),
        "fear": chance.pick(premise["fears"]).split(";")[0],
        "trade": trade,
        "pronouns": pronoun,
        "voice": chance.pick(premise["voices"]),
    }


def plot(data: CompleteData, chance: Chance) -> dict[str, Any]:
    """A line per chapter in the shape it will have; arcs over the whole."""
    idea = idea_of(data)
    count = max(_MIN_CHAPTERS, data.chapters or 10)
    cast = roles(data.cast)
    words = plan_words(idea, cast)
    others = [short_name(member) for member in data.cast if member not in (cast.get("P"), cast.get("K"))] or [
        words["A"]
    ]
    rows = lexicon.table("plans")["shapes"]
    places = [place.name for place in data.places if place.name] or [idea.place]
    lines: list[dict[str, str]] = []
    titles: set[str] = set()
    told: set[str] = set()
    for index, shape in enumerate(shape_sequence(chance.fork("shapes"), count)):
        who = others[0] if index % 3 == 0 else others[index % len(others)]
        filled = words | {"A": who, "here": places[0] if index == 0 else places[index % len(places)]}
        draw = chance.fork(f"line{index}")
        options = [fill(text, filled) for text in draw.shuffled(rows[shape]["line"])]
        text = next((item for item in options if item not in told), f"又一回，{options[0]}")
        told.add(text)
        title = next(
            (item for item in draw.shuffled(rows[shape]["title"]) if item not in titles),
            f"{rows[shape]['title'][0]}（{index + 1}）",
        )
        titles.add(title)
        lines.append({"title": title, "one_line": closed(text)})
    arcs = [
        {"title": idea.ware, "line": f"{idea.ware}起先有价，后来没有价。"},
        {"title": words["K"], "line": f"{bare(words['K'])}做过的事，一行一行露出来。"},
    ]
    return {"lines": lines, "arcs": arcs}
