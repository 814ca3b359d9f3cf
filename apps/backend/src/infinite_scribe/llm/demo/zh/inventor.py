"""Chinese premises and plans: an idea becomes a book that is built around it."""

import re
from typing import Any

from infinite_scribe.llm.demo.acts import Role
from infinite_scribe.llm.demo.chance import Chance, digest
from infinite_scribe.llm.demo.schemas import BeatsData, CardsData, CompleteData, OptionsData, SparksData
from infinite_scribe.llm.demo.zh import idea as ideas
from infinite_scribe.llm.demo.zh import lexicon, world
from infinite_scribe.llm.demo.zh.bind import item_of, short_name, thing_names
from infinite_scribe.llm.demo.zh.grammar import closed

_SHE = re.compile(r"女|姑娘|姐妹|妹|姐|母亲|妻|寡妇|婆|娘|她|妈|公主|尼姑")
_HE = re.compile(r"男|少年|兄弟|父亲|丈夫|老头|老汉|爷|他(?!们)|和尚|王子|儿子|老刑警")


class ChineseInventor:
    """The inventor of the Chinese package."""

    def options(self, data: OptionsData, chance: Chance) -> list[dict[str, Any]]:
        """Premises of different kernels and titles around one idea."""
        premise = lexicon.table("premise")
        whole = ideas.read(data.idea)
        quest = whole.verb_kind in {"seek", "end"} or whole.ware_kind in {"case", "place"}
        kernels = chance.shuffled([row.split(";") for row in premise["quests" if quest else "kernels"]])
        titles = chance.shuffled(premise["titles"])
        taken: set[str] = set()
        made: list[dict[str, Any]] = []
        for index in range(max(1, min(6, data.count))):
            draw = chance.fork(f"option{index}")
            idea = ideas.read(data.idea, fallback=draw.between(0, 99))
            option = _option(
                data, idea, kernels[index % len(kernels)], titles[index % len(titles)], draw, taken
            )
            path = data.seed_paths[index] if index < len(data.seed_paths) else None
            body = option["body"]
            body["path"] = {
                "theme": (path.theme if path else "") or draw.pick(premise["themes"]).split(";")[0],
                "background": (path.background if path else "") or f"{idea.genre}，{idea.place}",
                "persona": (path.persona if path else "") or world.trade_line(idea),
                "event": (path.event if path else "") or body["hook"],
                "ending": (path.ending if path else "") or draw.pick(premise["endings"]),
                "twist": (path.twist if path else "") or draw.pick(premise["twists"]),
            }
            body["path"] = {key: text[:80] for key, text in body["path"].items()}
            made.append(option)
        return made

    def complete(self, data: CompleteData, chance: Chance) -> dict[str, Any]:
        """The content of one stage."""
        draw = Chance(
            "stage", digest(data.concept.title, data.concept.logline), chance.fork("stage").between(0, 99999)
        )
        made: dict[str, Any] = getattr(world, data.stage, world.theme)(data, draw)
        return made

    def sparks(self, data: SparksData, chance: Chance) -> list[dict[str, Any]]:
        """Ideas in the form in which the idea reader likes them."""
        premise = lexicon.table("premise")
        trades = chance.shuffled(list(lexicon.words("trades")))
        wares = chance.shuffled(
            [
                word
                for word, kind in lexicon.words("wares").items()
                if kind in {"weather", "abstract", "sound", "text"} and len(word) > 1
            ]
        )
        genres = [data.genre] * 16 if data.genre else chance.shuffled(list(premise["genres"]))
        turns = chance.shuffled(premise["sparks"])
        made: list[dict[str, Any]] = []
        for index in range(max(1, min(12, data.count))):
            words = {"role": trades[index], "wares": wares[index]}
            line, title = turns[index % len(turns)].split(";")
            made.append(
                {
                    "title": world.fill(title, words),
                    "line": closed(world.fill(line, words)),
                    "genre": genres[index % len(genres)],
                }
            )
        return made

    def card(self, data: CardsData, shape: str, index: int, chance: Chance) -> dict[str, Any]:
        """The words of a card."""
        row = lexicon.table("plans")["shapes"][shape]
        cast = world.roles(data.cast)
        idea = ideas.read(f"{cast['P'].line}。{data.novel.logline}", data.novel.genres)
        book = Chance("book", digest(cast["P"].name, idea.ware))
        secrets = book.shuffled(lexicon.table("premise")["secrets"])
        words = world.plan_words(idea, cast)
        secret = world.fill(secrets[(data.chapter.number - 1 + index) % len(secrets)], words)
        token = chance.pick(thing_names("token", idea.era))
        turn = f"{words['P']}得知{words['K']}{secret}。"
        one_line = (
            data.chapter.one_line
            if index == 0 and data.chapter.one_line
            else world.fill(row["line"][index % len(row["line"])], words)
        )
        measure = lexicon.table("things")[token]["m"]
        return {
            "title": chance.pick(row["title"]),
            "summary": closed(one_line) + turn,
            "goal": closed(world.fill(row["goal"], words)),
            "conflict": closed(world.fill(row["conflict"], words)),
            "turn": turn,
            "must_include": [f"一{measure}{token}"],
        }

    def beat(self, data: BeatsData, beat: str, cast: dict[Role, Any], chance: Chance) -> dict[str, Any]:
        """The words of a beat; its things are drawn once per card, so that beats share them."""
        lead = cast[Role.SELF]
        idea = ideas.read(f"{lead.line}。{data.novel.logline}", data.novel.genres)
        card = Chance("card", digest(data.card.title, data.card.turn, data.card.goal))
        words = world.plan_words(idea, {role.value: member for role, member in cast.items()})
        for slot in ("record", "payment", "light", "busy", "barrier", "token"):
            names = thing_names(slot, idea.era)
            asked = [name for name in names if any(name in item for item in data.card.must_include)]
            words[slot] = max(asked, key=len) if asked else card.pick(names)
        trade = lexicon.row_of("trades", lead.trade or idea.role, idea.trade)
        words["tool"] = card.pick(lexicon.table("trades")[trade]["tools"]).split(";")[0]
        words["here"] = next(
            (place.name for place in data.places if place.handle == data.card.place), idea.place
        )
        plan = lexicon.table("plans")
        text = closed(world.fill(chance.pick(plan["beats"][beat]), words))
        other = cast.get(Role.OTHER, lead)
        return {
            "text": text,
            "actor": (other if text.startswith(short_name(other)) else lead).handle or None,
            "change": world.fill(chance.pick(plan["changes"]["list"]), words),
            "subtext": world.fill(chance.pick(plan["changes"]["subtexts"]), words),
        }


