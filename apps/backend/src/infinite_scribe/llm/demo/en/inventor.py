"""English premises and plans: an idea becomes a book that is built around it."""

import re
from typing import Any

from infinite_scribe.llm.demo.acts import Role
from infinite_scribe.llm.demo.chance import Chance, digest
from infinite_scribe.llm.demo.en import idea as ideas
from infinite_scribe.llm.demo.en import lexicon, morphology, world
from infinite_scribe.llm.demo.en.bind import pronoun, short_name, thing_names, ware_thing
from infinite_scribe.llm.demo.en.grammar import sentence
from infinite_scribe.llm.demo.en.idea_words import MASS
from infinite_scribe.llm.demo.schemas import (
    BeatsData,
    CardsData,
    CompleteData,
    Member,
    OptionsData,
    SparksData,
)

#: Letters that a part of a premise's path may have.
BRIEF = 80
_GENRE_ORDER = (
    "magical realism",
    "mystery",
    "historical",
    "literary",
    "crime",
    "ghost story",
    "science fiction",
    "adventure",
    "romance",
    "comedy",
    "dystopia",
    "western",
    "horror",
    "thriller",
    "fantasy",
    "fairy tale",
)


class EnglishInventor:
    """The inventor of the English package."""

    def options(self, data: OptionsData, chance: Chance) -> list[dict[str, Any]]:
        """Premises of different kernels and titles around one idea."""
        premise = lexicon.table("premise")
        whole = ideas.read(data.idea)
        quest = whole.verb_kind in {"seek", "end"} or whole.ware_kind in {"case", "place"}
        kernels = chance.shuffled(list(premise["quests" if quest else "kernels"].items()))
        titles = chance.shuffled(premise["colours"]["titles"])
        made: list[dict[str, Any]] = []
        taken: set[str] = set()
        for index in range(max(1, min(6, data.count))):
            draw = chance.fork(f"option{index}")
            kernel, text = kernels[index % len(kernels)]
            path = data.seed_paths[index] if index < len(data.seed_paths) else None
            idea = ideas.read(data.idea, fallback=draw.between(0, 99))
            option = self._option(data, idea, kernel, text, titles[index % len(titles)], draw, taken)
            body = option["body"]
            body["path"] = {
                "theme": (path.theme if path else "")
                or draw.pick(premise["colours"]["themes"]).split(";")[0],
                "background": (path.background if path else "") or f"{idea.genre}, {idea.place}",
                "persona": (path.persona if path else "") or body["protagonist"],
                "event": (path.event if path else "") or body["hook"],
                "ending": (path.ending if path else "")
                or draw.pick(premise["colours"]["endings"]).replace("{P}", "the protagonist"),
                "twist": (path.twist if path else "") or draw.pick(premise["colours"]["twists"]),
            }
            body["path"] = {key: _brief(value) for key, value in body["path"].items()}
            made.append(option)
        return made

    def _option(
        self,
        data: OptionsData,
        idea: ideas.Idea,
        kernel: str,
        text: str,
        title: str,
        draw: Chance,
        taken: set[str],
    ) -> dict[str, Any]:
        premise = lexicon.table("premise")
        culture = draw.pick(list(premise["cultures"].values()))
        she = _is_woman(data.idea.lower(), draw)
        first = draw.pick([name for name in culture["she" if she else "he"] if name not in taken])
        taken.add(first)
        name = f"{first} {draw.pick(culture['family'])}"
        kin = _kin(data.idea.lower(), culture, draw, taken | {first}, she=she)
        genre = premise["genres"][idea.genre]
        day = draw.pick(genre["day"])
        office = draw.pick(genre["office"])
        trade = world.trade_line(idea)
        words = {
            "P": name,
            "P.his": "her" if she else "his",
            "trade": trade,
            "thing": idea.ware,
            "things": idea.wares,
            "other": draw.pick(premise["roles"]["other"]),
            "Kin": kin,
            "office": office,
        }
        hook = f"Everything has to be settled before {day}, and {office} has already sent for the books."
        genres = [idea.genre, *[item for item in [draw.pick(_GENRE_ORDER)] if item != idea.genre]]
        protagonist = sentence(
            f"{name}, {trade}, who wants to {draw.pick(premise['wants']['list']).split(';')[0]}"
        )
        return {
            "title": _fill(title, _title_words(idea, kin, day)),
            "body": {
                "logline": _logline(_fill(text, words), day),
                "genres": genres,
                "protagonist": protagonist,
                "hook": sentence(hook),
            },
            "gains": sentence(
                f"{_GAINS[kernel][0]}; {idea.wares} stay in the reader’s sight from the first page"
            ),
            "costs": sentence(_GAINS[kernel][1]),
            "scores": [],
        }

    def complete(self, data: CompleteData, chance: Chance) -> dict[str, Any]:
        """One stage; independent of the call's seed for names, so that stages agree."""
        made: dict[str, Any] = getattr(world, data.stage, world.theme)(
            data,
            Chance(
                "stage",
                digest(data.concept.title, data.concept.logline),
                chance.fork("stage").between(0, 99999),
            ),
        )
        return made

    def sparks(self, data: SparksData, chance: Chance) -> list[dict[str, Any]]:
        """Ideas in the form in which the idea reader likes them."""
        nouns = chance.shuffled(list(lexicon.trade_nouns().items()))
        wares = chance.shuffled(
            [
                word
                for word, kind in lexicon.ware_words().items()
                if kind in {"abstract", "weather", "sound", "text", "place"}
            ]
        )
        genres = [data.genre] * 16 if data.genre else chance.shuffled(list(_GENRE_ORDER))
        made: list[dict[str, Any]] = []
        for index in range(max(1, min(12, data.count))):
            role, ware = nouns[index][0], wares[index]
            one = f"{ware} of silence" if ware == "sound" else ware
            turn = _SPARKS[index % len(_SPARKS)]
            line = sentence(_fill(turn, {"role": role, "things": _many(one), "thing": one}))
            made.append(
                {
                    "title": f"{_title(role)} of {_title(_many(one))}"
                    if index % 2
                    else f"The {_title(one)} {_title(role)}",
                    "line": line,
                    "genre": genres[index % len(genres)],
                }
            )
        return made

    def card(self, data: CardsData, shape: str, index: int, chance: Chance) -> dict[str, Any]:
        """The words of a card."""
        row = lexicon.table("plans")["shapes"][shape]
        cast = world.roles(data.cast)
        idea = ideas.read(
            f"{cast['P'].line} {data.novel.logline} {data.chapter.one_line} {data.chapter.title}",
            data.novel.genres,
        )
        book = Chance("book", digest(cast["P"].name, idea.ware))
        secret = book.shuffled(lexicon.table("premise")["secrets"]["list"])[
            (data.chapter.number - 1 + index) % 15
        ]
        absent = short_name(cast["K"]) if "K" in cast else f"The old {idea.role.split()[-1]}"
        words = world.plan_words(idea, cast, book)
        token = chance.pick(thing_names("token", world.era(idea)))
        turn = f"{words['P']} learns that {absent} {_fill(secret, words)}."
        one_line = (
            data.chapter.one_line
            if index == 0 and data.chapter.one_line
            else _fill(row["line"][index % len(row["line"])], words)
        )
        return {
            "title": chance.pick(row["title"]),
            "summary": sentence(f"{one_line.rstrip('.')}. {turn.rstrip('.')}"),
            "goal": sentence(_fill(row["goal"], words)),
            "conflict": sentence(_fill(row["conflict"], words)),
            "turn": turn,
            "must_include": [morphology.fix_articles(f"a {token}")],
        }

    def beat(self, data: BeatsData, beat: str, cast: dict[Role, Member], chance: Chance) -> dict[str, Any]:
        """The words of a beat; its things are drawn once per card, so that beats share them."""
        lead = cast[Role.SELF]
        idea = ideas.read(f"{lead.line} {data.novel.logline} {data.card.summary}", data.novel.genres)
        named = {role.value: member for role, member in cast.items()}
        card = Chance("card", digest(data.card.title, data.card.turn, data.card.goal))
        words = world.plan_words(idea, named, Chance("book", digest(lead.name, idea.ware)))
        for slot in ("record", "payment", "light", "busy", "barrier", "token"):
            names = thing_names(slot, world.era(idea))
            asked = [name for name in names if any(name in item for item in data.card.must_include)]
            words[slot] = "the " + (asked or [card.pick(names)])[0]
            words[f"{slot}.n"] = words[slot][4:]
        words["tool"] = "the " + card.pick(
            lexicon.table("trades")[lexicon.trade_nouns().get(world.noun_of(lead.trade), idea.trade)]["tools"]
        )
        place = next((place.name for place in data.places if place.handle == data.card.place), "the room")
        words["here"] = place
        plan = lexicon.table("plans")
        text = sentence(_fill(chance.pick(plan["beats"][beat]), words))
        actor = (
            cast.get(Role.OTHER, lead) if text.startswith(short_name(cast.get(Role.OTHER, lead))) else lead
        )
        return {
            "text": text,
            "actor": actor.handle or None,
            "change": sentence(_fill(f"What changes: {chance.pick(plan['changes']['list'])}", words)),
            "subtext": _fill(chance.pick(plan["changes"]["subtexts"]), words),
        }