def _is_woman(idea: str, draw: Chance) -> bool:
    """As the idea says, when it speaks of one of the two alone."""
    drawn = draw.happens(0.55)
    woman, man = bool(_SHE.search(idea)), bool(_HE.search(idea))
    return drawn if woman == man else woman


def _option(
    data: OptionsData, idea: ideas.Idea, kernel: list[str], title: str, draw: Chance, taken: set[str]
) -> dict[str, Any]:
    premise = lexicon.table("premise")
    culture = lexicon.table("cultures")[idea.culture]
    folk = premise["people"].get(idea.era, premise)
    she = _is_woman(data.idea, draw)
    named = re.search(r"(?:叫|名叫)([\u4e00-\u9fff]{2,3})(?:的|，|。)", data.idea)
    name = (
        named.group(1) if named else world.new_name(culture, "她" if she else "他", taken, draw.fork("name"))
    )
    relation = draw.pick(premise["kin"])
    kin = world.new_name(
        culture,
        "她" if relation in {"姑母", "姨母", "外婆", "姐姐", "师娘", "婶婶"} else "他",
        taken | set(name),
        draw.fork("kin"),
    )
    day, office = draw.pick(culture["days"]), draw.pick(culture["offices"])
    trade = world.trade_line(idea)
    words = {
        "P": name,
        "trade": trade,
        "wares": idea.ware,
        "item": item_of(idea, name),
        "other": draw.pick(folk["others"]),
        "kin": f"{relation}{kin}",
        "Kin": kin,
        "day": day,
        "office": office,
        "here": idea.place,
        "role": idea.role,
    }
    logline = closed(
        f"{name}是{trade}。{world.fill(kernel[0], words)}，{world.fill(draw.pick(premise['deadlines']), words)}"
    )
    genres = list(dict.fromkeys([idea.genre, culture["label"]]))
    return {
        "title": world.fill(title, words),
        "body": {
            "logline": logline,
            "genres": genres,
            "protagonist": closed(f"{name}，{trade}，想{draw.pick(premise['wants']).split(';')[0]}"),
            "hook": closed(world.fill(draw.pick(premise["hooks"]), words)),
        },
        "gains": closed(f"{kernel[1]}，{idea.ware}从头一页就在读者眼前"),
        "costs": closed(kernel[2]),
        "scores": [],
    }