_GAINS = {
    "order": ("the first scene is already a bargain", "the buyer’s reason has to be worth the wait"),
    "returned": ("the past walks in with a parcel", "much depends on an absent person"),
    "counted": ("there is a clock and a number on page one", "the official must be more than an obstacle"),
    "willed": ("the danger is intimate", "the pace is slower at the start"),
    "stolen": ("there is a mystery without a corpse", "the thief’s motive must stay hidden long"),
    "false_ones": ("the whole town has a stake", "it needs many minor figures"),
    "last_one": ("each chapter can be one person’s need", "the end is visible from afar and must surprise"),
    "refused": ("the guilt is clear and human", "the child must never be a device"),
    "mistaken": ("the error does good, which is harder to undo", "the comedy must not eat the grief"),
}
_SPARKS = (
    "A {role} who keeps {things} for people who cannot bear to",
    "A {role} is paid in {things} and has to find out what they cost",
    "A {role} who repairs {things} receives one that is not broken",
    "In a town where {things} are taxed, a {role} hides one under the stairs",
    "A {role} who steals {things} is thanked for it",
    "A {role} delivers {things} and never asks, until one is addressed to the house across the road",
)


def _brief(text: str) -> str:
    """At most eighty letters, cut between words."""
    return text if len(text) <= BRIEF else text[: BRIEF - 1].rsplit(" ", maxsplit=1)[0].rstrip(" ,;.") + "…"


def _many(noun: str) -> str:
    return noun if noun in MASS else morphology.plural(noun)


def _title(text: str) -> str:
    small = {"of", "the", "a", "an", "and", "in", "on"}
    return " ".join(
        word if index and word in small else word[:1].upper() + word[1:]
        for index, word in enumerate(text.split())
    )


def _fill(text: str, words: dict[str, str]) -> str:
    """Open places of a plan sentence filled from a table; unknown ones stay empty."""
    return re.sub(r"\{([^}]+)\}", lambda match: words.get(match.group(1), ""), text)


__all__ = ["EnglishInventor", "pronoun", "ware_thing"]


def _is_woman(idea: str, draw: Chance) -> bool:
    """As the idea says, when it speaks of one of the two alone; pronouns weigh most."""
    drawn = draw.happens(0.55)
    spoken = set(re.findall(r"\b(?:she|her|he|his|him)\b", idea))
    if spoken:
        return spoken <= {"she", "her"} or (bool(spoken & {"she", "her"}) and _named_woman(idea, drawn=drawn))
    return _named_woman(idea, drawn=drawn)


def _named_woman(idea: str, *, drawn: bool) -> bool:
    woman = re.search(r"\b(woman|girl|daughter|mother|queen|princess|nun|widow|wife|sister|she|her)\b", idea)
    man = re.search(r"\b(man|boy|son|father|king|prince|monk|husband|brother|he|his)\b", idea)
    return drawn if bool(woman) == bool(man) else bool(woman)


def _logline(line: str, day: str) -> str:
    found = sentence(
        morphology.fix_articles(
            f"{line}, and has until the day before {day} to put it right"
            if len(line.split()) < 30
            else f"{line}; all of it has to be settled before {day}"
        )
    )
    return found.replace("until the day before", "only the days before")


def _title_words(idea: ideas.Idea, kin: str, day: str) -> dict[str, str]:
    return {
        "Things": _title(idea.wares),
        "Thing": _title(idea.ware),
        "Trade": _title(idea.role.split()[-1]),
        "Kin": kin.split(" ", 1)[1].title(),
        "Day": _title(day) if day[:1].isupper() else f"the {_title(day.removeprefix('the '))}",
        "Here": _title(f"the {idea.place}"),
    }


def _kin(idea: str, culture: dict[str, list[str]], draw: Chance, taken: set[str], *, she: bool) -> str:
    """The relative whom the story misses, the idea's own if it names one."""
    asked = re.search(
        r"\b(?:her|his|their|my) (aunt|father|sister|grandmother|brother|teacher|mother|uncle)\b", idea
    )
    word = asked.group(1) if asked else draw.pick(lexicon.table("premise")["roles"]["kin"])
    names = [name for name in culture["she" if word in world.FEMALE_KIN else "he"] if name not in taken]
    return f"{'her' if she else 'his'} {word} {draw.pick(names)}"
